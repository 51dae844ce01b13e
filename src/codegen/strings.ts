/**
 * Strings inline: what decides most comparisons, so that the runtime is called for the rest. The first eight bytes are read
 * whatever the length: what lies behind a string is some other part of the memory, never its end, and is shifted out.
 */
import type { FunctionBuilder } from './encoder.ts'
import { CTX_LOCAL, type Callees } from './scope.ts'

const pushBytes = (f: FunctionBuilder, str: number) => f.get(str).i64(32n).op('i64.shr_u')

/**
 * Pops two strs whose hashes are the same; pushes 1 where their bytes are. They nearly always are: only short ones are worth
 * comparing here, and of the others those that are one slice.
 */
export const emitLikelyEquals = (f: FunctionBuilder, callees: Callees): void => {
  const a = f.local('i64')
  const b = f.local('i64')
  f.set(b).tee(a).get(b).op('i64.eq').if(['i32'])
  f.i32(1).else()
  pushBytes(f, a)
  f.i64(8n).op('i64.gt_u').if(['i32'])
  f.get(CTX_LOCAL).get(a).get(b).call(callees.runtime('str_eq')).else()
  f.get(a).get(b)
  emitStringEquals(f, callees)
  f.end().end()
  f.free('i64', a)
  f.free('i64', b)
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
