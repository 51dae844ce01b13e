/**
 * One pipeline → one exported kernel (ctx, from, to), and a finish function where its builder has one.
 */
import { CTX } from '../ir/context.ts'
import type { IrType } from '../ir/nodes.ts'
import type { Pipeline } from '../ir/program.ts'
import { emitBody } from './body.ts'
import type { BuilderCode, SinkPlace } from './builders/sink.ts'
import { columnAccess } from './columns.ts'
import type { ModuleBuilder } from './encoder.ts'
import { emitLoops } from './loops.ts'
import { openTables } from './probe.ts'
import { loadMemos, loadParams } from './prologue.ts'
import { rowsAccess } from './rows.ts'
import { CTX_LOCAL, type Callees, type Scope } from './scope.ts'
import { type TupleLayout, tupleAccess } from './tuple.ts'
import { usesOf } from './uses.ts'

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
  let fetch = () => {}
  if (source.source === 'columns') scope.rows.set(pipeline.row, columnAccess(f, source.columns, uses.fields(pipeline.row), row))
  else if (source.source === 'rows') {
    const rows = rowsAccess(f, source.fields)
    scope.rows.set(pipeline.row, rows)
    fetch = () => rows.seek(f, row)
  } else if (source.source === 'range') scope.rows.set(pipeline.row, { read: (g) => g.get(row) })
  else {
    const address = f.local('i32')
    fetch = () => f.get(CTX_LOCAL).memory('i32.load', CTX.source).get(row).i32(2).op('i32.shl').op('i32.add').memory('i32.load').set(address)
    // A sorter's fields are its payload; an aggregate's key comes before its state, as one row.
    scope.rows.set(pipeline.row, tupleAccess((cx.codes[source.sink] as BuilderCode).layout as TupleLayout, address))
  }
  const tables = openTables(scope, cx.places, pipeline.body)
  const sink = code.open(scope, cx.places[index] as SinkPlace)
  emitLoops(scope, pipeline.body, row, fetch, (body) => emitBody(scope, cx.pipelines, body, sink, tables))
  sink.close?.()

  if (code.finish) {
    const g = cx.module.function({ params: ['i32'], results: [] }, `f${index}`)
    const finishScope: Scope = { ...scope, f: g, names: new Map(), rows: new Map(), params: loadParams(g, cx.params, uses.builderParams), memos: new Map() }
    code.finish(finishScope, cx.places[index] as SinkPlace)
  }
}
