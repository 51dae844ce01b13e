/** Merge joins of every kind, over keys of every type, with NULLs, duplicates and empty sides: against hash joins, the interpreter and DuckDB; and their order. */
import { type Backend, createBackend } from 'arcweld/backend'
import { Int32, Table as Arrow, Utf8, vectorFromArray } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Expr, JoinKind, LiteralValue, PlanNode } from '../../src/plan/nodes.ts'
import { call, cell, col, Duck, lit, type Table } from '../fallback/harness.ts'
import { Random } from '../fallback/random-plan.ts'
import { testSeed } from '../seed.ts'

const SEED = testSeed()
let backend: Backend
let duck: Duck
beforeAll(async () => {
  backend = await createBackend({ threads: 2 })
  duck = await Duck.open()
})
afterAll(async () => {
  await backend.close()
  duck.close()
})

const KINDS = ['inner', 'left', 'right', 'full', 'semi', 'anti', 'right_semi', 'right_anti', 'mark'] as const
const TYPES: Readonly<Record<string, readonly LiteralValue[]>> = {
  bool: [true, false],
  int32: [-2147483648, -7, 0, 1, 2, 2147483647],
  int64: ['-9223372036854775808', '-1', '0', '1', '9007199254740993', '9223372036854775807'],
  int128: ['-170141183460469231731687303715884105728', '0', '1', '36893488147419103232', '170141183460469231731687303715884105727'],
  double: [0, '-0', 0.25, -2.25, 'NaN', 'Infinity', '-Infinity'],
  float: [0, '-0', 0.25, -2.25, 'NaN'],
  'decimal(38,4)': ['0.0000', '1.2500', '-9999999999999999999999999999999999.9999'],
  date: ['1970-01-01', '2024-02-29', '1969-12-31'],
  timestamp: ['1970-01-01 00:00:00', '2024-02-29 13:45:00.123456'],
  string: ['', 'a', 'b', 'ab', 'é', '😀', 'zebra zebra zebra zebra', 'zebra zebra zebra zebrb'],
}

const on = (kind: JoinKind): string => {
  const all = 'l.c0 as c0, l.c1 as c1, l.c2 as c2, r.c0 as c3, r.c1 as c4, r.c2 as c5'
  if (kind === 'semi' || kind === 'anti') return `select * from l where ${kind === 'anti' ? 'not ' : ''}exists (select 1 from r where ON)`
  if (kind === 'right_semi' || kind === 'right_anti') return `select * from r where ${kind === 'right_anti' ? 'not ' : ''}exists (select 1 from l where ON)`
  if (kind === 'mark') return `select *, case when exists (select 1 from r where ON) then true when exists (select 1 from r where (ON) is null) then null else false end as c3 from l`
  return `select ${all} from l ${kind} join r on ON`
}
const sorted = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.map((v) => cell(v === 0 ? 0 : v)).join('|')).sort()

const run = async (root: PlanNode, native: 'only' | 'never', tables = {}) => {
  const names = Array.from({ length: root.op === 'join' && ['semi', 'anti', 'right_semi', 'right_anti'].includes(root.kind) ? 3 : root.op === 'join' && root.kind === 'mark' ? 4 : 6 }, (_, i) => `c${i}`)
  const result = await backend.run({ version: 1, names, root }, tables, { native })
  const rows = (await result.rows()).map((row) => names.map((n) => (row as Record<string, unknown>)[n]))
  return { rows, stages: result.metrics?.stages ?? [] }
}

const side = (r: Random, types: readonly string[], rows: number, nulls: number): Table => ({
  columns: types.map((type, i) => ({ name: `c${i}`, type })),
  rows: Array.from({ length: rows }, (_, i) => types.map((t, c) => (c === 2 ? i : r.chance(nulls) ? null : r.pick(TYPES[t] as readonly LiteralValue[])))),
})
const leaf = ({ columns, rows }: Table): PlanNode => ({ op: 'values', columns, rows })

