/** Arithmetic of decimals as Spark answers it: exact, rounded to the type that its plan says; overflow is NULL, or with ANSI an error. */
import { expect, test } from 'vitest'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import { add, divide, modulo, multiply, subtract } from '../../src/operators/arithmetic.ts'
import type { CallSite, EvalError, Value } from '../../src/operators/registry.ts'
import { fromText } from '../../src/operators/cast-text.ts'
import { sparkQueries } from '../fixtures/spark/read.ts'
import { lowerAndRun } from './lowered.ts'

const OPERATORS = { '+': add, '-': subtract, '*': multiply, '/': divide, '%': modulo }
const OPERAND = String.raw`CAST\('?([-\d.]+)'? AS DECIMAL\((\d+),(\d+)\)\)`
const CALL = new RegExp(`^${OPERAND} ([-+*/%]) ${OPERAND}$`)
const ERRORS: Readonly<Record<string, string>> = { NUMERIC_VALUE_OUT_OF_RANGE: 'OVERFLOW', DIVIDE_BY_ZERO: 'DIVIDE_BY_ZERO' }

const calls = sparkQueries().flatMap(({ sql, plain, ansi }) => {
  const columns = sql.replace(/^SELECT /, '').split(/, (?=CAST)/).map((c) => CALL.exec(c))
  return columns.every((c) => c !== null) ? columns.map((match, i) => ({ match: match as RegExpExecArray, plain, ansi, i })) : []
})

test('there are such', () => expect(calls.length).toBeGreaterThan(14))

test.each(calls.map((call) => [call.match[0], call] as const))('%s', (_, { match, plain, ansi, i }) => {
  const typeOf = (p: string | undefined, s: string | undefined) => parseType(`decimal(${p},${s})`) as SqlType
  const argTypes = [typeOf(match[2], match[3]), typeOf(match[6], match[7])]
  const args = [match[1], match[5]].map((text, j) => fromText(argTypes[j] as SqlType)?.(text) as Value)
  const def = OPERATORS[match[4] as '+']
  const answers = [[plain, 'null'], [ansi, 'error']] as const
  const type = parseType('types' in plain ? (plain.types[i] as string) : '') as SqlType
  for (const [answer, policy] of answers) {
    const site: CallSite = { type, argTypes, flags: { overflow: policy, divideByZero: policy } }
    expect(def.type(argTypes, type)).toBe(true)
    const cell = 'rows' in answer ? (answer.rows[0]?.[i] as string | null) : undefined
    const want = 'error' in answer ? { raises: ERRORS[answer.error] } : { value: cell === null ? null : BigInt(cell ?? 0) }
    const reference = () => {
      try {
        return { value: def.eval(site)(...(args as never[])) }
      } catch (e) {
        return { raises: (e as EvalError).code }
      }
    }
    expect(reference()).toEqual(want)
    for (const mode of ['constant', 'column', 'nullable'] as const) expect(lowerAndRun(match[4] as string, def, site, args, mode), mode).toEqual(want)
  }
})
