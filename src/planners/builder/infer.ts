/**
 * The registry's functions as the builder writes them: for given argument types the types to cast the arguments to, the
 * result type, and the flags that spell DuckDB's semantics. undefined: no such overload.
 */
import { BOOL, DATE, DOUBLE, INT32, INT64, INT8, INTERVAL, isFloating, isInteger, type SqlType, STRING, TIMESTAMP, typeName } from '../../layout/types.ts'
import type { ExprName } from '../../operators/expressions.ts'
import type { Flags } from '../../plan/nodes.ts'
import { commonType, isNumber, isTemporal, isTime, productType, remainderType, sumType } from './types.ts'

export interface Overload {
  readonly args: readonly SqlType[]
  readonly result: SqlType
  readonly flags?: Flags
}
type Infer = (args: readonly SqlType[]) => Overload | undefined

const scaleOf = (t: SqlType): number | undefined => (isInteger(t) ? 0 : t.kind === 'decimal' ? t.scale : undefined)
const exactly = (flags: Flags, result: SqlType): { flags?: Flags } => (isFloating(result) ? {} : { flags })
const ERROR: Flags = { overflow: 'error' }

/** Arguments as they are where they differ in width only, else cast to `to`. */
const aligned = (args: readonly SqlType[], to: SqlType): readonly SqlType[] => {
  const scale = scaleOf(to)
  return scale !== undefined && args.every((a) => scaleOf(a) === scale) ? args : args.map(() => to)
}

const ofAll = (args: readonly SqlType[], join = commonType): SqlType | undefined =>
  args.slice(1).reduce<SqlType | undefined>((a, b) => a && join(a, b), args[0])

const binary = (join: typeof sumType, flags: Flags): Infer => (args) => {
  const [a, b] = args
  if (args.length !== 2 || !a || !b || !isNumber(a) || !isNumber(b)) return undefined
  const result = join(a, b)
  return result && { args: aligned(args, result), result, ...exactly(flags, result) }
}

const sum = binary(sumType, ERROR)
const add: Infer = (args) => {
  const [a, b] = args
  if (args.length === 2 && a && b && ((a.kind === 'date' && isInteger(b)) || (b.kind === 'date' && isInteger(a)))) return { args, result: DATE, flags: ERROR }
  return sum(args)
}
const subtract: Infer = (args) => {
  const [a, b] = args
  if (args.length === 2 && a && isTime(a) && a.kind === b?.kind) return { args, result: INTERVAL }
  if (args.length !== 2 || a?.kind !== 'date' || !b) return sum(args)
  if (isInteger(b)) return { args, result: DATE, flags: ERROR }
  if (b.kind === 'date') return { args, result: INT64, flags: ERROR }
  return sum(args)
}
const multiply: Infer = (args) => {
  const made = binary(productType, ERROR)(args)
  // Decimals add their scales, so they stay what they are.
  return made?.result.kind === 'decimal' ? { ...made, args } : made
}
const divide: Infer = (args) => {
  const [a, b] = args
  if (args.length !== 2 || !a || !b || !isNumber(a) || !isNumber(b)) return undefined
  const common = isFloating(a) || isFloating(b) ? commonType(a, b) : undefined
  const result = common ?? DOUBLE
  return { args: [result, result], result, flags: { divideByZero: 'ieee' } }
}
const modulo: Infer = (args) => {
  const made = binary(remainderType, { overflow: 'error', divideByZero: 'null' })(args)
  return made && isFloating(made.result) ? { ...made, flags: { divideByZero: 'ieee' } } : made
}
const intDivide: Infer = (args) => (args.every(isInteger) ? binary(commonType, { overflow: 'error', divideByZero: 'null' })(args) : undefined)

const itself: Infer = (args) => (args.length === 1 && isNumber(args[0]!) ? { args, result: args[0]!, ...exactly(ERROR, args[0]!) } : undefined)

/** To no digit after the point: a decimal loses them all. */
const whole: Infer = (args) => {
  const [a] = args
  if (args.length !== 1 || !a || !isNumber(a)) return undefined
  return { args, result: a.kind === 'decimal' ? { ...a, scale: 0 } : a }
}
const round: Infer = (args) => {
  const [a, digits] = args
  if (!a || !isNumber(a) || args.length > 2 || (digits && !isInteger(digits))) return undefined
  const result: SqlType = a.kind === 'decimal' && !digits ? { ...a, scale: 0 } : a
  return { args, result, ...exactly(ERROR, result) }
}

const trunc: Infer = (args) => {
  const made = round(args)
  return made && { args: made.args, result: made.result }
}

/** Comparisons: as they are where comparable, else in the common type. */
const compares = (least: number, most = Number.POSITIVE_INFINITY): Infer => (args) => {
  const common = ofAll(args)
  if (!common || common.kind === 'null' || args.length < least || args.length > most) return undefined
  return { args: aligned(args, common), result: BOOL }
}
const bools = (least: number, most = Number.POSITIVE_INFINITY): Infer => (args) =>
  args.length >= least && args.length <= most && args.every((a) => a.kind === 'bool') ? { args, result: BOOL } : undefined
