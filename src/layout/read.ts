/** Values out of relations: an accessor a column and batch, specialised once for its type and physical form. */
import { getBit, bitmapBytes } from './bits.ts'
import { fromWords } from './chunk.ts'
import { isNumberKind } from './literal.ts'
import { bytesAt, textAt, viewOf } from './memory.ts'
import type { ColumnBatch, ColumnInfo, Dictionary, Relation, Vector } from './relation.ts'
import { isBinary } from './types.ts'
import type { Value } from './value.ts'

/** The value in a row of the batch. */
type Reader = (row: number) => Value

/** Strings of the slices at an address, decoded as they are asked for and then kept. */
const sliceReader = (buffer: ArrayBufferLike, slices: number, size: number): ((index: number) => string) => {
  const words = viewOf(buffer, 'u32', slices, size * 2) as Uint32Array
  return (index) => {
    const length = words[2 * index + 1]!
    return length === 0 ? '' : textAt(buffer, words[2 * index]!, length).toString('utf8')
  }
}

/** The strings of a dictionary by code. */
export const readDictionary = (buffer: ArrayBufferLike, dictionary: Dictionary): string[] => {
  const read = sliceReader(buffer, dictionary.slices, dictionary.size)
  return Array.from({ length: dictionary.size }, (_, i) => read(i))
}

const stringReader = (buffer: ArrayBufferLike, info: ColumnInfo, vector: Vector, rows: number, decoded: Map<ColumnInfo, string[]>): Reader => {
  if (info.physical === 'slice') return sliceReader(buffer, vector.data, rows)
  if (info.physical === 'utf8') {
    const offsets = viewOf(buffer, 'u32', vector.aux, rows + 1) as Uint32Array
    const text = textAt(buffer, vector.data, offsets[rows]!)
    return (row) => text.toString('utf8', offsets[row]!, offsets[row + 1]!)
  }
  let strings = decoded.get(info)
  if (strings === undefined) {
    strings = readDictionary(buffer, info.dictionary!)
    decoded.set(info, strings)
  }
  const words = strings
  const codes = viewOf(buffer, info.physical, vector.data, rows)
  return (row) => words[Number(codes[row])]!
}

/** Bytes, copied. */
const binaryReader = (buffer: ArrayBufferLike, info: ColumnInfo, vector: Vector, rows: number): Reader => {
  if (info.physical === 'slice') {
    const words = viewOf(buffer, 'u32', vector.data, rows * 2) as Uint32Array
    return (row) => bytesAt(buffer, words[2 * row]!, words[2 * row + 1]!).slice()
  }
  const offsets = viewOf(buffer, 'u32', vector.aux, rows + 1) as Uint32Array
  const data = vector.data >>> 0
  return (row) => bytesAt(buffer, data + offsets[row]!, offsets[row + 1]! - offsets[row]!).slice()
}

const plainReader = (buffer: ArrayBufferLike, info: ColumnInfo, vector: Vector, rows: number, decoded: Map<ColumnInfo, string[]>): Reader => {
  const { type, physical } = info
  if (type.kind === 'null') return () => null
  if (type.kind === 'string') return stringReader(buffer, info, vector, rows, decoded)
  if (isBinary(type)) return binaryReader(buffer, info, vector, rows)
  const view = viewOf(buffer, physical, vector.data, rows)
  if (physical === 'i128') {
    const words = view as BigInt64Array
    const read = (row: number) => fromWords(words[2 * row]!, words[2 * row + 1]!)
    return isNumberKind(type) ? (row) => Number(read(row)) : read
  }
  if (type.kind === 'bool') return (row) => Number(view[row]) !== 0
  const big = view instanceof BigInt64Array || view instanceof BigUint64Array
  if (type.kind === 'float' || type.kind === 'double' || isNumberKind(type)) return big ? (row) => Number(view[row]) : (row) => (view as Float64Array)[row]!
  return big ? (row) => (view as BigInt64Array)[row]! : (row) => BigInt(view[row]!)
}

/** Accessors of a batch's columns. `decoded` keeps dictionaries from batch to batch. */
export const columnReaders = (
  buffer: ArrayBufferLike,
  columns: readonly ColumnInfo[],
  batch: ColumnBatch,
  decoded: Map<ColumnInfo, string[]> = new Map(),
): Reader[] =>
  columns.map((info, i) => {
    const vector = batch.vectors[i]!
    const read = plainReader(buffer, info, vector, batch.rows, decoded)
    if (vector.validity === 0) return read
    const bits = bytesAt(buffer, vector.validity, bitmapBytes(batch.rows))
    return (row) => (getBit(bits, row) ? read(row) : null)
  })

/** All values of one column. */
export const readColumn = (buffer: ArrayBufferLike, relation: Relation, column: number): Value[] => {
  const out: Value[] = []
  const info = [relation.columns[column]!]
  const decoded = new Map<ColumnInfo, string[]>()
  for (const batch of relation.batches) {
    const read = columnReaders(buffer, info, { rows: batch.rows, vectors: [batch.vectors[column]!] }, decoded)[0]!
    for (let row = 0; row < batch.rows; row++) out.push(read(row))
  }
  return out
}
