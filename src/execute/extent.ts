/** The least and the greatest value of rows of a column, of exact types within ±2^53, where a double is exact. */
import { viewOf } from '../layout/memory.ts'
import { type ColumnInfo, type Physical, physicalWidth, type Vector } from '../layout/relation.ts'

/** Exact integers in doubles. */
export const EXACT = 1n << 53n

/** Where all values are NULL, min > max. */
export interface Extent {
  readonly min: number
  readonly max: number
}

/** Values that are numbers, and exact as such. */
export const hasExtent = ({ physical, range, type }: ColumnInfo): boolean => range !== undefined && range.min > -EXACT && range.max < EXACT && type.kind !== 'bool' && /^[iu](8|16|32|64)$/.test(physical)

/** `from`: a multiple of 8, so that validity bits begin at a byte. */
export const extentOf = (buffer: ArrayBufferLike, physical: Physical, { data, validity }: Vector, from: number, rows: number): Extent => {
  const values = numbersOf(buffer, physical, data + from * physicalWidth[physical], rows)
  const valid = validity ? new Uint8Array(buffer, (validity + from / 8) >>> 0, Math.ceil(rows / 8)) : undefined
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < rows; i++) {
    if (valid && !(((valid[i >> 3] as number) >> (i & 7)) & 1)) continue
    const v = values[i] as number
    if (v < min) min = v
    if (v > max) max = v
  }
  return { min, max }
}

/** Values as numbers; 64-bit ones by halves, since reading them as bigints takes ten times as long. */
export const numbersOf = (buffer: ArrayBufferLike, physical: Physical, address: number, rows: number): ArrayLike<number> => {
  if (physical !== 'i64' && physical !== 'u64') return viewOf(buffer, physical, address, rows) as Int32Array
  const halves = new Int32Array(buffer, address >>> 0, rows * 2)
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) values[i] = (halves[2 * i + 1] as number) * 4294967296 + ((halves[2 * i] as number) >>> 0)
  return values
}
