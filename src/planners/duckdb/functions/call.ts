/** How a function of DuckDB becomes a call of the registry: under a name of ours, for some numbers or types of arguments, or not at all. */
import { UnsupportedError } from '../../../errors.ts'
import { BOOL, isFloating, parseType, type SqlType, typeName } from '../../../layout/types.ts'
import type { Expr, Flags } from '../../../plan/nodes.ts'

export type Call = (args: readonly Expr[], type: SqlType, name: string) => Expr

export const call = (fn: string, args: readonly Expr[], type: SqlType, flags?: Flags): Expr => ({
  expr: 'call',
  fn,
  args,
  type: typeName(type),
  ...(flags === undefined ? {} : { flags }),
})

export const unmapped = (name: string, args: readonly Expr[], reason = 'the function is not supported'): UnsupportedError => {
  const node = `${name}(${args.map((a) => a.type).join(', ')})`
  return new UnsupportedError('UNSUPPORTED_FUNCTION', `${node}: ${reason}`, [{ code: 'FUNCTION', node, reason }])
}

/** The same function under our name, for the numbers of arguments given (default: any). */
export const as =
  (fn: string, ...arity: readonly number[]): Call =>
  (args, type, name) => {
    if (arity.length > 0 && !arity.includes(args.length)) throw unmapped(name, args)
    return call(fn, args, type)
  }

export const because =
  (reason: string): Call =>
  (args, _type, name) => {
    throw unmapped(name, args, reason)
  }

/** Only over strings; DuckDB has the same name for lists. */
export const ofStrings =
  (fn: string): Call =>
  (args, type, name) => {
    if (args.some((a) => parseType(a.type)?.kind !== 'string')) throw unmapped(name, args)
    return call(fn, args, type)
  }

/** Only of floats; DuckDB has the same name for dates. */
export const ofFloats =
  (fn: string): Call =>
  (args, type, name) => {
    if (args.some((a) => !isFloating(parseType(a.type) ?? BOOL))) throw unmapped(name, args)
    return call(fn, args, type)
  }
