/** Memory to load tables into, with the runtime's functions: above 2 GiB, or wherever there is room. */
import { readFileSync } from 'node:fs'
import { type Lease, SharedMemory } from '../../src/bridge/memory.ts'

let runtime: WebAssembly.Module | undefined

export const openMemory = ({ budget = 1 << 30, lowest = 0 } = {}): SharedMemory => {
  runtime ??= new WebAssembly.Module(readFileSync(new URL('../../dist/runtime.wasm', import.meta.url)))
  return SharedMemory.create({ budget, lowest, runtime })
}

export const highLease = (): Lease => openMemory({ lowest: 2.75 * 2 ** 30 }).lease()
