/**
 * Tables of a FlatBuffer, read by bounds: every access is within the DataView given, and what points out of it is a RangeError. Offsets may
 * point to one place many times; who walks tables bounds how many.
 *
 *     table    i32 distance back to the vtable · fields
 *     vtable   u16 bytes of itself · u16 bytes of the table · u16 place in the table of each field, 0 where it is absent
 *     vector   u32 elements · the elements; of tables and strings, their distances ahead
 */
export class FlatTable {
  readonly view: DataView
  readonly #at: number
  readonly #vtable: number
  readonly #fields: number

  constructor(view: DataView, at: number) {
    this.view = view
    this.#at = at
    this.#vtable = at - view.getInt32(at, true)
    this.#fields = (view.getUint16(this.#vtable, true) - 4) >> 1
  }

  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return new FlatTable(view, view.getUint32(0, true))
  }

  /** Where field `index` lies; 0 where it is absent. */
  #place(index: number): number {
    const offset = index < this.#fields ? this.view.getUint16(this.#vtable + 4 + index * 2, true) : 0
    return offset === 0 ? 0 : this.#at + offset
  }

  #target(index: number): number {
    const at = this.#place(index)
    return at === 0 ? 0 : at + this.view.getUint32(at, true)
  }

  has(index: number): boolean {
    return this.#place(index) !== 0
  }

  byte(index: number, otherwise = 0): number {
    const at = this.#place(index)
    return at === 0 ? otherwise : this.view.getUint8(at)
  }

  short(index: number, otherwise = 0): number {
    const at = this.#place(index)
    return at === 0 ? otherwise : this.view.getInt16(at, true)
  }

  int(index: number, otherwise = 0): number {
    const at = this.#place(index)
    return at === 0 ? otherwise : this.view.getInt32(at, true)
  }

  long(index: number): bigint {
    const at = this.#place(index)
    return at === 0 ? 0n : this.view.getBigInt64(at, true)
  }

  table(index: number): FlatTable | undefined {
    const at = this.#target(index)
    return at === 0 ? undefined : new FlatTable(this.view, at)
  }

  text(index: number): string | undefined {
    const at = this.#target(index)
    if (at === 0) return undefined
    const { buffer, byteOffset } = this.view
    const length = this.#within(at + 4, this.view.getUint32(at, true), 1)
    return Buffer.from(buffer, byteOffset + at + 4, length).toString('utf8')
  }

  /** Where the elements of a vector begin, and how many there are; `stride` is their size in bytes. */
  vector(index: number, stride: number): { readonly at: number; readonly length: number } {
    const at = this.#target(index)
    return at === 0 ? { at: 0, length: 0 } : { at: at + 4, length: this.#within(at + 4, this.view.getUint32(at, true), stride) }
  }

  tables(index: number): FlatTable[] {
    const { at, length } = this.vector(index, 4)
    return Array.from({ length }, (_, i) => new FlatTable(this.view, at + i * 4 + this.view.getUint32(at + i * 4, true)))
  }

  #within(at: number, length: number, stride: number): number {
    if (at + length * stride > this.view.byteLength) throw new RangeError(`a vector of ${length} elements runs out of its message`)
    return length
  }
}

/** A count or place of 64 bits; throws RangeError where it is none. */
export const counted = (value: bigint): number => {
  if (value < 0n || value > 0xffff_ffff_ffffn) throw new RangeError(`${value} where a length or a place stands`)
  return Number(value)
}
