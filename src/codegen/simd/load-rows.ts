/**
 * Reading a field of eight UnsafeRows: each row's word is loaded into its lane, at a constant distance where rows have one stride,
 * else from eight addresses that the step finds once. NULL bits are gathered likewise, as the 32 bits among which they stand.
 */
import { type RowField, type RowPhysical, wordOffset } from '../../layout/unsafe-row.ts'
import type { Opcode } from '../opcodes.ts'
import type { RowPlaces } from '../rows.ts'
import { type Lanes, type LaneValue, make, map, notMask, ROWS } from './lanes.ts'
import type { LaneScope } from './scope.ts'

export const readRowField = (cx: LaneScope, rows: RowPlaces, index: number): LaneValue => {
  const { physical, nullable } = rows.columns[index] as RowField
  const value = readValue(cx, rows, physical, wordOffset(rows.columns.length, index))
  return { value, valid: nullable ? readValidity(cx, rows, index) : undefined }
}

/** Local and offset that are row k's address. */
const rowAt = (cx: LaneScope, { data, stride, offsets }: RowPlaces, k: number): readonly [number, number] => {
  const { f, row } = cx
  if (!cx.addresses) {
    cx.addresses = Array.from({ length: stride > 0 ? 1 : ROWS }, () => f.local('i32'))
    cx.addresses.forEach((local, r) => {
      f.get(data)
      if (stride > 0) f.get(row).i32(stride).op('i32.mul')
      else f.get(offsets).get(row).i32(2).op('i32.shl').op('i32.add').memory('i32.load', r * 4)
      f.op('i32.add').set(local)
    })
  }
  return stride > 0 ? [cx.addresses[0] as number, k * stride] : [cx.addresses[k] as number, 0]
}

/** Vectors of `count` lanes, each lane from its row's bytes at `offset`. */
const gather = (cx: LaneScope, rows: RowPlaces, form: 'm4' | 'i32' | 'f32' | 'i64' | 'f64', count: 2 | 4, offset: number): Lanes => {
  const { f } = cx
  const [zero, lane]: readonly [Opcode, Opcode] = count === 4 ? ['v128.load32_zero', 'v128.load32_lane'] : ['v128.load64_zero', 'v128.load64_lane']
  return make(f, form, (k) => {
    const at = Array.from({ length: count }, (_, i) => rowAt(cx, rows, k * count + i))
    for (const [local] of at.toReversed()) f.get(local)
    f.memory(zero, (at[0] as readonly [number, number])[1] + offset)
    for (let i = 1; i < count; i++) f.memoryLane(lane, (at[i] as readonly [number, number])[1] + offset, i)
  })
}

const readValue = (cx: LaneScope, rows: RowPlaces, physical: RowPhysical, word: number): Lanes => {
  switch (physical) {
    case 'i8':
      return lowBits(cx, gather(cx, rows, 'i32', 4, word), 0, 8)
    case 'i16':
      return lowBits(cx, gather(cx, rows, 'i32', 4, word), 0, 16)
    case 'bool8':
      return lowBits(cx, gather(cx, rows, 'm4', 4, word), 0, 1)
    case 'i32':
    case 'f32':
      return gather(cx, rows, physical, 4, word)
    case 'i64':
    case 'f64':
      return gather(cx, rows, physical, 2, word)
    default:
      throw new Error(`${physical} in lanes`)
  }
}

/** `count` bits of each lane from bit `from` on, with sign: one bit becomes a mask. */
const lowBits = ({ f }: LaneScope, x: Lanes, from: number, count: number): Lanes =>
  map(f, x.form, [x], () => f.i32(32 - from - count).op('i32x4.shl').i32(32 - count).op('i32x4.shr_s'))

const readValidity = (cx: LaneScope, rows: RowPlaces, index: number): Lanes => notMask(cx.f, lowBits(cx, gather(cx, rows, 'm4', 4, (index >> 5) * 4), index & 31, 1))
