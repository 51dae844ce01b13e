/** Relations as apache-arrow tables: buffers are copied out of shared memory and keep Arrow's own widths and types. */
import * as arrow from 'apache-arrow'
import { ExecutionError } from '../errors.ts'
import { unpacked } from './arrow-packed.ts'
import { arrowType } from './arrow-types.ts'
import { bitmapBytes, copyBits, countBits, getBit, setBit } from './bits.ts'
import { fromWords } from './chunk.ts'
import { bytesAt, type PhysicalArray, viewOf } from './memory.ts'
import type { OpenWorkspace } from './nested-nodes.ts'
import type { ColumnBatch, ColumnInfo, Relation, Vector } from './relation.ts'
import { isPacked } from './types.ts'

/** Rows of an Arrow batch at most, so that string offsets stay within 32 bits. */
const BATCH_ROWS = 1 << 20
const DECIMAL_LIMIT = 10n ** 38n

/** Some rows of a column in one batch. */
interface Piece {
  readonly buffer: ArrayBufferLike
  readonly info: ColumnInfo
  readonly vector: Vector
  /** Rows of the whole batch. */
  readonly rows: number
  readonly from: number
  readonly count: number
}

const view = ({ buffer, info, vector, rows }: Piece): PhysicalArray => viewOf(buffer, info.physical, vector.data, rows)

type ArrayOf = new (length: number) => Exclude<PhysicalArray, BigInt64Array | BigUint64Array>

const numbers = (piece: Piece, array: ArrayOf): PhysicalArray => {
  const out = new array(piece.count)
  const source = view(piece)
  const stride = piece.info.physical === 'i128' ? 2 : 1
  if (source instanceof BigInt64Array || source instanceof BigUint64Array) {
    for (let i = 0; i < piece.count; i++) out[i] = Number(source[(piece.from + i) * stride])
  } else out.set(source.subarray(piece.from, piece.from + piece.count))
  return out
}

const bigints = (piece: Piece, signed: boolean): BigInt64Array | BigUint64Array => {
  const out = signed ? new BigInt64Array(piece.count) : new BigUint64Array(piece.count)
  const source = view(piece)
  const stride = piece.info.physical === 'i128' ? 2 : 1
  for (let i = 0; i < piece.count; i++) out[i] = BigInt(source[(piece.from + i) * stride]!)
  return out
}

const decimals = (piece: Piece): Uint32Array => {
  const out = new BigInt64Array(piece.count * 2)
  const source = view(piece)
  if (piece.info.physical === 'i128') {
    out.set((source as BigInt64Array).subarray(piece.from * 2, (piece.from + piece.count) * 2))
    for (let i = 0; i < piece.count; i++) {
      const value = fromWords(out[2 * i]!, out[2 * i + 1]!)
      if (value >= DECIMAL_LIMIT || value <= -DECIMAL_LIMIT) {
        throw new ExecutionError(
          'OVERFLOW',
          `column ${JSON.stringify(piece.info.name)} holds ${value}, which has more than the 38 digits of an Arrow decimal`,
          {
            hint: 'rows() has no such limit',
          },
        )
      }
    }
  } else {
    for (let i = 0; i < piece.count; i++) {
      const value = BigInt(source[piece.from + i]!)
      out[2 * i] = value
      out[2 * i + 1] = value < 0n ? -1n : 0n
    }
  }
  return new Uint32Array(out.buffer)
}

const bools = (piece: Piece): Uint8Array => {
  const out = new Uint8Array(bitmapBytes(piece.count))
  const source = view(piece)
  for (let i = 0; i < piece.count; i++) if (Number(source[piece.from + i]) !== 0) setBit(out, i)
  return out
}

interface Text {
  readonly data: Uint8Array
  readonly valueOffsets: Int32Array
}

/** Copies strings given by address and length, both by row. */
const gather = (piece: Piece, addressOf: (row: number) => number, lengthOf: (row: number) => number): Text => {
  const { from, count } = piece
  const valueOffsets = new Int32Array(count + 1)
  let total = 0
  for (let i = 0; i < count; i++) {
    total += lengthOf(from + i)
    if (total > 0x7fffffff) throw new ExecutionError('OVERFLOW', `column ${JSON.stringify(piece.info.name)} holds more text than an Arrow batch can`)
    valueOffsets[i + 1] = total
  }
  const data = new Uint8Array(total)
  const memory = new Uint8Array(piece.buffer)
  for (let i = 0; i < count; i++) {
    const length = lengthOf(from + i)
    const address = addressOf(from + i)
    let to = valueOffsets[i]!
    if (length < 24) for (let j = address; j < address + length; j++) data[to++] = memory[j]!
    else data.set(memory.subarray(address, address + length), to)
  }
  return { data, valueOffsets }
}

