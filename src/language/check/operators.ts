/** Operators: which types they take, and what they give. */
import type { BinaryOp, Expr, Position, Type, UnaryOp } from '../nodes.ts'
import type { Syntax } from '../text/syntax.ts'
import { isBool, isFloat, isInteger, isScalar, sameType, typeText } from '../types.ts'
import type { Checker } from './checker.ts'

interface Rule {
  /** For messages. */
  readonly takes: string
  readonly holds: (t: Type) => boolean
  /** The result where it is not the operands' type. */
  readonly gives?: Type
}

export const BOOL: Type = { kind: 'scalar', scalar: 'bool' }
const isSigned = (t: Type): boolean => isInteger(t) && t.kind === 'scalar' && t.scalar.startsWith('i')
const isNumber = (t: Type): boolean => isInteger(t) || isFloat(t)

const NUMBERS: Rule = { takes: 'integers, floats or dec128', holds: (t) => isNumber(t) || t.kind === 'dec128' }
const CHECKED: Rule = { takes: 'integers or dec128', holds: (t) => isInteger(t) || t.kind === 'dec128' }
const BITS: Rule = { takes: 'integers or bool', holds: (t) => isInteger(t) || isBool(t) }
const INTEGERS: Rule = { takes: 'integers', holds: isInteger }
const FLOATS: Rule = { takes: 'floats', holds: isFloat }
const SCALARS: Rule = { takes: 'scalars', holds: isScalar }
const COMPARED: Rule = { ...SCALARS, gives: BOOL }
const LOGIC: Rule = { takes: 'bool', holds: isBool }

export const BINARY: Record<BinaryOp, Rule> = {
  '+': NUMBERS,
  '-': NUMBERS,
  '*': NUMBERS,
  '/': { takes: 'integers or floats', holds: isNumber },
  '%': { takes: 'integers or floats', holds: isNumber },
  '+!': CHECKED,
  '-!': CHECKED,
  '*!': CHECKED,
  '&': BITS,
  '|': BITS,
  '^': BITS,
  '<<': INTEGERS,
  '>>': INTEGERS,
  min: SCALARS,
  max: SCALARS,
  pow: FLOATS,
  '==': COMPARED,
  '!=': COMPARED,
  '<': COMPARED,
  '<=': COMPARED,
  '>': COMPARED,
  '>=': COMPARED,
  '&&': LOGIC,
  '||': LOGIC,
}

const SIGNED: Rule = { takes: 'a signed integer, a float or a dec128', holds: (t) => isSigned(t) || isFloat(t) || t.kind === 'dec128' }
const FLOAT: Rule = { takes: 'a float', holds: isFloat }

export const UNARY: Record<UnaryOp, Rule> = {
  not: { takes: 'bool', holds: isBool },
  neg: SIGNED,
  abs: SIGNED,
  ...(Object.fromEntries(['exp', 'log', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh'].map((op) => [op, FLOAT])) as Record<
    Exclude<UnaryOp, 'not' | 'neg' | 'abs'>,
    Rule
  >),
}

export const unaryOf = (cx: Checker, op: keyof typeof UNARY, s: Syntax, at: Position): Expr => {
  const value = cx.data(s)
  const { takes, holds } = UNARY[op]
  if (!holds(value.type)) cx.fail(s.at, `${takes} for ${op}`, typeText(value.type))
  return { expr: 'unary', op, value, type: value.type, at }
}

export const binaryOf = (cx: Checker, op: keyof typeof BINARY, l: Syntax, r: Syntax, at: Position): Expr => {
  const { takes, holds, gives } = BINARY[op]
  const left = cx.data(l)
  if (!holds(left.type)) cx.fail(l.at, `${takes} for ${op}`, `${typeText(left.type)}${left.type.kind === 'option' ? ' (value(x) and isnull(x) take it apart)' : ''}`)
  // Of && and || the right side may not run.
  const lazy = isBool(left.type) && (op === '&&' || op === '||')
  const right = lazy ? cx.scope.either(() => cx.data(r), () => undefined, r.at)[0] : cx.data(r)
  const product = (op === '*' || op === '*!') && left.type.kind === 'dec128' && right.type.kind === 'dec128'
  if (!product && !sameType(left.type, right.type)) cx.fail(r.at, `${typeText(left.type)} as the right side of ${op}, like the left`, typeText(right.type))
  if (!product) return { expr: 'binary', op, left, right, type: gives ?? left.type, at }
  const scale = (left.type.kind === 'dec128' ? left.type.scale : 0) + (right.type.kind === 'dec128' ? right.type.scale : 0)
  if (scale > 38) cx.fail(at, 'a product of a scale up to 38', `dec128[${scale}]`)
  return { expr: 'binary', op, left, right, type: { kind: 'dec128', scale }, at }
}
