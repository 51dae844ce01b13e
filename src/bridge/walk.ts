/**
 * A slot's way through the steps of a job, on a worker: enter, take morsels by atomics, leave; the last to leave finishes. The
 * slots of a job meet only in its control block, so a stage of several pipelines runs without coming back to the main thread,
 * except to let other queries have the thread.
 */
import { CONTEXT } from './low-memory.ts'
import { DONE, FINISHED, FINISHING, JOB, LEFT, MORE, type Outcome, RUNNING, SIGNAL, SLOT, STEP, slotAt, slotsFor, stepAt, WAITING } from './job.ts'

const QUANTUM_MS = 5
/** A morsel should take no longer than this, so that quanta and aborts are kept. */
const MORSEL_MS = 2
const MORSEL_MIN = 1024
const MORSEL_MAX = 65536
/** Work left that is worth waking another slot for. */
const HELP_MS = 0.3
const WAIT_MS = 2
/** A wait while other tasks are queued: long enough not to spin through the main thread. */
const BUSY_WAIT_MS = 0.25
const LONGEST_WAIT_MS = 100

export interface Views {
  readonly words: Int32Array<ArrayBufferLike>
  readonly doubles: Float64Array<ArrayBufferLike>
  readonly signals: Int32Array<ArrayBufferLike>
}

export type KernelFunction = (ctx: number, from?: number, to?: number) => void

export class Walk {
  readonly #words: Int32Array<ArrayBufferLike>
  readonly #doubles: Float64Array<ArrayBufferLike>
  readonly #signals: Int32Array<ArrayBufferLike>
  readonly #job: number
  readonly #slots: number
  readonly #steps: number
  readonly #slot: number
  readonly context: number
  readonly #exports: readonly KernelFunction[]
  readonly #call: (slots: number) => void
  readonly #started = performance.now()

