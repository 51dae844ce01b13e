/**
 * Groups by small dense keys in lanes do what scalar code does and what IR means: random keys, filters and updates, NULLs, floats summed in the
 * order of rows, what raises; and arrays where a count tells which positions have a group.
 */
import { describe, expect, it } from 'vitest'
import type { Ir, IrType, Scalar } from '../../src/ir/nodes.ts'
import { scalarOf } from '../../src/ir/nodes.ts'
import { WRITTEN_AS } from '../../src/ir/physical.ts'
import { printProgram } from '../../src/ir/print.ts'
import type { Body, Builder, DenseKey, Pipeline, Program, SourceColumn } from '../../src/ir/program.ts'
import { parseProgram } from '../../src/language/read-program.ts'
import { markCounted } from '../../src/optimise/counted.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { vectorise } from '../../src/optimise/vectorise.ts'
import { type Env, evaluate, type Plain, Raises, type Result } from '../ir/evaluate.ts'
import { type Random, random, randomValue } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { type Cell, HIGH, KernelRaised, LOW, Machine, shown } from './machine.ts'
import { type Choice, COLUMNS, LANE_TYPES, randomCell, randomLanes, randomReduction, resultOf, ROW } from './simd-random.ts'

const seed = testSeed()
const field = (type: IrType, index: number, row = ROW): Ir => ({ ir: 'field', type, row, index })
const lit = (type: Scalar, value: number | bigint): Ir => ({ ir: 'literal', type, value })
const add = (left: Ir, right: Ir): Ir => ({ ir: 'binary', type: left.type as Scalar, op: '+', left, right })
const at = (physical: string, nullable = false) => COLUMNS.findIndex((c) => c.physical === physical && c.nullable === nullable)

type Field = ReturnType<typeof randomReduction>
interface Key {
  readonly e: Ir
  readonly range: DenseKey
}
/** Values of 8 bits, as they are, widened, with NULLs; and a few bits of a wider one. */
const randomKey = (r: Random): Key => {
  const cast: (e: Ir) => Ir = (arg) => ({ ir: 'cast', type: 'i64', arg })
  const few: Ir = { ir: 'binary', type: 'i32', op: '&', left: field('i32', at('i32')), right: lit('i32', 5) }
  return r.pick([
    { e: field('i32', at('i8')), range: { min: -128n, extent: 256 } },
    { e: field('?i32', at('i8', true)), range: { min: -128n, extent: 257 } },
    { e: cast(field('i32', at('u8'))), range: { min: 0n, extent: 256 } },
    { e: field('?i32', at('code8', true)), range: { min: -2n, extent: 300 } },
    { e: few, range: { min: 0n, extent: 6 } },
    { e: cast(few), range: { min: -1n, extent: 8 } },
  ])
}
const FEW: Key = { e: { ir: 'binary', type: 'i32', op: '&', left: field('i32', at('i16')), right: lit('i32', 3) }, range: { min: 0n, extent: 4 } }

/** Sums of floats, which hang on the order of rows; counts; what any merger has. */
const randomField = (r: Random, index: number, choice: Choice): Field => {
  const roll = r.next()
  const state = (type: Scalar): Ir => field(type, index, 's')
  if (roll < 0.2) return { state: { type: 'i64', init: lit('i64', 0n) }, update: add(state('i64'), lit('i64', 1n)) }
  if (roll > 0.4) return randomReduction(r, index, choice)
  const type = r.pick(['f64', 'f64', 'f32'] as const)
  const value = randomLanes(r, type, r.below(2), choice)
  const sum = add(state(type), value)
  const maybe: Ir = { ir: 'if', type, cond: randomLanes(r, 'bool', 1, choice), then: sum, else: state(type) }
  return { state: { type, init: lit(type, r.pick([0, -0, 1.5])) }, update: r.next() < 0.5 ? sum : maybe }
}

const filtered = (conds: readonly Ir[], next: Body): Body => conds.reduceRight((inner: Body, cond): Body => ({ body: 'if', cond, next: inner }), next)
const grouped = (keys: readonly Key[], fields: readonly Field[], conds: readonly Ir[], columns: readonly SourceColumn[] = COLUMNS): Program => {
  const state = fields.map((f) => f.state)
  const key = keys.map((k) => k.e.type)
  const builder: Builder = { builder: 'dictmerger', key, state, combine: state.map((s, i) => field(s.type, i, 'a')), dense: keys.map((k) => k.range) }
  const body = filtered(conds, { body: 'merge', key: keys.map((k) => k.e), values: fields.map((f) => f.update) })
  return { pipelines: [{ operators: [], source: { source: 'columns', relation: 0, columns }, row: ROW, builder, body }, left([...key, ...state.map((s) => s.type)])] }
}
const left = (types: readonly IrType[]): Pipeline => {
  const values = types.map((t, i) => field(t, i))
  return { operators: [], source: { source: 'tuples', sink: 0 }, row: ROW, builder: { builder: 'appender', fields: types.map((type) => ({ type, physical: WRITTEN_AS[scalarOf(type)] })), counted: false }, body: { body: 'merge', key: [], values } }
}

