/**
 * A probe right behind a pipeline's filters or a staging point, over all rows that come there at once, 1024 at most: first all
 * keys are hashed and their heads looked up, without a branch, and rows whose chain may hold their key are written down; then
 * the chains of those are followed. So the misses of many rows overlap, and a key without a match costs no mispredicted branch.
 *
 *   pair   0 position of the row u32 · 4 head of the chain u32 · 8 hash u32
 */
import type { Ir } from '../ir/nodes.ts'
import type { Body } from '../ir/program.ts'
import { childrenOf, raisesItself } from '../ir/walk.ts'
import { evaluate } from './builders/sink.ts'
import { emit } from './expressions.ts'
import { emitHead, emitMatchesFrom, freeKeys, type Probe, type Probed } from './probe.ts'
import { freeLocals, type Scope, toLocals } from './scope.ts'

export const PAIR_BYTES = 12
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
  if (b.body !== 'probe' || b.memo) return undefined
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

/** `next` runs for each match. */
export const stagedProbeCode = (scope: Scope, lets: readonly Let[], p: Probed, rows: Rows, next: () => void): RowCode => {
  const { f } = scope
  const cursor = f.local('i32')
  const hash = f.local('i32')
  const tuple = f.local('i32')
  // What may raise does so for every row that comes here, match or not.
  const early = neededLets(lets, [...p.body.key, ...lets.map((l) => l.value).filter(raises)])
  const raising = lets.filter((l) => raises(l.value) && !early.includes(l))
  return {
    before: () => {
      rows.pairs()
      f.set(cursor)
    },
    row: () => {
      within(scope, lets.filter((l) => early.includes(l) || raising.includes(l)), () => {
        const keys = evaluate(scope, p.body.key)
        f.get(cursor)
        emitHead(scope, p, keys, hash, tuple)
        f.get(cursor).get(rows.position).memory('i32.store')
        f.get(cursor).get(tuple).memory('i32.store', 4)
        if (p.tagged) f.get(cursor).get(hash).memory('i32.store', 8)
        f.i32(PAIR_BYTES).op('i32.mul').op('i32.add').set(cursor)
        freeKeys(scope, p, keys)
      })
    },
    after: () => {
      const at = f.local('i32')
      rows.pairs()
      f.set(at)
      const done = f.block()
      const top = f.loop()
      f.get(at).get(cursor).op('i32.ge_u').brIf(done)
      f.get(at).memory('i32.load').set(rows.position)
      rows.seek(() =>
        within(scope, lets, () => {
          const keys = evaluate(scope, p.body.key)
          f.get(at).memory('i32.load', 4).set(tuple)
          if (p.tagged) f.get(at).memory('i32.load', 8).set(hash)
          emitMatchesFrom(scope, p, keys, hash, tuple, next)
          freeKeys(scope, p, keys)
        }),
      )
      f.get(at).i32(PAIR_BYTES).op('i32.add').set(at).br(top)
      f.end().end()
      for (const local of [at, cursor, hash, tuple]) f.free('i32', local)
    },
  }
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
