/** Opens whatever a table is registered from: paths by what the file begins with, values by their structure. */
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { OptionError, SourceError } from '../errors.ts'
import { type ArrowSource, arrowIpcSource, arrowSource, openArrowFile } from './arrow.ts'
import { CsvSource, openCsv, type Workplace } from './csv.ts'
import type { CsvOptions } from './csv/options.ts'
import { corrupt, fileError } from './failure.ts'
import { FilesSource, inTurns, type LearningSource } from './files.ts'
import { partitionsOf } from './files/partitions.ts'
import { filesOf } from './files/paths.ts'
import { JsonSource, openJson } from './ndjson.ts'
import type { JsonOptions } from './ndjson/options.ts'
import { openParquet, type ParquetSource } from './parquet.ts'

export type OpenSource = ParquetSource | ArrowSource | CsvSource | JsonSource | FilesSource

/** How a text file is written; see each format. */
export interface SourceOptions extends Omit<CsvOptions, 'format'>, Omit<JsonOptions, 'format'> {
  readonly format?: CsvOptions['format'] | JsonOptions['format']
}

const readHead = async (path: string): Promise<Uint8Array> => {
  try {
    const handle = await open(path)
    try {
      const head = new Uint8Array(8)
      const { bytesRead } = await handle.read(head, 0, 8, 0)
      return head.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw fileError(cause, path)
  }
}

/** Footers that are read at once; samples of text are read one after the other. */
const AT_ONCE = 16

/** A file, or several as one table. */
const openPaths = async (paths: readonly string[], options: SourceOptions, place: Workplace | undefined): Promise<OpenSource> => {
  const found = await inTurns(paths, AT_ONCE, filesOf)
  const all = found.flatMap((one) => one.files)
  if (paths.length === 1 && found[0]!.isFile) return openPath(all[0]!, options, place)
  const isText = options.format !== undefined || all.some((path) => CSV_NAME.test(path) || JSON_NAME.test(path))
  const opened = await inTurns(all, isText ? 1 : AT_ONCE, (path) => openPath(path, options, place))
  const [path, { kind }] = [all[0]!, opened[0]!]
  for (const [i, other] of opened.entries()) {
    if (other.kind !== kind) throw new SourceError('FILE_FORMAT', `${all[i]} is ${FORMATS[other.kind]}, and ${path} ${FORMATS[kind]}`, { path: all[i], hint: 'files of one table are of one format' })
  }
  if (kind === 'csv') {
    // Empty files have no columns, and no rows.
    const files = (opened as CsvSource[]).filter(({ isEmpty }) => !isEmpty)
    return learningFrom(files.length > 0 ? files : [opened[0] as CsvSource], CsvSource.unite)
  }
  if (kind === 'json') return learningFrom(opened as JsonSource[], JsonSource.unite)
  if (kind !== 'parquet') throw new SourceError('FILE_FORMAT', `${path} is ${FORMATS[kind]}: tables of several files are Parquet, CSV or JSON`, { path })
  return new FilesSource(opened as ParquetSource[], partitionsOf(all))
}

const FORMATS: Record<OpenSource['kind'], string> = { parquet: 'Parquet', arrow: 'Arrow IPC', csv: 'CSV', json: 'JSON', files: 'several files' }

const learningFrom = <S extends LearningSource>(files: readonly S[], unite: (files: readonly S[]) => void): FilesSource =>
  new FilesSource(files, partitionsOf(files.map(({ path }) => path)), { files, unite: () => unite(files) })

const isPath = (value: unknown): value is string | URL => typeof value === 'string' || (value instanceof URL && value.protocol === 'file:')
const pathOf = (value: string | URL): string => (typeof value === 'string' ? value : fileURLToPath(value))

/** What a path's name says: its format, compressed or not. */
const CSV_NAME = /\.(csv|tsv|psv|tbl|txt)(\.(gz|zst|zstd))?$/i
const JSON_NAME = /\.(ndjson|jsonl|json)(\.(gz|zst|zstd))?$/i

/** As which text a path is to be read, by what was asked for or else by its name. */
const textFormat = (path: string, format: SourceOptions['format'], begins: string): SourceOptions['format'] => {
  if (format === 'csv' || format === 'ndjson' || format === 'json') return format
  if (format !== undefined || /^(?:PAR[1E]|ARROW1)/.test(begins)) return undefined
  if (CSV_NAME.test(path)) return 'csv'
  const json = JSON_NAME.exec(path)?.[1]?.toLowerCase()
  return json === undefined ? undefined : json === 'json' ? 'json' : 'ndjson'
}

const openPath = async (path: string, options: SourceOptions, place: Workplace | undefined): Promise<OpenSource> => {
  const head = await readHead(path)
  const begins = Buffer.from(head).toString('latin1')
  const format = textFormat(path, options.format, begins)
  if (format !== undefined) {
    if (!place) throw new SourceError('FILE_FORMAT', `${path} is ${format}, which is not read here`, { path })
    return format === 'csv' ? openCsv(path, options as CsvOptions, place) : openJson(path, options as JsonOptions, format, place)
  }
  const [option] = Object.keys(options).filter((name) => options[name as keyof SourceOptions] !== undefined)
  if (option !== undefined) throw new OptionError('INVALID_OPTION', option === 'format' ? `format is ${JSON.stringify(options.format)}; it must be 'csv', 'ndjson' or 'json'` : `${option} goes with a table of CSV or JSON`, { hint: option === 'format' ? undefined : "format: 'csv', 'ndjson' or 'json' says that it is one" })
  if (head.length === 0) throw corrupt(path, 'it is empty')
  if (begins.startsWith('PAR1') || begins.startsWith('PARE')) return openParquet(path)
  if (begins.startsWith('ARROW1') || begins.startsWith('\xff\xff\xff\xff')) return openArrowFile(path)
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  if (extension === 'parquet') throw corrupt(path, 'it does not begin with PAR1', { byteOffset: 0 })
  if (['arrow', 'arrows', 'ipc', 'feather'].includes(extension)) {
    if (begins.startsWith('FEA1')) throw new SourceError('FILE_FORMAT', `${path} is of Feather version 1, which arcweld does not read`, { path })
    throw corrupt(path, 'it begins neither like an Arrow file nor like an Arrow stream', { byteOffset: 0 })
  }
  throw new SourceError('FILE_FORMAT', `${path} is neither a Parquet nor an Arrow IPC file, and its name says neither CSV nor JSON`, { path, hint: "format: 'csv', 'ndjson' or 'json' reads it as such" })
}

const bytesOf = (value: unknown): Uint8Array | undefined => {
  const tag = Object.prototype.toString.call(value)
  if (tag === '[object Uint8Array]') {
    const { buffer, byteOffset, byteLength } = value as Uint8Array
    return new Uint8Array(buffer, byteOffset, byteLength)
  }
  return tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]' ? new Uint8Array(value as ArrayBuffer) : undefined
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> => typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/**
 * Opens a path or `file:` URL (Parquet, Arrow IPC, CSV, JSON; the last two need a place; all but Arrow IPC also as a folder, a pattern, or
 * a list of them), Arrow IPC bytes (whole, or in pieces by an async iterable), an Arrow table, a record batch or an array of record batches. Throws
 * SourceError (FILE_NOT_FOUND, FILE_UNREADABLE, FILE_CORRUPT, FILE_FORMAT) or OptionError INVALID_OPTION.
 */
export const openSource = async (source: unknown, options: SourceOptions = {}, place?: Workplace): Promise<OpenSource> => {
  if (isPath(source)) return openPaths([pathOf(source)], options, place)
  if (Array.isArray(source) && source.length > 0 && source.every(isPath)) return openPaths(source.map(pathOf), options, place)
  const [option] = Object.keys(options)
  if (option !== undefined) throw new OptionError('INVALID_OPTION', `${option} goes with the path of a file of CSV or JSON`)
  const bytes = bytesOf(source)
  if (bytes !== undefined) return arrowIpcSource(bytes)
  if (isAsyncIterable(source)) {
    const pieces: Uint8Array[] = []
    for await (const piece of source) {
      const part = bytesOf(piece)
      if (part === undefined) throw new OptionError('INVALID_OPTION', 'an async iterable as a source gives the bytes of one Arrow IPC stream or file, in pieces')
      pieces.push(part)
    }
    return arrowIpcSource(Buffer.concat(pieces))
  }
  const table = arrowSource(source)
  if (table !== undefined) return table
  throw new OptionError('INVALID_OPTION', 'a source is a path, an Arrow table, record batches or Arrow IPC bytes', {
    hint: typeof (source as { toArrow?: unknown } | null)?.toArrow === 'function' ? 'pass what its toArrow() gives' : undefined,
  })
}
