/**
 * Every lowering against its reference: random types the record allows, random values, random ranges. And references against
 * DuckDB where its types are the same.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatLiteral } from '../../src/layout/literal.ts'
import { isInteger, parseType, type SqlType, sameType, typeName } from '../../src/layout/types.ts'
import type { Flags } from '../../src/plan/nodes.ts'
import { CAST, EXPRESSIONS, type ExprName } from '../../src/operators/expressions.ts'
import { type CallSite, EvalError, type ExprDef, type Value } from '../../src/operators/registry.ts'
import { sqlLiteral, sqlOf, sqlType } from '../cases/sql.ts'
import { openWitness, type Witness } from './duckdb.ts'
import { isWide } from '../../src/operators/values.ts'
import { equalValues, lowerAndRun, show, type Shown } from './lowered.ts'
import { pick, type Random, randomValue, rangeAround, seeded } from './random-values.ts'
import { testSeed } from '../seed.ts'

const SEED = testSeed()
const ROUNDS = Number(process.env.ROUNDS ?? 150)

const TYPES = ['bool', 'int8', 'int16', 'int32', 'int64', 'int128', 'uint8', 'uint32', 'uint64', 'float', 'double', 'decimal(4,2)', 'decimal(15,2)', 'decimal(18,4)', 'decimal(19,0)', 'decimal(38,0)', 'decimal(38,2)', 'decimal(30,4)', 'date', 'timestamp', 'timestamptz', 'string'].map((t) => parseType(t) as SqlType)

const LISTS = ['array<int32>', 'array<int64>', 'array<double>', 'array<bool>'].map((t) => parseType(t) as SqlType)
const INTERVAL = parseType('interval') as SqlType

/** The argument and result types a record allows. */
const signatures = (def: ExprDef): readonly (readonly [args: readonly SqlType[], result: SqlType])[] => {
  const found: [SqlType[], SqlType][] = []
  const consider = (args: SqlType[]) => {
    for (const result of [...TYPES, INTERVAL]) if (def.type(args, result) === true) found.push([args, result])
  }
  for (const a of TYPES) {
    consider([a])
    for (const b of TYPES) consider([a, b])
    consider([a, a, a])
  }
  const [text, index, count] = [parseType('string') as SqlType, parseType('int64') as SqlType, parseType('int32') as SqlType]
  consider([INTERVAL])
  for (const list of LISTS) consider([list])
  for (const list of LISTS) consider([list, index])
  consider([index, index, index, index, index, parseType('double') as SqlType])
  for (const t of TYPES) consider([text, t, t])
  for (const t of TYPES) consider([t, count, count, index])
  consider([text, index, index])
  consider([text, index, text])
  consider([text, count, text])
  consider([text, text, index])
  return found
}

const FLAGS: Record<string, readonly string[]> = { overflow: ['error', 'wrap', 'null'], divideByZero: ['error', 'null'], escape: ['', '\\', 'a'] }
const randomFlags = (random: Random, def: ExprDef): Flags => Object.fromEntries((def.flags ?? []).flatMap((f) => (random() < 0.5 ? [] : [[f, pick(random, FLAGS[f] as string[])]])))
const SLICES = /^(substring|left|right|split_part|element_at)$/
/** What makes long strings of large numbers. */
const BUILDS = /^(lpad|rpad|repeat)$/
const UNITS = ['millennium', 'century', 'decade', 'isoyear', 'year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond']

const randomArgs = (random: Random, name: string, types: readonly SqlType[]): readonly Value[] =>
  types.map((t, i) => {
    if (/^date_(trunc|diff|sub)$/.test(name) && i === 0) return pick(random, UNITS)
    if ((name === 'round' || name === 'trunc') && i === 1) return Number(t.kind === 'int64') ? BigInt(Math.floor(random() * 9 - 4)) : Math.max(t.kind.startsWith('u') ? 0 : -4, Math.floor(random() * 9 - 4))
    if (random() < 0.1) return null
    if (name === 'make_timestamp' && types.length === 6 && random() < 0.8) return i === 5 ? random() * 61 : BigInt(Math.floor(random() * [4000, 14, 32, 25, 61][i]!))
    if (name === 'make_interval' && i < 2 && isInteger(t) && random() < 0.7) return isWide(t) ? BigInt(Math.floor(random() * 4e9)) - 2_000_000_000n : Math.floor(random() * 100)
    if (/^(add_interval|add_months|make_date)$/.test(name) && isInteger(t) && (name !== 'make_date' || !t.kind.endsWith('int8')) && random() < 0.8) {
      const n = name === 'make_date' ? [2000 + Math.floor(random() * 30), Math.floor(random() * 14), Math.floor(random() * 33)][i] as number : Math.floor(random() * 100) - (t.kind.startsWith('u') ? 0 : 50)
      return isWide(t) ? BigInt(n) * (i === 3 ? 3_599_999_999n : 1n) : n
    }
    if (/^int|^uint/.test(t.kind) && (BUILDS.test(name) || (SLICES.test(name) && i > 0 && random() < 0.6) || (name === 'chr' && random() < 0.8))) {
      const n = Math.floor(random() * 16) - (t.kind.startsWith('u') ? 0 : 7)
      return isWide(t) ? BigInt(n) : n
    }
    return randomValue(random, t)
  })

