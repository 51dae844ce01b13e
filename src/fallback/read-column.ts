/**
 * Columns of relations as generated code reads them: typed arrays over the shared memory, a batch at a time. 64- and
 * 128-bit columns whose values lie within ±2^53 are read as numbers; whether they do is looked up, else measured.
 */
import { bitmapBytes } from '../layout/bits.ts'
import type { ColumnInfo, Vector } from '../layout/relation.ts'
import { isBinary, isExact, typeRange } from '../layout/types.ts'
import { Dict } from './dict.ts'
import type { Shape, Val } from './shape.ts'
import { readByteSlice, readBytes, readSlice, readUtf8 } from './strings.ts'
import type { Writer } from './writer.ts'

export interface ColumnReader {
  /** Code for row `i`; `binding` names a part that `bind` gives for each batch. */
  emit(w: Writer, binding: (part: string) => string): Val
  bind(part: string, batch: number): unknown
}

interface Piece {
  readonly rows: number
  readonly vector: Vector
}

const SAFE = Number.MAX_SAFE_INTEGER

/** Bounds of an integer column, or undefined where they exceed ±2^53. */
const bounds = (column: ColumnInfo, pieces: readonly Piece[], buffer: ArrayBufferLike, words: number): { min: number; max: number } | undefined => {
  const known = column.range ?? (words === 0 ? physicalBounds(column) : undefined)
  if (known !== undefined && known.min >= -SAFE && known.max <= SAFE) return { min: Number(known.min), max: Number(known.max) }
  if (words === 0 || known !== undefined) return undefined
  let min = SAFE
  let max = -SAFE
  for (const { rows, vector } of pieces) {
    const low = new Uint32Array(buffer, vector.data >>> 0, rows * words)
    const high = new Int32Array(buffer, vector.data >>> 0, rows * words)
    for (let i = 0; i < rows * words; i += words) {
      const hi = high[i + 1]!
      // 128 bits: the upper half must only repeat the sign.
      if (hi < -2097152 || hi >= 2097152 || (words === 4 && (high[i + 2] !== hi >> 31 || high[i + 3] !== hi >> 31))) return undefined
      const value = low[i]! + hi * 4294967296
      if (value < min) min = value
      if (value > max) max = value
    }
  }
  return min > max ? { min: 0, max: 0 } : min < -SAFE ? undefined : { min, max }
}

const PHYSICAL_BOUNDS: Partial<Record<ColumnInfo['physical'], readonly [bigint, bigint]>> = {
  i8: [-128n, 127n],
  i16: [-32768n, 32767n],
  i32: [-2147483648n, 2147483647n],
  u8: [0n, 255n],
  u16: [0n, 65535n],
  u32: [0n, 4294967295n],
}

const physicalBounds = (column: ColumnInfo): { min: bigint; max: bigint } | undefined => {
  const pair = PHYSICAL_BOUNDS[column.physical]
  if (pair === undefined) return typeRange(column.type)
  return { min: pair[0], max: pair[1] }
}

type ViewType = new (buffer: ArrayBufferLike, offset: number, length: number) => unknown

const VIEWS: Partial<Record<ColumnInfo['physical'], ViewType>> = {
  bool8: Uint8Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
  code8: Uint8Array,
  code16: Uint16Array,
  code32: Uint32Array,
}

const shapeFor = (column: ColumnInfo, pieces: readonly Piece[], buffer: ArrayBufferLike): Shape => {
  const type = column.type
  switch (column.physical) {
    case 'bool8':
      return { type, rep: 'boolean' }
    case 'f32':
    case 'f64':
      return { type, rep: 'number' }
    case 'utf8':
    case 'slice':
      return { type, rep: 'string' }
    case 'code8':
    case 'code16':
    case 'code32': {
      const dictionary = column.dictionary!
      return { type, rep: 'code', dict: new Dict(dictionary.size, (code) => readSlice(buffer, dictionary.slices, code)) }
    }
    default: {
      const words = column.physical === 'i128' ? 4 : column.physical === 'i64' || column.physical === 'u64' ? 2 : 0
      const range = isExact(type) ? bounds(column, pieces, buffer, words) : undefined
      return range === undefined ? { type, rep: 'bigint' } : { type, rep: 'number', ...range }
    }
  }
}

export const openColumn = (column: ColumnInfo, pieces: readonly Piece[], buffer: ArrayBufferLike): ColumnReader => {
  let shape: Shape | undefined
  const binary = isBinary(column.type)
  const nullable = pieces.some((piece) => piece.vector.validity !== 0)
  const wide = column.physical === 'i128' ? 2 : column.physical === 'i64' || column.physical === 'u64' ? 1 : 0
  const value = (w: Writer, known: Shape, binding: (part: string) => string): string => {
    if (known.rep === 'string')
      return `${w.capture(column.physical === 'utf8' ? (binary ? readBytes : readUtf8) : binary ? readByteSlice : readSlice)}(${w.capture(buffer)}, ${binding('data')}, i${column.physical === 'utf8' ? `, ${binding('offsets')}` : ''})`
    if (known.rep === 'boolean') return `${binding('array')}[i] !== 0`
    if (wide === 0) return `${binding('array')}[i]`
    const at = wide === 1 ? 'i' : '2 * i'
    if (known.rep === 'number') {
      const word = wide === 1 ? '2 * i' : '4 * i'
      if (known.min! >= -2147483648 && known.max! <= 2147483647) return `${binding('high')}[${word}]`
      return `${binding('low')}[${word}] + ${binding('high')}[${word} + 1] * 4294967296`
    }
    const unsigned = binding('unsigned')
    if (wide === 1) return column.physical === 'u64' ? `${unsigned}[i]` : `${binding('signed')}[i]`
    return `${unsigned}[${at}] + (${binding('signed')}[${at} + 1] << 64n)`
  }
  return {
    emit(w, binding) {
      shape ??= shapeFor(column, pieces, buffer)
      const nul = nullable ? w.name(`${binding('validity')} !== null && (${binding('validity')}[i >> 3] & (1 << (i & 7))) === 0`) : ''
      const code = value(w, shape, binding)
      // Strings are made only where they are not NULL; other NULL rows hold zeros.
      return { ...shape, nul, code: w.name(shape.rep === 'string' && nul !== '' ? `${nul} ? '' : ${code}` : code) }
    },
    bind(part, batch) {
      const { rows, vector } = pieces[batch]!
      // Addresses above 2 GiB may come as negative numbers.
      const data = vector.data >>> 0
      switch (part) {
        case 'validity':
          return vector.validity === 0 ? null : new Uint8Array(buffer, vector.validity >>> 0, bitmapBytes(rows))
        case 'data':
          return data
        case 'offsets':
          return new Uint32Array(buffer, vector.aux >>> 0, rows + 1)
        case 'low':
          return new Uint32Array(buffer, data, rows * 2 * wide)
        case 'high':
          return new Int32Array(buffer, data, rows * 2 * wide)
        case 'signed':
          return new BigInt64Array(buffer, data, rows * wide)
        case 'unsigned':
          return new BigUint64Array(buffer, data, rows * wide)
        default: {
          const view = VIEWS[column.physical]
          if (view === undefined) throw new Error(`no array for ${column.physical}`)
          return new view(buffer, data, rows)
        }
      }
    },
  }
}
