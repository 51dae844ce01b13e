/** The planner as its users meet it: tables, functions, refusals, errors and their places, the end of the process. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DOUBLE, decimal, INT32, INT64, NULL, STRING } from '../../src/layout/types.ts'
import { loadDuckDb } from '../../src/planners/duckdb/load.ts'
import { openDuckDbPlanner } from '../../src/planners/duckdb/index.ts'
import type { SqlPlanner } from '../../src/planners/duckdb/index.ts'
import { passesSelfCheck } from '../../src/planners/duckdb/self-check.ts'
import { openTables } from './tables.ts'
import type { Tables } from './tables.ts'

let tables: Tables
let planner: SqlPlanner
beforeAll(async () => {
  tables = await openTables()
  planner = tables.planner
})
afterAll(() => tables.close())

describe('tables', () => {
  test('a Parquet table has its columns and types', async () => {
    expect(await planner.register('again', { kind: 'parquet', path: tables.path('cities') })).toEqual([
      { name: 'id', type: INT32 },
      { name: 'name', type: STRING },
      { name: 'population', type: INT64 },
    ])
  })

  test('two names of one file are two tables', async () => {
    await planner.register('one', { kind: 'parquet', path: tables.path('cities') })
    await planner.register('two', { kind: 'parquet', path: tables.path('cities') })
    const { plan, tables: used } = await planner.plan('SELECT * FROM one JOIN two USING (id)')
    expect([...used].sort()).toEqual(['one', 'two'])
    expect(new Set(JSON.stringify(plan).match(/"table":"\w+"/g))).toEqual(new Set(['"table":"one"', '"table":"two"']))
  })

  test('names are case-insensitive and may hold anything', async () => {
    for (const name of ['customer', 'select', 'Ünï cödé', `a"b'c`, 'x.parquet', 'tables', '$1', 'main.t']) {
      await planner.register(name, { kind: 'parquet', path: tables.path('cities') })
      const { tables: used, plan } = await planner.plan(`SELECT id + 1 FROM "${name.replaceAll('"', '""').replace(/[a-z]/g, (c) => c.toUpperCase())}"`)
      expect(used).toEqual([name])
      expect(JSON.stringify(plan)).toContain(JSON.stringify(name))
      await planner.unregister(name.replace(/[a-z]/g, (c) => c.toUpperCase()))
      await expect(planner.plan(`SELECT id FROM "${name.replaceAll('"', '""')}"`)).rejects.toMatchObject({
        code: expect.stringMatching(/UNKNOWN_TABLE|UNSUPPORTED_STATEMENT/),
      })
    }
  })

  test('registering again replaces, of whichever kind', async () => {
    await planner.register('swap', { kind: 'parquet', path: tables.path('cities') })
    await planner.register('SWAP', { kind: 'stand-in', fields: [{ name: 'x', type: DOUBLE }] })
    expect((await planner.plan('SELECT * FROM swap')).schema).toEqual([{ name: 'x', type: DOUBLE }])
    await planner.register('swap', { kind: 'parquet', path: tables.path('kinds') })
    expect((await planner.plan('SELECT i8 FROM swap')).tables).toEqual(['swap'])
    await planner.unregister('swap')
    await planner.unregister('swap')
  })

  test('folders and patterns in a path are only text', async () => {
    const folder = join(tables.folder, 'year=2024', "it's [a] *?")
    await mkdir(folder, { recursive: true })
    const path = join(folder, 'b[1]*.parquet')
    await copyFile(tables.path('cities'), path)
    expect(await planner.register('odd', { kind: 'parquet', path })).toHaveLength(3)
    expect((await planner.plan('SELECT * FROM odd')).plan.names).toEqual(['id', 'name', 'population'])
    await expect(planner.register('odd', { kind: 'parquet', path: join(tables.folder, '*.parquet') })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })

  test('columns of types that we do not have fail only where they are named', async () => {
    const path = join(tables.folder, 'types.parquet')
    await tables.executor.run(`COPY (SELECT 1 AS a, TIME '12:00:00' AS t, [1] AS l) TO '${path}' (FORMAT parquet)`)
    expect(await planner.register('types', { kind: 'parquet', path })).toEqual([{ name: 'a', type: INT32 }])
    expect((await planner.plan('SELECT a FROM types')).schema).toEqual([{ name: 'a', type: INT32 }])
    await expect(planner.plan('SELECT * FROM types')).rejects.toMatchObject({ code: 'UNSUPPORTED_TYPE', message: expect.stringContaining("'t'") })
  })

  test('files that are none', async () => {
    const write = async (name: string, text: string) => {
      await writeFile(join(tables.folder, name), text)
      return join(tables.folder, name)
    }
    const errors: Record<string, string> = {
      [join(tables.folder, 'missing.parquet')]: 'FILE_NOT_FOUND',
      [tables.folder]: 'FILE_FORMAT',
      [await write('empty.parquet', '')]: 'FILE_CORRUPT',
      [await write('foreign.parquet', 'a,b\n1,2\n'.repeat(100))]: 'FILE_CORRUPT',
    }
    for (const [path, code] of Object.entries(errors)) {
      const error = planner.register('bad', { kind: 'parquet', path })
      await expect(error, path).rejects.toMatchObject({ name: 'SourceError', code, path })
    }
    await expect(planner.plan('SELECT * FROM bad')).rejects.toMatchObject({ code: 'UNKNOWN_TABLE' })
  })

  test('a file that changed after it was registered', async () => {
    const path = join(tables.folder, 'changing.parquet')
    await copyFile(tables.path('cities'), path)
    await planner.register('changing', { kind: 'parquet', path })
    await copyFile(tables.path('kinds'), path)
    await expect(planner.plan('SELECT * FROM changing')).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    await writeFile(path, 'short')
    await expect(planner.plan('SELECT * FROM changing')).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    await rm(path)
    await expect(planner.plan('SELECT * FROM changing')).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    await planner.unregister('changing')
  })

  test('a file that changed and was registered again, whatever its time says', async () => {
    const own = await openDuckDbPlanner()
    const path = join(tables.folder, 'deceiving.parquet')
    // Files of one size: nothing but their content tells them apart. DuckDB trusts footers of files older than ten seconds.
    const write = async (value: number, time: number): Promise<unknown> => {
      await rm(path, { force: true })
      await tables.executor.run(`COPY (SELECT ${value}::INTEGER AS x FROM range(10)) TO '${path}' (FORMAT parquet)`)
      await utimes(path, time, time)
      await own.register('deceiving', { kind: 'parquet', path })
      return (await own.plan('SELECT max(x) FROM deceiving')).plan.root
    }
    const rows = (value: number) => ({ rows: [[value]] })
    expect(await write(1, 1000)).toMatchObject(rows(1))
    expect(await write(2, 2000)).toMatchObject(rows(2))
    expect(await write(1, 2000)).toMatchObject(rows(1))
    expect(await write(3, 2000.4)).toMatchObject(rows(3))
    expect(await write(4, 2000.4)).toMatchObject(rows(4))
    await own.close()
  })

  test('declarations that make no table', async () => {
    await expect(planner.register('', { kind: 'stand-in', fields: [] })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(planner.register('none', { kind: 'stand-in', fields: [] })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(
      planner.register('dup', {
        kind: 'stand-in',
        fields: [
          { name: 'a', type: INT32 },
          { name: 'A', type: INT32 },
        ],
      }),
    ).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await planner.register('dup', { kind: 'stand-in', fields: [{ name: 'kept', type: INT32 }] })
    await expect(
      planner.register('dup', {
        kind: 'stand-in',
        fields: [
          { name: 'a', type: INT32 },
          { name: 'A', type: INT32 },
        ],
      }),
    ).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(planner.register('dup', { kind: 'parquet', path: 'missing.parquet' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    expect((await planner.plan('SELECT kept FROM dup')).plan.names).toEqual(['kept'])
    await expect(planner.register('nul', { kind: 'stand-in', fields: [{ name: 'a', type: NULL }] })).rejects.toMatchObject({ code: 'UNSUPPORTED_TYPE' })
  })
})

describe('stand-ins', () => {
  test('an empty table is not planned as empty', async () => {
    await planner.register('later', {
      kind: 'stand-in',
      fields: [
        { name: 'a', type: INT32 },
        { name: 'b', type: STRING },
      ],
    })
    for (const sql of [
      'SELECT a FROM later',
      'SELECT count(*) FROM later',
      'SELECT a FROM later WHERE a > 5 AND a IS NOT NULL',
      'SELECT sum(a), min(b) FROM later GROUP BY b',
      'SELECT l.a, c.name FROM later l JOIN cities c ON l.a = c.id',
      'SELECT c.name FROM cities c WHERE c.id IN (SELECT a FROM later)',
      'SELECT DISTINCT b FROM later ORDER BY b LIMIT 3',
      'SELECT a IS NULL FROM later',
    ]) {
      const text = JSON.stringify((await planner.plan(sql)).plan)
      expect(text).toContain('"table":"later"')
      expect(text).not.toContain('"op":"values"')
    }
    // The setting belongs to the query: statistics are back for the next.
    expect((await planner.plan('SELECT count(*) FROM cities')).plan.root).toMatchObject({ op: 'values', rows: [['7']] })
  })
})

describe('names of columns', () => {
  test("are DuckDB's, made unique", async () => {
    const { plan, schema } = await planner.plan('SELECT id, id, id AS id_1, count(*) OVER_ALL, sum(id) FROM people GROUP BY ALL'.replace(' OVER_ALL', ''))
    expect(plan.names).toEqual(['id', 'id_2', 'id_1', 'count_star()', 'sum(id)'])
    expect(schema.map((f) => f.name)).toEqual(plan.names)
  })

  // Some are read from the syntax tree, the others only binding knows: nobody must see which.
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['SELECT id, id AS other FROM people', ['id', 'other']],
    ['SELECT p.id FROM people AS p', ['id']],
    ['SELECT ID FROM people', ['id']],
    ['SELECT "ID" FROM (SELECT id AS "ID" FROM people)', ['ID']],
    ['SELECT id FROM (SELECT id AS "ID" FROM people)', ['ID']],
    ['SELECT x FROM (SELECT id FROM people) AS q(X)', ['X']],
    ['WITH q(A, b) AS (SELECT id, id FROM people) SELECT a, B FROM q', ['A', 'b']],
    ['SELECT id AS "Two words", id AS "a""b" FROM people', ['Two words', 'a"b']],
    ['SELECT * FROM (SELECT id AS a, id AS b FROM people)', ['a', 'b']],
    ['SELECT COLUMNS(*) AS c FROM (SELECT id AS a, id AS b FROM people)', ['c', 'c_1']],
    ['SELECT min(COLUMNS(*)) FROM (SELECT id AS a, id AS b FROM people)', ['a', 'b']],
    ['SELECT id AS a, id AS A FROM people', ['a', 'A']],
    ['SELECT id + 1, -id FROM people', ['(id + 1)', '-(id)']],
    ['FROM people SELECT id', ['id']],
    ['SELECT (SELECT max(id) FROM people) AS m', ['m']],
    ['VALUES (1, 2)', ['col0', 'col1']],
    ['SELECT count(*) AS n FROM people GROUP BY id HAVING n > 0', ['n']],
  ]
  for (const [sql, names] of cases) {
    test(sql, async () => {
      expect((await planner.plan(sql)).plan.names).toEqual(names)
    })
  }
})

describe('user functions', () => {
  test('stay calls, with constants and NULL as arguments too', async () => {
    await planner.registerUdf('twice', [INT32], INT64)
    await planner.registerUdf('shout', [STRING, decimal(9, 2)], STRING)
    await planner.registerUdf('now_ish', [], DOUBLE)
    const { plan, schema } = await planner.plan(
      "SELECT twice(21), twice(NULL), TWICE(id), shout('a', salary), now_ish(), now_ish() FROM people WHERE twice(id) > 10",
    )
    expect(schema.map((f) => f.type)).toEqual([INT64, INT64, INT64, STRING, DOUBLE, DOUBLE])
    const udfs = JSON.stringify(plan).match(/"expr":"udf","name":"\w+"/g)
    expect(udfs).toHaveLength(7)
    expect(plan.names[2]).toBe('twice(id)')
    expect(plan.root).toMatchObject({
      op: 'project',
      input: { op: 'filter', predicate: { fn: 'gt', args: [{ expr: 'udf', name: 'twice', args: [{ expr: 'column' }], type: 'int64' }, { value: '10' }] } },
    })
  })

  test('arguments are converted, not accepted as they come', async () => {
    const { plan } = await planner.plan('SELECT twice(i8) FROM kinds')
    expect(plan.root).toMatchObject({ exprs: [{ expr: 'udf', args: [{ expr: 'cast', type: 'int32', arg: { type: 'int8' } }] }] })
    await expect(planner.plan("SELECT twice(DATE '2020-01-01')")).rejects.toMatchObject({
      code: 'SQL_BINDING',
      message: expect.stringMatching(/'twice\(DATE\)'/),
    })
    await expect(planner.plan('SELECT twice(1, 2)')).rejects.toMatchObject({ code: 'SQL_BINDING' })
  })

  test("replace one another, and DuckDB's own", async () => {
    await planner.registerUdf('Twice', [STRING], STRING)
    expect((await planner.plan("SELECT twice('x')")).schema).toEqual([{ name: "twice('x')", type: STRING }])
    await planner.registerUdf('abs', [INT32], INT32)
    expect((await planner.plan('SELECT abs(-1)')).plan.root).toMatchObject({ exprs: [{ expr: 'udf', name: 'abs' }] })
  })
})

describe('refusals', () => {
  const plans: Record<string, readonly [string, string]> = {
    'SELECT lag(id ORDER BY name) OVER (ORDER BY id) FROM people': ['UNSUPPORTED_PLAN', 'WINDOW'],
    'WITH RECURSIVE x AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM x WHERE a < 5) SELECT * FROM x': ['UNSUPPORTED_PLAN', 'RECURSIVE CTE'],
    'SELECT * FROM people POSITIONAL JOIN cities': ['UNSUPPORTED_PLAN', 'POSITIONAL_JOIN'],
    'SELECT * FROM people ASOF JOIN cities ON people.city_id >= cities.id': ['UNSUPPORTED_PLAN', 'ASOF_JOIN'],
    'SELECT id FROM people LIMIT 10%': ['UNSUPPORTED_PLAN', 'LIMIT'],
    'SELECT id FROM people TABLESAMPLE 10%': ['UNSUPPORTED_PLAN', 'SAMPLE'],
    "SELECT '101'::BIT": ['UNSUPPORTED_PLAN', 'CONSTANT'],
    'SELECT name COLLATE nocase FROM people': ['UNSUPPORTED_TYPE', 'VARCHAR'],
    'SELECT * FROM (PIVOT people ON city_id USING sum(id))': ['UNSUPPORTED_STATEMENT', ''],
    'SELECT id FROM people USING SAMPLE 5': ['UNSUPPORTED_PLAN', 'SAMPLE'],
    'SELECT * FROM range(5)': ['UNSUPPORTED_PLAN', 'RANGE'],
    'SELECT rowid + 1 FROM (SELECT * FROM stand)': ['UNKNOWN_COLUMN', ''],
    "SELECT regexp_replace(name, 'a', 'b') FROM people": ['UNSUPPORTED_FUNCTION', 'regexp_replace(string, string, string)'],
    'SELECT median(id) FROM people': ['UNSUPPORTED_FUNCTION', 'median(int32)'],
    'SELECT random()': ['UNSUPPORTED_FUNCTION', 'random()'],
    "SELECT strftime(born, '%Y') FROM people": ['UNSUPPORTED_FUNCTION', 'strftime(date, string)'],
    'SELECT reverse(name) FROM people': ['UNSUPPORTED_FUNCTION', 'reverse(string)'],
  }
  test.each(Object.entries(plans))('%s', async (sql, [code, node]) => {
    await planner.register('stand', { kind: 'stand-in', fields: [{ name: 'a', type: INT32 }] })
    await expect(planner.plan(sql)).rejects.toMatchObject(node === '' ? { code } : { name: 'UnsupportedError', code, refusals: [{ node }] })
  })

  const statements = [
    "COPY people TO 'x.csv'",
    "ATTACH 'x.db'",
    'INSTALL httpfs',
    'LOAD httpfs',
    'PRAGMA version',
    'SET threads = 4',
    'CREATE TABLE x (a INTEGER)',
    'DROP VIEW people',
    'INSERT INTO people SELECT * FROM people',
    'UPDATE people SET id = 1',
    'DELETE FROM people',
    'EXPLAIN SELECT 1',
    'PREPARE p AS SELECT 1',
    'CALL pragma_version()',
    'VACUUM',
    'BEGIN',
    'SELECT 1; SELECT 2',
    "SELECT 1; COPY people TO 'x.csv'",
    'DESCRIBE people',
    'SHOW TABLES',
    'SUMMARIZE people',
    'SELECT * FROM (DESCRIBE people)',
    "SELECT * FROM read_parquet('x.parquet')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'x.parquet'",
    "FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('*')",
    "SELECT (SELECT count(*) FROM read_csv('/etc/passwd'))",
    "WITH x AS (SELECT * FROM 'a.csv') SELECT * FROM x",
    `WITH "a.csv" AS (SELECT * FROM "a.csv") SELECT * FROM "a.csv"`,
    `SELECT * FROM (WITH "a.csv" AS (SELECT 1) SELECT * FROM "a.csv") x, "a.csv"`,
    "SELECT * FROM people WHERE id IN (SELECT a FROM read_json('x.json'))",
    "SELECT json_serialize_plan('SELECT * FROM read_csv(''/etc/passwd'')')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('people')",
    'SELECT * FROM duckdb_settings()',
    "SELECT getenv('HOME')",
    "SELECT * FROM parquet_metadata('x.parquet')",
    "SELECT current_setting('threads')",
    "SELECT id FROM people JOIN parquet_scan('x.parquet') ON true",
    "FROM sniff_csv('x')",
  ]
  test.each(statements)('%s', async (sql) => {
    await expect(planner.plan(sql)).rejects.toMatchObject({ name: 'PlanError', code: 'UNSUPPORTED_STATEMENT', position: expect.any(Number) })
  })

  test.each([
    'SELECT * FROM information_schema.tables',
    'SELECT * FROM duckdb_tables',
    'SELECT * FROM pg_class',
    'SELECT * FROM main.people',
    'SELECT * FROM sqlite_master',
  ])('%s', async (sql) => {
    await expect(planner.plan(sql)).rejects.toMatchObject({ code: 'UNKNOWN_TABLE' })
  })

  test('nothing was touched by all of that', async () => {
    expect((await planner.plan('SELECT count(*) FROM people WHERE active')).tables).toEqual(['people'])
  })
})

describe('errors', () => {
  const cases: readonly (readonly [string, string, string | number, string?])[] = [
    ['', 'SQL_SYNTAX', 0],
    [' -- nothing\n;', 'SQL_SYNTAX', 0],
    ['SELEC 1', 'SQL_SYNTAX', 'SELEC'],
    ["SELECT 'é😀', id FRO people", 'SQL_SYNTAX', 'people'],
    ["SELECT 'open", 'SQL_SYNTAX', "'open"],
    ['SELECT 1 +', 'SQL_SYNTAX', 10],
    ["SELECT '😀',\n  nme FROM people", 'UNKNOWN_COLUMN', 'nme', 'Did you mean "name"?'],
    ['SELECT p.nope FROM people p', 'UNKNOWN_COLUMN', 'p.nope'],
    ['SELECT x.id FROM people p', 'UNKNOWN_TABLE', 'x.id'],
    ['SELECT id FROM pepole', 'UNKNOWN_TABLE', 'pepole', 'Did you mean "people"?'],
    ["SELECT 'é', frobnicate(id) FROM people", 'UNKNOWN_FUNCTION', 'frobnicate'],
    ['SELECT suum(id) FROM people', 'UNKNOWN_FUNCTION', 'suum', 'Did you mean "sum"?'],
    ['SELECT born + name FROM people', 'SQL_BINDING', '+'],
    ['SELECT id, count(*) FROM people', 'SQL_BINDING', 'id'],
    ['SELECT id FROM people WHERE sum(id) > 1', 'SQL_BINDING', 'sum'],
    ['SELECT a.id FROM people a, people b WHERE id = 1', 'SQL_BINDING', 'id = 1'],
    ['SELECT id FROM people LIMIT -1', 'SQL_BINDING', '-1'],
  ]
  for (const [sql, code, at, hint] of cases)
    test(JSON.stringify(sql), async () => {
      const error = await planner.plan(sql).then(
        () => undefined,
        (e: unknown) => e as Error & { position: number; hint?: string },
      )
      expect(error).toMatchObject({ name: 'PlanError', code, ...(hint ? { hint } : {}) })
      expect(error?.message.split('\n').length).toBeLessThan(3)
      expect(error?.message.length).toBeLessThan(301)
      const expected = typeof at === 'number' ? at : sql.indexOf(at)
      // A binary operator is placed at or just before its sign.
      expect(Math.abs((error?.position ?? -9) - expected)).toBeLessThan(at === '+' ? 2 : 1)
    })

  test('after an error the next plan is right', async () => {
    await expect(planner.plan('SELECT')).rejects.toBeDefined()
    expect((await planner.plan('SELECT id FROM cities')).plan.names).toEqual(['id'])
  })

  test('overlapping calls do not disturb each other', async () => {
    await planner.register('stand', { kind: 'stand-in', fields: [{ name: 'a', type: INT32 }] })
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        planner.plan(i % 3 === 0 ? 'SELECT a FROM stand' : i % 3 === 1 ? 'SELECT count(*) FROM cities' : 'SELECT nope FROM cities').catch(() => 'failed'),
      ),
    )
    all.forEach((r, i) => expect(typeof r === 'string' ? r : r.tables[0]).toBe(['stand', 'cities', 'failed'][i % 3]))
  })
})

describe('versions', () => {
  test('a missing peer', async () => {
    await expect(loadDuckDb(() => Promise.reject(new Error('no')))).rejects.toMatchObject({
      code: 'PLANNER_MISSING',
      hint: expect.stringContaining('npm install'),
    })
  })

  test('another series', async () => {
    const fake = { version: () => 'v2.0.0' } as unknown as typeof import('@duckdb/node-api')
    await expect(loadDuckDb(() => Promise.resolve(fake))).rejects.toMatchObject({ code: 'PLANNER_VERSION', message: expect.stringContaining('1.5.2') })
  })

  test('an untested release of the series is checked', async () => {
    const fake = { version: () => 'v1.5.99' } as unknown as typeof import('@duckdb/node-api')
    expect(await loadDuckDb(() => Promise.resolve(fake))).toMatchObject({ tested: false })
    expect(await passesSelfCheck(planner)).toBe(true)
  })
})

describe('the end', () => {
  test('a closed planner says so', async () => {
    const other = await openDuckDbPlanner()
    await other.close()
    await other.close()
    await expect(other.plan('SELECT 1')).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
  })

  test('the process ends by itself, also after an error and with user functions', async () => {
    const out = await mkdtemp(join(tmpdir(), 'arcweld-exit-'))
    await writeFile(
      join(out, 'main.mjs'),
      `import { openDuckDbPlanner } from ${JSON.stringify(new URL('../../dist/planners/duckdb/index.js', import.meta.url).href)}
       const planner = await openDuckDbPlanner()
       await planner.registerUdf('f', [{ kind: 'int32' }], { kind: 'int32' })
       await planner.plan('SELECT f(1)')
       await planner.plan('SELECT nope').catch(e => console.log(e.code))
       await planner.close()`,
    )
    const { stdout } = await promisify(execFile)(process.execPath, [join(out, 'main.mjs')], { timeout: 20_000 })
    expect(stdout.trim()).toBe('UNKNOWN_COLUMN')
    await rm(out, { recursive: true })
  })
})
