/**
 * Inline forms of registry functions over unboxed numbers, for speed alone: each agrees with its record's reference
 * evaluation on every input that its conditions admit (test/fallback/inline.test.ts), and none can raise. A form is
 * given arguments that are not NULL and answers undefined where it does not apply.
 */
import { isFloating, isInteger, type SqlType, sameType, typeRange } from '../layout/types.ts'
import type { CallSite } from '../operators/registry.ts'
import { compareStrings } from '../operators/values.ts'
import { isInt, type Shape, type Val } from './shape.ts'
import type { Writer } from './writer.ts'

type Inline = (w: Writer, args: readonly Val[], site: CallSite) => Val | undefined

const scale = (type: SqlType): number => (type.kind === 'decimal' ? type.scale : 0)
const exactNumber = (type: SqlType): boolean => isInteger(type) || type.kind === 'decimal'

/** An integer result whose bounds prove that it is exact and fits the SQL type. */
const bounded = (type: SqlType, code: string, min: number, max: number): Val | undefined => {
  const range = typeRange(type)
  if (range === undefined || !Number.isSafeInteger(min) || !Number.isSafeInteger(max)) return undefined
  if (BigInt(min) < range.min || BigInt(max) > range.max) return undefined
  return { type, rep: 'number', min, max, code, nul: '' }
}

const arithmetic =
  (symbol: '+' | '-' | '*'): Inline =>
  (_, [a, b], { type }) => {
    if (a === undefined || b === undefined) return undefined
    if (type.kind === 'double' && a.type.kind === 'double' && b.type.kind === 'double')
      return { type, rep: 'number', code: `${a.code} ${symbol} ${b.code}`, nul: '' }
    if (!isInt(a) || !isInt(b) || !exactNumber(type) || !exactNumber(a.type) || !exactNumber(b.type)) return undefined
    const aligned = symbol === '*' ? scale(a.type) + scale(b.type) === scale(type) : scale(a.type) === scale(type) && scale(b.type) === scale(type)
    if (!aligned) return undefined
    if (symbol === '+') return bounded(type, `${a.code} + ${b.code}`, a.min + b.min, a.max + b.max)
    if (symbol === '-') return bounded(type, `${a.code} - ${b.code}`, a.min - b.max, a.max - b.min)
    const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max]
    // 0 × −1 is −0, which no integer is.
    return bounded(type, `${a.code} * ${b.code} + 0`, Math.min(...corners), Math.max(...corners))
  }

const comparable = (a: Shape, b: Shape): boolean =>
  (isInt(a) && isInt(b) && (sameType(a.type, b.type) || (isInteger(a.type) && isInteger(b.type)))) ||
  (a.rep === 'bigint' && b.rep === 'bigint' && sameType(a.type, b.type)) ||
  (a.rep === 'boolean' && b.rep === 'boolean')

const swap: Record<string, string> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** SQL's order of floats in code: NaN equals NaN and is greatest. */
const floatCompare = (symbol: string, a: string, b: string): string => {
  switch (symbol) {
    case '=':
      return `(${a} === ${b} || (${a} !== ${a} && ${b} !== ${b}))`
    case '<>':
      return `!(${a} === ${b} || (${a} !== ${a} && ${b} !== ${b}))`
    case '<':
      return `(${a} < ${b} || (${b} !== ${b} && ${a} === ${a}))`
    case '<=':
      return `(${a} <= ${b} || ${b} !== ${b})`
    default:
      return floatCompare(swap[symbol]!, b, a)
  }
}

const comparison =
  (symbol: '=' | '<>' | '<' | '<=' | '>' | '>='): Inline =>
  (w, [a, b], { type }) => {
    if (a === undefined || b === undefined) return undefined
    const js = symbol === '=' ? '===' : symbol === '<>' ? '!==' : symbol
    const bool = (code: string): Val => ({ type, rep: 'boolean', code, nul: '' })
    if (comparable(a, b)) return bool(`${a.code} ${js} ${b.code}`)
    if (isFloating(a.type) && isFloating(b.type)) return bool(floatCompare(symbol, a.code, b.code))
    if (a.rep === 'string' && b.rep === 'string')
      return bool(js.length === 3 ? `${a.code} ${js} ${b.code}` : `${w.capture(compareStrings)}(${a.code}, ${b.code}) ${js} 0`)
    return undefined
  }

