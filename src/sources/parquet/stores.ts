/**
 * Where the values of one column chunk are gathered: a store takes the dense (non-NULL) values of each page, in whichever
 * encoding, spreads them over the page's rows, and gives them as chunks. A dictionary is a store of its own.
 */
import { bitmapBytes, copyBits, getBit } from '../../layout/bits.ts'
import { type CodeArray, type ColumnChunk, fromWords, type Utf8, wordsOf } from '../../layout/chunk.ts'
import type { ParquetColumn } from './schema.ts'

type Decoded = ArrayLike<Uint8Array> | Int32Array | BigInt64Array | Float32Array | Float64Array | ArrayLike<boolean>

export interface Store {
  /** `count` values in plain encoding from bytes[from … end) to row `at`. */
  plain(bytes: Uint8Array, from: number, end: number, count: number, at: number): void
  /** Values that the library decoded. */
  decoded(values: Decoded, count: number, at: number): void
  /** Values by their codes in the dictionary. */
  take(dictionary: Store, codes: Int32Array, count: number, at: number): void
  /** Moves the `count` values at row `at` to the valid ones of `rows` rows. */
  spread(at: number, count: number, rows: number, validity: Uint8Array): void
  /** All values as chunks; `validity` absent: no NULLs. */
  chunks(rows: number, validity: Uint8Array | undefined): ColumnChunk[]
}

const need = (bytes: number, from: number, end: number): void => {
  if (!(bytes >= 0 && bytes <= end - from)) throw new RangeError('a page ends within its values')
}

const badCode = (code: number, size: number): never => {
  throw new RangeError(`code ${code} in a dictionary of ${size}`)
}

type Fixed = Int32Array | BigInt64Array | Float32Array | Float64Array | Uint8Array

/** Stored words that only need copying, `words` 32-bit words a row. */
class FixedStore implements Store {
  readonly values: Fixed
  readonly #size: number
  readonly #finish: (values: Fixed, rows: number, validity: Uint8Array | undefined) => ColumnChunk

  constructor(values: Fixed, size: number, finish: (values: Fixed, rows: number, validity: Uint8Array | undefined) => ColumnChunk) {
    this.values = values
    this.#size = size
    this.#finish = finish
  }

  plain(bytes: Uint8Array, from: number, end: number, count: number, at: number): void {
    const { values } = this
    const width = values.BYTES_PER_ELEMENT
    need(count * width, from, end)
    new Uint8Array(values.buffer, values.byteOffset + at * width, count * width).set(bytes.subarray(from, from + count * width))
  }

  decoded(values: Decoded, count: number, at: number): void {
    for (let i = 0; i < count; i++) this.values[at + i] = values[i] as number & bigint
  }

  take(dictionary: Store, codes: Int32Array, count: number, at: number): void {
    const { values } = this
    const source = (dictionary as FixedStore).values
    const size = (dictionary as FixedStore).#size
    if (values.BYTES_PER_ELEMENT === 8) {
      // as halves: a bigint a value would be an allocation a value
      const from = new Int32Array(source.buffer, source.byteOffset, size * 2)
      const to = new Int32Array(values.buffer, values.byteOffset, values.length * 2)
      for (let i = 0; i < count; i++) {
        const code = codes[i]! >>> 0
        if (code >= size) badCode(code, size)
        to[2 * (at + i)] = from[2 * code]!
        to[2 * (at + i) + 1] = from[2 * code + 1]!
      }
      return
    }
    for (let i = 0; i < count; i++) {
      const code = codes[i]! >>> 0
      if (code >= size) badCode(code, size)
      values[at + i] = source[code]!
    }
  }

  spread(at: number, count: number, rows: number, validity: Uint8Array): void {
    const { values } = this
    const zero = (values instanceof BigInt64Array ? 0n : 0) as number & bigint
    let dense = at + count
    for (let row = at + rows - 1; row >= at; row--) values[row] = getBit(validity, row) ? values[--dense]! : zero
  }

