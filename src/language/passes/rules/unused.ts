/** What loops make and nobody reads: builders of several, fields of rows. */
import { field, fieldType, lambda, letIn, name, newBuilder, result, struct, structOf } from '../../build.ts'
import type { Expr, Of, Type } from '../../nodes.ts'
import { codes } from '../facts.ts'
import { mergeSites, overMerges } from '../merges.ts'
import type { Names } from '../names.ts'
import { rule } from '../rule.ts'
import { children, mapChildren, uses } from '../walk.ts'
import { paramsOf } from './fusion.ts'

const isName = (e: Expr, id: string): boolean => e.expr === 'name' && e.name === id

/** Which fields of a name are read; undefined where it is also read whole. */
const fieldsRead = (e: Expr, id: string, read = new Set<number>()): Set<number> | undefined => {
  if (uses(e, id) === 0) return read
  if (e.expr === 'name') return undefined
  if (e.expr === 'field' && isName(e.of, id)) return read.add(e.index)
  return children(e).every((child) => fieldsRead(child, id, read)) ? read : undefined
}
/** The fields of a name that keep their place, read of a name with fewer; one alone is the name itself where `bare`. */
const readOf = (e: Expr, id: string, keep: readonly number[], type: Type, bare: boolean): Expr => {
  if (uses(e, id) === 0) return e
  if (e.expr === 'field' && isName(e.of, id)) {
    const whole = name(id, type, e)
    return bare ? whole : field(whole, keep.indexOf(e.index))
  }
  return mapChildren(e, (child) => readOf(child, id, keep, type, bare))
}
const some = (fields: readonly Expr[], keep: readonly number[]): Expr => (keep.length === 1 ? (fields[keep[0] as number] as Expr) : struct(keep.map((k) => fields[k] as Expr)))
const droppable = (fields: readonly Expr[], keep: readonly number[]): boolean => fields.every((f, k) => keep.includes(k) || codes(f) === 0)

/** A step's body without what it does to the builders that go; undefined where that cannot be told, or can raise. */
const stepOf = (e: Expr, b: string, keep: readonly number[], type: Type): Expr | undefined => {
  switch (e.expr) {
    case 'name':
      return isName(e, b) ? { ...e, type } : undefined
    case 'struct':
      if (!droppable(e.fields, keep) || !e.fields.every((f) => fieldsRead(f, b))) return undefined
      return readOf(some(e.fields, keep), b, keep, type, keep.length === 1)
    case 'if': {
      const then = stepOf(e.then, b, keep, type)
      const otherwise = then && stepOf(e.else, b, keep, type)
      return then && otherwise && { ...e, type, then, else: otherwise }
    }
    case 'let': {
      const body = uses(e.value, b) > 0 ? undefined : stepOf(e.body, b, keep, type)
      return body && { ...e, type, body }
    }
    default:
      return undefined
  }
}
const loopInto = (e: Expr, keep: readonly number[]): Expr | undefined => {
  if (e.expr !== 'for' || e.builder.expr !== 'struct' || e.step.expr !== 'lambda' || !droppable(e.builder.fields, keep)) return undefined
  const builder = some(e.builder.fields, keep)
  const { b } = paramsOf(e.step)
  const body = stepOf(e.step.body, b, keep, builder.type)
  return body && { ...e, type: builder.type, builder, step: lambda([{ name: b, type: builder.type }, ...e.step.params.slice(1)], body) }
}

const unusedBuilder = (e: Of<'let'>): Expr | undefined => {
  if (e.value.expr !== 'result' || e.value.type.kind !== 'struct' || e.value.builder.type.kind !== 'struct') return undefined
  const read = fieldsRead(e.body, e.name)
  const keep = read && [...read].sort((a, b) => a - b)
  if (!keep || keep.length === 0 || keep.length === e.value.type.fields.length) return undefined
  const loop = loopInto(e.value.builder, keep)
  if (!loop) return undefined
  const value = result(loop)
  return { ...e, value, body: readOf(e.body, e.name, keep, value.type, keep.length === 1) }
}

