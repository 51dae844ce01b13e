/**
 * Where a key's bits lie in a filter, for one key at a time: keys are set, and those that have no form in lanes are tested, by it.
 *
 *   bitmap   key − min, as an unsigned number; extent where it is more
 *   bloom    x: an i32 key; lo ^ hi × FOLD of an i64; the hash of others     h = (x ^ x >> 16) × PLACE     word h >> shift
 *            g = ((h ^ h >> 15) × SPREAD) >> 5     bit g & 7 of the word's first byte, g >> 8 & 7 of its second, …
 */
import type { KeyFilter } from '../../ir/program.ts'
import type { Scalar } from '../../ir/nodes.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { emitHash } from '../hash.ts'
import type { Callees } from '../scope.ts'

/** Odd; of 2^32 / golden ratio and of MurmurHash3's and xxHash's last steps. */
export const PLACE = 0x9e3779b1 | 0
export const SPREAD = 0x85ebca6b | 0
export const FOLD = 0xc2b2ae35 | 0

/** Pushes the position of a key, in locals, in a bitmap: any number from `extent` on where it has none. */
const emitDistance = (f: FunctionBuilder, min: bigint, type: Scalar, key: number): void => {
  f.get(key)
  if (type === 'i64') f.i64(min).op('i64.sub')
  else f.i32(Number(BigInt.asIntN(32, min))).op('i32.sub')
}

/** Pushes the position of a key in a bitmap, `extent` where it has none. */
export const emitPosition = (f: FunctionBuilder, { range }: Extract<KeyFilter, { filter: 'bitmap' }>, type: Scalar, key: number): void => {
  if (type === 'i64') {
    const distance = f.local('i64')
    emitDistance(f, range.min, type, key)
    f.tee(distance).op('i32.wrap_i64').i32(range.extent).get(distance).i64(BigInt(range.extent)).op('i64.lt_u').op('select')
    f.free('i64', distance)
    return
  }
  const distance = f.local('i32')
  emitDistance(f, range.min, type, key)
  f.tee(distance).i32(range.extent).get(distance).i32(range.extent).op('i32.lt_u').op('select')
  f.free('i32', distance)
}

/** Leaves a key's h in `h`, and pushes its g. */
export const emitPlace = (f: FunctionBuilder, callees: Callees, type: Scalar, key: readonly number[], h: number): void => {
  const [first] = key as readonly [number]
  if (type === 'i32' || type === 'bool') f.get(first)
  else if (type === 'i64') f.get(first).op('i32.wrap_i64').get(first).i64(32n).op('i64.shr_u').op('i32.wrap_i64').i32(FOLD).op('i32.mul').op('i32.xor')
  else emitHash(f, callees, [type], [key])
  f.tee(h).get(h).i32(16).op('i32.shr_u').op('i32.xor').i32(PLACE).op('i32.mul').tee(h)
  f.get(h).i32(15).op('i32.shr_u').op('i32.xor').i32(SPREAD).op('i32.mul').i32(5).op('i32.shr_u')
}

/** Takes g from the stack and pushes the key's bits in its word. */
export const emitBits = (f: FunctionBuilder): void => {
  const g = f.local('i32')
  f.set(g)
  for (let byte = 0; byte < 4; byte++) {
    f.i32(1 << (byte * 8)).get(g)
    if (byte > 0) f.i32(byte * 8).op('i32.shr_u')
    f.i32(7).op('i32.and').op('i32.shl')
    if (byte > 0) f.op('i32.or')
  }
  f.free('i32', g)
}

/** Pushes 1 where the filter may have the key in locals; `bits` and `shift` are locals of its block. */
export const emitTest = (f: FunctionBuilder, callees: Callees, filter: KeyFilter, type: Scalar, key: readonly number[], bits: number, shift: number): void => {
  const at = f.local('i32')
  if (filter.filter === 'bitmap') {
    emitPosition(f, filter, type, key[0] as number)
    f.tee(at).i32(3).op('i32.shr_u').get(bits).op('i32.add').memory('i32.load8_u').get(at).i32(7).op('i32.and').op('i32.shr_u').i32(1).op('i32.and')
  } else {
    const wanted = f.local('i32')
    emitPlace(f, callees, type, key, at)
    emitBits(f)
    f.set(wanted).get(at).get(shift).op('i32.shr_u').i32(2).op('i32.shl').get(bits).op('i32.add').memory('i32.load').get(wanted).op('i32.and').get(wanted).op('i32.eq')
    f.free('i32', wanted)
  }
  f.free('i32', at)
}
