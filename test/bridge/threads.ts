/**
 * Pools on real threads. They are the built package's, since a worker needs a file that Node can load; the types are those of its
 * sources. What a test of the importing file has started ends with it, and must have given back its memory.
 */
import { afterEach, expect } from 'vitest'
import type { SharedMemory as Memory } from '../../src/bridge/memory.ts'
import type { Pool as Threads } from '../../src/bridge/pool.ts'
import { emptyRuntime } from './kernels.ts'

const built = async (path: string) => await import(new URL(`../../dist/${path}`, import.meta.url).href)
const { SharedMemory } = (await built('bridge/memory.js')) as typeof import('../../src/bridge/memory.ts')
const { Pool } = (await built('bridge/pool.js')) as typeof import('../../src/bridge/pool.ts')

export const MiB = 1024 * 1024
const open: { pool: Threads; memory: Memory }[] = []

export const start = (threads: number, { budget = 512 * MiB, lowest, runtime = emptyRuntime }: { budget?: number; lowest?: number; runtime?: WebAssembly.Module } = {}) => {
  const memory = SharedMemory.create({ budget, lowest })
  const pool = Pool.create({ threads, memory, runtime })
  open.push({ pool, memory })
  return { memory, pool }
}

afterEach(async () => {
  for (const { pool, memory } of open.splice(0)) {
    await pool.close()
    expect(memory.inUse).toBe(0)
  }
})

export const rejection = async (promise: Promise<unknown>): Promise<any> => {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('expected a rejection')
}
