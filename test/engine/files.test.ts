/** Several Parquet files as one table: lists, patterns, folders, and columns in the names of folders; answers are DuckDB's. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Engine } from 'arcweld'
import { describe, expect, test } from 'vitest'
import { openSource } from '../../src/sources/index.ts'
import { testSeed } from '../seed.ts'
import { openMemory } from '../sources/lease.ts'
import { below, pick, random } from '../sources/parquet-random.ts'
import { failure, rowsOf } from './fixtures.ts'
import { duckdb, engine, folder, same, sameOf } from './one-table.ts'

const write = async (name: string, sql: string): Promise<string> => {
  await mkdir(dirname(folder.path(name)), { recursive: true })
  return folder.write(name, sql)
}

const hive = () => `read_parquet('${folder.path('**')}/*.parquet', hive_partitioning = true)`

describe('files with the same columns', () => {
  // each file wants other widths, dictionaries and NULLs
  const FILES = [
    "SELECT i AS n, i::DOUBLE AS d, 'w' || (i % 3) AS s, i % 2 = 0 AS b, (i / 100)::DECIMAL(18,2) AS dec, DATE '2024-01-01' + i::INTEGER AS day FROM range(100) t(i)",
    "SELECT i * 1000000007 AS n, i::DOUBLE AS d, 'w' || (i % 5) AS s, NULL::BOOLEAN AS b, (i * 1000)::DECIMAL(18,2) AS dec, NULL::DATE AS day FROM range(3000) t(i)",
    "SELECT -i AS n, NULL::DOUBLE AS d, 'every other ' || i AS s, i % 7 = 0 AS b, -(i / 7)::DECIMAL(18,2) AS dec, DATE '1900-01-01' + (i * 50)::INTEGER AS day FROM range(1, 500) t(i)",
    "SELECT i AS n, 0::DOUBLE AS d, '' AS s, true AS b, 0::DECIMAL(18,2) AS dec, DATE '2024-01-01' AS day FROM range(0) t(i)",
  ]
  const QUERIES = [
    'SELECT * FROM t',
    'SELECT s, count(*) AS c, sum(n) AS n, sum(dec) AS dec, min(day) AS a, max(day) AS z FROM t GROUP BY s',
    "SELECT n, s FROM t WHERE s IN ('w1', 'w4', 'every other 17') AND n > 10",
    'SELECT count(*) AS c, count(b) AS b, sum(d) AS d FROM t WHERE day IS NULL OR n < 0',
    "SELECT * FROM t WHERE n > 2000000000000",
  ]
  const all = () => Promise.all(FILES.map((sql, i) => write(`part-${i}.parquet`, sql)))

  test('a list', async () => {
    const paths = await all()
    await engine.register('t', [paths[2], pathToFileURL(paths[0]!), paths[1], paths[3]])
    await same(`read_parquet([${[2, 0, 1, 3].map((i) => `'${paths[i]}'`).join(', ')}])`, ...QUERIES)
  })
  test('a pattern, a folder, a snapshot of it', async () => {
    await all()
    await writeFile(folder.path('_SUCCESS'), '')
    await writeFile(folder.path('.part-0.parquet.crc'), 'crc')
    for (const source of [folder.path('*.parquet'), folder.path('part-[0-3].parquet'), folder.path('**/part-?.parquet'), folder.path('.')]) {
      await engine.register('t', source)
      await same(`read_parquet('${folder.path('*.parquet')}')`, ...QUERIES)
    }
    await engine.register('t', folder.path('*.parquet'), { cache: true })
    const held = engine.memory.inUse
    expect(await rowsOf(engine, 'select count(*) as c, count(distinct s) as s from t')).toEqual([{ c: 3599n, s: 504n }])
    expect(engine.memory.inUse).toBe(held)
  })
  test('a list of one file is that file; what is not there, or not alike, is told', async () => {
    const [first] = await all()
    await engine.register('t', [first])
    expect(await rowsOf(engine, 'select count(*) as c from t')).toEqual([{ c: 100n }])
    expect((await failure(engine.register('t', folder.path('*.csv')), 'FILE_NOT_FOUND')).path).toBe(folder.path('*.csv'))
    await failure(engine.register('t', [first, folder.path('nowhere.parquet')]), 'FILE_NOT_FOUND')
    const other = await write('other.parquet', 'SELECT 1::SMALLINT AS n')
    expect((await failure(engine.register('t', [first, other]), 'FILE_FORMAT')).message).toMatch(/column "n" is int64 in .*part-0.parquet, and int16 in .*other.parquet/)
    const more = await write('more.parquet', `SELECT *, 1 AS extra FROM (${FILES[0]}) LIMIT 2`)
    await engine.register('t', [first, more])
    expect(await rowsOf(engine, 'select count(*) as c from t')).toEqual([{ c: 102n }])
    await failure(engine.register('t', [more, first]), 'FILE_FORMAT')
    await writeFile(folder.path('text.txt'), 'no table')
    await failure(engine.register('t', [first, folder.path('text.txt')]), 'FILE_FORMAT')
    await engine.register('t', folder.path('part-*.parquet'))
    await rm(folder.path('part-1.parquet'))
    await failure((async () => rowsOf(engine, 'select sum(n) as n from t'))(), 'FILE_NOT_FOUND')
    expect(engine.memory.inUse).toBe(0)
  })
})

