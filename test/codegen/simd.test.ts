/**
 * Pipelines in lanes do what the same pipelines do in scalar code, and what IR means: at every length and start, for every
 * physical type, with NULLs, edges of ranges, NaN, −0 and infinities, addresses above 2 GiB, and up to the memory's end.
 */
import { describe, expect, it } from 'vitest'
import wabt from 'wabt'
import { encodeProgram, layoutContext } from '../../src/codegen/module.ts'
import type { Ir, IrType, Scalar } from '../../src/ir/nodes.ts'
import { isOption, scalarOf } from '../../src/ir/nodes.ts'
import { WRITTEN_AS } from '../../src/ir/physical.ts'
import { printProgram } from '../../src/ir/print.ts'
import type { Body, Builder, Pipeline, Program, SourceColumn, Vector } from '../../src/ir/program.ts'
import { judge, vectorise } from '../../src/optimise/vectorise.ts'
import { physicalWidth } from '../../src/layout/relation.ts'
import { type Env, evaluate, type Plain, Raises, type Result } from '../ir/evaluate.ts'
import { type Random, random, randomValue } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { type Cell, HIGH, KernelRaised, LOW, Machine, shown } from './machine.ts'
import { type Choice, COLUMNS, LANE_PHYSICALS, LANE_TYPES, randomCell, randomLanes, randomReduction, resultOf, ROW, typeOf } from './simd-random.ts'

const seed = testSeed()
const field = (type: IrType, index: number, row = ROW): Ir => ({ ir: 'field', type, row, index })
const merge = (values: readonly Ir[]): Body => ({ body: 'merge', key: [], values })
const filtered = (conds: readonly Ir[], next: Body): Body => conds.reduceRight((inner: Body, cond): Body => ({ body: 'if', cond, next: inner }), next)
const appender = (values: readonly Ir[]): Builder => ({ builder: 'appender', fields: values.map((v) => ({ type: v.type, physical: WRITTEN_AS[scalarOf(v.type)] })), counted: false })
const over = (columns: readonly SourceColumn[], builder: Builder, body: Body): Pipeline => ({ operators: [], source: { source: 'columns', relation: 0, columns }, row: ROW, builder, body })
const project = (columns: readonly SourceColumn[], values: readonly Ir[], conds: readonly Ir[] = []): Program => ({ pipelines: [over(columns, appender(values), filtered(conds, merge(values)))] })
const reduce = (columns: readonly SourceColumn[], fields: readonly ReturnType<typeof randomReduction>[], conds: readonly Ir[]): Program => {
  const state = fields.map((f) => f.state)
  const read = state.map((s, i) => field(s.type, i))
  const builder: Builder = { builder: 'merger', state, combine: state.map((s, i) => field(s.type, i, 'a')) }
  return { pipelines: [over(columns, builder, filtered(conds, merge(fields.map((f) => f.update)))), { operators: [], source: { source: 'tuples', sink: 0 }, row: ROW, builder: appender(read), body: merge(read) }] }
}

interface Data {
  readonly columns: readonly SourceColumn[]
  readonly rows: readonly (readonly Cell[])[]
  readonly params: readonly Plain[]
}
const dataOf = (r: Random, rows: number, columns = COLUMNS): Data => {
  const nulls = r.pick([0, 0.1, 0.5, 1])
  return { columns, rows: Array.from({ length: rows }, () => columns.map((c) => randomCell(r, c, nulls))), params: LANE_TYPES.map((t) => randomValue(r, t)) }
}
const envOf = ({ columns, params }: Data, row: readonly Cell[], state: readonly Result[] = []): Env => ({ params, rows: { [ROW]: columns.map((c, i) => resultOf(c, row[i] as Cell)), s: state } })
const cell = (v: Result): Cell => (typeof v === 'object' ? (v.valid ? (v.value as Cell) : null) : (v as Cell))
const passes = (env: Env, conds: readonly Ir[]): boolean => conds.every((c) => evaluate(c, env))

const run = (machine: Machine, program: Program, data: Data, morsel: number): readonly string[] => {
  const params = data.params.map((value, i) => ({ type: LANE_TYPES[i] as Exclude<Scalar, 'vec'>, value: value as never }))
  try {
    return shown(machine.run(program, [machine.relation(data.columns, data.rows)], { params, morsel }))
  } catch (error) {
    if (error instanceof KernelRaised) return [`raises ${error.message}`]
    throw error
  }
}
const means = (compute: () => readonly (readonly Cell[])[]): readonly string[] | 'raises' => {
  try {
    return shown(compute())
  } catch (error) {
    if (error instanceof Raises) return 'raises'
    throw error
  }
}

