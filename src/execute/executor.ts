/**
 * Runs a plan: stage after stage, each native or on the interpreter, each reading the relations of those before it. All that
 * a query makes lies under its one lease; whoever takes the result releases it.
 */
import type { Lease } from '../bridge/memory.ts'
import type { LoweredStage } from '../compile.ts'
import { OptionError, type Refusal, UnsupportedError } from '../errors.ts'
import { interpretable } from '../fallback/interpretable.ts'
import type { Relation } from '../layout/relation.ts'
import type { Field } from '../layout/types.ts'
import type { PartitionedRows } from '../layout/partitioned-rows.ts'
import { isRowTable, type StageRelation } from '../layout/row-table.ts'
import type { Expr, Plan } from '../plan/nodes.ts'
import type { Stage } from '../plan/stages.ts'
import type { PipelineReport, StageReport } from '../report/explain.ts'
import { bytesRead } from './bytes-read.ts'
import { converted } from './convert.ts'
import { QueryCapture } from './capture-query.ts'
import { costRefusal } from './cost.ts'
import { runInterpreted } from './interpreted-stage.ts'
import { divide, dividingStage, exchangeReport } from './exchange/divided.ts'
import { runTasks, TASKS_AT_ONCE } from './exchange/run-tasks.ts'
import { stageTasks, type StageTasks } from './exchange/stage-tasks.ts'
import { PreparedStages, type SampledLowering } from './prepared-stages.ts'
import { sampled } from './sampling.ts'
import { isTooDeep, TOO_DEEP } from './too-deep.ts'
import { describeStage } from './describe.ts'
import type { Core, ExecuteOptions, Tables } from './query.ts'
import { FormBroken } from '../sources/source.ts'
import { loaded, type LoadedLeaf, loadLeaves, scanReports, sizesFor, type WholeLeaf, wholly } from './stage-inputs.ts'
import { unfed } from './windowed-run.ts'
import { isWindowed, type StageSource, type WindowRun, windowSizes } from './windows.ts'

export interface Execution {
  /** Columns carry the plan's names. */
  readonly relation: StageRelation
  readonly lease: Pick<Lease, 'release'>
  /** In place of the relation, where partitions were asked for. */
  readonly partitioned?: PartitionedRows | undefined
  readonly stages: readonly StageReport[]
  /** Where the plan was made anew: its columns. */
  readonly fields?: readonly Field[] | undefined
}

export const executePlan = async (plan: Plan, tables: Tables, core: Core, options: ExecuteOptions): Promise<Execution> => {
  const prepared = options.prepared ?? new PreparedStages(plan)
  const lease = core.memory.lease()
  const capture = options.capture === undefined ? undefined : new QueryCapture(options.capture, plan, core)
  const release = () => {
    lease.release()
    capture?.release()
  }
  try {
    const results: Relation[] = []
    const reports: StageReport[] = []
    const stages = prepared.stages((table) => tables.sizeOf(table))
    const run = async (stage: Stage, output: 'row' | undefined): Promise<StageRelation> => {
      for (;;) {
        options.signal?.throwIfAborted()
        try {
          const { relation, report } = await runStage(stage, await loadLeaves(stage, results, reports, tables, core, lease, options, sizesFor(stage, stages, core, options)), stages, core, lease, { ...options, output }, prepared, capture)
          reports.push(report)
          return relation
        } catch (error) {
          // Each time the source promises less of its windows.
          if (!(error instanceof FormBroken && error.again)) throw error
        }
      }
    }
    for (const stage of stages.slice(0, -1)) results.push((await run(stage, undefined)) as Relation)
    if (options.partitions) {
      const { partitioned, relation, report } = await runExchange(stages.at(-1) as Stage, (stage) => loadLeaves(stage, results, reports, tables, core, lease, options, undefined), options.partitions.framed, stages, core, lease, options, prepared)
      return { relation, partitioned, lease: { release }, stages: [...reports, report] }
    }
    const last = await run(stages.at(-1) as Stage, options.output)
    const relation = { ...last, columns: last.columns.map((c, i) => ({ ...c, name: plan.names[i] ?? c.name })) }
    return { relation, lease: { release }, stages: reports }
  } catch (error) {
    release()
    throw error
  }
}

interface ColumnLeaf extends WholeLeaf {
  readonly relation: Relation
}

interface StageRun {
  readonly relation: StageRelation
  readonly report: StageReport
}

