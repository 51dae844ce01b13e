/** Each rule alone, and all together: the same result before and after, over random expressions and rows. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binary, call } from '../../src/ir/build.ts'
import type { BinaryOp, Ir, IrType, Scalar } from '../../src/ir/nodes.ts'
import { printExpression } from '../../src/ir/print.ts'
import { STATE_ROW } from '../../src/ir/program.ts'
import { verifyExpression } from '../../src/ir/verify.ts'
import { childrenOf } from '../../src/ir/walk.ts'
import { Graph } from '../../src/optimise/graph.ts'
import { optimiseExpression, ruleSet } from '../../src/optimise/optimise.ts'
import type { Facts, Rule } from '../../src/optimise/rule.ts'
import { RULES, SCALAR_RULES } from '../../src/optimise/rules/index.ts'
import { equalResults, outcome, type Plain, type Result } from '../ir/evaluate.ts'
import { random, randomEnv, randomExpression, ROW, ROW_TYPES, SCALARS } from '../ir/random.ts'
import { testSeed } from '../seed.ts'

const seed = testSeed()
const rows = new Map([[ROW, ROW_TYPES], [STATE_ROW, ROW_TYPES]])

/** Counts how often the rule fires, so that a property that tests nothing is seen. */
const counting = (rule: Rule, counts: Map<string, number>): Rule => ({
  ...rule,
  rewrite: (e: Ir, facts: Facts) => {
    const next = rule.rewrite(e as never, facts)
    if (next && next !== e) counts.set(rule.name, (counts.get(rule.name) ?? 0) + 1)
    return next
  },
})

