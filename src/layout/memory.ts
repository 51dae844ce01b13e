/** Typed views of shared memory at an address and a physical width; addresses may be anywhere below 4 GiB. */
import type { Physical } from './relation.ts'

export type PhysicalArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

const ARRAYS: Record<Physical, new (buffer: ArrayBufferLike, address: number, length: number) => PhysicalArray> = {
  bool8: Uint8Array,
  i8: Int8Array,
  u8: Uint8Array,
  code8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  code16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  code32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  slice: BigUint64Array,
  i128: BigInt64Array,
  utf8: Uint8Array,
}

/** The data of `rows` rows; i128 gives two words a row; utf8 has no width and is not asked for here. */
export const viewOf = (buffer: ArrayBufferLike, physical: Physical, address: number, rows: number): PhysicalArray =>
  new ARRAYS[physical](buffer, address >>> 0, physical === 'i128' ? rows * 2 : rows)

export const bytesAt = (buffer: ArrayBufferLike, address: number, length: number): Uint8Array => new Uint8Array(buffer, address >>> 0, length)

/** A Buffer over memory, to decode text from; Node's decoder reads shared memory. */
export const textAt = (buffer: ArrayBufferLike, address: number, length: number): Buffer => Buffer.from(buffer as unknown as ArrayBuffer, address >>> 0, length)
