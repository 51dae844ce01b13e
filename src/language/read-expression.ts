/**
 * Syntax → expressions of programs: what `printExpression` writes. Types are not in the text but for parameters and named values;
 * they follow from what is in scope, as the printed program had them.
 */
import { type BinaryOp, type Ir, type IrType, isOption, optionOf, RAISES, type RaiseCode, type Scalar, scalarOf, type UnaryOp, type VecRef } from '../ir/nodes.ts'
import type { SourceColumn } from '../ir/program.ts'
import { READ_AS } from '../ir/physical.ts'
import type { Physical } from '../layout/relation.ts'
import { syntaxError } from './text/mistake.ts'
import type { Syntax, SyntaxArgument, SyntaxOf, SyntaxType } from './text/syntax.ts'

const SCALARS: ReadonlySet<string> = new Set(['bool', 'i32', 'i64', 'i128', 'f32', 'f64', 'str', 'vec'] satisfies Scalar[])
const LITERALS: Record<string, Scalar> = { bool: 'bool', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', slice: 'str', elements: 'vec' }
const UNARY: ReadonlySet<string> = new Set(['not', 'neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest', 'length'] satisfies UnaryOp[])
const FUNCTIONS: Readonly<Record<string, BinaryOp>> = {
  min: 'min', max: 'max', divu: '/u', remu: '%u', shru: '>>u', minu: 'minu', maxu: 'maxu', ltu: '<u', leu: '<=u', gtu: '>u', geu: '>=u',
}
const COMPARES: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '<u', '<=u', '>u', '>=u', '&&', '||'])

export const wrong = (at: { readonly at: Syntax['at'] }, expected: string): never => {
  throw syntaxError(at.at, `expected ${expected}`)
}

/** What names stand for where an expression stands. */
export interface ReadScope {
  readonly names: ReadonlyMap<string, IrType>
  /** Types of the fields of each row. */
  readonly rows: ReadonlyMap<string, readonly IrType[]>
  /** Types of the fields of the tuples that the builders before this one left, keys first. */
  readonly tuples: readonly (readonly IrType[])[]
}

export const withName = (scope: ReadScope, name: string, type: IrType): ReadScope => ({ ...scope, names: new Map(scope.names).set(name, type) })
export const withRow = (scope: ReadScope, row: string, types: readonly IrType[]): ReadScope => ({ ...scope, rows: new Map(scope.rows).set(row, types) })

/** Numbers are the printer's: it gives them anew. */
export const nameOf = (text: string): string => text.replace(/(\d+)$/, '#$1')

export const annotation = (s: { readonly annotations?: Syntax['annotations'] }, key: string): Syntax | undefined => s.annotations?.find((a) => a.key === key)?.value
export const flagged = (s: { readonly annotations?: Syntax['annotations'] }, key: string): boolean => s.annotations?.some((a) => a.key === key) ?? false

export const numberOf = (s: Syntax | undefined, at: Syntax): number => (s?.syntax === 'literal' && s.type === 'i32' ? Number(s.text) : wrong(s ?? at, 'a number'))
export const bigintOf = (s: Syntax): bigint => (s.syntax === 'literal' && s.type === 'i64' ? BigInt(s.text) : wrong(s, 'a number with suffix L'))
export const itemsOf = (s: Syntax | undefined, at: Syntax): readonly Syntax[] => (s?.syntax === 'struct' ? s.items : wrong(s ?? at, "fields in '{ }'"))
export const wordOf = (s: Syntax | undefined, at: Syntax): string => (s?.syntax === 'name' ? s.name : wrong(s ?? at, 'a name'))
export const lambdaOf = (s: Syntax | undefined, at: Syntax): SyntaxOf<'lambda'> => (s?.syntax === 'lambda' ? s : wrong(s ?? at, "a function '|…| …'"))
/** `b3` → 3. */
export const placeOf = (s: Syntax | undefined, letter: 'b' | 't', at: Syntax): number => {
  const place = new RegExp(`^${letter}(\\d+)$`).exec(wordOf(s, at))
  return place ? Number(place[1]) : wrong(s ?? at, `a name like ${letter}0`)
}

export const typeOf = (t: SyntaxType): IrType => {
  if (t.kind === 'option') return optionOf(typeOf(t.of))
  return t.kind === 'named' && !t.args && SCALARS.has(t.name) ? (t.name as Scalar) : wrong(t, 'a type of programs (bool, i32, i64, i128, f32, f64, str, vec, or ? and one of these)')
}
export const typesOf = (t: SyntaxType): readonly IrType[] => (t.kind === 'struct' ? t.fields.map((f) => typeOf(f.type)) : wrong(t, "types in '{ }'"))
export const typeArgument = (a: SyntaxArgument | undefined, at: Syntax): SyntaxType => (a?.argument === 'type' ? a.type : wrong(at, 'a type in brackets'))
export const valueArgument = (a: SyntaxArgument | undefined, at: Syntax): Syntax => (a?.argument === 'value' ? a.value : wrong(at, 'a value in brackets'))
const wordArgument = (a: SyntaxArgument | undefined, at: Syntax): string => {
  const type = typeArgument(a, at)
  return type.kind === 'named' ? type.name : wrong(at, 'a name in brackets')
}

