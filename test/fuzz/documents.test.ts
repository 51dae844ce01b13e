/**
 * What no SQL of DuckDB's asks for: hashes, buckets, arrays, unnest, error() and exchanges, in random plan documents, natively and
 * interpreted. There is no other witness: the literal cases have that. SEED repeats a run, FUZZ_DOCUMENTS is how many.
 */
import { type Backend, createBackend, type Plan } from 'arcweld/backend'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ArcweldError } from 'arcweld'
import { formatLiteral } from '../../src/layout/literal.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import type { Expr, LiteralValue, PlanNode, SortKey } from '../../src/plan/nodes.ts'
import { Random } from '../engine/random.ts'
import { randomValue } from '../operators/random-values.ts'
import { testSeed } from '../seed.ts'

const SEED = testSeed()
const DOCUMENTS = Number(process.env['FUZZ_DOCUMENTS'] || 150)

let backend: Backend
beforeAll(async () => {
  console.log(`SEED=${SEED}`)
  backend = await createBackend({ threads: 2, memory: '256MiB' })
})
afterAll(() => backend.close())

const TYPES = ['int32', 'int64', 'string', 'double', 'bool', 'date', 'timestamp', 'decimal(18,4)', 'interval', 'array<int32>', 'array<string>', 'array<decimal(30,4)>', 'array<interval>', 'map<int32,string>']
/** Values of which are equal or not, and in order. */
const KEYS = ['int32', 'int64', 'string', 'bool', 'date', 'timestamp', 'decimal(18,4)']

interface Rows {
  readonly node: PlanNode
  readonly types: readonly string[]
}
const column = (index: number, type: string): Expr => ({ expr: 'column', index, type })
const call = (fn: string, args: readonly Expr[], type: string): Expr => ({ expr: 'call', fn, args, type })
const elementOf = (type: string): string | undefined => /^array<(.*)>$/.exec(type)?.[1]

class Documents {
  readonly #r: Random
  /** Then every column stays: what nobody reads need not be evaluated, and may not raise. */
  readonly #raising: boolean
  /** Functions that were made. */
  readonly seen = new Set<string>()

  constructor(r: Random) {
    this.#r = r
    this.#raising = r.chance(0.3)
  }

  literal(type: string): Expr {
    const r = this.#r
    const value = type.startsWith('map') || r.chance(0.1) ? null : formatLiteral(randomValue(() => r.next(), parseType(type) as SqlType), parseType(type) as SqlType)
    return { expr: 'literal', value, type }
  }

  small(type: 'int32' | 'int64'): Expr {
    const n = this.#r.int(9) - 3
    return { expr: 'literal', value: type === 'int64' ? String(n) : n, type }
  }

  values(): Rows {
    const r = this.#r
    const types = ['int32', 'string', 'array<int32>', ...r.some(1, 5, () => r.pick(TYPES))]
    const nulls = r.pick([0, 0.15, 0.5])
    const cell = (type: string): LiteralValue => {
      if (r.chance(nulls)) return null
      if (type.startsWith('map')) return JSON.stringify(r.some(0, 3, () => r.int(99)).filter((k, i, all) => all.indexOf(k) === i).map((k) => [k, r.chance(0.2) ? null : 'abc'.slice(r.int(3))]))
      return formatLiteral(randomValue(() => r.next(), parseType(type) as SqlType), parseType(type) as SqlType)
    }
    const rows = Array.from({ length: r.pick([0, 1, 30, 150]) }, () => types.map((t, i) => (i === 0 ? r.int(6) : cell(t))))
    return { node: { op: 'values', columns: types.map((type, i) => ({ name: `c${i}`, type })), rows }, types }
  }

