/**
 * Looking a key up, in a dictionary that another pipeline left (`emitFind`) or in the one being built (`emitUpsert`).
 * Directories (pairs.ts) are at most half full. The runtime grows them: it needs nothing but their entries.
 */
import { CTX } from '../../ir/context.ts'
import { emitHash, emitKeyEquals, emitStoreKeys } from '../hash.ts'
import { CTX_LOCAL, type Scope } from '../scope.ts'
import { DICT_OUTPUT, outputOffset, SINK } from '../sinks.ts'
import { emitNewTuple, emitStride, type SinkPlace } from '../builders/sink.ts'
import { emitDenseFind } from './dense.ts'
import { emitWord, type Keyed, type Keys } from './keys.ts'
import { emitCandidate, emitScan, type HashMode } from './pairs.ts'

/** Locals with a directory's address and mask; of dense keys with the array's address and its map's. */
export interface Directory {
  readonly directory: number
  readonly mask: number
}

/** A directory that grows, and the local with its sink's address. */
export interface Table extends Directory {
  readonly sink: number
}

/** Loads the finished dictionary of an earlier pipeline; at a kernel's start. */
export const openDirectory = (scope: Pick<Scope, 'f'>, place: SinkPlace): Directory => {
  const { f } = scope
  const load = (offset: number) => {
    const local = f.local('i32')
    f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', outputOffset(place.index) + offset).set(local)
    return local
  }
  return { directory: load(DICT_OUTPUT.directory), mask: load(DICT_OUTPUT.mask) }
}

/** Writes where `openDirectory` looks; in a finish function. */
export const emitPublish = (scope: Scope, place: SinkPlace, { directory, mask }: Directory): void => {
  const { f } = scope
  const output = () => f.get(CTX_LOCAL).memory('i32.load', CTX.shared)
  output().get(directory).memory('i32.store', outputOffset(place.index) + DICT_OUTPUT.directory)
  output().get(mask).memory('i32.store', outputOffset(place.index) + DICT_OUTPUT.mask)
}

/** The table of the sink whose address a local holds, with an empty directory if it has none yet. */
export const openTable = (scope: Scope, keyed: Keyed, sink: number): Table => {
  const { f } = scope
  const mode = hashMode(keyed)
  const table = { sink, directory: f.local('i32'), mask: f.local('i32') }
  f.get(sink).memory('i32.load', SINK.directory).op('i32.eqz').if()
  emitStride(f, sink, keyed.layout.stride)
  emitGrow(scope, mode, sink)
  f.end()
  reloadTable(scope, table)
  return table
}

/** Reads directory and mask from the sink. */
export const reloadTable = ({ f }: Scope, table: Table): void => {
  f.get(table.sink).memory('i32.load', SINK.directory).set(table.directory)
  f.get(table.sink).memory('i32.load', SINK.mask).set(table.mask)
}

/** Arrays by dense keys are builders/dense.ts. */
const hashMode = ({ mode }: Keyed): HashMode => {
  if (mode.mode === 'dense') throw new Error('a table of dense keys')
  return mode
}

const emitGrow = (scope: Scope, mode: HashMode, sink: number): void => {
  scope.f.get(CTX_LOCAL).get(sink).i32(mode.kind).call(scope.callees.runtime('dict_grow'))
}

/** Leaves the address of the key's tuple in `tuple`, 0 where there is none. A directory at 0 is an empty one. */
export const emitFind = (scope: Scope, keyed: Keyed, directory: Directory, keys: Keys, tuple: number): void => {
  const { mode } = keyed
  if (mode.mode === 'dense') emitDenseFind(scope.f, keyed, mode.ranges, directory, keys, tuple)
  else emitProbe(scope, keyed, mode, directory, keys, tuple, {}, () => {})
}

/** What a caller knows of a key: a local with the hash of a tagged one; that a word was not in its pair. */
export interface Known {
  readonly hash?: number
  readonly elsewhere?: boolean
}

/**
 * Leaves the address of the key's tuple in `tuple`: a new one where there was none, whose other fields `init` stores.
 */
export const emitUpsert = (scope: Scope, keyed: Keyed, table: Table, keys: Keys, tuple: number, init: () => void, known: Known = {}): void => {
  const { f } = scope
  const { layout } = keyed
  const mode = hashMode(keyed)
  const insert = () => {
    emitNewTuple(f, scope.callees, table.sink, layout.stride, tuple)
    emitStoreKeys(f, layout, tuple, keyed.types, keys)
    init()
  }
  emitProbe(scope, keyed, mode, table, keys, tuple, known, (entry, key) => {
    insert()
    f.get(entry).get(tuple).memory('i32.store', mode.tuple)
    f.get(entry).get(key).memory(`${mode.type}.store`)
    if (mode.mode === 'tagged') f.get(tuple).get(key).memory('i32.store')
    // the mask counts pairs
    f.get(table.sink).memory('i32.load', SINK.count).get(table.mask).op('i32.gt_u').if()
    emitGrow(scope, mode, table.sink)
    reloadTable(scope, table)
    f.end()
  })
}

/** Leaves the address of the key's tuple in `tuple`; 0 where there was none: then `place` leaves the one to enter in the local `at`, and `entered` runs. */
export const emitEnter = (scope: Scope, keyed: Keyed, directory: Directory, keys: Keys, tuple: number, hash: number, at: number, place: () => void, entered: () => void): void => {
  const { f } = scope
  const mode = hashMode(keyed)
  emitProbe(scope, keyed, mode, directory, keys, tuple, { hash }, (entry, key) => {
    place()
    f.get(entry).get(at).memory('i32.store', mode.tuple)
    f.get(entry).get(key).memory(`${mode.type}.store`)
    entered()
    f.i32(0).set(tuple)
  })
}

/** `missing` is run at the free entry, with its address and the entry's key (word or hash) in locals. */
const emitProbe = (
  scope: Scope,
  keyed: Keyed,
  mode: HashMode,
  table: Directory,
  keys: Keys,
  tuple: number,
  { hash, elsewhere }: Known,
  missing: (entry: number, key: number) => void,
): void => {
  const { f, callees } = scope
  const { types, layout } = keyed
  const key = f.local(mode.type)
  const scan = (same?: () => void) => emitScan(f, mode, table, key, tuple, (entry) => missing(entry, key), same)
  if (mode.mode === 'word') {
    emitWord(f, mode.type, types, keys)
    f.set(key)
    if (elsewhere) scan()
    else {
      emitCandidate(f, mode, table, key)
      f.tee(tuple).op('i32.eqz').if()
      scan()
      f.end()
    }
  } else {
    if (hash === undefined) emitHash(f, callees, types, keys)
    else f.get(hash)
    f.set(key)
    scan(() => emitKeyEquals(f, callees, layout, tuple, types, keys))
  }
  f.free(mode.type, key)
}
