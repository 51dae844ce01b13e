/** Page headers: Thrift's compact protocol, of which they need integers, truths and structs; the rest is skipped. */
import { PageError } from './failure.ts'

export type Encoding =
  | 'PLAIN' | 'PLAIN_DICTIONARY' | 'RLE' | 'BIT_PACKED' | 'DELTA_BINARY_PACKED' | 'DELTA_LENGTH_BYTE_ARRAY' | 'DELTA_BYTE_ARRAY' | 'RLE_DICTIONARY'
  | 'BYTE_STREAM_SPLIT'

const ENCODINGS: readonly (Encoding | undefined)[] = [
  'PLAIN', undefined, 'PLAIN_DICTIONARY', 'RLE', 'BIT_PACKED', 'DELTA_BINARY_PACKED', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY', 'RLE_DICTIONARY',
  'BYTE_STREAM_SPLIT',
]

interface Sizes {
  /** Bytes of the header. */
  readonly header: number
  readonly stored: number
  readonly full: number
}

export type PageHeader = Sizes &
  (
    | { readonly kind: 'dictionary'; readonly values: number; readonly encoding: Encoding }
    | {
        readonly kind: 'data'
        readonly version: 1
        readonly values: number
        readonly encoding: Encoding
        readonly definitionLevels: Encoding
        readonly repetitionLevels: Encoding
      }
    | {
        readonly kind: 'data'
        readonly version: 2
        readonly values: number
        readonly rows: number
        readonly encoding: Encoding
        readonly definitionBytes: number
        readonly repetitionBytes: number
        readonly compressed: boolean
      }
    | { readonly kind: 'other' }
  )

type Fields = Map<number, number | Fields>

const STOP = 0
const TRUE = 1
const FALSE = 2
const BYTE = 3
const DOUBLE = 7
const BINARY = 8
const LIST = 9
const SET = 10
const MAP = 11
const STRUCT = 12
const DEEPEST = 16

class Compact {
  at: number
  readonly #bytes: Uint8Array
  readonly #end: number

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes
    this.at = at
    this.#end = end
  }

  struct(depth = 0): Fields {
    if (depth > DEEPEST) throw new PageError('a page header is malformed')
    const fields: Fields = new Map()
    for (let id = 0; ; ) {
      const head = this.#byte()
      const type = head & 15
      if (type === STOP) return fields
      id = head >> 4 === 0 ? this.#zigzag() : id + (head >> 4)
      const value = this.#value(type, depth)
      if (value !== undefined) fields.set(id, value)
    }
  }

  #value(type: number, depth: number): number | Fields | undefined {
    switch (type) {
      case TRUE:
      case FALSE:
        return type === TRUE ? 1 : 0
      case BYTE:
        return this.#byte()
      case 4:
      case 5:
      case 6:
        return this.#zigzag()
      case STRUCT:
        return this.struct(depth + 1)
      default:
        this.#skip(type, depth)
        return undefined
    }
  }

  #skip(type: number, depth: number): void {
    if (type === DOUBLE) this.#pass(8)
    else if (type === BINARY) this.#pass(this.#varint())
    else if (type === LIST || type === SET) {
      const head = this.#byte()
      const count = head >> 4 === 15 ? this.#varint() : head >> 4
      this.#elements(count, [head & 15], depth)
    } else if (type === MAP) {
      const count = this.#varint()
      const kinds = count > 0 ? this.#byte() : 0
      this.#elements(count, [kinds >> 4, kinds & 15], depth)
    } else throw new PageError('a page header is malformed')
  }

  /** Of a list a truth is a byte; nothing takes less. */
  #elements(count: number, types: readonly number[], depth: number): void {
    if (count > this.#end - this.at || depth > DEEPEST) throw new PageError('a page header is malformed')
    for (let i = 0; i < count; i++) for (const type of types) this.#value(type === TRUE || type === FALSE ? BYTE : type, depth + 1)
  }

  #pass(bytes: number): void {
    if (bytes > this.#end - this.at) throw new PageError('a page header ends early')
    this.at += bytes
  }

  #byte(): number {
    if (this.at >= this.#end) throw new PageError('a page header ends early')
    return this.#bytes[this.at++]!
  }

  #varint(): number {
    let value = 0
    for (let i = 0, factor = 1; i < 10; i++, factor *= 128) {
      const byte = this.#byte()
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
    throw new PageError('a page header is malformed')
  }

  #zigzag(): number {
    const value = this.#varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
}

/** A number that must be there, from 0 to 2³¹. */
const numberAt = (fields: Fields, id: number): number => {
  const value = fields.get(id)
  if (typeof value !== 'number' || !(value >= 0 && value <= 0x7fff_ffff)) throw new PageError('a page header is malformed')
  return value
}

const encodingAt = (fields: Fields, id: number): Encoding => {
  const encoding = ENCODINGS[numberAt(fields, id)]
  if (encoding === undefined) throw new PageError(`values in encoding ${String(fields.get(id))}`)
  return encoding
}

const structAt = (fields: Fields, id: number): Fields | undefined => {
  const value = fields.get(id)
  return typeof value === 'object' ? value : undefined
}

/** The header at `at`. Throws PageError. */
export const readPageHeader = (bytes: Uint8Array, at: number, end: number): PageHeader => {
  const reader = new Compact(bytes, at, end)
  const fields = reader.struct()
  const sizes = { header: reader.at - at, full: numberAt(fields, 2), stored: numberAt(fields, 3) }
  const type = numberAt(fields, 1)
  const one = structAt(fields, 5)
  const dictionary = structAt(fields, 7)
  const two = structAt(fields, 8)
  if (type === 0 && one !== undefined) {
    return {
      ...sizes,
      kind: 'data',
      version: 1,
      values: numberAt(one, 1),
      encoding: encodingAt(one, 2),
      definitionLevels: encodingAt(one, 3),
      repetitionLevels: encodingAt(one, 4),
    }
  }
  if (type === 2 && dictionary !== undefined) return { ...sizes, kind: 'dictionary', values: numberAt(dictionary, 1), encoding: encodingAt(dictionary, 2) }
  if (type === 3 && two !== undefined) {
    return {
      ...sizes,
      kind: 'data',
      version: 2,
      values: numberAt(two, 1),
      rows: numberAt(two, 3),
      encoding: encodingAt(two, 4),
      definitionBytes: numberAt(two, 5),
      repetitionBytes: numberAt(two, 6),
      compressed: two.get(7) !== 0,
    }
  }
  if (type === 1) return { ...sizes, kind: 'other' }
  throw new PageError('a page of unknown type')
}
