/** A nested column in parts, in row order, as they come from workers: slices of packed bytes, a batch each. */
import type { BuiltColumn } from '../../layout/column-builder.ts'
import type { Vector } from '../../layout/relation.ts'
import type { Field } from '../../layout/types.ts'
import type { PartColumn } from '../text/columns.ts'

export class PackedParts {
  readonly hints = {}
  readonly #field: Field
  readonly #vectors: Vector[] = []

  constructor(field: Field) {
    this.#field = field
  }

  append(_rows: number, { data, validity, aux }: PartColumn): void {
    this.#vectors.push({ data, validity, aux })
  }

  finish(): BuiltColumn {
    const { name, type } = this.#field
    return { info: { name, type, physical: 'utf8', nullable: this.#vectors.some(({ validity }) => validity !== 0) }, vectors: this.#vectors }
  }
}
