/** Tables of literals as batches of UnsafeRows, written by layout/unsafe-row.ts. */
import type { RowInput, RowSchemaField } from 'arcweld/backend'
import { parseLiteral } from '../../src/layout/literal.ts'
import { encodeRows } from '../../src/layout/row-batch.ts'
import { rowPhysical } from '../../src/layout/row-table.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import type { Value } from '../../src/layout/value.ts'
import type { RowField, RowValue } from '../../src/layout/unsafe-row.ts'
import type { Table } from '../fallback/harness.ts'

export const sqlType = (name: string): SqlType => parseType(name) as SqlType
export const fieldsOf = (schema: readonly RowSchemaField[]): readonly RowField[] => schema.map(({ type, nullable = true }) => ({ physical: rowPhysical(sqlType(type)), nullable }))
/** A value as writeRow takes it. */
const rowValue = (value: Value, { physical }: RowField): RowValue => (typeof value === 'number' && physical !== 'f32' && physical !== 'f64' ? BigInt(value) : (value as RowValue))

/** In batches of at most `size` rows; `spare` puts a field before and one behind that no scan reads. */
export const rowBatches = ({ columns, rows }: Table, size: number, spare = false): RowInput[] => {
  const own = columns.map(({ name, type }, i): RowSchemaField => ({ name, type, nullable: rows.some((row) => row[i] === null) }))
  const schema: readonly RowSchemaField[] = spare ? [{ name: 'before', type: 'string' }, ...own, { name: 'behind', type: 'decimal(38,0)', nullable: false }] : own
  const fields = fieldsOf(schema)
  const values = rows.map((row, n): RowValue[] => {
    const cells = row.map((cell, i) => rowValue(parseLiteral(cell, sqlType((columns[i] as RowSchemaField).type)), fields[spare ? i + 1 : i] as RowField))
    return spare ? [n % 3 ? 'x'.repeat(n % 20) : null, ...cells, BigInt(n) << 70n] : cells
  })
  const batches: RowInput[] = []
  for (let from = 0; from < values.length || from === 0; from += size) {
    const { rows: bytes, offsets } = encodeRows(fields, values.slice(from, from + size))
    // An odd place in a larger buffer, as a network gives it.
    const buffer = new Uint8Array(bytes.length + 3)
    buffer.set(bytes, 3)
    batches.push({ rows: buffer.subarray(3), ...(offsets ? { offsets } : {}), schema })
  }
  return batches
}
