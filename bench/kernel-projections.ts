/**
 * Projections: i32, i64 and f64. The loops in JavaScript are written as V8 likes them best: `Number(a > b)` makes no branch, and a
 * bigint stays in registers where it comes from a BigInt64Array and goes into one.
 */
import { add, binary, columnsOf, field, type KernelCase, literal, select } from './kernel-case.ts'

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
