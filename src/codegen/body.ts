/** What is done for each row: names, filters, matches, and the merge into the sink. */
import type { Body, Pipeline } from '../ir/program.ts'
import { emitFor } from './builders/loops.ts'
import type { SinkCode } from './builders/sink.ts'
import { emit } from './expressions.ts'
import { emitProbe, type Tables } from './probe.ts'
import { freeLocals, type Scope, toLocals } from './scope.ts'

export const emitBody = (scope: Scope, pipelines: readonly Pipeline[], body: Body, sink: SinkCode, tables: Tables): void => {
  const { f } = scope
  switch (body.body) {
    case 'let': {
      emit(scope, body.value)
      const locals = toLocals(f, body.value.type)
      scope.names.set(body.name, locals)
      emitBody(scope, pipelines, body.next, sink, tables)
      scope.names.delete(body.name)
      return freeLocals(f, body.value.type, locals)
    }
    case 'if':
      emit(scope, body.cond)
      f.if()
      emitBody(scope, pipelines, body.next, sink, tables)
      f.end()
      return
    case 'fork':
      for (const branch of body.branches) emitBody(scope, pipelines, branch, sink, tables)
      return
    case 'each': {
      const index = f.local('i32')
      const count = f.local('i32')
      emit(scope, body.count)
      f.set(count).i32(0).set(index)
      emitFor(f, index, count, () => {
        scope.names.set(body.index, [index])
        emitBody(scope, pipelines, body.next, sink, tables)
        scope.names.delete(body.index)
      })
      f.free('i32', index)
      f.free('i32', count)
      return
    }
    case 'stage':
      throw new Error('no staging points yet')
    case 'merge':
      return sink.merge(body.key, body.values)
    case 'probe':
      return emitProbe(scope, pipelines, body, tables, () => emitBody(scope, pipelines, body.next, sink, tables))
  }
}
