/** Reading packed arrays and maps; where their parts lie is drawn in src/layout/unsafe-row.ts. Their bytes have been checked, or written here. */
import { result128 } from './context'
import { addressOf, bytesOf } from './strings'

// @ts-ignore: decorator
@inline
function elements(array: u64): usize {
  const at = addressOf(array)
  return at + 8 + (((<usize>load<u32>(at) + 63) >> 6) << 3)
}

export function packed_size(_ctx: usize, array: u64): i32 {
  return load<i32>(addressOf(array))
}

export function packed_null(_ctx: usize, array: u64, index: u32): i32 {
  return (load<u8>(addressOf(array) + 8 + (index >> 3)) >> <u8>(index & 7)) & 1
}

export function packed_i64(_ctx: usize, array: u64, index: u32, bytes: u32): i64 {
  const at = elements(array) + <usize>index * bytes
  if (bytes == 8) return load<i64>(at)
  if (bytes == 4) return load<i32>(at)
  return bytes == 2 ? <i64>load<i16>(at) : <i64>load<i8>(at)
}

export function packed_f32(_ctx: usize, array: u64, index: u32): f32 {
  return load<f32>(elements(array) + (<usize>index << 2))
}

export function packed_f64(_ctx: usize, array: u64, index: u32): f64 {
  return load<f64>(elements(array) + (<usize>index << 3))
}

export function packed_slice(_ctx: usize, array: u64, index: u32): u64 {
  const word = load<u64>(elements(array) + (<usize>index << 3))
  return <u64>(addressOf(array) + <usize>(word >> 32)) | (word << 32)
}

/** The least number of big-endian bytes, with the sign in the first. */
export function packed_i128(ctx: usize, array: u64, index: u32): void {
  const slice = packed_slice(ctx, array, index)
  const at = addressOf(slice)
  const bytes = bytesOf(slice)
  const sign: u64 = bytes != 0 && load<u8>(at) >= 0x80 ? u64.MAX_VALUE : 0
  let lo = sign
  let hi = sign
  for (let i: u32 = 0; i < bytes; i++) {
    hi = (hi << 8) | (lo >> 56)
    lo = (lo << 8) | load<u8>(at + i)
  }
  result128(ctx, lo, hi)
}

export function packed_items(_ctx: usize, map: u64, values: u32): u64 {
  const at = addressOf(map) + 8
  const keys = load<u32>(addressOf(map))
  if (!values) return <u64>at | ((<u64>keys) << 32)
  return <u64>(at + keys) | ((<u64>(bytesOf(map) - 8 - keys)) << 32)
}
