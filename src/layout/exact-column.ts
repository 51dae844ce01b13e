/** Bounds of chunks of exact values, and their copies at the physical width that the bounds of all chunks allow. */
import { getBit } from './bits.ts'
import { type ColumnChunk, fromWords, wordsOf } from './chunk.ts'
import type { PhysicalArray } from './memory.ts'
import type { Range } from './types.ts'

type Exact = Extract<ColumnChunk, { kind: 'numbers' | 'bigints' | 'wide' }>

const rangeOfNumbers = (values: ArrayLike<number>, rows: number, validity: Uint8Array | undefined): Range | undefined => {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < rows; i++) {
    if (validity !== undefined && !getBit(validity, i)) continue
    const value = values[i]!
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? { min: BigInt(min), max: BigInt(max) } : undefined
}

/** Bounds of 64-bit words by their halves: comparing bigints one by one would allocate each of them. */
const rangeOfWords = (values: BigInt64Array | BigUint64Array, rows: number, validity: Uint8Array | undefined): Range | undefined => {
  const low = new Uint32Array(values.buffer, values.byteOffset, rows * 2)
  const high = values instanceof BigInt64Array ? new Int32Array(values.buffer, values.byteOffset, rows * 2) : low
  let min = -1
  let max = -1
  let minHigh = 0
  let minLow = 0
  let maxHigh = 0
  let maxLow = 0
  for (let i = 0; i < rows; i++) {
    if (validity !== undefined && !getBit(validity, i)) continue
    const h = high[2 * i + 1]!
    const l = low[2 * i]!
    if (min < 0 || h < minHigh || (h === minHigh && l < minLow)) {
      min = i
      minHigh = h
      minLow = l
    }
    if (max < 0 || h > maxHigh || (h === maxHigh && l > maxLow)) {
      max = i
      maxHigh = h
      maxLow = l
    }
  }
  return min < 0 ? undefined : { min: values[min]!, max: values[max]! }
}

const rangeOfWide = (values: BigInt64Array, rows: number, validity: Uint8Array | undefined): Range | undefined => {
  let range: { min: bigint; max: bigint } | undefined
  for (let i = 0; i < rows; i++) {
    if (validity !== undefined && !getBit(validity, i)) continue
    const value = fromWords(values[2 * i]!, values[2 * i + 1]!)
    if (range === undefined) range = { min: value, max: value }
    else if (value < range.min) range.min = value
    else if (value > range.max) range.max = value
  }
  return range
}

/** Bounds of the non-NULL values; undefined when there are none. */
export const rangeOfChunk = (chunk: Exact): Range | undefined => {
  if (chunk.kind === 'numbers') return rangeOfNumbers(chunk.values, chunk.rows, chunk.validity)
  if (chunk.kind === 'bigints') return rangeOfWords(chunk.values, chunk.rows, chunk.validity)
  return rangeOfWide(chunk.values, chunk.rows, chunk.validity)
}

const isBig = (array: PhysicalArray): array is BigInt64Array | BigUint64Array => array instanceof BigInt64Array || array instanceof BigUint64Array

/** Every `stride`-th 32-bit word of `values`, from the first on. */
const copyLowWords = (
  target: Exclude<PhysicalArray, BigInt64Array | BigUint64Array>,
  at: number,
  values: BigInt64Array | BigUint64Array,
  rows: number,
  stride: number,
): void => {
  const words = new Int32Array(values.buffer, values.byteOffset, rows * stride)
  for (let i = 0; i < rows; i++) target[at + i] = words[i * stride]!
}

/** Copies a chunk's values to row `at` of a column view; `wide` when the view has two words a row. */
export const copyExact = (target: PhysicalArray, wide: boolean, at: number, chunk: Exact): void => {
  const { rows } = chunk
  if (!isBig(target)) {
    if (chunk.kind === 'numbers') target.set(chunk.values.subarray(0, rows), at)
    else copyLowWords(target, at, chunk.values, rows, chunk.kind === 'wide' ? 4 : 2)
    return
  }
  if (wide && chunk.kind === 'wide') {
    target.set(chunk.values.subarray(0, rows * 2), at * 2)
  } else if (wide) {
    for (let i = 0; i < rows; i++) [target[2 * (at + i)], target[2 * (at + i) + 1]] = wordsOf(BigInt(chunk.values[i]!))
  } else if (chunk.kind === 'wide') {
    for (let i = 0; i < rows; i++) target[at + i] = chunk.values[2 * i]!
  } else if (chunk.kind === 'bigints') {
    target.set(chunk.values.subarray(0, rows), at)
  } else {
    for (let i = 0; i < rows; i++) target[at + i] = BigInt(chunk.values[i]!)
  }
}
