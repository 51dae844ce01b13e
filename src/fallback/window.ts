/**
 * Windows: all rows in a store, sorted by partition and order keys, what the functions read as columns beside them; then each
 * function goes over the rows in order. Aggregates over frames that only grow keep one state; those over others have one for
 * each row, and states of 16, 256, … rows that follow one another in a partition, as native code has: sums of floats are added
 * in the same order.
 */
import { ExecutionError } from '../errors.ts'
import { AGGREGATES, type AggregateDef } from '../operators/aggregates.ts'
import { windowExprs } from '../operators/references.ts'
import { type CallSite, EvalError, type Value } from '../operators/registry.ts'
import { FAN, isGrowing } from '../operators/window-frames.ts'
import { type Positions, type WindowRow, type WindowSite, windowFunction } from '../operators/windows.ts'
import type { Expr, PlanNode, SortKey, WindowCall } from '../plan/nodes.ts'
import { fromValues } from './accumulators.ts'
import { type ExpressionContext, emitExpr, typeOf } from './expression.ts'
import { comparatorOf } from './order.ts'
import { isBigType } from './shape.ts'
import { SortSink, sortedStore } from './sort.ts'
import type { Store, StoreColumn } from './store.ts'
import type { Row } from './stream.ts'
import { type Frames, framesOf, type Places } from './window-frames.ts'
import type { Writer } from './writer.ts'

type Window = Extract<PlanNode, { op: 'window' }>
/** The values of a column by row. */
export type Reader = (row: number) => Value

export class WindowSink {
  private readonly node: Window
  private readonly cx: ExpressionContext
  private readonly sort: SortSink
  /** What is kept of each row behind its columns. */
  private readonly kept: readonly Expr[]
  private width = 0

  constructor(node: Window, cx: ExpressionContext) {
    this.node = node
    this.cx = cx
    this.sort = new SortSink([...partitionKeys(node), ...node.orders], cx)
    this.kept = [...node.partitions, ...node.orders.map((k) => k.expr), ...node.functions.flatMap(windowExprs)]
  }

  emit(w: Writer, row: Row): void {
    this.width = row.length
    const kept = this.kept.map((expr) => {
      const val = emitExpr(w, expr, row, this.cx)
      return () => val
    })
    this.sort.emit(w, [...row, ...kept])
  }

  async finish(pause: () => Promise<void>): Promise<Store> {
    const store = await sortedStore(this.sort, 0, undefined, pause)
    const { node, width } = this
    const columns = store.columns.splice(width)
    const take = (count: number) => columns.splice(0, count)
    const partition = take(node.partitions.length)
    const orders = take(node.orders.length)
    const places = placesOf(store.rows, partition, partitionKeys(node), orders, node.orders)
    for (const call of node.functions) {
      const args = take(call.args.length).map(valuesOf)
      const filter = call.filter && take(1).map(valuesOf)[0]
      const key = orders[0] && { values: valuesOf(orders[0]), column: orders[0], order: node.orders[0] as SortKey }
      const bound = (b: { readonly bound: string } | undefined) => (b && 'at' in b ? take(1).map(valuesOf)[0] : undefined)
      try {
        const frames = framesOf(call.frame, places, { start: bound(call.frame?.start), end: bound(call.frame?.end), key })
        store.columns.push(await evaluated(call, args, filter, frames, places, store.rows, pause))
      } catch (error) {
        if (!(error instanceof EvalError)) throw error
        throw new ExecutionError(error.code, `${call.fn}: ${error.message}`, { node: this.cx.node })
      }
    }
    return store
  }
}

const partitionKeys = ({ partitions }: Window): readonly SortKey[] => partitions.map((expr) => ({ expr, descending: false, nullsFirst: false }))

/** Where each row's partition and peers begin and end. */
const placesOf = (rows: number, partition: readonly StoreColumn[], by: readonly SortKey[], orders: readonly StoreColumn[], keys: readonly SortKey[]): Places => {
  const apart = comparatorOf(partition, by)
  const differs = comparatorOf(orders, keys)
  const [partitions, peers, groups] = [new Uint32Array(rows + 1), new Uint32Array(rows + 1), new Uint32Array(rows)]
  const [ends, peerEnds] = [new Uint32Array(rows), new Uint32Array(rows)]
  for (let row = 0; row < rows; row++) {
    const first = row === 0 || apart(row - 1, row) !== 0
    const leads = first || differs(row - 1, row) !== 0
    partitions[row] = first ? row : partitions[row - 1]!
    peers[row] = leads ? row : peers[row - 1]!
    groups[row] = first ? 0 : groups[row - 1]! + (leads ? 1 : 0)
  }
  for (let row = rows - 1; row >= 0; row--) {
    const last = row === rows - 1
    ends[row] = last || partitions[row + 1] === row + 1 ? row + 1 : ends[row + 1]!
    peerEnds[row] = last || peers[row + 1] === row + 1 ? row + 1 : peerEnds[row + 1]!
  }
  return { partition: (row) => [partitions[row]!, ends[row]!], peers: (row) => [peers[row]!, peerEnds[row]!], group: (row) => groups[row]! }
}

