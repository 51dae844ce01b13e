/**
 * The cast: one record for every pair of types. It is strict; a failure raises CAST_FAILED or, as the plan asks, is NULL.
 * Timestamps with and without zone convert as in UTC.
 */
import type { Refusal } from '../errors.ts'
import { type SqlType, sameType, typeName } from '../layout/types.ts'
import { type CastSite, lowerCast } from './cast-lower.ts'
import { type Convert, numericCast } from './cast-numbers.ts'
import { textCast } from './cast-text.ts'
import { lift } from './lowering.ts'
import { EvalError, type Lowered, type LowerContext, refuse, type Value } from './registry.ts'

export type { CastSite } from './cast-lower.ts'

const conversion = (from: SqlType, to: SqlType): Convert | undefined =>
  sameType(from, to) || from.kind === 'null' ? (x) => x : from.kind === 'string' || to.kind === 'string' ? textCast(from, to) : numericCast(from, to)

const shown = (x: Value, from: SqlType): string => {
  const text = textCast(from, { kind: 'string' })?.(x)
  return from.kind === 'string' ? JSON.stringify(x) : String(text ?? x)
}

export interface CastDef {
  readonly doc: string
  readonly type: (from: SqlType, to: SqlType) => true | Refusal
  /** Of values that are not NULL. */
  readonly eval: (site: CastSite) => (x: any) => Value
  /** The argument may be an option. */
  readonly lower: (arg: Lowered, site: CastSite, cx: LowerContext) => Lowered | Refusal
}

export const CAST: CastDef = {
  doc: 'Converts between numbers, bool, date, timestamps and string; rounds half away from zero from decimals, half to even from floats to integers.',
  type: (from, to) => conversion(from, to) !== undefined || refuse('cast', `cast(${typeName(from)} → ${typeName(to)}) is not defined`),
  eval: ({ from, to, onFailure }) => {
    const convert = conversion(from, to)
    if (convert === undefined) throw new EvalError('UNSUPPORTED_FUNCTION', `cast(${typeName(from)} → ${typeName(to)}) is not defined`)
    return (x) => {
      const y = convert(x)
      if (y !== undefined) return y
      if (onFailure === 'null') return null
      throw new EvalError('CAST_FAILED', `${shown(x, from)} cannot be cast from ${typeName(from)} to ${typeName(to)}`)
    }
  },
  lower: (arg, site, cx) => (site.from.kind === 'null' ? lowerCast(arg, site, cx) : lift([arg], ([x]) => lowerCast(x as Lowered, site, cx))),
}
