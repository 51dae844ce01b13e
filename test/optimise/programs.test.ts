/** Whole programs as the optimiser leaves them: the same tuples and the same errors, over bodies, aggregates and rows at random. */
import { describe, expect, it } from 'vitest'
import { literal } from '../../src/ir/build.ts'
import type { BinaryOp, Ir, IrType, Scalar } from '../../src/ir/nodes.ts'
import { printProgram } from '../../src/ir/print.ts'
import { type Body, type Builder, type Pipeline, type Program, SELECTIVITIES, STATE_ROW, stateOf } from '../../src/ir/program.ts'
import type { Facts, Rule } from '../../src/optimise/rule.ts'
import { optimise, ruleSet } from '../../src/optimise/optimise.ts'
import { SCALAR_RULES } from '../../src/optimise/rules/index.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
import { randomBody, runBody } from '../ir/bodies.ts'
import { type Env, evaluate, Raises, type Result } from '../ir/evaluate.ts'
import { random, type Random, randomEnv, randomExpression, ROW, ROW_TYPES, SCALARS } from '../ir/random.ts'
import { testSeed } from '../seed.ts'

const seed = testSeed()
const STATES = ['i64', 'bool', 'i32', 'i128', 'f64', '?i64'] as const
const PHYSICAL = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64' } as const
const physical = (type: IrType) => PHYSICAL[type.replace('?', '') as 'bool']
const source: Pipeline['source'] = { source: 'columns', relation: 0, columns: ROW_TYPES.map((type) => ({ physical: physical(type), nullable: type.startsWith('?') })) }

/** Updates that read their own field, sometimes another's; for some rows only, sometimes by what filters tested. */
const randomUpdate = (r: Random, type: IrType, index: number, conds: readonly Ir[]): Ir => {
  const state: Ir = { ir: 'field', type, row: STATE_ROW, index }
  const value = (t: IrType): Ir => randomExpression(r, t, 3, { raising: r.next() < 0.2 })
  const other = STATES.flatMap((t, i): Ir[] => (t === type && i !== index ? [{ ir: 'field', type: t, row: STATE_ROW, index: i }] : []))
  const x = other.length && r.next() < 0.2 ? r.pick(other) : value(type)
  const ops: readonly BinaryOp[] = type === 'bool' ? ['&', '|', '&&', '||'] : type === 'f64' ? ['+', 'min'] : ['+', '-', '*', 'min', 'max', '|']
  const updated: Ir = type.startsWith('?') ? x : { ir: 'binary', type: type as Scalar, op: r.pick(ops), left: state, right: x }
  const cond = conds.length && r.next() < 0.6 ? r.pick(conds) : value('bool')
  return r.next() < 0.4 ? updated : { ir: 'if', type, cond, then: updated, else: state }
}

const init = (type: IrType): Ir => (type === '?i64' ? { ir: 'option', type, value: literal('i64', 0n), valid: literal('bool', false) } : literal(type as Scalar, type === 'bool' ? false : type === 'i64' || type === 'i128' ? 0n : 0))

const randomProgram = (r: Random, raising: boolean): Program => {
  const key: Ir = { ir: 'binary', type: 'i32', op: '&', left: { ir: 'field', type: 'i32', row: ROW, index: 1 }, right: literal('i32', 3) }
  const builder: Builder = { builder: 'dictmerger', key: ['i32'], state: STATES.map((type) => ({ type, init: init(type) })), combine: STATES.map((type, index) => ({ ir: 'field', type, row: 'a', index })) }
  const merge = (_: unknown, conds: readonly Ir[]): Body => ({ body: 'merge', key: [key], values: STATES.map((type, i) => randomUpdate(r, type, i, conds)) })
  const body = randomBody(r, 1 + r.below(5), merge, [], { raising })
  const all = r.next() < 0.5
  const read = ['i32' as const, ...STATES].map((type, index) => ({ type, index })).filter((_, i) => all || i === 0 || r.next() < 0.5)
  const values = read.map(({ type, index }): Ir => ({ ir: 'field', type, row: 'g#0', index }))
  return {
    pipelines: [
      { operators: [], source, row: ROW, builder, body },
      { operators: [], source: { source: 'tuples', sink: 0 }, row: 'g#0', builder: { builder: 'appender', fields: read.map(({ type }) => ({ type, physical: physical(type) })), counted: false }, body: { body: 'merge', key: [], values } },
    ],
  }
}

const text = (x: Result): string => (typeof x === 'object' ? (x.valid ? text(x.value) : 'null') : typeof x === 'number' ? (Object.is(x, -0) ? '-0' : String(x)) : String(x))

/** What the second pipeline appends; 'raises' where a row ends the query. */
const run = ({ pipelines: [first, second] }: Program, envs: readonly Env[]): string => {
  const { builder, body } = first as Pipeline
  const groups = new Map<bigint, Result[]>()
  try {
    for (const env of envs) {
      runBody(body, env, (key, values, at) => {
        const k = evaluate(key[0] as Ir, at) as bigint
        const state = groups.get(k) ?? stateOf(builder).map((f) => evaluate(f.init, at))
        groups.set(k, values.map((v) => evaluate(v, { ...at, rows: { ...at.rows, [STATE_ROW]: state } })))
      })
    }
    const lines: string[] = []
    for (const [key, state] of groups) runBody((second as Pipeline).body, { params: envs[0]?.params ?? [], rows: { 'g#0': [key, ...state] } }, (_, values, at) => lines.push(values.map((v) => text(evaluate(v, at))).join()))
    return lines.join('\n')
  } catch (error) {
    if (error instanceof Raises) return 'raises'
    throw error
  }
}

