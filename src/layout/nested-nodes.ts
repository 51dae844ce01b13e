/**
 * Nested columns as assembly/nested-nodes.ts takes them: a tree of nodes in shared memory, one for each type within the type, with the
 * addresses of its buffers. Drawn there.
 */
import type { SqlType } from './types.ts'
import { rowFieldOf } from './unsafe/fields.ts'
import { elementBytes } from './unsafe-row.ts'
import type { Arena } from './relation.ts'

/** Of the runtime, over one memory. Addresses may come back negative; what is wrong is a number of FAULTS, or 0. */
export interface NestedFunctions {
  nested_check(fault: number, node: number): number
  nested_sizes(fault: number, node: number, rows: number, offsets: number): number
  nested_pack(node: number, rows: number, offsets: number, to: number): void
  nested_unpack(fault: number, node: number, fill: number, validity: number, from: number, rows: number, slices: number, offsets: number): number
}

/** Memory for as long as a conversion takes. */
export interface Workspace extends Arena {
  readonly nested: NestedFunctions
  /** Like `allocate`, content undefined. */
  reserve(bytes: number): number
  release(): void
}

export type OpenWorkspace = () => Workspace

export const NODE_KINDS = { nothing: 0, bool: 1, fixed: 2, wide: 3, slice: 4, dayTime: 5, monthDayNano: 6, struct: 7, list: 8, map: 9 } as const
export const FAULTS = { backwards: 1, nullKey: 2, nanoseconds: 3, tooLong: 4, overflow: 5 } as const

const BYTES = 64
/** Fields of a node, as indices of its u32 words. */
const WORDS = { kind: 0, validity: 1, values: 3, stride: 4, width: 5, offsets: 6, offsetBytes: 7, listSize: 8, codes: 9, children: 10, childCount: 11, length: 12, nulls: 13, bytes: 14 } as const
export type NodeField = keyof typeof WORDS

export class Node {
  readonly address: number
  readonly type: SqlType
  readonly children: readonly Node[]
  readonly #words: Uint32Array

  constructor(space: Workspace, type: SqlType, kind: keyof typeof NODE_KINDS, fields: Partial<Record<NodeField, number>>, children: readonly Node[] = []) {
    this.type = type
    this.children = children
    this.address = space.allocate(BYTES) >>> 0
    this.#words = new Uint32Array(space.buffer, this.address, BYTES / 4)
    this.set({ ...fields, kind: NODE_KINDS[kind], width: elementBytes(rowFieldOf(type)), childCount: children.length })
    if (children.length === 0) return
    const list = space.allocate(children.length * 4) >>> 0
    new Uint32Array(space.buffer, list, children.length).set(children.map((c) => c.address))
    this.set({ children: list })
  }

  set(fields: Partial<Record<NodeField, number>>): void {
    for (const [name, value] of Object.entries(fields)) this.#words[WORDS[name as NodeField]] = value
  }

  get(field: NodeField): number {
    return this.#words[WORDS[field]]!
  }
}

/** What is wrong, and the value that it is about. */
export class Fault {
  readonly address: number
  readonly #space: Workspace

  constructor(space: Workspace) {
    this.address = space.allocate(16) >>> 0
    this.#space = space
  }

  get value(): bigint {
    return new BigInt64Array(this.#space.buffer, this.address + 8, 1)[0]!
  }
}

/** Copies bytes to where the runtime reads them. */
export const placed = (space: Workspace, bytes: ArrayBufferView): number => {
  const address = space.reserve(Math.max(1, bytes.byteLength)) >>> 0
  new Uint8Array(space.buffer, address, bytes.byteLength).set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  return address
}
