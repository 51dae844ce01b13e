/** JSON read in process: the workers' tasks on this thread, over a memory of their own, in parts of as many bytes as a case asks for. */
import { readFileSync } from 'node:fs'
import { SharedMemory } from '../../src/bridge/memory.ts'
import { Pages } from '../../src/bridge/pages.ts'
import type { Pool } from '../../src/bridge/pool.ts'
import type { CallScope, RuntimeFunction } from '../../src/bridge/worker.ts'
import { ArcweldError } from '../../src/errors.ts'
import { type ApiValue, readTuples } from '../../src/layout/rows.ts'
import { typeName } from '../../src/layout/types.ts'
import { type JsonSource, openJson } from '../../src/sources/ndjson.ts'
import type { JsonOptions } from '../../src/sources/ndjson/options.ts'
import * as tasks from '../../src/sources/ndjson/tasks.ts'
import { TypesLearned } from '../../src/sources/text/learning.ts'

const runtime = new WebAssembly.Module(readFileSync(new URL('../../dist/runtime.wasm', import.meta.url)))
const CONTEXT_SHARED = 7

export interface Place {
  readonly memory: SharedMemory
  readonly pool: Pool
}

/** Above 2 GiB, so that addresses reach JavaScript negative. */
export const openPlace = (budget = 2 ** 30): Place => {
  const memory = SharedMemory.create({ budget, lowest: 0x9000_0000, runtime })
  const words = new Int32Array(memory.buffer)
  const pages = new Pages(memory.memory, 7)
  const reserve = (context: number, bytes: number): number => pages.reserve(words[words[(context >>> 2) + CONTEXT_SHARED]! >>> 2]!, bytes >>> 0) | 0
  const room = (lease: number, bytes: number): number => {
    const address = pages.reserve(lease, bytes)
    if (address === 0) throw new ArcweldError('MEMORY_EXCEEDED', `${bytes} more bytes do not fit.`)
    return address
  }
  const scope: CallScope = {
    memory: memory.memory,
    runtime: new WebAssembly.Instance(runtime, { env: { memory: memory.memory, reserve } }).exports as unknown as Record<string, RuntimeFunction>,
    reserve: room,
    arena: (lease) => ({
      buffer: memory.buffer,
      allocate: (bytes) => {
        const address = room(lease, bytes)
        new Uint8Array(memory.buffer, address, bytes).fill(0)
        return address
      },
    }),
  }
  const call = async (_module: URL, name: string, task: unknown): Promise<unknown> => structuredClone((tasks as unknown as Record<string, (task: unknown, scope: CallScope) => unknown>)[name]!(structuredClone(task), scope))
  return { memory, pool: { call, threads: 2 } as unknown as Pool }
}

export interface Read {
  readonly names: readonly string[]
  readonly types: readonly string[]
  readonly rows: readonly (readonly ApiValue[])[]
  readonly source: JsonSource
  /** How often types were learned. */
  readonly learned: number
}

/** All columns; types are learned as an engine learns them. Everything is given back afterwards. */
export const readJson = async (place: Place, path: string, options: JsonOptions = {}, columns?: readonly string[]): Promise<Read> => {
  const source = await openJson(path, options, options.format ?? 'json', place)
  for (let learned = 0; ; learned++) {
    const lease = place.memory.lease()
    try {
      const { relation } = await source.load(columns ?? source.fields.map(({ name }) => name), lease)
      return { names: relation.columns.map(({ name }) => name), types: relation.columns.map(({ type }) => typeName(type)), rows: readTuples(lease.buffer, relation), source, learned }
    } catch (error) {
      if (!(error instanceof TypesLearned) || learned > 1) throw error
    } finally {
      lease.release()
    }
  }
}
