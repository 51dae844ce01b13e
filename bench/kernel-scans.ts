/**
 * Filters, sums and projections: i32, i64 and f64. The loops in JavaScript are written as V8 likes them best: `Number(a > b)`
 * makes no branch, and a bigint stays in registers where it comes from a BigInt64Array and goes into one.
 */
import { add, binary, cast, columnsOf, field, integers, type KernelCase, literal, param, select, sums } from './kernel-case.ts'

const THRESHOLD = 1234n
const LOW = Number(THRESHOLD)

export const FILTERS: readonly KernelCase[] = [
  {
    name: 'filter i32', width: 32, columns: ['a32', 'b32'], beside: ['dense'],
    params: [{ type: 'i32', value: THRESHOLD }],
    program: (source) => select(source, [binary('>', field('i32', 0), param('i32'))], [field('i32', 1)]),
    overColumns: ([a, b], rows) => {
      const out = new Int32Array(rows + 1)
      const x = a!.i32
      const y = b!.i32
      let n = 0
      return {
        step: (from, to) => {
          let at = n
          for (let i = from; i < to; i++) {
            out[at] = y[i]!
            at += Number(x[i]! > LOW)
          }
          n = at
        },
        end: () => {
          const found = out.subarray(0, n)
          n = 0
          return [found]
        },
      }
    },
    overRows: ({ i32 }, rows) => {
      const out = new Int32Array(rows + 1)
      let n = 0
      return {
        step: (from, to) => {
          let at = n
          for (let i = from * 8 + 2; i < to * 8; i += 8) {
            out[at] = i32[i + 2]!
            at += Number(i32[i]! > LOW)
          }
          n = at
        },
        end: () => {
          const found = out.subarray(0, n)
          n = 0
          return [found]
        },
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => {
      let out: number[] = []
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) if (objects[i]!.a > LOW) out.push(objects[i]!.b)
        },
        end: () => {
          const found = out
          out = []
          return found
        },
      }
    },
    read: (found: Int32Array[] | number[]) => (typeof found[0] === 'number' ? [Int32Array.from(found as number[])] : (found as Int32Array[])),
    answer: columnsOf,
  },
  {
    name: 'filter i64', width: 64, columns: ['a64', 'b64'], beside: ['dense'],
    params: [{ type: 'i64', value: THRESHOLD }],
    program: (source) => select(source, [binary('>', field('i64', 0), param('i64'))], [field('i64', 1)]),
    overColumns: ([a, b], rows) => {
      const out = new BigInt64Array(rows + 1)
      const x = a!.i64
      const y = b!.i64
      let n = 0
      return {
        step: (from, to) => {
          let at = n
          for (let i = from; i < to; i++) {
            out[at] = y[i]!
            at += Number(x[i]! > THRESHOLD)
          }
          n = at
        },
        end: () => {
          const found = new Int32Array(out.buffer, 0, n * 2)
          n = 0
          return [found]
        },
      }
    },
    overRows: ({ i64 }, rows) => {
      const out = new BigInt64Array(rows + 1)
      let n = 0
      return {
        step: (from, to) => {
          let at = n
          for (let i = from * 4 + 1; i < to * 4; i += 4) {
            out[at] = i64[i + 1]!
            at += Number(i64[i]! > THRESHOLD)
          }
          n = at
        },
        end: () => {
          const found = new Int32Array(out.buffer, 0, n * 2)
          n = 0
          return [found]
        },
      }
    },
    overObjects: (objects: { a: bigint; b: bigint }[]) => {
      let out: bigint[] = []
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) if (objects[i]!.a > THRESHOLD) out.push(objects[i]!.b)
        },
        end: () => {
          const found = out
          out = []
          return found
        },
      }
    },
    read: (found: Int32Array[] | bigint[]) => (typeof found[0] === 'bigint' ? [new Int32Array(BigInt64Array.from(found as bigint[]).buffer)] : (found as Int32Array[])),
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
      let n = 0
      return {
        step: (from, to) => {
          let at = n
          for (let i = from; i < to; i++) {
            out[at] = y[i]!
            at += Number(x[i]! > 0.01)
          }
          n = at
        },
        end: () => {
          const found = out.subarray(0, n)
          n = 0
          return [found]
        },
      }
    },
    overRows: ({ f64 }, rows) => {
      const out = new Float64Array(rows + 1)
      let n = 0
      return {
        step: (from, to) => {
          let at = n
          for (let i = from * 4 + 1; i < to * 4; i += 4) {
            out[at] = f64[i + 1]!
            at += Number(f64[i]! > 0.01)
          }
          n = at
        },
        end: () => {
          const found = out.subarray(0, n)
          n = 0
          return [found]
        },
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => {
      let out: number[] = []
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) if (objects[i]!.a > 0.01) out.push(objects[i]!.b)
        },
        end: () => {
          const found = out
          out = []
          return found
        },
      }
    },
    read: (found: Float64Array[] | number[]) => (typeof found[0] === 'number' ? [Float64Array.from(found as number[])] : (found as Float64Array[])),
    answer: columnsOf,
  },
]

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

