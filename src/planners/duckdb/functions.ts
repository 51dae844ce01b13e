/** DuckDB's scalar functions by name → the registry's, with the semantics that DuckDB gives them spelled out as flags. */
import { UnsupportedError } from '../../errors.ts'
import { BOOL, DATE, DOUBLE, INT64, isExact, isFloating, parseType, STRING, typeName } from '../../layout/types.ts'
import type { SqlType } from '../../layout/types.ts'
import type { Expr, Flags } from '../../plan/nodes.ts'
import { lower } from '../../operators/strings-text.ts'
import { literal } from './literals.ts'

type Call = (args: readonly Expr[], type: SqlType, name: string) => Expr

const isTemporal = (type: SqlType): boolean => type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'timestamptz'

const call = (fn: string, args: readonly Expr[], type: SqlType, flags?: Flags): Expr => ({
  expr: 'call',
  fn,
  args,
  type: typeName(type),
  ...(flags === undefined ? {} : { flags }),
})

const unmapped = (name: string, args: readonly Expr[], reason = 'the function is not supported'): UnsupportedError => {
  const node = `${name}(${args.map((a) => a.type).join(', ')})`
  return new UnsupportedError('UNSUPPORTED_FUNCTION', `${node}: ${reason}`, [{ code: 'FUNCTION', node, reason }])
}

/** The same function under our name, for the numbers of arguments given (default: any). */
const as =
  (fn: string, ...arity: readonly number[]): Call =>
  (args, type, name) => {
    if (arity.length > 0 && !arity.includes(args.length)) throw unmapped(name, args)
    return call(fn, args, type)
  }

/** Integers, decimals and dates raise where the result does not fit; floats follow IEEE 754. */
const arithmetic =
  (fn: string): Call =>
  (args, type) =>
    isExact(type) ? call(fn, args, type, { overflow: 'error' }) : call(fn, args, type)

/** Of an unsigned integer, DuckDB's negation alone wraps. */
const negate: Call = (args, type) => call('negate', args, type, type.kind.startsWith('uint') ? { overflow: 'wrap' } : isExact(type) ? { overflow: 'error' } : undefined)
const minus: Call = (args, type, name) => (args.length === 1 ? negate : arithmetic('subtract'))(args, type, name)
const plus: Call = (args, type, name) => (args.length === 1 && args[0] ? args[0] : arithmetic('add')(args, type, name))

/** `/` is division of floats by IEEE rules (DuckDB's setting ieee_floating_point_ops, on by default). */
const divide: Call = (args, type) => call('divide', args, type, { divideByZero: 'ieee' })
/** `//` of integers truncates; of floats it divides, but to NULL by zero. */
const wholeDivide: Call = (args, type, name) => {
  if (isFloating(type)) return call('divide', args, type, { divideByZero: 'null' })
  if (type.kind === 'decimal') throw unmapped(name, args)
  return call('int_divide', args, type, { overflow: 'error', divideByZero: 'null' })
}
const modulo: Call = (args, type) =>
  isFloating(type) ? call('modulo', args, type, { divideByZero: 'ieee' }) : call('modulo', args, type, { overflow: 'error', divideByZero: 'null' })

const like =
  (negated: boolean): Call =>
  (args) => {
    const test = call('like', args, BOOL, { escape: '' })
    return negated ? call('not', [test], BOOL) : test
  }

/** A text, in lower case: a constant at once, so that it stays one. */
const lowerCase = (x: Expr): Expr => (x.expr === 'literal' && typeof x.value === 'string' ? literal(lower(x.value), STRING) : call('lower', [x], STRING))

/** DuckDB compares both sides in lower case; the escape stays as it is. */
const ilike =
  (negated: boolean): Call =>
  ([input, pattern, escape], _type, name) => {
    if (!input || !pattern || (escape && (escape.expr !== 'literal' || typeof escape.value !== 'string'))) throw unmapped(name, [])
    const test = call('like', [lowerCase(input), lowerCase(pattern)], BOOL, { escape: escape?.expr === 'literal' ? String(escape.value) : '' })
    return negated ? call('not', [test], BOOL) : test
  }