const text = (piece: Piece): Text => {
  const { buffer, info, vector, rows } = piece
  if (info.physical === 'utf8') {
    const offsets = viewOf(buffer, 'u32', vector.aux, rows + 1) as Uint32Array
    const data = vector.data >>> 0
    return gather(
      piece,
      (row) => data + offsets[row]!,
      (row) => offsets[row + 1]! - offsets[row]!,
    )
  }
  const { dictionary } = info
  const slices = viewOf(buffer, 'u32', dictionary?.slices ?? vector.data, (dictionary?.size ?? rows) * 2) as Uint32Array
  const codes = dictionary === undefined ? undefined : (view(piece) as Uint32Array)
  // the code under a NULL is 0, and its text must not be copied for it
  const bits = vector.validity === 0 ? undefined : bytesAt(buffer, vector.validity, bitmapBytes(rows))
  const entry = (row: number): number => (codes === undefined ? row : codes[row]!)
  return gather(
    piece,
    (row) => slices[2 * entry(row)]!,
    (row) => (bits === undefined || getBit(bits, row) ? slices[2 * entry(row) + 1]! : 0),
  )
}

const buffersOf = (piece: Piece): { data?: unknown; valueOffsets?: Int32Array } => {
  switch (piece.info.type.kind) {
    case 'null':
      return {}
    case 'bool':
      return { data: bools(piece) }
    case 'int8':
      return { data: numbers(piece, Int8Array) }
    case 'int16':
      return { data: numbers(piece, Int16Array) }
    case 'int32':
    case 'date':
    case 'interval_year_month':
      return { data: numbers(piece, Int32Array) }
    case 'uint8':
      return { data: numbers(piece, Uint8Array) }
    case 'uint16':
      return { data: numbers(piece, Uint16Array) }
    case 'uint32':
      return { data: numbers(piece, Uint32Array) }
    case 'float':
      return { data: numbers(piece, Float32Array) }
    case 'double':
      return { data: numbers(piece, Float64Array) }
    case 'uint64':
      return { data: bigints(piece, false) }
    case 'int64':
    case 'timestamp':
    case 'timestamptz':
    case 'interval_day_time':
      return { data: bigints(piece, true) }
    case 'int128':
    case 'decimal':
      return { data: decimals(piece) }
    default:
      return text(piece)
  }
}

/** Packed values, taken apart. */
const packedData = ({ info, vector, from, count }: Piece, open: OpenWorkspace | undefined): arrow.Data => {
  if (open === undefined) throw new TypeError('there is no memory to convert nested values in')
  const space = open()
  try {
    const utf8 = info.physical === 'utf8'
    return unpacked({ type: info.type, name: info.name, from, count, validity: vector.validity, slices: vector.data, offsets: utf8 ? vector.aux : 0 }, space)
  } finally {
    space.release()
  }
}

const dataOf = (piece: Piece, type: arrow.DataType, open: OpenWorkspace | undefined): arrow.Data => {
  if (isPacked(piece.info.type)) return packedData(piece, open)
  const { buffer, vector, rows, from, count } = piece
  let nullBitmap: Uint8Array | undefined
  let nullCount = 0
  if (vector.validity !== 0 && !arrow.DataType.isNull(type)) {
    nullBitmap = new Uint8Array(bitmapBytes(count))
    copyBits(nullBitmap, 0, bytesAt(buffer, vector.validity, bitmapBytes(rows)), from, count)
    nullCount = count - countBits(nullBitmap, count)
    if (nullCount === 0) nullBitmap = undefined
  }
  return arrow.makeData({ type, length: count, nullCount, nullBitmap, ...buffersOf(piece) } as never)
}

/**
 * An apache-arrow Table of a relation; it shares nothing with the relation's memory. `open` gives memory in which columns of packed types
 * are taken apart. Throws OVERFLOW for an int128 of more than 38 digits, MEMORY_EXCEEDED.
 */
export const toArrow = (buffer: ArrayBufferLike, relation: Relation, open?: OpenWorkspace): arrow.Table => {
  const schema = new arrow.Schema(relation.columns.map(({ name, type }) => new arrow.Field(name, arrowType(type), true)))
  const recordBatch = (batch: ColumnBatch, from: number, count: number): arrow.RecordBatch => {
    const children = relation.columns.map((info, i) =>
      dataOf({ buffer, info, vector: batch.vectors[i]!, rows: batch.rows, from, count }, schema.fields[i]!.type, open),
    )
    return new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(schema.fields), length: count, nullCount: 0, children }))
  }
  const batches: arrow.RecordBatch[] = []
  for (const batch of relation.batches) {
    for (let from = 0; from < batch.rows; from += BATCH_ROWS) batches.push(recordBatch(batch, from, Math.min(BATCH_ROWS, batch.rows - from)))
  }
  // methods of a Table without any batch fail
  if (batches.length === 0) batches.push(recordBatch({ rows: 0, vectors: relation.columns.map(() => ({ data: 0, validity: 0, aux: 0 })) }, 0, 0))
  return new arrow.Table(schema, batches)
}
