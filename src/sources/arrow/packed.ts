/**
 * Arrow's intervals, structs, lists and maps as the bytes of packed types, row by row. `packedChunk` is all that others use: it takes an
 * array and gives its bytes.
 */
import { getBit } from '../../layout/bits.ts'
import { type ColumnChunk, joinBytes } from '../../layout/chunk.ts'
import { isPacked, type SqlType } from '../../layout/types.ts'
import { packedForm } from '../../layout/unsafe/fields.ts'
import { packSlice } from '../../layout/unsafe/writer.ts'
import type { Interval, RowValue } from '../../layout/unsafe-row.ts'
import { arrowChunk, validityOf, valueOf } from './chunks.ts'
import { ChunkError, need } from './failure.ts'
import type { ArrowArray, Budget } from './structure.ts'
import { DAY_TIME, ID } from './types.ts'

type Read = (row: number) => RowValue

/** An array of a packed type as a chunk. Throws ChunkError. */
export const packedChunk = (array: ArrowArray, type: SqlType, validity: Uint8Array | undefined, budget: Budget | undefined): ColumnChunk => {
  const form = packedForm(type)
  const read = reader(array, type, budget)
  const rows = Array.from({ length: array.length }, (_, row) => {
    const value = read(row)
    return value === null ? null : packSlice(form, value)
  })
  return { kind: 'utf8', rows: array.length, validity, text: joinBytes(rows) }
}

/** Values of an array by row, NULLs too. */
const reader = (array: ArrowArray, type: SqlType, budget: Budget | undefined): Read => {
  if (!isPacked(type) || array.type.typeId === ID.dictionary) {
    const chunk = arrowChunk(array, budget)
    return (row) => valueOf(chunk, type, row)
  }
  const validity = validityOf(array)
  const read = valid(array, type, budget)
  return validity === undefined ? read : (row) => (getBit(validity, row) ? read(row) : null)
}

const valid = (array: ArrowArray, type: SqlType, budget: Budget | undefined): Read => {
  switch (type.kind) {
    case 'struct': {
      const parts = type.fields.map((f, i) => reader(child(array, i, array.length), f.type, budget))
      return (row) => parts.map((read) => read(row))
    }
    case 'array':
      return lists(array, (elements) => reader(elements, type.element, budget))
    case 'map':
      return lists(array, (entries) => {
        const key = reader(child(entries, 0, entries.length), type.key, budget)
        const value = reader(child(entries, 1, entries.length), type.value, budget)
        return (row) => {
          const k = key(row)
          if (k === null) throw new ChunkError('FILE_CORRUPT', 'a key of a map is NULL')
          return [k, value(row)]
        }
      })
    default:
      return intervals(array)
  }
}

const child = ({ children }: ArrowArray, index: number, length: number): ArrowArray => {
  const found = children[index]
  need(found, length)
  return found as ArrowArray
}

const lists = (array: ArrowArray, elementsOf: (elements: ArrowArray) => Read): Read => {
  const { type, length: rows, offsets } = array
  const size = type.typeId === ID.fixedList ? (type.listSize ?? type.stride ?? 0) : undefined
  if (size !== undefined && size < 0) throw new ChunkError('FILE_CORRUPT', `lists of ${size} elements`)
  const elements = child(array, 0, size === undefined ? 0 : rows * size)
  const read = elementsOf(elements)
  if (size === undefined && rows > 0) need(offsets, rows + 1)
  return (row) => {
    const from = size === undefined ? Number(offsets[row]) : row * size
    const to = size === undefined ? Number(offsets[row + 1]) : from + size
    if (!(from >= 0 && from <= to && to <= elements.length)) throw new ChunkError('FILE_CORRUPT', `a list from ${from} to ${to} of ${elements.length} elements`)
    return Array.from({ length: to - from }, (_, i) => read(from + i))
  }
}

/** Days and milliseconds, or months, days and nanoseconds. */
const intervals = ({ type, length: rows, values }: ArrowArray): Read => {
  const bytes = type.unit === DAY_TIME ? 8 : 16
  const { buffer, byteOffset, byteLength } = (values ?? new Uint8Array(0)) as Uint8Array
  need({ length: byteLength }, rows * bytes)
  const view = new DataView(buffer, byteOffset, byteLength)
  return (row): Interval => {
    const at = row * bytes
    if (type.unit === DAY_TIME) return { months: 0, days: view.getInt32(at, true), micros: BigInt(view.getInt32(at + 4, true)) * 1000n }
    const nanos = view.getBigInt64(at + 8, true)
    if (nanos % 1000n !== 0n) throw new ChunkError('UNSUPPORTED_TYPE', `an interval with ${nanos} nanoseconds is finer than microseconds`)
    return { months: view.getInt32(at, true), days: view.getInt32(at + 4, true), micros: nanos / 1000n }
  }
}
