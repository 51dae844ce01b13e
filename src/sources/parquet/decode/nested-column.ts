/** A column of lists, structs or maps: the levels and values of its leaves as nodes (assembly/nested-nodes.ts), and these as slices of packed bytes. */
import { bitmapBytes } from '../../../layout/bits.ts'
import { FAULTS, Fault, Node, type NestedFunctions, type Workspace } from '../../../layout/nested-nodes.ts'
import type { Physical } from '../../../layout/relation.ts'
import { isExact, isSlice, type SqlType, typeName, typeRange } from '../../../layout/types.ts'
import { rowFieldOf } from '../../../layout/unsafe/fields.ts'
import type { NestedResult, NestedShape, NestedTask } from '../chunk-task.ts'
import { NotKept, PageError } from './failure.ts'
import { type Entries, entriesOf } from './entries.ts'
import type { Room } from './room.ts'

/** Which entries begin a slot: those of at most this repetition and at least this definition level. */
interface Context {
  readonly repetition: number
  readonly definition: number
}

const ROWS: Context = { repetition: 0, definition: 0 }

/** A value lies in a leaf's buffer as it does in a row. */
const physicalOf = (type: SqlType): Physical => {
  if (isSlice(type)) return 'slice'
  const { physical } = rowFieldOf(type)
  return physical === 'utf8' ? 'slice' : physical
}

class Nodes {
  readonly #space: Workspace
  readonly #room: Room
  readonly #leaves: readonly Entries[]

  constructor(space: Workspace, room: Room, leaves: readonly Entries[]) {
    this.#space = space
    this.#room = room
    this.#leaves = leaves
  }