/** A stage whose root is an exchange, and its rows by partition. */
const runExchange = async (
  stage: Stage, load: (stage: Stage) => Promise<readonly LoadedLeaf[]>, framed: boolean, stages: readonly Stage[], core: Core, lease: Lease, options: ExecuteOptions, prepared: PreparedStages,
): Promise<StageRun & { readonly partitioned: PartitionedRows }> => {
  const { root } = stage
  if (root.op !== 'exchange') throw new OptionError('INVALID_OPTION', 'a result by partition is that of a plan whose root is an exchange')
  const { input, partitioning: by } = root
  const leaves = await wholly(await load(stage))
  const evaluate = async (exprs: readonly Expr[]): Promise<StageRelation> =>
    (await runStage({ ...stage, root: { op: 'project', input, exprs } }, leaves, stages, core, lease, { ...options, output: undefined }, prepared, undefined)).relation
  const dividing = await dividingStage(stage, leaves.find((leaf) => leaf.node === input)?.relation, evaluate, core.memory.buffer)
  const { relation, report } = await runStage(dividing, leaves, stages, core, lease, { ...options, output: 'row' }, prepared, undefined)
  const partitioned = await divide(relation, by, dividing.numbered === true, framed, core, lease, options)
  return { relation, partitioned, report: { ...report, ...describeStage(stage), exchange: exchangeReport(by, partitioned) } }
}

export const FORCED: Refusal = { code: 'FORCED', node: 'stage', reason: "native execution was switched off by native: 'never'" }

/** What each worker's array by key may take: together a quarter of the memory that is free now, of so many tasks at once. */
const arrayBytes = ({ memory, pool }: Core, tasks: number): number => (memory.budget - memory.inUse) / (4 * pool.threads * Math.min(tasks, TASKS_AT_ONCE))

const runStage = async (stage: Stage, given: readonly LoadedLeaf[], stages: readonly Stage[], core: Core, lease: Lease, options: ExecuteOptions, prepared: PreparedStages, capture: QueryCapture | undefined): Promise<StageRun> => {
  const start = performance.now()
  let sources = given
  while (sources.some(({ relation }) => isWindowed(relation))) {
    const leaves = sources
    const streamed = unlessTooDeep(() => prepared.lower(stage, leaves, arrayBytes(core, 1), core.cache.programs, options.output, () => sampled(stage.root, leaves, core.memory.buffer)))
    if (!streamed || streamed.refusals !== undefined) break
    const useless = unfed(streamed.lowered, leaves.map(({ relation }) => relation))
    if (useless.size > 0) {
      sources = await loaded(leaves, (relation) => useless.has(relation))
      continue
    }
    try {
      return await runLowered(stage, streamed, leaves, undefined, core, lease, options, start, undefined)
    } catch (error) {
      // It is read whole, and each column in the form that it has.
      if (!(error instanceof FormBroken) || error.again) throw error
      break
    }
  }
  const inMemory = await wholly(sources)
  const convert = (relation: StageRelation, to: 'row' | undefined) => converted(relation, to, { pool: core.pool, cache: core.cache, stage: stage.id, signal: options.signal, lease })
  let decoded = 0
  // Bundles and the interpreter know columns.
  const inColumns = async (): Promise<readonly ColumnLeaf[]> => {
    const leaves: ColumnLeaf[] = []
    const known = new Map<StageRelation, Relation>()
    for (const { node, relation, from } of inMemory) {
      if (isRowTable(relation) && !known.has(relation)) decoded += relation.rows
      const columns = known.get(relation) ?? ((await convert(relation, undefined)) as Relation)
      known.set(relation, columns)
      leaves.push({ node, columns: columns.columns, rows: columns.rows, relation: columns, from })
    }
    return leaves
  }
  const leaves = capture ? await inColumns() : inMemory
  const cost = options.native === 'prefer' ? costRefusal({ root: stage.root, inputs: inMemory, output: options.output }) : undefined
  const isNative = options.native !== 'never' && !cost
  const lowered = (of: readonly WholeLeaf[], tasks = 1) => prepared.lower(stage, of, arrayBytes(core, tasks), core.cache.programs, options.output, () => sampled(stage.root, leaves, core.memory.buffer))
  const tasks = await stageTasks(stage, leaves, stages, core, lease, options, () => isNative && unlessTooDeep(() => lowered(leaves).refusals === undefined) === true)
  let refusals: readonly Refusal[] = cost ? [cost] : [FORCED]
  if (isNative) {
    try {
      const lowering = lowered(tasks?.leaves ?? leaves, tasks?.inputs.length)
      if (lowering.refusals === undefined) return await runLowered(stage, lowering, tasks?.leaves ?? leaves, tasks, core, lease, options, start, capture)
      refusals = lowering.refusals
    } catch (error) {
      if (!isTooDeep(error)) throw error
      refusals = [TOO_DEEP]
    }
  }
  if (options.native === 'only') throw nativeOnly(stage, refusals)
  const unknown = interpretable(stage.root)
  if (unknown.length) throw unsupported(unknown)
  const interpreted = await runInterpreted(stage, await inColumns(), core, lease, options).catch((error: unknown) => {
    throw isTooDeep(error) ? unsupported([TOO_DEEP]) : error
  })
  // What is divided is written as rows there.
  const relation = options.partitions ? interpreted : await convert(interpreted, options.output)
  const encoded = relation === interpreted ? 0 : relation.rows
  const conversion = decoded || encoded ? { conversion: { decoded, encoded } } : {}
  const report = { ...describeStage(stage), native: false, refusals, pipelines: [], ...conversion, ...scanReports(sources), rows: relation.rows, ms: performance.now() - start, ...(tasks ? { tasks: tasks.report } : {}) }
  return { relation, report }
}

