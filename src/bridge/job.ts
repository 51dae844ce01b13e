/**
 * A job: the pipelines of one stage as steps over source blocks, and the block in shared memory by which its slots schedule
 * themselves. A slot is one worker's place in the job, with a context of its own. Words are u32, addresses relative to the block:
 *
 *   +0 serial   +4 stopped: no further morsel   +8 failed: a slot tells why   +12 slots   +16 steps   +20 steps done   +24 successors
 *   +64 steps, 112 bytes each (STEP)
 *       slots, 8 bytes each (SLOT)
 *       successors: the steps that wait for step 0, then those that wait for step 1, and so on (STEP.from, STEP.to)
 *
 * A step is ready when `waits` is 0, exhausted when EXHAUSTED is set in `active`: no morsel is left to take. The slot that takes the
 * last place out of `active` then runs `finish` and sets DONE; after that the steps that wait for it wait for one fewer.
 */
import type { Lease } from './memory.ts'

export interface JobStep {
  /** Kernel export (ctx, from, to): void over rows of one batch of `source`. */
  readonly run: string
  /** Address of a source block; read when the step begins (an earlier step's finish may write it). */
  readonly source: number
  /** Kernel export (ctx): void, called once, after all rows, by the last slot to leave the step. */
  readonly finish?: string | undefined
  /**
   * Earlier steps whose finish must have returned before this one begins; absent: the step before. Of several that are ready the
   * first with work left is taken, so steps that make others shorter come first.
   */
  readonly after?: readonly number[] | undefined
  /** Rows of every morsel but the last, 1 to 65536, where a row is much work, a partition say: each such morsel is worth a slot. */
  readonly unit?: number | undefined
  /** No further morsel is taken once the u32 at `address` reaches `rows` (LIMIT). */
  readonly stop?: { readonly address: number; readonly rows: number } | undefined
  /** Rows that come before the source's first: where a pipeline goes over its rows window by window. */
  readonly rowBase?: number | undefined
  /** Most rows of a morsel; a multiple of 8 keeps validity bits byte-aligned. */
  readonly maxMorsel?: number | undefined
}

export interface Job {
  /** Names the kernel in messages. */
  readonly key: string
  /** Imports env.memory, env.reserve and the runtime's exports as `runtime`. */
  readonly module: WebAssembly.Module
  /** Addresses of the contexts, one a slot, at least one. A slot that gets no morsel leaves its context alone. */
  readonly contexts: readonly number[]
  /** In an order in which they may run one after the other. */
  readonly steps: readonly JobStep[]
  /** The job's control block is allocated from it; the caller releases it after the job has settled. */
  readonly lease: Lease
}

export interface StepMetrics {
  /** From the first slot's entry to the end of finish. */
  readonly ms: number
  /** Time inside the kernel, finish included, all slots together: `ms` × slots when all of them worked all the time. */
  readonly busyMs: number
  /** Rows handed to the kernel. */
  readonly rows: number
  readonly morsels: number
  /** The first call of the step's kernel: includes V8's lazy compilation, where there is some. */
  readonly firstCallUs: number
}

export const JOB = { serial: 0, stopped: 1, failed: 2, slots: 3, steps: 4, done: 5, successors: 6 } as const
const JOB_WORDS = 16

/** Word offsets in a step. `begin`, `end` (ms since the epoch) and `first` (ms) are f64, `busy` (ns) is i64. */
export const STEP = {
  state: 0,
  cursor: 1,
  active: 2,
  waits: 3,
  source: 4,
  run: 5,
  finish: 6,
  stopAt: 7,
  stopRows: 8,
  maxMorsel: 9,
  unit: 10,
  rows: 11,
  morsels: 12,
  begun: 13,
  begin: 14,
  end: 16,
  first: 18,
  busy: 20,
  from: 22,
  to: 23,
  rowBase: 24,
} as const
const STEP_WORDS = 28
/** States of a step. */
export const RUNNING = 0
export const FINISHING = 1
export const DONE = 2
/** A bit of `active`. */
export const EXHAUSTED = 1 << 30

/** Word offsets in a slot; `holder` is the id of the worker thread that has it, 0: nobody. */
export const SLOT = { context: 0, holder: 1 } as const
const SLOT_WORDS = 2

export const stepAt = (job: number, step: number): number => job / 4 + JOB_WORDS + step * STEP_WORDS
export const slotAt = (job: number, steps: number, slot: number): number => stepAt(job, steps) + slot * SLOT_WORDS

