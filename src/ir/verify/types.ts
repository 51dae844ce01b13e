/** Types by the forms that columns are stored in, operations by the types that they take: what code generation has. */
import type { Physical } from '../../layout/relation.ts'
import { type IrType, optionOf, type Scalar, type SourceColumn } from '../nodes.ts'

const SCALAR: Record<Physical, Scalar> = {
  bool8: 'bool', i8: 'i32', i16: 'i32', i32: 'i32', u8: 'i32', u16: 'i32', u32: 'i64', i64: 'i64', u64: 'i128', i128: 'i128',
  f32: 'f32', f64: 'f64', utf8: 'str', slice: 'str', code8: 'i32', code16: 'i32', code32: 'i32',
}
/** What an appender writes: the value's own width. */
export const STORED: Partial<Record<Physical, Scalar>> = { bool8: 'bool', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', slice: 'str', code32: 'i32' }

export const INTS: ReadonlySet<IrType> = new Set(['i32', 'i64', 'i128'])
export const FLOATS: ReadonlySet<IrType> = new Set(['f32', 'f64'])
export const COMPARES: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])
export const FLOAT_ONLY: ReadonlySet<string> = new Set(['sqrt', 'floor', 'ceil', 'trunc', 'nearest'])

/** Casts that code generation has; bool counts as i32. */
export const castExists = (from: Scalar, to: Scalar): boolean => {
  if (from === 'str' || to === 'str' || from === 'vec' || to === 'vec') return false
  if (to === 'bool') return from === 'bool' || from === 'i32'
  if (from === to || (INTS.has(from) || from === 'bool') && INTS.has(to)) return true
  const pair = `${from}>${to}`
  return !['i128>f32', 'f32>i128'].includes(pair)
}

export const UNSIGNED_COMPARES: ReadonlySet<string> = new Set(['<u', '<=u', '>u', '>=u'])
export const UNSIGNED: ReadonlySet<string> = new Set([...UNSIGNED_COMPARES, '/u', '%u', '>>u', 'minu', 'maxu'])
/** Widenings of i32 and i64, and casts between them and floats. */
export const unsignedCast = (from: IrType, to: Scalar): boolean => {
  const small = (t: IrType) => t === 'i32' || t === 'i64'
  return (small(from) && (FLOATS.has(to) || to === 'i64' || to === 'i128')) || (FLOATS.has(from) && small(to))
}

export const typeOf = (c: SourceColumn): IrType => {
  const scalar = c.vec && c.physical === 'slice' ? 'vec' : SCALAR[c.physical]
  return c.nullable ? optionOf(scalar) : scalar
}

export const keyTypesAgree = (a: readonly IrType[], b: readonly IrType[]): boolean => a.length === b.length && a.every((t, i) => t === b[i])
