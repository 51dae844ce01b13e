/** What a CSV table may be told at its registration; checked before a file is opened. */
import { OptionError } from '../../errors.ts'
import { type SqlType, parseType } from '../../layout/types.ts'
import { formatSteps } from './format.ts'

/** A row that has not as many cells as the table has columns, or text behind a closing quote. */
export interface AsideRow {
  /** Of its first character in the file, from 1. */
  readonly line: number
  /** As it stands in the file. */
  readonly text: string
}

/** What is left out is found out from the file. */
export interface CsvOptions {
  readonly format?: 'csv' | undefined
  /** One byte. */
  readonly delimiter?: string | undefined
  /** One byte; '' for none. */
  readonly quote?: string | undefined
  /** Within quotes the character behind it is itself: one byte, most often the quote; '' for none. */
  readonly escape?: string | undefined
  /** Whether the first row holds names. */
  readonly header?: boolean | undefined
  /** Texts that are NULL; default the empty one. */
  readonly nullStrings?: string | readonly string[] | undefined
  /** Whether NULL is so in quotes, too; default true. */
  readonly quotedNulls?: boolean | undefined
  /** One byte: what follows on a line is left out; '' for none. */
  readonly comment?: string | undefined
  /** Lines before the table. */
  readonly skip?: number | undefined
  /** All columns, their names and types; nothing is inferred. */
  readonly columns?: Readonly<Record<string, string>> | undefined
  /** Types of some columns. */
  readonly types?: Readonly<Record<string, string>> | undefined
  /** Rows by which types are inferred; default 20480. */
  readonly sample?: number | undefined
  /** As '%d.%m.%Y'. */
  readonly dateFormat?: string | undefined
  readonly timestampFormat?: string | undefined
  /** Rows of another number of cells: 'error' (default), 'pad' (NULL in what is missing) or 'aside' (left out and told to `onAside`). */
  readonly ragged?: 'error' | 'pad' | 'aside' | undefined
  /** Called for each row that is set aside, in each query that reads the table. */
  readonly onAside?: ((row: AsideRow) => void) | undefined
  readonly encoding?: 'utf-8' | 'latin-1' | 'utf-16' | undefined
  readonly compression?: 'auto' | 'none' | 'gzip' | 'zstd' | undefined
  /** @internal Bytes that one task reads. */
  readonly pieceBytes?: number | undefined
}

export interface CheckedCsv {
  readonly delimiter: number | undefined
  readonly quote: number | undefined
  readonly escape: number | undefined
  readonly header: boolean | undefined
  readonly nulls: readonly string[]
  readonly quotedNulls: boolean
  readonly comment: number | undefined
  readonly skip: number
  readonly columns: readonly (readonly [string, SqlType])[] | undefined
  readonly types: ReadonlyMap<string, SqlType>
  readonly sample: number
  readonly dateFormat: readonly number[] | undefined
  readonly timestampFormat: readonly number[] | undefined
  readonly ragged: 'error' | 'pad' | 'aside'
  readonly onAside: ((row: AsideRow) => void) | undefined
  readonly encoding: 'utf-8' | 'latin-1' | 'utf-16'
  readonly compression: 'auto' | 'none' | 'gzip' | 'zstd'
  readonly pieceBytes: number | undefined
}

/** No such byte. */
export const NO_BYTE = 0x100

const NAMES = [
  'format', 'delimiter', 'quote', 'escape', 'header', 'nullStrings', 'quotedNulls', 'comment', 'skip', 'columns', 'types', 'sample', 'dateFormat', 'timestampFormat', 'ragged', 'onAside', 'encoding', 'compression',
  'pieceBytes',
]

const bad = (name: string, value: unknown, must: string): OptionError => new OptionError('INVALID_OPTION', `${name} is ${JSON.stringify(value) ?? String(value)}; it must be ${must}`)

const byteOf = (name: string, value: unknown, empty: boolean): number | undefined => {
  if (value === undefined) return undefined
  if (value === '' && empty) return NO_BYTE
  if (typeof value !== 'string' || value.length !== 1 || value.charCodeAt(0) > 0x7e) throw bad(name, value, `one character of ASCII${empty ? ", or ''" : ''}; several are not supported`)
  if (value === '\n' || value === '\r') throw bad(name, value, 'no end of a line')
  // a number or a date would not be told from quotes
  if (name !== 'delimiter' && /[\w ]/.test(value)) throw bad(name, value, 'no letter, digit or space')
  return value.charCodeAt(0)
}

const oneOf = <T extends string>(name: string, value: unknown, values: readonly T[], absent: T): T => {
  if (value === undefined) return absent
  if (!values.includes(value as T)) throw bad(name, value, values.map((v) => `'${v}'`).join(' or '))
  return value as T
}

const flag = (name: string, value: unknown): boolean | undefined => {
  if (value !== undefined && typeof value !== 'boolean') throw bad(name, value, 'true or false')
  return value
}