/** Which fields of a vec's elements are read, by loops over it and lookups. */
const elementsRead = (e: Expr, id: string, read: Set<number>): boolean => {
  if (uses(e, id) === 0 || (e.expr === 'len' && isName(e.of, id))) return true
  if (e.expr === 'field' && e.of.expr === 'lookup' && isName(e.of.of, id)) {
    read.add(e.index)
    return elementsRead(e.of.key, id, read)
  }
  if (readsRows(e, id) && !fieldsRead(e.step.body, paramsOf(e.step).e, read)) return false
  return e.expr !== 'name' && children(e).every((child) => (readsRows(e, id) && isName(child, id) ? true : elementsRead(child, id, read)))
}
/** A loop over that vec alone. */
const readsRows = (e: Expr, id: string): e is Of<'for'> & { readonly step: Of<'lambda'> } =>
  e.expr === 'for' && e.iteration.over === 'vecs' && e.iteration.iters.length === 1 && isName((e.iteration.iters[0] as { of: Expr }).of, id) && e.step.expr === 'lambda'

const readNarrow = (e: Expr, id: string, keep: readonly number[], vec: Type, element: Type): Expr => {
  if (uses(e, id) === 0) return e
  if (e.expr === 'name') return { ...e, type: vec }
  if (e.expr === 'field' && e.of.expr === 'lookup' && isName(e.of.of, id)) {
    const row: Expr = { ...e.of, type: element, of: name(id, vec, e), key: readNarrow(e.of.key, id, keep, vec, element) }
    return field(row, keep.indexOf(e.index))
  }
  const made = mapChildren(e, (child) => readNarrow(child, id, keep, vec, element))
  if (!readsRows(e, id) || made.expr !== 'for' || made.step.expr !== 'lambda') return made
  const { params, body } = made.step
  const row = paramsOf(made.step).e
  return { ...made, step: lambda(params.map((p) => (p.name === row ? { ...p, type: element } : p)), readOf(body, row, keep, element, false)) }
}

const unusedFields = (e: Of<'let'>, names: Names): Expr | undefined => {
  const made = e.value.expr === 'result' ? e.value.builder : undefined
  if (made?.expr !== 'for' || made.builder.expr !== 'newbuilder' || made.builder.type.kind !== 'appender' || made.step.expr !== 'lambda') return undefined
  const { of } = made.builder.type
  const read = new Set<number>()
  if (of.kind !== 'struct' || made.builder.initial || !elementsRead(e.body, e.name, read)) return undefined
  const keep = read.size === 0 ? [0] : [...read].sort((a, b) => a - b)
  const { b } = paramsOf(made.step)
  if (keep.length >= of.fields.length || mergeSites(made.step.body, new Set([b])) === undefined) return undefined
  const element = structOf(keep.map((k) => fieldType(of, k)))
  const type: Type = { kind: 'appender', of: element }
  const body = overMerges(made.step.body, new Set([b]), type, names, (builder, value) => {
    const id = names.fresh('row')
    const row = letIn(id, value, struct(keep.map((k) => field(name(id, value.type, value), k))))
    return { expr: 'merge', type, at: value.at, builder, value: row }
  })
  const value = result({ ...made, type, builder: newBuilder(type), step: lambda([{ name: b, type }, ...made.step.params.slice(1)], body) })
  return { ...e, value, body: readNarrow(e.body, e.name, keep, value.type, element) }
}

const nulls = 'Values that are read pass unchanged.'
const floats = 'Merges that stay keep their order.'

export const unused = [
  rule({
    name: 'unused-builder', on: 'let', nulls, floats,
    doc: 'let r = result(for(v, {B, C}, |b, i, n| {f, g})); r.$0 … is let r = result(for(v, B, f)); r … where nothing reads the other fields.',
    overflow: 'Only where what is left out cannot raise.',
    rewrite: unusedBuilder,
  }),
  rule({
    name: 'unused-builder-of-field', on: 'field', nulls, floats,
    doc: 'result(for(v, {B, C}, |b, i, n| {f, g})).$0 is result(for(v, B, f)).',
    overflow: 'Only where what is left out cannot raise.',
    rewrite: (e) => {
      if (e.of.expr !== 'result' || e.of.builder.type.kind !== 'struct') return undefined
      const loop = loopInto(e.of.builder, [e.index])
      return loop && result(loop)
    },
  }),
  rule({
    name: 'unused-fields', on: 'let', nulls, floats,
    doc: 'Rows of a vec have only the fields that loops over it and lookups read.',
    overflow: 'Fields that are left out are evaluated still, unless they cannot raise and go by other rules.',
    rewrite: unusedFields,
  }),
] as const
