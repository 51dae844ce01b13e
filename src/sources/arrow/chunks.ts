/** Arrow arrays as column chunks. Buffers are used in place where their form is ours, and checked against the array's length. */
import { bitmapBytes, copyBits, fillBits, getBit } from '../../layout/bits.ts'
import { type ColumnChunk, chunkOfValues, fromWords, joinBytes, type NumberArray, type Utf8 } from '../../layout/chunk.ts'
import { halfToNumber } from '../../layout/half.ts'
import { isPacked, isSlice, type SqlType } from '../../layout/types.ts'
import type { Value } from '../../layout/value.ts'
import { ChunkError, need } from './failure.ts'
import { packedChunk } from './packed.ts'
import { type ArrowArray, Budget } from './structure.ts'
import { ID, sqlTypeOf } from './types.ts'

export const validityOf = ({ validity, length, bitOffset }: ArrowArray): Uint8Array | undefined => {
  if (validity === undefined) return undefined
  need(validity, bitmapBytes(bitOffset + length))
  const bits = new Uint8Array(bitmapBytes(length))
  copyBits(bits, 0, validity, bitOffset, length)
  return bits
}

/** 64-bit words; older releases of apache-arrow give them as pairs of 32 bits. */
const words64 = (values: BigInt64Array | Int32Array, rows: number): BigInt64Array => {
  if (values instanceof BigInt64Array) return values
  need(values, rows * 2)
  return new BigInt64Array(values.slice(0, rows * 2).buffer)
}

const MICROS = [1_000_000n, 1000n, 1n] as const

const micros = (values: BigInt64Array, rows: number, unit: number, validity: Uint8Array | undefined): BigInt64Array => {
  if (unit === 2) return values.subarray(0, rows)
  const out = new BigInt64Array(rows)
  for (let i = 0; i < rows; i++) {
    if (validity !== undefined && !getBit(validity, i)) continue
    const value = values[i]!
    if (unit === 3) {
      if (value % 1000n !== 0n) throw new ChunkError('UNSUPPORTED_TYPE', `${value} nanoseconds are finer than microseconds`)
      out[i] = value / 1000n
    } else {
      const scaled = value * MICROS[unit]!
      out[i] = scaled
      if (out[i] !== scaled) throw new ChunkError('OVERFLOW', `${value} does not fit into microseconds`)
    }
  }
  return out
}

const DAY = 86_400_000n

const days = (values: BigInt64Array, rows: number, validity: Uint8Array | undefined): Int32Array => {
  const out = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    if (validity !== undefined && !getBit(validity, i)) continue
    const value = values[i]!
    if (value % DAY !== 0n) throw new ChunkError('UNSUPPORTED_TYPE', `a date of ${value} milliseconds has a time of day`)
    const day = Number(value / DAY)
    out[i] = day
    if (out[i] !== day) throw new ChunkError('OVERFLOW', `a date of ${value} milliseconds is out of range`)
  }
  return out
}

/** The lower two of four words a row; the upper ones only repeat the sign where the digits are 38 at most. */
const lowerWords = (values: BigInt64Array, rows: number, validity: Uint8Array | undefined): BigInt64Array => {
  const out = new BigInt64Array(rows * 2)
  for (let i = 0; i < rows; i++) {
    if (validity !== undefined && !getBit(validity, i)) continue
    const high = values[4 * i + 1]!
    const sign = high < 0n ? -1n : 0n
    if (values[4 * i + 2] !== sign || values[4 * i + 3] !== sign) throw new ChunkError('FILE_CORRUPT', 'a decimal of more digits than its type has')
    out[2 * i] = values[4 * i]!
    out[2 * i + 1] = high
  }
  return out
}

const wideWords = (values: Uint32Array | BigUint64Array, rows: number): BigInt64Array => {
  const { buffer, byteOffset } = values
  if (byteOffset % 8 === 0) return new BigInt64Array(buffer, byteOffset, rows * 2)
  return new BigInt64Array(new Uint8Array(buffer, byteOffset, rows * 16).slice().buffer)
}

