import { describe, expect, it } from 'vitest'
import { textCast } from '../../src/operators/cast-text.ts'
import { DATE, decimal, type SqlType, STRING, TIMESTAMP, TIMESTAMPTZ } from '../../src/layout/types.ts'
import { lower as lowerCase, upper } from '../../src/operators/strings-text.ts'
import { Harness, random, seed, words } from './harness.ts'

const h = new Harness()
const { below, bits, pick } = random(seed)
/** The interpreter's cast. */
const reference = (type: SqlType, value: number | bigint) => textCast(type, STRING)?.(value as never)

describe(`text of values, seed ${seed}`, () => {
  it('integers', () => {
    const edges = [0n, 1n, -1n, 10n, -10n, (1n << 63n) - 1n, -(1n << 63n)]
    for (let i = 0; i < 5000; i++) {
      const value = edges[i] ?? BigInt.asIntN(1 + below(64), bits(64))
      expect(h.text(h.call('int_to_str', value))).toBe(`${value}`)
    }
  })

  it('decimals of every scale, as the reference has them', () => {
    for (let i = 0; i < 20000; i++) {
      const precision = 1 + below(38)
      const scale = below(precision + 1)
      const value = pick([0n, 1n, -1n, 10n ** BigInt(precision) - 1n, BigInt.asIntN(1 + below(126), bits(128)) % 10n ** BigInt(precision)])
      const text = h.text(h.call('decimal_to_str', ...words(value), scale, precision === scale ? 1 : 0))
      expect(text, `${value} as decimal(${precision},${scale})`).toBe(reference(decimal(precision, scale), value))
    }
    const MIN = -(1n << 127n)
    expect(h.text(h.call('decimal_to_str', ...words(MIN), 0, 0))).toBe(`${MIN}`)
  })

  it('dates', () => {
    const edges = [0, -1, 2147483647, -2147483647, 2147483646, -2147483646, -719528, -719529, -719162, -719163]
    for (let i = 0; i < 10000; i++) {
      const days = edges[i] ?? (below(4) ? below(80000) - 20000 : below(4294967293) - 2147483646)
      expect(h.text(h.call('date_to_str', days)), `${days}`).toBe(reference(DATE, days))
    }
    for (let days = -100000; days < 100000; days += 41) expect(h.text(h.call('date_to_str', days))).toBe(new Date(days * 86400000).toISOString().slice(0, 10))
  })

  it('timestamps', () => {
    const MOST = (1n << 63n) - 1n
    const edges = [0n, -1n, 1n, MOST, -MOST, MOST - 1n, -MOST + 1n, 1500000n, -62135596800000000n, -62135596800000001n]
    for (let i = 0; i < 10000; i++) {
      const micros =
        edges[i] ?? (below(4) ? (BigInt.asIntN(52, bits(64)) / 10n ** BigInt(below(7))) * 10n ** BigInt(below(4)) : BigInt.asIntN(64, bits(64)) || 1n)
      const text = reference(TIMESTAMP, micros)
      expect(h.text(h.call('timestamp_to_str', micros, 0)), `${micros}`).toBe(text)
      expect(h.text(h.call('timestamp_to_str', micros, 1)), `${micros}`).toBe(reference(TIMESTAMPTZ, micros))
    }
  })

  it('takes no more of the arena than the text', () => {
    h.call('arena_more', 100000)
    const before = h.get(h.ctx + 8)
    for (let i = 0; i < 100; i++) h.call('int_to_str', 12345n)
    expect(h.get(h.ctx + 8) - before).toBe(800)
  })
})

describe('case', () => {
  it('maps every code point as the reference does', () => {
    for (const [lower, map] of [[0, upper], [1, lowerCase]] as const) {
      let wrong = ''
      for (let first = 0; first < 0x110000; first += 4096) {
        let text = ''
        for (let p = first; p < first + 4096; p++) if (p < 0xd800 || p > 0xdfff) text += String.fromCodePoint(p)
        if (h.text(h.call('str_case', h.str(text), lower) as bigint) !== map(text)) wrong += `${first.toString(16)} `
      }
      expect(wrong).toBe('')
    }
  })

  it('returns what has nothing to change as it is', () => {
    for (const text of ['', 'ABC DEF 123 [^] GHIJKL MNOP', 'A'.repeat(15), 'A'.repeat(17)]) {
      const str = h.str(text)
      expect(h.call('str_case', str, 0)).toBe(BigInt.asIntN(64, str))
    }
  })
})
