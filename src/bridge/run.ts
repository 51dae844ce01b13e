/**
 * A job under way, as the main thread sees it: which tasks are out, what ended it, and when it may settle. It settles only when
 * no task of it is queued or running, so that the caller can release its lease.
 */
import { type ArcweldError, ExecutionError } from '../errors.ts'
import {
  DONE,
  type Failure,
  FINISHED,
  type Job,
  JOB,
  LEFT,
  MISSING,
  type Outcome,
  readMetrics,
  SLOT,
  type StepMetrics,
  STEP,
  slotAt,
  slotsFor,
  stepAt,
  type Task,
  writeJob,
} from './job.ts'
import { KernelError } from './kernel-error.ts'
import { RAISED_MEMORY } from './low-memory.ts'

/** What a run needs of the pool. */
export interface Scheduler {
  readonly words: Int32Array<ArrayBufferLike>
  readonly buffer: ArrayBufferLike
  submit(run: Run, slot: number, first: boolean): void
  /** Takes the run's queued tasks off the queue that `which` names, and tells how many. */
  withdraw(run: Run, which: (slot: number) => boolean): number
}

export class Run {
  readonly job: Job
  readonly serial: number
  /** Address of the control block. */
  readonly address: number
  readonly result: Promise<readonly StepMetrics[]>
  /** Slots that lacked the module when they were last out. */
  readonly lacking = new Set<number>()
  readonly #scheduler: Scheduler
  #outstanding = 0
  #submitted = 0
  #failure: { readonly reason: unknown } | undefined
  #settle!: () => void

  /** Throws ArcweldError MEMORY_EXCEEDED. */
  constructor(scheduler: Scheduler, job: Job, serial: number) {
    this.#scheduler = scheduler
    this.job = job
    this.serial = serial
    this.address = writeJob(scheduler.words, job, serial)
    this.result = new Promise((resolve, reject) => {
      this.#settle = () => {
        if (this.#failure !== undefined) reject(this.#failure.reason)
        else resolve(readMetrics(scheduler.buffer, this.address, job.steps.length))
      }
    })
  }

  /** Starts as many slots as the first step's rows are worth; workers ask for more. */
  start(): void {
    const { steps, contexts } = this.job
    const first = steps[0]
    if (first === undefined) {
      this.#settle()
      return
    }
    const rows = (this.#scheduler.words[first.source / 4] as number) >>> 0
    const slots = slotsFor(rows, contexts.length)
    Atomics.store(this.#scheduler.words, this.address / 4 + JOB.asked, slots)
    this.widen(slots)
  }

  /** Makes sure that `slots` slots have been started. */
  widen(slots: number): void {
    while (this.#failure === undefined && this.#submitted < Math.min(slots, this.job.contexts.length)) this.#submit(this.#submitted++)
  }

  task(slot: number, module: number, send: boolean): Task {
    const plain = { job: this.address, slot, module }
    return send || this.lacking.delete(slot) ? { ...plain, code: this.job.module } : plain
  }

  /** A task came back. */
  returned(slot: number, outcome: Outcome | Failure): void {
    this.#outstanding--
    if (typeof outcome === 'object') this.stop(this.#errorOf(outcome))
    else if (this.#failure === undefined) {
      if (outcome === MISSING) {
        this.lacking.add(slot)
        this.#submit(slot, true)
      } else if (outcome === FINISHED) this.#dropIdle()
      else if (outcome !== LEFT) this.#submit(slot)
    }
    this.#check()
  }

  /** Ends the job with `reason`, the first one given; it settles when its tasks have left. */
  stop(reason: unknown): void {
    this.#failure ??= { reason }
    const { words } = this.#scheduler
    Atomics.store(words, this.address / 4 + JOB.stopped, 1)
    this.job.steps.forEach((_, step) => {
      const state = stepAt(this.address, step) + STEP.state
      if (Atomics.load(words, state) !== DONE) Atomics.notify(words, state)
    })
    this.#outstanding -= this.#scheduler.withdraw(this, () => true)
  }

  /** A task was lost with its worker. */
  lost(reason: ArcweldError): void {
    this.#outstanding--
    this.stop(reason)
    this.#check()
  }

  /** Like `stop`, for a caller outside of a task's return. */
  cancel(reason: unknown): void {
    if (this.#failure !== undefined) return
    this.stop(reason)
    this.#check()
  }

  #submit(slot: number, first = false): void {
    this.#outstanding++
    this.#scheduler.submit(this, slot, first)
  }

  /** One slot is through the last step: queued slots that hold no place in it have nothing left to do. */
  #dropIdle(): void {
    const { words } = this.#scheduler
    const steps = this.job.steps.length
    this.#outstanding -= this.#scheduler.withdraw(this, (slot) => words[slotAt(this.address, steps, slot) + SLOT.inside] === 0)
  }

  #check(): void {
    if (this.#outstanding === 0) this.#settle()
  }

  #errorOf({ message, raise, site, detail }: Failure): ArcweldError {
    if (raise === RAISED_MEMORY) {
      return new ExecutionError('MEMORY_EXCEEDED', `The query needs more memory than it may have; it holds ${this.job.lease.bytes} bytes.`)
    }
    if (raise !== 0) return new KernelError(raise, site, detail)
    return new ExecutionError('KERNEL_TRAP', `Kernel ${this.job.key} trapped: ${message}`)
  }
}
