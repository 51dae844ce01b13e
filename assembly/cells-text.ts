/**
 * Cells as texts: offsets and bytes, without escapes; or codes of a dictionary in the making, as long as it has room.
 *
 *   dictionary   0 count   4 most   8 slots: u16 code + 1 by hash, 0 none   12 mask   16 entries: slices by code   20 free   24 limit
 *
 * Entries are slices of where the text lies: of the cell, or, where there were escapes, of what was written at `free`.
 */
import {
  CELLS_ESCAPE, CELLS_OUT, CELLS_SKIP, CELLS_STRIDE, CELLS_WORDS, cellText, countNull, gathered, NULL_CELL, writeValid,
} from './cells'
import { addressOf, bytesOf, sameBytes, slice, str_hash } from './strings'

const TABLE_COUNT: usize = 0
const TABLE_MOST: usize = 4
const TABLE_SLOTS: usize = 8
const TABLE_MASK: usize = 12
const TABLE_ENTRIES: usize = 16
const TABLE_FREE: usize = 20
const TABLE_LIMIT: usize = 24

/** Where the byte is first, or `end`. */
// @ts-ignore: decorator
@inline
function findByte(p: usize, end: usize, byte: u32): usize {
  const wanted = i8x16.splat(<i8>byte)
  for (; p < end; p += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(p), wanted))
    if (found) return min(p + ctz(found), end)
  }
  return end
}

/** Whether the text stands in quotes in its cell, so that there may be escapes in it. */
// @ts-ignore: decorator
@inline
function mayEscape(d: usize, words: usize, text: u64): bool {
  return addressOf(text) != <usize>load<u32>(words) + <usize>load<u32>(d, CELLS_SKIP)
}

/** Bytes of a quoted text without its escapes. */
function plainBytes(d: usize, text: u64): u32 {
  const end = addressOf(text) + bytesOf(text)
  const escape = load<u32>(d, CELLS_ESCAPE)
  if (escape > 0xff) return bytesOf(text)
  let bytes = bytesOf(text)
  for (let p = findByte(addressOf(text), end, escape); p + 1 < end; p = findByte(p + 2, end, escape)) bytes--
  return bytes
}

function writePlain(d: usize, text: u64, to: usize): void {
  const end = addressOf(text) + bytesOf(text)
  const escape = load<u32>(d, CELLS_ESCAPE)
  for (let p = addressOf(text); p < end; ) {
    const next = findByte(p, end, escape)
    memory.copy(to, p, next - p)
    to += next - p
    if (next + 1 < end) {
      store<u8>(to, load<u8>(next + 1))
      to++
      p = next + 2
    } else {
      // an escape as the last byte is itself
      if (next < end) store<u8>(to, load<u8>(next))
      p = end
    }
  }
}

/** Ends of the texts of the rows from … to − 1 behind each other: out[row + 1], from what stands in out[from] on. Returns the last. */
export function cells_offsets(_ctx: usize, d: usize, from: u32, to: u32): u32 {
  const stride = <usize>load<u32>(d, CELLS_STRIDE)
  let words = <usize>load<u32>(d, CELLS_WORDS) + <usize>from * stride
  let out = <usize>load<u32>(d, CELLS_OUT) + (<usize>from << 2)
  let total = load<u32>(out)
  let valid: u64 = 0
  let row = from
  for (; row < to; row++, words += stride) {
    const text = cellText(d, words)
    if (text == NULL_CELL) countNull(d)
    else {
      total += mayEscape(d, words, text) ? plainBytes(d, text) : bytesOf(text)
      valid |= (<u64>1) << (row & 63)
    }
    out += 4
    store<u32>(out, total)
    valid = gathered(d, row, valid)
  }
  if (valid) writeValid(d, row, valid)
  return total
}

/** Writes the texts of the rows to `data`, by the offsets that cells_offsets left; up to 15 bytes behind them are overwritten. */
export function cells_bytes(_ctx: usize, d: usize, from: u32, to: u32, data: usize): void {
  const stride = <usize>load<u32>(d, CELLS_STRIDE)
  let words = <usize>load<u32>(d, CELLS_WORDS) + <usize>from * stride
  let out = <usize>load<u32>(d, CELLS_OUT) + (<usize>from << 2)
  for (let row = from; row < to; row++, words += stride, out += 4) {
    const at = load<u32>(out)
    const bytes = load<u32>(out, 4) - at
    if (bytes == 0) continue
    const text = cellText(d, words)
    const target = data + <usize>at
    const source = addressOf(text)
    if (bytes != bytesOf(text)) writePlain(d, text, target)
    else if (bytes <= 32) {
      v128.store(target, v128.load(source))
      if (bytes > 16) v128.store(target + 16, v128.load(source, 16))
    } else memory.copy(target, source, bytes)
  }
}

