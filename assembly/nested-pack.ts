/** Writes a nested column's values (nested-nodes.ts) as packed ones, at the places that nested-sizes.ts has found for them. */
import { BOOL, child, CHILD_COUNT, DAY_TIME, FIXED, isInterval, isValid, KIND, LIST, listOffset, MONTH_DAY_NANO, nullBytes, padded, SLICE, sliceOf, STRIDE, STRUCT, VALIDITY, VALUES, WIDE, WIDTH } from './nested-nodes'
import { row_decimal } from './rows'

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
