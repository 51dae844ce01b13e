/** Reads cells as texts: as codes as long as few distinct ones explain many rows, else as offsets and bytes. */
import type { CellColumn, PartColumn } from './columns.ts'
import { CELLS, type CellReader } from './reader.ts'

/** Codes are u16, and 0 in a slot means none. */
export const MAX_CODES = 65535
/** Codes are given up when, after so many rows, more than half of the texts were new. */
const PROBATION = 2048
/** For texts that have escapes. */
const UNESCAPED = 1 << 16

export const readText = (reader: CellReader, rows: number, { codes }: CellColumn): PartColumn => {
  if (codes === undefined) return readBytes(reader, rows, false)
  return readCodes(reader, rows, codes) ?? readBytes(reader, rows, true)
}

const readBytes = (reader: CellReader, rows: number, abandoned: boolean): PartColumn => {
  const { scope } = reader
  const block = new Uint32Array(scope.buffer, reader.block, 32)
  new Uint8Array(scope.buffer, block[CELLS.bits] as number, Math.ceil(rows / 64) * 8).fill(0)
  block[CELLS.nullCount] = 0
  const aux = reader.keep((rows + 1) * 4)
  new Uint32Array(scope.buffer, aux, 1)[0] = 0
  block[CELLS.out] = aux
  const total = reader.call('cells_offsets', reader.block, 0, rows) >>> 0
  const data = reader.keep(total + 16)
  reader.call('cells_bytes', reader.block, 0, rows, data)
  return { physical: 'utf8', data, validity: reader.validity(rows), aux, abandoned }
}

const readCodes = (reader: CellReader, rows: number, known: NonNullable<CellColumn['codes']>): PartColumn | undefined => {
  const { scope, scratch } = reader
  const { buffer } = scope
  const most = Math.min(known.size + rows, MAX_CODES)
  const slots = 2 ** Math.ceil(Math.log2(2 * most + 2))
  const entries = scratch.take(8 * most)
  const free = scratch.take(UNESCAPED)
  const table = scratch.take(32)
  new Uint32Array(buffer, table, 7).set([known.size, most, scratch.zeroed(2 * slots), slots - 1, entries, free, free + UNESCAPED])
  if (known.size > 0) {
    new Uint8Array(buffer, entries, 8 * known.size).set(new Uint8Array(buffer, known.slices, 8 * known.size))
    reader.call('cells_seed', table)
  }
  const block = new Uint32Array(buffer, reader.block, 32)
  const out = scratch.take(rows * 2)
  block[CELLS.out] = out
  const count = () => new Uint32Array(buffer, table, 1)[0] as number
  for (let from = 0; from < rows; ) {
    const to = Math.min(from + PROBATION, rows)
    if (reader.call('cells_codes', reader.block, from, to, table) >>> 0 < to) return undefined
    if (to - from === PROBATION && count() - known.size > to / 2) return undefined
    from = to
  }
  const size = count() - known.size
  const narrow = count() <= 256
  const data = reader.keep(rows * (narrow ? 1 : 2))
  const codes = new Uint16Array(buffer, out, rows)
  if (narrow) new Uint8Array(buffer, data, rows).set(codes)
  else new Uint16Array(buffer, data, rows).set(codes)
  return { physical: narrow ? 'code8' : 'code16', data, validity: reader.validity(rows), aux: 0, fresh: size === 0 ? undefined : { size, slices: keepEntries(reader, entries + 8 * known.size, size) } }
}

/** The texts of new entries, out of the file's bytes. */
const keepEntries = (reader: CellReader, entries: number, size: number): number => {
  const { buffer } = reader.scope
  const found = new Uint32Array(buffer, entries, 2 * size)
  let total = 0
  for (let i = 0; i < size; i++) total += found[2 * i + 1] as number
  const slices = reader.keep(8 * size)
  const text = reader.keep(total + 16)
  const kept = new Uint32Array(buffer, slices, 2 * size)
  const bytes = new Uint8Array(buffer)
  let at = text
  for (let i = 0; i < size; i++) {
    const from = found[2 * i] as number
    const length = found[2 * i + 1] as number
    bytes.copyWithin(at, from, from + length)
    kept[2 * i] = at
    kept[2 * i + 1] = length
    at += length
  }
  return slices
}