const civil =
  (part: 'year' | 'month' | 'day'): Inline =>
  (w, [a], { type }) => {
    if (a === undefined || !isInt(a)) return undefined
    // The infinities of dates and timestamps have parts of their own; leave them, and all years of other lengths, to the record.
    const limit = 2_900_000
    const micros = a.type.kind === 'timestamp'
    if (!micros && a.type.kind !== 'date') return undefined
    if (a.min < (-limit * (micros ? 864e8 : 1)) / 5 || a.max > limit * (micros ? 864e8 : 1)) return undefined
    const z = w.name(micros ? `(Math.floor(${a.code} / 86400000000) + 719468) | 0` : `(${a.code} + 719468) | 0`)
    const era = w.name(`(${z} / 146097) | 0`)
    const doe = w.name(`(${z} - ${era} * 146097) | 0`)
    const yoe = w.name(`((${doe} - ((${doe} / 1460) | 0) + ((${doe} / 36524) | 0) - ((${doe} / 146096) | 0)) / 365) | 0`)
    const doy = w.name(`(${doe} - (365 * ${yoe} + (${yoe} >> 2) - ((${yoe} / 100) | 0))) | 0`)
    const mp = w.name(`((5 * ${doy} + 2) / 153) | 0`)
    const month = `(${mp} < 10 ? ${mp} + 3 : ${mp} - 9)`
    if (part === 'month') return { ...result(type), min: 1, max: 12, code: month }
    if (part === 'day') return { ...result(type), min: 1, max: 31, code: `${doy} - (((153 * ${mp} + 2) / 5) | 0) + 1` }
    return { ...result(type), min: 0, max: 9999, code: `${yoe} + ${era} * 400 + (${month} <= 2 ? 1 : 0)` }
  }

const result = (type: SqlType): { type: SqlType; rep: 'number'; nul: string } => ({ type, rep: 'number', nul: '' })

/** Strict functions by registry name. */
export const INLINE: Readonly<Record<string, Inline | undefined>> = {
  add: arithmetic('+'),
  subtract: arithmetic('-'),
  multiply: arithmetic('*'),
  eq: comparison('='),
  ne: comparison('<>'),
  lt: comparison('<'),
  le: comparison('<='),
  gt: comparison('>'),
  ge: comparison('>='),
  year: civil('year'),
  month: civil('month'),
  day: civil('day'),
}

const every = (parts: readonly (Val | undefined)[], by: string): Val | undefined => {
  const [first] = parts
  return first !== undefined && parts.every((part) => part !== undefined) ? { ...first, code: parts.map((part) => `(${part!.code})`).join(by) } : undefined
}

/** Functions that see NULLs: forms for where only the first argument can be one, and the result is NULL with it. */
export const OPTIONAL: Readonly<Record<string, Inline | undefined>> = {
  between: (w, [a, low, high], site) =>
    low!.nul !== '' || high!.nul !== '' ? undefined : every([comparison('>=')(w, [a!, low!], site), comparison('<=')(w, [a!, high!], site)], ' && '),
  in: (w, [a, ...list], site) =>
    list.some((b) => b.nul !== '')
      ? undefined
      : every(
          list.map((b) => comparison('=')(w, [a!, b], site)),
          ' || ',
        ),
}

/** Casts that cannot fail: the same values, or exact integers to double. */
export const castInline = (a: Val, type: SqlType): Val | undefined => {
  if (sameType(a.type, type)) return a
  if (!isInt(a)) return undefined
  if (isInteger(a.type) && isInteger(type)) return bounded(type, a.code, a.min, a.max)
  if (type.kind === 'double' && isInteger(a.type)) return { type, rep: 'number', code: a.code, nul: '' }
  if (type.kind === 'double' && a.type.kind === 'decimal') return { type, rep: 'number', code: `${a.code} / 1e${a.type.scale}`, nul: '' }
  if (type.kind === 'decimal' && exactNumber(a.type) && scale(a.type) <= type.scale) {
    const factor = 10 ** (type.scale - scale(a.type))
    return bounded(type, factor === 1 ? a.code : `${a.code} * ${factor}`, a.min * factor, a.max * factor)
  }
  return undefined
}