/** Only of a text and a number; DuckDB has the same name for lists. */
const ofStringAndCount =
  (fn: string): Call =>
  (args, type, name) => {
    if (args.length !== 2 || parseType(args[0]?.type ?? '')?.kind !== 'string') throw unmapped(name, args)
    return call(fn, args, type)
  }

/** text[n]: one code point, counted from the end where n is negative; list[n]: an element. */
const characterAt: Call = (args, type, name) => {
  const [input, index] = args
  if (args.length === 2 && parseType(input?.type ?? '')?.kind === 'array') return call('element_at', args, type)
  if (!input || !index || parseType(input.type)?.kind !== 'string') throw unmapped(name, args)
  return call('substring', [input, index, literal('1', INT64)], type)
}

/** date_part('year', a), where DuckDB has not made it year(a). */
const partNamed: Call = (args, type, name) => {
  const [part, from] = args
  const fn = part?.expr === 'literal' && typeof part.value === 'string' ? part.value.toLowerCase() : ''
  if (!from || !/^(isoyear|era)$/.test(fn)) throw unmapped(name, args)
  return call(fn, [from], type)
}

/** Of zoned timestamps DuckDB counts in milliseconds. */
const completeUnits: Call = (args, type, name) => {
  if (args.some((a) => a.type === 'timestamptz')) throw unmapped(name, args, 'complete units between zoned timestamps')
  return call('date_sub', args, type)
}

/** Microseconds as a timestamp, of a number of longer units. */
const timestampOf =
  (unit: string): Call =>
  (args, type) =>
    call('make_timestamp', unit === '1' ? args : [call('multiply', [...args, literal(unit, INT64)], INT64, { overflow: 'error' })], type)

/** Of a date or timestamp, and the other way round. */
const epochMillis: Call = (args, type, name) => (isTemporal(type) ? timestampOf('1000') : as('epoch_ms', 1))(args, type, name)

const toTimestamp: Call = ([seconds], type, name) => {
  if (seconds === undefined) throw unmapped(name, [])
  const micros = call('multiply', [seconds, literal(1e6, DOUBLE)], DOUBLE)
  return call('make_timestamp', [{ expr: 'cast', arg: micros, type: typeName(INT64), onFailure: 'error' }], type)
}

/** A count of a unit that is so many times smaller than ours. */
const finer =
  (fn: string, by: string): Call =>
  (args, type) =>
    call('multiply', [call(fn, args, type), literal(by, INT64)], type, { overflow: 'error' })

/** Days since 1970, or a year, a month and a day. */
const makeDate: Call = (args, type, name) => (args.length === 1 ? call('add', [literal('1970-01-01', DATE), ...args], type, { overflow: 'error' }) : as('make_date', 3)(args, type, name))

/** Of floats a test of their own; of dates and timestamps a comparison with the ends of their types. */
const endless =
  (fn: string): Call =>
  (args, type, name) => {
    const [a] = args
    if (a === undefined || !isTemporal(parseType(a.type) ?? BOOL)) return ofFloats(fn)(args, type, name)
    const test = call('in', [a, { ...literal('infinity', BOOL), type: a.type }, { ...literal('-infinity', BOOL), type: a.type }], BOOL)
    return fn === 'is_finite' ? call('not', [test], BOOL) : test
  }

/** Between timestamps and zoned ones: by a zone that is UTC. */
const timezone: Call = (args, type, name) => {
  const [zone, time] = args
  if (zone?.expr !== 'literal' || !/^(utc|etc\/utc|gmt|etc\/gmt|z|zulu)$/i.test(String(zone.value)) || time === undefined || !/^timestamp/.test(time.type)) throw unmapped(name, args, 'only the time zone UTC is known')
  return { expr: 'cast', arg: time, type: typeName(type), onFailure: 'error' }
}

