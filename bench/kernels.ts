/**
 * Each kernel alone, on one thread: over columns with SIMD and without (the same IR, not vectorised), over UnsafeRows likewise,
 * and by hand in JavaScript over the same bytes and over row objects. Answers are compared before anything is timed.
 */
import type { Program, Source } from '../dist/ir/program.js'
import { optimise } from '../dist/optimise/optimise.js'
import type { RowPhysical } from '../dist/layout/unsafe-row.js'
import { type Answer, differenceOf, type KernelCase, type Loop } from './kernel-case.ts'
import { type Columns, columnRelation, makeColumns, objectRows, rowData } from './kernel-data.ts'
import { DECIMALS, HASHES } from './kernel-exact.ts'
import { KEYED } from './kernel-groups.ts'
import { KernelMemory } from './kernel-runner.ts'
import { FILTERS } from './kernel-filters.ts'
import { PROJECTIONS } from './kernel-projections.ts'
import { SUMS } from './kernel-sums.ts'
import { type Figure, timeInTurns } from './timing.ts'

const CASES: readonly KernelCase[] = [...FILTERS, ...SUMS, ...PROJECTIONS, ...DECIMALS, ...KEYED, ...HASHES]
const SAMPLES = 41
/** Rows of a step of a loop in JavaScript. */
const STEP = 4096

/** The same IR, without the note of what is done in lanes. */
const scalarForm = (program: Program): Program => ({ pipelines: program.pipelines.map(({ vector: _, ...scalar }) => scalar) })

interface Contestant {
  readonly name: string
  readonly run: () => void
  readonly answer: () => Answer
}

const contestantsOf = (memory: KernelMemory, all: Columns, c: KernelCase, rows: number): Contestant[] => {
  const columns = c.columns.map((name) => all[name])
  const fields = [...c.columns, ...(c.beside ?? [])].map((name) => all[name])
  const row = rowData(memory, fields, rows)
  const relation = columnRelation(columns, rows)
  const params = c.params ?? []
  const kernel = (name: string, source: Source, input: typeof relation | typeof row.relation, form: (p: Program) => Program): Contestant => {
    const prepared = memory.prepare(form(c.program(source)), [input], params)
    const answer = () => {
      prepared.run()
      return c.answer(prepared.result(), memory)
    }
    return { name, run: prepared.run, answer }
  }
  const read = c.read ?? ((x: unknown) => x as Answer)
  const loop = (name: string, { step, end }: Loop): Contestant => {
    const run = () => {
      for (let from = 0; from < rows; from += STEP) step(from, Math.min(rows, from + STEP))
      return end()
    }
    return { name, run, answer: () => read(run()) }
  }
  const other = ({ name, run }: NonNullable<KernelCase['other']>): Contestant => {
    const search = run(columns, rows)
    return { name, run: search, answer: () => read(search()) }
  }
  const overColumns: Source = { source: 'columns', relation: 0, columns: columns.map(({ physical }) => ({ physical, nullable: false })) }
  const overRows: Source = { source: 'rows', relation: 0, fields: fields.map(({ physical }) => ({ physical: physical as RowPhysical, nullable: false })) }
  return [
    kernel('columns', overColumns, relation, optimise),
    kernel('columns, scalar', overColumns, relation, (p) => scalarForm(optimise(p))),
    kernel('rows', overRows, row.relation, optimise),
    kernel('rows, scalar', overRows, row.relation, (p) => scalarForm(optimise(p))),
    loop('JS over columns', c.overColumns(columns, rows)),
    loop('JS over rows', c.overRows(row, rows)),
    loop('JS over objects', c.overObjects(objectRows(columns, rows))),
    ...(c.other ? [other(c.other)] : []),
  ]
}

