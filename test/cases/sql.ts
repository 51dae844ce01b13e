/** How a case reads in DuckDB's SQL; undefined where SQL has no such form. */
import { parseType, typeName } from '../../src/layout/types.ts'
import { parseInterval } from '../../src/layout/intervals.ts'
import type { Interval } from '../../src/layout/unsafe-row.ts'
import type { ExprName } from '../../src/operators/expressions.ts'
import type { Flags } from '../../src/plan/nodes.ts'
import type { Typed } from './case.ts'

const infix = (op: string) => (a: string, b: string) => `(${a} ${op} ${b})`
const call = (fn: string) => (...args: string[]) => `${fn}(${args.join(', ')})`
const chain = (op: string) => (...args: string[]) => `(${args.join(` ${op} `)})`

export const SQL: { readonly [K in ExprName]: (...args: any[]) => string } = {
  add: infix('+'), subtract: infix('-'), multiply: infix('*'), divide: infix('/'), int_divide: infix('//'), modulo: infix('%'), negate: (a: string) => `(-(${a}))`, abs: call('abs'), sign: call('sign'),
  eq: infix('='), ne: infix('<>'), lt: infix('<'), le: infix('<='), gt: infix('>'), ge: infix('>='), is_distinct: infix('IS DISTINCT FROM'), is_not_distinct: infix('IS NOT DISTINCT FROM'),
  between: (a: string, low: string, high: string) => `(${a} BETWEEN ${low} AND ${high})`, in: (a: string, ...list: string[]) => `(${a} IN (${list.join(', ')}))`,
  and: chain('AND'), or: chain('OR'), not: (a: string) => `(NOT ${a})`, is_null: (a: string) => `(${a} IS NULL)`, is_not_null: (a: string) => `(${a} IS NOT NULL)`,
  coalesce: call('coalesce'), nullif: call('nullif'), greatest: call('greatest'), least: call('least'),
  round: call('round'), ceil: call('ceil'), floor: call('floor'), sqrt: call('sqrt'), pow: call('pow'), exp: call('exp'), ln: call('ln'), log10: call('log10'), trunc: call('trunc'), cbrt: call('cbrt'), log2: call('log2'), log: call('log'),
  sin: call('sin'), cos: call('cos'), tan: call('tan'), cot: call('cot'), asin: call('asin'), acos: call('acos'), atan: call('atan'), atan2: call('atan2'), sinh: call('sinh'), cosh: call('cosh'), tanh: call('tanh'), degrees: call('degrees'), radians: call('radians'),
  is_nan: call('isnan'), is_infinite: call('isinf'), is_finite: call('isfinite'),
  year: call('year'), quarter: call('quarter'), month: call('month'), week: call('week'), day: call('day'), dayofweek: call('dayofweek'), isodow: call('isodow'), dayofyear: call('dayofyear'), hour: call('hour'), minute: call('minute'), second: call('second'),
  date_trunc: call('date_trunc'), epoch: call('epoch'),
  length: call('length'), lower: call('lower'), upper: call('upper'), substring: call('substring'), left: call('"left"'), right: call('"right"'), concat: chain('||'), trim: call('trim'), ltrim: call('ltrim'), rtrim: call('rtrim'), replace: call('replace'),
  starts_with: call('starts_with'), ends_with: call('ends_with'), contains: call('contains'), position: call('strpos'), like: infix('LIKE'), error: call('error'), hash: call('hash'), bucket: call('bucket'), xxhash64: call('hash'),
  millisecond: call('millisecond'), microsecond: call('microsecond'), decade: call('decade'), century: call('century'), millennium: call('millennium'), era: call('era'), isoyear: call('isoyear'), yearweek: call('yearweek'), epoch_ms: call('epoch_ms'), epoch_us: call('epoch_us'),
  dayname: call('dayname'), monthname: call('monthname'), add_months: (d: string, n: string) => `CAST(${d} + to_months(CAST(${n} AS INTEGER)) AS DATE)`,
  add_interval: (x: string, months: string, days: string, micros: string) => `(${x} + (to_months(CAST(${months} AS INTEGER)) + to_days(CAST(${days} AS INTEGER)) + to_microseconds(CAST(${micros} AS BIGINT))))`,
  make_timestamp: call('make_timestamp'), julian: call('julian'), asinh: call('asinh'), acosh: call('acosh'), atanh: call('atanh'), array_length: call('len'), element_at: call('list_extract'), age: call('age'), make_interval: (months: string, days: string, micros: string) => `(to_months(CAST(${months} AS INTEGER)) + to_days(CAST(${days} AS INTEGER)) + to_microseconds(CAST(${micros} AS BIGINT)))`,
  interval_months: (x: string) => `(date_part('year', ${x}) * 12 + date_part('month', ${x}))`, interval_days: (x: string) => `date_part('day', ${x})`,
  interval_micros: (x: string) => `(date_part('hour', ${x}) * 3600000000 + date_part('minute', ${x}) * 60000000 + date_part('microsecond', ${x}))`,
  date_diff: call('date_diff'), date_sub: call('date_sub'), last_day: call('last_day'), make_date: call('make_date'),
  bit_and: infix('&'), bit_or: infix('|'), bit_xor: call('xor'), bit_not: (a: string) => `(~${a})`, bit_count: call('bit_count'), shift_left: infix('<<'), shift_right: infix('>>'),
  lpad: call('lpad'), rpad: call('rpad'), repeat: call('repeat'), reverse: call('reverse'), concat_ws: call('concat_ws'), ascii: call('ascii'), unicode: call('unicode'), chr: call('chr'), octet_length: call('strlen'), translate: call('translate'), split_part: call('split_part'),
}

const NAMES: Record<string, string> = { bool: 'BOOLEAN', int8: 'TINYINT', int16: 'SMALLINT', int32: 'INTEGER', int64: 'BIGINT', int128: 'HUGEINT', uint8: 'UTINYINT', uint16: 'USMALLINT', uint32: 'UINTEGER', uint64: 'UBIGINT', string: 'VARCHAR', timestamptz: 'TIMESTAMP WITH TIME ZONE' }
export const sqlType = (name: string): string => NAMES[name] ?? name.toUpperCase()

export const sqlLiteral = ([name, value]: Typed): string => {
  if (value === null && name.startsWith('array')) return `CAST(NULL AS ${sqlType(name.slice(6, -1))}[])`
  if (value === null) return `CAST(NULL AS ${name === 'null' ? 'INTEGER' : sqlType(name)})`
  if (name.startsWith('array')) return `CAST('${String(value).replaceAll('null', 'NULL')}' AS ${sqlType(name.slice(6, -1))}[])`
  if (name === 'interval') {
    const { months, days, micros } = parseInterval(String(value)) as Interval
    return `(to_months(${months}) + to_days(${days}) + to_microseconds(${micros}))`
  }
  const text = name === 'string' ? `'${String(value).replaceAll("'", "''")}'` : `'${name === 'timestamptz' ? String(value).replace('T', ' ') : value}'`
  return name === 'string' ? text : `CAST(${text} AS ${sqlType(typeName(parseType(name)!))})`
}

export const sqlOf = (name: ExprName, args: readonly Typed[], flags: Flags = {}): string => {
  const text = SQL[name](...args.map(sqlLiteral))
  return name === 'like' && flags.escape ? `(${text.slice(1, -1)} ESCAPE '${flags.escape}')` : text
}
