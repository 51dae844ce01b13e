/**
 * Lets before a wide merge, whose parts are functions of their own: what one value alone reads is named within it, and so is
 * what costs no more than to be passed, in each. What several read that is worth a name stays before the merge.
 */
import type { Ir } from '../ir/nodes.ts'
import type { Body, Pipeline } from '../ir/program.ts'
import { mergeParts } from './parts.ts'
import { freeOf } from './points.ts'
import { weighAll } from './weights.ts'

type Let = Extract<Body, { body: 'let' }>

/** Estimated bytes of a value that is rather evaluated again than passed. */
const CHEAP = 60

/** The pipeline's body with such lets in the values that read them; itself where its merge is no wide one. */
export const sinkLets = ({ body, builder }: Pick<Pipeline, 'body' | 'builder'>): Body => {
  const free = freeOf()
  const go = (b: Body): Body => {
    if (b.body === 'merge' || b.body === 'fork') return b
    if (b.body !== 'let') {
      const next = go(b.next)
      return next === b.next ? b : { ...b, next }
    }
    const lets: Let[] = []
    let end: Body = b
    for (; end.body === 'let'; end = end.next) lets.push(end)
    if (end.body !== 'merge') {
      const next = go(end)
      return next === end ? b : named(lets, next)
    }
    const units: Ir[] = [...end.key, ...end.values]
    const kept: Let[] = []
    for (const l of lets.toReversed()) {
      const reads = (e: Ir) => free(e).has(l.name)
      const within = (e: Ir): Ir => ({ ir: 'let', type: e.type, name: l.name, value: l.value, body: e })
      const users = units.filter(reads).length + kept.filter((k) => reads(k.value)).length
      if (users > 1 && weighAll(l.value) > CHEAP) {
        kept.unshift(l)
        continue
      }
      units.forEach((u, i) => {
        if (reads(u)) units[i] = within(u)
      })
      kept.forEach((k, i) => {
        if (reads(k.value)) kept[i] = { ...k, value: within(k.value) }
      })
    }
    const merge = { ...end, key: units.slice(0, end.key.length), values: units.slice(end.key.length) }
    return kept.length < lets.length && mergeParts(builder, merge.key, merge.values) ? named(kept, merge) : b
  }
  return go(body)
}

const named = (lets: readonly Let[], next: Body): Body => lets.reduceRight((rest: Body, l): Body => ({ ...l, next: rest }), next)
