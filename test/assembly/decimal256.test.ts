import { expect, it } from 'vitest'
import { divideRounding } from '../../src/operators/cast-numbers.ts'
import { Harness, random, seed, words } from './harness.ts'

const h = new Harness()
const { below, bits, pick } = random(seed)
const N = Number(process.env['ARCWELD_FUZZ_N']) || 20_000
const tens = (n: number) => 10n ** BigInt(Math.max(n, 0))
const decimal = (): bigint => {
  const digits = 1 + below(38)
  const x = pick([bits(128) % tens(digits), tens(digits) - 1n, tens(digits - 1), bits(1 + below(126)), (1n << BigInt(below(126))) - BigInt(below(2))]) % tens(38)
  return below(2) ? x : -x
}
/** Of up to 38 digits. */
const notZero = (): bigint => decimal() || 1n
const quotient = (a: bigint, b: bigint): bigint => (b < 0n ? divideRounding(-a, -b) : divideRounding(a, b))
const fits = (x: bigint): bigint => (BigInt.asIntN(128, x) === x ? x : -(1n << 127n))

it(`decimals by way of 256 bits, seed ${seed}`, () => {
  h.call('arena_more', 65536)
  const before = h.get(h.ctx + 8)
  const check = (name: string, a: bigint, b: bigint, shifts: number[], want: bigint) => {
    h.call(name, ...words(a), ...words(b), ...shifts)
    if (h.i128() !== fits(want)) expect(h.i128(), `${name}(${a}, ${b}, ${shifts})`).toBe(fits(want))
  }
  for (let i = 0; i < N; i++) {
    const [a, b, c] = [decimal(), decimal(), notZero()]
    const [up, other, down] = [below(39), below(39), below(39)]
    check('decimal_mul', a, b, [2 * down], quotient(a * b, tens(2 * down)))
    const half = 5n * tens(below(19))
    check('decimal_mul', half, b, [down], quotient(half * b, tens(down)))
    const power = below(115) - 38
    check('decimal_div', a, c, [power], quotient(a * tens(power), c * tens(-power)))
    check('decimal_add', a, b, [up, other, down], quotient(a * tens(up) + b * tens(other), tens(down)))
    check('decimal_rem', a, c, [up, other, down], quotient((a * tens(up)) % (c * tens(other)), tens(down)))
  }
  expect(h.get(h.ctx + 8)).toBe(before)
})
