/**
 * Dense keys: each key's position in its range, all together a position in an array. The array holds states alone, one behind the
 * other; a map of bytes says which positions have a group, and what a group's keys are follows from where its state lies. NULL is
 * position 0.
 *
 *   array   states, `stride` bytes each · present: a byte for each position, 0 or 1, zeroed up to a multiple of 8
 *
 * Positions are a multiple of eight, as they are gone through; small arrays have spare ones behind the others, for rows that lanes leave out.
 */
import { isOption, type IrType, scalarOf } from '../../ir/nodes.ts'
import { type DenseKey, extentOf, SMALL_EXTENT } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import type { Keyed, Keys } from './keys.ts'
import type { Directory } from './table.ts'

const SPARE = 4
/** The first spare position: those before it, up to a multiple of 8, are looked at for groups. */
export const spareOf = (extent: number): number => (extent + 7) & ~7
/** Positions with the spare ones. */
export const positionsOf = (extent: number): number => spareOf(extent) + (extent > SMALL_EXTENT ? 0 : SPARE)

/** Bytes of an array: where its map begins, and all of it. */
export const denseBytes = (ranges: readonly DenseKey[], stride: number): { readonly present: number; readonly all: number } => {
  const positions = positionsOf(extentOf(ranges))
  const present = (positions * stride + 15) & ~15
  return positions * stride > 2 ** 31 - 16 ? { present: positions * stride, all: Number.POSITIVE_INFINITY } : { present, all: present + ((positions + 7) & ~7) }
}

/** Pushes the position of keys that lie in their ranges. */
export const emitPosition = (f: FunctionBuilder, types: readonly IrType[], ranges: readonly DenseKey[], keys: Keys): void =>
  types.forEach((type, i) => {
    if (i > 0) f.i32((ranges[i] as DenseKey).extent).op('i32.mul')
    emitOffset(f, type, ranges[i] as DenseKey, keys[i] as readonly number[])
    if (i > 0) f.op('i32.add')
  })

/** Leaves the state's address of the position on the stack. */
export const emitAt = (f: FunctionBuilder, stride: number, base: number, address: number): void => {
  f.i32(stride).op('i32.mul').get(base).op('i32.add').set(address)
}

/** Leaves the state of keys that may lie anywhere, 0 where they have none. */
export const emitDenseFind = (f: FunctionBuilder, { types, layout }: Keyed, ranges: readonly DenseKey[], { directory, mask: present }: Directory, keys: Keys, tuple: number): void => {
  const position = f.local('i32')
  f.i32(0).set(tuple)
  f.get(directory).i32(0).op('i32.ne')
  types.forEach((type, i) => {
    emitInRange(f, type, ranges[i] as DenseKey, keys[i] as readonly number[])
    f.op('i32.and')
  })
  f.if()
  emitPosition(f, types, ranges, keys)
  f.tee(position).get(present).op('i32.add').memory('i32.load8_u').if()
  f.get(position)
  emitAt(f, layout.stride, directory, tuple)
  f.end().end()
  f.free('i32', position)
}

/** Pushes key `index` of the state at an address: a NULL's value is the least. `pushBase` pushes the array's address. */
export const emitKeyAt = (f: FunctionBuilder, { types, layout }: Keyed, ranges: readonly DenseKey[], pushBase: () => void, tuple: number, index: number, part: 'both' | 'value' | 'valid' = 'both'): void => {
  const type = types[index] as IrType
  const { min, extent } = ranges[index] as DenseKey
  const within = ranges.slice(index + 1).reduce((n, d) => n * d.extent, 1)
  f.get(tuple)
  pushBase()
  f.op('i32.sub').i32(layout.stride * within).op('i32.div_u')
  if (index > 0) f.i32(extent).op('i32.rem_u')
  if (part === 'valid') {
    f.i32(0).op('i32.ne')
    return
  }
  const at = f.local('i32')
  const nullable = isOption(type)
  if (nullable) f.tee(at).get(at).i32(0).op('i32.ne').op('i32.sub')
  if (scalarOf(type) === 'i64') f.op('i64.extend_i32_u').i64(min).op('i64.add')
  else if (min !== 0n) f.i32(Number(BigInt.asIntN(32, min))).op('i32.add')
  if (nullable && part === 'both') f.get(at).i32(0).op('i32.ne')
  f.free('i32', at)
}

/** Pushes the key's position: modulo 2^32, which is exact for keys in range. */
const emitOffset = (f: FunctionBuilder, type: IrType, { min }: DenseKey, locals: readonly number[]): void => {
  const first = min - (isOption(type) ? 1n : 0n)
  f.get(locals[0] as number)
  if (scalarOf(type) === 'i64') f.op('i32.wrap_i64')
  if (first !== 0n) f.i32(Number(BigInt.asIntN(32, first))).op('i32.sub')
  if (isOption(type)) f.i32(0).get(locals.at(-1) as number).op('select')
}

const emitInRange = (f: FunctionBuilder, type: IrType, { min, extent }: DenseKey, locals: readonly number[]): void => {
  const values = BigInt(extent) - (isOption(type) ? 1n : 0n)
  f.get(locals[0] as number)
  if (scalarOf(type) === 'i64') f.i64(min).op('i64.sub').i64(values).op('i64.lt_u')
  else f.i32(Number(BigInt.asIntN(32, min))).op('i32.sub').i32(Number(BigInt.asIntN(32, values))).op('i32.lt_u')
  if (isOption(type)) f.get(locals.at(-1) as number).op('i32.eqz').op('i32.or')
}
