/** What a scan's filters say of its columns, in the values statistics are compared with. */
import { expect, test } from 'vitest'
import { type ColumnPredicate, scanPredicates } from '../../src/plan/predicates.ts'
import { type Columns, type Expression, lit, scan } from '../../src/planners/builder.ts'

const COLUMNS = { i: 'int32', l: 'int64', d: 'decimal(9,2)', s: 'string', day: 'date', at: 'timestamp', f: 'double', b: 'bool' } as const
const of = (filter: (c: Columns<keyof typeof COLUMNS>) => Expression): readonly ColumnPredicate[] => {
  const { node } = scan('t', COLUMNS).filter(filter)
  if (node.op !== 'scan') throw new Error('not a scan')
  return scanPredicates(node.filters!, node.columns)
}

test.each<[string, (c: Columns<keyof typeof COLUMNS>) => Expression, [string, string, unknown][]]>([
  ['comparison', (c) => c.i.gt(5), [['i', '>', 5]]],
  ['flipped', (c) => lit(5, 'int32').le(c.i), [['i', '>=', 5]]],
  ['wide integers', (c) => c.l.eq(5), [['l', '=', 5n]]],
  ['decimals, unscaled', (c) => c.d.lt(1.5), [['d', '<', 150n]]],
  ['dates, in days', (c) => c.day.ge('1970-01-02'), [['day', '>=', 1]]],
  ['timestamps, in µs', (c) => c.at.lt('1970-01-01 00:00:01'), [['at', '<', 1_000_000n]]],
  ['text', (c) => c.s.eq('x'), [['s', '=', 'x']]],
  ['between', (c) => c.i.between(1, 3), [['i', '>=', 1], ['i', '<=', 3]]],
  ['conjuncts', (c) => c.i.gt(1).and(c.s.isNotNull(), c.l.isNull()), [['i', '>', 1], ['s', 'is_not_null', null], ['l', 'is_null', null]]],
  ['bools', (c) => c.b.and(c.i.lt(3)), [['b', '=', true], ['i', '<', 3]]],
  ['negations', (c) => c.b.not().and(c.s.isNull().not()), [['b', '=', false], ['s', 'is_not_null', null]]],
  ['NULL-safe equality', (c) => c.i.isNotDistinct(4), [['i', '=', 4]]],
  ['a literal of another width', (c) => c.i.lt(lit(7, 'int64')), [['i', '<', 7]]],
  ['a literal beyond the column', (c) => c.i.lt(lit(3_000_000_000, 'int64')), []],
  ['a cast that widens', (c) => c.i.cast('int64').lt(7), [['i', '<', 7]]],
  ['a cast that narrows', (c) => c.l.cast('int32').lt(7), []],
  ['NaN and NULL', (c) => c.f.gt(Number.NaN).and(c.i.eq(lit(null, 'int32')), c.f.gt(2)), [['f', '>', 2]]],
  ['no conjuncts', (c) => c.i.gt(1).or(c.i.lt(0)), []],
  ['two columns, functions, ≠', (c) => c.i.lt(c.l).and(c.i.add(1).gt(3), c.i.ne(4)), []],
])('%s', (_, filter, expected) => {
  expect(of(filter).map((p) => [p.column, p.op, p.value])).toEqual(expected)
})
