/** Random Parquet files that DuckDB writes, and random conditions over a file's columns, by a seed. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { mulberry32 } from '../random.ts'
import { quoted, quotedName } from './parquet-reading.ts'

export type Random = () => number

export const random: (seed: number) => Random = mulberry32

export const below = (next: Random, n: number): number => Math.floor(next() * n)
export const pick = <T>(next: Random, of: readonly T[]): T => of[below(next, of.length)]!

/** From a row's number (BIGINT): in order, in stretches, or scattered over a few or many values. */
const NUMBERS = ['i', 'i // 300', '(i * 7919) % 4003', '(i * 31) % 7', '(i * 2654435761) % 1000003 - 500000', '42', 'i % 2 + (i // 2000) * 1000000']

/** A column's type and how a number becomes a value of it. */
const VALUES: readonly (readonly [type: string, of: (n: string) => string])[] = [
  ['BOOLEAN', (n) => `(${n}) % 3 = 0`],
  ['TINYINT', (n) => `((${n}) % 128)::TINYINT`],
  ['SMALLINT', (n) => `((${n}) % 32768)::SMALLINT`],
  ['INTEGER', (n) => `(${n})::INTEGER`],
  ['BIGINT', (n) => `(${n}) * 10000000019`],
  ['UTINYINT', (n) => `(abs(${n}) % 256)::UTINYINT`],
  ['USMALLINT', (n) => `(abs(${n}) % 65536)::USMALLINT`],
  ['UINTEGER', (n) => `abs(${n})::UINTEGER`],
  ['UBIGINT', (n) => `(18446744073709551615::UHUGEINT - abs(${n})::UHUGEINT)::UBIGINT`],
  ['FLOAT', (n) => `CASE (${n}) % 11 WHEN 3 THEN 'NaN' WHEN 4 THEN '-0.0' WHEN 5 THEN '-Infinity' ELSE ((${n}) / 8)::VARCHAR END::FLOAT`],
  ['DOUBLE', (n) => `CASE (${n}) % 13 WHEN 3 THEN 'NaN' WHEN 4 THEN '-0.0' WHEN 5 THEN 'Infinity' ELSE ((${n}) / 3)::VARCHAR END::DOUBLE`],
  ['DOUBLE', (n) => `((${n}) / 16)::DOUBLE`],
  ['DATE', (n) => `DATE '1999-12-01' + (${n})::INTEGER`],
  ['TIMESTAMP', (n) => `TIMESTAMP '1969-12-31 23:59:59.999999' + INTERVAL 1 SECOND * (${n})`],
  ['TIMESTAMPTZ', (n) => `TIMESTAMPTZ '2001-01-01 00:00:00+00' + INTERVAL 1 HOUR * (${n})`],
  ['DECIMAL(4,1)', (n) => `((${n}) % 1000 / 10)::DECIMAL(4,1)`],
  ['DECIMAL(9,2)', (n) => `((${n}) / 100)::DECIMAL(9,2)`],
  ['DECIMAL(18,3)', (n) => `((${n}) * 1000003 / 1000)::DECIMAL(18,3)`],
  ['DECIMAL(38,5)', (n) => `((${n})::DECIMAL(38,5) * 1234567890123456)::DECIMAL(38,5)`],
  ['VARCHAR', (n) => `'w' || (${n})`],
  ['VARCHAR', (n) => `printf('common prefix of all %08d', (${n}))`],
  ['VARCHAR', (n) => `CASE WHEN (${n}) % 5 = 0 THEN '' ELSE repeat(chr(97 + (abs(${n}) % 26)::INTEGER), (abs(${n}) % 40)::INTEGER) || 'ž' END`],
]

const GAPS = ['false', 'false', 'i % 7 = 2', 'i BETWEEN 1000 AND 3500', '(i * 7919) % 10 < 6', 'i <> 77', 'true']
const CODECS = ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw']

