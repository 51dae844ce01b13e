/** Values that lie one behind the other brought to their rows, from the last one on, in place. NULL rows become zeros. */

function spread<T>(base: usize, rows: u32, values: u32, validity: usize, bit: u32): void {
  let row = rows
  let dense = values
  // Below, all are valid and in their places.
  while (row > dense) {
    const position = bit + row - 1
    const in64 = (position & 63) + 1
    const n = in64 < row ? in64 : row
    let word = load<u64>(validity + (<usize>(position >> 6) << 3)) << (64 - in64)
    if (n == 64 && word == ~(<u64>0)) {
      row -= 64
      dense -= 64
      memory.copy(base + <usize>row * sizeof<T>(), base + <usize>dense * sizeof<T>(), 64 * sizeof<T>())
      continue
    }
    for (const first = row - n; row > first; word <<= 1) {
      row--
      const valid = <u32>(word >> 63)
      dense -= valid
      const value = load<T>(base + <usize>dense * sizeof<T>())
      store<T>(base + <usize>row * sizeof<T>(), valid ? value : <T>0)
    }
  }
}

function spreadWide(base: usize, rows: u32, values: u32, validity: usize, bit: u32): void {
  let row = rows
  let dense = values
  while (row > dense) {
    row--
    const position = bit + row
    const valid = (load<u8>(validity + (position >> 3)) >> <u8>(position & 7)) & 1
    if (valid) v128.store(base + (<usize>row << 4), v128.load(base + (<usize>--dense << 4)))
    else v128.store(base + (<usize>row << 4), i64x2.splat(0))
  }
}

/** The `values` (so many as bits are ones) values of `bytes` bytes at `base` to `rows` rows there, by the bits from `bit` on. */
export function parquet_spread(base: usize, rows: u32, values: u32, bytes: u32, validity: usize, bit: u32): void {
  if (bytes == 1) spread<u8>(base, rows, values, validity, bit)
  else if (bytes == 2) spread<u16>(base, rows, values, validity, bit)
  else if (bytes == 4) spread<u32>(base, rows, values, validity, bit)
  else if (bytes == 8) spread<u64>(base, rows, values, validity, bit)
  else spreadWide(base, rows, values, validity, bit)
}
