/** DuckDB's arithmetic: what raises, what wraps, what becomes of a division by zero, and what is not finite. */
import { BOOL, INT64, isExact, isFloating, parseType } from '../../../layout/types.ts'
import { literal } from '../literals.ts'
import { type Call, call, ofFloats, unmapped } from './call.ts'
import { isTemporal } from './times.ts'

/** Integers, decimals and dates raise where the result does not fit; floats follow IEEE 754. */
export const arithmetic =
  (fn: string): Call =>
  (args, type) =>
    isExact(type) ? call(fn, args, type, { overflow: 'error' }) : call(fn, args, type)

/** Of an unsigned integer, DuckDB's negation alone wraps. */
const negate: Call = (args, type) => call('negate', args, type, type.kind.startsWith('uint') ? { overflow: 'wrap' } : isExact(type) ? { overflow: 'error' } : undefined)
export const minus: Call = (args, type, name) => (args.length === 1 ? negate : arithmetic('subtract'))(args, type, name)
export const plus: Call = (args, type, name) => (args.length === 1 && args[0] ? args[0] : arithmetic('add')(args, type, name))

/** `/` is division of floats by IEEE rules (DuckDB's setting ieee_floating_point_ops, on by default). */
export const divide: Call = (args, type) => call('divide', args, type, { divideByZero: 'ieee' })
/** `//` of integers truncates; of floats it divides, but to NULL by zero. */
export const wholeDivide: Call = (args, type, name) => {
  if (isFloating(type)) return call('divide', args, type, { divideByZero: 'null' })
  if (type.kind === 'decimal') throw unmapped(name, args)
  return call('int_divide', args, type, { overflow: 'error', divideByZero: 'null' })
}
export const modulo: Call = (args, type) =>
  isFloating(type) ? call('modulo', args, type, { divideByZero: 'ieee' }) : call('modulo', args, type, { overflow: 'error', divideByZero: 'null' })

/** A count of a unit that is so many times smaller than ours. */
export const finer =
  (fn: string, by: string): Call =>
  (args, type) =>
    call('multiply', [call(fn, args, type), literal(by, INT64)], type, { overflow: 'error' })

/** Of floats a test of their own; of dates and timestamps a comparison with the ends of their types. */
export const endless =
  (fn: string): Call =>
  (args, type, name) => {
    const [a] = args
    if (a === undefined || !isTemporal(parseType(a.type) ?? BOOL)) return ofFloats(fn)(args, type, name)
    const test = call('in', [a, { ...literal('infinity', BOOL), type: a.type }, { ...literal('-infinity', BOOL), type: a.type }], BOOL)
    return fn === 'is_finite' ? call('not', [test], BOOL) : test
  }
