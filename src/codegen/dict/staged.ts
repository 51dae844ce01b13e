/**
 * Merges of all rows of a chunk at once, in loops that are tight because no row waits for another's branch or call.
 *
 * Words: first every key's pair of entries is looked at, without a branch; where it was there for most, for the others the next pair;
 * then rows whose key was in neither are looked up as they come, or put in; a last loop updates the tuples. So neither a new key nor a displaced one costs a mispredicted branch
 * in the midst of the others.
 *
 *   pair   0 position of the row u32 · 4 its tuple u32 · of tags 8 hash u32      behind 1024 pairs: addresses of those without a tuple, u32
 */
import { CHUNK_ROWS } from '../../ir/context.ts'
import type { Ir } from '../../ir/nodes.ts'
import { evaluate } from '../builders/sink.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { emitHash, emitKeyEquals } from '../hash.ts'
import { freeLocals, type Scope } from '../scope.ts'
import { type Let, neededLets, type RowCode, type Rows, within } from '../staged-probe.ts'
import { emitWord, type Keyed, type KeyMode, type Keys } from './keys.ts'
import type { Giving } from './partitions.ts'
import { emitUpsert, type Table } from './table.ts'
import { emitCandidate } from './pairs.ts'

const PAIR = 8
const MISSED = CHUNK_ROWS * PAIR
const TAG = 12
const HASH = 8
const TAGS_MISSED = CHUNK_ROWS * TAG

type WordMode = Extract<KeyMode, { mode: 'word' }>
type TagMode = Extract<KeyMode, { mode: 'tagged' }>

export interface Merge {
  readonly scope: Scope
  readonly keyed: Keyed
  readonly table: Table
  readonly gives?: Giving | undefined
  readonly lets: readonly Let[]
  readonly key: readonly Ir[]
  /** Rows of a round. */
  readonly unroll: number
  /** Both of the tuple whose address a local holds. */
  readonly init: (tuple: number) => void
  readonly update: (tuple: number) => void
}

const withKeys = ({ scope, key }: Merge, lets: readonly Let[], body: (keys: Keys) => void): void =>
  within(scope, lets, () => {
    const keys = evaluate(scope, key)
    body(keys)
    key.forEach((k, i) => {
      freeLocals(scope.f, k.type, keys[i] as readonly number[])
    })
  })

export const stagedWords = (merge: Merge, mode: WordMode, rows: Rows): RowCode => {
  const { scope, keyed, table, gives, lets, unroll } = merge
  const { f } = scope
  const cursor = f.local('i32')
  const missed = f.local('i32')
  const tuple = f.local('i32')
  const early = neededLets(lets, merge.key)
  return {
    unroll,
    before: () => {
      gives?.check()
      rows.pairs()
      f.tee(cursor).i32(MISSED).op('i32.add').set(missed)
    },
    row: () =>
      withKeys(merge, early, (keys) => {
        const word = f.local(mode.type)
        emitWord(f, mode.type, keyed.types, keys)
        f.set(word).get(cursor)
        emitCandidate(f, mode, table, word)
        f.tee(tuple).memory('i32.store', 4)
        f.get(cursor).get(rows.position).memory('i32.store')
        f.get(missed).get(cursor).memory('i32.store')
        f.get(missed).get(tuple).op('i32.eqz').i32(2).op('i32.shl').op('i32.add').set(missed)
        f.get(cursor).i32(PAIR).op('i32.add').set(cursor)
        f.free(mode.type, word)
      }),
    after: () => {
      const at = f.local('i32')
      const pair = f.local('i32')
      const first = () => {
        rows.pairs()
        f.i32(MISSED).op('i32.add').set(at)
      }
      first()
      emitIfFew(f, at, missed, cursor, () => {
        const still = f.local('i32')
        f.get(at).set(still)
        emitWhile(f, at, missed, 4, 1, () => {
          f.get(at).memory('i32.load').tee(pair).memory('i32.load').set(rows.position)
          rows.seek(() =>
            withKeys(merge, early, (keys) => {
              const word = f.local(mode.type)
              emitWord(f, mode.type, keyed.types, keys)
              f.set(word).get(pair)
              emitCandidate(f, mode, table, word, 1)
              f.tee(tuple).memory('i32.store', 4)
              f.get(still).get(pair).memory('i32.store')
              f.get(still).get(tuple).op('i32.eqz').i32(2).op('i32.shl').op('i32.add').set(still)
              f.free(mode.type, word)
            }),
          )
        })
        f.get(still).set(missed)
        first()
        f.free('i32', still)
      })
      emitWhile(f, at, missed, 4, 1, () => {
        f.get(at).memory('i32.load').tee(pair).memory('i32.load').set(rows.position)
        rows.seek(() =>
          withKeys(merge, early, (keys) => {
            const init = () => merge.init(tuple)
            const upsert = () => emitUpsert(scope, keyed, table, keys, tuple, init, { elsewhere: true })
            if (gives) gives.unlessDirect(keys, tuple, init, upsert)
            else upsert()
            f.get(pair).get(tuple).memory('i32.store', 4)
          }),
        )
      })
      rows.pairs()
      f.set(at)
      gives?.count(() => f.get(cursor).get(at).op('i32.sub').i32(PAIR).op('i32.div_u'))
      emitWhile(f, at, cursor, PAIR, unroll, (ahead) => {
        f.get(at).memory('i32.load', ahead).set(rows.position)
        rows.seek(() =>
          within(scope, lets, () => {
            f.get(at).memory('i32.load', ahead + 4).set(tuple)
            merge.update(tuple)
          }),
        )
      })
      for (const local of [at, pair, cursor, missed, tuple]) f.free('i32', local)
    },
  }
}

