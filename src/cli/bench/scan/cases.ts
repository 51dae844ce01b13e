/** What `bench scan` reads: lineitem as Parquet in three compressions, all columns and four, and in small as CSV and as lines of JSON. */

export type Kind = 'number' | 'date' | 'text'

export interface ScanColumn {
  readonly name: string
  readonly kind: Kind
}

const column = (name: string, kind: Kind): ScanColumn => ({ name: `l_${name}`, kind })

export const COLUMNS: readonly ScanColumn[] = [
  column('orderkey', 'number'), column('partkey', 'number'), column('suppkey', 'number'), column('linenumber', 'number'),
  column('quantity', 'number'), column('extendedprice', 'number'), column('discount', 'number'), column('tax', 'number'),
  column('returnflag', 'text'), column('linestatus', 'text'),
  column('shipdate', 'date'), column('commitdate', 'date'), column('receiptdate', 'date'),
  column('shipinstruct', 'text'), column('shipmode', 'text'), column('comment', 'text'),
]

/** Those that TPC-H's query 6 reads: three decimals and a date. */
const FOUR = ['l_quantity', 'l_extendedprice', 'l_discount', 'l_shipdate']

export type Format = 'parquet' | 'csv' | 'ndjson'

/** Plain data: it goes to other processes. */
export interface ScanCase {
  readonly id: string
  readonly format: Format
  /** Within the folder of files. */
  readonly file: string
  readonly columns: readonly ScanColumn[]
  readonly title: string
}

export const COMPRESSIONS = ['uncompressed', 'snappy', 'zstd'] as const

const parquetCase = (compression: string, columns: readonly ScanColumn[]): ScanCase => ({
  id: `parquet-${compression}-${columns.length}`, format: 'parquet', file: `lineitem-${compression}.parquet`, columns, title: `Parquet, ${compression}, ${columns.length} columns`,
})

export const CASES: readonly ScanCase[] = [
  ...COMPRESSIONS.flatMap((compression) => [COLUMNS.filter(({ name }) => FOUR.includes(name)), COLUMNS].map((columns) => parquetCase(compression, columns))),
  { id: 'csv', format: 'csv', file: 'lineitem.csv', columns: COLUMNS, title: 'CSV, 16 columns' },
  { id: 'ndjson', format: 'ndjson', file: 'lineitem.ndjson', columns: COLUMNS, title: 'lines of JSON, 16 columns' },
]

/** The cases whose ids begin with one of `only`; undefined where one of those begins none. */
export const casesOf = (only: readonly string[] | undefined): readonly ScanCase[] | undefined => {
  if (only?.some((text) => !CASES.some(({ id }) => id.startsWith(text)))) return undefined
  return only ? CASES.filter(({ id }) => only.some((text) => id.startsWith(text))) : CASES
}

/** One number a column, for which every value must be had. No statistics of a file answer a sum. */
const sumOf = ({ name, kind }: ScanColumn): string => (kind === 'number' ? `sum(${name})` : kind === 'date' ? `sum(${name} - DATE '1970-01-01')` : `sum(strlen(${name}))`)

/** `from`: a table's name or a table function. */
export const aggregateSql = ({ columns }: ScanCase, from: string): string => `select ${columns.map(sumOf).join(', ')} from ${from}`
export const columnsSql = ({ columns }: ScanCase, from: string): string => `select ${columns.map(({ name }) => name).join(', ')} from ${from}`

/** A row of what is compared: the number of rows, then of each column the sum, and of text the least and the greatest. */
export const checkSql = ({ columns }: ScanCase, from: string): string => {
  const facts = columns.flatMap((c) => [`cast(${sumOf(c)} as double)`, ...(c.kind === 'text' ? [`min(${c.name})`, `max(${c.name})`] : [])])
  return `select ${['cast(count(*) as double)', ...facts].map((fact, i) => `${fact} as f${i}`).join(', ')} from ${from}`
}
