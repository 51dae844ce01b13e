/**
 * Arrow's intervals, structs, lists and maps as the bytes of packed types: buffers are placed where the runtime packs them
 * (assembly/nested-pack.ts). `packedChunk` is all that others use: it takes an array and gives its bytes.
 */
import { bitmapBytes } from '../../layout/bits.ts'
import { type ColumnChunk, wordsOf } from '../../layout/chunk.ts'
import { FAULTS, Fault, Node, placed, type Workspace } from '../../layout/nested-nodes.ts'
import { isPacked, type SqlType } from '../../layout/types.ts'
import { rowFieldOf } from '../../layout/unsafe/fields.ts'
import type { RowPhysical } from '../../layout/unsafe-row.ts'
import { arrowChunk, validityOf } from './chunks.ts'
import { ChunkError, need } from './failure.ts'
import type { ArrowArray, Budget } from './structure.ts'
import { DAY_TIME, ID } from './types.ts'

/** Bytes that the last value's writing may touch behind it. */
const SLACK = 16

/** An array of a packed type as a chunk. Throws ChunkError, ArcweldError MEMORY_EXCEEDED. */
export const packedChunk = (array: ArrowArray, type: SqlType, validity: Uint8Array | undefined, budget: Budget): ColumnChunk => {
  const { length: rows } = array
  const space = budget.workspace()
  try {
    const node = new Columns(space, budget).node(array, type)
    const fault = new Fault(space)
    const { nested, buffer } = space
    assertRight(nested.nested_check(fault.address | 0, node.address | 0), fault)
    const offsets = space.reserve((rows + 1) * 4) >>> 0
    assertRight(nested.nested_sizes(fault.address | 0, node.address | 0, rows, offsets | 0), fault)
    const ends = new Uint32Array(buffer, offsets, rows + 1).slice()
    const bytes = space.allocate(ends[rows]! + SLACK) >>> 0
    nested.nested_pack(node.address | 0, rows, offsets | 0, bytes | 0)
    return { kind: 'utf8', rows, validity, text: { bytes: new Uint8Array(buffer, bytes, ends[rows]).slice(), offsets: ends } }
  } finally {
    space.release()
  }
}

const assertRight = (wrong: number, fault: Fault): void => {
  switch (wrong) {
    case 0:
      return
    case FAULTS.backwards:
      throw new ChunkError('FILE_CORRUPT', `the offsets of lists run backwards or beyond their elements: ${fault.value}`)
    case FAULTS.nullKey:
      throw new ChunkError('FILE_CORRUPT', 'a key of a map is NULL')
    case FAULTS.nanoseconds:
      throw new ChunkError('UNSUPPORTED_TYPE', `an interval with ${fault.value} nanoseconds is finer than microseconds`)
    default:
      throw new ChunkError('OVERFLOW', 'one batch holds more than 2 GiB of nested values: write smaller batches')
  }
}

/** Places arrays. */
class Columns {
  readonly #space: Workspace
  readonly #budget: Budget

  constructor(space: Workspace, budget: Budget) {
    this.#space = space
    this.#budget = budget
  }