describe(`programs, seed ${seed}`, () => {
  for (const raising of [false, true]) {
    it(`leave the same tuples${raising ? ', and raise where they did, but for what nothing reads' : ''}`, { timeout: 120_000 }, () => {
      const fired = new Map<string, number>()
      const counting = (rule: Rule): Rule => ({
        ...rule,
        rewrite: (e: Ir, facts: Facts) => {
          const next = rule.rewrite(e as never, facts)
          if (next && next !== e) fired.set(rule.name, (fired.get(rule.name) ?? 0) + 1)
          return next
        },
      })
      const rules = ruleSet(SCALAR_RULES.map(counting))
      let [raised, fewer] = [0, 0]
      for (let n = 0; n < 1000; n++) {
        const r = random(seed + n + (raising ? 1_000_000 : 0))
        const program = randomProgram(r, raising)
        verifyProgram(program, { params: SCALARS })
        const after = optimise(program, rules, { lanes: n % 2 === 0 })
        verifyProgram(after, { params: SCALARS })
        const params = randomEnv(r).params
        const envs = Array.from({ length: 12 }, (): Env => ({ ...randomEnv(r), params }))
        const [a, b] = [run(program, envs), run(after, envs)]
        if (stateOf((after.pipelines[0] as Pipeline).builder).length < STATES.length) fewer++
        if (a === 'raises') raised++
        // Fields that nothing reads, and what they would have raised, are gone.
        if (a !== b && !(a === 'raises' && readsLess(after))) throw new Error(`${seed + n}\n${printProgram(program)}\n→\n${printProgram(after)}\n${a}\n→\n${b}`)
      }
      expect(fewer).toBeGreaterThan(200)
      expect(raised).toBeLessThan(700)
      for (const name of ['if-known', 'lazy-known', 'eager-known', 'predicate-state']) expect(fired.get(name), name).toBeGreaterThan(3)
    })
  }
})

it('chains of filters let the same rows pass and raise for the same rows', { timeout: 120_000 }, () => {
  const small = (r: Random): Ir => {
    const x: Ir = { ir: 'field', type: 'i32', row: ROW, index: 1 }
    const wide: Ir = { ir: 'checked', type: 'i32', op: r.pick(['+', '*'] as const), left: x, right: literal('i32', r.pick([2, 1_000_000_000])), site: 0 }
    return { ir: 'binary', type: 'bool', op: r.pick(['<', '>=', '!='] as const), left: r.next() < 0.5 ? wide : x, right: literal('i32', r.below(5) - 2) }
  }
  const cond = (r: Random): Ir => (r.next() < 0.5 ? small(r) : r.next() < 0.5 ? randomExpression(r, 'bool', 3, { raising: r.next() < 0.3 }) : { ir: 'binary', type: 'bool', op: r.pick(['&', '&&'] as const), left: cond(r), right: cond(r) })
  let [raised, passed, reordered] = [0, 0, 0]
  for (let n = 0; n < 3000; n++) {
    const r = random(seed + 2_000_000 + n)
    const builder: Builder = { builder: 'appender', fields: [{ type: 'i32', physical: 'i32' }], counted: false }
    const conds = Array.from({ length: 2 + r.below(4) }, () => cond(r))
    const body = conds.reduceRight((next: Body, c): Body => ({ body: 'if', cond: c, selectivity: r.pick([undefined, ...SELECTIVITIES]), next }), { body: 'merge', key: [], values: [{ ir: 'field', type: 'i32', row: ROW, index: 1 }] })
    const program: Program = { pipelines: [{ operators: [], source, row: ROW, builder, body }] }
    const after = optimise(program, undefined, { lanes: n % 2 === 0 })
    verifyProgram(after, { params: SCALARS })
    for (let k = 0; k < 6; k++) {
      const env = randomEnv(r)
      const rows = ({ pipelines: [p] }: Program): string => {
        const found: string[] = []
        try {
          runBody((p as Pipeline).body, env, (_, values, at) => found.push(values.map((v) => text(evaluate(v, at))).join()))
        } catch (error) {
          if (error instanceof Raises) return 'raises'
          throw error
        }
        return found.join()
      }
      const [a, b] = [rows(program), rows(after)]
      if (a === 'raises') raised++
      else if (a) passed++
      if (a !== b) throw new Error(`${printProgram(program)}\n→\n${printProgram(after)}\n${a} → ${b}`)
    }
    if (!printProgram(after).includes(printProgram({ pipelines: [{ ...(program.pipelines[0] as Pipeline), body }] }).split('\n')[2] ?? '')) reordered++
  }
  expect(raised).toBeGreaterThan(500)
  expect(passed).toBeGreaterThan(500)
  expect(reordered).toBeGreaterThan(500)
})

const readsLess = (after: Program): boolean => stateOf((after.pipelines[0] as Pipeline).builder).length < STATES.length
