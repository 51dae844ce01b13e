/** Columns of packed values as Arrow arrays, taken apart by the runtime (assembly/nested-unpack.ts): first counted, then written into buffers. */
import * as arrow from 'apache-arrow'
import { ExecutionError } from '../errors.ts'
import { arrowType } from './arrow-types.ts'
import { bitmapBytes } from './bits.ts'
import { FAULTS, Fault, Node, type NODE_KINDS, type Workspace } from './nested-nodes.ts'
import type { SqlType } from './types.ts'

/** Rows [from, from + count) of a column of packed values: slices, or bytes by u32 offsets. Addresses. */
export interface PackedColumn {
  readonly type: SqlType
  readonly name: string
  readonly from: number
  readonly count: number
  readonly validity: number
  readonly slices: number
  readonly offsets: number
}

/** Throws ExecutionError OVERFLOW, ArcweldError MEMORY_EXCEEDED. */
export const unpacked = ({ type, name, from, count, validity, slices, offsets }: PackedColumn, space: Workspace): arrow.Data => {
  const root = nodeOf(type, space)
  const fault = new Fault(space)
  const go = (fill: 0 | 1) => {
    const wrong = space.nested.nested_unpack(fault.address | 0, root.address | 0, fill, validity | 0, from, count, slices | 0, offsets | 0)
    if (wrong === FAULTS.overflow) throw new ExecutionError('OVERFLOW', `an interval of ${fault.value} microseconds has more nanoseconds than an Arrow interval`)
    if (wrong) throw new ExecutionError('OVERFLOW', `column ${JSON.stringify(name)} holds more nested values than an Arrow batch can`)
  }
  go(0)
  open(root, space)
  go(1)
  return dataOf(root, space)
}

/** How a type's values lie in Arrow: the kind of their node, and how many bytes one has. */
const FORMS: Record<SqlType['kind'], readonly [kind: keyof typeof NODE_KINDS, stride: number]> = {
  null: ['nothing', 0], bool: ['bool', 0],
  int8: ['fixed', 1], uint8: ['fixed', 1], int16: ['fixed', 2], uint16: ['fixed', 2], int32: ['fixed', 4], uint32: ['fixed', 4], int64: ['fixed', 8],
  uint64: ['wide', 8], int128: ['wide', 16], decimal: ['fixed', 16], float: ['fixed', 4], double: ['fixed', 8],
  date: ['fixed', 4], timestamp: ['fixed', 8], timestamptz: ['fixed', 8], interval_year_month: ['fixed', 4], interval_day_time: ['fixed', 8],
  string: ['slice', 0], binary: ['slice', 0], interval: ['monthDayNano', 16],
  struct: ['struct', 0], array: ['list', 0], map: ['map', 0],
}

const partsOf = (type: SqlType): readonly SqlType[] => {
  switch (type.kind) {
    case 'struct':
      return type.fields.map((f) => f.type)
    case 'array':
      return [type.element]
    case 'map':
      return [type.key, type.value]
    default:
      return []
  }
}

const nodeOf = (type: SqlType, space: Workspace): Node => {
  const [kind, stride] = FORMS[type.kind]
  const wide = type.kind === 'decimal' && type.precision > 18
  return new Node(space, type, wide ? 'wide' : kind, { stride }, partsOf(type).map((part) => nodeOf(part, space)))
}

/** Zeroed buffers for what has been counted. */
const open = (node: Node, space: Workspace): void => {
  const [kind, stride] = FORMS[node.type.kind]
  const [count, bytes] = [node.get('length'), node.get('bytes')]
  const room = (n: number): number => space.allocate(Math.max(1, n)) >>> 0
  node.set({
    length: 0,
    bytes: 0,
    ...(kind === 'nothing' ? {} : { validity: room(bitmapBytes(count)) }),
    ...(kind === 'slice' ? { values: room(bytes) } : kind === 'bool' ? { values: room(bitmapBytes(count)) } : stride > 0 ? { values: room(count * stride) } : {}),
    ...(kind === 'slice' || kind === 'list' || kind === 'map' ? { offsets: room((count + 1) * 4) } : {}),
  })
  for (const part of node.children) open(part, space)
}

const dataOf = (node: Node, space: Workspace): arrow.Data => {
  const { type, children } = node
  const [kind, stride] = FORMS[type.kind]
  const [length, nulls] = [node.get('length'), node.get('nulls')]
  const bytes = (field: 'values' | 'offsets' | 'validity', n: number): Uint8Array => new Uint8Array(space.buffer, node.get(field), n).slice()
  const common = { type: arrowType(type), length, nullCount: kind === 'nothing' ? 0 : nulls, ...(nulls > 0 && kind !== 'nothing' ? { nullBitmap: bytes('validity', bitmapBytes(length)) } : {}) }
  const valueOffsets = () => ({ valueOffsets: new Int32Array(bytes('offsets', (length + 1) * 4).buffer) })
  const parts = (): object => {
    switch (kind) {
      case 'nothing':
        return {}
      case 'bool':
        return { data: bytes('values', bitmapBytes(length)) }
      case 'slice':
        return { ...valueOffsets(), data: bytes('values', node.get('bytes')) }
      case 'struct':
        return { children: children.map((part) => dataOf(part, space)) }
      case 'list':
        return { ...valueOffsets(), child: dataOf(children[0]!, space) }
      case 'map': {
        const entries = (common.type as arrow.Map_).children[0]!.type
        const pairs = children.map((part) => dataOf(part, space))
        return { ...valueOffsets(), child: arrow.makeData({ type: entries, length: pairs[0]!.length, nullCount: 0, children: pairs } as never) }
      }
      default: {
        const array = ARRAYS[type.kind] ?? Int32Array
        return { data: new array(bytes('values', length * stride).buffer as ArrayBuffer) }
      }
    }
  }
  return arrow.makeData({ ...common, ...parts() } as never)
}

/** Where values are not words of 32 bits. */
const ARRAYS: Partial<Record<SqlType['kind'], new (buffer: ArrayBuffer) => ArrayBufferView>> = {
  int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, uint32: Uint32Array, int64: BigInt64Array, uint64: BigUint64Array,
  int128: Uint32Array, decimal: Uint32Array, float: Float32Array, double: Float64Array, timestamp: BigInt64Array, timestamptz: BigInt64Array, interval_day_time: BigInt64Array,
}
