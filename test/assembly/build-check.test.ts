import { describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
// @ts-expect-error: plain JavaScript
import { compileRuntime } from '../../tools/build.mjs'
// @ts-expect-error: plain JavaScript
import { runtimeProblems } from '../../tools/check-runtime.mjs'
import { RUNTIME, type RuntimeFunction } from '../../src/ir/runtime.ts'
import { Harness, words } from './harness.ts'

const compile = (source: string): Promise<Uint8Array> => compileRuntime('assembly/probe.ts', { 'assembly/probe.ts': source })

describe('the build check', () => {
  it('lets the runtime and read-only data pass', async () => {
    expect(await runtimeProblems(readFileSync(new URL('../../dist/runtime.wasm', import.meta.url)))).toEqual([])
    const bytes = await compile('export function at(i: i32): u8 { return load<u8>(memory.data<u8>([3, 1, 4, 1, 5]) + i) }')
    expect(bytes.length).toBeGreaterThan(8)
  })

  const offences: [string, string, RegExp][] = [
    ['allocation', 'export function f(n: i32): usize { return heap.alloc(n) }', /grows the memory|mutable global/],
    ['a managed object', 'export function f(s: string): string { return s + "!" }', /grows the memory|mutable global/],
    ['memory.grow', 'export function f(): i32 { return memory.grow(1) }', /grows the memory/],
    ['a mutable global', 'let calls: i32 = 0\nexport function f(): i32 { return ++calls }', /mutable global/],
    ['another import', '@external("env", "now")\ndeclare function now(): f64\nexport function f(): f64 { return now() }', /imports the function env\.now/],
    ['data beyond its place', `export function f(i: i32): u8 { return load<u8>(memory.data<u8>([${'7,'.repeat(1000000)}7]) + i) }`, /static data/],
  ]
  for (const [name, source, message] of offences)
    it(`refuses ${name}`, async () => {
      await expect(compile(source)).rejects.toThrow(message)
    })

  it('says what does not compile', async () => {
    await expect(compile('export function f(): i32 { return nothing }')).rejects.toThrow(/does not compile[\s\S]*nothing/)
  })
})

describe('the runtime', () => {
  it('exports every function of the table, with its parameters', () => {
    const { runtime } = new Harness()
    const own = Object.entries<RuntimeFunction>(RUNTIME).filter(([, { host }]) => host === undefined)
    expect(own.map(([name]) => name).filter((name) => typeof runtime[name] !== 'function')).toEqual([])
    for (const [name, { params }] of own)
      expect(runtime[name]?.length, name).toBe(1 + params.reduce((sum, param) => sum + (param === 'i128' ? 2 : 1), 0))
  })

  it('keeps nothing between instances on one memory', () => {
    const h = new Harness(2)
    const second = h.instantiate()
    const other = h.get(h.contexts + 4)
    const [a, b] = [h.str('shared '), h.str('bytes')]
    const sinks = [h.ctx, other].map((ctx) => {
      h.bytes.fill(0, ctx + 64, ctx + 160)
      h.set(ctx + 84, 16)
      h.set(ctx + 8, 0)
      h.set(ctx + 12, 0)
      return ctx + 64
    })
    const seen = new Set<number>()
    const texts: (number | bigint | undefined)[] = []
    for (let i = 0; i < 50; i++)
      for (const [runtime, ctx, sink] of [
        [h.runtime, h.ctx, sinks[0]],
        [second, other, sinks[1]],
      ] as const) {
        runtime.sink_chunk?.(ctx, sink as number)
        seen.add(h.get((sink as number) + 16))
        texts.push(runtime.str_concat?.(ctx, a, b))
        runtime.i128_mul?.(ctx, ...words(BigInt(i)), ...words(BigInt(ctx)))
      }
    expect(seen.size).toBe(100)
    expect(new Set(texts).size).toBe(100)
    for (const text of texts) expect(h.text(text)).toBe('shared bytes')
    expect(h.i128()).toBe(49n * BigInt(h.ctx))
  })
})