describe('columns in the names of folders', () => {
  test('as DuckDB writes them; whole files are left out', async () => {
    await duckdb.exec(`COPY (SELECT i, 2020 + i // 400 AS year, i % 12 + 1 AS month, 'v' || i AS v FROM range(2000) t(i)) TO '${folder.path('.')}' (FORMAT parquet, PARTITION_BY (year, month), OVERWRITE_OR_IGNORE)`)
    await engine.register('t', folder.path('.'))
    await same(hive(), 'SELECT * FROM t', 'SELECT year, month, count(*) AS c FROM t GROUP BY ALL', 'SELECT i, month FROM t WHERE year = 2022 AND month > 10', 'SELECT max(i) AS i FROM t WHERE year < 2000', 'SELECT count(*) AS c FROM t WHERE year + month > 2030 OR i = 7')
    const source: any = await openSource(folder.path('.'))
    expect(source.files).toHaveLength(60)
    const lease = openMemory().lease()
    const skipped = async (...predicates: unknown[]) => (await source.load(['month'], lease, { predicates })).filesSkipped
    expect(await skipped({ column: 'year', op: '=', value: 2022n }, { column: 'month', op: '>', value: 10n })).toBe(58)
    expect(await skipped({ column: 'year', op: 'is_null', value: null })).toBe(60)
    expect(await skipped({ column: 'month', op: '<=', value: 12n })).toBe(0)
  })
  test.each([
    ['dates', ['2024-01-01', '1999-12-31']], ['timestamps', ['2024-01-01 10:00:00', '1999-12-31 23:59:59.5']], ['integers', ['0', '-3', '9223372036854775807']], ['leading zeros', ['007', '1']], ['text', ['a', 'b c', 'žluť']],
    ['integers and text', ['1', 'x']], ['dates and text', ['2024-01-01', 'x']], ['integers too long', ['9223372036854775808', '1']], ['NULL', ['1', '__HIVE_DEFAULT_PARTITION__', '2']], ['NULL as a word', ['NULL', '5']], ['NULL first', ['__HIVE_DEFAULT_PARTITION__', 'z']],
    ['encoded text', ['a%2Fb', 'c%3Dd', '100%25']],
  ])('%s', async (_, values) => {
    for (const [i, value] of values.entries()) await write(join(`key=${value}`, 'x.parquet'), `SELECT ${i} AS n FROM range(3)`)
    await engine.register('t', folder.path('.'))
    await same(hive(), 'SELECT * FROM t', 'SELECT key, count(*) AS c FROM t GROUP BY key', 'SELECT n FROM t WHERE key IS NULL', 'SELECT n, key FROM t WHERE key IS NOT NULL AND n > 0')
  })
  test('what the folder says goes before what the file says; folders of other keys are refused', async () => {
    await write(join('k=1', 'x.parquet'), 'SELECT 5 AS k, 1 AS n')
    await write(join('k=2', 'x.parquet'), 'SELECT 6 AS k, 2 AS n')
    await engine.register('t', folder.path('*/*.parquet'))
    expect(await rowsOf(engine, 'select n, k from t order by n')).toEqual([{ n: 1, k: 1n }, { n: 2, k: 2n }])
    await write(join('j=2', 'x.parquet'), 'SELECT 2 AS n')
    await failure(engine.register('t', folder.path('.')), 'FILE_FORMAT')
  })
})

