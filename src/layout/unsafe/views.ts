/**
 * Lazy reading of UnsafeRows and what they hold: a view is a place in memory, and reads a field when it is asked for, by position.
 * It never reads outside the bytes it was made over: what reaches beyond is a SourceError FILE_FORMAT with the byte's position.
 */
import { SourceError } from '../../errors.ts'
import { arrayHeader, elementBytes, type Interval, nullBytes, type RowField, type RowValue, SLOT, type SliceForm, wordOffset } from '../unsafe-row.ts'
import { fromBigEndian } from './decimal-bytes.ts'

/** Bytes [start, end) of a view. */
export interface Extent {
  readonly view: DataView
  readonly start: number
  readonly end: number
}

/** Bytes that are no row of their fields; `byteOffset` is the place that says what cannot be. */
export const malformed = (what: string, byteOffset: number): SourceError => new SourceError('FILE_FORMAT', `no Unsafe data: ${what} (at byte ${byteOffset})`, { byteOffset })

export const extentOf = (bytes: Uint8Array): Extent => ({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start: 0, end: bytes.byteLength })

const bytesOf = ({ view, start, end }: Extent): Uint8Array => new Uint8Array(view.buffer, view.byteOffset + start, end - start)

/** Where the word at `at` points, relative to its container's first byte. */
export const sliceAt = ({ view, start, end }: Extent, at: number): Extent => {
  const length = view.getUint32(at, true)
  const from = start + view.getUint32(at + 4, true)
  if (from + length > end) throw malformed(`a slice of ${length} bytes from ${from - start} in ${end - start}`, at)
  return { view, start: from, end: from + length }
}

const readInterval = ({ view, start, end }: Extent): Interval => {
  if (end - start !== SLOT) throw malformed(`an interval of ${end - start} bytes`, start)
  return { months: view.getInt32(start, true), days: view.getInt32(start + 4, true), micros: view.getBigInt64(start + 8, true) }
}

/** Values by position, some of them NULL: what rows and arrays have in common. */
abstract class Positions {
  protected readonly extent: Extent
  /** Positions, from 0. */
  abstract readonly length: number
  protected abstract field(index: number): RowField
  /** The byte of a position's word or element. */
  protected abstract place(index: number): number
  /** The first byte of the null bits. */
  protected abstract readonly bits: number

  constructor(extent: Extent) {
    this.extent = extent
  }

  isNull(index: number): boolean {
    return ((this.extent.view.getUint8(this.bits + (index >> 3)) >> (index & 7)) & 1) === 1
  }

  /** The bytes of a slice: text, binary, a packed value, a wide decimal. */
  bytes(index: number): Uint8Array {
    return bytesOf(this.slice(index))
  }

  struct(index: number): RowView {
    return new RowView((this.field(index).form as Extract<SliceForm, { kind: 'struct' }>).fields, this.slice(index))
  }

  array(index: number): ArrayView {
    return new ArrayView((this.field(index).form as Extract<SliceForm, { kind: 'array' }>).element, this.slice(index))
  }

  map(index: number): MapView {
    const { key, value } = this.field(index).form as Extract<SliceForm, { kind: 'map' }>
    return new MapView(key, value, this.slice(index))
  }

  interval(index: number): Interval {
    return readInterval(this.slice(index))
  }

  /** The value, whole; text as a string. */
  value(index: number): RowValue {
    if (this.isNull(index)) return null
    const { view } = this.extent
    const { physical, form } = this.field(index)
    const at = this.place(index)
    switch (physical) {
      case 'bool8':
        return view.getUint8(at) !== 0
      case 'i8':
        return BigInt(view.getInt8(at))
      case 'i16':
        return BigInt(view.getInt16(at, true))
      case 'i32':
        return BigInt(view.getInt32(at, true))
      case 'f32':
        return view.getFloat32(at, true)
      case 'f64':
        return view.getFloat64(at, true)
      case 'i64':
        return view.getBigInt64(at, true)
      case 'i128': {
        const slice = this.slice(index)
        const length = slice.end - slice.start
        if (length < 1 || length > SLOT) throw malformed(`a decimal of ${length} bytes`, at)
        return fromBigEndian(bytesOf(slice))
      }
      case 'utf8':
        return sliceValue(form, this.slice(index))
    }
  }

  /** All values. */
  values(): RowValue[] {
    return Array.from({ length: this.length }, (_, i) => this.value(i))
  }

