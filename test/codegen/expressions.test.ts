/** Random expressions compiled and run over random rows, plain and optimised, equal to what IR means. */
import { describe, expect, it } from 'vitest'
import type { Ir, Scalar } from '../../src/ir/nodes.ts'
import { printExpression, printProgram } from '../../src/ir/print.ts'
import type { Body, Program, SourceColumn } from '../../src/ir/program.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { isOption, scalarOf } from '../../src/ir/nodes.ts'
import type { Param } from '../../src/compile.ts'
import type { Physical, Relation } from '../../src/layout/relation.ts'
import { type Env, equalResults, evaluate, outcome, type Result } from '../ir/evaluate.ts'
import { random, randomEnv, randomExpression, ROW, ROW_TYPES, SCALARS } from '../ir/random.ts'
import { type Cell, HIGH, KernelRaised, LOW, Machine } from './machine.ts'
import { keepStage, programStage, type Wanted } from '../kernel/keep.ts'
import { testSeed } from '../seed.ts'

const seed = testSeed()
const PHYSICAL: Record<Scalar, Physical> = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice', vec: 'slice' }
const COLUMNS: readonly SourceColumn[] = ROW_TYPES.map((t) => ({ physical: PHYSICAL[scalarOf(t)], nullable: isOption(t) }))

const toCell = (v: Result): Cell => (typeof v === 'object' ? (v.valid ? v.value : null) : v)
/** As memory holds it: NULLs have zero for a value. */
const stored = (env: Env): Env => ({
  ...env,
  rows: { [ROW]: (env.rows[ROW] as readonly Result[]).map((v) => (typeof v === 'object' && !v.valid ? { valid: false, value: typeof v.value === 'bigint' ? 0n : typeof v.value === 'number' ? 0 : false } : v)) },
})

const appending = (fields: readonly Ir[], body: (merge: Body) => Body = (merge) => merge): Program => ({
  pipelines: [
    {
      operators: [],
      source: { source: 'columns', relation: 0, columns: COLUMNS },
      row: ROW,
      builder: { builder: 'appender', fields: fields.map((f) => ({ type: f.type, physical: PHYSICAL[scalarOf(f.type)] })), counted: false },
      body: body({ body: 'merge', key: [], values: fields }),
    },
  ],
})

const sameCell = (got: Cell, want: Result): boolean => equalResults(got === null ? { value: 0, valid: false } : typeof want === 'object' ? { value: got as never, valid: true } : (got as never), want)

/** A failure as a bundle in test/bundles; says where. */
const keep = (name: string, program: Program, params: readonly Param[], relation: Relation, machine: Machine, wanted: Wanted): string =>
  `\nkept: ${keepStage(name, programStage(program, params), [relation], machine, wanted)}`

describe(`expressions, seed ${seed}`, () => {
  for (const [name, base] of [['low', LOW], ['above 2 GiB', HIGH]] as const) {
    it(`compile to what they mean, addresses ${name}`, () => {
      let compared = 0
      for (let n = 0; n < 120; n++) {
        const r = random(seed + n)
        const machine = new Machine(base)
        const fields = Array.from({ length: 6 }, () => randomExpression(r, r.pick(ROW_TYPES), 5, { raising: false }))
        const envs = Array.from({ length: 20 }, () => stored(randomEnv(r))).map((env, _, all) => ({ ...env, params: (all[0] as Env).params }))
        const rows = envs.map((env) => (env.rows[ROW] as readonly Result[]).map(toCell))
        const params = SCALARS.map((type, i) => ({ type, value: (envs[0] as Env).params[i] as never }))
        const program = appending(fields)
        for (const p of [program, optimise(program)]) {
          const relation = machine.relation(COLUMNS, rows)
          const got = machine.run(p, [relation], { params, morsel: 7 })
          expect(got.length).toBe(rows.length)
          got.forEach((row, i) => {
            row.forEach((cell, c) => {
              const want = evaluate(fields[c] as Ir, envs[i] as Env)
              compared++
              if (sameCell(cell, want)) return
              const kept = keep(`expressions-${seed + n}`, p, params, relation, machine, envs.map((env) => fields.map((f) => toCell(evaluate(f, env)))))
              throw new Error(`seed ${seed + n}: ${printExpression(fields[c] as Ir)}\nrow ${rows[i]?.map(String)}\nwant ${JSON.stringify(want, (_, v) => String(v))} got ${cell}\n${p === program ? '' : printProgram(p)}${kept}`)
            })
          })
        }
      }
      expect(compared).toBeGreaterThan(10_000)
    })
  }

  it('raise just where they should, with the code', () => {
    let raised = 0
    let passed = 0
    for (let n = 0; n < 250; n++) {
      const r = random(seed + n)
      const machine = new Machine()
      const e = randomExpression(r, r.pick(ROW_TYPES), 5, { raising: true })
      const env = stored(randomEnv(r))
      const params = SCALARS.map((type, i) => ({ type, value: env.params[i] as never }))
      const want = outcome(e, env)
      for (const p of [appending([e]), optimise(appending([e]))]) {
        let got: Cell | 'raises' = null
        const relation = machine.relation(COLUMNS, [(env.rows[ROW] as readonly Result[]).map(toCell)])
        try {
          got = machine.run(p, [relation], { params })[0]?.[0] as Cell
        } catch (error) {
          if (!(error instanceof KernelRaised) && !(error instanceof WebAssembly.RuntimeError)) throw error
          got = 'raises'
        }
        if (want === 'raises' ? got !== 'raises' : got === 'raises' || !sameCell(got, want)) {
          // The evaluator does not say with which code.
          const kept = keep(`raising-${seed + n}`, p, params, relation, machine, want === 'raises' ? { raises: '*' } : [[toCell(want)]])
          throw new Error(`seed ${seed + n}: ${printExpression(e)}: want ${JSON.stringify(want, (_, v) => String(v))}, got ${got}\n${printProgram(p)}${kept}`)
        }
      }
      if (want === 'raises') raised++
      else passed++
    }
    expect(raised).toBeGreaterThan(5)
    expect(passed).toBeGreaterThan(50)
  })
})

