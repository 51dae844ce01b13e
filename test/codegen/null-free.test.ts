/**
 * The body for stretches without NULLs: it runs for just the chunks of a morsel in which no column that is read has a NULL, and
 * what comes out, in which order, and what is raised, is what the general body alone gives; for every builder, with staging
 * points, at every start and length of morsels and batches.
 */
import { describe, expect, it } from 'vitest'
import { encodeProgram, layoutContext } from '../../src/codegen/module.ts'
import { splitLarge } from '../../src/codegen/split.ts'
import { IrError } from '../../src/errors.ts'
import { CHUNK_ROWS } from '../../src/ir/context.ts'
import { type Ir, type IrType, type Scalar, scalarOf } from '../../src/ir/nodes.ts'
import { generalForm, nullFreeForm } from '../../src/ir/null-free.ts'
import { WRITTEN_AS } from '../../src/ir/physical.ts'
import { printProgram } from '../../src/ir/print.ts'
import { type Body, type Builder, nextOf, type Pipeline, type Program, type SourceColumn, type StateField, tupleTypes } from '../../src/ir/program.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
import { parseProgram } from '../../src/language/read-program.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { type Random, random, randomValue } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { type Cell, KernelRaised, Machine, shown } from './machine.ts'
import { LANE_TYPES, randomCell, randomLanes, randomReduction, ROW, typeOf } from './simd-random.ts'

const seed = testSeed()
const field = (type: IrType, index: number, row = ROW): Ir => ({ ir: 'field', type, row, index })
const lit = (type: Scalar, value: number | bigint | boolean): Ir => ({ ir: 'literal', type, value })
const valid = (arg: Ir): Ir => ({ ir: 'valid', type: 'bool', arg })
const merge = (key: readonly Ir[], values: readonly Ir[]): Body => ({ body: 'merge', key, values })
const filtered = (conds: readonly Ir[], next: Body): Body => conds.reduceRight((inner: Body, cond): Body => ({ body: 'if', cond, next: inner }), next)
const appender = (types: readonly IrType[]): Builder => ({ builder: 'appender', fields: types.map((type) => ({ type, physical: WRITTEN_AS[scalarOf(type)] })), counted: false })

/** Two of them are never NULL. */
const COLUMNS: readonly SourceColumn[] = [
  { physical: 'i32', nullable: true }, { physical: 'i64', nullable: true }, { physical: 'f64', nullable: true }, { physical: 'bool8', nullable: true },
  { physical: 'i8', nullable: true }, { physical: 'f32', nullable: true }, { physical: 'i32', nullable: false }, { physical: 'f64', nullable: false },
]

/** Rows with stretches of 0 to 3000 rows that have no NULL, and such that have some; each column may have none for longer. */
const randomRows = (r: Random, count: number, columns: readonly SourceColumn[]): Cell[][] => {
  const rows: Cell[][] = []
  while (rows.length < count) {
    const nulls = rows.length === 0 && r.next() < 0.5 ? 0 : r.pick([0, 0, 0.001, 0.3, 1])
    const columnsWith = columns.map(() => r.next() < 0.6)
    for (let left = r.pick([1, r.below(20), r.below(1200), r.below(3000)]); left > 0; left--) rows.push(columns.map((c, i) => randomCell(r, c, columnsWith[i] ? nulls : 0)))
  }
  return rows.slice(0, count)
}

const run = (machine: Machine, program: Program, batches: readonly (readonly Cell[])[], batchRows: number, morsel: number, slots: number, params: readonly Cell[]): readonly string[] => {
  const { source } = program.pipelines[0] as Pipeline
  const columns = source.source === 'columns' ? source.columns : []
  try {
    return shown(machine.run(program, [machine.relation(columns, batches, batchRows)], { morsel, slots, params: params.map((value, i) => ({ type: LANE_TYPES[i] as Exclude<Scalar, 'vec'>, value: value as never })) }))
  } catch (error) {
    if (error instanceof KernelRaised) return [`raises ${error.message}`]
    throw error
  }
}

