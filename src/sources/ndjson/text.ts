/** The runtime's state over one stretch of text, and what it says is wrong (assembly/json-lex.ts); cells and the words of a tape. */
import type { Arena } from '../../layout/relation.ts'

/** Bytes of 0 behind a text. */
export const SLACK = 64

/** Kinds of cells, and of a tape's words. */
export const CELLS = { null: 0, string: 1, escaped: 2, integer: 3, decimal: 4, true: 5, false: 6, object: 7, array: 8, key: 9, escapedKey: 10, end: 11 } as const

/** Faults by their number: what is wrong, to be said with line and column. */
const FAULTS = [
  '',
  'a value was expected',
  'it ends within a value',
  'a control character within a string',
  'no such escape',
  'half of a surrogate pair',
  'bytes that are not UTF-8',
  'no number that JSON has',
  "':' was expected behind the key",
  "',' or the closing bracket was expected",
  'a key was expected, in double quotes',
  'values are nested too deeply',
  'a value of 256 MiB or more',
  'the key was there before in this object',
  'two values with nothing between them',
] as const

export interface Fault {
  readonly message: string
  /** Bytes from the text's beginning. */
  readonly at: number
}

const WORDS = { fault: 0, where: 1, end: 2, lines: 3, context: 4, depth: 5, scratch: 7, scratchRoom: 8, tape: 9, tapeRoom: 10, tapeLength: 11 } as const
const SCRATCH = 256
/** Within a context: where its shared block is, which begins with the number of a lease. */
const CONTEXT_SHARED = 7

export interface TextOptions {
  readonly address: number
  /** Bytes; SLACK bytes of 0 follow. */
  readonly length: number
  /** Whether a line feed may stand within a value. */
  readonly lines: boolean
  /** Values that may be nested in each other. */
  readonly depth: number
  /** The lease that the runtime reserves under. */
  readonly lease: number
}

export class TextState {
  /** For the runtime's functions. */
  readonly address: number
  readonly lease: number
  readonly #words: Uint32Array
  readonly #buffer: ArrayBufferLike
  readonly #text: number

  constructor(arena: Arena, { address, length, lines, depth, lease }: TextOptions) {
    this.address = arena.allocate(64) >>> 0
    this.lease = lease
    this.#buffer = arena.buffer
    this.#text = address
    const [context, shared] = [arena.allocate(64) >>> 0, arena.allocate(16) >>> 0]
    new Uint32Array(arena.buffer, context, 16)[CONTEXT_SHARED] = shared
    new Uint32Array(arena.buffer, shared, 4)[0] = lease
    this.#words = new Uint32Array(arena.buffer, this.address, 16)
    this.#set({ end: address + length, lines: lines ? 1 : 0, context, depth, scratch: arena.allocate(SCRATCH) >>> 0, scratchRoom: SCRATCH })
  }

  /** Room for a tape, in words. */
  openTape(arena: Arena, room: number): void {
    this.#set({ tape: arena.allocate(room * 8) >>> 0, tapeRoom: room })
  }

  /** The tape so far: pairs of u32, address and kind << 28 | bytes. */
  get tape(): Uint32Array {
    return new Uint32Array(this.#buffer, this.#words[WORDS.tape]!, this.#words[WORDS.tapeLength]! * 2)
  }

  /** Words on the tape. */
  get tapeLength(): number {
    return this.#words[WORDS.tapeLength]!
  }

  /** Takes what lies behind so many words off the tape. */
  cutTape(length: number): void {
    this.#set({ tapeLength: length })
  }

  /** Address of the context that the runtime reserves by. */
  get context(): number {
    return this.#words[WORDS.context]!
  }

  get fault(): Fault {
    return { message: FAULTS[this.#words[WORDS.fault]!]!, at: this.#words[WORDS.where]! - this.#text }
  }

  #set(fields: Partial<Record<keyof typeof WORDS, number>>): void {
    for (const [name, value] of Object.entries(fields)) this.#words[WORDS[name as keyof typeof WORDS]] = value
  }
}
