/**
 * What a record of the registry is. An expression is one record in one place: type rule, reference evaluation, lowering;
 * its literal cases stand in test/cases and the compiler demands them.
 */
import type { ErrorCode, Refusal } from '../errors.ts'
import type { Ir, RaiseCode } from '../ir/nodes.ts'
import type { Range, SqlType } from '../layout/types.ts'
import type { Value } from '../layout/value.ts'
import type { Flags } from '../plan/nodes.ts'

export type { Value } from '../layout/value.ts'

/** What is known of one call when it is evaluated or lowered. */
export interface CallSite {
  readonly type: SqlType
  readonly argTypes: readonly SqlType[]
  readonly flags: Flags
}

/** An expression in IR. `range` bounds the non-NULL values of exact types (decimals: unscaled); it decides width and checks. */
export interface Lowered {
  readonly ir: Ir
  readonly type: SqlType
  readonly range?: Range | undefined
  /** The value of a literal (`ir` is then a parameter): for lowerings whose code depends on it, as LIKE's does on its pattern. */
  readonly constant?: Value | undefined
}

export interface LowerContext {
  /** Registers a place that may raise; what it says is what the user reads. */
  site(code: RaiseCode, message: string): number
  /** A table that remembers one result for each of `size` small integers; absent where none can be had. */
  readonly memoTable?: (size: number) => number
  /** A value that is passed in the context and not in code. */
  param(type: 'i32' | 'i64' | 'i128' | 'f32' | 'f64' | 'str' | 'bool', value: Value): Ir
  /** Values, each once, that are passed as a set of elements of a type. */
  set(element: SetElement, values: readonly Value[]): Ir
}
export type SetElement = 'i64' | 'i128' | 'f64' | 'str'

/** Raised by reference evaluations; the interpreter adds stage and node. */
export class EvalError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

export const refuse = (node: string, reason: string): Refusal => ({ code: 'FUNCTION', node, reason })
export const isRefusal = (x: object): x is Refusal => 'reason' in x && 'code' in x

export interface ExprDef {
  /** One sentence for docs/PLAN.md. */
  readonly doc: string
  /** Which of the plan's flags the function reads. */
  readonly flags?: readonly (keyof Flags)[]
  /** The type rule: the result types allowed for these arguments, or a refusal that says why none is. */
  readonly type: (args: readonly SqlType[], result: SqlType) => true | Refusal
  /**
   * true (default): NULL where any argument is; `eval` and `lower` never see one, the caller handles it.
   * false: `eval` gets nulls, `lower` options. 'lazy': as false, and `eval` gets thunks, because a row that one argument
   * excludes must not evaluate (and so not raise in) the next.
   */
  readonly strict?: boolean | 'lazy'
  /** Reference semantics, specialised once a call and then called per row. Throws EvalError. */
  readonly eval: (site: CallSite) => (...args: any[]) => Value
  /**
   * IR of the call. Strict: arguments are plain (never option) and the result may be an option only where the function
   * itself yields NULL; non-strict: arguments may be options. Absent: the stage falls back.
   */
  readonly lower?: (args: readonly Lowered[], site: CallSite, cx: LowerContext) => Lowered | Refusal
}