  chunks(rows: number, validity: Uint8Array | undefined): ColumnChunk[] {
    return [this.#finish(this.values, rows, validity)]
  }
}

/** Booleans, packed eight a byte. */
class BoolStore extends FixedStore {
  override plain(bytes: Uint8Array, from: number, end: number, count: number, at: number): void {
    need((count + 7) >>> 3, from, end)
    for (let i = 0; i < count; i++) this.values[at + i] = (bytes[from + (i >>> 3)]! >>> (i & 7)) & 1
  }

  override decoded(values: Decoded, count: number, at: number): void {
    for (let i = 0; i < count; i++) this.values[at + i] = values[i] ? 1 : 0
  }
}

type Parse = (bytes: Uint8Array, from: number, end: number, row: number) => void

/** Values stored as byte strings (fixed length, or with a length before each) that are parsed into words. */
class ParsedStore implements Store {
  readonly words: BigInt64Array | Float32Array
  readonly #stride: number
  readonly #size: number
  readonly #length: number | undefined
  readonly #parse: Parse

  constructor(words: BigInt64Array | Float32Array, stride: number, size: number, length: number | undefined, parse: Parse) {
    this.words = words
    this.#stride = stride
    this.#size = size
    this.#length = length
    this.#parse = parse
  }

  plain(bytes: Uint8Array, from: number, end: number, count: number, at: number): void {
    let position = from
    for (let i = 0; i < count; i++) {
      let length = this.#length
      if (length === undefined) {
        need(4, position, end)
        length = lengthAt(bytes, position)
        position += 4
      }
      need(length, position, end)
      this.#parse(bytes, position, position + length, at + i)
      position += length
    }
  }

  decoded(values: Decoded, count: number, at: number): void {
    for (let i = 0; i < count; i++) {
      const bytes = values[i] as Uint8Array
      this.#parse(bytes, 0, bytes.length, at + i)
    }
  }

  take(dictionary: Store, codes: Int32Array, count: number, at: number): void {
    const stride = this.#stride
    const { words } = dictionary as ParsedStore
    const size = (dictionary as ParsedStore).#size
    for (let i = 0; i < count; i++) {
      const code = codes[i]! >>> 0
      if (code >= size) badCode(code, size)
      for (let word = 0; word < stride; word++) this.words[(at + i) * stride + word] = words[code * stride + word]!
    }
  }

  spread(at: number, count: number, rows: number, validity: Uint8Array): void {
    const stride = this.#stride
    const zero = (this.words instanceof BigInt64Array ? 0n : 0) as number & bigint
    let dense = at + count
    for (let row = at + rows - 1; row >= at; row--) {
      const valid = getBit(validity, row)
      if (valid) dense--
      for (let word = 0; word < stride; word++) this.words[row * stride + word] = valid ? this.words[dense * stride + word]! : zero
    }
  }

