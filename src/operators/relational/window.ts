/**
 * window: rows into a sorter, by partitions and orders; then aggregates over the sorted rows into fields of theirs (framer); then
 * out again in order, with ranks, other rows' values and aggregates' results.
 *
 * An aggregate over a frame that begins with its partition is one state that goes over the rows. Of other frames each row has a
 * state of its own, and blocks of 16, 256, … rows have theirs, of which a frame is put together (window-frames.ts).
 */
import { fresh, i32, none, TRUE, value, zero } from '../../ir/build.ts'
import { type Ir, type IrType, isOption, scalarOf } from '../../ir/nodes.ts'
import { type Body, type Builder, sinkOf, type SortField, STATE_ROW, LEFT_STATE, RIGHT_STATE } from '../../ir/program.ts'
import type { Expr, WindowCall } from '../../plan/nodes.ts'
import { AGGREGATES, type AggregateDef } from '../aggregates.ts'
import { type AggregateLowering, takenRows } from '../aggregate-states.ts'
import { carried, restored } from '../carried.ts'
import { frameOf, type Growth, growthOf } from '../window-frames.ts'
import { groupKey } from '../group-key.ts'
import { holds, planType } from '../lower-expression.ts'
import { lowerFirstKnown, lowerLastKnown } from '../kept-states.ts'
import { columnsOf, widthOf, windowExprs } from '../references.ts'
import { isRefusal } from '../registry.ts'
import type { Column, Consume, NodeOf, OperatorDef, StageContext } from '../stage.ts'
import { type WindowSite, windowFunction } from '../windows.ts'
import { type Bounds, boundsOf, type KeptBounds, keepBounds } from '../window-bounds.ts'
import { marked } from '../window-distinct.ts'
import { overOnce } from '../window-distinct-frames.ts'
import { EMPTY, Kept } from '../window-kept.ts'
import { elementAt, folded, valueAt } from '../window-rows.ts'
import type { Piece, Place } from '../window-lower.ts'
import { sortField } from './sort.ts'

/** The states of an aggregate: which framer they are in, and where. */
interface Framed {
  readonly lowering: AggregateLowering
  readonly updates: readonly Ir[]
  readonly growth: Growth | 'blocks'
  readonly at: number
}

interface Call {
  readonly call: WindowCall
  readonly args: readonly ReturnType<Kept['expr']>[]
  readonly bounds: KeptBounds
  readonly framed: Framed | undefined
  /** Of a DISTINCT over any frame: where the value came last. */
  readonly once?: { readonly def: AggregateDef; readonly previous: ReturnType<Kept['expr']> } | undefined
}

interface Framer {
  readonly row: string
  readonly state: AggregateLowering[]
  first: number
}

export const window: OperatorDef<NodeOf<'window'>> = {
  produce: (node, needed, consume, cx) => {
    const once = marked(node)
    if (!once) return produceWindow(node, new Map(), needed, consume, cx)
    const width = widthOf(node.input)
    const moved = new Set([...needed].map((i) => (i < width ? i : i + once.more)))
    return produceWindow(once.node, once.previous, moved, (row) => consume({ ...row, columns: [...row.columns.slice(0, width), ...row.columns.slice(width + once.more)] }), cx)
  },
}

