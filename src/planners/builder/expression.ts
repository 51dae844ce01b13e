/**
 * Expressions of the builder: plan expressions that know their type. A JavaScript value among the operands is a literal
 * of the type its neighbours have, where it is one; `lit(value, type)` says the type.
 */
import { isFloating, isInteger, type SqlType, sameType, type TypeName, typeName } from '../../layout/types.ts'
import type { Expr, Flags, OnFailure } from '../../plan/nodes.ts'
import { failure } from './failure.ts'
import { overload } from './infer.ts'
import { decimalType, isLiteralInput, type LiteralInput, literalOf, naturalType, typeOf } from './literals.ts'
import { commonType, isNumber, isTemporal } from './types.ts'

/** What may stand where an expression is asked for. */
export type Operand = Expression | LiteralInput
/** The input whose columns an expression reads; literals have none. */
export type Scope = object

export class Expression {
  readonly expr: Expr
  readonly type: SqlType
  readonly scope: Scope | undefined
  /** The value of a literal that may still take another type. */
  readonly loose: LiteralInput | undefined

  constructor(expr: Expr, type: SqlType, scope?: Scope, loose?: LiteralInput) {
    this.expr = expr
    this.type = type
    this.scope = scope
    this.loose = loose
  }

  add(x: Operand): Expression { return apply('add', [this, x]) }
  sub(x: Operand): Expression { return apply('subtract', [this, x]) }
  mul(x: Operand): Expression { return apply('multiply', [this, x]) }
  /** Division of floats; other numbers become doubles. By zero as IEEE 754 says. */
  div(x: Operand): Expression { return apply('divide', [this, x]) }
  /** Division of integers, truncating; NULL by zero. */
  intDiv(x: Operand): Expression { return apply('int_divide', [this, x]) }
  mod(x: Operand): Expression { return apply('modulo', [this, x]) }
  neg(): Expression { return apply('negate', [this]) }
  abs(): Expression { return apply('abs', [this]) }

  eq(x: Operand): Expression { return apply('eq', [this, x]) }
  ne(x: Operand): Expression { return apply('ne', [this, x]) }
  lt(x: Operand): Expression { return apply('lt', [this, x]) }
  le(x: Operand): Expression { return apply('le', [this, x]) }
  gt(x: Operand): Expression { return apply('gt', [this, x]) }
  ge(x: Operand): Expression { return apply('ge', [this, x]) }
  between(low: Operand, high: Operand): Expression { return apply('between', [this, low, high]) }
  in(list: readonly Operand[]): Expression { return apply('in', [this, ...list]) }
  isNull(): Expression { return apply('is_null', [this]) }
  isNotNull(): Expression { return apply('is_not_null', [this]) }
  isDistinct(x: Operand): Expression { return apply('is_distinct', [this, x]) }
  isNotDistinct(x: Operand): Expression { return apply('is_not_distinct', [this, x]) }

  and(...others: readonly Operand[]): Expression { return apply('and', [this, ...others]) }
  or(...others: readonly Operand[]): Expression { return apply('or', [this, ...others]) }
  not(): Expression { return apply('not', [this]) }
  coalesce(...others: readonly Operand[]): Expression { return apply('coalesce', [this, ...others]) }
  nullif(x: Operand): Expression { return apply('nullif', [this, x]) }

  round(digits?: number): Expression { return apply('round', digits === undefined ? [this] : [this, digits]) }
  lower(): Expression { return apply('lower', [this]) }
  upper(): Expression { return apply('upper', [this]) }
  /** 1-based. */
  substring(offset: Operand, length?: Operand): Expression { return apply('substring', length === undefined ? [this, offset] : [this, offset, length]) }
  concat(...others: readonly Operand[]): Expression { return apply('concat', [this, ...others]) }
  startsWith(x: Operand): Expression { return apply('starts_with', [this, x]) }
  endsWith(x: Operand): Expression { return apply('ends_with', [this, x]) }
  contains(x: Operand): Expression { return apply('contains', [this, x]) }
  like(pattern: Operand, escape = ''): Expression { return apply('like', [this, pattern], { escape }) }
  /** The start of the unit: 'year', 'month', 'day', 'hour', … */
  dateTrunc(unit: string): Expression { return apply('date_trunc', [unit, this]) }

  /** A conversion; `onFailure` 'null' gives NULL for a value that has no counterpart. */
  cast(type: TypeName, onFailure: OnFailure = 'error'): Expression {
    const to = typeOf(type)
    return new Expression({ expr: 'cast', arg: this.expr, type: typeName(to), onFailure }, to, this.scope)
  }
}