const reference = (def: ExprDef, site: CallSite, args: readonly Value[]): Shown => {
  try {
    const run = def.eval(site)
    if (def.strict === 'lazy') return { value: run(...args.map((a) => () => a)) }
    return { value: def.strict !== false && args.includes(null) ? null : run(...args) }
  } catch (e) {
    if (e instanceof EvalError) return { raises: e.code }
    throw e
  }
}

const lowering = (name: string, def: ExprDef, site: CallSite, args: readonly Value[], random: Random, where: string): void => {
  const ranges = args.map((v, i) => rangeAround(random, site.argTypes[i] as SqlType, v))
  const mode = pick(random, ['constant', 'column', 'nullable'] as const)
  const want = reference(def, site, args)
  let got: Shown | undefined
  try {
    got = lowerAndRun(name, def, site, args, mode, ranges)
  } catch (e) {
    expect.fail(`${where} ${mode} ${show({ site, args, ranges })}: ${(e as Error).stack}`)
  }
  if (got !== undefined && !equalValues(got, want)) expect.fail(`${where} ${mode} ${show({ site, args, ranges })}: ${show(got)} instead of ${show(want)}`)
}

test.each(Object.keys(EXPRESSIONS) as ExprName[])('%s: lowering and reference agree', (name) => {
  const def: ExprDef = EXPRESSIONS[name]
  if (!def.lower) return
  const all = signatures(def)
  const random = seeded(SEED)
  for (let i = 0; i < ROUNDS * 4; i++) {
    const [argTypes, type] = pick(random, all)
    lowering(name, def, { type, argTypes, flags: randomFlags(random, def) }, randomArgs(random, name, argTypes), random, `SEED=${SEED} ${name}`)
  }
})

const castAsCall = (onFailure: 'error' | 'null'): ExprDef => ({
  doc: '',
  type: () => true,
  eval: ({ type, argTypes }) => CAST.eval({ from: argTypes[0] as SqlType, to: type, onFailure }),
  lower: ([x], { type, argTypes }, cx) => CAST.lower(x as never, { from: argTypes[0] as SqlType, to: type, onFailure }, cx),
})

test('cast: lowering and reference agree', () => {
  const random = seeded(SEED)
  for (let i = 0; i < ROUNDS * 60; i++) {
    const [from, to] = [pick(random, TYPES), pick(random, TYPES)]
    if (CAST.type(from, to) !== true) continue
    const value = random() < 0.05 ? null : randomValue(random, from)
    lowering('cast', castAsCall(pick(random, ['error', 'null'])), { type: to, argTypes: [from], flags: {} }, [value], random, `SEED=${SEED} cast`)
  }
})

let duck: Witness
beforeAll(async () => {
  duck = await openWitness()
})
afterAll(() => duck.close())

/** Where DuckDB knowingly differs: reasons in docs and cases. */
const differs = (name: string, argTypes: readonly SqlType[], result: SqlType, args: readonly Value[]): boolean => {
  const first = argTypes[0] as SqlType
  if (name === 'cast' && first.kind === 'decimal' && result.kind === 'decimal' && first.scale > result.scale) return true
  // Rounded beyond the end of the type: DuckDB wraps, we raise.
  if (name === 'cast' && /^(float|double)$/.test(first.kind) && args[0] !== null) return !Number.isFinite(args[0] as number) ? false : Math.abs(args[0] as number) % 1 !== 0 && Math.abs(args[0] as number) > 100
  if (name === 'cast' && first.kind === 'bool' && result.kind === 'decimal' && result.scale === result.precision) return true
  if (name === 'round' && args.length === 2) return true
  if (name === 'trunc' && args.length === 2) return !/^int(8|16|32)$/.test(argTypes[1]?.kind ?? '')
  // DuckDB has 32 bits for offsets and lengths.
  if (SLICES.test(name)) return args.slice(1).some((a) => typeof a === 'bigint' && (a > 0xffffffffn || a < -0xffffffffn))
  // Which zero of two equal ones comes back is not defined.
  if (name === 'least' || name === 'greatest') return args.some((a) => Object.is(a, -0))
  // ICU counts in milliseconds, and by the Julian calendar before 1582.
  if (/^(add_interval|date_sub)$/.test(name)) return argTypes.some((t) => t.kind === 'timestamptz')
  // By way of a timestamp there, so that it ends where those do.
  if (name === 'add_months') return typeof args[1] === 'bigint' || Math.abs(Number(args[1])) > 3_000_000 || Math.abs(Number(args[0])) > 10_000_000
  // By grapheme clusters there.
  if (name === 'reverse') return true
  // What DuckDB makes and cannot print.
  if (name === 'make_timestamp') return argTypes.length === 1 && args[0] !== null && (BigInt(args[0] as bigint) < -9_223_372_022_400_000_000n || BigInt(args[0] as bigint) > 9_223_372_036_854_775_800n)
  if (name === 'negate') return first.kind.startsWith('u')
  return false
}