const show = (c: KernelCase, rows: number, figures: readonly Figure[]): void => {
  const ns = (ms: number) => (ms * 1e6) / rows
  const of = (name: string) => figures.find((f) => f.name === name)!.median
  const width = Math.max(...figures.map((f) => f.name.length))
  console.log(`${c.name}`)
  for (const f of figures) {
    console.log(`  ${f.name.padEnd(width)}  ${ns(f.median).toFixed(3).padStart(8)} ns a row  ${ns(f.low).toFixed(3).padStart(8)} to ${ns(f.high).toFixed(3)}`)
  }
  const ratio = (a: string, b: string) => `${(of(a) / of(b)).toFixed(2)}×`
  console.log(`  SIMD ${ratio('columns, scalar', 'columns')} over columns, ${ratio('rows, scalar', 'rows')} over rows; the JS loop takes ${ratio('JS over columns', 'columns')} over columns, ${ratio('JS over rows', 'rows')} over rows, objects ${ratio('JS over objects', 'rows')}\n`)
}

/** `only`: a part of the names. */
export const kernels = async (rows: number, only?: string): Promise<void> => {
  const cases = CASES.filter(({ name }) => only === undefined || name.includes(only))
  if (cases.length === 0) throw new RangeError(`no kernel's name has '${only}': ${CASES.map(({ name }) => name).join(', ')}`)
  console.log(`${rows} rows, one thread, Node ${process.version}, V8 ${process.versions.v8}\n`)
  const table: { c: KernelCase; figures: readonly Figure[] }[] = []
  for (const c of cases) {
    const memory = new KernelMemory()
    const contestants = contestantsOf(memory, makeColumns(memory, rows, 1), c, rows)
    const expected = contestants[0]!.answer()
    for (const { name, answer } of contestants) {
      const found = differenceOf(expected, answer())
      if (found !== undefined) throw new Error(`${c.name}: ${name} answers otherwise than ${contestants[0]!.name}: ${found}`)
    }
    const figures = timeInTurns(contestants, SAMPLES)
    table.push({ c, figures })
    show(c, rows, figures)
  }
  summary(table, rows)
  judge(table)
}

/** docs/PERFORMANCE.md's table: medians in ns a row, and how many times as long others take. */
const summary = (table: readonly { c: KernelCase; figures: readonly Figure[] }[], rows: number): void => {
  console.log('| kernel | columns, ns | scalar × | JS × | rows, ns | scalar × | JS × | objects × |\n|---|---|---|---|---|---|---|---|')
  for (const { c, figures } of table) {
    const of = (name: string) => figures.find((f) => f.name === name)!.median
    const ns = (name: string) => ((of(name) * 1e6) / rows).toFixed(2)
    const times = (a: string, b: string) => (of(a) / of(b)).toFixed(1)
    const own = `${ns('columns')} | ${times('columns, scalar', 'columns')} | ${times('JS over columns', 'columns')}`
    console.log(`| ${c.name} | ${own} | ${ns('rows')} | ${times('rows, scalar', 'rows')} | ${times('JS over rows', 'rows')} | ${times('JS over objects', 'rows')} |`)
  }
  console.log()
}

const FACTOR = { 32: 3, 64: 1.7 } as const
const LOOP_FACTOR = 3

/** What falls short of the goals. */
const judge = (table: readonly { c: KernelCase; figures: readonly Figure[] }[]): void => {
  const short: string[] = []
  for (const { c, figures } of table) {
    const of = (name: string) => figures.find((f) => f.name === name)!.median
    const simd = of('columns, scalar') / of('columns')
    if (c.width && simd < FACTOR[c.width]) short.push(`${c.name}: SIMD over columns ${simd.toFixed(2)}× the scalar build, not ${FACTOR[c.width]}×`)
    if (c.bound === 'latency') continue
    for (const kind of ['columns', 'rows']) {
      const loop = of(`JS over ${kind}`) / of(kind)
      if (loop < LOOP_FACTOR) short.push(`${c.name}: over ${kind} ${loop.toFixed(2)}× the JS loop, not ${LOOP_FACTOR}×`)
    }
  }
  console.log(short.length === 0 ? 'every kernel reaches its goals' : `short of the goals:\n${short.map((s) => `  ${s}`).join('\n')}`)
}
