/**
 * Powers, logarithms and angles, of doubles. Natively each is a call of the function of JavaScript's Math that the interpreter
 * calls, so that both give the same bits; another library's (DuckDB's) may differ in the last digit.
 */
import { binary, both, either, ifElse, literal, raise, select, share, unary } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import type { RUNTIME } from '../ir/runtime.ts'
import { DOUBLE, type SqlType, typeName } from '../layout/types.ts'
import { plain, runtime } from './lowering.ts'
import { EvalError, type ExprDef, type Lowered, type LowerContext, refuse } from './registry.ts'

const f64 = (v: number): Ir => literal('f64', v)

const doubles = (fn: string, arity: number): ExprDef['type'] => (args: readonly SqlType[], result: SqlType) =>
  (args.length === arity && result.kind === 'double' && args.every((a) => a.kind === 'double')) || refuse(fn, `${fn}(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`)

/** A value the function has no result for: OVERFLOW. NaN is none. */
interface Gap {
  readonly has: (x: number) => boolean
  readonly hasIr: (x: Ir) => Ir
  readonly says: string
}
const NEGATIVE: Gap = { has: (x) => x < 0, hasIr: (x) => binary('<', x, f64(0)), says: 'logarithm of a negative number' }
const ZERO: Gap = { has: (x) => x === 0, hasIr: (x) => binary('==', x, f64(0)), says: 'logarithm of zero' }
const INFINITE: Gap = { has: (x) => Math.abs(x) === Number.POSITIVE_INFINITY, hasIr: (x) => binary('==', unary('abs', x), f64(Number.POSITIVE_INFINITY)), says: 'an angle that is infinite' }
const BEYOND_ONE: Gap = { has: (x) => Math.abs(x) > 1, hasIr: (x) => binary('>', unary('abs', x), f64(1)), says: 'defined from -1 to 1 only' }

const named = (fn: string, gap: Gap) => `${fn}: ${gap.says}`
const guarded = (fn: string, gaps: readonly Gap[], compute: (x: number) => number) => {
  if (gaps.length === 0) return compute
  return (x: number): number => {
    for (const gap of gaps) if (gap.has(x)) throw new EvalError('OVERFLOW', named(fn, gap))
    return compute(x)
  }
}
const guardedIr = (fn: string, gaps: readonly Gap[], x: Ir, cx: LowerContext, compute: (x: Ir) => Ir): Ir =>
  gaps.length === 0 ? compute(x) : share(x, (v) => gaps.reduceRight((rest, gap) => ifElse(gap.hasIr(v), raise('f64', 'OVERFLOW', cx.site('OVERFLOW', named(fn, gap))), rest), compute(v)))

type Host = { [K in keyof typeof RUNTIME]: (typeof RUNTIME)[K] extends { host: string } ? K : never }[keyof typeof RUNTIME]

const one = (fn: string, host: Host, compute: (x: number) => number, doc: string, ...gaps: readonly Gap[]): ExprDef => ({
  doc,
  type: doubles(fn, 1),
  eval: () => guarded(fn, gaps, compute),
  lower: ([a], _site, cx) => plain(guardedIr(fn, gaps, (a as Lowered).ir, cx, (x) => runtime(host, x)), DOUBLE),
})

const POSITIVE = 'raises OVERFLOW for one that is not positive'
export const exp = one('exp', 'exp', Math.exp, 'e to the power of a double.')
export const ln = one('ln', 'log', Math.log, `The natural logarithm of a double; ${POSITIVE}.`, NEGATIVE, ZERO)
export const log10 = one('log10', 'log10', Math.log10, `The decimal logarithm of a double; ${POSITIVE}.`, NEGATIVE, ZERO)
export const log2 = one('log2', 'log2', Math.log2, `The binary logarithm of a double; ${POSITIVE}.`, NEGATIVE, ZERO)
export const cbrt = one('cbrt', 'cbrt', Math.cbrt, 'The cube root of a double.')
export const sin = one('sin', 'sin', Math.sin, 'The sine; raises OVERFLOW of an infinity.', INFINITE)
export const cos = one('cos', 'cos', Math.cos, 'The cosine; raises OVERFLOW of an infinity.', INFINITE)
export const tan = one('tan', 'tan', Math.tan, 'The tangent; raises OVERFLOW of an infinity.', INFINITE)
export const asin = one('asin', 'asin', Math.asin, 'The arc sine; raises OVERFLOW beyond −1 and 1.', BEYOND_ONE)
export const acos = one('acos', 'acos', Math.acos, 'The arc cosine; raises OVERFLOW beyond −1 and 1.', BEYOND_ONE)
export const atan = one('atan', 'atan', Math.atan, 'The arc tangent.')
export const sinh = one('sinh', 'sinh', Math.sinh, 'The hyperbolic sine.')
export const cosh = one('cosh', 'cosh', Math.cosh, 'The hyperbolic cosine.')
export const tanh = one('tanh', 'tanh', Math.tanh, 'The hyperbolic tangent.')

