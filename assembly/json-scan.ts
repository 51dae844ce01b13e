/**
 * JSON's values straight into columns of cells, along a tree of what is wanted of them (json-nodes.ts). Strings lose their escapes where
 * they lie, and what is wanted as JSON its spaces: the text can be scanned once.
 *
 * A value that does not fit its node is NULL there, and the node says so: who asked has to ask for another type.
 */
import { ARRAY, bytesOf, cellAt, INTEGER, kindOf, NULL, OBJECT, STRING, unescaped } from './json-cells'
import { find, findEscaped, isNext, repeated } from './json-keys'
import { colon, DUPLICATE, faulty, isDigit, MARKED, NO_BREAK, NO_COMMA, NO_KEY, numberEnd, skipped, space, STATE_DEPTH, STATE_END, stringEnd, TOO_DEEP } from './json-lex'
import { close, COUNT, ELEMENT, KEY, KEY_BYTES, KEY_COUNT, KEY_LAST, KEY_NODE, KEYS, KIND, LEAF, LIST, NAMES, NOTHING, ODD, open, put, putNull, RAW, see, STRUCT, u, UNKNOWN, WANTED } from './json-nodes'

/** Beyond the state of json-lex.ts: where a cell ends. */
const BEHIND: usize = 24

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
