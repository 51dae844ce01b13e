/**
 * Filtered sums: i32, i64 and f64. The loops in JavaScript are written as V8 likes them best: `Number(a > b)` makes no branch, and a
 * bigint stays in registers where it comes from a BigInt64Array and goes into one.
 */
import { binary, cast, columnsOf, field, integers, type KernelCase, param, sums } from './kernel-case.ts'

const THRESHOLD = 1234n
const LOW = Number(THRESHOLD)

export const SUMS: readonly KernelCase[] = [
  {
    name: 'filter + sum i32', width: 32, columns: ['a32', 'b32'], beside: ['dense'],
    params: [{ type: 'i32', value: THRESHOLD }],
    program: (source) => sums(source, [binary('>', field('i32', 0), param('i32'))], [field('i32', 1)]),
    overColumns: ([a, b]) => {
      const x = a!.i32
      const y = b!.i32
      let sum = 0
      return {
        step: (from, to) => {
          let s = sum
          for (let i = from; i < to; i++) s = (s + (y[i]! & -Number(x[i]! > LOW))) | 0
          sum = s
        },
        end: () => {
          const found = sum
          sum = 0
          return found
        },
      }
    },
    overRows: ({ i32 }) => {
      let sum = 0
      return {
        step: (from, to) => {
          let s = sum
          for (let i = from * 8 + 2; i < to * 8; i += 8) s = (s + (i32[i + 2]! & -Number(i32[i]! > LOW))) | 0
          sum = s
        },
        end: () => {
          const found = sum
          sum = 0
          return found
        },
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => {
      let sum = 0
      return {
        step: (from, to) => {
          let s = sum
          for (let i = from; i < to; i++) if (objects[i]!.a > LOW) s = (s + objects[i]!.b) | 0
          sum = s
        },
        end: () => {
          const found = sum
          sum = 0
          return found
        },
      }
    },
    read: (sum: number) => [BigInt(sum)],
    answer: (relation, memory) => integers(columnsOf(relation, memory)[0]!, 1),
  },
  {
    name: 'filter + sum i32 into i64', width: 32, columns: ['a32', 'b32'], beside: ['dense'],
    params: [{ type: 'i32', value: THRESHOLD }],
    program: (source) => sums(source, [binary('>', field('i32', 0), param('i32'))], [cast('i64', field('i32', 1))]),
    overColumns: ([a, b]) => {
      const x = a!.i32
      const y = b!.i32
      let sum = 0
      return {
        step: (from, to) => {
          let s = 0
          for (let i = from; i < to; i++) s += y[i]! & -Number(x[i]! > LOW)
          sum += s
        },
        end: () => {
          const found = sum
          sum = 0
          return found
        },
      }
    },
    overRows: ({ i32 }) => {
      let sum = 0
      return {
        step: (from, to) => {
          let s = 0
          for (let i = from * 8 + 2; i < to * 8; i += 8) s += i32[i + 2]! & -Number(i32[i]! > LOW)
          sum += s
        },
        end: () => {
          const found = sum
          sum = 0
          return found
        },
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => {
      let sum = 0
      return {
        step: (from, to) => {
          let s = 0
          for (let i = from; i < to; i++) if (objects[i]!.a > LOW) s += objects[i]!.b
          sum += s
        },
        end: () => {
          const found = sum
          sum = 0
          return found
        },
      }
    },
    read: (sum: number) => [BigInt(sum)],
    answer: (relation, memory) => integers(columnsOf(relation, memory)[0]!, 2),
  },
  {
    name: 'filter + sum i64', width: 64, columns: ['a64', 'b64'], beside: ['dense'],
    params: [{ type: 'i64', value: THRESHOLD }],
    program: (source) => sums(source, [binary('>', field('i64', 0), param('i64'))], [field('i64', 1)]),
    // Two sums, of the rows that pass and of the others: no branch, and no bigint outside of an array.
    overColumns: ([a, b]) => {
      const sums = new BigInt64Array(2)
      const x = a!.i64
      const y = b!.i64
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) {
            const which = Number(x[i]! > THRESHOLD)
            sums[which] = BigInt.asIntN(64, sums[which]! + y[i]!)
          }
        },
        end: () => {
          const found = sums[1]
          sums.fill(0n)
          return found
        },
      }
    },
    overRows: ({ i64 }) => {
      const sums = new BigInt64Array(2)
      return {
        step: (from, to) => {
          for (let i = from * 4 + 1; i < to * 4; i += 4) {
            const which = Number(i64[i]! > THRESHOLD)
            sums[which] = BigInt.asIntN(64, sums[which]! + i64[i + 1]!)
          }
        },
        end: () => {
          const found = sums[1]
          sums.fill(0n)
          return found
        },
      }
    },
    overObjects: (objects: { a: bigint; b: bigint }[]) => {
      let sum = 0n
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) if (objects[i]!.a > THRESHOLD) sum += objects[i]!.b
        },
        end: () => {
          const found = sum
          sum = 0n
          return found
        },
      }
    },
    read: (sum: bigint) => [sum],
    answer: (relation, memory) => integers(columnsOf(relation, memory)[0]!, 2),
  },
  {
    name: 'filter + sum f64, in order', bound: 'latency', columns: ['af', 'bf'], beside: ['dense'],
    params: [{ type: 'f64', value: 0.01 }],
    program: (source) => sums(source, [binary('>', field('f64', 0), param('f64'))], [field('f64', 1)]),
    overColumns: ([a, b]) => {
      const x = a!.f64
      const y = b!.f64
      let sum = 0
      return {
        step: (from, to) => {
          let s = sum
          for (let i = from; i < to; i++) s += y[i]! * Number(x[i]! > 0.01)
          sum = s
        },
        end: () => {
          const found = sum
          sum = 0
          return found
        },
      }
    },
    overRows: ({ f64 }) => {
      let sum = 0
      return {
        step: (from, to) => {
          let s = sum
          for (let i = from * 4 + 1; i < to * 4; i += 4) s += f64[i + 1]! * Number(f64[i]! > 0.01)
          sum = s
        },
        end: () => {
          const found = sum
          sum = 0
          return found
        },
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => {
      let sum = 0
      return {
        step: (from, to) => {
          let s = sum
          for (let i = from; i < to; i++) if (objects[i]!.a > 0.01) s += objects[i]!.b
          sum = s
        },
        end: () => {
          const found = sum
          sum = 0
          return found
        },
      }
    },
    read: (sum: number) => [Float64Array.of(sum)],
    answer: columnsOf,
  },
]