export const column = (index: number, type: SqlType, scope: Scope): Expression =>
  new Expression({ expr: 'column', index, type: typeName(type) }, type, scope)

/** A literal; without a type of the one the value has by nature, or the one its neighbours ask for. */
export const lit = (value: LiteralInput, type?: TypeName): Expression => {
  if (!isLiteralInput(value)) throw failure('INVALID_PLAN', `a ${typeof value} is no literal`)
  const own = type === undefined ? naturalType(value) : typeOf(type)
  const literal = literalOf(value, own)
  if (!literal) throw failure('INVALID_PLAN', `${shownValue(value)} is no literal of type ${typeName(own)}`)
  return new Expression(literal, own, undefined, type === undefined ? value : undefined)
}

const shownValue = (value: LiteralInput): string => (typeof value === 'string' ? JSON.stringify(value) : String(value))

export const toExpression = (x: Operand): Expression => {
  if (x instanceof Expression) return x
  return lit(x)
}

/** The one input that all of them read. */
export const scopeOf = (all: readonly Expression[]): Scope | undefined => {
  let scope: Scope | undefined
  for (const e of all) {
    if (e.scope === undefined || e.scope === scope) continue
    if (scope !== undefined) throw failure('INVALID_PLAN', 'the expression reads columns of two different inputs')
    scope = e.scope
  }
  return scope
}

/** A literal is written in the type asked for, where it is a value of it; all else is cast. */
export const castTo = (e: Expression, type: SqlType): Expression => {
  if (sameType(e.type, type)) return e
  if (e.expr.expr === 'literal' && (e.expr.value === null || (isNumber(e.type) && isNumber(type)))) {
    const literal = literalOf(e.expr.value, type)
    if (literal) return new Expression(literal, type)
  }
  if (e.type.kind === 'null' && e.expr.expr === 'call') return new Expression({ ...e.expr, type: typeName(type) }, type, e.scope)
  return new Expression({ expr: 'cast', arg: e.expr, type: typeName(type), onFailure: 'error' }, type, e.scope)
}

/** Functions whose operands have one type, so that a bare value takes that of the others. */
const ARITHMETIC = ['add', 'subtract', 'multiply', 'divide', 'int_divide', 'modulo']
const ALIKE = new Set([...ARITHMETIC, 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'is_distinct', 'is_not_distinct', 'between', 'in', 'coalesce', 'nullif', 'greatest', 'least'])

/** The literal in the type of its neighbours, if it is a value of it. */
const adapt = (e: Expression, to: SqlType, arithmetic: boolean): Expression => {
  if (e.loose === undefined) return e
  const value = e.loose
  const as = (type: SqlType | undefined) => {
    const literal = type && literalOf(value, type)
    return literal && new Expression(literal, type)
  }
  if (value === null) return as(to) ?? e
  if (typeof value === 'string' && isTemporal(to)) {
    const literal = as(to)
    if (!literal) throw failure('INVALID_PLAN', `${JSON.stringify(value)} is no ${to.kind}`)
    return literal
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') return e
  // Arithmetic with a decimal: the digits of the literal count in the result's type.
  if (to.kind === 'decimal') return (arithmetic ? undefined : as(to)) ?? as(decimalType(value)) ?? e
  if (isInteger(to)) return as(to) ?? e
  return isFloating(to) ? (as(to) ?? e) : e
}

/** Bare values in the type of the other operands. */
export const adapted = (args: readonly Expression[], arithmetic: boolean): readonly Expression[] => {
  const typed = args.filter((a) => a.loose === undefined)
  const common = typed.slice(1).reduce<SqlType | undefined>((t, a) => t && commonType(t, a.type), typed[0]?.type)
  return common ? args.map((a) => adapt(a, common, arithmetic)) : args
}

/** A function of the registry over operands, with its arguments cast and its result type inferred. */
export const apply = (fn: string, operands: readonly Operand[], flags?: Flags): Expression => {
  const plain = operands.map(toExpression)
  const args = ALIKE.has(fn) ? adapted(plain, ARITHMETIC.includes(fn)) : plain
  const made = overload(fn, args.map((a) => a.type))
  if (!made) throw failure('INVALID_PLAN', `there is no ${fn}(${args.map((a) => typeName(a.type)).join(', ')})`)
  const cast = args.map((a, i) => castTo(a, made.args[i]!))
  const all: Flags = { ...made.flags, ...flags }
  const expr: Expr = { expr: 'call', fn, args: cast.map((a) => a.expr), type: typeName(made.result), ...(Object.keys(all).length > 0 ? { flags: all } : {}) }
  return new Expression(expr, made.result, scopeOf(args))
}

