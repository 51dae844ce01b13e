/** A small and filtered side of a join is run first and takes rows from the other side: below aggregates and before files are read. */
import { Engine } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { readRows } from '../../src/cli/rows.ts'
import { type Folder, openFolder } from './fixtures.ts'

const FACTS = `SELECT (i // 4)::INTEGER AS k, CASE WHEN i % 97 = 0 THEN NULL ELSE (i * 31 % 5003)::INTEGER END AS d, (i % 1000)::INTEGER AS v FROM range(400000) t(i)`
const DIMENSION = `SELECT i::INTEGER AS d, CASE WHEN i % 50 = 0 THEN NULL ELSE 'group ' || (i % 40) END AS g, (i * 3)::INTEGER AS k FROM range(6000) t(i)`

let folder: Folder
let duckdb: DuckDb
const engines: [string, Engine][] = []
beforeAll(async () => {
  folder = await openFolder()
  duckdb = await openDuckDb(1)
  for (const name of ['memory', 'file']) engines.push([name, await Engine.create({ threads: 2 })])
  for (const [name, sql] of [['facts', FACTS], ['dimension', DIMENSION]] as const) {
    await folder.write(`${name}.parquet`, sql)
    await duckdb.view(name, folder.path(`${name}.parquet`))
    for (const [where, engine] of engines) await engine.register(name, folder.path(`${name}.parquet`), { cache: where === 'memory' })
  }
})
afterAll(async () => {
  for (const [, engine] of engines) await engine.close()
  duckdb.close()
  await folder.remove()
})

const agrees = async (engine: Engine, sql: string): Promise<void> => {
  const sorted = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.map(String).join('|')).sort()
  const actual = await readRows(await engine.sql(sql, { native: 'only' }))
  expect(sorted(actual.rows), sql).toEqual(sorted((await duckdb.query(sql)).rows))
}

const GROUPED = '(SELECT d, sum(v) AS s, count(*) AS n FROM facts GROUP BY d) f'
describe.each([
  ['inner', `SELECT x.d, s, n FROM dimension x JOIN ${GROUPED} ON x.d = f.d WHERE g = 'group 7'`],
  ['inner, the other way round', `SELECT x.d, s, n FROM ${GROUPED} JOIN dimension x ON x.d = f.d WHERE g = 'group 7'`],
  ['left', `SELECT x.d, s, n FROM (SELECT * FROM dimension WHERE g = 'group 7') x LEFT JOIN ${GROUPED} ON x.d = f.d`],
  ['semi', `SELECT d, s, n FROM ${GROUPED} WHERE d IN (SELECT d FROM dimension WHERE g = 'group 7')`],
  ['a filter over the groups', `SELECT x.d, s FROM dimension x JOIN ${GROUPED} ON x.d = f.d WHERE g = 'group 7' AND s > 40000`],
  ['nothing is left', `SELECT x.d, s FROM dimension x JOIN ${GROUPED} ON x.d = f.d WHERE g = 'group 7' AND x.k % 3 = 1`],
])('groups that a join asks for: %s', (_, sql) => {
  test.each(['memory', 'file'])('from %s', async (where) => {
    const engine = engines.find(([name]) => name === where)?.[1] as Engine
    await agrees(engine, sql)
    const { stages } = await engine.explain(sql, { analyze: true })
    const grouping = stages.find((s) => s.operators.includes('group by') && s.operators.includes('scan facts'))
    expect(grouping?.operators).toContain('semi join')
    expect(grouping?.rows).toBeLessThanOrEqual(200)
  })
})

test('groups of the side that is kept are not asked for', async () => {
  for (const [, engine] of engines) {
    for (const sql of [`SELECT f.d, s, g FROM ${GROUPED} LEFT JOIN (SELECT * FROM dimension WHERE g = 'group 7') x ON x.d = f.d`, `SELECT d, s FROM ${GROUPED} WHERE d NOT IN (SELECT d FROM dimension WHERE g = 'group 7')`]) {
      const report = await engine.explain(sql)
      expect(JSON.stringify(report.stages.map((s) => s.operators))).not.toContain('semi join')
    }
    await agrees(engine, `SELECT f.d, s, g FROM ${GROUPED} LEFT JOIN (SELECT * FROM dimension WHERE g = 'group 7') x ON x.d = f.d`)
  }
})

