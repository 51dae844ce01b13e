/**
 * Expressions as generated code. A call is inlined where inline.ts knows a form that cannot raise; else the registry
 * record's reference evaluation, specialised for the call, is invoked with reference values.
 */
import { parseLiteral } from '../layout/literal.ts'
import { isBinary, parseType, type SqlType } from '../layout/types.ts'
import { CAST, expression } from '../operators/expressions.ts'
import type { CallSite, ExprDef } from '../operators/registry.ts'
import type { Expr } from '../plan/nodes.ts'
import { Dict } from './dict.ts'
import { castInline, INLINE, OPTIONAL } from './inline.ts'
import { LOGIC } from './logic.ts'
import { byCode, memoizable } from './memo.ts'
import { isBigType, isInt, shapeOf, type Val, zeroOf } from './shape.ts'
import type { Row } from './stream.ts'
import { bytesOf, latin1Of } from './strings.ts'
import { type Udf, udfCall } from './udf.ts'
import type { Writer } from './writer.ts'

/** What expressions need to know beside the row. */
export interface ExpressionContext {
  readonly udf: (name: string) => Udf
  /** The operator the expression stands in, for messages. */
  readonly node: string
}

export const typeOf = (name: string): SqlType => {
  const type = parseType(name)
  if (type === undefined) throw new Error(`unknown type ${name}`)
  return type
}

/** Code of a value as a reference value (registry.ts), without its NULL. */
export const canonical = (w: Writer, val: Val): string => {
  if (val.rep === 'code') return `${w.capture(val.dict)}.at(${val.code})`
  if (isBinary(val.type)) return `${w.capture(bytesOf)}(${val.code})`
  return val.rep === 'number' && isBigType(val.type) ? `BigInt(${val.code})` : val.code
}

/** A reference value, possibly null, in the shape of its type. */
const fromReference = (w: Writer, type: SqlType, code: string): Val => {
  const shape = shapeOf(type)
  const raw = w.name(code)
  const nul = w.name(`${raw} === null`)
  const convert = shape.rep === 'number' && isBigType(type) ? `Number(${raw})` : isBinary(type) ? `${w.capture(latin1Of)}(${raw})` : raw
  return { ...shape, nul, code: w.name(`${nul} ? ${zeroOf(shape)} : ${convert}`) }
}

const emitLiteral = (w: Writer, value: unknown, type: SqlType): Val => {
  const shape = shapeOf(type)
  if (value === null) return { ...shape, ...(isInt(shape) ? { min: 0, max: 0 } : {}), code: zeroOf(shape), nul: 'true' }
  if (typeof value === 'bigint') {
    if (value < -9007199254740991n || value > 9007199254740991n) return { ...shape, code: w.capture(value), nul: '' }
    const number = Number(value)
    return { type, rep: 'number', min: number, max: number, code: w.number(number), nul: '' }
  }
  if (typeof value === 'number') {
    const bounds = shape.min === undefined ? {} : { min: value, max: value }
    return { ...shape, ...bounds, code: w.number(value), nul: '' }
  }
  return { ...shape, code: typeof value === 'boolean' ? `${value}` : w.capture(value instanceof Uint8Array ? latin1Of(value) : value), nul: '' }
}

const anyNull = (args: readonly Val[]): string => {
  const flags = [...new Set(args.map((arg) => arg.nul).filter((nul) => nul !== ''))]
  return flags.includes('true') ? 'true' : flags.join(' || ')
}

/** Calls a function of reference values; strict functions are not called where an argument is NULL. */
const emitInvoke = (w: Writer, fn: unknown, args: readonly Val[], type: SqlType, strict: boolean, site: string): Val => {
  const name = w.capture(fn)
  const nul = strict ? anyNull(args) : ''
  const values = args.map((arg) => (strict || arg.nul === '' ? canonical(w, arg) : `${arg.nul} ? null : ${canonical(w, arg)}`))
  w.line(site)
  return fromReference(w, type, nul === '' ? `${name}(${values.join(', ')})` : `${nul} ? null : ${name}(${values.join(', ')})`)
}

