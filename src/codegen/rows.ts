/**
 * Reading UnsafeRows: a field is read where it stands in the row's bytes, its NULL bit from the row's first words
 * (layout/unsafe-row.ts). The row's address follows from its number: by the stride, or by the batch's row offsets.
 */
import { CTX } from '../ir/context.ts'
import type { RangedField } from '../layout/row-table.ts'
import { rowStride, wordOffset } from '../layout/unsafe-row.ts'
import type { FunctionBuilder } from './encoder.ts'
import type { Opcode } from './opcodes.ts'
import { CTX_LOCAL, type RowAccess } from './scope.ts'

/** Where the batch's rows lie: offsets in the source's one vector (assembly/context.ts). */
const VECTOR = { data: 0, offsets: 4 } as const

/** Locals with the batch's addresses, and the fields that its rows have. */
export interface RowPlaces {
  readonly columns: readonly RangedField[]
  readonly data: number
  /** Bytes from row to row; 0: by `offsets`. */
  readonly stride: number
  readonly offsets: number
}

export interface Rows extends RowAccess {
  readonly places: RowPlaces
  /** Leaves the address of the row whose number a local holds in the access's own local. */
  seek(f: FunctionBuilder, row: number): void
}

/** Loads the batch's addresses once; `seek` comes before reading. */
export const rowsAccess = (f: FunctionBuilder, fields: readonly RangedField[]): Rows => {
  const load = (offset: number): number => {
    const local = f.local('i32')
    f.get(CTX_LOCAL).memory('i32.load', CTX.source).memory('i32.load', offset).set(local)
    return local
  }
  const stride = rowStride(fields)
  const data = load(VECTOR.data)
  const offsets = stride > 0 ? -1 : load(VECTOR.offsets)
  const at = f.local('i32')
  const value = (f: FunctionBuilder, index: number) => readValue(f, (fields[index] as RangedField).physical, at, wordOffset(fields.length, index))
  const valid = (f: FunctionBuilder, index: number) => {
    f.get(at).memory('i32.load8_u', index >> 3).i32(1 << (index & 7)).op('i32.and').op('i32.eqz')
  }
  return {
    places: { columns: fields, data, stride, offsets },
    seek: (f, row) => {
      f.get(data)
      if (stride > 0) f.get(row).i32(stride).op('i32.mul')
      else f.get(offsets).get(row).i32(2).op('i32.shl').op('i32.add').memory('i32.load')
      f.op('i32.add').set(at)
    },
    value,
    valid,
    read: (f, index) => {
      value(f, index)
      if (fields[index]?.nullable) valid(f, index)
    },
  }
}

const LOAD: Record<Exclude<RangedField['physical'], 'i128' | 'utf8' | 'code8'>, Opcode> = {
  bool8: 'i32.load8_u', i8: 'i32.load8_s', i16: 'i32.load16_s', i32: 'i32.load', i64: 'i64.load', f32: 'f32.load', f64: 'f64.load',
}

const readValue = (f: FunctionBuilder, physical: RangedField['physical'], at: number, word: number): void => {
  switch (physical) {
    case 'utf8':
      // The word is offset << 32 | bytes, a str bytes << 32 | address.
      f.get(at).memory('i32.load', word).op('i64.extend_i32_u').i64(32n).op('i64.shl')
      f.get(at).get(at).memory('i32.load', word + 4).op('i32.add').op('i64.extend_i32_u').op('i64.or')
      return
    case 'code8':
      // The byte + 1, and 0 where there is none.
      f.get(at).get(at).memory('i32.load', word + 4).op('i32.add').memory('i32.load8_u').i32(1).op('i32.add')
      f.i32(0).get(at).memory('i32.load', word).op('i32.sub').op('i32.and')
      return
    case 'i128':
      return readWide(f, at, word)
    default:
      f.get(at).memory(LOAD[physical], word)
  }
}

const REVERSED = [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
/**
 * Big-endian bytes at the front of 16: read whole and shifted right, with sign, by what stands behind them. A NULL has no bytes;
 * its value is whatever a shift by 128 leaves.
 */
export const readWide = (f: FunctionBuilder, at: number, word: number): void => {
  const bytes = f.local('v128')
  const shift = f.local('i64')
  const lo = f.local('i64')
  const hi = f.local('i64')
  f.get(at).get(at).memory('i32.load', word + 4).op('i32.add').memory('v128.load').tee(bytes)
  f.get(bytes).shuffle(REVERSED).tee(bytes).lane('i64x2.extract_lane', 0).set(lo)
  f.get(bytes).lane('i64x2.extract_lane', 1).set(hi)
  f.i64(128n).get(at).memory('i32.load', word).op('i64.extend_i32_u').i64(3n).op('i64.shl').op('i64.sub').set(shift)
  // Less than 64: lo >> s | (hi << 1) << (63 − s), where a shift by 64 would be none.
  f.get(hi).get(shift).op('i64.shr_s')
  f.get(lo).get(shift).op('i64.shr_u').get(hi).i64(1n).op('i64.shl').i64(63n).get(shift).op('i64.sub').op('i64.shl').op('i64.or')
  f.get(shift).i64(63n).op('i64.gt_u').op('select')
  f.get(hi).i64(63n).op('i64.shr_s').get(hi).get(shift).op('i64.shr_s').get(shift).i64(63n).op('i64.gt_u').op('select')
  f.free('v128', bytes)
  for (const local of [shift, lo, hi]) f.free('i64', local)
}