  private slice(index: number): Extent {
    return sliceAt(this.extent, this.place(index))
  }
}

export class RowView extends Positions {
  readonly fields: readonly RowField[]
  readonly length: number
  protected readonly bits: number

  constructor(fields: readonly RowField[], extent: Extent) {
    super(extent)
    this.fields = fields
    this.length = fields.length
    this.bits = extent.start
    const fixed = wordOffset(fields.length, fields.length)
    if (extent.end - extent.start < fixed) throw malformed(`a row of ${extent.end - extent.start} bytes whose fields need ${fixed}`, extent.start)
  }

  protected field(index: number): RowField {
    const field = this.fields[index]
    if (field === undefined) throw new RangeError(`field ${index} of ${this.length}`)
    return field
  }

  protected place(index: number): number {
    return this.extent.start + wordOffset(this.length, index)
  }
}

export class ArrayView extends Positions {
  readonly element: RowField
  readonly length: number
  protected readonly bits: number
  readonly #width: number

  constructor(element: RowField, extent: Extent) {
    super(extent)
    this.element = element
    this.length = countOf(extent, element)
    this.bits = extent.start + 8
    this.#width = elementBytes(element)
  }

  protected field(index: number): RowField {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`element ${index} of ${this.length}`)
    return this.element
  }

  protected place(index: number): number {
    return this.bits + nullBytes(this.length) + index * this.#width
  }
}

export class MapView {
  readonly keys: ArrayView
  readonly items: ArrayView

  constructor(key: RowField, value: RowField, extent: Extent) {
    const [keys, values] = mapParts(extent)
    this.keys = new ArrayView(key, keys)
    this.items = new ArrayView(value, values)
    if (this.keys.length !== this.items.length) throw malformed(`a map of ${this.keys.length} keys and ${this.items.length} values`, values.start)
  }

  get length(): number {
    return this.keys.length
  }

  /** All entries, in the order they lie. */
  entries(): [RowValue, RowValue][] {
    return Array.from({ length: this.length }, (_, i) => [this.keys.value(i), this.items.value(i)])
  }
}

/** How many elements an array has; its header and elements lie within it. */
export const countOf = ({ view, start, end }: Extent, element: RowField): number => {
  if (end - start < 8) throw malformed(`an array of ${end - start} bytes`, start)
  const count = view.getBigInt64(start, true)
  // So many bits and elements at least have no room; only then is it a number that can be reckoned with.
  if (count < 0n || count > BigInt(end - start)) throw malformed(`an array of ${count} elements in ${end - start} bytes`, start)
  const bytes = arrayHeader(Number(count)) + Number(count) * elementBytes(element)
  if (bytes > end - start) throw malformed(`an array of ${count} elements, which are ${bytes} bytes, in ${end - start}`, start)
  return Number(count)
}

/** The arrays of a map's keys and values. */
export const mapParts = ({ view, start, end }: Extent): [Extent, Extent] => {
  if (end - start < 8) throw malformed(`a map of ${end - start} bytes`, start)
  const keys = view.getBigInt64(start, true)
  if (keys < 0n || keys > BigInt(end - start - 8)) throw malformed(`a map whose keys are ${keys} of ${end - start} bytes`, start)
  const middle = start + 8 + Number(keys)
  return [{ view, start: start + 8, end: middle }, { view, start: middle, end }]
}

/** What a slice holds; text without a form. Binary is copied. */
export const sliceValue = (form: SliceForm | undefined, extent: Extent): RowValue => {
  switch (form?.kind) {
    case undefined: {
      const { view, start, end } = extent
      return Buffer.from(view.buffer as ArrayBuffer, view.byteOffset + start, end - start).toString('utf8')
    }
    case 'binary':
      return Uint8Array.from(bytesOf(extent))
    case 'interval':
      return readInterval(extent)
    case 'struct':
      return new RowView(form.fields, extent).values()
    case 'array':
      return new ArrayView(form.element, extent).values()
    case 'map':
      return new MapView(form.key, form.value, extent).entries()
  }
}

/** The row's values, text as strings; it lies at `at`, and ends at `end` at the latest. */
export const readRow = (fields: readonly RowField[], view: DataView, at: number, end: number = view.byteLength): RowValue[] =>
  new RowView(fields, { view, start: at, end }).values()
