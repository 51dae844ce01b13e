/**
 * Group by a dense, a 64-bit, a packed and a string key, and the search in strings. The tables in JavaScript are open addressing
 * over typed arrays; strings are compared as bytes where they lie.
 */
import { call, columnsOf, field, groupLines, groups, integers, type Answer, type KernelCase, literal, param, sums } from './kernel-case.ts'
import type { Arena, Relation } from '../dist/layout/relation.js'

const SLOTS = 1 << 16
const MASK = SLOTS - 1

interface Groups {
  readonly keys: readonly (readonly unknown[])[]
  readonly sums: ArrayLike<number>
  readonly counts: ArrayLike<number>
}
const read = ({ keys, sums, counts }: Groups): Answer => groupLines(keys, Array.from(sums), Array.from(counts))
const fromMap = (map: ReadonlyMap<unknown, { sum: number; count: number }>): Groups => {
  const all = [...map.values()]
  return { keys: [[...map.keys()]], sums: all.map((g) => g.sum), counts: all.map((g) => g.count) }
}
/** The kernel's result: keys of `words` 32-bit words each, then sum and count. */
const answerOf = (...words: readonly number[]) => (relation: Relation, memory: Arena): Answer => {
  const columns = columnsOf(relation, memory)
  const at = words.length
  return groupLines(words.map((w, i) => integers(columns[i]!, w)), integers(columns[at]!, 2), integers(columns[at + 1]!, 2))
}

const mix = (low: number, high: number): number => {
  const h = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1)
  return (h ^ (h >>> 15)) & MASK
}

/** Hash tables of a loop's own. */
const table = () => ({ slots: new Int32Array(SLOTS), low: new Int32Array(SLOTS), high: new Int32Array(SLOTS), sums: new Float64Array(SLOTS), counts: new Int32Array(SLOTS) })
const found = ({ sums, counts }: ReturnType<typeof table>, n: number, keys: Groups['keys']): Groups => ({ keys, sums: sums.subarray(0, n), counts: counts.subarray(0, n) })