const produceWindow = (node: NodeOf<'window'>, previous: ReadonlyMap<number, Expr>, needed: ReadonlySet<number>, consume: Consume, cx: StageContext): void => {
  const width = widthOf(node.input)
  const wanted = node.functions.map((f, i) => ({ f, i })).filter(({ i }) => needed.has(width + i))
  const columns = [...needed].filter((i) => i < width).sort((a, b) => a - b)
  const framers = new Map<Framed['growth'], Framer>()
  let kept: Kept | undefined
  let calls: readonly { readonly i: number; readonly call: Call }[] = []
  const read = columnsOf([...node.partitions, ...node.orders.map((k) => k.expr), ...wanted.flatMap(({ f, i }) => [...windowExprs(f), previous.get(i)])], new Set(columns))
  cx.produce(node.input, read, (row) => {
    kept = new Kept(row, columns, cx)
    framers.clear()
    const own = kept
    calls = wanted.map(({ f, i }) => ({ i, call: keepCall(f, previous.get(i), node, own, framers, cx) }))
    for (const [growth, framer] of framers) {
      const types = framer.state.flatMap((l) => l.state.map((s) => s.type))
      framer.first = own.fields.length
      for (let copies = growth === 'blocks' ? 2 : 1; copies > 0; copies--) own.fields.push(...types.map((t) => (isOption(t) ? none(scalarOf(t)) : zero(scalarOf(t)))))
    }
    own.fields.push(i32(0), i32(0))
    const keys = [...node.partitions.map((e) => partitionKey(groupKey(cx.lower(e, row)))), ...node.orders.map((k) => sortField(k, cx.lower(k.expr, row)))]
    if (keys.length === 0) keys.push({ value: i32(0), descending: false, nullsFirst: false, bias: 0n, bytes: 1 })
    return {
      body: { body: 'merge', key: keys.map((k) => k.value), values: own.fields },
      builder: { builder: 'sorter', fields: own.fields.map((f) => f.type), keys: keys.map(({ value: _, ...k }) => k), keyTypes: keys.map((k) => k.value.type), top: false, window: node.partitions.length },
      operators: ['window'],
    }
  })
  const { fields, row: input } = kept as unknown as Kept
  const tuple = fields.map((f) => f.type)
  const sink = sinkOf(cx.pipelines, cx.pipelines.length - 1)
  for (const [growth, framer] of framers) produceFramer(growth, framer, sink, tuple, cx)
  const row = cx.rowName()
  const place = placeOf(row, tuple.length)
  const lets: { name: string; value: Ir }[] = []
  const named = (ir: Ir): Ir => {
    const name = fresh('w')
    lets.push({ name, value: ir })
    return { ir: 'ident', type: ir.type, name }
  }
  const outputs = input.columns.map((column, i): Column => {
    const position = columns.indexOf(i)
    return position < 0 ? column : restored(column, { ir: 'field', type: carried(column).type, row, index: position }, cx)
  })
  const results = node.functions.map((f, i): Column => {
    const known = calls.find((c) => c.i === i)
    return known ? resultOf(known.call, { row, sink, place, framers, bound: input.bound, named }, cx) : cx.lower({ expr: 'literal', value: null, type: f.type }, EMPTY)
  })
  const rest = consume({ columns: [...outputs, ...results], bound: input.bound })
  const body = lets.reduceRight((next: Body, l): Body => ({ body: 'let', ...l, next }), rest.body)
  cx.pipelines.push({ operators: ['rows in order', ...rest.operators], source: { source: 'tuples', sink }, row, builder: rest.builder, body })
}

/** Any order will do that keeps equal keys together: a dictionary's is that of its codes. */
const partitionKey = (column: Column): SortField => {
  if (!column.codes) return sortField({ expr: { expr: 'literal', value: null, type: 'null' }, descending: false, nullsFirst: false }, column)
  const bytes = Math.max(1, Math.ceil(column.codes.dictionary.size.toString(2).length / 8))
  return { value: column.codes.ir, descending: false, nullsFirst: false, bias: 0n, bytes }
}

const placeOf = (row: string, fields: number): Place => {
  const at = (index: number): Ir => ({ ir: 'field', type: 'i32', row, index: fields + index })
  return { row: at(-2), group: at(-1), partition: [at(0), at(1)], peers: [at(2), at(3)] }
}

/** Of IGNORE NULLS: whether values are found by their number, and not only the next one or the ends of a frame. */
const isNumbered = ({ fn, args, ignoreNulls }: WindowCall): boolean => {
  const [, offset, ...otherwise] = args
  const isOne = offset === undefined || (offset.expr === 'literal' && offset.value !== null && Number(offset.value) === 1)
  return ignoreNulls === true && (fn === 'nth_value' || ((fn === 'lag' || fn === 'lead') && !(isOne && otherwise.length === 0)))
}

