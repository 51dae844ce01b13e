/**
 * Parquet files put together by hand, page by page: layouts that writers of today do not make, and such as are wrong. Nothing is checked
 * here; what a file says of itself is what the caller says.
 */
import { brotliCompressSync, gzipSync } from 'node:zlib'

// --- Thrift's compact protocol -----------------------------------------------------------------------------------------------------

type Thrift =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'i32' | 'i64'; readonly value: bigint }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'list'; readonly of: number; readonly value: readonly Thrift[] }
  | { readonly kind: 'struct'; readonly value: Struct }

/** Fields by id; an undefined one is left out. */
export type Struct = { readonly [id: number]: Thrift | undefined }

const WIRE = { bool: 1, i32: 5, i64: 6, bytes: 8, list: 9, struct: 12 } as const

export const i32 = (value: number): Thrift => ({ kind: 'i32', value: BigInt(value) })
export const i64 = (value: number | bigint): Thrift => ({ kind: 'i64', value: BigInt(value) })
export const bool = (value: boolean): Thrift => ({ kind: 'bool', value })
export const bytes = (value: Uint8Array | string): Thrift => ({ kind: 'bytes', value: typeof value === 'string' ? Buffer.from(value) : value })
export const struct = (value: Struct): Thrift => ({ kind: 'struct', value })
export const list = (items: readonly Thrift[], of: number = WIRE[items[0]?.kind ?? 'i32']): Thrift => ({ kind: 'list', of, value: items })

export const varint = (value: bigint | number): number[] => {
  const out: number[] = []
  let left = BigInt.asUintN(64, BigInt(value))
  for (; left > 127n; left >>= 7n) out.push(Number(left & 127n) | 128)
  return [...out, Number(left)]
}
export const zigzag = (value: bigint): bigint => BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))

const valueBytes = (t: Thrift): number[] => {
  switch (t.kind) {
    case 'bool':
      return [t.value ? 1 : 2]
    case 'i32':
    case 'i64':
      return varint(zigzag(t.value))
    case 'bytes':
      return [...varint(t.value.length), ...t.value]
    case 'list': {
      const size = t.value.length
      return [...(size < 15 ? [(size << 4) | t.of] : [0xf0 | t.of, ...varint(size)]), ...t.value.flatMap(valueBytes)]
    }
    case 'struct':
      return [...structBytes(t.value)]
  }
}

export const structBytes = (fields: Struct): Uint8Array => {
  const out: number[] = []
  let last = 0
  for (const id of Object.keys(fields).map(Number).sort((a, b) => a - b)) {
    const t = fields[id]
    if (t === undefined) continue
    const wire = t.kind === 'bool' ? (t.value ? 1 : 2) : WIRE[t.kind]
    if (id - last <= 15) out.push(((id - last) << 4) | wire)
    else out.push(wire, ...varint(zigzag(BigInt(id))))
    last = id
    if (t.kind !== 'bool') for (const byte of valueBytes(t)) out.push(byte)
  }
  out.push(0)
  return Uint8Array.from(out)
}

// --- Numbers of the format ---------------------------------------------------------------------------------------------------------

export const TYPE = { BOOLEAN: 0, INT32: 1, INT64: 2, INT96: 3, FLOAT: 4, DOUBLE: 5, BYTE_ARRAY: 6, FIXED: 7 } as const
export const ENCODING = { PLAIN: 0, PLAIN_DICTIONARY: 2, RLE: 3, BIT_PACKED: 4, DELTA: 5, DELTA_LENGTH: 6, DELTA_BYTES: 7, RLE_DICTIONARY: 8, SPLIT: 9 } as const
export const CODEC = { NONE: 0, SNAPPY: 1, GZIP: 2, LZO: 3, BROTLI: 4, LZ4: 5, ZSTD: 6, LZ4_RAW: 7 } as const
export const CONVERTED = {
  UTF8: 0, MAP: 1, MAP_KEY_VALUE: 2, LIST: 3, ENUM: 4, DECIMAL: 5, DATE: 6, TIME_MILLIS: 7, TIME_MICROS: 8, TIMESTAMP_MILLIS: 9, TIMESTAMP_MICROS: 10,
  UINT_8: 11, UINT_16: 12, UINT_32: 13, UINT_64: 14, INT_8: 15, INT_16: 16, INT_32: 17, INT_64: 18, JSON: 19, BSON: 20, INTERVAL: 21,
} as const
export const [REQUIRED, OPTIONAL, REPEATED] = [0, 1, 2] as const

