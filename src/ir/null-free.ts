/** The two forms of a pipeline over columns or rows: the general one, and the one for stretches of rows without a NULL. */
import type { Pipeline } from './program.ts'

/** The pipeline with the general body alone. */
export const generalForm = ({ nullFree: _, ...pipeline }: Pipeline): Pipeline => pipeline

type Source = Pipeline['source']
/** Columns, or fields of rows, by the number that bodies read them by; none of other sources. */
export const fieldsOf = (source: Source): readonly { readonly nullable: boolean }[] => (source.source === 'columns' ? source.columns : source.source === 'rows' ? source.fields : [])

const withoutNulls = (source: Source): Source => {
  if (source.source === 'columns') return { ...source, columns: source.columns.map((c) => ({ ...c, nullable: false })) }
  return source.source === 'rows' ? { ...source, fields: source.fields.map((f) => ({ ...f, nullable: false })) } : source
}

/** As if no column were nullable, with the body for that; undefined where it has none. */
export const nullFreeForm = (pipeline: Pipeline): Pipeline | undefined => {
  const { source, nullFree } = pipeline
  if (!nullFree || !fieldsOf(source).some((c) => c.nullable)) return undefined
  const { vector: _, ...general } = generalForm(pipeline)
  return { ...general, source: withoutNulls(source), body: nullFree.body, ...(nullFree.vector && { vector: nullFree.vector }) }
}

/** A pipeline of both forms, as each of them was changed. */
export const ofForms = (general: Pipeline, nullFree: Pipeline | undefined): Pipeline =>
  nullFree ? { ...general, nullFree: { body: nullFree.body, ...(nullFree.vector && { vector: nullFree.vector }) } } : general

/** Applies to each form what does not change the builder. */
export const mapForms = (pipeline: Pipeline, f: (form: Pipeline) => Pipeline): Pipeline => {
  const nullFree = nullFreeForm(pipeline)
  return nullFree ? ofForms(f(generalForm(pipeline)), f(nullFree)) : f(pipeline)
}
