/**
 * Strings inline: what decides most comparisons, so that the runtime is called for the rest. The first eight bytes are read
 * whatever the length: what lies behind a string is some other part of the memory, never its end, and is shifted out.
 */
import type { FunctionBuilder } from './encoder.ts'
import { CTX_LOCAL, type Callees } from './scope.ts'

const pushBytes = (f: FunctionBuilder, str: number) => f.get(str).i64(32n).op('i64.shr_u')

/** Strings up to so many bytes are hashed and compared inline, without a branch that hangs on their length. */
const INLINE = 32
const IOTA = Array.from({ length: 16 }, (_, i) => i)

/** Sets `back` to where the last 16 bytes begin, 0 where there are fewer, and `mask` to the bytes of the first 16 that there are. */
const emitCover = (f: FunctionBuilder, str: number, back: number, mask: number): void => {
  pushBytes(f, str)
  f.op('i32.wrap_i64').tee(back).op('i8x16.splat').v128(IOTA).op('i8x16.gt_s').set(mask)
  f.get(back).i32(16).op('i32.sub').i32(0).get(back).i32(16).op('i32.gt_u').op('select').set(back)
}
/** Pushes whether a string has so few bytes. */
const pushShort = (f: FunctionBuilder, str: number): void => {
  f.get(str).i64(BigInt(INLINE + 1) << 32n).op('i64.lt_u')
}

/** Pops two strs whose hashes are the same; pushes 1 where their bytes are. They nearly always are. */
export const emitLikelyEquals = (f: FunctionBuilder, callees: Callees): void => {
  const a = f.local('i64')
  const b = f.local('i64')
  f.set(b).set(a)
  pushShort(f, b)
  f.if(['i32'])
  emitShortEquals(f, a, b)
  f.else().get(CTX_LOCAL).get(a).get(b).call(callees.runtime('str_eq')).end()
  f.free('i64', a)
  f.free('i64', b)
}

/** Pushes 1 where two strs are the same, of which `b` is short. */
const emitShortEquals = (f: FunctionBuilder, a: number, b: number): void => {
  const back = f.local('i32')
  const mask = f.local('v128')
  emitCover(f, b, back, mask)
  const xor = (to: (str: number) => void) => {
    to(a)
    f.memory('v128.load')
    to(b)
    f.memory('v128.load').op('v128.xor')
  }
  xor((str) => f.get(str).op('i32.wrap_i64'))
  xor((str) => f.get(str).op('i32.wrap_i64').get(back).op('i32.add'))
  f.op('v128.or').get(mask).op('v128.and').op('v128.any_true')
  f.get(a).get(b).op('i64.xor').i64(32n).op('i64.shr_u').op('i32.wrap_i64').op('i32.or').op('i32.eqz')
  f.free('i32', back)
  f.free('v128', mask)
}

const K0 = -7046029254386353131n
const K1 = -4658895280553007687n
const K2 = -7723592293110705685n

/** Pushes the 64-bit hash of a string in a local, of which the lower half may be used. */
export const emitStringHash = (f: FunctionBuilder, callees: Callees, str: number): void => {
  pushShort(f, str)
  f.if(['i64'])
  emitShortHash(f, str)
  f.else().get(CTX_LOCAL).get(str).call(callees.runtime('str_hash')).end()
}

const words = (values: readonly number[]) => values.flatMap((n) => [n & 255, n >> 8])
/**
 * What the first and the last eight 16-bit words are multiplied by. Of two side by side, and of their sums, where both vectors are the
 * same, none divides the other and none is small: texts that differ in a lane seldom have the same sum there.
 */
const FIRST = words([0x65c1, 0x760f, 0xadc1, 0x763b, 0x788f, 0x8789, 0xaf5b, 0x96d9])
const LAST = words([0x77f2, 0x5600, 0xaeea, 0x76a6, 0x5a2e, 0x9b90, 0x86a2, 0x9d28])

