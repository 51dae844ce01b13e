/**
 * aggregate: grouped (dictmerger) or not (merger). Two pipelines: the rows into states, and the states to result rows.
 * Where the keys' ranges are small, by statistics or dictionaries, or not large beside the rows, states are an array by position.
 */
import { TRUE, value } from '../../ir/build.ts'
import { type Ir, type IrType, isOption, type Scalar, scalarOf } from '../../ir/nodes.ts'
import { type DenseKey, LEFT_STATE, RIGHT_STATE, sinkOf, STATE_ROW } from '../../ir/program.ts'
import type { AggregateCall } from '../../plan/nodes.ts'
import { AGGREGATES, type AggregateDef } from '../aggregates.ts'
import { type AggregateLowering, noDistinct, takenRows } from '../aggregate-states.ts'
import { carried, restored } from '../carried.ts'
import { groupKey } from '../group-key.ts'
import { holds, planType } from '../lower-expression.ts'
import { columnsOf } from '../references.ts'
import { isRefusal } from '../registry.ts'
import type { Column, NodeOf, OperatorDef, Row, StageContext } from '../stage.ts'

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

export const aggregate: OperatorDef<NodeOf<'aggregate'>> = {
  produce: (node, needed, consume, cx) => {
    const grouped = node.groups.length > 0
    const calls = node.aggregates.map((call, i) => ({ call, wanted: needed.has(node.groups.length + i) }))
    const read = columnsOf([...node.groups, ...calls.filter((c) => c.wanted).flatMap(({ call }) => [...call.args, call.filter])])
    let groups: readonly Column[] = []
    let lowered: readonly (Call | undefined)[] = []
    let bound = 1n
    cx.produce(node.input, read, (row) => {
      groups = node.groups.map((g) => groupKey(cx.lower(g, row)))
      let first = 0
      lowered = calls.map(({ call, wanted }) => {
        if (!wanted) return undefined
        const result = lowerAggregate(call, row, grouped, first, cx)
        if (result) first += result.lowering.state.length
        return result
      })
      const live = lowered.filter((c) => c !== undefined)
      const state = live.flatMap((c) => c.lowering.state)
      const fields = (name: string, c: Call) => c.lowering.state.map((s, i): Ir => ({ ir: 'field', type: s.type, row: name, index: c.first + i }))
      const updates = live.flatMap((c) => c.lowering.update(fields(STATE_ROW, c), c.args, c.taken))
      const combine = live.flatMap((c) => c.lowering.combine(fields(LEFT_STATE, c), fields(RIGHT_STATE, c)))
      const keys = groups.map(carried)
      const bytes = POSITION_BYTES + ((state.reduce((n, { type }) => n + WIDTHS[scalarOf(type)] + (isOption(type) ? 1 : 0), 0) + 7) & ~7)
      const expected = () => min(row.bound, BigInt(Math.ceil(cx.builds.cardinalities.of(node.input).rows)))
      const dense = denseKeys(groups, (entries) => entries <= DENSE_LIMIT || (entries <= POSITIONS_PER_ROW * expected() && entries * BigInt(bytes) <= cx.arrayBytes))
      bound = grouped ? min(row.bound, dense ? dense.reduce((n, d) => n * BigInt(d.extent), 1n) : row.bound) : 1n
      return {
        body: { body: 'merge', key: keys, values: updates },
        builder: grouped
          ? { builder: 'dictmerger', key: keys.map((k) => k.type), state, combine, dense, ...(dense || bound <= BigInt(LOCAL_GROUPS) ? {} : { local: LOCAL_GROUPS }) }
          : { builder: 'merger', state, combine },
        operators: [grouped ? 'aggregate' : 'aggregate (one row)'],
      }
    })
    // A join below records its build pipelines first; this one is the last.
    const sink = sinkOf(cx.pipelines, cx.pipelines.length - 1)
    const row = cx.rowName()
    const field = (type: IrType, index: number): Ir => ({ ir: 'field', type, row, index })
    const keys = groups.map((g, i) => restored(g, field(carried(g).type, i), cx))
    const results = node.aggregates.map((call, i): Column => {
      const c = lowered[i]
      if (!c) return cx.lower({ expr: 'literal', value: null, type: call.type }, { columns: [], bound: 0n })
      return c.lowering.finish(c.lowering.state.map((s, k) => field(s.type, groups.length + c.first + k)))
    })
    const rest = consume({ columns: [...keys, ...results], bound })
    cx.pipelines.push({ operators: ['groups', ...rest.operators], source: { source: 'tuples', sink }, row, builder: rest.builder, body: rest.body })
  },
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)

const lowerAggregate = (call: AggregateCall, row: Row, grouped: boolean, first: number, cx: StageContext): Call | undefined => {
  const def = (AGGREGATES as Record<string, AggregateDef>)[call.fn]
  const type = planType(call.type)
  const args = call.args.map((a) => cx.lower(a, row))
  if (!def?.lower) {
    cx.refuse({ code: 'FUNCTION', node: call.fn, reason: def ? `the aggregate ${call.fn} has no native form` : `the aggregate ${call.fn} is not known` })
    return undefined
  }
  // DISTINCT changes nothing for the least, the greatest and any.
  if (call.distinct && !def.duplicates) {
    cx.refuse(noDistinct(call.fn))
    return undefined
  }
  const typed = def.type(args.map((a) => a.type), type)
  if (typed !== true) {
    cx.refuse(typed)
    return undefined
  }
  const filter = call.filter ? holds(cx.lower(call.filter, row).ir) : TRUE
  const taken = takenRows(args, filter)
  const site = { type, argTypes: args.map((a) => a.type), flags: {}, bound: row.bound, everySeen: grouped && taken === TRUE }
  const lowering = def.lower(args, site, cx)
  if (isRefusal(lowering)) {
    cx.refuse(lowering)
    return undefined
  }
  return { lowering, args: args.map((a) => value(a.ir)), taken, first }
}

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
