/** The kernels' inputs: seeded random columns in shared memory, and the same rows as UnsafeRows and as JavaScript objects. */
import type { Arena, Physical, Relation } from '../dist/layout/relation.js'
import { encodeRows, importRows, type RowRelation } from '../dist/layout/row-batch.js'
import type { RowField, RowPhysical, RowValue } from '../dist/layout/unsafe-row.js'

/** One column: its values, and where they are. `words`: i64 and i128 as 32-bit words, low first. */
export interface Data {
  readonly physical: Physical
  readonly value: (row: number) => RowValue
  readonly address: number
  /** utf8: of the offsets. */
  readonly aux: number
  readonly i32: Int32Array
  readonly i64: BigInt64Array
  readonly f64: Float64Array
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly offsets: Uint32Array
}

export const random = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const WIDTH: Partial<Record<Physical, number>> = { i8: 1, i16: 2, i32: 4, i64: 8, f64: 8, i128: 16 }

const dataAt = (arena: Arena, physical: Physical, address: number, size: number, aux: number, rows: number, value: Data['value']): Data => ({
  physical, value, address, aux,
  i32: new Int32Array(arena.buffer, address, size >> 2),
  i64: new BigInt64Array(arena.buffer, address, size >> 3),
  f64: new Float64Array(arena.buffer, address, size >> 3),
  bytes: new Uint8Array(arena.buffer, address, size),
  view: new DataView(arena.buffer, address, size),
  offsets: new Uint32Array(arena.buffer, aux, aux ? rows + 1 : 0),
})

const int = (arena: Arena, physical: 'i16' | 'i32' | 'i64' | 'i128', rows: number, next: (row: number) => bigint): Data => {
  const width = WIDTH[physical]!
  const address = arena.allocate(rows * width)
  const view = new DataView(arena.buffer, address, rows * width)
  for (let i = 0; i < rows; i++) {
    const n = next(i)
    if (physical === 'i16') view.setInt16(i * 2, Number(n), true)
    else if (physical === 'i32') view.setInt32(i * 4, Number(n), true)
    else {
      view.setBigInt64(i * width, BigInt.asIntN(64, n), true)
      if (physical === 'i128') view.setBigInt64(i * 16 + 8, n >> 64n, true)
    }
  }
  const value = (i: number): bigint => {
    if (physical === 'i16') return BigInt(view.getInt16(i * 2, true))
    if (physical === 'i32') return BigInt(view.getInt32(i * 4, true))
    return physical === 'i64' ? view.getBigInt64(i * 8, true) : (view.getBigInt64(i * 16 + 8, true) << 64n) | view.getBigUint64(i * 16, true)
  }
  return dataAt(arena, physical, address, rows * width, 0, rows, value)
}

const double = (arena: Arena, rows: number, next: () => number): Data => {
  const address = arena.allocate(rows * 8)
  const values = new Float64Array(arena.buffer, address, rows)
  for (let i = 0; i < rows; i++) values[i] = next()
  return dataAt(arena, 'f64', address, rows * 8, 0, rows, (i) => values[i]!)
}

const text = (arena: Arena, rows: number, next: (row: number) => string): Data => {
  const texts = Array.from({ length: rows }, (_, i) => next(i))
  const size = texts.reduce((n, t) => n + t.length, 0)
  const aux = arena.allocate((rows + 1) * 4)
  const address = arena.allocate(size)
  const offsets = new Uint32Array(arena.buffer, aux, rows + 1)
  const bytes = new Uint8Array(arena.buffer, address, size)
  let at = 0
  texts.forEach((t, i) => {
    offsets[i] = at
    bytes.set(Buffer.from(t, 'latin1'), at)
    at += t.length
  })
  offsets[rows] = at
  return dataAt(arena, 'utf8', address, size, aux, rows, (i) => texts[i]!)
}

