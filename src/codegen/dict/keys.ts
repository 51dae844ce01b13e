/**
 * How a dictionary's keys are told apart; codegen chooses by their types alone, so that whoever looks up finds what was built.
 *
 *   dense    small ranges: an array of states by position             dense.ts
 *   word     all keys, validity bits too, in 32 or 64 bits: the       entry  0 word u32 · 4 tuple u32
 *            entry holds the word, no tuple is touched to compare     entry  0 word u64 · 8 tuple u32 · 12 free
 *   tagged   strings and wide keys: the entry holds the hash,         entry  0 hash u32 · 4 tuple u32
 *            rows are compared where it is equal                      tuple  0 hash u32 · 4 free · 8 fields
 *
 * A word's fields lie from bit 0 in the order of the keys, each value before its validity bit; a NULL's value is 0 there.
 */
import { isOption, type IrType, type Scalar, scalarOf } from '../../ir/nodes.ts'
import type { DenseKey } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { HASH_HEADER, layoutTuple, type TupleLayout, WIDTH } from '../tuple.ts'

/** Slots of each key, in locals. */
export type Keys = readonly (readonly number[])[]

/** `kind` is what assembly/dict.ts calls the entry; `shift` is log2 of its bytes. */
export type KeyMode =
  | { readonly mode: 'dense'; readonly ranges: readonly DenseKey[] }
  | { readonly mode: 'word'; readonly type: 'i32' | 'i64'; readonly kind: 1 | 2; readonly shift: 3 | 4; readonly tuple: 4 | 8 }
  | { readonly mode: 'tagged'; readonly type: 'i32'; readonly kind: 0; readonly shift: 3; readonly tuple: 4 }

/** A dictionary as codegen sees it: its keys are the first fields of its tuples. */
export interface Keyed {
  readonly types: readonly IrType[]
  readonly mode: KeyMode
  readonly layout: TupleLayout
}

/** Bits of a value in a word; more than a word where it has no place in one. */
const BITS: Record<Scalar, number> = { bool: 1, i32: 32, f32: 32, i64: 64, f64: 64, i128: 128, str: 128, vec: 128 }
const bitsOf = (type: IrType): number => BITS[scalarOf(type)] + (isOption(type) ? 1 : 0)

export const keyMode = (types: readonly IrType[], dense?: readonly DenseKey[]): KeyMode => {
  if (dense) return { mode: 'dense', ranges: dense }
  const bits = types.reduce((n, type) => n + bitsOf(type), 0)
  if (bits === 0 || bits > 64) return { mode: 'tagged', type: 'i32', kind: 0, shift: 3, tuple: 4 }
  return bits <= 32 ? { mode: 'word', type: 'i32', kind: 1, shift: 3, tuple: 4 } : { mode: 'word', type: 'i64', kind: 2, shift: 4, tuple: 8 }
}

/** Tuples of `types`, keys first, then `rest`; of dense keys they are `rest` alone, whose alignment is that of its widest field. */
export const keyed = (types: readonly IrType[], rest: readonly IrType[], dense?: readonly DenseKey[]): Keyed => {
  const mode = keyMode(types, dense)
  if (mode.mode === 'dense') return { types, mode, layout: denseLayout(types, rest) }
  return { types, mode, layout: layoutTuple(mode.mode === 'tagged' ? HASH_HEADER : 0, [...types, ...rest]) }
}

/** Bytes of an array's state are as few as alignment allows: cache lines and pages are what large arrays cost. */
const denseLayout = (types: readonly IrType[], rest: readonly IrType[]): TupleLayout => {
  const { fields } = layoutTuple(0, rest)
  const used = fields.reduce((n, f) => Math.max(n, f.offset + WIDTH[scalarOf(f.type)], f.valid + 1), 1)
  const align = rest.reduce((n, type) => Math.max(n, Math.min(8, WIDTH[scalarOf(type)])), 1)
  return { fields: [...types.map((type) => ({ type, offset: -1, valid: -1 })), ...fields], stride: Math.ceil(used / align) * align }
}

/** Pushes the word of keys in locals. */
export const emitWord = (f: FunctionBuilder, word: 'i32' | 'i64', types: readonly IrType[], keys: Keys): void => {
  const wide = word === 'i64'
  let at = 0
  const place = () => {
    if (at > 0) {
      if (wide) f.i64(BigInt(at)).op('i64.shl').op('i64.or')
      else f.i32(at).op('i32.shl').op('i32.or')
    }
  }
  types.forEach((type, i) => {
    const locals = keys[i] as readonly number[]
    emitBits(f, scalarOf(type), locals[0] as number, wide)
    if (isOption(type)) {
      if (wide) f.i64(0n)
      else f.i32(0)
      f.get(locals.at(-1) as number).op('select')
    }
    place()
    at += BITS[scalarOf(type)]
    if (!isOption(type)) return
    f.get(locals.at(-1) as number)
    if (wide) f.op('i64.extend_i32_u')
    place()
    at++
  })
}

const emitBits = (f: FunctionBuilder, scalar: Scalar, local: number, wide: boolean): void => {
  f.get(local)
  if (scalar === 'f64') f.op('i64.reinterpret_f64')
  else if (scalar === 'f32') f.op('i32.reinterpret_f32')
  if (wide && (scalar === 'bool' || scalar === 'i32' || scalar === 'f32')) f.op('i64.extend_i32_u')
}
