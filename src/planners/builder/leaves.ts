/** Where queries begin: tables and inputs by name, and rows that the plan itself holds. */
import { typeName, type TypeName } from '../../layout/types.ts'
import type { ScanField } from '../../plan/nodes.ts'
import type { Named } from './alike.ts'
import { failure } from './failure.ts'
import { documentValue, type LiteralInput, typeOf } from './literals.ts'
import { Query } from './query.ts'

const fieldsOf = (columns: Readonly<Record<string, TypeName>>): { fields: readonly ScanField[]; named: readonly Named[] } => {
  const named = Object.entries(columns).map(([name, type]) => ({ name, type: typeOf(type) }))
  return { named, fields: named.map(({ name, type }) => ({ name, type: typeName(type) })) }
}

/** Columns of a table or input, by name and type: `scan('flights', { origin: 'string', delay: 'int64' })`. */
export const scan = <const C extends Readonly<Record<string, TypeName>>>(table: string, columns: C): Query<keyof C & string> => {
  const { named, fields } = fieldsOf(columns)
  return new Query({ op: 'scan', table, columns: fields }, named)
}

/** Rows that the plan itself holds: `values({ code: 'string' }, [['JFK'], ['SFO']])`. */
export const values = <const C extends Readonly<Record<string, TypeName>>>(columns: C, rows: readonly (readonly LiteralInput[])[]): Query<keyof C & string> => {
  const { named, fields } = fieldsOf(columns)
  const written = rows.map((row, i) => {
    if (row.length !== named.length) throw failure('INVALID_PLAN', `row ${i} has ${row.length} values for ${named.length} columns`)
    return row.map((value, j) => {
      const { name, type } = named[j]!
      const literal = documentValue(value, type)
      if (literal === undefined) throw failure('INVALID_PLAN', `row ${i}: ${String(value)} is no ${typeName(type)}, the type of \`${name}\``)
      return literal
    })
  })
  return new Query({ op: 'values', columns: fields, rows: written }, named)
}
