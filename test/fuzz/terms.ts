/** Random terms over columns: every expression of the registry, casts, CASE, and constants at the edges of their types. */
import { sqlType } from '../cases/sql.ts'
import { COLUMNS } from '../engine/fuzz-tables.ts'
import type { Random } from '../engine/random.ts'
import { callSql, type Signature, TYPES } from './signatures.ts'
import { type Column, column, literal, type Term } from './tree.ts'

/** What JavaScript's Math may differ by from the C library that DuckDB calls, in units of the last place. */
export const ULPS: Readonly<Record<string, bigint>> = {
  exp: 1n, ln: 1n, log10: 2n, log2: 2n, log: 3n, pow: 1n, cbrt: 4n, sin: 1n, cos: 1n, tan: 1n, cot: 2n, asin: 1n, acos: 1n, atan: 1n, atan2: 2n, sinh: 2n, cosh: 2n, tanh: 2n, asinh: 2n, acosh: 2n, atanh: 2n,
}

const POOLS = new Map<string, string[]>()
for (const c of COLUMNS) {
  const type = TYPES.find((t) => sqlType(t).replace(', ', ',') === c.sql || (c.sql === 'TIMESTAMPTZ' && t === 'timestamptz') || (c.sql === 'VARCHAR' && t === 'string'))
  if (type) POOLS.set(type, [...(POOLS.get(type) ?? []), ...c.pool])
}
POOLS.set('int128', ['0', '1', '-1', '7', '170141183460469231731687303715884105727', '-170141183460469231731687303715884105728', '18446744073709551616'])
POOLS.set('interval', ['0 days', '1 day', '-3 months 2 days', '5 hours 59 minutes', '14 months -40 days', '100 years', '-1 microsecond'])

const sqlConstant = (value: string, type: string): string => (type === 'string' ? `'${value.replaceAll("'", "''")}'` : type === 'bool' ? value : `'${value}'::${sqlType(type)}`)

/** Signatures by result, then by function: each function has its turn, whatever its number of types. */
type ByResult = ReadonlyMap<string, ReadonlyMap<string, readonly Signature[]>>
const grouped = new WeakMap<readonly Signature[], ByResult>()
const byResult = (all: readonly Signature[]): ByResult => {
  const known = grouped.get(all)
  if (known) return known
  const made = new Map<string, Map<string, Signature[]>>()
  for (const s of all) {
    const fns = made.get(s.result) ?? new Map<string, Signature[]>()
    made.set(s.result, fns.set(s.fn, [...(fns.get(s.fn) ?? []), s]))
  }
  grouped.set(all, made)
  return made
}

export class Terms {
  readonly #r: Random
  readonly #by: ByResult
  readonly #quiet: boolean

  /** `quiet`: nothing that raises, given signatures that do not. */
  constructor(r: Random, all: readonly Signature[], quiet = false) {
    this.#r = r
    this.#quiet = quiet
    this.#by = byResult(all)
  }

  /** Every type that something gives. */
  get types(): readonly string[] {
    return [...this.#by.keys()]
  }

  constant(type: string): Term {
    const pool = POOLS.get(type)
    const value = pool && this.#r.pick(pool)
    return literal(value === undefined ? `NULL::${sqlType(type)}` : sqlConstant(value.length > 60 ? value.slice(0, 40) : value, type), type)
  }

  leaf(scope: readonly Column[], type: string): Term {
    const own = scope.filter((c) => c.type === type && c.taint === undefined)
    if (own.length && this.#r.chance(0.85)) {
      const c = this.#r.pick(own)
      return column(c.name, type)
    }
    if (!POOLS.has(type)) return this.#cast(this.leaf(scope, type.startsWith('decimal') ? 'decimal(9,2)' : 'int32'), type, true)
    return this.#r.chance(0.06) ? literal(`NULL::${sqlType(type)}`, type) : this.constant(type)
  }

  #cast(arg: Term, type: string, quiet: boolean): Term {
    const name = quiet ? 'try_cast' : 'cast'
    const print = ([a]: readonly string[]) => `${name.toUpperCase()}(${a} AS ${sqlType(type)})`
    // JavaScript does not tell the sign of NaN, which DuckDB prints.
    const float = /^(float|double)$/.test(arg.type)
    const signed = type === 'string' && float
    // What is computed may round to one more than the type holds, which DuckDB wraps.
    const whole = float && isInteger(type) && arg.name !== 'column' && arg.name !== 'literal'
    return { type, args: [arg], print: signed ? (a) => `replace(${print(a)}, '-nan', 'nan')` : whole ? ([a]) => print([`trunc(${a})`]) : print, name }
  }