const count = (name: string, value: unknown, least: number): number | undefined => {
  if (value === undefined) return undefined
  if (value === Number.POSITIVE_INFINITY && least > 0) return value
  if (!Number.isSafeInteger(value) || (value as number) < least) throw bad(name, value, `an integer, ${least} or more`)
  return value as number
}

/** Names of SQL, for those who write them. */
const ALIASES: Record<string, string> = {
  boolean: 'bool', tinyint: 'int8', smallint: 'int16', integer: 'int32', int: 'int32', bigint: 'int64', hugeint: 'int128', utinyint: 'uint8', usmallint: 'uint16', uinteger: 'uint32', ubigint: 'uint64',
  real: 'float', varchar: 'string', text: 'string', 'timestamp with time zone': 'timestamptz',
}

const typesOf = (name: string, value: unknown): readonly (readonly [string, SqlType])[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(name, value, 'an object: types by column')
  return Object.entries(value).map(([column, text]): readonly [string, SqlType] => {
    const plain = typeof text === 'string' ? text.trim().toLowerCase() : ''
    const type = parseType(ALIASES[plain] ?? plain)
    const readable = type && !['null', 'binary', 'interval', 'interval_year_month', 'interval_day_time', 'struct', 'array', 'map'].includes(type.kind)
    if (!readable) throw new OptionError('INVALID_OPTION', `${name}.${column} is ${JSON.stringify(text)}; it must be a type of numbers, texts, dates or timestamps, as 'int64' or 'decimal(15,2)'`)
    return [column, type]
  })
}

/** Throws OptionError INVALID_OPTION. */
export const checkCsv = (options: CsvOptions): CheckedCsv => {
  if (typeof options !== 'object' || options === null) throw new OptionError('INVALID_OPTION', 'the options of a CSV table must be an object')
  for (const name of Object.keys(options)) if (!NAMES.includes(name)) throw new OptionError('INVALID_OPTION', `a CSV table has no option ${name}; it has ${NAMES.slice(0, -1).join(', ')}`)
  oneOf('format', options.format, ['csv'], 'csv')
  const nulls = options.nullStrings === undefined ? [''] : typeof options.nullStrings === 'string' ? [options.nullStrings] : options.nullStrings
  if (!Array.isArray(nulls) || nulls.some((text) => typeof text !== 'string')) throw bad('nullStrings', options.nullStrings, 'a text or texts')
  const [delimiter, quote, escape, comment] = [
    byteOf('delimiter', options.delimiter, false), byteOf('quote', options.quote, true), byteOf('escape', options.escape, true), byteOf('comment', options.comment, true),
  ]
  const given = [['delimiter', delimiter], ['quote', quote], ['comment', comment]].filter(([, byte]) => byte !== undefined && byte !== NO_BYTE)
  for (const [i, [name, byte]] of given.entries()) {
    const other = given.slice(0, i).find(([, b]) => b === byte)
    if (other) throw new OptionError('INVALID_OPTION', `${name} and ${other[0]} are the same character`)
  }
  if (escape !== undefined && escape !== NO_BYTE && (escape === delimiter || escape === comment)) throw new OptionError('INVALID_OPTION', 'escape and delimiter or comment are the same character')
  const ragged = oneOf('ragged', options.ragged, ['error', 'pad', 'aside'], 'error')
  if (options.onAside !== undefined && typeof options.onAside !== 'function') throw bad('onAside', options.onAside, 'a function')
  if (ragged === 'aside' && options.onAside === undefined) throw new OptionError('INVALID_OPTION', "ragged: 'aside' needs onAside, a function that is told the rows")
  const columns = options.columns === undefined ? undefined : typesOf('columns', options.columns)
  if (columns?.length === 0) throw bad('columns', options.columns, 'types of one column or more')
  const text = (name: string, value: unknown): readonly number[] | undefined => {
    if (value === undefined) return undefined
    if (typeof value !== 'string') throw bad(name, value, "a text like '%d.%m.%Y'")
    return formatSteps(name, value)
  }
  return {
    delimiter, quote, escape, comment, nulls, ragged, columns,
    header: flag('header', options.header),
    quotedNulls: flag('quotedNulls', options.quotedNulls) ?? true,
    skip: count('skip', options.skip, 0) ?? 0,
    types: new Map(options.types === undefined ? [] : typesOf('types', options.types)),
    sample: count('sample', options.sample, 1) ?? 20480,
    dateFormat: text('dateFormat', options.dateFormat),
    timestampFormat: text('timestampFormat', options.timestampFormat),
    onAside: options.onAside,
    encoding: oneOf('encoding', options.encoding, ['utf-8', 'latin-1', 'utf-16'], 'utf-8'),
    compression: oneOf('compression', options.compression, ['auto', 'none', 'gzip', 'zstd'], 'auto'),
    pieceBytes: count('pieceBytes', options.pieceBytes, 16),
  }
}