test('row groups and zones are read that hold keys of the other side', async () => {
  const sql = "SELECT count(*), sum(v) FROM facts JOIN dimension ON facts.k = dimension.k WHERE g = 'group 7' AND dimension.d < 100"
  const read: Record<string, number> = {}
  for (const [name, engine] of engines) {
    await agrees(engine, sql)
    const { stages } = await engine.explain(sql, { analyze: true })
    const pipelines = stages.flatMap((s) => s.pipelines) as readonly { readonly operators: readonly string[]; readonly rows?: number }[]
    read[name] = pipelines.find((p) => p.operators[0] === 'scan facts')?.rows ?? -1
  }
  expect(read['file']).toBeGreaterThan(0)
  expect(read['file']).toBeLessThan(200_000)
})

test('explain tells what a runtime filter left out', async () => {
  const engine = engines[0]?.[1] as Engine
  const sql = "SELECT sum(v) FROM facts JOIN dimension ON facts.d = dimension.d WHERE g = 'group 7'"
  await agrees(engine, sql)
  const report = await engine.explain(sql, { analyze: true })
  const filters = report.stages.flatMap((s) => s.pipelines).flatMap((p) => (p as { readonly filters?: readonly { kind: string; tested: number; passed: number }[] }).filters ?? [])
  expect(filters).toHaveLength(1)
  expect(filters[0]).toMatchObject({ kind: 'bitmap', tested: 400000 - Math.ceil(400000 / 97) })
  // 150 of 5003 keys are left, each in about 79 rows.
  expect(filters[0]?.passed).toBeLessThan(20_000)
  expect(String(report)).toMatch(/runtime filter \(bitmap of scan dimension\): \d+ rows tested, \d+ left/)
})

test.each(['ANTI', 'SEMI', 'LEFT', 'RIGHT', 'FULL'])('what is not read of a file changes no %s join', async (kind) => {
  const own = kind === 'ANTI' || kind === 'SEMI' ? 'count(*), sum(x.d)' : 'count(*), sum(x.d), sum(f.v), count(f.k)'
  for (const [, engine] of engines) await agrees(engine, `SELECT ${own} FROM (SELECT * FROM dimension WHERE g = 'group 7' AND d < 3000) x ${kind} JOIN facts f ON x.k = f.k`)
})

describe('zones of a large table in memory that lies in the order of the key', () => {
  const large = `SELECT (i // 100)::INTEGER AS k, (i * 7919 % 42000)::INTEGER AS mixed, (i % 1000)::INTEGER AS v FROM range(4200000) t(i)`
  const days = `SELECT i::INTEGER AS k, 'month ' || (i // 1000) AS month, (i % 5)::INTEGER AS w FROM range(42000) t(i)`
  let engine: Engine
  beforeAll(async () => {
    engine = engines[0]?.[1] as Engine
    for (const [name, sql] of [['large', large], ['days', days]] as const) {
      await folder.write(`${name}.parquet`, sql)
      await duckdb.view(name, folder.path(`${name}.parquet`))
      await engine.register(name, folder.path(`${name}.parquet`), { cache: true })
    }
  })
  const rowsRead = async (sql: string): Promise<number | undefined> => {
    const { stages } = await engine.explain(sql, { analyze: true })
    return stages.flatMap((s) => s.pipelines).find((p) => p.operators[0] === 'scan large')?.rows
  }
  const FEW = "(SELECT * FROM days WHERE month = 'month 7')"

  test.each([
    ['inner', `SELECT count(*), sum(v), sum(w) FROM large l JOIN ${FEW} d ON l.k = d.k`],
    ['semi', `SELECT count(*), sum(v) FROM large l SEMI JOIN ${FEW} d ON l.k = d.k`],
    ['below another join', `SELECT count(*), sum(v), sum(w), sum(x.d) FROM large l JOIN dimension x ON l.v = x.d JOIN ${FEW} d ON l.k = d.k`],
    ['right', `SELECT count(*), sum(v), sum(w) FROM large l RIGHT JOIN ${FEW} d ON l.k = d.k`],
  ])('%s', async (_, sql) => {
    await agrees(engine, sql)
    // 100,000 rows from 700,000 on: they begin and end within zones.
    expect(await rowsRead(sql)).toBe(3 * 65536)
  })
  test.each([
    ['rows without a partner are kept', `SELECT count(*), sum(v), sum(w) FROM large l LEFT JOIN ${FEW} d ON l.k = d.k`],
    ['or asked for', `SELECT count(*), sum(v) FROM large l ANTI JOIN ${FEW} d ON l.k = d.k`],
    ['another key', `SELECT count(*), sum(v), sum(w) FROM large l JOIN ${FEW} d ON l.mixed = d.k`],
  ])('all are read where %s', async (_, sql) => {
    await agrees(engine, sql)
    expect(await rowsRead(sql)).toBe(4_200_000)
  })
})
