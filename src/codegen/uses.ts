/** What a pipeline reads: parameters, fields of rows, memo tables; so that each is loaded once at a kernel's start. */
import type { Ir } from '../ir/nodes.ts'
import { type Body, type Builder, combineOf, nextOf, type Pipeline, stateOf, stepExpressions } from '../ir/program.ts'
import { childrenOf } from '../ir/walk.ts'

export interface Uses {
  readonly params: ReadonlySet<number>
  /** Parameters the finish function needs. */
  readonly builderParams: ReadonlySet<number>
  readonly memos: ReadonlySet<number>
  fields(row: string): ReadonlySet<number>
}

interface Found {
  readonly params: Set<number>
  readonly memos: Set<number>
  readonly fields: Map<string, Set<number>>
}

const visit = (e: Ir, found: Found): void => {
  if (e.ir === 'param') found.params.add(e.index)
  if (e.ir === 'memo') found.memos.add(e.table)
  if (e.ir === 'field') {
    const set = found.fields.get(e.row) ?? new Set<number>()
    found.fields.set(e.row, set.add(e.index))
  }
  for (const child of childrenOf(e)) visit(child, found)
}

const builderExpressions = (builder: Builder): readonly Ir[] => [...stateOf(builder).map((s) => s.init), ...combineOf(builder)]

const visitBody = (body: Body, found: Found): void => {
  for (const e of stepExpressions(body)) visit(e, found)
  if (body.body === 'probe' && body.memo) found.memos.add(body.memo.table)
  for (const next of nextOf(body)) visitBody(next, found)
}

/** `body`: the part of the pipeline's that the function runs. */
export const usesOf = (pipeline: Pipeline, body = pipeline.body): Uses => {
  const builder: Found = { params: new Set(), memos: new Set(), fields: new Map() }
  for (const e of builderExpressions(pipeline.builder)) visit(e, builder)
  const found: Found = { params: new Set(builder.params), memos: new Set(), fields: new Map() }
  visitBody(body, found)
  return { params: found.params, builderParams: builder.params, memos: found.memos, fields: (row) => found.fields.get(row) ?? new Set() }
}
