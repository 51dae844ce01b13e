/**
 * The builder: plans written as TypeScript, with the result types inferred as DuckDB infers them.
 *
 *   scan('flights', { origin: 'string', delay: 'int64' })
 *     .filter(({ delay }) => delay.gt(30))
 *     .aggregate({ by: ['origin'], n: count(), total: sum('delay') })
 *     .sort([desc('n')]).limit(10).plan()
 */
export type { Columns } from './builder/columns.ts'
export { Expression, lit, type Operand } from './builder/expression.ts'
export { and, call, type Case, greatest, least, not, or, udf, when } from './builder/functions.ts'
export type { LiteralInput } from './builder/literals.ts'
export { scan, values } from './builder/leaves.ts'
export type { Query } from './builder/query.ts'
export type { AggregateSpec, JoinOptions, SetOptions, WindowSpec } from './builder/specs.ts'
export { type Aggregate, anyValue, asc, avg, bitAnd, bitOr, bitXor, boolAnd, boolOr, count, desc, first, last, max, maxBy, min, minBy, product, type SortOptions, type SortTerm, stddev, stddevPop, sum, variance, variancePop } from './builder/terms.ts'
export { cumeDist, denseRank, type FrameSpec, firstValue, lag, lastValue, lead, nthValue, ntile, percentRank, rank, rowNumber, type WindowFunction } from './builder/windows.ts'
