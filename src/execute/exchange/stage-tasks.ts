/**
 * The tasks of a stage that reads exchanges: the plan says whether there can be several, the sizes of what was exchanged how many.
 * An exchange's rows are divided only here, where a stage is to run in tasks: one that needs one task reads them as they are.
 */
import type { Lease } from '../../bridge/memory.ts'
import type { StageInput } from '../../compile.ts'
import type { StageRelation } from '../../layout/row-table.ts'
import type { LeafNode } from '../../plan/leaves.ts'
import type { Partitioning, PlanNode } from '../../plan/nodes.ts'
import type { Stage } from '../../plan/stages.ts'
import type { TaskInputReport, TasksReport } from '../../report/explain.ts'
import type { Core, ExecuteOptions } from '../query.ts'
import { exchangeReport } from './divided.ts'
import { type DividedInput, divideInput, pieceTable, rowBytes } from './divided-input.ts'
import { type Division, divisionOf } from './distribution.ts'
import { type DividedSizes, TASK_OPTIONS, type TaskOptions, type Tasks, tasksOf, wholeInputs } from './tasks.ts'

interface Leaf extends StageInput {
  readonly relation: StageRelation
}

export interface StageTasks<L extends Leaf> {
  /** What the stage is lowered for: all tasks read the same forms, and none more rows. */
  readonly leaves: readonly L[]
  /** Of each task what it reads. */
  readonly inputs: readonly (readonly StageRelation[])[]
  readonly report: TasksReport
}

/** How exchanges that a stage reads divide their rows. */
export const exchangesOf = (stages: readonly Stage[]) => (leaf: PlanNode): Partitioning | undefined => {
  const root = leaf.op === 'input' ? stages[leaf.stage]?.root : undefined
  return root?.op === 'exchange' ? root.partitioning : undefined
}

/** What the plan says of a stage's tasks; undefined where it reads no exchange. */
export const plannedTasks = (stage: Stage, leaves: readonly PlanNode[], partitioningOf: ReturnType<typeof exchangesOf>): { readonly division: Division; readonly report: TasksReport } | undefined => {
  if (!leaves.some(partitioningOf)) return undefined
  const division = divisionOf(stage.root, partitioningOf)
  const reasons = [division.reason === undefined ? `by ${division.partitions} partitions, if there is more than one task is to read` : `one, because ${division.reason}`]
  return { division, report: { inputs: [], reasons } }
}

/** One task over what is there, and why. */
const single = <L extends Leaf>(leaves: readonly L[], sizes: readonly number[], reason: string): StageTasks<L> => ({
  leaves, inputs: [leaves.map((l) => l.relation)], report: { count: 1, inputs: leaves.flatMap((leaf, i) => wholeReport(leaf, sizes[i])), reasons: [reason] },
})
const wholeReport = ({ node }: Leaf, bytes: number | undefined): readonly TaskInputReport[] => (node.op === 'input' && bytes !== undefined ? [{ stage: node.stage, read: 'whole', bytes: Math.round(bytes) }] : [])

