/** Random columns of every type, with the edges that narrow widths and text forms turn on. */
import fc from 'fast-check'
import * as t from '../../src/layout/types.ts'
import type { SqlType } from '../../src/layout/types.ts'
import type { Value } from '../../src/layout/value.ts'

export const ALL_TYPES: readonly SqlType[] = [
  t.BOOL,
  t.INT8,
  t.INT16,
  t.INT32,
  t.INT64,
  t.INT128,
  t.UINT8,
  t.UINT16,
  t.UINT32,
  t.UINT64,
  t.FLOAT,
  t.DOUBLE,
  t.DATE,
  t.TIMESTAMP,
  t.TIMESTAMPTZ,
  t.STRING,
  t.decimal(4, 2),
  t.decimal(9, 0),
  t.decimal(18, 6),
  t.decimal(38, 10),
  t.decimal(38, 38),
]

const DOUBLES = [0, -0, 1.5, -1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_SAFE_INTEGER]
const STRINGS = ['', 'a', '"quoted", and\nbroken', 'žluťoučký kůň', '日本語', '🦜🏳️‍🌈', '\u0000', 'x'.repeat(300), 'NULL']

const exact = (type: SqlType): fc.Arbitrary<bigint> => {
  const { min, max } = t.typeRange(type)!
  const edges = [min, min + 1n, max, max - 1n, 0n, -1n, 1n, 127n, 128n, 255n, 256n, 32768n, -32769n, 1n << 31n, -(1n << 31n) - 1n, 1n << 32n, 1n << 63n]
  return fc.oneof(
    fc.constantFrom(...edges.filter((edge) => edge >= min && edge <= max)),
    fc.bigInt({ min, max }),
    fc.bigInt({ min: min < -100n ? -100n : min, max: 100n }),
  )
}

/** Reference values of a type, not NULL. */
export const valueOf = (type: SqlType): fc.Arbitrary<Value> => {
  if (type.kind === 'bool') return fc.boolean()
  if (type.kind === 'string') return fc.oneof(fc.constantFrom(...STRINGS), fc.string({ unit: 'grapheme', maxLength: 20 }))
  if (type.kind === 'double') return fc.oneof(fc.constantFrom(...DOUBLES), fc.double())
  if (type.kind === 'float') return fc.oneof(fc.constantFrom(...DOUBLES.map(Math.fround)), fc.float())
  const numeric = /^(u?int(8|16|32)|date)$/.test(type.kind)
  return exact(type).map((value) => (numeric ? Number(value) : value))
}

/** Columns: mostly narrow or mostly wide, with few or many NULLs, in a few runs. */
export const columnOf = (type: SqlType): fc.Arbitrary<Value[][]> =>
  fc.array(
    fc.oneof(
      fc.array(fc.option(valueOf(type), { freq: 4 }), { maxLength: 70 }),
      fc.array(valueOf(type), { maxLength: 70 }),
      fc.array(fc.constant(null), { maxLength: 20 }),
    ),
    { maxLength: 4 },
  )
