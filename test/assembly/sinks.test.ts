import { describe, expect, it } from 'vitest'
import { Harness, random, seed } from './harness.ts'

const SINK = 64
const { below, bits } = random(seed)
const tupleHash = (i: number) => Math.imul(i, 0x9e3779b1) >>> 0

/** High half of a 32 × 32-bit product. */
const mulHigh = (a: number, b: number): number => {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16]
  const middle = a1 * b0 + ((a0 * b0) >>> 16)
  const other = a0 * b1 + (middle & 0xffff)
  return (a1 * b1 + Math.floor(middle / 65536) + Math.floor(other / 65536)) >>> 0
}
/** A word's hash, in halves: the optimising compiler of Node 20 aborts on the same in BigInts. */
const wordHash = (low: number, high: number): number => {
  const folded = (low ^ high) >>> 0
  const [m0, m1] = [0x7f4a7c15, 0x9e3779b9]
  return (Math.imul(folded, m0) ^ (mulHigh(folded, m0) + Math.imul(folded, m1) + Math.imul(high, m0))) >>> 0
}

/** Appends a tuple as a kernel does; its address. */
const append = (h: Harness, sink: number, ctx = h.ctx): number => {
  const stride = h.get(sink + 20)
  if (h.get(sink) === h.get(sink + 4)) h.runtime.sink_chunk?.(ctx, sink)
  const tuple = h.get(sink)
  if (tuple + stride > h.get(sink + 4)) throw new Error('the tuple leaves its chunk')
  h.set(sink, tuple + stride)
  h.set(sink + 8, h.get(sink + 8) + 1)
  return tuple
}

const newSink = (h: Harness, ctx: number, stride: number): number => {
  h.bytes.fill(0, ctx + SINK, ctx + SINK + 96)
  h.set(ctx + SINK + 20, stride)
  return ctx + SINK
}

/** The tuple addresses of a source block. */
const tuplesAt = (h: Harness, out: number): number[] => {
  const [rows, batches, table] = [h.get(out), h.get(out + 4), h.get(out + 8)]
  expect(batches).toBe(1)
  expect([h.get(table), h.get(table + 4), h.get(table + 12)]).toEqual([rows, 0, 0])
  return Array.from({ length: rows }, (_, i) => h.get(h.get(table + 8) + 4 * i))
}

