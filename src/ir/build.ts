/**
 * Constructors of IR expressions. They infer types and fold what is trivially constant, so that lowering code reads like
 * the arithmetic it means. `share` names a value used more than once.
 */
import { type BinaryOp, type Ir, type IrType, isOption, optionOf, type RaiseCode, type Scalar, scalarOf, type UnaryOp } from './nodes.ts'

let counter = 0
/** A name no other expression uses in this process; the printer renumbers. */
export const fresh = (stem: string): string => `${stem}#${++counter}`

export const literal = (type: Scalar, value: number | bigint | boolean): Ir => ({ ir: 'literal', type, value })
export const TRUE = literal('bool', true)
export const FALSE = literal('bool', false)
export const i32 = (value: number): Ir => literal('i32', value)

const isTrue = (e: Ir) => e.ir === 'literal' && e.value === true
const isFalse = (e: Ir) => e.ir === 'literal' && e.value === false

/** Names `value` where it is not already a name or constant, and hands the name to `body`. */
export const share = (value: Ir, body: (x: Ir) => Ir): Ir => {
  if (value.ir === 'ident' || value.ir === 'literal' || value.ir === 'param') return body(value)
  const name = fresh('v')
  const inner = body({ ir: 'ident', type: value.type, name })
  return { ir: 'let', type: inner.type, name, value, body: inner }
}
export const shareAll = (values: readonly Ir[], body: (xs: readonly Ir[]) => Ir): Ir => {
  const go = (i: number, done: readonly Ir[]): Ir => (i === values.length ? body(done) : share(values[i] as Ir, (x) => go(i + 1, [...done, x])))
  return go(0, [])
}

const COMPARES: ReadonlySet<BinaryOp> = new Set(['==', '!=', '<', '<=', '>', '>=', '&&', '||', '<u', '<=u', '>u', '>=u'])
export const binary = (op: BinaryOp, left: Ir, right: Ir): Ir => {
  const type = COMPARES.has(op) ? 'bool' : scalarOf(left.type)
  return { ir: 'binary', type, op, left, right }
}
export const checked = (op: '+' | '-' | '*', left: Ir, right: Ir, site: number): Ir => ({ ir: 'checked', type: scalarOf(left.type), op, left, right, site })
export const unary = (op: UnaryOp, arg: Ir): Ir => ({ ir: 'unary', type: op === 'length' ? 'i32' : scalarOf(arg.type), op, arg })

/** Lazy: the right side is evaluated only where the left does not decide. */
export const and = (a: Ir, b: Ir): Ir => (isTrue(a) || isFalse(b) ? b : isTrue(b) || isFalse(a) ? a : binary('&&', a, b))
export const or = (a: Ir, b: Ir): Ir => (isFalse(a) || isTrue(b) ? b : isFalse(b) || isTrue(a) ? a : binary('||', a, b))
/** Branch-free conjunction: both sides are evaluated; for sides that cannot raise. */
export const both = (a: Ir, b: Ir): Ir => (isTrue(a) || isFalse(b) ? b : isTrue(b) || isFalse(a) ? a : binary('&', a, b))
export const either = (a: Ir, b: Ir): Ir => (isFalse(a) || isTrue(b) ? b : isFalse(b) || isTrue(a) ? a : binary('|', a, b))
export const not = (a: Ir): Ir => (isTrue(a) ? FALSE : isFalse(a) ? TRUE : unary('not', a))

export const cast = (type: Scalar, arg: Ir): Ir => (arg.type === type ? arg : { ir: 'cast', type, arg })
export const ifElse = (cond: Ir, then: Ir, otherwise: Ir): Ir =>
  isTrue(cond) ? then : isFalse(cond) ? otherwise : { ir: 'if', type: joinTypes(then.type, otherwise.type), cond, then: fit(then, otherwise.type), else: fit(otherwise, then.type) }
/** Both sides are evaluated. */
export const select = (cond: Ir, then: Ir, otherwise: Ir): Ir => ({ ir: 'select', type: then.type, cond, then, else: otherwise })
export const call = (type: Scalar, fn: string, ...args: readonly Ir[]): Ir => ({ ir: 'call', type, fn, args })
export const raise = (type: IrType, code: RaiseCode, site: number): Ir => ({ ir: 'raise', type, code, site })

/** T → T, ?T → T; of a NULL: unspecified. */
export const value = (x: Ir): Ir => (!isOption(x.type) ? x : x.ir === 'option' ? x.value : { ir: 'value', type: scalarOf(x.type), arg: x })
export const valid = (x: Ir): Ir => (!isOption(x.type) ? TRUE : x.ir === 'option' ? x.valid : { ir: 'valid', type: 'bool', arg: x })
/** A value with its validity; a plain T where it is always valid. */
export const option = (v: Ir, isValid: Ir): Ir => (isTrue(isValid) ? v : { ir: 'option', type: optionOf(v.type), value: v, valid: isValid })
export const some = (x: Ir): Ir => (isOption(x.type) ? x : { ir: 'option', type: optionOf(x.type), value: x, valid: TRUE })
export const zero = (type: Scalar): Ir =>
  type === 'bool' ? FALSE : literal(type, type === 'i64' || type === 'i128' || type === 'str' || type === 'vec' ? 0n : 0)
export const none = (type: Scalar): Ir => ({ ir: 'option', type: `?${type}`, value: zero(type), valid: FALSE })

const joinTypes = (a: IrType, b: IrType): IrType => (isOption(a) || isOption(b) ? optionOf(a) : a)
const fit = (x: Ir, other: IrType): Ir => (isOption(other) ? some(x) : x)
