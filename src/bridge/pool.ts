/**
 * The pool of worker threads. Jobs lie open on a board in shared memory, where workers find them; the main thread only sees to it
 * that workers are there (sessions), gives threads to functions that are called, and settles jobs. It never waits.
 */
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { ArcweldError, ExecutionError, OptionError } from '../errors.ts'
import { Board, PLACES } from './board.ts'
import type { Job, StepMetrics } from './job.ts'
import type { SharedMemory } from './memory.ts'
import { Run } from './run.ts'
import type { Report } from './session.ts'
import type { CallResult, CallTask, SessionTask, WorkerData } from './worker.ts'

export interface PoolOptions {
  /** Worker threads, at least 1. */
  readonly threads: number
  readonly memory: SharedMemory
  /** The AssemblyScript runtime, compiled; its exports are the kernels' `runtime` imports. */
  readonly runtime: WebAssembly.Module
}

export interface RunOptions {
  /** An abort rejects with `signal.reason`, once every slot has left the job. */
  readonly signal?: AbortSignal | undefined
}

/** A function that waits for a thread. */
interface Waiting {
  start(): Promise<void>
  drop(): void
}

/** A module is known to workers by a number. */
interface Known {
  readonly id: number
  /** Sessions that it went along with, since a worker lacked it last. */
  sent: number
}

/** How long close() lets running tasks leave by themselves before their threads are ended. */
const CLOSE_MS = 250

export class Pool {
  readonly threads: number
  readonly #memory: SharedMemory
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #piscina: Piscina
  readonly #board = Board.create()
  readonly #runs = new Map<number, Run>()
  /** Who has the board's places, and runs that wait for one. */
  readonly #placed: (Run | undefined)[] = []
  readonly #unplaced = new Set<Run>()
  readonly #calls: Waiting[] = []
  readonly #modules = new WeakMap<WebAssembly.Module, Known>()
  #moduleCount = 0
  #serial = 0
  /** Threads at work, and how many of them are in sessions. */
  #inflight = 0
  #sessions = 0
  /** A function was started last. */
  #called = false
  #closing: Promise<void> | undefined
  #idle: (() => void) | undefined

