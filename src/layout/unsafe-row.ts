/**
 * Spark's UnsafeRow (sql/catalyst UnsafeRow.java, UnsafeRowWriter.java): where its parts lie, writing one and reading it back.
 * Little-endian; a row's bytes are a multiple of 8 and stand 8-aligned.
 *
 *   0             null bits    ⌈n / 64⌉ words, bit i & 63 of word i >> 6, 1 = NULL
 *   8⌈n / 64⌉     n words      bool8 i8 i16 i32 f32: the low bytes, the rest 0 · i64 f64 · utf8 i128: offset << 32 | bytes
 *   8(⌈n / 64⌉+n) variable     in the order of the fields, each padded with 0 to a multiple of 8
 *
 * A date is an i32, a timestamp an i64, a decimal of at most 18 digits its unscaled i64. A wider decimal ('i128') has 16 bytes in
 * the variable part, NULL or not, that begin with the least number of big-endian two's complement bytes. A NULL's word is 0,
 * but for the wide decimal's offset.
 */
import type { Physical } from './relation.ts'

export const ROW_PHYSICALS = ['bool8', 'i8', 'i16', 'i32', 'i64', 'i128', 'f32', 'f64', 'utf8'] as const satisfies readonly Physical[]
export type RowPhysical = (typeof ROW_PHYSICALS)[number]

export interface RowField {
  readonly physical: RowPhysical
  readonly nullable: boolean
}

/** bigint for integers and decimals (unscaled), number for floats, text or its bytes for utf8. */
export type RowValue = bigint | number | boolean | string | Uint8Array | null

/** Bytes of the null bits. */
export const nullBytes = (fields: number): number => Math.ceil(fields / 64) * 8
/** Offset of a field's word. */
export const wordOffset = (fields: number, index: number): number => nullBytes(fields) + index * 8

const WIDE = 16
/** Bytes of every row of these fields; 0 where rows differ, because a field is of variable length. */
export const rowStride = (fields: readonly RowField[]): number =>
  fields.some((f) => f.physical === 'utf8') ? 0 : wordOffset(fields.length, fields.length) + WIDE * fields.filter((f) => f.physical === 'i128').length

const padded = (bytes: number): number => (bytes + 7) & ~7
const asBytes = (value: RowValue): Uint8Array => (value instanceof Uint8Array ? value : Buffer.from(String(value ?? ''), 'utf8'))

/** Bytes of the row. */
export const rowBytes = (fields: readonly RowField[], values: readonly RowValue[]): number =>
  fields.reduce((n, { physical }, i) => n + (physical === 'i128' ? WIDE : physical === 'utf8' ? padded(asBytes(values[i] as RowValue).length) : 0), wordOffset(fields.length, fields.length))

/** Least number of big-endian two's complement bytes, as BigInteger.toByteArray gives. */
const bigEndian = (value: bigint): Uint8Array => {
  const bytes: number[] = []
  let rest = value
  for (;;) {
    bytes.unshift(Number(rest & 0xffn))
    rest >>= 8n
    const sign = (bytes[0] as number) & 0x80
    if ((rest === 0n && !sign) || (rest === -1n && sign)) return Uint8Array.from(bytes)
  }
}

/** Writes a row at `at`, over zeroed bytes; gives its end. A NULL in a field that is not nullable is a RangeError. */
export const writeRow = (fields: readonly RowField[], values: readonly RowValue[], view: DataView, at: number): number => {
  let variable = wordOffset(fields.length, fields.length)
  fields.forEach(({ physical, nullable }, i) => {
    const value = values[i] as RowValue
    const word = at + wordOffset(fields.length, i)
    const place = (bytes: Uint8Array, room: number) => {
      new Uint8Array(view.buffer, view.byteOffset + at + variable, bytes.length).set(bytes)
      view.setUint32(word, bytes.length, true)
      view.setUint32(word + 4, variable, true)
      variable += room
    }
    if (value === null) {
      if (!nullable) throw new RangeError(`field ${i} is not nullable`)
      const bit = at + (i >> 3)
      view.setUint8(bit, view.getUint8(bit) | (1 << (i & 7)))
      if (physical === 'i128') place(new Uint8Array(0), WIDE)
      return
    }
    switch (physical) {
      case 'bool8':
        return view.setUint8(word, value ? 1 : 0)
      case 'i8':
        return view.setInt8(word, Number(value))
      case 'i16':
        return view.setInt16(word, Number(value), true)
      case 'i32':
        return view.setInt32(word, Number(value), true)
      case 'f32':
        return view.setFloat32(word, value as number, true)
      case 'f64':
        return view.setFloat64(word, value as number, true)
      case 'i64':
        return view.setBigInt64(word, value as bigint, true)
      case 'i128':
        return place(bigEndian(value as bigint), WIDE)
      case 'utf8': {
        const bytes = asBytes(value)
        return place(bytes, padded(bytes.length))
      }
    }
  })
  return at + variable
}

/** The row's values; text as string. */
export const readRow = (fields: readonly RowField[], view: DataView, at: number): RowValue[] =>
  fields.map(({ physical }, i): RowValue => {
    if ((view.getUint8(at + (i >> 3)) >> (i & 7)) & 1) return null
    const word = at + wordOffset(fields.length, i)
    const variable = () => new Uint8Array(view.buffer, view.byteOffset + at + view.getUint32(word + 4, true), view.getUint32(word, true))
    switch (physical) {
      case 'bool8':
        return view.getUint8(word) !== 0
      case 'i8':
        return BigInt(view.getInt8(word))
      case 'i16':
        return BigInt(view.getInt16(word, true))
      case 'i32':
        return BigInt(view.getInt32(word, true))
      case 'f32':
        return view.getFloat32(word, true)
      case 'f64':
        return view.getFloat64(word, true)
      case 'i64':
        return view.getBigInt64(word, true)
      case 'i128': {
        const bytes = variable()
        return BigInt.asIntN(bytes.length * 8, bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n))
      }
      case 'utf8':
        return Buffer.from(variable()).toString('utf8')
    }
  })
