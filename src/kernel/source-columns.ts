/** Columns of Arrow tables and Parquet files as a kernel's parameter has them: by position, range-checked, in one physical form. */
import type { Lease } from '../bridge/memory.ts'
import type { Type } from '../language/nodes.ts'
import { bitmapBytes, countBits } from '../layout/bits.ts'
import { viewOf } from '../layout/memory.ts'
import { columnReaders } from '../layout/read.ts'
import { type ColumnBatch, type ColumnInfo, physicalWidth, type Relation, type Vector } from '../layout/relation.ts'
import { type SqlType, typeName as sqlName } from '../layout/types.ts'
import type { TableSource } from '../sources/source.ts'
import { emptyVector } from './inputs.ts'
import { invalid, leafOf, typeName, type Where } from './plain.ts'
import { type Memory, memoryOf, storeNumber } from './store.ts'

/** Whether values of a column can be values of the parameter's. */
const fits = (type: Type, sql: SqlType): boolean => {
  if (type.kind === 'option') return sql.kind === 'null' || fits(type.of, sql)
  if (type.kind === 'dec128') return (sql.kind === 'decimal' && sql.scale === type.scale) || (type.scale === 0 && sql.kind === 'int128')
  if (type.kind !== 'scalar') return false
  switch (type.scalar) {
    case 'bool':
      return sql.kind === 'bool'
    case 'str':
      return sql.kind === 'string'
    case 'f32':
    case 'f64':
      return sql.kind === 'float' || sql.kind === 'double'
    case 'date':
      return sql.kind === 'date'
    case 'timestamp':
      return sql.kind === 'timestamp' || sql.kind === 'timestamptz'
    default:
      return /^u?int\d+$/.test(sql.kind) || (sql.kind === 'decimal' && sql.scale === 0)
  }
}

export const fromSource = async (source: TableSource, parts: readonly Type[], columns: readonly ColumnInfo[], where: Where, lease: Lease): Promise<Relation> => {
  const { fields } = source
  if (fields.length !== parts.length) throw invalid(where(), `it has ${fields.length} columns, and a row of the parameter has ${parts.length} fields`)
  parts.forEach((type, i) => {
    const field = fields[i] as (typeof fields)[number]
    if (!fits(type, field.type)) throw invalid(where(), `column ${JSON.stringify(field.name)} is ${sqlName(field.type)}, and field $${i} is ${typeName(type)}`)
  })
  const { relation } = await source.load(fields.map((f) => f.name), lease)
  const memory = memoryOf(lease)
  let first = 0
  const batches = relation.batches.map((batch): ColumnBatch => {
    const readers = columnReaders(lease.buffer, relation.columns, batch)
    const vectors = parts.map((type, c): Vector => {
      const place = (row: number): Where => () => `${where()}, row ${first + row + 1}, column ${JSON.stringify(fields[c]?.name)}`
      return converted(type, columns[c] as ColumnInfo, { info: relation.columns[c] as ColumnInfo, vector: batch.vectors[c] as Vector, rows: batch.rows, read: readers[c] as (row: number) => unknown }, place, memory)
    })
    first += batch.rows
    return { rows: batch.rows, vectors }
  })
  return { columns, batches, rows: relation.rows }
}

interface Loaded {
  readonly info: ColumnInfo
  readonly vector: Vector
  readonly rows: number
  readonly read: (row: number) => unknown
}

const converted = (type: Type, column: ColumnInfo, { info, vector, rows, read }: Loaded, place: (row: number) => Where, memory: Memory): Vector => {
  if (vector.validity && !column.nullable && countBits(new Uint8Array(memory.buffer, vector.validity, bitmapBytes(rows)), rows) < rows) {
    for (let row = 0; row < rows; row++) if (read(row) === null) throw invalid(place(row)(), `NULL is no ${typeName(type)}`)
  }
  const exact = type.kind === 'option' ? type.of : type
  // Columns lie as narrow as their values are: what lies the same stays where it is. A u32 or u64 lies as a signed column may, too.
  const unsigned = exact.kind === 'scalar' && (exact.scalar === 'u32' || exact.scalar === 'u64')
  if (info.physical === column.physical && !unsigned) return { ...vector, validity: column.nullable ? vector.validity : 0 }
  const out = emptyVector(column, rows, memory)
  const width = physicalWidth[column.physical]
  const quick = column.physical === 'i32' && !(exact.kind === 'scalar' && exact.scalar.startsWith('u')) && ['i8', 'u8', 'i16', 'u16'].includes(info.physical)
  if (quick) (viewOf(memory.buffer, 'i32', out.data, rows) as Int32Array).set(viewOf(memory.buffer, info.physical, vector.data, rows) as Int16Array)
  else {
    for (let row = 0; row < rows; row++) {
      const value = read(row)
      if (value !== null) storeNumber(memory, column.physical, out.data + row * width, leafOf(exact, value, place(row)))
    }
  }
  if (out.validity === 0) return out
  const bits = new Uint8Array(memory.buffer, out.validity, bitmapBytes(rows))
  if (vector.validity) bits.set(new Uint8Array(memory.buffer, vector.validity, bitmapBytes(rows)))
  else bits.fill(255)
  return out
}
