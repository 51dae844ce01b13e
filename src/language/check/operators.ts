/** Which types operators take, and what they give. */
import type { BinaryOp, Type, UnaryOp } from '../nodes.ts'
import { isBool, isFloat, isInteger, isScalar } from '../types.ts'

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