const isOne: Infer = (args) => (args.length === 1 ? { args, result: BOOL } : undefined)
/** Arguments and result of one type. */
const alike = (least: number, most = Number.POSITIVE_INFINITY): Infer => (args) => {
  const common = ofAll(args)
  return common && common.kind !== 'null' && args.length >= least && args.length <= most ? { args: args.map(() => common), result: common } : undefined
}

/** Integers of one type. */
const integers = (arity: number): Infer => (args) => {
  const common = ofAll(args)
  return common && isInteger(common) && args.length === arity ? { args: args.map(() => common), result: common } : undefined
}

const doubles = (arity: number): Infer => (args) => (args.length === arity && args.every(isNumber) ? { args: args.map(() => DOUBLE), result: DOUBLE } : undefined)

const isFloat: Infer = (args) => (args.length === 1 && isFloating(args[0]!) ? { args, result: BOOL } : undefined)

type Kind = 'string' | 'int'
const text = (params: readonly Kind[], result: SqlType, least = params.length): Infer => (args) => {
  const fits = args.length >= least && args.length <= params.length && args.every((a, i) => (params[i] === 'int' ? isInteger(a) : a.kind === 'string'))
  return fits ? { args, result } : undefined
}
const part: Infer = (args) => (args.length === 1 && isTemporal(args[0]!) ? { args, result: INT64 } : undefined)

const dateTrunc: Infer = (args) => {
  const [unit, a] = args
  if (args.length !== 2 || unit?.kind !== 'string' || !a || !isTemporal(a)) return undefined
  return { args, result: isTime(a) ? a : TIMESTAMP }
}

const temporalTo = (result: SqlType): Infer => (args) => (args.length === 1 && isTemporal(args[0]!) ? { args, result } : undefined)
const intervalPart: Infer = (args) => (args.length === 1 && args[0]!.kind === 'interval' ? { args, result: INT64 } : undefined)
const difference: Infer = (args) => {
  const [unit, a, b] = args
  const common = a && b && isTemporal(a) && isTemporal(b) ? commonType(a, b) : undefined
  return args.length === 3 && unit?.kind === 'string' && common ? { args: [unit, common, common], result: INT64 } : undefined
}

const string1 = text(['string'], STRING)
const stringTest = text(['string', 'string'], BOOL)
const trimming = text(['string', 'string'], STRING, 1)

