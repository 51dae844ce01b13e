/** Typed expressions as Syntax: reading the text gives the same expression. */
import { formatDate, formatTimestamp, parseDate, parseTimestamp } from '../../layout/dates.ts'
import { formatDecimal } from '../../layout/decimals.ts'
import type { Annotations, BuilderType, Expr, ExprKind, Iter, Iteration, Of, Type } from '../nodes.ts'
import type { LiteralType, Syntax, SyntaxAnnotation, SyntaxArgument, SyntaxOp, SyntaxType } from './syntax.ts'

const at = { line: 0, column: 0 } as const
const literal = (type: LiteralType, text: string): Syntax => ({ syntax: 'literal', type, text, at })
const call = (name: string, args: readonly Syntax[], brackets?: readonly SyntaxArgument[]): Syntax => ({ syntax: 'call', name, ...(brackets && { brackets }), args, at })
const named = (name: string, args?: readonly SyntaxArgument[]): SyntaxType => ({ kind: 'named', name, ...(args && { args }), at })
const typeArgument = (type: Type): SyntaxArgument => ({ argument: 'type', type: typeSyntax(type) })
const number = (n: number): SyntaxArgument => ({ argument: 'value', value: literal('i32', String(n)) })
const word = (name: string): SyntaxArgument => ({ argument: 'type', type: named(name) })
const op = (name: string): SyntaxArgument => (/\w/.test(name) ? word(name) : { argument: 'op', op: name as SyntaxOp, at })

const builderArguments = (t: BuilderType): SyntaxArgument[] => {
  switch (t.kind) {
    case 'appender':
      return [typeArgument(t.of)]
    case 'staged':
      return [number(t.limit), typeArgument(t.of)]
    case 'merger':
    case 'vecmerger':
      return [typeArgument(t.of), op(t.op)]
    case 'dictmerger':
      return [typeArgument(t.key), typeArgument(t.value), op(t.op)]
    case 'groupmerger':
      return [typeArgument(t.key), typeArgument(t.value)]
  }
}

const typeSyntax = (t: Type): SyntaxType => {
  switch (t.kind) {
    case 'scalar':
      return named(t.scalar)
    case 'dec128':
      return named('dec128', [number(t.scale)])
    case 'option':
      return { kind: 'option', of: typeSyntax(t.of), at }
    case 'struct':
      return { kind: 'struct', fields: t.fields.map((f) => ({ type: typeSyntax(f) })), at }
    case 'vec':
      return { ...named('vec', [typeArgument(t.of)]), ...(t.layout && { annotations: [{ key: 'layout', value: { syntax: 'name', name: t.layout, at }, at }] }) }
    case 'dict':
      return named('dict', [typeArgument(t.key), typeArgument(t.value)])
    case 'function':
      throw new Error('functions have no type in the text')
    default:
      return named(t.kind, builderArguments(t))
  }
}

