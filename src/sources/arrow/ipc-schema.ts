/** The schema of IPC data: its fields as Arrow types by structure. */
import { ChunkError } from './failure.ts'
import type { FlatTable } from './flatbuffer.ts'
import type { ArrowType } from './structure.ts'
import { ID } from './types.ts'

/** What the schema of IPC data says of a type beyond what arrays need. */
export interface IpcType extends ArrowType {
  /** Of a dictionary: what its batches name, and the type of its indices. */
  readonly id?: bigint
  readonly indices?: IpcType
  readonly dictionary?: IpcType
  readonly children: readonly { readonly name: string; readonly type: IpcType }[]
  /** Of a dense union. */
  readonly dense?: boolean
}

export interface IpcSchema {
  readonly fields: readonly { readonly name: string; readonly type: IpcType }[]
  /** Unions of the metadata versions before 5 have validity bits. */
  readonly version: number
}

/** Nested types deeper than this are no types that anyone wrote. */
const MAX_DEPTH = 128

const own = (typeId: number, type: FlatTable): object => {
  switch (typeId) {
    case ID.int:
      return { bitWidth: type.int(0), isSigned: type.byte(1) !== 0 }
    case ID.float:
      return { precision: type.short(0) }
    case ID.decimal:
      return { precision: type.int(0), scale: type.int(1), bitWidth: type.int(2, 128) }
    case ID.date:
    case ID.duration:
      return { unit: type.short(0, 1) }
    case ID.time:
      return { unit: type.short(0, 1), bitWidth: type.int(1, 32) }
    case ID.timestamp:
      return { unit: type.short(0), timezone: type.text(1) ?? null }
    case ID.interval:
      return { unit: type.short(0) }
    case ID.fixedBinary:
      return { byteWidth: type.int(0) }
    case ID.fixedList:
      return { listSize: type.int(0) }
    case ID.union:
      return { dense: type.short(0) === 1 }
    default:
      return {}
  }
}

/** The schema that a message's or a footer's table holds. Throws RangeError, ChunkError. */
export const readSchema = (schema: FlatTable, version: number): IpcSchema => {
  if (schema.short(0) !== 0) throw new ChunkError('FILE_FORMAT', 'its numbers are big-endian')
  // tables may point to one field many times; a field takes more than 8 bytes
  let left = schema.view.byteLength / 8
  const read = (field: FlatTable, depth: number): { name: string; type: IpcType } => {
    if (--left < 0 || depth > MAX_DEPTH) throw new RangeError('more fields, or deeper ones, than the schema has room for')
    const typeId = field.byte(2)
    const table = field.table(3)
    if (table === undefined) throw new RangeError('a field without a type')
    const type: IpcType = { typeId, ...own(typeId, table), children: field.tables(5).map((child) => read(child, depth + 1)) }
    const encoding = field.table(4)
    const name = field.text(0) ?? ''
    if (encoding === undefined) return { name, type }
    const index = encoding.table(1)
    const indices: IpcType = { typeId: ID.int, bitWidth: index?.int(0) ?? 32, isSigned: index === undefined || index.byte(1) !== 0, children: [] }
    return { name, type: { typeId: ID.dictionary, id: encoding.long(0), indices, dictionary: type, children: [] } }
  }
  return { fields: schema.tables(1).map((field) => read(field, 0)), version }
}
