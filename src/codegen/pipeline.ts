/**
 * One pipeline → one exported kernel (ctx, from, to), and a finish function where its builder has one. Rows are taken in
 * chunks of 1024. A pipeline that begins with filters is staged: one tight loop writes the numbers of the rows that pass,
 * a second one runs the rest over them.
 */
import { CHUNK_ROWS, CTX } from '../ir/context.ts'
import type { IrType } from '../ir/nodes.ts'
import type { Body, Pipeline } from '../ir/program.ts'
import type { BuilderCode, SinkCode, SinkPlace } from './builders/sink.ts'
import { columnAccess } from './columns.ts'
import type { FunctionBuilder, ModuleBuilder } from './encoder.ts'
import { emit } from './expressions.ts'
import { emitProbe, openTables, type Tables } from './probe.ts'
import { loadMemos, loadParams } from './prologue.ts'
import { CTX_LOCAL, type Callees, freeLocals, type Scope, toLocals } from './scope.ts'
import { type TupleLayout, tupleAccess } from './tuple.ts'
import { usesOf } from './uses.ts'

const FROM = 1
const TO = 2

interface ModuleContext {
  readonly module: ModuleBuilder
  readonly callees: Callees
  readonly pipelines: readonly Pipeline[]
  readonly places: readonly SinkPlace[]
  readonly codes: readonly BuilderCode[]
  /** Types of the parameters, by index. */
  readonly params: readonly IrType[]
  /** Offset in the context of the memo tables' addresses. */
  readonly memoOffset: number
}

export const emitPipeline = (cx: ModuleContext, index: number): void => {
  const pipeline = cx.pipelines[index] as Pipeline
  const f = cx.module.function({ params: ['i32', 'i32', 'i32'], results: [] }, `p${index}`)
  const uses = usesOf(pipeline)
  const scope: Scope = { f, callees: cx.callees, names: new Map(), rows: new Map(), params: loadParams(f, cx.params, uses.params), memos: loadMemos(f, cx.memoOffset, uses.memos) }
  const code = cx.codes[index] as BuilderCode
  const row = f.local('i32')
  const { source } = pipeline
  let address: number | undefined
  if (source.source === 'columns') scope.rows.set(pipeline.row, columnAccess(f, source.columns, uses.fields(pipeline.row), row))
  else if (source.source === 'tuples') {
    address = f.local('i32')
    // A sorter's fields are its payload; an aggregate's key comes before its state, as one row.
    scope.rows.set(pipeline.row, tupleAccess((cx.codes[source.sink] as BuilderCode).layout as TupleLayout, address))
  }
  const tables = openTables(scope, cx.places, pipeline.body)
  const sink = code.open(scope, cx.places[index] as SinkPlace)
  const fetch = () => {
    if (address !== undefined) f.get(CTX_LOCAL).memory('i32.load', CTX.source).get(row).i32(2).op('i32.shl').op('i32.add').memory('i32.load').set(address)
  }
  emitLoops(scope, pipeline.body, row, fetch, (body) => emitBody(scope, cx, body, sink, tables))
  sink.close?.()

  if (code.finish) {
    const g = cx.module.function({ params: ['i32'], results: [] }, `f${index}`)
    const finishScope: Scope = { ...scope, f: g, names: new Map(), rows: new Map(), params: loadParams(g, cx.params, uses.builderParams), memos: new Map() }
    code.finish(finishScope, cx.places[index] as SinkPlace)
  }
}

/** Splits a body into its leading lets and filters, and the rest. */
const hasLeadingFilter = (body: Body): boolean => body.body === 'if' || (body.body === 'let' && hasLeadingFilter(body.next))
const withoutFilters = (body: Body): Body =>
  body.body === 'if' ? withoutFilters(body.next) : body.body === 'let' ? { ...body, next: withoutFilters(body.next) } : body

const emitLoops = (scope: Scope, body: Body, row: number, fetch: () => void, rest: (body: Body) => void): void => {
  const { f } = scope
  const base = f.local('i32')
  const end = f.local('i32')
  f.get(FROM).set(base)
  const exit = f.block()
  const chunks = f.loop()
  f.get(base).get(TO).op('i32.ge_u').brIf(exit)
  f.get(base).i32(CHUNK_ROWS).op('i32.add').tee(end).get(TO).get(end).get(TO).op('i32.lt_u').op('select').set(end)
  f.get(base).set(row)
  if (hasLeadingFilter(body)) {
    const selection = f.local('i32')
    const at = f.local('i32')
    f.get(CTX_LOCAL).memory('i32.load', CTX.selection).tee(selection).set(at)
    loopTo(f, row, end, () => {
      fetch()
      f.get(at).get(row).memory('i32.store')
      f.get(at)
      emitCondition(scope, body)
      f.i32(2).op('i32.shl').op('i32.add').set(at)
    })
    const cursor = f.local('i32')
    const remaining = withoutFilters(body)
    f.get(selection).set(cursor)
    const done = f.block()
    const next = f.loop()
    f.get(cursor).get(at).op('i32.ge_u').brIf(done)
    f.get(cursor).memory('i32.load').set(row)
    fetch()
    rest(remaining)
    f.get(cursor).i32(4).op('i32.add').set(cursor).br(next)
    f.end().end()
  } else {
    loopTo(f, row, end, () => {
      fetch()
      rest(body)
    })
  }
  f.get(end).set(base).br(chunks)
  f.end().end()
}

/** do { … } while (++row < end): the range is not empty. */
const loopTo = (f: FunctionBuilder, row: number, end: number, body: () => void): void => {
  const top = f.loop()
  body()
  f.get(row).i32(1).op('i32.add').tee(row).get(end).op('i32.lt_u').brIf(top)
  f.end()
}

/** Pushes 1 where all leading filters hold; a later filter is evaluated only where the earlier ones hold. */
const emitCondition = (scope: Scope, body: Body): void => {
  const { f } = scope
  if (body.body === 'let') {
    emit(scope, body.value)
    const locals = toLocals(f, body.value.type)
    scope.names.set(body.name, locals)
    emitCondition(scope, body.next)
    scope.names.delete(body.name)
    freeLocals(f, body.value.type, locals)
  } else if (body.body === 'if') {
    emit(scope, body.cond)
    if (!hasLeadingFilter(body.next)) return
    f.if(['i32'])
    emitCondition(scope, body.next)
    f.else().i32(0).end()
  }
}

const emitBody = (scope: Scope, cx: ModuleContext, body: Body, sink: SinkCode, tables: Tables): void => {
  const { f } = scope
  switch (body.body) {
    case 'let': {
      emit(scope, body.value)
      const locals = toLocals(f, body.value.type)
      scope.names.set(body.name, locals)
      emitBody(scope, cx, body.next, sink, tables)
      scope.names.delete(body.name)
      return freeLocals(f, body.value.type, locals)
    }
    case 'if':
      emit(scope, body.cond)
      f.if()
      emitBody(scope, cx, body.next, sink, tables)
      f.end()
      return
    case 'merge':
      return sink.merge(body.key, body.values)
    case 'probe':
      return emitProbe(scope, cx.pipelines, body, tables, () => emitBody(scope, cx, body.next, sink, tables))
  }
}
