/**
 * Keys of JSON's objects: which of a struct's they are (json-nodes.ts), and whether a map has one twice. Keys come in the same order most
 * times, so each is compared with the one that followed the last.
 */
import { grown, unescaped } from './json-cells'
import { CELLS, COUNT, KEY, KEY_BYTES, KEY_COUNT, KEYS, MASK, TABLE, u } from './json-nodes'
import { sameBytes, slice, str_eq, str_hash } from './strings'

/** In the state of json-lex.ts and json-scan.ts: scratch. */
const SCRATCH: usize = 28
const SCRATCH_ROOM: usize = 32

// @ts-ignore: decorator
@inline
export function isNext(key: usize, p: usize): bool {
  const same = ((load<u64>(p) & load<u64>(key, 32)) ^ load<u64>(key, 16)) | ((load<u64>(p, 8) & load<u64>(key, 40)) ^ load<u64>(key, 24))
  return same == 0 && (u(key, KEY_BYTES) < 16 || sameBytes(p, <usize>u(key, 0), u(key, KEY_BYTES) + 1))
}

/** The key of a struct at `from` to `end`, by its table or one after the other from `next` on; 0 where it is not known. */
export function find(node: usize, next: usize, from: usize, end: usize): usize {
  const bytes = <u32>(end - from)
  const keys = <usize>u(node, KEYS)
  const count = u(node, KEY_COUNT)
  const table = <usize>u(node, TABLE)
  if (table) {
    const mask = u(node, MASK)
    for (let at = <u32>str_hash(0, slice(from, bytes)) & mask; ; at = (at + 1) & mask) {
      const entry = load<u32>(table + (<usize>at << 2))
      if (!entry) return 0
      const key = keys + <usize>(entry - 1) * KEY
      if (u(key, KEY_BYTES) == bytes && sameBytes(<usize>u(key, 0), from, bytes)) return key
    }
  }
  const last = keys + <usize>count * KEY
  let key = next
  for (let i: u32 = 0; i < count; i++) {
    if (key == last) key = keys
    if (u(key, KEY_BYTES) == bytes && sameBytes(<usize>u(key, 0), from, bytes)) return key
    key += KEY
  }
  return 0
}

export function findEscaped(state: usize, node: usize, next: usize, from: usize, end: usize): usize {
  const text = scratch(state, end - from)
  return find(node, next, text, unescaped(from, end, text))
}

/** Fills a struct's hash table, u32[mask + 1] of zeroes. */
export function json_keys(node: usize): void {
  const keys = u(node, KEY_COUNT)
  const mask = u(node, MASK)
  for (let i: u32 = 0, key = <usize>u(node, KEYS); i < keys; i++, key += KEY) {
    let at = <u32>str_hash(0, slice(<usize>u(key, 0), u(key, KEY_BYTES))) & mask
    while (load<u32>(<usize>u(node, TABLE) + (<usize>at << 2))) at = (at + 1) & mask
    store<u32>(<usize>u(node, TABLE) + (<usize>at << 2), i + 1)
  }
}

/** The text of a map's key that stands there before, too, from `first` on; 0 where there is none. */
export function repeated(state: usize, names: usize, first: u32): usize {
  const count = u(names, COUNT) - first
  if (count < 2) return 0
  const cells = <usize>u(names, CELLS) + (<usize>first << 3)
  // a table of numbers from 1, of which at least half are 0
  const size: u32 = 1 << (33 - clz(count))
  const table = scratch(state, <usize>size << 2)
  memory.fill(table, 0, <usize>size << 2)
  for (let i: u32 = 0; i < count; i++) {
    const key = textAt(cells, i)
    let at = <u32>str_hash(0, key) & (size - 1)
    for (;;) {
      const entry = load<u32>(table + (<usize>at << 2))
      if (!entry) break
      if (str_eq(0, textAt(cells, entry - 1), key)) return <usize>(<u32>key)
      at = (at + 1) & (size - 1)
    }
    store<u32>(table + (<usize>at << 2), i + 1)
  }
  return 0
}

// @ts-ignore: decorator
@inline
function textAt(cells: usize, index: u32): u64 {
  const words = cells + (<usize>index << 3)
  return slice(<usize>u(words, 0), u(words, 4) - u(words, 0))
}

/** Scratch of so many bytes. */
function scratch(state: usize, bytes: usize): usize {
  while (<usize>u(state, SCRATCH_ROOM) < bytes) {
    store<u32>(state, <u32>grown(state, <usize>u(state, SCRATCH), u(state, SCRATCH_ROOM)), SCRATCH)
    store<u32>(state, u(state, SCRATCH_ROOM) << 1, SCRATCH_ROOM)
  }
  return <usize>u(state, SCRATCH)
}
