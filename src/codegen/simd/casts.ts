/** Casts between lanes; contracts in ir/nodes.ts. */
import { type Ir, scalarOf } from '../../ir/nodes.ts'
import type { FunctionBuilder } from '../encoder.ts'
import type { Opcode } from '../opcodes.ts'
import { EVEN_WORDS, HIGH_HALF, type Lanes, LOW_HALVES, make, map, maskAs, join, mapOp, release, widen } from './lanes.ts'
import type { LaneScope } from './scope.ts'

type Emit = (cx: LaneScope, e: Ir) => Lanes

export const emitCast = (cx: LaneScope, e: Extract<Ir, { ir: 'cast' }>, emit: Emit): Lanes => {
  const { f } = cx
  const from = scalarOf(e.arg.type)
  const x = emit(cx, e.arg)
  if (from !== 'bool') return castLanes(f, x, from, e.type, e.unsigned === true)
  if (e.type === 'bool') return x
  // A mask is −1: its top bit is the number.
  if (e.type === 'i64') return map(f, 'i64', [maskAs(f, x, 'm8')], () => f.i32(63).op('i64x2.shr_u'))
  const ones = map(f, 'i32', [maskAs(f, x, 'm4')], () => f.i32(31).op('i32x4.shr_u'))
  return castLanes(f, ones, 'i32', e.type, false)
}

const castLanes = (f: FunctionBuilder, x: Lanes, from: string, to: string, unsigned: boolean): Lanes => {
  const sign = unsigned ? 'u' : 's'
  switch (`${from}>${to}`) {
    case 'i32>i64':
      return widen(f, 'i64', x, `i64x2.extend_low_i32x4_${sign}`, `i64x2.extend_high_i32x4_${sign}`)
    case 'i64>i32':
      return join(f, 'i32', x, () => f.shuffle(EVEN_WORDS))
    case 'i32>f64':
      return fromHalves(f, x, `f64x2.convert_low_i32x4_${sign}`)
    case 'f32>f64':
      return fromHalves(f, x, 'f64x2.promote_low_f32x4')
    case 'i32>f32':
      return mapOp(f, 'f32', [x], `f32x4.convert_i32x4_${sign}`)
    case 'f64>f32':
      return toHalves(f, 'f32', x, 'f32x4.demote_f64x2_zero')
    case 'f64>i32':
      return toHalves(f, 'i32', x, 'i32x4.trunc_sat_f64x2_s_zero')
    case 'f32>i32':
      return mapOp(f, 'i32', [x], 'i32x4.trunc_sat_f32x4_s')
    default:
      if (from === to) return x
      throw new Error(`no cast ${from} → ${to} in lanes`)
  }
}

/** Two results of each vector, from its lower and its upper half. */
const fromHalves = (f: FunctionBuilder, x: Lanes, op: Opcode): Lanes => {
  const made = make(f, 'f64', (k) => {
    const half = x.v[k >> 1] as number
    f.get(half)
    if (k & 1) f.get(half).shuffle(HIGH_HALF)
    f.op(op)
  })
  release(f, x)
  return made
}
const toHalves = (f: FunctionBuilder, form: 'i32' | 'f32', x: Lanes, op: Opcode): Lanes => {
  const made = make(f, form, (k) => {
    f.get(x.v[2 * k] as number).op(op).get(x.v[2 * k + 1] as number).op(op).shuffle(LOW_HALVES)
  })
  release(f, x)
  return made
}

export const emitNarrow = (cx: LaneScope, e: Extract<Ir, { ir: 'narrow' }>, emit: Emit): Lanes => {
  const { f } = cx
  return map(f, 'i32', [emit(cx, e.arg)], () => f.i32(32 - e.bits).op('i32x4.shl').i32(32 - e.bits).op(e.signed ? 'i32x4.shr_s' : 'i32x4.shr_u'))
}
