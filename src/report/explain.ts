/**
 * What became of a query: its stages, which of them are native, why the others are not. One JSON object, printed by
 * `arcweld explain --format json`, and its text form, printed by `--format text`, by the demo and by `toString()`.
 */
import type { Refusal } from '../errors.ts'

/** One fused loop of a native stage. */
export interface PipelineReport {
  /** In the order rows flow. */
  readonly operators: readonly string[]
  /** Rows of its source; this and the rest are absent before it ran. */
  readonly rows?: number | undefined
  /** From the first worker's entry until its builder is complete. */
  readonly ms?: number | undefined
  /** The first call of its function, where V8 may still compile it. */
  readonly firstCallUs?: number | undefined
  /** Of the columns it reads, all rows, as they lie in memory; of strings that are not codes, their places only. Absent where its source is no columns. */
  readonly bytes?: number | undefined
  /** Of a source that is, or was, UnsafeRows: what was gone over. */
  readonly reads?: 'rows' | 'columns kept of rows' | undefined
  /** Where its source did not fit in memory: the windows in which it came. */
  readonly windows?: number | undefined
  /** In the order they are tested; absent where there are none. */
  readonly filters?: readonly FilterReport[] | undefined
}

/** A runtime filter that a pipeline tests its rows by. */
export interface FilterReport {
  /** The pipeline whose build side it is of, counted in the stage. */
  readonly sink: number
  readonly kind: 'bitmap' | 'bloom'
  /** Rows that came to it while it was in use, and those of them that it left. */
  readonly tested: number
  readonly passed: number
}

/** What of a table's file was not decoded; only of files that tell more of their rows than their number. */
export interface ScanReport {
  readonly table: string
  /** Row groups of the file, and those of which nothing was read. */
  readonly rowGroups: number
  readonly rowGroupsSkipped: number
  /** Rows that metadata and indexes left. */
  readonly rows: number
  /** Where conditions were asked of some columns before the others were decoded. */
  readonly filtered?: FilteredReport | undefined
}

export interface FilteredReport {
  /** Rows whose conditions were asked, and those of which the other columns were decoded. */
  readonly rows: number
  readonly left: number
  /** Data pages of the other columns: those there are, as far as the file tells, else 0; and those that were decoded. */
  readonly pages: number
  readonly pagesDecoded: number
  /** So little was spared that the rest was not asked. */
  readonly abandoned: boolean
}

/** How the rows of an exchange lie. */
export interface ExchangeReport {
  readonly kind: string
  readonly partitions: number
  readonly rows: number
  readonly bytes: number
  /** Bytes of the largest partition. */
  readonly largest: number
  /** Partitions without rows. */
  readonly empty: number
}

/** The output of an exchange, as a stage reads it. */
export interface TaskInputReport {
  /** The stage of the exchange. */
  readonly stage: number
  /** `divided`: each task reads some of its partitions; `whole`: each task reads all of its rows. */
  readonly read: 'divided' | 'whole'
  /** About, where it is not divided. */
  readonly bytes: number
  /** Where it is divided. */
  readonly exchange?: ExchangeReport | undefined
}

/** The tasks of a stage that reads exchanges. */
export interface TasksReport {
  /** Absent before it ran. */
  readonly count?: number | undefined
  readonly inputs: readonly TaskInputReport[]
  /** Why they are what they are: what was coalesced, split or read whole, or why there is one. */
  readonly reasons: readonly string[]
}

/** What was asked of a sample before the stage was lowered, since a choice of the build side hung on it. */
export interface SampleReport {
  /** The table, or the stage, whose rows were asked. */
  readonly of: string
  readonly rows: number
  /** Rows that pass all conditions. */
  readonly passed: number
}

export interface StageReport {
  readonly id: number
  readonly operators: readonly string[]
  readonly native: boolean
  readonly refusals: readonly Refusal[]
  /** None where the stage is not native. */
  readonly pipelines: readonly PipelineReport[]
  /** Rows the stage put out; absent before it ran. */
  readonly rows?: number | undefined
  readonly ms?: number | undefined
  /** Whether the kernels were compiled before (same shape, other constants). */
  readonly cacheHit?: boolean | undefined
  readonly compileUs?: number | undefined
  /** The first call into the module, where the engine still tiers up. */
  readonly firstCallUs?: number | undefined
  /** Rows that kernels brought from UnsafeRows into columns for the interpreter, and from its columns into UnsafeRows; absent where there were none. */
  readonly conversion?: { readonly decoded: number; readonly encoded: number } | undefined
  /** Files of which something was, or might have been left out. */
  readonly scans?: readonly ScanReport[] | undefined
  /** Where its rows were divided into partitions. */
  readonly exchange?: ExchangeReport | undefined
  /** Absent where nothing was asked. */
  readonly samples?: readonly SampleReport[] | undefined
  /** Where it reads the output of exchanges. */
  readonly tasks?: TasksReport | undefined
}

export interface ExplainReport {
  readonly stages: readonly StageReport[]
  /** What else a reader should know, as tables that were planned without statistics. */
  readonly notes?: readonly string[] | undefined
}

const number = (value: number, digits: number): string => value.toFixed(digits)

