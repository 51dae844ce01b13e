/**
 * What a scan's filters say of single columns in terms that statistics can decide: comparisons with a literal, and tests
 * for NULL, taken from the conjuncts. Only implications that hold exactly: a row that passes the filters fulfils each of
 * them. What has another form is left out.
 */
import { isNumberKind, parseLiteral } from '../layout/literal.ts'
import { isFloating, isInteger, parseType, type SqlType, sameType, typeRange } from '../layout/types.ts'
import type { Value } from '../layout/value.ts'
import type { Expr, ScanField } from './nodes.ts'

/** `value`: decimals unscaled, dates in days, timestamps in microseconds; in the representation of the column's type. */
export interface ColumnPredicate {
  readonly column: string
  readonly op: '=' | '<' | '<=' | '>' | '>=' | 'is_null' | 'is_not_null'
  readonly value: Exclude<Value, Uint8Array>
}

const OPS: Readonly<Record<string, ColumnPredicate['op']>> = { eq: '=', lt: '<', le: '<=', gt: '>', ge: '>=', is_not_distinct: '=' }
const FLIPPED: Readonly<Record<string, ColumnPredicate['op']>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

const scaleOf = (type: SqlType): number | undefined => (isInteger(type) ? 0 : type.kind === 'decimal' ? type.scale : undefined)

/** A column, or a cast of one that changes no value. */
const columnOf = (e: Expr, columns: readonly ScanField[]): ScanField | undefined => {
  if (e.expr === 'column') return columns[e.index]
  if (e.expr !== 'cast' || e.arg.expr !== 'column') return undefined
  const [from, to] = [parseType(e.arg.type), parseType(e.type)]
  if (!from || !to || scaleOf(from) === undefined || scaleOf(from) !== scaleOf(to)) return undefined
  const [inner, outer] = [typeRange(from)!, typeRange(to)!]
  return inner.min >= outer.min && inner.max <= outer.max ? columns[e.arg.index] : undefined
}

/** The literal as a value of the column's type; undefined where it is not exactly one, NULL or NaN, and for bytes, which have no bounds. */
const valueFor = (e: Expr, type: SqlType): ColumnPredicate['value'] | undefined => {
  if (e.expr !== 'literal' || e.value === null) return undefined
  const own = parseType(e.type)
  if (!own) return undefined
  const value = parseLiteral(e.value, own)
  if ((isFloating(own) && Number.isNaN(value)) || value instanceof Uint8Array) return undefined
  if (sameType(own, type)) return value
  if (scaleOf(own) === undefined || scaleOf(own) !== scaleOf(type)) return undefined
  const exact = BigInt(value as number | bigint)
  const range = typeRange(type)!
  if (exact < range.min || exact > range.max) return undefined
  return isNumberKind(type) ? Number(exact) : exact
}

/** Predicates that hold for every row that passes all filters. */
export const scanPredicates = (filters: readonly Expr[], columns: readonly ScanField[]): readonly ColumnPredicate[] => {
  const found: ColumnPredicate[] = []

  const compare = (op: ColumnPredicate['op'], subject: Expr, operand: Expr): boolean => {
    const column = columnOf(subject, columns)
    const type = column && parseType(column.type)
    if (!column || !type) return false
    const value = valueFor(operand, type)
    if (value !== undefined) found.push({ column: column.name, op, value })
    return true
  }
  const isNull = (e: Expr | undefined, op: 'is_null' | 'is_not_null'): void => {
    const column = e && columnOf(e, columns)
    if (column) found.push({ column: column.name, op, value: null })
  }
  const isBool = (e: Expr, value: boolean): void => {
    const column = e.expr === 'column' && e.type === 'bool' ? columns[e.index] : undefined
    if (column) found.push({ column: column.name, op: '=', value })
  }

  const visit = (e: Expr): void => {
    if (e.expr !== 'call') return isBool(e, true)
    const [a, b, c] = e.args
    switch (e.fn) {
      case 'and':
        for (const arg of e.args) visit(arg)
        return
      case 'between':
        if (a && b) compare('>=', a, b)
        if (a && c) compare('<=', a, c)
        return
      case 'is_null':
      case 'is_not_null':
        return isNull(a, e.fn)
      case 'not':
        if (a?.expr === 'call' && (a.fn === 'is_null' || a.fn === 'is_not_null')) return isNull(a.args[0], a.fn === 'is_null' ? 'is_not_null' : 'is_null')
        if (a) isBool(a, false)
        return
      default: {
        const op = Object.hasOwn(OPS, e.fn) ? OPS[e.fn] : undefined
        if (!op || !a || !b) return
        if (!compare(op, a, b)) compare(FLIPPED[op]!, b, a)
      }
    }
  }
  for (const filter of filters) visit(filter)
  return found
}
