/** Expressions of an untrusted document: shape, columns in range and of the type they claim, literals, and the registry's rules. */
import { PlanError, type Refusal, UnsupportedError } from '../errors.ts'
import { parseLiteral } from '../layout/literal.ts'
import { isFloating, isInteger, type SqlType, sameType, typeName } from '../layout/types.ts'
import { at, type Fields, invalid, type Place, pathOf, readChoice, readCount, readFields, readList, readName, readObject, readText, readType, shown } from './document.ts'
import type { Expr, Flags, LiteralValue } from './nodes.ts'
import { BRANCH_FIELDS, EXPR_SHAPES, FLAG_SHAPES } from './shapes.ts'

/** The registry's side of validation; undefined stands for a name it does not hold. */
export interface FunctionRules {
  call(fn: string, args: readonly SqlType[], result: SqlType): true | Refusal | undefined
  aggregate(fn: string, args: readonly SqlType[], result: SqlType): true | Refusal | undefined
  /** Of a window function, or an aggregate as one. */
  window(fn: string, args: readonly SqlType[], result: SqlType): true | Refusal | undefined
  /** Which of a window call's options it reads. */
  windowOptions(fn: string): readonly ('frame' | 'ignoreNulls' | 'filter' | 'distinct')[]
  cast(from: SqlType, to: SqlType): true | Refusal
  /** The flags a function reads. */
  flags(fn: string): readonly (keyof Flags)[]
}

/** Nesting a document may have, of nodes and of expressions each. */
export const MAX_DEPTH = 256
/** Nodes and expressions together: bounds what an object that refers to itself from two places would cost. */
const MAX_PARTS = 250_000

export interface Validation {
  readonly rules: FunctionRules | undefined
  parts: number
  /** Output types of the shared plans that a node may use. */
  readonly shared: readonly (readonly SqlType[])[]
}

/** Counts one part of the document and refuses what is too deep or too big. */
export const enter = (cx: Validation, place: Place, depth: number): void => {
  if (depth > MAX_DEPTH) throw invalid(place, `the plan is nested more than ${MAX_DEPTH} deep`)
  if (++cx.parts > MAX_PARTS) throw invalid(place, `the plan has more than ${MAX_PARTS} parts`)
}

/** Refuses by the registry's reason; the message says where. */
export const refused = (refusal: Refusal, place: Place, code: 'UNSUPPORTED_FUNCTION' | 'UNSUPPORTED_PLAN' = 'UNSUPPORTED_FUNCTION'): UnsupportedError =>
  new UnsupportedError(code, `${refusal.reason} (at ${pathOf(place)})`, [refusal])

const typesOf = (input: readonly SqlType[]): string => (input.length === 0 ? 'no columns' : `the columns 0 to ${input.length - 1}`)

export const readExprs = (fields: Fields, key: string, place: Place, input: readonly SqlType[], cx: Validation, depth = 0): SqlType[] =>
  readList(fields, key, place).map((e, i) => readExpr(e, at(at(place, key), i), input, cx, depth))

/** A bool over the input. */
export const readPredicate = (value: unknown, place: Place, input: readonly SqlType[], cx: Validation, depth = 0): void => {
  const type = readExpr(value, place, input, cx, depth)
  if (type.kind !== 'bool') throw invalid(place, `a predicate must be a bool, not ${typeName(type)}`)
}

