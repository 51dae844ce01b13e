/** Physical columns and the IR: what each is read as, and what each scalar is written as. */
import type { Physical } from '../layout/relation.ts'
import type { Scalar } from './nodes.ts'

/** Codes are read as they are; a dictionary decodes them. */
export const READ_AS: Record<Physical, Scalar> = {
  bool8: 'bool',
  i8: 'i32', i16: 'i32', i32: 'i32', u8: 'i32', u16: 'i32',
  u32: 'i64', i64: 'i64',
  u64: 'i128', i128: 'i128',
  f32: 'f32', f64: 'f64',
  utf8: 'str', slice: 'str',
  code8: 'i32', code16: 'i32', code32: 'i32',
}

export const WRITTEN_AS: Record<Scalar, Physical> = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice', vec: 'slice' }
