/**
 * Keys that are integer columns tested eight rows at a time. Where their bits lie is computed in lanes; the bytes of a bitmap, or
 * the words of a Bloom filter, are gathered lane by lane, because there is no other way; what passes is a mask of eight bits.
 * Rows behind the last one are read, too, and masked: no data reaches up to the memory's end.
 */
import type { Ir, Scalar } from '../../ir/nodes.ts'
import type { KeyFilter, Source } from '../../ir/program.ts'
import { contains, type Range, WIDTHS } from '../../ir/ranges.ts'
import type { Physical } from '../../layout/relation.ts'
import type { FunctionBuilder } from '../encoder.ts'
import type { Opcode } from '../opcodes.ts'
import { EVEN_WORDS, ODD_WORDS } from '../simd/lanes.ts'
import { FOLD, PLACE, SPREAD } from './bits.ts'

/** A key that is a column: 32-bit values, widened to the key's type with sign or without, or 64-bit ones. */
export interface LaneKey {
  readonly column: number
  readonly physical: LanePhysical
  readonly values: 'signed' | 'unsigned' | 'wide'
  /** Whether the key is an i64. */
  readonly long: boolean
}

type LanePhysical = 'i8' | 'u8' | 'code8' | 'i16' | 'u16' | 'code16' | 'i32' | 'code32' | 'u32' | 'i64'
/** log2 of the width; loads of one value, and of the vector at k × 8 × width / 2 bytes. */
const LOADS: Record<LanePhysical, { readonly shift: number; readonly one: Opcode; readonly four: Opcode }> = {
  i8: { shift: 0, one: 'i32.load8_s', four: 'v128.load8x8_s' },
  u8: { shift: 0, one: 'i32.load8_u', four: 'v128.load8x8_u' },
  code8: { shift: 0, one: 'i32.load8_u', four: 'v128.load8x8_u' },
  i16: { shift: 1, one: 'i32.load16_s', four: 'v128.load16x4_s' },
  u16: { shift: 1, one: 'i32.load16_u', four: 'v128.load16x4_u' },
  code16: { shift: 1, one: 'i32.load16_u', four: 'v128.load16x4_u' },
  i32: { shift: 2, one: 'i32.load', four: 'v128.load' },
  code32: { shift: 2, one: 'i32.load', four: 'v128.load' },
  u32: { shift: 2, one: 'i32.load', four: 'v128.load' },
  i64: { shift: 3, one: 'i64.load', four: 'v128.load' },
}
const UNSIGNED: Range = { min: 0n, max: (1n << 32n) - 1n }

/** How a key is tested in lanes; undefined where it is no column, or its filter's range is not of its width. `lets` are the names that it may read. */
export const laneKey = (key: Ir, lets: ReadonlyMap<string, Ir>, row: string, source: Source, filter: KeyFilter): LaneKey | undefined => {
  if (source.source !== 'columns') return undefined
  const type = key.type as Scalar
  if (type !== 'i32' && type !== 'i64') return undefined
  let at = named(key, lets)
  let unsigned = false
  if (type === 'i64' && at.ir === 'cast' && at.arg.type === 'i32') {
    unsigned = at.unsigned === true
    at = named(at.arg, lets)
  }
  if (at.ir === 'value') at = named(at.arg, lets)
  if (at.ir !== 'field' || at.row !== row) return undefined
  const physical: Physical | undefined = source.columns[at.index]?.physical
  if (!physical || !(physical in LOADS)) return undefined
  const values = physical === 'i64' ? 'wide' : unsigned || physical === 'u32' ? 'unsigned' : 'signed'
  const lane = { column: at.index, physical: physical as LanePhysical, values, long: type === 'i64' } as const
  if (filter.filter === 'bloom' || values === 'wide') return lane
  const range = { min: filter.range.min, max: filter.range.min + BigInt(filter.range.extent) - 1n }
  // Then a difference modulo 2^32 is below the extent only where it is one.
  return contains(values === 'signed' ? WIDTHS.i32 : UNSIGNED, range) ? lane : undefined
}
const named = (e: Ir, lets: ReadonlyMap<string, Ir>): Ir => (e.ir === 'ident' && lets.has(e.name) ? named(lets.get(e.name) as Ir, lets) : e)

/** Eight rows' keys: 32-bit lanes in two vectors, or 64-bit ones in four. */
export interface LaneTest {
  /** Keys of the eight rows from one whose number a local holds. */
  range(data: number, row: number): void
  /** Keys of rows whose numbers lie at the address in a local. */
  gather(data: number, rows: number): void
  /** Pushes the mask of the rows that pass. */
  bits(): void
}

/** Locals, each in all lanes. */
interface BitmapConstants {
  readonly min: number
  readonly extent: number
}
interface BloomConstants {
  readonly place: number
  readonly spread: number
  readonly fold: number
}