  #small(scope: readonly Column[]): Term {
    const r = this.#r
    const small = scope.filter((c) => (c.name === 'k' || c.name === 'n') && c.taint === undefined)
    return small.length && r.chance(0.4) ? column(r.pick(small).name, 'int32') : literal(`'${r.pick(['0', '1', '2', '3', '5', '12', '-1', '-2', '65', '233'])}'::INTEGER`, 'int32')
  }

  #once(): Term {
    const r = this.#r
    const [by, plus] = [r.pick([7, 11, 13]), r.int(100_000)]
    return { type: 'int32', args: [column('id', 'int32')], print: ([id]) => `(${id} % ${by} + ${plus})`, name: 'modulo' }
  }

  /** A term of a type. At the top functions whose last digits differ may stand. */
  term(scope: readonly Column[], type: string, depth: number, top = false): Term {
    const r = this.#r
    if (depth <= 0 || r.chance(0.1)) return this.leaf(scope, type)
    if (r.chance(0.12)) {
      const [when, then, other] = [this.term(scope, 'bool', depth - 1), this.term(scope, type, depth - 1), this.term(scope, type, depth - 1)]
      const two = r.chance(0.25) ? [this.term(scope, 'bool', depth - 1), this.term(scope, type, depth - 1)] : []
      return {
        type, args: [other, when, then, ...two], name: 'case', lazy: true, rest: { from: 1, step: 2 },
        print: ([last, ...pairs]) => (pairs.length === 0 ? (last as string) : `(CASE ${Array.from({ length: pairs.length / 2 }, (_, i) => `WHEN ${pairs[2 * i]} THEN ${pairs[2 * i + 1]}`).join(' ')} ELSE ${last} END)`),
      }
    }
    const found = this.#by.get(type)
    if (!found || r.chance(0.14)) {
      const from = castable(type, r, this.types)
      // Of text with an exponent DuckDB makes decimals by its digits alone: 5e-324 is 0.1 of DECIMAL(7,1).
      const plain = from === 'string' && type.startsWith('decimal')
      return from ? this.#cast(plain ? this.leaf(scope, from) : this.term(scope, from, depth - 1), type, this.#quiet || r.chance(0.6)) : this.leaf(scope, type)
    }
    for (let tries = 0; tries < 6; tries++) {
      const fn = r.pick([...found.keys()])
      if (!top && ULPS[fn] !== undefined) continue
      return this.call(scope, r.pick(found.get(fn) ?? []), depth)
    }
    return this.leaf(scope, type)
  }

  /** A call with random arguments. */
  call(scope: readonly Column[], s: Signature, depth: number): Term {
    const r = this.#r
    const args = s.args.map((token, i): Term => {
      if (token === '+') return literal(`'${r.pick(['0', '1', '2', '3', '5', '12', '65', '233'])}'::INTEGER`, 'int32')
      if (token.startsWith('@')) return this.leaf(scope, token.slice(1))
      if (/^%./.test(token)) return literal(`'${r.pick(['0', '1', '2', '3', '5', '7', '15', '64', ...(token[1] === 'u' ? [] : ['-1'])])}'::${sqlType(token.slice(1))}`, token.slice(1))
      if (token === '~') return this.#once()
      if (token === '#' || token === '%') return this.#small(token === '#' ? scope : [])
      if (token.startsWith("'")) return literal(token, 'string')
      // IN has mostly constants for its list.
      if (s.fn === 'in' && i > 0 && r.chance(0.8)) return this.constant(token)
      return this.term(scope, token, depth - 1)
    })
    const ulps = ULPS[s.fn]
    // DuckDB gives 0 for -0 there; with 0 added both do.
    const zeros = /^(greatest|least)$/.test(s.fn) && /^(float|double)$/.test(s.result)
    const rest = /^(in|coalesce|greatest|least|concat|and|or)$/.test(s.fn) && args.length > 2 ? { from: 1, step: 1 } : undefined
    return { type: s.result, args, print: zeros ? (given) => `(${callSql(s.fn, given)} + '0'::${sqlType(s.result)})` : (given) => callSql(s.fn, given), name: s.fn, ...(/^(and|or|coalesce|in|between)$/.test(s.fn) ? { lazy: true } : {}), ...(rest ? { rest } : {}), ...(ulps ? { ulps } : {}) }
  }
}

const isInteger = (type: string): boolean => /^u?int/.test(type)

/** NaN where it is no decimal. */
const scaleOf = (type: string): number => Number(/^decimal\(\d+,(\d+)\)/.exec(type)?.[1] ?? Number.NaN)

/** What a type can be cast from. */
const castable = (type: string, r: Random, made: readonly string[]): string | undefined => {
  const numbers = (r.chance(0.3) ? made : TYPES).filter((t) => /^(u?int|decimal|float|double)/.test(t))
  if (type === 'interval') return undefined
  if (type === 'string') return r.pick(TYPES.filter((t) => t !== 'string'))
  if (/^(date|timestamp)/.test(type)) return r.pick(['date', 'timestamp', 'timestamptz', 'string'].filter((t) => t !== type))
  // Decimals cast to fewer digits after the point DuckDB refuses by the digits before.
  return r.pick([...numbers, 'bool', 'string'].filter((t) => t !== type && !(scaleOf(t) > scaleOf(type))))
}
