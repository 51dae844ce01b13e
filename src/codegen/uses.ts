/** What a pipeline reads: parameters, fields of rows, memo tables; so that each is loaded once at a kernel's start. */
import type { Ir } from '../ir/nodes.ts'
import type { Body, Builder, Pipeline } from '../ir/program.ts'
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

const builderExpressions = (builder: Builder): readonly Ir[] =>
  builder.builder === 'merger' || builder.builder === 'dictmerger' ? [...builder.state.map((s) => s.init), ...builder.combine] : []

const bodyExpressions = (body: Body): readonly Ir[] => {
  switch (body.body) {
    case 'let':
      return [body.value, ...bodyExpressions(body.next)]
    case 'if':
      return [body.cond, ...bodyExpressions(body.next)]
    case 'probe':
      return [...body.key, ...(body.memo ? [body.memo.code] : []), ...bodyExpressions(body.next)]
    case 'merge':
      return [...body.key, ...body.values]
  }
}

export const usesOf = (pipeline: Pipeline): Uses => {
  const builder: Found = { params: new Set(), memos: new Set(), fields: new Map() }
  for (const e of builderExpressions(pipeline.builder)) visit(e, builder)
  const found: Found = { params: new Set(builder.params), memos: new Set(), fields: new Map() }
  for (const e of bodyExpressions(pipeline.body)) visit(e, found)
  for (let b = pipeline.body; b.body !== 'merge'; b = b.next) if (b.body === 'probe' && b.memo) found.memos.add(b.memo.table)
  return { params: found.params, builderParams: builder.params, memos: found.memos, fields: (row) => found.fields.get(row) ?? new Set() }
}