export const physicalOf = (name: string, at: Syntax): Physical => (Object.hasOwn(READ_AS, name) ? (name as Physical) : wrong(at, `a physical type, not ${name}`))
/** `vec[{?i16, utf8}]` → columns. */
export const columnsOf = (t: SyntaxType, at: Syntax): readonly SourceColumn[] =>
  elementOf(t, at).map(({ type }): SourceColumn => {
    const plain = type.kind === 'option' ? type.of : type
    const name = plain.kind === 'named' ? plain.name : ''
    const nullable = type.kind === 'option'
    return name === 'vec' ? { physical: 'slice', nullable, vec: true } : { physical: physicalOf(name, at), nullable }
  })
const elementOf = (t: SyntaxType, at: Syntax) => {
  const [element] = t.kind === 'named' && t.name === 'vec' ? (t.args ?? []) : []
  const type = typeArgument(element, at)
  return type.kind === 'struct' ? type.fields : wrong(at, 'vec[{…}]')
}
export const layoutOf = (s: { readonly annotations?: Syntax['annotations'] }, at: Syntax): string => wordOf(annotation(s, 'layout'), at)
export const fieldType = ({ physical, nullable, vec }: SourceColumn): IrType => {
  const scalar = vec ? 'vec' : READ_AS[physical]
  return nullable ? optionOf(scalar) : scalar
}

export const readVec = (s: Syntax | undefined, scope: ReadScope, at: Syntax): VecRef => {
  if (s?.syntax === 'name') return { vec: 'tuples', sink: placeOf(s, 'b', at) }
  if (s?.syntax !== 'ascribe') return wrong(s ?? at, 'a vec')
  if (layoutOf(s.type, s) === 'column') return { vec: 'relation', relation: placeOf(s.value, 't', at), columns: columnsOf(s.type, s) }
  return { vec: 'slice', value: readExpression(s.value, scope), element: elementOf(s.type, s).map((f) => typeOf(f.type)) }
}

const literal = (s: SyntaxOf<'literal'>): Ir => {
  const type = LITERALS[s.type] ?? wrong(s, `no literal of ${s.type}, which programs do not have`)
  if (type === 'bool') return { ir: 'literal', type, value: s.text === 'true' }
  if (type === 'i32') return { ir: 'literal', type, value: Number(s.text) }
  if (type !== 'f32' && type !== 'f64') return { ir: 'literal', type, value: BigInt(s.text) }
  return { ir: 'literal', type, value: Number(s.text.replace('inf', 'Infinity')) }
}

const binary = (op: BinaryOp, left: Ir, right: Ir): Ir => ({ ir: 'binary', type: COMPARES.has(op) ? 'bool' : scalarOf(left.type), op, left, right })

export const readExpression = (s: Syntax, scope: ReadScope): Ir => {
  const read = (x: Syntax | undefined): Ir => (x ? readExpression(x, scope) : wrong(s, 'one more argument'))
  switch (s.syntax) {
    case 'literal':
      return literal(s)
    case 'param':
      return { ir: 'param', type: scalarOf(typeOf(s.type)), index: s.index }
    case 'name': {
      const name = nameOf(s.name)
      return { ir: 'ident', type: scope.names.get(name) ?? wrong(s, `a name in scope, found ${s.name}`), name }
    }
    case 'field': {
      const row = rowName(wordOf(s.of, s), scope)
      return { ir: 'field', type: scope.rows.get(row)?.[s.index] ?? wrong(s, 'a field of a row in scope'), row, index: s.index }
    }
    case 'let': {
      const name = nameOf(s.name)
      const value = read(s.value)
      const body = readExpression(s.body, withName(scope, name, value.type))
      return { ir: 'let', type: body.type, name, value, body }
    }
    case 'binary': {
      const [left, right] = [read(s.left), read(s.right)]
      if (s.op === '+!' || s.op === '-!' || s.op === '*!') return { ir: 'checked', type: scalarOf(left.type), op: s.op[0] as '+', left, right, site: numberOf(annotation(s, 'site'), s) }
      return binary(s.op, left, right)
    }
    case 'call':
      return readCall(s, scope, read)
    default:
      return wrong(s, 'an expression of programs')
  }
}

