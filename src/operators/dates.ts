/**
 * Parts of dates and timestamps, and truncation to one. The infinities have no parts: NULL; truncated they stay what they
 * are. Zoned timestamps are taken in UTC.
 */
import { binary, cast, either, i32, ifElse, literal, not, option, share } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { isInteger, type Range, type SqlType, typeName, typeRange } from '../layout/types.ts'
import { DATE_INFINITY, DAY_MICROS, floorDivide, isFiniteDate, isFiniteTimestamp, TIMESTAMP_INFINITY } from './calendar.ts'
import { type DayPart, dayPart, truncateDaysIr } from './dates-lower.ts'
import { isDayUnit, PARTS, type PartName, truncateDays, truncateMicros, type Unit, UNIT_MICROS, UNIT_YEARS, UNITS, unitNamed } from './dates-parts.ts'
import { exact, exactLiteral, floorDiv, plain, rangeOf, widenIr } from './lowering.ts'
import { clip, type Exact, includes } from '../ir/ranges.ts'
import { EvalError, type ExprDef, type Lowered, type LowerContext, refuse } from './registry.ts'
import { fitNumber, isWide } from './values.ts'

const isTime = (t: SqlType) => t.kind === 'timestamp' || t.kind === 'timestamptz'
const isTemporal = (t: SqlType) => t.kind === 'date' || isTime(t)

const infinityOf = (type: SqlType): bigint => (type.kind === 'date' ? BigInt(DATE_INFINITY) : TIMESTAMP_INFINITY)
const mayBeInfinite = (x: Lowered): boolean => [infinityOf(x.type), -infinityOf(x.type)].some((v) => includes(rangeOf(x), v))
const isInfinite = (x: Ir, type: SqlType): Ir => {
  const is = (v: bigint) => binary('==', x, exactLiteral(x.type as Exact, v))
  return either(is(infinityOf(type)), is(-infinityOf(type)))
}

/** The days of a date or timestamp in 32 bits, with their range. */
const daysOf = (x: Lowered): { ir: Ir; range: Range } => {
  if (x.type.kind === 'date') return { ir: widenIr(x.ir, 'i32'), range: rangeOf(x) }
  const { min, max } = rangeOf(x)
  return { ir: widenIr(floorDiv(widenIr(x.ir, 'i64'), DAY_MICROS, { min, max }), 'i32'), range: { min: floorDivide(min, DAY_MICROS), max: floorDivide(max, DAY_MICROS) } }
}

/** Microseconds since midnight, as i64. */
const microsOfDay = (x: Lowered): Ir =>
  share(widenIr(x.ir, 'i64'), (t) => binary('-', t, binary('*', floorDiv(t, DAY_MICROS, rangeOf(x)), literal('i64', DAY_MICROS))))

type YearPart = 'year' | 'decade' | 'century' | 'millennium' | 'isoyear' | 'yearweek'
const LIMITS: Record<Exclude<PartName, YearPart>, Range> = {
  month: { min: 1n, max: 12n }, day: { min: 1n, max: 31n }, quarter: { min: 1n, max: 4n }, dayofweek: { min: 0n, max: 6n },
  isodow: { min: 1n, max: 7n }, dayofyear: { min: 1n, max: 366n }, week: { min: 1n, max: 53n },
  hour: { min: 0n, max: 23n }, minute: { min: 0n, max: 59n }, second: { min: 0n, max: 59n },
  millisecond: { min: 0n, max: 59_999n }, microsecond: { min: 0n, max: 59_999_999n }, era: { min: 0n, max: 1n },
}
const isYearPart = (name: PartName): name is YearPart => !(name in LIMITS)
/** They never fall as days go on, but for the week, of which a year before 1 has them backwards. */
const yearRange = (name: YearPart, days: Range): Range => {
  const slack = name === 'yearweek' ? 106n : 0n
  return { min: BigInt(PARTS[name](Number(days.min))) - slack, max: BigInt(PARTS[name](Number(days.max))) + slack }
}

/** Days up to which a part is computed once a day and remembered. */
const REMEMBERED_DAYS = 1n << 16n

const dayPartIr = (name: DayPart, days: { ir: Ir; range: Range }, cx: LowerContext): Ir => {
  const { min, max } = days.range
  if (cx.memoTable === undefined || max - min >= REMEMBERED_DAYS) return dayPart(name, days.ir, days.range)
  const table = cx.memoTable(Number(max - min) + 1)
  // A NULL's days can be any: within bounds they are some day's.
  return share(binary('min', binary('max', days.ir, i32(Number(min))), i32(Number(max))), (day) => ({
    ir: 'memo', type: 'i32', table, code: binary('-', day, i32(Number(min))), compute: dayPart(name, day, days.range),
  }))
}

