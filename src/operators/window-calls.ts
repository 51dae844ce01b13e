/**
 * How each call of a window is evaluated: as a function over the sorted rows, as states that a framer writes into them, or, where a
 * DISTINCT is over any frame, along a chain of equal values. What it reads is kept by the sorter.
 */
import { TRUE, value } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { STATE_ROW } from '../ir/program.ts'
import type { Expr, WindowCall } from '../plan/nodes.ts'
import { type AggregateLowering, takenRows } from './aggregate-states.ts'
import { type AggregateDef, AGGREGATES } from './aggregates.ts'
import { carried } from './carried.ts'
import { lowerFirstKnown, lowerLastKnown } from './kept-states.ts'
import { holds, planType } from './lower-expression.ts'
import { isRefusal } from './registry.ts'
import type { Column, NodeOf, StageContext } from './stage.ts'
import { keepBounds, type KeptBounds } from './window-bounds.ts'
import { type Growth, growthOf } from './window-frames.ts'
import type { Kept } from './window-kept.ts'
import { windowFunction } from './windows.ts'

/** The states of an aggregate: which framer they are in, and where. */
export interface Framed {
  readonly lowering: AggregateLowering
  readonly updates: readonly Ir[]
  readonly growth: Growth | 'blocks'
  readonly at: number
}

export interface Call {
  readonly call: WindowCall
  readonly args: readonly ReturnType<Kept['expr']>[]
  readonly bounds: KeptBounds
  readonly framed: Framed | undefined
  /** Of a DISTINCT over any frame: where the value came last. */
  readonly once?: { readonly def: AggregateDef; readonly previous: ReturnType<Kept['expr']> } | undefined
}

export interface Framer {
  readonly row: string
  readonly state: AggregateLowering[]
  first: number
}

/** Of IGNORE NULLS: whether values are found by their number, and not only the next one or the ends of a frame. */
export const isNumbered = ({ fn, args, ignoreNulls }: WindowCall): boolean => {
  const [, offset, ...otherwise] = args
  const isOne = offset === undefined || (offset.expr === 'literal' && offset.value !== null && Number(offset.value) === 1)
  return ignoreNulls === true && (fn === 'nth_value' || ((fn === 'lag' || fn === 'lead') && !(isOne && otherwise.length === 0)))
}

/** Decides how a call is evaluated, and keeps what it reads. */
export const keepCall = (call: WindowCall, previous: Expr | undefined, { orders }: NodeOf<'window'>, kept: Kept, framers: Map<Framed['growth'], Framer>, cx: StageContext): Call => {
  const args = call.args.map((a) => kept.expr(a))
  const bounds = keepBounds(call, orders, kept, cx)
  const def = windowFunction(call.fn)
  const isShift = call.fn === 'lag' || call.fn === 'lead'
  const made = (growth: Framed['growth'], filter: (row: string) => Ir, lower: AggregateDef['lower'], passed = false): Framed | undefined => {
    const framer = framers.get(growth) ?? { row: cx.rowName(), state: [], first: 0 }
    framers.set(growth, framer)
    const read = args.map((a) => a.read(framer.row))
    const given = def ? read.slice(0, 1).map((c): Column => ({ ...c, ir: carried(c) })) : read
    const taken = takenRows(passed ? [] : given, filter(framer.row))
    const site = { type: planType(call.type), argTypes: given.map((a) => a.type), flags: {}, bound: kept.row.bound, everySeen: growth !== 'blocks' && taken === TRUE, grouped: false }
    const lowering = lower?.(given, site, cx)
    if (!lowering || isRefusal(lowering)) {
      cx.refuse(lowering ?? { code: 'FUNCTION', node: call.fn, reason: `the aggregate ${call.fn} has no native form` })
      return undefined
    }
    const at = framer.state.reduce((n, l) => n + l.state.length, 0)
    framer.state.push(lowering)
    const state = lowering.state.map((s, i): Ir => ({ ir: 'field', type: s.type, row: STATE_ROW, index: at + i }))
    const updates = lowering.update(state, given.map((a) => (passed ? a.ir : value(a.ir))), taken)
    framer.state[framer.state.length - 1] = { ...lowering, update: () => updates }
    return { lowering, updates, growth, at }
  }
  const always = (): Ir => TRUE
  if (def) {
    if (!call.ignoreNulls) return { call, args, bounds, framed: undefined }
    if (isNumbered(call)) return { call, args, bounds, framed: made('row', always, AGGREGATES.count.lower) }
    const growth = isShift ? 'blocks' : (growthOf(call.frame) ?? 'blocks')
    return { call, args, bounds, framed: made(growth, always, call.fn === 'first_value' || call.fn === 'lead' ? lowerFirstKnown : lowerLastKnown) }
  }
  const aggregate = (AGGREGATES as Record<string, AggregateDef>)[call.fn]
  if (!aggregate) {
    cx.refuse({ code: 'FUNCTION', node: call.fn, reason: `the function ${call.fn} is not known` })
    return { call, args, bounds, framed: undefined }
  }
  if (call.distinct && !aggregate.duplicates) cx.refuse({ code: 'FUNCTION', node: call.fn, reason: `${call.fn}(DISTINCT …) over a window takes one argument` })
  const typed = aggregate.type(args.map((a) => a.column.type), planType(call.type))
  if (typed !== true) cx.refuse(typed)
  if (previous) return { call, args, bounds, framed: undefined, once: { def: aggregate, previous: kept.expr(previous) } }
  const filter = call.filter && kept.add(holds(cx.lower(call.filter, kept.row).ir))
  const passes = (row: string): Ir => (filter === undefined ? TRUE : { ir: 'field', type: 'bool', row, index: filter })
  return { call, args, bounds, framed: made(growthOf(call.frame) ?? 'blocks', passes, aggregate.lower, aggregate.nulls === 'pass') }
}
