/** The two forms of a pipeline over columns: the general one, and the one for stretches of rows without a NULL. */
import type { Pipeline, SourceColumn } from './program.ts'

/** The pipeline with the general body alone. */
export const generalForm = ({ nullFree: _, ...pipeline }: Pipeline): Pipeline => pipeline

const withoutNulls = ({ nullable: _, ...column }: SourceColumn): SourceColumn => ({ ...column, nullable: false })

/** As if no column were nullable, with the body for that; undefined where it has none. */
export const nullFreeForm = (pipeline: Pipeline): Pipeline | undefined => {
  const { source, nullFree } = pipeline
  if (!nullFree || source.source !== 'columns' || !source.columns.some((c) => c.nullable)) return undefined
  const { vector: _, ...general } = generalForm(pipeline)
  return { ...general, source: { ...source, columns: source.columns.map(withoutNulls) }, body: nullFree.body, ...(nullFree.vector && { vector: nullFree.vector }) }
}

/** A pipeline of both forms, as each of them was changed. */
export const ofForms = (general: Pipeline, nullFree: Pipeline | undefined): Pipeline =>
  nullFree ? { ...general, nullFree: { body: nullFree.body, ...(nullFree.vector && { vector: nullFree.vector }) } } : general

/** Applies to each form what does not change the builder. */
export const mapForms = (pipeline: Pipeline, f: (form: Pipeline) => Pipeline): Pipeline => {
  const nullFree = nullFreeForm(pipeline)
  return nullFree ? ofForms(f(generalForm(pipeline)), f(nullFree)) : f(pipeline)
}