export const PROJECTIONS: readonly KernelCase[] = [
  {
    name: 'project i32: 3a + b', width: 32, columns: ['a32', 'b32'], beside: ['dense'],
    program: (source) => select(source, [], [add(binary('*', field('i32', 0), literal('i32', 3)), field('i32', 1))]),
    overColumns: ([a, b], rows) => {
      const out = new Int32Array(rows)
      const x = a!.i32
      const y = b!.i32
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) out[i] = Math.imul(x[i]!, 3) + y[i]!
        },
        end: () => [out],
      }
    },
    overRows: ({ i32 }, rows) => {
      const out = new Int32Array(rows)
      return {
        step: (from, to) => {
          for (let i = from, at = from * 8 + 2; i < to; i++, at += 8) out[i] = Math.imul(i32[at]!, 3) + i32[at + 2]!
        },
        end: () => [out],
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => {
      const out = new Int32Array(objects.length)
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) out[i] = Math.imul(objects[i]!.a, 3) + objects[i]!.b
        },
        end: () => [out],
      }
    },
    answer: columnsOf,
  },
  {
    name: 'project i64: 3a + b', width: 64, columns: ['a64', 'b64'], beside: ['dense'],
    program: (source) => select(source, [], [add(binary('*', field('i64', 0), literal('i64', 3n)), field('i64', 1))]),
    overColumns: ([a, b], rows) => {
      const out = new BigInt64Array(rows)
      const x = a!.i64
      const y = b!.i64
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) out[i] = BigInt.asIntN(64, x[i]! * 3n + y[i]!)
        },
        end: () => [new Int32Array(out.buffer)],
      }
    },
    overRows: ({ i64 }, rows) => {
      const out = new BigInt64Array(rows)
      return {
        step: (from, to) => {
          for (let i = from, at = from * 4 + 1; i < to; i++, at += 4) out[i] = BigInt.asIntN(64, i64[at]! * 3n + i64[at + 1]!)
        },
        end: () => [new Int32Array(out.buffer)],
      }
    },
    overObjects: (objects: { a: bigint; b: bigint }[]) => {
      const out = new BigInt64Array(objects.length)
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) out[i] = BigInt.asIntN(64, objects[i]!.a * 3n + objects[i]!.b)
        },
        end: () => [new Int32Array(out.buffer)],
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
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) out[i] = x[i]! * 3 + y[i]!
        },
        end: () => [out],
      }
    },
    overRows: ({ f64 }, rows) => {
      const out = new Float64Array(rows)
      return {
        step: (from, to) => {
          for (let i = from, at = from * 4 + 1; i < to; i++, at += 4) out[i] = f64[at]! * 3 + f64[at + 1]!
        },
        end: () => [out],
      }
    },
    overObjects: (objects: { a: number; b: number }[]) => {
      const out = new Float64Array(objects.length)
      return {
        step: (from, to) => {
          for (let i = from; i < to; i++) out[i] = objects[i]!.a * 3 + objects[i]!.b
        },
        end: () => [out],
      }
    },
    answer: columnsOf,
  },
]
