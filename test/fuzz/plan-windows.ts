/** Random window functions over a relation: what counts rows is ordered by columns that tell all rows apart. */
import type { Random } from '../engine/random.ts'
import { type Column, column, type Rel, type Term } from './tree.ts'

const named = (c: Column): Term => column(c.name, c.type)

/** Of a total beyond 64 bits DuckDB rounds the halves, one after the other; arcweld rounds it once. */
export const isWideTotal = (type: string): boolean => /^u?int64|^decimal\((19|[23]\d)/.test(type)

interface Over {
  readonly partition: readonly Term[]
  readonly order: readonly Term[]
  readonly directions: readonly string[]
  readonly frame: string
  readonly distinct?: boolean
}

const SIMPLE_RANGES = ['BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW', 'BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING', 'BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING', 'BETWEEN CURRENT ROW AND CURRENT ROW']

/** None that ends before it begins: of such DuckDB counts −1 rows. */
const offsets = (r: Random, offset: () => string): string => {
  const [near, far] = [offset(), offset()].sort((a, b) => Number(a) - Number(b))
  const start = r.pick(['UNBOUNDED PRECEDING', `${far} PRECEDING`, 'CURRENT ROW', `${near} FOLLOWING`])
  const after = start.endsWith('FOLLOWING') ? 2 : start === 'CURRENT ROW' ? 1 : 0
  return `BETWEEN ${start} AND ${r.pick([`${near} PRECEDING`, 'CURRENT ROW', `${far} FOLLOWING`, 'UNBOUNDED FOLLOWING'].slice(after))}`
}

/** Not of frames on one side: of those that end before they begin DuckDB excludes rows, and then finds some. */
const excluding = (r: Random, frame: string): string => {
  const sides = frame.match(/PRECEDING|FOLLOWING/g) ?? []
  return r.chance(0.2) && (sides.length < 2 || sides[0] !== sides[1]) ? `${frame} EXCLUDE ${r.pick(['CURRENT ROW', 'GROUP', 'TIES'])}` : frame
}

const call = (fn: string, type: string, args: readonly Term[], over: Over, filter?: Term, tail = ''): Term => {
  const [a, p] = [args.length, over.partition.length]
  const o = over.order.length
  const print = (given: readonly string[]): string => {
    const [own, by, keys, condition] = [given.slice(0, a), given.slice(a, a + p), given.slice(a + p, a + p + o), given[a + p + o]]
    const parts = [p ? `PARTITION BY ${by.join(', ')}` : '', o ? `ORDER BY ${keys.map((k, i) => `${k}${over.directions[i]}`).join(', ')}` : '', over.frame].filter(Boolean)
    return `${fn}(${over.distinct ? 'DISTINCT ' : ''}${own.join(', ')}${fn === 'count' && a === 0 ? '*' : ''}${tail})${condition ? ` FILTER (WHERE ${condition})` : ''} OVER (${parts.join(' ')})`
  }
  return {
    type, args: [...args, ...over.partition, ...over.order, ...(filter ? [filter] : [])], print, name: fn,
    // Made when it is asked for: with n keys there are n! ways to drop them.
    get simpler() {
      const simpler: Term[] = []
      if (over.distinct) simpler.push(call(fn, type, args, { ...over, distinct: false }, filter, tail))
      if (over.frame) simpler.push(call(fn, type, args, { ...over, frame: '' }, filter, tail))
      if (p) simpler.push(call(fn, type, args, { ...over, partition: [] }, filter, tail))
      if (o > 1) for (const i of over.order.keys()) simpler.push(call(fn, type, args, { ...over, order: over.order.filter((_, k) => k !== i), directions: over.directions.filter((_, k) => k !== i) }, filter, tail))
      if (filter) simpler.push(call(fn, type, args, over, undefined, tail))
      if (tail) simpler.push(call(fn, type, args, over, filter))
      return simpler
    },
  }
}

export const windowTerm = (r: Random, input: Rel, condition: (scope: readonly Column[]) => Term): { readonly term: Term; readonly taint?: Column['taint'] } => {
  const scope = input.columns
  const keys = scope.filter((c) => c.taint !== 'digits')
  // No key twice: where PARTITION BY x, x is beside PARTITION BY y, x, DuckDB takes the one for the other.
  const partition = (r.chance(0.7) ? r.some(1, 2, () => r.pick(keys)) : []).filter((c, i, all) => all.indexOf(c) === i).map(named)
  const over = (whole: boolean, least = 0, frame = ''): Over => {
    const own = whole ? scope.filter((c) => input.unique?.includes(c.name)) : []
    const order = [...r.some(least, 2, () => named(r.pick(keys))), ...own.map(named)]
    return { partition, order, directions: order.map(() => `${r.pick(['', ' DESC'])}${r.pick([' NULLS FIRST', ' NULLS LAST'])}`), frame }
  }
  const any = r.pick(keys)
  const passed = any.taint
  const small = () => r.pick(['0', '1', '2', '5', '40'])
  const kind = input.unique ? r.int(5) : r.pick([0, 4])
  if (kind === 0) {
    const fn = r.pick(['rank', 'dense_rank', 'percent_rank', 'cume_dist'])
    return { term: call(fn, /rank$/.test(fn) && fn !== 'percent_rank' ? 'int64' : 'double', [], over(false)), ...(fn === 'percent_rank' || fn === 'cume_dist' ? { taint: 'zero' as const } : {}) }
  }
  if (kind === 1) return r.chance(0.5) ? { term: call('row_number', 'int64', [], over(true)) } : { term: call('ntile', 'int64', [column(r.pick(['1', '3', '10']), 'int32')], over(true)) }
  if (kind === 2) {
    const offset = r.pick(['', '', ', 1', ', 2', ', -1', ', 0'])
    const ignore = (offset === '' || offset === ', 1') && r.chance(0.25) ? ' IGNORE NULLS' : ''
    return { term: call(r.pick(['lag', 'lead']), any.type, [named(any)], over(true), undefined, `${offset}${ignore}`), taint: passed }
  }
  if (kind === 3) {
    const fn = r.pick(['first_value', 'last_value', 'nth_value'])
    const frame = r.chance(0.6) ? excluding(r, `${r.pick(['ROWS', 'GROUPS'])} ${offsets(r, small)}`) : ''
    const tail = fn === 'nth_value' ? `, ${r.pick(['1', '2', '5'])}` : r.chance(0.25) ? ' IGNORE NULLS' : ''
    return { term: call(fn, any.type, [named(any)], over(true, 0, frame), undefined, tail), taint: passed }
  }
  const filter = r.chance(0.2) ? condition(scope) : undefined
  const tame = scope.filter((c) => c.tame && c.taint === undefined && c.type !== 'float')
  const ints = scope.filter((c) => /^u?int(8|16|32|64)$/.test(c.type))
  const summed = [...tame, ...ints]
  const unit = r.pick(['', '', 'RANGE', 'OFFSETS', 'GROUPS', ...(input.unique ? ['ROWS'] : [])])
  const ranged = tame.filter((c) => /^(int32|double|decimal)/.test(c.type))
  let how = over(false)
  if (unit === 'RANGE') how = over(false, 1, excluding(r, `RANGE ${r.pick(SIMPLE_RANGES)}`))
  if (unit === 'GROUPS') how = over(false, 1, excluding(r, `GROUPS ${offsets(r, small)}`))
  if (unit === 'ROWS') how = over(true, 0, excluding(r, `ROWS ${offsets(r, small)}`))
  if (unit === 'OFFSETS' && ranged.length) how = { partition, order: [named(r.pick(ranged))], directions: [`${r.pick(['', ' DESC'])}${r.pick([' NULLS FIRST', ' NULLS LAST'])}`], frame: excluding(r, `RANGE ${offsets(r, () => r.pick(['1', '2', '7']))}`) }
  if (r.chance(0.15)) how = { ...how, distinct: true }
  const fn = r.pick(['count', 'min', 'max', 'bool_or', ...(summed.length ? ['sum', 'sum', 'avg'] : []), ...(ints.length ? ['bit_or'] : [])])
  if (fn === 'count') return { term: call(fn, 'int64', how.distinct ? [named(any)] : r.chance(0.5) ? [named(r.pick(scope))] : [], how, filter) }
  if (fn === 'bool_or') return { term: call(fn, 'bool', [condition(scope)], how, filter) }
  // Of bit_xor over windows DuckDB loses rows where it takes them for constant.
  if (fn === 'bit_or') {
    const c = r.pick(ints)
    return { term: call(fn, c.type, [named(c)], how, filter) }
  }
  if (fn === 'min' || fn === 'max') return { term: call(fn, any.type, [named(any)], how, filter), taint: passed }
  const c = r.pick(summed)
  const total = /^u?int/.test(c.type) ? 'int128' : c.type === 'double' ? 'double' : `decimal(38,${/,(\d+)/.exec(c.type)?.[1]})`
  return fn === 'avg' ? { term: call('avg', 'double', [named(c)], how, filter), taint: isWideTotal(c.type) ? 'digits' : 'zero' } : { term: call('sum', total, [named(c)], how, filter), ...(total === 'double' ? { taint: 'zero' as const } : {}) }
}
