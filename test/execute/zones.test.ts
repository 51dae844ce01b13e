/** Zone maps: what they leave out holds no row that passes, what they leave is the same rows in the same order. */
import { describe, expect, test } from 'vitest'
import { ZONE_ROWS, ZoneMaps } from '../../src/execute/zones.ts'
import { readTuples } from '../../src/layout/rows.ts'
import { DATE, INT32, INT64, STRING, type SqlType } from '../../src/layout/types.ts'
import { RelationBuilder } from '../../src/layout/relation-builder.ts'
import type { Value } from '../../src/layout/value.ts'
import type { ColumnPredicate } from '../../src/plan/predicates.ts'
import { highArena } from '../layout/arena.ts'

const ROWS = ZONE_ROWS * 3 + 1000
const at = (i: number, type: SqlType): Value => {
  if (i % 97 === 0) return null
  switch (type.kind) {
    case 'int64':
      return BigInt(i) * 5_000_000_000n - 100_000_000_000_000n
    case 'date':
      return Math.floor(i / 1000)
    case 'string':
      return `row ${i}`
    default:
      return (i * 7919) % 1000
  }
}
const fields = [
  { name: 'rising', type: INT64 },
  { name: 'day', type: DATE },
  { name: 'mixed', type: INT32 },
  { name: 'text', type: STRING },
]
const arena = highArena()
const builder = new RelationBuilder(fields)
builder.appendValues(fields.map(({ type }) => Array.from({ length: ROWS }, (_, i) => at(i, type))), ROWS)
const relation = builder.finish(arena)
const zones = new ZoneMaps(arena.buffer, relation)

const passes = ({ column, op, value }: ColumnPredicate) => {
  const { type } = fields.find((f) => f.name === column) as { type: SqlType }
  return (i: number): boolean => {
    const [v, bound] = [at(i, type) as number, value as number]
    if (v === null) return false
    switch (op) {
      case '=':
        return v === bound
      case '<':
        return v < bound
      case '<=':
        return v <= bound
      case '>':
        return v > bound
      default:
        return v >= bound
    }
  }
}

const cases: readonly (readonly [ColumnPredicate[], number])[] = [
  [[{ column: 'day', op: '<', value: 10 }], 1],
  [[{ column: 'day', op: '>=', value: 70 }, { column: 'day', op: '<', value: 80 }], 1],
  [[{ column: 'day', op: '=', value: 66 }], 1],
  [[{ column: 'rising', op: '>', value: 5_000_000_000n * 190_000n - 100_000_000_000_000n }], 2],
  [[{ column: 'rising', op: '<=', value: -100_000_000_000_000n }], 1],
  [[{ column: 'mixed', op: '=', value: 5 }], 4],
  [[{ column: 'text', op: '=', value: 'row 5' }], 4],
  [[{ column: 'day', op: '>', value: 1_000_000 }], 0],
]

describe('zone maps', () => {
  const named = cases.map(([predicates, most]) => [predicates.map((p) => `${p.column} ${p.op} ${p.value}`).join(' and '), predicates, most] as const)
  test.each(named)('%s: the zones that may hold such rows are left, and no row is lost', (_, predicates, most) => {
    const left = zones.narrowed(predicates)
    expect(left.rows).toBeLessThanOrEqual(most * ZONE_ROWS)
    const tests = predicates.map(passes)
    const expected: unknown[] = []
    for (let i = 0; i < ROWS; i++) if (tests.every((t) => t(i))) expected.push(at(i, STRING))
    const kept = readTuples(arena.buffer, left).filter((row) => typeof row[3] === 'string' && tests.every((t) => t(Number((row[3] as string).slice(4)))))
    expect(kept.map((row) => row[3])).toEqual(expected)
    // The columns of a row stayed together.
    for (const row of kept.slice(0, 50)) expect(row[2]).toBe(at(Number((row[3] as string).slice(4)), INT32))
  })

  test('no predicate that decides: the relation itself', () => {
    expect(zones.narrowed([])).toBe(relation)
    expect(zones.narrowed([{ column: 'text', op: '=', value: 'x' }])).toBe(relation)
  })
})

test('whether a table lies in the order of a column', () => {
  const rows = ZONE_ROWS * 24
  const columns: Record<string, (i: number) => number | null> = {
    rising: (i) => Math.floor(i / 900),
    falling: (i) => -i,
    'in two runs': (i) => (i * 2) % rows,
    'often NULL': (i) => (i % (2 * ZONE_ROWS) === 0 ? null : i),
    mixed: (i) => Math.imul(i, 0x9e3779b1) >>> 8,
    'in many runs': (i) => (i * 12) % rows,
    constant: () => 7,
    'NULL': () => null,
  }
  const names = Object.keys(columns)
  const arena = highArena()
  const wide = new RelationBuilder(names.map((name) => ({ name, type: INT32 })))
  wide.appendValues(names.map((name) => Array.from({ length: rows }, (_, i) => (columns[name] as (i: number) => Value)(i))), rows)
  const maps = new ZoneMaps(arena.buffer, wide.finish(arena))
  expect(names.filter((name) => maps.ordered(name))).toEqual(['rising', 'falling', 'in two runs'])
  expect(maps.ordered('none of that name')).toBe(false)
  // Three zones tell nothing.
  expect(zones.ordered('rising')).toBe(false)
  expect(zones.ordered('text')).toBe(false)
})
