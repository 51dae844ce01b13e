/**
 * The functions of the AssemblyScript runtime that kernels may call, one line each. ABI: the first argument is always the
 * context's address; i128 is passed as (lo, hi) and returned through the context's scratch; str is an i64 slice. A function
 * that raises writes its code into the context's error slot and traps; one that allocates bumps the context's arena.
 */
import type { Scalar } from './nodes.ts'

export interface RuntimeFunction {
  readonly params: readonly Scalar[]
  readonly result: Scalar
  readonly raises?: boolean
}

export const RUNTIME = {
  /** a × b, raises OVERFLOW. */
  i128_mul: { params: ['i128', 'i128'], result: 'i128', raises: true },
  /** Truncating; the divisor is not 0. */
  i128_div: { params: ['i128', 'i128'], result: 'i128' },
  i128_rem: { params: ['i128', 'i128'], result: 'i128' },
  /** a × b mod 2^128. */
  i128_mul_wrap: { params: ['i128', 'i128'], result: 'i128' },
  i128_to_f64: { params: ['i128'], result: 'f64' },
  /** Truncates; raises OVERFLOW outside ±2^127 and for NaN. */
  f64_to_i128: { params: ['f64'], result: 'i128', raises: true },
  str_eq: { params: ['str', 'str'], result: 'bool' },
  /** −1, 0, 1 by unsigned bytes. */
  str_compare: { params: ['str', 'str'], result: 'i32' },
  str_hash: { params: ['str'], result: 'i64' },
} as const satisfies Record<string, RuntimeFunction>
export type RuntimeName = keyof typeof RUNTIME
