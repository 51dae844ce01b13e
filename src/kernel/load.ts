/** Values out of memory, as a kernel's result gives them; the forms are those of docs/VALUES.md, vecs and structs arrays, dicts Maps. */
import { layoutTuple, type TupleField } from '../codegen/tuple.ts'
import { type IrType, isOption, scalarOf } from '../ir/nodes.ts'
import type { Type } from '../language/nodes.ts'
import { formatDate, formatTimestamp } from '../layout/dates.ts'
import { formatDecimal } from '../layout/decimals.ts'
import type { ColumnBatch, Physical, Relation } from '../layout/relation.ts'
import { physicalWidth } from '../layout/relation.ts'
import type { LeavesOf, Memory } from './store.ts'

export type KernelValue = null | boolean | number | bigint | string | readonly KernelValue[] | ReadonlyMap<KernelValue, KernelValue>

const PHYSICAL: Record<string, Physical> = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice', vec: 'slice' }

/** What lies at an address, of a leaf that is not NULL. */
export const loadLeaf = (memory: Memory, type: Type, physical: Physical, at: number, leaves: LeavesOf): KernelValue => {
  const { view } = memory
  switch (type.kind) {
    case 'option':
      return loadLeaf(memory, type.of, physical, at, leaves)
    case 'dec128':
      return formatDecimal((view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true), type.scale)
    case 'vec':
      return loadVec(memory, type, at, leaves)
    case 'scalar':
      break
    default:
      throw new Error(`no leaf: ${type.kind}`)
  }
  switch (type.scalar) {
    case 'bool':
      return view.getUint8(at) !== 0
    case 'u32':
      return view.getUint32(at, true)
    case 'u64':
      return view.getBigUint64(at, true)
    case 'date':
      return formatDate(view.getInt32(at, true))
    case 'timestamp':
      return formatTimestamp(view.getBigInt64(at, true), false)
    case 'str': {
      const length = view.getUint32(at + 4, true)
      return length === 0 ? '' : Buffer.from(memory.buffer as ArrayBuffer, view.getUint32(at, true), length).toString('utf8')
    }
    default:
      return numberAt(view, physical, at)
  }
}

const numberAt = (view: DataView, physical: Physical, at: number): number | bigint => {
  switch (physical) {
    case 'i8':
      return view.getInt8(at)
    case 'u8':
      return view.getUint8(at)
    case 'i16':
      return view.getInt16(at, true)
    case 'u16':
      return view.getUint16(at, true)
    case 'i32':
      return view.getInt32(at, true)
    case 'i64':
      return view.getBigInt64(at, true)
    case 'i128':
      return (view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true)
    case 'f32':
      return view.getFloat32(at, true)
    case 'f64':
      return view.getFloat64(at, true)
    default:
      throw new Error(`no number lies as ${physical}`)
  }
}

/** A value of its leaves, in order. */
export const gathered = (type: Type, next: () => KernelValue): KernelValue => (type.kind === 'struct' ? type.fields.map((field) => gathered(field, next)) : next())

const loadVec = (memory: Memory, type: Extract<Type, { kind: 'vec' }>, at: number, leaves: LeavesOf): KernelValue => {
  const [address, count] = [memory.view.getUint32(at, true), memory.view.getUint32(at + 4, true)]
  const fields = leaves(type.of)
  const layout = layoutTuple(0, fields.map((f) => f.ir))
  return Array.from({ length: count }, (_, i) => {
    const tuple = address + i * layout.stride
    let next = 0
    return gathered(type.of, () => {
      const { type: leaf, ir } = fields[next] as { type: Type; ir: IrType }
      const field = layout.fields[next++] as TupleField
      if (isOption(ir) && memory.view.getUint8(tuple + field.valid) === 0) return null
      return loadLeaf(memory, leaf, PHYSICAL[scalarOf(ir)] as Physical, tuple + field.offset, leaves)
    })
  })
}

/** The rows of a relation, as values of the element's type. */
export const loadRows = (memory: Memory, relation: Relation, element: Type, leaves: LeavesOf): KernelValue[] => {
  const fields = leaves(element)
  const rows: KernelValue[] = []
  for (const batch of relation.batches) for (let row = 0; row < batch.rows; row++) rows.push(loadRow(memory, relation, batch, row, element, fields, leaves))
  return rows
}
const loadRow = (memory: Memory, relation: Relation, batch: ColumnBatch, row: number, element: Type, fields: ReturnType<LeavesOf>, leaves: LeavesOf): KernelValue => {
  let next = 0
  return gathered(element, () => {
    const { physical } = relation.columns[next] as Relation['columns'][number]
    const { data, validity } = batch.vectors[next] as ColumnBatch['vectors'][number]
    const { type } = fields[next++] as { type: Type }
    if (validity !== 0 && ((memory.view.getUint8(validity + (row >>> 3)) >> (row & 7)) & 1) === 0) return null
    return loadLeaf(memory, type, physical, data + row * physicalWidth[physical], leaves)
  })
}
