/** What the planner writes, the rest accepts: every plan passes as a plan document, by the registry's own rules. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AGGREGATES } from '../../src/operators/aggregates.ts'
import { CAST, expression } from '../../src/operators/expressions.ts'
import { type FunctionRules, validatePlan } from '../../src/plan/validate.ts'
import { EXPRESSIONS, QUERIES } from './queries.ts'
import { openTables, type Tables } from './tables.ts'

const rules: FunctionRules = {
  call: (fn, args, result) => expression(fn)?.type(args, result),
  aggregate: (fn, args, result) => (Object.hasOwn(AGGREGATES, fn) ? AGGREGATES[fn as keyof typeof AGGREGATES].type(args, result) : undefined),
  cast: (from, to) => CAST.type(from, to),
  flags: (fn) => expression(fn)?.flags ?? [],
}

let tables: Tables
beforeAll(async () => {
  tables = await openTables('stand-in')
})
afterAll(() => tables.close())

test.each(Object.values(QUERIES))('%s', async (sql) => {
  const { plan } = await tables.planner.plan(sql)
  expect(validatePlan(JSON.parse(JSON.stringify(plan)), rules)).toEqual(plan)
})

test.each(EXPRESSIONS)('%s', async (e) => {
  const { plan } = await tables.planner.plan(`SELECT ${e} AS x FROM kinds`)
  expect(validatePlan(JSON.parse(JSON.stringify(plan)), rules)).toEqual(plan)
})
