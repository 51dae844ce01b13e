/** Values of fixed width that only need copying: integers, floats, booleans. */
import { getBit } from '../../layout/bits.ts'
import type { ColumnChunk } from '../../layout/chunk.ts'
import { badCode, type Decoded, need, type Store } from './store.ts'

export type Fixed = Int32Array | BigInt64Array | Float32Array | Float64Array | Uint8Array

/** Stored words that only need copying, `words` 32-bit words a row. */
export class FixedStore implements Store {
  readonly values: Fixed
  readonly #size: number
  readonly #finish: (values: Fixed, rows: number, validity: Uint8Array | undefined) => ColumnChunk

  constructor(values: Fixed, size: number, finish: (values: Fixed, rows: number, validity: Uint8Array | undefined) => ColumnChunk) {
    this.values = values
    this.#size = size
    this.#finish = finish
  }

  plain(bytes: Uint8Array, from: number, end: number, count: number, at: number): void {
    const { values } = this
    const width = values.BYTES_PER_ELEMENT
    need(count * width, from, end)
    new Uint8Array(values.buffer, values.byteOffset + at * width, count * width).set(bytes.subarray(from, from + count * width))
  }

  decoded(values: Decoded, count: number, at: number): void {
    for (let i = 0; i < count; i++) this.values[at + i] = values[i] as number & bigint
  }

  take(dictionary: Store, codes: Int32Array, count: number, at: number): void {
    const { values } = this
    const source = (dictionary as FixedStore).values
    const size = (dictionary as FixedStore).#size
    if (values.BYTES_PER_ELEMENT === 8) {
      // as halves: a bigint a value would be an allocation a value
      const from = new Int32Array(source.buffer, source.byteOffset, size * 2)
      const to = new Int32Array(values.buffer, values.byteOffset, values.length * 2)
      for (let i = 0; i < count; i++) {
        const code = codes[i]! >>> 0
        if (code >= size) badCode(code, size)
        to[2 * (at + i)] = from[2 * code]!
        to[2 * (at + i) + 1] = from[2 * code + 1]!
      }
      return
    }
    for (let i = 0; i < count; i++) {
      const code = codes[i]! >>> 0
      if (code >= size) badCode(code, size)
      values[at + i] = source[code]!
    }
  }

  spread(at: number, count: number, rows: number, validity: Uint8Array): void {
    const { values } = this
    const zero = (values instanceof BigInt64Array ? 0n : 0) as number & bigint
    let dense = at + count
    for (let row = at + rows - 1; row >= at; row--) values[row] = getBit(validity, row) ? values[--dense]! : zero
  }

  chunks(rows: number, validity: Uint8Array | undefined): ColumnChunk[] {
    return [this.#finish(this.values, rows, validity)]
  }
}

/** Booleans, packed eight a byte. */
export class BoolStore extends FixedStore {
  override plain(bytes: Uint8Array, from: number, end: number, count: number, at: number): void {
    need((count + 7) >>> 3, from, end)
    for (let i = 0; i < count; i++) this.values[at + i] = (bytes[from + (i >>> 3)]! >>> (i & 7)) & 1
  }

  override decoded(values: Decoded, count: number, at: number): void {
    for (let i = 0; i < count; i++) this.values[at + i] = values[i] ? 1 : 0
  }
}
