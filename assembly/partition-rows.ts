/**
 * PartitionBy: rows that lie in runs are brought into one region, partition after partition, in the order of the runs within each
 * (src/execute/exchange/partition-rows.ts). A task is some runs that follow one another: tasks count how many rows and bytes they have
 * for each partition, sums over partitions and tasks tell where each begins, and tasks copy their rows there.
 *
 *   job    0 partitions   4 tasks   8 table of tasks   12 stride of rows, 0: by offsets   16 counters   20 index   24 region   28 its row offsets
 *          32 bytes in all   36 rows in all   40 framed: each row behind its size, a big-endian u32
 *   task   0 address of its first run   4 that behind its last   8 number of its first row
 *   run    0 rows   4 first row   8 offsets of rows from there, u32[rows]   12 partitions of rows, u32[rows], or 0: by the row's number   16 bytes
 *   counters   for each task, each partition   0 rows   4 bytes; after `partition_sums` where its next row goes
 *   index  for each partition and the end   0 first row   4 first byte
 */
import { CTX_PARAMS, fail, MEMORY_EXCEEDED, reserve } from './context'

const PARTITIONS: usize = 0
const TASKS: usize = 4
const TASK_TABLE: usize = 8
const STRIDE: usize = 12
const COUNTERS: usize = 16
const INDEX: usize = 20
const REGION: usize = 24
const OFFSETS: usize = 28
const BYTES: usize = 32
const ROWS: usize = 36
const FRAMED: usize = 40
const TASK_BYTES: usize = 12
const RUN_BYTES: usize = 20

/** Counts what tasks [from, to) have for each partition. */
export function partition_count(ctx: usize, from: u32, to: u32): void {
  const job = <usize>load<u32>(ctx, CTX_PARAMS)
  const partitions = load<u32>(job, PARTITIONS)
  const stride = load<u32>(job, STRIDE)
  const frame: u32 = load<u32>(job, FRAMED) ? 4 : 0
  for (let t = from; t < to; t++) {
    const task = <usize>load<u32>(job, TASK_TABLE) + <usize>t * TASK_BYTES
    const counters = <usize>load<u32>(job, COUNTERS) + (<usize>t * partitions << 3)
    memory.fill(counters, 0, <usize>partitions << 3)
    const end = <usize>load<u32>(task, 4)
    let next = load<u32>(task, 8) % partitions
    for (let run = <usize>load<u32>(task); run < end; run += RUN_BYTES) {
      const rows = load<u32>(run)
      const offsets = <usize>load<u32>(run, 8)
      const numbers = <usize>load<u32>(run, 12)
      const bytes = load<u32>(run, 16)
      for (let r: u32 = 0; r < rows; r++) {
        let p = next
        if (numbers) p = load<u32>(numbers + (<usize>r << 2))
        else next = next + 1 == partitions ? 0 : next + 1
        const at = counters + (<usize>p << 3)
        let size = stride
        if (!stride) size = (r + 1 < rows ? load<u32>(offsets + (<usize>r << 2), 4) : bytes) - load<u32>(offsets + (<usize>r << 2))
        store<u32>(at, load<u32>(at) + 1)
        store<u32>(at, load<u32>(at, 4) + size + frame, 4)
      }
    }
  }
}

/** Takes room for all, and tells where each partition, and of each what a task brings, begins. */
export function partition_sums(ctx: usize): void {
  const job = <usize>load<u32>(ctx, CTX_PARAMS)
  const partitions = load<u32>(job, PARTITIONS)
  const tasks = load<u32>(job, TASKS)
  const counters = <usize>load<u32>(job, COUNTERS)
  const index = <usize>load<u32>(job, INDEX)
  let rows: u32 = 0
  let bytes: u64 = 0
  for (let p: u32 = 0; p < partitions; p++) {
    store<u32>(index + (<usize>p << 3), rows)
    store<u32>(index + (<usize>p << 3), <u32>bytes, 4)
    for (let t: u32 = 0; t < tasks; t++) {
      const at = counters + ((<usize>t * partitions + p) << 3)
      const own = load<u32>(at)
      const size = load<u32>(at, 4)
      store<u32>(at, rows)
      store<u32>(at, <u32>bytes, 4)
      rows += own
      bytes += size
    }
    if (bytes >> 32) fail(ctx, MEMORY_EXCEEDED)
  }
  store<u32>(index + (<usize>partitions << 3), rows)
  store<u32>(index + (<usize>partitions << 3), <u32>bytes, 4)
  store<u32>(job, <u32>bytes, BYTES)
  store<u32>(job, rows, ROWS)
  if (!rows) return
  store<u32>(job, <u32>reserve(ctx, bytes), REGION)
  if (!load<u32>(job, STRIDE) && !load<u32>(job, FRAMED)) store<u32>(job, <u32>reserve(ctx, <u64>rows << 2), OFFSETS)
}

/** Rows are whole words. */
// @ts-ignore: decorator
@inline
function copyRow(to: usize, from: usize, bytes: u32): void {
  if (bytes > 512) {
    memory.copy(to, from, bytes)
    return
  }
  let at: usize = 0
  const pairs = <usize>bytes & ~15
  for (; at < pairs; at += 16) v128.store(to + at, v128.load(from + at))
  if (at < bytes) store<u64>(to + at, load<u64>(from + at))
}

/** Copies the rows of tasks [from, to) to their places. */
export function partition_copy(ctx: usize, from: u32, to: u32): void {
  const job = <usize>load<u32>(ctx, CTX_PARAMS)
  const partitions = load<u32>(job, PARTITIONS)
  const stride = load<u32>(job, STRIDE)
  const region = <usize>load<u32>(job, REGION)
  const placed = <usize>load<u32>(job, OFFSETS)
  const framed = load<u32>(job, FRAMED) != 0
  for (let t = from; t < to; t++) {
    const task = <usize>load<u32>(job, TASK_TABLE) + <usize>t * TASK_BYTES
    const counters = <usize>load<u32>(job, COUNTERS) + (<usize>t * partitions << 3)
    const end = <usize>load<u32>(task, 4)
    let next = load<u32>(task, 8) % partitions
    for (let run = <usize>load<u32>(task); run < end; run += RUN_BYTES) {
      const rows = load<u32>(run)
      const data = <usize>load<u32>(run, 4)
      const offsets = <usize>load<u32>(run, 8)
      const numbers = <usize>load<u32>(run, 12)
      const bytes = load<u32>(run, 16)
      let first: u32 = 0
      let size = stride
      for (let r: u32 = 0; r < rows; r++) {
        let p = next
        if (numbers) p = load<u32>(numbers + (<usize>r << 2))
        else next = next + 1 == partitions ? 0 : next + 1
        if (stride) first = r * stride
        else {
          first = load<u32>(offsets + (<usize>r << 2))
          size = (r + 1 < rows ? load<u32>(offsets + (<usize>r << 2), 4) : bytes) - first
        }
        const at = counters + (<usize>p << 3)
        const place = load<u32>(at, 4)
        if (framed) {
          store<u32>(region + place, bswap<u32>(size))
          copyRow(region + place + 4, data + first, size)
          store<u32>(at, place + size + 4, 4)
          continue
        }
        copyRow(region + place, data + first, size)
        if (placed) {
          const row = load<u32>(at)
          store<u32>(placed + (<usize>row << 2), place)
          store<u32>(at, row + 1)
        }
        store<u32>(at, place + size, 4)
      }
    }
  }
}
