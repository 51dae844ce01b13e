/**
 * Arrow values by their structure, never by class: tables and record batches of apache-arrow (any copy of it) and of
 * flechette become plain arrays of buffers.
 */
import { OptionError } from '../../errors.ts'
import type { Workspace } from '../../layout/nested-nodes.ts'
import { uniqueNames } from '../names.ts'
import { ChunkError } from './failure.ts'
import { arrowTypeName } from './types.ts'

/** An Arrow type; typeId is the number of Arrow's own enumeration, -1 for dictionaries. */
export interface ArrowType {
  readonly typeId: number
  readonly bitWidth?: number
  readonly isSigned?: boolean
  readonly signed?: boolean
  readonly precision?: number
  readonly scale?: number
  readonly unit?: number
  readonly timezone?: string | null
  readonly dictionary?: ArrowType
  /** Of fixed-size lists and fixed-size binary. */
  readonly listSize?: number
  readonly byteWidth?: number
  readonly stride?: number
  readonly children?: readonly { readonly name: string; readonly type: ArrowType }[] | null
}

/** One array of one column; `values` and `offsets` begin at its first row, bits (validity, bool values) at bit `bitOffset`. */
export interface ArrowArray {
  readonly type: ArrowType
  readonly length: number
  readonly bitOffset: number
  readonly validity: Uint8Array | undefined
  readonly values: any
  readonly offsets: any
  /** The buffers that string views point into. */
  readonly variadic: readonly Uint8Array[]
  readonly dictionary: readonly ArrowArray[]
  /** Of a struct, its fields'; of a list, its elements; of a map, its entries. */
  readonly children: readonly ArrowArray[]
}

const withoutWorkspace = (): never => {
  throw new TypeError('there is no memory to convert nested values in')
}

/** What the loading of one column may cost, and what it has read already. */
export class Budget {
  #left: number
  #free = 0
  readonly #read = new Map<object, Map<ArrowType, ArrowArray>>()

  /** Opens memory for conversions. */
  readonly workspace: () => Workspace

  /** `bytes`: that may come out of compressed buffers. */
  constructor(bytes: number, workspace: () => Workspace = withoutWorkspace) {
    this.#left = bytes
    this.workspace = workspace
  }

  /** Throws ChunkError MEMORY_EXCEEDED. */
  take(bytes: number): void {
    this.#left -= bytes
    if (this.#left < 0) throw new ChunkError('MEMORY_EXCEEDED', 'it decompresses to more bytes than `memory` has left')
  }

  /** Counts values that no bytes stand for. Throws ChunkError FILE_CORRUPT where they are more than `limit`. */
  free(values: number, limit: number): void {
    this.#free += values
    if (this.#free > limit) throw new ChunkError('FILE_CORRUPT', `${this.#free} values in a batch that has no bytes for them`)
  }

  /** The array of a dictionary batch, as it is read for a type. */
  once(part: object, type: ArrowType, read: () => ArrowArray): ArrowArray {
    let types = this.#read.get(part)
    if (types === undefined) this.#read.set(part, (types = new Map()))
    let array = types.get(type)
    if (array === undefined) types.set(type, (array = read()))
    return array
  }
}

export interface ArrowTable {
  /** An array is made when it is asked for, once for each batch. */
  readonly columns: readonly { readonly name: string; readonly type: ArrowType; readonly arrays: readonly ((budget: Budget) => ArrowArray)[] }[]
  /** Rows of each record batch. */
  readonly batches: readonly number[]
}

const isObject = (x: unknown): x is any => typeof x === 'object' && x !== null

const hasFields = (x: any): boolean => isObject(x.schema) && Array.isArray(x.schema.fields)
const isBatch = (x: unknown): boolean => isObject(x) && hasFields(x) && isObject(x.data) && Array.isArray(x.data.children)
const isTable = (x: unknown): boolean => isObject(x) && hasFields(x) && Array.isArray(x.batches)
const isFlechette = (x: unknown): boolean =>
  isObject(x) && hasFields(x) && Array.isArray(x.children) && x.children.every((c: any) => isObject(c) && Array.isArray(c.data))

const arrayOf = (data: any): ArrowArray => ({
  type: data.type,
  length: data.length,
  bitOffset: data.offset ?? 0,
  validity: data.nullCount === 0 || !(data.nullBitmap?.length > 0) ? undefined : data.nullBitmap,
  values: data.values,
  offsets: data.valueOffsets,
  variadic: data.variadicBuffers ?? [],
  dictionary: data.dictionary?.data?.map(arrayOf) ?? [],
  children: data.children?.map(arrayOf) ?? [],
})

const flechetteArrayOf = (batch: any): ArrowArray => ({
  type: batch.type,
  length: batch.length,
  bitOffset: 0,
  validity: batch.nullCount === 0 || !(batch.validity?.length > 0) ? undefined : batch.validity,
  values: batch.values,
  offsets: batch.offsets,
  variadic: batch.data ?? [],
  dictionary: batch.dictionary?.data?.map(flechetteArrayOf) ?? [],
  children: batch.children?.map(flechetteArrayOf) ?? [],
})

const fromBatches = (fields: readonly any[], batches: readonly any[]): ArrowTable => {
  const names = uniqueNames(fields.map((field) => String(field.name)))
  return {
    columns: fields.map((field, i) => ({
      name: names[i]!,
      type: field.type,
      arrays: batches.map((batch) => () => arrayOf(batch.data.children[i])),
    })),
    batches: batches.map((batch) => Number(batch.data.length)),
  }
}

const fromFlechette = (table: any): ArrowTable => {
  const names = uniqueNames(table.schema.fields.map((field: any) => String(field.name)))
  return {
    columns: table.children.map((column: any, i: number) => ({
      name: names[i]!,
      type: column.type,
      arrays: column.data.map((data: unknown) => () => flechetteArrayOf(data)),
    })),
    batches: (table.children[0]?.data ?? []).map((batch: any) => Number(batch.length)),
  }
}

/** Names and types of columns as a text. */
const signature = (fields: readonly any[]): string => JSON.stringify(fields.map(({ name, type }) => [String(name), arrowTypeName(type.dictionary ?? type)]))

/** The table that a value is; undefined when it is neither a table, a record batch nor an array of those. Throws OptionError. */
export const arrowTableOf = (value: unknown): ArrowTable | undefined => {
  if (isTable(value)) return fromBatches((value as any).schema.fields, (value as any).batches)
  if (isBatch(value)) return fromBatches((value as any).schema.fields, [value])
  if (isFlechette(value)) return fromFlechette(value)
  if (Array.isArray(value) && value.length > 0 && value.every((part) => isBatch(part) || isTable(part))) {
    const { fields } = value[0].schema
    if (value.some((part) => signature(part.schema.fields) !== signature(fields))) {
      throw new OptionError('INVALID_OPTION', 'the parts of one table must have the same columns, of the same types')
    }
    return fromBatches(
      fields,
      value.flatMap((part) => (isTable(part) ? part.batches : [part])),
    )
  }
  return undefined
}
