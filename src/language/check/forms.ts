/** The words that look like functions: how many arguments each takes, of which types, and what it gives. */
import { RUNTIME, type RuntimeFunction } from '../../ir/runtime.ts'
import type { BinaryOp, Expr, Type, UnaryOp } from '../nodes.ts'
import { printType } from '../text/print.ts'
import type { Syntax, SyntaxOf } from '../text/syntax.ts'
import { isBuilder, isScalar, sameType, SCALAR_NAMES, typeText } from '../types.ts'
import { merge, result } from './builders.ts'
import { decimalCast, scalarCast, scaled, unscaledOf } from './casts.ts'
import type { Checker } from './checker.ts'
import { iterate, loop, sort } from './loops.ts'
import { binaryOf, BOOL, UNARY, unaryOf } from './operators.ts'
import { isBuilderName, readType } from './types.ts'

type Call = SyntaxOf<'call'>
interface Form {
  readonly check: (cx: Checker, s: Call) => Expr
  /** Takes arguments in brackets; `only`: and no others. */
  readonly brackets?: true | 'only'
}

const I64: Type = { kind: 'scalar', scalar: 'i64' }

const ifElse = (cx: Checker, s: Call): Expr => {
  const [c, t, e] = cx.args(s, ['condition', 'then', 'else']) as [Syntax, Syntax, Syntax]
  const cond = cx.bool(c, 'the condition of if')
  const [then, other] = cx.scope.either(() => cx.expr(t), () => cx.expr(e), s.at)
  if (!sameType(then.type, other.type)) cx.fail(e.at, `${typeText(then.type)}, like the first branch`, typeText(other.type))
  const origins = cx.originsOf(then)
  if (isBuilder(then.type) && origins.join() !== cx.originsOf(other).join()) cx.fail(e.at, 'the same builder from both branches', 'another one')
  return cx.withOrigins({ expr: 'if', cond, then, else: other, type: then.type, at: s.at }, origins)
}

const select = (cx: Checker, s: Call): Expr => {
  const [c, t, e] = cx.args(s, ['condition', 'then', 'else']) as [Syntax, Syntax, Syntax]
  const cond = cx.bool(c, 'the condition of select')
  const then = cx.data(t, 'data (select evaluates both sides; builders take if)')
  return { expr: 'select', cond, then, else: cx.typed(e, then.type, 'the other side of select'), type: then.type, at: s.at }
}

const assert = (cx: Checker, s: Call): Expr => {
  const [c, v] = cx.args(s, ['condition', 'value']) as [Syntax, Syntax]
  const cond = cx.bool(c, 'the condition of assert')
  const value = cx.data(v)
  return { expr: 'assert', cond, value, type: value.type, at: s.at }
}

const none = (cx: Checker, s: Call): Expr => {
  const [a] = s.brackets ?? []
  if (s.brackets?.length !== 1 || a?.argument !== 'type') return cx.fail(s.at, 'none[T]', 'other arguments in brackets')
  const of = readType(a.type)
  if (!isScalar(of)) cx.fail(a.type.at, 'a scalar as the type of a NULL', typeText(of))
  return { expr: 'none', type: { kind: 'option', of }, at: s.at }
}

const optional = (expr: 'isnull' | 'value') => (cx: Checker, s: Call): Expr => {
  const [v] = cx.args(s, ['option']) as [Syntax]
  const value = cx.data(v)
  if (value.type.kind !== 'option') return cx.fail(v.at, `an option for ${expr}`, typeText(value.type))
  return { expr, value, type: expr === 'isnull' ? BOOL : value.type.of, at: s.at }
}

const some = (cx: Checker, s: Call): Expr => {
  const [v] = cx.args(s, ['value']) as [Syntax]
  const value = cx.data(v)
  if (!isScalar(value.type)) cx.fail(v.at, 'a scalar for some', typeText(value.type))
  return { expr: 'some', value, type: { kind: 'option', of: value.type }, at: s.at }
}

const len = (cx: Checker, s: Call): Expr => {
  const [v] = cx.args(s, ['vec, dict or str']) as [Syntax]
  const of = cx.data(v)
  const has = of.type.kind === 'vec' || of.type.kind === 'dict' || (of.type.kind === 'scalar' && of.type.scalar === 'str')
  if (!has) cx.fail(v.at, 'a vec, a dict or a str for len', typeText(of.type))
  return { expr: 'len', of, type: I64, at: s.at }
}

const lookup = (cx: Checker, s: Call): Expr => {
  const [v, k] = cx.args(s, ['vec or dict', 'index or key']) as [Syntax, Syntax]
  const of = cx.data(v)
  if (of.type.kind === 'vec') return { expr: 'lookup', of, key: cx.typed(k, I64, 'an index'), type: of.type.of, at: s.at }
  if (of.type.kind !== 'dict') return cx.fail(v.at, 'a vec or a dict for lookup', typeText(of.type))
  return { expr: 'lookup', of, key: cx.typed(k, of.type.key, 'a key'), type: of.type.value, at: s.at }
}

const inDict = (expr: 'optlookup' | 'keyexists') => (cx: Checker, s: Call): Expr => {
  const [d, k] = cx.args(s, ['dict', 'key']) as [Syntax, Syntax]
  const of = cx.data(d)
  if (of.type.kind !== 'dict') return cx.fail(d.at, `a dict for ${expr}`, typeText(of.type))
  const key = cx.typed(k, of.type.key, 'a key')
  return { expr, of, key, type: expr === 'keyexists' ? BOOL : { kind: 'struct', fields: [BOOL, of.type.value] }, at: s.at }
}