describe(`sinks, seed ${seed}`, () => {
  it('chunks grow from 16 to 256 KiB and hold whole tuples', () => {
    for (const stride of [8, 24, 40, 4096]) {
      const h = new Harness()
      const sink = newSink(h, h.ctx, stride)
      const seen = new Set<number>()
      for (let i = 0; i < 20000; i++) {
        const tuple = append(h, sink)
        if (tuple % 8) throw new Error('not aligned')
        h.set(tuple, i)
        seen.add(tuple)
      }
      expect(seen.size).toBe(20000)
      const sizes: number[] = []
      let used = 0
      for (let chunk = h.get(sink + 12); chunk; chunk = h.get(chunk)) {
        sizes.push(h.get(chunk + 12))
        used += h.get(chunk) ? h.get(chunk + 4) : h.get(sink) - chunk - 16
      }
      expect(used).toBe(20000 * stride)
      const expected = Math.max(16384, 64 * stride + 16)
      expect(sizes[0]).toBe(expected)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.max(262144, expected))
      const out = h.reserve(16)
      h.call('dict_pointers', sink, out)
      const tuples = tuplesAt(h, out)
      expect(tuples.map((tuple) => h.get(tuple))).toEqual(Array.from({ length: 20000 }, (_, i) => i))
    }
  })

  for (const [name, kind, shift, at] of [['tagged', 0, 3, 4], ['32-bit words', 1, 3, 4], ['64-bit words', 2, 4, 8]] as const)
    it(`a dict of ${name} finds every group again after growing, and touches no tuple for it`, () => {
      const h = new Harness()
      const sink = newSink(h, h.ctx, 16)
      h.call('dict_grow', sink, kind)
      // a hash tells a pair of entries, and the mask counts pairs
      expect(h.get(sink + 28)).toBe(511)
      // every third tag is another's too; words are all different, 0 is one of them
      const lowOf = (i: number) => (kind === 0 ? tupleHash(i - (i % 3 === 0 ? 1 : 0)) : tupleHash(i))
      const highOf = (i: number) => (kind === 2 ? (i * 1001) >>> 0 : 0)
      const find = (i: number): number => {
        const [directory, mask] = [h.get(sink + 24), h.get(sink + 28)]
        const [low, high] = [lowOf(i), highOf(i)]
        const last = mask * 2 + 1
        for (let slot = (((kind === 0 ? low : wordHash(low, high)) & mask) >>> 0) * 2; ; slot = (slot + 1) & last) {
          const entry = directory + (slot << shift)
          const tuple = h.get(entry + at)
          if (tuple === 0) return -entry
          if (h.get(entry) === low && (kind !== 2 || h.get(entry + 4) === high) && (kind !== 0 || h.get(tuple + 8) === i)) return tuple
        }
      }
      for (let i = 0; i < 30000; i++) {
        const place = find(i)
        expect(place).toBeLessThan(0)
        const tuple = append(h, sink)
        h.set(tuple, 0xffffffff)
        h.set(tuple + 8, i)
        h.set(-place, lowOf(i))
        if (kind === 2) h.set(-place + 4, highOf(i))
        h.set(-place + at, tuple)
        if (h.get(sink + 8) > h.get(sink + 28)) h.call('dict_grow', sink, kind)
      }
      expect(h.get(sink + 28)).toBe(32767)
      for (let i = 0; i < 30000; i++) expect(h.get(find(i) + 8)).toBe(i)
    })

  it('words whose values lie in a few of their bits find places near their own', () => {
    const double = new Float64Array(1)
    const halves = new Uint32Array(double.buffer)
    const bitsOf = (x: number): [number, number] => {
      double[0] = x
      return [halves[0] as number, halves[1] as number]
    }
    const shapes: Record<string, (i: number) => [low: number, high: number]> = {
      'small integers': (i) => [i, 0],
      'negative integers': (i) => [-i >>> 0, i ? 0xffffffff : 0],
      'whole doubles': bitsOf,
      'doubles of hundredths': (i) => bitsOf(i / 100),
      'the upper half': (i) => [0, i],
      'the highest bits': (i) => [0, (i << 18) >>> 0],
      'multiples of 4096': (i) => [i << 12, i >>> 20],
      'equal pairs': (i) => [i, i],
      'pairs of few by few': (i) => [i >> 7, i & 127],
      'nullable numbers': (i) => [i, 1],
      'random words': () => [below(4294967296), below(4294967296)],
    }
    for (const [name, make] of Object.entries(shapes)) {
      const h = new Harness()
      const sink = newSink(h, h.ctx, 8)
      h.call('dict_grow', sink, 2)
      const keys = [...new Map(Array.from({ length: 8000 }, (_, i) => make(i)).map((key) => [key.join(), key])).values()]
      let steps = 0
      for (const [i, [low, high]] of keys.entries()) {
        const [directory, mask] = [h.get(sink + 24), h.get(sink + 28)]
        const last = mask * 2 + 1
        let slot = ((wordHash(low, high) & mask) >>> 0) * 2
        for (; h.get(directory + slot * 16 + 8); slot = (slot + 1) & last) steps++
        h.set(directory + slot * 16, low)
        h.set(directory + slot * 16 + 4, high)
        h.set(directory + slot * 16 + 8, append(h, sink))
        if (i + 1 > mask) h.call('dict_grow', sink, 2)
      }
      // about half a step for a hash that is random; without either fold some of these take ten and more
      expect(steps / keys.length, name).toBeLessThan(1.5)
    }
  })

  /** Appends tuples to the sinks of some slots, each beginning with what `word` gives, and makes a directory over all of them. */
  const joined = (h: Harness, slots: readonly number[], word: () => number, extent: number, marks: 0 | 1) => {
    const expected = new Map<number, number[]>()
    let total = 0
    for (const slot of slots) {
      const ctx = h.get(h.contexts + 4 * slot)
      const sink = newSink(h, ctx, 24)
      for (let i = 0; i < 3000 * Math.max(slot, 1); i++) {
        const tuple = append(h, sink, ctx)
        const w = word()
        h.set(tuple, w)
        expected.set(w, [...(expected.get(w) ?? []), tuple])
        total++
      }
    }
    const out = h.reserve(128)
    h.bytes.fill(0, out, out + 128)
    h.call('join_begin', SINK, out, extent, 24, marks)
    const parts = h.get(out + 32)
    for (let part = 0; part < parts; part++) h.call('join_enter', out, 24, part, part + 1)
    return { out, parts, expected, total, directory: h.get(out + 16), mask: h.get(out + 20), missing: h.get(out + 24), chained: h.get(out + 28) }
  }
  const ascending = (list: readonly number[]) => list.toSorted((a, b) => a - b)
  const chainAt = (h: Harness, head: number): number[] => {
    const found: number[] = []
    for (let tuple = h.get(head); tuple; tuple = h.get(tuple + 4)) found.push(tuple)
    return found
  }

  it('a join chains the tuples of all slots by hash, alone or with others', () => {
    for (const slots of [1, 4]) {
      const h = new Harness(slots)
      const { expected, directory, mask, total, chained, parts } = joined(h, slots === 1 ? [0] : [0, 1, 3], () => tupleHash(below(5000)), 0, 0)
      expect(total).toBe(slots === 1 ? 3000 : 15000)
      expect(mask).toBe(slots === 1 ? 8191 : 32767)
      expect(chained).toBe(1)
      // Few tuples are one part.
      if (slots === 1) expect(parts).toBe(1)
      else expect(parts).toBeGreaterThan(1)
      for (const [hash, tuples] of expected) {
        const head = directory + 8 * ((hash & mask) >>> 0)
        expect(h.get(head + 4) & (1 << (hash >>> 27))).not.toBe(0)
        expect(ascending(chainAt(h, head).filter((tuple) => h.get(tuple) === hash))).toEqual(ascending(tuples))
      }
    }
  })

  it('a join by position has an entry for each key and one that stays 0, and tells whether tuples have a next', () => {
    for (const slots of [2, 4])
      for (const extent of [9000, 600_000]) {
        const h = new Harness(slots)
        let last = 0
        const used = slots === 2 ? [0, 1] : [1, 2]
        const { out, expected, directory, mask, missing, chained, total } = joined(h, used, slots === 2 ? () => last++ : () => below(extent), extent, 1)
        expect(mask).toBe(0)
        expect(chained).toBe(slots === 2 ? 0 : 1)
        for (let position = 0; position <= extent; position++) {
          if (!expected.has(position)) expect(h.get(directory + 4 * position)).toBe(0)
        }
        for (const [position, tuples] of expected) expect(ascending(chainAt(h, directory + 4 * position))).toEqual(ascending(tuples))
        expect([0, 4, 8, 12, 16, 20].map((at) => h.get(missing + at))).toEqual([0, 0, 0, 0, 0, 0])
        expect(h.get(out)).toBe(total)
        expect(ascending(tuplesAt(h, out))).toEqual(ascending([...expected.values()].flat()))
      }
  })

  it('an empty join, dict or sort is empty', () => {
    const h = new Harness(2)
    const out = h.reserve(128)
    h.bytes.fill(0, out, out + 128)
    h.bytes.fill(0, h.ctx + SINK, h.ctx + SINK + 96)
    h.bytes.fill(0, h.get(h.contexts + 4) + SINK, h.get(h.contexts + 4) + SINK + 96)
    h.call('join_begin', SINK, out, 0, 16, 1)
    expect([h.get(out + 20), h.get(out + 32), h.get(h.get(out + 16))]).toEqual([15, 0, 0])
    expect(tuplesAt(h, out)).toEqual([])
    h.call('sort_finish', SINK, out)
    expect(tuplesAt(h, out)).toEqual([])
    h.call('dict_pointers', h.ctx + SINK, out)
    expect(tuplesAt(h, out)).toEqual([])
  })

  it('a refused reservation is MEMORY_EXCEEDED', () => {
    const h = new Harness()
    const sink = newSink(h, h.ctx, 16)
    h.limit = h.next
    expect(h.failure('sink_chunk', sink)).toBe(5)
    for (const kind of [0, 1, 2]) expect(h.failure('dict_grow', sink, kind)).toBe(5)
    expect(h.failure('arena_more', 100)).toBe(5)
    expect(h.failure('arena_more', -1)).toBe(5)
  })

  it('the arena is filled up and goes on', () => {
    const h = new Harness()
    h.set(h.ctx + 8, 0)
    h.set(h.ctx + 12, 0)
    h.call('arena_more', 10)
    expect(h.get(h.ctx + 12) - h.get(h.ctx + 8)).toBe(65536)
    h.call('arena_more', 200000)
    expect(h.get(h.ctx + 12) - h.get(h.ctx + 8)).toBe(200000)
  })
})

