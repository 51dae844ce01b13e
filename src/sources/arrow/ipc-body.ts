/** Record batches: field nodes and buffers, in the order of the schema, as arrays. A buffer is decompressed when its column is loaded. */
import { bitmapBytes } from '../../layout/bits.ts'
import { type Decompress, decompressors } from './compression.ts'
import { ChunkError, need } from './failure.ts'
import { counted, type FlatTable } from './flatbuffer.ts'
import type { IpcType } from './ipc-schema.ts'
import type { ArrowArray, Budget } from './structure.ts'
import { ID } from './types.ts'

/** Values that have no bytes in a batch (NULLs, structs of them) may be so many within nested types, and eight times its bytes. */
const FREE_VALUES = 1 << 22

export type Dictionaries = ReadonlyMap<bigint, readonly Part[]>

/** A dictionary batch. */
export interface Part {
  readonly header: FlatTable
  readonly body: Uint8Array
  readonly byteOffset: number
}

export type Open = (budget: Budget) => ArrowArray

const EMPTY = new Uint8Array(0)
const PREFIX = 8

type Words = { new (buffer: ArrayBufferLike, byteOffset: number, length: number): any; readonly BYTES_PER_ELEMENT: number }

/** Bytes as elements; copied where they do not lie at a multiple of the element's size. */
const words = (bytes: Uint8Array, array: Words): any => {
  const size = array.BYTES_PER_ELEMENT
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : bytes.slice()
  return new array(buffer, byteOffset, Math.floor(bytes.length / size))
}

const INTEGERS: Record<string, Words> = {
  i8: Int8Array, i16: Int16Array, i32: Int32Array, i64: BigInt64Array, u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, u64: BigUint64Array,
}

const elements = (type: IpcType): Words => {
  switch (type.typeId) {
    case ID.int:
      return INTEGERS[`${type.isSigned ? 'i' : 'u'}${type.bitWidth}`] ?? Uint8Array
    case ID.float:
      return [Uint16Array, Float32Array, Float64Array][type.precision ?? 0] ?? Uint8Array
    case ID.decimal:
      return type.bitWidth === 32 ? Int32Array : BigInt64Array
    case ID.date:
      return type.unit === 0 ? Int32Array : BigInt64Array
    case ID.timestamp:
    case ID.duration:
      return BigInt64Array
    case ID.interval:
      return type.unit === 0 ? Int32Array : Uint8Array
    default:
      return Uint8Array
  }
}

type Fetch = (budget: Budget) => Uint8Array

export class BatchReader {
  /** Rows. */
  readonly length: number
  readonly #header: FlatTable
  readonly #body: Uint8Array
  readonly #dictionaries: Dictionaries
  readonly #version: number
  readonly #decompress: Decompress | undefined
  #node = 0
  #buffer = 0
  #variadic = 0

