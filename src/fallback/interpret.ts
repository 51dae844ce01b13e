/**
 * The stage interpreter. A plan is opened from its leaves up: operators that keep no rows add code to their input's row
 * loop; aggregates, sorts and the right sides of joins run their input to its end first. Loops are generated when their
 * input is known, and run in slices of a few milliseconds.
 */
import { ExecutionError } from '../errors.ts'
import type { Arena, Relation } from '../layout/relation.ts'
import { EvalError } from '../operators/registry.ts'
import { counted } from '../operators/set-counts.ts'
import type { PlanNode } from '../plan/nodes.ts'
import { AggregateSink } from './aggregate.ts'
import type { ExpressionContext } from './expression.ts'
import { joined } from './join.ts'
import { inOrder } from './merge-join.ts'
import { unnested } from './unnest.ts'
import { Build } from './join-build.ts'
import { relationOfStore } from './result.ts'
import { filtered, limited, projected } from './row-operators.ts'
import { SortSink, sortedStore } from './sort.ts'
import { appendRow, Store } from './store.ts'
import { type Row, relationStream, type Stream, storeStream } from './stream.ts'
import { type Part, repeated, together, typesOf } from './together.ts'
import { TopSink } from './top.ts'
import type { Udf } from './udf.ts'
import { valuesStore } from './values.ts'
import { WindowSink } from './window.ts'
import { Writer } from './writer.ts'

export interface InterpretOptions {
  /** The relation of a leaf: a scan by its table, columns in the order of `columns`, or an input by its stage. */
  readonly resolve: (leaf: Extract<PlanNode, { op: 'scan' | 'input' }>) => Relation
  /** The shared memory relations lie in. */
  readonly buffer: ArrayBufferLike
  /** Where the result is built. */
  readonly arena: Arena
  readonly udf: (name: string) => Udf
  readonly signal?: AbortSignal | undefined
  /** Awaited about every 5 ms, so that the event loop breathes. */
  readonly breathe: () => Promise<void>
}

interface Interpreted {
  /** Columns are named c0, c1, …. */
  readonly relation: Relation
  readonly metrics: InterpretMetrics
}

interface InterpretMetrics {
  /** Rows read from leaves. */
  readonly rowsRead: number
  /** Milliseconds, pauses included. */
  readonly ms: number
}

type Aggregate = Extract<PlanNode, { op: 'aggregate' }>

const SLICE_MS = 5
/** A top-n that keeps more rows than this is a sort. */
const TOP_LIMIT = 1 << 16

class Run {
  private readonly options: InterpretOptions
  private last = performance.now()
  rowsRead = 0

  constructor(options: InterpretOptions) {
    this.options = options
  }

  context(node: string): ExpressionContext {
    return { udf: this.options.udf, node }
  }

  /** Gives way when the slice is over; throws the signal's reason when it was aborted. */
  readonly pause = async (): Promise<void> => {
    if (performance.now() - this.last < SLICE_MS) return
    await this.options.breathe()
    this.options.signal?.throwIfAborted()
    this.last = performance.now()
  }

  /** Runs a stream to its end. */
  readonly drain = async (stream: Stream, sink: (w: Writer, row: Row) => void): Promise<void> => {
    const w = new Writer()
    stream.emit(w, (row) => sink(w, row))
    const loop = w.build()
    // A row may match many others: begin with few.
    let step = 16
    try {
      for (const batch of stream.batches) {
        const bindings = w.bindings.map((key) => batch.bind(key))
        for (let from = 0; from < batch.rows; ) {
          const start = performance.now()
          from = loop.run(bindings, from, Math.min(from + step, batch.rows))
          if (loop.control.stop) return
          const ms = performance.now() - start
          step = ms > SLICE_MS / 2 ? Math.max(1, step >> 1) : ms < SLICE_MS / 8 ? step * 4 : step
          await this.pause()
        }
      }
    } catch (error) {
      throw located(error, w, loop.control.at)
    }
  }

  private async keep(input: PlanNode): Promise<Store> {
    const opened = await this.open(input)
    return opened instanceof Store ? opened : this.collected(opened)
  }

  private async collected(stream: Stream): Promise<Store> {
    const store = new Store()
    await this.drain(stream, (w, row) =>
      appendRow(
        w,
        store,
        row.map((get) => get(w)),
      ),
    )
    return store
  }

  private async stream(node: PlanNode): Promise<Stream> {
    const opened = await this.open(node)
    return opened instanceof Store ? storeStream(opened) : opened
  }

  result(root: PlanNode): Promise<Store> {
    return this.keep(root)
  }

