/** Sums of decimals in 64 and 128 bits, of groups, too, and hashes. */
import { add, type Answer, binary, cast, columnsOf, field, groupLines, integers, type KernelCase, literal, type Loop, pipeline, select, sums, tuplesAs } from './kernel-case.ts'
import { totalOf } from '../dist/operators/exact-totals.js'
import type { Program, Source } from '../dist/ir/program.js'
import type { Ir } from '../dist/ir/nodes.js'

const rotate = (x: Ir, by: number): Ir => binary('|', binary('<<', x, literal('i32', by)), binary('>>u', x, literal('i32', 32 - by)))
const times = (x: Ir, by: number): Ir => binary('*', x, literal('i32', by | 0))
const shifted = (x: Ir, by: number): Ir => binary('^', x, binary('>>u', x, literal('i32', by)))
let names = 0
const named = (value: Ir, body: (x: Ir) => Ir): Ir => {
  const name = `h${names++}`
  const inner = body({ ir: 'ident', type: value.type, name })
  return { ir: 'let', type: inner.type, name, value, body: inner }
}

/** Spark's Murmur3 of an int, an i64 as two words: rounds, then the finish with the length. */
const round = (word: Ir, hash: Ir): Ir =>
  named(times(word, 0xcc9e2d51), (k) => named(binary('^', hash, times(rotate(k, 15), 0x1b873593)), (h) => binary('+', times(rotate(h, 13), 5), literal('i32', 0xe6546b64 | 0))))
const finish = (hash: Ir, length: number): Ir =>
  named(binary('^', hash, literal('i32', length)), (h) => named(times(shifted(h, 16), 0x85ebca6b), (h2) => named(times(shifted(h2, 13), 0xc2b2ae35), (h3) => shifted(h3, 16))))

const SEED = 42
const roundJs = (word: number, hash: number): number => {
  let k = Math.imul(word, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  const h = hash ^ k
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}
const finishJs = (hash: number, length: number): number => {
  let h = hash ^ length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

export const HASHES: readonly KernelCase[] = [
  {
    name: 'hash i32 (Murmur3)', width: 32, columns: ['a32'], beside: ['b32', 'dense'],
    program: (source) => select(source, [], [finish(round(field('i32', 0), literal('i32', SEED)), 4)]),
    overColumns: ([a], rows) => {
      const out = new Int32Array(rows)
      const x = a!.i32
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) out[i] = finishJs(roundJs(x[i]!, SEED), 4)
        },
        end: () => [out],
      }
    },
    overRows: ({ i32 }, rows) => {
      const out = new Int32Array(rows)
      return {
        step: (from, to) => {
          for (let i = from, at = from * 8 + 2; i < to; i++, at += 8) out[i] = finishJs(roundJs(i32[at]!, SEED), 4)
        },
        end: () => [out],
      }
    },
    overObjects: (objects: { a: number }[]) => {
      const out = new Int32Array(objects.length)
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) out[i] = finishJs(roundJs(objects[i]!.a, SEED), 4)
        },
        end: () => [out],
      }
    },
    answer: columnsOf,
  },
  {
    name: 'hash i64 (Murmur3)', width: 64, columns: ['a64'], beside: ['b32', 'dense'],
    program: (source) => {
      const a = field('i64', 0)
      return select(source, [], [finish(round(cast('i32', binary('>>', a, literal('i64', 32n))), round(cast('i32', a), literal('i32', SEED))), 8)])
    },
    overColumns: ([a], rows) => {
      const out = new Int32Array(rows)
      const x = a!.i32
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) out[i] = finishJs(roundJs(x[i * 2 + 1]!, roundJs(x[i * 2]!, SEED)), 8)
        },
        end: () => [out],
      }
    },
    overRows: ({ i32 }, rows) => {
      const out = new Int32Array(rows)
      return {
        step: (from, to) => {
          for (let i = from, at = from * 8 + 2; i < to; i++, at += 8) out[i] = finishJs(roundJs(i32[at + 1]!, roundJs(i32[at]!, SEED)), 8)
        },
        end: () => [out],
      }
    },
    overObjects: (objects: { a: bigint }[]) => {
      const out = new Int32Array(objects.length)
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) out[i] = finishJs(roundJs(Number(objects[i]!.a >> 32n), roundJs(Number(BigInt.asIntN(32, objects[i]!.a)), SEED)), 8)
        },
        end: () => [out],
      }
    },
    answer: columnsOf,
  },
]

