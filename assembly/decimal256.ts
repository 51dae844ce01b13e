/**
 * Decimals whose exact intermediate result needs more than 128 bits: sums at a common scale, products and quotients, rounded
 * half away from zero, and remainders. Magnitudes lie in scratch as u32 words, the least first. What has no 128 bits is −2^127,
 * which no decimal is.
 */
import { CTX_ARENA, result128, scratch } from './context'
import { multiply } from './float-digits'

const SIGN: u64 = 0x8000000000000000
/** 38 digits times 10^77, twice; bytes of one number. */
const ROOM: u32 = 72
const BILLION: u64 = 1000000000

// @ts-ignore: decorator
@inline
function word(x: usize, i: i32): u64 {
  return <u64>load<u32>(x + (<usize>i << 2))
}
// @ts-ignore: decorator
@inline
function setWord(x: usize, i: i32, value: u64): void {
  store<u32>(x + (<usize>i << 2), <u32>value)
}
function trimmed(x: usize, words: i32): i32 {
  while (words > 0 && word(x, words - 1) == 0) words--
  return words
}

/** The magnitude of a 128-bit number; its words. */
function put(x: usize, lo: u64, hi: u64): i32 {
  if (<i64>hi < 0) {
    lo = 0 - lo
    hi = ~hi + u64(lo == 0)
  }
  store<u64>(x, lo)
  store<u64>(x, hi, 8)
  return trimmed(x, 4)
}

function timesTens(x: usize, words: i32, power: i32): i32 {
  for (; power >= 9; power -= 9) words = multiply(x, words, BILLION, 0)
  for (; power > 0; power--) words = multiply(x, words, 10, 0)
  return words
}

function compare(x: usize, n: i32, y: usize, m: i32): i32 {
  if (n != m) return n < m ? -1 : 1
  for (let i = n - 1; i >= 0; i--) if (word(x, i) != word(y, i)) return word(x, i) < word(y, i) ? -1 : 1
  return 0
}

/** out = x × y, each of at most 9 words. */
function times(out: usize, x: usize, n: i32, y: usize, m: i32): i32 {
  memory.fill(out, 0, <usize>(n + m) << 2)
  for (let i = 0; i < n; i++) {
    const factor = word(x, i)
    let carry: u64 = 0
    for (let j = 0; j < m; j++) {
      carry += factor * word(y, j) + word(out, i + j)
      setWord(out, i + j, carry)
      carry >>= 32
    }
    setWord(out, i + m, carry)
  }
  return trimmed(out, n + m)
}

/** q = x / y, truncated; x becomes the remainder (Knuth's algorithm D). Both are shifted alike. Returns the words of q. */
function quotient(q: usize, x: usize, n: i32, y: usize, m: i32): i32 {
  if (m == 1) {
    const by = word(y, 0)
    let rest: u64 = 0
    for (let i = n - 1; i >= 0; i--) {
      rest = (rest << 32) | word(x, i)
      setWord(q, i, rest / by)
      rest %= by
    }
    memory.fill(x, 0, <usize>n << 2)
    setWord(x, 0, rest)
    return trimmed(q, n)
  }
  const shift = <u64>1 << <u64>clz(<u32>word(y, m - 1))
  multiply(y, m, shift, 0)
  setWord(x, n, 0)
  multiply(x, n + 1, shift, 0)
  const top = word(y, m - 1)
  const next = word(y, m - 2)
  for (let j = n - m; j >= 0; j--) {
    const head = (word(x, j + m) << 32) | word(x, j + m - 1)
    let digit = head / top
    let rest = head - digit * top
    while (digit >> 32 != 0 || digit * next > ((rest << 32) | word(x, j + m - 2))) {
      digit--
      rest += top
      if (rest >> 32 != 0) break
    }
    let borrow: i64 = 0
    let carry: u64 = 0
    for (let i = 0; i < m; i++) {
      carry += digit * word(y, i)
      const difference = <i64>word(x, i + j) - <i64>(carry & 0xffffffff) + borrow
      setWord(x, i + j, <u64>difference)
      borrow = difference >> 32
      carry >>= 32
    }
    const difference = <i64>word(x, j + m) - <i64>carry + borrow
    setWord(x, j + m, <u64>difference)
    if (difference < 0) {
      digit--
      let sum: u64 = 0
      for (let i = 0; i < m; i++) {
        sum += word(x, i + j) + word(y, i)
        setWord(x, i + j, sum)
        sum >>= 32
      }
      setWord(x, j + m, word(x, j + m) + sum)
    }
    setWord(q, j, digit)
  }
  return trimmed(q, n - m + 1)
}

/** The magnitude with a sign. */
function result(ctx: usize, x: usize, words: i32, negative: bool): void {
  memory.fill(x + (<usize>words << 2), 0, 16)
  const lo = load<u64>(x)
  const hi = load<u64>(x, 8)
  if (words > 4 || <i64>hi < 0) result128(ctx, 0, SIGN)
  else if (negative) result128(ctx, 0 - lo, ~hi + u64(lo == 0))
  else result128(ctx, lo, hi)
}