const halves = (values: Uint16Array, rows: number): Float32Array => Float32Array.from(values.subarray(0, rows), halfToNumber)

/** Bytes of text in one batch of one column. */
const MAX_TEXT = 0x7fffffff
const tooLong = (): ChunkError => new ChunkError('OVERFLOW', 'one batch holds more than 2 GiB of text: write smaller batches')

/** Offsets and bytes, checked; 64-bit offsets are taken relative to the first. */
const offsetText = (array: ArrowArray): Utf8 => {
  const { length: rows } = array
  if (rows === 0) return { bytes: new Uint8Array(0), offsets: new Uint32Array(1) }
  need(array.offsets, rows + 1)
  const first = Number(array.offsets[0])
  const offsets = new Uint32Array(rows + 1)
  for (let i = 0; i <= rows; i++) {
    const end = Number(array.offsets[i]) - first
    if (!(first >= 0 && end >= (i === 0 ? 0 : offsets[i - 1]!))) throw new ChunkError('FILE_CORRUPT', 'string offsets run backwards')
    if (end > MAX_TEXT) throw tooLong()
    offsets[i] = end
  }
  const total = offsets[rows]!
  const bytes: Uint8Array = array.values ?? new Uint8Array(0)
  need(bytes, first + total)
  return { bytes: bytes.subarray(first, first + total), offsets }
}

/** Strings of 16-byte views: the length, then the text itself or a prefix and a place in a buffer. */
const viewText = (array: ArrowArray, budget: Budget | undefined): Utf8 => {
  const { length: rows, values, variadic } = array
  const views: Uint8Array = values
  need(views, rows * 16)
  const words = new DataView(views.buffer, views.byteOffset, rows * 16)
  const offsets = new Uint32Array(rows + 1)
  const validity = validityOf(array)
  const valid = (row: number) => validity === undefined || getBit(validity, row)
  for (let i = 0; i < rows; i++) {
    const end = offsets[i]! + (valid(i) ? words.getUint32(i * 16, true) : 0)
    if (end > MAX_TEXT) throw tooLong()
    offsets[i + 1] = end
  }
  budget?.take(offsets[rows]!)
  const bytes = new Uint8Array(offsets[rows]!)
  for (let i = 0; i < rows; i++) {
    const length = offsets[i + 1]! - offsets[i]!
    if (length === 0) continue
    if (length <= 12) bytes.set(views.subarray(i * 16 + 4, i * 16 + 4 + length), offsets[i])
    else {
      const buffer = variadic[words.getInt32(i * 16 + 8, true)]
      const from = words.getUint32(i * 16 + 12, true)
      need(buffer, from + length)
      bytes.set(buffer!.subarray(from, from + length), offsets[i])
    }
  }
  return { bytes, offsets }
}

/** Bytes of one width; those of a NULL are left out. */
const fixedText = ({ type, length: rows, values }: ArrowArray): Utf8 => {
  const width = type.byteWidth ?? type.stride ?? 0
  if (width < 0) throw new ChunkError('FILE_CORRUPT', `values of ${width} bytes`)
  need(values, rows * width)
  if (rows * width > MAX_TEXT) throw tooLong()
  return { bytes: (values as Uint8Array).subarray(0, rows * width), offsets: Uint32Array.from({ length: rows + 1 }, (_, i) => i * width) }
}

const sliceText = (array: ArrowArray, budget: Budget | undefined): Utf8 => {
  switch (array.type.typeId) {
    case ID.utf8View:
    case ID.binaryView:
      return viewText(array, budget)
    case ID.fixedBinary:
      return fixedText(array)
    default:
      return offsetText(array)
  }
}