/** Constants in locals, before the loop. */
export const openLaneTest = (f: FunctionBuilder, key: LaneKey, filter: KeyFilter, bits: number, shift: number): LaneTest => {
  const vector = (push: () => void) => {
    push()
    const local = f.local('v128')
    f.set(local)
    return local
  }
  const splat = (value: number) => vector(() => f.i32(value).op('i32x4.splat'))
  const { physical, values } = key
  const { one, four, shift: width } = LOADS[physical]
  const wide = values === 'wide'
  const base = vector(() => f.get(bits).op('i32x4.splat'))
  const keys = Array.from({ length: wide ? 4 : 2 }, () => f.local('v128'))
  const [low, high] = keys as [number, number]
  const constants: BitmapConstants | BloomConstants =
    filter.filter === 'bitmap'
      ? { min: vector(() => (wide ? f.i64(filter.range.min).op('i64x2.splat') : f.i32(Number(BigInt.asIntN(32, filter.range.min))).op('i32x4.splat'))), extent: splat(filter.range.extent) }
      : { place: splat(PLACE), spread: splat(SPREAD), fold: wide || key.long ? splat(FOLD) : -1 }
  const at = f.local('i32')
  const gathered = f.local('v128')
  const mask = f.local('v128')
  const found = f.local('i32')
  const places = [f.local('v128'), f.local('v128')] as const

  /** Of two vectors of 64-bit lanes: the words of one kind. */
  const words = (k: number, which: readonly number[]) => f.get(keys[2 * k] as number).get(keys[2 * k + 1] as number).shuffle(which)

  const bitmap = ({ min, extent }: BitmapConstants) => {
    if (wide) for (const local of keys) f.get(local).get(min).op('i64x2.sub').set(local)
    const positions = [0, 1].map((k) => {
      if (wide) {
        // All ones where a high word is not 0.
        words(k, ODD_WORDS).v128(ZEROS).op('i32x4.ne')
        words(k, EVEN_WORDS).op('v128.or')
      } else f.get(keys[k] as number).get(min).op('i32x4.sub')
      const local = keys[k] as number
      // The words of a wide key's second half are still needed.
      const target = wide ? (places[k] as number) : local
      f.get(extent).op('i32x4.min_u').set(target)
      return target
    })
    const [first, second] = positions as [number, number]
    f.v128(POWERS).get(first).get(second).shuffle(FIRST_BYTES).v128(SEVENS).op('v128.and').op('i8x16.swizzle').set(mask)
    f.v128(ZEROS).set(gathered)
    for (const k of [0, 1] as const) {
      const place = places[k]
      f.get(positions[k] as number).i32(3).op('i32x4.shr_u').get(base).op('i32x4.add').set(place)
      for (let i = 0; i < 4; i++) f.get(place).lane('i32x4.extract_lane', i).get(gathered).memoryLane('v128.load8_lane', 0, 4 * k + i).set(gathered)
    }
    f.get(gathered).get(mask).op('v128.and').v128(ZEROS).op('i8x16.ne').op('i8x16.bitmask')
  }

  const bloom = ({ place, spread, fold }: BloomConstants) => {
    for (const k of [0, 1] as const) {
      const x = places[k]
      if (wide) {
        words(k, ODD_WORDS).get(fold).op('i32x4.mul')
        words(k, EVEN_WORDS).op('v128.xor').set(x)
      } else if (key.long && values === 'signed') f.get(keys[k] as number).get(keys[k] as number).i32(31).op('i32x4.shr_s').get(fold).op('i32x4.mul').op('v128.xor').set(x)
      else f.get(keys[k] as number).set(x)
      f.get(x).get(x).i32(16).op('i32x4.shr_u').op('v128.xor').get(place).op('i32x4.mul').set(x)
      f.v128(POWERS).get(x).get(x).i32(15).op('i32x4.shr_u').op('v128.xor').get(spread).op('i32x4.mul').i32(5).op('i32x4.shr_u').v128(SEVENS).op('v128.and').op('i8x16.swizzle').set(mask)
      f.get(x).get(shift).op('i32x4.shr_u').i32(2).op('i32x4.shl').get(base).op('i32x4.add').set(x)
      f.v128(ZEROS).set(gathered)
      for (let i = 0; i < 4; i++) f.get(x).lane('i32x4.extract_lane', i).get(gathered).memoryLane('v128.load32_lane', 0, i).set(gathered)
      f.get(gathered).get(mask).op('v128.and').get(mask).op('i32x4.eq').op('i32x4.bitmask')
      if (k === 0) f.set(found)
      else f.i32(4).op('i32.shl').get(found).op('i32.or')
    }
  }

  return {
    range: (data, row) => {
      f.get(data).get(row)
      if (width) f.i32(width).op('i32.shl')
      f.op('i32.add').set(at)
      if (width === 0) {
        f.get(at).memory(four).tee(low).op(physical === 'i8' ? 'i32x4.extend_high_i16x8_s' : 'i32x4.extend_high_i16x8_u').set(high)
        f.get(low).op(physical === 'i8' ? 'i32x4.extend_low_i16x8_s' : 'i32x4.extend_low_i16x8_u').set(low)
      } else keys.forEach((local, k) => f.get(at).memory(four, k * (width === 1 ? 8 : 16)).set(local))
    },
    gather: (data, rows) => {
      for (const local of keys) f.v128(ZEROS).set(local)
      const lanes = wide ? 2 : 4
      for (let i = 0; i < 8; i++) {
        const local = keys[Math.floor(i / lanes)] as number
        const address = () => {
          f.get(data).get(rows).memory('i32.load', i * 4)
          if (width) f.i32(width).op('i32.shl')
          f.op('i32.add')
        }
        if (width >= 2) {
          address()
          f.get(local).memoryLane(wide ? 'v128.load64_lane' : 'v128.load32_lane', 0, i % lanes)
        } else {
          f.get(local)
          address()
          f.memory(one).lane('i32x4.replace_lane', i % lanes)
        }
        f.set(local)
      }
    },
    bits: () => ('min' in constants ? bitmap(constants) : bloom(constants)),
  }
}

const ZEROS = new Array<number>(16).fill(0)
const SEVENS = new Array<number>(16).fill(7)
const POWERS = [1, 2, 4, 8, 16, 32, 64, 128, ...ZEROS.slice(8)]
/** Of eight 32-bit lanes; from byte 8 on any. */
const FIRST_BYTES = [0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0]