/** Both vectors become one, of products added up; its words, each times an odd number, are mixed. */
const emitShortHash = (f: FunctionBuilder, str: number): void => {
  const back = f.local('i32')
  const mask = f.local('v128')
  const sums = f.local('v128')
  const h = f.local('i64')
  emitCover(f, str, back, mask)
  f.get(str).op('i32.wrap_i64').memory('v128.load').get(mask).op('v128.and').v128(FIRST).op('i32x4.dot_i16x8_s')
  f.get(str).op('i32.wrap_i64').get(back).op('i32.add').memory('v128.load').get(mask).op('v128.and').v128(LAST).op('i32x4.dot_i16x8_s')
  f.op('i32x4.add').tee(sums).lane('i64x2.extract_lane', 0).i64(K0).op('i64.mul')
  f.get(sums).lane('i64x2.extract_lane', 1)
  pushBytes(f, str)
  f.op('i64.add').i64(K1).op('i64.mul').i64(32n).op('i64.rotl').op('i64.xor')
  f.tee(h).get(h).i64(32n).op('i64.shr_u').op('i64.xor').i64(K2).op('i64.mul').tee(h).get(h).i64(32n).op('i64.shr_u').op('i64.xor')
  for (const [type, local] of [['i32', back], ['v128', mask], ['v128', sums], ['i64', h]] as const) f.free(type, local)
}

/** Pops two strs; pushes 1 where they have the same bytes. */
export const emitStringEquals = (f: FunctionBuilder, callees: Callees): void => {
  const a = f.local('i64')
  const b = f.local('i64')
  f.set(b).set(a)
  pushBytes(f, a)
  pushBytes(f, b)
  f.op('i64.eq').if(['i32'])
  emitSame(f, b, () => f.get(a).op('i32.wrap_i64'), () => f.get(CTX_LOCAL).get(a).get(b).call(callees.runtime('str_eq')))
  f.else().i32(0).end()
  f.free('i64', a)
  f.free('i64', b)
}

/** Pops a text and a prefix or suffix; pushes 1 where it begins or ends with that. */
export const emitStringAffix = (f: FunctionBuilder, callees: Callees, fn: 'str_starts_with' | 'str_ends_with'): void => {
  const text = f.local('i64')
  const affix = f.local('i64')
  f.set(affix).set(text)
  pushBytes(f, affix)
  pushBytes(f, text)
  f.op('i64.le_u').if(['i32'])
  const address = () => {
    f.get(text).op('i32.wrap_i64')
    if (fn === 'str_starts_with') return
    pushBytes(f, text)
    pushBytes(f, affix)
    f.op('i64.sub').op('i32.wrap_i64').op('i32.add')
  }
  emitSame(f, affix, address, () => f.get(CTX_LOCAL).get(text).get(affix).call(callees.runtime(fn)))
  f.else().i32(0).end()
  f.free('i64', text)
  f.free('i64', affix)
}

/** Pushes 1 where the bytes of `b` lie at the address, of which eight are compared here and more by `longer`. */
const emitSame = (f: FunctionBuilder, b: number, address: () => void, longer: () => void): void => {
  const bytes = f.local('i64')
  const half = f.local('i64')
  pushBytes(f, b)
  // (8 − bytes) × 4, twice: a shift by 64 would be one by 0
  f.set(bytes).i64(32n).get(bytes).i64(2n).op('i64.shl').op('i64.sub').tee(half).i64(0n).get(half).i64(0n).op('i64.gt_s').op('select').set(half)
  address()
  f.memory('i64.load').get(b).op('i32.wrap_i64').memory('i64.load').op('i64.xor').get(half).op('i64.shl').get(half).op('i64.shl').op('i64.eqz').if(['i32'])
  f.get(bytes).i64(8n).op('i64.le_u').if(['i32'])
  f.i32(1).else()
  longer()
  f.end().else().i32(0).end()
  f.free('i64', bytes)
  f.free('i64', half)
}
