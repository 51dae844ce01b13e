/**
 * window: rows into a sorter, by partitions and orders; then aggregates over the sorted rows into fields of theirs (framer); then
 * out again in order, with ranks, other rows' values and aggregates' results.
 *
 * An aggregate over a frame that begins with its partition is one state that goes over the rows. Of other frames each row has a
 * state of its own, and blocks of 16, 256, … rows have theirs, of which a frame is put together (window-frames.ts).
 */
import { fresh, i32, none, zero } from '../../ir/build.ts'
import { type Ir, isOption, scalarOf } from '../../ir/nodes.ts'
import { type Body, sinkOf, type SortField } from '../../ir/program.ts'
import type { Expr } from '../../plan/nodes.ts'
import { carried, restored } from '../carried.ts'
import { groupKey } from '../group-key.ts'
import { columnsOf, widthOf, windowExprs } from '../references.ts'
import type { Column, Consume, NodeOf, OperatorDef, StageContext } from '../stage.ts'
import { type Call, type Framed, type Framer, keepCall } from '../window-calls.ts'
import { marked } from '../window-distinct.ts'
import { placeOf, produceFramer } from '../window-framers.ts'
import { EMPTY, Kept } from '../window-kept.ts'
import { resultOf } from '../window-results.ts'
import { sortField } from './sort.ts'

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