type Key = Buffer

/** Writes a sort tuple; payload = its number. `inline` lays the key into the tuple itself. */
const put = (h: Harness, sink: number, ctx: number, key: Key, row: number, inline = false, top = 0): void => {
  const tuple = append(h, sink, ctx)
  const at = inline ? tuple + 24 + top : h.reserve(key.length)
  h.bytes.set(key, at)
  const padded = Buffer.alloc(8)
  key.copy(padded, 0, 0, 8)
  h.view.setBigUint64(tuple, padded.readBigUInt64BE(0), true)
  h.set(tuple + 8, at)
  h.set(tuple + 12, key.length)
  h.set(tuple + 16, row)
  if (top) h.set(tuple + 20, 0)
}

const keyAt = (h: Harness, tuple: number): Key => h.bytesOf(h.view.getBigUint64(tuple + 8, true))

const KEYS: Record<string, (i: number) => Key> = {
  'random 8 bytes': () => {
    const key = Buffer.alloc(8)
    key.writeBigUInt64BE(bits(64))
    return key
  },
  'few values': () => Buffer.from([0, 0, 0, 0, 0, 0, below(3), below(40)]),
  'longer than the prefix': () => Buffer.from(`${'k'.repeat(below(3) * 11)}${below(5000)}`),
  'one long common prefix': () => Buffer.from(`${'customer number '.repeat(4)}${below(100000)}`),
  'all the same': () => Buffer.from('the very same key, forty bytes or more of it'),
  'zero bytes and prefixes of each other': () => Buffer.alloc(below(30)),
  'short letters': () => Buffer.from(Array.from({ length: below(20) }, () => below(2))),
  'ever deeper': (i) => Buffer.from('x'.repeat(i % 2000)),
}