const GROUPS: readonly KernelCase[] = [
  {
    name: 'group by dense key', columns: ['dense', 'b32'], beside: ['a32'],
    program: (source) => groups(source, [field('i32', 0)], field('i32', 1), [{ min: 0n, extent: 1000 }]),
    overColumns: ([k, v], rows) => {
      const sums = new Float64Array(1000)
      const counts = new Int32Array(1000)
      const x = k!.i32
      const y = v!.i32
      return () => {
        sums.fill(0)
        counts.fill(0)
        for (let i = 0; i < rows; i++) {
          const key = x[i]!
          sums[key]! += y[i]!
          counts[key]!++
        }
        return { keys: [Array.from(sums, (_, i) => i)], sums, counts }
      }
    },
    overRows: ({ i32 }, rows) => {
      const sums = new Float64Array(1000)
      const counts = new Int32Array(1000)
      return () => {
        sums.fill(0)
        counts.fill(0)
        for (let i = 0, at = 2; i < rows; i++, at += 8) {
          const key = i32[at]!
          sums[key]! += i32[at + 2]!
          counts[key]!++
        }
        return { keys: [Array.from(sums, (_, i) => i)], sums, counts }
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => () => {
      const map = new Map<number, { sum: number; count: number }>()
      for (const { a, b } of objects) {
        const g = map.get(a)
        if (g) {
          g.sum += b
          g.count++
        } else map.set(a, { sum: b, count: 1 })
      }
      return fromMap(map)
    },
    read,
    answer: answerOf(1),
  },
  {
    name: 'group by 64-bit key', columns: ['key64', 'b32'], beside: ['a32'],
    program: (source) => groups(source, [field('i64', 0)], field('i32', 1)),
    overColumns: ([k, v], rows) => {
      const t = table()
      const { slots, low, high, sums, counts } = t
      const x = k!.i32
      const y = v!.i32
      return () => {
        slots.fill(0)
        let n = 0
        for (let i = 0; i < rows; i++) {
          const a = x[i * 2]!
          const b = x[i * 2 + 1]!
          let at = mix(a, b)
          let g = slots[at]!
          while (g !== 0 && (low[g] !== a || high[g] !== b)) g = slots[(at = (at + 1) & MASK)]!
          if (g === 0) {
            g = ++n
            slots[at] = g
            low[g] = a
            high[g] = b
            sums[g] = 0
            counts[g] = 0
          }
          sums[g]! += y[i]!
          counts[g]!++
        }
        return { t, n }
      }
    },
    overRows: ({ i32 }, rows) => {
      const t = table()
      const { slots, low, high, sums, counts } = t
      return () => {
        slots.fill(0)
        let n = 0
        for (let i = 0, row = 2; i < rows; i++, row += 8) {
          const a = i32[row]!
          const b = i32[row + 1]!
          let at = mix(a, b)
          let g = slots[at]!
          while (g !== 0 && (low[g] !== a || high[g] !== b)) g = slots[(at = (at + 1) & MASK)]!
          if (g === 0) {
            g = ++n
            slots[at] = g
            low[g] = a
            high[g] = b
            sums[g] = 0
            counts[g] = 0
          }
          sums[g]! += i32[row + 2]!
          counts[g]!++
        }
        return { t, n }
      }
    },
    overObjects: (objects: { a: bigint; b: number }[]) => () => {
      const map = new Map<bigint, { sum: number; count: number }>()
      for (const { a, b } of objects) {
        const g = map.get(a)
        if (g) {
          g.sum += b
          g.count++
        } else map.set(a, { sum: b, count: 1 })
      }
      return fromMap(map)
    },
    read: (result: Groups | { t: ReturnType<typeof table>; n: number }) => read(!('t' in result) ? result : shifted(result, (t, n) => [Array.from({ length: n }, (_, g) => (BigInt(t.high[g + 1]!) << 32n) | BigInt(t.low[g + 1]! >>> 0))])),
    answer: answerOf(2),
  },
  {
    name: 'group by packed key', columns: ['key16', 'code16', 'b32'],
    program: (source) => groups(source, [field('i32', 0), field('i32', 1)], field('i32', 2)),
    overColumns: ([j, k, v], rows) => {
      const t = table()
      const { slots, low, sums, counts } = t
      const x = new Int16Array(j!.bytes.buffer, j!.address, rows)
      const y = new Int16Array(k!.bytes.buffer, k!.address, rows)
      const z = v!.i32
      return () => {
        slots.fill(0)
        let n = 0
        for (let i = 0; i < rows; i++) {
          const a = (x[i]! << 16) | (y[i]! & 0xffff)
          let at = mix(a, 0)
          let g = slots[at]!
          while (g !== 0 && low[g] !== a) g = slots[(at = (at + 1) & MASK)]!
          if (g === 0) {
            g = ++n
            slots[at] = g
            low[g] = a
            sums[g] = 0
            counts[g] = 0
          }
          sums[g]! += z[i]!
          counts[g]!++
        }
        return { t, n }
      }
    },
    overRows: ({ i32 }, rows) => {
      const t = table()
      const { slots, low, sums, counts } = t
      return () => {
        slots.fill(0)
        let n = 0
        for (let i = 0, row = 2; i < rows; i++, row += 8) {
          const a = (i32[row]! << 16) | (i32[row + 2]! & 0xffff)
          let at = mix(a, 0)
          let g = slots[at]!
          while (g !== 0 && low[g] !== a) g = slots[(at = (at + 1) & MASK)]!
          if (g === 0) {
            g = ++n
            slots[at] = g
            low[g] = a
            sums[g] = 0
            counts[g] = 0
          }
          sums[g]! += i32[row + 4]!
          counts[g]!++
        }
        return { t, n }
      }
    },
    overObjects: (objects: { a: number; b: number; c: number }[]) => () => {
      const map = new Map<number, { sum: number; count: number }>()
      for (const { a, b, c } of objects) {
        const key = (a << 16) | (b & 0xffff)
        const g = map.get(key)
        if (g) {
          g.sum += c
          g.count++
        } else map.set(key, { sum: c, count: 1 })
      }
      const { keys, sums, counts } = fromMap(map)
      return { keys: unpacked(keys[0] as number[]), sums, counts }
    },
    read: (result: Groups | { t: ReturnType<typeof table>; n: number }) => read(!('t' in result) ? result : shifted(result, (t, n) => unpacked(Array.from(t.low.subarray(1, n + 1))))),
    answer: answerOf(1, 1),
  },
  {
    name: 'group by string key', columns: ['name', 'b32'],
    program: (source) => groups(source, [field('str', 0)], field('i32', 1)),
    overColumns: ([k, v], rows) => {
      const loop = stringGroups(k!.bytes, k!.view)
      const offsets = k!.offsets
      const y = v!.i32
      return () => {
        loop.clear()
        for (let i = 0; i < rows; i++) loop.add(offsets[i]!, offsets[i + 1]!, y[i]!)
        return loop.groups()
      }
    },
    // [null bits][size, offset][b][text]
    overRows: ({ bytes, view, offsets, i32 }, rows) => {
      const loop = stringGroups(bytes, view)
      return () => {
        loop.clear()
        for (let i = 0; i < rows; i++) {
          const row = offsets[i]!
          const at = row + i32[(row >> 2) + 3]!
          loop.add(at, at + i32[(row >> 2) + 2]!, i32[(row >> 2) + 4]!)
        }
        return loop.groups()
      }
    },
    overObjects: (objects: { a: string; b: number }[]) => () => {
      const map = new Map<string, { sum: number; count: number }>()
      for (const { a, b } of objects) {
        const g = map.get(a)
        if (g) {
          g.sum += b
          g.count++
        } else map.set(a, { sum: b, count: 1 })
      }
      return fromMap(map)
    },
    read,
    answer: (relation, memory) => {
      const [words, sums, counts] = columnsOf(relation, memory) as [Int32Array, Int32Array, Int32Array]
      const texts = Array.from({ length: words.length / 2 }, (_, i) => Buffer.from(memory.buffer as ArrayBuffer, words[i * 2]! >>> 0, words[i * 2 + 1]).toString('latin1'))
      return groupLines([texts], integers(sums, 2), integers(counts, 2))
    },
  },
]

const unpacked = (keys: readonly number[]): Groups['keys'] => [keys.map((k) => k >> 16), keys.map((k) => (k << 16) >> 16)]
/** Groups of a table count from 1. */
const shifted = ({ t, n }: { t: ReturnType<typeof table>; n: number }, keys: (t: ReturnType<typeof table>, n: number) => Groups['keys']): Groups => {
  const { sums, counts } = found(t, n + 1, [])
  return { keys: keys(t, n), sums: sums.subarray(1), counts: counts.subarray(1) }
}

/** A table by bytes: hashed four at a time, compared four at a time with the first row of the group. A closure a caller, so that code is made for its buffer. */
const stringGroups = (bytes: Uint8Array, view: DataView) => {
  const slots = new Int32Array(SLOTS)
  const hashes = new Int32Array(SLOTS)
  const starts = new Int32Array(SLOTS)
  const ends = new Int32Array(SLOTS)
  const sums = new Float64Array(SLOTS)
  const counts = new Int32Array(SLOTS)
  let n = 0
  const same = (a: number, b: number, end: number): boolean => {
    for (; a + 4 <= end; a += 4, b += 4) if (view.getInt32(a, true) !== view.getInt32(b, true)) return false
    for (; a < end; a++, b++) if (bytes[a] !== bytes[b]) return false
    return true
  }
  return {
    clear: () => {
      slots.fill(0)
      n = 0
    },
    add: (start: number, end: number, value: number) => {
      let h = end - start
      let p = start
      for (; p + 4 <= end; p += 4) h = Math.imul(h ^ view.getInt32(p, true), 0x9e3779b1) ^ (h >>> 15)
      for (; p < end; p++) h = Math.imul(h ^ bytes[p]!, 0x01000193)
      h ^= h >>> 15
      let at = h & MASK
      let g = slots[at]!
      while (g !== 0 && (hashes[g] !== h || ends[g]! - starts[g]! !== end - start || !same(start, starts[g]!, end))) g = slots[(at = (at + 1) & MASK)]!
      if (g === 0) {
        g = ++n
        slots[at] = g
        hashes[g] = h
        starts[g] = start
        ends[g] = end
        sums[g] = 0
        counts[g] = 0
      }
      sums[g]! += value
      counts[g]!++
    },
    groups: (): Groups => ({
      keys: [Array.from({ length: n }, (_, g) => Buffer.from(bytes.slice(starts[g + 1], ends[g + 1])).toString('latin1'))],
      sums: sums.slice(1, n + 1), counts: counts.slice(1, n + 1),
    }),
  }
}

const NEEDLE = Buffer.from('needle')
const LAST = NEEDLE.length - 1
const [FIRST_BYTE, LAST_BYTE] = [NEEDLE[0]!, NEEDLE[LAST]!]
const isNeedle = (bytes: Uint8Array, at: number): boolean => {
  for (let i = 1; i < LAST; i++) if (bytes[at + i] !== NEEDLE[i]) return false
  return true
}

const CONTAINS: KernelCase = {
  name: 'string contains', columns: ['comment'], beside: ['b32'],
  params: [{ type: 'str', value: 'needle' }],
  program: (source) => sums(source, [call('bool', 'str_contains', field('str', 0), param('str'))], [literal('i64', 1n)]),
  overColumns: ([k], rows) => {
    const { bytes, offsets } = k!
    return () => {
      let n = 0
      let start = 0
      for (let i = 0; i < rows; i++) {
        const end = offsets[i + 1]!
        for (let at = start; at < end - LAST; at++) {
          if (bytes[at] === FIRST_BYTE && bytes[at + LAST] === LAST_BYTE && isNeedle(bytes, at)) {
            n++
            break
          }
        }
        start = end
      }
      return n
    }
  },
  overRows: ({ bytes, i32, offsets }, rows) => () => {
    let n = 0
    for (let i = 0; i < rows; i++) {
      const row = offsets[i]!
      const start = row + i32[(row >> 2) + 3]!
      const end = start + i32[(row >> 2) + 2]!
      for (let at = start; at < end - LAST; at++) {
        if (bytes[at] === FIRST_BYTE && bytes[at + LAST] === LAST_BYTE && isNeedle(bytes, at)) {
          n++
          break
        }
      }
    }
    return n
  },
  overObjects: (objects: { a: string }[]) => () => {
    let n = 0
    for (const row of objects) if (row.a.includes('needle')) n++
    return n
  },
  // Node's own search over all texts at once; a match across two rows is none.
  other: {
    name: 'Buffer.indexOf',
    run: ([k], rows) => {
      const { bytes, offsets } = k!
      const all = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)
      return () => {
        let n = 0
        let row = 0
        for (let at = all.indexOf(NEEDLE); at >= 0; at = all.indexOf(NEEDLE, at)) {
          while (offsets[row + 1]! <= at) row++
          if (at + NEEDLE.length <= offsets[row + 1]!) {
            n++
            at = offsets[++row]!
            if (row === rows) break
          } else at++
        }
        return n
      }
    },
  },
  read: (n: number) => [BigInt(n)],
  answer: (relation, memory) => integers(columnsOf(relation, memory)[0]!, 2),
}

export const KEYED: readonly KernelCase[] = [...GROUPS, CONTAINS]
