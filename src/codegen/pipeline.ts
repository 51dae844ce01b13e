/**
 * One pipeline → one exported kernel (ctx, from, to), and a finish function where its builder has one. Rows are taken in
 * chunks of 1024. A pipeline that begins with filters is staged: one tight loop writes the numbers of the rows that pass,
 * a second one runs the rest over them.
 */
import { CHUNK_ROWS, CTX } from '../ir/context.ts'
import type { IrType } from '../ir/nodes.ts'
import type { Body, Builder, Pipeline } from '../ir/program.ts'
import { type BuilderCode, type SinkCode, type SinkPlace, evaluate } from './builders/sink.ts'
import { appenderCode } from './builders/appender.ts'
import { dictLayout, dictmergerCode } from './builders/dictmerger.ts'
import { groupLayout, groupmergerCode } from './builders/groupmerger.ts'
import { mergerCode, mergerLayout } from './builders/merger.ts'
import { sorterCode, sorterLayout } from './builders/sorter.ts'
import { columnAccess } from './columns.ts'
import type { FunctionBuilder, ModuleBuilder } from './encoder.ts'
import { emit } from './expressions.ts'
import { emitHash, emitKeyEquals } from './hash.ts'
import { CTX_LOCAL, type Callees, freeLocals, type RowAccess, type Scope, slotsOf, toLocals } from './scope.ts'
import { JOIN_OUTPUT, outputOffset } from './sinks.ts'
import { type TupleLayout, tupleAccess } from './tuple.ts'
import { usesOf } from './uses.ts'

const FROM = 1
const TO = 2

export const builderCode = (builder: Builder): BuilderCode => {
  switch (builder.builder) {
    case 'merger':
      return mergerCode(builder)
    case 'dictmerger':
      return dictmergerCode(builder)
    case 'groupmerger':
      return groupmergerCode(builder)
    case 'sorter':
      return sorterCode(builder)
    case 'appender':
      return appenderCode(builder)
  }
}

/** Layout of the tuples a builder leaves for a later pipeline. */
export const tupleLayoutOf = (builder: Builder): TupleLayout => {
  switch (builder.builder) {
    case 'merger':
      return mergerLayout(builder)
    case 'dictmerger':
      return dictLayout(builder)
    case 'groupmerger':
      return groupLayout(builder)
    case 'sorter':
      return sorterLayout(builder)
    case 'appender':
      throw new Error('an appender leaves columns')
  }
}

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
    const builder = (cx.pipelines[source.sink] as Pipeline).builder
    // A sorter's fields are its payload; an aggregate's key comes before its state, as one row.
    scope.rows.set(pipeline.row, tupleAccess(tupleLayoutOf(builder), address))
  }
  const tables = openTables(scope, cx, pipeline.body)
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

/** Directory and mask of each probed join, in locals. */
type Tables = ReadonlyMap<number, { readonly directory: number; readonly mask: number }>

const openTables = (scope: Scope, cx: ModuleContext, body: Body): Tables => {
  const { f } = scope
  const tables = new Map<number, { directory: number; mask: number }>()
  for (let b = body; b.body !== 'merge'; b = b.next) {
    if (b.body !== 'probe' || tables.has(b.sink)) continue
    const load = (offset: number) => {
      const local = f.local('i32')
      f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', outputOffset((cx.places[b.sink] as SinkPlace).index) + offset).set(local)
      return local
    }
    tables.set(b.sink, { directory: load(JOIN_OUTPUT.directory), mask: load(JOIN_OUTPUT.mask) })
  }
  return tables
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
      return emitProbe(scope, cx, body, sink, tables)
  }
}

const emitProbe = (scope: Scope, cx: ModuleContext, body: Extract<Body, { body: 'probe' }>, sink: SinkCode, tables: Tables): void => {
  const { f } = scope
  const builder = (cx.pipelines[body.sink] as Pipeline).builder as Extract<Builder, { builder: 'groupmerger' }>
  const layout = groupLayout(builder)
  const { directory, mask } = tables.get(body.sink) as { directory: number; mask: number }
  const tuple = f.local('i32')
  const hash = f.local('i32')
  const types = body.key.map((k) => k.type)
  const keys = evaluate(scope, body.key)
  const access: RowAccess = tupleAccess(layout, tuple, builder.key.length)
  const enter = () => {
    emitHash(f, scope.callees, types, keys)
    f.tee(hash).get(mask).op('i32.and').i32(2).op('i32.shl').get(directory).op('i32.add').memory('i32.load').set(tuple)
  }
  const matches = () => {
    f.get(tuple).memory('i32.load', 0).get(hash).op('i32.eq').if(['i32'])
    emitKeyEquals(f, scope.callees, layout, tuple, types, keys)
    f.else().i32(0).end()
  }
  const follow = () => f.get(tuple).memory('i32.load', 4).set(tuple)
  if (body.memo) {
    // memo: first match of a dictionary code, 1 where there is none
    const entry = f.local('i32')
    f.get(scope.memos.get(body.memo.table) as number)
    emit(scope, body.memo.code)
    f.i32(2).op('i32.shl').op('i32.add').tee(entry).memory('i32.load').tee(tuple).op('i32.eqz').if()
    enter()
    const first = f.block()
    const search = f.loop()
    f.get(tuple).op('i32.eqz').brIf(first)
    matches()
    f.brIf(first)
    follow()
    f.br(search).end().end()
    f.get(entry).get(tuple).i32(1).get(tuple).op('select').memory('i32.store')
    f.else().i32(0).get(tuple).get(tuple).i32(1).op('i32.eq').op('select').tee(tuple).if()
    f.get(tuple).memory('i32.load', 0).set(hash)
    f.end().end()
    f.free('i32', entry)
  } else enter()
  const exit = f.block()
  const chain = f.loop()
  f.get(tuple).op('i32.eqz').brIf(exit)
  matches()
  f.if()
  scope.rows.set(body.row, access)
  emitBody(scope, cx, body.next, sink, tables)
  scope.rows.delete(body.row)
  f.end()
  follow()
  f.br(chain).end().end()
  types.forEach((type, i) => {
    freeLocals(f, type, keys[i] as readonly number[])
  })
  f.free('i32', tuple)
  f.free('i32', hash)
}

const loadParams = (f: FunctionBuilder, types: readonly IrType[], used: ReadonlySet<number>): Map<number, readonly number[]> => {
  const locals = new Map<number, readonly number[]>()
  for (const index of used) {
    const slots = slotsOf(types[index] as IrType)
    locals.set(
      index,
      slots.map((slot, i) => {
        const local = f.local(slot)
        f.get(CTX_LOCAL).memory('i32.load', CTX.params).memory(`${slot as 'i32' | 'i64' | 'f32' | 'f64'}.load`, index * 16 + i * 8).set(local)
        return local
      }),
    )
  }
  return locals
}

const loadMemos = (f: FunctionBuilder, offset: number, used: ReadonlySet<number>): Map<number, number> => {
  const locals = new Map<number, number>()
  for (const table of used) {
    const local = f.local('i32')
    f.get(CTX_LOCAL).memory('i32.load', offset + table * 4).set(local)
    locals.set(table, local)
  }
  return locals
}

