/** What is wanted of JSON's values as a tree of nodes in shared memory, which assembly/json-scan.ts fills with cells. Drawn in assembly/json-nodes.ts. */
import type { Arena } from '../../layout/relation.ts'

/** What a value is taken as; a leaf is any value, as a cell; a raw one keeps quotes and escapes of strings. */
export type Wanted =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'raw' }
  | { readonly kind: 'struct'; readonly keys: readonly WantedKey[] }
  | { readonly kind: 'list'; readonly element: Wanted }
  | { readonly kind: 'map'; readonly element: Wanted }

export interface WantedKey {
  readonly name: string
  /** Absent: the key is known, and its values are passed over. */
  readonly value?: Wanted | undefined
}

/** Of the runtime, over one memory. Addresses may come back negative. */
export interface JsonFunctions {
  json_keys(node: number): void
  json_scan(state: number, root: number, from: number, commas: number): number
  json_tape(state: number, at: number): number
  json_cut(cut: number, at: number, end: number, target: number, commas: number): number
  json_time(context: number, from: number, end: number): number
  json_times(context: number, cells: number, count: number, times: number): number
}

const NODE_BYTES = 64
const KEY_BYTES = 48
/** Fields of a node, as indices of its u32 words. */
const WORDS = { kind: 0, count: 1, cells: 2, room: 3, validity: 4, keys: 5, keyCount: 6, wanted: 7, element: 8, names: 9, seen: 10, odd: 11, table: 12, mask: 13, unknown: 14 } as const
const KINDS = { leaf: 0, struct: 1, list: 2, map: 3, raw: 4 } as const

/** Structs of more keys find those that come out of order by hash. */
const FEW_KEYS = 16
/** Values that a node has room for at first. */
const ROOM = 1024

export class TreeNode {
  readonly address: number
  readonly wanted: Wanted
  /** Of a struct: those of the keys, where they have one; of a list its element's, of a map those of keys and values. */
  readonly children: readonly (TreeNode | undefined)[]
  readonly #words: Uint32Array

  constructor(arena: Arena, wanted: Wanted, runtime: JsonFunctions) {
    this.wanted = wanted
    this.address = arena.allocate(NODE_BYTES) >>> 0
    this.#words = new Uint32Array(arena.buffer, this.address, NODE_BYTES / 4)
    const child = (part: Wanted): TreeNode => new TreeNode(arena, part, runtime)
    this.#set({ kind: KINDS[wanted.kind], room: ROOM })
    if (wanted.kind !== 'struct') this.#set({ cells: arena.allocate(ROOM * 8) >>> 0 })
    if (wanted.kind !== 'leaf' && wanted.kind !== 'raw') this.#set({ validity: arena.allocate(ROOM) >>> 0 })
    switch (wanted.kind) {
      case 'leaf':
      case 'raw':
        this.children = []
        return
      case 'list':
        this.children = [child(wanted.element)]
        this.#set({ element: this.children[0]!.address })
        return
      case 'map':
        this.children = [child({ kind: 'leaf' }), child(wanted.element)]
        this.#set({ names: this.children[0]!.address, element: this.children[1]!.address })
        return
      default:
        this.children = wanted.keys.map(({ value }) => value && child(value))
        this.#writeKeys(arena, wanted.keys, runtime)
    }
  }

  get count(): number {
    return this.#words[WORDS.count]!
  }

  /** Address of the cells, two u32 each: begin and end, which is less where there is nothing; of a list or map of its offsets, u32[count + 1]. */
  get cells(): number {
    return this.#words[WORDS.cells]!
  }

  /** Address of a byte for each value, 1 or 0; not of a leaf. */
  get validity(): number {
    return this.#words[WORDS.validity]!
  }

  /** Bits of the kinds of cells that came (CELLS). */
  get seen(): number {
    return this.#words[WORDS.seen]!
  }

  /** Address of the first value that does not fit; 0: none. */
  get odd(): number {
    return this.#words[WORDS.odd]!
  }

  /** Address of the first key that is not known; 0: none. */
  get unknown(): number {
    return this.#words[WORDS.unknown]!
  }

  #set(fields: Partial<Record<keyof typeof WORDS, number>>): void {
    for (const [name, value] of Object.entries(fields)) this.#words[WORDS[name as keyof typeof WORDS]] = value
  }

  #writeKeys(arena: Arena, keys: readonly WantedKey[], runtime: JsonFunctions): void {
    const texts = keys.map(({ name }) => Buffer.from(name, 'utf8'))
    const list = arena.allocate((keys.length + 1) * KEY_BYTES) >>> 0
    const text = arena.allocate(texts.reduce((sum, bytes) => sum + bytes.length + 1, 16)) >>> 0
    const memory = new Uint8Array(arena.buffer)
    let at = text
    for (const [i, bytes] of texts.entries()) {
      memory.set(bytes, at)
      memory[at + bytes.length] = 0x22
      const key = list + i * KEY_BYTES
      new Uint32Array(arena.buffer, key, 3).set([at, bytes.length, this.children[i]?.address ?? 0])
      // its text up to the quote, unless it is spelt with escapes
      if (bytes.some((byte) => byte < 0x20 || byte === 0x22 || byte === 0x5c)) memory[key + 16] = 1
      else {
        const spelt = memory.subarray(at, at + Math.min(16, bytes.length + 1))
        memory.set(spelt, key + 16)
        memory.fill(0xff, key + 32, key + 32 + spelt.length)
      }
      at += bytes.length + 1
    }
    // behind the last: none
    memory[list + keys.length * KEY_BYTES + 16] = 1
    this.#set({ keys: list, keyCount: keys.length, wanted: this.children.filter((c) => c !== undefined).length })
    if (keys.length <= FEW_KEYS) return
    const size = 2 ** Math.ceil(Math.log2(keys.length * 2))
    this.#set({ table: arena.allocate(size * 4) >>> 0, mask: size - 1 })
    runtime.json_keys(this.address | 0)
  }
}
