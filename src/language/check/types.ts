/** Types as written → types. */
import type { BuilderType, Layout, MergeOp, Position, ScalarName, Type } from '../nodes.ts'
import { typeError } from '../text/mistake.ts'
import { printType } from '../text/print.ts'
import type { SyntaxArgument, SyntaxType } from '../text/syntax.ts'
import { isBool, isData, isFlat, isFloat, isInteger, isScalar, OPEN, SCALAR_NAMES, typeText } from '../types.ts'

export const MERGE_OPS: readonly MergeOp[] = ['+', '*', 'min', 'max', '&&', '||', 'first', 'any']
export const MOST_STAGED = 1024
const MOST_SCALE = 38

type Args = readonly SyntaxArgument[]

const shown = (a: SyntaxArgument): string => (a.argument === 'type' ? printType(a.type) : a.argument === 'op' ? a.op : a.value.syntax === 'literal' ? a.value.text : 'an expression')
export const placeOf = (a: SyntaxArgument): Position => (a.argument === 'type' ? a.type.at : a.argument === 'op' ? a.at : a.value.at)

const arity = (name: string, args: Args, what: readonly string[], at: Position): void => {
  if (args.length !== what.length) throw typeError(at, `expected ${name}[${what.join(', ')}], found ${args.length} argument${args.length === 1 ? '' : 's'}`)
}

const typeArgument = (a: SyntaxArgument | undefined, what: string): Type => {
  if (a?.argument !== 'type') throw typeError(placeOf(a!), `expected ${what}, found ${shown(a!)}`)
  return readType(a.type)
}

/** An integer from `least` to `greatest`. */
export const numberArgument = (a: SyntaxArgument | undefined, what: string, least: number, greatest: number): number => {
  const value = a?.argument === 'value' && a.value.syntax === 'literal' && a.value.type === 'i32' ? Number(a.value.text) : undefined
  if (value === undefined || value < least || value > greatest) throw typeError(placeOf(a!), `expected ${what} from ${least} to ${greatest}, found ${shown(a!)}`)
  return value
}

const opArgument = (a: SyntaxArgument | undefined): MergeOp => {
  const text = shown(a!)
  const op = MERGE_OPS.find((o) => o === text)
  if (!op) throw typeError(placeOf(a!), `expected an operator of a merger (${MERGE_OPS.join(' ')}), found ${text}`)
  return op
}

const demand = (holds: boolean, at: Position, expected: string, found: Type): void => {
  if (!holds) throw typeError(at, `expected ${expected}, found ${typeText(found)}`)
}

const ROW_SCALARS: ReadonlySet<ScalarName> = new Set(['bool', 'i8', 'i16', 'i32', 'i64', 'f32', 'f64', 'date', 'timestamp', 'str'])
/** What an UnsafeRow can hold. */
const isRow = (t: Type): boolean => (t.kind === 'struct' ? t.fields.every(isRow) : t.kind === 'option' ? isRow(t.of) : t.kind === 'dec128' || (t.kind === 'scalar' && ROW_SCALARS.has(t.scalar)))

/** What may lie in a vec, or be the value of a group. */
const isElement = (t: Type): boolean => isFlat(t) || (t.kind === 'vec' && isElement(t.of)) || (t.kind === 'struct' && t.fields.every(isElement))

export const elementArgument = (a: SyntaxArgument | undefined): Type => {
  const type = typeArgument(a, "an element's type")
  demand(isElement(type), placeOf(a!), 'a scalar, an option, a struct or a vec as an element', type)
  return type
}
export const demandElement = (type: Type, at: Position): void => demand(isElement(type), at, 'a scalar, an option, a struct or a vec as an element', type)

const keyArgument = (a: SyntaxArgument | undefined): Type => {
  const type = typeArgument(a, "a key's type")
  demand(isFlat(type), placeOf(a!), 'a scalar, an option or a struct of them as a key', type)
  return type
}

const MERGES: Record<MergeOp, { readonly of: string; readonly holds: (t: Type) => boolean }> = {
  '+': { of: 'numbers', holds: (t) => isInteger(t) || isFloat(t) || t.kind === 'dec128' },
  '*': { of: 'integers or floats', holds: (t) => isInteger(t) || isFloat(t) },
  min: { of: 'scalars', holds: isScalar },
  max: { of: 'scalars', holds: isScalar },
  '&&': { of: 'bool', holds: isBool },
  '||': { of: 'bool', holds: isBool },
  first: { of: 'scalars', holds: isScalar },
  any: { of: 'scalars', holds: isScalar },
}