const check = (before: Ir, after: Ir, r: ReturnType<typeof random>): void => {
  verifyExpression(after, rows, { params: SCALARS })
  expect(after.type).toBe(before.type)
  for (let k = 0; k < 4; k++) {
    const env = { ...randomEnv(r), rows: { ...randomEnv(r).rows, [STATE_ROW]: randomEnv(r).rows[ROW] ?? [] } }
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

const at = (type: IrType): Ir => ({ ir: 'field', type, row: ROW, index: ROW_TYPES.indexOf(type) })
const [b, i, o] = [at('bool'), at('i32'), at('?i32')]
const lit = (type: Scalar, value: number | bigint | boolean): Ir => ({ ir: 'literal', type, value })
const op = (name: BinaryOp, left: Ir, right: Ir): Ir => binary(name, left, right)
const arm = (kind: 'if' | 'select', cond: Ir, then: Ir, otherwise: Ir): Ir => {
  const parts = { type: then.type, cond, then, else: otherwise }
  return kind === 'if' ? { ir: 'if', ...parts } : { ir: 'select', ...parts }
}
const made: Ir = { ir: 'option', type: '?i32', value: i, valid: b }
const valueOf = (arg: Ir): Ir => ({ ir: 'value', type: 'i32', arg })
const validOf = (arg: Ir): Ir => ({ ir: 'valid', type: 'bool', arg })
const widened: Ir = { ir: 'cast', type: 'i64', arg: i }
const positive = op('>', i, lit('i32', 0))
const cast = (type: Scalar, arg: Ir): Ir => ({ ir: 'cast', type, arg })
const narrow = (bits: 8 | 16, arg: Ir): Ir => ({ ir: 'narrow', type: 'i32', bits, signed: true, arg })
/** Integers of 16 bits, widened. */
const small = (type: Scalar): Ir => cast(type, narrow(16, i))
const name = (text: string): Ir => ({ ir: 'ident', type: 'i32', name: text })
const ofState = (type: IrType): Ir => ({ ir: 'field', type, row: STATE_ROW, index: ROW_TYPES.indexOf(type) })
const raising: Ir = { ir: 'checked', type: 'i32', op: '*', left: i, right: i, site: 0 }
/** An expression that each rule rewrites. */
const EXAMPLES: Readonly<Record<string, Ir>> = {
  'fold-binary': op('*', lit('i32', 65537), lit('i32', 65537)),
  'fold-unary': { ir: 'unary', type: 'f64', op: 'nearest', arg: lit('f64', 2.5) },
  'fold-checked': { ir: 'checked', type: 'i32', op: '+', left: i, right: lit('i32', 0), site: 0 },
  'literal-right': op('<', lit('i32', 3), i),
  neutral: op('*', i, lit('i32', 1)),
  absorbing: op('&', i, lit('i32', 0)),
  'cast-literal': { ir: 'cast', type: 'i32', arg: lit('f64', 1e10) },
  'cast-same': { ir: 'cast', type: 'i32', arg: i },
  'cast-cast': { ir: 'cast', type: 'f64', arg: widened },
  'narrow-literal': { ir: 'narrow', type: 'i32', bits: 8, signed: true, arg: lit('i32', 200) },
  'narrow-narrow': { ir: 'narrow', type: 'i32', bits: 8, signed: false, arg: { ir: 'narrow', type: 'i32', bits: 16, signed: true, arg: i } },
  'compare-widened': op('<', widened, lit('i64', 1n << 40n)),
  'value-option': valueOf(made),
  'valid-option': validOf(made),
  'option-parts': { ir: 'option', type: '?i32', value: valueOf(o), valid: validOf(o) },
  'value-if': valueOf(arm('if', b, made, o)),
  'valid-if': validOf(arm('if', b, made, o)),
  'if-constant': arm('if', lit('bool', false), i, lit('i32', 3)),
  'select-constant': arm('select', lit('bool', true), i, lit('i32', 3)),
  'if-same': arm('if', b, i, at('i32')),
  'select-same': arm('select', b, i, at('i32')),
  'if-condition': arm('if', b, positive, lit('bool', false)),
  'select-condition': arm('select', b, lit('bool', false), lit('bool', true)),
  'if-not': arm('if', { ir: 'unary', type: 'bool', op: 'not', arg: b }, i, lit('i32', 3)),
  'select-not': arm('select', { ir: 'unary', type: 'bool', op: 'not', arg: b }, i, lit('i32', 3)),
  'not-not': { ir: 'unary', type: 'bool', op: 'not', arg: { ir: 'unary', type: 'bool', op: 'not', arg: b } },
  'not-compare': { ir: 'unary', type: 'bool', op: 'not', arg: positive },
  'and-or-constant': op('&&', b, lit('bool', true)),
  'and-or-same': op('&', b, op('&', b, positive)),
  absorption: op('&', b, op('|', positive, b)),
  'compare-same': op('<=', i, at('i32')),
  'compare-bool': op('==', { ir: 'cast', type: 'i32', arg: b }, lit('i32', 0)),
  eager: op('&&', b, positive),
  'if-known': arm('if', op('>', i, lit('i32', 3)), arm('if', op('>', at('i32'), lit('i32', 3)), i, raising), arm('if', op('<=', i, lit('i32', 3)), lit('i32', 7), raising)),
  'lazy-known': op('&&', b, op('||', op('==', raising, i), b)),
  'eager-known': op('&', b, op('==', arm('select', b, i, lit('i32', 5)), lit('i32', 4))),
  'checked-fits': { ir: 'checked', type: 'i64', op: '*', left: small('i64'), right: small('i64'), site: 0 },
  'wide-call-fits': call('i128', 'i128_div', cast('i128', at('i64')), lit('i128', 10n)),
  'narrow-arithmetic': op('*', small('i128'), small('i128')),
  'narrow-compare': op('<', small('i128'), cast('i128', at('i64'))),
  'compare-decided': op('<', narrow(8, i), lit('i32', 1000)),
  'min-max-decided': op('min', narrow(8, i), lit('i32', 1000)),
  'low-bits': cast('i64', op('*', cast('i128', at('i64')), cast('i128', i))),
  'narrow-widen': cast('i64', cast('i32', op('&', at('i64'), lit('i64', 255n)))),
  'wrap-fits': narrow(16, narrow(8, i)),
  'predicate-loop': {
    ir: 'loop', type: 'i32', index: 'i#0', count: op('minu', i, lit('i32', 3)), state: [{ name: 's#0', init: i }],
    update: [arm('if', op('>', name('i#0'), lit('i32', 1)), op('max', name('s#0'), op('*', i, name('i#0'))), name('s#0'))], result: name('s#0'),
  },
  'predicate-state': arm('if', b, ofState('i64'), op('-', ofState('i64'), at('i64'))),
  lazy: op('&', op('==', call('f64', 'i128_to_f64', at('i128')), lit('f64', 1)), b),
}

describe(`optimiser, seed ${seed}`, () => {
  it('changes no result without any rule: lets and common subexpressions', () => {
    run([], 400, 6, false)
    run([], 400, 6, true)
  })

  it('changes no result with all rules', () => {
    run(RULES, 600, 6, false)
    run(RULES, 600, 6, true)
  })

  for (const rule of SCALAR_RULES) {
    it(`${rule.name} alone`, () => {
      run([rule], 120, 4, true)
      // Random expressions may miss it: it is shown one that it rewrites.
      const counts = new Map<string, number>()
      const example = EXAMPLES[rule.name]
      if (!example) throw new Error(`${rule.name} has no example`)
      check(example, optimiseExpression(example, [ROW], ruleSet([counting(rule, counts)])), random(seed))
      expect(counts.get(rule.name)).toBeGreaterThan(0)
    })
  }

  it('every rule says when it holds', () => {
    for (const rule of SCALAR_RULES) for (const text of [rule.doc, rule.nulls, rule.floats, rule.overflow]) expect(text).toMatch(/^[\p{L}x−].*\.$/u)
    expect(new Set(SCALAR_RULES.map((rule) => rule.name)).size).toBe(SCALAR_RULES.length)
  })

  it('updates for some rows are updates for all, with nothing for the others', () => {
    const ops: readonly BinaryOp[] = ['+', '-', '*', '&', '|', '^', 'min', 'max']
    let predicated = 0
    for (let n = 0; n < 1000; n++) {
      const r = random(seed + n)
      const type = r.pick(['bool', 'i32', 'i64', 'i128', 'f64'] as const)
      const state = ofState(type)
      const x = randomExpression(r, type, 2, { raising: true })
      const by = type === 'bool' ? r.pick(['&', '|', '^', '&&', '||'] as const) : r.pick(type === 'f64' ? (['+', '*', 'min'] as const) : ops)
      const update = r.next() < 0.7 ? op(by, state, x) : op(by, x, state)
      const cond = randomExpression(r, 'bool', 2, { raising: true })
      const before = r.next() < 0.7 ? arm('if', cond, update, state) : arm('if', cond, state, update)
      const after = optimiseExpression(before, [ROW, STATE_ROW], ruleSet(SCALAR_RULES))
      if (after.ir === 'binary') predicated++
      check(before, after, r)
    }
    expect(predicated).toBeGreaterThan(200)
  })

  it('ranges hold', () => {
    // Fields of 8, 16 and 32 bits by name of their row, so that there is something to narrow.
    const small = { min: -128n, max: 127n }
    const known = new Map([[ROW, ROW_TYPES.map((t) => (/i32|i64|i128/.test(t) ? small : undefined))]])
    const inSmall = (x: Result): Result => (typeof x === 'bigint' ? BigInt.asIntN(8, x) : typeof x === 'object' ? { ...x, value: inSmall(x.value) as Plain } : x)
    const counts = new Map<string, number>()
    const set = ruleSet(SCALAR_RULES.map((rule) => counting(rule, counts)))
    for (let n = 0; n < 3000; n++) {
      const r = random(seed + n)
      const e = randomExpression(r, r.pick(['i32', 'i64', 'i128', 'bool', '?i64', 'f64'] as const), 5, { raising: r.next() < 0.5 })
      const graph = new Graph(ruleSet([]), known)
      const [node, after] = [graph.root(e), optimiseExpression(e, [ROW], set, known)]
      verifyExpression(after, rows, { params: SCALARS })
      for (let k = 0; k < 4; k++) {
        const env = randomEnv(r)
        const within = { ...env, rows: { [ROW]: (env.rows[ROW] ?? []).map(inSmall) } }
        const [a, b] = [outcome(e, within), outcome(after, within)]
        const equal = a === 'raises' || b === 'raises' ? a === b : equalResults(a, b)
        expect(equal, equal ? '' : `${printExpression(e)}\n→ ${printExpression(after)}`).toBe(true)
        const range = graph.range(node)
        const value = typeof a === 'object' ? a.value : a
        if (range && typeof value === 'bigint') expect(range.min <= value && value <= range.max, `${value} in ${range.min} … ${range.max}: ${printExpression(e)}`).toBe(true)
      }
    }
    for (const rule of ['checked-fits', 'narrow-arithmetic', 'narrow-compare', 'compare-decided', 'min-max-decided', 'low-bits', 'narrow-widen', 'wrap-fits']) expect(counts.get(rule), rule).toBeGreaterThan(5)
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
      // The quickest of a few: the machine may be busy with other tests.
      let quickest = Number.POSITIVE_INFINITY
      let after = e
      for (let k = 0; k < 5; k++) {
        const start = performance.now()
        after = optimiseExpression(e, [ROW])
        quickest = Math.min(quickest, performance.now() - start)
      }
      expect(quickest, name).toBeLessThan(50)
      expect(size(after), name).toBeLessThan(400)
      check(e, after, random(seed))
    }
  })
})
