/**
 * Spark's hash(…) and xxhash64(…) over rows (catalyst/expressions/hash.scala): the reference that native hashes are measured by. Each
 * field's result seeds the next, and NULL leaves it as it is; arrays chain their elements, structs their fields, maps each key and value.
 */
import type { RowField, RowValue } from '../unsafe-row.ts'
import { murmurBytes, murmurInt, murmurLong } from './murmur3.ts'
import { type ArrayView, extentOf, RowView } from './views.ts'
import { UnsafeWriter } from './writer.ts'
import { xxBytes, xxInt, xxLong } from './xxhash64.ts'

interface Hasher<T> {
  readonly int: (value: number, seed: T) => T
  readonly long: (value: bigint, seed: T) => T
  readonly bytes: (value: Uint8Array, seed: T) => T
}

const MURMUR3: Hasher<number> = { int: murmurInt, long: murmurLong, bytes: murmurBytes }
const XXHASH64: Hasher<bigint> = { int: xxInt, long: xxLong, bytes: xxBytes }

/** Java's bits: one NaN, and −0 is 0. */
const bits = new DataView(new ArrayBuffer(8))
const floatBits = (value: number): number => {
  bits.setFloat32(0, Number.isNaN(value) ? Number.NaN : value + 0)
  return bits.getInt32(0)
}
const doubleBits = (value: number): bigint => {
  bits.setFloat64(0, Number.isNaN(value) ? Number.NaN : value + 0)
  return bits.getBigInt64(0)
}

/** Spark takes as few bytes of a wide decimal as there can be, however many lie there. */
const minimal = (bytes: Uint8Array): Uint8Array => {
  let from = 0
  while (from + 1 < bytes.length && bytes[from] === ((bytes[from + 1] as number) >= 0x80 ? 0xff : 0)) from++
  return bytes.subarray(from)
}

const hashed = <T>(view: RowView | ArrayView, { physical, form }: RowField, index: number, { int, long, bytes }: Hasher<T>, seed: T): T => {
  if (view.isNull(index)) return seed
  switch (physical) {
    case 'bool8':
      return int(view.value(index) ? 1 : 0, seed)
    case 'i8':
    case 'i16':
    case 'i32':
      return int(Number(view.value(index)), seed)
    case 'i64':
      return long(view.value(index) as bigint, seed)
    case 'f32':
      return int(floatBits(view.value(index) as number), seed)
    case 'f64':
      return long(doubleBits(view.value(index) as number), seed)
    case 'i128':
      return bytes(minimal(view.bytes(index)), seed)
    case 'utf8':
      break
  }
  const hasher = { int, long, bytes }
  const all = (of: RowView | ArrayView, fieldOf: (i: number) => RowField, start: T): T => {
    let hash = start
    for (let i = 0; i < of.length; i++) hash = hashed(of, fieldOf(i), i, hasher, hash)
    return hash
  }
  switch (form?.kind) {
    case 'interval': {
      // The days take no part: so do Spark's generated hashes.
      const { months, micros } = view.interval(index)
      return int(months, long(micros, seed))
    }
    case 'struct':
      return all(view.struct(index), (i) => form.fields[i]!, seed)
    case 'array':
      return all(view.array(index), () => form.element, seed)
    case 'map': {
      const { keys, items } = view.map(index)
      let hash = seed
      for (let i = 0; i < keys.length; i++) hash = hashed(items, form.value, i, hasher, hashed(keys, form.key, i, hasher, hash))
      return hash
    }
    default:
      return bytes(view.bytes(index), seed)
  }
}

const rowHash = <T>(view: RowView, columns: readonly number[] | undefined, hasher: Hasher<T>, seed: T): T =>
  (columns ?? view.fields.map((_, i) => i)).reduce((hash, i) => hashed(view, view.fields[i]!, i, hasher, hash), seed)

/** Spark's seed of both. */
export const SEED = 42

/** hash(…) of a row's columns, all of them unless some are named by position: an i32. */
export const murmur3 = (row: RowView, columns?: readonly number[], seed = SEED): number => rowHash(row, columns, MURMUR3, seed)
/** xxhash64(…): an i64. */
export const xxhash64 = (row: RowView, columns?: readonly number[], seed = BigInt(SEED)): bigint => rowHash(row, columns, XXHASH64, seed)

/** The partition of a hash: never negative. */
export const partitionOf = (hash: number, partitions: number): number => ((hash % partitions) + partitions) % partitions

/** A view of values. */
export const viewOfValues = (fields: readonly RowField[], values: readonly RowValue[]): RowView => {
  const writer = new UnsafeWriter()
  writer.row(fields, values)
  return new RowView(fields, extentOf(writer.bytes))
}
