/** What planning says: errors with their places, statements that are no queries, parameters. */
import { Engine, OptionError, PlanError } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failure, type Folder, openFolder, PEOPLE, rowsOf } from './fixtures.ts'

let folder: Folder
let engine: Engine
beforeAll(async () => {
  folder = await openFolder()
  engine = await Engine.create({ threads: 1, memory: '256MiB' })
  await engine.register('people', await folder.write('people.parquet', PEOPLE))
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

test.each([
  ['SQL_SYNTAX', 'selec 1', 0],
  ['SQL_SYNTAX', 'select id from people where', undefined],
  ['SQL_SYNTAX', "select 'é', (", undefined],
  ['SQL_SYNTAX', '', 0],
  ['UNKNOWN_TABLE', 'select * from nobody', 14],
  ['UNKNOWN_TABLE', "select 'é😀' as x from nobody", 23],
  ['UNKNOWN_COLUMN', 'select id, nam from people', 11],
  ['UNKNOWN_FUNCTION', 'select nofunction(id) from people', 7],
  ['SQL_BINDING', 'select sum(name) from people', 7],
  ['UNSUPPORTED_STATEMENT', 'select 1; select 2', 10],
] as const)('%s: %s', async (code, sql, position) => {
  const error = await failure(engine.sql(sql), code)
  expect(error).toBeInstanceOf(PlanError)
  if (position !== undefined) expect(error.position).toBe(position)
  expect(error.message).not.toContain('\n')
})

test('a name that is nearly one has a hint', async () => {
  expect((await failure(engine.sql('select nam from people'), 'UNKNOWN_COLUMN')).hint).toContain('name')
})

test.each([
  "copy people to '/tmp/x.csv'", "copy (select 1) to '/tmp/x.csv'", "attach 'x.db'", 'install httpfs', 'load httpfs', 'create table t (a int)', 'drop table people', 'insert into people values (1)',
  'update people set id = 1', 'delete from people', 'set threads = 4', 'pragma version', 'call pragma_version()', 'begin', "export database 'x'", 'describe people', 'show tables',
  "select * from read_parquet('x.parquet')", "select * from 'x.parquet'", "select * from read_csv('x.csv')", "select * from glob('*')", "select read_text('x')", "select * from parquet_scan('x')",
  "select (select count(*) from read_parquet('x'))", "with x as (from read_csv('y')) select * from x", 'select * from information_schema.tables', "select getenv('HOME')", "select * from query('select 1')",
])('%s is refused', async (sql) => {
  const error: any = await engine.sql(sql).then((r) => r.rows(), (e: unknown) => e)
  expect(error).toBeInstanceOf(PlanError)
  expect(['UNSUPPORTED_STATEMENT', 'UNKNOWN_TABLE', 'UNKNOWN_FUNCTION']).toContain(error.code)
  if (/^(copy|attach|install)|read_parquet/.test(sql)) expect(error.code).toBe('UNSUPPORTED_STATEMENT')
})

test.each([[3], [null], [undefined], [{}]])('%j is no text', async (sql) => {
  expect(await failure(engine.sql(sql as never), 'INVALID_OPTION')).toBeInstanceOf(OptionError)
})

test('parameters by place, by number and by name, of every type', async () => {
  expect(await rowsOf(engine, 'select name from people where id = ?', { params: [2] })).toEqual([{ name: 'Bob' }])
  expect(await rowsOf(engine, 'select $2 || $1 as x, $1 as y', { params: ['a', 'b'] })).toEqual([{ x: 'ba', y: 'a' }])
  expect(await rowsOf(engine, 'select name from people where id = $who', { params: { who: 1n } })).toEqual([{ name: 'Ann' }])
  const result = await engine.sql('select $1 as n, $2 as b, $3 as i, $4 as l, $5 as h, $6 as f, $7 as s, $8 as d', {
    params: [null, true, 7, 2n ** 62n, 2n ** 100n, -0.5, "it's 'é'", new Date(Date.UTC(2024, 1, 29, 12, 0, 0, 5))],
  })
  expect(result.schema.map((c) => c.type)).toEqual(['int32', 'bool', 'int32', 'int64', 'int128', 'double', 'string', 'timestamp'])
  expect(await result.rows()).toEqual([{ n: null, b: true, i: 7, l: 2n ** 62n, h: 2n ** 100n, f: -0.5, s: "it's 'é'", d: '2024-02-29 12:00:00.005' }])
})

test('numbers that are not whole, infinite or large are doubles', async () => {
  const sql = 'select $1::double as x'
  for (const x of [0.1, 1e300, -5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53, -0]) {
    const [row] = (await rowsOf(engine, sql, { params: [x] })) as [{ x: number }]
    expect(Object.is(row.x, x), `${x} came back as ${row.x}`).toBe(true)
  }
})

test('a text is never SQL', async () => {
  for (const text of ["'; drop table people; --", '$1', '?', "''", '\\', 'a\nb', '/* x', '--']) {
    expect(await rowsOf(engine, 'select $1 as x, id from people where id = $2', { params: [text, 1] })).toEqual([{ x: text, id: 1 }])
  }
})

test.each([
  ['select $1', undefined],
  ['select $1', []],
  ['select 1', [1]],
  ['select $1', [1, 2]],
  ['select $a', { b: 1 }],
  ['select ?, $1', [1, 2]],
  ['select $1', [{}]],
  ['select $1', [Symbol('x')]],
  ['select $1', [new Date(Number.NaN)]],
  ['select $1', 'text'],
])('%s with %o is an INVALID_OPTION', async (sql, params) => {
  expect(await failure(engine.sql(sql, { params: params as never }), 'INVALID_OPTION')).toBeInstanceOf(OptionError)
})

test('the schema is DESCRIBE’s, with names made unique', async () => {
  const result = await engine.sql("select id, owed, owed as OWED, 1 + 1, sum(id) over_all, name as \"a b\", date '2024-01-01' d from people group by all")
  expect(result.schema).toEqual([
    { name: 'id', type: 'int32' },
    { name: 'owed', type: 'decimal(9,2)' },
    { name: 'OWED', type: 'decimal(9,2)' },
    { name: '(1 + 1)', type: 'int32' },
    { name: 'over_all', type: 'int128' },
    { name: 'a b', type: 'string' },
    { name: 'd', type: 'date' },
  ])
  await result.close()
  expect((await engine.sql('select id, id, id from people')).schema.map((c) => c.name)).toEqual(['id', 'id_1', 'id_2'])
})

test('an argument that raises does so where another is NULL, also below other functions', async () => {
  const sql = "select translate(concat_ws(null::varchar, lpad(name, 999, left(name, 0)), ''), 'a', 'b') as v from people"
  for (const native of ['only', 'never'] as const) expect((await failure(engine.sql(sql, { native }).then((r) => r.rows()), 'RAISED')).message).toMatch(/nothing to fill up/)
})