const because =
  (reason: string): Call =>
  (args, _type, name) => {
    throw unmapped(name, args, reason)
  }

const likeEscape =
  (negated: boolean): Call =>
  (args, _type, name) => {
    const [input, pattern, escape] = args
    if (!input || !pattern || escape?.expr !== 'literal' || typeof escape.value !== 'string') throw unmapped(name, args)
    const test = call('like', [input, pattern], BOOL, { escape: escape.value })
    return negated ? call('not', [test], BOOL) : test
  }

/** concat() takes NULL for the empty string, `||` does not; the registry's concat is the operator. */
const concatFunction: Call = (args, type) =>
  call(
    'concat',
    args.map((a) => (a.expr === 'literal' && a.value !== null ? a : call('coalesce', [a, literal('', STRING)], STRING))),
    type,
  )

/** constant_or_null(c, x, …): c, or NULL where any x is NULL. */
const constantOrNull: Call = (args, type, name) => {
  const [constant, ...rest] = args
  if (!constant) throw unmapped(name, args)
  const nulls = rest.map((x) => call('is_null', [x], BOOL))
  const first = nulls[0]
  if (!first) return constant
  return {
    expr: 'case',
    when: [{ if: nulls.length === 1 ? first : call('or', nulls, BOOL), then: literal(null, type) }],
    else: constant,
    type: typeName(type),
  }
}

/** Only over strings; DuckDB has the same name for lists. */
const ofStrings =
  (fn: string): Call =>
  (args, type, name) => {
    if (args.some((a) => parseType(a.type)?.kind !== 'string')) throw unmapped(name, args)
    return call(fn, args, type)
  }

/** Of strings in code points, of lists in elements. */
const lengthOf: Call = (args, type, name) => (args.length === 1 && parseType(args[0]?.type ?? '')?.kind === 'array' ? call('array_length', args, type) : ofStrings('length')(args, type, name))

/** Only of floats; DuckDB has the same name for dates. */
const ofFloats =
  (fn: string): Call =>
  (args, type, name) => {
    if (args.some((a) => !isFloating(parseType(a.type) ?? BOOL))) throw unmapped(name, args)
    return call(fn, args, type)
  }

