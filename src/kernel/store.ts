/** Values into memory: at an address, as a column's element or a tuple's field. Strings and nested vecs take room of their own. */
import { layoutTuple, type TupleField } from '../codegen/tuple.ts'
import type { IrType } from '../ir/nodes.ts'
import type { Type } from '../language/nodes.ts'
import type { Arena, Physical } from '../layout/relation.ts'
import { invalid, type Leaf, leafOf, rowLeaves, type Where } from './plain.ts'

export interface Memory extends Arena {
  readonly view: DataView
  readonly bytes: Uint8Array
}
export const memoryOf = (arena: Arena): Memory => ({
  buffer: arena.buffer,
  allocate: (bytes) => arena.allocate(bytes),
  view: new DataView(arena.buffer),
  bytes: new Uint8Array(arena.buffer),
})

/** Types of the fields of one leaf's elements, as tuples hold them. */
export type LeavesOf = (type: Type) => readonly { readonly type: Type; readonly ir: IrType }[]

const slice = (address: number, length: number): bigint => (BigInt(length) << 32n) | BigInt(address >>> 0)

export const storeText = (memory: Memory, text: string): bigint => {
  const length = Buffer.byteLength(text, 'utf8')
  if (length === 0) return 0n
  const address = memory.allocate(length) >>> 0
  Buffer.from(memory.buffer as ArrayBuffer, address, length).write(text, 'utf8')
  return slice(address, length)
}

/** A number where a column of this physical form has it. */
export const storeNumber = (memory: Memory, physical: Physical, at: number, value: Leaf): void => {
  const { view } = memory
  switch (physical) {
    case 'bool8':
      return view.setUint8(at, value ? 1 : 0)
    case 'i8':
    case 'u8':
      return view.setInt8(at, value as number)
    case 'i16':
    case 'u16':
      return view.setInt16(at, value as number, true)
    case 'i32':
      return view.setInt32(at, value as number, true)
    case 'i64':
      return view.setBigInt64(at, value as bigint, true)
    case 'i128':
      view.setBigInt64(at, BigInt.asIntN(64, value as bigint), true)
      return view.setBigInt64(at + 8, (value as bigint) >> 64n, true)
    case 'f32':
      return view.setFloat32(at, value as number, true)
    case 'f64':
      return view.setFloat64(at, value as number, true)
    case 'slice':
      return view.setBigUint64(at, typeof value === 'string' ? storeText(memory, value) : (value as bigint), true)
    default:
      throw new Error(`no input lies as ${physical}`)
  }
}

const TUPLE: Record<string, Physical> = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice', vec: 'slice' }

/** A leaf at an address; false where it is NULL. */
export const storeLeaf = (memory: Memory, type: Type, physical: Physical, at: number, value: unknown, where: Where, leaves: LeavesOf): boolean => {
  if (type.kind === 'option') {
    if (value === null || value === undefined) return false
    return storeLeaf(memory, type.of, physical, at, value, where, leaves)
  }
  if (type.kind === 'vec') {
    storeNumber(memory, 'slice', at, storeVec(memory, type, value, where, leaves))
    return true
  }
  storeNumber(memory, physical, at, leafOf(type, value, where))
  return true
}

/** A nested vec: compact tuples, one after the other. */
const storeVec = (memory: Memory, type: Extract<Type, { kind: 'vec' }>, value: unknown, where: Where, leaves: LeavesOf): bigint => {
  const items = ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<unknown>) : value
  if (!Array.isArray(items)) throw invalid(where(), 'a vec is an array')
  if (items.length === 0) return 0n
  const fields = leaves(type.of)
  const layout = layoutTuple(0, fields.map((f) => f.ir))
  const address = memory.allocate(items.length * layout.stride) >>> 0
  items.forEach((item: unknown, i) => {
    let next = 0
    rowLeaves(type.of, item, () => `${where()}, element ${i}`, (leaf, field, place) => {
      const at = layout.fields[next] as TupleField
      const { ir } = fields[next++] as { ir: IrType }
      const tuple = address + i * layout.stride
      const there = storeLeaf(memory, leaf, TUPLE[ir.replace('?', '')] as Physical, tuple + at.offset, field, place, leaves)
      if (ir.startsWith('?')) memory.view.setUint8(tuple + at.valid, there ? 1 : 0)
    })
  })
  return slice(address, items.length)
}