/** A program whose result is what the first pipeline's builder leaves. */
const ending = (pipeline: Pipeline): Program => {
  if (pipeline.builder.builder === 'appender') return { pipelines: [pipeline] }
  const types = tupleTypes(pipeline.builder) as readonly IrType[]
  const rest: Pipeline = { operators: [], source: { source: 'tuples', sink: 0 }, row: 'g#0', builder: appender(types), body: merge([], types.map((t, i) => field(t, i, 'g#0'))) }
  return { pipelines: [pipeline, rest] }
}

const over = (columns: readonly SourceColumn[], builder: Builder, body: Body): Pipeline => ({ operators: [], source: { source: 'columns', relation: 0, columns }, row: ROW, builder, body })

/** Into any builder, behind filters, what was computed before; from nullable columns, mostly. */
const randomProgram = (r: Random): Program => {
  const choice = { raising: r.next() < 0.2, columns: COLUMNS }
  const any = (type: IrType) => randomLanes(r, type, 3, choice)
  const types = ['bool', 'i32', 'i64', 'f64', '?i32', '?i64', '?f64', '?bool'] as const
  const some = (most: number) => Array.from({ length: 1 + r.below(most) }, () => any(r.pick(types)))
  const conds = Array.from({ length: r.below(3) }, () => any('bool'))
  const small = (): Ir => r.pick([field('?i32', 0), field('?bool', 3), any('bool'), { ir: 'binary', type: 'i32', op: '&', left: any('i32'), right: lit('i32', 63) } satisfies Ir])
  switch (r.below(5)) {
    case 0: {
      const values = some(4)
      return ending(over(COLUMNS, appender(values.map((v) => v.type)), filtered(conds, merge([], values))))
    }
    case 1:
    case 2: {
      const reductions = Array.from({ length: 1 + r.below(4) }, (_, i) => randomReduction(r, i, choice))
      const state: StateField[] = reductions.map((x) => x.state)
      // The last value that is not NULL: hangs on the order of rows, and is an option.
      state.push({ type: '?i32', init: { ir: 'option', type: '?i32', value: lit('i32', 0), valid: lit('bool', false) } })
      const last: Ir = { ir: 'if', type: '?i32', cond: valid(field('?i32', 0)), then: field('?i32', 0), else: field('?i32', state.length - 1, 's') }
      const values = [...reductions.map((x) => x.update), last]
      const combine = state.map((s, i) => field(s.type, i, 'b'))
      if (r.next() < 0.5) return ending(over(COLUMNS, { builder: 'merger', state, combine }, filtered(conds, merge([], values))))
      const key = Array.from({ length: 1 + r.below(2) }, small)
      return ending(over(COLUMNS, { builder: 'dictmerger', key: key.map((k) => k.type), state, combine }, filtered(conds, merge(key, values))))
    }
    case 3: {
      const values = some(3)
      const key = [small(), any(r.pick(['i64', '?i64', '?f64']))]
      const keys = key.map(() => ({ descending: r.next() < 0.5, nullsFirst: r.next() < 0.5 }))
      return ending(over(COLUMNS, { builder: 'sorter', fields: values.map((v) => v.type), keys, keyTypes: key.map((k) => k.type), top: false }, filtered(conds, merge(key, values))))
    }
    default: {
      const values = some(3)
      return ending(over(COLUMNS, { builder: 'groupmerger', key: ['i32'], fields: values.map((v) => v.type), marks: true }, filtered([valid(field('?i32', 0)), ...conds], merge([{ ir: 'value', type: 'i32', arg: field('?i32', 0) }], values))))
    }
  }
}

const general = (program: Program): Program => ({ pipelines: program.pipelines.map(generalForm) })
const hasStage = (b: Body): boolean => b.body === 'stage' || nextOf(b).some(hasStage)

