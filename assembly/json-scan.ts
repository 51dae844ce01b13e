/**
 * JSON's values straight into columns of cells, along a tree of what is wanted of them. A cell is two words, where its text begins and
 * ends; of what is null, or missing, the end is before the beginning. Strings lose their escapes where they lie, and what is wanted as
 * JSON its spaces: the text can be scanned once.
 *
 * The tree is written by src/sources/ndjson/tree.ts; a struct knows all keys that were seen so far, and those that nobody asked for have
 * no node. Keys come in the same order most times, so each is compared with the one that followed the last.
 *
 *   node    0 kind   4 values so far   8 cells, or of a list or map offsets, u32   12 room, in values   16 validity, a byte each: of a struct,
 *           list or map   20 keys, of a struct   24 how many   28 how many of them have a node   32 element, of a list or map   36 node of a
 *           map's keys   40 bits of the kinds that came   44 the first value that does not fit   48 hash table of the keys, u32, or 0   52 its
 *           mask   56 the first key that is not known
 *   key     0 address of its bytes and a quote   4 bytes   8 node, or 0   12 one more than the struct that had it last   16 the first 16
 *           bytes with the quote   32 their mask; bits outside of it say that the key has no such text
 *
 * A value that does not fit its node is NULL there, and the node says so: who asked has to ask for another type.
 */
import { ARRAY, bytesOf, cellAt, grown, INTEGER, kindOf, NULL, OBJECT, STRING, unescaped } from './json-cells'
import { colon, DUPLICATE, faulty, isDigit, MARKED, NO_BREAK, NO_COMMA, NO_KEY, numberEnd, skipped, space, STATE_DEPTH, STATE_END, stringEnd, TOO_DEEP } from './json-lex'
import { sameBytes, slice, str_eq, str_hash } from './strings'

const KIND: usize = 0
const COUNT: usize = 4
const CELLS: usize = 8
const ROOM: usize = 12
const VALIDITY: usize = 16
const KEYS: usize = 20
const KEY_COUNT: usize = 24
const WANTED: usize = 28
const ELEMENT: usize = 32
const NAMES: usize = 36
const SEEN: usize = 40
const ODD: usize = 44
const TABLE: usize = 48
const MASK: usize = 52
const UNKNOWN: usize = 56

const LEAF: u32 = 0
const STRUCT: u32 = 1
const LIST: u32 = 2
/** Strings keep their quotes and escapes. */
const RAW: u32 = 4

/** A cell of nothing. */
const NOTHING: u64 = 1

const KEY: usize = 48
const KEY_BYTES: usize = 4
const KEY_NODE: usize = 8
const KEY_LAST: usize = 12

/** Beyond the state of json-lex.ts: where a cell ends, and scratch. */
const BEHIND: usize = 24
const SCRATCH: usize = 28
const SCRATCH_ROOM: usize = 32

