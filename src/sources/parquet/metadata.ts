/**
 * A Parquet footer's FileMetaData, read losslessly: statistics stay the bytes that the writer stored, positions and counts are
 * checked for what they can be at all. (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift)
 */
import type { Codec } from './chunk-task.ts'
import { readSchemaElement, type SchemaElement } from './schema-element.ts'
import { STOP, ThriftError, ThriftReader } from './thrift.ts'

/** Bounds as stored. */
export interface RawStatistics {
  readonly min?: Uint8Array | undefined
  readonly max?: Uint8Array | undefined
  readonly nullCount?: number | undefined
  readonly distinctCount?: number | undefined
  /** From the fields that old writers filled, ordered by signed bytes. */
  readonly legacy: boolean
}

/** A part of the file. */
export interface FileRange {
  readonly offset: number
  readonly length: number
}

const CODECS: readonly Codec[] = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW']

/** How many pages of a type are in an encoding. */
export interface EncodingStatistics {
  readonly page: number
  readonly encoding: number
  readonly count: number
}

/** One column of one row group. */
export interface ChunkMetadata {
  readonly type: number
  readonly codec: Codec
  readonly encodings: readonly number[]
  readonly encodingStatistics: readonly EncodingStatistics[] | undefined
  /** Values and NULLs; rows of a flat column. */
  readonly values: number
  readonly uncompressed: number
  /** Where all its pages lie, the dictionary's first. */
  readonly pages: FileRange
  /** Bytes of the dictionary's page with its header, where the metadata tell. */
  readonly dictionaryBytes: number | undefined
  readonly statistics: RawStatistics | undefined
  /** Of length 0 where only the position is known. */
  readonly bloomFilter: FileRange | undefined
  readonly columnIndex: FileRange | undefined
  readonly offsetIndex: FileRange | undefined
}

export interface RowGroupMetadata {
  readonly rows: number
  /** By leaf. */
  readonly chunks: readonly ChunkMetadata[]
}

export interface FileMetadata {
  readonly schema: readonly SchemaElement[]
  readonly rows: number
  readonly rowGroups: readonly RowGroupMetadata[]
  readonly keyValues: ReadonlyMap<string, string>
  readonly createdBy: string | undefined
}

/** What a file is that is no damaged one and yet not read. */
export class UnreadableLayout extends Error {}

const lacks = (reader: ThriftReader, what: string): never => {
  throw new ThriftError(`${what} is missing`, reader.at)
}

const counted = (value: number): number | undefined => (value >= 0 ? value : undefined)

export const readStatistics = (r: ThriftReader): RawStatistics => {
  r.struct()
  let oldMin: Uint8Array | undefined
  let oldMax: Uint8Array | undefined
  let min: Uint8Array | undefined
  let max: Uint8Array | undefined
  let nullCount: number | undefined
  let distinctCount: number | undefined
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) oldMax = r.binary()
    else if (id === 2) oldMin = r.binary()
    else if (id === 3) nullCount = counted(r.integer())
    else if (id === 4) distinctCount = counted(r.integer())
    else if (id === 5) max = r.binary()
    else if (id === 6) min = r.binary()
    else r.skip()
  }
  const legacy = min === undefined && max === undefined
  return legacy ? { min: oldMin, max: oldMax, nullCount, distinctCount, legacy } : { min, max, nullCount, distinctCount, legacy }
}

const readEncodingStatistics = (r: ThriftReader): EncodingStatistics => {
  r.struct()
  let page = -1
  let encoding = -1
  let count = 0
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) page = r.integer()
    else if (id === 2) encoding = r.integer()
    else if (id === 3) count = r.integer()
    else r.skip()
  }
  return { page, encoding, count }
}

/** Where its indexes lie is told behind it. */
type ColumnMetadata = ChunkMetadata & { columnIndex: FileRange | undefined; offsetIndex: FileRange | undefined }

const readColumnMetadata = (r: ThriftReader, size: number): ColumnMetadata => {
  r.struct()
  const start = r.at
  let type = -1
  let codec: number | undefined
  let encodings: number[] = []
  let encodingStatistics: EncodingStatistics[] | undefined
  let values = -1
  let uncompressed = -1
  let compressed = -1
  let data = -1
  let dictionary = 0
  let statistics: RawStatistics | undefined
  let bloom: number | undefined
  let bloomLength = 0
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    switch (id) {
      case 1: type = r.integer(); break
      case 2: encodings = r.list(() => r.integer()); break
      case 4: codec = r.integer(); break
      case 5: values = r.integer(); break
      case 6: uncompressed = r.integer(); break
      case 7: compressed = r.integer(); break
      case 9: data = r.integer(); break
      case 11: dictionary = r.integer(); break
      case 12: statistics = readStatistics(r); break
      case 13: encodingStatistics = r.list(() => readEncodingStatistics(r)); break
      // drafts had other fields of these numbers
      case 14: if (r.isInteger) bloom = r.integer(); else r.skip(); break
      case 15: if (r.isInteger) bloomLength = r.integer(); else r.skip(); break
      default: r.skip()
    }
  }
  if (codec === undefined) lacks(r, "a column's codec")
  const name = CODECS[codec as number]
  if (name === undefined) throw new ThriftError(`codec ${codec} is none`, start)
  // some writers give the dictionary's position only as the data's, or after it
  const offset = dictionary > 0 && dictionary < data ? dictionary : data
  // without values there need be no pages
  if (values === 0)
    return { type, codec: name, encodings, encodingStatistics, values, uncompressed: 0, pages: { offset: 4, length: 0 }, dictionaryBytes: undefined, statistics, bloomFilter: undefined, columnIndex: undefined, offsetIndex: undefined }
  if (!(values >= 0 && uncompressed >= 0 && compressed >= 0 && offset >= 4 && offset + compressed <= size)) {
    throw new ThriftError(`a column of ${values} values in ${compressed} bytes at ${offset} lies outside of the file`, start)
  }
  // a page holds fewer than 2^31 values, and takes some bytes
  if (values > Math.ceil(compressed / 8) * 2 ** 31) throw new ThriftError(`a column of ${values} values in ${compressed} bytes`, start)
  const bloomFilter = bloom !== undefined && bloom >= 4 && bloom < size && bloomLength >= 0 && bloom + bloomLength <= size ? { offset: bloom, length: bloomLength } : undefined
  const dictionaryBytes = offset === dictionary && data - dictionary <= compressed ? data - dictionary : undefined
  return { type, codec: name, encodings, encodingStatistics, values, uncompressed, pages: { offset, length: compressed }, dictionaryBytes, statistics, bloomFilter, columnIndex: undefined, offsetIndex: undefined }
}

