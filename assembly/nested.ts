/**
 * Nested columns as Arrow has them ⇄ packed values, Spark's Unsafe forms (src/layout/unsafe-row.ts). A column is a tree of nodes
 * (src/layout/nested-nodes.ts): what a type is, and where its buffers lie.
 *
 *   node   0 kind   4 validity, 0: all valid   12 values   16 bytes of a value there   20 bytes of it in an Unsafe array
 *          24 offsets   28 bytes of an offset, 0: lists of one length   32 that length   36 codes (i32) into offsets, or 0
 *          40 children: u32 addresses of nodes   44 how many   48 length   52 NULLs   56 bytes of text as u64
 *          values of slices without offsets are slices: address in the low, bytes in the high 32 bits
 *   fault  0 what is wrong (FAULTS)   8 the value, as i64
 *
 * Packing trusts nothing of the offsets; unpacking reads what has been packed or checked before. It goes over the values twice: to count
 * what nodes hold, and to fill their buffers, which are zeroed; then 48 and 56 say how much of a node there is so far.
 */
import { row_decimal } from './rows'

const KIND: usize = 0
const VALIDITY: usize = 4
const VALUES: usize = 12
const STRIDE: usize = 16
const WIDTH: usize = 20
const OFFSETS: usize = 24
const OFFSET_BYTES: usize = 28
const LIST_SIZE: usize = 32
const CODES: usize = 36
const CHILDREN: usize = 40
const CHILD_COUNT: usize = 44
const LENGTH: usize = 48
const NULLS: usize = 52
const BYTES: usize = 56

const NOTHING: u32 = 0
const BOOL: u32 = 1
const FIXED: u32 = 2
const WIDE: u32 = 3
const SLICE: u32 = 4
const DAY_TIME: u32 = 5
const MONTH_DAY_NANO: u32 = 6
const STRUCT: u32 = 7
const LIST: u32 = 8
const MAP: u32 = 9

const FAULT_VALUE: usize = 8
const BACKWARDS: u32 = 1
const NULL_KEY: u32 = 2
const NANOSECONDS: u32 = 3
const TOO_LONG: u32 = 4
const OVERFLOWS: u32 = 5

const LONGEST: u64 = 0x7fffffff

// @ts-ignore: decorator
@inline
function child(node: usize, index: u32): usize {
  return <usize>load<u32>(<usize>load<u32>(node, CHILDREN) + (<usize>index << 2))
}

// @ts-ignore: decorator
@inline
function padded(bytes: u64): u64 {
  return (bytes + 7) & ~7
}

// @ts-ignore: decorator
@inline
function nullBytes(count: u64): u64 {
  return ((count + 63) >> 6) << 3
}