const word = new DataView(new ArrayBuffer(8))
/** Doubles of one sign in their order, as integers. */
const place = (x: number): bigint => {
  word.setFloat64(0, x)
  return word.getBigInt64(0)
}
/** What JavaScript's Math may differ by from the C library that DuckDB calls, in units of the last place. */
const ULPS: Readonly<Record<string, bigint>> = {
  exp: 1n, ln: 1n, log10: 2n, log2: 2n, log: 3n, pow: 1n, cbrt: 4n, sin: 1n, cos: 1n, tan: 1n, cot: 2n, asin: 1n, acos: 1n, atan: 1n, atan2: 2n, sinh: 2n, cosh: 2n, tanh: 2n, asinh: 2n, acosh: 2n, atanh: 2n,
}
const near = (a: Value | undefined, b: Value, ulps: bigint | undefined): boolean => {
  if (equalValues({ value: a ?? null }, { value: b })) return true
  if (ulps === undefined || typeof a !== 'number' || typeof b !== 'number' || Number.isNaN(a) || Number.isNaN(b)) return false
  const apart = place(a) - place(b)
  return apart <= ulps && apart >= -ulps
}

const agreeing = async (items: readonly { sql: string; want: Shown; type: SqlType }[], where: string, ulps?: bigint): Promise<void> => {
  const got = await duck.ask(items.map((x) => `TRY(${x.sql})`).join(', '))
  if ('error' in got) return expect.fail(`${where}: ${got.error}`)
  items.forEach((item, i) => {
    if (got.types[i] !== typeName(item.type)) return
    const want: Value = 'raises' in item.want ? null : item.want.value
    if (!near(got.values[i], want, ulps)) expect.fail(`${where} ${item.sql}: DuckDB gives ${show(got.values[i])}, the reference ${show(item.want)}`)
  })
}

/** DuckDB has no such function. */
const ours = (name: ExprName): boolean => name === 'bucket'

test.each([...(Object.keys(EXPRESSIONS) as ExprName[]).filter((name) => !ours(name)), 'cast' as const])('%s: reference and DuckDB agree', async (name) => {
  const random = seeded(SEED + 1)
  const items: { sql: string; want: Shown; type: SqlType }[] = []
  const literals = (types: readonly SqlType[], args: readonly Value[]) => types.map((t, i) => [typeName(t), args[i] === null ? null : formatLiteral(args[i] as Value, t)] as const)
  const all = name === 'cast' ? [] : signatures(EXPRESSIONS[name]).filter(([args]) => args.every((a) => sameType(a, args[0] as SqlType)) || /^(element_at|make_timestamp|date_trunc|date_diff|date_sub|add_interval|add_months|multiply)$/.test(name) || (SLICES.test(name) && args.slice(1).every((a) => a.kind === 'int64' || a.kind === 'string')) || (BUILDS.test(name) && args.every((a) => a.kind === (name === 'repeat' ? 'int64' : 'int32') || a.kind === 'string')))
  for (let i = 0; i < ROUNDS * (name === 'cast' ? 8 : 1); i++) {
    if (name === 'cast') {
      const [from, to] = [pick(random, TYPES), pick(random, TYPES)]
      const args = [randomValue(random, from)]
      if (CAST.type(from, to) !== true || differs(name, [from], to, args)) continue
      items.push({ sql: `CAST(${sqlLiteral(literals([from], args)[0]!)} AS ${sqlType(typeName(to))})`, want: reference(castAsCall('error'), { type: to, argTypes: [from], flags: {} }, args), type: to })
      continue
    }
    const [argTypes, type] = pick(random, all)
    const args = randomArgs(random, name, argTypes)
    if ((name === 'chr' && argTypes[0]?.kind !== 'int32') || differs(name, argTypes, type, args) || (name === 'error' && args[0] !== null)) continue
    items.push({ sql: sqlOf(name, literals(argTypes, args)), want: reference(EXPRESSIONS[name], { type, argTypes, flags: {} }, args), type })
  }
  for (let at = 0; at < items.length; at += 100) await agreeing(items.slice(at, at + 100), `SEED=${SEED}`, ULPS[name])
})
