/**
 * Directories. Entries are in pairs, and a key's hash tells a pair: both entries are compared, and one is chosen without a branch.
 * So a directory may be half full and yet few keys are elsewhere: in the next entry that was free. What is compared is the word
 * that a key is, or its hash, its tag: then the key itself, too, in the tuple.
 */
import type { FunctionBuilder } from '../encoder.ts'
import { emitWordHash } from '../hash.ts'
import type { KeyMode } from './keys.ts'
import type { Directory } from './table.ts'

export type HashMode = Exclude<KeyMode, { mode: 'dense' }>

/** Pushes the address of the pair of the word, or the tag, in a local, or of a pair behind it. */
const pushPair = (f: FunctionBuilder, mode: HashMode, { directory, mask }: Directory, key: number, behind = 0): void => {
  f.get(directory)
  if (mode.mode === 'word') emitWordHash(f, mode.type, key)
  else f.get(key)
  if (behind > 0) f.i32(behind).op('i32.add')
  f.get(mask).op('i32.and').i32(mode.shift + 1).op('i32.shl').op('i32.add')
}

/** Pushes the tuple of the word, or a tuple of the tag, in a local if it is in its pair, or so many pairs behind it, else 0. */
export const emitCandidate = (f: FunctionBuilder, mode: HashMode, directory: Directory, key: number, behind = 0): void => {
  const entry = f.local('i32')
  const load = `${mode.type}.load` as const
  pushPair(f, mode, directory, key, behind)
  f.tee(entry).get(entry).memory(load).get(key).op(`${mode.type}.ne`).i32(mode.shift).op('i32.shl').op('i32.add').tee(entry).memory('i32.load', mode.tuple)
  f.i32(0).get(entry).memory(load).get(key).op(`${mode.type}.eq`).op('select')
  f.free('i32', entry)
}

/**
 * Leaves the tuple of the word, or of a tag, in a local, 0 where there is none, looking at one entry after the other from its pair
 * on; `missing` runs at the free entry, whose address is in a local. `same` pushes whether the key is that of a tuple with its tag.
 */
export const emitScan = (f: FunctionBuilder, mode: HashMode, directory: Directory, key: number, tuple: number, missing: (entry: number) => void, same?: () => void): void => {
  const entry = f.local('i32')
  pushPair(f, mode, directory, key)
  f.set(entry)
  const found = f.block()
  const probe = f.loop()
  f.get(entry).memory('i32.load', mode.tuple).tee(tuple).op('i32.eqz').if()
  missing(entry)
  f.br(found).end()
  f.get(entry).memory(`${mode.type}.load`).get(key).op(`${mode.type}.eq`)
  if (same) {
    f.if(['i32'])
    same()
    f.else().i32(0).end()
  }
  f.brIf(found)
  // the next entry, behind the last the first
  f.get(directory.directory).get(entry).i32(1 << mode.shift).op('i32.add').get(directory.directory).op('i32.sub')
  f.get(directory.mask).i32(mode.shift + 1).op('i32.shl').i32((2 << mode.shift) - 1).op('i32.or').op('i32.and').op('i32.add').set(entry).br(probe)
  f.end().end()
  f.free('i32', entry)
}