const emitLazy = (w: Writer, def: ExprDef, args: readonly Expr[], row: Row, cx: ExpressionContext, site: CallSite, label: string): Val => {
  const fn = w.capture(def.eval(site))
  const thunks = args.map((arg) => {
    const thunk = w.fresh('f')
    w.block(`const ${thunk} = () => {`, () => {
      const val = emitExpr(w, arg, row, cx)
      w.line(`return ${val.nul === '' ? '' : `${val.nul} ? null : `}${canonical(w, val)}`)
    })
    return thunk
  })
  w.line(label)
  return fromReference(w, site.type, `${fn}(${thunks.join(', ')})`)
}

/** An inline form's value: NULL where an argument is. */
const inlined = (w: Writer, form: Val, args: readonly Val[]): Val => {
  const nul = anyNull(args)
  return { ...form, code: w.name(form.code), nul: nul === '' ? '' : w.name(nul) }
}

const siteOf = (expr: Extract<Expr, { expr: 'call' }>): CallSite => ({
  type: typeOf(expr.type),
  argTypes: expr.args.map((arg) => typeOf(arg.type)),
  flags: expr.flags ?? {},
})

const emitCall = (w: Writer, expr: Extract<Expr, { expr: 'call' }>, row: Row, cx: ExpressionContext): Val => {
  const logic = LOGIC[expr.fn]
  if (logic !== undefined) return logic(w, expr.args, (writer, arg) => emitExpr(writer, arg, row, cx))
  if (expr.fn === 'coalesce') return emitCoalesce(w, expr, row, cx)
  const def = expression(expr.fn)!
  const site = siteOf(expr)
  const label = w.site({ node: cx.node, what: expr.fn })
  if (def.strict === 'lazy') return emitLazy(w, def, expr.args, row, cx, site, label)
  const args = expr.args.map((arg) => emitExpr(w, arg, row, cx))
  const strict = def.strict !== false
  const form = (strict ? INLINE : OPTIONAL)[expr.fn]?.(w, args, site)
  if (form !== undefined) return inlined(w, form, args)
  return emitInvoke(w, def.eval(site), args, site.type, strict, label)
}

const emitCast = (w: Writer, expr: Extract<Expr, { expr: 'cast' }>, row: Row, cx: ExpressionContext): Val => {
  const to = typeOf(expr.type)
  const arg = emitExpr(w, expr.arg, row, cx)
  const form = castInline(arg, to)
  if (form !== undefined) return inlined(w, form, [arg])
  const fn = CAST.eval({ from: typeOf(expr.arg.type), to, onFailure: expr.onFailure ?? 'error' })
  return emitInvoke(w, fn, [arg], to, true, w.site({ node: cx.node, what: 'cast' }))
}

/** A value that comes from one of several places in the code: `body` gets what assigns it. */
const emitChoice = (w: Writer, type: SqlType, body: (assign: (val: Val) => void) => void): Val => {
  const shape = shapeOf(type)
  const value = w.fresh()
  const nul = w.fresh()
  w.line(`let ${value} = ${zeroOf(shape)}, ${nul} = false`)
  const chosen: Val[] = []
  body((val) => {
    if (val.nul === 'true') return w.line(`${nul} = true`)
    chosen.push(val)
    const code =
      val.rep === shape.rep ? val.code : val.rep === 'code' ? canonical(w, val) : shape.rep === 'bigint' ? `BigInt(${val.code})` : `Number(${val.code})`
    w.line(`${value} = ${code}${val.nul === '' ? '' : `; ${nul} = ${val.nul}`}`)
  })
  if (!isInt(shape)) return { ...shape, code: value, nul }
  const min = Math.min(0, ...chosen.map((val) => val.min ?? shape.min))
  const max = Math.max(0, ...chosen.map((val) => val.max ?? shape.max))
  return { ...shape, min, max, code: value, nul }
}

/** The branches of a CASE in code, each run only where the earlier conditions do not hold. */
const emitBranches = (w: Writer, expr: Extract<Expr, { expr: 'case' }>, row: Row, cx: ExpressionContext, take: (branch: Expr) => void): void => {
  const emit = (index: number): void => {
    const branch = expr.when[index]
    if (branch === undefined) return take(expr.else)
    w.block(`if (${truth(emitExpr(w, branch.if, row, cx))}) {`, () => take(branch.then), '} else {')
    w.block('', () => emit(index + 1))
  }
  emit(0)
}

