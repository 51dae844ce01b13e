/**
 * Programs as kernel authors write them: Weld's language (Palkar et al., CIDR 2017; weld-project/weld) with options for NULL,
 * 128-bit integers, decimals, dates, timestamps and byte strings. Every node knows its type and where it stands in the text.
 * Expressions are pure but for `assert`, `raise` and checked arithmetic; `if`, `&&` and `||` are lazy, `select` is not.
 *
 * Parts are evaluated from left to right, a let's value before its body, and the first error is the one that is raised; the
 * passes keep to that. What nothing reads lowering leaves out, errors and all, and of several errors the pipelines may tell any
 * (docs/IR.md, Choices and errors). A loop evaluates what it runs over, then its builder, then compares lengths and bounds, then
 * runs its rounds. Staged rows wait for their reader: the rounds of the loop that makes them take turns with the rounds of the
 * one that reads them.
 */
export type ScalarName = 'bool' | 'i8' | 'i16' | 'i32' | 'i64' | 'i128' | 'u8' | 'u16' | 'u32' | 'u64' | 'f32' | 'f64' | 'date' | 'timestamp' | 'str'

/** How the rows of a vec lie in memory; an annotation, equal types may differ in it. */
export type Layout = 'column' | 'row'
export type MergeOp = '+' | '*' | 'min' | 'max' | '&&' | '||' | 'first' | 'any'

export type Type =
  | { readonly kind: 'scalar'; readonly scalar: ScalarName }
  /** Unscaled value in 128 bits; the value is unscaled / 10^scale. */
  | { readonly kind: 'dec128'; readonly scale: number }
  /** Of a scalar or dec128. */
  | { readonly kind: 'option'; readonly of: Type }
  | { readonly kind: 'struct'; readonly fields: readonly Type[] }
  | { readonly kind: 'vec'; readonly of: Type; readonly layout?: Layout | undefined }
  | { readonly kind: 'dict'; readonly key: Type; readonly value: Type }
  | { readonly kind: 'function'; readonly params: readonly Type[]; readonly result: Type }
  | BuilderType
/** A struct of builders is a struct whose fields are all builders. */
export type BuilderType =
  | { readonly kind: 'appender'; readonly of: Type }
  /** An appender of at most `limit` ≤ 1024 rows a chunk, read by exactly one loop: a staging point, not a vec in memory. */
  | { readonly kind: 'staged'; readonly of: Type; readonly limit: number }
  /**
   * Over a scalar, an option of one (NULLs are skipped; NULL when nothing was merged) or a struct of such, field by field. Each
   * op is the operator of that name, `&&` and `||` of values that are there. Where nothing was merged: 0, 1, the greatest (min)
   * and least (max) value, ±∞, true (&&), false (||); for `first` and `any`, and min and max of str, 0, false or ''.
   */
  | { readonly kind: 'merger'; readonly of: Type; readonly op: MergeOp }
  /** Keys by value: NULL is a key, −0 is the key 0, all NaN are one key. Entries are in order of first appearance. */
  | { readonly kind: 'dictmerger'; readonly key: Type; readonly value: Type; readonly op: MergeOp }
  | { readonly kind: 'groupmerger'; readonly key: Type; readonly value: Type }
  /** Takes {i64 index, value}; an index out of range raises RAISED. */
  | { readonly kind: 'vecmerger'; readonly of: Type; readonly op: MergeOp }

/** Lines and columns from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}
/** `@(key: value, …)` behind a node; values are numbers, strings or words. */
export type Annotations = Readonly<Record<string, string | number | boolean>>

/**
 * On integers wrapping; `/` and `%` truncate, and raise DIVIDE_BY_ZERO (the least value by −1 wraps); `+!` `-!` `*!` raise OVERFLOW.
 * Shifts take their count modulo the type's bits; `>>` copies the sign of signed types. On floats IEEE, each result rounded to
 * its type, `%` as in JavaScript; `min` and `max` give NaN if one is, and −0 is less than 0. Strings compare by bytes, false is less than true.
 * A product of dec128 has the sum of their scales.
 */
export type BinaryOp =
  | '+' | '-' | '*' | '/' | '%' | '+!' | '-!' | '*!' | '&' | '|' | '^' | '<<' | '>>' | 'min' | 'max' | 'pow'
  | '==' | '!=' | '<' | '<=' | '>' | '>='
  | '&&' | '||'
export type UnaryOp = 'not' | 'neg' | 'abs' | 'exp' | 'log' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest' | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan' | 'sinh' | 'cosh' | 'tanh'

