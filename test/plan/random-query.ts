/** Random queries by the builder. Calls whose types do not fit throw in the builder and are left out. */
import { PlanError } from '../../src/errors.ts'
import { OVERLOADS } from '../../src/planners/builder/infer.ts'
import type { LiteralInput } from '../../src/planners/builder/literals.ts'
import { type Aggregate, anyValue, asc, avg, boolAnd, call, count, desc, type Expression, lit, max, min, type Query, scan, stddev, sum, udf, values, when } from '../../src/planners/builder.ts'
import type { JoinKind } from '../../src/plan/nodes.ts'
import { mulberry32 } from '../random.ts'

export const random = (seed: number) => {
  const next = mulberry32(seed)
  const int = (below: number): number => Math.floor(next() * below)
  return { next, int, pick: <T>(list: readonly T[]): T => list[int(list.length)]! }
}
export type Random = ReturnType<typeof random>

const TYPES = ['bool', 'int8', 'int32', 'int64', 'uint64', 'int128', 'float', 'double', 'decimal(9,2)', 'decimal(38,4)', 'date', 'timestamp', 'timestamptz', 'string']
const VALUES: readonly LiteralInput[] = [null, true, 0, -1, 2.5, 1e300, Number.NaN, 12345678901n, 'a', '', '2024-02-29', '2024-02-29 10:00:00', 'month', '😀']
const KINDS: readonly JoinKind[] = ['inner', 'left', 'right', 'full', 'semi', 'anti', 'right_semi', 'right_anti', 'mark', 'single']
const AGGREGATES = [sum, avg, min, max, stddev, anyValue, boolAnd, count]

/** Tries until something fits. */
const fitting = <T>(make: () => T, otherwise: () => T): T => {
  for (let i = 0; i < 4; i++) {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof PlanError)) throw error
    }
  }
  return otherwise()
}

const anyOf = (r: Random, q: Query<string>): Expression => q.column(r.pick(q.columns).name)

const expression = (r: Random, q: Query<string>, depth = 2): Expression => {
  if (depth <= 0 || r.next() < 0.2) return r.next() < 0.8 ? anyOf(r, q) : lit(r.pick(VALUES))
  return fitting(() => {
    const kind = r.int(8)
    const sub = (): Expression => expression(r, q, depth - 1)
    if (kind === 0) return when(predicate(r, q, depth - 1), sub()).otherwise(r.next() < 0.5 ? null : sub())
    if (kind === 1) return sub().cast(r.pick(TYPES), r.pick(['error', 'null'] as const))
    if (kind === 2) return udf('f', [sub(), sub()], r.pick(TYPES))
    return call(r.pick(Object.keys(OVERLOADS)) as 'add', Array.from({ length: 1 + r.int(3) }, () => (r.next() < 0.3 ? r.pick(VALUES) : sub())))
  }, () => anyOf(r, q))
}

const predicate = (r: Random, q: Query<string>, depth = 2): Expression =>
  fitting(() => call(r.pick(['eq', 'lt', 'is_null', 'between', 'like', 'and', 'not'] as const), Array.from({ length: 1 + r.int(3) }, () => expression(r, q, depth - 1))), () => anyOf(r, q).isNotNull())

/** A fit place for user functions and NULL casts is any; the registry refuses casts that do not exist when it validates. */
export const randomQuery = (r: Random, depth = 4): Query<string> => {
  if (depth === 0) {
    const columns = Object.fromEntries(Array.from({ length: 2 + r.int(4) }, (_, i) => [`c${i}`, r.pick(TYPES)]))
    return r.next() < 0.8 ? scan(r.pick(['t', 'u']), columns) : values({ c0: 'int32', c1: 'string' }, [[1, 'x'], [null, null]])
  }
  const q = randomQuery(r, depth - 1)
  return fitting<Query<string>>(() => {
    switch (r.int(8)) {
      case 0:
        return q.filter(() => predicate(r, q))
      case 1:
        return q.select(() => Object.fromEntries(Array.from({ length: 1 + r.int(4) }, (_, i) => [`p${depth}${i}`, expression(r, q)])))
      case 2: {
        const calls: Record<string, Aggregate<never>> = { n: count() }
        for (let i = r.int(3); i > 0; i--) {
          const made = r.pick(AGGREGATES)(expression(r, q))
          const kept = r.next() < 0.3 ? made.where(predicate(r, q)) : made
          calls[`a${i}`] = r.next() < 0.3 ? kept.distinct() : kept
        }
        return q.aggregate({ by: Object.fromEntries(Array.from({ length: r.int(3) }, (_, i) => [`g${i}`, expression(r, q)])), ...calls }) as Query<string>
      }
      case 3: {
        const other = randomQuery(r, r.int(2))
        const on = Array.from({ length: r.int(3) }, () => [r.pick(q.columns).name, r.pick(other.columns).name] as const)
        const where = r.next() < 0.3 ? { where: (_: unknown, right: any) => right[other.columns[0]!.name].isNotNull() as Expression } : {}
        return q.join(other, { on, kind: r.pick(KINDS), suffix: `_${depth}`, nullSafe: r.next() < 0.2, ...where }) as Query<string>
      }
      case 4:
        return q.sort(() => [r.next() < 0.5 ? asc(expression(r, q)) : desc(expression(r, q), { nulls: 'first' })])
      case 5:
        return q.topn([r.pick(q.columns).name], r.int(100), r.int(3))
      case 6:
        return q.limit(r.next() < 0.3 ? null : r.int(100), r.int(3))
      default:
        return q.distinct()
    }
  }, () => q)
}