/** Undefined where the stage reads no exchange. `runs`: whether the stage's kernels can be made; it is asked before anything is divided. */
export const stageTasks = async <L extends Leaf>(
  stage: Stage, leaves: readonly L[], stages: readonly Stage[], core: Core, lease: Lease, options: ExecuteOptions, runs: () => boolean,
): Promise<StageTasks<L> | undefined> => {
  const partitioningOf = exchangesOf(stages)
  const planned = plannedTasks(stage, leaves.map((l) => l.node), partitioningOf)
  if (!planned) return undefined
  const { buffer } = core.memory
  const asked: TaskOptions = { ...TASK_OPTIONS, ...options.tasks }
  const sizes = leaves.map((leaf) => (partitioningOf(leaf.node) ? rowBytes(leaf.relation, buffer) : undefined))
  const one = (reason: string) => single(leaves, sizes as number[], reason)
  if (planned.division.reason !== undefined) return one(planned.division.reason)
  const total = sizes.reduce<number>((n, b) => n + (b ?? 0), 0)
  if (total <= asked.taskBytes) return one(`all partitions together have about ${Math.round(total)} bytes, and a task reads ${asked.taskBytes}`)
  if (options.capture !== undefined) return one('a captured stage reads columns')
  if (!runs()) return one('the interpreter runs it')

  // What is small enough is read whole, where the plan allows it.
  const divided = leaves.filter(({ node }) => partitionsOf(partitioningOf(node) as Partitioning) > 1)
  const nodes = (of: ReadonlySet<number>): ReadonlySet<PlanNode> => new Set([...of].map((i) => (divided[i] as L).node))
  const whole = wholeInputs(divided.map((l) => sizes[leaves.indexOf(l)] as number), asked, (of) => divisionOf(stage.root, partitioningOf, nodes(of)).reason === undefined)
  const turned = [...whole].map((i) => `stage ${stageOf(divided[i] as L)} is read whole, because its ${Math.round(sizes[leaves.indexOf(divided[i] as L)] as number)} bytes are no more than ${asked.broadcastBytes}`)
  const { splits } = divisionOf(stage.root, partitioningOf, nodes(whole)) as Extract<Division, { partitions: number }>
  const parts = divided.filter((_, i) => !whole.has(i))
  // Then nothing that is left has to lie anywhere: every worker reads all there is, beside one build of the small sides.
  if (whole.size > 0 && parts.length === 1 && splits.has((parts[0] as L).node)) return one([...turned, 'so nothing needs to be divided'].join('; '))

  const made = new Map<number, DividedInput>()
  const of = new Map<L, DividedInput>()
  for (const leaf of parts) {
    const from = stageOf(leaf)
    const input = made.get(from) ?? (await divideInput(leaf.node as LeafNode, leaf.relation, partitioningOf(leaf.node) as Partitioning, core, lease, options))
    if ('reason' in input) return one(`stage ${from} cannot be divided: ${input.reason}`)
    made.set(from, input)
    of.set(leaf, input)
  }
  const decided = tasksOf(parts.map((leaf) => partitionSizes(of.get(leaf) as DividedInput, splits.has(leaf.node), buffer)), asked)
  const inputs = decided.tasks.map((task) =>
    leaves.map((leaf) => {
      const input = of.get(leaf)
      return input ? pieceTable(input, task[parts.indexOf(leaf)] ?? [], buffer) : leaf.relation
    }),
  )
  const loweredFor = leaves.map((leaf, i): L => {
    const input = of.get(leaf)
    if (!input) return leaf
    const { fields, columns, positions } = input.table
    const largest = inputs.map((task) => task[i] as StageRelation).reduce((a, b) => (b.rows > a.rows ? b : a))
    return { ...leaf, columns, rows: largest.rows, layout: { fields, positions }, relation: largest }
  })
  const report: TasksReport = {
    count: inputs.length,
    inputs: leaves.flatMap((leaf, i): readonly TaskInputReport[] => {
      const input = of.get(leaf)
      if (!input) return wholeReport(leaf, sizes[i])
      const exchange = exchangeReport(partitioningOf(leaf.node) as Partitioning, input.rows)
      return [{ stage: stageOf(leaf), read: 'divided', bytes: exchange.bytes, exchange }]
    }),
    reasons: [...turned, ...reasonsOf(decided, parts, asked)],
  }
  return { leaves: loweredFor, inputs, report }
}

const stageOf = ({ node }: Leaf): number => (node as Extract<LeafNode, { op: 'input' }>).stage
const partitionsOf = (by: Partitioning): number => ('partitions' in by ? by.partitions : 1)

const partitionSizes = ({ rows: { partitions, rows, offsets, firstRow, firstByte } }: DividedInput, splits: boolean, buffer: ArrayBufferLike): DividedSizes => {
  const of = (first: Uint32Array) => Float64Array.from({ length: partitions }, (_, p) => (first[p + 1] as number) - (first[p] as number))
  const places = offsets ? new Uint32Array(buffer, offsets >>> 0, rows) : undefined
  const bytesBefore = places && ((p: number, row: number) => (places[(firstRow[p] as number) + row] ?? (firstByte[p + 1] as number)) - (firstByte[p] as number))
  return { rows: of(firstRow), bytes: of(firstByte), splits, bytesBefore }
}

const reasonsOf = ({ coalesced, split }: Tasks, parts: readonly Leaf[], { taskBytes, skewFactor }: TaskOptions): readonly string[] => [
  ...(coalesced.partitions > 0 ? [`${coalesced.partitions} partitions were coalesced into ${coalesced.tasks} ${coalesced.tasks === 1 ? 'task' : 'tasks'} of about ${taskBytes} bytes`] : []),
  ...split.map(({ input, partition, pieces }) => `partition ${partition} of stage ${stageOf(parts[input] as Leaf)} was split into ${pieces}, because it has more than ${skewFactor} times the median`),
  ...(coalesced.partitions === 0 && split.length === 0 ? ['a task for each partition with rows'] : []),
]
