/** Memory, pool and compile cache of one engine or backend. */
import { readFile } from 'node:fs/promises'
import { SharedMemory } from '../bridge/memory.ts'
import { Pool } from '../bridge/pool.ts'
import { ArcweldError } from '../errors.ts'
import type { Core } from './query.ts'
import { ModuleCache } from './modules.ts'

let runtime: Promise<WebAssembly.Module> | undefined

/** The AssemblyScript runtime, compiled once a process. */
export const loadRuntime = (): Promise<WebAssembly.Module> => {
  runtime ??= readFile(new URL('../runtime.wasm', import.meta.url)).then((bytes) => new WebAssembly.Module(bytes))
  return runtime
}

export interface OpenCore extends Core {
  /** Makes close() abort what a controller stands for, until the answer is called. */
  track(abort: AbortController): () => void
  close(): Promise<void>
  /** Throws ENGINE_CLOSED after close(). */
  assertOpen(): void
}

export const openCore = async (threads: number, budget: number, what: string): Promise<OpenCore> => {
  const module = await loadRuntime()
  const memory = SharedMemory.create({ budget, runtime: module })
  const pool = Pool.create({ threads, memory, runtime: module })
  const running = new Set<AbortController>()
  let closed: Promise<void> | undefined
  const error = () => new ArcweldError('ENGINE_CLOSED', `the ${what} is closed`)
  return {
    memory,
    pool,
    cache: new ModuleCache(),
    runtime: module,
    track: (abort) => {
      running.add(abort)
      return () => running.delete(abort)
    },
    close: () => {
      if (!closed) {
        closed = pool.close()
        // What is interpreted runs on this thread, and what is loaded reads files: the pool knows nothing of either.
        for (const abort of running) abort.abort(error())
      }
      return closed
    },
    assertOpen: () => {
      if (closed) throw error()
    },
  }
}
