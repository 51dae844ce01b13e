/**
 * Conditions of which nothing is known, so that the side of a join which is estimated to be the smaller one is the larger by far, or the
 * other way round: a sample tells, and the side is built that has fewer rows. Answers are those of the interpreter and of DuckDB.
 */
import { Engine, type Explanation } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { type Folder, openFolder } from './fixtures.ts'

let folder: Folder
let duckdb: DuckDb
let engine: Engine

/** Every text is another one, so that they are no codes; keys lie far apart, so that a directory is no array. */
const TABLES = {
  large: `SELECT (i * 7 % 260000) * 4000000007 AS k, 'row ' || i AS t, (i % 100)::INTEGER AS v FROM range(900000) r(i)`,
  middle: `SELECT (i * 11 % 300000) * 4000000007 AS k, 'row ' || i AS t, (i % 90)::INTEGER AS w FROM range(650000) r(i)`,
  small: `SELECT i * 2 * 4000000007 AS k, 'row ' || i AS t, (i % 80)::INTEGER AS w FROM range(150000) r(i)`,
}
beforeAll(async () => {
  folder = await openFolder()
  duckdb = await openDuckDb(2)
  engine = await Engine.create({ threads: 2 })
  for (const [name, rows] of Object.entries(TABLES)) {
    await folder.write(`${name}.parquet`, rows)
    await duckdb.view(name, folder.path(`${name}.parquet`))
    await engine.register(name, folder.path(`${name}.parquet`), { cache: true })
  }
}, 120_000)
afterAll(async () => {
  await engine.close()
  duckdb.close()
  await folder.remove()
})

/** Tables that are built, in order. */
const built = ({ stages }: Explanation): readonly string[] =>
  stages.flatMap((s) => s.pipelines).filter((p) => p.operators.at(-1) === 'build').map((p) => (p.operators[0] as string).replace('scan ', ''))
const samples = ({ stages }: Explanation) => stages.flatMap((s) => s.samples ?? [])
const shown = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => row.map(String).join('|')).sort()

// LIKE is guessed to let a tenth pass, NOT LIKE nine tenths. These let all or nothing pass.
const ALL = `t LIKE '%ro%w%'`
const NOTHING = `t NOT LIKE '%ro%w%'`
const SUMS = 'count(*), sum(v), sum(w)'

describe('the side with fewer rows is built', () => {
  test.each<readonly [string, string, string]>([
    ['inner, all pass', `SELECT ${SUMS} FROM small s JOIN large l ON l.k = s.k WHERE l.${ALL}`, 'small'],
    ['inner, none pass', `SELECT ${SUMS} FROM middle m JOIN large l ON l.k = m.k WHERE l.${NOTHING}`, 'large'],
    ['left, all pass on the optional side', `SELECT ${SUMS} FROM small s LEFT JOIN (SELECT * FROM large WHERE ${ALL}) l ON l.k = s.k`, 'small'],
    ['left, none pass on the optional side', `SELECT ${SUMS} FROM small s LEFT JOIN (SELECT * FROM large WHERE ${NOTHING}) l ON l.k = s.k`, 'large'],
    ['right, all pass', `SELECT ${SUMS} FROM middle m RIGHT JOIN (SELECT * FROM large WHERE ${ALL}) l ON l.k = m.k`, 'middle'],
    ['right, none pass', `SELECT ${SUMS} FROM middle m RIGHT JOIN (SELECT * FROM large WHERE ${NOTHING}) l ON l.k = m.k`, 'large'],
    ['semi, all pass', `SELECT count(*), sum(w) FROM small s SEMI JOIN (SELECT * FROM large WHERE ${ALL}) l ON l.k = s.k`, 'small'],
    ['semi, none pass', `SELECT count(*), sum(w) FROM small s SEMI JOIN (SELECT * FROM large WHERE ${NOTHING}) l ON l.k = s.k`, 'large'],
    ['anti, all pass', `SELECT count(*), sum(w) FROM small s ANTI JOIN (SELECT * FROM large WHERE ${ALL}) l ON l.k = s.k`, 'small'],
    ['anti, none pass', `SELECT count(*), sum(w) FROM small s ANTI JOIN (SELECT * FROM large WHERE ${NOTHING}) l ON l.k = s.k`, 'large'],
  ])('%s', async (_, sql, side) => {
    const result = await engine.sql(sql)
    const rows = (await result.rows()).map((row) => Object.values(row))
    const report = result.explain()
    expect(report.stages.every((s) => s.native)).toBe(true)
    expect(built(report)).toEqual([side])
    expect(samples(report)).toMatchObject([{ of: 'large', rows: 512, passed: sql.includes(ALL) ? 512 : 0 }])
    expect(shown(rows)).toEqual(shown((await duckdb.query(sql)).rows))
    if (!sql.includes(ALL)) return
    const interpreted = await (await engine.sql(sql, { native: 'never' })).rows()
    expect(shown(interpreted.map((row) => Object.values(row)))).toEqual(shown(rows))
  })

  test('explain says what was asked', async () => {
    const sql = `SELECT ${SUMS} FROM small s JOIN large l ON l.k = s.k WHERE l.${ALL}`
    expect(String(await engine.explain(sql, { analyze: true }))).toContain('  sample of large: 512 of 512 rows pass its conditions, which the choice of a build side hangs on')
    expect(samples(await engine.explain(sql))).toEqual([])
  })

  test('a prepared plan is asked once, and says so every time', async () => {
    const statement = await engine.prepare(`SELECT ${SUMS} FROM middle m JOIN large l ON l.k = m.k WHERE l.${NOTHING} AND v < ?`)
    for (const bound of [95, 95, 99]) {
      const result = await statement.execute([bound])
      await result.rows()
      expect(built(result.explain())).toEqual(['large'])
      expect(samples(result.explain())).toMatchObject([{ of: 'large', passed: 0 }])
    }
    await statement.close()
  })

  test('nothing is asked where nothing hangs on it', async () => {
    for (const sql of [
      // Known from the column's bounds; a side that stays the smaller one; no join.
      `SELECT ${SUMS} FROM middle m JOIN large l ON l.k = m.k WHERE l.v < 3`,
      `SELECT ${SUMS} FROM (SELECT * FROM small WHERE w = 3 AND t LIKE '%1%') s JOIN large l ON l.k = s.k`,
      `SELECT count(*) FROM large WHERE ${ALL}`,
    ]) {
      const result = await engine.sql(sql)
      await result.rows()
      expect(samples(result.explain()), sql).toEqual([])
    }
  })
})
