/**
 * The last step before code: staging points are put into bodies whose function would be too large, because the optimising
 * compiler's time grows faster than a function does. Bodies are cut between their steps, before the one that would be too much;
 * a large expression is first taken apart into the values it certainly needs.
 */
import { fresh } from '../ir/build.ts'
import type { Ir, Scalar } from '../ir/nodes.ts'
import { type Body, mapStep, type Pipeline, type Program, STATE_ROW } from '../ir/program.ts'
import { childrenOf, firstLazy, mapChildren } from '../ir/walk.ts'
import { generalForm, mapForms } from '../ir/null-free.ts'
import { leadingPrunes } from './filters/layout.ts'
import { pipelineSizes } from './module.ts'
import { stageBefore } from './points.ts'
import { sinkLets } from './sink-lets.ts'
import { LARGEST_FUNCTION, SURELY_SMALL, weigh, weighAll, weighStep } from './weights.ts'

/** What one function is filled to, as shares of the largest, until all are small enough. */
const FILLS = [0.8, 0.6, 0.45, 0.3]
/** Estimated bytes of a value that a large merge has computed before it. */
const WORTH = 60

export const splitLarge = (program: Program, params: readonly Scalar[], memos: number, limit = LARGEST_FUNCTION): Program => {
  const pipelines = program.pipelines.map((given, index) => prunedAlike(mapForms(given, (p): Pipeline => {
    if (weigh(p.body) < SURELY_SMALL * limit || p.vector?.merge) return p
    const largest = (changed: Pipeline) => Math.max(...pipelineSizes({ pipelines: program.pipelines.map((x, i) => (i === index ? changed : x)) }, params, memos, index))
    const given = largest(p)
    if (given <= limit) return p
    const cut = (pipeline: Pipeline, size: number): Sized => {
      let best = { pipeline, size }
      const scale = size / weigh(pipeline.body)
      for (const fill of FILLS) {
        if (best.size <= limit) break
        best = smaller(best, sized({ ...pipeline, body: new Splitter(pipeline, (limit * fill) / scale).split() }))
      }
      return best
    }
    const sized = (pipeline: Pipeline): Sized => ({ pipeline, size: largest(pipeline) })
    const sunk = sinkLets(p)
    let best = cut(...(sunk === p.body ? [p, given] as const : [{ ...p, body: sunk }, largest({ ...p, body: sunk })] as const))
    // Filters in lanes are one function's.
    for (let filter = p.vector?.filter ?? 0; best.size > limit && filter > 0; ) {
      filter = Math.floor(filter * 0.6)
      const { vector: _, ...scalar } = { ...p, body: sunk }
      const fewer: Pipeline = filter > 0 ? { ...scalar, vector: { filter, merge: false } } : scalar
      best = smaller(best, cut(fewer, largest(fewer)))
    }
    return best.pipeline
  })))
  return pipelines.every((p, i) => p === program.pipelines[i]) ? program : { pipelines }
}

/** Leading prunes count in the same places of a context: of forms that were cut between them, the general one is left. */
const prunedAlike = (pipeline: Pipeline): Pipeline => {
  const { nullFree } = pipeline
  if (!nullFree) return pipeline
  const [general, apart] = [pipeline.body, nullFree.body].map((body) => leadingPrunes(body).map(({ sink, filter }) => `${sink} ${filter}`).join())
  return general === apart ? pipeline : generalForm(pipeline)
}

interface Sized {
  readonly pipeline: Pipeline
  readonly size: number
}
const smaller = (a: Sized, b: Sized): Sized => (b.size < a.size ? b : a)

class Splitter {
  readonly #pipeline: Pipeline
  readonly #budget: number

  constructor(pipeline: Pipeline, budget: number) {
    this.#pipeline = pipeline
    this.#budget = budget
  }

  split(): Body {
    return this.#rest(this.#pipeline.body, 0, leadingSteps(this.#pipeline, this.#budget))
  }

