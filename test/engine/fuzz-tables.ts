/**
 * Random tables of every type, made by DuckDB from pools of values: a cell is its column's pool at a hash of the row. What is
 * raised on purpose comes from the extremes in the pools; the `tame` columns never overflow.
 */
import type { Random } from './random.ts'

/** What an expression generator needs to know of a type. */
export type Kind = 'bool' | 'int' | 'float' | 'decimal' | 'date' | 'timestamp' | 'timestamptz' | 'string'

export interface Column {
  readonly name: string
  readonly sql: string
  readonly kind: Kind
  /** Small values only: sums, products and casts of them fit. */
  readonly tame: boolean
  readonly pool: readonly string[]
}

const column = (name: string, sql: string, kind: Kind, pool: readonly (string | number | bigint)[], tame = false): Column => ({ name, sql, kind, tame, pool: pool.map(String) })

const integers = (bits: number, signed: boolean): bigint[] => {
  const max = 2n ** BigInt(signed ? bits - 1 : bits) - 1n
  return [signed ? -max - 1n : 0n, signed ? -7n : 7n, 0n, 1n, 2n, 3n, 100n, max - 1n, max]
}

const nines = (digits: number, scale: number, more = ''): string => `${more}${'9'.repeat(digits - scale)}${scale ? `.${'9'.repeat(scale)}` : ''}`

export const COLUMNS: readonly Column[] = [
  column('b', 'BOOLEAN', 'bool', ['true', 'false', 'true']),
  column('i8', 'TINYINT', 'int', integers(8, true)),
  column('i16', 'SMALLINT', 'int', integers(16, true)),
  column('i32', 'INTEGER', 'int', integers(32, true)),
  column('i64', 'BIGINT', 'int', integers(64, true)),
  column('u8', 'UTINYINT', 'int', integers(8, false)),
  column('u16', 'USMALLINT', 'int', integers(16, false)),
  column('u32', 'UINTEGER', 'int', integers(32, false)),
  column('u64', 'UBIGINT', 'int', integers(64, false)),
  column('f32', 'FLOAT', 'float', ['0', '-0', '1.5', '-2.25', '0.1', 'NaN', 'inf', '-inf', '3.4028235e38', '1e-45']),
  column('f64', 'DOUBLE', 'float', ['0', '-0', '1.5', '-2.25', '0.1', 'NaN', 'inf', '-inf', '1.7976931348623157e308', '5e-324', '9007199254740993']),
  column('d4', 'DECIMAL(4,1)', 'decimal', ['0.0', '1.5', '-2.5', '0.1', nines(4, 1), nines(4, 1, '-')]),
  column('d9', 'DECIMAL(9,2)', 'decimal', ['0.00', '1.25', '-3.50', '12.34', nines(9, 2), nines(9, 2, '-')]),
  column('d18', 'DECIMAL(18,3)', 'decimal', ['0.000', '1.125', '-3.500', '1234567890.123', nines(18, 3), nines(18, 3, '-')]),
  column('d38', 'DECIMAL(38,4)', 'decimal', ['0.0000', '1.0625', '-3.5000', '1234567890123456789012.6789', nines(38, 4), nines(38, 4, '-')]),
  column('d38z', 'DECIMAL(38,0)', 'decimal', ['0', '1', '-3', '18446744073709551616', nines(38, 0), nines(38, 0, '-')]),
  column('day', 'DATE', 'date', ['1970-01-01', '2024-02-29', '1969-12-31', '2000-01-31', '0001-01-01', '9999-12-31', '1582-10-15']),
  column('ts', 'TIMESTAMP', 'timestamp', ['1970-01-01 00:00:00', '2024-02-29 13:45:00.123456', '1960-05-05 23:59:59.5', '0001-01-01 00:00:00', '9999-12-31 23:59:59.999999']),
  column('tz', 'TIMESTAMPTZ', 'timestamptz', ['1970-01-01 00:00:00+00', '2024-03-31 01:30:00.000001+00', '1999-12-31 23:59:59+00']),
  column('s', 'VARCHAR', 'string', ['', 'a', 'b', 'ab', 'aB', ' a ', 'é', 'ééé', '～', '😀', '%_', '12', '-3', 'zebra zebra zebra zebra zebra', 'x'.repeat(300)]),
  column('g', 'VARCHAR', 'string', ['red', 'green', 'blue', 'grün', '']),
  column('k', 'INTEGER', 'int', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], true),
  column('n', 'INTEGER', 'int', [-7, 0, 1, 2, 3, 100], true),
  column('l', 'BIGINT', 'int', [-70000000000n, -1, 0, 1, 2, 5000000000n], true),
  column('q', 'DOUBLE', 'float', ['0', '0.25', '1.5', '-2.25', '8', '1024.5'], true),
  column('p', 'DECIMAL(15,2)', 'decimal', ['0.00', '0.05', '1.25', '-3.50', '99999.99'], true),
  column('m', 'DECIMAL(30,5)', 'decimal', ['0.00000', '1.00001', '-123456789012345678.5'], true),
]

export interface FuzzTable {
  readonly name: string
  readonly rows: number
  readonly columns: readonly Column[]
  /** DuckDB's query that makes the rows. */
  readonly sql: string
}

/** Skewed: few keys have most rows. Otherwise evenly spread. */
const cell = (c: Column, salt: number, skewed: boolean, nulls: number): string => {
  const pool = `[${c.pool.map((v) => `'${v}'`).join(', ')}]::VARCHAR[]::${c.sql}[]`
  const spread = `(hash(i * 7919 + ${salt}) % 10007)`
  const at = skewed ? `(floor(${c.pool.length} * pow(${spread} / 10007.0, 4)))::INTEGER` : `(${spread} % ${c.pool.length})::INTEGER`
  const value = `(${pool})[1 + ${at}]`
  return nulls === 0 ? value : `CASE WHEN hash(i * 104729 + ${salt}) % 100 < ${nulls} THEN NULL ELSE ${value} END`
}

export const fuzzTable = (r: Random, name: string, rows: number, of: readonly Column[] = COLUMNS): FuzzTable => {
  const columns = of.map((c) => {
    // Sometimes a column without extremes: its statistics are narrow, and kernels are other ones.
    const narrow = !c.tame && c.kind !== 'bool' && r.chance(0.4)
    return narrow ? { ...c, pool: c.pool.slice(1, Math.max(2, c.pool.length - 3)) } : c
  })
  const cells = columns.map((c) => `${cell(c, r.int(1e6), c.name === 'k' || r.chance(0.1), r.pick([0, 10, 10, c.tame ? 30 : 90]))} AS ${c.name}`)
  return { name, rows, columns, sql: `SELECT i::INTEGER AS id, (hash(i) % ${Math.max(1, Math.ceil(rows / 3))})::BIGINT AS wide, ${cells.join(', ')} FROM range(${rows}) r(i)` }
}