const partIr = (name: PartName, x: Lowered, cx: LowerContext): Ir => {
  if (!(name in UNIT_MICROS)) return dayPartIr(name as DayPart, daysOf(x), cx)
  if (x.type.kind === 'date') return literal('i32', 0)
  if (name === 'millisecond' || name === 'microsecond') {
    const minute = share(microsOfDay(x), (t) => cast('i32', binary('%', t, literal('i64', UNIT_MICROS.minute))))
    return name === 'microsecond' ? minute : binary('/', minute, literal('i32', 1000))
  }
  const count = cast('i32', floorDiv(microsOfDay(x), UNIT_MICROS[name as keyof typeof UNIT_MICROS], { min: 0n, max: DAY_MICROS }))
  return name === 'hour' ? count : binary('%', count, literal('i32', 60))
}

const part = (name: PartName, doc: string): ExprDef => ({
  doc,
  type: (args, result) => (args.length === 1 && isTemporal(args[0] as SqlType) && isInteger(result)) || refuse(name, `${name}(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`),
  eval: ({ type, argTypes }) => {
    const compute = PARTS[name]
    const fit = isWide(type) ? BigInt : fitNumber(type)
    if ((argTypes[0] as SqlType).kind === 'date') return (days: number) => (isFiniteDate(days) ? fit(compute(days, 0)) : null)
    return (micros: bigint) => {
      if (!isFiniteTimestamp(micros)) return null
      const days = floorDivide(micros, DAY_MICROS)
      return fit(compute(Number(days), Number(micros - days * DAY_MICROS)))
    }
  },
  lower: ([arg], site, cx) => {
    const x = arg as Lowered
    const range = isYearPart(name) ? yearRange(name, daysOf(x).range) : LIMITS[name]
    const into = typeRange(site.type) as Range
    if (range.min < into.min || range.max > into.max) return refuse(name, `the result type ${typeName(site.type)} is too narrow`)
    if (!mayBeInfinite(x)) return exact(partIr(name, x, cx), site.type, range)
    const ir = share(x.ir, (v) => option(partIr(name, { ...x, ir: v }, cx), not(isInfinite(v, x.type))))
    return { ir, type: site.type, range }
  },
})

export const year = part('year', 'The year; 0 is 1 BC.')
export const quarter = part('quarter', 'The quarter, 1 to 4.')
export const month = part('month', 'The month, 1 to 12.')
export const week = part('week', 'The week of ISO 8601, 1 to 53.')
export const day = part('day', 'The day of the month.')
export const dayofweek = part('dayofweek', 'The day of the week, Sunday = 0.')
export const isodow = part('isodow', 'The day of the week, Monday = 1, Sunday = 7.')
export const dayofyear = part('dayofyear', 'The day of the year, from 1.')
export const hour = part('hour', 'The hour; 0 of a date.')
export const minute = part('minute', 'The minute; 0 of a date.')
export const second = part('second', 'The whole second, 0 to 59; 0 of a date.')

export const millisecond = part('millisecond', 'The milliseconds of the minute, 0 to 59999; 0 of a date.')
export const microsecond = part('microsecond', 'The microseconds of the minute; 0 of a date.')
export const decade = part('decade', 'The year divided by 10, truncated.')
export const century = part('century', 'The century, from 1; before year 1 from −1 backwards.')
export const millennium = part('millennium', 'The millennium, from 1; before year 1 from −1 backwards.')
export const era = part('era', '1; 0 before year 1.')
export const isoyear = part('isoyear', "The year that ISO 8601's week belongs to.")
export const yearweek = part('yearweek', "ISO 8601's year times 100 and its week; before year 1 less its week.")

const badUnit = (word: string) => `date_trunc knows no unit ${JSON.stringify(word)}`

const truncateToDate = (unit: Unit) => (isDayUnit(unit) ? (days: number) => truncateDays(unit, days) : (days: number) => days)

/** Microseconds from days; the infinities stay. */
const asMicros = (days: number): bigint => (isFiniteDate(days) ? BigInt(days) * DAY_MICROS : days > 0 ? TIMESTAMP_INFINITY : -TIMESTAMP_INFINITY)

const truncation = (unit: Unit, from: SqlType, to: SqlType): ((x: any) => number | bigint) => {
  if (isTime(from)) return (x: bigint) => (isFiniteTimestamp(x) ? truncateMicros(unit, x) : x)
  const truncate = truncateToDate(unit)
  const finite = (days: number) => (isFiniteDate(days) ? truncate(days) : days)
  return to.kind === 'date' ? finite : (days: number) => asMicros(finite(days))
}

