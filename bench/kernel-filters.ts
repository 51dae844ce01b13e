/**
 * Filters: i32, i64 and f64. The loops in JavaScript are written as V8 likes them best: `Number(a > b)` makes no branch, and a
 * bigint stays in registers where it comes from a BigInt64Array and goes into one.
 */
import { binary, columnsOf, field, type KernelCase, param, select } from './kernel-case.ts'

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