// --- Encodings ---------------------------------------------------------------------------------------------------------------------

export const concat = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => Uint8Array.from(Buffer.concat(parts.map((part) => Uint8Array.from(part))))

const little = (value: bigint, width: number): number[] => Array.from({ length: width }, (_, i) => Number((BigInt.asUintN(64, value) >> BigInt(8 * i)) & 255n))

export const ints = (width: 4 | 8, values: readonly (number | bigint)[]): Uint8Array => Uint8Array.from(values.flatMap((value) => little(BigInt(value), width)))
export const doubles = (values: readonly number[]): Uint8Array => new Uint8Array(Float64Array.from(values).buffer)
export const strings = (values: readonly (string | Uint8Array)[]): Uint8Array =>
  concat(...values.map((value) => (typeof value === 'string' ? Buffer.from(value) : value)).map((value) => concat(little(BigInt(value.length), 4), value)))

/** Values of a width, least bit first, filled up to whole bytes. */
export const packed = (values: readonly number[], width: number): Uint8Array => {
  let bits = 0n
  values.forEach((value, i) => (bits |= BigInt(value) << BigInt(i * width)))
  return Uint8Array.from({ length: Math.ceil((values.length * width) / 8) }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n))
}

/** The deprecated order: most significant bit first. */
export const packedFromTop = (values: readonly number[], width: number): Uint8Array => {
  const text = values.map((value) => value.toString(2).padStart(width, '0')).join('')
  return Uint8Array.from(text.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2))
}

/** One run of a value. */
export const run = (value: number, count: number, width: number): Uint8Array => concat(varint(count << 1), little(BigInt(value), Math.ceil(width / 8)))
/** Groups of eight values, filled up with zeros. */
export const groups = (values: readonly number[], width: number): Uint8Array => {
  const whole = [...values, ...new Array<number>((8 - (values.length % 8)) % 8).fill(0)]
  return concat(varint(((whole.length / 8) << 1) | 1), packed(whole, width))
}
export const withLength = (levels: Uint8Array): Uint8Array => concat(little(BigInt(levels.length), 4), levels)

/** DELTA_BINARY_PACKED; `unused`: the bit width said of miniblocks that hold nothing. */
export const deltas = (values: readonly bigint[], block = 128, miniblocks = 4, unused = 0): Uint8Array => {
  const per = block / miniblocks
  const out: (Uint8Array | number[])[] = [varint(block), varint(miniblocks), varint(values.length), varint(zigzag(values[0] ?? 0n))]
  for (let at = 1; at < values.length; at += block) {
    const some = values.slice(at, at + block).map((value, i) => BigInt.asIntN(64, value - values[at + i - 1]!))
    const least = some.reduce((a, b) => (a < b ? a : b))
    const minis = Array.from({ length: miniblocks }, (_, m) => some.slice(m * per, (m + 1) * per).map((delta) => BigInt.asUintN(64, delta - least)))
    const widths = minis.map((mini) => (mini.length === 0 ? unused : Math.max(...mini.map((delta) => (delta === 0n ? 0 : delta.toString(2).length)))))
    out.push(varint(zigzag(least)), widths)
    minis.forEach((mini, m) => {
      if (mini.length === 0) return
      let bits = 0n
      mini.forEach((delta, i) => (bits |= delta << BigInt(i * widths[m]!)))
      out.push(Array.from({ length: (per * widths[m]!) / 8 }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n)))
    })
  }
  return concat(...out)
}

// --- Codecs: blocks of literals where a compressor would need a package ------------------------------------------------------------------

