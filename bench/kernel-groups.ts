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
interface Group {
  sum: number
  count: number
}
/** A loop's groups as an answer; `keysOf` reads a table's words. */
const reader = <K>(keysOf: (found: Found) => readonly K[], columns: (keys: readonly K[]) => Groups['keys'] = (keys) => [keys]) => (result: Groups | Found | ReadonlyMap<K, Group>): Answer => {
  if (result instanceof Map) {
    const all = [...(result as ReadonlyMap<K, Group>).values()]
    return groupLines(columns([...(result as ReadonlyMap<K, Group>).keys()]), all.map((g) => g.sum), all.map((g) => g.count))
  }
  const groups = result as Groups | Found
  return groupLines('keys' in groups ? groups.keys : columns(keysOf(groups)), Array.from(groups.sums), Array.from(groups.counts))
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

/** A hash table of a loop's own: slots hold groups, which count from 1. */
class Table {
  readonly slots = new Int32Array(SLOTS)
  readonly low = new Int32Array(SLOTS)
  readonly high = new Int32Array(SLOTS)
  readonly sums = new Float64Array(SLOTS)
  readonly counts = new Int32Array(SLOTS)
  used = 0

  end(): Found {
    const n = this.used
    this.used = 0
    this.slots.fill(0)
    return { low: this.low.subarray(1, n + 1), high: this.high.subarray(1, n + 1), sums: this.sums.subarray(1, n + 1), counts: this.counts.subarray(1, n + 1) }
  }
}
type Found = Pick<Table, 'low' | 'high' | 'sums' | 'counts'>
const denseEnd = (sums: Float64Array, counts: Int32Array) => (): Groups => {
  const found = { keys: [Array.from(sums, (_, i) => i)], sums: sums.slice(), counts: counts.slice() }
  sums.fill(0)
  counts.fill(0)
  return found
}

const unpacked = (keys: readonly number[]): Groups['keys'] => [keys.map((k) => k >> 16), keys.map((k) => (k << 16) >> 16)]

const GROUPS: readonly KernelCase[] = [
  {
    name: 'group by dense key', columns: ['dense', 'b32'], beside: ['a32'],
    program: (source) => groups(source, [field('i32', 0)], field('i32', 1), [{ min: 0n, extent: 1000 }]),
    overColumns: ([k, v]) => {
      const sums = new Float64Array(1000)
      const counts = new Int32Array(1000)
      const x = k!.i32
      const y = v!.i32
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) {
            const key = x[i]!
            sums[key]! += y[i]!
            counts[key]!++
          }
        },
        end: denseEnd(sums, counts),
      }
    },
    overRows: ({ i32 }) => {
      const sums = new Float64Array(1000)
      const counts = new Int32Array(1000)
      return {
        step: (from, to) => {
          for (let at = from * 8 + 2; at < to * 8; at += 8) {
            const key = i32[at]!
            sums[key]! += i32[at + 2]!
            counts[key]!++
          }
        },
        end: denseEnd(sums, counts),
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => {
      let map = new Map<number, Group>()
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) {
            const { a, b } = objects[i]!
            const g = map.get(a)
            if (g) {
              g.sum += b
              g.count++
            } else map.set(a, { sum: b, count: 1 })
          }
        },
        end: () => {
          const found = map
          map = new Map()
          return found
        },
      }
    },
    read: reader((t) => Array.from(t.low)),
    answer: answerOf(1),
  },
  {
    name: 'group by 64-bit key', columns: ['key64', 'b32'], beside: ['a32'],
    program: (source) => groups(source, [field('i64', 0)], field('i32', 1)),
    overColumns: ([k, v]) => {
      const t = new Table()
      const { slots, low, high, sums, counts } = t
      const x = k!.i32
      const y = v!.i32
      return {
        step: (from, to) => {
          let n = t.used
          for (let i = from; i < to; i++) {
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
          t.used = n
        },
        end: () => t.end(),
      }
    },
    overRows: ({ i32 }) => {
      const t = new Table()
      const { slots, low, high, sums, counts } = t
      return {
        step: (from, to) => {
          let n = t.used
          for (let row = from * 8 + 2; row < to * 8; row += 8) {
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
          t.used = n
        },
        end: () => t.end(),
      }
    },
    overObjects: (objects: { a: bigint; b: number }[]) => {
      let map = new Map<bigint, Group>()
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) {
            const { a, b } = objects[i]!
            const g = map.get(a)
            if (g) {
              g.sum += b
              g.count++
            } else map.set(a, { sum: b, count: 1 })
          }
        },
        end: () => {
          const found = map
          map = new Map()
          return found
        },
      }
    },
    read: reader((t) => Array.from(t.low, (low, g) => (BigInt(t.high[g]!) << 32n) | BigInt(low >>> 0))),
    answer: answerOf(2),
  },
  {
    name: 'group by packed key', columns: ['key16', 'code16', 'b32'],
    program: (source) => groups(source, [field('i32', 0), field('i32', 1)], field('i32', 2)),
    overColumns: ([j, k, v]) => {
      const t = new Table()
      const { slots, low, sums, counts } = t
      const x = new Int16Array(j!.bytes.buffer, j!.address, j!.bytes.length >> 1)
      const y = new Int16Array(k!.bytes.buffer, k!.address, k!.bytes.length >> 1)
      const z = v!.i32
      return {
        step: (from, to) => {
          let n = t.used
          for (let i = from; i < to; i++) {
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
          t.used = n
        },
        end: () => t.end(),
      }
    },
    overRows: ({ i32 }) => {
      const t = new Table()
      const { slots, low, sums, counts } = t
      return {
        step: (from, to) => {
          let n = t.used
          for (let row = from * 8 + 2; row < to * 8; row += 8) {
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
          t.used = n
        },
        end: () => t.end(),
      }
    },
    overObjects: (objects: { a: number; b: number; c: number }[]) => {
      let map = new Map<number, Group>()
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) {
            const { a, b, c } = objects[i]!
            const key = (a << 16) | (b & 0xffff)
            const g = map.get(key)
            if (g) {
              g.sum += c
              g.count++
            } else map.set(key, { sum: c, count: 1 })
          }
        },
        end: () => {
          const found = map
          map = new Map()
          return found
        },
      }
    },
    read: reader((t) => Array.from(t.low), unpacked),
    answer: answerOf(1, 1),
  },
  {
    name: 'group by string key', columns: ['name', 'b32'],
    program: (source) => groups(source, [field('str', 0)], field('i32', 1)),
    overColumns: ([k, v]) => {
      const loop = stringGroups(k!.bytes, k!.view)
      const offsets = k!.offsets
      const y = v!.i32
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) loop.add(offsets[i]!, offsets[i + 1]!, y[i]!)
        },
        end: loop.end,
      }
    },
    // [null bits][size, offset][b][text]
    overRows: ({ bytes, view, offsets, i32 }) => {
      const loop = stringGroups(bytes, view)
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) {
            const row = offsets[i]!
            const at = row + i32[(row >> 2) + 3]!
            loop.add(at, at + i32[(row >> 2) + 2]!, i32[(row >> 2) + 4]!)
          }
        },
        end: loop.end,
      }
    },
    overObjects: (objects: { a: string; b: number }[]) => {
      let map = new Map<string, Group>()
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) {
            const { a, b } = objects[i]!
            const g = map.get(a)
            if (g) {
              g.sum += b
              g.count++
            } else map.set(a, { sum: b, count: 1 })
          }
        },
        end: () => {
          const found = map
          map = new Map()
          return found
        },
      }
    },
    read: reader((t) => Array.from(t.low, String)),
    answer: (relation, memory) => {
      const [words, sums, counts] = columnsOf(relation, memory) as [Int32Array, Int32Array, Int32Array]
      const texts = Array.from({ length: words.length / 2 }, (_, i) => Buffer.from(memory.buffer as ArrayBuffer, words[i * 2]! >>> 0, words[i * 2 + 1]).toString('latin1'))
      return groupLines([texts], integers(sums, 2), integers(counts, 2))
    },
  },
]

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
    end: (): Groups => {
      const keys = [Array.from({ length: n }, (_, g) => Buffer.from(bytes.slice(starts[g + 1], ends[g + 1])).toString('latin1'))]
      const found = { keys, sums: sums.slice(1, n + 1), counts: counts.slice(1, n + 1) }
      slots.fill(0)
      n = 0
      return found
    },
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
  overColumns: ([k]) => {
    const { bytes, offsets } = k!
    let n = 0
    return {
      step: (from, to) => {
        let start = offsets[from]!
        for (let i = from; i < to; i++) {
          const end = offsets[i + 1]!
          for (let at = start; at < end - LAST; at++) {
            if (bytes[at] === FIRST_BYTE && bytes[at + LAST] === LAST_BYTE && isNeedle(bytes, at)) {
              n++
              break
            }
          }
          start = end
        }
      },
      end: () => {
        const found = n
        n = 0
        return found
      },
    }
  },
  overRows: ({ bytes, i32, offsets }) => {
    let n = 0
    return {
      step: (from, to) => {
        for (let i = from; i < to; i++) {
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
      },
      end: () => {
        const found = n
        n = 0
        return found
      },
    }
  },
  overObjects: (objects: { a: string }[]) => {
    let n = 0
    return {
      step: (from, to) => {
        for (let i = from; i < to; i++) if (objects[i]!.a.includes('needle')) n++
      },
      end: () => {
        const found = n
        n = 0
        return found
      },
    }
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
