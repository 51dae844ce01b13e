/**
 * Compact tuples: what sinks keep. Fields lie at fixed offsets, widest first, validity bytes last; the stride is a
 * multiple of 8.
 *
 *   hash tuples   0 hash u32, or a dense key's position · 4 next u32 · 8 fields … · validity bytes
 *   elements      0 fields … · validity bytes
 *   sort tuples   0 prefix u64 · 8 key slice u64 · 16 fields … · validity bytes      of a top-n: 16 row u64 · 24 fields …
 */
import { isOption, type IrType, type Scalar, scalarOf } from '../ir/nodes.ts'
import type { FunctionBuilder } from './encoder.ts'
import type { Opcode } from './opcodes.ts'
import type { RowAccess } from './scope.ts'

export const HASH_HEADER = 8
export const SORT_HEADER = 16
export const TOP_HEADER = 24

export const WIDTH: Record<Scalar, number> = { i128: 16, i64: 8, f64: 8, str: 8, vec: 8, i32: 4, f32: 4, bool: 1 }
const LOAD: Record<Scalar, Opcode> = { i128: 'i64.load', i64: 'i64.load', str: 'i64.load', vec: 'i64.load', f64: 'f64.load', i32: 'i32.load', f32: 'f32.load', bool: 'i32.load8_u' }
export const STORE: Record<Scalar, Opcode> = { i128: 'i64.store', i64: 'i64.store', str: 'i64.store', vec: 'i64.store', f64: 'f64.store', i32: 'i32.store', f32: 'f32.store', bool: 'i32.store8' }

export interface TupleField {
  readonly type: IrType
  readonly offset: number
  /** Offset of the validity byte; 0 where the field is never NULL. */
  readonly valid: number
  /** A dense key: not stored, but this much more than the position that the tuple begins with. */
  readonly least?: bigint
}

export interface TupleLayout {
  readonly fields: readonly TupleField[]
  readonly stride: number
}

export const layoutTuple = (header: number, types: readonly IrType[]): TupleLayout => {
  const offsets = new Array<number>(types.length).fill(0)
  const valids = new Array<number>(types.length).fill(0)
  let at = header
  for (const width of [16, 8, 4, 1]) {
    types.forEach((type, i) => {
      if (WIDTH[scalarOf(type)] !== width) return
      offsets[i] = at
      at += width
    })
  }
  types.forEach((type, i) => {
    if (isOption(type)) valids[i] = at++
  })
  return { fields: types.map((type, i) => ({ type, offset: offsets[i] as number, valid: valids[i] as number })), stride: (at + 7) & ~7 }
}

/** Pushes a field's slots. */
export const loadField = (f: FunctionBuilder, tuple: number, field: TupleField): void => {
  loadValue(f, tuple, field)
  if (isOption(field.type)) f.get(tuple).memory('i32.load8_u', field.valid)
}

const loadValue = (f: FunctionBuilder, tuple: number, field: TupleField): void => {
  const scalar = scalarOf(field.type)
  if (field.least !== undefined) {
    f.get(tuple).memory('i32.load')
    if (scalar === 'i64') f.op('i64.extend_i32_u').i64(field.least).op('i64.add')
    else f.i32(Number(BigInt.asIntN(32, field.least))).op('i32.add')
    return
  }
  f.get(tuple).memory(LOAD[scalar], field.offset)
  if (scalar === 'i128') f.get(tuple).memory('i64.load', field.offset + 8)
}

/** Stores slots that lie in locals. */
export const storeLocals = (f: FunctionBuilder, tuple: number, field: TupleField, locals: readonly number[]): void => {
  const scalar = scalarOf(field.type)
  f.get(tuple).get(locals[0] as number).memory(STORE[scalar], field.offset)
  if (scalar === 'i128') f.get(tuple).get(locals[1] as number).memory('i64.store', field.offset + 8)
  if (isOption(field.type)) f.get(tuple).get(locals.at(-1) as number).memory('i32.store8', field.valid)
}

/** Fields of the tuple whose address a local holds; `first` skips leading fields (an aggregate's key). */
export const tupleAccess = (layout: TupleLayout, tuple: number, first = 0): RowAccess => ({
  read: (f, index) => loadField(f, tuple, layout.fields[first + index] as TupleField),
  value: (f, index) => loadValue(f, tuple, layout.fields[first + index] as TupleField),
  valid: (f, index) => {
    f.get(tuple).memory('i32.load8_u', (layout.fields[first + index] as TupleField).valid)
  },
})
