/**
 * Column chunks: what sources and operators hand to a ColumnBuilder. A chunk is some rows of one column in ordinary
 * (unshared) JavaScript memory, in whichever form was at hand; the builder decides how it lies in a relation.
 */
import { bitmapBytes, fillBits, setBit } from './bits.ts'
import { isBinary, type SqlType } from './types.ts'
import type { Value } from './value.ts'

export type NumberArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array
export type CodeArray = Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array

/** UTF-8 strings end to end; string i is bytes[offsets[i] … offsets[i + 1]). */
export interface Utf8 {
  readonly bytes: Uint8Array
  readonly offsets: Uint32Array | Int32Array
}

interface Rows {
  readonly rows: number
  /** One bit a row, 1 = value; absent: no NULLs. What stands in the values of a NULL row does not matter. */
  readonly validity?: Uint8Array | undefined
}

export type ColumnChunk =
  /** Integers to 32 bits, dates, months, bool (0, 1), float, double. */
  | (Rows & { readonly kind: 'numbers'; readonly values: NumberArray })
  /** Integers of 64 bits, timestamps, microseconds, decimals (unscaled). */
  | (Rows & { readonly kind: 'bigints'; readonly values: BigInt64Array | BigUint64Array })
  /** Two words a row, low (as unsigned bits) and high: integers and unscaled decimals of 128 bits. */
  | (Rows & { readonly kind: 'wide'; readonly values: BigInt64Array })
  /** Strings, and the bytes of binary and packed types. */
  | (Rows & { readonly kind: 'utf8'; readonly text: Utf8 })
  /** Strings by index into a dictionary of this chunk, which may hold duplicates and unused entries. */
  | (Rows & { readonly kind: 'codes'; readonly codes: CodeArray; readonly text: Utf8 })
  /** Only NULLs, of any type. */
  | { readonly kind: 'nulls'; readonly rows: number; readonly validity?: undefined }

export const wordsOf = (value: bigint): [bigint, bigint] => [BigInt.asIntN(64, value), value >> 64n]
export const fromWords = (low: bigint, high: bigint): bigint => (high << 64n) | BigInt.asUintN(64, low)

/** UTF-8 of JavaScript strings; lone surrogates become U+FFFD. */
export const encodeStrings = (strings: readonly string[]): Utf8 => {
  const offsets = new Uint32Array(strings.length + 1)
  let total = 0
  for (let i = 0; i < strings.length; i++) {
    total += Buffer.byteLength(strings[i]!)
    offsets[i + 1] = total
  }
  const bytes = Buffer.alloc(total)
  for (let i = 0; i < strings.length; i++) bytes.write(strings[i]!, offsets[i]!, 'utf8')
  return { bytes, offsets }
}

const stringChunk = (values: ArrayLike<Value>, rows: number, validity: Uint8Array | undefined): ColumnChunk => {
  const distinct = new Map<string, number>()
  const codes = new Uint32Array(rows)
  for (let i = 0; i < rows; i++) {
    const value = values[i]
    if (value == null) continue
    let code = distinct.get(value as string)
    if (code === undefined) {
      code = distinct.size
      distinct.set(value as string, code)
    }
    codes[i] = code
  }
  return { kind: 'codes', rows, validity, codes, text: encodeStrings([...distinct.keys()]) }
}

/** Byte strings end to end; what is null has none. */
export const joinBytes = (values: ArrayLike<Uint8Array | null | undefined>): Utf8 => {
  const offsets = new Uint32Array(values.length + 1)
  let total = 0
  for (let i = 0; i < values.length; i++) offsets[i + 1] = total += values[i]?.length ?? 0
  const bytes = new Uint8Array(total)
  for (let i = 0; i < values.length; i++) if (values[i] != null) bytes.set(values[i]!, offsets[i])
  return { bytes, offsets }
}

const NUMBER_ARRAYS: Partial<Record<SqlType['kind'], new (n: number) => NumberArray>> = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  date: Int32Array,
  interval_year_month: Int32Array,
  float: Float32Array,
  double: Float64Array,
}

/** The chunk of a column given as reference values. */
export const chunkOfValues = (type: SqlType, values: ArrayLike<Value>): ColumnChunk => {
  const rows = values.length
  let validity: Uint8Array | undefined
  let valid = 0
  for (let i = 0; i < rows; i++) {
    if (values[i] != null) {
      if (validity !== undefined) setBit(validity, i)
      valid++
    } else if (validity === undefined) {
      validity = new Uint8Array(bitmapBytes(rows))
      fillBits(validity, 0, i)
    }
  }
  if (valid === 0 && rows > 0) return { kind: 'nulls', rows }
  if (type.kind === 'string') return stringChunk(values, rows, validity)
  if (isBinary(type)) return { kind: 'utf8', rows, validity, text: joinBytes(values as ArrayLike<Uint8Array | null>) }
  const array = NUMBER_ARRAYS[type.kind]
  if (array !== undefined) {
    const out = new array(rows)
    for (let i = 0; i < rows; i++) if (values[i] != null) out[i] = Number(values[i])
    return { kind: 'numbers', rows, validity, values: out }
  }
  if (type.kind === 'int128' || (type.kind === 'decimal' && type.precision > 18)) {
    const out = new BigInt64Array(rows * 2)
    for (let i = 0; i < rows; i++) {
      const value = values[i]
      if (value != null) [out[2 * i], out[2 * i + 1]] = wordsOf(value as bigint)
    }
    return { kind: 'wide', rows, validity, values: out }
  }
  const out = type.kind === 'uint64' ? new BigUint64Array(rows) : new BigInt64Array(rows)
  for (let i = 0; i < rows; i++) if (values[i] != null) out[i] = BigInt(values[i] as bigint)
  return { kind: 'bigints', rows, validity, values: out }
}
