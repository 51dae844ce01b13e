/**
 * Text → tokens. Numbers carry their type by suffix: `1` i32, `1L` i64, `1W` i128, `1.5` f64, `1.5F` f32, and the type's own name
 * for all of them (`1u8`); hexadecimal `0xFF` and binary `0b101` are integers. Strings stand in double or single quotes, with JSON's
 * escapes and `\u{1F600}`. `#` begins a comment that ends with the line.
 */
import type { Position } from '../nodes.ts'
import { syntaxError } from './mistake.ts'
import type { LiteralType } from './syntax.ts'

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'param' | 'mark' | 'end'
  /** As written; of a string its characters. */
  readonly text: string
  readonly at: Position
  /** Of a number. */
  readonly literal?: { readonly type: LiteralType; readonly text: string } | undefined
}

/** The suffixes beside the types' names; `c` and `si` are Weld's. */
const SUFFIXES: Readonly<Record<string, LiteralType>> = { L: 'i64', W: 'i128', S: 'slice', V: 'elements', F: 'f32', f: 'f32', c: 'i8', si: 'i16' }
const NUMBERS: ReadonlySet<string> = new Set(['i8', 'i16', 'i32', 'i64', 'i128', 'u8', 'u16', 'u32', 'u64', 'f32', 'f64'])
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', 0: '\0', '\\': '\\', '"': '"', "'": "'", '/': '/' }

// Longest first.
const MARKS = ['+!', '-!', '*!', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||', ...'+-*/%&|^<>=!?:;,.@()[]{}']
const SPACE = /(?:[ \t\r\n]+|#[^\n]*)+/y
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const PARAM = /\$\d+/y
const NUMBER = /(0x[0-9A-Fa-f]+|0b[01]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)([A-Za-z_][A-Za-z0-9_]*)?/y
const PLAIN = /[^"'\\\n]+/y
const ESCAPE = /\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|(.))/y

const number = (digits: string, suffix: string | undefined, at: Position): NonNullable<Token['literal']> => {
  const whole = /^(0[xb]|\d+$)/.test(digits)
  const type = suffix === undefined ? (whole ? 'i32' : 'f64') : NUMBERS.has(suffix) ? (suffix as LiteralType) : SUFFIXES[suffix]
  if (!type) throw syntaxError(at, `expected a number's suffix (L, W, F or a type's name), found '${suffix}'`)
  if (type === 'f32' || type === 'f64') {
    if (/^0[xb]/.test(digits)) throw syntaxError(at, `expected an integer's suffix after ${digits}, found '${suffix}'`)
    return { type, text: whole ? `${digits}.0` : digits.toLowerCase() }
  }
  if (!whole) throw syntaxError(at, `expected a float's suffix (F, f32 or f64) after ${digits}, found '${suffix}'`)
  return { type, text: /^0[xb]/.test(digits) ? String(BigInt(digits)) : digits.replace(/^0+(?=\d)/, '') }
}

class Lexer {
  readonly #text: string
  #from = 0
  #line = 1
  #lineStart = 0

  constructor(text: string) {
    this.#text = text
  }

  get #at(): Position {
    return { line: this.#line, column: this.#from - this.#lineStart + 1 }
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#from
    const match = pattern.exec(this.#text)
    if (!match) return undefined
    this.#from = pattern.lastIndex
    return match
  }

  #skip(): void {
    const start = this.#from
    const space = this.#match(SPACE)?.[0]
    if (!space) return
    for (let i = space.indexOf('\n'); i >= 0; i = space.indexOf('\n', i + 1)) {
      this.#line++
      this.#lineStart = start + i + 1
    }
  }

  #string(): string {
    const at = this.#at
    const quote = this.#text[this.#from++]
    let value = ''
    for (;;) {
      const place = this.#at
      const next = this.#text[this.#from]
      if (next === quote) break
      if (next === undefined || next === '\n') throw syntaxError(at, `expected ${quote} at the end of the string, found the end of the ${next ? 'line' : 'text'}`)
      const plain = this.#match(PLAIN)
      if (plain) value += plain[0]
      else if (next !== '\\') value += this.#text[this.#from++]
      else {
        const escape = this.#match(ESCAPE)
        const code = escape?.[1] ?? escape?.[2]
        const character = code !== undefined ? Number.parseInt(code, 16) : ESCAPES[escape?.[3] ?? '']
        if (character === undefined || (typeof character === 'number' && character > 0x10ffff)) {
          throw syntaxError(place, `expected an escape (\\n \\t \\r \\b \\f \\0 \\\\ \\" \\' \\u0041 \\u{1F600}), found '${escape?.[0] ?? '\\'}'`)
        }
        value += typeof character === 'number' ? String.fromCodePoint(character) : character
      }
    }
    this.#from++
    if (/\p{Surrogate}/u.test(value)) throw syntaxError(at, 'expected characters in a string, found half of a surrogate pair')
    return value
  }

  next(): Token {
    this.#skip()
    const at = this.#at
    const first = this.#text[this.#from]
    if (first === undefined) return { kind: 'end', text: '', at }
    if (first === '"' || first === "'") return { kind: 'string', text: this.#string(), at }
    const digits = this.#match(NUMBER)
    if (digits) return { kind: 'number', text: digits[0], at, literal: number(digits[1] ?? '', digits[2], at) }
    const name = this.#match(NAME)
    if (name) return { kind: 'name', text: name[0], at }
    const param = this.#match(PARAM)
    if (param) return { kind: 'param', text: param[0], at }
    const mark = MARKS.find((m) => this.#text.startsWith(m, this.#from))
    if (!mark) throw syntaxError(at, `expected a name, a number, a string or a mark, found '${String.fromCodePoint(this.#text.codePointAt(this.#from) ?? 0)}'`)
    this.#from += mark.length
    return { kind: 'mark', text: mark, at }
  }
}

/** All tokens; the last is `end`. */
export const tokens = (text: string): Token[] => {
  const lexer = new Lexer(text)
  const all: Token[] = []
  do all.push(lexer.next())
  while (all.at(-1)?.kind !== 'end')
  return all
}