  constructor(header: FlatTable, body: Uint8Array, version: number, dictionaries: Dictionaries) {
    this.#header = header
    this.#body = body
    this.#version = version
    this.#dictionaries = dictionaries
    this.length = counted(header.long(0))
    const compression = header.table(3)
    if (compression !== undefined) {
      const codec = compression.byte(0)
      this.#decompress = decompressors[codec]
      if (this.#decompress === undefined || compression.byte(1) !== 0) throw new ChunkError('FILE_FORMAT', `its bodies are compressed by a method that is not known (${codec})`)
    }
  }

  /** The next array of the batch. */
  array(type: IpcType, nested = false): Open {
    const node = this.#nextNode()
    const { typeId } = type
    if (typeId === ID.null) return this.#assembled(type, node, nested, {})
    if (typeId === ID.runEnd) return this.#assembled(type, node, nested, { children: type.children })
    if (typeId === ID.union) {
      for (let i = (this.#version < 4 ? 1 : 0) + (type.dense ? 2 : 1); i > 0; i--) this.#nextBuffer()
      return this.#assembled(type, node, nested, { children: type.children })
    }
    const validity = this.#nextBuffer()
    switch (typeId) {
      case ID.struct:
      case ID.fixedList:
        return this.#assembled(type, node, nested, { validity, children: type.children })
      case ID.list:
      case ID.map:
        return this.#assembled(type, node, nested, { validity, offsets: [this.#nextBuffer(), Int32Array], children: type.children })
      case ID.largeList:
        return this.#assembled(type, node, nested, { validity, offsets: [this.#nextBuffer(), BigInt64Array], children: type.children })
      case ID.listView:
      case ID.largeListView:
        this.#nextBuffer()
        this.#nextBuffer()
        return this.#assembled(type, node, nested, { validity, children: type.children })
      case ID.utf8:
      case ID.binary:
        return this.#assembled(type, node, nested, { validity, offsets: [this.#nextBuffer(), Int32Array], values: [this.#nextBuffer(), Uint8Array] })
      case ID.largeUtf8:
      case ID.largeBinary:
        return this.#assembled(type, node, nested, { validity, offsets: [this.#nextBuffer(), BigInt64Array], values: [this.#nextBuffer(), Uint8Array] })
      case ID.utf8View:
      case ID.binaryView: {
        const values: [Fetch, Words] = [this.#nextBuffer(), Uint8Array]
        const variadic = Array.from({ length: this.#nextVariadic() }, () => this.#nextBuffer())
        return this.#assembled(type, node, nested, { validity, values, variadic })
      }
      case ID.dictionary:
        return this.#assembled(type, node, nested, { validity, values: [this.#nextBuffer(), elements(type.indices!)] })
      default:
        return this.#assembled(type, node, nested, { validity, values: [this.#nextBuffer(), elements(type)] })
    }
  }

  #assembled(type: IpcType, node: { length: number; nulls: bigint }, nested: boolean, parts: Parts): Open {
    const inner = nested || parts.children !== undefined
    const children = parts.children?.map((child) => this.array(child.type, true)) ?? []
    const free = FREE_VALUES + 8 * this.#body.length
    return (budget) => {
      const { length } = node
      if (inner && length > free && parts.values === undefined && parts.offsets === undefined) budget.free(length - 8 * this.#body.length, FREE_VALUES)
      let validity: Uint8Array | undefined
      if (node.nulls !== 0n && parts.validity !== undefined) {
        validity = parts.validity(budget)
        need(validity, bitmapBytes(length))
      }
      const [offsets, offsetWords] = parts.offsets ?? []
      const [values, valueWords] = parts.values ?? []
      return {
        type,
        length,
        bitOffset: 0,
        validity,
        values: values && words(values(budget), valueWords as Words),
        offsets: offsets && words(offsets(budget), offsetWords as Words),
        variadic: parts.variadic?.map((fetch) => fetch(budget)) ?? [],
        dictionary: type.dictionary === undefined ? [] : this.#dictionary(type, budget),
        children: children.map((open) => open(budget)),
      }
    }
  }

  /** The arrays of a dictionary's batches. */
  #dictionary(type: IpcType, budget: Budget): readonly ArrowArray[] {
    const parts = this.#dictionaries.get(type.id!)
    if (parts === undefined) throw new ChunkError('FILE_CORRUPT', `dictionary ${type.id} is missing`)
    return parts.map((part) =>
      budget.once(part, type, () => new BatchReader(part.header, part.body, this.#version, this.#dictionaries).array(type.dictionary!, true)(budget)),
    )
  }

  #nextNode(): { length: number; nulls: bigint } {
    const { at, length } = this.#header.vector(1, 16)
    if (this.#node >= length) throw new RangeError('fewer field nodes than the schema needs')
    const place = at + 16 * this.#node++
    return { length: counted(this.#header.view.getBigInt64(place, true)), nulls: this.#header.view.getBigInt64(place + 8, true) }
  }

  #nextVariadic(): number {
    const { at, length } = this.#header.vector(4, 8)
    if (this.#variadic >= length) throw new RangeError('fewer counts of view buffers than the schema needs')
    const count = counted(this.#header.view.getBigInt64(at + 8 * this.#variadic++, true))
    if (count > this.#header.vector(2, 16).length) throw new RangeError(`${count} buffers of views`)
    return count
  }

  #nextBuffer(): Fetch {
    const { at, length } = this.#header.vector(2, 16)
    if (this.#buffer >= length) throw new RangeError('fewer buffers than the schema needs')
    const place = at + 16 * this.#buffer++
    const from = counted(this.#header.view.getBigInt64(place, true))
    const size = counted(this.#header.view.getBigInt64(place + 8, true))
    if (from + size > this.#body.length) throw new RangeError(`a buffer from ${from} to ${from + size} in a body of ${this.#body.length} bytes`)
    const bytes = this.#body.subarray(from, from + size)
    const decompress = this.#decompress
    if (decompress === undefined) return () => bytes
    return (budget) => {
      if (size === 0) return EMPTY
      if (size < PREFIX) throw new ChunkError('FILE_CORRUPT', `a compressed buffer of ${size} bytes`)
      const total = new DataView(bytes.buffer, bytes.byteOffset, PREFIX).getBigInt64(0, true)
      const rest = bytes.subarray(PREFIX)
      // such buffers would not have become smaller
      if (total === -1n) return rest
      const expected = counted(total)
      if (expected === 0) return EMPTY
      if (expected > rest.length * decompress.ratio) throw new ChunkError('FILE_CORRUPT', `${rest.length} bytes that are said to decompress to ${expected}`)
      budget.take(expected)
      const out = decompress.run(rest, expected)
      if (out.length !== expected) throw new ChunkError('FILE_CORRUPT', `a buffer that decompresses to ${out.length} bytes instead of ${expected}`)
      return out
    }
  }
}

interface Parts {
  readonly validity?: Fetch
  readonly offsets?: [Fetch, Words]
  readonly values?: [Fetch, Words]
  readonly variadic?: readonly Fetch[]
  readonly children?: IpcType['children']
}
