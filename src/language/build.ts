/** Constructors of typed expressions; each takes its place in the text from a part of it, so that errors still point at the author's line. */
import type { Annotations, BinaryOp, Expr, Iter, Iteration, Of, ScalarName, Type } from './nodes.ts'

export const scalar = (name: ScalarName): Type => ({ kind: 'scalar', scalar: name })
export const BOOL = scalar('bool')
export const I64 = scalar('i64')
export const structOf = (fields: readonly Type[]): Type => ({ kind: 'struct', fields })
export const vecOf = (of: Type): Type => ({ kind: 'vec', of })
export const optionOf = (of: Type): Type => ({ kind: 'option', of })

/** The place of what stands in no text. */
export const NOWHERE = { line: 0, column: 0 } as const

type Place = { readonly at: Expr['at'] }
const HERE: Place = { at: NOWHERE }

export const literal = (type: Type, value: number | bigint | boolean | string, { at } = HERE): Of<'literal'> => ({ expr: 'literal', type, at, value })
export const name = (id: string, type: Type, { at } = HERE): Of<'name'> => ({ expr: 'name', type, at, name: id })
export const letIn = (id: string, value: Expr, body: Expr, annotations?: Annotations): Of<'let'> => ({ expr: 'let', type: body.type, at: value.at, ...(annotations && { annotations }), name: id, value, body })
export const lambda = (params: Of<'lambda'>['params'], body: Expr): Of<'lambda'> => ({ expr: 'lambda', type: { kind: 'function', params: params.map((p) => p.type), result: body.type }, at: body.at, params, body })
export const ifThen = (cond: Expr, then: Expr, otherwise: Expr): Of<'if' | 'select'> => ({ expr: 'if', type: then.type, at: cond.at, cond, then, else: otherwise })
export const struct = (fields: readonly Expr[], { at }: Place = fields[0] ?? HERE): Of<'struct'> => ({ expr: 'struct', type: structOf(fields.map((f) => f.type)), at, fields })
export const field = (of: Expr, index: number): Of<'field'> => ({ expr: 'field', type: fieldType(of.type, index), at: of.at, of, index })
export const binary = (op: BinaryOp, left: Expr, right: Expr, type: Type = left.type): Of<'binary'> => ({ expr: 'binary', type, at: left.at, op, left, right })
export const merge = (builder: Expr, value: Expr): Of<'merge'> => ({ expr: 'merge', type: builder.type, at: value.at, builder, value })
export const result = (builder: Expr, type: Type = resultType(builder.type)): Of<'result'> => ({ expr: 'result', type, at: builder.at, builder })
export const newBuilder = (type: Type, initial?: Expr): Of<'newbuilder'> => ({ expr: 'newbuilder', type, at: initial?.at ?? NOWHERE, ...(initial && { initial }) })
export const loop = (iteration: Iteration, builder: Expr, step: Expr): Of<'for'> => ({ expr: 'for', type: builder.type, at: builder.at, iteration, builder, step })
export const over = (...iters: readonly (Expr | Iter)[]): Iteration => ({ over: 'vecs', iters: iters.map((i) => ('expr' in i ? { of: i } : i)) })

export const fieldType = (type: Type, index: number): Type => {
  const found = type.kind === 'struct' ? type.fields[index] : undefined
  if (!found) throw new Error(`no field ${index} in ${type.kind}`)
  return found
}

/** Of a loop's element: of one vec its elements, of several a struct, of a range a number. */
export const elementType = (iteration: Iteration): Type => {
  if (iteration.over === 'range') return I64
  const types = iteration.iters.map((i) => (i.of.type.kind === 'vec' ? i.of.type.of : i.of.type))
  return types.length === 1 ? (types[0] as Type) : structOf(types)
}

/** What `result` of a builder is. */
export const resultType = (type: Type): Type => {
  switch (type.kind) {
    case 'appender':
    case 'staged':
    case 'vecmerger':
      return vecOf(type.of)
    case 'merger':
      return type.of
    case 'dictmerger':
      return { kind: 'dict', key: type.key, value: type.value }
    case 'groupmerger':
      return { kind: 'dict', key: type.key, value: vecOf(type.value) }
    case 'struct':
      return structOf(type.fields.map(resultType))
    default:
      throw new Error(`no builder: ${type.kind}`)
  }
}
