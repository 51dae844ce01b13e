/** Tables and options that the random tests of this folder share. */
import { COLUMNS, fuzzTable, type Column as TableColumn } from '../engine/fuzz-tables.ts'
import { Random } from '../engine/random.ts'
import { randomValue } from '../operators/random-values.ts'
import { formatLiteral } from '../../src/layout/literal.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import type { Column } from './tree.ts'

const typeOf = (c: TableColumn): string => {
  const found = { BOOLEAN: 'bool', TINYINT: 'int8', SMALLINT: 'int16', INTEGER: 'int32', BIGINT: 'int64', UTINYINT: 'uint8', USMALLINT: 'uint16', UINTEGER: 'uint32', UBIGINT: 'uint64', FLOAT: 'float', DOUBLE: 'double', DATE: 'date', TIMESTAMP: 'timestamp', TIMESTAMPTZ: 'timestamptz', VARCHAR: 'string' }[c.sql]
  return found ?? c.sql.toLowerCase()
}
/** A random table's columns, in its order. */
export const columnsOf: readonly Column[] = [{ name: 'id', type: 'int32' }, { name: 'wide', type: 'int64' }, ...COLUMNS.map((c) => ({ name: c.name, type: typeOf(c) }))]

/** Whether it may round to one more than an integer type holds, which DuckDB wraps and arcweld raises. */
const isBeyond = (v: number): boolean => !Number.isInteger(v) && Number.isInteger(Math.log2(Math.ceil(Math.abs(v)))) && Math.abs(v) > 64

/** A query that makes rows of edge values and some random ones. */
export const edgeRows = (seed: number, rows: number): string => {
  const r = new Random(seed)
  const more = COLUMNS.map((c) => {
    if (c.tame || c.kind === 'bool') return c
    const type = parseType(typeOf(c)) as SqlType
    const extra = r.some(2, 8, () => formatLiteral(randomValue(() => r.next(), type), type)).filter((v) => !isBeyond(Number(v)))
    return { ...c, pool: [...c.pool, ...extra.map((v) => String(v).replaceAll("'", "''").replace('Infinity', 'inf'))] }
  })
  return fuzzTable(r, 't', rows, more).sql
}
