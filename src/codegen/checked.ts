/** Addition, subtraction and multiplication that raise where the exact result does not fit the type. */
import type { Ir } from '../ir/nodes.ts'
import { emitRaise } from './raise.ts'
import type { FunctionBuilder } from './encoder.ts'
import { type Scope, withLocals } from './scope.ts'
import { emitAdd, emitSub } from './wide.ts'

type Checked = Extract<Ir, { ir: 'checked' }>

export const emitChecked = (scope: Scope, e: Checked, emit: (scope: Scope, e: Ir) => void): void => {
  const { f } = scope
  if (e.type === 'i128' && e.op === '*') return emit(scope, { ir: 'call', type: 'i128', fn: 'i128_mul', args: [e.left, e.right], site: e.site })
  withLocals(scope, e.left, emit, (a) =>
    withLocals(scope, e.right, emit, (b) => {
      if (e.type === 'i32') emit32(f, e, a[0] as number, b[0] as number)
      else if (e.type === 'i64') emit64(scope, e, a[0] as number, b[0] as number)
      else emit128(f, e, a, b)
    }),
  )
}

const raiseIf = (f: FunctionBuilder, e: Checked): void => {
  f.if()
  emitRaise(f, 'OVERFLOW', e.site)
  f.op('unreachable').end()
}

const emit32 = (f: FunctionBuilder, e: Checked, a: number, b: number): void => {
  const wide = f.local('i64')
  f.get(a).op('i64.extend_i32_s').get(b).op('i64.extend_i32_s')
  f.op(e.op === '+' ? 'i64.add' : e.op === '-' ? 'i64.sub' : 'i64.mul').tee(wide)
  f.get(wide).op('i32.wrap_i64').op('i64.extend_i32_s').op('i64.ne')
  raiseIf(f, e)
  f.get(wide).op('i32.wrap_i64')
  f.free('i64', wide)
}

const emit64 = (scope: Scope, e: Checked, a: number, b: number): void => {
  const { f } = scope
  const r = f.local('i64')
  if (e.op === '*') {
    const hi = f.local('i64')
    f.get(a).get(b).call(scope.callees.mulWide()).set(hi).tee(r)
    f.i64(63n).op('i64.shr_s').get(hi).op('i64.ne')
    f.free('i64', hi)
  } else {
    f.get(a).get(b).op(e.op === '+' ? 'i64.add' : 'i64.sub').set(r)
    emitSignCheck(f, e.op, a, b, r)
  }
  raiseIf(f, e)
  f.get(r)
  f.free('i64', r)
}

/** Overflow: the operands' signs agree (+) or differ (−), and the result's is another than the left one's. */
const emitSignCheck = (f: FunctionBuilder, op: '+' | '-', a: number, b: number, r: number): void => {
  f.get(a).get(r).op('i64.xor')
  if (op === '+') f.get(b).get(r).op('i64.xor')
  else f.get(a).get(b).op('i64.xor')
  f.op('i64.and').i64(0n).op('i64.lt_s')
}

const emit128 = (f: FunctionBuilder, e: Checked, a: readonly number[], b: readonly number[]): void => {
  const [al, ah] = a as [number, number]
  const [bl, bh] = b as [number, number]
  const lo = f.local('i64')
  const hi = f.local('i64')
  if (e.op === '+') emitAdd(f, { lo: al, hi: ah }, { lo: bl, hi: bh })
  else emitSub(f, { lo: al, hi: ah }, { lo: bl, hi: bh })
  f.set(hi).set(lo)
  emitSignCheck(f, e.op as '+' | '-', ah, bh, hi)
  raiseIf(f, e)
  f.get(lo).get(hi)
  f.free('i64', lo)
  f.free('i64', hi)
}
