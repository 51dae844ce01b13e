/**
 * Zone maps of tables in memory: least and greatest value of a column for every 65,536 rows (Moerkotte, VLDB 1998). A scan
 * leaves out the zones in which no row can pass its filters. They are made when a filter first asks for a column, and hold for
 * exact types within ±2^53, where a double is exact.
 */
import { type ColumnBatch, type ColumnInfo, physicalWidth, type Relation, type Vector } from '../layout/relation.ts'
import type { ColumnPredicate } from '../plan/predicates.ts'
import { EXACT, extentOf, hasExtent, numbersOf } from './extent.ts'

export const ZONE_ROWS = 1 << 16

/** Bounds of one column's zones, batch after batch; where all are NULL, min > max. */
interface ZoneBounds {
  readonly min: Float64Array
  readonly max: Float64Array
}

export class ZoneMaps {
  readonly #buffer: ArrayBufferLike
  readonly #relation: Relation
  readonly #columns = new Map<number, ZoneBounds | undefined>()
  readonly #ordered = new Map<string, boolean>()

  constructor(buffer: ArrayBufferLike, relation: Relation) {
    this.#buffer = buffer
    this.#relation = relation
  }

  /** The relation without the zones that some predicate rules out; the relation itself where none is. */
  narrowed(predicates: readonly ColumnPredicate[]): Relation {
    const tests = predicates.flatMap((predicate) => {
      const column = this.#relation.columns.findIndex((c) => c.name === predicate.column)
      const bounds = column < 0 ? undefined : this.#bounds(column)
      const value = operand(predicate)
      return bounds && value !== undefined ? [{ bounds, op: predicate.op, value }] : []
    })
    if (tests.length === 0) return this.#relation
    const batches: ColumnBatch[] = []
    let zone = 0
    for (const batch of this.#relation.batches) {
      let start = -1
      const zones = Math.ceil(batch.rows / ZONE_ROWS)
      for (let i = 0; i <= zones; i++) {
        const kept = i < zones && tests.every(({ bounds, op, value }) => mayHold(op, value, bounds.min[zone + i] as number, bounds.max[zone + i] as number))
        if (kept && start < 0) start = i
        if (kept || start < 0) continue
        batches.push(rowsOf(this.#relation.columns, batch, start * ZONE_ROWS, Math.min(i * ZONE_ROWS, batch.rows)))
        start = -1
      }
      zone += zones
    }
    return { ...this.#relation, batches, rows: batches.reduce((n, b) => n + b.rows, 0) }
  }

  /** Whether the table lies about in a column's order, so that a part of the column's values stands in a part of the zones. Some zones are looked at. */
  ordered(name: string): boolean {
    const known = this.#ordered.get(name)
    if (known !== undefined) return known
    const column = this.#relation.columns.findIndex((c) => c.name === name)
    const ordered = column >= 0 && hasExtent(this.#relation.columns[column] as ColumnInfo) && liesInOrder(firstValues(this.#buffer, this.#relation, column))
    this.#ordered.set(name, ordered)
    return ordered
  }

  #bounds(column: number): ZoneBounds | undefined {
    if (!this.#columns.has(column)) this.#columns.set(column, boundsOf(this.#buffer, this.#relation, column))
    return this.#columns.get(column)
  }
}

const operand = ({ op, value }: ColumnPredicate): number | undefined => {
  if (op === 'is_null' || op === 'is_not_null') return undefined
  if (typeof value === 'number') return value
  return typeof value === 'bigint' && value > -EXACT && value < EXACT ? Number(value) : undefined
}

const mayHold = (op: ColumnPredicate['op'], value: number, min: number, max: number): boolean => {
  switch (op) {
    case '=':
      return min <= value && value <= max
    case '<':
      return min < value
    case '<=':
      return min <= value
    case '>':
      return max > value
    case '>=':
      return max >= value
    default:
      return true
  }
}

/** Zones of which one value is looked at. */
const LOOKED_AT = 64
/** From one such value to the next it goes so many times the way from the least to the greatest, at most: once in order, a third of LOOKED_AT in none. */
const RUNS = 3
/** Fewer values tell nothing. */
const FEWEST = 16

/** Values at the beginning of zones, where those are not NULL. */
const firstValues = (buffer: ArrayBufferLike, { columns, batches, rows }: Relation, column: number): readonly number[] => {
  const { physical } = columns[column] as ColumnInfo
  const step = ZONE_ROWS * Math.max(1, Math.floor(rows / ZONE_ROWS / LOOKED_AT))
  const found: number[] = []
  for (const batch of batches) {
    const { data, validity } = batch.vectors[column] as Vector
    for (let row = 0; row < batch.rows; row += step) {
      if (validity && !(new Uint8Array(buffer, (validity + row / 8) >>> 0, 1)[0] as number & 1)) continue
      found.push(numbersOf(buffer, physical, data + row * physicalWidth[physical], 1)[0] as number)
    }
  }
  return found
}

const liesInOrder = (values: readonly number[]): boolean => {
  const way = values.reduce((sum, value, i) => (i === 0 ? 0 : sum + Math.abs(value - (values[i - 1] as number))), 0)
  const extent = values.reduce((most, value) => Math.max(most, value), -Infinity) - values.reduce((least, value) => Math.min(least, value), Infinity)
  return values.length >= FEWEST && extent > 0 && way <= RUNS * extent
}

const boundsOf = (buffer: ArrayBufferLike, { columns, batches }: Relation, column: number): ZoneBounds | undefined => {
  const { physical } = columns[column] as ColumnInfo
  if (!hasExtent(columns[column] as ColumnInfo)) return undefined
  const zones = batches.reduce((n, b) => n + Math.ceil(b.rows / ZONE_ROWS), 0)
  const bounds = { min: new Float64Array(zones), max: new Float64Array(zones) }
  let zone = 0
  for (const batch of batches) {
    for (let from = 0; from < batch.rows; from += ZONE_ROWS) {
      const { min, max } = extentOf(buffer, physical, batch.vectors[column] as Vector, from, Math.min(ZONE_ROWS, batch.rows - from))
      bounds.min[zone] = min
      bounds.max[zone++] = max
    }
  }
  return bounds
}

/** Rows [from, to) of a batch; `from` is a multiple of 8, so that validity bits begin at a byte. */
export const rowsOf = (columns: readonly ColumnInfo[], batch: ColumnBatch, from: number, to: number): ColumnBatch => {
  if (from === 0 && to === batch.rows) return batch
  return {
    rows: to - from,
    vectors: batch.vectors.map(({ data, validity, aux }, c): Vector => {
      const { physical } = columns[c] as ColumnInfo
      const moved = physical === 'utf8' ? { data, aux: aux + from * 4 } : { data: data + from * physicalWidth[physical], aux: 0 }
      return { ...moved, validity: validity ? validity + from / 8 : 0 }
    }),
  }
}