/** Columns by name; ranges are such that sums of a million rows fit 64 bits (i128: 128). */
export const makeColumns = (arena: Arena, rows: number, seed: number) => {
  const next = random(seed)
  const below = (n: number) => Math.floor(next() * n)
  const word = (letters: number) => Array.from({ length: letters }, () => 'abcdefghijklmnopqrstuvwxyz'[below(26)]).join('')
  const keys = Array.from({ length: 4096 }, () => (BigInt(below(2 ** 31)) << 32n) | BigInt(below(2 ** 32)))
  const names = Array.from({ length: 1000 }, () => word(8 + below(12)))
  return {
    // Half of the rows pass a > 0: no branch can be foreseen.
    a32: int(arena, 'i32', rows, () => BigInt(below(2_000_000) - 1_000_000)),
    b32: int(arena, 'i32', rows, () => BigInt(below(2_000) - 1_000)),
    a64: int(arena, 'i64', rows, () => BigInt(below(2 ** 40)) - (1n << 39n)),
    b64: int(arena, 'i64', rows, () => BigInt(below(2 ** 40)) - (1n << 39n)),
    af: double(arena, rows, () => next() - 0.5),
    bf: double(arena, rows, () => next() * 1000),
    wide: int(arena, 'i128', rows, () => (BigInt(below(2 ** 32)) - (1n << 31n)) * 10n ** BigInt(below(20))),
    dense: int(arena, 'i32', rows, () => BigInt(below(1000))),
    key64: int(arena, 'i64', rows, () => keys[below(keys.length)]!),
    key16: int(arena, 'i16', rows, () => BigInt(below(80) - 40)),
    code16: int(arena, 'i16', rows, () => BigInt(below(50) * 100)),
    name: text(arena, rows, () => names[below(names.length)]!),
    // One row in fifty holds the needle.
    comment: text(arena, rows, () => (below(50) === 0 ? `${word(below(20))}needle${word(below(20))}` : word(15 + below(30)))),
  }
}
export type Columns = ReturnType<typeof makeColumns>
export type ColumnName = keyof Columns

export const columnRelation = (data: readonly Data[], rows: number): Relation => ({
  columns: data.map(({ physical }, i) => ({ name: `c${i}`, type: { kind: 'int64' as const }, physical, nullable: false })),
  batches: [{ rows, vectors: data.map(({ address, aux }) => ({ data: address, validity: 0, aux })) }],
  rows,
})

/** The rows' bytes, for loops in JavaScript, beside the relation. */
export interface RowData {
  readonly relation: RowRelation
  readonly i32: Int32Array
  readonly i64: BigInt64Array
  readonly f64: Float64Array
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly offsets: Uint32Array
}

export const rowData = (arena: Arena, data: readonly Data[], rows: number): RowData => {
  const fields = data.map(({ physical }): RowField => ({ physical: physical as RowPhysical, nullable: false }))
  const encoded = encodeRows(fields, Array.from({ length: rows }, (_, i) => data.map(({ value }) => value(i))))
  const batch = importRows(fields, encoded, arena)
  const size = encoded.rows.length
  return {
    relation: { fields, batches: [batch], rows },
    i32: new Int32Array(arena.buffer, batch.data, size >> 2),
    i64: new BigInt64Array(arena.buffer, batch.data, size >> 3),
    f64: new Float64Array(arena.buffer, batch.data, size >> 3),
    bytes: new Uint8Array(arena.buffer, batch.data, size),
    view: new DataView(arena.buffer, batch.data, size),
    offsets: new Uint32Array(arena.buffer, batch.offsets, batch.offsets ? rows : 0),
  }
}

/** Rows as objects {a, b, …}: integers to 32 bits are numbers, wider ones bigint. */
export const objectRows = <T>(data: readonly Data[], rows: number): T[] =>
  Array.from({ length: rows }, (_, i) =>
    Object.fromEntries(data.map(({ physical, value }, c) => [String.fromCharCode(97 + c), physical === 'i32' || physical === 'i16' ? Number(value(i)) : value(i)])) as T,
  )
