/**
 * What a body may do with all rows at once that come to it, 1024 at most: which bodies begin with a probe or a merge that does,
 * and with which lets.
 */
import type { Ir } from '../ir/nodes.ts'
import type { Body } from '../ir/program.ts'
import { childrenOf, raisesItself } from '../ir/walk.ts'
import { emit } from './expressions.ts'
import type { Probe } from './lookup.ts'
import { freeLocals, type Scope, toLocals } from './scope.ts'

/** Room for each of them (probe-chunks.ts, dict/staged.ts). */
export const PAIR_BYTES = 16
export type Let = Extract<Body, { body: 'let' }>

/** Code for each row of a chunk, and before and after the loop over them. */
export interface RowCode {
  /** A loop of its own over the same rows before, where `when` pushes 1. */
  readonly first?: { readonly when: () => void; readonly row: () => void } | undefined
  readonly before?: () => void
  readonly row: () => void
  readonly after?: () => void
  /** How many rows a round of the loop had better do; one where absent. */
  readonly unroll?: number | undefined
}

/** The lets and the probe that a body begins with, if it is worth staging: keys are evaluated twice, so they make no calls. */
export const stagedProbe = (body: Body): { readonly lets: readonly Let[]; readonly probe: Probe } | undefined => {
  const lets: Let[] = []
  let b = body
  for (; b.body === 'let'; b = b.next) lets.push(b)
  if (b.body !== 'probe' || b.memo || b.ordered) return undefined
  const needed = neededLets(lets, b.key)
  return [...b.key, ...needed.map((l) => l.value)].some(isDear) ? undefined : { lets, probe: b }
}

/** The lets and the merge that a body begins with, if its key may be evaluated twice, and before what other rows may raise. */
export const stagedMerge = (body: Body): { readonly lets: readonly Let[]; readonly merge: Extract<Body, { body: 'merge' }> } | undefined => {
  const lets: Let[] = []
  let b = body
  for (; b.body === 'let'; b = b.next) lets.push(b)
  if (b.body !== 'merge') return undefined
  const early = [...b.key, ...neededLets(lets, b.key).map((l) => l.value)]
  return early.some((e) => isDear(e) || raises(e)) ? undefined : { lets, merge: b }
}

/** Where the rows of a loop come from. */
export interface Rows {
  /** Local with the row's position among them. */
  readonly position: number
  /** Makes the row at the position the current one, for as long as `inner` is emitted. */
  readonly seek: (inner: () => void) => void
  /** Pushes the address of room for 1024 pairs, which no function called from the loop's body writes. */
  readonly pairs: () => void
}

/** Runs `inner` with the lets' names bound. */
export const within = (scope: Scope, lets: readonly Let[], inner: () => void): void => {
  const [first, ...rest] = lets
  if (!first) return inner()
  emit(scope, first.value)
  const locals = toLocals(scope.f, first.value.type)
  scope.names.set(first.name, locals)
  within(scope, rest, inner)
  scope.names.delete(first.name)
  freeLocals(scope.f, first.value.type, locals)
}

const reads = (e: Ir, name: string): boolean => (e.ir === 'ident' && e.name === name) || childrenOf(e).some((child) => reads(child, name))
export const raises = (e: Ir): boolean => raisesItself(e) || childrenOf(e).some(raises)
export const isDear = (e: Ir): boolean => e.ir === 'call' || e.ir === 'loop' || e.ir === 'find' || e.ir === 'memo' || childrenOf(e).some(isDear)

/** The lets that `es` read, and those that these read, in order. */
export const neededLets = (lets: readonly Let[], es: readonly Ir[]): readonly Let[] => {
  const needed: Ir[] = [...es]
  return lets
    .toReversed()
    .filter((l) => {
      if (!needed.some((e) => reads(e, l.name))) return false
      needed.push(l.value)
      return true
    })
    .toReversed()
}