/** Rows of states have names without a number. */
export const rowName = (text: string, scope: ReadScope): string => (scope.rows.has(text) ? text : nameOf(text))

const readCall = (s: SyntaxOf<'call'>, scope: ReadScope, read: (x: Syntax | undefined) => Ir): Ir => {
  const [a, b, c] = s.args ?? []
  const [first, second] = s.brackets ?? []
  const function_ = FUNCTIONS[s.name]
  if (function_) return binary(function_, read(a), read(b))
  if (UNARY.has(s.name)) {
    const arg = read(a)
    return { ir: 'unary', type: s.name === 'length' ? 'i32' : scalarOf(arg.type), op: s.name as UnaryOp, arg }
  }
  if (SCALARS.has(s.name)) return { ir: 'cast', type: s.name as Scalar, arg: read(a), ...(flagged(s, 'unsigned') ? { unsigned: true as const } : {}) }
  switch (s.name) {
    case 'if':
    case 'select': {
      const then = read(b)
      return { ir: s.name as 'if', type: then.type, cond: read(a), then, else: read(c) }
    }
    case 'narrow': {
      const to = wordArgument(first, s)
      return { ir: 'narrow', type: 'i32', bits: to.endsWith('16') ? 16 : 8, signed: to.startsWith('i'), arg: read(a) }
    }
    case 'option': {
      const value = read(a)
      return { ir: 'option', type: optionOf(value.type), value, valid: read(b) }
    }
    case 'value': {
      const arg = read(a)
      return { ir: 'value', type: isOption(arg.type) ? scalarOf(arg.type) : wrong(s, 'value of an option'), arg }
    }
    case 'valid':
      return { ir: 'valid', type: 'bool', arg: read(a) }
    case 'cudf': {
      const site = annotation(s, 'site')
      return { ir: 'call', type: scalarOf(typeOf(typeArgument(second, s))), fn: wordArgument(first, s), args: (s.args ?? []).map(read), ...(site ? { site: numberOf(site, s) } : {}) }
    }
    case 'lookup':
      return { ir: 'lookup', type: 'str', vector: read(a), index: read(b) }
    case 'position':
      return { ir: 'position', type: 'i64', order: numberOf(a, s), times: numberOf(b, s), plus: numberOf(c, s) }
    case 'memo': {
      const compute = read(b)
      return { ir: 'memo', type: compute.type as 'bool', table: numberOf(valueArgument(first, s), s), code: read(a), compute }
    }
    case 'element':
      return { ir: 'element', type: typeOf(typeArgument(first, s)), vec: readVec(a, scope, s), index: read(b), field: numberOf(valueArgument(second, s), s) }
    case 'size':
      return { ir: 'size', type: 'i32', vec: readVec(a, scope, s) }
    case 'find':
      return { ir: 'find', type: 'i32', sink: placeOf(a, 'b', s), key: itemsOf(b, s).map(read) }
    case 'tuple':
      return { ir: 'tuple', type: typeOf(typeArgument(first, s)), sink: placeOf(a, 'b', s), address: read(b), index: numberOf(valueArgument(second, s), s) }
    case 'raise': {
      const code = wordOf(a, s)
      return { ir: 'raise', type: typeOf(typeArgument(first, s)), code: Object.hasOwn(RAISES, code) ? (code as RaiseCode) : wrong(s, 'the code of an error'), site: numberOf(annotation(s, 'site'), s) }
    }
    case 'loop':
      return readLoop(s, scope, read)
    default:
      return wrong(s, `an expression of programs, found ${s.name}`)
  }
}

/** `loop({initial, …}, count, |i, state, …| {while, {update, …}}, |state, …| result)`; `while` may be left out. */
const readLoop = (s: SyntaxOf<'call'>, scope: ReadScope, read: (x: Syntax | undefined) => Ir): Ir => {
  const [initial, count, step, last] = s.args ?? []
  const inits = itemsOf(initial, s).map(read)
  const round = lambdaOf(step, s)
  const [index, ...names] = round.params.map((p) => nameOf(p.name))
  if (index === undefined || names.length !== inits.length) return wrong(s, 'a name for the round and for each state')
  const state = names.map((name, i) => ({ name, init: inits[i] as Ir }))
  const after = state.reduce((inner, { name, init }) => withName(inner, name, init.type), scope)
  const within = withName(after, index, 'i32')
  const items = itemsOf(round.body, s)
  const [condition, updates] = items.length > 1 ? items : [undefined, items[0]]
  const update = itemsOf(updates, s).map((u) => readExpression(u, within))
  const result = readExpression(lambdaOf(last, s).body, after)
  return { ir: 'loop', type: result.type, index, count: read(count), state, ...(condition ? { while: readExpression(condition, within) } : {}), update, result }
}
