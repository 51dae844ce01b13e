/**
 * A probe right behind a pipeline's filters or a staging point, over all rows that come there at once, 1024 at most: first all
 * keys are hashed and their heads looked up, without a branch, and rows whose chain may hold their key are written down; then
 * the chains of those are followed. So the misses of many rows overlap, and a key without a match costs no mispredicted branch.
 *
 *   candidate   0 position of the row u32 · 4 chain u32 · 8 hash u32 · 12 list
 *
 *   inner, semi   the rows whose chain may hold the key; by a dense key and without a residual all of them match
 *   anti          the same way, by a dense key and without a residual: the rows without a chain; else as left, then thinned out
 *   left, mark,   all rows, chain 0 where it does not hold the key; the list, from the first entry on, has the addresses of the
 *   single        others, whose chains are searched before any row goes on, so that rows stay in order
 */
import { evaluate } from './builders/sink.ts'
import type { FunctionBuilder } from './encoder.ts'
import { emitHead, freeKeys, type Probed } from './lookup.ts'
import { emitFirstMatch, emitMatchesFrom, emitOuter, keepsAll } from './probe.ts'
import type { Scope } from './scope.ts'
import { type Let, neededLets, PAIR_BYTES, raises, type RowCode, type Rows, within } from './staged-probe.ts'

const CHAIN = 4
const HASH = 8
const LIST = 12

/** `next` runs as the join's kind says. */
export const stagedProbeCode = (scope: Scope, lets: readonly Let[], p: Probed, rows: Rows, next: () => void): RowCode => {
  const { f } = scope
  const { kind } = p.body
  const cursor = f.local('i32')
  const hash = f.local('i32')
  const tuple = f.local('i32')
  const may = f.local('i32')
  /** Every row is written down. */
  const all = keepsAll(kind) || (kind === 'anti' && !(p.exact && p.mark === undefined))
  /** Whether a chain is searched before its row goes on. */
  const searched = all && !(p.exact && (p.mark === undefined || keepsAll(kind)))
  const listed = searched ? f.local('i32') : -1
  // What may raise does so for every row that comes here, match or not.
  const early = neededLets(lets, [...p.body.key, ...lets.map((l) => l.value).filter(raises)])
  const first = lets.filter((l) => early.includes(l) || raises(l.value))
  const chain = (at: number) => {
    f.get(at).memory('i32.load', CHAIN).set(tuple)
    if (p.tagged) f.get(at).memory('i32.load', HASH).set(hash)
  }
  /** Runs `inner` for the row of a candidate, with its keys where they are compared. */
  const withRow = (at: number, inner: (keys: readonly (readonly number[])[]) => void) => {
    f.get(at).memory('i32.load').set(rows.position)
    rows.seek(() =>
      within(scope, lets, () => {
        const keys = p.dense ? [] : evaluate(scope, p.body.key)
        inner(keys)
        if (!p.dense) freeKeys(scope, p, keys)
      }),
    )
  }
  const search = (at: number) => {
    const candidate = f.local('i32')
    emitCandidates(f, rows, at, listed, () => {
      f.get(at).memory('i32.load', LIST).set(candidate)
      chain(candidate)
      withRow(candidate, (keys) => emitFirstMatch(scope, p, keys, hash, tuple))
      f.get(candidate).get(tuple).memory('i32.store', CHAIN)
    })
    f.free('i32', candidate)
  }
  /** Leaves those without a match at the front. */
  const thin = (at: number) => {
    const kept = f.local('i32')
    rows.pairs()
    f.set(kept)
    emitCandidates(f, rows, at, cursor, () => {
      f.get(kept).get(at).memory('i32.load').memory('i32.store')
      f.get(kept).get(at).memory('i32.load', CHAIN).op('i32.eqz').i32(PAIR_SHIFT).op('i32.shl').op('i32.add').set(kept)
    })
    f.get(kept).set(cursor)
    f.free('i32', kept)
  }
  return {
    before: () => {
      rows.pairs()
      f.set(cursor)
      if (searched) f.get(cursor).set(listed)
    },
    row: () => {
      within(scope, first, () => {
        const keys = evaluate(scope, p.body.key)
        emitHead(scope, p, keys, hash, tuple)
        f.set(may).get(cursor).get(rows.position).memory('i32.store')
        f.get(cursor).get(tuple)
        // A chain by dense keys is 0 or holds the key.
        if (all && !p.dense) f.i32(0).get(may).op('select')
        f.memory('i32.store', CHAIN)
        if (p.tagged) f.get(cursor).get(hash).memory('i32.store', HASH)
        if (searched) {
          f.get(listed).get(cursor).memory('i32.store', LIST)
          f.get(listed).get(may).i32(PAIR_SHIFT).op('i32.shl').op('i32.add').set(listed)
        }
        f.get(cursor)
        if (all) f.i32(PAIR_BYTES)
        else {
          f.get(may)
          if (kind === 'anti') f.op('i32.eqz')
          f.i32(PAIR_SHIFT).op('i32.shl')
        }
        f.op('i32.add').set(cursor)
        freeKeys(scope, p, keys)
      })
    },
    after: () => {
      const at = f.local('i32')
      if (searched) search(at)
      if (kind === 'anti' && all) thin(at)
      emitCandidates(f, rows, at, cursor, () => {
        if (kind !== 'anti') chain(at)
        withRow(at, (keys) => {
          if (!kind) emitMatchesFrom(scope, p, keys, hash, tuple, next)
          else if (keepsAll(kind)) emitOuter(scope, p, keys, hash, tuple, next)
          else if (kind === 'anti' || (p.exact && p.mark === undefined)) next()
          else {
            emitFirstMatch(scope, p, keys, hash, tuple)
            f.get(tuple).if()
            next()
            f.end()
          }
        })
      })
      for (const local of [at, cursor, hash, tuple, may, ...(searched ? [listed] : [])]) f.free('i32', local)
    },
  }
}

const PAIR_SHIFT = 4

/** For each entry from the first up to `end`; `at` holds its address. */
const emitCandidates = (f: FunctionBuilder, rows: Rows, at: number, end: number, body: () => void): void => {
  rows.pairs()
  f.set(at)
  const done = f.block()
  const top = f.loop()
  f.get(at).get(end).op('i32.ge_u').brIf(done)
  body()
  f.get(at).i32(PAIR_BYTES).op('i32.add').set(at).br(top)
  f.end().end()
}
