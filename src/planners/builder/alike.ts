/** Inputs whose rows stand below one another: by position, each column of one type. */
import { type SqlType, typeName } from '../../layout/types.ts'
import type { PlanNode } from '../../plan/nodes.ts'
import { castTo, column } from './expression.ts'
import { failure } from './failure.ts'
import { commonType } from './types.ts'

export interface Named {
  readonly name: string
  readonly type: SqlType
}

export interface Input {
  readonly node: PlanNode
  readonly columns: readonly Named[]
}

/** Inputs with one type for each column; the columns of the first. */
export const alike = (queries: readonly Input[]): { readonly nodes: readonly PlanNode[]; readonly columns: readonly Named[] } => {
  const names = (queries[0] as Input).columns.map((c) => c.name)
  const types = commonTypes(names, queries.map((query) => query.columns.map((c) => c.type)))
  const nodes = queries.map(({ node, columns }): PlanNode => {
    const cast = columns.map((c, i) => castTo(column(i, c.type, {}), types[i] as SqlType).expr)
    return cast.every((e) => e.expr === 'column') ? node : { op: 'project', input: node, exprs: cast }
  })
  return { nodes, columns: names.map((name, i) => ({ name, type: types[i] as SqlType })) }
}

export const commonTypes = (names: readonly string[], lists: readonly (readonly SqlType[])[]): readonly SqlType[] => {
  const other = lists.find((list) => list.length !== names.length)
  if (other) throw failure('INVALID_PLAN', `${other.length} columns beside ${names.length}`)
  return names.map((name, i) =>
    lists.map((list) => list[i] as SqlType).reduce((a, b) => {
      const type = commonType(a, b)
      if (!type) throw failure('INVALID_PLAN', `\`${name}\` is ${typeName(a)} and ${typeName(b)}`)
      return type
    }),
  )
}
