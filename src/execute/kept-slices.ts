/**
 * Whether a pipeline's sink keeps places within its source's memory: something that it merges is a slice of a text column. Codes are
 * numbers, and their dictionary stays; hashes and normalised keys are copies; what only filters and probes look at is not kept.
 */
import { type Ir, scalarOf } from '../ir/nodes.ts'
import { type Body, nextOf, type Pipeline } from '../ir/program.ts'
import type { ColumnInfo } from '../layout/relation.ts'

/** Of the names in scope: whether a value may be a slice of the source. */
type Names = ReadonlyMap<string, boolean>

/** `columns`: those of the pipeline's source. */
export const keepsSlices = (pipeline: Pipeline, columns: readonly ColumnInfo[]): boolean => {
  const text = new Set(columns.flatMap(({ physical }, i) => (physical === 'utf8' || physical === 'slice' ? [i] : [])))
  const points = (e: Ir, names: Names): boolean => {
    const type = scalarOf(e.type)
    if (type !== 'str' && type !== 'vec') return false
    switch (e.ir) {
      case 'field':
        return e.row === pipeline.row && text.has(e.index)
      case 'ident':
        return names.get(e.name) ?? true
      case 'let':
        return points(e.body, new Map(names).set(e.name, points(e.value, names)))
      case 'if':
      case 'select':
        return points(e.then, names) || points(e.else, names)
      case 'option':
        return points(e.value, names)
      case 'value':
        return points(e.arg, names)
      // Some functions give a part of an argument, or the argument.
      case 'call':
        return e.args.some((arg) => points(arg, names))
      case 'element':
        return e.vec.vec === 'relation' || (e.vec.vec === 'slice' && points(e.vec.value, names))
      // Constants, a dictionary's text, and what another sink has, for which its own pipeline answers.
      case 'literal':
      case 'param':
      case 'lookup':
      case 'tuple':
      case 'raise':
        return false
      default:
        return true
    }
  }
  const keeps = (body: Body, names: Names): boolean => {
    switch (body.body) {
      case 'merge':
        return [...body.key, ...body.values].some((e) => points(e, names))
      case 'let':
        return keeps(body.next, new Map(names).set(body.name, points(body.value, names)))
      case 'stage':
        return keeps(body.next, new Map(body.carry.map(({ name, value }) => [name, points(value, names)])))
      default:
        return nextOf(body).some((next) => keeps(next, names))
    }
  }
  return [pipeline.body, ...(pipeline.nullFree ? [pipeline.nullFree.body] : [])].some((body) => keeps(body, new Map()))
}