/** Writes a file; the options and the query that made it. */
export const writeRandom = async (connection: DuckDBConnection, path: string, next: Random): Promise<string> => {
  const rows = pick(next, [0, 1, 2047, 2048, 2049, 3000, 5000, 9000])
  const columns = Array.from({ length: 2 + below(next, 9) }, (_, c) => {
    const [type, of] = pick(next, VALUES)
    return `CASE WHEN ${pick(next, GAPS)} THEN NULL ELSE ${of(pick(next, NUMBERS))} END::${type} AS c${c}`
  })
  const options = [`COMPRESSION ${pick(next, CODECS)}`, `PARQUET_VERSION ${pick(next, ['V1', 'V2'])}`]
  if (next() < 0.7) options.push(`ROW_GROUP_SIZE ${pick(next, [2048, 4096])}`)
  if (next() < 0.4) options.push(`DICTIONARY_SIZE_LIMIT ${pick(next, [0, 1, 100, 1000, 100000])}`)
  if (next() < 0.3) options.push(`STRING_DICTIONARY_PAGE_SIZE_LIMIT ${pick(next, [1, 300, 5000])}`)
  if (next() < 0.5) options.push(`BLOOM_FILTER_FALSE_POSITIVE_RATIO ${pick(next, [0.5, 0.01, 0.0001])}`)
  const sql = `COPY (SELECT i AS id, ${columns.join(', ')} FROM range(${rows}) t(i)) TO ${quoted(path)} (FORMAT parquet, ${options.join(', ')})`
  await connection.run(sql)
  return sql
}

export interface Sampled {
  readonly name: string
  readonly type: string
  /** Values of the column as SQL. */
  readonly literals: readonly string[]
}

/** The columns of a file that conditions may be about, with some of their values. */
export const sampled = async (connection: DuckDBConnection, path: string, names: readonly string[]): Promise<Sampled[]> => {
  const from = `read_parquet(${quoted(path)}, hive_partitioning = false)`
  const described = (await connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE FROM ${from})`)).getRows() as [string, string][]
  const out: Sampled[] = []
  for (const [name, type] of described) {
    if (!names.includes(name)) continue
    const column = quotedName(name)
    const rows = await connection.runAndReadAll(
      `SELECT v::VARCHAR FROM ((SELECT ${column} AS v FROM ${from} WHERE ${column} IS NOT NULL USING SAMPLE reservoir(5 ROWS) REPEATABLE (7)) UNION ALL SELECT min(${column}) FROM ${from} UNION ALL SELECT max(${column}) FROM ${from}) WHERE v IS NOT NULL ORDER BY 1`,
    )
    out.push({ name, type, literals: rows.getRows().map(([text]) => `${quoted(text as string)}::${type}`) })
  }
  return out
}

const OPERATORS = ['=', '=', '=', '<', '<=', '>', '>=', '<>']

/** One condition over one column: of values that are there, and of some that are not. */
const single = (next: Random, { name, type, literals }: Sampled): string => {
  const column = quotedName(name)
  if (literals.length === 0 || next() < 0.1) return `${column} IS ${next() < 0.5 ? 'NOT ' : ''}NULL`
  const value = (): string => {
    const literal = pick(next, literals)
    if (next() < 0.7) return literal
    if (type === 'VARCHAR') return `(${literal} || ${pick(next, ["'x'", "' '", "''"])})`
    if (type === 'DATE') return `(${literal} + ${below(next, 5) - 2})`
    if (/INT$/.test(type)) return `(${literal}::HUGEINT + ${below(next, 5) - 2})`
    return /^(DECIMAL|DOUBLE|FLOAT)/.test(type) ? `(${literal} + 0.1)` : literal
  }
  const kind = next()
  if (kind < 0.15) return `${column} BETWEEN ${value()} AND ${value()}`
  if (kind < 0.3) return `${column} IN (${Array.from({ length: 1 + below(next, 4) }, value).join(', ')})`
  if (kind < 0.4 && type === 'VARCHAR') return `${column} LIKE left(${pick(next, literals)}, ${below(next, 20)}) || '%'`
  if (kind < 0.45 && type === 'BOOLEAN') return next() < 0.5 ? column : `NOT ${column}`
  return `${column} ${pick(next, OPERATORS)} ${value()}`
}

/** Conditions of some columns, joined. */
export const condition = (next: Random, columns: readonly Sampled[]): string => {
  const parts = Array.from({ length: 1 + below(next, 3) }, () => single(next, pick(next, columns)))
  const joined = parts.join(next() < 0.75 ? ' AND ' : ' OR ')
  return next() < 0.1 ? `NOT (${joined})` : joined
}
