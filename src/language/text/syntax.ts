/**
 * Text as a tree, before anything is known of names and types. One grammar serves hand-written kernels and the printed form of
 * programs, so forms with a name (`if`, `merge`, `merger[i64, +](…)`, `i64(x)`) are all calls: what they mean, and how many
 * arguments they take, is for the checker and for the reader of programs. Parentheses leave no trace.
 */
import type { Position } from '../nodes.ts'

/** `@(key: value, …)` behind a node or type; a key alone is a flag. */
export interface SyntaxAnnotation {
  readonly key: string
  readonly value?: Syntax | undefined
  readonly at: Position
}

interface Node {
  readonly at: Position
  readonly annotations?: readonly SyntaxAnnotation[] | undefined
}

/** `slice` and `elements` are a str and a vec by address and length, as programs have them (`5S`, `0V`). */
export type LiteralType = 'bool' | 'i8' | 'i16' | 'i32' | 'i64' | 'i128' | 'u8' | 'u16' | 'u32' | 'u64' | 'f32' | 'f64' | 'str' | 'slice' | 'elements'

export interface SyntaxParam {
  readonly name: string
  readonly type?: SyntaxType | undefined
  readonly at: Position
}

export type Syntax = Node &
  (
    /** Integers: decimal digits, with a sign where negative. Floats: as written, also `nan`, `inf`, `-inf`. bool: true, false. str: the characters. */
    | { readonly syntax: 'literal'; readonly type: LiteralType; readonly text: string }
    | { readonly syntax: 'name'; readonly name: string }
    /** `$0: i32`: a value that the caller of a program writes into the context. */
    | { readonly syntax: 'param'; readonly index: number; readonly type: SyntaxType }
    | { readonly syntax: 'let'; readonly name: string; readonly type?: SyntaxType | undefined; readonly value: Syntax; readonly body: Syntax }
    | { readonly syntax: 'lambda'; readonly params: readonly SyntaxParam[]; readonly body: Syntax }
    /** `name[brackets](args)`; either may be missing, not both (that is a name). */
    | { readonly syntax: 'call'; readonly name: string; readonly brackets?: readonly SyntaxArgument[] | undefined; readonly args?: readonly Syntax[] | undefined }
    /** Of what is not a name: `(|x| x + 1)(2)`. */
    | { readonly syntax: 'apply'; readonly fn: Syntax; readonly args: readonly Syntax[] }
    | { readonly syntax: 'field'; readonly of: Syntax; readonly index: number }
    | { readonly syntax: 'unary'; readonly op: '-' | '!'; readonly value: Syntax }
    | { readonly syntax: 'binary'; readonly op: SyntaxOp; readonly left: Syntax; readonly right: Syntax }
    | { readonly syntax: 'ascribe'; readonly value: Syntax; readonly type: SyntaxType }
    | { readonly syntax: 'struct'; readonly items: readonly Syntax[] }
    | { readonly syntax: 'vec'; readonly items: readonly Syntax[] }
  )
export type SyntaxKind = Syntax['syntax']
export type SyntaxOf<K extends SyntaxKind> = Extract<Syntax, { readonly syntax: K }>

export type SyntaxType = Node &
  (
    /** `i64`, `dec128[2]`, `vec[T]`, `merger[T, +]`; also the physical types of programs (`code8`). */
    | { readonly kind: 'named'; readonly name: string; readonly args?: readonly SyntaxArgument[] | undefined }
    | { readonly kind: 'option'; readonly of: SyntaxType }
    /** `{i64, str}`; with initial values it is the state of an aggregate: `{i64 = 0L}`. */
    | { readonly kind: 'struct'; readonly fields: readonly { readonly type: SyntaxType; readonly initial?: Syntax | undefined }[] }
  )

/** What stands in brackets. A word (`min`, a function's name) is a named type. */
export type SyntaxArgument =
  | { readonly argument: 'type'; readonly type: SyntaxType }
  | { readonly argument: 'op'; readonly op: SyntaxOp; readonly at: Position }
  | { readonly argument: 'value'; readonly value: Syntax }

/** A printed program: `@(memos: 1) let b0 = …; let b1 = …;`. */
export interface SyntaxProgram {
  readonly annotations: readonly SyntaxAnnotation[]
  readonly statements: readonly { readonly name: string; readonly value: Syntax; readonly at: Position }[]
}

/** From weakest to strongest; all associate to the left. */
export const PRECEDENCE = [['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '<=', '>', '>='], ['<<', '>>'], ['+', '-', '+!', '-!'], ['*', '/', '%', '*!']] as const
export type SyntaxOp = (typeof PRECEDENCE)[number][number]

/** 1 to 10. */
export const BINDING: ReadonlyMap<string, number> = new Map(PRECEDENCE.flatMap((ops, i) => ops.map((op) => [op, i + 1] as const)))
