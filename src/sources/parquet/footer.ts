/** A Parquet file's footer: where it lies, and its columns and row groups, checked against each other. */
import type { FileHandle } from 'node:fs/promises'
import { SourceError } from '../../errors.ts'
import { corrupt } from '../failure.ts'
import { type FileMetadata, type RowGroupMetadata, readFileMetadata, UnreadableLayout } from './metadata.ts'
import { type ParquetColumn, parquetColumns } from './schema.ts'
import { PHYSICAL_TYPES, type SchemaElement } from './schema-element.ts'
import { ThriftError } from './thrift.ts'

export interface Footer {
  readonly columns: readonly ParquetColumn[]
  readonly rows: number
  readonly rowGroups: readonly RowGroupMetadata[]
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

/** The footer's metadata, without the length and the magic behind them. */
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
  return length + 8 <= tail.length ? tail.subarray(tail.length - length - 8, tail.length - 8) : await readRange(handle, path, size - length - 8, length)
}

/** The leaves of a schema: a row group holds as many columns, of their types. */
const leavesOf = (schema: readonly SchemaElement[]): readonly SchemaElement[] => schema.slice(1).filter(({ children = 0 }) => children === 0)

const checkRowGroups = ({ schema, rowGroups }: FileMetadata): void => {
  const leaves = leavesOf(schema)
  for (const [g, { rows, chunks }] of rowGroups.entries()) {
    if (chunks.length !== leaves.length) throw new RangeError(`row group ${g} has ${chunks.length} columns, the schema ${leaves.length}`)
    chunks.forEach(({ type, values }, i) => {
      // of nested columns there are more, where lists have elements; none has less
      if (values < rows) throw new RangeError(`column ${JSON.stringify(leaves[i]?.name)} has ${values} values in row group ${g} of ${rows} rows`)
      if (PHYSICAL_TYPES[type] !== leaves[i]?.type) throw new RangeError(`column ${JSON.stringify(leaves[i]?.name)} is of another type in row group ${g}`)
    })
  }
}

/** Throws SourceError FILE_FORMAT when it is no Parquet file or one of a layout that is not read, FILE_CORRUPT when it is a damaged one. */
export const openFooter = async (handle: FileHandle, path: string, size: number): Promise<Footer> => {
  const bytes = await readFooter(handle, path, size)
  try {
    const metadata = readFileMetadata(bytes, size)
    const columns = parquetColumns(metadata.schema)
    checkRowGroups(metadata)
    return { columns, rows: metadata.rows, rowGroups: metadata.rowGroups }
  } catch (cause) {
    if (cause instanceof UnreadableLayout) throw new SourceError('FILE_FORMAT', `${path} ${cause.message}`, { path })
    if (!(cause instanceof RangeError)) throw cause
    const at = size - 8 - bytes.length + (cause instanceof ThriftError ? cause.at : 0)
    throw corrupt(path, `its footer cannot be read: ${cause.message}`, { cause, byteOffset: at })
  }
}
