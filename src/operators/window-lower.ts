/** Window functions in IR, over the sorted rows of a sink: what each row knows of its place, and other rows by their positions. */
import type { Refusal } from '../errors.ts'
import { binary, both, cast, either, fresh, i32, ifElse, literal, not, option, raise, select, share, valid, value } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { exact, plain, widenIr } from './lowering.ts'
import type { Lowered, LowerContext } from './registry.ts'
import type { Column } from './stage.ts'
import type { WindowSite } from './windows.ts'

/** Positions, i32. */
export interface Place {
  readonly row: Ir
  readonly partition: readonly [Ir, Ir]
  readonly peers: readonly [Ir, Ir]
  /** Number of its group of peers, from 0. */
  readonly group: Ir
}
export type Piece = readonly [Ir, Ir]

export interface WindowLowering extends LowerContext {
  readonly place: Place
  /** Pieces of the row's frame, in order, of which some may be empty (then the end is not after the beginning). */
  readonly frame: () => readonly Piece[]
  /** An argument of the row. */
  readonly arg: (index: number) => Lowered
  /** Its first argument at a position, where that is valid; else `otherwise`, NULL where absent. */
  readonly at: (position: Ir, isValid: Ir, otherwise?: Lowered) => Column
  /** Whether values that are not NULL are found by their number; and how many there are in the partition up to a position, i64. */
  readonly numbered: boolean
  readonly counted: (position: Ir) => Ir
  /** The same, evaluated once. */
  readonly named: (ir: Ir) => Ir
  /** The first or last value of the first argument in some positions that is not NULL. */
  readonly known: (which: 'first' | 'last', pieces: readonly Piece[] | undefined) => Column
  /** No more rows than this. */
  readonly bound: bigint
}
export type LowerWindow = (site: WindowSite, cx: WindowLowering) => Column | Refusal

const minus = (a: Ir, b: Ir): Ir => binary('-', a, b)
const plus = (a: Ir, b: Ir): Ir => binary('+', a, b)
const counted = (ir: Ir, { type }: WindowSite, { bound }: WindowLowering): Lowered => exact(ir, type, { min: 1n, max: bound < 1n ? 1n : bound })

export const lowerRowNumber: LowerWindow = (site, cx) => counted(plus(minus(cx.place.row, cx.place.partition[0]), i32(1)), site, cx)
export const lowerRank: LowerWindow = (site, cx) => counted(plus(minus(cx.place.peers[0], cx.place.partition[0]), i32(1)), site, cx)
export const lowerDenseRank: LowerWindow = (site, cx) => counted(plus(cx.place.group, i32(1)), site, cx)
export const lowerPercentRank: LowerWindow = ({ type }, { place: { peers, partition } }) => {
  const others = minus(minus(partition[1], partition[0]), i32(1))
  return plain(share(others, (n) => ifElse(binary('>', n, i32(0)), binary('/', cast('f64', minus(peers[0], partition[0])), cast('f64', n)), literal('f64', 0))), type)
}
export const lowerCumeDist: LowerWindow = ({ type }, { place: { peers, partition } }) =>
  plain(binary('/', cast('f64', minus(peers[1], partition[0])), cast('f64', minus(partition[1], partition[0]))), type)

const wide = (n: bigint): Ir => literal('i64', n)
/** More than any position. */
const FAR = 1n << 40n
/** A number of rows as i64, within ±FAR. */
export const offsetIr = (x: Ir): Ir => (x.type === 'i32' || x.type === 'bool' ? cast('i64', widenIr(x, 'i32')) : x.type === 'i64' ? binary('max', binary('min', x, wide(FAR)), wide(-FAR)) : cast('i64', binary('max', binary('min', x, literal('i128', FAR)), literal('i128', -FAR))))

