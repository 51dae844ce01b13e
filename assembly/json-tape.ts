/**
 * JSON's values as a tape, to find out what types they have (src/sources/ndjson/shape.ts): the cells of json-cells.ts in the order of the
 * text, where an object or array is followed by what is in it and an end, and a member is its key and its value.
 */
import { reserve } from './context'
import { ARRAY, cell, cellAt, ESCAPED, kindOf, OBJECT } from './json-cells'
import { colon, faulty, NO_COMMA, NO_KEY, space, STATE_CONTEXT, STATE_DEPTH, STATE_END, TOO_DEEP } from './json-lex'

const KEY: u32 = 9
const ESCAPED_KEY: u32 = 10
const END: u32 = 11

/** Beyond the state of json-lex.ts: where a cell ends; the tape, its room and length in words. */
const BEHIND: usize = 24
const TAPE: usize = 36
const ROOM: usize = 40
const LENGTH: usize = 44

function put(state: usize, word: u64): void {
  const at = load<u32>(state, LENGTH)
  const room = load<u32>(state, ROOM)
  if (at == room) {
    const to = reserve(<usize>load<u32>(state, STATE_CONTEXT), <u64>room << 4)
    memory.copy(to, <usize>load<u32>(state, TAPE), <usize>room << 3)
    store<u32>(state, <u32>to, TAPE)
    store<u32>(state, room << 1, ROOM)
  }
  store<u64>(<usize>load<u32>(state, TAPE) + (<usize>at << 3), word)
  store<u32>(state, at + 1, LENGTH)
}

/**
 * Puts the value at `p` on the tape; behind it, or 0 where something is wrong. At the text's end there is none, and that is where it
 * stays.
 */
export function json_tape(state: usize, p: usize): usize {
  let c = load<u8>(p)
  while (c == 0x20 || c == 9 || c == 10 || c == 13) c = load<u8>(++p)
  return p < <usize>load<u32>(state, STATE_END) ? value(state, p, 0) : p
}

function value(state: usize, p: usize, depth: u32): usize {
  const c = <u32>load<u8>(p)
  if (c != 0x7b && c != 0x5b) {
    const found = cellAt(state, p, depth, state + BEHIND)
    if (load<u32>(state, BEHIND)) put(state, found)
    return <usize>load<u32>(state, BEHIND)
  }
  if (depth >= load<u32>(state, STATE_DEPTH)) return faulty(state, p, TOO_DEEP)
  const close: u32 = c == 0x7b ? 0x7d : 0x5d
  put(state, cell(c == 0x7b ? OBJECT : ARRAY, p, p))
  p = space(state, p + 1)
  if (<u32>load<u8>(p) == close) p++
  else
    for (;;) {
      if (close == 0x7d) {
        if (load<u8>(p) != 0x22) return faulty(state, p, NO_KEY)
        const key = cellAt(state, p, depth, state + BEHIND)
        p = <usize>load<u32>(state, BEHIND)
        if (!p) return 0
        put(state, (key & 0x0fffffffffffffff) | (<u64>(kindOf(key) == ESCAPED ? ESCAPED_KEY : KEY) << 60))
        p = colon(state, p)
        if (!p) return 0
      }
      p = value(state, p, depth + 1)
      if (!p) return 0
      p = space(state, p)
      const d = <u32>load<u8>(p++)
      if (d == close) break
      if (d != 0x2c) return faulty(state, p - 1, NO_COMMA)
      p = space(state, p)
    }
  put(state, <u64>END << 60)
  return p
}
