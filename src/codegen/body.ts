/** What is done for each row: names, filters, matches, inner loops, staging points, and merges into the sink. */
import type { Body, Pipeline } from '../ir/program.ts'
import { emitFor } from './builders/loops.ts'
import type { SinkCode } from './builders/sink.ts'
import { emit } from './expressions.ts'
import { probed, type Tables } from './lookup.ts'
import { emitProbe } from './probe.ts'
import { stagedProbeCode } from './probe-chunks.ts'
import { freeLocals, type Scope, toLocals } from './scope.ts'
import { type RowCode, type Rows, stagedMerge, stagedProbe } from './staged-probe.ts'
import { weigh } from './weights.ts'

type Stage = Extract<Body, { body: 'stage' }>

export interface BodyContext {
  readonly scope: Scope
  readonly pipelines: readonly Pipeline[]
  readonly tables: Tables
  /** Absent where every merge is behind a staging point. */
  readonly sink: SinkCode | undefined
  /** What a row does at a staging point. */
  readonly stage: (stage: Stage) => void
}

/** Bytes of a merge, as estimated, up to which all rows of a chunk are merged at once, and several rows in a round. */
const LARGEST_STAGED = 1200
const LARGEST_UNROLLED = 700

/** What a loop over rows does: the body for each, or the parts of the merge or the two halves of the probe it begins with. */
export const rowCode = (cx: BodyContext, body: Body, rows: Rows): RowCode => {
  const merged = stagedMerge(body)
  const weight = merged && cx.sink?.staged ? weigh(body) : Number.POSITIVE_INFINITY
  const atOnce = merged && weight <= LARGEST_STAGED && cx.sink?.staged?.(merged.lets, merged.merge.key, merged.merge.values, rows, weight <= LARGEST_UNROLLED ? 4 : 1)
  if (atOnce) return atOnce
  const staged = stagedProbe(body)
  if (!staged) return { row: () => emitBody(cx, body) }
  const { lets, probe } = staged
  return stagedProbeCode(cx.scope, lets, probed(cx.pipelines, probe, cx.tables), rows, () => emitBody(cx, probe.next))
}

export const emitBody = (cx: BodyContext, body: Body): void => {
  const { scope } = cx
  const { f } = scope
  switch (body.body) {
    case 'let': {
      emit(scope, body.value)
      const locals = toLocals(f, body.value.type)
      scope.names.set(body.name, locals)
      emitBody(cx, body.next)
      scope.names.delete(body.name)
      return freeLocals(f, body.value.type, locals)
    }
    case 'if':
      emit(scope, body.cond)
      f.if()
      emitBody(cx, body.next)
      f.end()
      return
    // Only a chunk's rows together are worth pruning; loops.ts does it, where it comes first.
    case 'prune':
      return emitBody(cx, body.next)
    case 'fork':
      for (const branch of body.branches) emitBody(cx, branch)
      return
    case 'each': {
      const index = f.local('i32')
      const count = f.local('i32')
      emit(scope, body.count)
      f.set(count).i32(0).set(index)
      emitFor(f, index, count, () => {
        scope.names.set(body.index, [index])
        emitBody(cx, body.next)
        scope.names.delete(body.index)
      })
      f.free('i32', index)
      f.free('i32', count)
      return
    }
    case 'stage':
      return cx.stage(body)
    case 'merge':
      return (cx.sink as SinkCode).merge(body.key, body.values)
    case 'probe':
      return emitProbe(scope, cx.pipelines, body, cx.tables, () => emitBody(cx, body.next))
  }
}
