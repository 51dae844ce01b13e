/** A sum's value with zero in the rows that do not count; the mask goes as deep as it can, where lanes are narrow. */
import type { Ir } from '../../ir/nodes.ts'
import { isZero } from '../../ir/reductions.ts'
import { extended, multiplyWide, operate } from './arithmetic.ts'
import { emitPlain, named } from './expressions.ts'
import { type Lanes, maskAs, MASK_OF, maskOp, mapOp, release, widen } from './lanes.ts'
import { type LaneScope, mayRaise, under } from './scope.ts'

export const emitMasked = (cx: LaneScope, e: Ir, mask: Lanes | undefined): Lanes => {
  const { f } = cx
  switch (e.ir) {
    case 'let':
      return named(cx, e.name, e.value, () => emitMasked(cx, e.body, mask))
    case 'cast':
      if (!mask || e.type !== 'i64' || e.arg.type !== 'i32') break
      return widen(f, 'i64', emitMasked(cx, e.arg, mask), e.unsigned ? 'i64x2.extend_low_i32x4_u' : 'i64x2.extend_low_i32x4_s', e.unsigned ? 'i64x2.extend_high_i32x4_u' : 'i64x2.extend_high_i32x4_s')
    case 'if':
    case 'select': {
      if (!isZero(e.else)) break
      const cond = emitPlain(cx, e.cond)
      const rows = mask ? maskOp(f, cond, { ...mask, owned: false }, 'v128.and') : cond
      const taken = () => emitMasked(cx, e.then, { ...rows, owned: false })
      const made = e.ir === 'if' && mayRaise(e.then) ? under(cx, { ...rows, owned: false }, taken) : taken()
      release(f, rows)
      return made
    }
    case 'binary': {
      if (!mask || e.op !== '*') break
      if (e.type === 'i32') return operate(f, 'i32', '*', emitMasked(cx, e.left, mask), emitPlain(cx, e.right))
      const [left, right] = [extended(e.left), extended(e.right)]
      if (e.type !== 'i64' || !left || !right) break
      return multiplyWide(f, emitMasked(cx, left, mask), emitPlain(cx, right))
    }
    default:
  }
  const x = emitPlain(cx, e)
  return mask ? mapOp(f, x.form, [x, maskAs(f, { ...mask, owned: false }, MASK_OF[x.form])], 'v128.and') : x
}
