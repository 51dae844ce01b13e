/** Pipelines that are in lanes as a whole: filters, values and the merge. */
import type { Pipeline } from '../../ir/program.ts'
import type { SinkCode } from '../builders/sink.ts'
import type { Scope } from '../scope.ts'
import { emitLaneAppend } from './append.ts'
import { emitCompacted } from './compact.ts'
import { emitLaneGroups } from './groups.ts'
import { emitLaneMerge } from './merge.ts'
import type { LanePlaces } from './scope.ts'

/** `scalar` does one row. */
export const emitLaneSink = (scope: Scope, { body, builder, vector }: Pipeline, columns: LanePlaces, row: number, sink: SinkCode, scalar: () => void): void => {
  if (builder.builder === 'merger' && sink.state) return emitLaneMerge(scope, columns, row, body, builder, sink.state, scalar)
  if (builder.builder === 'dictmerger' && sink.groups) return emitLaneGroups(scope, columns, row, body, sink.groups, scalar)
  if (builder.builder === 'appender' && sink.chunk && vector?.filter) return emitCompacted(scope, columns, row, body, vector.filter, sink.chunk, scalar)
  if (builder.builder === 'appender' && sink.chunk) return emitLaneAppend(scope, columns, row, body, sink.chunk, scalar)
  throw new Error(`no ${builder.builder} in lanes`)
}
