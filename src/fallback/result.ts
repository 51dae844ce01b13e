/** Stores written to shared memory as relations. */
import { bitmapBytes } from '../layout/bits.ts'
import type { CodeArray, ColumnChunk } from '../layout/chunk.ts'
import { chunkOfValues, encodeStrings } from '../layout/chunk.ts'
import { isBinary } from '../layout/types.ts'
import { bytesOf } from './strings.ts'
import { RelationBuilder } from '../layout/relation-builder.ts'
import type { Arena, Relation } from '../layout/relation.ts'
import type { Dict } from './dict.ts'
import type { Store, StoreColumn } from './store.ts'

const validityOf = ({ nulls }: StoreColumn, rows: number): Uint8Array | undefined => {
  if (nulls === undefined) return undefined
  const bits = new Uint8Array(bitmapBytes(rows))
  let missing = false
  for (let row = 0; row < rows; row++) {
    if (nulls[row] === 0) bits[row >> 3]! |= 1 << (row & 7)
    else missing = true
  }
  return missing ? bits : undefined
}

/** Codes renumbered by first use, so that a large dictionary is not written out for a few rows. */
const usedCodes = (codes: Int32Array, dict: Dict, rows: number, nulls: Uint8Array | undefined): ColumnChunk => {
  const places = new Int32Array(dict.size).fill(-1)
  const used: string[] = []
  const out = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    if (nulls !== undefined && nulls[row] !== 0) continue
    const code = codes[row]!
    if (places[code] === -1) places[code] = used.push(dict.at(code)) - 1
    out[row] = places[code]!
  }
  return { kind: 'codes', rows, codes: out as CodeArray, text: encodeStrings(used) }
}

const chunkOf = (column: StoreColumn, rows: number): ColumnChunk => {
  const { shape, data } = column
  const validity = validityOf(column, rows)
  if (shape.type.kind === 'null') return { kind: 'nulls', rows }
  if (shape.rep === 'code') return { ...(usedCodes(data as Int32Array, shape.dict!, rows, column.nulls) as Extract<ColumnChunk, { kind: 'codes' }>), validity }
  if (ArrayBuffer.isView(data)) return { kind: 'numbers', rows, validity, values: (data as Float64Array).subarray(0, rows) }
  const values = data.slice(0, rows) as (string | bigint | null)[]
  if (column.nulls !== undefined) for (let row = 0; row < rows; row++) if (column.nulls[row] !== 0) values[row] = null
  return chunkOfValues(shape.type, isBinary(shape.type) ? values.map((value) => (typeof value === 'string' ? bytesOf(value) : null)) : values)
}

/** Columns are named by position; whoever knows names puts them on. */
export const relationOfStore = (store: Store, arena: Arena): Relation => {
  const builder = new RelationBuilder(store.columns.map((column, i) => ({ name: `c${i}`, type: column.shape.type })))
  builder.append(
    store.columns.map((column) => chunkOf(column, store.rows)),
    store.rows,
  )
  return builder.finish(arena)
}
