/** What the planner writes, the rest accepts: every plan passes as a plan document, by the registry's own rules. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { planRules } from '../../src/execute/plan-rules.ts'
import { validatePlan } from '../../src/plan/validate.ts'
import { EXPRESSIONS, QUERIES } from './queries.ts'
import { openTables, type Tables } from './tables.ts'

let tables: Tables
beforeAll(async () => {
  tables = await openTables('stand-in')
})
afterAll(() => tables.close())

test.each(Object.values(QUERIES))('%s', async (sql) => {
  const { plan } = await tables.planner.plan(sql)
  expect(validatePlan(JSON.parse(JSON.stringify(plan)), planRules)).toEqual(plan)
})

test.each(EXPRESSIONS)('%s', async (e) => {
  const { plan } = await tables.planner.plan(`SELECT ${e} AS x FROM kinds`)
  expect(validatePlan(JSON.parse(JSON.stringify(plan)), planRules)).toEqual(plan)
})
