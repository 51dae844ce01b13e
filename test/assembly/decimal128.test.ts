import { describe, expect, it } from 'vitest'
import { Harness, random, seed, words } from './harness.ts'

const h = new Harness()
const MIN = -(1n << 127n)
const MAX = (1n << 127n) - 1n
const EDGES = [
  0n,
  1n,
  -1n,
  2n,
  10n,
  -10n,
  0xffffffffn,
  1n << 32n,
  (1n << 63n) - 1n,
  1n << 63n,
  -(1n << 63n),
  (1n << 64n) - 1n,
  1n << 64n,
  MIN,
  MIN + 1n,
  MAX,
  10n ** 38n - 1n,
  1n << 126n,
]

const { below, bits, pick, next } = random(seed)
/** Mixed widths, powers of ten, edges. */
const sample = (): bigint => {
  const kind = below(8)
  if (kind === 0) return pick(EDGES)
  if (kind === 1) return 10n ** BigInt(below(39)) * (below(2) ? 1n : -1n)
  const value = bits(1 + below(127))
  return BigInt.asIntN(128, below(2) ? value : -value)
}
const run = (name: string, a: bigint, b: bigint) => {
  h.call(name, ...words(a), ...words(b))
  return h.i128()
}

describe(`i128, seed ${seed}`, () => {
  it('multiplies exactly or overflows', () => {
    for (let i = 0; i < 15000; i++) {
      const [a, b] = [sample(), sample()]
      const product = a * b
      expect(run('i128_mul_wrap', a, b), `${a} * ${b} wrapping`).toBe(BigInt.asIntN(128, product))
      if (product >= MIN && product <= MAX) expect(run('i128_mul', a, b), `${a} * ${b}`).toBe(product)
      else expect(h.failure('i128_mul', ...words(a), ...words(b)), `${a} * ${b}`).toBe(1)
    }
  })

  it('multiplies at the edge of 128 bits', () => {
    for (let i = 0; i < 1500; i++) {
      const a = bits(1 + below(126)) || 1n
      for (const limit of [MAX, -MIN, -MIN + 1n])
        for (const b of [limit / a, limit / a + 1n])
          for (const [x, y] of [
            [a, b],
            [-a, b],
            [a, -b],
            [-a, -b],
          ] as [bigint, bigint][]) {
            if (x > MAX || y > MAX || x < MIN || y < MIN) continue
            const product = x * y
            if (product >= MIN && product <= MAX) expect(run('i128_mul', x, y), `${x} * ${y}`).toBe(product)
            else expect(h.failure('i128_mul', ...words(x), ...words(y)), `${x} * ${y}`).toBe(1)
          }
    }
  })

  it('divides and takes remainders, truncating', () => {
    for (let i = 0; i < 10000; i++) {
      const a = sample()
      const b = sample() || 1n
      expect(run('i128_div', a, b), `${a} / ${b}`).toBe(BigInt.asIntN(128, a / b))
      expect(run('i128_rem', a, b), `${a} % ${b}`).toBe(a % b)
      // quotients next to a whole number
      const q = bits(1 + below(60))
      const near = q * (b < 0n ? -b : b) + pick([-1n, 0n, 1n])
      if (near <= MAX) expect(run('i128_div', near, b), `${near} / ${b}`).toBe(near / b)
    }
  })

  it('shifts', () => {
    for (let i = 0; i < 5000; i++) {
      const x = sample()
      const by = i < 256 ? i & 127 : below(128)
      h.call('i128_shl', ...words(x), by)
      expect(h.i128(), `${x} << ${by}`).toBe(BigInt.asIntN(128, x << BigInt(by)))
      h.call('i128_shr', ...words(x), by)
      expect(h.i128(), `${x} >> ${by}`).toBe(x >> BigInt(by))
    }
  })

  it('tells what is missing to a multiple of a power of ten', () => {
    for (let i = 0; i < 5000; i++) {
      const x = sample()
      const digits = below(45) - 3
      const unit = 10n ** BigInt(Math.min(Math.max(digits, 0), 38))
      const rest = x % unit
      const away = (rest < 0n ? -rest : rest) * 2n >= unit && rest !== 0n
      for (const cut of [0, 1]) {
        h.call('i128_to_multiple', ...words(x), digits, cut)
        expect(h.i128(), `${x} to ${digits} digits`).toBe(away && !cut ? (x < 0n ? -unit : unit) - rest : -rest)
      }
    }
  })

  it('takes remainders of doubles, exactly', () => {
    const some = [0, -0, 1, -1, 5.5, 1e308, -1e308, 5e-324, 0.1, 3, 2 ** 53, Infinity, -Infinity, Number.NaN]
    const random = () => (below(2) ? pick(some) : (below(2 ** 31) - 2 ** 30) * 2 ** (below(1200) - 600))
    for (let i = 0; i < 5000; i++) {
      const [a, b] = i < some.length ** 2 ? [some[i % some.length] as number, some[Math.floor(i / some.length)] as number] : [random(), random()]
      expect(Object.is(h.call('f64_rem', a, b), a % b), `${a} % ${b}`).toBe(true)
    }
  })

  it('turns into doubles as DuckDB does', () => {
    const duckdb = (x: bigint) => (x < 0n && x >= -(1n << 64n) ? -Number(-x - 1n) - 1 : Number(BigInt.asUintN(64, x)) + Number(x >> 64n) * 2 ** 64)
    for (let i = 0; i < 10000; i++) {
      const x = sample()
      expect(h.call('i128_to_f64', ...words(x)), `${x}`).toBe(duckdb(x))
    }
  })

  it('turns into the nearest doubles', () => {
    const halves = [53n, 54n, 64n, 100n, 126n].flatMap((bits) => [-1n, 0n, 1n, 2n, 3n].map((by) => (1n << bits) + (1n << (bits - 53n)) * by))
    const edges = [...halves, ...halves.map((x) => x + 1n), ...halves.map((x) => x - 1n), 0n, 1n, (1n << 64n) - 1n, 1n << 64n, (1n << 127n) - 1n]
    for (const x of [...edges, ...edges.map((e) => -e), -(1n << 127n), ...Array.from({ length: 10000 }, sample)]) {
      expect(Object.is(h.call('i128_nearest_f64', ...words(x)), Number(x)), `${x}`).toBe(true)
    }
  })

  it('truncates doubles, and overflows outside its range', () => {
    const cases = [
      0,
      -0,
      0.5,
      -0.99,
      1,
      -1.5,
      2 ** 52 + 0.5,
      2 ** 53,
      2 ** 63,
      -(2 ** 63),
      2 ** 64,
      2 ** 116,
      2 ** 117,
      5e-324,
      -(2 ** 127),
      2 ** 127 - 2 ** 74,
    ]
    for (let i = 0; i < 10000; i++) cases.push((next() - 0.5) * 2 ** below(129))
    for (const x of cases) {
      if (Math.abs(x) >= 2 ** 127 && x !== -(2 ** 127)) continue
      h.call('f64_to_i128', x)
      expect(h.i128(), `${x}`).toBe(BigInt(Math.trunc(x)))
    }
    for (const x of [2 ** 127, -(2 ** 127) - 2 ** 75, Infinity, -Infinity, NaN, 1e300]) expect(h.failure('f64_to_i128', x), `${x}`).toBe(1)
  })
})