  /** `used`: bytes of the function so far. `leading`: so many steps run in the loop that selects rows, and stay together. */
  #rest(body: Body, used: number, leading: number): Body {
    const own = weighStep(body)
    if (leading === 0 && own > this.#budget / 3) {
      const apart = takeApart(body)
      if (apart !== body) return this.#rest(apart, used, 0)
    }
    if (leading === 0 && used > 0 && used + own > this.#budget) return stageBefore(this.#rest(body, 0, 0), this.#pipeline.row)
    if (body.body === 'stage') return { ...body, next: this.#rest(body.next, 0, 0) }
    if (body.body === 'fork') return this.#fork(body, used)
    return mapStep(body, (e) => e, (next) => this.#rest(next, used + own, Math.max(0, leading - 1)))
  }

  /** Branches that do not fit together have a function each. */
  #fork(body: Extract<Body, { body: 'fork' }>, used: number): Body {
    if (used + weigh(body) <= this.#budget) return body
    return { ...body, branches: body.branches.map((b) => stageBefore(this.#rest(b, 0, 0), this.#pipeline.row)) }
  }
}

/** Number of steps up to the last filter in lanes; without lanes, up to the last one that comes before anything but lets, and fits. */
const leadingSteps = ({ body, vector }: Pipeline, budget: number): number => {
  let last = 0
  let at = 1
  let filters = 0
  let used = 0
  for (let b = body; b.body === 'let' || b.body === 'if' || b.body === 'prune'; b = b.next, at++) {
    used += weighStep(b)
    // A prune is a function of its own, and does nothing behind a staging point.
    if (b.body === 'prune' && used <= budget) last = at
    else if (b.body === 'if' && (vector ? ++filters <= vector.filter : used <= budget)) last = at
  }
  return last
}

/** The step behind lets of the values that it certainly needs, a lazy conjunction as two filters; the step itself where there is nothing. */
const takeApart = (step: Body): Body => {
  if (step.body === 'if' && step.cond.ir === 'binary' && step.cond.op === '&&') return { body: 'if', cond: step.cond.left, next: { body: 'if', cond: step.cond.right, next: step.next } }
  const lets: { readonly name: string; readonly value: Ir }[] = []
  const known = new Map<Ir, Ir>()
  const reading = new Map<Ir, boolean>()
  const readsState = (e: Ir): boolean => {
    const reads = reading.get(e) ?? ((e.ir === 'field' && e.row === STATE_ROW) || childrenOf(e).some(readsState))
    reading.set(e, reads)
    return reads
  }
  const strict = (e: Ir): Ir => {
    if (e.ir === 'ident' || e.ir === 'literal' || e.ir === 'param' || e.ir === 'field') return e
    if (e.ir === 'let' && !readsState(e.value)) {
      // What is used twice brings its names twice.
      if (!lets.some((l) => l.name === e.name)) lets.push({ name: e.name, value: strict(e.value) })
      return strict(e.body)
    }
    const done = known.get(e)
    if (done) return done
    const lazy = e.ir === 'let' ? 1 : firstLazy(e)
    let i = 0
    const inner = mapChildren(e, (child) => (i++ < lazy ? strict(child) : child))
    if (readsState(inner) || weighAll(inner) < WORTH) return inner
    const name = fresh('v')
    lets.push({ name, value: inner })
    const made: Ir = { ir: 'ident', type: e.type, name }
    known.set(e, made)
    return made
  }
  // A let's own value is one already; only what it is made of can be taken out.
  const apart = step.body === 'let' ? { ...step, value: mapLet(step.value, strict) } : mapStep(step, strict, (next) => next)
  return lets.length === 0 ? step : lets.reduceRight((next: Body, l): Body => ({ body: 'let', ...l, next }), apart)
}
const mapLet = (e: Ir, strict: (e: Ir) => Ir): Ir => {
  const lazy = firstLazy(e)
  let i = 0
  return e.ir === 'let' ? strict(e) : mapChildren(e, (child) => (i++ < lazy ? strict(child) : child))
}