/** A chunk's value; text as a string. */
export const valueOf = (chunk: ColumnChunk, type: SqlType, row: number): Value => {
  if (chunk.kind === 'nulls' || (chunk.validity !== undefined && !getBit(chunk.validity, row))) return null
  switch (chunk.kind) {
    case 'numbers':
      return type.kind === 'bool' ? chunk.values[row] !== 0 : type.kind === 'decimal' ? BigInt(chunk.values[row]!) : chunk.values[row]!
    case 'bigints':
      return chunk.values[row]!
    case 'wide':
      return fromWords(chunk.values[2 * row]!, chunk.values[2 * row + 1]!)
    case 'utf8':
      return sliceAt(chunk.text, type, row)
    case 'codes':
      return sliceAt(chunk.text, type, chunk.codes[row]!)
  }
}

const sliceAt = ({ bytes, offsets }: Utf8, type: SqlType, index: number): string | Uint8Array => {
  const slice = bytes.slice(offsets[index], offsets[index + 1])
  return type.kind === 'string' ? Buffer.from(slice).toString('utf8') : slice
}

/** The batches of a dictionary of slices as one; a NULL entry has bit 0 in `validity`. */
interface Entries {
  readonly text: Utf8
  readonly validity: Uint8Array | undefined
}

const joined = (chunks: readonly ColumnChunk[], size: number): Entries => {
  const parts = chunks.map((chunk) => plainSlices(chunk))
  const only = parts[0]
  if (parts.length === 1 && only !== undefined) return { text: only.text, validity: only.validity }
  const offsets = new Uint32Array(size + 1)
  const validity = new Uint8Array(bitmapBytes(size))
  const bytes = Buffer.concat(parts.map(({ text }) => text.bytes.subarray(text.offsets[0], text.offsets.at(-1))))
  let at = 0
  let base = 0
  for (const part of parts) {
    const { text, rows } = part
    for (let i = 0; i < rows; i++) offsets[at + i + 1] = base + text.offsets[i + 1]! - text.offsets[0]!
    if (part.validity === undefined) fillBits(validity, at, rows)
    else copyBits(validity, at, part.validity, 0, rows)
    at += rows
    base = offsets[at]!
  }
  if (bytes.length > MAX_TEXT) throw tooLong()
  return { text: { bytes, offsets }, validity }
}

/** Slices by row: an entry of a dictionary may itself be a code. */
const plainSlices = (chunk: ColumnChunk): { rows: number; text: Utf8; validity: Uint8Array | undefined } => {
  const { rows, validity } = chunk
  if (chunk.kind === 'utf8') return { rows, text: chunk.text, validity }
  if (chunk.kind === 'nulls') return { rows, text: { bytes: new Uint8Array(0), offsets: new Uint32Array(rows + 1) }, validity: new Uint8Array(bitmapBytes(rows)) }
  const { codes, text } = chunk as Extract<ColumnChunk, { kind: 'codes' }>
  const slices = Array.from(codes, (code, i) => (validity !== undefined && !getBit(validity, i) ? null : text.bytes.subarray(text.offsets[code], text.offsets[code + 1])))
  return { rows, text: joinBytes(slices), validity }
}

/** Batches of one file share their dictionaries. */
const read = new WeakMap<ArrowArray, ColumnChunk>()

const entriesOf = (array: ArrowArray, budget: Budget | undefined): ColumnChunk => {
  const known = read.get(array)
  if (known !== undefined) return known
  const chunk = arrowChunk(array, budget)
  read.set(array, chunk)
  return chunk
}

