/** DuckDB's bound expressions → ours. References are positional: `Scope.columns` says what each position stands for. */
import { UnsupportedError } from '../../errors.ts'
import { BOOL, STRING, typeName } from '../../layout/types.ts'
import type { SqlType } from '../../layout/types.ts'
import type { Expr } from '../../plan/nodes.ts'
import { functionCall } from './functions.ts'
import { withInterval } from './intervals.ts'
import { literal, literalOf } from './literals.ts'
import { malformed, object, objects, onlyKeys, text, unsupportedNode } from './raw.ts'
import type { Raw } from './raw.ts'
import { duckTypeName, sqlType } from './types.ts'

export interface Scope {
  /** What DuckDB's position i is; undefined where we have no such column (row ids). */
  readonly columns: readonly (Expr | undefined)[]
  /** The stubs of user functions: DuckDB's name → the user's. */
  readonly udfs: ReadonlyMap<string, string>
}

const COMMON = ['expression_class', 'type', 'alias', 'query_location', 'return_type']
const keys = (...names: string[]) => new Set([...COMMON, ...names])
const KEYS = {
  ref: keys('index'),
  constant: keys('value'),
  comparison: keys('left', 'right'),
  list: keys('children'),
  cases: keys('case_checks', 'else_expr'),
  cast: keys('child', 'try_cast'),
  between: keys('input', 'lower', 'upper', 'lower_inclusive', 'upper_inclusive'),
  function: keys('children', 'name', 'arguments', 'original_arguments', 'catalog_name', 'schema_name', 'has_serialize', 'function_data', 'is_operator'),
}

const COMPARISONS: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: 'eq',
  COMPARE_NOTEQUAL: 'ne',
  COMPARE_LESSTHAN: 'lt',
  COMPARE_LESSTHANOREQUALTO: 'le',
  COMPARE_GREATERTHAN: 'gt',
  COMPARE_GREATERTHANOREQUALTO: 'ge',
  COMPARE_DISTINCT_FROM: 'is_distinct',
  COMPARE_NOT_DISTINCT_FROM: 'is_not_distinct',
}

export const boolCall = (fn: string, ...args: readonly Expr[]): Expr => ({ expr: 'call', fn, args, type: typeName(BOOL) })

/** The conjunction of any number of predicates. */
export const allOf = (predicates: readonly Expr[]): Expr =>
  predicates.length === 1 && predicates[0] ? predicates[0] : predicates.length === 0 ? literal(true, BOOL) : boolCall('and', ...predicates)

export const comparison = (kind: string, left: Expr, right: Expr): Expr => {
  const fn = COMPARISONS[kind]
  if (fn === undefined) throw malformed(`comparison ${kind}`)
  return boolCall(fn, left, right)
}

export const toExpr = (raw: Raw, scope: Scope): Expr => {
  const kind = text(raw, 'expression_class')
  const child = (key: string) => toExpr(object(raw, key), scope)
  const all = (key = 'children') => objects(raw, key).map((x) => toExpr(x, scope))
  switch (kind) {
    case 'BOUND_REF':
      onlyKeys(raw, kind, KEYS.ref)
      return reference(raw, scope)
    case 'BOUND_CONSTANT':
      onlyKeys(raw, kind, KEYS.constant)
      return literalOf(object(raw, 'value'))
    case 'BOUND_COMPARISON':
      onlyKeys(raw, kind, KEYS.comparison)
      return comparison(text(raw, 'type'), child('left'), child('right'))
    case 'BOUND_CONJUNCTION':
      onlyKeys(raw, kind, KEYS.list)
      return boolCall(text(raw, 'type') === 'CONJUNCTION_OR' ? 'or' : 'and', ...all())
    case 'BOUND_OPERATOR':
      onlyKeys(raw, kind, KEYS.list)
      return splitPart(raw, scope) ?? operator(raw, all())
    case 'BOUND_BETWEEN':
      onlyKeys(raw, kind, KEYS.between)
      return between(child('input'), child('lower'), child('upper'), raw['lower_inclusive'] === true, raw['upper_inclusive'] === true)
    case 'BOUND_CASE':
      onlyKeys(raw, kind, KEYS.cases)
      return caseOf(raw, scope)
    case 'BOUND_CAST':
      onlyKeys(raw, kind, KEYS.cast)
      return cast(child('child'), sqlType(object(raw, 'return_type')), raw['try_cast'] === true)
    case 'BOUND_FUNCTION': {
      onlyKeys(raw, kind, KEYS.function)
      const name = text(raw, 'name')
      const udf = scope.udfs.get(name)
      const type = sqlType(object(raw, 'return_type'))
      const args = all()
      if (udf !== undefined) return { expr: 'udf', name: udf, args, type: typeName(type) }
      return withInterval(name, args, type) ?? functionCall(name, args, type)
    }
    default:
      throw unsupportedNode(kind.replace(/^BOUND_/, ''), 'expressions of this class are not supported')
  }
}