export const date_trunc: ExprDef = {
  doc: `The start of the unit that a date or timestamp lies in, arguments (unit, a): ${UNITS.map((u) => `'${u}'`).join(', ')}. Weeks begin on Monday, units of years in multiples of their years.`,
  type: (args, result) => {
    const [unit, from] = args
    const fits = args.length === 2 && unit?.kind === 'string' && from !== undefined && (from.kind === 'date' ? result.kind === 'date' || isTime(result) : isTime(from) && isTime(result))
    return fits || refuse('date_trunc', `date_trunc(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`)
  },
  eval: ({ type, argTypes }) => {
    let word: string | undefined
    let truncate: (x: any) => number | bigint = (x) => x
    return (unit: string, x: number | bigint) => {
      if (unit !== word) {
        const known = unitNamed(unit)
        if (known === undefined) throw new EvalError('RAISED', badUnit(unit))
        truncate = truncation(known, argTypes[1] as SqlType, type)
        word = unit
      }
      return truncate(x)
    }
  },
  lower: ([word, arg], site) => {
    const x = arg as Lowered
    const unit = typeof word?.constant === 'string' ? unitNamed(word.constant) : undefined
    if (unit === undefined) return refuse('date_trunc', 'the unit is not a known constant')
    const from = rangeOf(x)
    const infinite = mayBeInfinite(x)
    const toDays = site.type.kind === 'date'
    const inside = toDays ? from : clip(from, x.type.kind === 'date' ? { min: -106751991n, max: 106751991n } : from)
    // A day so early or late that its midnight is no timestamp, or whose unit begins before the first one.
    const margin = (unit in UNIT_YEARS ? 366_000n : 400n) * (x.type.kind === 'date' ? 1n : DAY_MICROS)
    const limits = x.type.kind === 'date' && !toDays ? { min: -106751991n, max: 106751991n } : (typeRange(x.type) as Range)
    if (!infinite && (from.min < limits.min + margin || from.max > limits.max)) return refuse('date_trunc', 'values at the end of the calendar')
    const truncate = truncation(unit, x.type, site.type)
    const at = (v: bigint) => BigInt(truncate(isWide(x.type) ? v : Number(v)))
    const scalar: Exact = toDays ? 'i32' : 'i64'
    if (!infinite) return exact(truncateIr(unit, x, toDays), site.type, { min: at(inside.min), max: at(inside.max) })
    const ir = share(x.ir, (v) => {
      const positive = binary('>', v, exactLiteral(v.type as Exact, 0n))
      const own = infinityOf(site.type)
      return ifElse(isInfinite(v, x.type), ifElse(positive, exactLiteral(scalar, own), exactLiteral(scalar, -own)), truncateIr(unit, { ...x, ir: v }, toDays))
    })
    return { ir, type: site.type, range: typeRange(site.type) }
  },
}

const truncateIr = (unit: Unit, x: Lowered, toDays: boolean): Ir => {
  const midnight = (days: Ir) => binary('*', widenIr(days, 'i64'), literal('i64', DAY_MICROS))
  const days = daysOf(x)
  if (toDays) return isDayUnit(unit) ? truncateDaysIr(unit, days.ir, days.range) : days.ir
  if (isDayUnit(unit)) return midnight(truncateDaysIr(unit, days.ir, days.range))
  if (x.type.kind === 'date') return midnight(days.ir)
  const step = literal('i64', UNIT_MICROS[unit])
  return share(widenIr(x.ir, 'i64'), (t) => binary('*', floorDiv(t, UNIT_MICROS[unit], rangeOf(x)), step))
}

/** DuckDB adds milliseconds and microseconds of a zoned timestamp as doubles: in the last digit that is another number. */
const epochSeconds = (micros: bigint, zoned: boolean): number => {
  if (!zoned) return Number(micros) / 1e6
  const millis = floorDivide(micros, 1000n)
  return Number(millis) / 1e3 + Number(micros - millis * 1000n) / 1e6
}

const epochIr = (v: Ir, x: Lowered): Ir => {
  const scaled = (ir: Ir, op: '*' | '/', by: number) => binary(op, cast('f64', ir), literal('f64', by))
  if (x.type.kind === 'date') return scaled(v, '*', 86400)
  if (x.type.kind === 'timestamp') return scaled(v, '/', 1e6)
  return share(widenIr(v, 'i64'), (t) => share(floorDiv(t, 1000n, rangeOf(x)), (millis) => {
    const rest = binary('-', t, binary('*', millis, literal('i64', 1000n)))
    return binary('+', scaled(millis, '/', 1e3), scaled(rest, '/', 1e6))
  }))
}

export const epoch: ExprDef = {
  doc: 'Seconds since 1970 as a double; NULL of the infinities.',
  type: (args, result) => (args.length === 1 && isTemporal(args[0] as SqlType) && result.kind === 'double') || refuse('epoch', `epoch(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`),
  eval: ({ argTypes }) =>
    (argTypes[0] as SqlType).kind === 'date'
      ? (days: number) => (isFiniteDate(days) ? days * 86400 : null)
      : (micros: bigint) => (isFiniteTimestamp(micros) ? epochSeconds(micros, (argTypes[0] as SqlType).kind === 'timestamptz') : null),
  lower: ([arg], site) => {
    const x = arg as Lowered
    const seconds = (v: Ir) => epochIr(v, { ...x, ir: v })
    if (!mayBeInfinite(x)) return plain(seconds(x.ir), site.type)
    return plain(share(x.ir, (v) => option(seconds(v), not(isInfinite(v, x.type)))), site.type)
  },
}
