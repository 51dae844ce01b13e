/** A column in parts, in row order, as they come from workers; at the end all of one physical form, a batch each. */
import type { Lease } from '../../bridge/memory.ts'
import { getBit } from '../../layout/bits.ts'
import type { BuiltColumn } from '../../layout/column-builder.ts'
import { narrowest, type Physical, physicalWidth, type Vector } from '../../layout/relation.ts'
import { type Field, isSlice, type Range, typeRange } from '../../layout/types.ts'
import type { CellColumn, PartColumn } from './columns.ts'
import { TextDictionary } from './dictionary.ts'
import { unite } from './reader.ts'

interface Part {
  readonly rows: number
  readonly column: PartColumn
}

/** Of a column that is kept: so few distinct texts are a dictionary whatever part of the rows that is. */
const FEW_DISTINCT = 256

export class ColumnParts {
  readonly #field: Field
  readonly #lease: Lease
  readonly #few: number
  readonly #parts: Part[] = []
  readonly #dictionary: TextDictionary | undefined
  #codes: boolean
  #range: Range | undefined
  #rows = 0

  /** `kept`: it will be read many times. */
  constructor(field: Field, lease: Lease, kept = false) {
    this.#field = field
    this.#lease = lease
    this.#few = kept ? FEW_DISTINCT : 1
    this.#codes = field.type.kind === 'string'
    this.#dictionary = this.#codes ? new TextDictionary(lease) : undefined
  }

  /** What the next part is to be read with. */
  get hints(): Pick<CellColumn, 'range' | 'codes'> {
    const dictionary = this.#codes ? this.#dictionary : undefined
    return { range: this.#range, codes: dictionary && { size: dictionary.size, slices: dictionary.slices } }
  }

  /** The next rows, that were read with these hints. */
  append(rows: number, column: PartColumn, hints: Pick<CellColumn, 'codes'>): void {
    this.#rows += rows
    if (column.range) this.#range = unite(column.range, this.#range)
    if (this.#dictionary && column.physical === 'utf8') this.#codes = false
    const { fresh } = column
    const map = this.#dictionary && fresh ? this.#dictionary.merge(hints.codes?.size ?? 0, fresh) : undefined
    const known = hints.codes?.size ?? 0
    if (map === false && fresh) {
      // all of them are too many: texts again, by what it was given and what it found
      this.#codes = false
      const slices = this.#lease.reserve(8 * (known + fresh.size))
      const { buffer } = this.#lease
      new Uint8Array(buffer, slices, 8 * known).set(new Uint8Array(buffer, this.#dictionary?.slices ?? 0, 8 * known))
      new Uint8Array(buffer, slices + 8 * known, 8 * fresh.size).set(new Uint8Array(buffer, fresh.slices, 8 * fresh.size))
      this.#parts.push({ rows, column: { physical: 'utf8', ...this.#decoded({ rows, column }, slices) } })
      return
    }
    this.#parts.push({ rows, column: map ? recoded(column, rows, known, map, this.#lease) : column })
  }

  finish(): BuiltColumn {
    const { name, type } = this.#field
    const nullable = this.#parts.some(({ column }) => column.validity !== 0)
    if (isSlice(type)) return this.#finishText(nullable)
    if (type.kind === 'float' || type.kind === 'double') {
      return { info: { name, type, physical: type.kind === 'float' ? 'f32' : 'f64', nullable }, vectors: this.#parts.map(({ column }) => vectorOf(column)) }
    }
    const range: Range = type.kind === 'bool' ? { min: 0n, max: 1n } : (this.#range ?? { min: 0n, max: 0n })
    const wide = this.#parts.some(({ column }) => column.physical === 'i128')
    const physical: Physical = type.kind === 'bool' ? 'bool8' : wide ? 'i128' : narrowest(range)
    return { info: { name, type, physical, nullable, range: wide ? typeRange(type) : range }, vectors: this.#parts.map(({ column, rows }) => widened(column, rows, physical, this.#lease)) }
  }

  #finishText(nullable: boolean): BuiltColumn {
    const { name, type } = this.#field
    const dictionary = this.#dictionary
    const size = dictionary?.size ?? 0
    if (dictionary && this.#codes && (size <= this.#few || size <= this.#rows / 2)) {
      const physical: Physical = size <= 256 ? 'code8' : 'code16'
      // an empty one gets one unused entry
      const slices = size > 0 ? dictionary.slices : this.#lease.allocate(16)
      return { info: { name, type, physical, nullable, dictionary: { size: Math.max(size, 1), slices } }, vectors: this.#parts.map(({ column, rows }) => widened(column, rows, physical, this.#lease)) }
    }
    return { info: { name, type, physical: 'utf8', nullable }, vectors: this.#parts.map((part) => this.#decoded(part)) }
  }

  #decoded({ rows, column }: Part, slices = this.#dictionary?.slices ?? 0): Vector {
    if (column.physical === 'utf8') return vectorOf(column)
    const aux = this.#lease.reserve((rows + 1) * 4) >>> 0
    const decode = (data: number) => (runtimeOf(this.#lease)['cells_decode']?.(0, column.data, Number(column.physical === 'code8'), rows, column.validity, slices, aux, data) ?? 0) >>> 0
    const data = this.#lease.reserve(decode(0) + 16) >>> 0
    decode(data)
    return { data, validity: column.validity, aux }
  }
}

/** Codes from `known` on are those that `map` tells. */
export const recoded = (column: PartColumn, rows: number, known: number, map: Uint16Array, lease: Lease): PartColumn => {
  const { buffer } = lease
  const from = column.physical === 'code8' ? new Uint8Array(buffer, column.data, rows) : new Uint16Array(buffer, column.data, rows)
  const narrow = column.physical === 'code8' && map.every((code) => code < 256)
  const data = narrow || column.physical === 'code16' ? column.data : lease.reserve(Math.max(2 * rows, 16))
  const to = narrow ? (from as Uint8Array) : new Uint16Array(buffer, data, rows)
  const valid = column.validity === 0 ? undefined : new Uint8Array(buffer, column.validity, Math.ceil(rows / 8))
  for (let i = 0; i < rows; i++) {
    const code = from[i] as number
    // NULLs stay 0
    if (valid && !getBit(valid, i)) to[i] = 0
    else to[i] = code < known ? code : (map[code - known] as number)
  }
  return { ...column, physical: narrow ? 'code8' : 'code16', data }
}

/** In a form as wide or wider. */
export const widened = (column: PartColumn, rows: number, physical: Physical, lease: Lease): Vector => {
  if (column.physical === physical) return vectorOf(column)
  const from = physicalWidth[column.physical]
  const to = physicalWidth[physical]
  if (from === to) return vectorOf(column)
  const data = lease.reserve(Math.max(rows * to, 16)) >>> 0
  runtimeOf(lease)['cells_widen']?.(0, column.data, rows, from, Number(column.physical.startsWith('i')), to, data)
  return { data, validity: column.validity, aux: 0 }
}

/** The runtime over the lease's memory, on this thread. */
export const runtimeOf = (lease: Lease): Record<string, (...args: (number | bigint)[]) => number> => lease.nested as unknown as Record<string, (...args: (number | bigint)[]) => number>

const vectorOf = ({ data, validity, aux }: PartColumn): Vector => ({ data, validity, aux })