const dictionaryChunk = (array: ArrowArray, type: SqlType, budget: Budget | undefined): ColumnChunk => {
  const { length: rows } = array
  let validity = validityOf(array)
  need(array.values, rows)
  const chunks = array.dictionary.map((entries) => entriesOf(entries, budget))
  const size = chunks.reduce((sum, chunk) => sum + chunk.rows, 0)
  const codes = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    if (validity !== undefined && !getBit(validity, i)) continue
    const code = Number(array.values[i])
    if (!(code >= 0 && code < size)) throw new ChunkError('FILE_CORRUPT', `code ${code} in a dictionary of ${size}`)
    codes[i] = code
  }
  if (!isSlice(type)) {
    const entries = chunks.flatMap((chunk) => Array.from({ length: chunk.rows }, (_, row) => valueOf(chunk, type, row)))
    const values = Array.from(codes, (code, i) => (validity !== undefined && !getBit(validity, i) ? null : entries[code]!))
    return chunkOfValues(type, values)
  }
  if (size === 0) return { kind: 'nulls', rows }
  const entries = joined(chunks, size)
  if (entries.validity !== undefined) {
    const bits = validity ?? new Uint8Array(bitmapBytes(rows))
    if (validity === undefined) fillBits(bits, 0, rows)
    for (let i = 0; i < rows; i++) if (getBit(bits, i) && !getBit(entries.validity, codes[i]!)) bits[i >> 3]! &= ~(1 << (i & 7))
    validity = bits
  }
  return { kind: 'codes', rows, validity, codes, text: entries.text }
}

const boolChunk = ({ values, length: rows, bitOffset }: ArrowArray, validity: Uint8Array | undefined): ColumnChunk => {
  need(values, bitmapBytes(bitOffset + rows))
  const out = new Uint8Array(rows)
  for (let i = 0; i < rows; i++) out[i] = getBit(values, bitOffset + i) ? 1 : 0
  return { kind: 'numbers', rows, validity, values: out }
}

/** An Arrow array of a supported type as a chunk. Throws ChunkError. */
export const arrowChunk = (array: ArrowArray, budget?: Budget): ColumnChunk => {
  const { type, length: rows, values } = array
  const sql = sqlTypeOf(type)
  if (sql === undefined) throw new ChunkError('UNSUPPORTED_TYPE', `type ${type.typeId}`)
  if (type.typeId === ID.null) return { kind: 'nulls', rows }
  if (type.typeId === ID.dictionary) return dictionaryChunk(array, sql, budget)
  const validity = validityOf(array)
  if (type.typeId === ID.bool) return boolChunk(array, validity)
  if (isPacked(sql)) return packedChunk(array, sql, validity, budget ?? new Budget(Number.POSITIVE_INFINITY))
  if (isSlice(sql)) return { kind: 'utf8', rows, validity, text: sliceText(array, budget) }
  const wide = type.typeId === ID.decimal && (type.bitWidth ?? 128) === 128
  if (type.typeId === ID.decimal && type.bitWidth === 256) {
    if (values !== undefined && !(values instanceof BigInt64Array)) {
      // apache-arrow has them in words of 32 bits
      const { buffer, byteOffset, byteLength } = values as Uint32Array
      const words = new BigInt64Array(new Uint8Array(buffer, byteOffset, byteLength).slice().buffer)
      need(words, rows * 4)
      return { kind: 'wide', rows, validity, values: lowerWords(words, rows, validity) }
    }
    need(values, rows * 4)
    return { kind: 'wide', rows, validity, values: lowerWords(values, rows, validity) }
  }
  need(values, wide ? rows * (values instanceof BigUint64Array || values instanceof BigInt64Array ? 2 : 4) : rows)
  if (wide) return { kind: 'wide', rows, validity, values: wideWords(values, rows) }
  if (type.typeId === ID.timestamp || type.typeId === ID.duration) return { kind: 'bigints', rows, validity, values: micros(words64(values, rows), rows, type.unit ?? 2, validity) }
  if (type.typeId === ID.date && type.unit === 1) return { kind: 'numbers', rows, validity, values: days(words64(values, rows), rows, validity) }
  if (type.typeId === ID.float && type.precision === 0) return { kind: 'numbers', rows, validity, values: halves(values, rows) }
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return { kind: 'bigints', rows, validity, values }
  return { kind: 'numbers', rows, validity, values: values as NumberArray }
}