/**
 * Tags: first every key is hashed and its pair looked at; then keys are compared with those of tuples whose tag is the
 * same, and these are updated; the rest are looked up as they come, or put in. All rows of a key go the same way.
 */
export const stagedTags = (merge: Merge, mode: TagMode, rows: Rows): RowCode => {
  const { scope, keyed, table, gives, lets, unroll } = merge
  const { f, callees } = scope
  const [cursor, missed, tuple, hash, at, pair] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  const early = neededLets(lets, merge.key)
  const pushMissed = () => {
    rows.pairs()
    f.i32(TAGS_MISSED).op('i32.add')
  }
  return {
    unroll: 1,
    before: () => {
      gives?.check()
      rows.pairs()
      f.set(cursor)
    },
    row: () =>
      withKeys(merge, early, (keys) => {
        emitHash(f, callees, keyed.types, keys)
        f.set(hash).get(cursor).get(rows.position).memory('i32.store').get(cursor).get(hash).memory('i32.store', HASH)
        f.get(cursor)
        emitCandidate(f, mode, table, hash)
        f.memory('i32.store', 4)
        f.get(cursor).i32(TAG).op('i32.add').set(cursor)
      }),
    after: () => {
      pushMissed()
      f.set(missed)
      rows.pairs()
      f.set(at)
      gives?.count(() => f.get(cursor).get(at).op('i32.sub').i32(TAG).op('i32.div_u'))
      emitWhile(f, at, cursor, TAG, unroll > 1 ? 2 : 1, (ahead) => {
        f.get(at).memory('i32.load', ahead).set(rows.position)
        f.get(at).memory('i32.load', ahead + 4).tee(tuple).if(['i32'])
        rows.seek(() => withKeys(merge, early, (keys) => emitKeyEquals(f, callees, keyed.layout, tuple, keyed.types, keys)))
        f.else().i32(0).end()
        f.if()
        rows.seek(() => within(scope, lets, () => merge.update(tuple)))
        f.else().get(missed).get(at)
        if (ahead > 0) f.i32(ahead).op('i32.add')
        f.memory('i32.store').get(missed).i32(4).op('i32.add').set(missed).end()
      })
      pushMissed()
      f.set(at)
      emitWhile(f, at, missed, 4, 1, () => {
        f.get(at).memory('i32.load').tee(pair).memory('i32.load').set(rows.position)
        f.get(pair).memory('i32.load', HASH).set(hash)
        rows.seek(() =>
          within(scope, lets, () => {
            withKeys(merge, [], (keys) => {
              const init = () => merge.init(tuple)
              const upsert = () => emitUpsert(scope, keyed, table, keys, tuple, init, { hash })
              if (gives) gives.unlessDirect(keys, tuple, init, upsert, hash)
              else upsert()
            })
            merge.update(tuple)
          }),
        )
      })
      for (const local of [cursor, missed, tuple, hash, at, pair]) f.free('i32', local)
    },
  }
}

/**
 * Runs `second` where fewer than a quarter of the rows, whose pairs end at `cursor`, are missed, from `at` to `missed`: then they are
 * seldom of new keys, and most of those are in the pair behind their own.
 */
const emitIfFew = (f: FunctionBuilder, at: number, missed: number, cursor: number, second: () => void): void => {
  f.get(missed).get(at).op('i32.sub').i32(3).op('i32.shl').get(cursor).get(at).op('i32.sub').i32(MISSED).op('i32.add').op('i32.lt_u').if()
  second()
  f.end()
}

/** for (; at < end; at += step), `unroll` rounds at once as long as there are so many; the locals hold addresses. */
const emitWhile = (f: FunctionBuilder, at: number, end: number, step: number, unroll: number, body: (ahead: number) => void): void => {
  for (const rounds of unroll > 1 ? [unroll, 1] : [1]) {
    const done = f.block()
    const top = f.loop()
    f.get(end).get(at).op('i32.sub').i32(rounds * step).op('i32.lt_u').brIf(done)
    for (let i = 0; i < rounds; i++) body(i * step)
    f.get(at).i32(rounds * step).op('i32.add').set(at).br(top)
    f.end().end()
  }
}
