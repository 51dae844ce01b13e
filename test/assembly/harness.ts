/**
 * The compiled runtime over a shared memory whose structures lie above 2 GiB: `reserve` bumps from 0x9000_0000, so that every
 * address reaches JavaScript negative unless it is made unsigned.
 */
import { readFileSync } from 'node:fs'
import { mulberry32 } from '../random.ts'
import { testSeed } from '../seed.ts'

export type Exports = Record<string, (...args: (number | bigint)[]) => number | bigint | undefined>

const BASE = 0x9000_0000

const compiled = new WebAssembly.Module(readFileSync(new URL('../../dist/runtime.wasm', import.meta.url)))

export class Harness {
  readonly memory = new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true })
  readonly bytes = new Uint8Array(this.memory.buffer)
  readonly view = new DataView(this.memory.buffer)
  readonly runtime: Exports
  next = BASE
  limit = 0xfff0_0000
  reserved = 0
  /** Of slot 0, with one context in the shared block. */
  ctx: number
  readonly contexts: number

  constructor(slots = 1) {
    this.runtime = this.instantiate()
    this.contexts = this.reserve(4 * slots)
    const shared = this.reserve(16)
    this.set(shared + 4, slots)
    this.set(shared + 8, this.contexts)
    for (let slot = 0; slot < slots; slot++) {
      const ctx = this.reserve(4096)
      this.set(ctx + 28, shared)
      this.set(this.contexts + 4 * slot, ctx)
    }
    this.ctx = this.get(this.contexts)
  }

  /** One more instance on the same memory. */
  instantiate(): Exports {
    const reserve = (_ctx: number, bytes: number) => this.reserve(bytes >>> 0) | 0
    return new WebAssembly.Instance(compiled, { env: { memory: this.memory, reserve } }).exports as unknown as Exports
  }

  /** 16-aligned and dirty, as the bridge's; 0 when refused. */
  reserve(bytes: number): number {
    const address = this.next
    if (address + bytes > this.limit) return 0
    this.next = Math.ceil((address + bytes) / 16) * 16
    this.reserved += bytes
    if (bytes <= 1 << 20 && this.reserved > 65536) this.bytes.fill(0xa5, address, this.next)
    return address
  }

  get(address: number): number {
    return this.view.getUint32(address, true)
  }
  set(address: number, value: number): void {
    this.view.setUint32(address, value, true)
  }
  call(name: string, ...args: (number | bigint)[]): number | bigint | undefined {
    return this.runtime[name]?.(this.ctx, ...args)
  }
  /** Calls what is bound to fail; the code in the error slot. */
  failure(name: string, ...args: (number | bigint)[]): number {
    this.set(this.ctx, 0)
    try {
      this.call(name, ...args)
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error
      return this.get(this.ctx)
    }
    return 0
  }

  /** A str over bytes, at an odd address. */
  str(content: string | Uint8Array): bigint {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const address = this.reserve(bytes.length + 1) + 1
    this.bytes.set(bytes, address)
    return (BigInt(bytes.length) << 32n) | BigInt(address)
  }
  /** The bytes of a str, copied. */
  bytesOf(str: number | bigint | undefined): Buffer {
    const slice = BigInt.asUintN(64, BigInt(str ?? 0))
    const address = Number(slice & 0xffffffffn)
    return Buffer.from(this.bytes.slice(address, address + Number(slice >> 32n)))
  }
  text(str: number | bigint | undefined): string {
    return this.bytesOf(str).toString()
  }

  /** The 128-bit result of the last call. */
  i128(): bigint {
    return BigInt.asIntN(128, (this.view.getBigUint64(this.ctx + 40, true) << 64n) | this.view.getBigUint64(this.ctx + 32, true))
  }
}

/** (lo, hi) of an i128. */
export const words = (value: bigint): [bigint, bigint] => [BigInt.asIntN(64, value), BigInt.asIntN(64, value >> 64n)]

/** A small generator, so that a failing case is told by its seed. */
export const random = (seed: number) => {
  const next = mulberry32(seed)
  const below = (n: number) => Math.floor(next() * n)
  const bits = (n: number) => {
    let value = 0n
    for (let i = 0; i < n; i += 32) value = (value << 32n) | BigInt(below(4294967296))
    return BigInt.asUintN(n, value)
  }
  return { next, below, bits, pick: <T>(items: readonly T[]): T => items[below(items.length)] as T }
}

export const seed = testSeed()
