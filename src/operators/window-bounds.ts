/** Where frames begin and end, in IR: positions among the sorted rows. */
import { binary, both, cast, fresh, i32, ifElse, literal, not, raise, select, share, TRUE, valid, value } from '../ir/build.ts'
import { type Ir, isOption } from '../ir/nodes.ts'
import type { Frame, SortKey, WindowCall } from '../plan/nodes.ts'
import type { SqlType } from '../layout/types.ts'
import { unify } from './lowering.ts'
import { relate } from './relate.ts'
import type { Column, Row, StageContext } from './stage.ts'
import { invalidBound, offsetOf } from './window-frames.ts'
import { offsetIr, type Piece, type Place } from './window-lower.ts'
import { elementAt } from './window-rows.ts'

/** What is kept of one bound: a number of rows or groups; or the value where it is, and the order key beside it. */
interface KeptBound {
  readonly read: (row: string) => Ir
  readonly key?: { readonly field: number; readonly type: Ir['type']; readonly of: SqlType; readonly order: SortKey }
}
export interface KeptBounds {
  readonly start?: KeptBound | undefined
  readonly end?: KeptBound | undefined
}
interface Keeping {
  readonly row: Row
  add(ir: Ir): number
}

export const keepBounds = ({ frame }: WindowCall, orders: readonly SortKey[], kept: Keeping, cx: StageContext): KeptBounds => {
  if (!frame) return {}
  const keep = (ir: Ir) => {
    const index = kept.add(ir)
    return (row: string): Ir => ({ ir: 'field', type: ir.type, row, index })
  }
  const bound = (side: 'start' | 'end'): KeptBound | undefined => {
    const at = offsetOf(frame[side])
    if (!at) return undefined
    if (frame.unit !== 'range') {
      const number = (c: Column): Ir => share(c.ir, (x) => (isOption(x.type) ? select(valid(x), offsetIr(value(x)), literal('i64', 0n)) : offsetIr(x)))
      if (at.expr === 'literal') {
        const ir = number(cx.lower(at, { columns: [], bound: 0n }))
        return { read: () => ir }
      }
      return { read: keep(number(cx.lower(at, kept.row))) }
    }
    const order = orders[0] as SortKey
    const key = cx.lower(order.expr, kept.row)
    const { irs } = unify([key, { ...cx.lower(at, kept.row), type: key.type }])
    const field = kept.add(irs[0] as Ir)
    return { read: keep(irs[1] as Ir), key: { field, type: (irs[0] as Ir).type, of: key.type, order } }
  }
  return { start: bound('start'), end: bound('end') }
}

export interface Bounds {
  readonly row: string
  readonly sink: number
  readonly place: Place
  /** Gives a value a name, so that it is evaluated once a row. */
  readonly named: (ir: Ir) => Ir
}

const plus = (a: Ir, b: Ir): Ir => binary('+', a, b)

/** The pieces of the row's frame. */
export const boundsOf = (kept: KeptBounds, frame: Frame, sorted: Bounds, cx: StageContext): readonly Piece[] => {
  const { place, named } = sorted
  const [first, last] = place.partition
  const side = (of: 'start' | 'end'): Ir => named(binary('min', binary('max', boundOf(kept[of], frame, of, sorted, cx), first), last))
  const from = side('start')
  const to = side('end')
  const before = (p: Ir): Piece => [from, named(binary('min', to, p))]
  const behind = (p: Ir): Piece => [named(binary('max', from, p)), to]
  const next = plus(place.row, i32(1))
  if (!frame.exclude) return [[from, to]]
  switch (frame.exclude) {
    case 'current_row':
      return [before(place.row), behind(next)]
    case 'group':
      return [before(place.peers[0]), behind(place.peers[1])]
    case 'ties':
      return [before(place.peers[0]), [named(binary('max', from, place.row)), named(binary('min', to, next))], behind(place.peers[1])]
  }
}

/** The first position of the frame, or the one behind its last; it may lie outside the partition. */
const boundOf = (kept: KeptBound | undefined, frame: Frame, side: 'start' | 'end', { row, sink, place, named }: Bounds, cx: StageContext): Ir => {
  const { bound } = frame[side]
  const after = side === 'end' ? 1 : 0
  if (bound === 'unbounded_preceding') return place.partition[0]
  if (bound === 'unbounded_following') return place.partition[1]
  const peer = place.peers[after] as Ir
  if (!kept) return frame.unit === 'rows' ? plus(place.row, i32(after)) : peer
  const sign = bound === 'following' ? '+' : '-'
  const failed = () => cx.site('RAISED', invalidBound(frame.unit, bound))
  if (frame.unit === 'rows') {
    const at = plus(binary(sign, cast('i64', place.row), kept.read(row)), literal('i64', BigInt(after)))
    return cast('i32', binary('max', binary('min', at, cast('i64', place.partition[1])), cast('i64', place.partition[0])))
  }
  if (frame.unit === 'groups') {
    const offset = named(kept.read(row))
    const group = named(plus(binary(sign, cast('i64', place.group), offset), literal('i64', BigInt(after))))
    const index = groupField(place)
    const found = search(place, (at) => binary('<', cast('i64', elementAt(sink, 'i32', at, index)), group))
    return ifElse(binary('<', offset, literal('i64', 0n)), raise('i32', 'RAISED', failed()), found)
  }
  const { field, type, of, order } = kept.key as NonNullable<KeptBound['key']>
  const at = named(kept.read(row))
  const own = (ir: Ir): Column => ({ ir, type: of })
  const before = (a: Ir, b: Ir): Ir => relate(order.descending ? '>' : '<', own(a), own(b))
  const found = search(place, (position) => {
    const key = elementAt(sink, type, position, field)
    return share(key, (k) => {
      const test = after ? not(before(value(at), value(k))) : before(value(k), value(at))
      return isOption(k.type) ? ifElse(valid(k), test, order.nullsFirst ? TRUE : not(TRUE)) : test
    })
  })
  const current: Ir = { ir: 'field', type, row, index: field }
  const wrong = both(valid(current), bound === 'preceding' ? before(value(current), value(at)) : before(value(at), value(current)))
  const checked = ifElse(wrong, raise('i32', 'RAISED', failed()), found)
  return isOption(at.type) ? ifElse(valid(at), checked, peer) : checked
}

const groupField = ({ group }: Place): number => (group as Extract<Ir, { ir: 'field' }>).index

/** The first position of the partition for which `before` is false, which it is for all behind it. */
const search = ({ partition }: Place, before: (position: Ir) => Ir): Ir => {
  const [low, high] = [fresh('lo'), fresh('hi')]
  const [l, h]: readonly [Ir, Ir] = [{ ir: 'ident', type: 'i32', name: low }, { ir: 'ident', type: 'i32', name: high }]
  const middle = binary('+', l, binary('>>u', binary('-', h, l), i32(1)))
  const passes = (then: (middle: Ir) => Ir, otherwise: (middle: Ir) => Ir): Ir => share(middle, (m) => ifElse(before(m), then(m), otherwise(m)))
  return {
    ir: 'loop', type: 'i32', index: fresh('i'), count: i32(-1), state: [{ name: low, init: partition[0] }, { name: high, init: partition[1] }],
    while: binary('<', l, h), update: [passes((m) => plus(m, i32(1)), () => l), passes(() => h, (m) => m)], result: l,
  }
}