  /** `call` asks the main thread to start this many slots in all. */
  constructor(views: Views, job: number, slot: number, exports: readonly KernelFunction[], call: (slots: number) => void) {
    this.#words = views.words
    this.#doubles = views.doubles
    this.#signals = views.signals
    this.#job = job
    this.#slots = this.#words[job / 4 + JOB.slots] as number
    this.#steps = this.#words[job / 4 + JOB.steps] as number
    this.#slot = slotAt(job, this.#steps, slot)
    this.context = (this.#words[this.#slot + SLOT.context] as number) >>> 0
    this.#exports = exports
    this.#call = call
  }

  /** Throws what a kernel throws. */
  run(): Outcome {
    const words = this.#words
    for (let step = words[this.#slot + SLOT.step] as number; step < this.#steps; step++) {
      words[this.#slot + SLOT.step] = step
      const at = stepAt(this.#job, step)
      if (words[this.#slot + SLOT.inside] === 0) {
        if (Atomics.load(words, at + STEP.state) === DONE) continue
        this.#enter(at)
      }
      const outcome = this.#morsels(at)
      if (outcome !== FINISHED) return outcome
      if (this.#leave(at) || step === this.#steps - 1) continue
      const waited = this.#wait(at)
      if (waited !== FINISHED) return waited
    }
    return FINISHED
  }

  get #stopped(): boolean {
    return Atomics.load(this.#words, this.#job / 4 + JOB.stopped) !== 0
  }

  get #contended(): boolean {
    return Atomics.load(this.#signals, SIGNAL.queued) > 0
  }

  #enter(at: number): void {
    const words = this.#words
    Atomics.add(words, at + STEP.active, 1)
    words[this.#slot + SLOT.inside] = 1
    if (Atomics.compareExchange(words, at + STEP.begun, 0, 1) === 0) this.#doubles[(at + STEP.begin) / 2] = this.#now()
    const source = ((words[at + STEP.source] as number) >>> 0) / 4
    this.#help(slotsFor((words[source] as number) >>> 0, this.#slots))
  }

  /** FINISHED when no morsel is left to take. */
  #morsels(at: number): typeof FINISHED | typeof LEFT | typeof MORE {
    const words = this.#words
    const run = this.#exports[words[at + STEP.run] as number] as KernelFunction
    const source = ((words[at + STEP.source] as number) >>> 0) / 4
    const rows = (words[source] as number) >>> 0
    const stopAt = ((words[at + STEP.stopAt] as number) >>> 0) / 4
    const stopRows = (words[at + STEP.stopRows] as number) >>> 0
    const largest = Math.min(
      (words[at + STEP.maxMorsel] as number) >>> 0 || MORSEL_MAX,
      Math.max(MORSEL_MIN, Math.ceil(rows / (4 * this.#slots * MORSEL_MIN)) * MORSEL_MIN),
      MORSEL_MAX,
    )
    let cap = largest
    for (;;) {
      if (this.#stopped) return LEFT
      if (stopAt !== 0 && Atomics.load(words, stopAt) >>> 0 >= stopRows) return FINISHED
      const taken = Atomics.load(words, at + STEP.cursor) >>> 0
      if (taken >= rows) return FINISHED
      // The ramp follows the rows taken by all: small morsels first, so that optimised code is there early.
      const ramp = Math.max(MORSEL_MIN, Math.floor(taken / (2 * this.#slots * MORSEL_MIN)) * MORSEL_MIN)
      const size = Math.min(cap, ramp)
      const from = Atomics.add(words, at + STEP.cursor, size) >>> 0
      if (from >= rows) return FINISHED
      const to = Math.min(rows, from + size)
      const before = performance.now()
      this.#rows(run, source, from, to)
      const now = performance.now()
      if (from === 0) this.#doubles[(at + STEP.first) / 2] = now - before
      Atomics.add(words, at + STEP.rows, to - from)
      Atomics.add(words, at + STEP.morsels, 1)
      const perRow = (now - before) / (to - from)
      cap = Math.max(Math.min(MORSEL_MIN, largest), Math.min(largest, Math.floor(MORSEL_MS / perRow / MORSEL_MIN) * MORSEL_MIN))
      this.#help(Math.min(this.#slots, Math.floor(((rows - to) * perRow) / HELP_MS) + 1))
      if (now - this.#started > QUANTUM_MS && this.#contended) return MORE
    }
  }

  /** Global rows [from, to): one call for each batch they touch. */
  #rows(run: KernelFunction, source: number, from: number, to: number): void {
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
      words[ctx + CONTEXT.rowBase / 4] = first
      run(this.context, row - first, end - first)
      row = end
    }
  }

  /** True when the step is done: this slot was the last, and finished it. */
  #leave(at: number): boolean {
    const words = this.#words
    words[this.#slot + SLOT.inside] = 0
    if (Atomics.sub(words, at + STEP.active, 1) !== 1) return false
    if (Atomics.compareExchange(words, at + STEP.state, RUNNING, FINISHING) !== RUNNING) return false
    const finish = words[at + STEP.finish] as number
    if (finish !== 0) (this.#exports[finish - 1] as KernelFunction)(this.context)
    this.#doubles[(at + STEP.end) / 2] = this.#now()
    Atomics.store(words, at + STEP.state, DONE)
    Atomics.notify(words, at + STEP.state)
    return true
  }

  #wait(at: number): typeof FINISHED | typeof LEFT | typeof WAITING {
    const words = this.#words as Int32Array<SharedArrayBuffer>
    const until = performance.now() + LONGEST_WAIT_MS
    for (;;) {
      const state = Atomics.load(words, at + STEP.state)
      if (state === DONE) return FINISHED
      if (this.#stopped) return LEFT
      Atomics.wait(words, at + STEP.state, state, this.#contended ? BUSY_WAIT_MS : WAIT_MS)
      if (Atomics.load(words, at + STEP.state) !== DONE && (this.#contended || performance.now() > until)) return WAITING
    }
  }

  /** Asks for more slots, once for each that is not yet asked for. */
  #help(slots: number): void {
    const asked = this.#job / 4 + JOB.asked
    for (let now = Atomics.load(this.#words, asked); now < slots; now = Atomics.load(this.#words, asked)) {
      if (Atomics.compareExchange(this.#words, asked, now, slots) !== now) continue
      this.#call(slots)
      return
    }
  }

  /** Threads have clocks of different origin. */
  #now(): number {
    return performance.timeOrigin + performance.now()
  }
}
