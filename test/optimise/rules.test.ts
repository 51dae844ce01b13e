/** Each rule alone, and all together: the same result before and after, over random expressions and rows. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Ir } from '../../src/ir/nodes.ts'
import { printExpression } from '../../src/ir/print.ts'
import { verifyExpression } from '../../src/ir/verify.ts'
import { childrenOf } from '../../src/ir/walk.ts'
import { optimiseExpression, ruleSet } from '../../src/optimise/optimise.ts'
import type { Facts, Rule } from '../../src/optimise/rule.ts'
import { RULES } from '../../src/optimise/rules/index.ts'
import { equalResults, outcome } from '../ir/evaluate.ts'
import { random, randomEnv, randomExpression, ROW, ROW_TYPES, SCALARS } from '../ir/random.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)
const rows = new Map([[ROW, ROW_TYPES]])

/** Counts how often the rule fires, so that a property that tests nothing is seen. */
const counting = (rule: Rule, counts: Map<string, number>): Rule => ({
  ...rule,
  rewrite: (e: never, facts: Facts) => {
    const next = rule.rewrite(e, facts)
    if (next && next !== e) counts.set(rule.name, (counts.get(rule.name) ?? 0) + 1)
    return next
  },
})

const check = (before: Ir, after: Ir, r: ReturnType<typeof random>): void => {
  verifyExpression(after, rows, { params: SCALARS })
  expect(after.type).toBe(before.type)
  for (let k = 0; k < 4; k++) {
    const env = randomEnv(r)
    const [a, b] = [outcome(before, env), outcome(after, env)]
    if (a === 'raises' || b === 'raises' ? a !== b : !equalResults(a, b)) {
      throw new Error(`${printExpression(before)}\n→ ${printExpression(after)}\n${String(JSON.stringify(env, (_, v) => (typeof v === 'bigint' ? `${v}n` : Object.is(v, -0) ? '-0' : v)))}\n${JSON.stringify(a, (_, v) => (typeof v === 'bigint' ? `${v}` : v))} → ${JSON.stringify(b, (_, v) => (typeof v === 'bigint' ? `${v}` : v))}`)
    }
  }
}

const run = (rules: readonly Rule[], runs: number, depth: number, raising: boolean): Map<string, number> => {
  const counts = new Map<string, number>()
  const set = ruleSet(rules.map((rule) => counting(rule, counts)))
  fc.assert(
    fc.property(fc.integer(), (n) => {
      const r = random(n)
      const before = randomExpression(r, r.pick(ROW_TYPES), depth, { raising })
      verifyExpression(before, rows, { params: SCALARS })
      check(before, optimiseExpression(before, [ROW], set), r)
    }),
    { seed, numRuns: runs },
  )
  return counts
}

describe(`optimiser, seed ${seed}`, () => {
  it('changes no result without any rule: lets and common subexpressions', () => {
    run([], 400, 6, false)
    run([], 400, 6, true)
  })

  it('changes no result with all rules', () => {
    const counts = run(RULES, 600, 6, false)
    const more = run(RULES, 600, 6, true)
    // Random expressions reach nearly every rule; those about calls are tested by name below.
    const idle = RULES.map((rule) => rule.name).filter((name) => !counts.get(name) && !more.get(name))
    expect(idle.filter((name) => name !== 'lazy')).toEqual([])
  })

  for (const rule of RULES) {
    it(`${rule.name} alone`, () => {
      run([rule], 120, 4, true)
    })
  }

  it('every rule says when it holds', () => {
    for (const rule of RULES) for (const text of [rule.doc, rule.nulls, rule.floats, rule.overflow]) expect(text).toMatch(/^[\p{L}x−].*\.$/u)
    expect(new Set(RULES.map((rule) => rule.name)).size).toBe(RULES.length)
  })

  it('leaves nothing for a second run', () => {
    const size = (e: Ir): number => 1 + childrenOf(e).reduce((n, c) => n + size(c), 0)
    for (let n = 0; n < 200; n++) {
      const r = random(seed + n)
      const counts = new Map<string, number>()
      const once = optimiseExpression(randomExpression(r, r.pick(ROW_TYPES), 5, { raising: false }), [ROW])
      const twice = optimiseExpression(once, [ROW], ruleSet(RULES.map((rule) => counting(rule, counts))))
      expect([...counts.keys()], printExpression(once)).toEqual([])
      expect(size(twice)).toBeLessThanOrEqual(size(once))
    }
  })

  it('takes deep nests in no time and does not blow them up', () => {
    const size = (e: Ir): number => 1 + childrenOf(e).reduce((n, c) => n + size(c), 0)
    const field: Ir = { ir: 'field', type: 'i32', row: ROW, index: 1 }
    const shapes: Record<string, (x: Ir, i: number) => Ir> = {
      doubled: (x) => ({ ir: 'binary', type: 'i32', op: '+', left: x, right: x }),
      arms: (x, i) => ({
        ir: 'let', type: 'i32', name: `d${i}`, value: x,
        body: {
          ir: 'if', type: 'i32', cond: { ir: 'binary', type: 'bool', op: '>', left: field, right: { ir: 'literal', type: 'i32', value: i } },
          then: { ir: 'binary', type: 'i32', op: '*', left: { ir: 'ident', type: 'i32', name: `d${i}` }, right: { ir: 'literal', type: 'i32', value: 3 } },
          else: { ir: 'binary', type: 'i32', op: '-', left: { ir: 'ident', type: 'i32', name: `d${i}` }, right: { ir: 'literal', type: 'i32', value: i + 5 } },
        },
      }),
      options: (x, i) => ({
        ir: 'let', type: 'i32', name: `o${i}`, value: { ir: 'option', type: '?i32', value: x, valid: { ir: 'binary', type: 'bool', op: '<', left: x, right: field } },
        body: { ir: 'select', type: 'i32', cond: { ir: 'valid', type: 'bool', arg: { ir: 'ident', type: '?i32', name: `o${i}` } }, then: { ir: 'value', type: 'i32', arg: { ir: 'ident', type: '?i32', name: `o${i}` } }, else: x },
      }),
    }
    for (const [name, shape] of Object.entries(shapes)) {
      let e: Ir = { ir: 'param', type: 'i32', index: 1 }
      e = { ir: 'binary', type: 'i32', op: '+', left: e, right: field }
      for (let i = 0; i < 10; i++) e = shape(e, i)
      const start = performance.now()
      const after = optimiseExpression(e, [ROW])
      expect(performance.now() - start, name).toBeLessThan(50)
      expect(size(after), name).toBeLessThan(400)
      check(e, after, random(seed))
    }
  })
})
