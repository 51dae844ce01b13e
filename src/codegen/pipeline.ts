/**
 * One pipeline → one exported kernel (ctx, from, to), which has two forms where stretches without NULLs have their own; a function (ctx, from, count) for each of its staging points, a finish
 * function where its builder has one, functions for what all workers do after it, and, of a range, one that tells its size.
 */
import { CHUNK_ROWS, CTX, PAIRS_OFFSET } from '../ir/context.ts'
import type { IrType } from '../ir/nodes.ts'
import { generalForm, nullFreeForm } from '../ir/null-free.ts'
import type { Body, Pipeline } from '../ir/program.ts'
import { type BodyContext, emitBody, rowCode } from './body.ts'
import { type BuilderCode, roundsOf, type SinkCode, type SinkPlace } from './builders/sink.ts'
import { columnAccess, type ColumnPlaces, columnPlaces } from './columns.ts'
import type { FunctionBuilder, ModuleBuilder } from './encoder.ts'
import { emit } from './expressions.ts'
import { filterOf } from './filters/layout.ts'
import { emitPrune, emitSkip, type PruneCode, readsOfPrune } from './filters/prune.ts'
import { emitFirst, emitLoops } from './loops.ts'
import type { ContextLayout } from './module.ts'
import { bindReads, outline, type Outlined } from './outline.ts'
import { openOutside, type Outside } from './outside.ts'
import { passedTo } from './parts.ts'
import { openTables } from './lookup.ts'
import { separate } from './points.ts'
import { emitDispatch, nullableRead } from './null-free.ts'
import { loadMemos, loadParams } from './prologue.ts'
import { emitRaise } from './raise.ts'
import { emitBlocks } from './row-blocks.ts'
import { rowsAccess } from './rows.ts'
import { outputOffset, partNames } from './sinks.ts'
import { CTX_LOCAL, type Callees, type EmitPart, freeLocals, type Scope, slotsOf } from './scope.ts'
import type { LanePlaces } from './simd/scope.ts'
import { emitLaneSink } from './simd/sink.ts'
import { emitRowOf, emitWait, hasStage, loadCarried, mergesDirectly, planStages, type Stage, type StagePlace, type StagePlan } from './staging.ts'
import { type TupleLayout, tupleAccess } from './tuple.ts'
import { type Uses, usesOf, usesOfBuilder, usesOfExpression, usesOfParts } from './uses.ts'

export interface ModuleContext {
  readonly module: ModuleBuilder
  readonly callees: Callees
  readonly pipelines: readonly Pipeline[]
  readonly places: readonly SinkPlace[]
  readonly regions: ContextLayout['regions']
  readonly codes: readonly BuilderCode[]
  readonly prunes: ContextLayout['prunes']
  /** Types of the parameters, by index. */
  readonly params: readonly IrType[]
  /** Offset in the context of the memo tables' addresses. */
  readonly memoOffset: number
  readonly outside: Outside
}

/** Bytes of state behind the builder's: the address of the scratch that staging points need. */
export const stagingBytes = ({ body, nullFree }: Pipeline): number => (hasStage(body) || (nullFree && hasStage(nullFree.body)) ? 4 : 0)

const FROM = 1
const COUNT = 2
/** Of a form's function: first row of the morsel, of which it may get a part. */
const MORSEL = 3

export const emitPipeline = (cx: ModuleContext, index: number): void => {
  const given = cx.pipelines[index] as Pipeline
  const kernel = cx.module.function({ params: ['i32', 'i32', 'i32'], results: [] }, `p${index}`)
  const apart = nullFreeForm(given)
  const { source } = given
  if (apart || source.source === 'rows') {
    const planned = [generalForm(given), ...(apart ? [apart] : [])].map(planForm)
    // They share the scratch.
    const bytes = Math.max(...planned.map(({ plan }) => plan.bytes))
    const [general, nullFree] = planned.map((form) => {
      const f = cx.module.function({ params: ['i32', 'i32', 'i32', 'i32'], results: [] })
      emitForm(cx, index, f, { ...form, plan: { ...form.plan, bytes } }, MORSEL)
      return f
    }) as [FunctionBuilder, FunctionBuilder?]
    const nullable = nullFree ? nullableRead(planned.map(({ pipeline }) => pipeline), given) : []
    if (source.source === 'rows') emitBlocks(cx.module, kernel, given, source.fields, general, nullFree && { form: nullFree, fields: nullable })
    else emitDispatch(cx.module, kernel, nullable, nullFree as FunctionBuilder, general)
  } else emitForm(cx, index, kernel, planForm(given), FROM)
  emitEnd(cx, index, given)
}

