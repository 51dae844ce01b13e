/** A pipeline: what it reads, its builder and body, the parts of them that are in lanes or go without NULLs. */
import type { Physical } from '../../layout/relation.ts'
import { ROW_PHYSICALS } from '../../layout/unsafe-row.ts'
import type { IrType } from '../nodes.ts'
import { nullFreeForm } from '../null-free.ts'
import { type Body, type Builder, endOf, extentOf, type Pipeline, type Program, SMALL_EXTENT, type Vector } from '../program.ts'
import { verifyBody } from './body.ts'
import { verifyBuilder } from './builder.ts'
import { typed } from './expression.ts'
import type { Scope } from './scope.ts'
import { typeOf } from './types.ts'

/** A pipeline whose own sink has the builder. */
const sameBuilder = (p: Pipeline, b: Builder): boolean => p.into === undefined && text(p.builder) === text(b)
/** Names as they come: each lowering of the same makes its own. */
const text = (b: Builder): string => {
  const names = new Map<string, string>()
  return JSON.stringify(b, (key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`
    if (key !== 'name' || typeof value !== 'string') return value
    const name = names.get(value) ?? `#${names.size}`
    names.set(value, name)
    return name
  })
}

export const verifyPipeline = (scope: Scope, program: Program, index: number): void => {
  const pipeline = program.pipelines[index] as Pipeline
  const { source, row, builder, body, vector, into } = pipeline
  scope.sinks = program.pipelines.slice(0, index).map((p, sink) => (p.into === undefined && endOf(program.pipelines, sink) < index ? p.builder : undefined))
  verifyBuilder(scope, builder)
  if (into !== undefined) scope.expect(into < index && sameBuilder(program.pipelines[into] as Pipeline, builder), `no ${builder.builder} like this one is sink ${into}`)
  scope.rows.set(row, sourceTypes(scope, source))
  verifyBody(scope, body, builder, row)
  if (vector) verifyVector(scope, vector, source, builder, body)
  if (pipeline.nullFree) verifyNullFree(scope, pipeline)
}

/** That both bodies do the same is the optimiser's to see to; the general one tests the columns that either reads. */
const verifyNullFree = (scope: Scope, pipeline: Pipeline): void => {
  const form = nullFreeForm(pipeline) ?? scope.fail(`no NULL is among ${pipeline.source.source}`)
  scope.rows.set(form.row, sourceTypes(scope, form.source))
  verifyBody(scope, form.body, form.builder, form.row)
  if (form.vector) verifyVector(scope, form.vector, form.source, form.builder, form.body)
}

/** Whether each expression has lanes is the vectoriser's to know. */
const verifyVector = (scope: Scope, { filter, merge }: Vector, { source }: Pipeline['source'], builder: Builder, body: Body): void => {
  let ifs = 0
  let end = body
  for (; end.body === 'let' || end.body === 'if'; end = end.next) if (end.body === 'if') ifs++
  scope.expect(source === 'columns' || source === 'rows', `no lanes over ${source}`)
  scope.expect(filter >= 0 && filter <= ifs, `${filter} of ${ifs} filters in lanes`)
  if (merge) scope.expect(filter === ifs && end.body === 'merge' && (builder.builder === 'merger' || (builder.builder === 'dictmerger' && builder.dense !== undefined && extentOf(builder.dense) <= SMALL_EXTENT) || (builder.builder === 'appender' && !builder.layout)), `no ${builder.builder} behind a ${end.body} in lanes`)
  else scope.expect(filter > 0, 'nothing in lanes')
}

const sourceTypes = (scope: Scope, source: Pipeline['source']): readonly IrType[] => {
  if (source.source === 'columns') return source.columns.map(typeOf)
  if (source.source === 'rows') {
    for (const { physical } of source.fields) scope.expect(physical === 'code8' || (ROW_PHYSICALS as readonly Physical[]).includes(physical), `a row has no field of ${physical}`)
    return source.fields.map(typeOf)
  }
  if (source.source === 'range') {
    typed(scope, source.count, 'i32', 'range')
    return ['i32']
  }
  return scope.tuples(source.sink)
}
