/** The registry's type rules, for checking plan documents. */
import type { FunctionRules } from '../plan/validate.ts'
import { AGGREGATES, type AggregateDef } from '../operators/aggregates.ts'
import { CAST, EXPRESSIONS } from '../operators/expressions.ts'
import type { ExprDef } from '../operators/registry.ts'
import { AGGREGATE_OPTIONS, windowFunction } from '../operators/windows.ts'

const expression = (name: string): ExprDef | undefined => (Object.hasOwn(EXPRESSIONS, name) ? (EXPRESSIONS as Record<string, ExprDef>)[name] : undefined)
const aggregate = (name: string): AggregateDef | undefined => (Object.hasOwn(AGGREGATES, name) ? (AGGREGATES as Record<string, AggregateDef>)[name] : undefined)

export const planRules: FunctionRules = {
  call: (name, args, result) => expression(name)?.type(args, result),
  aggregate: (name, args, result) => aggregate(name)?.type(args, result),
  window: (name, args, result) => windowFunction(name)?.type(args, result) ?? aggregate(name)?.type(args, result),
  windowOptions: (name) => windowFunction(name)?.options ?? AGGREGATE_OPTIONS,
  cast: (from, to) => CAST.type(from, to),
  flags: (name) => expression(name)?.flags ?? [],
}