// @ts-ignore: decorator
@inline
function u(at: usize, offset: usize): u32 {
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
function put(state: usize, node: usize, words: u64): void {
  const count = u(node, COUNT)
  if (count == u(node, ROOM)) widen(state, node)
  store<u64>(<usize>u(node, CELLS) + (<usize>count << 3), words)
  store<u32>(node, count + 1, COUNT)
}

// @ts-ignore: decorator
@inline
function see(node: usize, kind: u32): void {
  store<u32>(node, u(node, SEEN) | (1 << kind), SEEN)
}

/** The next value of a node that is not a leaf; its number. */
function open(state: usize, node: usize, valid: u8): u32 {
  const count = u(node, COUNT)
  if (count == u(node, ROOM)) widen(state, node)
  store<u8>(<usize>u(node, VALIDITY) + count, valid)
  store<u32>(node, count + 1, COUNT)
  return count
}

function putNull(state: usize, node: usize): void {
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
function close(node: usize, index: u32): void {
  store<u32>(<usize>u(node, CELLS) + (<usize>index << 2), u(<usize>u(node, ELEMENT), COUNT), 4)
}

// @ts-ignore: decorator
@inline
function span(from: usize, end: usize): u64 {
  return <u64>from | (<u64>end << 32)
}

function value(state: usize, node: usize, p: usize, depth: u32): usize {
  if (u(node, KIND) != LEAF) return parts(state, node, p, depth)
  const c = <u32>load<u8>(p)
  if (c == 0x22) {
    const found = stringEnd(state, ++p)
    if (!found) return 0
    let end = <usize>(<u32>found)
    const behind = end + 1
    if (found >= MARKED) end = unescaped(p, end, p)
    put(state, node, span(p, end))
    see(node, STRING)
    return behind
  }
  if (isDigit(c) || c == 0x2d) {
    const found = numberEnd(state, p)
    const end = <usize>(<u32>found)
    put(state, node, span(p, end))
    see(node, INTEGER + u32(found >= MARKED))
    return end
  }
  return other(state, node, p, depth)
}

/** Neither a string nor a number. */
function other(state: usize, node: usize, p: usize, depth: u32): usize {
  const found = cellAt(state, p, depth, state + BEHIND)
  const behind = <usize>u(state, BEHIND)
  if (kindOf(found) == NULL) put(state, node, NOTHING)
  else {
    const from = <usize>(<u32>found)
    put(state, node, span(from, kindOf(found) >= OBJECT ? compact(from, behind) : from + bytesOf(found)))
  }
  see(node, kindOf(found))
  return behind
}

/** Takes spaces between tokens out of an object or array; where it ends then. */
function compact(p: usize, end: usize): usize {
  let to = p
  let quoted = false
  while (p < end) {
    const c = load<u8>(p++)
    if (!quoted && (c == 0x20 || c == 9 || c == 10 || c == 13)) continue
    store<u8>(to++, c)
    if (c == 0x22) quoted = !quoted
    else if (c == 0x5c) store<u8>(to++, load<u8>(p++))
  }
  return to
}

function parts(state: usize, node: usize, p: usize, depth: u32): usize {
  const kind = u(node, KIND)
  const c = <u32>load<u8>(p)
  if (kind == RAW) {
    if (c != 0x22) return other(state, node, p, depth)
    const found = stringEnd(state, p + 1)
    if (!found) return 0
    const behind = <usize>(<u32>found) + 1
    put(state, node, span(p, behind))
    see(node, STRING)
    return behind
  }
  if (c == (kind == LIST ? 0x5b : 0x7b)) {
    if (depth >= load<u32>(state, STATE_DEPTH)) return faulty(state, p, TOO_DEEP)
    see(node, kind == LIST ? ARRAY : OBJECT)
    return kind == STRUCT ? object(state, node, p + 1, depth + 1) : kind == LIST ? list(state, node, p + 1, depth + 1) : map(state, node, p + 1, depth + 1)
  }
  const found = cellAt(state, p, depth, state + BEHIND)
  if (kindOf(found) != NULL && !u(node, ODD)) store<u32>(node, <u32>p, ODD)
  see(node, kindOf(found))
  putNull(state, node)
  return <usize>u(state, BEHIND)
}

/** The key of a struct at `from` to `end`, by its table or one after the other from `next` on; 0 where it is not known. */
function find(node: usize, next: usize, from: usize, end: usize): usize {
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

/** Scratch of so many bytes. */
function scratch(state: usize, bytes: usize): usize {
  while (<usize>u(state, SCRATCH_ROOM) < bytes) {
    store<u32>(state, <u32>grown(state, <usize>u(state, SCRATCH), u(state, SCRATCH_ROOM)), SCRATCH)
    store<u32>(state, u(state, SCRATCH_ROOM) << 1, SCRATCH_ROOM)
  }
  return <usize>u(state, SCRATCH)
}

function findEscaped(state: usize, node: usize, next: usize, from: usize, end: usize): usize {
  const text = scratch(state, end - from)
  return find(node, next, text, unescaped(from, end, text))
}

// @ts-ignore: decorator
@inline
function isNext(key: usize, p: usize): bool {
  const same = ((load<u64>(p) & load<u64>(key, 32)) ^ load<u64>(key, 16)) | ((load<u64>(p, 8) & load<u64>(key, 40)) ^ load<u64>(key, 24))
  return same == 0 && (u(key, KEY_BYTES) < 16 || sameBytes(p, <usize>u(key, 0), u(key, KEY_BYTES) + 1))
}

function object(state: usize, node: usize, p: usize, depth: u32): usize {
  const stamp = open(state, node, 1) + 1
  let next = <usize>u(node, KEYS)
  let filled: u32 = 0
  if (load<u8>(p) != 0x22) p = space(state, p)
  if (load<u8>(p) == 0x7d) p++
  else
    for (;;) {
      if (load<u8>(p) != 0x22) return faulty(state, p, NO_KEY)
      const start = p++
      let key = next
      if (isNext(key, p)) p += u(key, KEY_BYTES) + 1
      else {
        const found = stringEnd(state, p)
        if (!found) return 0
        const end = <usize>(<u32>found)
        key = found < MARKED ? find(node, next, p, end) : findEscaped(state, node, next, p, end)
        p = end + 1
      }
      p = colon(state, p)
      if (!p) return 0
      if (key) {
        next = key + KEY
        const child = <usize>u(key, KEY_NODE)
        if (child) {
          if (u(key, KEY_LAST) == stamp) return faulty(state, start, DUPLICATE)
          store<u32>(key, stamp, KEY_LAST)
          filled++
          p = value(state, child, p, depth)
        } else p = skipped(state, p, depth)
      } else {
        if (!u(node, UNKNOWN)) store<u32>(node, <u32>start, UNKNOWN)
        p = skipped(state, p, depth)
      }
      if (!p) return 0
      if (load<u8>(p) != 0x2c) {
        p = space(state, p)
        if (load<u8>(p) == 0x7d) {
          p++
          break
        }
        if (load<u8>(p) != 0x2c) return faulty(state, p, NO_COMMA)
      }
      p++
      if (load<u8>(p) != 0x22) p = space(state, p)
    }
  if (filled != u(node, WANTED)) {
    const keys = u(node, KEY_COUNT)
    for (let i: u32 = 0, key = <usize>u(node, KEYS); i < keys; i++, key += KEY)
      if (u(key, KEY_NODE) && u(key, KEY_LAST) != stamp) putNull(state, <usize>u(key, KEY_NODE))
  }
  return p
}

function list(state: usize, node: usize, p: usize, depth: u32): usize {
  const index = open(state, node, 1)
  const element = <usize>u(node, ELEMENT)
  p = space(state, p)
  if (load<u8>(p) == 0x5d) p++
  else
    for (;;) {
      p = value(state, element, p, depth)
      if (!p) return 0
      p = space(state, p)
      const c = load<u8>(p++)
      if (c == 0x5d) break
      if (c != 0x2c) return faulty(state, p - 1, NO_COMMA)
      p = space(state, p)
    }
  close(node, index)
  return p
}

/** Keys in the order they come. */
function map(state: usize, node: usize, p: usize, depth: u32): usize {
  const index = open(state, node, 1)
  const names = <usize>u(node, NAMES)
  const element = <usize>u(node, ELEMENT)
  const first = u(names, COUNT)
  p = space(state, p)
  if (load<u8>(p) == 0x7d) p++
  else
    for (;;) {
      if (load<u8>(p) != 0x22) return faulty(state, p, NO_KEY)
      p = value(state, names, p, depth)
      if (!p) return 0
      p = colon(state, p)
      if (!p) return 0
      p = value(state, element, p, depth)
      if (!p) return 0
      p = space(state, p)
      const c = load<u8>(p++)
      if (c == 0x7d) break
      if (c != 0x2c) return faulty(state, p - 1, NO_COMMA)
      p = space(state, p)
    }
  close(node, index)
  const twice = repeated(state, names, first)
  return twice ? faulty(state, twice - 1, DUPLICATE) : p
}

/** The text of a map's key that stands there before, too, from `first` on; 0 where there is none. */
function repeated(state: usize, names: usize, first: u32): usize {
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

/**
 * Scans the text from `from` to the state's end: values one behind the other with space between them, or where `commas` is set with commas;
 * the root has one value more for each. 1, or 0 where something is wrong.
 */
export function json_scan(state: usize, root: usize, from: usize, commas: u32): u32 {
  const end = <usize>load<u32>(state, STATE_END)
  let p = lines(from)
  while (p < end || commas) {
    const first = load<u8>(p)
    p = value(state, root, p, 0)
    if (!p) return 0
    const behind = lines(p)
    if (commas) {
      if (behind >= end) break
      if (load<u8>(behind) != 0x2c) {
        faulty(state, behind, NO_COMMA)
        return 0
      }
      p = lines(behind + 1)
    } else {
      // one that has no brackets does not tell where it ends
      if (behind == p && p < end && first != 0x7b && first != 0x5b) {
        faulty(state, p, NO_BREAK)
        return 0
      }
      p = behind
    }
  }
  return 1
}

/** The next byte that is no space and ends no line. */
function lines(p: usize): usize {
  let c = load<u8>(p)
  while (c == 0x20 || c == 9 || c == 10 || c == 13) c = load<u8>(++p)
  return p
}
