/**
 * A literal case: arguments, and the result or the code raised; values as in plan documents. Each runs on the reference, on
 * the lowering, natively and, unless it says why not, against DuckDB.
 */
import type { ErrorCode } from '../../src/errors.ts'
import type { TypeName } from '../../src/layout/types.ts'
import type { Flags, LiteralValue, OnFailure } from '../../src/plan/nodes.ts'

export type Typed = readonly [type: TypeName, value: LiteralValue]

export interface Case {
  readonly args: readonly Typed[]
  readonly result: Typed | { readonly raises: ErrorCode; readonly type: TypeName }
  readonly flags?: Flags
  /** Why DuckDB cannot witness this one. */
  readonly alone?: string
}

export interface CastCase {
  readonly arg: Typed
  readonly result: Typed | { readonly raises: ErrorCode; readonly type: TypeName }
  readonly onFailure?: OnFailure
  readonly alone?: string
}

export const c = (args: readonly Typed[], result: Case['result'], more: Partial<Case> = {}): Case => ({ args, result, ...more })
export const raises = (type: TypeName, code: ErrorCode = 'OVERFLOW') => ({ raises: code, type })

/** Arguments of one type and a result: `same('int32', [1, 2, 3])` is int32 1, int32 2 → int32 3. */
export const same = (type: TypeName, values: readonly LiteralValue[], more: Partial<Case> = {}): Case =>
  c(values.slice(0, -1).map((v): Typed => [type, v]), [type, values.at(-1) as LiteralValue], more)
/** The same with a bool result. */
export const holds = (type: TypeName, values: readonly LiteralValue[], more: Partial<Case> = {}): Case =>
  c(values.slice(0, -1).map((v): Typed => [type, v]), ['bool', values.at(-1) as LiteralValue], more)

export const MAX = { int32: 2147483647, int64: '9223372036854775807', int128: '170141183460469231731687303715884105727', uint64: '18446744073709551615', dec38: '99999999999999999999999999999999999999' } as const
export const MIN = { int32: -2147483648, int64: '-9223372036854775808', int128: '-170141183460469231731687303715884105728', dec38: '-99999999999999999999999999999999999999' } as const
