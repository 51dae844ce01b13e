/** Every literal case on the reference evaluation, and on the lowering: as constants, as columns, and as columns with NULLs. */
import { describe, expect, test } from 'vitest'
import { parseLiteral } from '../../src/layout/literal.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import { CAST, EXPRESSIONS, type ExprName } from '../../src/operators/expressions.ts'
import { EvalError, type ExprDef, type Value } from '../../src/operators/registry.ts'
import { CASES, CAST_CASES, type Typed } from '../cases/index.ts'
import { equalValues, lowerAndRun, type Mode, show, type Shown } from './lowered.ts'

const type = (name: string): SqlType => parseType(name) as SqlType
const value = ([name, literal]: Typed): Value => (literal === null ? null : parseLiteral(literal, type(name)))
const expected = (result: (typeof CAST_CASES)[number]['result']): Shown => ('raises' in result ? { raises: result.raises } : { value: value(result) })
const resultType = (result: (typeof CAST_CASES)[number]['result']): SqlType => type('raises' in result ? result.type : result[0])

/** Runs the reference as the interpreter does: strict functions see no NULL, lazy ones thunks. */
const reference = (def: ExprDef, site: Parameters<ExprDef['eval']>[0], args: readonly Value[]): Shown => {
  try {
    const run = def.eval(site)
    if (def.strict === 'lazy') return { value: run(...args.map((a) => () => a)) }
    if (def.strict === false) return { value: run(...args) }
    return { value: args.includes(null) ? null : run(...args) }
  } catch (e) {
    if (e instanceof EvalError) return { raises: e.code }
    throw e
  }
}

const MODES: readonly Mode[] = ['constant', 'column', 'nullable']

describe.each(Object.keys(EXPRESSIONS) as ExprName[])('%s', (name) => {
  const def: ExprDef = EXPRESSIONS[name]
  test.each(CASES[name].map((c) => [`${c.args.map(show).join(', ')} → ${JSON.stringify(c.result)}`, c] as const))('%s', (_, c) => {
    const site = { type: resultType(c.result), argTypes: c.args.map((a) => type(a[0])), flags: c.flags ?? {} }
    const args = c.args.map(value)
    expect(def.type(site.argTypes, site.type)).toBe(true)
    const want = expected(c.result)
    expect(reference(def, site, args)).toSatisfy((got: Shown) => equalValues(got, want), `reference: ${show(want)}`)
    if (!def.lower) return
    for (const mode of MODES) {
      const got = lowerAndRun(name, def, site, args, mode)
      if (got !== undefined && !equalValues(got, want)) expect.fail(`lowered (${mode}): ${show(got)} instead of ${show(want)}`)
    }
  })

  test('has an ordinary case and a NULL', () => {
    expect(CASES[name].some((c) => c.args.some((a) => a[1] === null))).toBe(true)
    expect(CASES[name].length).toBeGreaterThan(2)
  })
})

describe('cast', () => {
  test.each(CAST_CASES.map((c) => [`${show(c.arg)} → ${JSON.stringify(c.result)} ${c.onFailure ?? ''}`, c] as const))('%s', (_, c) => {
    const site = { from: type(c.arg[0]), to: resultType(c.result), onFailure: c.onFailure ?? 'error' } as const
    expect(CAST.type(site.from, site.to)).toBe(true)
    const asDef: ExprDef = { doc: '', type: () => true, eval: () => CAST.eval(site), lower: ([x], _site, cx) => CAST.lower(x as never, site, cx) }
    const args = [value(c.arg)]
    const want = expected(c.result)
    const callSite = { type: site.to, argTypes: [site.from], flags: {} }
    expect(reference(asDef, callSite, args)).toSatisfy((got: Shown) => equalValues(got, want), `reference: ${show(want)}`)
    for (const mode of MODES) {
      const got = lowerAndRun('cast', asDef, callSite, args, mode)
      if (got !== undefined && !equalValues(got, want)) expect.fail(`lowered (${mode}): ${show(got)} instead of ${show(want)}`)
    }
  })
})

