/** Values of 64 bits stored as narrow as all of them are: `bytes` 1, 2 or 4 each. */
export function cells_narrow(_ctx: usize, values: usize, count: u32, bytes: u32, to: usize): void {
  const end = values + (<usize>count << 3)
  if (bytes == 1) for (; values < end; values += 8, to++) store<u8>(to, load<u8>(values))
  else if (bytes == 2) for (; values < end; values += 8, to += 2) store<u16>(to, load<u16>(values))
  else if (bytes == 4) {
    for (; values + 32 <= end; values += 32, to += 16) v128.store(to, i8x16.shuffle(v128.load(values), v128.load(values, 16), 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27))
    for (; values < end; values += 8, to += 4) store<u32>(to, load<u32>(values))
  } else memory.copy(to, values, end - values)
}

/** Values of one width as wider ones; `signed` or not. In 128 bits `to` is 16. */
export function cells_widen(_ctx: usize, values: usize, count: u32, bytes: u32, signed: i32, to: u32, target: usize): void {
  for (let i: u32 = 0; i < count; i++, values += <usize>bytes, target += <usize>to) {
    const value: i64 =
      bytes == 1 ? (signed ? <i64>load<i8>(values) : <i64>load<u8>(values))
      : bytes == 2 ? (signed ? <i64>load<i16>(values) : <i64>load<u16>(values))
      : bytes == 4 ? (signed ? <i64>load<i32>(values) : <i64>load<u32>(values))
      : load<i64>(values)
    if (to == 2) store<u16>(target, <u16>value)
    else if (to == 4) store<u32>(target, <u32>value)
    else {
      store<i64>(target, value)
      if (to == 16) store<i64>(target, signed ? value >> 63 : 0, 8)
    }
  }
}
