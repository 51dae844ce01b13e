/** A kernel's inputs into memory: rows, typed arrays, Arrow tables and whatever else a source can load. */
import type { Lease } from '../bridge/memory.ts'
import type { IrType } from '../ir/nodes.ts'
import { isOption } from '../ir/nodes.ts'
import type { Input, LoweredKernel, Target } from '../language/lower/index.ts'
import { leafTypes, leavesOf } from '../language/lower/types.ts'
import type { Type } from '../language/nodes.ts'
import { bitmapBytes } from '../layout/bits.ts'
import { viewOf } from '../layout/memory.ts'
import { type ColumnInfo, physicalWidth, type Relation, type Vector } from '../layout/relation.ts'
import { arrowSource } from '../sources/arrow.ts'
import type { TableSource } from '../sources/source.ts'
import type { RowField } from '../layout/unsafe-row.ts'
import type { Driver } from './driver.ts'
import { fieldsOf, invalid, leafOf, rowLeaves, typeName, type Where } from './plain.ts'
import { asRows, fromBytes, isRowBytes } from './row-inputs.ts'
import { fromSource } from './source-columns.ts'
import { memoryOf, type LeavesOf, type Memory, storeLeaf } from './store.ts'

const NOWHERE = { line: 0, column: 0 }

export const leaves: LeavesOf = (type) => {
  const irs = leavesOf(type, NOWHERE)
  return leafTypes(type).map((leaf, i) => ({ type: leaf, ir: irs[i] as IrType }))
}

/** Writes the inputs. Throws ArcweldError INVALID_INPUT, SourceError, MEMORY_EXCEEDED. */
export const writeInputs = async (lowered: LoweredKernel, values: readonly unknown[], driver: Driver, lease: Lease): Promise<void> => {
  if (values.length !== lowered.inputs.length) {
    throw invalid('the inputs', `the kernel takes ${lowered.inputs.length}, and ${values.length} are given`)
  }
  const memory = memoryOf(lease)
  for (const [i, input] of lowered.inputs.entries()) await writeInput(input, values[i], () => `input ${i + 1}`, { lowered, driver, memory, lease })
}

interface Into {
  readonly lowered: LoweredKernel
  readonly driver: Driver
  readonly memory: Memory
  readonly lease: Lease
}
const writeInput = async (input: Input, value: unknown, where: Where, into: Into): Promise<void> => {
  const { lowered, driver, memory, lease } = into
  switch (input.input) {
    case 'struct': {
      const fields = fieldsOf(input.type as Extract<Type, { kind: 'struct' }>, value, where)
      for (const [i, field] of input.fields.entries()) await writeInput(field, fields[i], () => `${where()}, field $${i}`, into)
      return
    }
    case 'scalars': {
      let next = 0
      rowLeaves(input.type, value, where, (type, leaf, place) => writeParam(type, leaf, input.params[next++] as Target, place, driver, memory))
      return
    }
    case 'relation': {
      const { type } = input
      const columns = driver.columnsOf(input.slot)
      if (type.kind !== 'vec') throw new Error(`a relation of a ${type.kind}`)
      driver.setInput(input.slot, await fromVec(type, columns, value, where, memory, lease))
      return
    }
    case 'rows': {
      const { type, slot } = input
      if (type.kind !== 'vec') throw new Error(`rows of a ${type.kind}`)
      const fields = lowered.slots[slot]?.fields as readonly RowField[]
      if (isRowBytes(value)) driver.setInputRows(slot, fromBytes(fields, value, lease))
      else driver.setInputRows(slot, asRows(await fromVec(type, driver.columnsOf(slot), value, where, memory, lease), fields, memory))
    }
  }
}

const writeParam = (type: Type, value: unknown, { value: index, valid }: Target, where: Where, driver: Driver, memory: Memory): void => {
  const at = driver.paramAddress(index)
  const there = storeLeaf(memory, type, paramPhysical(type), at, value, where, leaves)
  if (valid !== undefined) memory.view.setUint32(driver.paramAddress(valid), there ? 1 : 0, true)
}
/** Parameters hold the IR's own widths. */
const paramPhysical = (type: Type): ColumnInfo['physical'] => {
  const [leaf] = leaves(type)
  const scalar = leaf?.ir.replace('?', '')
  return scalar === 'bool' ? 'bool8' : scalar === 'str' || scalar === 'vec' ? 'slice' : (scalar as ColumnInfo['physical'])
}

const isSource = (value: unknown): value is TableSource => typeof value === 'object' && value !== null && 'fields' in value && 'load' in value && typeof value.load === 'function'