/** The first kernel's text. */
const watOf = async (program: Program): Promise<string> => {
  const { bytes } = encodeProgram(program, LANE_TYPES, layoutContext(program, 0))
  const module = (await wabt()).readWasm(bytes, { threads: true, simd: true, multi_value: true, bulk_memory: true, sat_float_to_int: true, readDebugNames: false })
  const text = module.toText({ foldExprs: false, inlineExport: true })
  module.destroy()
  return text.slice(0, text.indexOf('export "p1"') + 1 || undefined)
}

/** Scalar, lanes and meaning agree; gives the lanes' verdict. */
const agree = (machine: Machine, program: Program, data: Data, morsel: number, want: readonly string[] | 'raises', own: number): Vector | undefined => {
  const lanes = vectorise(program)
  const scalar = run(machine, program, data, morsel)
  const got = run(machine, lanes, data, morsel)
  const text = () => `seed ${own}, ${data.rows.length} rows by ${morsel}\n${printProgram(lanes)}`
  // Of rows that raise any may be told: filters in lanes run over a step, scalar ones over a chunk, before the rest does.
  for (const told of [scalar, got]) {
    if (want === 'raises') expect(told[0], text()).toMatch(/^raises/)
    else expect(told, text()).toEqual(want)
  }
  const { vector } = lanes.pipelines[0] as Pipeline
  return vector
}

const projected = (data: Data, values: readonly Ir[], conds: readonly Ir[]) =>
  means(() => data.rows.map((row) => envOf(data, row)).filter((env) => passes(env, conds)).map((env) => values.map((v) => cell(evaluate(v, env)))))
const reduced = (data: Data, fields: readonly ReturnType<typeof randomReduction>[], conds: readonly Ir[]) =>
  means(() => {
    let state: readonly Result[] = fields.map((f) => evaluate(f.state.init, envOf(data, data.columns.map(() => null))))
    for (const row of data.rows) {
      const env = envOf(data, row, state)
      if (passes(env, conds)) state = fields.map((f) => evaluate(f.update, env))
    }
    return [state.map(cell)]
  })

/** A sum, which NULLs do not change. */
const sumOf = (type: 'i64' | 'i128', x: Ir, index: number): ReturnType<typeof randomReduction> => {
  const scalar = scalarOf(x.type)
  const added: Ir = { ir: 'cast', type, arg: isOption(x.type) ? { ir: 'value', type: scalar, arg: x } : x }
  const right: Ir = isOption(x.type) ? { ir: 'select', type, cond: { ir: 'valid', type: 'bool', arg: x }, then: added, else: { ir: 'literal', type, value: 0n } } : added
  return { state: { type, init: { ir: 'literal', type, value: -5n } }, update: { ir: 'binary', type, op: '+', left: field(type, index, 's'), right } }
}

/** Whole; at every start below 16; at odd ones. */
const morselOf = (rows: number): number => ([rows + 1, 9, 25, 41] as const)[rows % 4] as number
/** Nine of ten: some are too large. */
const mostly = (verdicts: readonly unknown[], want: unknown): void => {
  const same = verdicts.filter((v) => JSON.stringify(v) === JSON.stringify(want)).length
  expect(same / verdicts.length).toBeGreaterThan(0.9)
}
const EXACT: Choice = { raising: false }

