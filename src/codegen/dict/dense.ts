/** Dense keys: each key's position in its range, all together an index into an array of tuple addresses. NULL is position 0. */
import { isOption, type IrType, scalarOf } from '../../ir/nodes.ts'
import type { DenseKey } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import type { Keys } from './keys.ts'

/** Pushes the address of the entry of keys that lie in their ranges. */
export const emitDenseEntry = (f: FunctionBuilder, types: readonly IrType[], ranges: readonly DenseKey[], directory: number, keys: Keys): void => {
  f.get(directory)
  types.forEach((type, i) => {
    if (i > 0) f.i32((ranges[i] as DenseKey).extent).op('i32.mul')
    emitPosition(f, type, ranges[i] as DenseKey, keys[i] as readonly number[])
    if (i > 0) f.op('i32.add')
  })
  f.i32(2).op('i32.shl').op('i32.add')
}

/** Leaves the tuple of keys that may lie anywhere, 0 where there is none. */
export const emitDenseFind = (f: FunctionBuilder, types: readonly IrType[], ranges: readonly DenseKey[], directory: number, keys: Keys, tuple: number): void => {
  f.get(directory).i32(0).op('i32.ne')
  types.forEach((type, i) => {
    emitInRange(f, type, ranges[i] as DenseKey, keys[i] as readonly number[])
    f.op('i32.and')
  })
  f.if(['i32'])
  emitDenseEntry(f, types, ranges, directory, keys)
  f.memory('i32.load').else().i32(0).end().set(tuple)
}

/** Pushes the key's position: modulo 2^32, which is exact for keys in range. */
const emitPosition = (f: FunctionBuilder, type: IrType, { min }: DenseKey, locals: readonly number[]): void => {
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