const slice = (cx: Checker, s: Call): Expr => {
  const [v, from, count] = cx.args(s, ['vec', 'start', 'size']) as [Syntax, Syntax, Syntax]
  const of = cx.data(v)
  if (of.type.kind !== 'vec') return cx.fail(v.at, 'a vec for slice', typeText(of.type))
  return { expr: 'slice', of, start: cx.typed(from, I64, 'the start of slice'), size: cx.typed(count, I64, 'the size of slice'), type: { kind: 'vec', of: of.type.of }, at: s.at }
}

const tovec = (cx: Checker, s: Call): Expr => {
  const [d] = cx.args(s, ['dict']) as [Syntax]
  const of = cx.data(d)
  if (of.type.kind !== 'dict') return cx.fail(d.at, 'a dict for tovec', typeText(of.type))
  return { expr: 'tovec', of, type: { kind: 'vec', of: { kind: 'struct', fields: [of.type.key, of.type.value] } }, at: s.at }
}

/** Functions that demand more of their arguments than types say: the language reaches them by its operators. */
const BY_OPERATORS: ReadonlySet<string> = new Set(['i128_mul', 'i128_div', 'i128_rem', 'i128_mul_wrap', 'i128_shl', 'i128_shr', 'f64_rem', 'i128_to_f64', 'f64_to_i128', 'str_substring', 'raise_text'])

const external = (cx: Checker, s: Call): Expr => {
  const [name, type] = s.brackets ?? []
  if (s.brackets?.length !== 2 || name?.argument !== 'type' || type?.argument !== 'type') return cx.fail(s.at, 'cudf[name, T](…)', 'other arguments in brackets')
  const fn = printType(name.type)
  const known: RuntimeFunction | undefined = Object.hasOwn(RUNTIME, fn) && !BY_OPERATORS.has(fn) ? RUNTIME[fn as keyof typeof RUNTIME] : undefined
  if (!known) {
    const names = Object.keys(RUNTIME).filter((n) => !BY_OPERATORS.has(n))
    return cx.fail(name.type.at, `a function of the runtime (${names.join(', ')})`, `'${fn}'`)
  }
  const types = [...known.params, known.result].map((t): Type => (t === 'vec' ? cx.fail(name.type.at, 'a function over scalars', `'${fn}'`) : { kind: 'scalar', scalar: t }))
  const given = readType(type.type)
  const expected = types.at(-1)!
  if (!sameType(given, expected)) cx.fail(type.type.at, `${typeText(expected)} as the result of ${fn}`, typeText(given))
  const args = s.args ?? []
  if (args.length !== known.params.length) cx.fail(s.at, `${known.params.length} arguments of ${fn} (${known.params.join(', ')})`, `${args.length}`)
  return { expr: 'call', fn, args: args.map((a, i) => cx.typed(a, types[i]!, `argument ${i + 1} of ${fn}`)), type: given, at: s.at }
}

const binary = (op: BinaryOp): Form => ({
  check: (cx, s) => {
    const [l, r] = cx.args(s, ['left', 'right']) as [Syntax, Syntax]
    return binaryOf(cx, op, l, r, s.at)
  },
})
const unary = (op: UnaryOp): Form => ({
  check: (cx, s) => {
    const [v] = cx.args(s, ['value']) as [Syntax]
    return unaryOf(cx, op, v, s.at)
  },
})
/** zip, iter and rangeiter stand where a loop says what it runs over. */
const onlyInLoops: Form = { check: (cx, s) => cx.fail(s.at, 'a value', `${s.name}: it says what a for loops over, and stands nowhere else`) }
const onlyInPrograms: Form = { brackets: true, check: (cx, s) => cx.fail(s.at, 'a word of kernels', `${s.name}: it belongs to programs`) }

export const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['if', { check: ifElse }],
  ['select', { check: select }],
  ['assert', { check: assert }],
  ['iterate', { check: iterate }],
  ['for', { check: loop }],
  ['merge', { check: merge }],
  ['result', { check: result }],
  ['some', { check: some }],
  ['isnull', { check: optional('isnull') }],
  ['value', { check: optional('value') }],
  ['len', { check: len }],
  ['lookup', { check: lookup }],
  ['optlookup', { check: inDict('optlookup') }],
  ['keyexists', { check: inDict('keyexists') }],
  ['slice', { check: slice }],
  ['sort', { check: sort }],
  ['tovec', { check: tovec }],
  ['none', { check: none, brackets: 'only' }],
  ['cudf', { check: external, brackets: true }],
  ['dec128', { check: decimalCast, brackets: true }],
  ['scaled', { check: scaled, brackets: true }],
  ['unscaled', { check: unscaledOf }],
  ['zip', onlyInLoops],
  ['iter', onlyInLoops],
  ['rangeiter', onlyInLoops],
  ...['option', 'valid', 'memo', 'raise', 'sorter', 'narrow'].map((name) => [name, onlyInPrograms] as const),
  ...(['min', 'max', 'pow'] as const).map((op) => [op, binary(op)] as const),
  ...(Object.keys(UNARY) as UnaryOp[]).map((op) => [op, unary(op)] as const),
  ...SCALAR_NAMES.map((name): [string, Form] => [name, { check: (cx, s) => scalarCast(cx, s, name) }]),
])

/** Words that no function may have as its name. */
export const isReserved = (name: string): boolean => (FORMS.has(name) && FORMS.get(name) !== onlyInPrograms) || isBuilderName(name) || name === 'vec' || name === 'dict'
