/**
 * Where a text of JSON may be cut into parts that are scanned by themselves: behind a comma of the outermost array, or at a space between
 * values. Only quotes, backslashes and brackets are looked at; whether the parts are JSON is for the scan to say.
 *
 *   cut   0 depth   4 within a string   8 the byte before was a backslash there   12 where the outermost bracket was closed, or 0
 */
const DEPTH: usize = 0
const QUOTED: usize = 4
const ESCAPED: usize = 8
const CLOSED: usize = 12

/**
 * Goes from `p` on to `end`. Stops at the first byte at or behind `target` that is a comma in depth 1 (`commas`), or else a space in depth
 * 0; and behind the bracket that closes depth 1 where `commas` is set. Returns where it stopped.
 */
export function json_cut(cut: usize, p: usize, end: usize, target: usize, commas: u32): usize {
  let depth = load<i32>(cut, DEPTH)
  let quoted = load<u32>(cut, QUOTED)
  let escaped = load<u32>(cut, ESCAPED)
  while (p < end) {
    if (!escaped && end - p >= 16) {
      const block = v128.load(p)
      let stops: i32
      if (quoted) stops = i8x16.bitmask(v128.or(i8x16.eq(block, i8x16.splat(0x22)), i8x16.eq(block, i8x16.splat(0x5c))))
      else {
        // [ ] and { } differ in one bit
        const low = v128.and(block, i8x16.splat(<i8>0xdf))
        const marks = v128.or(v128.or(i8x16.eq(low, i8x16.splat(0x5b)), i8x16.eq(low, i8x16.splat(0x5d))), i8x16.eq(block, i8x16.splat(0x22)))
        const gaps = commas ? i8x16.eq(block, i8x16.splat(0x2c)) : i8x16.le_u(block, i8x16.splat(0x20))
        stops = i8x16.bitmask(p + 16 > target && depth <= i32(commas) ? v128.or(marks, gaps) : marks)
      }
      if (stops == 0) {
        p += 16
        continue
      }
      p += ctz(stops)
    }
    const c = <u32>load<u8>(p)
    if (quoted) {
      if (escaped) escaped = 0
      else if (c == 0x5c) escaped = 1
      else if (c == 0x22) quoted = 0
    } else if (c == 0x22) quoted = 1
    else if ((c & 0xdf) == 0x5b) depth++
    else if ((c & 0xdf) == 0x5d) {
      depth--
      if (depth == 0 && commas) {
        store<u32>(cut, <u32>p, CLOSED)
        p++
        break
      }
    } else if (p >= target && (commas ? c == 0x2c && depth == 1 : c <= 0x20 && depth <= 0)) break
    p++
  }
  store<i32>(cut, depth, DEPTH)
  store<u32>(cut, quoted, QUOTED)
  store<u32>(cut, escaped, ESCAPED)
  return p
}