/**
 * Codes, u16, of the rows from … to − 1. Ends early at a row whose text the dictionary has no room for. A text's slot is by its
 * hash's low bits; what stands in it is compared whole.
 */
export function cells_codes(ctx: usize, d: usize, from: u32, to: u32, table: usize): u32 {
  const stride = <usize>load<u32>(d, CELLS_STRIDE)
  const slots = <usize>load<u32>(table, TABLE_SLOTS)
  const mask = load<u32>(table, TABLE_MASK)
  const entries = <usize>load<u32>(table, TABLE_ENTRIES)
  let words = <usize>load<u32>(d, CELLS_WORDS) + <usize>from * stride
  let out = <usize>load<u32>(d, CELLS_OUT) + (<usize>from << 1)
  let valid: u64 = 0
  let row = from
  for (; row < to; row++, words += stride, out += 2) {
    let text = cellText(d, words)
    let code: u32 = 0
    if (text == NULL_CELL) countNull(d)
    else {
      if (mayEscape(d, words, text)) {
        const bytes = plainBytes(d, text)
        if (bytes != bytesOf(text)) {
          const free = <usize>load<u32>(table, TABLE_FREE)
          if (<usize>load<u32>(table, TABLE_LIMIT) - free < <usize>bytes) break
          writePlain(d, text, free)
          text = slice(free, bytes)
        }
      }
      const bytes = bytesOf(text)
      let slot = <u32>str_hash(ctx, text) & mask
      for (;;) {
        code = load<u16>(slots + (<usize>slot << 1))
        if (code == 0) break
        const entry = load<u64>(entries + (<usize>(code - 1) << 3))
        if (bytesOf(entry) == bytes && sameBytes(addressOf(entry), addressOf(text), bytes)) break
        slot = (slot + 1) & mask
      }
      if (code == 0) {
        const count = load<u32>(table, TABLE_COUNT)
        if (count == load<u32>(table, TABLE_MOST)) break
        store<u64>(entries + (<usize>count << 3), text)
        store<u16>(slots + (<usize>slot << 1), <u16>(count + 1))
        store<u32>(table, count + 1, TABLE_COUNT)
        if (addressOf(text) == <usize>load<u32>(table, TABLE_FREE)) store<u32>(table, load<u32>(table, TABLE_FREE) + bytes, TABLE_FREE)
        code = count + 1
      }
      code--
      valid |= (<u64>1) << (row & 63)
    }
    store<u16>(out, <u16>code)
    valid = gathered(d, row, valid)
  }
  if (valid) writeValid(d, row, valid)
  return row
}

/** Enters the entries that a dictionary begins with into its slots. */
export function cells_seed(ctx: usize, table: usize): void {
  const slots = <usize>load<u32>(table, TABLE_SLOTS)
  const mask = load<u32>(table, TABLE_MASK)
  const entries = <usize>load<u32>(table, TABLE_ENTRIES)
  const count = load<u32>(table, TABLE_COUNT)
  for (let i: u32 = 0; i < count; i++) {
    let slot = <u32>str_hash(ctx, load<u64>(entries + (<usize>i << 3))) & mask
    while (load<u16>(slots + (<usize>slot << 1)) != 0) slot = (slot + 1) & mask
    store<u16>(slots + (<usize>slot << 1), <u16>(i + 1))
  }
}

/** Of codes texts again: ends into out[row + 1], from out[0] on; and, where `data` is not 0, the bytes. `bits` 0: no NULLs. Returns the last end. */
export function cells_decode(_ctx: usize, codes: usize, narrow: i32, rows: u32, bits: usize, entries: usize, out: usize, data: usize): u32 {
  let total: u32 = 0
  store<u32>(out, 0)
  for (let row: u32 = 0; row < rows; row++) {
    if (bits == 0 || (load<u8>(bits + <usize>(row >> 3)) >> (row & 7)) & 1) {
      const code = narrow ? <u32>load<u8>(codes + <usize>row) : <u32>load<u16>(codes + (<usize>row << 1))
      const entry = load<u64>(entries + (<usize>code << 3))
      if (data) memory.copy(data + <usize>total, addressOf(entry), bytesOf(entry))
      total += bytesOf(entry)
    }
    store<u32>(out + (<usize>(row + 1) << 2), total)
  }
  return total
}