const NAMES: Readonly<Record<string, Call>> = {
  '+': plus,
  add: plus,
  '-': minus,
  subtract: minus,
  '*': arithmetic('multiply'),
  multiply: arithmetic('multiply'),
  '/': divide,
  '//': wholeDivide,
  divide: wholeDivide,
  '%': modulo,
  mod: modulo,
  abs: arithmetic('abs'),
  '@': arithmetic('abs'),
  sign: as('sign', 1),
  round: as('round', 1, 2),
  ceil: as('ceil', 1),
  ceiling: as('ceil', 1),
  floor: as('floor', 1),
  sqrt: as('sqrt', 1),
  '&': as('bit_and', 2),
  '|': as('bit_or', 2),
  '~': as('bit_not', 1),
  xor: as('bit_xor', 2),
  '<<': as('shift_left', 2),
  '>>': as('shift_right', 2),
  bit_count: as('bit_count', 1),
  trunc: as('trunc', 1, 2),
  ...Object.fromEntries(['exp', 'ln', 'log10', 'log2', 'cbrt', 'sin', 'cos', 'tan', 'cot', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'degrees', 'radians'].map((fn) => [fn, as(fn, 1)])),
  log: (args, type, name) => as(args.length === 1 ? 'log10' : 'log', 1, 2)(args, type, name),
  atan2: as('atan2', 2),
  isnan: ofFloats('is_nan'),
  isinf: endless('is_infinite'),
  isfinite: endless('is_finite'),
  pow: as('pow', 2),
  power: as('pow', 2),
  '**': as('pow', 2),
  '^': as('pow', 2),
  greatest: as('greatest'),
  least: as('least'),
  length: lengthOf,
  len: lengthOf,
  array_length: lengthOf,
  char_length: ofStrings('length'),
  character_length: ofStrings('length'),
  lower: as('lower', 1),
  lcase: as('lower', 1),
  upper: as('upper', 1),
  ucase: as('upper', 1),
  substring: as('substring', 2, 3),
  substr: as('substring', 2, 3),
  '||': ofStrings('concat'),
  concat: concatFunction,
  trim: as('trim', 1, 2),
  ltrim: as('ltrim', 1, 2),
  rtrim: as('rtrim', 1, 2),
  replace: as('replace', 3),
  prefix: as('starts_with', 2),
  starts_with: as('starts_with', 2),
  '^@': as('starts_with', 2),
  suffix: as('ends_with', 2),
  ends_with: as('ends_with', 2),
  contains: ofStrings('contains'),
  '~~': like(false),
  '!~~': like(true),
  like_escape: likeEscape(false),
  not_like_escape: likeEscape(true),
  '~~*': ilike(false),
  '!~~*': ilike(true),
  ilike_escape: ilike(false),
  not_ilike_escape: ilike(true),
  lpad: as('lpad', 3),
  rpad: as('rpad', 3),
  repeat: ofStringAndCount('repeat'),
  concat_ws: as('concat_ws'),
  ascii: as('ascii', 1),
  unicode: as('unicode', 1),
  ord: as('unicode', 1),
  chr: as('chr', 1),
  strlen: as('octet_length', 1),
  translate: as('translate', 3),
  array_extract: characterAt,
  list_extract: characterAt,
  list_element: characterAt,
  reverse: because('DuckDB turns round grapheme clusters, not code points'),
  position: as('position', 2),
  instr: as('position', 2),
  strpos: as('position', 2),
  left: as('left', 2),
  right: as('right', 2),
  year: as('year', 1),
  quarter: as('quarter', 1),
  month: as('month', 1),
  day: as('day', 1),
  dayofmonth: as('day', 1),
  hour: as('hour', 1),
  minute: as('minute', 1),
  second: as('second', 1),
  dayofweek: as('dayofweek', 1),
  weekday: as('dayofweek', 1),
  isodow: as('isodow', 1),
  dayofyear: as('dayofyear', 1),
  week: as('week', 1),
  weekofyear: as('week', 1),
  epoch: as('epoch', 1),
  ...Object.fromEntries(['millisecond', 'microsecond', 'decade', 'century', 'millennium', 'era', 'isoyear', 'yearweek', 'epoch_us', 'dayname', 'monthname', 'last_day'].map((fn) => [fn, as(fn, 1)])),
  epoch_ms: epochMillis,
  epoch_ns: finer('epoch_us', '1000'),
  nanosecond: finer('microsecond', '1000'),
  julian: as('julian', 1),
  make_date: makeDate,
  make_timestamp: as('make_timestamp', 1, 6),
  make_timestamp_ms: timestampOf('1000'),
  make_timestamptz: as('make_timestamp', 1, 6),
  to_timestamp: toTimestamp,
  timezone,
  bit_length: finer('octet_length', '8'),
  date_part: partNamed,
  datepart: partNamed,
  date_diff: as('date_diff', 3),
  datediff: as('date_diff', 3),
  date_sub: completeUnits,
  datesub: completeUnits,
  date_trunc: as('date_trunc', 2),
  datetrunc: as('date_trunc', 2),
  error: as('error', 1),
  constant_or_null: constantOrNull,
}

/** Throws UNSUPPORTED_FUNCTION for what the registry has no counterpart of. */
export const functionCall = (name: string, args: readonly Expr[], type: SqlType): Expr => {
  const make = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
  if (make === undefined) throw unmapped(name, args)
  return make(args, type, name)
}
