/**
 * What the generator makes of each expression of the registry: argument types by pattern. Result types are DuckDB's, asked once.
 *
 * Tokens: N numbers, I integers, F floats, D decimals, T temporal types, A all; `=` the type before; `#` a small integer
 * constant or column, `%` a constant one, `+` one that is not negative, `@` a column of the type, `=%` of the type before, `~` one that is read nowhere else
 * (DuckDB would keep an interval that is); a type by its name; 'text' a constant.
 */
import { parseType, typeName } from '../../src/layout/types.ts'
import type { ExprName } from '../../src/operators/expressions.ts'
import type { DuckDb } from '../../src/cli/duckdb.ts'
import { SQL, sqlType } from '../cases/sql.ts'

const INTS = ['int8', 'int16', 'int32', 'int64', 'int128', 'uint8', 'uint16', 'uint32', 'uint64']
const DECIMALS = ['decimal(4,1)', 'decimal(9,2)', 'decimal(18,3)', 'decimal(38,4)', 'decimal(38,0)']
const FLOATS = ['float', 'double']
const TEMPORAL = ['date', 'timestamp', 'timestamptz']
export const TYPES: readonly string[] = ['bool', ...INTS, ...FLOATS, ...DECIMALS, ...TEMPORAL, 'string']
const NUMBERS = [...INTS, ...FLOATS, ...DECIMALS]
const GROUPS: Readonly<Record<string, readonly string[]>> = { N: NUMBERS, I: INTS, F: FLOATS, D: DECIMALS, T: TEMPORAL, A: TYPES }
const UNITS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond', 'decade', 'century', 'millennium', 'isoyear']

const parts = ['date', 'timestamp', 'timestamptz']
const ofParts: readonly string[] = parts
/** Of zoned timestamps before year 1 DuckDB counts by era: columns, which have none. */
const ofYears: readonly string[] = ['date', 'timestamp', '@timestamptz']
const ofClock: readonly string[] = ['timestamp', 'timestamptz']
const compare = ['A =', 'I I', 'D I', 'D D', 'F I', 'F D', 'date timestamp', 'timestamp timestamptz']
const ofDouble = ['double']
const IN_DOCUMENTS = 'documents.test.ts asks both paths'
const OF_LISTS = { not: `of lists, of which DuckDB's plans here have no columns: ${IN_DOCUMENTS}; the literal cases` } as const

/** Patterns of each; none: the reason why it is not generated. */
export const PATTERNS: { readonly [K in ExprName]: readonly string[] | { readonly not: string } } = {
  add: ['N =', 'I I', 'D D', 'I D', 'F I', 'date #', '# date'], subtract: ['N =', 'I I', 'D D', 'I D', 'F I', 'date #', 'date date', 'timestamp timestamp'], multiply: ['N =', 'I I', 'D D', 'I D', 'F I', 'interval double', 'interval #'],
  divide: ['N =', 'I I', 'D I'], int_divide: ['I =', 'I I'], modulo: ['N =', 'I I', 'D D', 'F F'], negate: ['N'], abs: ['N'], sign: ['N'],
  bit_and: ['I =', 'I I'], bit_or: ['I =', 'I I'], bit_xor: ['I =', 'I I'], bit_not: ['I'], bit_count: INTS.filter((t) => !/^(int128|uint64)$/.test(t)), shift_left: ['I =', 'I =%'], shift_right: ['I =', 'I =%'],
  eq: compare, ne: compare, lt: compare, le: compare, gt: compare, ge: compare, is_distinct: compare, is_not_distinct: compare,
  between: ['A @= @=', 'I @I @I'], in: ['A = =', 'A = = =', 'A = = = = = ='],
  and: ['bool bool', 'bool bool bool'], or: ['bool bool', 'bool bool bool'], not: ['bool'], is_null: ['A', 'interval'], is_not_null: ['A'],
  coalesce: ['A =', 'A = =', 'I I', 'interval interval'], nullif: ['A =', 'I I'], greatest: ['A =', 'A = =', 'I I'], least: ['A =', 'A = =', 'I I'],
  round: ['N', 'N +', 'D %', 'F %'], ceil: ['N'], floor: ['N'], trunc: ['N'], sqrt: ofDouble, cbrt: ofDouble, pow: ['double double'], exp: ofDouble, ln: ofDouble, log10: ofDouble, log2: ofDouble, log: ['double double'],
  sin: ofDouble, cos: ofDouble, tan: ofDouble, cot: ofDouble, asin: ofDouble, acos: ofDouble, atan: ofDouble, atan2: ['double double'], sinh: ofDouble, cosh: ofDouble, tanh: ofDouble, asinh: ofDouble, acosh: ofDouble, atanh: ofDouble, degrees: ofDouble, radians: ofDouble,
  is_nan: ['F'], is_infinite: ['F'], is_finite: ['F'],
  year: ofYears, quarter: ofParts, month: ofParts, week: ofParts, day: ofParts, dayofweek: ofParts, isodow: ofParts, dayofyear: ofYears, hour: ofClock, minute: ofClock, second: ofClock,
  date_trunc: UNITS.flatMap((u) => parts.map((t) => `'${u}' ${t === 'timestamptz' ? '@' : ''}${t}`)), epoch: ofParts, millisecond: ofClock, microsecond: ofClock, decade: ofYears, century: ofYears, millennium: ofYears, era: ofYears, isoyear: ofYears, yearweek: ofYears,
  epoch_ms: ['timestamp', 'date'], epoch_us: ofParts, dayname: ofParts, monthname: ofParts,
  add_interval: ['timestamp ~ ~ ~', 'timestamp % % %'], add_months: ['date ~', 'date %'],
  date_diff: UNITS.flatMap((u) => ['date', 'timestamp'].map((t) => `'${u}' ${t} ${t}`)), date_sub: UNITS.flatMap((u) => ['date', 'timestamp'].map((t) => `'${u}' ${t} ${t}`)),
  last_day: ['date', 'timestamp'], make_date: ['# # #', '+ + +'],
  make_timestamp: ['#', '+ + + + + double'], julian: ['date', 'timestamp'],
  age: ['timestamp timestamp'], make_interval: ['# # #', '% % %', 'int32 int32 int64'], interval_months: ['interval'], interval_days: ['interval'], interval_micros: ['interval'],
  length: ['string'], lower: ['string'], upper: ['string'], substring: ['string + +', 'string +'], left: ['string #'], right: ['string #'], concat: ['string string', 'string string string'],
  trim: ['string', 'string string'], ltrim: ['string', 'string string'], rtrim: ['string', 'string string'], replace: ['string string string'], starts_with: ['string string'], ends_with: ['string string'], contains: ['string string'],
  position: ['string string'], like: ["string '%a%'", "string 'a%'", "string '%b'", "string '_'", "string '%e%é'", "string '%'", "string '%z_b%'", 'string string'],
  hash: { not: `Spark's, DuckDB's is another: ${IN_DOCUMENTS}; test/parity/hashes.test.ts, and what Spark says in test/fixtures/spark` },
  xxhash64: { not: `Spark's, DuckDB has none: ${IN_DOCUMENTS}; test/parity/hashes.test.ts, and what Spark says in test/fixtures/spark` },
  bucket: { not: `of planners that divide by ranges, DuckDB has none: ${IN_DOCUMENTS}; the literal cases` },
  lpad: ['string # string'], rpad: ['string # string'], repeat: ['string #'], reverse: { not: `by grapheme clusters in DuckDB: ${IN_DOCUMENTS}; the literal cases` },
  concat_ws: ['string string string', 'string string string string'], ascii: ['string'], unicode: ['string'], chr: ['#', 'int32'], octet_length: ['string'], translate: ['string string string'], split_part: ['string string #'],
  array_length: OF_LISTS, element_at: OF_LISTS,
  error: { not: `DuckDB has no TRY of it: ${IN_DOCUMENTS}; the literal cases` },
}

