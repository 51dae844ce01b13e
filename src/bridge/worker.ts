/**
 * The worker entry. A worker keeps the runtime's instance and the instances of the kernels it ran lately; a task is a session at
 * the board of jobs, or a call of a JavaScript function.
 */
import { parentPort, threadId, workerData } from 'node:worker_threads'
import { ArcweldError } from '../errors.ts'
import type { Arena } from '../layout/relation.ts'
import { Board } from './board.ts'
import { CONTEXT, toAddress } from './low-memory.ts'
import { Pages } from './pages.ts'
import { Session, type Worker } from './session.ts'
import type { KernelFunction } from './walk.ts'

export interface WorkerData {
  readonly memory: WebAssembly.Memory
  readonly runtime: WebAssembly.Module
  readonly board: Int32Array<SharedArrayBuffer>
  /** Threads of the pool. */
  readonly threads: number
}

/** What a function called by `Pool.call` gets beside its payload. */
export interface CallScope {
  readonly memory: WebAssembly.Memory
  /** The runtime's exports over that memory. Addresses come back signed. */
  readonly runtime: Record<string, RuntimeFunction>
  /** Room under a lease that the caller holds open until the call has returned. */
  readonly arena: (lease: number) => Arena
  /** Address of `bytes` bytes under a lease, 16-aligned, content undefined; throws ArcweldError MEMORY_EXCEEDED. */
  readonly reserve: (lease: number, bytes: number) => number
  /** Exports of the module that went along with the call, in its order. */
  readonly kernel?: readonly KernelFunction[] | undefined
}

export type RuntimeFunction = (...args: (number | bigint)[]) => number

export interface CallTask {
  readonly url: string
  readonly name: string
  readonly payload: unknown
  /** A kernel that the function runs, by the module's number. */
  readonly kernel?: readonly [number, WebAssembly.Module] | undefined
}

export type CallResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }

/** Modules by number, as far as workers may lack them. */
export type SessionTask = readonly (readonly [number, WebAssembly.Module])[]

const KERNELS_KEPT = 256

const { memory, runtime, board, threads } = workerData as WorkerData
const words = new Int32Array(memory.buffer)
const pages = new Pages(memory, threadId + 1)

const reserve = (ctx: number, bytes: number): number => {
  const shared = toAddress(words[(toAddress(ctx) + CONTEXT.shared) >>> 2] as number)
  return pages.reserve(words[shared >>> 2] as number, toAddress(bytes))
}

const room = (lease: number, bytes: number): number => {
  const address = pages.reserve(lease, bytes)
  if (address === 0) throw new ArcweldError('MEMORY_EXCEEDED', `${bytes} more bytes do not fit.`)
  return address
}

const arena = (lease: number): Arena => ({
  buffer: memory.buffer,
  allocate: (bytes) => {
    const address = room(lease, bytes)
    if (!pages.fresh) new Uint8Array(memory.buffer, address, bytes).fill(0)
    return address
  },
})

let runtimeExports: Record<string, RuntimeFunction> | undefined

const exportsOfRuntime = (): Record<string, RuntimeFunction> => {
  runtimeExports ??= new WebAssembly.Instance(runtime, { env: { memory, reserve } }).exports as unknown as Record<string, RuntimeFunction>
  return runtimeExports
}

const kernels = new Map<number, readonly KernelFunction[]>()
/** Modules of open jobs that came here and were not needed yet. */
const codes = new Map<number, WebAssembly.Module>()

/** Nothing when the module was never sent here or is no longer kept. */
const kernelOf = (module: number): readonly KernelFunction[] | undefined => {
  const kept = kernels.get(module)
  if (kept !== undefined) {
    kernels.delete(module)
    kernels.set(module, kept)
    return kept
  }
  const code = codes.get(module)
  if (code === undefined) return undefined
  const { exports } = new WebAssembly.Instance(code, { env: { memory, reserve }, runtime: exportsOfRuntime(), math: Math })
  const functions = WebAssembly.Module.exports(code).map(({ name }) => exports[name] as KernelFunction)
  kernels.set(module, functions)
  codes.delete(module)
  for (const oldest of kernels.keys()) {
    if (kernels.size <= KERNELS_KEPT) break
    kernels.delete(oldest)
  }
  return functions
}

const worker: Worker = {
  board: new Board(board),
  views: { words, doubles: new Float64Array(memory.buffer), longs: new BigInt64Array(memory.buffer) },
  thread: threadId,
  threads,
  kernelOf,
  report: (report) => parentPort?.postMessage(report),
}

/** Holds a session; returns the number of a module that this worker lacks, or 0. */
export const session = (task: SessionTask): number => {
  for (const module of codes.keys()) if (!worker.board.hasModule(module)) codes.delete(module)
  for (const [module, code] of task) if (!kernels.has(module)) codes.set(module, code)
  return new Session(worker).run()
}

/** Calls an exported function of a module file with (payload, scope). */
export const call = async ({ url, name, payload, kernel: needed }: CallTask): Promise<CallResult> => {
  try {
    const exported = ((await import(url)) as Record<string, unknown>)[name]
    if (typeof exported !== 'function') throw new TypeError(`${url} has no exported function ${name}.`)
    if (needed && !kernels.has(needed[0])) codes.set(...needed)
    const kernel = needed && kernelOf(needed[0])
    return { ok: true, value: await exported(payload, { memory, runtime: exportsOfRuntime(), arena, reserve: room, kernel } satisfies CallScope) }
  } catch (error) {
    return { ok: false, error }
  }
}
