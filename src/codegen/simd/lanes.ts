/**
 * Values of eight rows in v128 locals, in row order. A bool is a mask: lanes of all ones or all zeros, as wide as what it
 * came from, and brought to another width where it meets one.
 *
 *   m2 one vector of i16x8      m4 i32 f32 two of four lanes      m8 i64 f64 four of two lanes      m16 i128 eight of one
 */
import type { FunctionBuilder } from '../encoder.ts'
import type { Opcode } from '../opcodes.ts'

/** Rows of one step. */
export const ROWS = 8

export type Mask = 'm2' | 'm4' | 'm8' | 'm16'
export type Form = Mask | 'i32' | 'i64' | 'i128' | 'f32' | 'f64'
const COUNT: Record<Form, number> = { m2: 1, m4: 2, i32: 2, f32: 2, m8: 4, i64: 4, f64: 4, m16: 8, i128: 8 }
export const SHAPE: Record<Exclude<Form, Mask | 'i128'>, 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2'> = { i32: 'i32x4', i64: 'i64x2', f32: 'f32x4', f64: 'f64x2' }
/** The mask as wide as a form's lanes. */
export const MASK_OF: Record<Form, Mask> = { m2: 'm2', m4: 'm4', m8: 'm8', m16: 'm16', i128: 'm16', i32: 'm4', f32: 'm4', i64: 'm8', f64: 'm8' }

export interface Lanes {
  readonly form: Form
  readonly v: readonly number[]
  /** Its locals go back when it has been used. */
  readonly owned: boolean
}
/** A value with its validity, a mask; absent: always valid. */
export interface LaneValue {
  readonly value: Lanes
  readonly valid?: Lanes | undefined
}

export const isMask = (form: Form): form is Mask => form === 'm2' || form === 'm4' || form === 'm8' || form === 'm16'

/** Pushes vector k by `push`, for each. */
export const make = (f: FunctionBuilder, form: Form, push: (k: number) => void): Lanes => {
  const v = Array.from({ length: COUNT[form] }, (_, k) => {
    push(k)
    const local = f.local('v128')
    f.set(local)
    return local
  })
  return { form, v, owned: true }
}

export const release = (f: FunctionBuilder, ...all: readonly (Lanes | undefined)[]): void => {
  for (const lanes of all) if (lanes?.owned) for (const local of new Set(lanes.v)) f.free('v128', local)
}
export const releaseValue = (f: FunctionBuilder, x: LaneValue): void => release(f, x.value, x.valid)

export const shared = (x: LaneValue): LaneValue => ({ value: { ...x.value, owned: false }, valid: x.valid && { ...x.valid, owned: false } })

/** The same local in every vector. */
export const uniform = (form: Form, local: number): Lanes => ({ form, v: new Array<number>(COUNT[form]).fill(local), owned: false })

/** Vector by vector; the operands are used up. */
export const map = (f: FunctionBuilder, form: Form, operands: readonly Lanes[], op: (k: number) => void): Lanes => {
  const made = make(f, form, (k) => {
    for (const operand of operands) f.get(operand.v[k] as number)
    op(k)
  })
  release(f, ...operands)
  return made
}
export const mapOp = (f: FunctionBuilder, form: Form, operands: readonly Lanes[], op: Opcode): Lanes => map(f, form, operands, () => f.op(op))

/** Even 32-bit words of two vectors. */
export const EVEN_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27]
/** Odd ones: high words of 64-bit lanes. */
export const ODD_WORDS = EVEN_WORDS.map((b) => b + 4)
/** The upper half, in both halves. */
export const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]
/** The lower, and the upper, halves of two vectors. */
export const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]
export const HIGH_HALVES = LOW_HALVES.map((b) => b + 8)

/** Each vector of `x` as two vectors of lanes twice as wide. */
export const widen = (f: FunctionBuilder, form: Form, x: Lanes, low: Opcode, high: Opcode): Lanes => {
  const made = make(f, form, (k) => f.get(x.v[k >> 1] as number).op(k & 1 ? high : low))
  release(f, x)
  return made
}
/** Each two vectors of `x` as one. */
export const join = (f: FunctionBuilder, form: Form, x: Lanes, pair: () => void): Lanes => {
  const made = make(f, form, (k) => {
    f.get(x.v[2 * k] as number).get(x.v[2 * k + 1] as number)
    pair()
  })
  release(f, x)
  return made
}

