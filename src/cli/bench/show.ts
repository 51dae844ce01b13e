/** A benchmark's report as text: what was loaded, a table of times that grows line by line, and profiles. */
import type { Colors } from '../color.ts'
import type { PipelineProfile, QueryProfile } from './profile.ts'
import type { BenchReport, EngineName, QueryReport } from './report.ts'
import { SUITES } from './suites.ts'

export const ms = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(value < 10 ? 2 : 1))
export const ratioText = (value: number | undefined): string => (value === undefined ? '' : `${value.toFixed(2)}×`)
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
const rowsText = (rows: number): string => `${rows} ${rows === 1 ? 'row' : 'rows'}`
const threadsText = (threads: number): string => `${threads} ${threads === 1 ? 'thread' : 'threads'}`

interface Column {
  readonly group: string
  readonly head: string
  readonly width: number
  readonly cell: (query: QueryReport) => string
  readonly mean?: string
}

const spread = (query: QueryReport, engine: EngineName): string => {
  const times = query.engines[engine]?.warm
  return times ? `${ms(times.min)} to ${ms(times.max)}` : ''
}

/** The columns that have anything in them, for the engines that run. */
const columnsOf = (engines: readonly EngineName[], prepares: boolean, mean: BenchReport['geometricMean']): Column[] => {
  const both = engines.includes('arcweld') && engines.includes('duckdb')
  const columns: Column[] = [{ group: '', head: 'query', width: 14, cell: (q) => `${q.number}${q.native === false ? '*' : ''}` }]
  const add = (group: string, head: string, width: number, cell: Column['cell'], mean?: number): number => columns.push({ group, head, width, cell, ...(mean === undefined ? {} : { mean: ratioText(mean) }) })
  const named: [EngineName, string][] = [['arcweld', 'arcweld'], ['duckdb', 'DuckDB']]
  for (const [group, kind] of [['warm: SQL text → rows, ms', 'warm'], ['prepared, ms', 'prepared'], ['cold: first run, ms', 'cold']] as const) {
    if (kind === 'prepared' && !prepares) continue
    for (const [engine, head] of named) {
      if (!engines.includes(engine)) continue
      add(group, head, 9, (q) => (kind === 'cold' ? ms(q.engines[engine]?.cold) : ms(q.engines[engine]?.[kind]?.median)))
      if (kind === 'warm') add(group, 'spread', 20, (q) => spread(q, engine))
    }
    if (both) add(group, 'ratio', 8, (q) => ratioText(q.ratio[kind]), mean[kind])
  }
  if (engines.includes('interpreter')) {
    add('interpreter, ms', 'warm', 10, (q) => ms(q.engines.interpreter?.warm?.median))
    add('interpreter, ms', 'cold', 10, (q) => ms(q.engines.interpreter?.cold))
  }
  return columns
}

const line = (columns: readonly Column[], cell: (column: Column) => string): string =>
  columns
    .map((column, i) => `${i > 0 && columns[i - 1]?.group !== column.group ? '  │' : ''}${cell(column).padStart(column.width)}`)
    .join('')
    .trimEnd()
    .concat('\n')

const groupLine = (columns: readonly Column[]): string => {
  const groups: { name: string; width: number }[] = []
  for (const { group, width } of columns) {
    const last = groups.at(-1)
    if (last?.name === group) last.width += width
    else groups.push({ name: group, width })
  }
  return groups
    .map(({ name, width }, i) => `${i > 0 ? '  │' : ''}${i > 0 ? `  ${name}`.padEnd(width) : name.padEnd(width)}`)
    .join('')
    .trimEnd()
    .concat('\n')
}

export interface Table {
  head(): string
  row(query: QueryReport): string
  /** The last line: geometric means. */
  foot(mean: BenchReport['geometricMean']): string
}

export const benchTable = (engines: readonly EngineName[], prepares: boolean): Table => {
  const columns = columnsOf(engines, prepares, {})
  return {
    head: () => groupLine(columns) + line(columns, ({ head }) => head),
    row: (query) => line(columns, ({ cell }) => cell(query)),
    foot: (mean) => line(columnsOf(engines, prepares, mean), ({ head, mean: text }) => (head === 'query' ? 'geometric mean' : (text ?? ''))),
  }
}