export const asinh = one('asinh', 'asinh', Math.asinh, 'The inverse hyperbolic sine.')
export const acosh = one('acosh', 'acosh', Math.acosh, 'The inverse hyperbolic cosine; NaN below 1.')
export const atanh: ExprDef = {
  doc: 'The inverse hyperbolic tangent; raises OVERFLOW beyond −1 and 1, and is Infinity of both, as DuckDB has it.',
  type: doubles('atanh', 1),
  eval: () => guarded('atanh', [BEYOND_ONE], (x) => Math.atanh(x === -1 ? 1 : x)),
  lower: ([a], _site, cx) => plain(guardedIr('atanh', [BEYOND_ONE], (a as Lowered).ir, cx, (x) => runtime('atanh', select(binary('==', x, f64(-1)), f64(1), x))), DOUBLE),
}

const NO_COTANGENT: Gap = { ...ZERO, says: 'the cotangent of zero' }
export const cot: ExprDef = {
  doc: 'The cotangent; raises OVERFLOW of zero and of an infinity.',
  type: doubles('cot', 1),
  eval: () => guarded('cot', [INFINITE, NO_COTANGENT], (x) => 1 / Math.tan(x)),
  lower: ([a], _site, cx) => plain(guardedIr('cot', [INFINITE, NO_COTANGENT], (a as Lowered).ir, cx, (x) => binary('/', f64(1), runtime('tan', x))), DOUBLE),
}

const scaled = (fn: string, factor: number, doc: string): ExprDef => ({
  doc,
  type: doubles(fn, 1),
  eval: () => (x: number) => x * factor,
  lower: ([a]) => plain(binary('*', (a as Lowered).ir, f64(factor)), DOUBLE),
})
export const degrees = scaled('degrees', 180 / Math.PI, 'Degrees of an angle in radians.')
export const radians = scaled('radians', Math.PI / 180, 'Radians of an angle in degrees.')

export const atan2: ExprDef = {
  doc: 'The angle of the point (b, a), arguments (a, b).',
  type: doubles('atan2', 2),
  eval: () => Math.atan2,
  lower: ([y, x]) => plain(runtime('atan2', (y as Lowered).ir, (x as Lowered).ir), DOUBLE),
}

export const pow: ExprDef = {
  doc: 'a to the power of b, of doubles.',
  type: doubles('pow', 2),
  // C says 1 where JavaScript says NaN.
  eval: () => (a: number, b: number) => (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b),
  lower: ([a, b]) =>
    plain(share((a as Lowered).ir, (x) => share((b as Lowered).ir, (y) => {
      const one = either(binary('==', x, f64(1)), both(binary('==', x, f64(-1)), INFINITE.hasIr(y)))
      return select(one, f64(1), runtime('pow', x, y))
    })), DOUBLE),
}

const NO_BASE: Gap = { ...ZERO, says: 'the logarithm of the base is zero' }
const [LOG_GAPS, LOG10] = [[NEGATIVE, ZERO], (x: number) => Math.log10(x)] as const
export const log: ExprDef = {
  doc: 'The logarithm of b to the base a, arguments (a, b); raises OVERFLOW where one is not positive, and for base 1.',
  type: doubles('log', 2),
  eval: () => {
    const logarithm = guarded('log', LOG_GAPS, LOG10)
    const divisor = guarded('log', [NO_BASE], (x) => x)
    return (base: number, x: number) => {
      const by = divisor(logarithm(base))
      return logarithm(x) / by
    }
  },
  lower: ([base, x], _site, cx) => {
    const logarithm = (ir: Ir) => guardedIr('log', LOG_GAPS, ir, cx, (v) => runtime('log10', v))
    const divisor = guardedIr('log', [NO_BASE], logarithm((base as Lowered).ir), cx, (v) => v)
    return plain(share(divisor, (by) => binary('/', logarithm((x as Lowered).ir), by)), DOUBLE)
  },
}

const testing = (fn: string, doc: string, test: (x: number) => boolean, testIr: (x: Ir) => Ir): ExprDef => ({
  doc,
  type: (args, result) => (args.length === 1 && result.kind === 'bool' && (args[0]?.kind === 'float' || args[0]?.kind === 'double')) || refuse(fn, `${fn}(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`),
  eval: () => test,
  lower: ([a], site) => plain(share((a as Lowered).ir, testIr), site.type),
})
const infinityOf = (x: Ir): Ir => literal(x.type as 'f64', Number.POSITIVE_INFINITY)
export const is_nan = testing('is_nan', 'Whether a float or double is NaN.', Number.isNaN, (x) => binary('!=', x, x))
export const is_infinite = testing('is_infinite', 'Whether a float or double is one of the infinities.', (x) => Math.abs(x) === Number.POSITIVE_INFINITY, (x) => binary('==', unary('abs', x), infinityOf(x)))
export const is_finite = testing('is_finite', 'Whether a float or double is neither NaN nor an infinity.', Number.isFinite, (x) => binary('<', unary('abs', x), infinityOf(x)))
