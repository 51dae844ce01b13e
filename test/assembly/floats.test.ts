import { describe, expect, it } from 'vitest'
import { floatText, parseFloating } from '../../src/operators/cast-floats.ts'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const { below, bits, pick } = random(seed)
/** Millions on demand. */
const N = Number(process.env['ARCWELD_FUZZ_N']) || 20_000

const view = new DataView(new ArrayBuffer(8))
const doubleOf = (b: bigint): number => {
  view.setBigUint64(0, b)
  return view.getFloat64(0)
}
const floatOf = (b: number): number => {
  view.setUint32(0, b)
  return view.getFloat32(0)
}
const anyDouble = (): number => {
  switch (below(6)) {
    case 0: return doubleOf(BigInt(below(2047)) << 52n | pick([0n, 1n, 0xfffffffffffffn]))
    case 1: return below(2 ** 31) / 10 ** below(12)
    case 2: return Number(`${below(1000)}e${below(640) - 330}`)
    case 3: return doubleOf(bits(1 + below(63)))
    default: return doubleOf(bits(64))
  }
}
const anyFloat = (): number => (below(3) ? floatOf(Number(bits(32))) : below(2) ? floatOf(below(255) * 2 ** 23 + pick([0, 1, 2 ** 23 - 1])) : Math.fround(below(100000) / 10 ** below(6)))

/** The decimal digits of a double, all of them. */
const exactly = (x: number): string => {
  let power = 0
  for (; !Number.isInteger(x); power++) x *= 2
  const digits = String(BigInt(x) * 5n ** BigInt(power)).padStart(power + 1, '0')
  return power === 0 ? digits : `${digits.slice(0, -power)}.${digits.slice(-power)}`
}
/** Halfway between two neighbouring doubles or floats; as it is, or a little more or less. */
const between = (): string => {
  const single = below(2) === 0
  const x = Math.abs(single ? anyFloat() : anyDouble())
  if (!Number.isFinite(x)) return '1.7976931348623158079372897140530341507993413271003782693617377898044496829276475094664901797758720709633028641669288791094694655554785194040263065748867150582068190890200070838367627385484581771153176447573027006985557136695962284291481986083493647529271907416844436551070434271155969950809304288017790417449779e308'
  if (single) view.setFloat32(0, x)
  else view.setFloat64(0, x)
  const upper = single ? floatOf(view.getUint32(0) + 1) : doubleOf(view.getBigUint64(0) + 1n)
  if (!Number.isFinite(upper)) return '1e309'
  // halfway between two doubles is no double, but half of their sum is, twice as large
  const [a, b] = [exactly(x), exactly(upper)].map((s) => (s.includes('.') ? s : `${s}.0`)) as [string, string]
  const places = Math.max(...[a, b].map((s) => s.length - s.indexOf('.'))) + 1
  const whole = (s: string) => BigInt(s.replace('.', '') + '0'.repeat(places - (s.length - s.indexOf('.'))))
  const middle = (whole(a) + whole(b)) / 2n + BigInt(pick([0, 0, 1, -1]))
  return `${middle}${below(3) ? '' : `.${'0'.repeat(below(900))}${below(2)}`}e${1 - places}`
}
const anyText = (): string => {
  const digits = (n: number) => Array.from({ length: 1 + below(n) }, () => below(10)).join('')
  switch (below(8)) {
    case 0: return between()
    case 1: return `${digits(30)}.${digits(30)}e${below(700) - 350}`
    case 2: return `0.${'0'.repeat(below(340))}${digits(25)}`
    case 3: return `${digits(5)}_${digits(3)}.${digits(3)}`
    case 4: return pick([' nan ', '+inf', '-Infinity\n', 'inf x', '_1', '1_', '1e', '1e5_0', '.', '-.5', '5.', '', 'é1', '\u00a01', '1e+400', '1e-400', '0e999999999999', '1e99999999999', '-0.0', 'nann'])
    case 5: return `${digits(9)}${'0'.repeat(below(40))}e-${below(60)}`
    default: return String(below(2) ? anyDouble() : anyFloat())
  }
}

describe(`floats and text, seed ${seed}`, () => {
  it('knows the powers of ten', () => {
    for (let digits = 0; digits < 400; digits++) expect(h.call('f64_power_of_ten', digits), `10^${digits}`).toBe(Number(`1e${digits}`))
  })

  it('prints the shortest digits that read back', () => {
    for (const x of [0, -0, 1, 0.1, 5e-324, 1.7976931348623157e308, 2 ** 53, 2 ** 53 + 2, 1e15, 1e16, 1e23, 9.5e-5, 123456.789, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) expect(h.text(h.call('float_to_str', x, 0))).toBe(floatText(x, false))
    for (let i = 0; i < N; i++) {
      const x = anyDouble()
      const text = h.text(h.call('float_to_str', x, 0))
      if (text !== floatText(x, false)) expect(text, `${x}`).toBe(floatText(x, false))
    }
  })

  it('prints floats', () => {
    for (let e = 0; e < 255; e++) expect(h.text(h.call('float_to_str', floatOf(e * 2 ** 23), 1))).toBe(floatText(floatOf(e * 2 ** 23), true))
    for (let i = 0; i < N / 2; i++) {
      const x = anyFloat()
      const text = h.text(h.call('float_to_str', x, 1))
      if (text !== floatText(x, true)) expect(text, `${x}`).toBe(floatText(x, true))
    }
  })

  it('reads texts to the nearest float, in one rounding', () => {
    const [double, single] = [parseFloating(false), parseFloating(true)]
    h.call('arena_more', 65536)
    const start = h.next
    for (let i = 0; i < N; i++) {
      const s = anyText()
      h.next = start
      const str = h.str(s)
      for (const [fn, want] of [['parse_f64', double(s)], ['parse_f32', single(s)]] as const) {
        const got = h.call(fn, str)
        if (!Object.is(got, want ?? Number.NaN)) expect(got, `${fn} ${s}`).toBe(want ?? Number.NaN)
      }
      expect(h.call('parse_is_float', str), s).toBe(double(s) === undefined ? 0 : 1)
    }
  })

  it('gives its scratch back', () => {
    h.call('arena_more', 100000)
    const before = h.get(h.ctx + 8)
    h.call('parse_f64', h.str(exactly(5e-324)))
    expect(h.get(h.ctx + 8)).toBe(before)
  })
})
