/**
 * How the language's types lie in the IR: a struct is its fields' scalars one after the other, an option of a struct does not
 * exist, sized integers are i32 (i8 i16 u8 u16 always in their range, u32 as bits) or i64 (u64 as bits), a nested vec is one `vec`.
 */
import type { IrType, Scalar } from '../../ir/nodes.ts'
import type { Physical } from '../../layout/relation.ts'
import { ROW_PHYSICALS, type RowField } from '../../layout/unsafe-row.ts'
import type { Position, ScalarName, Type } from '../nodes.ts'
import { unsupported } from './unsupported.ts'

const SCALARS: Record<ScalarName, Scalar> = {
  bool: 'bool',
  i8: 'i32', i16: 'i32', i32: 'i32', u8: 'i32', u16: 'i32', u32: 'i32', date: 'i32',
  i64: 'i64', u64: 'i64', timestamp: 'i64',
  i128: 'i128', f32: 'f32', f64: 'f64', str: 'str',
}

/** How a column of an input lies in memory: no wider than its type. */
const STORED: Record<ScalarName, Physical> = {
  bool: 'bool8',
  i8: 'i8', u8: 'u8', i16: 'i16', u16: 'u16', i32: 'i32', u32: 'i32', date: 'i32',
  i64: 'i64', u64: 'i64', timestamp: 'i64',
  i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice',
}

/** The IR's type of a scalar or dec128; undefined for other types. */
export const scalarType = (type: Type): Scalar | undefined => (type.kind === 'scalar' ? SCALARS[type.scalar] : type.kind === 'dec128' ? 'i128' : undefined)

/** The IR's types of a value that can lie in a row, in order of its fields. */
export const leavesOf = (type: Type, at: Position): readonly IrType[] => {
  switch (type.kind) {
    case 'scalar':
      return [SCALARS[type.scalar]]
    case 'dec128':
      return ['i128']
    case 'option': {
      const scalar = scalarType(type.of)
      if (scalar === undefined) return unsupported(at, `an option of a ${type.of.kind}`)
      return [`?${scalar}`]
    }
    case 'struct':
      return type.fields.flatMap((field) => leavesOf(field, at))
    case 'vec':
      leavesOf(type.of, at)
      return ['vec']
    default:
      return unsupported(at, `a ${type.kind} within a row`)
  }
}

/** The types of the leaves themselves, in the same order. */
export const leafTypes = (type: Type): readonly Type[] => (type.kind === 'struct' ? type.fields.flatMap(leafTypes) : [type])

/** How an input's leaf lies in a column. */
export const storedAs = (leaf: Type): Physical => {
  switch (leaf.kind) {
    case 'scalar':
      return STORED[leaf.scalar]
    case 'option':
      return storedAs(leaf.of)
    case 'dec128':
      return 'i128'
    default:
      return 'slice'
  }
}

/** How an input's leaf lies in an UnsafeRow; a decimal, whose digits nobody counts, always in the wide form. */
export const rowField = (leaf: Type, at: Position): RowField => {
  const exact = leaf.kind === 'option' ? leaf.of : leaf
  const stored = storedAs(exact)
  const physical = ROW_PHYSICALS.find((p) => p === (stored === 'slice' ? 'utf8' : stored))
  if (!physical || exact.kind === 'vec' || isUnsigned(exact) || (exact.kind === 'scalar' && exact.scalar === 'i128')) return unsupported(at, 'a field of this type in row layout')
  return { physical, nullable: leaf.kind === 'option' }
}

/** Whether the type is an unsigned integer. */
export const isUnsigned = (type: Type): boolean => type.kind === 'scalar' && type.scalar.startsWith('u')
/** Bits of an integer that lies in an i32 and is narrower; undefined for others. */
export const narrowBits = (type: Type): 8 | 16 | undefined => {
  if (type.kind !== 'scalar') return undefined
  return type.scalar === 'i8' || type.scalar === 'u8' ? 8 : type.scalar === 'i16' || type.scalar === 'u16' ? 16 : undefined
}