interface Form {
  readonly pipeline: Pipeline
  readonly plan: StagePlan
}
const planForm = (given: Pipeline): Form => {
  const pipeline = { ...given, body: separate(given.body, given.row) }
  return { pipeline, plan: planStages(pipeline.body) }
}

/** One form of a pipeline: over rows in `kernel`, and a function for each of its staging points. `morsel`: parameter of `kernel` with the morsel's first row. */
const emitForm = (cx: ModuleContext, index: number, kernel: FunctionBuilder, { pipeline, plan }: Form, morsel: number): void => {
  const functions = new Map<Stage, FunctionBuilder>([...plan.places.keys()].map((stage) => [stage, cx.module.function({ params: ['i32', 'i32', 'i32'], results: [] })]))
  const outlined = outline(pipeline, cx.module, (f, uses) => openRow(cx, pipeline, f, uses))
  const run = { cx, index, pipeline, plan, functions, outlined }
  emitWholePartitions(kernel, pipeline)

  emitRows(run, kernel, pipeline.body, undefined, morsel, ({ scope, row, columns, fetch, sink, body }) => {
    const { vector } = pipeline
    const pairs = () => scope.f.get(CTX_LOCAL).memory('i32.load', CTX.selection).i32(PAIRS_OFFSET).op('i32.add')
    const seek = (inner: () => void) => {
      fetch()
      inner()
    }
    if (vector?.merge && columns && sink) emitLaneSink(scope, pipeline, columns, row, sink, () => seek(() => emitBody(body, pipeline.body)))
    else emitLoops(scope, pipeline.body, row, fetch, (b) => rowCode(body, b, { position: row, seek, pairs }), vector && columns && { filters: vector.filter, columns }, prunesOf(cx, index, pipeline, scope, outlined))
  })
  for (const [stage, f] of functions) {
    const staged = plan.places.get(stage) as StagePlace
    emitRows(run, f, stage.next, staged, FROM, ({ scope, row, fetch, body, scratch, at, uses }) => {
      const names = stage.carry.filter((c) => uses.names.has(c.name))
      const seek = (inner: () => void) => {
        emitRowOf(f, staged, scratch, at)
        f.set(row)
        fetch()
        for (const { name } of names) scope.names.set(name, loadCarried(f, staged.carried.get(name) as never, scratch, at))
        inner()
        for (const { name, value } of names) freeLocals(f, value.type, scope.names.get(name) as readonly number[])
      }
      const code = rowCode(body, stage.next, { position: at, seek, pairs: () => f.get(scratch).i32(staged.pairs).op('i32.add') })
      const each = (body: () => void) => {
        f.i32(0).set(at)
        const top = f.loop()
        seek(body)
        f.get(at).i32(1).op('i32.add').tee(at).get(COUNT).op('i32.lt_u').brIf(top)
        f.end()
      }
      emitFirst(f, code, each)
      code.before?.()
      each(code.row)
      code.after?.()
    })
  }
}

/** A worker takes the partitions that begin within its morsel, to their end. */
const emitWholePartitions = (f: FunctionBuilder, { source, builder }: Pipeline): void => {
  if (source.source !== 'tuples' || builder.builder !== 'framer' || builder.nodes !== undefined) return
  const tuple = f.local('i32')
  const rows = f.local('i32')
  const at = (position: number) => f.get(CTX_LOCAL).memory('i32.load', CTX.source).get(position).i32(2).op('i32.shl').op('i32.add').memory('i32.load').set(tuple)
  const [FIRST, END] = [0, 4]
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', outputOffset(source.sink)).set(rows)
  for (const bound of [FROM, COUNT]) {
    f.get(bound).get(rows).op('i32.lt_u').if()
    at(bound)
    f.get(bound).get(tuple).memory('i32.load', END).get(tuple).memory('i32.load', FIRST).get(bound).op('i32.eq').op('select').set(bound).end()
  }
  f.free('i32', tuple)
  f.free('i32', rows)
}

const emitEnd = (cx: ModuleContext, index: number, pipeline: Pipeline): void => {
  const code = cx.codes[index] as BuilderCode
  const place = cx.places[index] as SinkPlace
  // Of several pipelines that merge into one sink, the first has the functions of its end.
  const own = pipeline.into === undefined
  if (own && code.finish) {
    const f = cx.module.function({ params: ['i32'], results: [] }, `f${index}`)
    code.finish({ ...openScope(cx, f, usesOfBuilder(pipeline.builder)), part: partsOf(cx, undefined) }, place)
  }
  if (own && code.parts) {
    const emitPart = (f: FunctionBuilder, body: (scope: Scope, place: SinkPlace) => void) => body({ ...openScope(cx, f, usesOfBuilder(pipeline.builder)), part: partsOf(cx, undefined) }, place)
    roundsOf(code.parts).forEach(({ run, done }, round) => {
      const names = partNames(index, round)
      emitPart(cx.module.function({ params: ['i32', 'i32', 'i32'], results: [] }, names.run), run)
      if (done) emitPart(cx.module.function({ params: ['i32'], results: [] }, names.done), done)
    })
  }
  if (pipeline.source.source === 'range') {
    const f = cx.module.function({ params: ['i32'], results: ['i32'] }, `n${index}`)
    emit(openScope(cx, f, usesOfExpression(pipeline.source.count)), pipeline.source.count)
  }
}

