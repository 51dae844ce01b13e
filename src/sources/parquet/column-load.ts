/** One column on its way from the file into a relation: the form that it is decoded in, its place, and what came of it. */
import type { Lease } from '../../bridge/memory.ts'
import type { BuiltColumn } from '../../layout/column-builder.ts'
import { type Dictionary, narrowest, physicalWidth } from '../../layout/relation.ts'
import { isExact, type Range, type SqlType, typeName, typeRange } from '../../layout/types.ts'
import { corrupt } from '../failure.ts'
import type { Broken, ChunkPlace, ChunkResult, DictionaryPlace, LeafInfo } from './chunk-task.ts'
import { type Form, formOf, weakened } from './forms.ts'
import { leavesOf, type ParquetColumn } from './schema.ts'
import type { RowGroupMetadata } from './metadata.ts'
import type { Division, Stripe } from './stripes.ts'

/** The codes' entries, and for each row group those of its own dictionary. */
export interface UnitedDictionary extends Dictionary {
  readonly places: ReadonlyMap<RowGroupMetadata, DictionaryPlace>
}

type Decoded = Extract<ChunkResult, { ok: true }>

/** Bytes behind a place that decoders may load or store. */
const SLACK = 64

export class ColumnLoad {
  readonly column: ParquetColumn
  /** One of a flat column. */
  readonly leaves: readonly LeafInfo[]
  readonly division: Division
  /** Where decompressed text stays. */
  readonly text: Lease
  form: Form
  dictionary: UnitedDictionary | undefined
  /** By batch. */
  #places: { data: number; validity: number }[] = []
  #decoded: Decoded[] = []
  #stripes: Stripe[] = []
  broken: Broken['reason'] | undefined

  constructor(column: ParquetColumn, division: Division, text: Lease) {
    this.column = column
    this.leaves = leavesOf(column)
    this.division = division
    this.text = text
    this.form = formOf(column, division)
  }

  /** Takes room for another go at decoding. */
  begin(lease: Lease): void {
    this.broken = undefined
    this.#decoded = []
    this.#stripes = []
    const width = physicalWidth[this.form.physical]
    this.#places = this.division.batches.map((rows, batch) => ({
      data: lease.reserve(rows * width + SLACK) >>> 0,
      validity: this.form.nullable[batch] ? lease.reserve(Math.ceil(rows / 64) * 8 + SLACK) >>> 0 : 0,
    }))
  }

  place({ batch, from, rows }: Stripe): ChunkPlace {
    const { physical } = this.form
    const { data, validity } = this.#places[batch]!
    return { physical, data: data + from * physicalWidth[physical], validity: validity === 0 ? 0 : validity + from / 8, rows }
  }

  take(stripe: Stripe, result: Decoded | Broken): void {
    if (!result.ok) this.broken ??= result.reason
    else {
      this.#decoded.push(result)
      this.#stripes.push(stripe)
    }
  }

  /** After what was promised did not hold. Throws FILE_CORRUPT where nothing weaker can be. */
  weaken(path: string): void {
    const { column, form } = this
    const next = weakened(form, column, this.broken!)
    if (this.broken === 'uncoded') this.dictionary = undefined
    if (next.physical === form.physical && next.nullable.every((nullable, batch) => nullable === form.nullable[batch])) {
      throw corrupt(path, `column ${JSON.stringify(column.name)} holds ${this.broken === 'nulls' ? 'NULLs' : `values that are no ${typeName(column.type as SqlType)}`}`)
    }
    this.form = next
  }

  /** The true bounds of what was decoded; throws FILE_CORRUPT where they are not those of the column's type. */
  bounds(path: string): Range | undefined {
    const type = this.column.type as SqlType
    if (type.kind === 'bool') return typeRange(type)
    if (!isExact(type)) return undefined
    let found: Range | undefined
    for (const { min, max } of this.#decoded) {
      if (min === undefined || max === undefined) continue
      found = found === undefined ? { min, max } : { min: min < found.min ? min : found.min, max: max > found.max ? max : found.max }
    }
    const range = found ?? { min: 0n, max: 0n }
    const most = typeRange(type)!
    if (range.min < most.min || range.max > most.max) {
      throw corrupt(path, `column ${JSON.stringify(this.column.name)} holds ${range.min < most.min ? range.min : range.max}, which is no ${typeName(type)}`)
    }
    return range
  }

  /** A column of exact values could lie narrower than it does. */
  couldBeNarrower(path: string): boolean {
    const range = this.bounds(path)
    const { physical } = this.form
    if (range === undefined || physical === 'bool8' || !['signed', 'unsigned', 'decimal'].includes(this.column.reading!)) return false
    if (physicalWidth[narrowest(range)] >= physicalWidth[physical]) return false
    this.form = { ...this.form, range, physical: narrowest(range) }
    return true
  }

  get nulls(): number {
    return this.#decoded.reduce((sum, { nulls }) => sum + nulls, 0)
  }

  built(path: string): BuiltColumn {
    const { name, type } = this.column
    const { physical } = this.form
    const nulls = this.division.batches.map(() => 0)
    for (const [i, stripe] of this.#stripes.entries()) nulls[stripe.batch]! += this.#decoded[i]!.nulls
    const dictionary = this.dictionary && { size: this.dictionary.size, slices: this.dictionary.slices }
    return {
      info: { name, type: type as SqlType, physical, nullable: nulls.some((n) => n > 0), range: this.bounds(path), dictionary },
      vectors: this.#places.map(({ data, validity }, batch) => ({ data, validity: nulls[batch]! > 0 ? validity : 0, aux: 0 })),
    }
  }
}

