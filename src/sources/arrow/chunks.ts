/** Arrow arrays as column chunks. Buffers are used in place where their form is ours, and checked against the array's length. */
import { bitmapBytes, copyBits, getBit } from '../../layout/bits.ts'
import { type ColumnChunk, chunkOfValues, fromWords, type NumberArray, type Utf8 } from '../../layout/chunk.ts'
import { halfToNumber } from '../../layout/half.ts'
import { isPacked, isSlice, type SqlType } from '../../layout/types.ts'
import type { Value } from '../../layout/value.ts'
import { ChunkError, need } from './failure.ts'
import { packedChunk } from './packed.ts'
import type { ArrowArray } from './structure.ts'
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

const days = (values: BigInt64Array, rows: number): Int32Array => {
  const out = new Int32Array(rows)
  for (let i = 0; i < rows; i++) out[i] = Math.floor(Number(values[i]!) / 86_400_000)
  return out
}

const wideWords = (values: Uint32Array | BigUint64Array, rows: number): BigInt64Array => {
  const { buffer, byteOffset } = values
  if (byteOffset % 8 === 0) return new BigInt64Array(buffer, byteOffset, rows * 2)
  return new BigInt64Array(new Uint8Array(buffer, byteOffset, rows * 16).slice().buffer)
}

const halves = (values: Uint16Array, rows: number): Float32Array => Float32Array.from(values.subarray(0, rows), halfToNumber)

/** Offsets and bytes, checked; 64-bit offsets are taken relative to the first. */
const offsetText = (array: ArrowArray): Utf8 => {
  const { length: rows } = array
  if (rows === 0) return { bytes: new Uint8Array(0), offsets: new Uint32Array(1) }
  need(array.offsets, rows + 1)
  const first = Number(array.offsets[0])
  const offsets = new Uint32Array(rows + 1)
  for (let i = 0; i <= rows; i++) {
    const end = Number(array.offsets[i]) - first
    if (!(end >= (i === 0 ? 0 : offsets[i - 1]!))) throw new ChunkError('FILE_CORRUPT', 'string offsets run backwards')
    offsets[i] = end
  }
  const total = offsets[rows]!
  const bytes: Uint8Array = array.values ?? new Uint8Array(0)
  need(bytes, first + total)
  return { bytes: bytes.subarray(first, first + total), offsets }
}

/** Strings of 16-byte views: the length, then the text itself or a prefix and a place in a buffer. */
const viewText = (array: ArrowArray): Utf8 => {
  const { length: rows, values, variadic } = array
  const views: Uint8Array = values
  need(views, rows * 16)
  const words = new DataView(views.buffer, views.byteOffset, rows * 16)
  const offsets = new Uint32Array(rows + 1)
  const validity = validityOf(array)
  const valid = (row: number) => validity === undefined || getBit(validity, row)
  for (let i = 0; i < rows; i++) offsets[i + 1] = offsets[i]! + (valid(i) ? words.getUint32(i * 16, true) : 0)
  const bytes = new Uint8Array(offsets[rows]!)
  for (let i = 0; i < rows; i++) {
    const length = offsets[i + 1]! - offsets[i]!
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
  need(values, rows * width)
  return { bytes: (values as Uint8Array).subarray(0, rows * width), offsets: Uint32Array.from({ length: rows + 1 }, (_, i) => i * width) }
}

const sliceText = (array: ArrowArray): Utf8 => {
  switch (array.type.typeId) {
    case ID.utf8View:
    case ID.binaryView:
      return viewText(array)
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

const dictionaryChunk = (array: ArrowArray, type: SqlType): ColumnChunk => {
  const { length: rows } = array
  const validity = validityOf(array)
  need(array.values, rows)
  const chunks = array.dictionary.map(arrowChunk)
  const size = chunks.reduce((sum, chunk) => sum + chunk.rows, 0)
  const codes = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    if (validity !== undefined && !getBit(validity, i)) continue
    const code = Number(array.values[i])
    if (!(code >= 0 && code < size)) throw new ChunkError('FILE_CORRUPT', `code ${code} in a dictionary of ${size}`)
    codes[i] = code
  }
  const only = chunks[0]
  if (chunks.length === 1 && only?.kind === 'utf8' && only.validity === undefined) return { kind: 'codes', rows, validity, codes, text: only.text }
  const entries = chunks.flatMap((chunk) => Array.from({ length: chunk.rows }, (_, row) => valueOf(chunk, type, row)))
  const values = Array.from(codes, (code, i) => (validity !== undefined && !getBit(validity, i) ? null : entries[code]!))
  return chunkOfValues(type, values)
}

const boolChunk = ({ values, length: rows, bitOffset }: ArrowArray, validity: Uint8Array | undefined): ColumnChunk => {
  need(values, bitmapBytes(bitOffset + rows))
  const out = new Uint8Array(rows)
  for (let i = 0; i < rows; i++) out[i] = getBit(values, bitOffset + i) ? 1 : 0
  return { kind: 'numbers', rows, validity, values: out }
}

/** An Arrow array of a supported type as a chunk. Throws ChunkError. */
export const arrowChunk = (array: ArrowArray): ColumnChunk => {
  const { type, length: rows, values } = array
  const sql = sqlTypeOf(type)
  if (sql === undefined) throw new ChunkError('UNSUPPORTED_TYPE', `type ${type.typeId}`)
  if (type.typeId === ID.null) return { kind: 'nulls', rows }
  if (type.typeId === ID.dictionary) return dictionaryChunk(array, sql)
  const validity = validityOf(array)
  if (type.typeId === ID.bool) return boolChunk(array, validity)
  if (isPacked(sql)) return packedChunk(array, sql, validity)
  if (isSlice(sql)) return { kind: 'utf8', rows, validity, text: sliceText(array) }
  const wide = type.typeId === ID.decimal && (type.bitWidth ?? 128) === 128
  need(values, wide ? rows * (values instanceof BigUint64Array || values instanceof BigInt64Array ? 2 : 4) : rows)
  if (wide) return { kind: 'wide', rows, validity, values: wideWords(values, rows) }
  if (type.typeId === ID.timestamp || type.typeId === ID.duration) return { kind: 'bigints', rows, validity, values: micros(words64(values, rows), rows, type.unit ?? 2, validity) }
  if (type.typeId === ID.date && type.unit === 1) return { kind: 'numbers', rows, validity, values: days(words64(values, rows), rows) }
  if (type.typeId === ID.float && type.precision === 0) return { kind: 'numbers', rows, validity, values: halves(values, rows) }
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return { kind: 'bigints', rows, validity, values }
  return { kind: 'numbers', rows, validity, values: values as NumberArray }
}
