/** Leases: accounts, budgets, reuse of pages, addresses above 2 GiB, and a lock whose holder is gone. */
import { describe, expect, test } from 'vitest'
import { CONTROL, PAGE } from '../../src/bridge/low-memory.ts'
import { SharedMemory } from '../../src/bridge/memory.ts'
import { type ArcweldError, OptionError } from '../../src/errors.ts'

const MiB = 1024 * 1024

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return (error as ArcweldError).code
  }
  return 'none'
}

describe('leases', () => {
  test('small requests share a run of pages but no cache line, are zeroed and 128-aligned', () => {
    const memory = SharedMemory.create({ budget: 64 * MiB })
    const lease = memory.lease()
    const a = lease.allocate(5)
    const b = lease.allocate(100)
    expect(a % 128).toBe(0)
    expect(b - a).toBe(128)
    expect(a).toBeGreaterThanOrEqual(2 * MiB)
    expect(lease.bytes).toBe(256 * 1024)
    new Uint8Array(lease.buffer, b, 100).fill(255)
    lease.release()
    expect(memory.inUse).toBe(0)
    const again = memory.lease()
    const c = again.allocate(4096)
    expect(c).toBe(a)
    expect(new Uint8Array(again.buffer, c, 4096).every((byte) => byte === 0)).toBe(true)
  })

  test('large requests get pages of their own, zeroed also when they were used before', () => {
    const memory = SharedMemory.create({ budget: 64 * MiB })
    const one = memory.lease()
    const a = one.allocate(3 * MiB)
    new Uint8Array(one.buffer, a, 3 * MiB).fill(7)
    one.release()
    one.release()
    const two = memory.lease()
    const b = two.allocate(3 * MiB)
    expect(b).toBe(a)
    expect(new Uint8Array(two.buffer, b, 3 * MiB).every((byte) => byte === 0)).toBe(true)
    expect(two.bytes).toBe(3 * MiB)
    expect(codeOf(() => one.allocate(1))).toBe('MEMORY_EXCEEDED')
  })

  test('the budget over all leases, and the limit of one', () => {
    const memory = SharedMemory.create({ budget: 4 * MiB })
    const one = memory.lease(MiB)
    expect(codeOf(() => one.allocate(MiB + 1))).toBe('MEMORY_EXCEEDED')
    one.allocate(MiB)
    expect(codeOf(() => one.allocate(16))).toBe('MEMORY_EXCEEDED')
    const two = memory.lease()
    expect(codeOf(() => two.allocate(3 * MiB + 1))).toBe('MEMORY_EXCEEDED')
    two.allocate(3 * MiB - PAGE)
    // Only one page is left: small requests make do with it.
    two.allocate(16)
    expect(memory.inUse).toBe(4 * MiB)
    expect(codeOf(() => two.allocate(PAGE))).toBe('MEMORY_EXCEEDED')
    one.release()
    two.allocate(PAGE)
    two.release()
    expect(memory.inUse).toBe(0)
    expect(memory.peak).toBe(4 * MiB)
    expect(() => SharedMemory.create({ budget: 0 })).toThrow(OptionError)
  })

  test('random leases never overlap and all return (seeded)', () => {
    const seed = 20260607
    let state = seed
    const random = (n: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * n)
    }
    const memory = SharedMemory.create({ budget: 256 * MiB, lowest: 2 ** 31 - 8 * MiB })
    const open: { lease: ReturnType<SharedMemory['lease']>; mark: number; parts: { at: number; bytes: number }[] }[] = []
    const check = ({ lease, mark, parts }: (typeof open)[number]) => {
      for (const { at, bytes } of parts) {
        const words = new Uint32Array(lease.buffer, at, bytes >>> 2)
        expect([words[0], words.at(-1)], `seed ${seed}`).toEqual([mark, mark])
      }
    }
    for (let i = 0; i < 3000; i++) {
      if (open.length === 0 || random(10) < 2) open.push({ lease: memory.lease(), mark: i + 1, parts: [] })
      const entry = open[random(open.length)] as (typeof open)[number]
      if (random(12) === 0) {
        check(entry)
        entry.lease.release()
        open.splice(open.indexOf(entry), 1)
        continue
      }
      const bytes = 16 + 16 * random(random(3) === 0 ? 60000 : 500)
      try {
        const at = entry.lease.allocate(bytes)
        const words = new Uint32Array(entry.lease.buffer, at, bytes >>> 2)
        expect(words[0]).toBe(0)
        expect(words.at(-1)).toBe(0)
        words[0] = entry.mark
        words[words.length - 1] = entry.mark
        entry.parts.push({ at, bytes })
      } catch (error) {
        expect((error as ArcweldError).code).toBe('MEMORY_EXCEEDED')
      }
    }
    for (const entry of open) {
      check(entry)
      entry.lease.release()
    }
    expect(memory.inUse).toBe(0)
  })

  test('the whole memory but its last page', () => {
    const memory = SharedMemory.create({ budget: 2 ** 32, lowest: 2 ** 32 - 4 * PAGE })
    const lease = memory.lease()
    const at = lease.allocate(3 * PAGE)
    expect(at + 3 * PAGE).toBe(2 ** 32 - PAGE)
    expect(codeOf(() => lease.allocate(16))).toBe('MEMORY_EXCEEDED')
  })

  test('finding pages stays quick in a full memory', () => {
    const memory = SharedMemory.create({ budget: 2 ** 32 })
    const keep = memory.lease()
    const holes = memory.lease()
    for (let i = 0; i < 5000; i++) {
      keep.reserve(PAGE)
      holes.reserve(PAGE)
    }
    holes.release()
    const started = performance.now()
    const lease = memory.lease()
    for (let i = 0; i < 2000; i++) lease.reserve(2 * PAGE)
    const us = ((performance.now() - started) / 2000) * 1000
    expect(us).toBeLessThan(50)
  })

  test('a lock whose holder is dead is broken and the accounts are rebuilt', () => {
    const memory = SharedMemory.create({ budget: 64 * MiB })
    const lease = memory.lease()
    lease.allocate(MiB)
    const words = new Int32Array(memory.buffer)
    words[CONTROL / 4] = 999
    words[CONTROL / 4 + 5] = 12345
    memory.recover([])
    expect(memory.inUse).toBe(MiB)
    words[CONTROL / 4] = 998
    const started = performance.now()
    lease.allocate(MiB)
    expect(performance.now() - started).toBeGreaterThan(1500)
    expect(memory.inUse).toBe(2 * MiB)
    expect(lease.bytes).toBe(2 * MiB)
    lease.release()
    expect(memory.inUse).toBe(0)
  })
})
