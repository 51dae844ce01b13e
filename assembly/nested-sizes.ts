/** How many bytes a nested column's values (nested-nodes.ts) pack to, and which of them have no packed form: asked before they are packed. */
import { child, CHILD_COUNT, DAY_TIME, FAULT_VALUE, isInterval, isValid, KIND, LIST, listOffset, LONGEST, MONTH_DAY_NANO, NANOSECONDS, NULL_KEY, nullBytes, padded, SLICE, sliceOf, STRUCT, TOO_LONG, VALUES, WIDE, WIDTH } from './nested-nodes'

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
