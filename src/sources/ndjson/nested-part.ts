/**
 * Nested values of a scanned text as packed slices: the leaves' cells become values in place (assembly/cells.ts), and the tree's lists and
 * structs the nodes that assembly/nested-pack.ts packs.
 */
import { bitmapBytes } from '../../layout/bits.ts'
import { Fault, FAULTS, Node, type Workspace } from '../../layout/nested-nodes.ts'
import { type SqlType, typeRange } from '../../layout/types.ts'
import { type Reading, typeOf } from './shape.ts'
import type { TreeNode } from './tree.ts'

/** Of the runtime: cells as values; they return the row where they stopped. Addresses may come back negative. */
export interface CellFunctions {
  cells_bool(context: number, d: number, from: number, to: number): number
  cells_i64(context: number, d: number, from: number, to: number, flags: number): number
  cells_i128(context: number, d: number, from: number, to: number, flags: number, bounds: number): number
  cells_f64(context: number, d: number, from: number, to: number): number
  cells_f32(context: number, d: number, from: number, to: number): number
  cells_date(context: number, d: number, from: number, to: number): number
  cells_timestamp(context: number, d: number, from: number, to: number, zoned: number): number
  cells_narrow(context: number, values: number, count: number, bytes: number, to: number): void
  json_bits(bytes: number, count: number, bits: number): number
  json_valid(cells: number, count: number, bits: number): number
  json_codes(count: number, codes: number): void
}

export interface PackedPart {
  readonly rows: number
  /** Addresses: u32[rows + 1] of ends, and the bytes they count. */
  readonly offsets: number
  readonly data: number
  readonly bytes: number
  /** Address of bits, and how many are 0. */
  readonly validity: number
  readonly nulls: number
}

/** A value that its leaf's type does not hold. */
export class Misfit {
  /** Address of its text. */
  readonly at: number
  readonly type: SqlType
  /** The type was found out: another one is to be. */
  readonly strict: boolean

  constructor(at: number, type: SqlType, strict: boolean) {
    this.at = at
    this.type = type
    this.strict = strict
  }
}

/** Bytes that the last value's writing may touch behind it. */
const SLACK = 16

/** Packs all values of a node that is no leaf; what is packed stays under `kept`. */
export const packNested = (tree: TreeNode, reading: Reading, space: Workspace, kept: Pick<Workspace, 'reserve' | 'allocate'>, runtime: CellFunctions): PackedPart | Misfit | 'too long' => {
  const packer = new Packer(space, runtime)
  const root = packer.node(tree, reading)
  if (root instanceof Misfit) return root
  const rows = tree.count
  const fault = new Fault(space)
  const offsets = kept.reserve((rows + 1) * 4) >>> 0
  const wrong = space.nested.nested_sizes(fault.address | 0, root.address | 0, rows, offsets | 0)
  if (wrong === FAULTS.tooLong) return 'too long'
  const bytes = new Uint32Array(space.buffer, offsets, rows + 1)[rows]!
  const data = kept.allocate(bytes + SLACK) >>> 0
  space.nested.nested_pack(root.address | 0, rows, offsets | 0, data | 0)
  const validity = kept.allocate(Math.ceil(bitmapBytes(rows) / 8) * 8) >>> 0
  const nulls = runtime.json_bits(tree.validity | 0, rows, validity | 0)
  return { rows, offsets, data, bytes, validity, nulls }
}

class Packer {
  readonly #space: Workspace
  readonly #runtime: CellFunctions
  readonly #context: number

  constructor(space: Workspace, runtime: CellFunctions) {
    this.#space = space
    this.#runtime = runtime
    this.#context = scratchContext(space)
  }

