/**
 * What is wanted of JSON's values as a tree of nodes, and columns of cells that grow at its leaves. A cell is two words, where its text
 * begins and ends; of what is null, or missing, the end is before the beginning.
 *
 * The tree is written by src/sources/ndjson/tree.ts; a struct knows all keys that were seen so far, and those that nobody asked for have
 * no node.
 *
 *   node    0 kind   4 values so far   8 cells, or of a list or map offsets, u32   12 room, in values   16 validity, a byte each: of a struct,
 *           list or map   20 keys, of a struct   24 how many   28 how many of them have a node   32 element, of a list or map   36 node of a
 *           map's keys   40 bits of the kinds that came   44 the first value that does not fit   48 hash table of the keys, u32, or 0   52 its
 *           mask   56 the first key that is not known
 *   key     0 address of its bytes and a quote   4 bytes   8 node, or 0   12 one more than the struct that had it last   16 the first 16
 *           bytes with the quote   32 their mask; bits outside of it say that the key has no such text
 */
import { grown } from './json-cells'

export const KIND: usize = 0
export const COUNT: usize = 4
export const CELLS: usize = 8
const ROOM: usize = 12
const VALIDITY: usize = 16
export const KEYS: usize = 20
export const KEY_COUNT: usize = 24
export const WANTED: usize = 28
export const ELEMENT: usize = 32
export const NAMES: usize = 36
const SEEN: usize = 40
export const ODD: usize = 44
export const TABLE: usize = 48
export const MASK: usize = 52
export const UNKNOWN: usize = 56

export const LEAF: u32 = 0
export const STRUCT: u32 = 1
export const LIST: u32 = 2
/** Strings keep their quotes and escapes. */
export const RAW: u32 = 4

/** A cell of nothing. */
export const NOTHING: u64 = 1

export const KEY: usize = 48
export const KEY_BYTES: usize = 4
export const KEY_NODE: usize = 8
export const KEY_LAST: usize = 12

/** A word of a node or key. */
// @ts-ignore: decorator
@inline
export function u(at: usize, offset: usize): u32 {
  return load<u32>(at + offset)
}

/** Room for one more value. */
function widen(state: usize, node: usize): void {
  const room = u(node, ROOM)
  const kind = u(node, KIND)
  if (kind == LEAF || kind == RAW) store<u32>(node, <u32>grown(state, <usize>u(node, CELLS), room << 3), CELLS)
  else {
    store<u32>(node, <u32>grown(state, <usize>u(node, VALIDITY), room), VALIDITY)
    // one offset more than values
    if (kind != STRUCT) store<u32>(node, <u32>grown(state, <usize>u(node, CELLS), (room + 1) << 2), CELLS)
  }
  store<u32>(node, room << 1, ROOM)
}

// @ts-ignore: decorator
@inline
export function put(state: usize, node: usize, words: u64): void {
  const count = u(node, COUNT)
  if (count == u(node, ROOM)) widen(state, node)
  store<u64>(<usize>u(node, CELLS) + (<usize>count << 3), words)
  store<u32>(node, count + 1, COUNT)
}

// @ts-ignore: decorator
@inline
export function see(node: usize, kind: u32): void {
  store<u32>(node, u(node, SEEN) | (1 << kind), SEEN)
}

/** The next value of a node that is not a leaf; its number. */
export function open(state: usize, node: usize, valid: u8): u32 {
  const count = u(node, COUNT)
  if (count == u(node, ROOM)) widen(state, node)
  store<u8>(<usize>u(node, VALIDITY) + count, valid)
  store<u32>(node, count + 1, COUNT)
  return count
}

export function putNull(state: usize, node: usize): void {
  const kind = u(node, KIND)
  if (kind == LEAF || kind == RAW) {
    put(state, node, NOTHING)
    return
  }
  const index = open(state, node, 0)
  if (kind == STRUCT) {
    const keys = u(node, KEY_COUNT)
    for (let i: u32 = 0, key = <usize>u(node, KEYS); i < keys; i++, key += KEY) if (u(key, KEY_NODE)) putNull(state, <usize>u(key, KEY_NODE))
  } else close(node, index)
}

/** A list's or map's end. */
// @ts-ignore: decorator
@inline
export function close(node: usize, index: u32): void {
  store<u32>(<usize>u(node, CELLS) + (<usize>index << 2), u(<usize>u(node, ELEMENT), COUNT), 4)
}
