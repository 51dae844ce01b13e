import { describe, expect, it } from 'vitest'
import { decimal, INT128, INT32, parseType, type SqlType, UINT8 } from '../../src/layout/types.ts'
import { fromText, parseExact } from '../../src/operators/cast-text.ts'
import { Harness, random, seed } from './harness.ts'

const h = new Harness()
const { below, pick } = random(seed)
const SEEDS = [
  '12', '-7.5', '+0.49', '.5', '5.', '1_000', '1__0', '1e3', '15E-1', '-1e-400', '1e400', '0x1F', '0b101', '0x1F_a', '0B1_0_1', '0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF', '0x7fffffffffffffffffffffffffffffff', '00000000000000000000000000000000000000000000012',
  '99999999999999999999999999999999999999', '99999999999999999999999999999999999999.5', '170141183460469231731687303715884105727', '170141183460469231731687303715884105728', '-170141183460469231731687303715884105728', '340282366920938463463374607431768211456', '0.00000000000000000000000000000000000000000000005e47', '255.4', '255.5', '-0.4', '-0',
  'true', 'F', 'Yes', 'no', 'y', 'N', '1', '0', 'infinity', '-Inf', 'epoch', '-epoch', '2024-02-29', '2023-02-29', '2024/2/9', '2024 02 09', '0044-03-15 (BC)', '-5-01-01', '5881580-07-10', '5881580-07-11', '99999999-01-01', '2024-02-123',
  '2024-02-29 10:11:12.1234567', '2024-02-29T10:11:12Z', '2024-02-29 10:11:12+05:30', '2024-02-29 1:2', '2024-02-29 24:00:00', '2024-02-29 24:00:01', '2024-02-29 10:11:12 UTC ', '2024-02-29 10:11:12-0530', '2024-02-29 10:11:12+05:3', '294247-01-10 04:00:54.775806', '294247-01-10 04:00:54.775807', '294247-01-10 04:00:54.775807+00:01', '290309-12-21 (BC) 19:59:05.224193', '290309-12-21 (BC) 19:59:05.224194', '2024-02-29 10:60',
]
const LETTERS = [...'0123456789', '.', '-', '+', 'e', 'E', '_', ' ', ':', 'T', 'Z', '/', '\t', 'x', 'é', '\u00a0', 'a', '(', 'B']
/** A seed, most times with something of it changed. */
const text = (): string => {
  let s = pick(SEEDS)
  for (let n = below(4); n > 0; n--) {
    const at = below(s.length + 1)
    const kind = below(4)
    s = kind === 0 ? s.slice(0, at) + pick(LETTERS) + s.slice(at) : kind === 1 ? s.slice(0, at) + s.slice(at + 1) : kind === 2 ? s.slice(0, at) + pick(LETTERS) + s.slice(at + 1) : ` ${s}\n`
  }
  return s
}
const FLAGS = { radix: 1, unsigned: 2 }

describe(`texts read as values, seed ${seed}`, () => {
  const texts = [...SEEDS, ...Array.from({ length: 30_000 }, text)]

  it('numbers of every scale', () => {
    const kinds: readonly (readonly [SqlType, number, number])[] = [[INT32, 0, FLAGS.radix], [UINT8, 0, FLAGS.radix | FLAGS.unsigned], [INT128, 0, FLAGS.radix], [decimal(38, 0), 0, 0], [decimal(38, 10), 10, 0], [decimal(38, 38), 38, 0]]
    for (const s of texts) {
      const [, scale, flags] = pick(kinds)
      const want = parseExact(INT128, scale, (flags & FLAGS.radix) !== 0, (flags & FLAGS.unsigned) !== 0)(s)
      const str = h.str(s)
      expect(h.call('parse_is_exact', str, scale, flags), JSON.stringify([s, scale, flags])).toBe(want === undefined ? 0 : 1)
      h.call('parse_exact', str, scale, flags)
      expect(h.i128(), JSON.stringify([s, scale, flags])).toBe(want ?? -(1n << 127n))
    }
  })

  it('bools, dates, timestamps', () => {
    const parse = (type: string) => fromText(parseType(type) as SqlType) as (s: string) => number | bigint | boolean | undefined
    const [bool, date, time, zoned] = ['bool', 'date', 'timestamp', 'timestamptz'].map(parse)
    for (const s of texts) {
      const str = h.str(s)
      expect(h.call('parse_bool', str), JSON.stringify(s)).toBe(Number(bool?.(s) ?? -1))
      expect(h.call('parse_date', str), JSON.stringify(s)).toBe(date?.(s) ?? -2147483648)
      expect(h.call('parse_timestamp', str, 0), JSON.stringify(s)).toBe(time?.(s) ?? -(1n << 63n))
      expect(h.call('parse_timestamp', str, 1), JSON.stringify(s)).toBe(zoned?.(s) ?? -(1n << 63n))
    }
  })
})