const emitCase = (w: Writer, expr: Extract<Expr, { expr: 'case' }>, row: Row, cx: ExpressionContext): Val => {
  const outcomes = [...expr.when.map((branch) => branch.then), expr.else]
  if (expr.type === 'string' && outcomes.every((outcome) => outcome.expr === 'literal')) return emitLabels(w, expr, row, cx)
  return emitChoice(w, typeOf(expr.type), (assign) => emitBranches(w, expr, row, cx, (branch) => assign(emitExpr(w, branch, row, cx))))
}

/** A CASE that only names things: its texts make a dictionary, and rows carry codes. */
const emitLabels = (w: Writer, expr: Extract<Expr, { expr: 'case' }>, row: Row, cx: ExpressionContext): Val => {
  const type = typeOf(expr.type)
  const texts: string[] = []
  const value = w.fresh()
  const nul = w.fresh()
  w.line(`let ${value} = 0, ${nul} = false`)
  emitBranches(w, expr, row, cx, (branch) => {
    const text = branch.expr === 'literal' ? parseLiteral(branch.value, type) : null
    if (text === null) return w.line(`${nul} = true`)
    const known = texts.indexOf(text as string)
    w.line(`${value} = ${known >= 0 ? known : texts.push(text as string) - 1}`)
  })
  return { type, rep: 'code', dict: new Dict(texts.length, (code) => texts[code]!), code: value, nul }
}

const emitCoalesce = (w: Writer, expr: Extract<Expr, { expr: 'call' }>, row: Row, cx: ExpressionContext): Val =>
  emitChoice(w, typeOf(expr.type), (assign) => {
    const emit = (index: number): void => {
      const arg = expr.args[index]
      if (arg === undefined) return assign({ ...shapeOf(typeOf(expr.type)), code: '', nul: 'true' })
      const val = emitExpr(w, arg, row, cx)
      if (val.nul === '') return assign(val)
      if (val.nul === 'true') return emit(index + 1)
      w.block(`if (!(${val.nul})) {`, () => assign({ ...val, nul: '' }), '} else {')
      w.block('', () => emit(index + 1))
    }
    emit(0)
  })

/** Code of a condition: true, and not NULL. */
export const truth = (val: Val): string => (val.nul === '' ? val.code : val.nul === 'true' ? 'false' : `!${val.nul} && ${val.code}`)

export const emitExpr = (w: Writer, expr: Expr, row: Row, cx: ExpressionContext): Val => {
  if (expr.expr === 'column') return row[expr.index]!(w)
  if (expr.expr === 'literal') {
    const type = typeOf(expr.type)
    return emitLiteral(w, parseLiteral(expr.value, type), type)
  }
  const single = memoizable(expr)
  if (single !== undefined) {
    const column = row[single]!(w)
    if (column.rep === 'code') {
      w.line(w.site({ node: cx.node, what: expr.expr === 'call' ? expr.fn : expr.expr }))
      return byCode(w, column, (inner, value) => emitPlain(inner, expr, replaced(row, single, value), cx))
    }
  }
  return emitPlain(w, expr, row, cx)
}

const replaced = (row: Row, index: number, value: Val): Row => row.map((get, i) => (i === index ? () => value : get))

const emitPlain = (w: Writer, expr: Expr, row: Row, cx: ExpressionContext): Val => {
  switch (expr.expr) {
    case 'case':
      return emitCase(w, expr, row, cx)
    case 'cast':
      return emitCast(w, expr, row, cx)
    case 'udf': {
      const call = udfCall(expr.name, cx.udf(expr.name), cx.node)
      const args = expr.args.map((arg) => emitExpr(w, arg, row, cx))
      return emitInvoke(w, call, args, typeOf(expr.type), false, w.site({ node: cx.node, what: expr.name }))
    }
    case 'call':
      return emitCall(w, expr, row, cx)
    default:
      return emitExpr(w, expr, row, cx)
  }
}