const rangeOf = (offset: number, length: number, size: number): FileRange | undefined =>
  offset >= 4 && length > 0 && offset + length <= size ? { offset, length } : undefined

const readChunk = (r: ThriftReader, size: number): ChunkMetadata => {
  r.struct()
  let metadata: ColumnMetadata | undefined
  let elsewhere = false
  let encrypted = false
  const index = [0, 0, 0, 0]
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) elsewhere = r.binary().length > 0
    else if (id === 3) metadata = readColumnMetadata(r, size)
    else if (id >= 4 && id <= 7) index[id - 4] = r.integer()
    else {
      if (id === 8 || id === 9) encrypted = true
      r.skip()
    }
  }
  if (elsewhere) throw new UnreadableLayout('keeps its columns in other files')
  if (encrypted) throw new UnreadableLayout('holds encrypted columns')
  if (metadata === undefined) return lacks(r, "a column's metadata")
  const [offsetAt, offsetLength, columnAt, columnLength] = index as [number, number, number, number]
  metadata.offsetIndex = rangeOf(offsetAt, offsetLength, size)
  metadata.columnIndex = rangeOf(columnAt, columnLength, size)
  return metadata
}

const readRowGroup = (r: ThriftReader, size: number): RowGroupMetadata => {
  r.struct()
  let chunks: ChunkMetadata[] | undefined
  let rows = -1
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) chunks = r.list(() => readChunk(r, size))
    else if (id === 3) rows = r.integer()
    else r.skip()
  }
  if (chunks === undefined) return lacks(r, "a row group's columns")
  if (rows < 0) throw new ThriftError(`a row group of ${rows} rows`, r.at)
  return { rows, chunks }
}

const readKeyValue = (r: ThriftReader): readonly [string, string] => {
  r.struct()
  let key = ''
  let value = ''
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) key = r.text()
    else if (id === 2) value = r.text()
    else r.skip()
  }
  return [key, value]
}

/** `size`: the file's. Throws ThriftError and UnreadableLayout. */
export const readFileMetadata = (bytes: Uint8Array, size: number): FileMetadata => {
  const r = new ThriftReader(bytes)
  let schema: SchemaElement[] | undefined
  let rows = -1
  let rowGroups: RowGroupMetadata[] = []
  let keyValues: (readonly [string, string])[] = []
  let createdBy: string | undefined
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    switch (id) {
      case 2: schema = r.list(() => readSchemaElement(r)); break
      case 3: rows = r.integer(); break
      case 4: rowGroups = r.list(() => readRowGroup(r, size)); break
      case 5: keyValues = r.list(() => readKeyValue(r)); break
      case 6: createdBy = r.text(); break
      default: r.skip()
    }
  }
  if (schema === undefined) return lacks(r, 'the schema')
  const held = rowGroups.reduce((sum, group) => sum + group.rows, 0)
  // an early parquet-rs left the number out
  if (held !== rows && rows !== 0) throw new ThriftError(`its row groups hold ${held} rows and its footer says ${rows}`, r.at)
  // pages of nested columns are read to their chunk's end
  const isFlat = schema.every(({ children = 0, repetition }, i) => i === 0 || (children === 0 && repetition !== 'REPEATED'))
  if (isFlat && leavesHeadersOut(createdBy)) rowGroups = rowGroups.map((group) => ({ ...group, chunks: group.chunks.map((chunk) => withHeader(chunk, size)) }))
  return { schema, rows: held, rowGroups, keyValues: new Map(keyValues), createdBy }
}

/** parquet-mr before 1.2.9 did not count the header of a chunk's dictionary page (PARQUET-816). */
const leavesHeadersOut = (createdBy: string | undefined): boolean => {
  const [, version] = /^parquet-mr(?: version (\d+(?:\.\d+)*))?/.exec(createdBy ?? '') ?? []
  if (version === undefined) return createdBy === 'parquet-mr'
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return major < 1 || (major === 1 && (minor < 2 || (minor === 2 && patch < 9)))
}

/** More than such a header takes. */
const HEADER = 100

const withHeader = (chunk: ChunkMetadata, size: number): ChunkMetadata => {
  const { offset, length } = chunk.pages
  return length === 0 ? chunk : { ...chunk, pages: { offset, length: Math.min(length + HEADER, size - offset) } }
}
