/**
 * Spark's hash functions over reference values: Murmur3_x86_32 (`hash`, partition ids) and XXH64 (`xxhash64`), as its HashExpression
 * takes them (catalyst/expressions/hash.scala). Each column's hash is the next one's seed; NULL leaves it as it is.
 *
 *   bool, integers up to 32 bits, date    one 32-bit word          float, double   their bits, −0 as 0 and every NaN as one
 *   int64, uint32, timestamps             two words, low first     decimals of more than 18 digits   minimal big-endian bytes
 *   decimals up to 18 digits, unscaled    two words                string          UTF-8 bytes
 *
 * Integers that Spark lacks (uint64, int128) are hashed as wide decimals are.
 */
import type { SqlType } from './types.ts'
import { toBigEndian } from './unsafe/decimal-bytes.ts'
import { rowFieldOf } from './unsafe/fields.ts'
import { murmur3 as rowMurmur3, viewOfValues, xxhash64 as rowXxhash64 } from './unsafe/hashes.ts'
import { murmurBytes, murmurInt, murmurLong } from './unsafe/murmur3.ts'
import type { RowView } from './unsafe/views.ts'
import { xxBytes, xxInt, xxLong } from './unsafe/xxhash64.ts'
import type { Value } from './value.ts'

/** Spark's seed of both. */
export const SEED = 42

/** How the values of a type are hashed; undefined for packed ones, and for `null`. */
export type HashForm = 'int' | 'long' | 'bytes' | 'text' | 'float' | 'double'
export const hashForm = (type: SqlType): HashForm | undefined => {
  switch (type.kind) {
    case 'bool':
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'date':
    case 'interval_year_month':
      return 'int'
    case 'uint32':
    case 'int64':
    case 'timestamp':
    case 'timestamptz':
    case 'interval_day_time':
      return 'long'
    case 'decimal':
      return type.precision <= 18 ? 'long' : 'bytes'
    case 'uint64':
    case 'int128':
      return 'bytes'
    case 'string':
    case 'binary':
      return 'text'
    case 'float':
    case 'double':
      return type.kind
    default:
      return undefined
  }
}

const bits = new DataView(new ArrayBuffer(8))
const floatBits = (x: number): number => {
  bits.setFloat32(0, x === 0 ? 0 : x)
  return Number.isNaN(x) ? 0x7fc00000 : bits.getInt32(0)
}
const doubleBits = (x: number): bigint => {
  bits.setFloat64(0, x === 0 ? 0 : x)
  return Number.isNaN(x) ? 0x7ff8000000000000n : bits.getBigInt64(0)
}

interface HashFunction<H> {
  readonly int: (value: number, seed: H) => H
  readonly long: (value: bigint, seed: H) => H
  readonly bytes: (value: Uint8Array, seed: H) => H
  readonly row: (row: RowView, columns: readonly number[], seed: H) => H
}

const MURMUR3: HashFunction<number> = { int: murmurInt, long: murmurLong, bytes: murmurBytes, row: rowMurmur3 }
const XXHASH64: HashFunction<bigint> = { int: xxInt, long: xxLong, bytes: xxBytes, row: rowXxhash64 }

/** Takes one value into a hash. */
export type TakeValue<H> = (value: Value, seed: H) => H

const taking = <H>(fn: HashFunction<H>) => (type: SqlType): TakeValue<H> => {
  const form = hashForm(type)
  const take = ((): ((value: any, seed: H) => H) => {
    switch (form) {
      case 'int':
        return (value, seed) => fn.int(Number(value), seed)
      case 'long':
        return (value, seed) => fn.long(BigInt(value), seed)
      case 'bytes':
        return (value, seed) => fn.bytes(toBigEndian(value), seed)
      case 'text':
        return (value, seed) => fn.bytes(typeof value === 'string' ? Buffer.from(value, 'utf8') : value, seed)
      case 'float':
        return (value, seed) => fn.int(floatBits(value), seed)
      case 'double':
        return (value, seed) => fn.long(doubleBits(value), seed)
      default: {
        // Packed: walked in its Unsafe form.
        const field = rowFieldOf(type)
        return type.kind === 'null' ? (_, seed) => seed : (value, seed) => fn.row(viewOfValues([field], [value]), [0], seed)
      }
    }
  })()
  return (value, seed) => (value === null ? seed : take(value, seed))
}

/** Spark's Murmur3 of the values of a type: an i32. */
export const murmur3: (type: SqlType) => TakeValue<number> = taking(MURMUR3)
/** Spark's XXH64 of the values of a type: an i64. */
export const xxhash64: (type: SqlType) => TakeValue<bigint> = taking(XXHASH64)