const ran = ({ rows, ms }: { readonly rows?: number | undefined; readonly ms?: number | undefined }): string[] => [
  ...(rows === undefined ? [] : [`${rows} ${rows === 1 ? 'row' : 'rows'}`]),
  ...(ms === undefined ? [] : [`${number(ms, 2)} ms`]),
]

const joined = (parts: readonly string[]): string => (parts.length === 0 ? '' : `  ${parts.join(', ')}`)

const stageFigures = (stage: StageReport): string => {
  const parts = ran(stage)
  if (stage.cacheHit) parts.push('compiled before')
  else if (stage.compileUs !== undefined) parts.push(`compiled in ${number(stage.compileUs, 0)} µs`)
  if (stage.firstCallUs !== undefined) parts.push(`first call ${number(stage.firstCallUs, 0)} µs`)
  return joined(parts)
}

const pipelineText = (pipeline: PipelineReport): string => `${pipeline.operators.join(' → ')}${joined([...ran(pipeline), ...(pipeline.reads ? [pipeline.reads] : []), ...(pipeline.windows === undefined ? [] : [`in ${pipeline.windows} ${pipeline.windows === 1 ? 'window' : 'windows'}`])])}`

/** A runtime filter is named by what its build side begins with. */
const filterText = ({ sink, kind, tested, passed }: FilterReport, { pipelines }: StageReport): string =>
  `runtime filter (${kind} of ${pipelines[sink]?.operators[0] ?? `pipeline ${sink}`}): ${tested} rows tested, ${passed} left`

const exchangeText = ({ kind, partitions, rows, bytes, largest, empty }: ExchangeReport): string =>
  `exchange ${kind}: ${rows} rows, ${bytes} bytes in ${partitions} ${partitions === 1 ? 'partition' : 'partitions'}, the largest ${largest} bytes${empty ? `, ${empty} empty` : ''}`

const conversionText = ({ decoded, encoded }: NonNullable<StageReport['conversion']>): string =>
  `by kernels: ${[...(decoded ? [`${decoded} UnsafeRows into columns`] : []), ...(encoded ? [`${encoded} rows of columns into UnsafeRows`] : [])].join(', ')}`

const sampleText = ({ of, rows, passed }: SampleReport): string => `sample of ${of}: ${passed} of ${rows} rows pass its conditions, which the choice of a build side hangs on`
const scanText = ({ table, rowGroups, rowGroupsSkipped, rows, filtered }: ScanReport): string => {
  const parts = [`${rowGroups - rowGroupsSkipped} of ${rowGroups} row groups, ${rows} rows`]
  if (filtered?.abandoned && filtered.rows === 0) parts.push('conditions not asked first: of no use before')
  else if (filtered?.abandoned) parts.push(`asked of ${filtered.rows} rows first: not worth it`)
  else if (filtered) parts.push(`asked of ${filtered.rows} rows first: ${filtered.left} decoded${filtered.pages > 0 ? `, ${filtered.pagesDecoded} of ${filtered.pages} pages` : ''}`)
  return `read of ${table}: ${parts.join('; ')}`
}

const tasksText = ({ count, inputs, reasons }: TasksReport): readonly string[] => [
  `${count === undefined ? 'tasks' : `${count} ${count === 1 ? 'task' : 'tasks'}`}: ${reasons.join('; ')}`,
  ...inputs.map(({ stage, read, bytes, exchange }) => `  stage ${stage}, ${read}: ${exchange ? exchangeText(exchange) : `about ${bytes} bytes`}`),
]

/** Marks how a stage ran; the command line passes one that colours. */
export type Mark = (text: 'native' | 'fallback') => string

/** Lines of text without a last newline; the stage that yields the result comes last, as it runs last. */
export const explainText = (report: ExplainReport, mark: Mark = (text) => text): string => {
  const lines: string[] = []
  for (const stage of report.stages) {
    lines.push(`stage ${stage.id}  ${mark(stage.native ? 'native' : 'fallback')}  ${stage.operators.join(' · ')}${stageFigures(stage)}`)
    if (stage.exchange) lines.push(`  ${exchangeText(stage.exchange)}`)
    if (stage.tasks) for (const line of tasksText(stage.tasks)) lines.push(`  ${line}`)
    for (const refusal of stage.refusals) lines.push(`  because ${refusal.code} ${refusal.node}: ${refusal.reason}`)
    if (stage.conversion) lines.push(`  ${conversionText(stage.conversion)}`)
    for (const sample of stage.samples ?? []) lines.push(`  ${sampleText(sample)}`)
    for (const scan of stage.scans ?? []) lines.push(`  ${scanText(scan)}`)
    for (const pipeline of stage.pipelines) {
      lines.push(`  | ${pipelineText(pipeline)}`)
      for (const filter of pipeline.filters ?? []) lines.push(`  |   ${filterText(filter, stage)}`)
    }
  }
  for (const note of report.notes ?? []) lines.push(`note: ${note}`)
  return lines.join('\n')
}

/** The report as the library hands it out: JSON data whose `toString()` is the text form. */
export const withText = <R extends ExplainReport>(report: R): R & { toString(): string } => {
  Object.defineProperty(report, 'toString', { value: () => explainText(report), enumerable: false })
  return report
}

/** `native stages / all stages`, as the conformance lines show it. */
export const nativeShare = (report: ExplainReport): string =>
  `${report.stages.filter((stage) => stage.native).length}/${report.stages.length}`
