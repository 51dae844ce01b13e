/**
 * The IR's expressions: Weld's, with option types for NULL, 128-bit integers and byte strings. Every node knows its type.
 * An expression is pure but for `raise`, and evaluated only where control reaches it: `if` and `&&`, `||` are lazy.
 *
 *   bool  0 or 1            i32 i64 i128  two's complement          f32 f64  IEEE 754
 *   str   byte slice: address in the low 32 bits, length in the high 32 bits of an i64
 *   ?T    value and validity; the value of a NULL is unspecified and reading it harmless: a str is a slice, a code in range
 */
export type Scalar = 'bool' | 'i32' | 'i64' | 'i128' | 'f32' | 'f64' | 'str'
export type IrType = Scalar | `?${Scalar}`

/** Run-time errors a kernel can raise; numbers are what lies in the context's error slot. */
export const RAISES = { OVERFLOW: 1, DIVIDE_BY_ZERO: 2, CAST_FAILED: 3, RAISED: 4, MEMORY_EXCEEDED: 5 } as const
export type RaiseCode = keyof typeof RAISES

/** Arithmetic wraps on integers. `/` and `%` truncate towards zero and need a divisor ≠ 0 (and no MIN/−1). */
export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>' | 'min' | 'max'
/** On floats: IEEE. On str: unsigned bytes, a prefix before the longer. */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
export type Logical = '&&' | '||'
export type BinaryOp = Arithmetic | Comparison | Logical
/** `not` is for bool; `sqrt floor ceil trunc nearest` for floats; `neg abs` for numbers; `length` gives a str's bytes. */
export type UnaryOp = 'not' | 'neg' | 'abs' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest' | 'length'

export type Ir =
  | { readonly ir: 'literal'; readonly type: Scalar; readonly value: number | bigint | boolean }
  /** A value that lies in the context's parameters, so that the code is the same for every constant. */
  | { readonly ir: 'param'; readonly type: Scalar; readonly index: number }
  | { readonly ir: 'ident'; readonly type: IrType; readonly name: string }
  /** Field of the row that `row` names. */
  | { readonly ir: 'field'; readonly type: IrType; readonly row: string; readonly index: number }
  | { readonly ir: 'let'; readonly type: IrType; readonly name: string; readonly value: Ir; readonly body: Ir }
  | { readonly ir: 'if'; readonly type: IrType; readonly cond: Ir; readonly then: Ir; readonly else: Ir }
  /** Both sides are evaluated. */
  | { readonly ir: 'select'; readonly type: IrType; readonly cond: Ir; readonly then: Ir; readonly else: Ir }
  | { readonly ir: 'binary'; readonly type: Scalar; readonly op: BinaryOp; readonly left: Ir; readonly right: Ir }
  /** + − × on i32, i64, i128 that raise where the result does not fit the type. */
  | { readonly ir: 'checked'; readonly type: Scalar; readonly op: '+' | '-' | '*'; readonly left: Ir; readonly right: Ir; readonly site: number }
  | { readonly ir: 'unary'; readonly type: Scalar; readonly op: UnaryOp; readonly arg: Ir }
  /** Between numbers: integers extend or wrap, int → float rounds to nearest even, float → int truncates and saturates (NaN → 0). bool ↔ i32. */
  | { readonly ir: 'cast'; readonly type: Scalar; readonly arg: Ir }
  | { readonly ir: 'option'; readonly type: `?${Scalar}`; readonly value: Ir; readonly valid: Ir }
  | { readonly ir: 'value'; readonly type: Scalar; readonly arg: Ir }
  | { readonly ir: 'valid'; readonly type: 'bool'; readonly arg: Ir }
  /** A function of the AssemblyScript runtime; see runtime.ts for the table. */
  | { readonly ir: 'call'; readonly type: Scalar; readonly fn: string; readonly args: readonly Ir[]; readonly site?: number | undefined }
  /** Element of a vector at an address: a dictionary's string. */
  | { readonly ir: 'lookup'; readonly type: 'str'; readonly vector: Ir; readonly index: Ir }
  /** A pure function of a dictionary code, computed once a code and remembered in the program's memo table `table`. */
  | { readonly ir: 'memo'; readonly type: 'bool' | 'i32'; readonly table: number; readonly code: Ir; readonly compute: Ir }
  /** Ends the query with an error; `site` indexes the program's list of error sites. */
  | { readonly ir: 'raise'; readonly type: IrType; readonly code: RaiseCode; readonly site: number }

export const isOption = (type: IrType): type is `?${Scalar}` => type.startsWith('?')
export const scalarOf = (type: IrType): Scalar => (isOption(type) ? type.slice(1) : type) as Scalar
export const optionOf = (type: IrType): `?${Scalar}` => `?${scalarOf(type)}`