describe.each(Object.keys(TYPES))('keys of %s', (type) => {
  test.each(KINDS)('%s', async (kind) => {
    for (let round = 0; round < 5; round++) {
      const seed = SEED + round * 31 + type.length * 7 + KINDS.indexOf(kind as never)
      const r = new Random(seed)
      const second = r.pick(Object.keys(TYPES))
      const types = [type, second, 'int32']
      const rows = () => (round === 4 && r.chance(0.7) ? 0 : 1 + r.int(30))
      const [left, right] = [side(r, types, rows(), r.pick([0, 0.3])), side(r, types, rows(), r.pick([0, 0.3]))]
      const keys = (r.chance(0.6) ? [0] : [0, 1]).map((i) => ({ left: col(i, types[i] as string), right: col(i, types[i] as string), ...(r.chance(0.3) ? { nullSafe: true } : {}) }))
      const residual: Expr | undefined = kind !== 'mark' && r.chance(0.3) ? call('gt', [call('add', [col(2, 'int32'), col(5, 'int32')], 'int32'), lit(20, 'int32')], 'bool') : undefined
      const join = { op: 'join', kind, left: leaf(left), right: leaf(right), keys, ...(residual ? { residual } : {}) } as const
      const merge = { ...join, strategy: 'merge' } as const
      await duck.table('l', left)
      await duck.table('r', right)
      const condition = [...keys.map((k) => `l.c${(k.left as { index: number }).index} ${k.nullSafe ? 'is not distinct from' : '='} r.c${(k.right as { index: number }).index}`), ...(residual ? ['l.c2 + r.c2 > 20'] : [])].join(' and ')
      const hint = `seed ${seed}: ${JSON.stringify(merge)}`
      const native = await run(merge, 'only')
      const interpreted = await run(merge, 'never')
      const hashed = await run(join, 'only')
      const expected = await duck.query(on(kind).replaceAll('ON', `(${condition})`))
      expect(sorted(native.rows), hint).toEqual(sorted(expected))
      expect(sorted(interpreted.rows), hint).toEqual(sorted(expected))
      expect(sorted(hashed.rows), hint).toEqual(sorted(expected))
      const pipelines = JSON.stringify(native.stages)
      const open = kind === 'mark' && keys.some((k) => !k.nullSafe)
      if (!open) expect(pipelines, hint).toMatch(/"merge/)
      expect(native.stages.every((s) => s.native) && interpreted.stages.every((s) => !s.native), hint).toBe(true)
      if (kind === 'full' || open) continue
      const at = keys.map((k) => (k.left as { index: number }).index + (kind === 'right' ? 3 : 0))
      const order = (rows: readonly unknown[][]) => rows.map((row) => at.map((i) => cell(row[i] === 0 ? 0 : row[i])).join('|'))
      expect(order(native.rows), hint).toEqual(order(interpreted.rows))
    }
  })
})

test('many rows on several workers: as by hashes, in order, sorted once', async () => {
  const N = 40_000
  const table = (rows: number, factor: number) => new Arrow({
    c0: vectorFromArray(Array.from({ length: rows }, (_, i) => (i % 97 === 0 ? null : (i * factor) % 20_011)), new Int32()),
    c1: vectorFromArray(Array.from({ length: rows }, (_, i) => `key ${(i * factor) % 313}`), new Utf8()),
    c2: vectorFromArray(Array.from({ length: rows }, (_, i) => i), new Int32()),
  })
  const tables = { l: table(N, 7919), r: table(N / 2, 104729) }
  const columns = [{ name: 'c0', type: 'int32' }, { name: 'c1', type: 'string' }, { name: 'c2', type: 'int32' }]
  const scan = (name: string): PlanNode => ({ op: 'scan', table: name, columns })
  for (const kind of KINDS) {
    for (const fields of [[0], [1, 0]]) {
      const key = (i: number) => col(i, columns[i]?.type as string)
      const keys = fields.map((i) => ({ left: key(i), right: key(i) }))
      const join = (left: PlanNode, right: PlanNode, more = {}) => ({ op: 'join', kind, left, right, keys, ...more }) as const
      const order = (input: PlanNode): PlanNode => ({ op: 'sort', input, keys: fields.map((i) => ({ expr: key(i), descending: false, nullsFirst: true })) })
      const merged = await run(join(order(scan('l')), order(scan('r')), { strategy: 'merge' }), 'only', tables)
      const hashed = await run(join(scan('l'), scan('r')), 'only', tables)
      expect(sorted(merged.rows)).toEqual(sorted(hashed.rows))
      if (kind !== 'mark') expect(merged.stages).toHaveLength(1)
    }
  }
})

test('a top-n above leaves both sides whole', async () => {
  const table = (rows: number, factor: number): PlanNode => ({ op: 'values', columns: [{ name: 'a', type: 'int32' }, { name: 'b', type: 'int32' }, { name: 'c', type: 'int32' }], rows: Array.from({ length: rows }, (_, i) => [(i * factor) % 41, i, -i]) })
  const join: PlanNode = { op: 'join', kind: 'inner', left: table(60, 7), right: table(50, 3), keys: [{ left: col(0, 'int32'), right: col(0, 'int32') }], strategy: 'merge' }
  const order = [1, 4].map((i) => ({ expr: col(i, 'int32'), descending: true, nullsFirst: false }))
  const first = async (root: PlanNode, native: 'only' | 'never') => (await run(root, native)).rows.slice(0, 5)
  const whole = await first({ op: 'sort', input: join, keys: order }, 'never')
  for (const native of ['only', 'never'] as const) expect(await first({ op: 'topn', input: join, keys: order, limit: 5 }, native)).toEqual(whole)
})

test('what a merge join must have', async () => {
  const one: PlanNode = { op: 'values', columns: [{ name: 'a', type: 'int32' }], rows: [[1]] }
  const root = { op: 'join', kind: 'inner', left: one, right: one, keys: [], strategy: 'merge' }
  await expect(backend.run({ version: 1, names: ['a', 'b'], root } as never, {})).rejects.toMatchObject({ code: 'INVALID_PLAN', message: expect.stringContaining('a merge join has a key') })
  await expect(backend.run({ version: 1, names: ['a', 'b'], root: { ...root, strategy: 'zipper' } } as never, {})).rejects.toMatchObject({ code: 'UNSUPPORTED_PLAN' })
})
