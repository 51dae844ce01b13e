/**
 * A slot's way through the steps of a job, on a worker: enter the first step that is ready and has work left, take morsels by
 * atomics, leave; the last to leave finishes, while the others are at other steps. The slots of a job meet only in its control
 * block, so a stage of several pipelines runs without coming back to the main thread.
 */
import { DONE, EXHAUSTED, FINISHING, JOB, RUNNING, SLOT, STEP, slotAt, slotsWorth, stepAt } from './job.ts'
import { CONTEXT } from './low-memory.ts'

/** A morsel should take no longer than this, so that quanta and aborts are kept. */
const MORSEL_MS = 2
const MORSEL_MIN = 1024
const MORSEL_MAX = 65536
/** Work left that is worth waking another slot for. */
const HELP_MS = 0.3

export interface Views {
  readonly words: Int32Array<ArrayBufferLike>
  readonly doubles: Float64Array<ArrayBufferLike>
  readonly longs: BigInt64Array<ArrayBufferLike>
}

export type KernelFunction = (ctx: number, from?: number, to?: number) => void

/** The walk's surroundings: other jobs, other workers. */
export interface Turn {
  /** Whether the worker is wanted elsewhere; asked after each morsel. */
  over(now: number): boolean
  /** The job is worth this many slots. */
  ask(slots: number): void
  /** Steps became ready, or the last one is done. */
  changed(slots: number): void
}

/** Why a walk ends: all steps are done; none has work left now; the turn is over; the job was stopped. */
export const FINISHED = 0
export const NOTHING = 1
export const MORE = 2
export const STOPPED = 3
export type Outcome = typeof FINISHED | typeof NOTHING | typeof MORE | typeof STOPPED

export class Walk {
  readonly #words: Int32Array<ArrayBufferLike>
  readonly #views: Views
  readonly #job: number
  readonly #slots: number
  readonly #steps: number
  readonly context: number
  readonly #exports: readonly KernelFunction[]
  readonly #turn: Turn
  /** All steps before are done. */
  #low = 0