const fromVec = async (type: Extract<Type, { kind: 'vec' }>, columns: readonly ColumnInfo[], value: unknown, where: Where, memory: Memory, lease: Lease): Promise<Relation> => {
  const parts = leafTypes(type.of)
  const source = isSource(value) ? value : Array.isArray(value) && !isRecordBatches(value) ? undefined : arrowSource(value)
  if (source) return fromSource(source, parts, columns, where, lease)
  const arrays = typedColumns(value, type.of)
  if (arrays) {
    if (arrays.length !== parts.length) throw invalid(where(), `${arrays.length} columns are given, and a row of ${typeName(type)} has ${parts.length}`)
    return fromArrays(arrays, parts, columns, where, memory)
  }
  if (!Array.isArray(value)) throw invalid(where(), `no ${typeName(type)}: it takes an array of rows, typed arrays or an Arrow table`)
  return fromRows(type.of, columns, value, where, memory)
}
const isRecordBatches = (value: readonly unknown[]): boolean => typeof value[0] === 'object' && value[0] !== null && 'schema' in value[0]

type Typed = Exclude<ArrayBufferView, DataView> & ArrayLike<number | bigint>
const isTyped = (value: unknown): value is Typed => ArrayBuffer.isView(value) && !(value instanceof DataView)
/** Typed arrays, one a leaf: alone, in an array, or as the values of an object. */
const typedColumns = (value: unknown, element: Type): readonly Typed[] | undefined => {
  if (isTyped(value)) return [value]
  const list = Array.isArray(value) ? value : typeof value === 'object' && value !== null ? Object.values(value) : []
  // An array of typed arrays may as well be rows that are vecs.
  if (list.length === 0 || !list.every(isTyped) || (Array.isArray(value) && element.kind === 'vec')) return undefined
  return list
}

const fromRows = (element: Type, columns: readonly ColumnInfo[], rows: readonly unknown[], where: Where, memory: Memory): Relation => {
  if (rows.length === 0) return { columns, batches: [], rows: 0 }
  const vectors = columns.map((column) => emptyVector(column, rows.length, memory))
  for (let row = 0; row < rows.length; row++) {
    let next = 0
    rowLeaves(element, rows[row], () => `${where()}, row ${row + 1}`, (type, value, place) => {
      const { physical, nullable } = columns[next] as ColumnInfo
      const { data, validity } = vectors[next++] as Vector
      const there = storeLeaf(memory, type, physical, data + row * physicalWidth[physical], value, place, leaves)
      if (nullable && there) memory.bytes[validity + (row >>> 3)]! |= 1 << (row & 7)
    })
  }
  return { columns, batches: [{ rows: rows.length, vectors }], rows: rows.length }
}

export const emptyVector = ({ physical, nullable }: ColumnInfo, rows: number, memory: Pick<Memory, 'allocate'>): Vector => ({
  data: memory.allocate(Math.max(rows * physicalWidth[physical], 16)) >>> 0,
  validity: nullable ? memory.allocate(Math.max(bitmapBytes(rows), 16)) >>> 0 : 0,
  aux: 0,
})

const fromArrays = (arrays: readonly Typed[], parts: readonly Type[], columns: readonly ColumnInfo[], where: Where, memory: Memory): Relation => {
  const [first] = arrays as [Typed]
  const rows = first.length
  if (arrays.some((array) => array.length !== rows)) throw invalid(where(), 'columns of different lengths')
  if (rows === 0) return { columns, batches: [], rows: 0 }
  const vectors = arrays.map((array, c): Vector => {
    const column = columns[c] as ColumnInfo
    const type = parts[c] as Type
    const vector = emptyVector(column, rows, memory)
    const view = column.physical === 'bool8' || column.physical === 'i128' || column.physical === 'slice' ? undefined : viewOf(memory.buffer, column.physical, vector.data, rows)
    const same = view && type.kind === 'scalar' && SAME[type.scalar]?.some((A) => array instanceof A)
    if (same) (view as Float64Array).set(array as Float64Array)
    else {
      for (let row = 0; row < rows; row++) {
        const place: Where = () => `${where()}, row ${row + 1}, field $${c}`
        const value = type.kind === 'scalar' && type.scalar === 'bool' ? Boolean(leafOf({ kind: 'scalar', scalar: 'u8' }, array[row], place)) : array[row]
        storeLeaf(memory, type, column.physical, vector.data + row * physicalWidth[column.physical], value, place, leaves)
      }
    }
    if (isOption((leaves(type)[0] as { ir: IrType }).ir)) memory.bytes.fill(255, vector.validity, vector.validity + bitmapBytes(rows))
    return vector
  })
  return { columns, batches: [{ rows, vectors }], rows }
}

type ArrayClass = new (n: number) => ArrayBufferView
/** Arrays whose every value is one of the type, and lies the same. */
const SAME: Record<string, readonly ArrayClass[]> = {
  i8: [Int8Array], u8: [Uint8Array], i16: [Int16Array, Uint8Array, Int8Array], u16: [Uint16Array, Uint8Array],
  i32: [Int32Array, Int16Array, Uint16Array, Int8Array, Uint8Array], date: [Int32Array],
  i64: [BigInt64Array], timestamp: [BigInt64Array], u64: [], u32: [],
  f32: [Float32Array], f64: [Float64Array, Float32Array],
}