describe(`bodies without NULLs, seed ${seed}`, () => {
  it('give what the general ones give', { timeout: 240_000 }, () => {
    const seen = { forms: 0, staged: 0, raised: 0, lanes: 0 }
    const builders = new Set<string>()
    for (let n = 0; n < 150; n++) {
      const r = random(seed + n)
      const machine = new Machine()
      const made = optimise(randomProgram(r))
      verifyProgram(made, { params: LANE_TYPES })
      const program = r.next() < 0.3 ? splitLarge(made, LANE_TYPES, 0, 300) : made
      verifyProgram(program, { params: LANE_TYPES })
      const first = program.pipelines[0] as Pipeline
      if (!first.nullFree) continue
      seen.forms++
      builders.add(first.builder.builder)
      if (hasStage(first.body) || hasStage(first.nullFree.body)) seen.staged++
      if (first.nullFree.vector?.merge) seen.lanes++
      const rows = randomRows(r, r.pick([1, r.below(50), 1024, 2048 + r.below(6000)]), COLUMNS)
      const params = LANE_TYPES.map((t) => randomValue(r, t) as Cell)
      const [batchRows, morsel, slots] = [r.pick([Number.POSITIVE_INFINITY, 1 + r.below(3000), 1024]), r.pick([1 + r.below(40), 1024, 1 + r.below(5000), 100_000]), 1]
      const take = (p: Program) => run(machine, p, rows.slice(0, morsel < 40 ? 1500 : undefined), Math.max(batchRows, 10), morsel, slots, params)
      const [want, got] = [take(general(program)), take(program)]
      if (want[0]?.startsWith('raises')) seen.raised++
      if (want.join('\n') !== got.join('\n')) {
        const at = want.findIndex((w, i) => w !== got[i])
        throw new Error(`${seed + n}, morsels of ${morsel}, batches of ${batchRows}, ${rows.length} rows\n${printProgram(program)}\n${at}: ${want[at]}\n→ ${got[at]}`)
      }
    }
    expect([...builders].sort()).toEqual(['appender', 'dictmerger', 'groupmerger', 'merger', 'sorter'])
    expect(seen.forms).toBeGreaterThan(100)
    expect(seen.staged).toBeGreaterThan(8)
    expect(seen.lanes).toBeGreaterThan(5)
    expect(seen.raised).toBeGreaterThan(3)
  })

  it('run for the chunks of a morsel that have no NULL in a column that is read, and for no other', () => {
    // Its bodies differ, so that each row tells which of them it went through.
    const columns: readonly SourceColumn[] = [{ physical: 'i32', nullable: false }, { physical: 'i64', nullable: true }, { physical: 'i8', nullable: true }, { physical: 'f64', nullable: true }]
    // The last column is not read.
    const body = (mark: number, ...read: readonly Ir[]): Body => filtered(read, merge([], [field('i32', 0), lit('i32', mark)]))
    const always = (e: Ir): Ir => ({ ir: 'binary', type: 'bool', op: '|', left: e, right: lit('bool', true) })
    const plain = (type: Scalar, index: number, zero: number | bigint): Ir => always({ ir: 'binary', type: 'bool', op: '==', left: field(type, index), right: lit(type, zero) })
    const pipeline: Pipeline = { ...over(columns, appender(['i32', 'i32']), body(0, always(valid(field('?i64', 1))), always(valid(field('?i32', 2))))), nullFree: { body: body(1, plain('i64', 1, 0n), plain('i32', 2, 0)) } }
    const program: Program = { pipelines: [pipeline] }
    let [none, some] = [0, 0]
    for (let n = 0; n < 60; n++) {
      const r = random(seed + 10_000 + n)
      const machine = new Machine()
      const rows = randomRows(r, 1 + r.below(9000), columns)
      rows.forEach((row, i) => {
        row[0] = BigInt(i)
      })
      const [batchRows, morsel] = [r.pick([rows.length, 1 + r.below(4000), 1024]), r.pick([1 + r.below(300), 1000, 1024, 4096 + r.below(5000)])]
      const want: string[] = []
      for (let batch = 0; batch < rows.length; batch += batchRows) {
        const end = Math.min(rows.length, batch + batchRows)
        for (let from = batch; from < end; from += morsel) {
          const to = Math.min(end, from + morsel)
          for (let chunk = from; chunk < to; chunk += CHUNK_ROWS) {
            const part = rows.slice(chunk, Math.min(to, chunk + CHUNK_ROWS))
            const free = part.every((row) => row[1] !== null && row[2] !== null)
            if (free) none += part.length
            else some += part.length
            part.forEach((_, i) => want.push(`${chunk + i}n | ${free ? 1 : 0}n`))
          }
        }
      }
      expect(run(machine, program, rows, batchRows, morsel, r.pick([1, 1, 2]), [])).toEqual(want)
    }
    expect(none).toBeGreaterThan(20_000)
    expect(some).toBeGreaterThan(20_000)
  })

  it('are read back as they are printed', () => {
    let read = 0
    for (let n = 0; n < 60; n++) {
      const program = optimise(randomProgram(random(seed + 20_000 + n)))
      const text = printProgram(program)
      const again = parseProgram(text)
      verifyProgram(again, { params: LANE_TYPES })
      expect(printProgram(again)).toBe(text)
      expect(encodeProgram(again, LANE_TYPES, layoutContext(again, 0)).bytes).toEqual(encodeProgram(program, LANE_TYPES, layoutContext(program, 0)).bytes)
      if (again.pipelines[0]?.nullFree) read++
    }
    expect(read).toBeGreaterThan(40)
  })

  it('are refused where their row or types are not those of columns without NULLs', () => {
    const columns: readonly SourceColumn[] = [{ physical: 'i32', nullable: true }]
    const pipeline = over(columns, appender(['?i32']), merge([], [field('?i32', 0)]))
    const free = (value: Ir): Program => ({ pipelines: [{ ...pipeline, nullFree: { body: merge([], [value]) } }] })
    const option: Ir = { ir: 'option', type: '?i32', value: field('i32', 0), valid: lit('bool', true) }
    verifyProgram(free(option))
    expect(() => verifyProgram(free(field('?i32', 0)))).toThrow(IrError)
    expect(() => verifyProgram(free(field('i32', 0)))).toThrow(IrError)
    const plain = over([{ physical: 'i32', nullable: false }], appender(['i32']), merge([], [field('i32', 0)]))
    expect(() => verifyProgram({ pipelines: [{ ...plain, nullFree: { body: plain.body } }] })).toThrow(IrError)
    const text = printProgram(free(option))
    expect(() => parseProgram(text.replace('nullFree: |b, i, n0|', 'nullFree: |b, i, m0|'))).toThrow(IrError)
  })

  it('are made where a nullable column is read, of up to 32, and where they are asked for', () => {
    const reading = (count: number, nullable: boolean): Program => {
      const columns = Array.from({ length: count }, (): SourceColumn => ({ physical: 'i32', nullable }))
      const values = columns.map((c, i) => field(typeOf(c), i))
      return { pipelines: [over(columns, appender(values.map((v) => v.type)), merge([], values))] }
    }
    const form = (p: Program, options = {}) => nullFreeForm(optimise(p, undefined, options).pipelines[0] as Pipeline)
    expect(form(reading(1, true))?.source).toMatchObject({ columns: [{ physical: 'i32', nullable: false }] })
    expect(form(reading(32, true))).toBeDefined()
    expect(form(reading(33, true))).toBeUndefined()
    expect(form(reading(3, false))).toBeUndefined()
    expect(form(reading(3, true), { nullFree: () => false })).toBeUndefined()
  })
})
