/** The positions of rows that merge into one sink: pipelines follow one another, and so do the rows that one row becomes. */
import type { Ir } from '../ir/nodes.ts'
import { type Body, mapStep, type Pipeline } from '../ir/program.ts'
import { mapChildren } from '../ir/walk.ts'

type Position = Extract<Ir, { ir: 'position' }>

const positioned = (body: Body, f: (p: Position) => Position): Body => {
  const done = new Map<Ir, Ir>()
  const expression = (e: Ir): Ir => {
    const known = done.get(e)
    if (known) return known
    const made = e.ir === 'position' ? f(e) : mapChildren(e, expression)
    done.set(e, made)
    return made
  }
  const walk = (b: Body): Body => mapStep(b, expression, walk)
  return walk(body)
}

/** The body of the row number `part` of `parts` that each row becomes. */
export const partPositions = (body: Body, part: number, parts: number): Body => positioned(body, (p) => ({ ...p, times: p.times * parts, plus: p.plus + part * p.times }))

/** Rows of a pipeline that merges into another's sink come after those of the pipelines before it. */
export const orderPositions = (pipelines: readonly Pipeline[]): readonly Pipeline[] =>
  pipelines.map((p, order) => (p.into === undefined ? p : { ...p, body: positioned(p.body, (one) => ({ ...one, order })) }))
