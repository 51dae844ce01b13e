/** Reading eight rows of a column: at their width, extended to the IR's; validity bits as a mask. */
import type { Ir } from '../../ir/nodes.ts'
import type { SourceColumn } from '../../ir/program.ts'
import type { Physical } from '../../layout/relation.ts'
import type { ColumnPlaces } from '../columns.ts'
import type { FunctionBuilder } from '../encoder.ts'
import type { Opcode } from '../opcodes.ts'
import { type Form, type Lanes, type LaneValue, make, map, shared, widen } from './lanes.ts'
import { readRowField } from './load-rows.ts'
import type { LanePlaces, LaneScope } from './scope.ts'

/** log2 of the width, the form, bytes from vector to vector, the load. */
const LOADS: Partial<Record<Physical, readonly [number, Form, number, Opcode]>> = {
  i16: [1, 'i32', 8, 'v128.load16x4_s'],
  u16: [1, 'i32', 8, 'v128.load16x4_u'],
  code16: [1, 'i32', 8, 'v128.load16x4_u'],
  i32: [2, 'i32', 16, 'v128.load'],
  code32: [2, 'i32', 16, 'v128.load'],
  u32: [2, 'i64', 8, 'v128.load32x2_u'],
  f32: [2, 'f32', 16, 'v128.load'],
  i64: [3, 'i64', 16, 'v128.load'],
  f64: [3, 'f64', 16, 'v128.load'],
  i128: [4, 'i128', 16, 'v128.load'],
}

/** The column's eight rows, read once a step. Rows start at a multiple of 8 where the column is nullable. */
export const readColumn = (cx: LaneScope, index: number): LaneValue => {
  const known = cx.read.get(index)
  if (known) return known
  const made = 'places' in cx.columns ? readPlaces(cx, cx.columns, index) : readRowField(cx, cx.columns, index)
  cx.held.push(made)
  cx.read.set(index, shared(made))
  return shared(made)
}

const readPlaces = (cx: LaneScope, { columns, places }: ColumnPlaces, index: number): LaneValue => {
  const column = columns[index] as SourceColumn
  const place = places.get(index)
  if (!place) throw new Error(`column ${index} was not collected`)
  const value = readValue(cx, column.physical, place.data)
  return { value, valid: column.nullable ? readValidity(cx, place.validity) : undefined }
}

const address = (f: FunctionBuilder, base: number, row: number, shift: number): FunctionBuilder => {
  f.get(base).get(row)
  if (shift) f.i32(shift).op('i32.shl')
  return f.op('i32.add')
}

const readValue = (cx: LaneScope, physical: Physical, base: number): Lanes => {
  const { f, row, ahead } = cx
  switch (physical) {
    case 'bool8':
      return map(f, 'm2', [bytes(cx, base, physical)], () => f.v128(new Array<number>(16).fill(0)).op('i16x8.ne'))
    case 'i8':
      return widen(f, 'i32', bytes(cx, base, physical), 'i32x4.extend_low_i16x8_s', 'i32x4.extend_high_i16x8_s')
    case 'u8':
    case 'code8':
      return widen(f, 'i32', bytes(cx, base, physical), 'i32x4.extend_low_i16x8_u', 'i32x4.extend_high_i16x8_u')
    default: {
      const [shift, form, step, load] = LOADS[physical] as readonly [number, Form, number, Opcode]
      const at = f.local('i32')
      address(f, base, row, shift).set(at)
      const made = make(f, form, (k) => f.get(at).memory(load, k * step + (ahead << shift)))
      f.free('i32', at)
      return made
    }
  }
}

/** Eight bytes as i16x8, read once a step. */
const bytes = (cx: LaneScope, base: number, physical: Physical): Lanes => {
  const known = cx.words.get(base)
  if (known) return known
  const made = make(cx.f, 'm2', () => address(cx.f, base, cx.row, 0).memory(physical === 'i8' ? 'v128.load8x8_s' : 'v128.load8x8_u', cx.ahead))
  cx.held.push({ value: made })
  cx.words.set(base, { ...made, owned: false })
  return cx.words.get(base) as Lanes
}

/** The column that `e` is the plain value of, where it is of 8 bits. */
export const byteColumn = (columns: LanePlaces, e: Ir): number | undefined => {
  const read = e.ir === 'value' ? e.arg : e
  if (read.ir !== 'field' || !('places' in columns)) return undefined
  return BYTES.has((columns.columns[read.index] as SourceColumn).physical) ? read.index : undefined
}
const BYTES: ReadonlySet<Physical> = new Set(['i8', 'u8', 'code8'])

/** A column of 8 bits as one vector of i16x8. */
export const readBytes = (cx: LaneScope, { columns, places }: ColumnPlaces, index: number): number =>
  bytes(cx, (places.get(index) as { data: number }).data, (columns[index] as SourceColumn).physical).v[0] as number

const readValidity = (cx: LaneScope, base: number): Lanes => {
  const { f, row, ahead, bits } = cx
  return make(f, 'm2', () => {
    f.get(base).get(row).i32(3).op('i32.shr_u').op('i32.add').memory('v128.load8_splat', ahead >> 3).get(bits).op('v128.and').get(bits).op('i16x8.eq')
  })
}
