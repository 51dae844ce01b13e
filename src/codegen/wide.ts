/** 128-bit integers as (lo, hi) pairs of i64. */
import { type Ir, scalarOf } from '../ir/nodes.ts'
import type { FunctionBuilder } from './encoder.ts'
import { type Scope, withLocals } from './scope.ts'

type Emit = (scope: Scope, e: Ir) => void
type Binary = Extract<Ir, { ir: 'binary' }>

export const emitWideBinary = (scope: Scope, e: Binary, emit: Emit): void => {
  const { f } = scope
  if (e.op === '*') {
    const left = narrowed(e.left)
    const places = powerOf(e.right)
    if (left && places !== undefined) {
      emit(scope, left)
      return emitShifted(f, places)
    }
    const right = narrowed(e.right)
    if (left && right) {
      emit(scope, left)
      emit(scope, right)
      f.call(scope.callees.mulWide())
      return
    }
    return emitPairCall(scope, 'i128_mul_wrap', e, emit)
  }
  if (e.op === '/') return emitPairCall(scope, 'i128_div', e, emit)
  if (e.op === '%') return emitPairCall(scope, 'i128_rem', e, emit)
  withLocals(scope, e.left, emit, ([al, ah]) =>
    withLocals(scope, e.right, emit, ([bl, bh]) => {
      const a = { lo: al as number, hi: ah as number }
      const b = { lo: bl as number, hi: bh as number }
      switch (e.op) {
        case '+':
          return emitAdd(f, a, b)
        case '-':
          return emitSub(f, a, b)
        case '&':
        case '|':
        case '^': {
          const op = e.op === '&' ? 'i64.and' : e.op === '|' ? 'i64.or' : 'i64.xor'
          f.get(a.lo).get(b.lo).op(op).get(a.hi).get(b.hi).op(op)
          return
        }
        case '==':
        case '!=':
          f.get(a.lo).get(b.lo).op('i64.xor').get(a.hi).get(b.hi).op('i64.xor').op('i64.or').op('i64.eqz')
          if (e.op === '!=') f.op('i32.eqz')
          return
        case '<':
          return emitLess(f, a, b)
        case '>':
          return emitLess(f, b, a)
        case '<=':
          emitLess(f, b, a)
          f.op('i32.eqz')
          return
        case '>=':
          emitLess(f, a, b)
          f.op('i32.eqz')
          return
        case 'min':
        case 'max': {
          const less = f.local('i32')
          if (e.op === 'min') emitLess(f, a, b)
          else emitLess(f, b, a)
          f.set(less)
          f.get(a.lo).get(b.lo).get(less).op('select').get(a.hi).get(b.hi).get(less).op('select')
          f.free('i32', less)
          return
        }
        default:
          throw new Error(`no ${e.op} on i128`)
      }
    }),
  )
}

export const emitWideUnary = (scope: Scope, e: Extract<Ir, { ir: 'unary' }>, emit: Emit): void => {
  const { f } = scope
  withLocals(scope, e.arg, emit, ([lo, hi]) => {
    const x = { lo: lo as number, hi: hi as number }
    if (e.op === 'neg') return emitNegate(f, x)
    if (e.op !== 'abs') throw new Error(`no ${e.op} on i128`)
    f.get(x.hi).i64(0n).op('i64.lt_s').if(['i64', 'i64'])
    emitNegate(f, x)
    f.else().get(x.lo).get(x.hi).end()
  })
}

interface Pair {
  readonly lo: number
  readonly hi: number
}

export const emitAdd = (f: FunctionBuilder, a: Pair, b: Pair): void => {
  const lo = f.local('i64')
  f.get(a.lo).get(b.lo).op('i64.add').tee(lo)
  f.get(a.hi).get(b.hi).op('i64.add').get(lo).get(a.lo).op('i64.lt_u').op('i64.extend_i32_u').op('i64.add')
  f.free('i64', lo)
}