/** Bodies: lets and ifs before the merge. A row that raises where its filters let it through ends the query. */
describe(`bodies, seed ${seed}`, () => {
  it('keep the rows and values they had, optimised or not', () => {
    let kept = 0
    for (let n = 0; n < 150; n++) {
      const r = random(seed + n)
      const machine = new Machine()
      const steps: { let?: { name: string; value: Ir }; if?: Ir }[] = []
      for (let i = r.below(6); i > 0; i--) {
        if (r.next() < 0.6) steps.push({ let: { name: `b${n}_${i}#0`, value: randomExpression(r, r.pick(ROW_TYPES), 3, { raising: false }) } })
        else steps.push({ if: randomExpression(r, 'bool', 3, { raising: false }) })
      }
      // Later steps read earlier names in place of some fields.
      const names = steps.flatMap((s) => (s.let ? [s.let] : []))
      const fields = [...names.filter(() => r.next() < 0.6).map((l): Ir => ({ ir: 'ident', type: l.value.type, name: l.name })), ...names.filter(() => r.next() < 0.6).map((l): Ir => twice({ ir: 'ident', type: l.value.type, name: l.name })), randomExpression(r, 'i64', 3, { raising: false })]
      const program = appending(fields, (merge) => steps.reduceRight((next: Body, s): Body => (s.let ? { body: 'let', ...s.let, next } : { body: 'if', cond: s.if as Ir, next }), merge))
      const envs = Array.from({ length: 60 }, () => stored(randomEnv(r))).map((env, _, all) => ({ ...env, params: (all[0] as Env).params }))
      const rows = envs.map((env) => (env.rows[ROW] as readonly Result[]).map(toCell))
      const params = SCALARS.map((type, i) => ({ type, value: (envs[0] as Env).params[i] as never }))
      const want: Result[][] = []
      for (const env of envs) {
        let scope: Env = env
        let holds = true
        for (const s of steps) {
          if (s.let) scope = { ...scope, names: new Map([...(scope.names ?? []), [s.let.name, evaluate(s.let.value, scope)]]) }
          else if (!evaluate(s.if as Ir, scope)) holds = false
        }
        if (holds) want.push(fields.map((f) => evaluate(f, scope)))
      }
      for (const p of [program, optimise(program)]) {
        const relation = machine.relation(COLUMNS, rows, 25)
        const got = machine.run(p, [relation], { params, morsel: 10 })
        const ok = got.length === want.length && got.every((row, i) => row.every((cell, c) => sameCell(cell, want[i]?.[c] as Result)))
        if (!ok) {
          const kept = keep(`bodies-${seed + n}`, p, params, relation, machine, want.map((row) => row.map(toCell)))
          throw new Error(`seed ${seed + n}: ${printProgram(program)}\n${p === program ? '' : printProgram(p)}${kept}`)
        }
        kept += got.length
      }
    }
    expect(kept).toBeGreaterThan(500)
  })
})

const twice = (x: Ir): Ir => {
  const type = scalarOf(x.type)
  const v: Ir = isOption(x.type) ? { ir: 'value', type, arg: x } : x
  return type === 'bool' ? { ir: 'unary', type, op: 'not', arg: v } : { ir: 'binary', type, op: '+', left: v, right: v }
}
