/**
 * A job: the pipelines of one stage as steps over source blocks, and the block in shared memory by which its slots schedule
 * themselves. Words are u32, addresses relative to the block:
 *
 *   +0 serial   +4 stopped (Stopped)   +8 slots   +12 steps   +16 slots asked for
 *   +64 steps, 96 bytes each (STEP)    then slots, 16 bytes each (SLOT)
 */
import type { Lease } from './memory.ts'

export interface JobStep {
  /** Kernel export (ctx, from, to): void over rows of one batch of `source`. */
  readonly run: string
  /** Address of a source block; read when the step begins (an earlier step's finish may write it). */
  readonly source: number
  /** Kernel export (ctx): void, called once by the last slot to leave the step. */
  readonly finish?: string | undefined
  /** No further morsel is taken once the u32 at `address` reaches `rows` (LIMIT). */
  readonly stop?: { readonly address: number; readonly rows: number } | undefined
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
  /** Run one after the other; a step begins when the one before has finished. */
  readonly steps: readonly JobStep[]
  /** The job's control block is allocated from it; the caller releases it after the job has settled. */
  readonly lease: Lease
}

export interface StepMetrics {
  /** From the first slot's entry to the end of finish. */
  readonly ms: number
  /** Rows handed to the kernel. */
  readonly rows: number
  readonly morsels: number
  /** The first call of the step's kernel: includes V8's lazy compilation, where there is some. */
  readonly firstCallUs: number
}

export const JOB = { serial: 0, stopped: 1, slots: 2, steps: 3, asked: 4 } as const
export const JOB_WORDS = 16

/** Word offsets in a step. `begin`, `end` (ms since the epoch) and `first` (ms) are f64. */
export const STEP = {
  state: 0,
  cursor: 1,
  active: 2,
  source: 3,
  run: 4,
  finish: 5,
  stopAt: 6,
  stopRows: 7,
  maxMorsel: 8,
  rows: 9,
  morsels: 10,
  begun: 11,
  begin: 12,
  end: 14,
  first: 16,
} as const
export const STEP_WORDS = 24
/** States of a step. */
export const RUNNING = 0
export const FINISHING = 1
export const DONE = 2

/** Word offsets in a slot; `inside` = 1 while it counts in the active slots of its step. */
export const SLOT = { context: 0, step: 1, inside: 2 } as const
export const SLOT_WORDS = 4

export const stepAt = (job: number, step: number): number => job / 4 + JOB_WORDS + step * STEP_WORDS
export const slotAt = (job: number, steps: number, slot: number): number => stepAt(job, steps) + slot * SLOT_WORDS

/** Words of the pool's signal block, shared with every worker. */
export const SIGNAL = { queued: 0 } as const

/** What a task tells when it returns. */
export const LEFT = 0
export const FINISHED = 1
export const MORE = 2
export const WAITING = 3
export const MISSING = 4
export type Outcome = typeof LEFT | typeof FINISHED | typeof MORE | typeof WAITING | typeof MISSING

/** A task that ended its job: a raised error when `raise` is not 0, else a trap. */
export interface Failure {
  readonly message: string
  readonly raise: number
  readonly site: number
  readonly detail?: string | undefined
}

/** One quantum of one slot. `code` comes along only while workers may lack the module. */
export interface Task {
  readonly job: number
  readonly slot: number
  readonly module: number
  readonly code?: WebAssembly.Module | undefined
}

/** A worker's message to the main thread: the job has work for this many slots. */
export interface Call {
  readonly job: number
  readonly serial: number
  readonly slots: number
}

const ROWS_PER_SLOT = 16384
/** Slots worth waking for `rows` of which nothing else is known. */
export const slotsFor = (rows: number, slots: number): number => Math.max(1, Math.min(slots, Math.ceil(rows / ROWS_PER_SLOT)))

/** Allocates and fills a job's control block. */
export const writeJob = (words: Int32Array<ArrayBufferLike>, job: Job, serial: number): number => {
  const { steps, contexts, lease } = job
  const exports = WebAssembly.Module.exports(job.module).map(({ name }) => name)
  const indexOf = (name: string): number => {
    const index = exports.indexOf(name)
    if (index < 0) throw new TypeError(`Kernel ${job.key} has no export ${name}.`)
    return index
  }
  const address = lease.allocate((JOB_WORDS + steps.length * STEP_WORDS + contexts.length * SLOT_WORDS) * 4)
  const at = address / 4
  words[at + JOB.serial] = serial
  words[at + JOB.slots] = contexts.length
  words[at + JOB.steps] = steps.length
  steps.forEach((step, i) => {
    const s = stepAt(address, i)
    words[s + STEP.source] = step.source
    words[s + STEP.run] = indexOf(step.run)
    words[s + STEP.finish] = step.finish === undefined ? 0 : indexOf(step.finish) + 1
    words[s + STEP.stopAt] = step.stop?.address ?? 0
    words[s + STEP.stopRows] = step.stop?.rows ?? 0
    words[s + STEP.maxMorsel] = step.maxMorsel ?? 0
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
      rows: words[STEP.rows] as number,
      morsels: words[STEP.morsels] as number,
      firstCallUs: double(STEP.first) * 1000,
    }
  })
