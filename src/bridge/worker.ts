/**
 * The worker entry. A worker keeps the runtime's instance and the instances of the kernels it ran lately; a task is a quantum of
 * one slot of a job, or a call of a JavaScript function.
 */
import { parentPort, threadId, workerData } from 'node:worker_threads'
import { ArcweldError } from '../errors.ts'
import type { Arena } from '../layout/relation.ts'
import { type Call, type Failure, JOB, MISSING, type Outcome, type Task } from './job.ts'
import { CONTEXT, toAddress } from './low-memory.ts'
import { Pages } from './pages.ts'
import { type KernelFunction, Walk } from './walk.ts'

export interface WorkerData {
  readonly memory: WebAssembly.Memory
  readonly runtime: WebAssembly.Module
  readonly signals: Int32Array<SharedArrayBuffer>
}

/** What a function called by `Pool.call` gets beside its payload. */
export interface CallScope {
  readonly memory: WebAssembly.Memory
  /** Room under a lease that the caller holds open until the call has returned. */
  readonly arena: (lease: number) => Arena
}

export interface CallTask {
  readonly url: string
  readonly name: string
  readonly payload: unknown
}

export type CallResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }

const KERNELS_KEPT = 256

const { memory, runtime, signals } = workerData as WorkerData
const words = new Int32Array(memory.buffer)
const views = { words, doubles: new Float64Array(memory.buffer), signals }
const pages = new Pages(memory, threadId + 1)

const reserve = (ctx: number, bytes: number): number => {
  const shared = toAddress(words[(toAddress(ctx) + CONTEXT.shared) >>> 2] as number)
  return pages.reserve(words[shared >>> 2] as number, toAddress(bytes))
}

const arena = (lease: number): Arena => ({
  buffer: memory.buffer,
  allocate: (bytes) => {
    const address = pages.reserve(lease, bytes)
    if (address === 0) throw new ArcweldError('MEMORY_EXCEEDED', `${bytes} more bytes do not fit.`)
    if (!pages.fresh) new Uint8Array(memory.buffer, address, bytes).fill(0)
    return address
  },
})

let runtimeExports: Record<string, unknown> | undefined
const kernels = new Map<number, readonly KernelFunction[]>()

/** The kernel's exports in the module's order, or nothing when the module was never sent here or is no longer kept. */
const kernelOf = ({ module, code }: Task): readonly KernelFunction[] | undefined => {
  const kept = kernels.get(module)
  if (kept !== undefined) {
    kernels.delete(module)
    kernels.set(module, kept)
    return kept
  }
  if (code === undefined) return undefined
  runtimeExports ??= new WebAssembly.Instance(runtime, { env: { memory, reserve } }).exports
  const { exports } = new WebAssembly.Instance(code, { env: { memory, reserve }, runtime: runtimeExports, math: Math })
  const functions = WebAssembly.Module.exports(code).map(({ name }) => exports[name] as KernelFunction)
  kernels.set(module, functions)
  for (const oldest of kernels.keys()) {
    if (kernels.size <= KERNELS_KEPT) break
    kernels.delete(oldest)
  }
  return functions
}

/** A trap with the context's error slot set is an error that the query raised. */
const failureOf = (cause: unknown, ctx: number): Failure => {
  const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  const word = (offset: number) => toAddress(words[(ctx + offset) >>> 2] as number)
  const raise = ctx === 0 ? 0 : word(CONTEXT.error)
  if (raise === 0) return { message, raise, site: 0 }
  const length = word(CONTEXT.detail + 4)
  const detail = length === 0 ? undefined : Buffer.from(memory.buffer as ArrayBuffer, word(CONTEXT.detail), length).toString('utf8')
  return { message, raise, site: word(CONTEXT.site), detail }
}

/** Runs one quantum of one slot. */
export const run = (task: Task): Outcome | Failure => {
  let ctx = 0
  try {
    const kernel = kernelOf(task)
    if (kernel === undefined) return MISSING
    const serial = words[task.job / 4 + JOB.serial] as number
    const walk = new Walk(views, task.job, task.slot, kernel, (slots) => {
      parentPort?.postMessage({ job: task.job, serial, slots } satisfies Call)
    })
    ctx = walk.context
    return walk.run()
  } catch (cause) {
    // The other slots stop at their next morsel; the first failure told is the one reported.
    Atomics.store(words, task.job / 4 + JOB.stopped, 1)
    return failureOf(cause, ctx)
  }
}

/** Calls an exported function of a module file with (payload, scope). */
export const call = async ({ url, name, payload }: CallTask): Promise<CallResult> => {
  try {
    const exported = ((await import(url)) as Record<string, unknown>)[name]
    if (typeof exported !== 'function') throw new TypeError(`${url} has no exported function ${name}.`)
    return { ok: true, value: await exported(payload, { memory, arena } satisfies CallScope) }
  } catch (error) {
    return { ok: false, error }
  }
}