/** An LZ4 block. */
export const lz4Block = (data: Uint8Array): Uint8Array => {
  const rest = data.length - 15
  const length = data.length < 15 ? [data.length << 4] : [0xf0, ...new Array<number>(Math.floor(rest / 255)).fill(255), rest % 255]
  return concat(length, data)
}
const big32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
/** Blocks as Hadoop frames them: both sizes, big-endian, before each. */
export const hadoopLz4 = (data: Uint8Array, block = 1 << 17): Uint8Array =>
  concat(...Array.from({ length: Math.ceil(data.length / block) }, (_, i) => data.subarray(i * block, (i + 1) * block)).map((part) => concat(big32(part.length), big32(lz4Block(part).length), lz4Block(part))))

const snappy = (data: Uint8Array): Uint8Array => {
  if (data.length === 0) return Uint8Array.of(0)
  return concat(varint(data.length), [61 << 2, (data.length - 1) & 255, (data.length - 1) >> 8], data)
}

export const compress = (codec: number, data: Uint8Array): Uint8Array => {
  switch (codec) {
    case CODEC.SNAPPY:
      return snappy(data)
    case CODEC.GZIP:
      return Uint8Array.from(gzipSync(data))
    case CODEC.BROTLI:
      return Uint8Array.from(brotliCompressSync(data))
    case CODEC.LZ4:
      return hadoopLz4(data)
    case CODEC.LZ4_RAW:
      return lz4Block(data)
    default:
      return data
  }
}

// --- Pages -------------------------------------------------------------------------------------------------------------------------

export interface Page {
  /** Of the page's header, but for its sizes. */
  readonly header: Struct
  /** What the header says that it decompresses to. */
  readonly size: number
  /** As it lies in the file. */
  readonly stored: Uint8Array
  readonly isDictionary?: boolean
}

const NOTHING = new Uint8Array(0)

export interface Levels {
  readonly values: number
  readonly encoding?: number
  readonly definition?: Uint8Array
  readonly repetition?: Uint8Array
  /** What the header says of how levels lie. */
  readonly levelEncoding?: number
  readonly codec?: number
}

/** Levels are given as they lie, with the length before them where they have one. */
export const pageV1 = (body: Uint8Array, { values, encoding = ENCODING.PLAIN, definition = NOTHING, repetition = NOTHING, levelEncoding = ENCODING.RLE, codec = CODEC.NONE }: Levels): Page => {
  const whole = concat(repetition, definition, body)
  const header = { 1: i32(0), 5: struct({ 1: i32(values), 2: i32(encoding), 3: i32(levelEncoding), 4: i32(levelEncoding) }) }
  return { header, size: whole.length, stored: compress(codec, whole) }
}

export const pageV2 = (
  body: Uint8Array,
  { values, encoding = ENCODING.PLAIN, definition = NOTHING, repetition = NOTHING, codec = CODEC.NONE, nulls = 0, rows = values, isCompressed }: Levels & { readonly nulls?: number; readonly rows?: number; readonly isCompressed?: boolean },
): Page => {
  const stored = isCompressed === false ? body : compress(codec, body)
  const fields = { 1: i32(values), 2: i32(nulls), 3: i32(rows), 4: i32(encoding), 5: i32(definition.length), 6: i32(repetition.length), 7: isCompressed === undefined ? undefined : bool(isCompressed) }
  return { header: { 1: i32(3), 8: struct(fields) }, size: repetition.length + definition.length + body.length, stored: concat(repetition, definition, stored) }
}

export const dictionaryPage = (body: Uint8Array, values: number, encoding: number = ENCODING.PLAIN, codec: number = CODEC.NONE): Page => ({
  header: { 1: i32(2), 7: struct({ 1: i32(values), 2: i32(encoding) }) },
  size: body.length,
  stored: compress(codec, body),
  isDictionary: true,
})

export const indexPage = (body: Uint8Array): Page => ({ header: { 1: i32(1), 6: struct({}) }, size: body.length, stored: body })

// --- Files -------------------------------------------------------------------------------------------------------------------------

