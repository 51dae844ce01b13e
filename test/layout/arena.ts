/** A bump allocator for tests, over its own shared buffer or above 2 GiB of a full-size one. */
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

/** Addresses from 3 GiB on; the memory is reserved lazily. */
export const highArena = (): TestArena => bump(new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true }).buffer, 3 * 2 ** 30)
