/** Types that were inferred from a sample, and turn out too narrow. */
import type { Field } from '../../layout/types.ts'
import { SourceError } from '../../errors.ts'

/**
 * Thrown by a load whose source has learned that columns are of wider types than it said: its `fields` are the new ones, and who planned by the
 * old ones plans again. To anybody else it is a value that is none of its type.
 */
export class TypesLearned extends SourceError {
  readonly fields: readonly Field[]

  constructor(message: string, path: string, fields: readonly Field[]) {
    super('CAST_FAILED', message, { path, hint: 'register the table again, with the types of these columns' })
    this.fields = fields
  }
}
