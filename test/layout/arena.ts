/** Bump allocators for tests, over their own shared buffer, above 2 GiB of a full-size one, or with the runtime's functions. */
import { readFileSync } from 'node:fs'
import { ArcweldError } from '../../src/errors.ts'
import type { NestedFunctions, Workspace } from '../../src/layout/nested-nodes.ts'
import type { Arena } from '../../src/layout/relation.ts'

export interface TestArena extends Arena {
  /** Bytes handed out. */
  used(): number
}

const bump = (buffer: ArrayBufferLike, base: number): TestArena => {
  let next = base
  return {
    buffer,
    allocate(bytes) {
      const address = next
      next += Math.ceil(bytes / 16) * 16
      if (next > buffer.byteLength) throw new Error('test arena is full')
      // as wasm would hand it over: signed
      return address | 0
    },
    used: () => next - base,
  }
}

export const arenaOf = (bytes: number = 16 << 20): TestArena => bump(new SharedArrayBuffer(bytes), 64)

const fullSize = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true })

/** Addresses from 3 GiB on; the memory is reserved lazily. */
export const highArena = (): TestArena => bump(fullSize().buffer, 3 * 2 ** 30)

export interface RuntimeArena extends TestArena {
  workspace(): Workspace
}

interface Machine {
  readonly memory: WebAssembly.Memory
  readonly nested: NestedFunctions
  next: number
}

const [FIRST, LAST] = [2 << 20, 0xf000_0000]
let machine: Machine | undefined
const machineOf = (): Machine => {
  const memory = fullSize()
  const runtime = new WebAssembly.Module(readFileSync(new URL('../../dist/runtime.wasm', import.meta.url)))
  return { memory, nested: new WebAssembly.Instance(runtime, { env: { memory, reserve: () => 0 } }).exports as unknown as NestedFunctions, next: FIRST }
}

/** Converts columns of packed types. All lie in one memory, one behind the other; those of long ago are overwritten. */
export const runtimeArena = (bytes: number = 16 << 20): RuntimeArena => {
  machine ??= machineOf()
  const { memory, nested } = machine
  if (machine.next + bytes > LAST) machine.next = FIRST
  const base = machine.next
  machine.next += bytes
  const { buffer } = memory
  let next = base
  const allocate = (size: number): number => {
    const address = next
    next += Math.ceil(size / 16) * 16
    if (next > base + bytes) throw new ArcweldError('MEMORY_EXCEEDED', 'the arena is full')
    new Uint8Array(buffer, address, size).fill(0)
    return address | 0
  }
  const workspace = () => {
    const before = next
    return { buffer, nested, allocate, reserve: allocate, release: () => { next = before } }
  }
  return { buffer, available: bytes, allocate, workspace, used: () => next - base }
}
