/** Whole vecs, loops, found tuples, forks, inner loops, staging points, ranges: programs against what they mean. */
import { describe, expect, it } from 'vitest'
import { binary, call, cast, i32, literal, none } from '../../src/ir/build.ts'
import { type Ir, type IrType, isOption, type Scalar, scalarOf } from '../../src/ir/nodes.ts'
import { printProgram } from '../../src/ir/print.ts'
import { parseProgram } from '../../src/language/read-program.ts'
import type { Body, Builder, Pipeline, Program, SourceColumn, StateField } from '../../src/ir/program.ts'
import { encodeProgram, layoutContext, pipelineSizes } from '../../src/codegen/module.ts'
import { splitLarge } from '../../src/codegen/split.ts'
import type { Physical } from '../../src/layout/relation.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { randomBody, runBody } from '../ir/bodies.ts'
import { type Env, equalResults, evaluate, type Result } from '../ir/evaluate.ts'
import { random, randomEnv, randomExpression, randomVec, ROW, ROW_TYPES, SCALARS, VEC_COLUMNS } from '../ir/random.ts'
import { type Cell, HIGH, KernelRaised, LOW, Machine, shown } from './machine.ts'
import { testSeed } from '../seed.ts'

const seed = testSeed()
const PHYSICAL: Record<Scalar, Physical> = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice', vec: 'slice' }
const columnsOf = (types: readonly IrType[]): readonly SourceColumn[] => types.map((t) => ({ physical: PHYSICAL[scalarOf(t)], nullable: isOption(t) }))
const COLUMNS = columnsOf(ROW_TYPES)
const field = (index: number, type: IrType = 'i32', row = ROW): Ir => ({ ir: 'field', type, row, index })
const merge = (key: readonly Ir[], ...values: readonly Ir[]): Body => ({ body: 'merge', key, values })
const appender = (types: readonly IrType[]): Builder => ({ builder: 'appender', fields: types.map((type) => ({ type, physical: PHYSICAL[scalarOf(type)] })), counted: false })
const columns = (types: readonly IrType[], relation = 0): Pipeline['source'] => ({ source: 'columns', relation, columns: columnsOf(types) })
const over = (source: Pipeline['source'], builder: Builder, body: Body): Pipeline => ({ operators: [], source, row: ROW, builder, body })
/** A pipeline that appends values of each row. */
const append = (source: Pipeline['source'], ...values: readonly Ir[]): Pipeline => over(source, appender(values.map((v) => v.type)), merge([], ...values))

const toCell = (v: Result): Cell => (typeof v === 'object' ? (v.valid ? v.value : null) : v)
const stored = (v: Result): Result => (typeof v === 'object' && !v.valid ? { valid: false, value: typeof v.value === 'bigint' ? 0n : typeof v.value === 'number' ? 0 : false } : v)
const sameCell = (got: Cell, want: Result): boolean => equalResults(got === null ? { value: 0, valid: false } : typeof want === 'object' ? { value: got as never, valid: true } : (got as never), want)
const both = (program: Program): readonly Program[] => [program, optimise(program)]
const randomRows = (r: ReturnType<typeof random>, count: number): Env[] => {
  const envs = Array.from({ length: count }, () => randomEnv(r))
  return envs.map((env) => ({ params: (envs[0] as Env).params, rows: { [ROW]: (env.rows[ROW] as readonly Result[]).map(stored) } }))
}
const cells = (envs: readonly Env[]): Cell[][] => envs.map((env) => (env.rows[ROW] as readonly Result[]).map(toCell))
const paramsOf = (envs: readonly Env[]) => SCALARS.map((type, i) => ({ type, value: (envs[0] as Env).params[i] as never }))

