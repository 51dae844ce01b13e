/** DuckDB's functions of text, and those of lists that go by the same names. */
import { BOOL, INT64, parseType, STRING } from '../../../layout/types.ts'
import { lower } from '../../../operators/strings-text.ts'
import type { Expr } from '../../../plan/nodes.ts'
import { literal } from '../literals.ts'
import { type Call, call, ofStrings, unmapped } from './call.ts'

export const like =
  (negated: boolean): Call =>
  (args) => {
    const test = call('like', args, BOOL, { escape: '' })
    return negated ? call('not', [test], BOOL) : test
  }

/** A text, in lower case: a constant at once, so that it stays one. */
const lowerCase = (x: Expr): Expr => (x.expr === 'literal' && typeof x.value === 'string' ? literal(lower(x.value), STRING) : call('lower', [x], STRING))

/** DuckDB compares both sides in lower case; the escape stays as it is. */
export const ilike =
  (negated: boolean): Call =>
  ([input, pattern, escape], _type, name) => {
    if (!input || !pattern || (escape && (escape.expr !== 'literal' || typeof escape.value !== 'string'))) throw unmapped(name, [])
    const test = call('like', [lowerCase(input), lowerCase(pattern)], BOOL, { escape: escape?.expr === 'literal' ? String(escape.value) : '' })
    return negated ? call('not', [test], BOOL) : test
  }

export const likeEscape =
  (negated: boolean): Call =>
  (args, _type, name) => {
    const [input, pattern, escape] = args
    if (!input || !pattern || escape?.expr !== 'literal' || typeof escape.value !== 'string') throw unmapped(name, args)
    const test = call('like', [input, pattern], BOOL, { escape: escape.value })
    return negated ? call('not', [test], BOOL) : test
  }

/** Only of a text and a number; DuckDB has the same name for lists. */
export const ofStringAndCount =
  (fn: string): Call =>
  (args, type, name) => {
    if (args.length !== 2 || parseType(args[0]?.type ?? '')?.kind !== 'string') throw unmapped(name, args)
    return call(fn, args, type)
  }

/** text[n]: one code point, counted from the end where n is negative; list[n]: an element. */
export const characterAt: Call = (args, type, name) => {
  const [input, index] = args
  if (args.length === 2 && parseType(input?.type ?? '')?.kind === 'array') return call('element_at', args, type)
  if (!input || !index || parseType(input.type)?.kind !== 'string') throw unmapped(name, args)
  return call('substring', [input, index, literal('1', INT64)], type)
}

/** concat() takes NULL for the empty string, `||` does not; the registry's concat is the operator. */
export const concatFunction: Call = (args, type) =>
  call(
    'concat',
    args.map((a) => (a.expr === 'literal' && a.value !== null ? a : call('coalesce', [a, literal('', STRING)], STRING))),
    type,
  )

/** Of strings in code points, of lists in elements. */
export const lengthOf: Call = (args, type, name) => (args.length === 1 && parseType(args[0]?.type ?? '')?.kind === 'array' ? call('array_length', args, type) : ofStrings('length')(args, type, name))
