/** CSV text byte by byte: what csv-index.ts leaves, from its state to its state. */
import {
  ASIDE, BROKEN, CLOSED, CLOSED_SPACES, COMMENT, CSV_COLUMNS, CSV_COMMENT, CSV_DELIMITER, CSV_ESCAPE, CSV_FIRST, CSV_OUT, CSV_QUOTE, CSV_RAGGED, CSV_STATE,
  ESCAPED, failed, irregular, PLAIN, QUOTE, QUOTED, setAside, SPACES, START,
} from './csv-block'

/** Whether a cell that is being read, of which [p, end) is known, holds nothing but spaces. */
function blank(p: usize, end: usize): bool {
  for (; p < end; p++) if (load<u8>(p) != 0x20) return false
  return true
}

/** Reads [p, stop). False for an error. */
export function steps(c: usize, p: usize, stop: usize): bool {
  const delimiter = load<u32>(c, CSV_DELIMITER)
  const quote = load<u32>(c, CSV_QUOTE)
  const escape = load<u32>(c, CSV_ESCAPE)
  const comment = load<u32>(c, CSV_COMMENT)
  const stride = (<usize>load<u32>(c, CSV_COLUMNS) + 1) << 2
  let first = <usize>load<u32>(c, CSV_FIRST)
  let out = <usize>load<u32>(c, CSV_OUT)
  let state = load<u32>(c, CSV_STATE)
  if (state == PLAIN && blank(<usize>load<u32>(out - 4) + 1, p)) state = SPACES
  for (; p < stop; p++) {
    const byte = <u32>load<u8>(p)
    if (state == QUOTED) {
      if (byte == escape && escape != quote) state = ESCAPED
      else if (byte == quote) state = CLOSED
      continue
    }
    if (state == ESCAPED) {
      state = QUOTED
      continue
    }
    if (byte == 10 || byte == 13) {
      // a return goes with the line feed behind it, wherever the step ends
      if (byte == 13 && load<u8>(p, 1) == 10) {
        if (state == START || state == SPACES) state = PLAIN
        continue
      }
      const end = p - usize(byte == 10 && p - 1 > <usize>load<u32>(out - 4) && load<u8>(p - 1) == 13)
      if (state == BROKEN) out = setAside(c, first, end, ~0)
      else if (state == COMMENT) {
        // a line of its own leaves nothing; else the row's last cell ended at the comment
        if (out == first + 4) out = first
        else if (out - first != stride) out = irregular(c, first, out, <usize>load<u32>(out - 4))
      } else {
        store<u32>(out, <u32>end)
        out += 4
        if (out - first != stride) out = irregular(c, first, out, end)
      }
      if (out == 0) return false
      first = out
      store<u32>(out, <u32>p)
      out += 4
      state = START
      continue
    }
    if (state == COMMENT || state == BROKEN) continue
    if (byte == delimiter) {
      store<u32>(out, <u32>p)
      out += 4
      state = START
    } else if (byte == comment) {
      if (p != <usize>load<u32>(first) + 1) {
        store<u32>(out, <u32>p)
        out += 4
      }
      state = COMMENT
    } else if (state == CLOSED || state == CLOSED_SPACES) {
      if (byte == quote && state == CLOSED && escape == quote) state = QUOTED
      else if (byte == 0x20) state = CLOSED_SPACES
      else if (load<u32>(c, CSV_RAGGED) == ASIDE) state = BROKEN
      else {
        failed(c, QUOTE, first, <u32>((out - first) >> 2))
        return false
      }
    } else if (byte == quote && (state == START || state == SPACES)) state = QUOTED
    else state = byte == 0x20 && (state == START || state == SPACES) ? SPACES : PLAIN
  }
  store<u32>(c, <u32>first, CSV_FIRST)
  store<u32>(c, <u32>out, CSV_OUT)
  store<u32>(c, state, CSV_STATE)
  return true
}
