/** Values of a page in whichever encoding, brought to plain ones that lie one behind the other: fixed widths, or slices. */
import type { LeafInfo } from '../chunk-task.ts'
import { PageError } from './failure.ts'
import type { Encoding } from './page-header.ts'
import type { Bytes } from './pages.ts'
import type { Room } from './room.ts'
import { right } from './runtime.ts'

/** Bytes of a stored value; 0 of BOOLEAN and BYTE_ARRAY. */
export const storedWidth = ({ stored, length }: LeafInfo): number => {
  switch (stored) {
    case 'INT32':
    case 'FLOAT':
      return 4
    case 'INT64':
    case 'DOUBLE':
      return 8
    case 'INT96':
      return 12
    case 'FIXED_LEN_BYTE_ARRAY':
      return length
    default:
      return 0
  }
}

export const isCoded = (encoding: Encoding): boolean => encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY'

const wrongEncoding = (encoding: Encoding, { stored }: LeafInfo): PageError => new PageError(`values of type ${stored} in encoding ${encoding}`)

/** Address of `count` values of fixed width. They may lie in the page. */
export const fixedValues = (leaf: LeafInfo, encoding: Encoding, { from, end }: Bytes, count: number, room: Room): number => {
  const width = storedWidth(leaf)
  const { runtime } = room
  switch (encoding) {
    case 'PLAIN':
    case 'PLAIN_DICTIONARY':
      if (count * width > end - from) throw new PageError('a page ends within its values')
      return from
    case 'DELTA_BINARY_PACKED': {
      if (leaf.stored !== 'INT32' && leaf.stored !== 'INT64') throw wrongEncoding(encoding, leaf)
      const to = room.at('more', count * width)
      right(runtime.parquet_delta(from, end, count, width, to, room.round))
      return to
    }
    case 'BYTE_STREAM_SPLIT': {
      if (leaf.stored === 'INT96') throw wrongEncoding(encoding, leaf)
      if (count * width > end - from) throw new PageError('a page ends within its values')
      const to = room.at('more', count * width)
      runtime.parquet_unsplit(from, width, count, to)
      return to
    }
    case 'DELTA_BYTE_ARRAY': {
      if (leaf.stored !== 'FIXED_LEN_BYTE_ARRAY') throw wrongEncoding(encoding, leaf)
      const slices = room.at('more', count * 8)
      const { text } = joined(from, end, count, slices, room, false)
      if (runtime.parquet_all_long(slices, count, width) === 0) throw new PageError(`values that are not of ${width} bytes`)
      return text
    }
    default:
      throw wrongEncoding(encoding, leaf)
  }
}

/** DELTA_BYTE_ARRAY: strings that share the beginning of the one before. */
const joined = (from: number, end: number, count: number, slices: number, room: Room, lasting: boolean): { text: number; bytes: number } => {
  const { runtime } = room
  const prefixes = room.at('prefixes', count * 4)
  const lengths = room.at('lengths', count * 4)
  const second = from + right(runtime.parquet_delta(from, end, count, 4, prefixes, room.round))
  const third = second + right(runtime.parquet_delta(second, end, count, 4, lengths, room.round))
  const bytes = runtime.parquet_joined_bytes(prefixes, lengths, count)
  if (bytes < 0) throw new PageError('strings that begin with more than the one before has')
  const text = lasting ? room.lasting(bytes) : room.temporary(bytes)
  right(runtime.parquet_joined(prefixes, lengths, count, third, end, text, slices))
  return { text, bytes }
}

/** Writes `count` slices to `to`; what they point to lies in the page, or stays as long as the column. UTF-8 is checked where it is text. */
export const byteSlices = (leaf: LeafInfo, encoding: Encoding, { from, end }: Bytes, count: number, to: number, room: Room): void => {
  const { runtime } = room
  let text = { from, end }
  if (leaf.stored === 'FIXED_LEN_BYTE_ARRAY') {
    const values = fixedValues(leaf, encoding, text, count, room)
    if (leaf.reading === 'uuid') return runtime.parquet_uuids(values, count, room.lasting(count * 36), to)
    if (values === from) return runtime.parquet_fixed_slices(from, leaf.length, count, to)
    const lasting = room.lasting(count * leaf.length)
    room.copy(values, count * leaf.length, lasting)
    return runtime.parquet_fixed_slices(lasting, leaf.length, count, to)
  }
  switch (encoding) {
    case 'PLAIN':
    case 'PLAIN_DICTIONARY':
      right(runtime.parquet_slices(from, end, count, to))
      break
    case 'DELTA_LENGTH_BYTE_ARRAY': {
      const lengths = room.at('lengths', count * 4)
      const first = from + right(runtime.parquet_delta(from, end, count, 4, lengths, room.round))
      right(runtime.parquet_sized_slices(lengths, count, first, end, to))
      text = { from: first, end }
      break
    }
    case 'DELTA_BYTE_ARRAY': {
      const own = joined(from, end, count, to, room, true)
      text = { from: own.text, end: own.text + own.bytes }
      break
    }
    default:
      throw wrongEncoding(encoding, leaf)
  }
  if (leaf.reading === 'text') right(runtime.parquet_text(to, count, text.from, text.end))
}

/** Writes `count` truths to `to`, a byte each. */
export const truths = (leaf: LeafInfo, encoding: Encoding, { from, end }: Bytes, count: number, to: number, room: Room): void => {
  const { runtime, view } = room
  if (encoding === 'PLAIN') {
    if (Math.ceil(count / 8) > end - from) throw new PageError('a page ends within its values')
    return runtime.parquet_bools(from, count, to)
  }
  if (encoding !== 'RLE') throw wrongEncoding(encoding, leaf)
  if (end - from < 4) throw new PageError('a page ends within its values')
  const length = view.getUint32(from, true)
  if (length > end - from - 4) throw new PageError('a page ends within its values')
  const bits = room.at('more', count * 4)
  right(runtime.parquet_unpack(from + 4, from + 4 + length, 1, count, bits))
  runtime.parquet_bytes(bits, count, to)
}
