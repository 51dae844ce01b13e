/** Strings of a column chunk. */
import { bitmapBytes, copyBits, getBit } from '../../layout/bits.ts'
import type { CodeArray, ColumnChunk, Utf8 } from '../../layout/chunk.ts'
import { badCode, type Decoded, lengthAt, need, type Store } from './store.ts'

/** Strings: pages of codes stay codes, others become offsets and bytes. */
export class TextStore implements Store {
  /** The last page or dictionary decoded plainly. */
  #text: Utf8 = { bytes: new Uint8Array(0), offsets: new Uint32Array(1) }
  readonly #rows: number
  readonly #pages: { at: number; rows: number; text: Utf8; codes: CodeArray }[] = []

  constructor(rows: number) {
    this.#rows = rows
  }

  plain(bytes: Uint8Array, from: number, end: number, count: number, at: number): void {
    const text = new Uint8Array(Math.max(end - from - 4 * count, 0))
    const offsets = new Uint32Array(count + 1)
    let position = from
    let to = 0
    for (let i = 0; i < count; i++) {
      need(4, position, end)
      const length = lengthAt(bytes, position)
      position += 4
      need(length, position, end)
      if (to + length > text.length) throw new RangeError('a page ends within its strings')
      if (length < 24) for (let j = 0; j < length; j++) text[to + j] = bytes[position + j]!
      else text.set(bytes.subarray(position, position + length), to)
      position += length
      to += length
      offsets[i + 1] = to
    }
    this.#add({ bytes: text.subarray(0, to), offsets }, count, at)
  }

  decoded(values: Decoded, count: number, at: number): void {
    const strings = values as ArrayLike<Uint8Array>
    const offsets = new Uint32Array(count + 1)
    for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i]! + strings[i]!.length
    const bytes = new Uint8Array(offsets[count]!)
    for (let i = 0; i < count; i++) bytes.set(strings[i]!, offsets[i])
    this.#add({ bytes, offsets }, count, at)
  }

  take(dictionary: Store, codes: Int32Array, count: number, at: number): void {
    const text = (dictionary as TextStore).#text
    const size = text.offsets.length - 1
    const kept = new Int32Array(count)
    for (let i = 0; i < count; i++) {
      const code = codes[i]! >>> 0
      if (code >= size) badCode(code, size)
      kept[i] = code
    }
    this.#pages.push({ at, rows: count, text, codes: kept })
  }

  spread(at: number, count: number, rows: number, validity: Uint8Array): void {
    const page = this.#pages.at(-1)
    if (page?.at !== at) return void this.#pages.push({ at, rows, text: this.#text, codes: new Int32Array(rows) })
    const codes = new Int32Array(rows)
    let dense = 0
    for (let row = 0; row < rows; row++) if (getBit(validity, at + row)) codes[row] = page.codes[dense++]!
    if (dense !== count) throw new RangeError(`${count} values for ${dense} rows`)
    page.codes = codes
    page.rows = rows
  }

  chunks(rows: number, validity: Uint8Array | undefined): ColumnChunk[] {
    return this.#joined(rows).map(({ at, rows: count, text, codes }): ColumnChunk => {
      let bits: Uint8Array | undefined
      if (validity !== undefined) {
        bits = new Uint8Array(bitmapBytes(count))
        copyBits(bits, 0, validity, at, count)
      }
      return { kind: 'codes', rows: count, validity: bits, codes, text }
    })
  }

  /** Pages one after the other over the same dictionary, as one. */
  #joined(rows: number) {
    const out: { at: number; rows: number; text: Utf8; codes: CodeArray }[] = []
    for (let i = 0; i < this.#pages.length; ) {
      const first = this.#pages[i]!
      let last = i
      while (this.#pages[last + 1]?.text === first.text) last++
      if (last === i) out.push(first)
      else {
        const end = this.#pages[last]!.at + this.#pages[last]!.rows
        const codes = new Int32Array(end - first.at)
        for (let page = i; page <= last; page++) codes.set(this.#pages[page]!.codes, this.#pages[page]!.at - first.at)
        out.push({ ...first, rows: codes.length, codes })
      }
      i = last + 1
    }
    if (out.reduce((sum, page) => sum + page.rows, 0) !== rows) throw new RangeError('pages do not add up')
    return out
  }

  #add(text: Utf8, count: number, at: number): void {
    this.#text = text
    if (count > this.#rows) throw new RangeError('more strings than rows')
    this.#pages.push({ at, rows: count, text, codes: Int32Array.from({ length: count }, (_, i) => i) })
  }
}
