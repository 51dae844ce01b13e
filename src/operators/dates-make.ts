/** Dates and timestamps made of numbers, and the day that astronomers count. */
import { binary, cast, literal } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { DATE, DOUBLE, isInteger, type SqlType, typeName, typeRange } from '../layout/types.ts'
import { DAY_MICROS, floorDivide, isFiniteDate, isFiniteTimestamp, TIMESTAMP_DAYS, TIMESTAMP_INFINITY } from './calendar.ts'
import { roundAway } from './cast-numbers.ts'
import { finiteOnly, orRaise } from './dates-infinity.ts'
import { fromParts } from './dates-units.ts'
import { bounded, floorDiv, plain, rangeOf, runtime, widen, widenIr } from './lowering.ts'
import { EvalError, type ExprDef, type Lowered, refuse } from './registry.ts'

const isTime = (t: SqlType | undefined) => t?.kind === 'timestamp' || t?.kind === 'timestamptz'
const isCount = (t: SqlType) => isInteger(t) && t.kind !== 'int128' && t.kind !== 'uint64'
const undefinedFor = (fn: string, args: readonly SqlType[], result: SqlType) => refuse(fn, `${fn}(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`)

const NO_DATE = 'no such date'
export const make_date: ExprDef = {
  doc: 'The date of a year, a month and a day; raises OVERFLOW where there is none.',
  type: (args, result) => (args.length === 3 && args.every(isCount) && result.kind === 'date') || undefinedFor('make_date', args, result),
  eval: () => (year: number | bigint, month: number | bigint, day: number | bigint) => {
    const days = fromParts(Number(year), Number(month), Number(day))
    if (days === undefined) throw new EvalError('OVERFLOW', NO_DATE)
    return days
  },
  lower: (args, _site, cx) => {
    const [year, month, day] = args.map((a) => widen(a, 'i64')) as [Ir, Ir, Ir]
    return { ir: orRaise(runtime('date_from_parts', year, month, day), cx, NO_DATE), type: DATE, range: typeRange(DATE) }
  },
}

/** Microseconds that are a finite timestamp. */
const FINITE = { min: TIMESTAMP_DAYS.min * DAY_MICROS, max: TIMESTAMP_INFINITY - 1n }
const NO_TIMESTAMP = 'no such timestamp'

/** Microseconds since 1970; the second may be 60, the hour 24 where nothing follows. */
export const timestampOf = (year: number, month: number, day: number, hour: number, minute: number, seconds: number): bigint | undefined => {
  const days = fromParts(year, month, day)
  const whole = Math.trunc(seconds)
  const micros = roundAway((seconds - whole) * 1e6)
  const isClock = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && whole >= 0 && whole <= 60 && micros >= 0
  if (days === undefined || !(isClock || (hour === 24 && minute === 0 && whole === 0 && micros === 0))) return undefined
  const time = BigInt(days) * DAY_MICROS + BigInt(hour * 60 + minute) * 60_000_000n + BigInt(whole) * 1_000_000n + BigInt(micros)
  return time >= FINITE.min && time <= FINITE.max ? time : undefined
}

export const make_timestamp: ExprDef = {
  doc: 'The timestamp so many microseconds since 1970, arguments (a), or of (year, month, day, hour, minute, seconds), seconds a double; raises OVERFLOW where there is none.',
  type: (args, result) => (isTime(result) && args.slice(0, 5).every(isCount) && (args.length === 1 || (args.length === 6 && args[5]?.kind === 'double'))) || undefinedFor('make_timestamp', args, result),
  eval: ({ argTypes }) => {
    const made = (time: bigint | undefined): bigint => {
      if (time === undefined || time < FINITE.min || time > FINITE.max) throw new EvalError('OVERFLOW', NO_TIMESTAMP)
      return time
    }
    if (argTypes.length === 1) return (micros: number | bigint) => made(BigInt(micros))
    return (...parts: (number | bigint)[]) => made(timestampOf(...(parts.map(Number) as [number, number, number, number, number, number])))
  },
  lower: (args, { type }, cx) => {
    const [micros] = args as [Lowered]
    if (args.length === 1) return bounded(widen(micros, 'i64'), rangeOf(micros), { type, policy: 'error', code: 'OVERFLOW', message: NO_TIMESTAMP }, cx, FINITE)
    const [year, month, day, hour, minute] = args.slice(0, 5).map((a) => widen(a, 'i64')) as [Ir, Ir, Ir, Ir, Ir]
    return { ir: orRaise(runtime('timestamp_from_parts', year, month, day, hour, minute, (args[5] as Lowered).ir), cx, NO_TIMESTAMP), type, range: typeRange(type) }
  },
}

/** The Julian day that begins at noon of 1970-01-01, by DuckDB's count, whose days begin at midnight. */
const EPOCH = 2440588
export const julian: ExprDef = {
  doc: "The Julian day, as DuckDB counts it from midnight, with the day's share that is over; NULL of the infinities.",
  type: (args, result) => (args.length === 1 && (args[0]?.kind === 'date' || isTime(args[0])) && result.kind === 'double') || undefinedFor('julian', args, result),
  eval: ({ argTypes }) => {
    if (argTypes[0]?.kind === 'date') return (days: number) => (isFiniteDate(days) ? days + EPOCH : null)
    return (time: bigint) => {
      if (!isFiniteTimestamp(time)) return null
      const day = floorDivide(time, DAY_MICROS)
      return Number(time - day * DAY_MICROS) / Number(DAY_MICROS) + Number(day + BigInt(EPOCH))
    }
  },
  lower: ([arg]) => {
    const x = arg as Lowered
    const f64 = (v: number) => literal('f64', v)
    const wide = (v: Ir) => widenIr(v, 'i64')
    const ofDay = (day: Ir) => binary('+', cast('f64', day), f64(EPOCH))
    if (x.type.kind === 'date') return plain(finiteOnly([x], ([v]) => ofDay(wide(v as Ir))), DOUBLE)
    return plain(finiteOnly([x], ([v]) => {
      const time = wide(v as Ir)
      const day = floorDiv(time, DAY_MICROS, rangeOf(x))
      return binary('+', binary('/', cast('f64', binary('-', time, binary('*', day, literal('i64', DAY_MICROS)))), f64(Number(DAY_MICROS))), ofDay(day))
    }), DOUBLE)
  },
}