/** Decides how a call is evaluated, and keeps what it reads. */
const keepCall = (call: WindowCall, previous: Expr | undefined, { orders }: NodeOf<'window'>, kept: Kept, framers: Map<Framed['growth'], Framer>, cx: StageContext): Call => {
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
    const site = { type: planType(call.type), argTypes: given.map((a) => a.type), flags: {}, bound: kept.row.bound, everySeen: growth !== 'blocks' && taken === TRUE }
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

/** The pipeline that writes the states of aggregates over the same frames into the sorted rows. */
const produceFramer = (growth: Framed['growth'], { row, state, first }: Framer, sink: number, tuple: readonly IrType[], cx: StageContext): void => {
  const { row: position, partition, peers } = placeOf(row, tuple.length)
  const next: Ir = { ir: 'binary', type: 'i32', op: '+', left: position, right: i32(1) }
  const keys = { row: [position, partition[0], position, next], peers: [position, partition[0], ...peers], partition: [position, partition[0], ...partition], blocks: [position, position, position, next] }
  const count = state.reduce((n, l) => n + l.state.length, 0)
  let at = 0
  const combine = state.flatMap((l) => {
    const fields = (name: string) => l.state.map((s, i): Ir => ({ ir: 'field', type: s.type, row: name, index: at + i }))
    const made = l.combine(fields(LEFT_STATE), fields(RIGHT_STATE))
    at += l.state.length
    return made
  })
  const builder: Builder = { builder: 'framer', sink, tuple, first, ...(growth === 'blocks' ? { nodes: first + count } : {}), state: state.flatMap((l) => l.state), combine }
  cx.pipelines.push({ operators: ['rows in order', growth === 'blocks' ? 'blocks of rows' : 'running states'], source: { source: 'tuples', sink }, row, builder, body: { body: 'merge', key: keys[growth], values: state.flatMap((l) => l.update([], [], TRUE)) } })
}

interface Sorted {
  readonly row: string
  readonly sink: number
  readonly place: Place
  readonly framers: ReadonlyMap<Framed['growth'], Framer>
  readonly bound: bigint
  readonly named: (ir: Ir) => Ir
}

const resultOf = ({ call, args, bounds, framed, once }: Call, sorted: Sorted, cx: StageContext): Column => {
  const { row, sink, place, framers, bound, named } = sorted
  let frame: readonly Piece[] | undefined
  const pieces = (): readonly Piece[] => (frame ??= boundsOf(bounds, frameOf(call), { row, sink, place, named } satisfies Bounds, cx))
  const states = (f: Framed, given?: readonly Piece[]): Column => {
    const { first, state } = framers.get(f.growth) as Framer
    const count = state.reduce((n, l) => n + l.state.length, 0)
    if (f.growth !== 'blocks') return f.lowering.finish(f.lowering.state.map((s, i): Ir => ({ ir: 'field', type: s.type, row, index: first + f.at + i })))
    return folded(f.lowering, first + f.at, first + count + f.at, given ?? pieces(), place, sink, bound)
  }
  const nothing = () => cx.lower({ expr: 'literal', value: null, type: call.type }, EMPTY)
  const def = windowFunction(call.fn)
  if (once) {
    const lowered = overOnce(once.def, call, args, once.previous, pieces(), sorted, cx)
    if (!isRefusal(lowered)) return lowered
    cx.refuse(lowered)
  }
  if (!def) return framed ? states(framed) : nothing()
  const site: WindowSite = { type: planType(call.type), argTypes: args.map((a) => a.column.type), flags: {}, ignoreNulls: call.ignoreNulls === true }
  const first = args[0]
  const result = def.lower?.(site, {
    ...cx,
    place,
    bound,
    frame: pieces,
    arg: (index) => (args[index] as (typeof args)[number]).read(row),
    at: (position, isValid, otherwise) => valueAt((first as (typeof args)[number]), row, sink, position, isValid, otherwise, cx),
    numbered: isNumbered(call),
    counted: (position) => elementAt(sink, 'i64', position, (framers.get('row') as Framer).first + (framed as Framed).at),
    named,
    known: (_, given) => {
      if (!framed) return nothing()
      const column = (first as (typeof args)[number]).column
      const { ir } = states(framed, given)
      if (column.codes?.dictionary.size === 0) return { type: column.type, ir: none('str') }
      return restored(column, ir, cx)
    },
  })
  if (result && !isRefusal(result)) return result
  cx.refuse(result ?? { code: 'FUNCTION', node: call.fn, reason: `the function ${call.fn} has no native form` })
  return nothing()
}