/** A running total, of 32-bit words added up in doubles a step long: exact, as a step has few rows. */
const total = () => {
  let sum = 0n
  return {
    add: (w0: number, w1: number, w2 = 0, w3 = 0) => {
      sum += BigInt(w0) + (BigInt(w1) << 32n) + (BigInt(w2) << 64n) + (BigInt(w3) << 96n)
    },
    end: (): bigint => {
      const found = sum
      sum = 0n
      return found
    },
  }
}
const overBigints = (objects: { a: bigint }[]): Loop => {
  let sum = 0n
  return {
    step: (from, to) => {
      for (let i = from; i < to; i++) sum += objects[i]!.a
    },
    end: () => {
      const found = sum
      sum = 0n
      return found
    },
  }
}

/** Sums of groups in 128 bits, and their counts. */
interface WideGroups {
  readonly sums: readonly bigint[]
  readonly counts: ArrayLike<number>
}
const DENSE = 1000
/** Words added up in doubles, by group: exact, as a run has few rows. */
const wideGroups = () => {
  const [low, high, counts] = [new Float64Array(DENSE), new Float64Array(DENSE), new Int32Array(DENSE)]
  const end = (): WideGroups => {
    const found = { sums: Array.from(low, (n, g) => BigInt(n) + (BigInt(high[g]!) << 32n)), counts: counts.slice() }
    for (const words of [low, high, counts]) words.fill(0)
    return found
  }
  return { low, high, counts, end }
}
/** As plans lower it: a total of any 64-bit values, of so many rows that 64 bits do not hold it, and the count of a group by a dense key. */
const wideSums = (source: Source): Program => {
  const ungiven = { site: (): number => { throw new TypeError('nothing of it raises') } } as unknown as Parameters<typeof totalOf>[2]
  const total = totalOf({ ir: field('i64', 1), type: { kind: 'int64' } }, { bound: 2n ** 31n, grouped: true }, ungiven)
  const count = total.fields.length
  const fields = (row: string, first = 0) => [...total.fields, { type: 'i64' as const }].map(({ type }, i) => field(type, first + i, row))
  const state = [...total.fields, { type: 'i64' as const, init: literal('i64', 0n) }]
  const combine = [...total.join(fields('a'), fields('b')), add(field('i64', count, 'a'), field('i64', count, 'b'))]
  const values = [...total.plus(fields('s'), field('i64', 1)), add(field('i64', count, 's'), literal('i64', 1n))]
  return {
    pipelines: [
      pipeline(source, { builder: 'dictmerger', key: ['i32'], state, combine, dense: [{ min: 0n, extent: DENSE }] }, { body: 'merge', key: [field('i32', 0)], values }),
      tuplesAs([field('i32', 0), total.sum(fields('n', 1)), field('i64', 1 + count)]),
    ],
  }
}