/** Each half of a vector in both halves. */
const eachHalf = (f: FunctionBuilder, x: Lanes): Lanes => {
  const made = make(f, 'm16', (k) => {
    const local = x.v[k >> 1] as number
    f.get(local).get(local).shuffle(k & 1 ? HIGH_HALVES : LOW_HALVES)
  })
  release(f, x)
  return made
}

export const maskAs = (f: FunctionBuilder, x: Lanes, form: Mask): Lanes => {
  if (x.form === form) return x
  switch (x.form) {
    case 'm2':
      return maskAs(f, widen(f, 'm4', x, 'i32x4.extend_low_i16x8_s', 'i32x4.extend_high_i16x8_s'), form)
    case 'm4':
      return form !== 'm2' ? maskAs(f, widen(f, 'm8', x, 'i64x2.extend_low_i32x4_s', 'i64x2.extend_high_i32x4_s'), form) : join(f, 'm2', x, () => f.op('i16x8.narrow_i32x4_s'))
    case 'm8':
      return form === 'm16' ? eachHalf(f, x) : maskAs(f, join(f, 'm4', x, () => f.shuffle(EVEN_WORDS)), form)
    default:
      return maskAs(f, join(f, 'm8', x, () => f.shuffle(LOW_HALVES)), form)
  }
}

const WIDTHS: readonly Mask[] = ['m2', 'm4', 'm8', 'm16']
/** Two masks at the narrower's width. */
export const sameWidth = (f: FunctionBuilder, a: Lanes, b: Lanes): readonly [Lanes, Lanes] => {
  const form = WIDTHS[Math.min(WIDTHS.indexOf(a.form as Mask), WIDTHS.indexOf(b.form as Mask))] as Mask
  return [maskAs(f, a, form), maskAs(f, b, form)]
}
export const maskOp = (f: FunctionBuilder, a: Lanes, b: Lanes, op: 'v128.and' | 'v128.or' | 'v128.xor'): Lanes => {
  const pair = sameWidth(f, a, b)
  return mapOp(f, pair[0].form, pair, op)
}
export const andMask = (f: FunctionBuilder, a: Lanes | undefined, b: Lanes | undefined): Lanes | undefined => (a && b ? maskOp(f, a, b, 'v128.and') : (a ?? b))
export const notMask = (f: FunctionBuilder, a: Lanes): Lanes => mapOp(f, a.form, [a], 'v128.not')

/** Lanes of `a` where the mask is set, of `b` elsewhere. */
export const blend = (f: FunctionBuilder, a: Lanes, b: Lanes, mask: Lanes): Lanes => {
  if (!isMask(a.form)) return mapOp(f, a.form, [a, b, maskAs(f, mask, MASK_OF[a.form])], 'v128.bitselect')
  const [x, y] = sameWidth(f, a, b)
  return mapOp(f, x.form, [x, y, maskAs(f, mask, x.form as Mask)], 'v128.bitselect')
}

/** Pushes the mask as an i32 of eight bits, bit 0 for the first row. */
export const pushBits = (f: FunctionBuilder, mask: Lanes): void => {
  if (mask.form === 'm2') {
    f.get(mask.v[0] as number).op('i16x8.bitmask')
    return release(f, mask)
  }
  const halves = maskAs(f, mask, 'm4')
  f.get(halves.v[0] as number).op('i32x4.bitmask').get(halves.v[1] as number).op('i32x4.bitmask').i32(4).op('i32.shl').op('i32.or')
  release(f, halves)
}
/** Pushes whether any lane is set. */
export const pushAny = (f: FunctionBuilder, mask: Lanes): void => {
  mask.v.forEach((local, k) => {
    f.get(local)
    if (k > 0) f.op('v128.or')
  })
  f.op('v128.any_true')
  release(f, mask)
}