export const emitSub = (f: FunctionBuilder, a: Pair, b: Pair): void => {
  f.get(a.lo).get(b.lo).op('i64.sub')
  f.get(a.hi).get(b.hi).op('i64.sub').get(a.lo).get(b.lo).op('i64.lt_u').op('i64.extend_i32_u').op('i64.sub')
}

const emitNegate = (f: FunctionBuilder, x: Pair): void => {
  f.i64(0n).get(x.lo).op('i64.sub')
  f.i64(0n).get(x.hi).op('i64.sub').get(x.lo).i64(0n).op('i64.ne').op('i64.extend_i32_u').op('i64.sub')
}

export const emitLess = (f: FunctionBuilder, a: Pair, b: Pair): void => {
  f.get(a.lo).get(b.lo).op('i64.lt_u').get(a.hi).get(b.hi).op('i64.lt_s')
  f.get(a.hi).get(b.hi).op('i64.eq').op('select')
}

/** The i64 or i32 that an i128 was extended from, as an i64; so too a literal of that size. */
const narrowed = (e: Ir): Ir | undefined => {
  if (e.ir === 'literal') return BigInt.asIntN(64, BigInt(e.value)) === BigInt(e.value) ? { ir: 'literal', type: 'i64', value: BigInt(e.value) } : undefined
  if (e.ir !== 'cast' || e.unsigned) return undefined
  const from = scalarOf(e.arg.type)
  if (from === 'i64') return e.arg
  if (from === 'i32') return { ir: 'cast', type: 'i64', arg: e.arg }
  return undefined
}

/** Its logarithm, of a power of two. */
const powerOf = (e: Ir): number | undefined => {
  const n = e.ir === 'literal' ? BigInt(e.value) : 0n
  return n > 0n && (n & (n - 1n)) === 0n ? n.toString(2).length - 1 : undefined
}

/** The i64 on the stack times 2^places. */
const emitShifted = (f: FunctionBuilder, places: number): void => {
  const x = f.local('i64')
  f.set(x)
  const shifted = (by: number, op: 'i64.shl' | 'i64.shr_s') => {
    f.get(x)
    if (by > 0) f.i64(BigInt(by)).op(op)
  }
  if (places >= 64) {
    f.i64(0n)
    shifted(places - 64, 'i64.shl')
  } else {
    shifted(places, 'i64.shl')
    // There is no shift by 64.
    shifted(Math.min(63, 64 - places), 'i64.shr_s')
  }
  f.free('i64', x)
}

const emitPairCall = (scope: Scope, fn: string, e: Binary, emit: Emit): void => {
  emit(scope, { ir: 'call', type: 'i128', fn, args: [e.left, e.right] })
}

/** Function (a, b) → (lo, hi): the full signed product, from four 32-bit ones. */
export const defineMulWide = (f: FunctionBuilder): void => {
  const [a, b] = [0, 1]
  const al = f.local('i64')
  const bl = f.local('i64')
  const ah = f.local('i64')
  const bh = f.local('i64')
  const t = f.local('i64')
  const mask = 0xffffffffn
  f.get(a).i64(mask).op('i64.and').set(al)
  f.get(b).i64(mask).op('i64.and').set(bl)
  f.get(a).i64(32n).op('i64.shr_s').set(ah)
  f.get(b).i64(32n).op('i64.shr_s').set(bh)
  // t = ah·bl + (al·bl >> 32); hi = ah·bh + (t >> 32) + ((al·bh + (t & mask)) >> 32)
  f.get(ah).get(bl).op('i64.mul').get(al).get(bl).op('i64.mul').i64(32n).op('i64.shr_u').op('i64.add').set(t)
  f.get(a).get(b).op('i64.mul')
  f.get(ah).get(bh).op('i64.mul').get(t).i64(32n).op('i64.shr_s').op('i64.add')
  f.get(al).get(bh).op('i64.mul').get(t).i64(mask).op('i64.and').op('i64.add').i64(32n).op('i64.shr_s').op('i64.add')
}
