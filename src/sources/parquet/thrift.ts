/**
 * Thrift's compact protocol, read where it lies, bounded: a damaged message can neither read past its end, nor nest without end,
 * nor make lists longer than their bytes. (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md)
 *
 *   field   delta of the id (4 bits) · type (4 bits); delta 0: the id follows as a zigzag varint. A zero byte ends a struct.
 *   list    size (4 bits) · element type (4 bits); size 15: it follows as a varint
 */

const TRUE = 1
const FALSE = 2
const BYTE = 3
const I16 = 4
const I64 = 6
const DOUBLE = 7
const BINARY = 8
const LIST = 9
const SET = 10
const MAP = 11
const STRUCT = 12
const UUID = 13

/** Deeper messages are damaged: Parquet's own structures nest less than ten deep. */
const MAX_DEPTH = 64

/** What `field` gives at the end of a struct. */
export const STOP = 0

/** Bytes that are no such message; `at`: the position in them. */
export class ThriftError extends RangeError {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

export class ThriftReader {
  readonly bytes: Uint8Array
  readonly end: number
  at: number
  /** The type of the field that was begun last, or of a list's elements. */
  #type = STOP

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  /** Begins the next field of a struct, after field `previous` (0: the first one); gives its id, or STOP. */
  field(previous: number): number {
    const header = this.#byte()
    if (header === STOP) return STOP
    this.#type = header & 15
    const delta = header >> 4
    const id = delta === 0 ? this.#zigzag() : previous + delta
    if (id === STOP) throw new ThriftError('a field without a number', this.at)
    return id
  }

  /** Whether the field that was begun is an integer: those of drafts may be something else. */
  get isInteger(): boolean {
    return this.#type === BYTE || (this.#type >= I16 && this.#type <= I64)
  }

  bool(): boolean {
    if (this.#type !== TRUE && this.#type !== FALSE) this.#unexpected('a boolean')
    return this.#type === TRUE
  }

  /** An integer of any width; those beyond ±2^53 are no sound sizes, counts or positions. */
  integer(): number {
    if (this.#type === BYTE) return (this.#byte() << 24) >> 24
    if (!this.isInteger) this.#unexpected('an integer')
    return this.#zigzag()
  }

  /** Bytes, as a part of the message. */
  binary(): Uint8Array {
    if (this.#type !== BINARY) this.#unexpected('bytes')
    const length = this.#varint()
    if (length > this.end - this.at) throw new ThriftError(`${length} bytes where ${this.end - this.at} are left`, this.at)
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  text(): string {
    const bytes = this.binary()
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  }

  /** Begins a struct. */
  struct(): void {
    if (this.#type !== STRUCT) this.#unexpected('a struct')
  }

  /** The elements of a list, each read by `element`. */
  list<T>(element: () => T): T[] {
    const out: T[] = []
    this.#elements(() => out.push(element()))
    return out
  }

  /** Goes over the field that was begun. */
  skip(depth = 0): void {
    if (depth > MAX_DEPTH) throw new ThriftError(`structures more than ${MAX_DEPTH} deep`, this.at)
    const deeper = () => this.skip(depth + 1)
    switch (this.#type) {
      case TRUE:
      case FALSE:
        return
      case BYTE:
        return this.#pass(1)
      case DOUBLE:
        return this.#pass(8)
      case UUID:
        return this.#pass(16)
      case BINARY:
        return void this.binary()
      case LIST:
      case SET:
        return this.#elements(deeper)
      case MAP: {
        const size = this.#varint()
        if (size === 0) return
        const types = this.#byte()
        this.#fits(size)
        for (let i = 0; i < size; i++) {
          this.#element(types >> 4, deeper)
          this.#element(types & 15, deeper)
        }
        return
      }
      case STRUCT:
        for (let id = this.field(0); id !== STOP; id = this.field(id)) deeper()
        return
      default:
        if (this.#type >= I16 && this.#type <= I64) return void this.#varint()
        throw new ThriftError(`type ${this.#type} is none`, this.at)
    }
  }

  #elements(read: () => void): void {
    if (this.#type !== LIST && this.#type !== SET) this.#unexpected('a list')
    const header = this.#byte()
    const size = header >> 4 === 15 ? this.#varint() : header >> 4
    this.#fits(size)
    for (let i = 0; i < size; i++) this.#element(header & 15, read)
  }

  /** A boolean in a list is a byte: 1 for true. */
  #element(type: number, read: () => void): void {
    this.#type = type === TRUE || type === FALSE ? (this.#byte() === TRUE ? TRUE : FALSE) : type
    read()
  }

  /** Every element takes a byte at least. */
  #fits(size: number): void {
    if (size > this.end - this.at) throw new ThriftError(`a list of ${size} in ${this.end - this.at} bytes`, this.at)
  }

  #pass(bytes: number): void {
    if (bytes > this.end - this.at) throw new ThriftError('it ends early', this.at)
    this.at += bytes
  }

  #byte(): number {
    if (this.at >= this.end) throw new ThriftError('it ends early', this.at)
    return this.bytes[this.at++] as number
  }

  /** Unsigned, exact to 2^53 and about right above. */
  #varint(): number {
    let value = 0
    for (let scale = 1, bytes = 0; bytes < 10; bytes++, scale *= 128) {
      const byte = this.#byte()
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    throw new ThriftError('an integer of more than 10 bytes', this.at)
  }

  #zigzag(): number {
    const raw = this.#varint()
    // odd numbers are exact to 2^53 only; what stands above is no sound number anyway
    if (raw > Number.MAX_SAFE_INTEGER) throw new ThriftError('an integer beyond reason', this.at)
    return raw % 2 === 1 ? -(raw + 1) / 2 : raw / 2
  }

  #unexpected(wanted: string): never {
    throw new ThriftError(`type ${this.#type} where ${wanted} is wanted`, this.at)
  }
}
