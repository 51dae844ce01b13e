/** A CSV file as it was found at open: how it is written, its columns, where its rows begin. */
import { open } from 'node:fs/promises'
import type { Lease } from '../../bridge/memory.ts'
import type { Pool } from '../../bridge/pool.ts'
import { SourceError } from '../../errors.ts'
import { type SqlType, STRING } from '../../layout/types.ts'
import { fileError } from '../failure.ts'
import { uniqueNames } from '../names.ts'
import { bytesOfPieces, type Compression, compressionOf, openBytes } from '../text/byte-stream.ts'
import type { CellForm } from '../text/columns.ts'
import { ALL_KINDS, bothKinds, isEmpty, isOfType, NO_KINDS, typeOfKinds } from '../text/kinds.ts'
import { type Dialect, readRow } from './dialect.ts'
import { readChunks } from './load.ts'
import type { CheckedCsv } from './options.ts'
import { type Sniffed, sniff } from './sniff.ts'

export interface CsvFile {
  readonly path: string
  readonly size: number
  readonly mtimeMs: number
  readonly compression: Compression
  readonly options: CheckedCsv
  readonly dialect: Dialect
  readonly form: CellForm
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[]
  /** What the texts of each column could be, by the sample. */
  readonly kinds: readonly number[]
  readonly types: {
    /** Positions of columns whose type was told. */
    readonly given: ReadonlySet<number>
  }
  /** Of the first row in the stream, and lines before it. */
  readonly start: number
  readonly lines: number
  /** About. */
  readonly rows: number
}

/** Bytes that types are inferred from, and those that tell how the file is written. */
const SAMPLE = 4 << 20
const HEAD = 1 << 18

const readHead = async (path: string, compression: Compression, options: CheckedCsv): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> => {
  const stream = await openBytes(path, compression, options.encoding)
  try {
    const bytes = new Uint8Array(SAMPLE)
    const got = await stream.read(bytes)
    return { bytes: bytes.subarray(0, got), whole: got < SAMPLE }
  } finally {
    await stream.close()
  }
}

/** Behind the byte order mark and the lines to skip. */
const beginOf = (bytes: Uint8Array, skip: number): number => {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  for (let lines = 0; lines < skip && at < bytes.length; at++) {
    if (bytes[at] === 10 || (bytes[at] === 13 && bytes[at + 1] !== 10)) lines++
  }
  return at
}

const linesBefore = (bytes: Uint8Array, end: number): number => {
  let lines = 0
  for (let at = 0; at < end; at++) if (bytes[at] === 10 || (bytes[at] === 13 && bytes[at + 1] !== 10)) lines++
  return lines
}

/** `lease` is for the sample, and released by the caller. Throws SourceError, OptionError. */
export const openCsvFile = async (path: string, options: CheckedCsv, lease: Lease, pool: Pool | undefined): Promise<CsvFile> => {
  const { head, size, mtimeMs } = await identify(path)
  const compression = options.compression === 'auto' ? compressionOf(head) : options.compression
  const { bytes, whole } = await readHead(path, compression, options)
  const begin = beginOf(bytes, options.skip)
  const sampled = bytes.subarray(begin, begin + HEAD)
  const sniffed = sniff(sampled, whole && sampled.length === bytes.length - begin, options)
  if (!sniffed) throw new SourceError('MALFORMED_ROW', `${path}: no dialect of CSV reads its beginning`, { path, hint: 'delimiter, quote and escape say how it is written' })
  const { dialect } = sniffed
  const form: CellForm = { quote: dialect.quote, escape: dialect.escape, nulls: options.nulls, quotedNulls: options.quotedNulls }
  const kinds = (from: number, to: number, rows: number) => kindsOf(bytes.subarray(from, to), path, sniffed, form, options, rows, lease, pool)
  const first = begin + sniffed.start
  const second = Math.min(begin + nextRow(sniffed), bytes.length)
  const names = sniffed.first < sniffed.sample.cells.length ? readRow(bytes.subarray(0, second), first, dialect) : undefined
  const behind = names && second < bytes.length ? await kinds(second, bytes.length, options.sample) : undefined
  const header = names ? (options.header ?? (await isHeader(names, sniffed.columns, behind, options, () => kinds(first, second, 1)))) : false
  const start = header ? second : first
  const found = header ? behind : names ? await kinds(first, bytes.length, options.sample) : undefined
  const columns = columnsOf(header ? (names as readonly string[]) : undefined, sniffed.columns, found?.kinds, options, path)
  const rate = found && found.rows > 0 ? found.rows / Math.max(found.bytes, 1) : 0
  const expanded = compression === 'none' ? size : size * 4
  return {
    path, size, mtimeMs, compression, options, dialect, form, columns: columns.columns, kinds: columns.columns.map((_, i) => found?.kinds[i] ?? NO_KINDS), start, lines: linesBefore(bytes, start), types: { given: columns.given },
    rows: whole ? (found?.rows ?? 0) : Math.ceil(rate * expanded),
  }
}

