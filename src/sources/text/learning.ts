/** Types that were inferred from a sample, and turn out too narrow. */
import { type Field, typeName } from '../../layout/types.ts'
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

/** For a message: what became of fields. */
export const widerOf = (before: readonly Field[], now: readonly Field[]): string => {
  const types = new Map(before.map(({ name, type }) => [name, typeName(type)]))
  return now
    .flatMap(({ name, type }) => {
      const was = types.get(name)
      return was === typeName(type) ? [] : [`${JSON.stringify(name)} is ${typeName(type)}, ${was === undefined ? 'and new' : `not ${was}`}`]
    })
    .join(', ')
}