/** What the workers do behind `sort_finish`: the rounds of parts, in any order; each slot has its turn. */
const sortAll = (h: Harness, out: number): void => {
  const parts = (run: (ctx: number, part: number) => void): void => {
    const order = Array.from({ length: h.get(out + 32) }, (_, part) => part).sort(() => below(3) - 1)
    for (const part of order) run(h.get(h.contexts + 4 * (part % h.get(h.get(h.ctx + 28) + 4))), part)
  }
  h.call('sort_finish', SINK, out)
  parts((ctx, part) => h.runtime.sort_spread?.(ctx, out, part, part + 1))
  h.call('sort_ranges', out)
  parts((ctx, part) => h.runtime.sort_part?.(ctx, ctx + SINK, out, part, part + 1))
}

describe(`sort, seed ${seed}`, () => {
  for (const [name, make] of Object.entries(KEYS))
    for (const [slots, rows, topn] of [
      [1, 20, 0],
      [3, 4000, 0],
      [2, 4000, 100],
      [2, 24576, 0],
      [3, 40000, 17000],
    ] as const)
      it(`${name}: ${rows} rows in ${slots} slots, top ${topn}`, () => {
        const h = new Harness(slots)
        const sinks = Array.from({ length: slots }, (_, slot) => {
          const ctx = h.get(h.contexts + 4 * slot)
          const sink = newSink(h, ctx, 24)
          h.set(sink + 36, topn)
          return { ctx, sink }
        })
        const keys = Array.from({ length: rows }, (_, i) => make(i))
        // Morsels of some rows each, of two pipelines, the second of which comes after the first.
        let morsel = { ctx: 0, sink: 0 }
        let left = 0
        for (const [row, key] of keys.entries()) {
          const second = row >= rows / 2
          if (left-- === 0 || row === Math.ceil(rows / 2)) {
            left = below(3000)
            morsel = sinks[below(slots)] as { ctx: number; sink: number }
            h.runtime.sort_run?.(morsel.ctx, morsel.sink, second ? 7 : 3, second ? row - Math.ceil(rows / 2) : row)
          }
          put(h, morsel.sink, morsel.ctx, key, row)
        }
        const out = h.reserve(128)
        sortAll(h, out)
        const tuples = tuplesAt(h, out)
        const expected = keys.map((_, i) => i).sort((a, b) => Buffer.compare(keys[a] as Key, keys[b] as Key) || a - b).slice(0, topn || rows)
        expect(tuples.length).toBe(expected.length)
        expect(tuples.findIndex((tuple, i) => h.get(tuple + 16) !== expected[i])).toBe(-1)
        expect(tuples.findIndex((tuple, i) => !keyAt(h, tuple).equals(keys[expected[i] as number] as Key))).toBe(-1)
      })
})

