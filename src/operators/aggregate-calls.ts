/** The aggregates of one node as one state: where each has its fields, and what a row, or a worker's state, does to all of them. */
import { TRUE, value } from '../ir/build.ts'
import { type Ir, type IrType, isOption, type Scalar, scalarOf } from '../ir/nodes.ts'
import { type DenseKey, LEFT_STATE, RIGHT_STATE, STATE_ROW, type StateField } from '../ir/program.ts'
import type { AggregateCall, PlanNode } from '../plan/nodes.ts'
import { AGGREGATES, type AggregateDef } from './aggregates.ts'
import { type AggregateLowering, type AggregateSite, takenRows } from './aggregate-states.ts'
import { carried } from './carried.ts'
import { holds, planType } from './lower-expression.ts'
import { isRefusal } from './registry.ts'
import type { Column, Row, StageContext } from './stage.ts'

/** Positions up to which states are an array over the keys' ranges, however few the rows: it stays within the cache. */
export const DENSE_LIMIT = 1n << 16n
/**
 * A larger array may have this many positions a row that is expected: clearing and reading it then costs less than a hash table
 * does, whose entries alone are 16 bytes or more a group, at random places.
 */
const POSITIONS_PER_ROW = 2n
/** Groups of a worker's table by hash: with its directory it shall stay within a core's cache. */
const LOCAL_GROUPS = 30 * 1024
/** Bytes beside each state: its byte in the map, and its address where it has a group. */
const POSITION_BYTES = 5
const WIDTHS: Record<Scalar, number> = { i128: 16, i64: 8, f64: 8, str: 8, vec: 8, i32: 4, f32: 4, bool: 1 }

interface Call {
  readonly lowering: AggregateLowering
  readonly args: readonly Ir[]
  readonly taken: Ir
  /** First of its fields in the state. */
  readonly first: number
}

export interface Calls {
  readonly state: readonly StateField[]
  /** By one row. */
  readonly updates: readonly Ir[]
  /** Of the states `a` and `b`. */
  readonly combine: readonly Ir[]
  /** `a` is the state that is merged into, `b` the tuple `row`, whose states begin at the field `from`. */
  readonly combineRow: (row: string, from: number) => readonly Ir[]
  /** The state as it is. */
  readonly unchanged: readonly Ir[]
  /** Results, of a tuple's fields from `from` on; NULL where nobody wants one. */
  readonly results: (field: (type: IrType, index: number) => Ir, from: number) => readonly Column[]
}

/** What is known of a node's states: each sees a row; there is one for each group. */
type States = Pick<AggregateSite, 'everySeen' | 'grouped'>

export const lowerCalls = (aggregates: readonly AggregateCall[], wanted: (index: number) => boolean, row: Row, states: States, cx: StageContext): Calls => {
  let count = 0
  const calls = aggregates.map((call, i) => {
    const lowered = wanted(i) ? lowerAggregate(call, row, states, count, cx) : undefined
    count += lowered?.lowering.state.length ?? 0
    return lowered
  })
  const live = calls.filter((c) => c !== undefined)
  const fields = (name: string, { lowering, first }: Call, from = 0) => lowering.state.map((s, i): Ir => ({ ir: 'field', type: s.type, row: name, index: from + first + i }))
  return {
    state: live.flatMap((c) => c.lowering.state),
    updates: live.flatMap((c) => c.lowering.update(fields(STATE_ROW, c), c.args, c.taken)),
    combine: live.flatMap((c) => c.lowering.combine(fields(LEFT_STATE, c), fields(RIGHT_STATE, c))),
    combineRow: (name, from) => live.flatMap((c) => c.lowering.combine(fields(STATE_ROW, c), fields(name, c, from))),
    unchanged: live.flatMap((c) => fields(STATE_ROW, c)),
    results: (field, from) =>
      aggregates.map(({ type }, i) => {
        const c = calls[i]
        if (!c) return cx.lower({ expr: 'literal', value: null, type }, { columns: [], bound: 0n })
        return c.lowering.finish(c.lowering.state.map((s, k) => field(s.type, from + c.first + k)))
      }),
  }
}

const lowerAggregate = (call: AggregateCall, row: Row, { everySeen, grouped }: States, first: number, cx: StageContext): Call | undefined => {
  const def = (AGGREGATES as Record<string, AggregateDef>)[call.fn]
  const type = planType(call.type)
  const args = call.args.map((a) => cx.lower(a, row))
  if (!def?.lower) {
    cx.refuse({ code: 'FUNCTION', node: call.fn, reason: def ? `the aggregate ${call.fn} has no native form` : `the aggregate ${call.fn} is not known` })
    return undefined
  }
  const typed = def.type(args.map((a) => a.type), type)
  if (typed !== true) {
    cx.refuse(typed)
    return undefined
  }
  const filter = call.filter ? holds(cx.lower(call.filter, row).ir) : TRUE
  const passed = def.nulls === 'pass'
  const taken = passed ? filter : takenRows(args, filter)
  const site = { type, argTypes: args.map((a) => a.type), flags: {}, bound: row.bound, everySeen: everySeen && taken === TRUE, grouped }
  const lowering = def.lower(args, site, cx)
  if (isRefusal(lowering)) {
    cx.refuse(lowering)
    return undefined
  }
  return { lowering, args: args.map((a) => (passed ? a.ir : value(a.ir))), taken, first }
}

export interface Directory {
  readonly dense: readonly DenseKey[] | undefined
  readonly local?: number
  /** No more groups than this. */
  readonly bound: bigint
}

/** How the groups of a node's input are found: by position where the keys' ranges are small, or not large beside the rows. */
export const directoryOf = (keys: readonly Column[], state: readonly StateField[], rowBound: bigint, input: PlanNode, cx: StageContext): Directory => {
  const bytes = POSITION_BYTES + ((state.reduce((n, { type }) => n + WIDTHS[scalarOf(type)] + (isOption(type) ? 1 : 0), 0) + 7) & ~7)
  const expected = () => min(rowBound, BigInt(Math.ceil(cx.builds.cardinalities.of(input).rows)))
  const dense = denseKeys(keys, (entries) => entries <= DENSE_LIMIT || (entries <= POSITIONS_PER_ROW * expected() && entries * BigInt(bytes) <= cx.arrayBytes))
  const bound = dense ? min(rowBound, dense.reduce((n, d) => n * BigInt(d.extent), 1n)) : rowBound
  return { dense, bound, ...(dense || bound <= BigInt(LOCAL_GROUPS) ? {} : { local: LOCAL_GROUPS }) }
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)

const denseKeys = (groups: readonly Column[], fits: (entries: bigint) => boolean): readonly DenseKey[] | undefined => {
  const keys: DenseKey[] = []
  let entries = 1n
  for (const g of groups) {
    const ir = carried(g)
    const range = g.codes ? { min: 0n, max: BigInt(g.codes.dictionary.size) - 1n } : g.type.kind === 'bool' ? { min: 0n, max: 1n } : g.range
    const scalar = scalarOf(ir.type)
    if (!range || (scalar !== 'i32' && scalar !== 'i64' && scalar !== 'bool')) return undefined
    const extent = range.max - range.min + 1n + (isOption(ir.type) ? 1n : 0n)
    entries *= extent < 1n ? 1n : extent
    if (!fits(entries)) return undefined
    keys.push({ min: range.min, extent: Number(extent < 1n ? 1n : extent) })
  }
  return keys.length ? keys : undefined
}
