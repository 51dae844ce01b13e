/** Writes UnsafeRows and what they hold, byte for byte as Spark's writers do. */
import { arrayHeader, elementBytes, type Interval, padded, type RowField, type RowValue, SLOT, type SliceForm, wordOffset } from '../unsafe-row.ts'
import { toBigEndian } from './decimal-bytes.ts'

/** Bytes in the making; parts are written at the end, and may be nested. A NULL that may not be one is a RangeError. */
export class UnsafeWriter {
  #bytes: Uint8Array
  #view: DataView
  #end = 0

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Bytes written. */
  get length(): number {
    return this.#end
  }

  /** What was written; valid until more is. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end)
  }

  clear(): void {
    this.#bytes.fill(0, 0, this.#end)
    this.#end = 0
  }

  row(fields: readonly RowField[], values: readonly RowValue[]): void {
    const base = this.#reserve(wordOffset(fields.length, fields.length))
    fields.forEach((field, i) => {
      const value = values[i] ?? null
      const word = base + wordOffset(fields.length, i)
      if (value !== null) return this.#value(field, value, base, word, true)
      if (!field.nullable) throw new RangeError(`field ${i} is not nullable`)
      this.#setBit(base, i)
      // Kept for values that are put there later.
      const interval = field.form?.kind === 'interval'
      if (interval || field.physical === 'i128') this.#place(base, word, this.#reserve(SLOT), interval ? SLOT : 0)
    })
  }

  array(element: RowField, values: readonly RowValue[]): void {
    const width = elementBytes(element)
    const header = arrayHeader(values.length)
    const base = this.#reserve(header + padded(width * values.length))
    this.#view.setBigInt64(base, BigInt(values.length), true)
    values.forEach((value, i) => {
      if (value !== null) return this.#value(element, value, base, base + header + i * width, false)
      if (!element.nullable) throw new RangeError(`element ${i} is not nullable`)
      this.#setBit(base + 8, i)
    })
  }

  map(key: RowField, value: RowField, entries: readonly RowValue[]): void {
    const base = this.#reserve(8)
    this.array(key, entries.map((entry) => (entry as readonly RowValue[])[0] ?? null))
    this.#view.setBigInt64(base, BigInt(this.#end - base - 8), true)
    this.array(value, entries.map((entry) => (entry as readonly RowValue[])[1] ?? null))
  }

  interval({ months, days, micros }: Interval): void {
    const at = this.#reserve(SLOT)
    this.#view.setInt32(at, months, true)
    this.#view.setInt32(at + 4, days, true)
    this.#view.setBigInt64(at + 8, micros, true)
  }

  /** What a slice holds, text without a form; gives its bytes without padding. Packed values are copied. */
  slice(form: SliceForm | undefined, value: RowValue): number {
    if (form === undefined || form.kind === 'binary' || value instanceof Uint8Array) {
      const bytes = value instanceof Uint8Array ? value : Buffer.from(String(value), 'utf8')
      const at = this.#reserve(padded(bytes.length))
      // Reserving may have moved them.
      this.#bytes.set(bytes, at)
      return bytes.length
    }
    const start = this.#end
    switch (form.kind) {
      case 'interval':
        this.interval(value as Interval)
        break
      case 'struct':
        this.row(form.fields, value as readonly RowValue[])
        break
      case 'array':
        this.array(form.element, value as readonly RowValue[])
        break
      case 'map':
        this.map(form.key, form.value, value as readonly RowValue[])
    }
    return this.#end - start
  }

  #value({ physical, form }: RowField, value: RowValue, base: number, at: number, inRow: boolean): void {
    const view = this.#view
    switch (physical) {
      case 'bool8':
        return view.setUint8(at, value ? 1 : 0)
      case 'i8':
        return view.setInt8(at, Number(value))
      case 'i16':
        return view.setInt16(at, Number(value), true)
      case 'i32':
        return view.setInt32(at, Number(value), true)
      case 'f32':
        return view.setFloat32(at, value as number, true)
      case 'f64':
        return view.setFloat64(at, value as number, true)
      case 'i64':
        return view.setBigInt64(at, BigInt(value as bigint | number), true)
      case 'i128': {
        const bytes = toBigEndian(BigInt(value as bigint | number))
        const start = this.#reserve(inRow ? SLOT : padded(bytes.length))
        this.#bytes.set(bytes, start)
        return this.#place(base, at, start, bytes.length)
      }
      case 'utf8': {
        const start = this.#end
        return this.#place(base, at, start, this.slice(form, value))
      }
    }
  }

  #place(base: number, word: number, start: number, length: number): void {
    this.#view.setUint32(word, length, true)
    this.#view.setUint32(word + 4, start - base, true)
  }

  #setBit(base: number, index: number): void {
    this.#view.setUint8(base + (index >> 3), this.#view.getUint8(base + (index >> 3)) | (1 << (index & 7)))
  }

  #reserve(bytes: number): number {
    const at = this.#end
    if (at + bytes > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(at + bytes, this.#bytes.length * 2))
      grown.set(this.#bytes)
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    this.#end = at + bytes
    return at
  }
}

/** A packed value's bytes, or text's or binary's. */
export const packSlice = (form: SliceForm | undefined, value: RowValue): Uint8Array => {
  const writer = new UnsafeWriter()
  const length = writer.slice(form, value)
  return writer.bytes.slice(0, length)
}

/** Writes a row at `at`, over zeroed bytes; gives its end. */
export const writeRow = (fields: readonly RowField[], values: readonly RowValue[], view: DataView, at: number): number => {
  const writer = new UnsafeWriter()
  writer.row(fields, values)
  new Uint8Array(view.buffer, view.byteOffset + at, writer.length).set(writer.bytes)
  return at + writer.length
}
