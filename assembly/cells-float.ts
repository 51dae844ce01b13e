/** Cells as floats, rounded once: of 16 digits and less than 2^53 by one division in doubles, else as casts do. */
import { CELLS_FLAGS, CELLS_NULLS, CELLS_OUT, CELLS_SKIP, CELLS_STRIDE, CELLS_WORDS, cellText, countNull, gathered, NULL_CELL, STRICT, writeValid } from './cells'
import { kindsOf, KIND_DOUBLE } from './cells-kinds'
import { CTX_ARENA, CTX_LIMIT } from './context'
import { digits as plainDigits, NO_DIGITS } from './plain-digits'
import { parse_f32, parse_f64, parse_is_float } from './float-parse'
import { isDigit } from './parse-words'
import { addressOf, bytesOf } from './strings'

const TENS = memory.data<f64>([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15])

export function cells_f64(ctx: usize, d: usize, from: u32, to: u32): u32 {
  const stride = <usize>load<u32>(d, CELLS_STRIDE)
  const strict = (load<u32>(d, CELLS_FLAGS) & STRICT) != 0
  const skip = load<u32>(d, CELLS_SKIP)
  const plain = load<u32>(d, CELLS_NULLS) == 0
  let words = <usize>load<u32>(d, CELLS_WORDS) + <usize>from * stride
  let out = <usize>load<u32>(d, CELLS_OUT) + (<usize>from << 3)
  let valid: u64 = 0
  let row = from
  for (; row < to; row++, words += stride, out += 8) {
    // most cells of most columns: digits with a point or without
    const begin = <usize>(load<u32>(words) + skip)
    const most = load<u32>(words, 4) - <u32>begin
    if (plain && most - 1 < 8 && (load<u8>(begin) != 0x30 || most == 1 || load<u8>(begin, 1) == 0x2e)) {
      const w = plainDigits(begin, most)
      if (w != NO_DIGITS) {
        store<f64>(out, <f64>(w & 0xffffffffffffff) / load<f64>(TENS + (<usize>max(<i32>(w >> 56) - 1, 0) << 3)))
        valid |= (<u64>1) << (row & 63)
        if ((row & 63) == 63) {
          writeValid(d, row + 1, valid)
          valid = 0
        }
        continue
      }
    }
    const text = cellText(d, words)
    if (text == NULL_CELL) {
      countNull(d)
      store<f64>(out, 0)
    } else {
      let p = addressOf(text)
      let bytes = bytesOf(text)
      const minus = u32(bytes > 0 && load<u8>(p) == 0x2d)
      p += minus
      bytes -= minus
      let w = NO_DIGITS
      if (bytes - 1 < 16 && (!strict || load<u8>(p) != 0x30 || bytes == 1 || !isDigit(load<u8>(p + 1)))) w = plainDigits(p, bytes)
      if (w != NO_DIGITS && (w & 0xffffffffffffff) >> 53 == 0) {
        const value = <f64>(w & 0xffffffffffffff) / load<f64>(TENS + (<usize>max(<i32>(w >> 56) - 1, 0) << 3))
        store<u64>(out, reinterpret<u64>(value) | ((<u64>minus) << 63))
      } else {
        if (strict && (kindsOf(ctx, text) & KIND_DOUBLE) == 0) break
        const free = load<u32>(ctx, CTX_ARENA)
        const limit = load<u32>(ctx, CTX_LIMIT)
        const value = parse_f64(ctx, text)
        if (isNaN(value) && !parse_is_float(ctx, text)) break
        // what the digits took is theirs no more, unless it was a new stretch
        if (load<u32>(ctx, CTX_LIMIT) == limit) store<u32>(ctx, free, CTX_ARENA)
        store<f64>(out, value)
      }
      valid |= (<u64>1) << (row & 63)
    }
    valid = gathered(d, row, valid)
  }
  if (valid) writeValid(d, row, valid)
  return row
}

/** Floats of 32 bits, 4 bytes each. */
export function cells_f32(ctx: usize, d: usize, from: u32, to: u32): u32 {
  const stride = <usize>load<u32>(d, CELLS_STRIDE)
  let words = <usize>load<u32>(d, CELLS_WORDS) + <usize>from * stride
  let out = <usize>load<u32>(d, CELLS_OUT) + (<usize>from << 2)
  let row = from
  for (; row < to; row++, words += stride, out += 4) {
    const text = cellText(d, words)
    let value: f32 = 0
    if (text == NULL_CELL) countNull(d)
    else {
      const free = load<u32>(ctx, CTX_ARENA)
      const limit = load<u32>(ctx, CTX_LIMIT)
      value = parse_f32(ctx, text)
      if (isNaN(value) && !parse_is_float(ctx, text)) break
      if (load<u32>(ctx, CTX_LIMIT) == limit) store<u32>(ctx, free, CTX_ARENA)
      writeValid(d, row + 1, (<u64>1) << (row & 63))
    }
    store<f32>(out, value)
  }
  return row
}
