/** Whether the offsets of a nested column's lists and maps run forwards and within their elements: packing goes by them (nested-nodes.ts). */
import { BACKWARDS, child, CHILD_COUNT, FAULT_VALUE, KIND, LENGTH, listOffset, MAP, OFFSET_BYTES, STRUCT } from './nested-nodes'

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