  chunks(rows: number, validity: Uint8Array | undefined): ColumnChunk[] {
    const { words } = this
    if (words instanceof Float32Array) return [{ kind: 'numbers', rows, validity, values: words }]
    return [{ kind: this.#stride === 2 ? 'wide' : 'bigints', rows, validity, values: words }]
  }
}

const lengthAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0

/** Strings: pages of codes stay codes, others become offsets and bytes. */
class TextStore implements Store {
  /** The last page or dictionary decoded plainly. */
  #text: Utf8 = { bytes: new Uint8Array(0), offsets: new Uint32Array(1) }
  readonly #rows: number
  readonly #pages: { at: number; rows: number; text: Utf8; codes: CodeArray }[] = []

  constructor(rows: number) {
    this.#rows = rows
  }

  plain(bytes: Uint8Array, from: number, end: number, count: number, at: number): void {
    const text = new Uint8Array(Math.max(end - from - 4 * count, 0))
    const offsets = new Uint32Array(count + 1)
    let position = from
    let to = 0
    for (let i = 0; i < count; i++) {
      need(4, position, end)
      const length = lengthAt(bytes, position)
      position += 4
      need(length, position, end)
      if (to + length > text.length) throw new RangeError('a page ends within its strings')
      if (length < 24) for (let j = 0; j < length; j++) text[to + j] = bytes[position + j]!
      else text.set(bytes.subarray(position, position + length), to)
      position += length
      to += length
      offsets[i + 1] = to
    }
    this.#add({ bytes: text.subarray(0, to), offsets }, count, at)
  }

  decoded(values: Decoded, count: number, at: number): void {
    const strings = values as ArrayLike<Uint8Array>
    const offsets = new Uint32Array(count + 1)
    for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i]! + strings[i]!.length
    const bytes = new Uint8Array(offsets[count]!)
    for (let i = 0; i < count; i++) bytes.set(strings[i]!, offsets[i])
    this.#add({ bytes, offsets }, count, at)
  }

  take(dictionary: Store, codes: Int32Array, count: number, at: number): void {
    const text = (dictionary as TextStore).#text
    const size = text.offsets.length - 1
    const kept = new Int32Array(count)
    for (let i = 0; i < count; i++) {
      const code = codes[i]! >>> 0
      if (code >= size) badCode(code, size)
      kept[i] = code
    }
    this.#pages.push({ at, rows: count, text, codes: kept })
  }

  spread(at: number, count: number, rows: number, validity: Uint8Array): void {
    const page = this.#pages.at(-1)
    if (page?.at !== at) return void this.#pages.push({ at, rows, text: this.#text, codes: new Int32Array(rows) })
    const codes = new Int32Array(rows)
    let dense = 0
    for (let row = 0; row < rows; row++) if (getBit(validity, at + row)) codes[row] = page.codes[dense++]!
    if (dense !== count) throw new RangeError(`${count} values for ${dense} rows`)
    page.codes = codes
    page.rows = rows
  }

  chunks(rows: number, validity: Uint8Array | undefined): ColumnChunk[] {
    return this.#joined(rows).map(({ at, rows: count, text, codes }): ColumnChunk => {
      let bits: Uint8Array | undefined
      if (validity !== undefined) {
        bits = new Uint8Array(bitmapBytes(count))
        copyBits(bits, 0, validity, at, count)
      }
      return { kind: 'codes', rows: count, validity: bits, codes, text }
    })
  }

