/** Plan expression → IR over a row in flight. What has no native form is refused, every place of it, and goes on as NULL. */
import { FALSE, ifElse, none, option, select, share, TRUE, valid, value } from '../ir/build.ts'
import { type Ir, isOption } from '../ir/nodes.ts'
import { mapChildren } from '../ir/walk.ts'
import { parseLiteral } from '../layout/literal.ts'
import { parseType, type SqlType } from '../layout/types.ts'
import type { Expr } from '../plan/nodes.ts'
import { CAST, EXPRESSIONS } from './expressions.ts'
import { lowerCall, mayRaise, nullAs, plain, rangeOf, scalarFor, widenIr } from './lowering.ts'
import { union, widthOf } from '../ir/ranges.ts'
import { columnsOf } from './references.ts'
import { type ExprDef, isRefusal, type Lowered, type Value } from './registry.ts'
import type { Column, Row, StageContext } from './stage.ts'

/** A type name of a plan that has been validated. */
export const planType = (name: string): SqlType => {
  const type = parseType(name)
  if (!type) throw new TypeError(`unknown type ${name}`)
  return type
}

export const lowerExpression = (expr: Expr, row: Row, cx: StageContext): Column => {
  const dictionary = memoColumn(expr, row)
  const lowered = lowerNode(expr, row, cx, dictionary !== undefined)
  return dictionary === undefined ? lowered : memoise(lowered, dictionary, cx)
}

const nullOf = (type: SqlType): Lowered => ({ ir: none(scalarFor(type)), type, range: undefined })

const lowerNode = (expr: Expr, row: Row, cx: StageContext, memoised: boolean): Column => {
  const sub = (e: Expr): Column => (memoised ? lowerNode(e, row, cx, true) : lowerExpression(e, row, cx))
  const type = planType(expr.type)
  switch (expr.expr) {
    case 'column':
      return row.columns[expr.index] as Column
    case 'literal':
      return lowerLiteral(parseLiteral(expr.value, type) as Value, type, cx)
    case 'call': {
      const def = (EXPRESSIONS as Record<string, ExprDef>)[expr.fn]
      if (!def) return refused(cx, { code: 'FUNCTION', node: expr.fn, reason: `the function ${expr.fn} is not known` }, type)
      const args = expr.args.map(sub)
      const site = { type, argTypes: args.map((a) => a.type), flags: expr.flags ?? {} }
      const typed = def.type(site.argTypes, type)
      if (typed !== true) return refused(cx, typed, type)
      const lowered = lowerCall(expr.fn, def, args, site, cx)
      return isRefusal(lowered) ? refused(cx, lowered, type) : lowered
    }
    case 'cast': {
      const arg = sub(expr.arg)
      const lowered = lowerCast(arg, type, expr.onFailure ?? 'error', cx)
      return isRefusal(lowered) ? refused(cx, lowered, type) : lowered
    }
    case 'case':
      return lowerCase(expr.when.map((w) => ({ if: sub(w.if), then: sub(w.then) })), sub(expr.else), type)
    case 'udf': {
      for (const arg of expr.args) sub(arg)
      return refused(cx, { code: 'UDF', node: expr.name, reason: `${expr.name} is a JavaScript function` }, type)
    }
  }
}

const refused = (cx: StageContext, refusal: Parameters<StageContext['refuse']>[0], type: SqlType): Lowered => {
  cx.refuse(refusal)
  return nullOf(type)
}

export const lowerLiteral = (v: Value, type: SqlType, cx: Pick<StageContext, 'param'>): Lowered => {
  if (v === null) return nullOf(type)
  const exact = typeof v === 'bigint' || (typeof v === 'number' && !/^(float|double)$/.test(type.kind))
  const range = exact ? { min: BigInt(v), max: BigInt(v) } : undefined
  // A parameter only where the value is read as one: a lowering may need no more than the constant.
  return { get ir() { return cx.param(scalarFor(type, range), v) }, type, range, constant: v }
}