const unlessTooDeep = <T>(lower: () => T): T | undefined => {
  try {
    return lower()
  } catch (error) {
    if (isTooDeep(error)) return undefined
    throw error
  }
}

const windowRun = ({ memory }: Core, { windows }: ExecuteOptions): WindowRun => ({ bytes: windows?.bytes ?? windowSizes(memory.budget - memory.inUse).bytes, lease: () => memory.lease() })

const runLowered = async (
  stage: Stage, { lowered, reports: samples }: Extract<SampledLowering, { readonly lowered: LoweredStage }>, leaves: readonly LoadedLeaf[], tasks: StageTasks<WholeLeaf> | undefined, core: Core, lease: Lease, options: ExecuteOptions, start: number, capture: QueryCapture | undefined,
): Promise<StageRun> => {
  const inputs = leaves.map((l) => l.relation)
  const { relation, compiled, steps, filters, windows } = await runTasks(lowered, tasks?.inputs ?? [inputs], {
    pool: core.pool, cache: core.cache, stage: stage.id, signal: options.signal, windows: windowRun(core, options), ...(capture?.stage(stage, await wholly(leaves), options) ?? { lease }),
  })
  const bytes = bytesRead(compiled.module, lowered.program, inputs)
  const pipelines = lowered.program.pipelines.map((p, i) => ({ operators: p.operators, rows: steps[i]?.rows, ms: steps[i]?.ms, firstCallUs: steps[i]?.firstCallUs, bytes: bytes[i], ...readsOf(p.source, inputs), ...(filters[i]?.length ? { filters: filters[i] } : {}), ...(windows?.[i] === undefined ? {} : { windows: windows[i] }) }))
  const report = {
    ...describeStage(stage),
    native: true,
    refusals: [],
    pipelines,
    rows: relation.rows,
    ms: performance.now() - start,
    cacheHit: compiled.hit,
    compileUs: compiled.compileUs,
    firstCallUs: steps.reduce((n, s) => n + s.firstCallUs, 0),
    ...(samples.length ? { samples } : {}),
    ...scanReports(leaves),
    ...(tasks ? { tasks: tasks.report } : {}),
  }
  return { relation, report }
}

const readsOf = (source: LoweredStage['program']['pipelines'][number]['source'], inputs: readonly StageSource[]): Pick<PipelineReport, 'reads'> => {
  const relation = 'relation' in source ? inputs[source.relation] : undefined
  if (!relation || isWindowed(relation)) return {}
  if (isRowTable(relation)) return { reads: 'rows' }
  return relation.keptOf ? { reads: 'columns kept of rows' } : {}
}

const said = (refusals: readonly Refusal[]): string => refusals.map(({ node, reason }) => (reason.includes(node) ? reason : `${node}: ${reason}`)).join('; ')

export const nativeOnly = (stage: Stage, refusals: readonly Refusal[]): UnsupportedError =>
  new UnsupportedError('NATIVE_ONLY', `stage ${stage.id} would fall back: ${said(refusals)}`, refusals)

export const unsupported = (refusals: readonly Refusal[]): UnsupportedError =>
  new UnsupportedError(
    refusals.every((r) => r.code === 'FUNCTION') ? 'UNSUPPORTED_FUNCTION' : 'UNSUPPORTED_PLAN',
    said(refusals),
    refusals,
  )
