/** Which store a column's stored and SQL types want, and what its words mean. */
import { type ColumnChunk, fromWords, wordsOf } from '../../layout/chunk.ts'
import { halfToNumber } from '../../layout/half.ts'
import { BoolStore, type Fixed, FixedStore } from './fixed-store.ts'
import { ParsedStore } from './parsed-store.ts'
import type { ParquetColumn } from './schema.ts'
import { lengthAt, type Store } from './store.ts'
import { TextStore } from './text-store.ts'

const numbers = (values: Fixed, rows: number, validity: Uint8Array | undefined): ColumnChunk => ({
  kind: 'numbers',
  rows,
  validity,
  values: values as Int32Array,
})

const bigints = (values: Fixed, rows: number, validity: Uint8Array | undefined): ColumnChunk => ({
  kind: 'bigints',
  rows,
  validity,
  values: values as BigInt64Array,
})

const unsigned32 = (values: Fixed, rows: number, validity: Uint8Array | undefined): ColumnChunk =>
  numbers(new Uint32Array(values.buffer as ArrayBuffer, values.byteOffset, values.length) as unknown as Fixed, rows, validity)

const unsigned64 = (values: Fixed, rows: number, validity: Uint8Array | undefined): ColumnChunk => ({
  kind: 'bigints',
  rows,
  validity,
  values: new BigUint64Array(values.buffer, values.byteOffset, values.length),
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
  let value = BigInt((bytes[from]! << 24) >> 24)
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
    words[row] = halfToNumber(bytes[from]! | (bytes[from + 1]! << 8))
  })
}

/** A store for `size` rows of a supported column. */
export const storeFor = ({ element, type }: ParquetColumn, size: number): Store => {
  const kind = 'kind' in type ? type.kind : 'null'
  const { type: stored, logical, converted } = element
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
        return decimalStore(size, stored === 'BYTE_ARRAY' ? undefined : element.typeLength, type.precision)
      return kind === 'float' ? halfStore(size) : new TextStore(size)
  }
}