const lowerCast = (arg: Lowered, to: SqlType, onFailure: 'error' | 'null', cx: StageContext) => {
  const typed = CAST.type(arg.type, to)
  return typed === true ? CAST.lower(arg, { from: arg.type, to, onFailure }, cx) : typed
}

/** Branches are lazy: a row takes one, and only that can raise. */
const lowerCase = (when: readonly { if: Lowered; then: Lowered }[], otherwise: Lowered, type: SqlType): Lowered => {
  const results = [...when.map((w) => w.then), otherwise]
  const real = results.filter((r) => r.type.kind !== 'null' && !isNullLiteral(r))
  const range = scalarIsExact(type) ? (real.length ? real.map(rangeOf).reduce(union) : { min: 0n, max: 0n }) : undefined
  const scalar = range ? widthOf(range) : scalarFor(type)
  // error() is of the type null and still raises.
  const fit = (x: Lowered): Ir => (isNullLiteral(x) || x.type.kind === 'null' ? nullAs(x.ir, scalar) : widenIr(x.ir, scalar))
  const ir = when.reduceRight((rest: Ir, w): Ir => {
    const then = fit(w.then)
    const branch = (cond: Ir): Ir =>
      mayRaise(then) || mayRaise(rest) || isOption(then.type) || isOption(rest.type) ? ifElse(cond, then, rest) : select(cond, then, rest)
    return isOption(w.if.ir.type) ? share(w.if.ir, (c) => branch(holds(c))) : branch(w.if.ir)
  }, fit(otherwise))
  return { ir, type, range }
}
const isNullLiteral = (x: Lowered): boolean => x.ir.ir === 'option' && x.ir.valid === FALSE
const scalarIsExact = (type: SqlType): boolean => /^i\d+$/.test(scalarFor(type))

/** NULL is not true. */
export const holds = (cond: Ir): Ir =>
  isOption(cond.type) ? share(cond, (c) => ({ ir: 'binary', type: 'bool', op: '&', left: value(c), right: valid(c) })) : cond

/** The one dictionary column that a predicate with string work depends on. */
const memoColumn = (expr: Expr, row: Row): NonNullable<Column['codes']> | undefined => {
  if (expr.type !== 'bool' || expr.expr !== 'call' || expr.args.length === 0) return undefined
  const [only, ...others] = columnsOf([expr])
  if (only === undefined || others.length > 0) return undefined
  const codes = row.columns[only]?.codes
  return codes && codes.dictionary.size <= MEMO_LIMIT ? codes : undefined
}
const MEMO_LIMIT = 1 << 16

/** An expression where a column is not NULL: what it is for the column's NULLs must not be remembered for the code that stands there. */
const whereValid = (ir: Ir, column: Ir): Ir =>
  ir.ir === 'valid' && ir.arg.ir === 'field' && column.ir === 'field' && ir.arg.row === column.row && ir.arg.index === column.index ? TRUE : mapChildren(ir, (x) => whereValid(x, column))

const memoise = (lowered: Lowered, { ir: code, dictionary }: NonNullable<Column['codes']>, cx: StageContext): Lowered => {
  if (mayRaise(lowered.ir) || lowered.type.kind !== 'bool' || (isOption(code.type) && code.ir !== 'field')) return lowered
  const table = cx.memoTable(dictionary.size)
  // A NULL's code is still a code of the dictionary (ir/nodes.ts), so it may index the table: with what the text of that code gives.
  const remembered: Ir = { ir: 'memo', type: 'bool', table, code: value(code), compute: whereValid(value(lowered.ir), code) }
  if (!isOption(lowered.ir.type)) return isOption(code.type) ? lowered : plain(remembered, lowered.type)
  // A strict predicate: NULL just where the column is.
  return isOption(code.type) && lowered.ir.ir === 'option' ? plain(option(remembered, lowered.ir.valid), lowered.type) : lowered
}
