/**
 * Parameters become typed constants in the text, since DuckDB's serializer cannot take them. Values are written so that
 * each is one closed expression; afterwards the new text must parse to the old tree with constants where parameters stood.
 */
import { OptionError, PlanError } from '../../errors.ts'
import { foldCase } from './names.ts'
import { isRaw } from './raw.ts'
import type { ParameterToken } from './tokens.ts'

/** Whole numbers bind as INTEGER or BIGINT, other numbers as DOUBLE, dates as TIMESTAMP (UTC). */
export type ParamValue = null | boolean | number | bigint | string | Date
export type Params = readonly ParamValue[] | Readonly<Record<string, ParamValue>>

/** A text with replaced pieces, and the way back for positions. */
export interface Bound {
  readonly sql: string
  /** An offset in the new text → the offset in the old one. */
  readonly original: (offset: number) => number
  /** The name of a column that DuckDB made of an expression: with the parameter and not its value. */
  readonly named: (column: string) => string
}

export const bindParameters = (sql: string, tokens: readonly ParameterToken[], params: Params | undefined): Bound => {
  const given = collect(params)
  const used = new Set<string>()
  const pieces: string[] = []
  const texts = new Map<string, string>()
  const edits: { readonly from: number; readonly length: number; readonly at: number; readonly width: number }[] = []
  const plain = tokens.filter((t) => t.name === '').length
  if (plain > 0 && plain < tokens.length) throw new OptionError('INVALID_OPTION', "Parameters '?' cannot be mixed with numbered or named ones")
  const numbered = tokens.filter((t) => /^\d*$/.test(t.name)).length
  if (numbered > 0 && numbered < tokens.length) throw new OptionError('INVALID_OPTION', 'Numbered and named parameters cannot be mixed')

  let last = 0
  let length = 0
  tokens.forEach((token, i) => {
    const name = token.name === '' ? String(i + 1) : token.name
    const key = foldCase(name)
    if (!given.has(key)) throw new OptionError('INVALID_OPTION', `No value is given for parameter $${name}`)
    used.add(key)
    const value = constant(given.get(key), name)
    if (value.endsWith("'") || value.startsWith('CAST')) texts.set(value, `$${name}`)
    const text = ` ${value} `
    const before = sql.slice(last, token.start)
    pieces.push(before, text)
    length += before.length
    edits.push({ from: token.start, length: token.end - token.start, at: length, width: text.length })
    length += text.length
    last = token.end
  })
  for (const name of given.keys()) if (!used.has(name)) throw new OptionError('INVALID_OPTION', `The query has no parameter $${name}`)
  pieces.push(sql.slice(last))
  const original = (offset: number): number => {
    let shift = 0
    for (const edit of edits) {
      if (offset < edit.at) break
      if (offset < edit.at + edit.width) return edit.from
      shift += edit.width - edit.length
    }
    return offset - shift
  }
  const named = (column: string): string => {
    let result = column
    for (const [value, parameter] of texts) result = result.replaceAll(value, () => parameter)
    return result
  }
  return { sql: pieces.join(''), original, named }
}

const collect = (params: Params | undefined): Map<string, ParamValue> => {
  if (params === undefined) return new Map()
  if (Array.isArray(params)) return new Map((params as readonly ParamValue[]).map((v, i) => [String(i + 1), v]))
  if (!isRaw(params)) throw new OptionError('INVALID_OPTION', 'params is neither an array nor an object')
  const named = new Map<string, ParamValue>()
  for (const [name, value] of Object.entries(params as Readonly<Record<string, ParamValue>>)) {
    const key = foldCase(name.replace(/^\$/, ''))
    if (named.has(key)) throw new OptionError('INVALID_OPTION', `Parameter $${key} is given twice`)
    named.set(key, value)
  }
  return named
}

const MAX_INT64 = 2n ** 63n
const MAX_INT128 = 2n ** 127n

/** CAST and not the bare number: ORDER BY 1 would be a position. */
const constant = (value: unknown, name: string): string => {
  const bad = (what: string) => new OptionError('INVALID_OPTION', `Parameter $${name}: ${what}`)
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'string') return stringConstant(value)
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return `CAST('${value}' AS ${Math.trunc(value) === (value | 0) ? 'INTEGER' : 'BIGINT'})`
    return `CAST('${Object.is(value, -0) ? '-0' : String(value)}' AS DOUBLE)`
  }
  if (typeof value === 'bigint') {
    if (value >= MAX_INT128 || value < -MAX_INT128) throw bad('an integer of more than 128 bits')
    return `CAST('${value}' AS ${value < MAX_INT64 && value >= -MAX_INT64 ? 'BIGINT' : 'HUGEINT'})`
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw bad('an invalid Date')
    const year = value.getUTCFullYear()
    if (year < 1 || year > 9999) throw bad('a Date outside the years 1 to 9999')
    return `CAST('${value.toISOString().replace('T', ' ').replace('Z', '')}' AS TIMESTAMP)`
  }
  throw bad('only null, boolean, number, bigint, string and Date can be bound')
}

/** NUL cannot stand in a statement. */
const stringConstant = (value: string): string => {
  const parts = value.split('\0').map((p) => `'${p.replaceAll("'", "''")}'`)
  return parts.length === 1 ? (parts[0] ?? "''") : `(${parts.join(' || chr(0) || ')})`
}

const IGNORED = new Set(['query_location', 'named_param_map'])

/** Throws unless `bound` is `original` with other expressions where `original` has parameters, and nothing else. */
export const assertSameTree = (original: unknown, bound: unknown): void => {
  if (isRaw(original) && isRaw(bound)) {
    if (original['class'] === 'PARAMETER') {
      if (original['alias'] === bound['alias'] && typeof bound['class'] === 'string') return
    } else {
      const keys = new Set([...Object.keys(original), ...Object.keys(bound)])
      for (const key of keys) if (!IGNORED.has(key)) assertSameTree(original[key], bound[key])
      return
    }
  } else if (Array.isArray(original) && Array.isArray(bound)) {
    if (original.length === bound.length) {
      original.forEach((x, i) => assertSameTree(x, bound[i]))
      return
    }
  } else if (original === bound) return
  throw new PlanError('SQL_BINDING', 'A parameter stands where no constant can be put')
}
