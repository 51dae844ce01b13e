/**
 * A job under way, as the main thread sees it: its place on the board, what ended it, and when it may settle. It settles only when
 * no worker is inside, so that the caller can release its lease.
 */
import type { ArcweldError } from '../errors.ts'
import type { Board } from './board.ts'
import { kernelFailure } from './failure.ts'
import { type Failure, type Job, JOB, readMetrics, SLOT, type StepMetrics, slotAt, slotsWorth, writeJob } from './job.ts'

export class Run {
  readonly job: Job
  readonly serial: number
  readonly result: Promise<readonly StepMetrics[]>
  readonly #board: Board
  readonly #words: Int32Array<ArrayBufferLike>
  /** Address of the control block. */
  readonly #address: number
  #place = -1
  #failure: { readonly reason: unknown } | undefined
  #settle!: () => void

  /** Throws ArcweldError MEMORY_EXCEEDED. */
  constructor(board: Board, words: Int32Array<ArrayBufferLike>, job: Job, serial: number) {
    this.#board = board
    this.#words = words
    this.job = job
    this.serial = serial
    this.#address = writeJob(words, job, serial)
    this.result = new Promise((resolve, reject) => {
      this.#settle = () => {
        if (this.#failure !== undefined) reject(this.#failure.reason)
        else resolve(readMetrics(words.buffer, this.#address, job.steps.length))
      }
    })
  }

  /** Its place on the board, -1 before it has one. */
  get place(): number {
    return this.#place
  }

  /** Workers that it could use now. */
  get wanted(): number {
    return this.#place < 0 ? 0 : this.#board.wanted(this.#place)
  }

  /** Opens the job on the board. */
  open(place: number, module: number): void {
    this.#place = place
    const asked = slotsWorth(this.#words, this.#address)
    this.#board.open(place, { job: this.#address, serial: this.serial, module, slots: this.job.contexts.length, asked })
  }

  failed(failure: Failure): void {
    this.#failure ??= { reason: kernelFailure(failure, this.job) }
    this.check()
  }

  /** Ends the job with `reason`, the first one given; it settles when the workers have left. */
  cancel(reason: unknown): void {
    this.#failure ??= { reason }
    Atomics.store(this.#words, this.#address / 4 + JOB.stopped, 1)
    if (this.#place < 0) this.#settle()
    else this.#board.close(this.#place)
    this.check()
  }

  /** Takes dead workers out of the job; it fails if there were any. */
  bury(living: ReadonlySet<number>, reason: ArcweldError): void {
    if (this.#place < 0) return
    this.job.contexts.forEach((_, slot) => {
      const at = slotAt(this.#address, this.job.steps.length, slot) + SLOT.holder
      const holder = Atomics.load(this.#words, at)
      if (holder === 0 || living.has(holder)) return
      this.cancel(reason)
      Atomics.store(this.#words, at, 0)
      this.#board.leave(this.#place)
    })
    this.check()
  }

  /** Settles at once, when there are no workers any more. */
  end(): void {
    this.#settle()
  }

  /** Settles, once all have left. */
  check(): void {
    if (this.#place < 0 || !this.#board.isLeft(this.#place)) return
    // A worker that failed tells it before it leaves, but its message may come after those of others.
    if (this.#failure === undefined && Atomics.load(this.#words, this.#address / 4 + JOB.failed) !== 0) return
    this.#settle()
  }
}
