/** A Parquet file's footer: schema, row groups, and statistics as the raw bytes that the writer stored. */
import type { FileHandle } from 'node:fs/promises'
import { type ColumnMetaData, parquetMetadata } from 'hyparquet'
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js'
import { SourceError } from '../../errors.ts'
import { corrupt } from '../failure.ts'
import { type ParquetColumn, parquetColumns } from './schema.ts'

/** Bounds as stored; hyparquet's own conversion would take decimals through doubles. */
export interface RawStatistics {
  readonly min?: Uint8Array | undefined
  readonly max?: Uint8Array | undefined
  readonly nullCount?: number | undefined
  /** From the fields that old writers filled, ordered by signed bytes. */
  readonly legacy: boolean
}

interface ColumnChunkInfo {
  readonly meta: ColumnMetaData
  readonly statistics: RawStatistics | undefined
}

export interface RowGroupInfo {
  readonly rows: number
  /** By leaf. */
  readonly chunks: readonly ColumnChunkInfo[]
}

export interface Footer {
  readonly columns: readonly ParquetColumn[]
  readonly rows: number
  readonly rowGroups: readonly RowGroupInfo[]
}

const TAIL = 1 << 16

/** Reads exactly a range of a file; short reads are damage. */
export const readRange = async (handle: FileHandle, path: string, start: number, length: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(length)
  for (let got = 0; got < length; ) {
    const { bytesRead } = await handle.read(bytes, got, length - got, start + got)
    if (bytesRead === 0) throw corrupt(path, `it ends at byte ${start + got}`, { byteOffset: start + got })
    got += bytesRead
  }
  return bytes
}

const magic = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))

const bytesOf = (value: unknown): Uint8Array | undefined => (value instanceof Uint8Array ? value : undefined)

const statisticsOf = (raw: any): RawStatistics | undefined => {
  if (raw === undefined) return undefined
  const nullCount = raw.field_3 === undefined ? undefined : Number(raw.field_3)
  const min = bytesOf(raw.field_6)
  const max = bytesOf(raw.field_5)
  if (min !== undefined || max !== undefined) return { min, max, nullCount, legacy: false }
  return { min: bytesOf(raw.field_2), max: bytesOf(raw.field_1), nullCount, legacy: true }
}

/** The footer's bytes, with their length and magic as parquetMetadata wants them. */
const readFooter = async (handle: FileHandle, path: string, size: number): Promise<Uint8Array> => {
  if (size === 0) throw corrupt(path, 'it is empty')
  const head = await readRange(handle, path, 0, Math.min(4, size))
  if (magic(head, 0) !== 'PAR1') {
    if (magic(head, 0) === 'PARE') throw new SourceError('FILE_FORMAT', `${path} is encrypted`, { path })
    throw new SourceError('FILE_FORMAT', `${path} is no Parquet file: it does not begin with PAR1`, { path, byteOffset: 0 })
  }
  if (size < 12) throw corrupt(path, `${size} bytes are no Parquet file`)
  const tail = await readRange(handle, path, Math.max(0, size - TAIL), Math.min(size, TAIL))
  if (magic(tail, tail.length - 4) !== 'PAR1') throw corrupt(path, 'it is truncated: it does not end with PAR1', { byteOffset: size })
  const length = new DataView(tail.buffer).getUint32(tail.length - 8, true)
  if (length > size - 12) throw corrupt(path, `a footer of ${length} bytes in a file of ${size}`, { byteOffset: size - 8 })
  return length + 8 <= tail.length ? tail.subarray(tail.length - length - 8) : await readRange(handle, path, size - length - 8, length + 8)
}

const parse = (bytes: Uint8Array, path: string): Footer => {
  const metadata = parquetMetadata(bytes, { geoparquet: false })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const raw = deserializeTCompactProtocol({ view, offset: 0 })
  const columns = parquetColumns(metadata.schema)
  const rowGroups = metadata.row_groups.map(
    (group, g): RowGroupInfo => ({
      rows: Number(group.num_rows),
      chunks: group.columns.map((chunk, c): ColumnChunkInfo => {
        if (chunk.file_path) throw new SourceError('FILE_FORMAT', `${path} keeps its columns in other files`, { path })
        if (chunk.meta_data === undefined) throw new SourceError('FILE_FORMAT', `${path} holds encrypted columns`, { path })
        return { meta: chunk.meta_data, statistics: statisticsOf(raw['field_4']?.[g]?.field_1?.[c]?.field_3?.field_12) }
      }),
    }),
  )
  const rows = rowGroups.reduce((sum, group) => sum + group.rows, 0)
  if (rows !== Number(metadata.num_rows) || rowGroups.some((group) => !(group.rows >= 0))) {
    throw new RangeError(`its row groups hold ${rows} rows and its footer says ${metadata.num_rows}`)
  }
  const last = Math.max(-1, ...columns.map((column) => column.leaf))
  if (rowGroups.some((group) => group.chunks.length <= last)) throw new RangeError('a row group lacks columns')
  return { columns, rows, rowGroups }
}

/** Throws SourceError FILE_FORMAT when it is no Parquet file, FILE_CORRUPT when it is a damaged one. */
export const openFooter = async (handle: FileHandle, path: string, size: number): Promise<Footer> => {
  const bytes = await readFooter(handle, path, size)
  try {
    return parse(bytes, path)
  } catch (cause) {
    if (cause instanceof SourceError) throw cause
    throw corrupt(path, `its footer cannot be read: ${(cause as Error).message}`, { cause, byteOffset: size - bytes.length })
  }
}