/** A state and its operator: the type and, field by field, what the operator takes. */
const merged = (type: SyntaxArgument | undefined, op: SyntaxArgument | undefined): { of: Type; op: MergeOp } => {
  const of = typeArgument(type, "a merger's type")
  const name = opArgument(op)
  const { of: takes, holds } = MERGES[name]
  const fits = (t: Type): boolean => (t.kind === 'struct' ? t.fields.every(fits) : t.kind === 'option' ? holds(t.of) : holds(t))
  demand(fits(of), placeOf(type!), `${takes} (also as options or fields of a struct) for ${name}`, of)
  return { of, op: name }
}

/** The type of `merger[…]` and the like; `appender` and `staged` may leave out their element's, which is OPEN then. */
export const builderType = (name: BuilderType['kind'], args: Args, at: Position): BuilderType => {
  switch (name) {
    case 'appender':
      if (args.length === 0) return { kind: name, of: OPEN }
      arity(name, args, ['T'], at)
      return { kind: name, of: elementArgument(args[0]) }
    case 'staged': {
      if (args.length !== 1) arity(name, args, ['limit', 'T'], at)
      const limit = numberArgument(args[0], 'a number of rows', 1, MOST_STAGED)
      return { kind: name, of: args.length === 1 ? OPEN : elementArgument(args[1]), limit }
    }
    case 'merger':
    case 'vecmerger':
      arity(name, args, ['T', 'op'], at)
      return { kind: name, ...merged(args[0], args[1]) } as BuilderType
    case 'dictmerger': {
      arity(name, args, ['K', 'V', 'op'], at)
      const { of, op } = merged(args[1], args[2])
      return { kind: name, key: keyArgument(args[0]), value: of, op }
    }
    case 'groupmerger':
      arity(name, args, ['K', 'V'], at)
      return { kind: name, key: keyArgument(args[0]), value: elementArgument(args[1]) }
  }
}

const BUILDER_NAMES: ReadonlySet<string> = new Set(['appender', 'staged', 'merger', 'dictmerger', 'groupmerger', 'vecmerger'])
export const isBuilderName = (name: string): name is BuilderType['kind'] => BUILDER_NAMES.has(name)

const layoutOf = (t: SyntaxType): Layout | undefined => {
  for (const { key, value, at } of t.annotations ?? []) {
    if (key !== 'layout') throw typeError(at, `expected layout, the only annotation of a type, found '${key}'`)
    if (t.kind !== 'named' || t.name !== 'vec') throw typeError(at, `expected a vec before a layout, found ${printType({ ...t, annotations: [] })}`)
    const word = value?.syntax === 'name' ? value.name : undefined
    if (word !== 'row' && word !== 'column') throw typeError(value?.at ?? at, 'expected row or column as a layout')
    return word
  }
  return undefined
}

const named = (t: SyntaxType & { kind: 'named' }): Type => {
  const { name, args = [], at } = t
  const scalar = SCALAR_NAMES.find((s) => s === name)
  if (scalar) {
    if (args.length) throw typeError(at, `expected no argument of ${name}, found ${args.length}`)
    return { kind: 'scalar', scalar: name as ScalarName }
  }
  switch (name) {
    case 'dec128':
      arity(name, args, ['scale'], at)
      return { kind: 'dec128', scale: numberArgument(args[0], 'a scale', 0, MOST_SCALE) }
    case 'vec': {
      arity(name, args, ['T'], at)
      return { kind: 'vec', of: elementArgument(args[0]) }
    }
    case 'dict': {
      arity(name, args, ['K', 'V'], at)
      return { kind: 'dict', key: keyArgument(args[0]), value: elementArgument(args[1]) }
    }
  }
  if (!isBuilderName(name)) throw typeError(at, `expected a type, found '${name}'`)
  const builder = builderType(name, args, at)
  if ('of' in builder && builder.of === OPEN) throw typeError(at, `expected ${name}[${name === 'staged' ? 'limit, ' : ''}T], found no element's type`)
  return builder
}

export const readType = (t: SyntaxType): Type => {
  const layout = layoutOf(t)
  if (t.kind === 'named') {
    const type = named(t)
    if (layout === 'row' && type.kind === 'vec') demand(isRow(type.of), placeOf(t.args![0]!), `${[...ROW_SCALARS].join(' ')} or dec128 (also as options or fields of a struct) in row layout`, type.of)
    return layout && type.kind === 'vec' ? { ...type, layout } : type
  }
  if (t.kind === 'option') {
    const of = readType(t.of)
    demand(isScalar(of), t.of.at, 'a scalar after ?', of)
    return { kind: 'option', of }
  }
  const fields = t.fields.map((f) => {
    if (f.initial) throw typeError(f.initial.at, "expected a field's type alone: initial values belong to programs")
    return readType(f.type)
  })
  const type: Type = { kind: 'struct', fields }
  if (fields.length === 0) throw typeError(t.at, 'expected at least one field, found none')
  demand(fields.every(isData) || fields.every((f) => !isData(f)), t.at, 'a struct of data or of builders', type)
  return type
}