interface Data {
  readonly rows: readonly (readonly Cell[])[]
  readonly params: readonly Plain[]
}
const dataOf = (r: Random, rows: number): Data => {
  const nulls = r.pick([0, 0.1, 0.5])
  return { rows: Array.from({ length: rows }, () => COLUMNS.map((c) => randomCell(r, c, nulls))), params: LANE_TYPES.map((t) => randomValue(r, t)) }
}
const envOf = ({ params }: Data, row: readonly Cell[], s: readonly Result[]): Env => ({ params, rows: { [ROW]: COLUMNS.map((c, i) => resultOf(c, row[i] as Cell)), s } })
const cell = (x: Result): Cell => (x !== null && typeof x === 'object' && 'valid' in x ? (x.valid ? (x.value as Cell) : null) : (x as Cell))
const positionOf = (keys: readonly Key[], values: readonly Cell[]): number =>
  keys.reduce((n, { e, range }, i) => n * range.extent + (values[i] === null ? 0 : Number(BigInt(values[i] as bigint) - range.min) + (e.type.startsWith('?') ? 1 : 0)), 0)

const meaning = (data: Data, keys: readonly Key[], fields: readonly Field[], conds: readonly Ir[]): readonly string[] | 'raises' => {
  const groups = new Map<number, { key: readonly Cell[]; state: readonly Result[] }>()
  try {
    for (const row of data.rows) {
      const env = envOf(data, row, [])
      if (!conds.every((c) => evaluate(c, env) === true)) continue
      const key = keys.map((k) => cell(evaluate(k.e, env)))
      const position = positionOf(keys, key)
      const state = groups.get(position)?.state ?? fields.map((f) => evaluate(f.state.init, env))
      groups.set(position, { key, state: fields.map((f) => evaluate(f.update, envOf(data, row, state))) })
    }
  } catch (error) {
    if (error instanceof Raises) return 'raises'
    throw error
  }
  return shown([...groups].sort(([a], [b]) => a - b).map(([, { key, state }]) => [...key, ...state.map(cell)]))
}
const run = (program: Program, data: Data, morsel: number, base: number): readonly string[] => {
  const machine = new Machine(base)
  const params = data.params.map((value, i) => ({ type: LANE_TYPES[i] as Exclude<Scalar, 'vec'>, value: value as never }))
  try {
    return shown(machine.run(program, [machine.relation(COLUMNS, data.rows)], { params, morsel }))
  } catch (error) {
    if (error instanceof KernelRaised) return [`raises ${error.message}`]
    throw error
  }
}