const identify = async (path: string) => {
  const handle = await open(path).catch((cause: unknown) => {
    throw fileError(cause, path)
  })
  try {
    const { size, mtimeMs } = await handle.stat()
    const head = new Uint8Array(4)
    await handle.read(head, 0, 4, 0)
    return { head, size, mtimeMs }
  } catch (cause) {
    throw fileError(cause, path)
  } finally {
    await handle.close()
  }
}

/** Where the row behind the first one begins. */
const nextRow = ({ sample, first }: Sniffed): number => sample.starts[first + 1] ?? sample.next

interface Found {
  readonly kinds: readonly number[]
  readonly rows: number
  readonly bytes: number
}

/** What the texts of each column could be, in some rows. */
const kindsOf = async (bytes: Uint8Array, path: string, { dialect, columns }: Sniffed, form: CellForm, options: CheckedCsv, most: number, lease: Lease, pool: Pool | undefined): Promise<Found> => {
  let kinds: readonly number[] = Array.from({ length: columns }, () => NO_KINDS)
  let rows = 0
  let read = 0
  const chunks = readChunks({
    stream: bytesOfPieces([bytes]), path, offset: 0, bytes: bytes.length, quote: dialect.quote, lease, pool, signal: undefined, pieceBytes: undefined,
    task: () => ({
      dialect, form, columns, ragged: options.ragged === 'pad' ? 'pad' : 'aside',
      wanted: kinds.map((_, position) => ({ position, type: STRING, strict: false })),
      kinds: { rows: most - rows, date: options.dateFormat, timestamp: options.timestampFormat },
    }),
  })
  for await (const { result } of chunks) {
    kinds = kinds.map((known, i) => bothKinds(known, result.kinds?.[i] ?? ALL_KINDS))
    rows += result.rows
    read += result.consumed
    // of a sample that was cut the last row may be open
    if (rows >= most || result.stop !== undefined) break
  }
  return { kinds, rows, bytes: read }
}

/**
 * As DuckDB judges: a row of texts that are not what the rows behind it are, or of nothing, is one of names; where all columns are text
 * the first row is, unless it is empty.
 */
const isHeader = async (names: readonly string[], columns: number, behind: Found | undefined, options: CheckedCsv, own: () => Promise<Found>): Promise<boolean> => {
  if (names.length !== columns) return false
  const { kinds } = await own()
  if (kinds.every(isEmpty)) return true
  const types = Array.from({ length: columns }, (_, i) => options.columns?.[i]?.[1] ?? typeOfKinds(behind?.rows ? (behind.kinds[i] as number) : (kinds[i] as number)))
  if (types.every((type) => type.kind === 'string')) {
    // told names that stand there are a header, others are data
    return options.columns === undefined || options.columns.every(([name], i) => names[i]?.trim() === name)
  }
  return types.some((type, i) => !isOfType(kinds[i] as number, type) && (options.columns === undefined || !fitsTold(type, kinds[i] as number)))
}

/** Types that are not among the kinds: numbers of other widths are told by the numbers. */
const fitsTold = (type: SqlType, kinds: number): boolean => {
  if (type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'timestamptz') return isOfType(kinds, { kind: 'timestamptz' })
  return type.kind !== 'bool' && isOfType(kinds, { kind: 'double' })
}

const columnsOf = (names: readonly string[] | undefined, count: number, kinds: readonly number[] | undefined, { columns, types }: CheckedCsv, path: string) => {
  const given = new Set<number>()
  if (columns) {
    for (let i = 0; i < columns.length; i++) given.add(i)
    return { columns: columns.map(([name, type]) => ({ name, type })), given }
  }
  const digits = String(count).length
  const absent = (i: number) => `column${String(i).padStart(count > 9 ? digits : 1, '0')}`
  const unique = uniqueNames(Array.from({ length: count }, (_, i) => names?.[i]?.trim() || absent(i)))
  const found = unique.map((name, i) => ({ name, type: kinds ? typeOfKinds(kinds[i] as number) : STRING }))
  for (const [name, type] of types) {
    const at = unique.findIndex((other) => other.toLowerCase() === name.toLowerCase())
    if (at < 0) throw new SourceError('UNKNOWN_COLUMN', `${path} has no column ${JSON.stringify(name)}, whose type is told`, { path })
    given.add(at)
    found[at] = { name: unique[at] as string, type }
  }
  return { columns: found, given }
}