/** iter(v, start, end, stride): elements start, start + stride, … below end. A start below 0, an end beyond the vec or a stride below 1 raises RAISED. */
export interface Iter {
  readonly of: Expr
  readonly start?: Expr | undefined
  readonly end?: Expr | undefined
  readonly stride?: Expr | undefined
}
/** What a loop runs over: one vec or several in step (`zip`: equal numbers of elements, else RAISED), or numbers start, start + stride, … below end (a stride below 1 raises RAISED). */
export type Iteration = { readonly over: 'vecs'; readonly iters: readonly Iter[] } | { readonly over: 'range'; readonly start: Expr; readonly end: Expr; readonly stride: Expr }

interface Node {
  readonly type: Type
  readonly at: Position
  readonly annotations?: Annotations | undefined
}

export type Expr = Node &
  (
    /** dec128: the unscaled value. date: days, timestamp: microseconds since 1970. str: text, as its UTF-8 bytes. */
    | { readonly expr: 'literal'; readonly value: number | bigint | boolean | string }
    | { readonly expr: 'name'; readonly name: string }
    /** `@(staged: true)`, where loops over staged rows were fused: a staging point, the value waits for others. */
    | { readonly expr: 'let'; readonly name: string; readonly value: Expr; readonly body: Expr }
    | { readonly expr: 'lambda'; readonly params: readonly { readonly name: string; readonly type: Type }[]; readonly body: Expr }
    | { readonly expr: 'apply'; readonly fn: Expr; readonly args: readonly Expr[] }
    | { readonly expr: 'if' | 'select'; readonly cond: Expr; readonly then: Expr; readonly else: Expr }
    /** iterate(initial, |state| {next, again}): next of the first round whose `again` is false. */
    | { readonly expr: 'iterate'; readonly initial: Expr; readonly step: Expr }
    /** assert(cond, value): value, or RAISED where cond is false; value is evaluated after. */
    | { readonly expr: 'assert'; readonly cond: Expr; readonly value: Expr }
    /**
     * T(x) between numbers: integers extend or wrap, to floats rounds to nearest even, float → integer truncates and saturates, NaN → 0.
     * bool is 0 or 1, and true of what is not 0. A dec128 counts as its unscaled i128, a date as its i32, a timestamp as its i64;
     * what the text's dec128[2](x) means beyond that is arithmetic by then.
     */
    | { readonly expr: 'cast'; readonly value: Expr }
    /** cudf[name, T](args): a function of the runtime. */
    | { readonly expr: 'call'; readonly fn: string; readonly args: readonly Expr[] }
    | { readonly expr: 'unary'; readonly op: UnaryOp; readonly value: Expr }
    | { readonly expr: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr }
    /** none[T]. */
    | { readonly expr: 'none' }
    /** some(x): ?T; isnull(x); value(x): T, unspecified for NULL. */
    | { readonly expr: 'some' | 'isnull' | 'value'; readonly value: Expr }
    | { readonly expr: 'struct'; readonly fields: readonly Expr[] }
    | { readonly expr: 'vec'; readonly items: readonly Expr[] }
    | { readonly expr: 'field'; readonly of: Expr; readonly index: number }
    /** Elements of a vec, entries of a dict, bytes of a str; i64. */
    | { readonly expr: 'len'; readonly of: Expr }
    /** lookup(v, i) raises RAISED out of range; lookup(d, k) raises where there is no such key. optlookup gives {bool, V}, V unspecified for false. */
    | { readonly expr: 'lookup' | 'optlookup' | 'keyexists'; readonly of: Expr; readonly key: Expr }
    /** slice(v, start, size): of elements start … start + size − 1 those that there are. */
    | { readonly expr: 'slice'; readonly of: Expr; readonly start: Expr; readonly size: Expr }
    /** sort(v, |x| key): by a scalar key or a struct of them, ascending, NULL first, −0 as 0, NaN last; stable. `@(descending: true)`: the other way round, stable too. */
    | { readonly expr: 'sort'; readonly of: Expr; readonly key: Expr }
    /** tovec(d): vec[{K, V}], in order of first appearance. */
    | { readonly expr: 'tovec'; readonly of: Expr }
    /** for(iters, builder, |b, i, e| …): the builder after all merges. i counts rounds from 0; e of a zip is a struct. */
    | { readonly expr: 'for'; readonly iteration: Iteration; readonly builder: Expr; readonly step: Expr }
    | { readonly expr: 'merge'; readonly builder: Expr; readonly value: Expr }
    | { readonly expr: 'result'; readonly builder: Expr }
    /** appender[T], merger[T, op](initial), vecmerger[T, op](vec), …: the type tells which. */
    | { readonly expr: 'newbuilder'; readonly initial?: Expr | undefined }
  )
export type ExprKind = Expr['expr']
export type Of<K extends ExprKind> = Extract<Expr, { readonly expr: K }>

/** A program: one lambda over its inputs, whose result is data, not a builder or a function. */
export type Kernel = Of<'lambda'>