/** A column as reference values. */
export const valuesOf = (column: StoreColumn): Reader => {
  const { shape, data } = column
  const plain: Reader =
    shape.rep === 'code'
      ? (row) => shape.dict!.at((data as Int32Array)[row]!)
      : shape.rep === 'boolean'
        ? (row) => (data as Uint8Array)[row] !== 0
        : shape.rep === 'number' && isBigType(shape.type)
          ? (row) => BigInt((data as Float64Array)[row]!)
          : (row) => data[row]!
  return (row) => (column.isNull(row) || shape.type.kind === 'null' ? null : plain(row))
}

const PAUSE_ROWS = 1024

const evaluated = async (call: WindowCall, args: readonly Reader[], filter: Reader | undefined, frames: Frames, places: Places, rows: number, pause: () => Promise<void>): Promise<StoreColumn> => {
  const site: WindowSite = { type: typeOf(call.type), argTypes: call.args.map((a) => typeOf(a.type)), flags: {}, ignoreNulls: call.ignoreNulls === true }
  const def = windowFunction(call.fn)
  const results: Value[] = []
  let of: (row: number) => Value
  if (def) {
    const evaluate = def.eval(site)
    const arg = (index: number, row: number): Value => args[index]!(row)
    of = (row) => evaluate({ row, partition: places.partition(row), peers: places.peers(row), group: places.group(row), get frame() { return frames(row) }, arg } satisfies WindowRow)
  } else of = aggregated(call, site, args, filter, frames, places)
  for (let row = 0; row < rows; row++) {
    results.push(of(row))
    if (row % PAUSE_ROWS === 0) await pause()
  }
  return fromValues(site.type, rows, (row) => results[row]!)
}

/** An aggregate over each row's frame; called for one row after the other. */
const aggregated = (call: WindowCall, site: CallSite, args: readonly Reader[], filter: Reader | undefined, frames: Frames, places: Places): ((row: number) => Value) => {
  const def: AggregateDef = AGGREGATES[call.fn as keyof typeof AGGREGATES]
  const { init, add, finish, merge } = def.eval(site)
  const include = (state: unknown, row: number): void => {
    if (filter && filter(row) !== true) return
    const values = args.map((arg) => arg(row))
    if (def.nulls === 'pass' || values.every((v) => v !== null)) add(state, ...values)
  }
  const distinct = call.distinct === true && def.duplicates !== 'harmless'
  if (!distinct && isGrowing(call.frame)) {
    let state: unknown
    let [begin, next] = [-1, 0]
    return (row) => {
      const [from, to] = frames(row)[0] ?? [places.partition(row)[0], places.partition(row)[0]]
      if (from !== begin) {
        state = init()
        begin = next = from
      }
      for (; next < to; next++) include(state, next)
      return finish(state)
    }
  }
  if (distinct || !merge) {
    return (row) => {
      const seen = new Set<string>()
      const state = init()
      for (const [from, to] of frames(row))
        for (let r = from; r < to; r++) {
          if (distinct) {
            const key = args.map((arg) => `${typeof arg(r)} ${Object.is(arg(r), -0) ? 0 : String(arg(r))}`).join('\0')
            if (args.some((arg) => arg(r) === null) || (filter && filter(r) !== true) || seen.has(key)) continue
            seen.add(key)
          }
          include(state, r)
        }
      return finish(state)
    }
  }
  /** State of `size` rows from a row on; `size` is a power of FAN. */
  const known = new Map<number, Map<number, unknown>>()
  const block = (row: number, size: number): unknown => {
    const states = known.get(size) ?? new Map<number, unknown>()
    known.set(size, states)
    const found = states.get(row)
    if (found !== undefined) return found
    const state = init()
    if (size === 1) include(state, row)
    else for (let i = 0; i < FAN; i++) merge(state, block(row + (i * size) / FAN, size / FAN))
    states.set(row, state)
    return state
  }
  return (row) => {
    const state = init()
    const [first] = places.partition(row)
    for (const piece of frames(row)) for (const [from, size] of blocksOf(piece, first)) merge(state, block(from, size))
    return finish(state)
  }
}

/** A piece of a frame as blocks, aligned to their sizes from the partition's first row, the largest there can be. */
function* blocksOf([from, to]: Positions, first: number): Generator<readonly [number, number]> {
  for (let row = from; row < to; ) {
    let size = 1
    while ((row - first) % (size * FAN) === 0 && row + size * FAN <= to) size *= FAN
    yield [row, size]
    row += size
  }
}
