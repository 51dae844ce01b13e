/**
 * The text form of types, in plan JSON, schemas and messages: `int32`, `decimal(15,2)`, `array<date>`, `map<string,int64>`,
 * `struct<a:int32,"field two":string>`. A field's name that is no word (letters, digits and `_`, no digit first) stands in double
 * quotes, and a quote in it is doubled. Spaces may follow a comma or colon.
 */
import { array, decimal, type Field, map, PLAIN, type PlainKind, type SqlType, struct } from './types.ts'

/** `int32`, `decimal(15,2)`, … : the text form of a type. */
export type TypeName = string

/** Types in types at most. */
export const MAX_TYPE_DEPTH = 64

const fieldName = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)

export const typeName = (type: SqlType): TypeName => {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'struct':
      return `struct<${type.fields.map((f) => `${fieldName(f.name)}:${typeName(f.type)}`).join(',')}>`
    case 'array':
      return `array<${typeName(type.element)}>`
    case 'map':
      return `map<${typeName(type.key)},${typeName(type.value)}>`
    default:
      return type.kind
  }
}

/** The type a text form names, or undefined. */
export const parseType = (text: string): SqlType | undefined => {
  if (Object.hasOwn(PLAIN, text)) return PLAIN[text as PlainKind]
  const reader = new Reader(text)
  const type = reader.type(0)
  return reader.ended ? type : undefined
}

const DECIMAL = /decimal\((\d{1,2}), *(\d{1,2})\)/y
const WORD = /[A-Za-z_]\w*/y
const QUOTED = /"((?:[^"]|"")*)"/y

/** Recursive descent; every part is undefined where the text holds something else. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get ended(): boolean {
    return this.#at === this.#text.length
  }

  type(depth: number): SqlType | undefined {
    if (depth > MAX_TYPE_DEPTH) return undefined
    const scaled = this.#match(DECIMAL)
    if (scaled !== undefined) {
      const [precision, scale] = [Number(scaled[1]), Number(scaled[2])]
      return precision >= 1 && precision <= 38 && scale <= precision ? decimal(precision, scale) : undefined
    }
    const word = this.#match(WORD)?.[0]
    switch (word) {
      case 'struct':
        return this.#struct(depth)
      case 'array': {
        const element = this.#take('<') ? this.type(depth + 1) : undefined
        return element !== undefined && this.#take('>') ? array(element) : undefined
      }
      case 'map': {
        const key = this.#take('<') ? this.type(depth + 1) : undefined
        const value = key !== undefined && this.#separator(',') ? this.type(depth + 1) : undefined
        return value !== undefined && this.#take('>') ? map(key as SqlType, value) : undefined
      }
      default:
        return word !== undefined && Object.hasOwn(PLAIN, word) ? PLAIN[word as PlainKind] : undefined
    }
  }

  #struct(depth: number): SqlType | undefined {
    if (!this.#take('<')) return undefined
    const fields: Field[] = []
    if (this.#take('>')) return struct(fields)
    do {
      const name = this.#match(QUOTED)?.[1]?.replaceAll('""', '"') ?? this.#match(WORD)?.[0]
      const type = name !== undefined && this.#separator(':') ? this.type(depth + 1) : undefined
      if (type === undefined) return undefined
      fields.push({ name: name as string, type })
    } while (this.#separator(','))
    return this.#take('>') ? struct(fields) : undefined
  }

  #take(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#at)) return false
    this.#at += mark.length
    return true
  }

  #separator(mark: string): boolean {
    if (!this.#take(mark)) return false
    while (this.#text[this.#at] === ' ') this.#at++
    return true
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match === null) return undefined
    this.#at = pattern.lastIndex
    return match
  }
}