  node(array: ArrowArray, type: SqlType): Node {
    if (!isPacked(type) || array.type.typeId === ID.dictionary) return this.#leaf(arrowChunk(array, this.#budget), type)
    const { length } = array
    const validity = this.#validity(validityOf(array))
    switch (type.kind) {
      case 'struct':
        return new Node(this.#space, type, 'struct', { validity, length }, type.fields.map((f, i) => this.node(child(array, i, length), f.type)))
      case 'array': {
        const { elements, fields } = this.#lists(array)
        return new Node(this.#space, type, 'list', { ...fields, validity, length }, [this.node(elements, type.element)])
      }
      case 'map': {
        const { elements, fields } = this.#lists(array)
        const parts = [type.key, type.value].map((part, i) => this.node(child(elements, i, elements.length), part))
        return new Node(this.#space, type, 'map', { ...fields, validity, length }, parts)
      }
      default: {
        const short = array.type.unit === DAY_TIME
        const bytes = array.values === undefined ? new Uint8Array(0) : bytesOf(array.values)
        need(bytes, length * (short ? 8 : 16))
        return new Node(this.#space, type, short ? 'dayTime' : 'monthDayNano', { validity, length, values: placed(this.#space, bytes.subarray(0, length * (short ? 8 : 16))) })
      }
    }
  }

  #validity(bits: Uint8Array | undefined): number {
    return bits === undefined ? 0 : placed(this.#space, bits)
  }

  #lists(array: ArrowArray): { elements: ArrowArray; fields: { offsets: number; offsetBytes: number; listSize: number } } {
    const { type, length: rows, offsets } = array
    if (type.typeId === ID.fixedList) {
      const listSize = type.listSize ?? type.stride ?? 0
      if (listSize < 0) throw new ChunkError('FILE_CORRUPT', `lists of ${listSize} elements`)
      return { elements: child(array, 0, rows * listSize), fields: { offsets: 0, offsetBytes: 0, listSize } }
    }
    const elements = child(array, 0, 0)
    if (rows > 0) need(offsets, rows + 1)
    const ends = (rows > 0 ? offsets.subarray(0, rows + 1) : new Int32Array(1)) as Int32Array | BigInt64Array
    return { elements, fields: { offsets: placed(this.#space, ends), offsetBytes: ends.BYTES_PER_ELEMENT, listSize: 0 } }
  }

  #leaf(chunk: ColumnChunk, type: SqlType): Node {
    const space = this.#space
    const { rows: length } = chunk
    if (type.kind === 'null') return new Node(space, type, 'nothing', { length })
    const { physical } = rowFieldOf(type)
    const validity = this.#validity(chunk.kind === 'nulls' ? new Uint8Array(bitmapBytes(length)) : chunk.validity)
    if (physical === 'utf8') {
      // Of an interval: its size says that a row keeps room for it.
      const stride = type.kind === 'interval' ? 16 : 0
      if (chunk.kind !== 'utf8' && chunk.kind !== 'codes') return new Node(space, type, 'slice', { validity, length, stride })
      const { bytes, offsets } = chunk.text
      const codes = chunk.kind === 'codes' ? placed(space, chunk.codes.BYTES_PER_ELEMENT === 4 ? chunk.codes : Uint32Array.from(chunk.codes)) : 0
      return new Node(space, type, 'slice', { validity, length, stride, codes, offsets: placed(space, offsets), values: placed(space, bytes) })
    }
    const kind = physical === 'bool8' ? 'bool' : physical === 'i128' ? 'wide' : 'fixed'
    if (chunk.kind === 'nulls') return new Node(space, type, kind, { validity, length })
    const { values } = chunk as Exclude<typeof chunk, { kind: 'utf8' | 'codes' }>
    if (chunk.kind === 'wide') return new Node(space, type, kind, { validity, length, stride: 16, values: placed(space, values.subarray(0, 2 * length)) })
    const own = widened(values, physical, length)
    return new Node(space, type, kind, { validity, length, stride: own.byteLength / Math.max(1, length), values: placed(space, own) })
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength)

const ARRAYS = { bool8: Uint8Array, i8: Int8Array, i16: Int16Array, i32: Int32Array, f32: Float32Array, f64: Float64Array } as const
type Numbers = Extract<ColumnChunk, { kind: 'numbers' | 'bigints' }>['values']

/** Values as wide as they are in a row: unsigned integers lie in the next wider ones there, decimals of 32 bits in 64. */
const widened = (values: Numbers, physical: Exclude<RowPhysical, 'utf8'>, rows: number): ArrayBufferView => {
  const own = values.subarray(0, rows)
  if (physical === 'i128') return BigInt64Array.from({ length: rows * 2 }, (_, i) => wordsOf(BigInt(own[i >> 1]!))[i & 1]!)
  if (physical === 'i64') return own.BYTES_PER_ELEMENT === 8 ? own : BigInt64Array.from(own as Int32Array, BigInt)
  const array = ARRAYS[physical]
  return own.BYTES_PER_ELEMENT === array.BYTES_PER_ELEMENT ? own : array.from(own as Int32Array)
}

const MOST_VALUES = 0x7fff_ffff

const child = ({ children }: ArrowArray, index: number, length: number): ArrowArray => {
  const found = children[index]
  need(found, length)
  // A length is a claim of 64 bits: bits and bytes are counted in 32.
  if (found!.length > MOST_VALUES) throw new ChunkError('FILE_CORRUPT', `${found!.length} values within a column`)
  return found as ArrowArray
}
