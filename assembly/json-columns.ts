/** What was scanned, in the forms that packing takes (nested-pack.ts): bits of validity, and codes by which cells are pairs of ends. */

/** Bits of bytes that are 0 or 1; how many are 0. `bits`: 8-byte multiples. */
export function json_bits(bytes: usize, count: u32, bits: usize): u32 {
  let nulls: u32 = 0
  for (let row: u32 = 0; row < count; row += 64) {
    const rows = min<u32>(64, count - row)
    let word: u64 = 0
    for (let i: u32 = 0; i < rows; i++) word |= <u64>load<u8>(bytes + row + i) << i
    store<u64>(bits + (row >> 3), word)
    nulls += rows - <u32>popcnt(word)
  }
  return nulls
}

/** Bits of cells; how many are nothing. */
export function json_valid(cells: usize, count: u32, bits: usize): u32 {
  let nulls: u32 = 0
  for (let row: u32 = 0; row < count; row += 64) {
    const rows = min<u32>(64, count - row)
    let word: u64 = 0
    for (let i: u32 = 0; i < rows; i++, cells += 8) word |= u64(load<u32>(cells) <= load<u32>(cells, 4)) << i
    store<u64>(bits + (row >> 3), word)
    nulls += rows - <u32>popcnt(word)
  }
  return nulls
}

/** 0, 2, 4, … */
export function json_codes(count: u32, codes: usize): void {
  for (let i: u32 = 0; i < count; i++) store<u32>(codes + (<usize>i << 2), i << 1)
}
