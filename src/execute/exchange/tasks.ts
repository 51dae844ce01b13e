/**
 * Which tasks a stage above exchanges runs in, from the actual sizes of their partitions. Nothing else is known here: whether the
 * stage may run in tasks at all, and which inputs may be split or read whole, is told by its plan (distribution.ts). As Spark's
 * adaptive execution does it (sql/core, execution/adaptive): small partitions are coalesced (ShufflePartitionsUtil.coalescePartitions),
 * skewed ones split (OptimizeSkewedJoin), and a side that proves small is read whole (DynamicJoinSelection).
 *
 *   partition        0    1    2    3    4
 *   left, bytes     10   20  900    5   15      taskBytes 300, skewed is more than 5 times the median
 *   right            5    5   20    5    5
 *   tasks          [0    1] [2a] [2b] [2c] [3    4]    right's partition 2 is read by 2a, 2b and 2c
 */

export interface TaskOptions {
  /** Bytes of rows that a task reads, about; also what a skewed partition is split into. Spark's advisoryPartitionSizeInBytes. */
  readonly taskBytes: number
  /** A partition is skewed that has more than so many times the median, and more than `skewBytes`. Spark's skewedPartitionFactor, …ThresholdInBytes. */
  readonly skewFactor: number
  readonly skewBytes: number
  /** What an input may have at most to be read whole by all tasks. Spark's autoBroadcastJoinThreshold. */
  readonly broadcastBytes: number
}

const MIB = 2 ** 20
/** Spark's. */
export const TASK_OPTIONS: TaskOptions = { taskBytes: 64 * MIB, skewFactor: 5, skewBytes: 256 * MIB, broadcastBytes: 10 * MIB }

/** An exchange whose rows are divided; all inputs of a stage have the same number of partitions. */
export interface DividedSizes {
  /** Of each partition. */
  readonly rows: ArrayLike<number>
  readonly bytes: ArrayLike<number>
  /** Whether its partitions may be cut, each piece read with all of the other inputs' partition. */
  readonly splits: boolean
  /** Of a partition the bytes before a row; absent where all rows have as many. */
  readonly bytesBefore?: ((partition: number, row: number) => number) | undefined
}

/** Rows `from` to `to` of a partition. */
export interface Piece {
  readonly partition: number
  readonly from: number
  readonly to: number
}

/** For each input pieces that follow one another. */
export type Task = readonly (readonly Piece[])[]

export interface Tasks {
  readonly tasks: readonly Task[]
  /** Partitions that share a task with others, and the tasks they make. */
  readonly coalesced: { readonly partitions: number; readonly tasks: number }
  readonly split: readonly { readonly input: number; readonly partition: number; readonly pieces: number }[]
}

/** Spark's: a task of less than a fifth joins the one before it, which may then be a fifth too large. */
const SMALL = 0.2
const MERGED = 1.2

/** Tasks in the order of partitions; none are empty of rows except the one there always is. */
export const tasksOf = (inputs: readonly DividedSizes[], options: TaskOptions): Tasks => {
  const partitions = inputs[0]?.rows.length ?? 0
  const targets = inputs.map((input) => (input.splits ? skewOf(input, options) : undefined))
  const tasks: Task[] = []
  const split: { input: number; partition: number; pieces: number }[] = []
  const coalesced = { partitions: 0, tasks: 0 }
  let run: number[] = []
  const close = () => {
    for (const members of coalesce(run.map((p) => bytesOf(inputs, p)), options.taskBytes)) {
      const of = members.map((i) => run[i] as number)
      if (of.length > 1) {
        coalesced.partitions += of.length
        coalesced.tasks++
      }
      tasks.push(inputs.map(({ rows }) => of.map((partition) => ({ partition, from: 0, to: rows[partition] as number }))))
    }
    run = []
  }
  for (let p = 0; p < partitions; p++) {
    if (inputs.every(({ rows }) => rows[p] === 0)) continue
    const pieces = inputs.map((input, i) => cut(p, input, targets[i]))
    if (pieces.every((of) => of.length === 1)) {
      run.push(p)
      continue
    }
    close()
    pieces.forEach((of, input) => {
      if (of.length > 1) split.push({ input, partition: p, pieces: of.length })
    })
    tasks.push(...combined(pieces).map((one) => one.map((piece) => [piece])))
  }
  close()
  return { tasks: tasks.length ? tasks : [inputs.map(() => [])], coalesced, split }
}