  private async open(node: PlanNode): Promise<Stream | Store> {
    const cx = this.context(node.op)
    switch (node.op) {
      case 'scan':
      case 'input': {
        const relation = this.options.resolve(node)
        this.rowsRead += relation.rows
        const stream = relationStream(relation, this.options.buffer)
        return node.op === 'scan' && node.filters !== undefined ? filtered(stream, node.filters, cx) : stream
      }
      case 'shared':
        throw new Error('a shared plan stands in a stage')
      case 'values':
        return valuesStore(node)
      case 'union': {
        const stores: Store[] = []
        for (const input of node.inputs) stores.push(await this.keep(input))
        return together(typesOf(node), stores)
      }
      case 'expand': {
        const input = storeStream(await this.keep(node.input))
        const stores: Store[] = []
        for (const exprs of node.projections) stores.push(await this.collected(projected(input, exprs, cx)))
        return together(typesOf(node), stores)
      }
      case 'setop':
        return repeated(node, await this.keep(counted(node)))
      case 'filter':
        return filtered(await this.stream(node.input), [node.predicate], cx)
      case 'project':
        return projected(await this.stream(node.input), node.exprs, cx)
      case 'unnest':
        return unnested(await this.stream(node.input), node, cx)
      case 'limit':
        return limited(await this.stream(node.input), node.limit, node.offset ?? 0)
      // Its rows; how they are divided is the business of who takes them.
      case 'exchange':
        return this.open(node.input)
      case 'aggregate': {
        if (node.sets !== undefined) return this.groupedBySets(node, node.sets)
        return this.aggregated(node, await this.stream(node.input))
      }
      case 'window': {
        const sink = new WindowSink(node, cx)
        await this.drain(await this.stream(node.input), (w, row) => sink.emit(w, row))
        return sink.finish(this.pause)
      }
      case 'sort':
        return this.sorted(node, 0, undefined)
      case 'topn': {
        const offset = node.offset ?? 0
        if (node.limit + offset > TOP_LIMIT) return this.sorted(node, offset, node.limit)
        const sink = new TopSink(node.keys, node.limit, offset, cx)
        await this.drain(await this.stream(node.input), (w, row) => sink.emit(w, row))
        return sink.finish()
      }
      case 'join': {
        if (node.strategy === 'merge') return this.open(inOrder(node))
        const build = new Build()
        await this.drain(await this.stream(node.right), (w, row) => build.emit(w, row, node.keys, cx))
        build.index()
        return joined(await this.stream(node.left), node, build, cx, this.drain)
      }
    }
  }

  private async aggregated(node: Aggregate, input: Stream): Promise<Store> {
    const sink = new AggregateSink(node, this.context(node.op))
    await this.drain(input, (w, row) => sink.emit(w, row))
    return sink.finish()
  }

  /** Each set goes over all rows. */
  private async groupedBySets(node: Aggregate, sets: readonly (readonly number[])[]): Promise<Store> {
    const input = storeStream(await this.keep(node.input))
    const parts: { readonly rows: number; readonly columns: readonly Part[] }[] = []
    for (const [number, set] of sets.entries()) {
      const { rows, columns } = await this.aggregated({ ...node, groups: set.map((i) => node.groups[i]!) }, input)
      const groups = node.groups.map((_, i): Part => (set.includes(i) ? columns[set.indexOf(i)]! : { always: null }))
      parts.push({ rows, columns: [...groups, ...columns.slice(set.length), { always: number }] })
    }
    return together(typesOf(node), parts)
  }

  private async sorted(node: Extract<PlanNode, { op: 'sort' | 'topn' }>, offset: number, limit: number | undefined): Promise<Store> {
    const sink = new SortSink(node.keys, this.context(node.op))
    await this.drain(await this.stream(node.input), (w, row) => sink.emit(w, row))
    return sortedStore(sink, offset, limit, this.pause)
  }
}

const located = (error: unknown, w: Writer, at: number): unknown => {
  if (!(error instanceof EvalError)) return error
  const site = w.sites[at]
  const message = site === undefined || error.code === 'CAST_FAILED' || error.code === 'RAISED' ? error.message : `${site.what}: ${error.message}`
  return new ExecutionError(error.code, message, { node: site?.node, cause: error })
}

/**
 * Runs a plan subtree over relations. Throws ExecutionError, ArcweldError MEMORY_EXCEEDED from the arena, and the
 * signal's reason. The plan must be one that `interpretable` has nothing against.
 */
export const interpret = async (root: PlanNode, options: InterpretOptions): Promise<Interpreted> => {
  const start = performance.now()
  options.signal?.throwIfAborted()
  const run = new Run(options)
  const store = await run.result(root)
  const relation = relationOfStore(store, options.arena)
  return { relation, metrics: { rowsRead: run.rowsRead, ms: performance.now() - start } }
}
