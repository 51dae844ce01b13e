/**
 * Columns that are in the names of folders, as Hive and Spark lay tables out: year=2024/month=1/part-0.parquet. Their types are inferred
 * as DuckDB does: dates, timestamps, 64-bit integers, else text.
 */
import { SourceError } from '../../errors.ts'
import { parseDate, parseTimestamp } from '../../layout/dates.ts'
import { DATE, type Field, INT64, type SqlType, STRING, TIMESTAMP } from '../../layout/types.ts'
import type { ScanPredicate } from '../source.ts'

/** Of a file: null is SQL's NULL; dates are days, timestamps µs. */
export type PartitionValue = bigint | number | string | null

export interface Partitions {
  readonly fields: readonly Field[]
  /** By file, by field. */
  readonly values: readonly (readonly PartitionValue[])[]
}

/** What Hive and Spark write for NULL, and what DuckDB takes for it. */
const NULL_NAMES = ['__HIVE_DEFAULT_PARTITION__', 'NULL']

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** key=value of the folders of a path, outermost first. */
const keysOf = (path: string): [string, string][] =>
  path
    .split(/[\\/]/)
    .slice(0, -1)
    .flatMap((folder): [string, string][] => {
      const parts = folder.split('=')
      return parts.length === 2 && parts[0] !== '' ? [[decoded(parts[0]!), decoded(parts[1]!)]] : []
    })

/** 007 is text: it would not come back. */
const integer = (text: string): bigint | undefined => {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) return undefined
  const value = BigInt(text)
  return BigInt.asIntN(64, value) === value ? value : undefined
}

type Parse = (text: string) => PartitionValue | undefined

const CANDIDATES: readonly (readonly [SqlType, Parse])[] = [
  [DATE, (text) => (/^\d{4}-\d{1,2}-\d{1,2}$/.test(text) ? parseDate(text) : undefined)],
  [TIMESTAMP, (text) => (/^\d{4}-\d{1,2}-\d{1,2}[ T]\d/.test(text) ? parseTimestamp(text) : undefined)],
  [INT64, integer],
]
const TEXT: readonly [SqlType, Parse] = [STRING, (text) => text]

/** The first value decides the type that the others must be of, or all are text. */
const typed = (texts: readonly (string | null)[]): { type: SqlType; values: PartitionValue[] } => {
  const first = texts.find((text) => text !== null) ?? ''
  const candidate = CANDIDATES.find(([, parse]) => parse(first) !== undefined)
  const fits = candidate !== undefined && texts.every((text) => text === null || candidate[1](text) !== undefined)
  const [type, parse] = fits ? candidate : TEXT
  return { type, values: texts.map((text) => (text === null ? null : parse(text)!)) }
}

/** Fields by name. Throws SourceError FILE_FORMAT where files lie in folders of other keys. */
export const partitionsOf = (files: readonly string[]): Partitions => {
  const keys = files.map((file) => new Map(keysOf(file)))
  const names = [...keys[0]!.keys()].sort()
  for (const [i, own] of keys.entries()) {
    if (own.size === names.length && names.every((name) => own.has(name))) continue
    const say = (of: Iterable<string>) => [...of].join(', ') || 'none'
    throw new SourceError('FILE_FORMAT', `${files[i]} has the partition keys ${say(own.keys())}, and ${files[0]} ${say(names)}`, { path: files[i] })
  }
  const columns = names.map((name) => typed(keys.map((own) => (NULL_NAMES.includes(own.get(name)!) ? null : own.get(name)!))))
  return {
    fields: names.map((name, i) => ({ name, type: columns[i]!.type })),
    values: files.map((_, file) => columns.map(({ values }) => values[file]!)),
  }
}

const compare = (a: NonNullable<PartitionValue>, b: NonNullable<ScanPredicate['value']>): number | undefined => {
  if (typeof a === 'string') return typeof b === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : undefined
  if (typeof b !== 'bigint' && typeof b !== 'number') return undefined
  return a < b ? -1 : a > b ? 1 : 0
}

/** false only where no row of a file with this value can satisfy the predicate. */
export const mayHold = ({ op, value }: ScanPredicate, own: PartitionValue): boolean => {
  if (op === 'is_null') return own === null
  if (op === 'is_not_null') return own !== null
  if (own === null || value === null) return false
  const order = compare(own, value)
  if (order === undefined) return true
  switch (op) {
    case '=':
      return order === 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}
