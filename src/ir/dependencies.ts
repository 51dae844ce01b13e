/** Which sinks of earlier pipelines a pipeline reads: as its source, by probes and runtime filters, by keys and positions. */
import type { Ir } from './nodes.ts'
import { type Body, combineOf, nextOf, type Pipeline, stateOf, stepExpressions } from './program.ts'
import { childrenOf } from './walk.ts'

export const sinksRead = ({ source, body, builder }: Pipeline): ReadonlySet<number> => {
  const found = new Set<number>()
  const seen = new Set<Ir>()
  const visit = (e: Ir): void => {
    if (seen.has(e)) return
    seen.add(e)
    if (e.ir === 'find' || e.ir === 'tuple') found.add(e.sink)
    else if ((e.ir === 'element' || e.ir === 'size') && e.vec.vec === 'tuples') found.add(e.vec.sink)
    childrenOf(e).forEach(visit)
  }
  const walk = (b: Body): void => {
    if (b.body === 'probe' || b.body === 'prune') found.add(b.sink)
    stepExpressions(b).forEach(visit)
    nextOf(b).forEach(walk)
  }
  walk(body)
  for (const s of stateOf(builder)) visit(s.init)
  combineOf(builder).forEach(visit)
  if (source.source === 'tuples') found.add(source.sink)
  if (source.source === 'range') visit(source.count)
  return found
}

/** Sinks whose tuples a pipeline's probes mark, or a window's aggregates are written into: who reads that comes after it. */
export const sinksMarked = ({ body, builder }: Pipeline): ReadonlySet<number> => {
  const found = new Set<number>(builder.builder === 'framer' ? [builder.sink] : [])
  const walk = (b: Body): void => {
    if (b.body === 'probe' && b.marks) found.add(b.sink)
    nextOf(b).forEach(walk)
  }
  walk(body)
  return found
}