describe(`lanes, seed ${seed}`, () => {
  for (const [name, base] of [['low', LOW], ['above 2 GiB', HIGH]] as const) {
    it(`columns of every physical type at lengths 0 … 200, addresses ${name}`, () => {
      const index = (physical: string, nullable: boolean) => COLUMNS.findIndex((c) => c.physical === physical && c.nullable === nullable)
      const cond: Ir = { ir: 'binary', type: 'bool', op: '>', left: field('i32', index('i8', false)), right: { ir: 'literal', type: 'i32', value: 0 } }
      const maybe: Ir = { ir: 'valid', type: 'bool', arg: field('?i32', index('u16', true)) }
      const columns = (nullable: boolean) => COLUMNS.flatMap((c, i) => (c.nullable === nullable ? [{ column: c, read: field(typeOf(c), i) }] : []))
      for (let rows = 0; rows <= 200; rows++) {
        const machine = new Machine(base)
        const data = dataOf(random(seed + rows), rows)
        const morsel = morselOf(rows)
        for (const nullable of [false, true]) {
          const values = columns(nullable).map((c) => c.read)
          const sums = columns(nullable).filter((c, i) => (i + (rows >> 1)) % 2 === 0 && ['i32', 'i64'].includes(scalarOf(c.read.type))).map((c, i) => sumOf(rows % 2 ? 'i64' : 'i128', c.read, i))
          expect(agree(machine, project(COLUMNS, values), data, morsel, projected(data, values, []), seed + rows)).toEqual({ filter: 0, merge: true })
          expect(agree(machine, project(COLUMNS, values, [cond, maybe]), data, morsel, projected(data, values, [cond, maybe]), seed + rows)).toEqual({ filter: 2, merge: true })
          expect(agree(machine, reduce(COLUMNS, sums, [cond]), data, morsel, reduced(data, sums, [cond]), seed + rows)).toEqual({ filter: 1, merge: true })
        }
      }
    })
  }

  it('columns of 8 bits against constants of 32, from either side', () => {
    const columns = (['i8', 'u8', 'code8', 'i8'] as const).map((physical, i): SourceColumn => ({ physical, nullable: i === 3 }))
    const rows = Array.from({ length: 256 }, (_, i): Cell[] => [BigInt(i - 128), BigInt(i), BigInt(i), i % 5 ? BigInt(i - 128) : null])
    const edges = [-2147483648, -32769, -32768, -129, -128, -1, 0, 127, 128, 255, 256, 32767, 32768, 2147483647]
    const compared = (op: '<' | '<=' | '>' | '>=' | '==' | '!=', left: Ir, right: Ir): Ir => ({ ir: 'binary', type: 'bool', op, left, right })
    const reads = columns.map((c, i): Ir => (c.nullable ? { ir: 'value', type: 'i32', arg: field(typeOf(c), i) } : field(typeOf(c), i)))
    for (const [i, edge] of edges.entries()) {
      const constant: Ir = i % 2 ? { ir: 'literal', type: 'i32', value: edge } : { ir: 'param', type: 'i32', index: LANE_TYPES.indexOf('i32') }
      const data: Data = { columns, rows, params: LANE_TYPES.map((t) => (t === 'i32' ? BigInt(edge) : randomValue(random(seed), t))) }
      for (const op of ['<', '<=', '>', '>=', '==', '!='] as const) {
        const values = reads.map((read, k) => (k % 2 ? compared(op, constant, read) : compared(op, read, constant)))
        expect(agree(new Machine(HIGH), project(columns, values), data, 1000, projected(data, values, []), seed)).toEqual({ filter: 0, merge: true })
      }
    }
  })

  it('sums of 128-bit columns, with and without NULLs and filters', () => {
    const columns: readonly SourceColumn[] = [{ physical: 'i8', nullable: false }, { physical: 'i128', nullable: false }, { physical: 'i128', nullable: true }, { physical: 'i32', nullable: true }]
    const [key, plain, maybe, other] = columns.map((c, i) => field(typeOf(c), i)) as [Ir, Ir, Ir, Ir]
    const value: Ir = { ir: 'value', type: 'i128', arg: maybe }
    const valid = (arg: Ir): Ir => ({ ir: 'valid', type: 'bool', arg })
    const zero: Ir = { ir: 'literal', type: 'i128', value: 0n }
    const state = (index: number): Ir => field('i128', index % 2, 's')
    const plus = (index: number, x: Ir): Ir => ({ ir: 'binary', type: 'i128', op: '+', left: state(index), right: x })
    const sums = [
      plus(0, plain),
      plus(1, { ir: 'select', type: 'i128', cond: valid(maybe), then: value, else: zero }),
      { ir: 'if', type: 'i128', cond: valid(maybe), then: plus(2, value), else: state(2) } as Ir,
      { ir: 'if', type: 'i128', cond: valid(other), then: plus(3, plain), else: state(3) } as Ir,
    ].map((update) => ({ state: { type: 'i128' as const, init: { ir: 'literal', type: 'i128', value: -5n } as Ir }, update }))
    const cond: Ir = { ir: 'binary', type: 'bool', op: '>', left: key, right: { ir: 'literal', type: 'i32', value: 0 } }
    for (let rows = 0; rows <= 200; rows += rows < 40 ? 1 : 9) {
      const r = random(seed + rows)
      const data = dataOf(r, rows, columns)
      // The lower halves carry, and the whole wraps.
      const extreme = r.pick([(1n << 127n) - 1n, -1n, -(1n << 127n), (1n << 64n) - 1n])
      const extremes = { ...data, rows: data.rows.map((row) => row.map((c, i) => (columns[i]?.physical === 'i128' && c !== null ? extreme : c))) }
      for (const given of [data, extremes]) {
        for (const conds of [[], [cond], [cond, valid(other)]]) {
          const some = (rows >> 1) % 2 ? sums.slice(0, 2) : sums.slice(2)
          expect(agree(new Machine(rows % 2 ? LOW : HIGH), reduce(columns, some, conds), given, morselOf(rows), reduced(given, some, conds), seed + rows)).toEqual({ filter: conds.length, merge: true })
        }
      }
    }
  })

  it('are v128 instructions, in pipelines that say so and in no others', async () => {
    const [i32, i64] = ['i32', 'i64'].map((p) => field(p as IrType, COLUMNS.findIndex((c) => c.physical === p))) as [Ir, Ir]
    const cond: Ir = { ir: 'binary', type: 'bool', op: '<', left: i32, right: { ir: 'param', type: 'i32', index: LANE_TYPES.indexOf('i32') } }
    const sum = { state: { type: 'i64', init: { ir: 'literal', type: 'i64', value: 0n } }, update: { ir: 'binary', type: 'i64', op: '+', left: field('i64', 0, 's'), right: i64 } } as const
    const call: Ir = { ir: 'binary', type: 'bool', op: '==', left: { ir: 'binary', type: 'i32', op: '/', left: i32, right: { ir: 'literal', type: 'i32', value: 3 } }, right: { ir: 'literal', type: 'i32', value: 5 } }
    for (const [program, vector, ops] of [
      [reduce(COLUMNS, [sum], [cond]), { filter: 1, merge: true }, /v128\.load[^]*i32x4\.lt_s[^]*i64x2\.add/],
      [project(COLUMNS, [i32, i64], [cond]), { filter: 1, merge: true }, /i32x4\.lt_s[^]*i32x4\.bitmask[^]*i8x16\.swizzle[^]*v128\.store/],
      [project(COLUMNS, [call], [cond]), { filter: 1, merge: false }, /i32x4\.lt_s[^]*i32x4\.bitmask[^]*v128\.store/],
      [project(COLUMNS, [{ ir: 'binary', type: 'i64', op: '+', left: i64, right: i64 }]), { filter: 0, merge: true }, /i64x2\.add[^]*v128\.store/],
      // What has no lanes is split off, and goes after what has.
      [project(COLUMNS, [i32], [{ ir: 'binary', type: 'bool', op: '&', left: call, right: cond }]), { filter: 1, merge: false }, /i32x4\.lt_s[^]*i32\.div_s/],
    ] as const) {
      const lanes = vectorise(program)
      expect(lanes.pipelines[0]?.vector).toEqual(vector)
      expect(await watOf(lanes)).toMatch(ops)
      expect(await watOf(program)).not.toMatch(/v128|[if]\d\dx\d/)
      expect(printProgram(lanes)).toContain(`@(vectorize: ${vector.filter}${vector.merge ? ', lanes' : ''})`)
      expect(printProgram(program)).not.toContain('vectorize')
    }
    // Without lanes: the reasons are told.
    const none = judge(project(COLUMNS, [i32], [call]).pipelines[0] as Pipeline)
    expect(none.pipeline.vector).toBeUndefined()
    expect(none.reasons).toEqual(['/ of i32', '/ of i32'])
  })

  it('values of random expressions', () => {
    const verdicts: unknown[] = []
    for (let n = 0; n < 120; n++) {
      const r = random(seed + n)
      const values = Array.from({ length: 2 }, () => randomLanes(r, r.pick([...LANE_TYPES, '?i32', '?f64', '?bool', '?i64', '?f32']), 4, EXACT))
      const data = dataOf(r, 40 + r.below(60))
      verdicts.push(agree(new Machine(n % 2 ? HIGH : LOW), project(COLUMNS, values), data, r.pick([9, 24, 40, 1000]), projected(data, values, []), seed + n))
    }
    mostly(verdicts, { filter: 0, merge: true })
  })

  it('random filters', () => {
    const verdicts: unknown[] = []
    for (let n = 0; n < 100; n++) {
      const r = random(seed + n)
      const conds = Array.from({ length: 1 + r.below(3) }, () => randomLanes(r, 'bool', 3, EXACT))
      // A value without a form in lanes: then rows are selected first.
      const third: Ir = { ir: 'cast', type: 'f64', arg: field('i64', COLUMNS.findIndex((c) => c.physical === 'i64')) }
      const values = [...Array.from({ length: 6 }, () => r.below(COLUMNS.length)).map((i) => field(typeOf(COLUMNS[i] as SourceColumn), i)), randomLanes(r, 'f64', 2, EXACT), ...(n % 2 ? [third] : [])]
      const data = dataOf(r, r.pick([20, 100, 1030, n < 8 ? 5000 : 300]))
      verdicts.push(agree(new Machine(n % 2 ? HIGH : LOW), project(COLUMNS, values, conds), data, r.pick([9, 48, 1000, 5000]), projected(data, values, conds), seed + n)?.merge === (n % 2 === 0))
    }
    mostly(verdicts, true)
  })

  it('random reductions under random filters', () => {
    const verdicts: unknown[] = []
    for (let n = 0; n < 200; n++) {
      const r = random(seed + n)
      const conds = Array.from({ length: r.below(3) }, () => randomLanes(r, 'bool', 3, EXACT))
      const fields = Array.from({ length: 1 + r.below(4) }, (_, i) => randomReduction(r, i, EXACT))
      const data = dataOf(r, r.pick([0, 5, 60, 100, 2100]))
      verdicts.push(agree(new Machine(n % 2 ? HIGH : LOW), reduce(COLUMNS, fields, conds), data, r.pick([9, 48, 1000, 5000]), reduced(data, fields, conds), seed + n)?.merge)
    }
    mostly(verdicts, true)
  })

  it('what raises does so at the same rows, and nowhere else', () => {
    let raised = 0
    let passed = 0
    const verdicts: unknown[] = []
    for (let n = 0; n < 250; n++) {
      const r = random(seed + n)
      const choice: Choice = { raising: true }
      const data = dataOf(r, r.pick([3, 30, 70]))
      const conds = Array.from({ length: r.below(3) }, () => randomLanes(r, 'bool', 2, { raising: r.next() < 0.3 }))
      const fields = Array.from({ length: 2 }, (_, i) => randomReduction(r, i, choice))
      const values = Array.from({ length: 2 }, () => randomLanes(r, r.pick(['i32', 'i64', '?i32', 'f64']), 3, choice))
      const morsel = r.pick([9, 48, 1000])
      const machine = new Machine(n % 2 ? HIGH : LOW)
      for (const [program, want] of [
        [reduce(COLUMNS, fields, conds), reduced(data, fields, conds)],
        [project(COLUMNS, values, conds), projected(data, values, conds)],
        [project(COLUMNS, values), projected(data, values, [])],
      ] as const) {
        verdicts.push(agree(machine, program, data, morsel, want, seed + n) !== undefined)
        if (want === 'raises') raised++
        else passed++
      }
    }
    mostly(verdicts, true)
    expect(raised).toBeGreaterThan(50)
    expect(passed).toBeGreaterThan(50)
  })

  it('no step reads behind a column that ends where memory ends', () => {
    const END = 2 ** 32
    for (const physical of LANE_PHYSICALS) {
      for (let rows = 1; rows <= 33; rows++) {
        const machine = new Machine()
        const columns = [{ physical, nullable: true }]
        const data = dataOf(random(seed + rows), rows, columns)
        const values = [field(typeOf(columns[0] as SourceColumn), 0)]
        const program = vectorise(project(columns, values))
        const relation = machine.relation(columns, data.rows)
        const [from] = relation.batches[0]?.vectors ?? []
        if (!from) throw new Error('no vector')
        const bytes = new Uint8Array(machine.buffer)
        const [width, bits] = [rows * physicalWidth[physical], Math.ceil(rows / 8)]
        for (const [data_, validity] of [[END - width, from.validity], [from.data, END - bits]] as const) {
          if (data_ !== from.data) bytes.copyWithin(data_, from.data, from.data + width)
          if (validity !== from.validity) bytes.copyWithin(validity, from.validity, from.validity + bits)
          const moved = { ...relation, batches: [{ rows, vectors: [{ data: data_, validity, aux: 0 }] }] }
          expect(shown(machine.run(program, [moved], { morsel: 1000 })), `${physical} ${rows}`).toEqual(projected(data, values, []))
        }
      }
    }
  })
})