const bytesOf = (inputs: readonly DividedSizes[], partition: number): number => inputs.reduce((n, { bytes }) => n + (bytes[partition] as number), 0)

/** Neighbours brought together up to the target: lists of positions. */
const coalesce = (sizes: readonly number[], target: number): readonly (readonly number[])[] => {
  const groups: { members: number[]; bytes: number }[] = []
  sizes.forEach((bytes, i) => {
    const last = groups.at(-1)
    if (last && last.bytes + bytes <= target) {
      last.members.push(i)
      last.bytes += bytes
    } else groups.push({ members: [i], bytes })
  })
  const merged: typeof groups = []
  for (const group of groups) {
    const last = merged.at(-1)
    if (last && Math.min(last.bytes, group.bytes) < target * SMALL && last.bytes + group.bytes <= target * MERGED) {
      last.members.push(...group.members)
      last.bytes += group.bytes
    } else merged.push(group)
  }
  return merged.map(({ members }) => members)
}

interface Skew {
  /** A partition of more bytes is skewed. */
  readonly above: number
  readonly piece: number
}

const skewOf = ({ bytes }: DividedSizes, { taskBytes, skewFactor, skewBytes }: TaskOptions): Skew => {
  const sorted = Float64Array.from(bytes).sort()
  const middle = sorted.length >> 1
  const median = sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
  const above = Math.max(skewBytes, median * skewFactor)
  const others = sorted.filter((b) => b <= above)
  // Pieces are no smaller than what partitions are otherwise.
  return { above, piece: Math.max(taskBytes, others.length ? others.reduce((n, b) => n + b, 0) / others.length : 0) }
}

/** About equal in bytes; a row is not cut. */
const cut = (partition: number, { rows, bytes, bytesBefore }: DividedSizes, skew: Skew | undefined): readonly Piece[] => {
  const all = rows[partition] as number
  const size = bytes[partition] as number
  const pieces = skew && size > skew.above ? Math.min(all, Math.ceil(size / skew.piece)) : 1
  if (pieces <= 1) return [{ partition, from: 0, to: all }]
  const bounds = Array.from({ length: pieces + 1 }, (_, i) => (bytesBefore && i > 0 && i < pieces ? nearestRow((row) => bytesBefore(partition, row), all, (i * size) / pieces) : Math.floor((i * all) / pieces)))
  return bounds.slice(1).flatMap((to, i) => (bounds[i] as number) < to ? [{ partition, from: bounds[i] as number, to }] : [])
}

/** The row, of `all` and their end, before which there are about so many bytes. */
const nearestRow = (bytesBefore: (row: number) => number, all: number, bytes: number): number => {
  let [low, high] = [0, all]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (bytesBefore(middle) < bytes) low = middle + 1
    else high = middle
  }
  return low > 0 && bytes - bytesBefore(low - 1) < (low < all ? bytesBefore(low) - bytes : 0) ? low - 1 : low
}

/** Every piece of each input with every one of the others. */
const combined = (pieces: readonly (readonly Piece[])[]): readonly (readonly Piece[])[] =>
  pieces.reduce<readonly (readonly Piece[])[]>((found, of) => found.flatMap((before) => of.map((piece) => [...before, piece])), [[]])

/**
 * The inputs to read whole: the smallest first, each as long as it is small enough and the plan `allows` what is chosen. At least one
 * input stays divided.
 */
export const wholeInputs = (bytes: readonly number[], { broadcastBytes }: TaskOptions, allows: (whole: ReadonlySet<number>) => boolean): ReadonlySet<number> => {
  let whole: ReadonlySet<number> = new Set()
  for (const i of [...bytes.keys()].sort((a, b) => (bytes[a] as number) - (bytes[b] as number)).slice(0, -1)) {
    const more = new Set([...whole, i])
    if ((bytes[i] as number) <= broadcastBytes && allows(more)) whole = more
  }
  return whole
}
