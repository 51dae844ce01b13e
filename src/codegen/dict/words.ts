/**
 * Directories of words. Entries are in pairs, and a key's hash tells a pair: both entries are compared, and one is chosen
 * without a branch. So a directory may be half full and yet few keys are elsewhere: in the next entry that was free.
 */
import type { FunctionBuilder } from '../encoder.ts'
import { emitWordHash } from '../hash.ts'
import type { KeyMode } from './keys.ts'
import type { Directory } from './table.ts'

export type WordMode = Extract<KeyMode, { mode: 'word' }>

/** Pushes the address of the pair of the word in a local. */
const pushPair = (f: FunctionBuilder, mode: WordMode, { directory, mask }: Directory, word: number): void => {
  f.get(directory)
  emitWordHash(f, mode.type, word)
  f.get(mask).op('i32.and').i32(mode.shift + 1).op('i32.shl').op('i32.add')
}

/** Pushes the tuple of the word in a local if it is in its pair, else 0. */
export const emitCandidate = (f: FunctionBuilder, mode: WordMode, directory: Directory, word: number): void => {
  const entry = f.local('i32')
  const load = `${mode.type}.load` as const
  pushPair(f, mode, directory, word)
  f.tee(entry).get(entry).memory(load).get(word).op(`${mode.type}.ne`).i32(mode.shift).op('i32.shl').op('i32.add').tee(entry).memory('i32.load', mode.tuple)
  f.i32(0).get(entry).memory(load).get(word).op(`${mode.type}.eq`).op('select')
  f.free('i32', entry)
}

/** Leaves the tuple of the word in a local, 0 where there is none; `missing` runs at the free entry, whose address is in a local. */
export const emitWordProbe = (f: FunctionBuilder, mode: WordMode, directory: Directory, word: number, tuple: number, missing: (entry: number) => void): void => {
  emitCandidate(f, mode, directory, word)
  f.tee(tuple).op('i32.eqz').if()
  emitWordScan(f, mode, directory, word, tuple, missing)
  f.end()
}

/** The same, one entry after the other. */
export const emitWordScan = (f: FunctionBuilder, mode: WordMode, directory: Directory, word: number, tuple: number, missing: (entry: number) => void): void => {
  const entry = f.local('i32')
  pushPair(f, mode, directory, word)
  f.set(entry)
  const found = f.block()
  const probe = f.loop()
  f.get(entry).memory('i32.load', mode.tuple).tee(tuple).op('i32.eqz').if()
  missing(entry)
  f.br(found).end()
  f.get(entry).memory(`${mode.type}.load`).get(word).op(`${mode.type}.eq`).brIf(found)
  // the next entry, behind the last the first
  f.get(directory.directory).get(entry).i32(1 << mode.shift).op('i32.add').get(directory.directory).op('i32.sub')
  f.get(directory.mask).i32(mode.shift + 1).op('i32.shl').i32((2 << mode.shift) - 1).op('i32.or').op('i32.and').op('i32.add').set(entry).br(probe)
  f.end().end()
  f.free('i32', entry)
}