// @ts-ignore: decorator
@inline
function isValid(node: usize, row: u32): bool {
  if (load<u32>(node, KIND) == NOTHING) return false
  const validity = <usize>load<u32>(node, VALIDITY)
  if (!validity) return true
  return ((load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1) != 0
}

/** Its 16 bytes are in a row even where it is NULL. Packed ones, of a dictionary, are slices that say so. */
// @ts-ignore: decorator
@inline
function isInterval(node: usize, kind: u32): bool {
  return kind == DAY_TIME || kind == MONTH_DAY_NANO || (kind == SLICE && load<u32>(node, STRIDE) == 16)
}

function listOffset(node: usize, row: u32): u64 {
  const bytes = load<u32>(node, OFFSET_BYTES)
  const offsets = <usize>load<u32>(node, OFFSETS)
  if (bytes == 4) return <u64>load<u32>(offsets + (<usize>row << 2))
  if (bytes == 8) return load<u64>(offsets + (<usize>row << 3))
  return <u64>row * load<u32>(node, LIST_SIZE)
}

/** Offsets do not run backwards, nor beyond the elements. As unsigned numbers: a negative one is beyond. */
export function nested_check(fault: usize, node: usize): u32 {
  const kind = load<u32>(node, KIND)
  if (kind < STRUCT) return 0
  const children = load<u32>(node, CHILD_COUNT)
  const rows = load<u32>(node, LENGTH)
  if (kind != STRUCT && rows > 0) {
    let most: u64 = <u64>load<u32>(child(node, 0), LENGTH)
    if (kind == MAP) most = min<u64>(most, <u64>load<u32>(child(node, 1), LENGTH))
    // Lists of one length run forwards.
    const fixed = load<u32>(node, OFFSET_BYTES) == 0
    let before = listOffset(node, fixed ? rows : 0)
    for (let row: u32 = fixed ? rows + 1 : 1; row <= rows; row++) {
      const at = listOffset(node, row)
      if (at < before) {
        store<u64>(fault, at, FAULT_VALUE)
        return BACKWARDS
      }
      before = at
    }
    if (before > most) {
      store<u64>(fault, before, FAULT_VALUE)
      return BACKWARDS
    }
  }
  for (let i: u32 = 0; i < children; i++) {
    const wrong = nested_check(fault, child(node, i))
    if (wrong) return wrong
  }
  return 0
}

/** A slice's value: its address in the low, its bytes in the high 32 bits. */
// @ts-ignore: decorator
@inline
function sliceOf(node: usize, row: u32): u64 {
  const values = <usize>load<u32>(node, VALUES)
  const offsets = <usize>load<u32>(node, OFFSETS)
  if (!offsets) return load<u64>(values + (<usize>row << 3))
  const codes = <usize>load<u32>(node, CODES)
  const entry = offsets + (<usize>(codes ? load<u32>(codes + (<usize>row << 2)) : row) << 2)
  const from = load<u32>(entry)
  return <u64>(values + from) | (<u64>(load<u32>(entry, 4) - from) << 32)
}

/** Bytes of a valid value's slice; what is wrong with it is written down. */
function sizeOf(fault: usize, node: usize, row: u32): u64 {
  switch (load<u32>(node, KIND)) {
    case SLICE:
      return sliceOf(node, row) >> 32
    case DAY_TIME:
      return 16
    case MONTH_DAY_NANO: {
      const nanos = load<i64>(<usize>load<u32>(node, VALUES) + (<usize>row << 4), 8)
      if (nanos % 1000) {
        store<u32>(fault, NANOSECONDS)
        store<i64>(fault, nanos, FAULT_VALUE)
      }
      return 16
    }
    case STRUCT: {
      const fields = load<u32>(node, CHILD_COUNT)
      let bytes = nullBytes(fields) + (<u64>fields << 3)
      for (let i: u32 = 0; i < fields; i++) {
        const field = child(node, i)
        const kind = load<u32>(field, KIND)
        if (kind == WIDE) bytes += 16
        else if (kind >= SLICE) {
          if (isValid(field, row)) bytes += padded(sizeOf(fault, field, row))
          else if (isInterval(field, kind)) bytes += 16
        }
      }
      return bytes
    }
    case LIST:
      return arraySize(fault, child(node, 0), listOffset(node, row), listOffset(node, row + 1))
    default: {
      const keys = child(node, 0)
      const from = listOffset(node, row)
      const to = listOffset(node, row + 1)
      for (let i = from; i < to; i++) if (!isValid(keys, <u32>i)) store<u32>(fault, NULL_KEY)
      return 8 + arraySize(fault, keys, from, to) + arraySize(fault, child(node, 1), from, to)
    }
  }
}

function arraySize(fault: usize, element: usize, from: u64, to: u64): u64 {
  const count = to - from
  let bytes = 8 + nullBytes(count) + padded(count * load<u32>(element, WIDTH))
  const kind = load<u32>(element, KIND)
  if (kind < WIDE) return bytes
  for (let i = <u32>from; i < <u32>to; i++) {
    if (!isValid(element, i)) continue
    bytes += kind == WIDE ? decimalBytes(element, i) : padded(sizeOf(fault, element, i))
  }
  return bytes
}

/** 8 or 16. */
function decimalBytes(node: usize, row: u32): u64 {
  const at = <usize>load<u32>(node, VALUES) + (<usize>row << 4)
  return <i64>load<u64>(at) >> 63 == <i64>load<u64>(at, 8) ? 8 : 16
}

/** Offsets, u32[rows + 1], of the values that pack to bytes; those of a NULL are none. What is wrong, or 0. */
export function nested_sizes(fault: usize, node: usize, rows: u32, offsets: usize): u32 {
  let total: u64 = 0
  store<u32>(fault, 0)
  store<u32>(offsets, 0)
  for (let row: u32 = 0; row < rows; row++) {
    if (isValid(node, row)) total += sizeOf(fault, node, row)
    const wrong = load<u32>(fault)
    if (wrong) return wrong
    if (total > LONGEST) return TOO_LONG
    store<u32>(offsets + (<usize>row << 2), <u32>total, 4)
  }
  return 0
}

/** Writes the values, over zeroed bytes. */
export function nested_pack(node: usize, rows: u32, offsets: usize, to: usize): void {
  for (let row: u32 = 0; row < rows; row++) if (isValid(node, row)) writeSlice(node, row, to + load<u32>(offsets + (<usize>row << 2)))
}

/** A valid value's slice; where it ends, without padding. */
function writeSlice(node: usize, row: u32, to: usize): usize {
  switch (load<u32>(node, KIND)) {
    case SLICE: {
      const slice = sliceOf(node, row)
      const bytes = <usize>(slice >> 32)
      memory.copy(to, <usize>slice, bytes)
      return to + bytes
    }
    case DAY_TIME: {
      const at = <usize>load<u32>(node, VALUES) + (<usize>row << 3)
      store<i32>(to, load<i32>(at), 4)
      store<i64>(to, <i64>load<i32>(at, 4) * 1000, 8)
      return to + 16
    }
    case MONTH_DAY_NANO: {
      const at = <usize>load<u32>(node, VALUES) + (<usize>row << 4)
      store<u64>(to, load<u64>(at))
      store<i64>(to, load<i64>(at, 8) / 1000, 8)
      return to + 16
    }
    case STRUCT: {
      const fields = load<u32>(node, CHILD_COUNT)
      const words = to + <usize>nullBytes(fields)
      let end = words + (<usize>fields << 3)
      for (let i: u32 = 0; i < fields; i++) {
        const field = child(node, i)
        const word = words + (<usize>i << 3)
        if (isValid(field, row)) end = writeValue(field, row, to, word, end, true)
        else {
          store<u8>(to + (i >> 3), load<u8>(to + (i >> 3)) | (<u8>1 << <u8>(i & 7)))
          const kind = load<u32>(field, KIND)
          const interval = isInterval(field, kind)
          if (interval || kind == WIDE) {
            // Kept for values that are put there later.
            store<u32>(word, interval ? 16 : 0)
            store<u32>(word, <u32>(end - to), 4)
            end += 16
          }
        }
      }
      return end
    }
    case LIST:
      return writeArray(child(node, 0), listOffset(node, row), listOffset(node, row + 1), to)
    default: {
      const from = listOffset(node, row)
      const until = listOffset(node, row + 1)
      const end = writeArray(child(node, 0), from, until, to + 8)
      store<u64>(to, <u64>(end - to - 8))
      return writeArray(child(node, 1), from, until, end)
    }
  }
}

function writeArray(element: usize, from: u64, until: u64, to: usize): usize {
  const count = <u32>(until - from)
  const width = <usize>load<u32>(element, WIDTH)
  const first = to + 8 + <usize>nullBytes(count)
  let end = first + <usize>padded(<u64>width * count)
  store<u64>(to, count)
  if (load<u32>(element, KIND) == FIXED && !load<u32>(element, VALIDITY) && load<u32>(element, STRIDE) == <u32>width) {
    memory.copy(first, <usize>load<u32>(element, VALUES) + <usize>from * width, width * count)
    return end
  }
  for (let i: u32 = 0; i < count; i++) {
    const row = <u32>from + i
    if (isValid(element, row)) end = writeValue(element, row, to, first + <usize>i * width, end, false)
    else {
      const bits = to + 8 + (i >> 3)
      store<u8>(bits, load<u8>(bits) | (<u8>1 << <u8>(i & 7)))
    }
  }
  return end
}

/** A valid value at `at`, its slice at `end`; where that ends. */
function writeValue(node: usize, row: u32, base: usize, at: usize, end: usize, inRow: bool): usize {
  const values = <usize>load<u32>(node, VALUES)
  switch (load<u32>(node, KIND)) {
    case BOOL:
      store<u8>(at, load<u8>(values + row) != 0 ? 1 : 0)
      return end
    case FIXED: {
      const from = values + <usize>row * load<u32>(node, STRIDE)
      switch (load<u32>(node, WIDTH)) {
        case 1:
          store<u8>(at, load<u8>(from))
          break
        case 2:
          store<u16>(at, load<u16>(from))
          break
        case 4:
          store<u32>(at, load<u32>(from))
          break
        default:
          store<u64>(at, load<u64>(from))
      }
      return end
    }
    case WIDE: {
      const from = values + (<usize>row << 4)
      const bytes = row_decimal(0, end, load<u64>(from), load<u64>(from, 8))
      store<u32>(at, bytes)
      store<u32>(at, <u32>(end - base), 4)
      return end + (inRow || bytes > 8 ? 16 : 8)
    }
    default: {
      const written = writeSlice(node, row, end)
      store<u32>(at, <u32>(written - end))
      store<u32>(at, <u32>(end - base), 4)
      return end + <usize>padded(<u64>(written - end))
    }
  }
}

/**
 * Takes packed values apart: rows [from, from + rows) of a column, of slices or, with u32 offsets, bytes. `fill`: buffers are there. What
 * is wrong, or 0.
 */
export function nested_unpack(
  fault: usize, node: usize, fill: bool, validity: usize, from: u32, rows: u32, slices: usize, offsets: usize,
): u32 {
  store<u32>(fault, 0)
  for (let i: u32 = 0; i < rows; i++) {
    const row = from + i
    const valid = !validity || ((load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1) != 0
    let at: usize = 0
    let bytes: u32 = 0
    if (valid) {
      if (offsets) {
        const entry = offsets + (<usize>row << 2)
        at = slices + load<u32>(entry)
        bytes = load<u32>(entry, 4) - load<u32>(entry)
      } else {
        const slice = slices + (<usize>row << 3)
        at = <usize>load<u32>(slice)
        bytes = load<u32>(slice, 4)
      }
    }
    append(fault, node, fill, valid, at, bytes)
    const wrong = load<u32>(fault)
    if (wrong) return wrong
  }
  return 0
}

/** The next element of a node: at `at`, a slice's first byte or a value's. */
function append(fault: usize, node: usize, fill: bool, valid: bool, at: usize, bytes: u32): void {
  const index = load<u32>(node, LENGTH)
  if (<u64>index >= LONGEST) {
    store<u32>(fault, TOO_LONG)
    return
  }
  store<u32>(node, index + 1, LENGTH)
  const kind = load<u32>(node, KIND)
  if (fill && valid && kind != NOTHING) {
    const byte = <usize>load<u32>(node, VALIDITY) + (index >> 3)
    store<u8>(byte, load<u8>(byte) | (<u8>1 << <u8>(index & 7)))
  }
  if (!valid && !fill) store<u32>(node, load<u32>(node, NULLS) + 1, NULLS)
  switch (kind) {
    case NOTHING:
      return
    case BOOL:
    case FIXED:
    case WIDE:
    case MONTH_DAY_NANO:
      if (valid && (fill || kind == MONTH_DAY_NANO)) fillValue(fault, node, kind, fill, index, at, bytes)
      return
    case SLICE: {
      const before = load<u64>(node, BYTES)
      const after = before + (valid ? bytes : 0)
      if (after > LONGEST) {
        store<u32>(fault, TOO_LONG)
        return
      }
      store<u64>(node, after, BYTES)
      if (fill) {
        if (valid) memory.copy(<usize>load<u32>(node, VALUES) + <usize>before, at, bytes)
        store<u32>(<usize>load<u32>(node, OFFSETS) + (<usize>index << 2), <u32>after, 4)
      }
      return
    }
    case STRUCT: {
      const fields = load<u32>(node, CHILD_COUNT)
      const words = at + <usize>nullBytes(fields)
      for (let i: u32 = 0; i < fields; i++) {
        const isNull = !valid || ((load<u8>(at + (i >> 3)) >> <u8>(i & 7)) & 1) != 0
        appendAt(fault, child(node, i), fill, !isNull, at, words + (<usize>i << 3))
      }
      return
    }
    case LIST:
      if (valid) appendArray(fault, child(node, 0), fill, at)
      break
    default:
      if (valid) {
        appendArray(fault, child(node, 0), fill, at + 8)
        appendArray(fault, child(node, 1), fill, at + 8 + <usize>load<u64>(at))
      }
  }
  if (fill) store<u32>(<usize>load<u32>(node, OFFSETS) + (<usize>index << 2), load<u32>(child(node, 0), LENGTH), 4)
}

/** The value whose word or element is at `place` of the row or array at `base`. */
function appendAt(fault: usize, node: usize, fill: bool, valid: bool, base: usize, place: usize): void {
  const kind = load<u32>(node, KIND)
  if (!valid || kind < WIDE) append(fault, node, fill, valid, place, 0)
  else append(fault, node, fill, true, base + load<u32>(place, 4), load<u32>(place))
}

function appendArray(fault: usize, element: usize, fill: bool, at: usize): void {
  const count = <u32>load<u64>(at)
  const width = <usize>load<u32>(element, WIDTH)
  const first = at + 8 + <usize>nullBytes(count)
  for (let i: u32 = 0; i < count; i++) {
    const isNull = ((load<u8>(at + 8 + (i >> 3)) >> <u8>(i & 7)) & 1) != 0
    appendAt(fault, element, fill, !isNull, at, first + <usize>i * width)
    if (load<u32>(fault)) return
  }
}

function fillValue(fault: usize, node: usize, kind: u32, fill: bool, index: u32, at: usize, bytes: u32): void {
  const values = <usize>load<u32>(node, VALUES)
  const stride = load<u32>(node, STRIDE)
  const to = values + <usize>index * stride
  switch (kind) {
    case BOOL:
      if (load<u8>(at)) store<u8>(values + (index >> 3), load<u8>(values + (index >> 3)) | (<u8>1 << <u8>(index & 7)))
      return
    case WIDE: {
      // From the last byte on, the sign behind the first.
      let hi: u64 = load<i8>(at) < 0 ? ~(<u64>0) : 0
      let lo = hi
      for (let i: u32 = 0; i < bytes; i++) {
        hi = (hi << 8) | (lo >> 56)
        lo = (lo << 8) | <u64>load<u8>(at + i)
      }
      store<u64>(to, lo)
      if (stride == 16) store<u64>(to, hi, 8)
      return
    }
    case MONTH_DAY_NANO: {
      const micros = load<i64>(at, 8)
      const nanos = micros * 1000
      if (nanos / 1000 != micros) {
        store<u32>(fault, OVERFLOWS)
        store<i64>(fault, micros, FAULT_VALUE)
        return
      }
      if (!fill) return
      store<u64>(to, load<u64>(at))
      store<i64>(to, nanos, 8)
      return
    }
    default:
      switch (stride) {
        case 1:
          store<u8>(to, load<u8>(at))
          return
        case 2:
          store<u16>(to, load<u16>(at))
          return
        case 4:
          store<u32>(to, load<u32>(at))
          return
        case 8:
          store<u64>(to, load<u64>(at))
          return
        default: {
          // A decimal of one word, as Arrow's of two.
          const value = load<i64>(at)
          store<i64>(to, value)
          store<i64>(to, value >> 63, 8)
        }
      }
  }
}