test('files that do not fit in memory: windows run from file to file', async () => {
  for (let file = 0; file < 10; file++) {
    await write(join('large', `p=${file % 4}`, `f${file}.parquet`), `SELECT i::BIGINT * ${10 ** file} AS n, 'c' || (i % ${3 + file}) AS c, 'a text of some length, number ' || i AS s, [i % 3, i] AS l FROM range(40000) t(i)`)
  }
  const small = await Engine.create({ threads: 2, memory: '16MiB' })
  try {
    await small.register('t', folder.path('large'))
    await sameOf(
      small,
      `read_parquet('${folder.path('large')}/**/*.parquet', hive_partitioning = true)`,
      'SELECT c, p, count(*) AS k, sum(n) AS n, max(length(s)) AS l FROM t GROUP BY c, p',
      "SELECT count(*) AS k, sum(n) AS n FROM t WHERE s LIKE '%77%' AND p > 0",
      'SELECT n, c, p FROM t ORDER BY n DESC, c LIMIT 20',
    )
    const result = await small.sql('SELECT sum(length(s)) AS n FROM t', { native: 'only' })
    await result.rows()
    expect(result.explain().stages[0]!.pipelines[0]!.windows).toBeGreaterThanOrEqual(10)
    expect(small.memory.inUse).toBe(0)
  } finally {
    await small.close()
  }
})

test('tables cut at random', { timeout: 120_000 }, async () => {
  const seed = testSeed()
  for (let round = 0; round < 6; round++) {
    const next = random(seed + round * 31)
    const rows = pick(next, [10, 700, 5000])
    const of = (f: string[]) => pick(next, f)
    const columns = `i AS id, ${of(['i', 'i * 1000003', '-i', 'i % 3'])} AS a, ${of(["'s' || (i % 9)", "'s' || i", "CASE WHEN i % 3 = 0 THEN NULL ELSE repeat('x', (i % 50)::INTEGER) END"])} AS s, ${of(['i / 7', 'NULL::DOUBLE'])}::DOUBLE AS d`
    const files = 1 + below(next, 9)
    const base = `cut-${round}`
    for (let file = 0; file < files; file++) {
      await write(join(base, `p=${file % 3}`, `f${file}.parquet`), `SELECT ${columns} FROM range(${Math.floor((rows * file) / files)}, ${Math.floor((rows * (file + 1)) / files)}) t(i)`)
    }
    await engine.register('t', folder.path(base))
    const bound = below(next, rows)
    await same(
      `read_parquet('${folder.path(base)}/**/*.parquet', hive_partitioning = true)`,
      'SELECT * FROM t',
      `SELECT p, s, count(*) AS c, sum(a) AS a, sum(d) AS d FROM t WHERE id < ${bound} GROUP BY ALL`,
      `SELECT id FROM t WHERE p = ${below(next, 4)} AND id >= ${bound}`,
      `SELECT x.id, y.s FROM t x JOIN t y ON x.s = y.s WHERE x.id < 20 AND y.p = 1`,
    )
  }
})
