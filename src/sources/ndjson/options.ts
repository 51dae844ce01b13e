/** What a JSON table may be told at its registration; checked before a file is opened. */
import { OptionError } from '../../errors.ts'
import { parseType, type SqlType, typeName } from '../../layout/types.ts'
import { type Columns, readingAs } from './shape.ts'

/** What is left out is found out from the file. */
export interface JsonOptions {
  /**
   * 'ndjson': values on lines of their own; default for `.ndjson` and `.jsonl`. 'json': one array of values, or values with space between them, on lines of their own or
   * not; default for `.json`.
   */
  readonly format?: 'ndjson' | 'json' | undefined
  /** All columns and their types, as 'bigint' or 'struct<a:int32,b:array<date>>'; nothing is inferred, and other keys are passed over. */
  readonly columns?: Readonly<Record<string, string>> | undefined
  /** Values by which types are inferred; default 20480. */
  readonly sample?: number | undefined
  readonly encoding?: 'utf-8' | 'latin-1' | 'utf-16' | undefined
  readonly compression?: 'auto' | 'none' | 'gzip' | 'zstd' | undefined
  /** @internal Bytes that one task reads. */
  readonly pieceBytes?: number | undefined
}

export interface CheckedJson {
  readonly format: 'ndjson' | 'json'
  readonly columns: Columns | undefined
  readonly sample: number
  readonly encoding: 'utf-8' | 'latin-1' | 'utf-16'
  readonly compression: 'auto' | 'none' | 'gzip' | 'zstd'
  readonly pieceBytes: number
}

const NAMES = ['format', 'columns', 'sample', 'encoding', 'compression', 'pieceBytes']
const SAMPLE = 20480
const PIECE = 1 << 21

const bad = (name: string, value: unknown, must: string): OptionError => new OptionError('INVALID_OPTION', `${name} is ${JSON.stringify(value) ?? String(value)}; it must be ${must}`)

const oneOf = <T extends string>(name: string, value: unknown, values: readonly T[], absent: T): T => {
  if (value === undefined) return absent
  if (!values.includes(value as T)) throw bad(name, value, values.map((v) => `'${v}'`).join(' or '))
  return value as T
}

const count = (name: string, value: unknown, absent: number): number => {
  if (value === undefined) return absent
  if (value !== Number.POSITIVE_INFINITY && (!Number.isSafeInteger(value) || (value as number) < 1)) throw bad(name, value, 'an integer, 1 or more')
  return value as number
}

/** Names of SQL, for those who write them. */
const ALIASES: Record<string, string> = {
  boolean: 'bool', tinyint: 'int8', smallint: 'int16', integer: 'int32', int: 'int32', bigint: 'int64', hugeint: 'int128', utinyint: 'uint8', usmallint: 'uint16', uinteger: 'uint32', ubigint: 'uint64',
  real: 'float', varchar: 'string', text: 'string', 'timestamp with time zone': 'timestamptz',
}

const columnsOf = (value: unknown): Columns => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('columns', value, 'an object: types by column')
  const entries = Object.entries(value)
  if (entries.length === 0) throw bad('columns', value, 'types of one column or more')
  const names = new Set<string>()
  const fields = entries.map(([name, text]) => {
    if (names.has(name.toLowerCase())) throw new OptionError('INVALID_OPTION', `columns names ${JSON.stringify(name)} twice, but for the case of letters`)
    names.add(name.toLowerCase())
    const type = typeof text === 'string' ? parseType(ALIASES[text.trim().toLowerCase()] ?? text.trim()) : undefined
    const reading = type && readingAs(type as SqlType)
    if (reading === undefined) {
      throw new OptionError('INVALID_OPTION', `columns.${name} is ${JSON.stringify(text)}; it must be a type that JSON has values of, as 'int64', 'array<string>' or 'struct<a:double>'`, {
        hint: type === undefined ? undefined : `JSON has no values of type ${typeName(type)}`,
      })
    }
    return { key: name, name, value: reading }
  })
  return { records: true, strict: false, fields }
}

/** Throws OptionError INVALID_OPTION. */
export const checkJson = (options: JsonOptions, format: 'ndjson' | 'json'): CheckedJson => {
  for (const name of Object.keys(options)) if (!NAMES.includes(name)) throw new OptionError('INVALID_OPTION', `a JSON table has no option ${name}; it has ${NAMES.slice(0, -1).join(', ')}`)
  return {
    format: oneOf('format', options.format, ['ndjson', 'json'], format),
    columns: options.columns === undefined ? undefined : columnsOf(options.columns),
    sample: count('sample', options.sample, SAMPLE),
    encoding: oneOf('encoding', options.encoding, ['utf-8', 'latin-1', 'utf-16'], 'utf-8'),
    compression: oneOf('compression', options.compression, ['auto', 'none', 'gzip', 'zstd'], 'auto'),
    pieceBytes: count('pieceBytes', options.pieceBytes, PIECE),
  }
}