export const lowerNtile: LowerWindow = (site, cx) => {
  const given = cx.arg(0)
  const failed = cx.site('RAISED', 'the argument of ntile must be greater than 0')
  const [first, end] = cx.place.partition
  const bucket = (n: Ir): Ir => {
    const rows = cast('i64', minus(end, first))
    const row = cast('i64', minus(cx.place.row, first))
    const of = share(binary('min', n, rows), (buckets) => share(binary('/', rows, buckets), (small) => share(binary('%', rows, buckets), (large) => share(binary('*', large, plus(small, wide(1n))), (split) =>
      ifElse(binary('<', row, split), binary('/', row, plus(small, wide(1n))), plus(large, binary('/', minus(row, split), small)))))))
    return cast('i32', plus(of, wide(1n)))
  }
  const ir = share(given.ir, (g) => share(offsetIr(value(g)), (n) => {
    const number = ifElse(binary('<', n, wide(1n)), raise('i32', 'RAISED', failed), bucket(n))
    return g.type.startsWith('?') ? option(ifElse(valid(g), number, i32(1)), valid(g)) : number
  }))
  const result = counted(value(ir), site, cx)
  return ir.type === 'i32' ? counted(ir, site, cx) : { ...result, ir: widenIr(ir, result.ir.type as 'i32') }
}

export const lowerShift =
  (forward: boolean): LowerWindow =>
  ({ argTypes, ignoreNulls }, cx) => {
    const { row, partition } = cx.place
    const otherwise = argTypes.length > 2 ? cx.arg(2) : undefined
    const given = argTypes.length > 1 ? cx.arg(1) : undefined
    if (ignoreNulls && !cx.numbered) return cx.known(forward ? 'first' : 'last', [forward ? [plus(row, i32(1)), partition[1]] : [partition[0], row]])
    if (ignoreNulls) return lowerKnownShift(forward, given as Lowered, otherwise, cx)
    if (!given) {
      const at = forward ? plus(row, i32(1)) : minus(row, i32(1))
      return cx.at(at, forward ? binary('<', at, partition[1]) : binary('>=', at, partition[0]))
    }
    const target = binary(forward ? '+' : '-', cast('i64', row), offsetIr(value(given.ir)))
    const inside = both(binary('>=', target, cast('i64', partition[0])), binary('<', target, cast('i64', partition[1])))
    // A NULL offset gives NULL, whatever the default.
    if (!given.ir.type.startsWith('?')) return cx.at(cast('i32', target), inside, otherwise)
    const known = valid(given.ir)
    return cx.at(cast('i32', target), both(known, inside), otherwise && { ...otherwise, ir: option(value(otherwise.ir), both(known, valid(otherwise.ir))) })
  }

/** The first position of the partition up to which there are so many that are not NULL; its end where there are fewer. */
const positionOf = (target: Ir, { place, counted, named }: WindowLowering): Ir => {
  const [low, high] = [fresh('l'), fresh('h')].map((name): Extract<Ir, { ir: 'ident' }> => ({ ir: 'ident', type: 'i32', name })) as [Extract<Ir, { ir: 'ident' }>, Extract<Ir, { ir: 'ident' }>]
  const goal = named(target)
  const middle = binary('>>u', plus(low, high), i32(1))
  const enough = (m: Ir) => binary('>=', counted(m), goal)
  return named({
    ir: 'loop', type: 'i32', index: fresh('i'), count: i32(-1),
    state: [{ name: low.name, init: place.partition[0] }, { name: high.name, init: place.partition[1] }],
    while: binary('<', low, high), update: [share(middle, (m) => select(enough(m), low, plus(m, i32(1)))), share(middle, (m) => select(enough(m), m, high))], result: low,
  })
}

