/**
 * Takes packed values apart into a nested column's buffers (nested-nodes.ts). Reads what has been packed or checked before. It goes over
 * the values twice: to count what nodes hold, and to fill their buffers, which are zeroed; then a node's length and bytes say how much of
 * it there is so far.
 */
import { BOOL, BYTES, child, CHILD_COUNT, FAULT_VALUE, FIXED, KIND, LENGTH, LIST, LONGEST, MONTH_DAY_NANO, NOTHING, nullBytes, NULLS, OFFSETS, OVERFLOWS, SLICE, STRIDE, STRUCT, TOO_LONG, VALIDITY, VALUES, WIDE, WIDTH } from './nested-nodes'

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