describe(`groups in lanes, seed ${seed}`, () => {
  it('random keys, filters and updates; what raises', () => {
    let [lanes, raised, passed] = [0, 0, 0]
    const rounds = Number(process.env['ARCWELD_FUZZ_N'] ?? 150)
    for (let n = 0; n < rounds; n++) {
      const r = random(seed + n)
      const choice: Choice = { raising: n % 2 === 0 }
      const keys = r.next() < 0.5 ? [randomKey(r)] : r.next() < 0.5 ? [randomKey(r), FEW] : [FEW, randomKey(r)]
      const conds = Array.from({ length: r.below(3) }, () => randomLanes(r, 'bool', 2, { raising: choice.raising && r.next() < 0.3 }))
      const fields = Array.from({ length: 1 + r.below(5) }, (_, i) => randomField(r, i, choice))
      const data = dataOf(r, r.pick([0, 3, 20, 60, 100, n < 10 ? 2100 : 200]))
      const scalar = grouped(keys, fields, conds)
      const program = vectorise(markCounted(scalar))
      if (program.pipelines[0]?.vector?.merge) lanes++
      const want = meaning(data, keys, fields, conds)
      const morsel = r.pick([9, 25, 48, 1000, 5000])
      for (const p of [scalar, program]) {
        const got = run(p, data, morsel, n % 2 ? HIGH : LOW)
        const text = () => `seed ${seed + n}, ${data.rows.length} rows by ${morsel}\n${printProgram(program)}`
        if (want === 'raises') expect(got[0], text()).toMatch(/^raises/)
        else expect(got, text()).toEqual(want)
      }
      if (want === 'raises') raised++
      else passed++
    }
    expect(lanes).toBeGreaterThan(rounds * 0.7)
    expect(raised).toBeGreaterThan(rounds / 20)
    expect(passed).toBeGreaterThan(rounds / 4)
  })

  const count = (index: number): Field => ({ state: { type: 'i64', init: lit('i64', 0n) }, update: add(field('i64', index, 's'), lit('i64', 1n)) })
  const sum = (index: number, x: Ir): Field => ({ state: { type: 'i64', init: lit('i64', 0n) }, update: add(field('i64', index, 's'), x) })
  const columns: readonly SourceColumn[] = [{ physical: 'i32', nullable: false }, { physical: 'i64', nullable: false }]
  const rows = Array.from({ length: 5000 }, (_, i): Cell[] => [BigInt((i * 7919) % 700), BigInt((i * 31) % 1000) - 500n])
  const adding = (program: Program): Program => ({ pipelines: program.pipelines.map((p) => (p.builder.builder === 'dictmerger' ? { ...p, builder: { ...p.builder, combine: p.builder.combine.map((_, i) => add(field('i64', i, 'a'), field('i64', i, 'b'))) } } : p)) })
  const key: Key = { e: field('i32', 0), range: { min: 0n, extent: 1000 } }
  const atLeast: Ir = { ir: 'binary', type: 'bool', op: '>=', left: field('i64', 1), right: lit('i64', 0n) }

  it('a count tells which positions have a group: rows that a filter leaves out have none; of several workers', () => {
    for (const conds of [[], [atLeast], [atLeast, { ...atLeast, op: '<' } as Ir]]) {
      const program = vectorise(markCounted(adding(grouped([key], [sum(0, field('i64', 1)), count(1)], conds, columns))))
      const { builder } = program.pipelines[0] as Pipeline
      expect(builder.builder === 'dictmerger' && builder.counted).toBe(1)
      expect(program.pipelines[0]?.vector).toEqual({ filter: conds.length, merge: true })
      expect(printProgram(parseProgram(printProgram(program)))).toBe(printProgram(program))
      const want = new Map<bigint, Cell[]>()
      for (const [k, v] of rows as [bigint, bigint][]) {
        if (conds.length > 0 && v < 0n) continue
        if (conds.length > 1) continue
        const [, s, n] = want.get(k) ?? [k, 0n, 0n]
        want.set(k, [k, (s as bigint) + v, (n as bigint) + 1n])
      }
      for (const slots of [1, 2, 3]) {
        const machine = new Machine(LOW)
        const got = machine.run(program, [machine.relation(columns, rows)], { slots, morsel: 700 })
        expect(shown(got)).toEqual(shown([...want.values()].toSorted((a, b) => Number((a[0] as bigint) - (b[0] as bigint)))))
      }
    }
  })

  it('no count where a merge does not add one, where it starts elsewhere, or where the array is large', () => {
    const counted = (program: Program) => {
      const { builder } = markCounted(program).pipelines[0] as Pipeline
      return builder.builder === 'dictmerger' ? builder.counted : undefined
    }
    const from = (n: bigint): Field => ({ ...count(0), state: { type: 'i64', init: lit('i64', n) } })
    expect(counted(grouped([key], [count(0)], [], columns))).toBe(0)
    expect(counted(grouped([key], [from(1n)], [], columns))).toBe(undefined)
    expect(counted(grouped([key], [sum(0, lit('i64', 2n))], [], columns))).toBe(undefined)
    expect(counted(grouped([{ ...key, range: { min: 0n, extent: 16385 } }], [count(0)], [], columns))).toBe(undefined)
    const other: Pipeline = { ...(grouped([key], [sum(0, field('i64', 1))], [], columns).pipelines[0] as Pipeline), into: 0 }
    expect(counted({ pipelines: [grouped([key], [count(0)], [], columns).pipelines[0] as Pipeline, other] })).toBe(undefined)
  })

  it('filters that leave few rows are no work for lanes', () => {
    const program = (selectivity: 'rare' | 'half'): Program => {
      const made = grouped([key], [count(0)], [atLeast], columns)
      return { pipelines: made.pipelines.map((p): Pipeline => (p.body.body === 'if' ? { ...p, body: { ...p.body, selectivity } } : p)) }
    }
    expect(optimise(program('rare')).pipelines[0]?.vector?.merge).toBe(false)
    expect(optimise(program('half')).pipelines[0]?.vector?.merge).toBe(true)
  })
})