  /** Pages one after the other over the same dictionary, as one. */
  #joined(rows: number) {
    const out: { at: number; rows: number; text: Utf8; codes: CodeArray }[] = []
    for (let i = 0; i < this.#pages.length; ) {
      const first = this.#pages[i]!
      let last = i
      while (this.#pages[last + 1]?.text === first.text) last++
      if (last === i) out.push(first)
      else {
        const end = this.#pages[last]!.at + this.#pages[last]!.rows
        const codes = new Int32Array(end - first.at)
        for (let page = i; page <= last; page++) codes.set(this.#pages[page]!.codes, this.#pages[page]!.at - first.at)
        out.push({ ...first, rows: codes.length, codes })
      }
      i = last + 1
    }
    if (out.reduce((sum, page) => sum + page.rows, 0) !== rows) throw new RangeError('pages do not add up')
    return out
  }

  #add(text: Utf8, count: number, at: number): void {
    this.#text = text
    if (count > this.#rows) throw new RangeError('more strings than rows')
    this.#pages.push({ at, rows: count, text, codes: Int32Array.from({ length: count }, (_, i) => i) })
  }
}

const numbers = (values: Fixed, rows: number, validity: Uint8Array | undefined): ColumnChunk => ({
  kind: 'numbers', rows, validity, values: values as Int32Array,
})

const bigints = (values: Fixed, rows: number, validity: Uint8Array | undefined): ColumnChunk => ({
  kind: 'bigints', rows, validity, values: values as BigInt64Array,
})

const unsigned32 = (values: Fixed, rows: number, validity: Uint8Array | undefined): ColumnChunk =>
  numbers(new Uint32Array(values.buffer as ArrayBuffer, values.byteOffset, values.length) as unknown as Fixed, rows, validity)

const unsigned64 = (values: Fixed, rows: number, validity: Uint8Array | undefined): ColumnChunk => ({
  kind: 'bigints', rows, validity, values: new BigUint64Array(values.buffer, values.byteOffset, values.length),
})

/** Milliseconds to microseconds. */
const millis = (values: Fixed, rows: number, validity: Uint8Array | undefined): ColumnChunk => {
  const out = new BigInt64Array(rows)
  for (let i = 0; i < rows; i++) {
    const micros = (values as BigInt64Array)[i]! * 1000n
    out[i] = micros
    if (out[i] !== micros) throw new RangeError('a timestamp in milliseconds does not fit into microseconds')
  }
  return { kind: 'bigints', rows, validity, values: out }
}

/** A big-endian two's complement integer. */
export const bigEndian = (bytes: Uint8Array, from: number, end: number): bigint => {
  if (end <= from) return 0n
  let value = BigInt(bytes[from]! << 24 >> 24)
  for (let i = from + 1; i < end; i++) value = (value << 8n) | BigInt(bytes[i]!)
  return value
}

const decimalStore = (size: number, length: number | undefined, precision: number): Store => {
  const stride = precision > 18 ? 2 : 1
  const words = new BigInt64Array(size * stride)
  const limit = 10n ** BigInt(precision)
  return new ParsedStore(words, stride, size, length, (bytes, from, end, row) => {
    const value = bigEndian(bytes, from, end)
    if (value >= limit || value <= -limit) throw new RangeError(`a decimal has more than ${precision} digits`)
    if (stride === 1) words[row] = value
    else [words[row * 2], words[row * 2 + 1]] = wordsOf(value)
  })
}

/** Nanoseconds of the day and the Julian day, as Impala wrote timestamps; below microseconds truncated as DuckDB does. */
const int96Store = (size: number): Store => {
  const words = new BigInt64Array(size)
  return new ParsedStore(words, 1, size, 12, (bytes, from, _end, row) => {
    const nanos = fromWords(BigInt(lengthAt(bytes, from)) | (BigInt(lengthAt(bytes, from + 4)) << 32n), 0n)
    const days = BigInt(lengthAt(bytes, from + 8) - 2440588)
    words[row] = days * 86_400_000_000n + nanos / 1000n
  })
}

const halfStore = (size: number): Store => {
  const words = new Float32Array(size)
  return new ParsedStore(words, 1, size, 2, (bytes, from, _end, row) => {
    const bits = bytes[from]! | (bytes[from + 1]! << 8)
    const exponent = (bits >> 10) & 31
    const fraction = (bits & 1023) / 1024
    const magnitude =
      exponent === 31 ? (fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN) : exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15)
    words[row] = bits >> 15 ? -magnitude : magnitude
  })
}

/** A store for `size` rows of a supported column. */
export const storeFor = ({ element, type }: ParquetColumn, size: number): Store => {
  const kind = 'kind' in type ? type.kind : 'null'
  const { type: stored, logical_type: logical, converted_type: converted } = element
  switch (stored) {
    case 'BOOLEAN':
      return new BoolStore(new Uint8Array(size), size, numbers)
    case 'INT32':
      if (kind === 'decimal') return new FixedStore(new Int32Array(size), size, numbers)
      return new FixedStore(new Int32Array(size), size, kind === 'uint32' ? unsigned32 : numbers)
    case 'INT64': {
      const inMillis = logical?.type === 'TIMESTAMP' ? logical.unit === 'MILLIS' : converted === 'TIMESTAMP_MILLIS'
      return new FixedStore(new BigInt64Array(size), size, inMillis ? millis : kind === 'uint64' ? unsigned64 : bigints)
    }
    case 'FLOAT':
      return new FixedStore(new Float32Array(size), size, numbers)
    case 'DOUBLE':
      return new FixedStore(new Float64Array(size), size, numbers)
    case 'INT96':
      return int96Store(size)
    default:
      if (type !== undefined && 'kind' in type && type.kind === 'decimal')
        return decimalStore(size, stored === 'BYTE_ARRAY' ? undefined : element.type_length, type.precision)
      return kind === 'float' ? halfStore(size) : new TextStore(size)
  }
}