/** x / y to the nearest, away from zero at half. */
function rounded(ctx: usize, q: usize, x: usize, n: i32, y: usize, m: i32, negative: bool): void {
  let words = 0
  if (n >= m) words = quotient(q, x, n, y, m)
  const rest = multiply(x, trimmed(x, n >= m && m > 1 ? n + 1 : n), 2, 0)
  if (compare(x, rest, y, m) >= 0) words = plusOne(q, words)
  result(ctx, q, words, negative)
}
function plusOne(x: usize, words: i32): i32 {
  for (let i = 0; i < words; i++) {
    const sum = word(x, i) + 1
    setWord(x, i, sum)
    if (sum >> 32 == 0) return words
  }
  setWord(x, words, 1)
  return words + 1
}

/** Three numbers' room, which is given back: nothing else takes scratch meanwhile. */
function room(ctx: usize): usize {
  const at = scratch(ctx, ROOM * 4)
  store<u32>(ctx, <u32>at, CTX_ARENA)
  return at
}

/** a × b / 10^down */
export function decimal_mul(ctx: usize, alo: u64, ahi: u64, blo: u64, bhi: u64, down: i32): void {
  const x = room(ctx)
  const y = x + ROOM
  const product = y + ROOM
  const words = times(product, x, put(x, alo, ahi), y, put(y, blo, bhi))
  setWord(y, 0, 1)
  rounded(ctx, x, product, words, y, timesTens(y, 1, down), <i64>(ahi ^ bhi) < 0)
}

/** a × 10^power / b; b is not 0. */
export function decimal_div(ctx: usize, alo: u64, ahi: u64, blo: u64, bhi: u64, power: i32): void {
  const x = room(ctx)
  const y = x + ROOM
  const n = timesTens(x, put(x, alo, ahi), max(power, 0))
  rounded(ctx, y + ROOM, x, n, y, timesTens(y, put(y, blo, bhi), max(-power, 0)), <i64>(ahi ^ bhi) < 0)
}

/** (a × 10^up + b × 10^other) / 10^down */
export function decimal_add(ctx: usize, alo: u64, ahi: u64, blo: u64, bhi: u64, up: i32, other: i32, down: i32): void {
  let x = room(ctx)
  let y = x + ROOM
  const q = y + ROOM
  let n = timesTens(x, put(x, alo, ahi), up)
  let m = timesTens(y, put(y, blo, bhi), other)
  let negative = <i64>ahi < 0
  if (<i64>(ahi ^ bhi) >= 0 || m == 0 || n == 0) {
    if (n == 0) negative = <i64>bhi < 0
    memory.fill(x + (<usize>n << 2), 0, ROOM - (<usize>n << 2))
    memory.fill(y + (<usize>m << 2), 0, ROOM - (<usize>m << 2))
    n = max(n, m) + 1
    let sum: u64 = 0
    for (let i = 0; i < n; i++) {
      sum += word(x, i) + word(y, i)
      setWord(x, i, sum)
      sum >>= 32
    }
  } else {
    // the greater less the smaller
    if (compare(x, n, y, m) < 0) {
      const swapped = x
      x = y
      y = swapped
      const words = n
      n = m
      m = words
      negative = !negative
    }
    memory.fill(y + (<usize>m << 2), 0, <usize>(n - m) << 2)
    let borrow: i64 = 0
    for (let i = 0; i < n; i++) {
      const difference = <i64>word(x, i) - <i64>word(y, i) + borrow
      setWord(x, i, <u64>difference)
      borrow = difference >> 32
    }
  }
  setWord(y, 0, 1)
  rounded(ctx, q, x, trimmed(x, n), y, timesTens(y, 1, down), negative)
}

/** a × 10^up mod b × 10^other, with the sign of a, divided by 10^down; b is not 0. */
export function decimal_rem(ctx: usize, alo: u64, ahi: u64, blo: u64, bhi: u64, up: i32, other: i32, down: i32): void {
  const x = room(ctx)
  const y = x + ROOM
  const q = y + ROOM
  let n = timesTens(x, put(x, alo, ahi), up)
  const m = timesTens(y, put(y, blo, bhi), other)
  if (n >= m) {
    // the remainder is shifted as the divisor is
    const shift = m == 1 ? <u64>1 : <u64>1 << <u64>clz(<u32>word(y, m - 1))
    quotient(q, x, n, y, m)
    n = trimmed(x, n + i32(m > 1))
    if (n > 0) {
      let rest: u64 = 0
      for (let i = n - 1; i >= 0; i--) {
        rest = (rest << 32) | word(x, i)
        setWord(x, i, rest / shift)
        rest %= shift
      }
      n = trimmed(x, n)
    }
  }
  setWord(y, 0, 1)
  rounded(ctx, q, x, n, y, timesTens(y, 1, down), <i64>ahi < 0)
}
