/**
 * JSON as a kernel's inputs are written: numbers keep their digits (integers of any size, long fractions as text), and an object is
 * the array of its values in order of appearance, names that look like numbers and repeated ones included.
 */
import { invalid, type Where } from './plain.ts'

export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[]

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const SPACE = /[ \t\n\r]*/y
const DEEPEST = 500

export const parseValue = (text: string, where: Where): JsonValue => new Reader(text, where).whole()

class Reader {
  readonly #text: string
  readonly #where: Where
  #at = 0

  constructor(text: string, where: Where) {
    this.#text = text
    this.#where = where
  }

  whole(): JsonValue {
    const value = this.#value(0)
    this.#space()
    if (this.#at < this.#text.length) this.#fail()
    return value
  }

  #fail(): never {
    throw invalid(this.#where(), `no JSON at character ${this.#at + 1}: ${JSON.stringify(this.#text.slice(this.#at, this.#at + 20))}`)
  }
  #space(): void {
    SPACE.lastIndex = this.#at
    SPACE.exec(this.#text)
    this.#at = SPACE.lastIndex
  }
  #take(what: string): boolean {
    this.#space()
    if (!this.#text.startsWith(what, this.#at)) return false
    this.#at += what.length
    return true
  }

  #value(depth: number): JsonValue {
    if (depth > DEEPEST) this.#fail()
    if (this.#take('[')) return this.#items(']', depth)
    if (this.#take('{')) return this.#items('}', depth)
    if (this.#take('null')) return null
    if (this.#take('true')) return true
    if (this.#take('false')) return false
    return this.#text[this.#at] === '"' ? this.#string() : this.#number()
  }

  #items(end: ']' | '}', depth: number): readonly JsonValue[] {
    const items: JsonValue[] = []
    if (this.#take(end)) return items
    for (;;) {
      if (end === '}') {
        this.#space()
        this.#string()
        if (!this.#take(':')) this.#fail()
      }
      items.push(this.#value(depth + 1))
      if (this.#take(end)) return items
      if (!this.#take(',')) this.#fail()
    }
  }

  #string(): string {
    const from = this.#at
    if (this.#text[from] !== '"') this.#fail()
    let to = from + 1
    while (to < this.#text.length && this.#text[to] !== '"') to += this.#text[to] === '\\' ? 2 : 1
    try {
      const value = JSON.parse(this.#text.slice(from, to + 1)) as string
      this.#at = to + 1
      return value
    } catch {
      return this.#fail()
    }
  }

  #number(): number | bigint | string {
    NUMBER.lastIndex = this.#at
    const match = NUMBER.exec(this.#text)
    if (!match) this.#fail()
    this.#at = NUMBER.lastIndex
    const [digits, fraction, exponent] = match
    if (fraction === undefined && exponent === undefined) {
      const number = Number(digits)
      return Number.isSafeInteger(number) ? number : BigInt(digits)
    }
    return digits.length > 16 ? digits : Number(digits)
  }
}
