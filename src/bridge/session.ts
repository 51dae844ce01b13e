/**
 * A session: a worker goes from job to job of the board, a quantum each, until there is nothing to do, a function waits for the
 * thread, or the thread's event loop should have a turn.
 */
import type { Board } from './board.ts'
import { failureOf } from './failure.ts'
import { type Failure, JOB, SLOT, slotAt } from './job.ts'
import { FINISHED, type KernelFunction, NOTHING, type Turn, type Views, Walk } from './walk.ts'

const QUANTUM_MS = 5
/** After this long a job that nobody works on may have the worker, if it has had less of the workers. */
const SHORT_QUANTUM_MS = 1
/** How long a worker without work waits for the next job: the stages of a query follow each other faster than that, and planning the next one takes less. To begin a session costs more than to be woken. */
const LINGER_MS = 20
/** The longest session, and the longest wait while a job is open. */
const SESSION_MS = 100

/** What a worker tells the main thread: more sessions are worth starting; or a job failed, or has been left by all. */
export type Report = { readonly serial: 0 } | { readonly serial: number; readonly failure?: Failure | undefined }

export interface Worker {
  readonly board: Board
  readonly views: Views
  readonly thread: number
  readonly threads: number
  /** The exports of a kernel in the module's order; nothing: this worker has not got the module. */
  readonly kernelOf: (module: number) => readonly KernelFunction[] | undefined
  readonly report: (report: Report) => void
}

export class Session {
  readonly #worker: Worker
  readonly #started = performance.now()
  /** Jobs that had nothing to do at the version last seen. */
  readonly #idle = new Set<number>()

  constructor(worker: Worker) {
    this.#worker = worker
  }

  /** The number of a module that this worker needs, 0: it needs nothing. */
  run(): number {
    const { board } = this.#worker
    const lacking = this.#rounds()
    // Another worker that waits takes over: as long as it is in its session, none is started for the job.
    if (board.anyOpen) board.tell(1)
    return lacking
  }

  #rounds(): number {
    const { board } = this.#worker
    let seen = board.version
    for (;;) {
      const version = board.version
      if (version !== seen) {
        seen = version
        this.#idle.clear()
      }
      const ms = performance.now() - this.#started
      if (board.closing || ms > SESSION_MS || (ms > QUANTUM_MS && board.yieldsToCall())) return 0
      const place = board.enter(this.#idle)
      if (place >= 0) {
        const lacking = this.#visit(place)
        if (lacking !== 0) return lacking
      } else if (board.yieldsToCall() || !board.wait(seen, board.anyOpen ? SESSION_MS : LINGER_MS)) return 0
    }
  }

  /** Works on the job at a place, inside of which this worker is. */
  #visit(place: number): number {
    const { board, views, report, thread } = this.#worker
    const { words } = views
    const job = board.job(place)
    const serial = board.serial(place)
    const holder = this.#take(job)
    let lacking = 0
    let context = 0
    const turn = new Visit(this.#worker, place, (now) => now - this.#started > SESSION_MS)
    try {
      const kernel = this.#worker.kernelOf(board.module(place))
      if (kernel === undefined) lacking = board.module(place)
      else {
        const walk = new Walk(views, job, holder.slot, kernel, turn)
        context = walk.context
        const outcome = walk.run()
        if (outcome === FINISHED) board.close(place)
        else if (outcome === NOTHING) this.#idle.add(place)
      }
    } catch (cause) {
      // The other slots stop at their next morsel; the first failure told is the one reported.
      Atomics.store(words, job / 4 + JOB.stopped, 1)
      Atomics.store(words, job / 4 + JOB.failed, 1)
      board.close(place)
      report({ serial, failure: failureOf(words, cause, context) })
    }
    turn.charge(performance.now())
    Atomics.compareExchange(words, holder.at, thread, 0)
    if (board.leave(place)) report({ serial })
    return lacking
  }

  /** There are no more workers inside than slots. */
  #take(job: number): { readonly slot: number; readonly at: number } {
    const { words } = this.#worker.views
    const steps = words[job / 4 + JOB.steps] as number
    for (let slot = 0; ; slot++) {
      const at = slotAt(job, steps, slot) + SLOT.holder
      if (Atomics.compareExchange(words, at, 0, this.#worker.thread) === 0) return { slot, at }
    }
  }
}

/** The time a worker is inside a job. */
class Visit implements Turn {
  readonly #worker: Worker
  readonly #place: number
  readonly #late: (now: number) => boolean
  #since = performance.now()
  #charged = this.#since
  #seen: number

  constructor(worker: Worker, place: number, late: (now: number) => boolean) {
    this.#worker = worker
    this.#place = place
    this.#late = late
    this.#seen = worker.board.version
  }

  over(now: number): boolean {
    const { board } = this.#worker
    const ms = now - this.#since
    if (ms > QUANTUM_MS) {
      this.charge(now)
      this.#since = now
      return board.closing || board.callWaits || this.#late(now) || board.isBehind(this.#place, false)
    }
    if (ms < SHORT_QUANTUM_MS || board.version === this.#seen) return false
    this.#seen = board.version
    this.charge(now)
    return board.isBehind(this.#place, true)
  }

  ask(slots: number): void {
    const { board, report, threads } = this.#worker
    if (!board.ask(this.#place, slots)) return
    board.tell(slots)
    if (board.sessions < threads) report({ serial: 0 })
  }

  changed(slots: number): void {
    this.ask(slots)
    this.#worker.board.tell(slots)
  }

  charge(now: number): void {
    this.#worker.board.charge(this.#place, now - this.#charged)
    this.#charged = now
  }
}
