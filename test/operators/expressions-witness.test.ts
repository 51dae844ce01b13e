/** DuckDB agrees with every literal case that does not say why it cannot. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseLiteral } from '../../src/layout/literal.ts'
import { parseType } from '../../src/layout/types.ts'
import { EXPRESSIONS, type ExprName } from '../../src/operators/expressions.ts'
import type { Value } from '../../src/operators/registry.ts'
import { CASES, CAST_CASES, type Typed } from '../cases/index.ts'
import { sqlLiteral, sqlOf, sqlType } from '../cases/sql.ts'
import { openWitness, type Witness } from './duckdb.ts'
import { equalValues, show } from './lowered.ts'

let duck: Witness
beforeAll(async () => {
  duck = await openWitness()
})
afterAll(() => duck.close())

const valueOf = ([name, literal]: Typed): Value => (literal === null ? null : parseLiteral(literal, parseType(name)!))

/** Logarithms and powers may differ in the last digit between libraries. */
const close = (a: Value, b: Value): boolean => typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= 1e-15 * Math.abs(a)
const LAST_DIGIT: ReadonlySet<string> = new Set(['exp', 'ln', 'log10', 'log2', 'log', 'pow', 'cbrt', 'sin', 'cos', 'tan', 'cot', 'asin', 'acos', 'atan', 'atan2', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh'])

const difference = async (sql: string, result: (typeof CAST_CASES)[number]['result'], loose = false): Promise<string | undefined> => {
  const got = await duck.ask(sql)
  if ('error' in got) return 'raises' in result ? undefined : `${sql}: DuckDB says ${got.error.split('\n')[0]}`
  const [value = null] = got.values
  if ('raises' in result) return `${sql}: DuckDB gives ${show(value)}`
  const want = valueOf(result)
  if (!equalValues({ value }, { value: want }) && !(loose && close(value, want))) return `${sql}: DuckDB gives ${show(value)}, not ${show(want)}`
  if (want !== null && got.types[0] !== result[0]) return `${sql}: DuckDB's type is ${got.types[0]}, not ${result[0]}`
  return undefined
}

describe('DuckDB agrees', () => {
  test.each(Object.keys(EXPRESSIONS) as ExprName[])('%s', async (name) => {
    const found: string[] = []
    for (const c of CASES[name]) {
      if (c.alone !== undefined) continue
      const d = await difference(sqlOf(name, c.args, c.flags), c.result, LAST_DIGIT.has(name))
      if (d !== undefined) found.push(d)
    }
    expect(found).toEqual([])
  })

  test('cast', async () => {
    const found: string[] = []
    for (const c of CAST_CASES) {
      if (c.alone !== undefined) continue
      const to = sqlType('raises' in c.result ? c.result.type : c.result[0])
      const d = await difference(`${c.onFailure === 'null' ? 'TRY_CAST' : 'CAST'}(${sqlLiteral(c.arg)} AS ${to})`, c.result)
      if (d !== undefined) found.push(d)
    }
    expect(found).toEqual([])
  })
})
