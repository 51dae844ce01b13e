/**
 * The columns of slices of a relation in the making: strings are interned to codes as chunks arrive, for as long as few distinct
 * ones explain many rows; else, and what is no text always, they are kept as offsets and bytes.
 */
import { getBit } from './bits.ts'
import type { CodeArray, ColumnChunk, Utf8 } from './chunk.ts'
import { Interner } from './intern.ts'
import { bytesAt, viewOf } from './memory.ts'
import type { Arena, Dictionary } from './relation.ts'

/** More distinct strings than this are no dictionary: kernels evaluate predicates once an entry. */
const MAX_DISTINCT = 65536
/** Of a column that is kept: so few distinct strings are a dictionary whatever part of the rows that is. */
const FEW_DISTINCT = 256
/** Interning stops when, after this many rows, more than half of the strings were new. */
const PROBATION = 8192

interface Entry {
  readonly rows: number
  readonly validity: Uint8Array | undefined
  /** Only NULLs. */
  readonly nulls: boolean
  /** Indices into `text`; absent: string i is row i. */
  codes: CodeArray | undefined
  /** Absent: the interner's. */
  text: Utf8 | undefined
}

export class StringColumn {
  #interner: Interner | undefined
  /** Non-NULL rows interned. */
  #seen = 0
  readonly #entries: Entry[] = []
  readonly #few: number

  /** `kept`: it will be read many times; `text`: strings, and no other bytes. */
  constructor(kept = false, text = true) {
    this.#interner = text ? new Interner(MAX_DISTINCT) : undefined
    this.#few = kept ? FEW_DISTINCT : 1
  }

  append(chunk: ColumnChunk): void {
    if (chunk.kind !== 'utf8' && chunk.kind !== 'codes' && chunk.kind !== 'nulls') throw new TypeError(`no strings in a chunk of ${chunk.kind}`)
    const nulls = chunk.kind === 'nulls'
    const entry: Entry = { rows: chunk.rows, validity: chunk.validity, nulls, codes: undefined, text: nulls ? NO_TEXT : chunk.text }
    if (chunk.kind === 'codes') entry.codes = chunk.codes
    this.#intern(entry)
    this.#entries.push(entry)
  }

  /** The dictionary, when the column becomes codes; to be asked once, when all chunks are there. */
  dictionary(): Utf8 | undefined {
    const size = this.#interner?.size
    if (size === undefined || (size > this.#few && size > this.#seen / 2)) {
      this.#abandon()
      return undefined
    }
    return this.#interner!.strings()
  }

  /** Codes of chunk `index` to row `at` of a code view. */
  copyCodes(target: Uint8Array | Uint16Array, at: number, index: number): void {
    const { nulls, codes } = this.#entries[index]!
    if (!nulls) target.set(codes!, at)
  }

  /** How many bytes of text chunk `index` holds outside NULL rows. */
  textBytes(index: number): number {
    let total = 0
    this.#eachString(index, (_bytes, from, to) => {
      total += to - from
    })
    return total
  }

  /** Text of chunk `index` to row `at`: bytes from `end` of `data` on, ends into `offsets`; returns the new end. */
  copyText(data: Uint8Array, offsets: Uint32Array, at: number, end: number, index: number): number {
    let row = at
    this.#eachString(index, (bytes, from, to) => {
      if (to - from < 24) for (let i = from; i < to; i++) data[end++] = bytes[i]!
      else {
        data.set(bytes.subarray(from, to), end)
        end += to - from
      }
      offsets[++row] = end
    })
    return end
  }

  #intern(entry: Entry): void {
    const interner = this.#interner
    if (interner === undefined || entry.nulls) return
    const codes = new Uint16Array(entry.rows)
    const done = entry.codes === undefined ? this.#internText(interner, entry, codes) : this.#internCodes(interner, entry, codes)
    if (!done) return this.#abandon()
    entry.codes = codes
    entry.text = undefined
  }

  #internText(interner: Interner, { rows, validity, text }: Entry, codes: Uint16Array): boolean {
    const { bytes, offsets } = text!
    for (let i = 0; i < rows; i++) {
      if (validity !== undefined && !getBit(validity, i)) continue
      const code = interner.intern(bytes, offsets[i]!, offsets[i + 1]!)
      if (code < 0) return false
      codes[i] = code
      if (++this.#seen % PROBATION === 0 && interner.size > this.#seen / 2) return false
    }
    return true
  }

  #internCodes(interner: Interner, { rows, validity, codes: own, text }: Entry, codes: Uint16Array): boolean {
    const { bytes, offsets } = text!
    const map = new Int32Array(offsets.length - 1).fill(-1)
    for (let i = 0; i < rows; i++) {
      if (validity !== undefined && !getBit(validity, i)) continue
      const code = own![i]!
      let mapped = map[code]!
      if (mapped < 0) {
        mapped = interner.intern(bytes, offsets[code]!, offsets[code + 1]!)
        if (mapped < 0) return false
        map[code] = mapped
      }
      codes[i] = mapped
      this.#seen++
    }
    return true
  }

  /** From here on no shared codes. */
  #abandon(): void {
    const text = this.#interner?.strings()
    for (const entry of this.#entries) entry.text ??= text
    this.#interner = undefined
  }

  #eachString(index: number, visit: (bytes: Uint8Array, from: number, to: number) => void): void {
    const { rows, validity, nulls, codes, text } = this.#entries[index]!
    const { bytes, offsets } = text!
    for (let i = 0; i < rows; i++) {
      if (nulls || (validity !== undefined && !getBit(validity, i))) visit(bytes, 0, 0)
      else {
        const at = codes === undefined ? i : codes[i]!
        visit(bytes, offsets[at]!, offsets[at + 1]!)
      }
    }
  }
}

const NO_TEXT: Utf8 = { bytes: new Uint8Array(0), offsets: new Uint32Array(1) }

/** Writes strings as a dictionary: their bytes end to end, and a slice each. An empty one gets one unused entry. */
export const writeDictionary = (arena: Arena, { bytes, offsets }: Utf8): Dictionary => {
  const size = Math.max(offsets.length - 1, 1)
  const data = arena.allocate(Math.max(bytes.length, 16)) >>> 0
  bytesAt(arena.buffer, data, bytes.length).set(bytes)
  const slices = arena.allocate(size * 8) >>> 0
  const view = viewOf(arena.buffer, 'u32', slices, size * 2)
  view[0] = data
  for (let i = 0; i + 1 < offsets.length; i++) {
    view[2 * i] = data + offsets[i]!
    view[2 * i + 1] = offsets[i + 1]! - offsets[i]!
  }
  return { size, slices }
}
