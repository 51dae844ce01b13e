/** The columns of an input by name, as properties; what reads them belongs to that input. */
import { typeName } from '../../layout/types.ts'
import type { Named } from './alike.ts'
import { column, type Expression, type Operand, type Scope, toExpression } from './expression.ts'
import { failure, listed } from './failure.ts'

/** The columns of an input by name; a name it does not have throws PlanError UNKNOWN_COLUMN. */
export type Columns<N extends string> = { readonly [K in N]: Expression }

/** Columns as properties, from a position on. */
export const columnsOf = <N extends string>(columns: readonly Named[], scope: Scope, first: number): Columns<N> => {
  const byName = new Map(columns.map(({ name, type }, i) => [name, column(first + i, type, scope)]))
  return new Proxy({} as Columns<N>, {
    get: (_, name) => {
      if (typeof name === 'symbol') return undefined
      const found = byName.get(name)
      if (!found) throw unknownColumn(name, columns)
      return found
    },
    ownKeys: () => [...byName.keys()],
    getOwnPropertyDescriptor: (_, name) => ({ enumerable: true, configurable: true, value: byName.get(String(name)) }),
  })
}

export const unknownName = (name: string, list: readonly { readonly name: string }[]): never => {
  throw failure('UNKNOWN_COLUMN', `a projection has no column \`${name}\``, `there are ${listed(list.map((x) => x.name))}`)
}

export const unknownColumn = (name: string, columns: readonly Named[]) =>
  failure('UNKNOWN_COLUMN', `there is no column \`${name}\``, columns.length > 0 ? `there are ${listed(columns.map((c) => c.name))}` : undefined)

export const inScope = (e: Expression, scope: Scope): Expression => {
  if (e.scope !== undefined && e.scope !== scope) throw failure('INVALID_PLAN', 'the expression reads columns of another input')
  return e
}

export const asPredicate = (operand: Operand, scope: Scope): Expression => {
  const e = inScope(toExpression(operand), scope)
  if (e.type.kind !== 'bool') throw failure('INVALID_PLAN', `a predicate must be a bool, not ${typeName(e.type)}`)
  return e
}