describe(`whole vecs and loops, seed ${seed}`, () => {
  for (const [name, base] of [['low', LOW], ['above 2 GiB', HIGH]] as const) {
    it(`are what they mean, addresses ${name}`, () => {
      let compared = 0
      for (let n = 0; n < 100; n++) {
        const r = random(seed + n)
        const machine = new Machine(base)
        const fields = Array.from({ length: 5 }, () => randomExpression(r, r.pick(ROW_TYPES), 5, { raising: false, vecs: true }))
        const relation = randomVec(r, r.pick([0, 1, 3, 8])).map((row) => row.map(stored))
        const envs = randomRows(r, 12).map((env) => ({ ...env, relations: { 1: relation } }))
        for (const program of both({ pipelines: [append(columns(ROW_TYPES), ...fields)] })) {
          const got = machine.run(program, [machine.relation(COLUMNS, cells(envs)), machine.relation(VEC_COLUMNS, relation.map((row) => row.map(toCell)))], { params: paramsOf(envs), morsel: 5 })
          got.forEach((row, i) => {
            row.forEach((cell, c) => {
              const want = evaluate(fields[c] as Ir, envs[i] as Env)
              if (!sameCell(cell, want)) throw new Error(`seed ${seed + n}: ${printProgram(program)}\nfield ${c} row ${i}: ${String(cell)}, not ${String(toCell(want))}`)
              compared++
            })
          })
          expect(got.length).toBe(envs.length)
        }
      }
      expect(compared).toBe(100 * 2 * 12 * 5)
    })
  }

  it('host functions are those of Math, imported where they are used', () => {
    const machine = new Machine(LOW)
    const xs = [0, -0, 1, 0.5, -2.25, 1e300, Number.NaN, Number.POSITIVE_INFINITY]
    const names = ['exp', 'log', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh'] as const
    const x = field(0, 'f64')
    const program: Program = { pipelines: [append(columns(['f64']), ...names.map((f) => call('f64', f, x)), call('f64', 'pow', x, literal('f64', 1.5)))] }
    const got = machine.run(program, [machine.relation(columnsOf(['f64']), xs.map((v) => [v]))])
    expect(got).toEqual(xs.map((v) => [...names.map((f) => Math[f](v)), v ** 1.5]))
    const imports = (p: Program) => WebAssembly.Module.imports(new WebAssembly.Module(encodeProgram(p, [], layoutContext(p, 0)).bytes)).filter((i) => i.module === 'math').map((i) => i.name)
    expect(imports(program)).toEqual([...names, 'pow'])
    expect(imports({ pipelines: [append(columns(['f64']), x)] })).toEqual([])
  })
})

const plus = (a: Ir, b: Ir): Ir => binary('+', a, b)
const sum = (type: 'i64' | 'i32' = 'i64'): { state: readonly StateField[]; combine: readonly Ir[] } => ({
  state: [{ type, init: literal(type, type === 'i64' ? 0n : 0) }],
  combine: [plus(field(0, type, 'a'), field(0, type, 'b'))],
})

describe(`bodies, seed ${seed}`, () => {
  it('merge the rows they should, into results, totals and groups, staged and forked, optimised or not', () => {
    let merges = 0
    for (let n = 0; n < 60; n++) {
      const r = random(seed + n)
      const machine = new Machine(LOW)
      const kind = r.below(3)
      const builder: Builder = kind === 0 ? appender(['i64', '?i32']) : kind === 1 ? { builder: 'merger', ...sum() } : { builder: 'dictmerger', key: ['?i32'], ...sum() }
      const body = randomBody(r, 5, (names) => {
        const of = (type: IrType): Ir => {
          const known = names.filter((x) => x.type === type)
          return known.length ? { ir: 'ident', ...r.pick(known) } : randomExpression(r, type, 2, { raising: false })
        }
        if (kind === 0) return merge([], of('i64'), of('?i32'))
        const total = plus(field(0, 'i64', 's'), of('i64'))
        return kind === 1 ? merge([], total) : merge([of('?i32')], total)
      })
      const out: Pipeline[] = kind === 0 ? [] : [append({ source: 'tuples', sink: 0 }, ...(kind === 1 ? [field(0, 'i64')] : [field(0, '?i32'), field(1, 'i64')]))]
      const envs = randomRows(r, r.pick([3, 40, 1500]))
      const want = new Map<string, bigint>()
      const rows: Result[][] = []
      for (const env of envs) {
        runBody(body, env, (key, values, e) => {
          merges++
          if (kind === 0) {
            rows.push(values.map((v) => evaluate(v, e)))
            return
          }
          const name = key.map((k) => String(toCell(evaluate(k, e)))).join()
          const before = want.get(name) ?? 0n
          want.set(name, evaluate(values[0] as Ir, { ...e, rows: { ...e.rows, s: [before] } }) as bigint)
        })
      }
      const expected = kind === 0 ? shown(rows.map((row) => row.map(toCell))) : kind === 1 ? shown([[want.get('') ?? 0n]]) : shown([...want].map(([k, v]): Cell[] => [k === 'null' ? null : BigInt(k), v]))
      const programs = both({ pipelines: [over(columns(ROW_TYPES), builder, body), ...out] })
      for (const program of [...programs, ...programs.map((p) => splitLarge(p, SCALARS, 0, 400))]) {
        const got = machine.run(program, [machine.relation(COLUMNS, cells(envs), 700)], { params: paramsOf(envs), morsel: r.pick([7, 100, 5000]), slots: r.pick([1, 3]) })
        const ok = JSON.stringify(shown(got).toSorted()) === JSON.stringify(expected.toSorted())
        if (!ok) throw new Error(`seed ${seed + n}: ${printProgram(program)}\n${shown(got).toSorted().slice(0, 5).join('\n')}\nnot\n${expected.toSorted().slice(0, 5).join('\n')}`)
      }
    }
    expect(merges).toBeGreaterThan(10_000)
  })

  it('are cut where their function would be too large, and mean the same', () => {
    let cuts = 0
    for (let n = 0; n < 12; n++) {
      const r = random(seed + n)
      const machine = new Machine(LOW)
      const fields = Array.from({ length: 24 }, () => randomExpression(r, r.pick(ROW_TYPES), 5, { raising: false }))
      const cond = randomExpression(r, 'bool', 5, { raising: false })
      // Twice, so that each has a name before the merge.
      const twice = [...fields, ...fields]
      const names = twice.map((f, i): Ir => ({ ir: 'ident', type: f.type, name: `f${i % fields.length}` }))
      const named = fields.reduceRight((next: Body, value, i): Body => ({ body: 'let', name: `f${i}`, value, next }), merge([], ...names))
      const program: Program = { pipelines: [over(columns(ROW_TYPES), appender(twice.map((f) => f.type)), { body: 'if', cond, next: named })] }
      const envs = randomRows(r, 30)
      const want = envs.filter((env) => evaluate(cond, env)).map((env) => twice.map((f) => toCell(evaluate(f, env))))
      for (const p of both(program)) {
        const cut = splitLarge(p, SCALARS, 0)
        const before = Math.max(...pipelineSizes(p, SCALARS, 0, 0))
        const after = Math.max(...pipelineSizes(cut, SCALARS, 0, 0))
        if (before > 4096) {
          cuts++
          expect(after, `seed ${seed + n}: ${before}`).toBeLessThan(4096)
        } else expect(cut).toBe(p)
        const got = machine.run(cut, [machine.relation(COLUMNS, cells(envs), 11)], { params: paramsOf(envs), morsel: 6 })
        expect(shown(got), `seed ${seed + n}: ${printProgram(cut)}`).toEqual(shown(want))
      }
    }
    expect(cuts).toBeGreaterThan(5)
  })

  it('keep the order of rows over staging points', () => {
    const machine = new Machine(HIGH)
    const rows = Array.from({ length: 5000 }, (_, i) => [BigInt(i)])
    const x: Ir = { ir: 'ident', type: 'i32', name: 'x' }
    const body: Body = { body: 'if', cond: binary('!=', binary('%', field(0), i32(3)), i32(0)), next: { body: 'stage', carry: [{ name: 'x', value: plus(field(0), i32(1)) }], next: { body: 'if', cond: binary('!=', binary('%', x, i32(5)), i32(0)), next: { body: 'stage', carry: [{ name: 'x', value: x }], next: merge([], x, field(0)) } } } }
    const program: Program = { pipelines: [over(columns(['i32']), appender(['i32', 'i32']), body)] }
    const want = rows.filter(([i]) => (i as bigint) % 3n !== 0n && ((i as bigint) + 1n) % 5n !== 0n).map(([i]) => [(i as bigint) + 1n, i])
    for (const morsel of [10, 1024, 3000]) expect(machine.run(program, [machine.relation(columnsOf(['i32']), rows, 2500)], { morsel })).toEqual(want)
  })

  it('ask for scratch, and say so where there is none', () => {
    const machine = new Machine(LOW)
    const program: Program = { pipelines: [over(columns(['i32']), { builder: 'merger', ...sum('i32') }, { body: 'stage', carry: [], next: merge([], plus(field(0, 'i32', 's'), field(0))) }), append({ source: 'tuples', sink: 0 }, field(0))] }
    machine.budget = 100
    expect(() => machine.run(program, [machine.relation(columnsOf(['i32']), [[1n]])])).toThrow(KernelRaised)
  })
})

const range = (n: number): Pipeline['source'] => ({ source: 'range', count: { ir: 'param', type: 'i32', index: n } })

describe('ranges', () => {
  it('have as many rows as they say, in chunks and morsels', () => {
    const machine = new Machine(LOW)
    const program: Program = { pipelines: [over(range(0), { builder: 'merger', ...sum() }, { body: 'if', cond: binary('!=', field(0), i32(7)), next: merge([], plus(field(0, 'i64', 's'), cast('i64', field(0)))) }), append({ source: 'tuples', sink: 0 }, field(0, 'i64'))] }
    for (const n of [0, 1, 8, 5000]) {
      const want = BigInt((n * (n - 1)) / 2 - (n > 7 ? 7 : 0))
      for (const p of both(program)) expect(machine.run(p, [], { params: [{ type: 'i32', value: n }], morsel: 999, slots: 2 })).toEqual([[want]])
    }
  })
})

/** Keys in every form: words of both widths, tags, dense ranges. */
const KEYS: readonly (readonly [string, readonly IrType[], (i: number) => Cell[], Extract<Builder, { builder: 'dictmerger' }>['dense']?])[] = [
  ['i32', ['i32'], (i) => [BigInt(i % 37) - 9n]],
  ['?i64', ['?i64'], (i) => [i % 5 ? BigInt(i % 37) << 33n : null]],
  ['?bool and i32', ['?bool', 'i32'], (i) => [i % 3 ? i % 2 === 0 : null, BigInt(i % 7)]],
  ['i128', ['i128'], (i) => [(BigInt(i % 11) << 70n) - 3n]],
  ['?str', ['?str'], (i) => [i % 4 ? `key ${i % 19}` : null]],
  ['f64', ['f64'], (i) => [(i % 13) / 4]],
  ['dense ?i32', ['?i32'], (i) => [i % 6 ? BigInt(i % 8) + 5n : null], [{ min: 5n, extent: 9 }]],
]
const nameOf = (key: readonly Cell[]) => shown([key])[0] as string

describe('find', () => {
  for (const [name, key, make, dense] of KEYS) {
    const types: readonly IrType[] = [...key, 'i64']
    const inputs = (machine: Machine) => {
      const rows = Array.from({ length: 300 }, (_, i): Cell[] => [...make(i * 7), BigInt(i)])
      const probes = Array.from({ length: 90 }, (_, i): Cell[] => (i % 2 ? make(i) : make(i + 100_000).map((c) => (typeof c === 'bigint' ? c * 1000n : typeof c === 'string' ? `${c}!` : typeof c === 'number' ? c + 0.125 : c))))
      return { rows, probes, relations: [machine.relation(columnsOf(types), rows, 77), machine.relation(columnsOf(key), probes)] }
    }
    const keys = key.map((t, i) => field(i, t))
    const at: Ir = { ir: 'ident', type: 'i32', name: 'at' }
    const tuple = (type: IrType, index: number): Ir => ({ ir: 'tuple', type, sink: 0, address: at, index })
    const lookup = (build: Pipeline, found: Ir): Program => ({
      pipelines: [build, over(columns(key, 1), appender(['i64']), { body: 'let', name: 'at', value: { ir: 'find', type: 'i32', sink: 0, key: keys }, next: merge([], { ir: 'if', type: 'i64', cond: binary('==', at, i32(0)), then: literal('i64', -1n), else: found }) })],
    })
    const wanted = (rows: readonly Cell[][], probes: readonly Cell[][], of: (values: readonly bigint[]) => bigint) => {
      const groups = new Map<string, bigint[]>()
      for (const row of rows) groups.set(nameOf(row.slice(0, -1)), [...(groups.get(nameOf(row.slice(0, -1))) ?? []), row.at(-1) as bigint])
      return probes.map((p) => {
        const values = groups.get(nameOf(p))
        return [values ? of(values) : -1n]
      })
    }

    it(`a dictionary's state by ${name}`, () => {
      const machine = new Machine(HIGH)
      const { rows, probes, relations } = inputs(machine)
      const build = over(columns(types), { builder: 'dictmerger', key, ...sum(), ...(dense ? { dense } : {}) }, merge(keys, plus(field(0, 'i64', 's'), field(key.length, 'i64'))))
      const want = wanted(rows, probes, (vs) => vs.reduce((a, b) => a + b))
      expect(want.filter(([v]) => v === -1n).length).toBeGreaterThan(10)
      for (const p of both(lookup(build, tuple('i64', key.length)))) expect(machine.run(p, relations, { slots: 3, morsel: 50 })).toEqual(want)
      const [empty] = [machine.relation(columnsOf(types), [])]
      expect(machine.run(lookup(build, tuple('i64', key.length)), [empty as never, relations[1] as never])).toEqual(probes.map(() => [-1n]))
    })
    if (dense) continue

    it(`one row of a join by ${name}`, () => {
      const machine = new Machine(LOW)
      const { rows, probes, relations } = inputs(machine)
      const build = over(columns(types), { builder: 'groupmerger', key, fields: ['i64'] }, merge(keys, field(key.length, 'i64')))
      const got = machine.run(lookup(build, tuple('i64', key.length)), relations, { slots: 2, morsel: 40 })
      const known = new Map(rows.map((row) => [`${row.at(-1)}`, nameOf(row.slice(0, -1))]))
      const there = new Set(known.values())
      got.forEach(([v], i) => {
        if (v === -1n) expect(there.has(nameOf(probes[i] as Cell[]))).toBe(false)
        else expect(known.get(`${v}`)).toBe(nameOf(probes[i] as Cell[]))
      })
      expect(got.filter(([v]) => v === -1n).length).toBeGreaterThan(10)
    })

    it(`the vec of a group by ${name}, in order of arrival, and the groups as rows`, () => {
      const machine = new Machine(HIGH)
      const { rows, probes, relations } = inputs(machine)
      const build = over(columns(types), { builder: 'groupmerger', key, fields: ['bool', 'i64'], contiguous: true }, merge(keys, literal('bool', true), field(key.length, 'i64')))
      const vec = tuple('vec', key.length)
      const element = ['bool', 'i64'] as const
      // Order counts: total ← 3 × total + value.
      const folded = (of: Ir): Ir => ({
        ir: 'loop', type: 'i64', index: 'k', count: { ir: 'size', type: 'i32', vec: { vec: 'slice', value: of, element } }, state: [{ name: 'total', init: literal('i64', 0n) }],
        update: [plus(binary('*', { ir: 'ident', type: 'i64', name: 'total' }, literal('i64', 3n)), { ir: 'element', type: 'i64', vec: { vec: 'slice', value: of, element }, index: { ir: 'ident', type: 'i32', name: 'k' }, field: 1 })],
        result: { ir: 'ident', type: 'i64', name: 'total' },
      })
      const fold = (vs: readonly bigint[]) => vs.reduce((a, v) => BigInt.asIntN(64, a * 3n + v), 0n)
      for (const p of both(lookup(build, folded(vec)))) expect(machine.run(p, relations, { morsel: 50 })).toEqual(wanted(rows, probes, fold))
      const groups: Program = { pipelines: [build, append({ source: 'tuples', sink: 0 }, ...keys, folded(field(key.length, 'vec')))] }
      const want = new Map<string, Cell[]>()
      for (const row of rows) {
        const k = row.slice(0, -1)
        want.set(nameOf(k), [...k, fold([...rows.filter((x) => nameOf(x.slice(0, -1)) === nameOf(k)).map((x) => x.at(-1) as bigint)])])
      }
      expect(machine.run(groups, relations)).toEqual([...want.values()])
      // With several workers each group has its rows, whatever their order.
      const sizes: Program = { pipelines: [build, append({ source: 'tuples', sink: 0 }, ...keys, { ir: 'size', type: 'i32', vec: { vec: 'slice', value: field(key.length, 'vec'), element } })] }
      const counts = [...want.values()].map((w) => [...w.slice(0, -1), BigInt(rows.filter((x) => nameOf(x.slice(0, -1)) === nameOf(w.slice(0, -1))).length)])
      expect(shown(machine.run(sizes, relations, { slots: 3, morsel: 20 })).toSorted()).toEqual(shown(counts).toSorted())
      expect(machine.run(groups, [machine.relation(columnsOf(types), [])])).toEqual([])
    })
  }

  it('elements of the tuples that a pipeline left, by position', () => {
    const machine = new Machine(LOW)
    const top: Builder = { builder: 'sorter', fields: ['i32', '?i64'], keys: [{ descending: true, nullsFirst: false, bias: 0n, bytes: 4 }], keyTypes: ['i32'], top: false }
    const vec = { vec: 'tuples', sink: 0 } as const
    const program: Program = {
      pipelines: [over(columns(['i32', '?i64']), top, merge([field(0)], field(0), field(1, '?i64'))), append(range(0), { ir: 'element', type: '?i64', vec, index: field(0), field: 1 }, { ir: 'element', type: 'i32', vec, index: field(0), field: 0 }, { ir: 'size', type: 'i32', vec })],
    }
    const rows = Array.from({ length: 50 }, (_, i): Cell[] => [BigInt((i * 17) % 50), i % 3 ? BigInt(i) : null])
    const want = rows.toSorted((a, b) => Number((b[0] as bigint) - (a[0] as bigint))).slice(0, 20).map(([a, b]) => [b, a, 50n])
    expect(machine.run(program, [machine.relation(columnsOf(['i32', '?i64']), rows)], { params: [{ type: 'i32', value: 20 }] })).toEqual(want)
  })
})

describe('vecmerger', () => {
  const columnOf = (type: IrType): SourceColumn => columnsOf([type])[0] as SourceColumn
  const builder = (type: IrType, init: Ir, combine: Ir): Builder => ({ builder: 'vecmerger', fields: [{ type, init }], initial: { vec: 'relation', relation: 1, columns: [columnOf(type)] }, combine: [combine] })
  const cases: readonly (readonly [string, IrType, Ir, (a: Ir, b: Ir) => Ir, Cell, (a: Cell, b: Cell) => Cell])[] = [
    ['i64 +', 'i64', literal('i64', 0n), (a, b) => plus(a, b), 5n, (a, b) => (a as bigint) + (b as bigint)],
    ['i32 max', 'i32', literal('i32', -2147483648), (a, b) => binary('max', a, b), 4n, (a, b) => ((a as bigint) > (b as bigint) ? a : b)],
    ['?i32 first', '?i32', none('i32'), (a, b) => ({ ir: 'if', type: '?i32', cond: { ir: 'valid', type: 'bool', arg: a }, then: a, else: b }), null, (a, b) => a ?? b],
  ]
  for (const [name, type, init, combine, initial, reference] of cases) {
    it(`merges by position from the initial vec, whatever the number of workers: ${name}`, () => {
      const machine = new Machine(HIGH)
      const source = columns(['i32', type])
      const build = over(source, builder(type, init, combine(field(0, type, 'a'), field(0, type, 'b'))), merge([field(0)], combine(field(0, type, 's'), field(1, type))))
      const program: Program = { pipelines: [build, append({ source: 'tuples', sink: 0 }, field(0, type)), append(range(0), { ir: 'element', type, vec: { vec: 'tuples', sink: 0 }, index: field(0), field: 0 })] }
      const start: Cell[] = Array.from({ length: 20 }, (_, i) => (i % 2 ? initial : typeof initial === 'bigint' ? BigInt(i) : null))
      const rows = Array.from({ length: 200 }, (_, i): Cell[] => [BigInt((i * 3) % 17), BigInt(i % 23)])
      const want = [...start]
      // One value a position where the order counts.
      const merged = name.includes('first') ? rows.slice(0, 17) : rows
      for (const [at, v] of merged) want[Number(at)] = reference(want[Number(at)] as Cell, v as Cell)
      for (const slots of [1, 3]) {
        const inputs = [machine.relation(columnsOf(['i32', type]), merged), machine.relation([columnOf(type)], start.map((v) => [v]))]
        for (const p of both(program)) expect(machine.run(p, inputs, { slots, morsel: 11, params: [{ type: 'i32', value: 20 }] })).toEqual(want.map((v) => [v]))
        const none = machine.relation(columnsOf(['i32', type]), [])
        expect(machine.run(program, [none, inputs[1] as never], { slots, params: [{ type: 'i32', value: 20 }] })).toEqual(start.map((v) => [v]))
      }
      const outside = [machine.relation(columnsOf(['i32', type]), [[-1n, 1n]]), machine.relation([columnOf(type)], start.map((v) => [v]))]
      expect(() => machine.run(program, outside, { params: [{ type: 'i32', value: 20 }] })).toThrow(/RAISED/)
      expect(machine.run(program, [machine.relation(columnsOf(['i32', type]), []), machine.relation([columnOf(type)], [])], { params: [{ type: 'i32', value: 0 }] })).toEqual([])
    })
  }
})

describe('states that are options', () => {
  it('start as NULL and skip NULLs', () => {
    const machine = new Machine(LOW)
    const add = (a: Ir, b: Ir): Ir => ({
      ir: 'if', type: '?i64', cond: { ir: 'valid', type: 'bool', arg: b },
      then: { ir: 'option', type: '?i64', value: binary('+', { ir: 'if', type: 'i64', cond: { ir: 'valid', type: 'bool', arg: a }, then: { ir: 'value', type: 'i64', arg: a }, else: literal('i64', 0n) }, { ir: 'value', type: 'i64', arg: b }), valid: literal('bool', true) },
      else: a,
    })
    const state = { state: [{ type: '?i64' as const, init: none('i64') }], combine: [add(field(0, '?i64', 'a'), field(0, '?i64', 'b'))] }
    const rows = Array.from({ length: 100 }, (_, i): Cell[] => [BigInt(i % 4), i % 4 === 2 || i % 3 === 0 ? null : BigInt(i)])
    const total = (of: readonly Cell[][]) => of.reduce((t: Cell, [, v]) => (v === null ? t : ((t ?? 0n) as bigint) + (v as bigint)), null)
    const groups: Program = { pipelines: [over(columns(['i32', '?i64']), { builder: 'dictmerger', key: ['i32'], ...state }, merge([field(0)], add(field(0, '?i64', 's'), field(1, '?i64')))), append({ source: 'tuples', sink: 0 }, field(0), field(1, '?i64'))] }
    const all: Program = { pipelines: [over(columns(['i32', '?i64']), { builder: 'merger', ...state }, merge([], add(field(0, '?i64', 's'), field(1, '?i64')))), append({ source: 'tuples', sink: 0 }, field(0, '?i64'))] }
    for (const slots of [1, 3]) {
      const input = [machine.relation(columnsOf(['i32', '?i64']), rows)]
      for (const p of both(groups)) expect(shown(machine.run(p, input, { slots, morsel: 9 })).toSorted()).toEqual(shown([0n, 1n, 2n, 3n].map((k) => [k, total(rows.filter(([x]) => x === k))])).toSorted())
      for (const p of both(all)) expect(machine.run(p, input, { slots, morsel: 9 })).toEqual([[total(rows)]])
      expect(machine.run(all, [machine.relation(columnsOf(['i32', '?i64']), [[1n, null]])], { slots })).toEqual([[null]])
    }
  })
})

describe('positions', () => {
  it('number rows across morsels and batches, and behind filters and staging points', () => {
    const machine = new Machine(LOW)
    const rows = Array.from({ length: 3000 }, (_, i): Cell[] => [BigInt(i % 7)])
    const position = (order: number, times: number, plus: number): Ir => ({ ir: 'position', type: 'i64', order, times, plus })
    const kept: Body = { body: 'if', cond: binary('<', field(0), i32(3)), next: merge([], position(0, 1, 0), binary('+', position(5, 3, 2), position(0, 1, 0))) }
    const staged: Body = { ...kept, next: { body: 'stage', carry: [], next: kept.next } } as Body
    const want = rows.flatMap(([x], i) => ((x as bigint) < 3n ? [[BigInt(i), (5n << 48n) + BigInt(i) * 4n + 2n]] : []))
    for (const body of [kept, staged]) {
      for (const program of both({ pipelines: [over(columns(['i32']), appender(['i64', 'i64']), body)] })) {
        expect(printProgram(parseProgram(printProgram(program)))).toBe(printProgram(program))
        for (const morsel of [3000, 100]) expect(machine.run(program, [machine.relation(columnsOf(['i32']), rows)], { slots: 3, morsel })).toEqual(want)
      }
    }
  })
})
