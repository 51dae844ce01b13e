/**
 * The body for stretches of rows without NULLs, from the one as it was lowered: a field of a nullable column is an option that is
 * valid, so that the rules fold away what hangs on validity. What goes into the builder keeps its types.
 */
import { some } from '../ir/build.ts'
import { type Ir, isOption, scalarOf } from '../ir/nodes.ts'
import { type Body, mapStep, type Pipeline } from '../ir/program.ts'
import { fieldsOf, nullFreeForm, ofForms } from '../ir/null-free.ts'
import { mapChildren } from '../ir/walk.ts'

/** Of more nullable columns one has a NULL more often than not, and all are tested. */
const MOST_COLUMNS = 32

/** The pipeline over columns or rows without NULLs; undefined where it reads no nullable one, or many. */
export const assumeNoNulls = (pipeline: Pipeline): Pipeline | undefined => {
  if (!fieldsOf(pipeline.source).some((c) => c.nullable)) return undefined
  const done = new Map<Ir, Ir>()
  const found = new Set<number>()
  const assume = (e: Ir): Ir => {
    const known = done.get(e)
    if (known) return known
    let made: Ir
    if (e.ir === 'field' && e.row === pipeline.row && isOption(e.type)) {
      found.add(e.index)
      made = some({ ...e, type: scalarOf(e.type) })
    } else made = mapChildren(e, assume)
    done.set(e, made)
    return made
  }
  const walk = (b: Body): Body => mapStep(b, assume, walk)
  const { vector: _, ...plain } = pipeline
  const body = walk(plain.body)
  return found.size > 0 && found.size <= MOST_COLUMNS ? nullFreeForm(ofForms(plain, { ...plain, body })) : undefined
}