export interface Signature {
  readonly fn: ExprName
  /** Types, '#' and constants. */
  readonly args: readonly string[]
  readonly result: string
}

/** All of a pattern's types; of two that vary independently, some. */
const expand = (pattern: string): string[][] => {
  const tokens = pattern.match(/'[^']*'|\S+/g) ?? []
  let found: string[][] = [[]]
  for (const [i, token] of tokens.entries()) {
    const choices = /^(=|=%|@=)$/.test(token) ? undefined : (GROUPS[token] ?? GROUPS[token.slice(1)]?.map((t) => token[0] + t) ?? [token])
    const spread = i > 0 && choices !== undefined && choices.length > 1
    found = found.flatMap((before, k) => {
      if (!choices) return [[...before, token === '=' ? (before.at(-1) as string) : token === '@=' ? `@${before[0]}` : `%${before.at(-1)}`]]
      // A third of the second's choices for each of the first, others for the next.
      return choices.filter((_, c) => !spread || (c + k) % 3 === 0).map((c) => [...before, c])
    })
  }
  return found
}

/** Those that are computed of others, too. */
const MADE = [...TYPES, 'interval']
const columnOf = (type: string): string => `c${MADE.indexOf(type)}`
const sampleOf = (token: string): string => (/^[#%~+]$/.test(token) ? columnOf('int32') : token.startsWith("'") ? token : columnOf(token.replace(/^[%@]/, '')))
/** A column of each type. */
const SAMPLES = `(SELECT ${MADE.map((t) => `NULL::${sqlType(t)} AS ${columnOf(t)}`).join(', ')})`

/** What a call reads as in SQL. */
export const callSql = (fn: ExprName, args: readonly string[]): string => (SQL[fn] as (...args: readonly string[]) => string)(...args)

/** Asks DuckDB for the result of every pattern's types; what it does not bind is left out. */
export const signatures = async (db: DuckDb): Promise<readonly Signature[]> => {
  const asked = (Object.keys(PATTERNS) as ExprName[]).flatMap((fn) => {
    const patterns = PATTERNS[fn]
    return 'not' in patterns ? [] : patterns.flatMap(expand).map((args) => ({ fn, args, sql: callSql(fn, args.map(sampleOf)) }))
  })
  const found: Signature[] = []
  const ask = async (part: typeof asked): Promise<void> => {
    if (part.length === 0) return
    try {
      const { columns } = await db.query(`SELECT ${part.map((p) => p.sql).join(', ')} FROM ${SAMPLES} LIMIT 0`)
      for (const [i, { fn, args }] of part.entries()) {
        const result = parseType(columns[i]?.type ?? '')
        // Decimals that no decimal holds DuckDB divides as doubles, to NULL by zero: its plan is that of doubles, which give NaN.
        const asDoubles = fn === 'modulo' && result?.kind === 'double' && args.some((a) => a.startsWith('decimal'))
        if (result && !asDoubles) found.push({ fn, args, result: typeName(result) })
      }
    } catch {
      if (part.length === 1) return
      const half = part.length >> 1
      await ask(part.slice(0, half))
      await ask(part.slice(half))
    }
  }
  for (let at = 0; at < asked.length; at += 64) await ask(asked.slice(at, at + 64))
  return found
}