const openScope = (cx: ModuleContext, f: FunctionBuilder, uses: Uses): Scope => {
  const params = loadParams(f, cx.params, uses.params)
  const memos = loadMemos(f, cx.memoOffset, uses.memos)
  return { f, callees: cx.callees, names: new Map(), rows: new Map(), params, memos, opened: openOutside({ f }, cx.outside, uses) }
}

const ROW = 1
/** The scope of a function (ctx, the row's number, …) over one row. */
const openRow = (cx: ModuleContext, pipeline: Pipeline, f: FunctionBuilder, uses: Uses): Scope => {
  const scope = { ...openScope(cx, f, uses), row: ROW }
  openSource(cx, pipeline, scope, uses, ROW).fetch()
  return scope
}

/** Defines and calls functions for parts of a merge; of rows of a pipeline's source, if there is one. */
const partsOf = (cx: ModuleContext, outlined: Outlined | undefined, pipeline?: Pipeline): EmitPart => (scope, reads, bases, results, emitPart) => {
  const given = passedTo(reads, pipeline?.row)
  const f = cx.module.function({ params: ['i32', 'i32', ...bases.map(() => 'i32' as const), ...given.flatMap((e) => slotsOf(e.type))], results })
  const uses = usesOfParts(reads, outlined?.reads)
  const inner: Scope = { ...(pipeline ? openRow(cx, pipeline, f, uses) : openScope(cx, f, uses)), outlined }
  bindReads(inner, given, 2 + bases.length)
  emitPart(inner, bases.map((_, i) => 2 + i))
  scope.f.get(CTX_LOCAL)
  if (scope.row === undefined) scope.f.i32(0)
  else scope.f.get(scope.row)
  for (const base of bases) scope.f.get(base)
  for (const e of given) emit(scope, e)
  scope.f.call(f)
}

/** Functions of the leading prunes. */
const prunesOf = (cx: ModuleContext, index: number, pipeline: Pipeline, { f: kernel }: Scope, outlined: Outlined | undefined): PruneCode => {
  const offsets = cx.prunes.filter((p) => p.pipeline === index).map((p) => p.offset)
  let next = 0
  return {
    skip: (exit) => emitSkip(kernel, pipeline.body, offsets, exit),
    code: (prune, lets, first) => {
      const f = cx.module.function({ params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] })
      const uses = usesOfParts(readsOfPrune({ prune, lets }), outlined?.reads)
      const row = f.local('i32')
      const scope: Scope = { ...openScope(cx, f, uses), row, outlined }
      const { fetch, columns } = openSource(cx, pipeline, scope, uses, row)
      const data = (column: number) => (columns as ColumnPlaces).places.get(column)?.data as number
      emitPrune(scope, { prune, filter: filterOf(cx.pipelines, prune), lets, offset: offsets[next++] as number, first }, pipeline.source, pipeline.row, row, fetch, data)
      return f
    },
  }
}

interface Run {
  readonly cx: ModuleContext
  readonly index: number
  readonly pipeline: Pipeline
  readonly outlined: Outlined | undefined
  readonly plan: StagePlan
  readonly functions: ReadonlyMap<Stage, FunctionBuilder>
}

interface Rows {
  readonly scope: Scope
  readonly uses: Uses
  /** Locals: the row's number, the scratch's address, the row's position in it. */
  readonly row: number
  readonly scratch: number
  readonly at: number
  /** Of a source of columns or rows. */
  readonly columns: LanePlaces | undefined
  /** Where the merges go, if any are before a staging point. */
  readonly sink: SinkCode | undefined
  /** Seeks the row. */
  readonly fetch: () => void
  readonly body: BodyContext
}

