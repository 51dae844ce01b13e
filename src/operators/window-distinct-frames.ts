/**
 * DISTINCT over frames that begin anywhere: the frame's rows are gone over, and those count whose value is not in the frame before
 * them. Each row has where in its partition its value came last before it (window-distinct.ts); from there a chain leads back,
 * over the rows that EXCLUDE leaves out, to one in the frame or to before it.
 *
 *   x            a  b  a  a  b        frame of the last row: all but the third; the fourth row's
 *   came last    —  —  1  3  2        chain 3, 1 ends in the frame: it does not count
 */
import { binary, both, cast, either, fresh, i32, ifElse, not, TRUE, valid, value } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import type { Refusal } from '../errors.ts'
import type { WindowCall } from '../plan/nodes.ts'
import { takenRows } from './aggregate-states.ts'
import type { AggregateDef } from './aggregates.ts'
import { planType } from './lower-expression.ts'
import { isRefusal } from './registry.ts'
import type { Column, StageContext } from './stage.ts'
import type { Kept } from './window-kept.ts'
import type { Piece, Place } from './window-lower.ts'
import { entering, valueAt } from './window-rows.ts'

type Read = ReturnType<Kept['expr']>
type Ident = Extract<Ir, { ir: 'ident' }>

interface Sorted {
  readonly row: string
  readonly sink: number
  readonly place: Place
  readonly bound: bigint
}

/** An aggregate over the values of a frame, each once; `previous`: from 1, the position that the value came last at. */
export const overOnce = (def: AggregateDef, call: WindowCall, args: readonly Read[], previous: Read, pieces: readonly Piece[], { row, sink, place, bound }: Sorted, cx: StageContext): Column | Refusal => {
  const ident = (type: Ir['type'], name: string): Ident => ({ ir: 'ident', type, name: fresh(name) })
  const at = ident('i32', 'p')
  const readAt = (arg: Read, position: Ir): Column => valueAt(arg, row, sink, position, TRUE, undefined, cx)
  const given = args.map((a) => readAt(a, at))
  const lowering = def.lower?.(given, { type: planType(call.type), argTypes: given.map((a) => a.type), flags: {}, bound, everySeen: false, grouped: false }, cx)
  if (!lowering || isRefusal(lowering)) return lowering ?? { code: 'FUNCTION', node: call.fn, reason: `the aggregate ${call.fn} has no native form` }
  const [first] = pieces as readonly [Piece]
  const lastEnd = (pieces.at(-1) as Piece)[1]
  /** The position before, or one before all. */
  const before = (position: Ir): Ir => {
    const { ir } = readAt(previous, position)
    return ifElse(valid(ir), binary('+', cast('i32', value(ir)), binary('-', place.partition[0], i32(1))), i32(-1))
  }
  const earlier = ident('i32', 'q')
  const inside = pieces.map(([from, to]) => both(binary('>=', earlier, from), binary('<', earlier, to))).reduce(either)
  const chain: Ir = pieces.length === 1 ? before(at) : {
    ir: 'loop', type: 'i32', index: fresh('i'), count: i32(-1), state: [{ name: earlier.name, init: before(at) }],
    while: both(binary('>=', earlier, first[0]), not(inside)), update: [before(earlier)], result: earlier,
  }
  const state = lowering.state.map((s) => ident(s.type, 'a'))
  const update = lowering.update(state, given.map((a) => (def.nulls === 'pass' ? a.ir : value(a.ir))), takenRows(given, binary('<', chain, first[0])))
  const finished = lowering.finish(state)
  const entered = entering(pieces)
  const ir: Ir = {
    ir: 'loop', type: finished.ir.type, index: fresh('i'), count: i32(-1),
    state: [{ name: at.name, init: entered(first[0]) }, ...state.map((s, i) => ({ name: s.name, init: (lowering.state[i] as { init: Ir }).init }))],
    while: binary('<', at, lastEnd), update: [entered(binary('+', at, i32(1))), ...update], result: finished.ir,
  }
  return { ...finished, ir }
}