export const headText = (report: Omit<BenchReport, 'queries' | 'geometricMean' | 'memory'>, color: Colors): string => {
  const { suite, sf, data, from, threads, rounds, warmups, machine, versions, load } = report
  return [
    color.bold(`${SUITES[suite].title}${sf === undefined ? '' : ` at scale factor ${sf}`}, ${threadsText(threads)} for each engine, one process`),
    `arcweld ${versions.arcweld}, DuckDB ${versions.duckdb}, Node ${versions.node}; ${machine.cpu}, ${machine.cores} cores, ${machine.system}`,
    `Data: ${data}`,
    from === 'file' ? 'Every query reads the files: of arcweld registered tables, of DuckDB views over read_parquet' : `Loaded into memory: arcweld in ${load.arcweld.ms.toFixed(0)} ms, ${megabytes(load.arcweld.bytes)}; DuckDB in ${load.duckdb.ms.toFixed(0)} ms, ${megabytes(load.duckdb.bytes)}`,
    `Medians of ${rounds} rounds in which engines take turns, after ${warmups} that are not timed; ratio = DuckDB's time / arcweld's`,
    '',
    '',
  ].join('\n')
}

export const notesText = (queries: readonly QueryReport[], color: Colors): string =>
  queries.map(({ number, refusals = [] }) => refusals.map((reason) => `${color.yellow('*')} query ${number}: ${reason}\n`).join('')).join('')

export const memoryText = ({ memory, load, from }: BenchReport): string =>
  `Memory: arcweld at most ${megabytes(memory.peak)} of ${megabytes(memory.budget)} at once${from === 'file' ? '' : `, ${megabytes(load.arcweld.bytes)} of it tables`}; the process, with all engines, ${megabytes(memory.resident)} resident\n`

const PROFILE: readonly [head: string, width: number, cell: (pipeline: PipelineProfile) => string][] = [
  ['rows', 11, ({ rows }) => String(rows)],
  ['ms', 9, (p) => p.ms.toFixed(2)],
  ['ns/row', 9, ({ nsPerRow }) => nsPerRow?.toFixed(2) ?? ''],
  ['MB', 9, ({ bytes }) => (bytes === undefined ? '' : (bytes / 1e6).toFixed(1))],
  ['GB/s', 8, ({ speed }) => speed?.toFixed(2) ?? ''],
  ['roof', 7, ({ share }) => (share === undefined ? '' : `${(share * 100).toFixed(0)} %`)],
]

export const profileText = (number: number, { ms: total, pipelinesMs, stages }: QueryProfile, color: Colors): string => {
  const names = stages.flatMap(({ pipelines }) => pipelines.map(({ operators }) => operators.join(' → ')))
  const width = Math.max(20, ...names.map((name) => name.length))
  const lines = [`${color.bold(`Query ${number}`)}  ${ms(total)} ms: ${ms(pipelinesMs)} ms in pipelines, ${ms(Math.max(0, total - pipelinesMs))} ms outside: planning, lowering, starting${stages.every(({ native }) => native) ? '' : ', and stages that fall back'}\n`]
  lines.push(`    ${'pipeline'.padEnd(width)}${PROFILE.map(([head, w]) => head.padStart(w)).join('')}\n`)
  for (const stage of stages) {
    lines.push(`  stage ${stage.id}  ${stage.native ? 'native' : color.yellow('fallback')}  ${stage.operators.join(' · ')}  ${rowsText(stage.rows)}, ${ms(stage.ms)} ms\n`)
    for (const pipeline of stage.pipelines) lines.push(`    ${pipeline.operators.join(' → ').padEnd(width)}${PROFILE.map(([, w, cell]) => cell(pipeline).padStart(w)).join('')}\n`)
  }
  return `${lines.join('')}\n`
}

export const roofText = (speed: number, threads: number): string =>
  `Memory is read at ${speed.toFixed(1)} GB/s by ${threadsText(threads)} (256 MiB, best of 8 rounds): that is the roof. GB/s of a pipeline: bytes of the columns it reads, all\nrows, by its time; rows of tuples, and the text of strings that are no codes, are not counted.\n\n`