/** A function over rows, up to the staging points of `part`; `current` is the one it comes from, `morsel` the parameter with the morsel's first row. */
const emitRows = ({ cx, index, pipeline, plan, functions, outlined }: Run, f: FunctionBuilder, part: Body, current: StagePlace | undefined, morsel: number, loops: (rows: Rows) => void): void => {
  const place = cx.places[index] as SinkPlace
  const uses = usesOf(pipeline, part, outlined?.reads)
  const opened = openScope(cx, f, uses)
  const row = f.local('i32')
  const scope: Scope = { ...opened, outlined, row, morsel, part: pipeline.vector?.merge ? undefined : partsOf(cx, outlined, pipeline) }
  const { columns, fetch } = openSource(cx, pipeline, scope, uses, row)
  const tables = openTables(scope, cx.places, part)
  const scratch = plan.places.size > 0 ? openScratch(scope, (cx.regions[index] as ContextLayout['regions'][number]).staging, plan.bytes, current === undefined) : -1
  const waiting = stagesOf(part).map((stage) => ({ stage: plan.places.get(stage) as StagePlace, count: f.local('i32') }))
  const at = current ? f.local('i32') : -1
  for (const w of waiting) if (!w.stage.aligned) f.i32(0).set(w.count)
  const sink = mergesDirectly(part) ? (cx.codes[index] as BuilderCode).open(scope, place) : undefined
  const flush = (stage: StagePlace, count: number) => f.get(CTX_LOCAL).get(morsel).get(count).call(functions.get(stage.stage) as FunctionBuilder)
  const body: BodyContext = {
    scope, pipelines: cx.pipelines, tables, sink,
    stage: (stage) => {
      const w = waiting.find((x) => x.stage.stage === stage) as (typeof waiting)[number]
      emitWait(f, w.stage, scratch, w.stage.aligned ? at : w.count, row, (e) => emit(scope, e))
      if (w.stage.aligned) return
      f.get(w.count).i32(1).op('i32.add').tee(w.count).i32(CHUNK_ROWS).op('i32.eq').if()
      flush(w.stage, w.count)
      f.i32(0).set(w.count).end()
    },
  }
  loops({ scope, uses, row, scratch, at, columns, sink, fetch, body })
  for (const w of waiting) {
    if (w.stage.aligned) flush(w.stage, COUNT)
    else {
      f.get(w.count).if()
      flush(w.stage, w.count)
      f.end()
    }
  }
  sink?.close?.()
}

/** The staging points that rows of a function reach. */
const stagesOf = (body: Body): readonly Stage[] => (body.body === 'stage' ? [body] : body.body === 'merge' ? [] : body.body === 'fork' ? body.branches.flatMap(stagesOf) : stagesOf(body.next))

/** Puts the source's row in scope; gives what seeks it, once `row` holds its number, and where columns lie. */
const openSource = (cx: ModuleContext, pipeline: Pipeline, scope: Scope, uses: Uses, row: number): { readonly fetch: () => void; readonly columns?: LanePlaces } => {
  const { f } = scope
  const { source } = pipeline
  switch (source.source) {
    case 'columns': {
      const columns = columnPlaces(f, source.columns, uses.fields(pipeline.row))
      scope.rows.set(pipeline.row, columnAccess(columns, row))
      return { fetch: () => {}, columns }
    }
    case 'rows': {
      const rows = rowsAccess(f, source.fields)
      scope.rows.set(pipeline.row, rows)
      return { fetch: () => rows.seek(f, row), columns: rows.places }
    }
    case 'range':
      scope.rows.set(pipeline.row, { read: (g) => g.get(row) })
      return { fetch: () => {} }
    case 'tuples': {
      const address = f.local('i32')
      // A sorter's fields are its payload; an aggregate's key comes before its state, as one row.
      const { access, layout } = cx.codes[source.sink] as BuilderCode
      scope.rows.set(pipeline.row, access?.(f, cx.places[source.sink] as SinkPlace, address, uses.fields(pipeline.row)) ?? tupleAccess(layout as TupleLayout, address))
      return { fetch: () => f.get(CTX_LOCAL).memory('i32.load', CTX.source).get(row).i32(2).op('i32.shl').op('i32.add').memory('i32.load').set(address) }
    }
  }
}

/** The worker's scratch, reserved when the kernel first runs. */
const openScratch = (scope: Scope, offset: number, bytes: number, first: boolean): number => {
  const { f } = scope
  const scratch = f.local('i32')
  f.get(CTX_LOCAL).memory('i32.load', offset).set(scratch)
  if (!first) return scratch
  f.get(scratch).op('i32.eqz').if()
  f.get(CTX_LOCAL).i32(bytes).call(scope.callees.runtime('reserve')).tee(scratch).op('i32.eqz').if()
  emitRaise(f, 'MEMORY_EXCEEDED', 0)
  f.op('unreachable').end()
  f.get(CTX_LOCAL).get(scratch).memory('i32.store', offset).end()
  return scratch
}