/** Every function of the registry. */
export const OVERLOADS = {
  add, subtract, multiply, divide, int_divide: intDivide, modulo, negate: itself, abs: itself,
  sign: (args) => (args.length === 1 && isNumber(args[0]!) ? { args, result: INT8 } : undefined),
  bit_and: integers(2), bit_or: integers(2), bit_xor: integers(2), bit_not: integers(1), shift_left: integers(2), shift_right: integers(2),
  bit_count: (args) => (args.length === 1 && isInteger(args[0]!) && args[0]!.kind !== 'int128' ? { args, result: INT8 } : undefined),
  eq: compares(2, 2), ne: compares(2, 2), lt: compares(2, 2), le: compares(2, 2), gt: compares(2, 2), ge: compares(2, 2),
  is_distinct: compares(2, 2), is_not_distinct: compares(2, 2), between: compares(3, 3), in: compares(2),
  and: bools(2), or: bools(2), not: bools(1, 1), is_null: isOne, is_not_null: isOne,
  coalesce: alike(1), nullif: alike(2, 2), greatest: alike(1), least: alike(1),
  round, ceil: whole, floor: whole, trunc, sqrt: doubles(1), cbrt: doubles(1), pow: doubles(2), exp: doubles(1),
  ln: doubles(1), log10: doubles(1), log2: doubles(1), log: doubles(2), sin: doubles(1), cos: doubles(1), tan: doubles(1), cot: doubles(1), asin: doubles(1), acos: doubles(1),
  atan: doubles(1), atan2: doubles(2), sinh: doubles(1), cosh: doubles(1), tanh: doubles(1), asinh: doubles(1), acosh: doubles(1), atanh: doubles(1), degrees: doubles(1), radians: doubles(1),
  is_nan: isFloat, is_infinite: isFloat, is_finite: isFloat,
  year: part, quarter: part, month: part, week: part, day: part, dayofweek: part, isodow: part, dayofyear: part,
  hour: part, minute: part, second: part, date_trunc: dateTrunc,
  millisecond: part, microsecond: part, decade: part, century: part, millennium: part, era: part, isoyear: part, yearweek: part, epoch_ms: part, epoch_us: part,
  dayname: temporalTo(STRING), monthname: temporalTo(STRING), last_day: temporalTo(DATE),
  add_interval: (args) => (args.length === 4 && isTemporal(args[0]!) && args.slice(1).every(isInteger) ? { args: [args[0]!, INT64, INT64, INT64], result: isTime(args[0]!) ? args[0]! : TIMESTAMP } : undefined),
  add_months: (args) => (args.length === 2 && args[0]?.kind === 'date' && isInteger(args[1]!) ? { args: [DATE, INT64], result: DATE } : undefined),
  date_diff: difference, date_sub: difference,
  make_date: (args) => (args.length === 3 && args.every(isInteger) ? { args: args.map(() => INT64), result: DATE } : undefined),
  make_timestamp: (args) => {
    if (args.length === 1 && isInteger(args[0]!)) return { args: [INT64], result: TIMESTAMP }
    return args.length === 6 && args.slice(0, 5).every(isInteger) && isNumber(args[5]!) ? { args: [INT64, INT64, INT64, INT64, INT64, DOUBLE], result: TIMESTAMP } : undefined
  },
  julian: temporalTo(DOUBLE),
  age: (args) => (args.length === 2 && isTime(args[0]!) && args[0]!.kind === args[1]!.kind ? { args, result: INTERVAL } : undefined),
  make_interval: (args) => (args.length === 3 && args.every(isInteger) ? { args: [INT64, INT64, INT64], result: INTERVAL } : undefined),
  interval_months: intervalPart, interval_days: intervalPart, interval_micros: intervalPart,
  epoch: (args) => (args.length === 1 && isTemporal(args[0]!) ? { args, result: DOUBLE } : undefined),
  length: text(['string'], INT64), lower: string1, upper: string1, substring: text(['string', 'int', 'int'], STRING, 2),
  left: text(['string', 'int'], STRING), right: text(['string', 'int'], STRING),
  concat: (args) => (args.length > 0 && args.every((a) => a.kind === 'string') ? { args, result: STRING } : undefined),
  trim: trimming, ltrim: trimming, rtrim: trimming, replace: text(['string', 'string', 'string'], STRING),
  starts_with: stringTest, ends_with: stringTest, contains: stringTest, position: text(['string', 'string'], INT64), like: stringTest,
  bucket: (args) => (args.length > 0 && args.every((a) => typeName(a) === typeName(args[0]!)) && args[0]!.kind !== 'null' ? { args, result: INT32 } : undefined),
  hash: (args) => (args.length > 0 ? { args, result: INT32 } : undefined), xxhash64: (args) => (args.length > 0 ? { args, result: INT64 } : undefined),
  lpad: text(['string', 'int', 'string'], STRING), rpad: text(['string', 'int', 'string'], STRING), repeat: text(['string', 'int'], STRING), reverse: string1,
  concat_ws: (args) => (args.length > 1 && args.every((a) => a.kind === 'string') ? { args, result: STRING } : undefined),
  ascii: text(['string'], INT32), unicode: text(['string'], INT32), chr: text(['int'], STRING), octet_length: text(['string'], INT64),
  translate: text(['string', 'string', 'string'], STRING), split_part: text(['string', 'string', 'int'], STRING),
  array_length: (args) => (args.length === 1 && args[0]!.kind === 'array' ? { args, result: INT64 } : undefined),
  element_at: ([a, n, ...rest]) => (a?.kind === 'array' && n && isInteger(n) && rest.length === 0 ? { args: [a, INT64], result: a.element } : undefined),
  error: text(['string'], { kind: 'null' }),
} as const satisfies Record<ExprName, Infer>

export const overload = (fn: string, args: readonly SqlType[]): Overload | undefined =>
  Object.hasOwn(OVERLOADS, fn) ? (OVERLOADS as Record<string, Infer>)[fn]!(args) : undefined

/** Result types of the aggregates, and the type their first argument is cast to. */
export const aggregateOverload = (fn: string, arg: SqlType | undefined, by?: SqlType): { arg?: SqlType; result: SqlType } | undefined => {
  if (fn === 'count_star') return arg ? undefined : { result: INT64 }
  if (!arg || (by !== undefined) !== (fn === 'min_by' || fn === 'max_by')) return undefined
  const isOrdered = (type: SqlType) => isNumber(type) || isTemporal(type) || type.kind === 'string' || type.kind === 'bool'
  switch (fn) {
    case 'count':
      return { result: INT64 }
    case 'sum':
      if (isFloating(arg)) return { result: DOUBLE }
      if (arg.kind === 'decimal') return { result: { ...arg, precision: 38 } }
      return isInteger(arg) || arg.kind === 'bool' ? { arg: arg.kind === 'bool' ? INT8 : arg, result: { kind: 'int128' } } : undefined
    case 'avg':
      return isNumber(arg) ? { result: DOUBLE } : undefined
    case 'product':
    case 'stddev_samp':
    case 'stddev_pop':
    case 'var_samp':
    case 'var_pop':
      return isNumber(arg) ? { arg: DOUBLE, result: DOUBLE } : undefined
    case 'min':
    case 'max':
      return isOrdered(arg) ? { result: arg } : undefined
    case 'min_by':
    case 'max_by':
      return by && isOrdered(by) ? { result: arg } : undefined
    case 'bit_and':
    case 'bit_or':
    case 'bit_xor':
      return isInteger(arg) ? { result: arg } : undefined
    case 'bool_and':
    case 'bool_or':
      return arg.kind === 'bool' ? { result: BOOL } : undefined
    case 'first':
    case 'last':
    case 'any_value':
      return { result: arg }
    default:
      return undefined
  }
}

