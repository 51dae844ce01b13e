/** Representative stages for goldens: plans over columns whose statistics are fixed. */
import type { ColumnInfo, Physical } from '../../src/layout/relation.ts'
import { parseType, type Range, type SqlType } from '../../src/layout/types.ts'
import type { Expr, PlanNode } from '../../src/plan/nodes.ts'

interface ColumnOf {
  readonly type: string
  readonly physical: Physical
  readonly nullable?: boolean
  readonly range?: Range
}
const TABLE: Readonly<Record<string, ColumnOf>> = {
  delay: { type: 'int64', physical: 'i16', range: { min: -1116n, max: 1688n } },
  distance: { type: 'int64', physical: 'i16', range: { min: 21n, max: 4962n } },
  late: { type: 'int64', physical: 'i16', nullable: true, range: { min: 0n, max: 1688n } },
  origin: { type: 'string', physical: 'code8' },
  carrier: { type: 'string', physical: 'utf8', nullable: true },
  id: { type: 'int64', physical: 'i64' },
  price: { type: 'decimal(15,2)', physical: 'i32', range: { min: 90000n, max: 10494950n } },
  discount: { type: 'decimal(15,2)', physical: 'i8', range: { min: 0n, max: 10n } },
  tax: { type: 'decimal(15,2)', physical: 'i8', range: { min: 0n, max: 8n } },
  day: { type: 'date', physical: 'i16', range: { min: 8036n, max: 10591n } },
  ratio: { type: 'double', physical: 'f64', nullable: true },
}
type Name = keyof typeof TABLE

export const columnsOf = (names: readonly Name[]): readonly ColumnInfo[] =>
  names.map((name): ColumnInfo => {
    const { type, physical, nullable = false, range } = TABLE[name] as ColumnOf
    return { name, type: parseType(type) as SqlType, physical, nullable, ...(range ? { range } : {}), ...(physical === 'code8' ? { dictionary: { size: 229, slices: 4096 } } : {}) }
  })

const scan = (table: string, names: readonly Name[]): PlanNode => ({ op: 'scan', table, columns: names.map((name) => ({ name, type: (TABLE[name] as ColumnOf).type })) })
const col = (index: number, type: string): Expr => ({ expr: 'column', index, type })
const lit = (value: string | number, type: string): Expr => ({ expr: 'literal', value, type })
const call = (fn: string, args: readonly Expr[], type: string): Expr => ({ expr: 'call', fn, args, type })
const agg = (fn: string, args: readonly Expr[], type: string) => ({ fn, args, type })
const MONEY = 'decimal(15,2)'
const charged = call('multiply', [col(0, MONEY), call('subtract', [lit('1.00', MONEY), col(1, MONEY)], MONEY)], 'decimal(30,4)')

export const STAGES: Readonly<Record<string, PlanNode>> = {
  'filter-sum': { op: 'aggregate', groups: [], aggregates: [agg('sum', [col(1, 'int64')], 'int128'), agg('count_star', [], 'int64')], input: { op: 'filter', predicate: call('gt', [col(0, 'int64'), lit('30', 'int64')], 'bool'), input: scan('flights', ['delay', 'distance']) } },
  'group-dense': { op: 'aggregate', groups: [col(0, 'string')], aggregates: [agg('count_star', [], 'int64'), agg('avg', [col(1, 'int64')], 'double'), agg('sum', [col(1, 'int64')], 'int128'), agg('max', [col(2, 'int64')], 'int64')], input: scan('flights', ['origin', 'late', 'distance']) },
  'group-decimal': {
    op: 'aggregate', groups: [col(3, 'date')],
    aggregates: [agg('sum', [charged], 'decimal(38,4)'), agg('sum', [call('multiply', [charged, call('add', [lit('1.00', MONEY), col(2, MONEY)], MONEY)], 'decimal(38,6)')], 'decimal(38,6)')],
    input: { op: 'filter', predicate: call('le', [col(3, 'date'), lit('1998-09-02', 'date')], 'bool'), input: scan('lineitem', ['price', 'discount', 'tax', 'day']) },
  },
  // A total that 64 bits do not hold.
  'group-wide': { op: 'aggregate', groups: [col(0, 'string')], aggregates: [agg('sum', [col(1, 'int64')], 'int128'), agg('avg', [col(1, 'int64')], 'double')], input: scan('flights', ['origin', 'id']) },
  'join-memo': {
    op: 'aggregate', groups: [], aggregates: [agg('count_star', [], 'int64'), agg('sum', [col(1, 'int64')], 'int128')],
    input: { op: 'join', kind: 'inner', left: scan('flights', ['origin', 'distance']), right: scan('airports', ['origin', 'delay']), keys: [{ left: col(0, 'string'), right: col(0, 'string') }], residual: call('lt', [col(3, 'int64'), col(1, 'int64')], 'bool') },
  },
  'topn-string': { op: 'topn', limit: 5, keys: [{ expr: col(0, 'string'), descending: false, nullsFirst: false }, { expr: col(1, 'int64'), descending: true, nullsFirst: false }], input: scan('flights', ['carrier', 'delay', 'id']) },
  'project-case': {
    op: 'project',
    exprs: [
      { expr: 'case', when: [{ if: call('gt', [col(0, 'int64'), lit('60', 'int64')], 'bool'), then: call('multiply', [col(1, 'int64'), lit('2', 'int64')], 'int64') }], else: call('negate', [col(1, 'int64')], 'int64'), type: 'int64' },
      call('divide', [col(2, 'double'), col(2, 'double')], 'double'),
      { expr: 'cast', arg: col(2, 'double'), type: 'int32' },
    ],
    input: { op: 'filter', predicate: call('starts_with', [col(3, 'string'), lit('A', 'string')], 'bool'), input: scan('flights', ['late', 'id', 'ratio', 'origin']) },
  },
}