  constructor(views: Views, job: number, slot: number, exports: readonly KernelFunction[], turn: Turn) {
    this.#views = views
    this.#words = views.words
    this.#job = job
    this.#slots = this.#words[job / 4 + JOB.slots] as number
    this.#steps = this.#words[job / 4 + JOB.steps] as number
    this.context = (this.#words[slotAt(job, this.#steps, slot) + SLOT.context] as number) >>> 0
    this.#exports = exports
    this.#turn = turn
  }

  /** Throws what a kernel throws. */
  run(): Outcome {
    for (;;) {
      if (this.#stopped) return STOPPED
      const at = this.#next()
      if (at < 0) return this.#done ? FINISHED : NOTHING
      const outcome = this.#work(at)
      if (outcome !== NOTHING) return outcome === MORE && this.#done ? FINISHED : outcome
    }
  }

  get #stopped(): boolean {
    return Atomics.load(this.#words, this.#job / 4 + JOB.stopped) !== 0
  }

  get #done(): boolean {
    return Atomics.load(this.#words, this.#job / 4 + JOB.done) === this.#steps
  }

  /** The first step that is ready and not exhausted, or -1. */
  #next(): number {
    const words = this.#words
    for (let step = this.#low; step < this.#steps; step++) {
      const at = stepAt(this.#job, step)
      if (Atomics.load(words, at + STEP.state) === DONE) {
        if (step === this.#low) this.#low++
      } else if (Atomics.load(words, at + STEP.waits) === 0 && (Atomics.load(words, at + STEP.active) & EXHAUSTED) === 0) return at
    }
    return -1
  }

  /** Takes part in a step: NOTHING when no morsel of it is left. */
  #work(at: number): Outcome {
    const words = this.#words
    let outcome: Outcome = NOTHING
    if ((Atomics.add(words, at + STEP.active, 1) & EXHAUSTED) === 0) {
      if (Atomics.compareExchange(words, at + STEP.begun, 0, 1) === 0) {
        this.#views.doubles[(at + STEP.begin) / 2] = sinceEpoch()
        this.#turn.ask(slotsWorth(words, this.#job))
      }
      outcome = this.#morsels(at)
      if (outcome === NOTHING) Atomics.or(words, at + STEP.active, EXHAUSTED)
    }
    if (Atomics.sub(words, at + STEP.active, 1) !== (EXHAUSTED | 1) || this.#stopped) return outcome
    // A slot that came in too late may be last a second time.
    if (Atomics.compareExchange(words, at + STEP.state, RUNNING, FINISHING) === RUNNING) this.#finish(at)
    return outcome
  }

  /** NOTHING when no morsel is left to take. */
  #morsels(at: number): Outcome {
    const words = this.#words
    const run = this.#exports[words[at + STEP.run] as number] as KernelFunction
    const source = ((words[at + STEP.source] as number) >>> 0) / 4
    const rows = (words[source] as number) >>> 0
    const stopAt = ((words[at + STEP.stopAt] as number) >>> 0) / 4
    const stopRows = (words[at + STEP.stopRows] as number) >>> 0
    const unit = (words[at + STEP.unit] as number) >>> 0
    const base = words[at + STEP.rowBase] as number
    const largest = Math.min(
      (words[at + STEP.maxMorsel] as number) >>> 0 || MORSEL_MAX,
      Math.max(MORSEL_MIN, Math.ceil(rows / (4 * this.#slots * MORSEL_MIN)) * MORSEL_MIN),
      MORSEL_MAX,
    )
    let cap = largest
    let outcome: Outcome = NOTHING
    let morsels = 0
    let taken = 0
    let busy = 0
    for (;;) {
      if (this.#stopped) {
        outcome = STOPPED
        break
      }
      if (stopAt !== 0 && Atomics.load(words, stopAt) >>> 0 >= stopRows) break
      const begun = Atomics.load(words, at + STEP.cursor) >>> 0
      if (begun >= rows) break
      // The ramp follows the rows taken by all: small morsels first, so that optimised code is there early.
      const ramp = Math.max(MORSEL_MIN, Math.floor(begun / (2 * this.#slots * MORSEL_MIN)) * MORSEL_MIN)
      const size = unit || Math.min(cap, ramp)
      const from = Atomics.add(words, at + STEP.cursor, size) >>> 0
      if (from >= rows) break
      const to = Math.min(rows, from + size)
      const before = performance.now()
      this.#rows(run, source, base, from, to)
      const now = performance.now()
      if (from === 0) this.#views.doubles[(at + STEP.first) / 2] = now - before
      morsels++
      taken += to - from
      busy += now - before
      const perRow = (now - before) / (to - from)
      cap = Math.max(Math.min(MORSEL_MIN, largest), Math.min(largest, Math.floor(MORSEL_MS / perRow / MORSEL_MIN) * MORSEL_MIN))
      this.#turn.ask(Math.min(this.#slots, Math.floor(((rows - to) * perRow) / HELP_MS) + 1))
      if (this.#turn.over(now)) {
        outcome = MORE
        break
      }
    }
    if (morsels > 0) {
      Atomics.add(words, at + STEP.rows, taken)
      Atomics.add(words, at + STEP.morsels, morsels)
      this.#busy(at, busy)
    }
    return outcome
  }

  /** Rows [from, to) of a source, before which come `base` others: one call for each batch they touch. */
  #rows(run: KernelFunction, source: number, base: number, from: number, to: number): void {
    const words = this.#words
    const ctx = this.context / 4
    const table = ((words[source + 2] as number) >>> 0) / 4
    let low = 0
    for (let high = (words[source + 1] as number) - 1; low < high; ) {
      const middle = (low + high + 1) >>> 1
      if ((words[table + middle * 4 + 1] as number) >>> 0 <= from) low = middle
      else high = middle - 1
    }
    for (let row = from; row < to; low++) {
      const batch = table + low * 4
      const first = (words[batch + 1] as number) >>> 0
      const end = Math.min(to, first + ((words[batch] as number) >>> 0))
      if (end <= row) continue
      words[ctx + CONTEXT.source / 4] = words[batch + 2] as number
      words[ctx + CONTEXT.rowBase / 4] = base + first
      run(this.context, row - first, end - first)
      row = end
    }
  }

  /** All rows are done, and no other slot is inside. */
  #finish(at: number): void {
    const words = this.#words
    const finish = words[at + STEP.finish] as number
    if (finish !== 0) {
      const before = performance.now()
      ;(this.#exports[finish - 1] as KernelFunction)(this.context)
      this.#busy(at, performance.now() - before)
    }
    this.#views.doubles[(at + STEP.end) / 2] = sinceEpoch()
    Atomics.store(words, at + STEP.state, DONE)
    const successors = ((words[this.#job / 4 + JOB.successors] as number) >>> 0) / 4
    let ready = 0
    for (let edge = words[at + STEP.from] as number; edge < (words[at + STEP.to] as number); edge++) {
      if (Atomics.sub(words, stepAt(this.#job, words[successors + edge] as number) + STEP.waits, 1) === 1) ready++
    }
    Atomics.add(words, this.#job / 4 + JOB.done, 1)
    if (ready > 0) this.#turn.changed(slotsWorth(words, this.#job))
  }

  #busy(at: number, ms: number): void {
    Atomics.add(this.#views.longs, (at + STEP.busy) / 2, BigInt(Math.round(ms * 1e6)))
  }
}

/** Threads have clocks of different origin. */
const sinceEpoch = (): number => performance.timeOrigin + performance.now()
