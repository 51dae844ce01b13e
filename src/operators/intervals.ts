/**
 * Intervals: made of months, days and microseconds, and taken apart; the differences of timestamps. Their 16 bytes are
 * drawn in layout/unsafe-row.ts.
 */
import { binary, checked, i32, ifElse, literal, raise, share } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { INT32, INT64, INTERVAL, isInteger, type Range, type SqlType, typeName } from '../layout/types.ts'
import { packSlice } from '../layout/unsafe/writer.ts'
import type { Interval } from '../layout/unsafe-row.ts'
import { civilFromDays, DAY_MICROS, daysInMonth, floorDivide, isFiniteTimestamp } from './calendar.ts'
import { finiteOnly, isInfinite, mayBeInfinite } from './dates-infinity.ts'
import { bounded, exact, plain, rangeOf, runtime, widen, widenIr } from './lowering.ts'
import { type CallSite, EvalError, type ExprDef, type Lowered, type LowerContext, refuse } from './registry.ts'

const undefinedFor = (fn: string, args: readonly SqlType[], result: SqlType) => refuse(fn, `${fn}(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`)
const isTime = (t: SqlType | undefined) => t?.kind === 'timestamp' || t?.kind === 'timestamptz'
const pack = (interval: Interval): Uint8Array => packSlice({ kind: 'interval' }, interval)

/** By the position of the part: months, days (32 bits), microseconds (64). */
const PARTS = ['months', 'days', 'micros'] as const
const part = (index: 0 | 1 | 2, doc: string): ExprDef => {
  const fn = `interval_${PARTS[index]}`
  return {
    doc,
    type: (args, result) => (args.length === 1 && args[0]?.kind === 'interval' && result.kind === 'int64') || undefinedFor(fn, args, result),
    eval: () => (x: Uint8Array) => {
      const view = new DataView(x.buffer, x.byteOffset, x.byteLength)
      return index === 2 ? view.getBigInt64(8, true) : BigInt(view.getInt32(index * 4, true))
    },
    lower: ([x]) => exact(runtime('interval_part', (x as Lowered).ir, i32(index)), INT64, index === 2 ? WORD : HALF),
  }
}
const HALF: Range = { min: -(1n << 31n), max: (1n << 31n) - 1n }
const WORD: Range = { min: -(1n << 63n), max: (1n << 63n) - 1n }

export const interval_months = part(0, 'The months of an interval.')
export const interval_days = part(1, 'The days of an interval.')
export const interval_micros = part(2, 'The microseconds of an interval.')

const TOO_MANY = 'more months or days than an interval has'
export const make_interval: ExprDef = {
  doc: 'The interval of so many months, days and microseconds, which stay apart; raises OVERFLOW where months or days do not fit 32 bits.',
  type: (args, result) => (args.length === 3 && result.kind === 'interval' && args.every((a) => isInteger(a) && a.kind !== 'int128' && a.kind !== 'uint64')) || undefinedFor('make_interval', args, result),
  eval: () => (months: number | bigint, days: number | bigint, micros: number | bigint) => {
    const parts = [Number(months), Number(days)] as const
    if (parts.some((n) => n !== (n | 0))) throw new EvalError('OVERFLOW', TOO_MANY)
    return pack({ months: parts[0], days: parts[1], micros: BigInt(micros) })
  },
  lower: (args, _site, cx) => {
    const [months, days] = args.slice(0, 2).map((x) => widenIr(bounded(x.ir, rangeOf(x), { type: INT32, policy: 'error', code: 'OVERFLOW', message: TOO_MANY }, cx).ir, 'i32')) as [Ir, Ir]
    return plain(runtime('interval_pack', months, days, widen(args[2] as Lowered, 'i64')), INTERVAL)
  },
}

const OUT_OF_BOUNDS = 'the difference of the timestamps is out of range'
const INFINITE = 'an infinite timestamp has no difference'

/** subtract of two timestamps: of whole days and microseconds, or of microseconds alone. */
export const isDifference = (args: readonly SqlType[], result: SqlType): boolean =>
  args.length === 2 && isTime(args[0]) && args[0]?.kind === args[1]?.kind && (result.kind === 'interval' || result.kind === 'interval_day_time')

export const evalDifference = ({ type }: CallSite) => (a: bigint, b: bigint): Uint8Array | bigint => {
  if (!isFiniteTimestamp(a) || !isFiniteTimestamp(b)) throw new EvalError('OVERFLOW', INFINITE)
  const micros = a - b
  if (micros < WORD.min || micros > WORD.max) throw new EvalError('OVERFLOW', OUT_OF_BOUNDS)
  return type.kind === 'interval' ? pack({ months: 0, days: Number(micros / DAY_MICROS), micros: micros % DAY_MICROS }) : micros
}

export const lowerDifference = (args: readonly Lowered[], { type }: CallSite, cx: LowerContext): Lowered => {
  const [a, b] = args as [Lowered, Lowered]
  const finite = (x: Lowered, body: (v: Ir) => Ir): Ir =>
    share(widen(x, 'i64'), (v) => (mayBeInfinite(x) ? ifElse(isInfinite(v, x.type), raise('i64', 'OVERFLOW', cx.site('OVERFLOW', INFINITE)), body(v)) : body(v)))
  const micros = finite(a, (x) => finite(b, (y) => checked('-', x, y, cx.site('OVERFLOW', OUT_OF_BOUNDS))))
  if (type.kind !== 'interval') return { ir: micros, type }
  const day = literal('i64', DAY_MICROS)
  return plain(share(micros, (d) => runtime('interval_pack', i32(0), widenIr(binary('/', d, day), 'i32'), binary('%', d, day))), INTERVAL)
}

/** Both are finite: whole months, days of the month that the earlier one lies in, and the rest. */
export const ageOf = (a: bigint, b: bigint): Interval => {
  const [later, earlier] = a < b ? [b, a] : [a, b]
  const split = (t: bigint) => {
    const day = floorDivide(t, DAY_MICROS)
    return { ...civilFromDays(Number(day)), rest: t - day * DAY_MICROS }
  }
  const [x, y] = [split(later), split(earlier)]
  let [months, days, micros] = [(x.year - y.year) * 12 + x.month - y.month, x.day - y.day, x.rest - y.rest]
  if (micros < 0n) {
    micros += DAY_MICROS
    days--
  }
  while (days < 0) {
    days += daysInMonth(y.year, y.month)
    months--
  }
  return a < b ? { months: -months || 0, days: -days || 0, micros: -micros } : { months, days, micros }
}

export const age: ExprDef = {
  doc: 'The interval from b to a, timestamps (a, b), in months, days and microseconds of one sign: what is left of a month is counted in days of the month that the earlier one lies in. NULL of the infinities.',
  type: (args, result) => (args.length === 2 && isTime(args[0]) && args[0]?.kind === args[1]?.kind && result.kind === 'interval') || undefinedFor('age', args, result),
  eval: () => (a: bigint, b: bigint) => (isFiniteTimestamp(a) && isFiniteTimestamp(b) ? pack(ageOf(a, b)) : null),
  lower: (args) => plain(finiteOnly(args, ([a, b]) => runtime('timestamp_age', widenIr(a as Ir, 'i64'), widenIr(b as Ir, 'i64'))), INTERVAL),
}
