/**
 * The pool of worker threads. Tasks wait in a queue here and never in piscina's: so a job that is over can take its tasks back,
 * and workers are told whether anyone waits (only then does a quantum end early).
 */
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { ArcweldError, ExecutionError, OptionError } from '../errors.ts'
import { type Call, type Failure, type Job, type Outcome, SIGNAL, type StepMetrics } from './job.ts'
import type { SharedMemory } from './memory.ts'
import { Run, type Scheduler } from './run.ts'
import type { CallResult, CallTask, WorkerData } from './worker.ts'

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

interface Queued {
  readonly run: Run | undefined
  readonly slot: number
  start(): Promise<void>
  drop(): void
}

/** How long close() lets running tasks leave by themselves before their threads are ended. */
const CLOSE_MS = 250

export class Pool {
  readonly threads: number
  readonly #memory: SharedMemory
  readonly #scheduler: Scheduler
  readonly #piscina: Piscina
  readonly #signals: Int32Array<SharedArrayBuffer>
  readonly #queue: Queued[] = []
  readonly #runs = new Map<number, Run>()
  /** A module is known to workers by a number; `held`: some worker has it. */
  readonly #modules = new WeakMap<WebAssembly.Module, { readonly id: number; held: boolean }>()
  #moduleCount = 0
  #serial = 0
  #inflight = 0
  #closing: Promise<void> | undefined
  #idle: (() => void) | undefined

  private constructor({ threads, memory, runtime }: PoolOptions) {
    this.threads = threads
    this.#memory = memory
    this.#scheduler = {
      buffer: memory.buffer,
      words: new Int32Array(memory.buffer),
      submit: (run, slot, first) => this.#enqueue({ run, slot, drop: () => {}, start: () => this.#quantum(run, slot) }, first),
      withdraw: (run, which) => this.#withdraw(run, which),
    }
    this.#signals = new Int32Array(new SharedArrayBuffer(16))
    this.#piscina = new Piscina({
      filename: fileURLToPath(new URL('./worker.js', import.meta.url)),
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      recordTiming: false,
      // All three modes take the same 25–35 µs a task here; this one leaves the workers' event loops running for called functions.
      atomics: 'disabled',
      workerData: { memory: memory.memory, runtime, signals: this.#signals } satisfies WorkerData,
    })
    this.#piscina.on('message', (call: Call) => {
      const run = this.#runs.get(call.serial)
      if (run?.address === call.job) run.widen(call.slots)
    })
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
    const run = new Run(this.#scheduler, job, ++this.#serial)
    this.#runs.set(run.serial, run)
    const abort = () => run.cancel(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    run.start()
    try {
      return await run.result
    } finally {
      this.#runs.delete(run.serial)
      signal?.removeEventListener('abort', abort)
    }
  }

  /**
   * Calls a function exported by a module file in a worker, as (payload, {memory}); rejects what it throws. Payload and result
   * are structured clones; what is in `transfer` moves.
   */
  async call(filename: URL, name: string, payload: unknown, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    this.#assertOpen()
    const task: CallTask = { url: filename.href, name, payload }
    const result = await new Promise<CallResult>((resolve, reject) => {
      this.#enqueue({
        run: undefined,
        slot: 0,
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
    })
    if (!result.ok) throw result.error
    return result.value
  }

  /** Ends every thread; what still runs is rejected ENGINE_CLOSED. The pool holds nothing that keeps the process alive. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #withdraw(run: Run, which: (slot: number) => boolean): number {
    const before = this.#queue.length
    for (let i = before - 1; i >= 0; i--) {
      const task = this.#queue[i] as Queued
      if (task.run === run && which(task.slot)) this.#queue.splice(i, 1)
    }
    this.#tellQueued()
    return before - this.#queue.length
  }

  async #quantum(run: Run, slot: number): Promise<void> {
    const module = this.#moduleOf(run.job.module)
    let outcome: Outcome | Failure
    try {
      outcome = await this.#piscina.run(run.task(slot, module.id, !module.held), { name: 'run' })
      module.held = true
    } catch (cause) {
      run.lost(await this.#lost(cause))
      return
    }
    run.returned(slot, outcome)
  }

  /** Tasks fail in piscina only with their thread: it died, or the pool was closed. */
  async #lost(cause: unknown): Promise<ArcweldError> {
    if (this.#closing !== undefined) {
      await this.#closing
      return closed()
    }
    this.#recover()
    return new ExecutionError('WORKER_DIED', 'A worker thread ended while it ran the query.', { cause })
  }

  #recover(): void {
    this.#memory.recover(this.#piscina.threads.map((thread) => thread.threadId))
  }

  #moduleOf(module: WebAssembly.Module): { readonly id: number; held: boolean } {
    let known = this.#modules.get(module)
    if (known === undefined) {
      known = { id: ++this.#moduleCount, held: false }
      this.#modules.set(module, known)
    }
    return known
  }

  #enqueue(task: Queued, first = false): void {
    if (first) this.#queue.unshift(task)
    else this.#queue.push(task)
    this.#pump()
  }

  #pump(): void {
    while (this.#inflight < this.threads && this.#queue.length > 0) {
      const task = this.#queue.shift() as Queued
      this.#inflight++
      void task.start().finally(() => {
        this.#inflight--
        this.#pump()
        if (this.#inflight === 0) this.#idle?.()
      })
    }
    this.#tellQueued()
  }

  #tellQueued(): void {
    Atomics.store(this.#signals, SIGNAL.queued, this.#queue.length)
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closed()
  }

  async #close(): Promise<void> {
    for (const run of this.#runs.values()) run.cancel(closed())
    for (const task of this.#queue.splice(0)) task.drop()
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
    this.#recover()
  }
}

const closed = (): ArcweldError => new ArcweldError('ENGINE_CLOSED', 'The engine was closed.')