describe(`top-n, seed ${seed}`, () => {
  for (const [name, make] of Object.entries(KEYS))
    for (const topn of [1, 100, 3000])
      it(`${name}: the best ${topn}`, () => {
        const inline = name === 'random 8 bytes'
        const h = new Harness()
        const sink = newSink(h, h.ctx, 40)
        const out = h.reserve(128)
        h.bytes.fill(0, out, out + 128)
        h.set(sink + 36, topn)
        h.view.setBigUint64(sink + 40, (1n << 64n) - 1n, true)
        const keys = Array.from({ length: 16000 }, (_, i) => make(i))
        let compactions = 0
        let reserved = 0
        for (const [row, key] of keys.entries()) {
          const padded = Buffer.alloc(8)
          key.copy(padded, 0, 0, 8)
          if (padded.readBigUInt64BE(0) > h.view.getBigUint64(sink + 40, true)) continue
          if (h.get(sink + 8) >= Math.max(4096, 4 * topn) && row % 100 === 0) {
            const before = h.reserved
            h.call('topn_compact', sink, out)
            if (++compactions > 2) reserved += h.reserved - before
            expect(h.get(sink + 8)).toBe(topn)
          }
          put(h, sink, h.ctx, key, row, inline, 8)
        }
        expect(compactions).toBeGreaterThan(0)
        expect(reserved, 'bytes reserved after the second time').toBe(0)
        h.call('topn_finish', SINK, out)
        const first = keys.map((_, i) => i).sort((a, b) => Buffer.compare(keys[a] as Key, keys[b] as Key) || a - b).slice(0, topn)
        const expected = first.map((row) => keys[row] as Key)
        const tuples = tuplesAt(h, out)
        expect(tuples.length).toBe(topn)
        expect(tuples.findIndex((tuple, i) => !keyAt(h, tuple).equals(expected[i] as Key))).toBe(-1)
        expect(tuples.findIndex((tuple, i) => h.get(tuple + 16) !== first[i])).toBe(-1)
      })
})
