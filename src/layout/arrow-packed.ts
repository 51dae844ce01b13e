/** Values of packed types as Arrow arrays: their parts, gathered column by column. */
import * as arrow from 'apache-arrow'
import { ExecutionError } from '../errors.ts'
import { arrowType } from './arrow-types.ts'
import { bitmapBytes, setBit } from './bits.ts'
import { chunkOfValues, joinBytes, wordsOf } from './chunk.ts'
import type { SqlType } from './types.ts'
import type { Interval, RowValue } from './unsafe-row.ts'

type Values = readonly RowValue[]

/** Months, days and nanoseconds, 16 bytes each. Throws OVERFLOW where the nanoseconds are more than 64 bits. */
const intervals = (values: Values): Int32Array => {
  const out = new DataView(new ArrayBuffer(values.length * 16))
  ;(values as readonly (Interval | null)[]).forEach((value, i) => {
    if (value === null) return
    const nanos = value.micros * 1000n
    if (BigInt.asIntN(64, nanos) !== nanos) throw new ExecutionError('OVERFLOW', `an interval of ${value.micros} microseconds has more nanoseconds than an Arrow interval`)
    out.setInt32(i * 16, value.months, true)
    out.setInt32(i * 16 + 4, value.days, true)
    out.setBigInt64(i * 16 + 8, nanos, true)
  })
  return new Int32Array(out.buffer)
}

const bools = (values: Values): Uint8Array => {
  const bits = new Uint8Array(bitmapBytes(values.length))
  values.forEach((value, i) => value === true && setBit(bits, i))
  return bits
}

const decimals = (values: Values): Uint32Array => {
  const out = new BigInt64Array(values.length * 2)
  values.forEach((value, i) => {
    if (value !== null) [out[2 * i], out[2 * i + 1]] = wordsOf(value as bigint)
  })
  return new Uint32Array(out.buffer)
}

const text = (values: Values) => {
  const { bytes, offsets } = joinBytes(values.map((value) => (value === null ? null : value instanceof Uint8Array ? value : Buffer.from(value as string, 'utf8'))))
  return { data: bytes, valueOffsets: Int32Array.from(offsets) }
}

/** The ends of lists, and all that is in them. */
const lists = (values: Values): { valueOffsets: Int32Array; items: RowValue[] } => {
  const valueOffsets = new Int32Array(values.length + 1)
  const items: RowValue[] = []
  values.forEach((value, i) => {
    for (const item of (value ?? []) as Values) items.push(item)
    valueOffsets[i + 1] = items.length
  })
  return { valueOffsets, items }
}

const column = (values: Values, index: number): RowValue[] => values.map((value) => (value === null ? null : ((value as Values)[index] ?? null)))

const partsOf = (type: SqlType, values: Values): object => {
  switch (type.kind) {
    case 'null':
      return {}
    case 'bool':
      return { data: bools(values) }
    case 'int128':
    case 'decimal':
      return { data: decimals(values) }
    case 'string':
    case 'binary':
      return text(values)
    case 'interval':
      return { data: intervals(values) }
    case 'struct':
      return { children: type.fields.map((f, i) => arrowData(f.type, column(values, i))) }
    case 'array': {
      const { valueOffsets, items } = lists(values)
      return { valueOffsets, child: arrowData(type.element, items) }
    }
    case 'map': {
      const { valueOffsets, items } = lists(values)
      const entries = (arrowType(type) as arrow.Map_).children[0]!.type
      const children = [arrowData(type.key, column(items, 0)), arrowData(type.value, column(items, 1))]
      return { valueOffsets, child: arrow.makeData({ type: entries, length: items.length, nullCount: 0, children } as never) }
    }
    default: {
      const chunk = chunkOfValues(type, values as never)
      const empty = { numbers: Int32Array, bigints: BigInt64Array }[chunk.kind as 'numbers'] ?? arrowType(type).ArrayType
      return { data: 'values' in chunk ? chunk.values : new empty(values.length) }
    }
  }
}

/** An Arrow array of values as views read them (unsafe/views.ts). */
export const arrowData = (type: SqlType, values: Values): arrow.Data => {
  const nullCount = values.reduce((n: number, value) => n + (value === null ? 1 : 0), 0)
  const nullBitmap = new Uint8Array(bitmapBytes(values.length))
  values.forEach((value, i) => value !== null && setBit(nullBitmap, i))
  const bits = nullCount > 0 && type.kind !== 'null' ? { nullCount, nullBitmap } : { nullCount: 0 }
  return arrow.makeData({ type: arrowType(type), length: values.length, ...bits, ...partsOf(type, values) } as never)
}