  private constructor({ threads, memory, runtime }: PoolOptions) {
    this.threads = threads
    this.#memory = memory
    this.#words = new Int32Array(memory.buffer)
    this.#piscina = new Piscina({
      filename: fileURLToPath(new URL('./worker.js', import.meta.url)),
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      recordTiming: false,
      // All three modes take the same 25–35 µs a task here; this one leaves the workers' event loops running for called functions.
      atomics: 'disabled',
      workerData: { memory: memory.memory, runtime, board: this.#board.words, threads } satisfies WorkerData,
    })
    this.#piscina.on('message', (report: Report) => this.#reported(report))
    // A worker that dies idle is replaced; there is no query to tell.
    this.#piscina.on('error', () => {})
  }

  /** Threads start at once and are reused by every job. Throws OptionError INVALID_OPTION. */
  static create(options: PoolOptions): Pool {
    const { threads } = options
    if (!Number.isInteger(threads) || threads < 1 || threads > 1024) throw new OptionError('INVALID_OPTION', `threads must be 1 to 1024, not ${threads}.`)
    return new Pool(options)
  }

  /**
   * Runs a job. Settles when no thread touches the job's memory any more. Rejects KernelError for an error the query raised,
   * ExecutionError KERNEL_TRAP, MEMORY_EXCEEDED, WORKER_DIED, ENGINE_CLOSED, or `signal.reason`.
   */
  async run(job: Job, { signal }: RunOptions = {}): Promise<readonly StepMetrics[]> {
    this.#assertOpen()
    signal?.throwIfAborted()
    if (job.steps.length === 0) return []
    const run = new Run(this.#board, this.#words, job, ++this.#serial)
    this.#runs.set(run.serial, run)
    this.#unplaced.add(run)
    const abort = () => this.#cancel(run, signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    this.#place()
    this.#pump()
    try {
      return await run.result
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#runs.delete(run.serial)
      this.#unplaced.delete(run)
      if (run.place >= 0) this.#vacate(run.place)
      if (this.#unplaced.size > 0) {
        this.#place()
        this.#pump()
      }
    }
  }

  /**
   * Calls a function exported by a module file in a worker, as (payload, CallScope); rejects what it throws. Payload and result
   * are structured clones; what is in `transfer` moves. The function finds the exports of `kernel` in its scope.
   */
  async call(filename: URL, name: string, payload: unknown, transfer: readonly ArrayBuffer[] = [], kernel?: WebAssembly.Module): Promise<unknown> {
    this.#assertOpen()
    const task: CallTask = { url: filename.href, name, payload, ...(kernel ? { kernel: [this.#moduleOf(kernel).id, kernel] } : {}) }
    const result = await new Promise<CallResult>((resolve, reject) => {
      this.#calls.push({
        drop: () => reject(closed()),
        start: async () => {
          try {
            resolve(await this.#piscina.run(task, { name: 'call', transferList: [...transfer] }))
          } catch (cause) {
            if ((cause as Error).name === 'DataCloneError') reject(cause)
            else reject(await this.#lost(cause))
          }
        },
      })
      this.#pump()
    })
    if (!result.ok) throw result.error
    return result.value
  }

  /** Ends every thread; what still runs is rejected ENGINE_CLOSED. The pool holds nothing that keeps the process alive. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** A run that has no place yet must not get one any more: it is settled, and nobody would take it off the board. */
  #cancel(run: Run, reason: unknown): void {
    this.#unplaced.delete(run)
    run.cancel(reason)
  }

  #reported(report: Report): void {
    if (report.serial === 0) {
      this.#pump()
      return
    }
    const run = this.#runs.get(report.serial)
    if ('failure' in report && report.failure !== undefined) run?.failed(report.failure)
    else run?.check()
  }

  /** Gives runs their places on the board, in the order they came. */
  #place(): void {
    for (const run of this.#unplaced) {
      const free = this.#placed.indexOf(undefined)
      const place = free < 0 ? this.#placed.length : free
      if (place === PLACES) return
      this.#placed[place] = run
      this.#unplaced.delete(run)
      run.open(place, this.#moduleOf(run.job.module).id)
    }
  }

  /** The lowest places are used, so that workers look at few. */
  #vacate(place: number): void {
    this.#placed[place] = undefined
    while (this.#placed.length > 0 && this.#placed.at(-1) === undefined) this.#placed.pop()
    this.#board.top = this.#placed.length
  }

  /** Starts what threads are free for. Functions come first, except that jobs get a session now and then where functions fill the pool. */
  #pump(): void {
    if (this.#closing !== undefined) return
    const wanted = this.#wanted()
    while (this.#inflight < this.threads) {
      const session = this.#sessions < wanted
      if (this.#calls.length > 0 && !(session && this.#sessions === 0 && this.#called)) {
        this.#called = true
        this.#occupy((this.#calls.shift() as Waiting).start())
      } else if (session) {
        this.#called = false
        this.#sessions++
        this.#occupy(this.#session().finally(() => this.#sessions--))
      } else break
    }
    this.#board.sessions = this.#sessions
    this.#board.callsWait(this.#calls.length)
  }

  /** Sessions that open jobs could use; one at least while any is unsettled, so that the process lives to settle it. */
  #wanted(): number {
    let wanted = 0
    for (const run of this.#runs.values()) {
      wanted += run.wanted
      if (wanted >= this.threads) return this.threads
    }
    return this.#runs.size > 0 ? Math.max(1, wanted) : 0
  }

  #occupy(task: Promise<void>): void {
    this.#inflight++
    void task.finally(() => {
      this.#inflight--
      this.#pump()
      if (this.#inflight === 0) this.#idle?.()
    })
  }

  async #session(): Promise<void> {
    const task: [number, WebAssembly.Module][] = []
    for (const { job } of this.#runs.values()) {
      const known = this.#moduleOf(job.module)
      if (known.sent >= this.threads || task.some(([id]) => id === known.id)) continue
      known.sent++
      task.push([known.id, job.module])
    }
    try {
      const lacking: number = await this.#piscina.run(task satisfies SessionTask, { name: 'session' })
      for (const { job } of this.#runs.values()) {
        const known = this.#moduleOf(job.module)
        if (known.id === lacking) known.sent = 0
      }
    } catch (cause) {
      if (this.#closing === undefined) this.#recover(died(cause))
    }
    for (const run of this.#runs.values()) run.check()
  }

  /** Tasks fail in piscina only with their thread: it died, or the pool was closed. */
  async #lost(cause: unknown): Promise<ArcweldError> {
    if (this.#closing !== undefined) {
      await this.#closing
      return closed()
    }
    const error = died(cause)
    this.#recover(error)
    return error
  }

  /** After a worker died: what it held is taken from it, and jobs that it was inside of fail. */
  #recover(error: ArcweldError): void {
    const living = this.#piscina.threads.map((thread) => thread.threadId)
    this.#memory.recover(living)
    for (const run of this.#runs.values()) run.bury(new Set(living), error)
  }

  #moduleOf(module: WebAssembly.Module): Known {
    let known = this.#modules.get(module)
    if (known === undefined) {
      known = { id: ++this.#moduleCount, sent: 0 }
      this.#modules.set(module, known)
    }
    return known
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closed()
  }

  async #close(): Promise<void> {
    for (const run of this.#runs.values()) this.#cancel(run, closed())
    for (const call of this.#calls.splice(0)) call.drop()
    this.#board.shut()
    if (this.#inflight > 0) {
      let timer: NodeJS.Timeout | undefined
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#idle = resolve
        }),
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, CLOSE_MS)
        }),
      ])
      clearTimeout(timer)
    }
    await this.#piscina.destroy()
    this.#memory.recover([])
    for (const run of this.#runs.values()) run.end()
  }
}

const died = (cause: unknown): ArcweldError => new ExecutionError('WORKER_DIED', 'A worker thread ended while it ran the query.', { cause })

const closed = (): ArcweldError => new ArcweldError('ENGINE_CLOSED', 'The engine was closed.')
