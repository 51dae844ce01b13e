/** Runs PartitionBy over rows in runs: a job of two passes on all workers, drawn in assembly/partition-rows.ts. */
import type { Lease } from '../../bridge/memory.ts'
import type { Pool } from '../../bridge/pool.ts'
import { partitionModule } from '../../codegen/partition-module.ts'
import { KernelError } from '../../bridge/kernel-error.ts'
import { ArcweldError } from '../../errors.ts'
import { CTX } from '../../ir/context.ts'
import { RAISES } from '../../ir/nodes.ts'
import type { PartitionedRows } from '../../layout/partitioned-rows.ts'
import type { RowTable } from '../../layout/row-table.ts'
import { rowFieldOf } from '../../layout/unsafe/fields.ts'
import { rowStride } from '../../layout/unsafe-row.ts'

const JOB = { partitions: 0, tasks: 1, table: 2, stride: 3, counters: 4, index: 5, region: 6, offsets: 7, bytes: 8, rows: 9, framed: 10, words: 12 } as const
const TASK_WORDS = 3
const RUN_WORDS = 5
/** Tasks a worker, so that all have something to do until the end. */
const TASKS_PER_SLOT = 4
/** Counters of all tasks stay below so many bytes, one task's always fit. */
const COUNTER_BYTES = 1 << 26

export interface PartitionOptions {
  readonly pool: Pool
  readonly lease: Lease
  readonly partitions: number
  /** Each row behind its size, a big-endian u32: what Spark's serializer of UnsafeRows writes. */
  readonly framed: boolean
  readonly signal?: AbortSignal | undefined
}

let module: WebAssembly.Module | undefined

/** Rows go where their numbers say; where they have none, to partitions in turn. Throws MEMORY_EXCEEDED. */
export const partitionRows = async (
  relation: RowTable, { pool, lease, partitions, framed, signal }: PartitionOptions,
): Promise<Omit<PartitionedRows, 'columns'>> => {
  module ??= new WebAssembly.Module(partitionModule())
  const words = new Uint32Array(lease.buffer)
  const { batches, columns, numbers } = relation
  const stride = rowStride(columns.map(({ type }) => rowFieldOf(type)))
  const slots = pool.threads
  const most = Math.max(1, Math.min(slots * TASKS_PER_SLOT, Math.floor(COUNTER_BYTES / (8 * partitions))))
  const tasks = tasksOf(batches.map((b) => b.bytes), most)
  const runs = lease.allocate(Math.max(1, batches.length) * RUN_WORDS * 4)
  batches.forEach(({ rows, data, offsets, bytes }, i) => words.set([rows, data, offsets, numbers?.[i] ?? 0, bytes], runs / 4 + i * RUN_WORDS))
  const table = lease.allocate(Math.max(1, tasks.length) * TASK_WORDS * 4)
  let first = 0
  tasks.forEach(([from, to], t) => {
    words.set([runs + from * RUN_WORDS * 4, runs + to * RUN_WORDS * 4, first], table / 4 + t * TASK_WORDS)
    for (let i = from; i < to; i++) first += (batches[i] as { rows: number }).rows
  })
  const index = lease.allocate((partitions + 1) * 8)
  const block = lease.allocate(JOB.words * 4)
  words.set([partitions, tasks.length, table, stride, lease.reserve(Math.max(8, tasks.length * partitions * 8)), index, 0, 0, 0, 0, framed ? 1 : 0], block / 4)
  if (tasks.length > 0) {
    const contexts = contextsOf(block, slots, lease)
    const source = sourceOf(tasks.length, lease)
    const run = pool.run({ key: 'exchange', module, contexts, lease, steps: [{ run: 'count', source, unit: 1, finish: 'sums' }, { run: 'copy', source, unit: 1 }] }, { signal })
    await run.catch((error: unknown) => {
      if (error instanceof KernelError && error.raise === RAISES.MEMORY_EXCEEDED) throw new ArcweldError('MEMORY_EXCEEDED', 'the rows of an exchange need more memory than the query may have', { cause: error })
      throw error
    })
  }
  const at = block / 4
  const [data, offsets, bytes, rows] = [words[at + JOB.region], words[at + JOB.offsets], words[at + JOB.bytes], words[at + JOB.rows]] as [number, number, number, number]
  const of = (word: number) => Uint32Array.from({ length: partitions + 1 }, (_, p) => words[index / 4 + 2 * p + word] as number)
  return { partitions, rows, bytes, data, offsets, stride: framed ? 0 : stride, firstRow: of(0), firstByte: of(1) }
}

/** Runs that follow one another, about as many bytes each. */
const tasksOf = (bytes: readonly number[], most: number): readonly (readonly [number, number])[] => {
  const total = bytes.reduce((n, b) => n + b, 0)
  const tasks: [number, number][] = []
  let [from, sum] = [0, 0]
  bytes.forEach((b, i) => {
    sum += b
    if (i < bytes.length - 1 && sum * most < total * (tasks.length + 1)) return
    tasks.push([from, i + 1])
    from = i + 1
  })
  return tasks
}

const contextsOf = (params: number, slots: number, lease: Lease): readonly number[] => {
  const words = new Uint32Array(lease.buffer)
  const contexts = Array.from({ length: slots }, () => lease.allocate(CTX.sinks))
  const list = lease.allocate(slots * 4)
  const shared = lease.allocate(64)
  words.set([lease.id, slots, list], shared / 4)
  words.set(contexts, list / 4)
  contexts.forEach((context, slot) => {
    words[(context + CTX.slot) / 4] = slot
    words[(context + CTX.shared) / 4] = shared
    words[(context + CTX.params) / 4] = params
  })
  return contexts
}

/** A source block of one batch, whose rows are tasks. */
const sourceOf = (rows: number, lease: Lease): number => {
  const words = new Uint32Array(lease.buffer)
  const block = lease.allocate(32)
  words.set([rows, 1, block + 16, 0, rows, 0, 0, 0], block / 4)
  return block
}