export interface Chunk {
  readonly pages: readonly Page[]
  readonly values: number
  readonly codec?: number
  readonly encodings?: readonly number[]
  readonly statistics?: Struct
  /** What the metadata say of the dictionary, whose place is then that of the data; absent: where it is. */
  readonly dictionaryOffset?: 'unsaid' | 'zero'
  /** Of the chunk's bytes, those that the metadata leave out. */
  readonly uncounted?: number
  /** Bytes before the chunk that are nobody's. */
  readonly gap?: number
}

export interface Leaf {
  readonly path: readonly string[]
  readonly type: number
  /** One a row group. */
  readonly chunks: readonly Chunk[]
}

/** A schema element: a leaf has a type, a group children. */
export const element = (name: string, repetition: number, more: Struct): Struct => ({ 3: i32(repetition), 4: bytes(name), ...more })
export const leaf = (name: string, repetition: number, type: number, more: Struct = {}): Struct => element(name, repetition, { 1: i32(type), ...more })
export const group = (name: string, repetition: number, children: number, converted?: number): Struct =>
  element(name, repetition, { 5: i32(children), 6: converted === undefined ? undefined : i32(converted) })

/** Places of pages, for tests that damage them. */
export interface Written {
  readonly file: Uint8Array
  readonly pages: readonly { readonly at: number; readonly header: number; readonly body: number }[]
}

/** `schema` without its root; `rows` by row group; `children`: how many columns the root has. */
export const parquetFile = (schema: readonly Struct[], leaves: readonly Leaf[], rows: readonly number[], { children = leaves.length, saidRows = rows.reduce((a, b) => a + b, 0), createdBy = 'by hand' } = {}): Written => {
  const parts: Uint8Array[] = [Buffer.from('PAR1')]
  const pages: { at: number; header: number; body: number }[] = []
  let at = 4
  const put = (part: Uint8Array): void => {
    parts.push(part)
    at += part.length
  }
  const rowGroups = rows.map((count, g) => {
    const columns = leaves.map(({ path, type, chunks }) => {
      const { pages: own, values, codec = CODEC.NONE, encodings = [ENCODING.PLAIN, ENCODING.RLE], statistics, dictionaryOffset, gap = 0, uncounted = 0 } = chunks[g]!
      put(new Uint8Array(gap).fill(0xee))
      const start = at
      let dictionary: number | undefined
      let data: number | undefined
      let uncompressed = 0
      for (const page of own) {
        const header = structBytes({ ...page.header, 2: i32(page.size), 3: i32(page.stored.length) })
        if (page.isDictionary) dictionary = at
        else data ??= at
        pages.push({ at, header: header.length, body: page.stored.length })
        uncompressed += header.length + page.size
        put(header)
        put(page.stored)
      }
      const said = dictionaryOffset === 'unsaid' ? undefined : dictionaryOffset === 'zero' ? 0 : dictionary
      const metadata: Struct = {
        1: i32(type), 2: list(encodings.map((e) => i32(e))), 3: list(path.map((part) => bytes(part))), 4: i32(codec), 5: i64(values), 6: i64(uncompressed), 7: i64(at - start - uncounted),
        9: i64(dictionaryOffset !== undefined && dictionary !== undefined ? dictionary : (data ?? start)), 11: said === undefined ? undefined : i64(said), 12: statistics === undefined ? undefined : struct(statistics),
      }
      return struct({ 2: i64(start), 3: struct(metadata) })
    })
    return struct({ 1: list(columns), 2: i64(at), 3: i64(count) })
  })
  const root: Struct = { 4: bytes('schema'), 5: i32(children) }
  const footer = structBytes({ 1: i32(1), 2: list([root, ...schema].map(struct)), 3: i64(saidRows), 4: list(rowGroups, 12), 6: bytes(createdBy) })
  put(footer)
  put(concat(little(BigInt(footer.length), 4), Buffer.from('PAR1')))
  return { file: concat(...parts), pages }
}

/** A file of one flat column: what most cases are about. */
export const oneColumn = (column: Struct, type: number, chunks: readonly (Chunk & { readonly rows?: number })[]): Written =>
  parquetFile([column], [{ path: ['x'], type, chunks }], chunks.map((chunk) => chunk.rows ?? chunk.values))