export const DECIMALS: readonly KernelCase[] = [
  {
    name: 'decimal sum, 64-bit into 128', width: 64, columns: ['a64'], beside: ['b32', 'dense'],
    program: (source) => sums(source, [], [cast('i128', field('i64', 0))]),
    overColumns: ([a]) => {
      const x = a!.i32
      const { add, end } = total()
      return {
        step: (from, to) => {
          let high = 0
          let low = 0
          for (let i = from * 2; i < to * 2; i += 2) {
            high += x[i + 1]!
            low += x[i]! >>> 0
          }
          add(low, high)
        },
        end,
      }
    },
    overRows: ({ i32 }) => {
      const { add, end } = total()
      return {
        step: (from, to) => {
          let high = 0
          let low = 0
          for (let at = from * 8 + 2; at < to * 8; at += 8) {
            high += i32[at + 1]!
            low += i32[at]! >>> 0
          }
          add(low, high)
        },
        end,
      }
    },
    overObjects: overBigints,
    read: (sum: bigint) => [sum],
    answer: (relation, memory) => integers(columnsOf(relation, memory)[0]!, 4),
  },
  {
    name: 'decimal sum, 128-bit', columns: ['wide'], beside: ['b32'],
    program: (source) => sums(source, [], [field('i128', 0)]),
    overColumns: ([a]) => {
      const x = a!.i32
      const { add, end } = total()
      return {
        step: (from, to) => {
          let w0 = 0
          let w1 = 0
          let w2 = 0
          let w3 = 0
          for (let i = from * 4; i < to * 4; i += 4) {
            w0 += x[i]! >>> 0
            w1 += x[i + 1]! >>> 0
            w2 += x[i + 2]! >>> 0
            w3 += x[i + 3]!
          }
          add(w0, w1, w2, w3)
        },
        end,
      }
    },
    // [null bits][size, offset][b][16 bytes: as many big-endian ones as the size says, then 0]
    overRows: ({ view }) => {
      const { add, end } = total()
      return {
        step: (from, to) => {
          let w0 = 0
          let w1 = 0
          let w2 = 0
          let w3 = 0
          for (let row = from * 40; row < to * 40; row += 40) {
            const free = 16 - view.getUint32(row + 8, true)
            const at = row + view.getUint32(row + 12, true)
            let d = view.getInt32(at, false)
            const sign = d >> 31
            let c = view.getInt32(at + 4, false)
            let b = view.getInt32(at + 8, false)
            let a = view.getInt32(at + 12, false)
            if (free >= 8) {
              a = free >= 12 ? d : c
              b = free >= 12 ? sign : d
              c = sign
              d = sign
            } else if (free >= 4) {
              a = b
              b = c
              c = d
              d = sign
            }
            const bits = (free & 3) * 8
            if (bits > 0) {
              a = (a >>> bits) | (b << (32 - bits))
              b = (b >>> bits) | (c << (32 - bits))
              c = (c >>> bits) | (d << (32 - bits))
              d >>= bits
            }
            w0 += a >>> 0
            w1 += b >>> 0
            w2 += c >>> 0
            w3 += d
          }
          add(w0, w1, w2, w3)
        },
        end,
      }
    },
    overObjects: overBigints,
    read: (sum: bigint) => [sum],
    answer: (relation, memory) => integers(columnsOf(relation, memory)[0]!, 4),
  },
  {
    name: 'group by dense key, decimal sum', columns: ['dense', 'a64'], beside: ['b32'],
    program: wideSums,
    overColumns: ([k, a]) => {
      const { low, high, counts, end } = wideGroups()
      const keys = k!.i32
      const x = a!.i32
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) {
            const key = keys[i]!
            low[key]! += x[i * 2]! >>> 0
            high[key]! += x[i * 2 + 1]!
            counts[key]!++
          }
        },
        end,
      }
    },
    overRows: ({ i32 }) => {
      const { low, high, counts, end } = wideGroups()
      return {
        step: (from, to) => {
          for (let at = from * 8 + 2; at < to * 8; at += 8) {
            const key = i32[at]!
            low[key]! += i32[at + 2]! >>> 0
            high[key]! += i32[at + 3]!
            counts[key]!++
          }
        },
        end,
      }
    },
    overObjects: (objects: { a: number; b: bigint }[]) => {
      let sums = new Map<number, { sum: bigint; count: number }>()
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) {
            const { a, b } = objects[i]!
            const g = sums.get(a)
            if (g) {
              g.sum += b
              g.count++
            } else sums.set(a, { sum: b, count: 1 })
          }
        },
        end: (): WideGroups => {
          const found = Array.from({ length: DENSE }, (_, g) => sums.get(g) ?? { sum: 0n, count: 0 })
          sums = new Map()
          return { sums: found.map((g) => g.sum), counts: found.map((g) => g.count) }
        },
      }
    },
    // Groups that no row is in have no line.
    read: ({ sums, counts }: WideGroups): Answer => {
      const there = sums.map((_, g) => g).filter((g) => counts[g] !== 0)
      return groupLines([there], there.map((g) => sums[g]!), there.map((g) => counts[g]!))
    },
    answer: (relation, memory) => {
      const [keys, sums, counts] = columnsOf(relation, memory)
      return groupLines([integers(keys!, 1)], integers(sums!, 4), integers(counts!, 2))
    },
  },
]