/** Checks an expression over an input of these column types; gives its type. */
export const readExpr = (value: unknown, place: Place, input: readonly SqlType[], cx: Validation, depth: number): SqlType => {
  enter(cx, place, depth)
  const kind = readText(readObject(value, place, 'an expression'), 'expr', place)
  if (!Object.hasOwn(EXPR_SHAPES, kind)) {
    throw refused({ code: 'OPERATOR', node: kind.slice(0, 40), reason: `${shown(kind)} is not a kind of expression` }, at(place, 'expr'), 'UNSUPPORTED_PLAN')
  }
  const fields = readFields(value, place, `the expression ${kind}`, EXPR_SHAPES[kind as Expr['expr']].fields, 'expr')
  const type = readType(fields, 'type', place)
  const child = (key: string): SqlType => readExpr(fields[key], at(place, key), input, cx, depth + 1)
  switch (kind as Expr['expr']) {
    case 'column': {
      const index = readCount(fields, 'index', place)
      const actual = input[index]
      if (actual === undefined) throw invalid(at(place, 'index'), `there is no column ${index}: the input has ${typesOf(input)}`)
      if (!sameType(actual, type)) throw invalid(at(place, 'type'), `column ${index} is of type ${typeName(actual)}, not ${typeName(type)}`)
      return type
    }
    case 'literal':
      readLiteral(fields['value'], at(place, 'value'), type)
      return type
    case 'call': {
      const fn = readName(fields, 'fn', place)
      const args = readExprs(fields, 'args', place, input, cx, depth + 1)
      if (cx.rules) applyRule(cx.rules.call(fn, args, type), 'function', fn, place)
      if (fields['flags'] !== undefined) readFlags(fields['flags'], at(place, 'flags'), fn, type, cx.rules)
      return type
    }
    case 'cast': {
      const from = child('arg')
      if (fields['onFailure'] !== undefined) readChoice(fields, 'onFailure', place, ['error', 'null'])
      if (cx.rules) applyRule(cx.rules.cast(from, type), 'function', 'cast', place)
      return type
    }
    case 'case': {
      const branches = readList(fields, 'when', place)
      if (branches.length === 0) throw invalid(at(place, 'when'), 'a case has at least one branch')
      const gives = (result: SqlType, where: Place) => {
        if (!sameType(result, type) && result.kind !== 'null') throw invalid(where, `the case is of type ${typeName(type)}, this result of ${typeName(result)}`)
      }
      branches.forEach((branch, i) => {
        const here = at(at(place, 'when'), i)
        const { if: test, then } = readFields(branch, here, 'a branch', BRANCH_FIELDS)
        readPredicate(test, at(here, 'if'), input, cx, depth + 1)
        gives(readExpr(then, at(here, 'then'), input, cx, depth + 1), at(here, 'then'))
      })
      gives(child('else'), at(place, 'else'))
      return type
    }
    case 'udf':
      readName(fields, 'name', place)
      readExprs(fields, 'args', place, input, cx, depth + 1)
      return type
  }
}

export const applyRule = (verdict: true | Refusal | undefined, what: 'function' | 'aggregate' | 'window function', fn: string, place: Place): void => {
  if (verdict === true) return
  const name = fn.slice(0, 40)
  if (verdict === undefined) throw refused({ code: 'FUNCTION', node: name, reason: `there is no ${what} ${shown(fn)}` }, at(place, 'fn'))
  throw refused(verdict, place)
}

/** A literal in a form of its type. */
export const readLiteral = (value: unknown, place: Place, type: SqlType): void => {
  if (value !== null && typeof value !== 'boolean' && typeof value !== 'number' && typeof value !== 'string') {
    throw invalid(place, `a literal must be null, true, false, a number or a text, not ${shown(value)}`)
  }
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) throw invalid(place, 'the text holds half a surrogate pair')
  try {
    parseLiteral(value as LiteralValue, type)
  } catch (error) {
    if (!(error instanceof PlanError)) throw error
    throw invalid(place, `${shown(value)} is no literal of type ${typeName(type)}`)
  }
}

const readFlags = (value: unknown, place: Place, fn: string, result: SqlType, rules: FunctionRules | undefined): void => {
  const optional = Object.fromEntries(Object.keys(FLAG_SHAPES).map((flag) => [flag, { optional: true, doc: '' }]))
  const flags = readFields(value, place, '`flags`', optional)
  const read = rules?.flags(fn)
  for (const flag of Object.keys(flags) as (keyof Flags)[]) {
    if (flags[flag] === undefined) continue
    if (read && !read.includes(flag)) throw invalid(at(place, flag), `${fn} does not read the flag \`${flag}\``)
    const { values } = FLAG_SHAPES[flag]
    if (typeof values !== 'string') {
      const chosen = readChoice(flags, flag, place, Object.keys(values))
      if (flag === 'overflow' && chosen === 'wrap' && !isInteger(result)) throw invalid(at(place, flag), `only integers wrap, not ${typeName(result)}`)
      if (flag === 'divideByZero' && chosen === 'ieee' && !isFloating(result)) throw invalid(at(place, flag), `only floats divide by IEEE rules, not ${typeName(result)}`)
    } else if ([...readText(flags, flag, place)].length > 1) throw invalid(at(place, flag), `\`${flag}\` is one character or empty, not ${shown(flags[flag])}`)
  }
}