  /** A term of a type over columns. */
  term(types: readonly string[], type: string, depth: number): Expr {
    const r = this.#r
    const own = types.flatMap((t, i) => (t === type ? [column(i, t)] : []))
    const leaf = (): Expr => (own.length && r.chance(0.8) ? r.pick(own) : this.literal(type))
    if (depth === 0) return leaf()
    const of = (t: string): Expr => this.term(types, t, depth - 1)
    const any = (): Expr => of(r.pick(types))
    const made = (fn: string, args: readonly Expr[]): Expr => {
      this.seen.add(fn)
      return call(fn, args, type)
    }
    const element = (): Expr => made('element_at', [of(`array<${type}>`), r.chance(0.5) ? this.small('int64') : of('int32')])
    const choices: (() => Expr)[] = [leaf]
    if (type === 'int32') choices.push(() => made('hash', r.some(1, 4, any)), () => made('bucket', this.#buckets(types, depth)), element)
    if (type === 'int64') choices.push(() => made('xxhash64', r.some(1, 4, any)), () => made('array_length', [of(r.pick(TYPES.filter(elementOf)))]), ...['interval_months', 'interval_days', 'interval_micros'].map((fn) => () => made(fn, [of('interval')])))
    if (type === 'string') choices.push(() => made('reverse', [of('string')]), element)
    if (type === 'interval') choices.push(() => made('age', [of('timestamp'), of('timestamp')]), () => made('make_interval', [this.small('int64'), of('int32'), of('int64')]), element)
    if (type === 'bool') choices.push(() => made(r.pick(['eq', 'lt', 'is_distinct']), Array.from({ length: 2 }, (_, __, t = 'int64') => of(t))), () => made('is_null', [any()]))
    if (this.#raising && r.chance(0.1)) {
      this.seen.add('error')
      return { expr: 'case', when: [{ if: call('eq', [of('int32'), this.small('int32')], 'bool'), then: call('error', [of('string')], type) }], else: leaf(), type }
    }
    return r.pick(choices)()
  }

  #buckets(types: readonly string[], depth: number): readonly Expr[] {
    const r = this.#r
    const type = r.pick(KEYS)
    return [this.term(types, type, depth - 1), ...r.some(0, 5, () => this.literal(type))]
  }

  project({ node, types }: Rows): Rows {
    const r = this.#r
    const exprs = r.some(1, 4, () => this.term(types, r.pick(['int32', 'int64', 'string', 'bool', 'interval', r.pick(types)]), r.pick([1, 2, 3])))
    const kept = types.map((t, i) => column(i, t)).filter((_, i) => i === 0 || this.#raising || r.chance(0.7))
    return { node: { op: 'project', input: node, exprs: [...kept, ...exprs] }, types: [...kept, ...exprs].map((e) => e.type) }
  }

  filter({ node, types }: Rows): Rows {
    return { node: { op: 'filter', input: node, predicate: this.term(types, 'bool', 2) }, types }
  }

  unnest({ node, types }: Rows): Rows {
    const r = this.#r
    const found = types.flatMap((t, i) => (/^(array|map)</.test(t) ? [column(i, t)] : []))
    if (!found.length) return { node, types }
    const expr = r.pick(found)
    const [outer, ordinality] = [r.chance(0.4), r.chance(0.4)]
    const elements = expr.type.startsWith('map') ? ['int32', 'string'] : [elementOf(expr.type) as string]
    this.seen.add('unnest')
    return { node: { op: 'unnest', input: node, expr, ...(outer ? { outer } : {}), ...(ordinality ? { ordinality } : {}) }, types: [...types, ...elements, ...(ordinality ? ['int64'] : [])] }
  }

  exchange({ node, types }: Rows): Rows {
    const r = this.#r
    const keys = types.flatMap((t, i) => (KEYS.includes(t) ? [column(i, t)] : []))
    const partitions = r.pick([1, 2, 7, 200])
    const by = (): readonly Expr[] => r.some(1, 2, () => r.pick(keys))
    const sorts = (): readonly SortKey[] => by().map((expr) => ({ expr, descending: r.chance(0.5), nullsFirst: r.chance(0.5) }))
    this.seen.add('exchange')
    const partitioning = r.pick([() => ({ kind: 'hash' as const, keys: by(), partitions }), () => ({ kind: 'range' as const, keys: sorts(), partitions }), () => ({ kind: 'roundrobin' as const, partitions }), () => ({ kind: 'single' as const })])()
    return { node: { op: 'exchange', input: node, partitioning }, types }
  }

  aggregate({ node, types }: Rows): Rows {
    const r = this.#r
    const keys = types.flatMap((t, i) => (KEYS.includes(t) ? [column(i, t)] : []))
    const groups = r.some(0, 2, () => r.pick(keys))
    const aggregates = r.some(1, 3, () => {
      const arg = r.pick(keys)
      return r.pick([() => ({ fn: 'count_star', args: [], type: 'int64' }), () => ({ fn: r.pick(['min', 'max']), args: [arg], type: arg.type }), () => ({ fn: 'count', args: [arg], type: 'int64' }), () => ({ fn: 'bit_xor', args: [column(0, 'int32')], type: 'int32' })])()
    })
    return { node: { op: 'aggregate', input: node, groups, aggregates }, types: [...groups.map((g) => g.type), ...aggregates.map((a) => a.type)] }
  }

  plan(): Plan {
    const r = this.#r
    let q = this.values()
    for (let n = 2 + r.int(4); n > 0; n--) q = r.pick([(x: Rows) => this.project(x), (x: Rows) => this.project(x), (x: Rows) => this.filter(x), (x: Rows) => this.unnest(x), (x: Rows) => this.exchange(x)])(q)
    if (!this.#raising && r.chance(0.4)) q = this.aggregate(q)
    return { version: 1, names: q.types.map((_, i) => `o${i}`), root: q.node }
  }
}

/** A few rows are a task's. */
const SMALL = { taskBytes: 300, skewBytes: 600, broadcastBytes: 200 }

type Answer = readonly string[] | { readonly code: string; readonly message: string }
/** Rows in no order, or why there are none. */
const answer = async (plan: Plan, native: 'only' | 'never'): Promise<Answer> => {
  try {
    return (await (await backend.run(plan, {}, { native, tasks: SMALL })).rows({ json: true })).map((row) => JSON.stringify(row)).sort()
  } catch (error) {
    if (!(error instanceof ArcweldError)) throw error
    return { code: error.code, message: error.message }
  }
}

test(`${DOCUMENTS} random documents: native as interpreted`, { timeout: 24 * 3_600_000 }, async () => {
  const seen = new Set<string>()
  const counts = { rows: 0, raised: 0, refused: 0 }
  for (let i = 0; i < DOCUMENTS; i++) {
    const make = new Documents(new Random(SEED + i * 7919))
    const plan = make.plan()
    for (const fn of make.seen) seen.add(fn)
    const [native, interpreted] = [await answer(plan, 'only'), await answer(plan, 'never')]
    const where = `SEED=${SEED + i * 7919} FUZZ_DOCUMENTS=1 npx vitest run test/fuzz/documents.test.ts\n${JSON.stringify(plan)}`
    if ('code' in native && native.code === 'NATIVE_ONLY') {
      counts.refused++
      if (process.env['FUZZ_SHOW']) console.log(native.message)
      continue
    }
    if ('code' in native || 'code' in interpreted) {
      // Which of several rows raises first is open.
      expect('code' in native && 'code' in interpreted, `${where}\n${JSON.stringify([native, interpreted]).slice(0, 2000)}`).toBe(true)
      expect((native as { code: string }).code, where).toMatch(/^(RAISED|OVERFLOW|CAST_FAILED|INVALID_ARGUMENT)$/)
      counts.raised++
      continue
    }
    counts.rows += native.length
    expect(native, where).toEqual(interpreted)
  }
  console.log(JSON.stringify(counts))
  // A run that proved nothing fails.
  expect(counts.refused).toBeLessThan(1 + DOCUMENTS / 10)
  expect(counts.rows).toBeGreaterThan(DOCUMENTS * 3)
  for (const fn of DOCUMENTS < 100 ? [] : ['hash', 'xxhash64', 'bucket', 'reverse', 'element_at', 'array_length', 'interval_days', 'age', 'make_interval', 'error', 'unnest', 'exchange']) expect(seen.has(fn), fn).toBe(true)
})
