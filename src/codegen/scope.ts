/**
 * What code generation of expressions knows at a place: the function, the names in scope with their locals, how rows are
 * read, and the module's imports. Values of IR types lie on the wasm stack and in locals as one or more slots:
 *
 *   bool i32 → i32     i64 str vec → i64     i128 → i64 lo, i64 hi     f32, f64     ?T → slots of T, then i32 validity
 */
import { isOption, type Ir, type IrType, type Scalar, scalarOf } from '../ir/nodes.ts'
import type { Callee, FunctionBuilder } from './encoder.ts'
import type { WasmType } from './opcodes.ts'
import type { Outlined } from './outline.ts'
import type { Opened } from './outside.ts'

export const CTX_LOCAL = 0

const SCALAR_SLOTS: Record<Scalar, readonly WasmType[]> = {
  bool: ['i32'],
  i32: ['i32'],
  i64: ['i64'],
  i128: ['i64', 'i64'],
  f32: ['f32'],
  f64: ['f64'],
  str: ['i64'],
  vec: ['i64'],
}
export const slotsOf = (type: IrType): readonly WasmType[] =>
  isOption(type) ? [...SCALAR_SLOTS[scalarOf(type)], 'i32'] : SCALAR_SLOTS[type]

/** Locals with the addresses of a string column: its bytes and their offsets, or its slices. */
export interface TextPlace {
  readonly data: number
  readonly offsets: number | undefined
}

/** Reads fields of a row: pushes the field's slots. */
export interface RowAccess {
  read(f: FunctionBuilder, index: number): void
  /** Of a nullable field: the value, or the validity, alone. */
  value?(f: FunctionBuilder, index: number): void
  valid?(f: FunctionBuilder, index: number): void
  /** Where a string column of the source lies. */
  text?(index: number): TextPlace | undefined
}

/** Functions a kernel can call. */
export interface Callees {
  /** A function of the runtime, or the host's `reserve`. */
  runtime(name: string): Callee
  /** A function of JavaScript's Math over f64. */
  host(name: string, params: number): Callee
  /** a × b of two i64 as (lo, hi). */
  mulWide(): Callee
}

export interface Scope {
  readonly f: FunctionBuilder
  readonly callees: Callees
  readonly names: Map<string, readonly number[]>
  readonly rows: Map<string, RowAccess>
  readonly params: ReadonlyMap<number, readonly number[]>
  /** Locals with the addresses of memo tables. */
  readonly memos: ReadonlyMap<number, number>
  /** Whole vecs and dictionaries. */
  readonly opened: Opened
  /** Large expressions that are functions of their own, and the one whose function this is. */
  readonly outlined?: Outlined | undefined
  readonly outlining?: Ir | undefined
  /** Local with the number of the source's row, where there is one. */
  readonly row?: number | undefined
  /** Parameter with the number of the morsel's first row, in functions over rows. */
  readonly morsel?: number | undefined
  /** Where merges may be done in parts. */
  readonly part?: EmitPart | undefined
}

/** Calls a new function for a part of a merge: `reads` is evaluated in it, `bases` are locals (i32) that it gets; `results` are left on the stack. */
export type EmitPart = (scope: Scope, reads: readonly Ir[], bases: readonly number[], results: readonly WasmType[], emit: (inner: Scope, bases: readonly number[]) => void) => void

/** Pops the slots of `type` into fresh locals. */
export const toLocals = (f: FunctionBuilder, type: IrType): number[] => {
  const slots = slotsOf(type)
  const locals = slots.map((s) => f.local(s))
  for (const local of [...locals].reverse()) f.set(local)
  return locals
}
export const freeLocals = (f: FunctionBuilder, type: IrType, locals: readonly number[]): void => {
  slotsOf(type).forEach((slot, i) => {
    f.free(slot, locals[i] as number)
  })
}
export const getLocals = (f: FunctionBuilder, locals: readonly number[]): void => {
  for (const local of locals) f.get(local)
}

/** Runs `body` with an expression's slots in locals: those that already hold it, where it is a name. */
export const withLocals = (scope: Scope, e: Ir, emit: (scope: Scope, e: Ir) => void, body: (locals: readonly number[]) => void): void => {
  const held = e.ir === 'ident' ? scope.names.get(e.name) : e.ir === 'param' ? scope.params.get(e.index) : undefined
  if (held) return body(held)
  emit(scope, e)
  const locals = toLocals(scope.f, e.type)
  body(locals)
  freeLocals(scope.f, e.type, locals)
}
