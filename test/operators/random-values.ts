/** Seeded random values of a type, leaning to edges; and ranges that hold them, as statistics would give. */
import { type Range, type SqlType, typeRange } from '../../src/layout/types.ts'
import type { RowValue } from '../../src/layout/unsafe-row.ts'
import { packedForm } from '../../src/layout/unsafe/fields.ts'
import { packSlice } from '../../src/layout/unsafe/writer.ts'
import type { Value } from '../../src/operators/registry.ts'
import { isWide } from '../../src/operators/values.ts'
import { mulberry32 } from '../random.ts'

export type Random = () => number
export const seeded: (seed: number) => Random = mulberry32
export const pick = <T>(random: Random, xs: readonly T[]): T => xs[Math.floor(random() * xs.length)] as T

const bigBelow = (random: Random, n: bigint): bigint => {
  let x = 0n
  for (let i = 0; i < 5; i++) x = (x << 32n) | BigInt(Math.floor(random() * 4294967296))
  return x % n
}

const DOUBLES = [0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e300, 5e-324, 4503599627370495.5, 2 ** 53, 2147483647.5, -2147483648.5, 0.1, 1.005, 123.455]
const STRINGS = ['', 'a', 'b', 'ab', 'abc', 'é', 'aé', '😀', 'a😀b', 'A', 'straße', ' a ', '%', '_', 'a%', '%b', 'a_c', '1', '12', '1.5', '-7', '2024-02-29', 'x\ny', '\u4e2d', 'abcabc', '+5', '1e3', '255.5', '-0.4', '0x1F', '99999999999999999999', 'true', 'F', 'infinity', '2024-02-29 10:11:12.5', '2024-02-29T10:11:12Z', '0044-03-15 (BC)']

const exact = (random: Random, range: Range): bigint => {
  const clip = (x: bigint) => (x < range.min ? range.min : x > range.max ? range.max : x)
  switch (Math.floor(random() * 8)) {
    case 0: return range.min + bigBelow(random, 3n) < range.max ? range.min + bigBelow(random, 3n) : range.max
    case 1: return clip(range.max - bigBelow(random, 3n))
    case 2: return clip(bigBelow(random, 5n) - 2n)
    case 3: return clip(bigBelow(random, 1n << 20n) - (1n << 19n))
    case 4: return clip(bigBelow(random, 1n << 34n) - (1n << 33n))
    case 5: return clip((1n << BigInt(Math.floor(random() * 127))) * (random() < 0.5 ? -1n : 1n) + bigBelow(random, 3n) - 1n)
    default: return range.min + bigBelow(random, range.max - range.min + 1n)
  }
}

const EPOCH_DAYS: Range = { min: -800000n, max: 3000000n }
const HIGH_MICROS = 86_400_000_000n

export const randomValue = (random: Random, type: SqlType): Exclude<Value, null> => {
  switch (type.kind) {
    case 'bool': return random() < 0.5
    case 'string': return random() < 0.7 ? pick(random, STRINGS) : pick(random, STRINGS) + pick(random, STRINGS)
    case 'float': return Math.fround(random() < 0.4 ? pick(random, DOUBLES) : (random() - 0.5) * 10 ** Math.floor(random() * 40 - 10))
    case 'double': return random() < 0.4 ? pick(random, DOUBLES) : random() < 0.5 ? Math.round((random() - 0.5) * 1e6) / 1000 : (random() - 0.5) * 10 ** Math.floor(random() * 60 - 20)
    case 'array': return packSlice(packedForm(type), Array.from({ length: Math.floor(random() * 6) }, () => (random() < 0.2 ? null : (randomValue(random, type.element) as RowValue))))
    case 'interval': return packSlice({ kind: 'interval' }, { months: Math.floor(random() * 2000) - 1000, days: Math.floor(random() * 2000) - 1000, micros: exact(random, { min: -(1n << 53n), max: 1n << 53n }) })
    case 'date': return Number(exact(random, EPOCH_DAYS))
    // Of zoned ones none before year 1: DuckDB counts those years by era.
    case 'timestamptz': return exact(random, { min: -719162n * HIGH_MICROS, max: EPOCH_DAYS.max * HIGH_MICROS })
    case 'timestamp': return exact(random, { min: EPOCH_DAYS.min * HIGH_MICROS, max: EPOCH_DAYS.max * HIGH_MICROS })
    default: {
      const v = exact(random, typeRange(type) as Range)
      return isWide(type) ? v : Number(v)
    }
  }
}

/** undefined: nothing known; else a range around the value that is tight, wide or a machine's. */
export const rangeAround = (random: Random, type: SqlType, v: Value): Range | undefined => {
  const own = typeRange(type)
  if (own === undefined || type.kind === 'bool' || v === null || random() < 0.25) return undefined
  const x = BigInt(v as bigint)
  const slack = () => bigBelow(random, 1n << BigInt(Math.floor(random() * 100)))
  const low = random() < 0.2 ? own.min : x - slack()
  const high = random() < 0.2 ? own.max : x + slack()
  return { min: low < own.min ? own.min : low, max: high > own.max ? own.max : high }
}
