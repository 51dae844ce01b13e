/** The expressions that lane code evaluates of a body, and whether they read validity bits of columns. */
import type { Ir } from '../../ir/nodes.ts'
import type { Body, SourceColumn } from '../../ir/program.ts'
import { childrenOf } from '../../ir/walk.ts'
import type { LanePlaces } from './scope.ts'

export interface LanePart {
  readonly expressions: readonly Ir[]
  nullable(places: LanePlaces): boolean
}

/** The first `filters` ifs, with the lets before them. */
export const filtersOf = (body: Body, filters: number): LanePart => {
  const expressions: Ir[] = []
  let left = filters
  for (let at = body; left > 0 && (at.body === 'let' || at.body === 'if'); at = at.next) {
    expressions.push(at.body === 'let' ? at.value : at.cond)
    if (at.body === 'if') left--
  }
  return part(expressions)
}

/** A body of lets and ifs before a merge. */
export const wholeOf = (body: Body, values: readonly Ir[]): LanePart => part([...filtersOf(body, Number.POSITIVE_INFINITY).expressions, ...values])

export const mergeOf = (body: Body): Extract<Body, { body: 'merge' }> => {
  if (body.body === 'merge') return body
  if (body.body === 'let' || body.body === 'if') return mergeOf(body.next)
  throw new Error(`${body.body} in lanes`)
}

const part = (expressions: readonly Ir[]): LanePart => ({
  expressions,
  nullable: (places) => 'places' in places && expressions.some((e) => readsNullable(e, places.columns)),
})
const readsNullable = (e: Ir, columns: readonly SourceColumn[]): boolean => (e.ir === 'field' ? columns[e.index]?.nullable === true : childrenOf(e).some((c) => readsNullable(c, columns)))
