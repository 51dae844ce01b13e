/** How a merger's field is reduced in lanes, and which expressions that evaluates. */
import type { Ir, Scalar } from '../../ir/nodes.ts'
import type { SourceColumn } from '../../ir/program.ts'
import { narrowerSum, type Reduction, type ReductionOp } from '../../ir/reductions.ts'
import { magnitude } from './bounds.ts'

export type ReductionPlan = { readonly when?: Ir | undefined } & (
  | { readonly plan: 'any' | 'all'; readonly x: Ir }
  /** Rows for which `x` holds; absent: every row that counts. */
  | { readonly plan: 'count'; readonly x?: Ir | undefined }
  /** In lanes of `type`; `small` i32 are emptied every 1024 rows, `split` i64 are added by words. */
  | { readonly plan: 'sum'; readonly x: Ir; readonly type: 'i32' | 'i64'; readonly small: boolean; readonly split: boolean }
  /** 128-bit integers as they lie in a column. */
  | { readonly plan: 'wide'; readonly x: Ir }
  | { readonly plan: 'fold'; readonly x: Ir; readonly type: 'i32' | 'i64' | 'f32' | 'f64'; readonly op: ReductionOp }
)

/** 2^23 × 1024 / 8 lanes fits 31 bits. */
export const SMALL_ROWS = 1024
const SMALL = 2 ** 23

export const planReduction = (type: Scalar, { op, x, when }: Reduction, columns: readonly SourceColumn[]): ReductionPlan => {
  if (type === 'bool') return { plan: op === '|' ? 'any' : 'all', x, when }
  if (op !== '+') return { plan: 'fold', x, type: type as 'i32', op, when }
  if (x.type === 'i128') return { plan: 'wide', x, when }
  const counted = countOf(x)
  if (counted) return { plan: 'count', x: counted.of, when }
  if (type === 'i32') return { plan: 'sum', x, type, small: false, split: false, when }
  const narrow = narrowerSum(x, 'i32')
  if (narrow && magnitude(narrow, columns) <= SMALL) return { plan: 'sum', x: narrow, type: 'i32', small: true, split: false, when }
  return { plan: 'sum', x, type: 'i64', small: false, split: type === 'i128' && !narrow, when }
}

/** A sum of ones. */
const countOf = (x: Ir): { readonly of?: Ir } | undefined => {
  if (x.ir === 'literal') return BigInt(x.value) === 1n ? {} : undefined
  if (x.ir === 'cast') return x.arg.type === 'bool' ? { of: x.arg } : x.arg.type === 'i32' || x.arg.type === 'i64' ? countOf(x.arg) : undefined
  if ((x.ir === 'select' || x.ir === 'if') && x.else.ir === 'literal' && BigInt(x.else.value) === 0n && x.then.ir === 'literal' && BigInt(x.then.value) === 1n) return { of: x.cond }
  return undefined
}