/** What ended a job: a raised error when `raise` is not 0, else a trap. */
export interface Failure {
  readonly message: string
  readonly raise: number
  readonly site: number
  readonly detail?: string | undefined
}

const ROWS_PER_SLOT = 16384

/** Slots worth having for the steps that are ready, of whose rows nothing is known; at least 1. */
export const slotsWorth = (words: Int32Array<ArrayBufferLike>, job: number): number => {
  const at = job / 4
  const steps = words[at + JOB.steps] as number
  let worth = 0
  for (let i = 0; i < steps; i++) {
    const step = stepAt(job, i)
    if (Atomics.load(words, step + STEP.waits) !== 0 || Atomics.load(words, step + STEP.active) & EXHAUSTED) continue
    const unit = (words[step + STEP.unit] as number) >>> 0
    const rows = (words[((words[step + STEP.source] as number) >>> 0) / 4] as number) >>> 0
    const left = Math.max(0, rows - (Atomics.load(words, step + STEP.cursor) >>> 0))
    worth += unit === 0 ? left / ROWS_PER_SLOT : Math.ceil(left / unit)
  }
  return Math.max(1, Math.min(words[at + JOB.slots] as number, Math.ceil(worth)))
}

const assertWhole = (job: Job, what: string, value: number, least: number, most: number): void => {
  if (!Number.isInteger(value) || value < least || value > most) throw new TypeError(`Kernel ${job.key}: ${what} ${value} is not between ${least} and ${most}.`)
}

/** Allocates and fills a job's control block. Throws ArcweldError MEMORY_EXCEEDED, TypeError for steps that cannot be run. */
export const writeJob = (words: Int32Array<ArrayBufferLike>, job: Job, serial: number): number => {
  const { steps, contexts, lease } = job
  const exports = WebAssembly.Module.exports(job.module).map(({ name }) => name)
  const indexOf = (name: string): number => {
    const index = exports.indexOf(name)
    if (index < 0) throw new TypeError(`Kernel ${job.key} has no export ${name}.`)
    return index
  }
  const before = steps.map(({ after, unit = 1 }, i) => {
    for (const other of after ?? []) assertWhole(job, `step ${i} comes after step`, other, 0, i - 1)
    assertWhole(job, `step ${i} has a unit of`, unit, 1, 65536)
    return new Set(after ?? (i === 0 ? [] : [i - 1]))
  })
  const edges = before.reduce((n, set) => n + set.size, 0)
  const slots = JOB_WORDS + steps.length * STEP_WORDS
  const successors = slots + contexts.length * SLOT_WORDS
  const address = lease.allocate((successors + edges) * 4)
  const at = address / 4
  words[at + JOB.serial] = serial
  words[at + JOB.slots] = contexts.length
  words[at + JOB.steps] = steps.length
  words[at + JOB.successors] = address + successors * 4
  let edge = 0
  steps.forEach((step, i) => {
    const s = stepAt(address, i)
    words[s + STEP.waits] = (before[i] as Set<number>).size
    words[s + STEP.source] = step.source
    words[s + STEP.run] = indexOf(step.run)
    words[s + STEP.finish] = step.finish === undefined ? 0 : indexOf(step.finish) + 1
    words[s + STEP.stopAt] = step.stop?.address ?? 0
    words[s + STEP.stopRows] = step.stop?.rows ?? 0
    words[s + STEP.maxMorsel] = step.maxMorsel ?? 0
    words[s + STEP.unit] = step.unit ?? 0
    words[s + STEP.rowBase] = step.rowBase ?? 0
    words[s + STEP.from] = edge
    before.forEach((set, other) => {
      if (set.has(i)) words[at + successors + edge++] = other
    })
    words[s + STEP.to] = edge
  })
  contexts.forEach((context, i) => {
    words[slotAt(address, steps.length, i) + SLOT.context] = context
  })
  return address
}

export const readMetrics = (buffer: ArrayBufferLike, job: number, steps: number): StepMetrics[] =>
  Array.from({ length: steps }, (_, i) => {
    const words = new Uint32Array(buffer, stepAt(job, i) * 4, STEP_WORDS)
    const doubles = new Float64Array(buffer, stepAt(job, i) * 4, STEP_WORDS / 2)
    const double = (word: number) => doubles[word / 2] as number
    return {
      ms: double(STEP.end) - double(STEP.begin),
      busyMs: Number(new BigInt64Array(buffer, (stepAt(job, i) + STEP.busy) * 4, 1)[0]) / 1e6,
      rows: words[STEP.rows] as number,
      morsels: words[STEP.morsels] as number,
      firstCallUs: double(STEP.first) * 1000,
    }
  })
