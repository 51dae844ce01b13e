/**
 * The IR's expressions: Weld's, with option types for NULL, 128-bit integers and byte strings. Every node knows its type.
 * An expression is pure but for `raise`, and evaluated only where control reaches it: `if` and `&&`, `||` are lazy.
 *
 *   bool  0 or 1            i32 i64 i128  two's complement          f32 f64  IEEE 754
 *   str   byte slice: address in the low 32 bits, length in the high 32 bits of an i64
 *   vec   like str, but a number of elements in the high 32 bits; elements are tuples as codegen/tuple.ts lays them out without header
 *   ?T    value and validity; the value of a NULL is unspecified and reading it harmless: a str is a slice, a code in range
 */
import type { Physical } from '../layout/relation.ts'
import type { Range } from '../layout/types.ts'

export type Scalar = 'bool' | 'i32' | 'i64' | 'i128' | 'f32' | 'f64' | 'str' | 'vec'
export type IrType = Scalar | `?${Scalar}`

/** Run-time errors a kernel can raise; numbers are what lies in the context's error slot. */
export const RAISES = { OVERFLOW: 1, DIVIDE_BY_ZERO: 2, CAST_FAILED: 3, RAISED: 4, MEMORY_EXCEEDED: 5 } as const
export type RaiseCode = keyof typeof RAISES

/** Arithmetic wraps on integers. `/` and `%` truncate towards zero and need a divisor ≠ 0 (and no MIN/−1). */
export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>' | 'min' | 'max'
/** On i32 and i64 read as unsigned numbers; `/u` and `%u` need a divisor ≠ 0. */
export type UnsignedOp = '/u' | '%u' | '>>u' | 'minu' | 'maxu' | '<u' | '<=u' | '>u' | '>=u'
/** On floats: IEEE. On str: unsigned bytes, a prefix before the longer. */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
export type Logical = '&&' | '||'
export type BinaryOp = Arithmetic | UnsignedOp | Comparison | Logical
/** `not` is for bool; `sqrt floor ceil trunc nearest` for floats; `neg abs` for numbers; `length` gives a str's bytes. */
export type UnaryOp = 'not' | 'neg' | 'abs' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest' | 'length'

/** How a column of a source lies in memory; codes are read as their i32. */
export interface SourceColumn {
  readonly physical: Physical
  readonly nullable: boolean
  /** Its slices are vecs and no strings. */
  readonly vec?: true | undefined
  /** Bounds of the values that are not NULL, where known: what is made of them shows in the code, they do not in the text. */
  readonly range?: Range | undefined
}

/** A vec as a whole: an input of the program that lies in one batch (`relation` is its position among the inputs), a slice of tuples, what an earlier vecmerger or groupmerger left. */
export type VecRef =
  | { readonly vec: 'relation'; readonly relation: number; readonly columns: readonly SourceColumn[] }
  | { readonly vec: 'slice'; readonly value: Ir; readonly element: readonly IrType[] }
  | { readonly vec: 'tuples'; readonly sink: number }

/** A value that a loop carries from round to round. */
export interface LoopState {
  readonly name: string
  readonly init: Ir
}

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
  /** Between numbers: integers extend or wrap, int → float rounds to nearest even, float → int truncates and saturates (NaN → 0). bool ↔ i32. `unsigned`: the integer that is widened, or that meets a float, is unsigned; of i32 and i64. */
  | { readonly ir: 'cast'; readonly type: Scalar; readonly arg: Ir; readonly unsigned?: true | undefined }
  /** Wraps to an integer of 8 or 16 bits. */
  | { readonly ir: 'narrow'; readonly type: 'i32'; readonly bits: 8 | 16; readonly signed: boolean; readonly arg: Ir }
  | { readonly ir: 'option'; readonly type: `?${Scalar}`; readonly value: Ir; readonly valid: Ir }
  | { readonly ir: 'value'; readonly type: Scalar; readonly arg: Ir }
  | { readonly ir: 'valid'; readonly type: 'bool'; readonly arg: Ir }
  /** A function of the AssemblyScript runtime; see runtime.ts for the table. */
  | { readonly ir: 'call'; readonly type: Scalar; readonly fn: string; readonly args: readonly Ir[]; readonly site?: number | undefined }
  /** Element of a vector at an address: a dictionary's string. */
  | { readonly ir: 'lookup'; readonly type: 'str'; readonly vector: Ir; readonly index: Ir }
  /** A field of an element; `index` is an unsigned i32 below the vec's size: no check is made. */
  | { readonly ir: 'element'; readonly type: IrType; readonly vec: VecRef; readonly index: Ir; readonly field: number }
  /** Number of elements. */
  | { readonly ir: 'size'; readonly type: 'i32'; readonly vec: VecRef }
  /**
   * Rounds 0 … count − 1 (unsigned), the first ones in which `while` holds: states become `update`, all at once. `while` and
   * `update` read the round's number and the states, `result` the states after the last round.
   */
  | { readonly ir: 'loop'; readonly type: IrType; readonly index: string; readonly count: Ir; readonly state: readonly LoopState[]; readonly while?: Ir | undefined; readonly update: readonly Ir[]; readonly result: Ir }
  /** Address of the tuple with that key that an earlier dictmerger or groupmerger left, 0 where there is none. */
  | { readonly ir: 'find'; readonly type: 'i32'; readonly sink: number; readonly key: readonly Ir[] }
  /** A field of such a tuple: the keys, then states or fields; of contiguous groups, keys and the vec of values. */
  | { readonly ir: 'tuple'; readonly type: IrType; readonly sink: number; readonly address: Ir; readonly index: number }
  /**
   * Where the row in flight comes among all rows that merge into a sink: order · 2⁴⁸ + the number of the source's row · times + plus.
   * `order` numbers pipelines, `times` and `plus` the rows that one row of the source becomes.
   */
  | { readonly ir: 'position'; readonly type: 'i64'; readonly order: number; readonly times: number; readonly plus: number }
  /** A pure function of a dictionary code, computed once a code and remembered in the program's memo table `table`. */
  | { readonly ir: 'memo'; readonly type: 'bool' | 'i32'; readonly table: number; readonly code: Ir; readonly compute: Ir }
  /** Ends the query with an error; `site` indexes the program's list of error sites. */
  | { readonly ir: 'raise'; readonly type: IrType; readonly code: RaiseCode; readonly site: number }

export const isOption = (type: IrType): type is `?${Scalar}` => type.startsWith('?')
export const scalarOf = (type: IrType): Scalar => (isOption(type) ? type.slice(1) : type) as Scalar
export const optionOf = (type: IrType): `?${Scalar}` => `?${scalarOf(type)}`
