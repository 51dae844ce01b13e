/** Exact values: stored ones as what they mean, cut to the width of the column, and their bounds. */
import { type Physical, physicalWidth } from '../../../layout/relation.ts'
import type { Range } from '../../../layout/types.ts'
import type { LeafInfo } from '../chunk-task.ts'
import { NotKept, PageError } from './failure.ts'
import type { Room } from './room.ts'
import { type Kind, KINDS, right } from './runtime.ts'

/** Values one behind the other. */
export interface Exact {
  readonly address: number
  readonly kind: Kind
}

const KIND_BYTES: Record<Kind, number> = { i32: 4, u32: 4, i64: 8, u64: 8, i128: 16 }
const signed = (bits: bigint): Range => ({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n })
const unsigned = (bits: bigint): Range => ({ min: 0n, max: (1n << bits) - 1n })

const HOLDS: Partial<Record<Physical, Range>> = {
  i8: signed(8n), i16: signed(16n), i32: signed(32n), i64: signed(64n), i128: signed(128n),
  u8: unsigned(8n), u16: unsigned(16n), u32: unsigned(32n), u64: unsigned(64n),
}

/** `count` values as they are stored at `address`, or slices of them, as what they mean. */
export const meaning = (leaf: LeafInfo, address: number, count: number, room: Room): Exact => {
  const { runtime } = room
  const int32 = leaf.stored === 'INT32'
  switch (leaf.reading) {
    case 'signed':
      return { address, kind: int32 ? 'i32' : 'i64' }
    case 'unsigned':
      return { address, kind: int32 ? 'u32' : 'u64' }
    case 'decimal': {
      if (leaf.stored === 'BYTE_ARRAY') {
        const wide = room.at('values', count * 16)
        right(runtime.parquet_slice_decimals(address, count, wide))
        return { address: wide, kind: 'i128' }
      }
      if (leaf.length < 1) throw new PageError('decimals of no bytes')
      if (leaf.length > 8) {
        const wide = room.at('values', count * 16)
        right(runtime.parquet_wide_decimals(address, leaf.length, count, wide))
        return { address: wide, kind: 'i128' }
      }
      const to = room.at('values', count * 8)
      runtime.parquet_decimals(address, leaf.length, count, to)
      return { address: to, kind: 'i64' }
    }
    default: {
      const to = room.at('values', count * 8)
      if (leaf.reading === 'millis') right(runtime.parquet_millis(address, count, to))
      else if (leaf.reading === 'nanos') right(runtime.parquet_nanos(address, count, to))
      else if (leaf.reading === 'int96') right(runtime.parquet_int96(address, count, to))
      else throw new TypeError(`${leaf.reading} is not exact`)
      return { address: to, kind: 'i64' }
    }
  }
}

export const kindOf = (leaf: LeafInfo): Kind => {
  if (leaf.reading === 'decimal') return leaf.stored === 'FIXED_LEN_BYTE_ARRAY' && leaf.length <= 8 ? 'i64' : 'i128'
  if (leaf.reading === 'signed' || leaf.reading === 'unsigned') return `${leaf.reading === 'signed' ? 'i' : 'u'}${leaf.stored === 'INT32' ? 32 : 64}`
  return 'i64'
}

/** Writes `count` (1 or more) values to `to` in their physical form; their bounds. Throws NotKept. */
export const narrow = ({ address, kind }: Exact, count: number, physical: Physical, to: number, room: Room): Range => {
  const { runtime, bounds, view } = room
  runtime.parquet_narrow(address, KINDS[kind], count, to, physicalWidth[physical], bounds)
  const word = (at: number, upper: boolean) => (upper ? view.getBigInt64(bounds + at, true) : view.getBigUint64(bounds + at, true))
  const range = { min: (word(8, true) << 64n) | word(0, false), max: (word(24, true) << 64n) | word(16, false) }
  const holds = HOLDS[physical]
  if (holds === undefined) throw new TypeError(`${physical} is not exact`)
  if (range.min < holds.min || range.max > holds.max) throw new NotKept('narrow')
  return range
}

export const kindBytes = (kind: Kind): number => KIND_BYTES[kind]

export const joinRanges = (a: Range | undefined, b: Range): Range =>
  a === undefined ? b : { min: a.min < b.min ? a.min : b.min, max: a.max > b.max ? a.max : b.max }