  node(shape: NestedShape, context: Context): Node {
    const { type, definition } = shape
    const [leaf, ...others] = leavesOf(shape).map((part) => this.#leaves[part.leaf]!) as [Entries, ...Entries[]]
    const { length, valid, validity } = this.#slots(leaf, context, definition)
    for (const other of others) {
      const slots = this.#slots(other, context, definition)
      if (slots.length !== length || slots.valid !== valid || !this.#same(slots.validity, validity, bitmapBytes(length))) throw disagreement()
    }
    const fields = { validity: valid === length ? 0 : validity, length }
    switch (shape.kind) {
      case 'leaf':
        return this.#leaf(leaf, type, { ...fields, bits: validity, valid })
      case 'struct':
        return new Node(this.#space, type, 'struct', fields, shape.fields.map((field) => this.#child(field, context, length)))
      default: {
        const { repetition, repeated } = shape
        const inner: Context = { repetition, definition: repeated }
        const { offsets, elements } = this.#offsets(leaf, length, context, inner)
        for (const other of others) {
          const own = this.#offsets(other, length, context, inner)
          if (own.elements !== elements || !this.#same(own.offsets, offsets, (length + 1) * 4)) throw disagreement()
        }
        const parts = shape.kind === 'list' ? [shape.element] : [shape.key, shape.value]
        const list = { ...fields, offsets, offsetBytes: 4 }
        return new Node(this.#space, type, shape.kind === 'list' ? 'list' : 'map', list, parts.map((part) => this.#child(part, inner, elements)))
      }
    }
  }

  #child(shape: NestedShape, context: Context, length: number): Node {
    const node = this.node(shape, context)
    if (node.get('length') !== length) throw disagreement()
    return node
  }

  #slots({ definitions, repetitions, count }: Entries, { repetition, definition }: Context, there: number): { length: number; valid: number; validity: number } {
    const { round, runtime, view } = this.#room
    const validity = this.#space.reserve((count >>> 3) + 8)
    const length = runtime.parquet_slots(definitions, repetitions, count, repetition, definition, there, validity, round) >>> 0
    return { length, valid: view.getUint32(round, true), validity }
  }

  #offsets({ definitions, repetitions, count }: Entries, length: number, outer: Context, inner: Context): { offsets: number; elements: number } {
    const offsets = this.#space.reserve((length + 1) * 4)
    const { parquet_offsets } = this.#room.runtime
    const elements = parquet_offsets(definitions, repetitions, count, outer.repetition, outer.definition, inner.repetition, inner.definition, offsets) >>> 0
    return { offsets, elements }
  }

  #same(a: number, b: number, bytes: number): boolean {
    const { buffer } = this.#room
    return Buffer.compare(new Uint8Array(buffer, a, bytes), new Uint8Array(buffer, b, bytes)) === 0
  }

  /** Its values are brought to their slots. */
  #leaf(leaf: Entries, type: SqlType, { bits, valid, ...fields }: { validity: number; length: number; bits: number; valid: number }): Node {
    const { length } = fields
    if (valid !== leaf.valued) throw new TypeError('the shape of a column is not that of its leaves')
    const { width, values } = leaf
    if (valid < length) this.#room.runtime.parquet_spread(values, length, valid, width, bits, 0)
    const physical = physicalOf(type)
    if (physical === 'slice') return new Node(this.#space, type, 'slice', { ...fields, values })
    const kind = physical === 'bool8' ? 'bool' : physical === 'i128' ? 'wide' : 'fixed'
    return new Node(this.#space, type, kind, { ...fields, values, stride: width })
  }
}

const disagreement = (): PageError => new PageError('its leaves do not agree on the lists and structs that they are parts of')

const assertRight = (wrong: number, fault: Fault): void => {
  switch (wrong) {
    case 0:
      return
    case FAULTS.backwards:
      throw new PageError(`lists that run beyond their elements: ${fault.value}`)
    case FAULTS.nullKey:
      throw new PageError('a key of a map is NULL')
    default:
      throw new PageError('one batch holds more than 2 GiB of nested values', 'OVERFLOW')
  }
}

const leavesOf = (shape: NestedShape): Extract<NestedShape, { kind: 'leaf' }>[] => {
  switch (shape.kind) {
    case 'leaf':
      return [shape]
    case 'struct':
      return shape.fields.flatMap(leavesOf)
    case 'list':
      return leavesOf(shape.element)
    default:
      return [...leavesOf(shape.key), ...leavesOf(shape.value)]
  }
}

const workspaceOf = (room: Room): Workspace => ({
  buffer: room.buffer,
  nested: room.runtime as unknown as NestedFunctions,
  allocate: (bytes) => {
    const address = room.temporary(bytes)
    room.bytes.fill(0, address, address + bytes)
    return address
  },
  reserve: (bytes) => room.temporary(bytes),
  release: () => {},
})

/** `aside`: all its memory goes with the task. Throws PageError, NotKept, ArcweldError MEMORY_EXCEEDED. */
export const nestedColumn = ({ shape, leaves, out }: NestedTask, room: Room, aside: Room): NestedResult => {
  const types = new Map(leavesOf(shape).map(({ leaf, type }) => [leaf, type]))
  const entries = leaves.map(({ leaf, pieces }, i) => {
    const type = types.get(i)
    if (type === undefined) throw new TypeError('a leaf that the shape has not')
    const own = entriesOf(leaf, pieces, physicalOf(type), aside)
    const range = isExact(type) && type.kind !== 'bool' ? typeRange(type) : undefined
    if (range && own.range && (own.range.min < range.min || own.range.max > range.max)) throw new PageError(`values of ${typeName(type)} that it cannot hold`)
    return own
  })
  const space = workspaceOf(aside)
  const root = new Nodes(space, aside, entries).node(shape, ROWS)
  if (root.get('length') !== out.rows) throw new PageError(`${root.get('length')} rows where ${out.rows} are expected`)
  const validity = root.get('validity')
  if (validity !== 0 && out.validity === 0) throw new NotKept('nulls')
  const fault = new Fault(space)
  const { nested } = space
  assertRight(nested.nested_check(fault.address, root.address), fault)
  const offsets = space.reserve((out.rows + 1) * 4)
  assertRight(nested.nested_sizes(fault.address, root.address, out.rows, offsets), fault)
  const bytes = room.view.getUint32(offsets + out.rows * 4, true)
  const packed = room.lasting(bytes)
  room.bytes.fill(0, packed, packed + bytes)
  nested.nested_pack(root.address, out.rows, offsets, packed)
  room.runtime.parquet_offset_slices(offsets, out.rows, packed, out.data)
  let nulls = 0
  if (validity !== 0) nulls = out.rows - room.runtime.parquet_copy_bits(validity, 0, out.rows, out.validity, 0)
  else if (out.validity !== 0) room.runtime.parquet_fill_bits(out.validity, 0, out.rows)
  return { ok: true, nulls }
}