  node(tree: TreeNode, reading: Reading): Node | Misfit {
    const { count: length } = tree
    const type = typeOf(reading)
    if (reading.kind === 'json' || (reading.kind === 'scalar' && type.kind === 'string')) return this.#text(tree, type)
    if (reading.kind === 'scalar') return this.#leaf(tree, type, reading.strict)
    const validity = this.#bits(length)
    const nulls = this.#runtime.json_bits(tree.validity | 0, length, validity | 0)
    const fields = { validity: nulls > 0 ? validity : 0, length }
    const parts = reading.kind === 'struct' ? reading.fields.map((f) => f.value) : [reading.element]
    const nodes: (Node | Misfit)[] = []
    if (reading.kind === 'map') nodes.push(this.#text(tree.children[0]!, { kind: 'string' }))
    for (const [i, part] of parts.entries()) nodes.push(this.node(tree.children[reading.kind === 'map' ? 1 : i]!, part))
    const misfit = nodes.find((node) => node instanceof Misfit)
    if (misfit) return misfit as Misfit
    if (reading.kind === 'struct') return new Node(this.#space, type, 'struct', fields, nodes as Node[])
    return new Node(this.#space, type, reading.kind, { ...fields, offsets: tree.cells, offsetBytes: 4 }, nodes as Node[])
  }

  #bits(count: number): number {
    return this.#space.allocate(Math.ceil(bitmapBytes(count) / 8) * 8 + 8) >>> 0
  }

  /** Cells are pairs of ends themselves: each row's code is where its pair begins. */
  #text(tree: TreeNode, type: SqlType): Node {
    const { count: length } = tree
    const codes = this.#space.reserve(length * 4 + 16) >>> 0
    this.#runtime.json_codes(length, codes | 0)
    const validity = this.#bits(length)
    const nulls = this.#runtime.json_valid(tree.cells | 0, length, validity | 0)
    return new Node(this.#space, type, 'slice', { length, validity: nulls > 0 ? validity : 0, codes, offsets: tree.cells, values: 0 })
  }

  #leaf(tree: TreeNode, type: SqlType, strict: boolean): Node | Misfit {
    const { count: length } = tree
    const wide = isWide(type)
    const stride = wide ? 16 : type.kind === 'float' ? 4 : 8
    const values = this.#space.reserve(length * stride + 16) >>> 0
    const validity = this.#bits(length)
    const block = new CellBlock(this.#space, { words: tree.cells, out: values, bits: validity, type })
    const row = convert(this.#runtime, this.#context, block, length, type)
    if (row < length) return new Misfit(new Uint32Array(this.#space.buffer, tree.cells + row * 8, 1)[0]!, type, strict)
    const fields = { length, validity: block.nulls > 0 ? validity : 0 }
    if (type.kind !== 'bool') return new Node(this.#space, type, wide ? 'wide' : 'fixed', { ...fields, stride, values })
    const bytes = this.#space.reserve(length + 16) >>> 0
    this.#runtime.cells_narrow(this.#context | 0, values | 0, length, 1, bytes | 0)
    return new Node(this.#space, type, 'bool', { ...fields, stride: 1, values: bytes })
  }
}

const isWide = (type: SqlType): boolean => type.kind === 'int128' || type.kind === 'uint64' || (type.kind === 'decimal' && type.precision > 18)

/** A context with room for numbers of many digits, that reserves nothing. */
const scratchContext = (space: Workspace): number => {
  const room = 65536
  const [context, arena] = [space.allocate(64) >>> 0, space.reserve(room) >>> 0]
  new Uint32Array(space.buffer, context + 8, 2).set([arena, arena + room])
  return context
}

const NO_QUOTE = 0x100
const I64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

/** The block that assembly/cells.ts draws. */
class CellBlock {
  readonly address: number
  /** Address of a 128-bit type's bounds. */
  readonly bounds: number
  readonly #view: DataView

  constructor(space: Workspace, { words, out, bits, type }: { words: number; out: number; bits: number; type: SqlType }) {
    this.address = space.allocate(80) >>> 0
    this.bounds = space.allocate(32) >>> 0
    this.#view = new DataView(space.buffer as ArrayBuffer, this.address, 80)
    const set = (at: number, value: number) => this.#view.setUint32(at, value, true)
    set(0, words)
    set(4, 8)
    set(12, NO_QUOTE)
    set(16, NO_QUOTE)
    set(28, out)
    set(32, bits)
    this.#view.setBigInt64(40, I64.max, true)
    this.#view.setBigInt64(48, I64.min, true)
    const range = typeRange(type) ?? I64
    this.#view.setBigInt64(56, BigInt.asIntN(64, range.min), true)
    this.#view.setBigInt64(64, BigInt.asIntN(64, range.max), true)
    set(72, type.kind === 'decimal' ? type.scale : 0)
    new BigInt64Array(space.buffer, this.bounds, 4).set([range.min, range.min >> 64n, range.max, range.max >> 64n].map((word) => BigInt.asIntN(64, word)))
  }

  get nulls(): number {
    return this.#view.getUint32(36, true)
  }
}

const UNSIGNED = 2

const convert = (runtime: CellFunctions, context: number, block: CellBlock, rows: number, type: SqlType): number => {
  const [ctx, d] = [context | 0, block.address | 0]
  const flags = type.kind.startsWith('uint') ? UNSIGNED : 0
  switch (type.kind) {
    case 'bool':
      return runtime.cells_bool(ctx, d, 0, rows)
    case 'float':
      return runtime.cells_f32(ctx, d, 0, rows)
    case 'double':
      return runtime.cells_f64(ctx, d, 0, rows)
    case 'date':
      return runtime.cells_date(ctx, d, 0, rows)
    case 'timestamp':
    case 'timestamptz':
      return runtime.cells_timestamp(ctx, d, 0, rows, type.kind === 'timestamptz' ? 1 : 0)
    default:
      return isWide(type) ? runtime.cells_i128(ctx, d, 0, rows, flags, block.bounds | 0) : runtime.cells_i64(ctx, d, 0, rows, flags)
  }
}