const isCall = (raw: Raw | undefined, ...names: readonly string[]): raw is Raw => raw !== undefined && text(raw, 'expression_class') === 'BOUND_FUNCTION' && names.includes(text(raw, 'name'))

/** coalesce(string_split(s, separator)[n], ''), which DuckDB makes of split_part: without a list. */
const splitPart = (raw: Raw, scope: Scope): Expr | undefined => {
  const [element, otherwise, ...more] = text(raw, 'type') === 'OPERATOR_COALESCE' ? objects(raw, 'children') : []
  if (!isCall(element, 'array_extract', 'list_extract') || otherwise === undefined || more.length > 0) return undefined
  const [list, index] = objects(element, 'children')
  if (!isCall(list, 'string_split', 'str_split', 'string_to_array', 'split') || index === undefined) return undefined
  const [s, separator] = objects(list, 'children').map((x) => toExpr(x, scope))
  const [n, empty] = [toExpr(index, scope), toExpr(otherwise, scope)]
  if (s === undefined || separator === undefined || empty.expr !== 'literal' || empty.value !== '') return undefined
  const string = typeName(STRING)
  const orEmpty = (x: Expr): Expr => ({ expr: 'call', fn: 'coalesce', args: [x, empty], type: string })
  const part = orEmpty({ expr: 'call', fn: 'split_part', args: [s, separator, n], type: string })
  if (separator.expr === 'literal' && separator.value !== null) return part
  // Without a separator the text is the only part.
  const ends = boolCall('in', n, { expr: 'literal', value: '1', type: n.type }, { expr: 'literal', value: '-1', type: n.type })
  return { expr: 'case', when: [{ if: boolCall('is_not_null', separator), then: part }, { if: ends, then: orEmpty(s) }], else: empty, type: string }
}

const reference = (raw: Raw, scope: Scope): Expr => {
  const index = Number(raw['index'] ?? 0)
  const column = scope.columns[index]
  const type = duckTypeName(object(raw, 'return_type'))
  if (column === undefined) {
    if (index < scope.columns.length) throw unsupportedNode('GET', 'row ids and other virtual columns are not supported')
    throw malformed(`a reference to position ${index} of ${scope.columns.length}`)
  }
  // A wrong position would be a wrong answer; the types give most of them away.
  if (column.type !== type) throw malformed(`position ${index} has type ${column.type}, not ${type}`)
  return column
}

const operator = (raw: Raw, args: readonly Expr[]): Expr => {
  const kind = text(raw, 'type')
  switch (kind) {
    case 'OPERATOR_NOT':
      return boolCall('not', ...args)
    case 'OPERATOR_IS_NULL':
      return boolCall('is_null', ...args)
    case 'OPERATOR_IS_NOT_NULL':
      return boolCall('is_not_null', ...args)
    case 'COMPARE_IN':
      return boolCall('in', ...args)
    case 'COMPARE_NOT_IN':
      return boolCall('not', boolCall('in', ...args))
    case 'OPERATOR_COALESCE':
      return { expr: 'call', fn: 'coalesce', args, type: duckTypeName(object(raw, 'return_type')) }
    case 'OPERATOR_NULLIF':
      return { expr: 'call', fn: 'nullif', args, type: duckTypeName(object(raw, 'return_type')) }
    default: {
      const reason = 'the operator is not supported'
      throw new UnsupportedError('UNSUPPORTED_FUNCTION', `${kind}: ${reason}`, [{ code: 'FUNCTION', node: kind, reason }])
    }
  }
}

const between = (input: Expr, lower: Expr, upper: Expr, withLower: boolean, withUpper: boolean): Expr =>
  withLower && withUpper
    ? boolCall('between', input, lower, upper)
    : boolCall('and', boolCall(withLower ? 'ge' : 'gt', input, lower), boolCall(withUpper ? 'le' : 'lt', input, upper))

const caseOf = (raw: Raw, scope: Scope): Expr => ({
  expr: 'case',
  when: objects(raw, 'case_checks').map((check) => ({
    if: toExpr(object(check, 'when_expr'), scope),
    then: toExpr(object(check, 'then_expr'), scope),
  })),
  else: toExpr(object(raw, 'else_expr'), scope),
  type: duckTypeName(object(raw, 'return_type')),
})

const cast = (arg: Expr, to: SqlType, tryCast: boolean): Expr => {
  const type = typeName(to)
  // error() and NULL have the type of NULL: they take the type asked for instead of being converted.
  if (arg.type === 'null' && arg.expr === 'call') return { ...arg, type }
  if (arg.type === 'null' && arg.expr === 'literal') return { ...arg, type }
  if (arg.type === type) return arg
  return { expr: 'cast', arg, type, onFailure: tryCast ? 'null' : 'error' }
}