/** lag and lead over values that are not NULL, by any number of them. */
const lowerKnownShift = (forward: boolean, given: Lowered, otherwise: Lowered | undefined, cx: WindowLowering): Column => {
  const { row, partition } = cx.place
  const by = cx.named(forward ? offsetIr(value(given.ir)) : minus(wide(0n), offsetIr(value(given.ir))))
  const own = cast('i64', cast('i32', valid(cx.arg(0).ir)))
  const here = cx.named(cx.counted(row))
  const ahead = binary('>', by, wide(0n))
  const target = cx.named(select(ahead, plus(here, by), plus(plus(minus(here, own), by), wide(1n))))
  const stays = binary('==', by, wide(0n))
  const inside = either(stays, select(ahead, binary('<=', target, cx.counted(minus(partition[1], i32(1)))), binary('>=', target, wide(1n))))
  const position = select(stays, row, positionOf(target, cx))
  if (!given.ir.type.startsWith('?')) return cx.at(position, inside, otherwise)
  const known = valid(given.ir)
  return cx.at(position, both(known, inside), otherwise && { ...otherwise, ir: option(value(otherwise.ir), both(known, valid(otherwise.ir))) })
}

const isEmpty = ([from, to]: Piece): Ir => binary('>=', from, to)

export const lowerFirst: LowerWindow = ({ ignoreNulls }, cx) => {
  if (ignoreNulls) return cx.known('first', undefined)
  const pieces = cx.frame()
  const at = pieces.reduceRight<Ir | undefined>((rest, p) => (rest ? select(isEmpty(p), rest, p[0]) : p[0]), undefined) as Ir
  return cx.at(at, pieces.map((p) => not(isEmpty(p))).reduce(either))
}
export const lowerLast: LowerWindow = ({ ignoreNulls }, cx) => {
  if (ignoreNulls) return cx.known('last', undefined)
  const pieces = cx.frame()
  const at = pieces.reduce<Ir | undefined>((rest, p) => (rest ? select(isEmpty(p), rest, minus(p[1], i32(1))) : minus(p[1], i32(1))), undefined) as Ir
  return cx.at(at, pieces.map((p) => not(isEmpty(p))).reduce(either))
}
export const lowerNth: LowerWindow = ({ ignoreNulls }, cx) => {
  const given = cx.arg(1)
  if (ignoreNulls) return lowerKnownNth(given, cx)
  const pieces = cx.frame()
  const sizes = pieces.map(([from, to]) => cast('i64', binary('max', minus(to, from), i32(0))))
  const n = minus(offsetIr(value(given.ir)), wide(1n))
  // `skip`: rows of earlier pieces.
  const pick = (k: number, left: Ir): Ir => {
    const start = plus(cast('i64', (pieces[k] as Piece)[0]), left)
    return k === pieces.length - 1 ? start : share(left, (l) => select(binary('<', l, sizes[k] as Ir), plus(cast('i64', (pieces[k] as Piece)[0]), l), pick(k + 1, minus(l, sizes[k] as Ir))))
  }
  const inside = both(valid(given.ir), both(binary('>=', n, wide(0n)), binary('<', n, sizes.reduce(plus))))
  return cx.at(cast('i32', pick(0, n)), inside)
}

/** The n-th value of the frame that is not NULL. */
const lowerKnownNth = (given: Lowered, cx: WindowLowering): Column => {
  const [first] = cx.place.partition
  const before = (position: Ir): Ir => ifElse(binary('>', position, first), cx.counted(minus(position, i32(1))), wide(0n))
  const parts = cx.frame().map(([from, to]) => {
    const start = cx.named(before(from))
    return { start, size: cx.named(ifElse(binary('<', from, to), minus(before(to), start), wide(0n))) }
  })
  const n = cx.named(minus(offsetIr(value(given.ir)), wide(1n)))
  // `left`: of the values that come before it, those that no earlier part has.
  const target = (k: number, left: Ir): Ir => {
    const { start, size } = parts[k] as (typeof parts)[number]
    const own = plus(plus(start, left), wide(1n))
    return k === parts.length - 1 ? own : select(binary('<', left, size), own, target(k + 1, minus(left, size)))
  }
  const inside = both(valid(given.ir), both(binary('>=', n, wide(0n)), binary('<', n, parts.map((p) => p.size).reduce(plus))))
  return cx.at(positionOf(target(0, n), cx), inside)
}
