/** The shape of a text's values, from the runtime's tape (assembly/json-tape.ts). */
import { textAt } from '../../layout/memory.ts'
import { CELLS, type TextState } from './text.ts'
import { emptyShape, KINDS, partOf, type Shape } from './shape.ts'

export interface TapeFunctions {
  json_tape(state: number, at: number): number
  json_time(context: number, from: number, end: number): number
}

/** Values taken from the tape before it is cleared. */
const AT_ONCE = 256

export interface Inferred {
  readonly shape: Shape
  /** Values. */
  readonly rows: number
  /** Where they end: bytes from the text's beginning. */
  readonly bytes: number
  /** The text is not JSON there. */
  readonly faulty: boolean
}

/** Walks up to `most` values; `commas`: they stand between commas. Stops before a value that is not whole, or no JSON. */
export const inferShape = (text: TextState, runtime: TapeFunctions, buffer: ArrayBufferLike, from: number, most: number, commas: boolean): Inferred => {
  const reader = new TapeReader(text, runtime, buffer)
  const bytes = new Uint8Array(buffer)
  const shape = emptyShape()
  let [rows, at] = [0, from]
  let faulty = false
  while (rows < most) {
    const before = text.tapeLength
    const next = runtime.json_tape(text.address | 0, at | 0) >>> 0
    if (next === 0) {
      text.cutTape(before)
      faulty = true
      break
    }
    if (text.tapeLength === before) break
    at = next
    rows++
    if (commas) {
      while (isSpace(bytes[at]!)) at++
      if (bytes[at] !== COMMA) break
      at++
    }
    if (rows % AT_ONCE === 0) reader.add(shape)
  }
  reader.add(shape)
  return { shape, rows, bytes: at - from, faulty }
}

const COMMA = 0x2c
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 9 || byte === 10 || byte === 13

class TapeReader {
  readonly #text: TextState
  readonly #runtime: TapeFunctions
  readonly #buffer: ArrayBufferLike
  readonly #bytes: Uint8Array
  /** Keys by how they are spelt: the same ones come again and again. */
  readonly #keys = new Map<string, string>()
  #tape: Uint32Array = new Uint32Array(0)
  #at = 0

  constructor(text: TextState, runtime: TapeFunctions, buffer: ArrayBufferLike) {
    this.#text = text
    this.#runtime = runtime
    this.#buffer = buffer
    this.#bytes = new Uint8Array(buffer)
  }

  /** Adds what is on the tape, and clears it. */
  add(shape: Shape): void {
    this.#tape = this.#text.tape
    this.#at = 0
    while (this.#at < this.#tape.length) this.#value(shape)
    this.#text.cutTape(0)
  }

  #value(shape: Shape): void {
    const from = this.#tape[this.#at]!
    const word = this.#tape[this.#at + 1]!
    this.#at += 2
    shape.count++
    const length = word & 0x0fff_ffff
    switch (word >>> 28) {
      case CELLS.null:
        shape.nulls++
        return
      case CELLS.string:
        shape.kinds |= KINDS.string
        if (shape.times !== 0) shape.times &= this.#runtime.json_time(this.#text.context | 0, from | 0, (from + length) | 0)
        return
      case CELLS.escaped:
        shape.kinds |= KINDS.string
        shape.times = 0
        return
      case CELLS.integer:
        shape.kinds |= length <= 18 ? KINDS.integer : this.#integer(from, length)
        return
      case CELLS.decimal:
        shape.kinds |= KINDS.double
        return
      case CELLS.array:
        shape.kinds |= KINDS.array
        shape.element ??= emptyShape()
        while (this.#tape[this.#at + 1]! >>> 28 !== CELLS.end) this.#value(shape.element)
        this.#at += 2
        return
      case CELLS.object:
        shape.kinds |= KINDS.object
        while (this.#tape[this.#at + 1]! >>> 28 !== CELLS.end) this.#member(shape)
        this.#at += 2
        return
      default:
        shape.kinds |= KINDS.bool
    }
  }

  #member(shape: Shape): void {
    const from = this.#tape[this.#at]!
    const word = this.#tape[this.#at + 1]!
    this.#at += 2
    const length = word & 0x0fff_ffff
    const spelt = textAt(this.#buffer, from, length).toString('utf8')
    const key = word >>> 28 === CELLS.key ? spelt : this.#plain(spelt)
    this.#value(partOf(shape, key))
  }

  #plain(spelt: string): string {
    let key = this.#keys.get(spelt)
    if (key === undefined) this.#keys.set(spelt, (key = JSON.parse(`"${spelt}"`) as string))
    return key
  }

  #integer(from: number, length: number): number {
    if (length > 40) return KINDS.double
    const value = BigInt(String.fromCharCode(...this.#bytes.subarray(from, from + length)))
    return BigInt.asIntN(64, value) === value ? KINDS.integer : BigInt.asIntN(128, value) === value ? KINDS.wide : KINDS.double
  }
}
