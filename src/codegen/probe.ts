/**
 * Probes, row by row, and what all probes do from a chain on, by kind of join. Per dictionary code, where the key is one
 * dictionary column, what was found is remembered.
 */
import type { Memo, Pipeline } from '../ir/program.ts'
import { evaluate } from './builders/sink.ts'
import { emit } from './expressions.ts'
import { emitFollow, emitHead, emitKeysMatch, emitMarkAll, emitMatches, emitSearch, freeKeys, type Probe, type Probed, probed, type Tables, withTuple } from './lookup.ts'
import { emitRaise } from './raise.ts'
import type { Scope } from './scope.ts'

type Keys = readonly (readonly number[])[]

/** Runs `next` for each match of the chain from `tuple`, which is not 0, with the build row in scope. */
export const emitMatchesFrom = (scope: Scope, p: Probed, keys: Keys, hash: number, tuple: number, next: () => void): void => {
  const { f } = scope
  const chain = f.loop()
  const matched = () => {
    if (p.mark !== undefined) f.get(tuple).i32(1).memory('i32.store8', p.mark)
    withTuple(scope, p, tuple, next)
  }
  if (p.exact) matched()
  else {
    emitMatches(scope, p, keys, hash, tuple)
    f.if()
    matched()
    f.end()
  }
  emitFollow(scope, p, hash, tuple)
  f.brIf(chain).end()
}

/** Leaves the first match along the chain from `tuple` in it, 0 where there is none; a semi or anti join that marks has marked all. */
export const emitFirstMatch = (scope: Scope, p: Probed, keys: Keys, hash: number, tuple: number): void => {
  if (p.mark !== undefined && p.body.kind !== 'left') emitMarkAll(scope, p, keys, hash, tuple)
  else if (!p.exact) emitSearch(scope, p, hash, tuple, () => emitMatches(scope, p, keys, hash, tuple))
}

/** Kinds by which every row goes on. */
export const keepsAll = (kind: Probe['kind']): boolean => kind === 'left' || kind === 'mark' || kind === 'single'

/** Runs `next` for the match in `tuple` and those behind it, or once where it is 0; of a mark once in any case. */
export const emitOuter = (scope: Scope, p: Probed, keys: Keys, hash: number, tuple: number, next: () => void): void => {
  const { f } = scope
  const { kind } = p.body
  const found = f.local('i32')
  f.get(tuple).i32(0).op('i32.ne').set(found)
  if (kind === 'mark') {
    if (p.body.found !== undefined) scope.names.set(p.body.found, [found])
    next()
    if (p.body.found !== undefined) scope.names.delete(p.body.found)
    return f.free('i32', found)
  }
  // The tuple of zeros has no next.
  f.get(tuple).get(p.table.missing as number).get(found).op('select').set(tuple)
  const matches = f.loop()
  if (p.mark !== undefined) f.get(tuple).get(found).memory('i32.store8', p.mark)
  if (p.body.found !== undefined) scope.names.set(p.body.found, [found])
  withTuple(scope, p, tuple, next)
  if (p.body.found !== undefined) scope.names.delete(p.body.found)
  emitFollow(scope, p, hash, tuple)
  if (kind === 'single') {
    f.if()
    if (!p.exact) {
      emitSearch(scope, p, hash, tuple, () => emitMatches(scope, p, keys, hash, tuple))
      f.get(tuple).if()
    }
    emitRaise(f, 'RAISED', p.body.site ?? 0)
    f.op('unreachable')
    if (!p.exact) f.end()
    f.end()
  } else if (p.exact) f.brIf(matches)
  else {
    f.if()
    emitSearch(scope, p, hash, tuple, () => emitMatches(scope, p, keys, hash, tuple))
    f.get(tuple).brIf(matches).end()
  }
  f.end()
  f.free('i32', found)
}

/** A probe of the row at hand. */
export const emitProbe = (scope: Scope, pipelines: readonly Pipeline[], body: Probe, tables: Tables, next: () => void): void => {
  const { f } = scope
  const { kind } = body
  const p = probed(pipelines, body, tables)
  const tuple = f.local('i32')
  const hash = f.local('i32')
  const keys = evaluate(scope, body.key)
  // A dense key's entry is found as fast as a code's.
  if (body.memo && !p.dense) emitRemembered(scope, p, body.memo, keys, hash, tuple)
  else emitHead(scope, p, keys, hash, tuple)
  f.if()
  if (!kind) emitMatchesFrom(scope, p, keys, hash, tuple, next)
  else {
    emitFirstMatch(scope, p, keys, hash, tuple)
    f.else().i32(0).set(tuple)
  }
  f.end()
  if (keepsAll(kind)) emitOuter(scope, p, keys, hash, tuple, next)
  else if (kind) {
    f.get(tuple)
    if (kind === 'anti') f.op('i32.eqz')
    f.if()
    next()
    f.end()
  }
  freeKeys(scope, p, keys)
  f.free('i32', tuple)
  f.free('i32', hash)
}

/** Leaves the first tuple with the keys in `tuple`, from the memo if it has it; pushes it, 0 where there is none. */
const emitRemembered = (scope: Scope, p: Probed, memo: Memo, keys: Keys, hash: number, tuple: number): void => {
  const { f } = scope
  // memo: first tuple of a dictionary code, 1 where there is none
  const entry = f.local('i32')
  f.get(scope.memos.get(memo.table) as number)
  emit(scope, memo.code)
  f.i32(2).op('i32.shl').op('i32.add').tee(entry).memory('i32.load').tee(tuple).op('i32.eqz').if()
  emitHead(scope, p, keys, hash, tuple)
  f.if()
  emitSearch(scope, p, hash, tuple, () => emitKeysMatch(scope, p, keys, hash, tuple))
  f.else().i32(0).set(tuple).end()
  f.get(entry).get(tuple).i32(1).get(tuple).op('select').memory('i32.store')
  f.else().i32(0).get(tuple).get(tuple).i32(1).op('i32.eq').op('select').tee(tuple).if()
  f.get(tuple).memory('i32.load').set(hash)
  f.end().end()
  f.get(tuple)
  f.free('i32', entry)
}
