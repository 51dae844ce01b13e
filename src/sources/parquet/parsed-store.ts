/** Values stored as byte strings (fixed length, or with a length before each) that are parsed into words. */
import { getBit } from '../../layout/bits.ts'
import type { ColumnChunk } from '../../layout/chunk.ts'
import { badCode, type Decoded, lengthAt, need, type Store } from './store.ts'

type Parse = (bytes: Uint8Array, from: number, end: number, row: number) => void

export class ParsedStore implements Store {
  readonly words: BigInt64Array | Float32Array
  readonly #stride: number
  readonly #size: number
  readonly #length: number | undefined
  readonly #parse: Parse

  constructor(words: BigInt64Array | Float32Array, stride: number, size: number, length: number | undefined, parse: Parse) {
    this.words = words
    this.#stride = stride
    this.#size = size
    this.#length = length
    this.#parse = parse
  }

  plain(bytes: Uint8Array, from: number, end: number, count: number, at: number): void {
    let position = from
    for (let i = 0; i < count; i++) {
      let length = this.#length
      if (length === undefined) {
        need(4, position, end)
        length = lengthAt(bytes, position)
        position += 4
      }
      need(length, position, end)
      this.#parse(bytes, position, position + length, at + i)
      position += length
    }
  }

  decoded(values: Decoded, count: number, at: number): void {
    for (let i = 0; i < count; i++) {
      const bytes = values[i] as Uint8Array
      this.#parse(bytes, 0, bytes.length, at + i)
    }
  }

  take(dictionary: Store, codes: Int32Array, count: number, at: number): void {
    const stride = this.#stride
    const { words } = dictionary as ParsedStore
    const size = (dictionary as ParsedStore).#size
    for (let i = 0; i < count; i++) {
      const code = codes[i]! >>> 0
      if (code >= size) badCode(code, size)
      for (let word = 0; word < stride; word++) this.words[(at + i) * stride + word] = words[code * stride + word]!
    }
  }

  spread(at: number, count: number, rows: number, validity: Uint8Array): void {
    const stride = this.#stride
    const zero = (this.words instanceof BigInt64Array ? 0n : 0) as number & bigint
    let dense = at + count
    for (let row = at + rows - 1; row >= at; row--) {
      const valid = getBit(validity, row)
      if (valid) dense--
      for (let word = 0; word < stride; word++) this.words[row * stride + word] = valid ? this.words[dense * stride + word]! : zero
    }
  }

  chunks(rows: number, validity: Uint8Array | undefined): ColumnChunk[] {
    const { words } = this
    if (words instanceof Float32Array) return [{ kind: 'numbers', rows, validity, values: words }]
    return [{ kind: this.#stride === 2 ? 'wide' : 'bigints', rows, validity, values: words }]
  }
}
