/** Filters, sums and projections: i32, i64 and f64. 64-bit integers are two 32-bit words in JavaScript: BigInt64Array is slower. */
import { add, binary, cast, columnsOf, field, type Answer, integers, type KernelCase, literal, param, select, sums } from './kernel-case.ts'

/** A block of i64 is added up in doubles: a million times 2^32 is exact. */
const BLOCK = 1 << 20
const join64 = (high: number, low: number): bigint => (BigInt(high) << 32n) + BigInt(low)

const THRESHOLD = 1234n
const LOW = Number(THRESHOLD)

export const FILTERS: readonly KernelCase[] = [
  {
    name: 'filter i32', width: 32, columns: ['a32', 'b32'], beside: ['dense'],
    params: [{ type: 'i32', value: THRESHOLD }],
    program: (source) => select(source, [binary('>', field('i32', 0), param('i32'))], [field('i32', 1)]),
    overColumns: ([a, b], rows) => {
      const out = new Int32Array(rows)
      const x = a!.i32
      const y = b!.i32
      return () => {
        let n = 0
        for (let i = 0; i < rows; i++) {
          out[n] = y[i]!
          n += x[i]! > LOW ? 1 : 0
        }
        return [out.subarray(0, n)]
      }
    },
    overRows: ({ i32 }, rows) => {
      const out = new Int32Array(rows)
      return () => {
        let n = 0
        for (let i = 0, at = 2; i < rows; i++, at += 8) {
          out[n] = i32[at + 2]!
          n += i32[at]! > LOW ? 1 : 0
        }
        return [out.subarray(0, n)]
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => () => {
      const out: number[] = []
      for (const row of objects) if (row.a > LOW) out.push(row.b)
      return [Int32Array.from(out)]
    },
    answer: columnsOf,
  },
  {
    name: 'filter i64', width: 64, columns: ['a64', 'b64'], beside: ['dense'],
    params: [{ type: 'i64', value: THRESHOLD }],
    program: (source) => select(source, [binary('>', field('i64', 0), param('i64'))], [field('i64', 1)]),
    overColumns: ([a, b], rows) => {
      const out = new Int32Array(rows * 2 + 2)
      const x = a!.i32
      const y = b!.i32
      return () => {
        let n = 0
        for (let i = 0; i < rows * 2; i += 2) {
          out[n] = y[i]!
          out[n + 1] = y[i + 1]!
          const high = x[i + 1]!
          n += high > 0 || (high === 0 && x[i]! >>> 0 > LOW) ? 2 : 0
        }
        return [out.subarray(0, n)]
      }
    },
    overRows: ({ i32 }, rows) => {
      const out = new Int32Array(rows * 2 + 2)
      return () => {
        let n = 0
        for (let i = 0, at = 2; i < rows; i++, at += 8) {
          out[n] = i32[at + 2]!
          out[n + 1] = i32[at + 3]!
          const high = i32[at + 1]!
          n += high > 0 || (high === 0 && i32[at]! >>> 0 > LOW) ? 2 : 0
        }
        return [out.subarray(0, n)]
      }
    },
    overObjects: (objects: { a: bigint; b: bigint }[]) => () => {
      const out: bigint[] = []
      for (const row of objects) if (row.a > THRESHOLD) out.push(row.b)
      return [new Int32Array(BigInt64Array.from(out).buffer)]
    },
    answer: columnsOf,
  },
  {
    name: 'filter f64', width: 64, columns: ['af', 'bf'], beside: ['dense'],
    params: [{ type: 'f64', value: 0.01 }],
    program: (source) => select(source, [binary('>', field('f64', 0), param('f64'))], [field('f64', 1)]),
    overColumns: ([a, b], rows) => {
      const out = new Float64Array(rows + 1)
      const x = a!.f64
      const y = b!.f64
      return () => {
        let n = 0
        for (let i = 0; i < rows; i++) {
          out[n] = y[i]!
          n += x[i]! > 0.01 ? 1 : 0
        }
        return [out.subarray(0, n)]
      }
    },
    overRows: ({ f64 }, rows) => {
      const out = new Float64Array(rows + 1)
      return () => {
        let n = 0
        for (let i = 0, at = 1; i < rows; i++, at += 4) {
          out[n] = f64[at + 1]!
          n += f64[at]! > 0.01 ? 1 : 0
        }
        return [out.subarray(0, n)]
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => () => {
      const out: number[] = []
      for (const row of objects) if (row.a > 0.01) out.push(row.b)
      return [Float64Array.from(out)]
    },
    answer: columnsOf,
  },
]

const i64Sum = ([words]: readonly (Int32Array | Float64Array)[]): Answer => integers(words!, 2)

/** Σ b where a > t over i32; the state is as wide as the case says. */
const sum32 = (name: string, wide: boolean): KernelCase => ({
  name, width: 32, columns: ['a32', 'b32'], beside: ['dense'],
  params: [{ type: 'i32', value: THRESHOLD }],
  program: (source) => sums(source, [binary('>', field('i32', 0), param('i32'))], [wide ? cast('i64', field('i32', 1)) : field('i32', 1)]),
  overColumns: ([a, b], rows) => {
    const x = a!.i32
    const y = b!.i32
    return wide
      ? () => {
          let sum = 0
          for (let i = 0; i < rows; i++) sum += x[i]! > LOW ? y[i]! : 0
          return sum
        }
      : () => {
          let sum = 0
          for (let i = 0; i < rows; i++) sum = (sum + (x[i]! > LOW ? y[i]! : 0)) | 0
          return sum
        }
  },
  overRows: ({ i32 }, rows) =>
    wide
      ? () => {
          let sum = 0
          for (let i = 0, at = 2; i < rows; i++, at += 8) sum += i32[at]! > LOW ? i32[at + 2]! : 0
          return sum
        }
      : () => {
          let sum = 0
          for (let i = 0, at = 2; i < rows; i++, at += 8) sum = (sum + (i32[at]! > LOW ? i32[at + 2]! : 0)) | 0
          return sum
        },
  overObjects: (objects: { a: number; b: number }[]) => () => {
    let sum = 0
    for (const row of objects) if (row.a > LOW) sum += row.b
    return wide ? sum : sum | 0
  },
  read: (sum: number) => [BigInt(sum)],
  answer: (relation, memory) => integers(columnsOf(relation, memory)[0]!, wide ? 2 : 1),
})

export const SUMS: readonly KernelCase[] = [
  sum32('filter + sum i32', false),
  sum32('filter + sum i32 into i64', true),
  {
    name: 'filter + sum i64', width: 64, columns: ['a64', 'b64'], beside: ['dense'],
    params: [{ type: 'i64', value: THRESHOLD }],
    program: (source) => sums(source, [binary('>', field('i64', 0), param('i64'))], [field('i64', 1)]),
    overColumns: ([a, b], rows) => {
      const x = a!.i32
      const y = b!.i32
      return () => {
        let sum = 0n
        for (let from = 0; from < rows; from += BLOCK) {
          let high = 0
          let low = 0
          for (let i = from * 2, end = Math.min(rows, from + BLOCK) * 2; i < end; i += 2) {
            const top = x[i + 1]!
            if (top > 0 || (top === 0 && x[i]! >>> 0 > LOW)) {
              high += y[i + 1]!
              low += y[i]! >>> 0
            }
          }
          sum += join64(high, low)
        }
        return sum
      }
    },
    overRows: ({ i32 }, rows) => () => {
      let sum = 0n
      for (let from = 0; from < rows; from += BLOCK) {
        let high = 0
        let low = 0
        for (let at = from * 8 + 2, end = Math.min(rows, from + BLOCK) * 8; at < end; at += 8) {
          const top = i32[at + 1]!
          if (top > 0 || (top === 0 && i32[at]! >>> 0 > LOW)) {
            high += i32[at + 3]!
            low += i32[at + 2]! >>> 0
          }
        }
        sum += join64(high, low)
      }
      return sum
    },
    overObjects: (objects: { a: bigint; b: bigint }[]) => () => {
      let sum = 0n
      for (const row of objects) if (row.a > THRESHOLD) sum += row.b
      return sum
    },
    read: (sum: bigint) => [sum],
    answer: (relation, memory) => i64Sum(columnsOf(relation, memory)),
  },
  {
    name: 'filter + sum f64, in order', bound: 'latency', columns: ['af', 'bf'], beside: ['dense'],
    params: [{ type: 'f64', value: 0.01 }],
    program: (source) => sums(source, [binary('>', field('f64', 0), param('f64'))], [field('f64', 1)]),
    overColumns: ([a, b], rows) => {
      const x = a!.f64
      const y = b!.f64
      return () => {
        let sum = 0
        for (let i = 0; i < rows; i++) sum += x[i]! > 0.01 ? y[i]! : 0
        return sum
      }
    },
    overRows: ({ f64 }, rows) => () => {
      let sum = 0
      for (let i = 0, at = 1; i < rows; i++, at += 4) sum += f64[at]! > 0.01 ? f64[at + 1]! : 0
      return sum
    },
    overObjects: (objects: { a: number; b: number }[]) => () => {
      let sum = 0
      for (const row of objects) if (row.a > 0.01) sum += row.b
      return sum
    },
    read: (sum: number) => [Float64Array.of(sum)],
    answer: columnsOf,
  },
]

export const PROJECTIONS: readonly KernelCase[] = [
  {
    name: 'project i32: 3a + b', width: 32, columns: ['a32', 'b32'], beside: ['dense'],
    program: (source) => select(source, [], [add(binary('*', field('i32', 0), literal('i32', 3)), field('i32', 1))]),
    overColumns: ([a, b], rows) => {
      const out = new Int32Array(rows)
      const x = a!.i32
      const y = b!.i32
      return () => {
        for (let i = 0; i < rows; i++) out[i] = Math.imul(x[i]!, 3) + y[i]!
        return [out]
      }
    },
    overRows: ({ i32 }, rows) => {
      const out = new Int32Array(rows)
      return () => {
        for (let i = 0, at = 2; i < rows; i++, at += 8) out[i] = Math.imul(i32[at]!, 3) + i32[at + 2]!
        return [out]
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => {
      const out = new Int32Array(objects.length)
      return () => {
        let i = 0
        for (const row of objects) out[i++] = Math.imul(row.a, 3) + row.b
        return [out]
      }
    },
    answer: columnsOf,
  },
  {
    name: 'project i64: 3a + b', width: 64, columns: ['a64', 'b64'], beside: ['dense'],
    program: (source) => select(source, [], [add(binary('*', field('i64', 0), literal('i64', 3n)), field('i64', 1))]),
    overColumns: ([a, b], rows) => {
      const out = new Int32Array(rows * 2)
      const x = a!.i32
      const y = b!.i32
      return () => {
        for (let i = 0; i < rows * 2; i += 2) {
          const low = (x[i]! >>> 0) * 3 + (y[i]! >>> 0)
          out[i] = low
          out[i + 1] = Math.imul(x[i + 1]!, 3) + y[i + 1]! + Math.floor(low / 4294967296)
        }
        return [out]
      }
    },
    overRows: ({ i32 }, rows) => {
      const out = new Int32Array(rows * 2)
      return () => {
        for (let i = 0, at = 2; i < rows * 2; i += 2, at += 8) {
          const low = (i32[at]! >>> 0) * 3 + (i32[at + 2]! >>> 0)
          out[i] = low
          out[i + 1] = Math.imul(i32[at + 1]!, 3) + i32[at + 3]! + Math.floor(low / 4294967296)
        }
        return [out]
      }
    },
    overObjects: (objects: { a: bigint; b: bigint }[]) => {
      const out = new BigInt64Array(objects.length)
      return () => {
        let i = 0
        for (const row of objects) out[i++] = row.a * 3n + row.b
        return [new Int32Array(out.buffer)]
      }
    },
    answer: columnsOf,
  },
  {
    name: 'project f64: 3a + b', width: 64, columns: ['af', 'bf'], beside: ['dense'],
    program: (source) => select(source, [], [add(binary('*', field('f64', 0), literal('f64', 3)), field('f64', 1))]),
    overColumns: ([a, b], rows) => {
      const out = new Float64Array(rows)
      const x = a!.f64
      const y = b!.f64
      return () => {
        for (let i = 0; i < rows; i++) out[i] = x[i]! * 3 + y[i]!
        return [out]
      }
    },
    overRows: ({ f64 }, rows) => {
      const out = new Float64Array(rows)
      return () => {
        for (let i = 0, at = 1; i < rows; i++, at += 4) out[i] = f64[at]! * 3 + f64[at + 1]!
        return [out]
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => {
      const out = new Float64Array(objects.length)
      return () => {
        let i = 0
        for (const row of objects) out[i++] = row.a * 3 + row.b
        return [out]
      }
    },
    answer: columnsOf,
  },
]