/** The fewest digits that read back as the same number. */
const floatText = (value: number, type: 'f32' | 'f64'): string => {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf'
  let shortest = value
  for (let digits = 1; type === 'f32' && digits < 10; digits++) {
    shortest = Number(value.toPrecision(digits))
    if (Math.fround(shortest) === value) break
  }
  const text = Object.is(value, -0) ? '-0' : String(shortest)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** As a date where that reads back, as a number where it does not. */
const calendar = (text: string, value: Of<'literal'>['value'], read: (text: string) => number | bigint | undefined): string => (String(read(text)) === String(value) ? text : String(value))

const literalSyntax = ({ type, value }: Of<'literal'>): Syntax => {
  if (type.kind === 'dec128') return call('dec128', [literal(type.scale > 0 ? 'f64' : 'i32', formatDecimal(BigInt(value), type.scale))], [number(type.scale)])
  if (type.kind !== 'scalar') throw new Error(`no literals of ${type.kind}`)
  const { scalar } = type
  if (scalar === 'date') return call('date', [literal('str', calendar(formatDate(Number(value)), value, parseDate))])
  if (scalar === 'timestamp') return call('timestamp', [literal('str', calendar(formatTimestamp(BigInt(value), false), value, parseTimestamp))])
  return literal(scalar, scalar === 'f32' || scalar === 'f64' ? floatText(Number(value), scalar) : String(value))
}

const annotationsOf = (all: Annotations | undefined): { annotations?: readonly SyntaxAnnotation[] } => {
  const entries = Object.entries(all ?? {})
  if (entries.length === 0) return {}
  const valueOf = (v: string | number | boolean): Syntax => {
    if (typeof v === 'number') return Number.isInteger(v) && Math.abs(v) < 2 ** 31 ? literal('i32', String(v)) : literal('f64', floatText(v, 'f64'))
    if (typeof v === 'boolean') return literal('bool', String(v))
    return /^[A-Za-z_]\w*$/.test(v) ? { syntax: 'name', name: v, at } : literal('str', v)
  }
  return { annotations: entries.map(([key, v]) => (v === true ? { key, at } : { key, value: valueOf(v), at })) }
}

const iter = ({ of, start, end, stride }: Iter): Syntax => {
  if (!start && !end && !stride) return syntaxOf(of)
  const bounds = [start, end, stride].slice(0, stride ? 3 : end ? 2 : 1).map((b): Syntax => (b ? syntaxOf(b) : { syntax: 'name', name: '_', at }))
  return call('iter', [syntaxOf(of), ...bounds])
}
const iteration = (i: Iteration): Syntax => {
  if (i.over === 'range') return call('rangeiter', [syntaxOf(i.start), syntaxOf(i.end), syntaxOf(i.stride)])
  const [first, ...more] = i.iters.map(iter)
  return first && more.length === 0 ? first : call('zip', i.iters.map(iter))
}

const lambda = (e: Of<'lambda'>, typed: boolean): Syntax => ({
  syntax: 'lambda',
  params: e.params.map((p) => ({ name: p.name, ...(typed && { type: typeSyntax(p.type) }), at })),
  body: syntaxOf(e.body),
  at,
  ...annotationsOf(e.annotations),
})

const cast = (e: Of<'cast'>): Syntax => {
  const of = e.value.type
  const value = of.kind === 'dec128' ? call('unscaled', [syntaxOf(e.value)]) : syntaxOf(e.value)
  const is = (t: Type): boolean => t.kind === 'scalar' && t.scalar === 'i128'
  if (e.type.kind === 'dec128') return call('scaled', [of.kind === 'dec128' || is(of) ? value : call('i128', [value])], [number(e.type.scale)])
  return of.kind === 'dec128' && is(e.type) ? value : call(e.type.kind === 'scalar' ? e.type.scalar : e.type.kind, [value])
}

const CALLED: ReadonlySet<string> = new Set(['min', 'max', 'pow'])
const args = (name: string, ...es: readonly Expr[]): Syntax => call(name, es.map(syntaxOf))
/** A function in its place has its types from there. */
const step = (e: Expr): Syntax => (e.expr === 'lambda' ? lambda(e, false) : syntaxOf(e))

/** The node of a kind, also where several kinds share one. */
type NodeOf<K extends ExprKind> = Expr extends infer E ? (E extends { readonly expr: infer X } ? (K extends X ? E : never) : never) : never

const WRITE: { readonly [K in ExprKind]: (e: NodeOf<K>) => Syntax } = {
  literal: literalSyntax,
  name: (e) => ({ syntax: 'name', name: e.name, at }),
  let: (e) => ({ syntax: 'let', name: e.name, value: syntaxOf(e.value), body: syntaxOf(e.body), at }),
  lambda: (e) => lambda(e, true),
  apply: (e) => (e.fn.expr === 'name' ? call(e.fn.name, e.args.map(syntaxOf)) : { syntax: 'apply', fn: step(e.fn), args: e.args.map(syntaxOf), at }),
  if: (e) => args('if', e.cond, e.then, e.else),
  select: (e) => args('select', e.cond, e.then, e.else),
  iterate: (e) => call('iterate', [syntaxOf(e.initial), step(e.step)]),
  assert: (e) => args('assert', e.cond, e.value),
  cast,
  call: (e) => call('cudf', e.args.map(syntaxOf), [word(e.fn), typeArgument(e.type)]),
  unary: (e) => (e.op === 'not' || e.op === 'neg' ? { syntax: 'unary', op: e.op === 'not' ? '!' : '-', value: syntaxOf(e.value), at } : args(e.op, e.value)),
  binary: (e) => (CALLED.has(e.op) ? args(e.op, e.left, e.right) : { syntax: 'binary', op: e.op as SyntaxOp, left: syntaxOf(e.left), right: syntaxOf(e.right), at }),
  none: (e) => ({ syntax: 'call', name: 'none', brackets: e.type.kind === 'option' ? [typeArgument(e.type.of)] : [], at }),
  some: (e) => args('some', e.value),
  isnull: (e) => args('isnull', e.value),
  value: (e) => args('value', e.value),
  struct: (e) => ({ syntax: 'struct', items: e.fields.map(syntaxOf), at }),
  vec: (e) => {
    const items: Syntax = { syntax: 'vec', items: e.items.map(syntaxOf), at }
    return e.items.length ? items : { syntax: 'ascribe', value: items, type: typeSyntax(e.type), at }
  },
  field: (e) => ({ syntax: 'field', of: syntaxOf(e.of), index: e.index, at }),
  len: (e) => args('len', e.of),
  lookup: (e) => args('lookup', e.of, e.key),
  optlookup: (e) => args('optlookup', e.of, e.key),
  keyexists: (e) => args('keyexists', e.of, e.key),
  slice: (e) => args('slice', e.of, e.start, e.size),
  sort: (e) => call('sort', [syntaxOf(e.of), step(e.key)]),
  tovec: (e) => args('tovec', e.of),
  for: (e) => call('for', [iteration(e.iteration), syntaxOf(e.builder), step(e.step)]),
  merge: (e) => args('merge', e.builder, e.value),
  result: (e) => args('result', e.builder),
  newbuilder: (e) => {
    const brackets = builderArguments(e.type as BuilderType)
    return e.initial ? call(e.type.kind, [syntaxOf(e.initial)], brackets) : { syntax: 'call', name: e.type.kind, brackets, at }
  },
}

export const syntaxOf = (e: Expr): Syntax => {
  const written = (WRITE[e.expr] as (e: Expr) => Syntax)(e)
  return e.expr === 'lambda' ? written : { ...written, ...annotationsOf(e.annotations) }
}
