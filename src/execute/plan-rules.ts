/** The registry's type rules, for checking plan documents. */
import type { Refusal } from '../errors.ts'
import type { SqlType } from '../layout/types.ts'
import { AGGREGATES, type AggregateDef } from '../operators/aggregates.ts'
import { CAST, EXPRESSIONS } from '../operators/expressions.ts'
import type { ExprDef } from '../operators/registry.ts'

const unknown = (node: string): Refusal => ({ code: 'FUNCTION', node, reason: `the function ${node} is not known` })

export const planRules = {
  call: (name: string, args: readonly SqlType[], result: SqlType): true | Refusal => {
    const def = Object.hasOwn(EXPRESSIONS, name) ? (EXPRESSIONS as Record<string, ExprDef>)[name] : undefined
    return def ? def.type(args, result) : unknown(name)
  },
  aggregate: (name: string, args: readonly SqlType[], result: SqlType): true | Refusal => {
    const def = Object.hasOwn(AGGREGATES, name) ? (AGGREGATES as Record<string, AggregateDef>)[name] : undefined
    return def ? def.type(args, result) : unknown(name)
  },
  cast: (from: SqlType, to: SqlType): true | Refusal => CAST.type(from, to),
}
