/**
 * Conversions. Between integers, floats, bool, date and timestamp they are one node; those of dec128 are arithmetic on the unscaled
 * value, which the nodes tell as a cast between i128 and dec128 (`unscaled(d)`, `scaled[2](i)`).
 */
import type { Expr, Position, ScalarName, Type } from '../nodes.ts'
import { typeError } from '../text/mistake.ts'
import type { Syntax, SyntaxOf } from '../text/syntax.ts'
import { isBool, isFloat, isInteger, typeText } from '../types.ts'
import type { Checker } from './checker.ts'
import { dateValue, decimalValue, timestampValue } from './literal.ts'
import { BOOL } from './operators.ts'
import { numberArgument } from './types.ts'

const I128: Type = { kind: 'scalar', scalar: 'i128' }
const F64: Type = { kind: 'scalar', scalar: 'f64' }
const is = (t: Type, name: ScalarName): boolean => t.kind === 'scalar' && t.scalar === name

const cast = (type: Type, value: Expr, at: Position): Expr => ({ expr: 'cast', type, value, at })
const i128 = (value: bigint, at: Position): Expr => ({ expr: 'literal', type: I128, value, at })
const binary = (op: '*!' | '/' | '%' | '+' | '>=' | '<=', left: Expr, right: Expr, at: Position): Expr => ({ expr: 'binary', op, left, right, type: op === '>=' || op === '<=' ? BOOL : left.type, at })
const power = (scale: number): bigint => 10n ** BigInt(scale)
const unscaled = (value: Expr, at: Position): Expr => cast(I128, value, at)

/** Raises OVERFLOW where it does not fit. */
const scaledUp = (value: Expr, by: number, at: Position): Expr => (by === 0 ? value : binary('*!', value, i128(power(by), at), at))

/** Rounds half away from zero. */
const scaledDown = (cx: Checker, value: Expr, by: number, at: Position): Expr => {
  const name = cx.scope.fresh('whole')
  const x: Expr = { expr: 'name', name, type: I128, at }
  const [divisor, half] = [i128(power(by), at), i128(power(by) / 2n, at)]
  const rest = binary('%', x, divisor, at)
  const less: Expr = { expr: 'if', type: I128, at, cond: binary('<=', rest, i128(-power(by) / 2n, at), at), then: i128(-1n, at), else: i128(0n, at) }
  const round: Expr = { expr: 'if', type: I128, at, cond: binary('>=', rest, half, at), then: i128(1n, at), else: less }
  return { expr: 'let', name, value, type: I128, at, body: binary('+', binary('/', x, divisor, at), round, at) }
}

const fromDecimal = (to: Type, value: Expr, scale: number, at: Position): Expr => {
  const whole = unscaled(value, at)
  if (isFloat(to)) {
    const number: Expr = { expr: 'literal', type: F64, value: Number(power(scale)), at }
    const quotient: Expr = { expr: 'binary', op: '/', left: cast(F64, whole, at), right: number, type: F64, at }
    return is(to, 'f64') ? quotient : cast(to, quotient, at)
  }
  const digits = scale === 0 ? whole : binary('/', whole, i128(power(scale), at), at)
  return is(to, 'i128') ? digits : cast(to, digits, at)
}

const literalText = (s: Syntax): string | undefined => (s.syntax === 'literal' && s.type !== 'bool' ? s.text : undefined)

/** `i64(x)` and the like. */
export const scalarCast = (cx: Checker, s: SyntaxOf<'call'>, name: ScalarName): Expr => {
  const { at } = s
  const [arg] = cx.args(s, ['value']) as [Syntax]
  const to: Type = { kind: 'scalar', scalar: name }
  if (arg.syntax === 'literal' && arg.type === 'str') {
    if (name === 'date') return { expr: 'literal', type: to, value: dateValue(arg.text, arg.at), at }
    if (name === 'timestamp') return { expr: 'literal', type: to, value: timestampValue(arg.text, arg.at), at }
  }
  const value = cx.data(arg)
  const from = value.type
  if (from.kind === 'dec128' && (isInteger(to) || isFloat(to))) return fromDecimal(to, value, from.scale, at)
  const time = (t: Type): boolean => is(t, 'date') || is(t, 'timestamp')
  // A date is its i32, a timestamp its i64; of each other they are no numbers.
  const numbers = (t: Type): boolean => isInteger(t) || isFloat(t) || isBool(t) || time(t)
  if (numbers(from) && numbers(to) && !(time(from) && time(to) && !is(from, name))) return cast(to, value, at)
  const other = name === 'date' ? "a string like '2024-01-31', or a number of days since 1970" : name === 'timestamp' ? "a string like '2024-01-31 10:00:00', or a number of microseconds since 1970" : 'a number'
  throw typeError(arg.at, `expected ${name === 'str' ? 'a call of the runtime (cudf[int_to_str, str](x))' : other} to make ${name} of, found ${typeText(from)}`)
}

/** `dec128[2](x)`. */
export const decimalCast = (cx: Checker, s: SyntaxOf<'call'>): Expr => {
  const { at } = s
  const scale = scaleOf(s)
  const [arg] = cx.args(s, ['value']) as [Syntax]
  const to: Type = { kind: 'dec128', scale }
  const text = literalText(arg)
  if (text !== undefined) return { expr: 'literal', type: to, value: decimalValue(text, scale, arg.at), at }
  const value = cx.data(arg)
  const from = value.type
  if (isInteger(from)) return cast(to, scaledUp(is(from, 'i128') ? value : cast(I128, value, at), scale, at), at)
  if (from.kind !== 'dec128') throw typeError(arg.at, `expected a literal, an integer or a dec128 to make a dec128 of, found ${typeText(from)}`)
  const by = scale - from.scale
  return cast(to, by < 0 ? scaledDown(cx, unscaled(value, at), -by, at) : scaledUp(unscaled(value, at), by, at), at)
}

/** `scaled[2](i)`: a dec128 by its unscaled value. */
export const scaled = (cx: Checker, s: SyntaxOf<'call'>): Expr => {
  const scale = scaleOf(s)
  const [arg] = cx.args(s, ['value']) as [Syntax]
  return cast({ kind: 'dec128', scale }, cx.typed(arg, I128, 'the unscaled value'), s.at)
}

export const unscaledOf = (cx: Checker, s: SyntaxOf<'call'>): Expr => {
  const [arg] = cx.args(s, ['value']) as [Syntax]
  const value = cx.data(arg)
  if (value.type.kind !== 'dec128') throw typeError(arg.at, `expected a dec128, found ${typeText(value.type)}`)
  return unscaled(value, s.at)
}

/** The scale in the brackets of dec128 and scaled. */
export const scaleOf = (s: SyntaxOf<'call'>): number => {
  const brackets = s.brackets ?? []
  if (brackets.length !== 1) throw typeError(s.at, `expected ${s.name}[scale](value), found ${brackets.length} arguments in brackets`)
  return numberArgument(brackets[0], 'a scale', 0, 38)
}
