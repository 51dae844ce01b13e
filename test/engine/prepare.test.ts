/** Prepared statements: planned once for a binding, and as right as `sql` when tables, functions and files change under them. */
import { rm, stat, utimes } from 'node:fs/promises'
import { tableFromArrays } from 'apache-arrow'
import { Engine, type ErrorCode } from 'arcweld'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { failure, type Folder, openFolder, PEOPLE, rowsOf } from './fixtures.ts'

let folder: Folder
let engine: Engine
let people: string
beforeAll(async () => {
  folder = await openFolder()
})
afterAll(() => folder.remove())
beforeEach(async () => {
  people = await folder.write('people.parquet', PEOPLE)
  engine = await Engine.create({ threads: 2 })
  await engine.register('people', people)
  return () => engine.close()
})

describe('bindings', () => {
  test('each gives what sql gives for it, again and again', async () => {
    const sql = 'select id, name, $1 as given from people where id > $2 order by id'
    await using statement = await engine.prepare(sql)
    expect(statement.text).toBe(sql)
    expect(statement.parameters).toEqual(['1', '2'])
    for (const params of [['x', 0], ['x', 1], [1, 1], ['1', 1], [1n, 1], [null, 0], [true, 2], ['true', 2], [1.5, -0], [new Date(0), 0], ['x', 0]] as const) {
      const expected = await engine.sql(sql, { params })
      for (let i = 0; i < 2; i++) {
        const result = await statement.execute(params)
        expect(result.schema).toEqual(expected.schema)
        if (i === 0) expect(await result.rows()).toEqual(await expected.rows())
        else expect(await result.rows()).toEqual(await rowsOf(engine, sql, { params }))
      }
    }
  })

  test('more than are kept', async () => {
    await using statement = await engine.prepare('select $x + 1 as y')
    expect(statement.parameters).toEqual(['x'])
    for (let round = 0; round < 2; round++) for (let x = 0; x < 50; x++) expect(await (await statement.execute({ x })).rows()).toEqual([{ y: x + 1 }])
  })

  test.each([[undefined], [[]], [[1, 2]], [{ a: 1 }], [[Symbol('x')]], [[{}]], [[new Date(Number.NaN)]], [7]])('%j is not one', async (params) => {
    await using statement = await engine.prepare('select id from people where id > ?')
    for (let i = 0; i < 2; i++) await failure(statement.execute(params as never), 'INVALID_OPTION')
  })

  test('constants of the same shape compile nothing', async () => {
    await using statement = await engine.prepare('select count(*) as n from people where id > $1')
    await (await statement.execute([1])).rows()
    const result = await statement.execute([2])
    expect(await result.rows()).toEqual([{ n: 1n }])
    expect(result.metrics?.stages.every((s) => s.cacheHit)).toBe(true)
  })
})

describe('preparing', () => {
  const bad: readonly (readonly [string, ErrorCode])[] = [
    ['select', 'SQL_SYNTAX'],
    ['', 'SQL_SYNTAX'],
    ['select 1; select 2', 'UNSUPPORTED_STATEMENT'],
    ['drop table people', 'UNSUPPORTED_STATEMENT'],
    ["select * from read_csv('x') where $1", 'UNSUPPORTED_STATEMENT'],
    ['select * from nobody where $1', 'UNKNOWN_TABLE'],
    ['select * from nobody', 'UNKNOWN_TABLE'],
    ['select nothing from people', 'UNKNOWN_COLUMN'],
    [7 as never, 'INVALID_OPTION'],
  ]
  test.each(bad)('%s says %s', async (sql, code) => {
    await failure(engine.prepare(sql), code)
  })

  test('what only values can tell is told by execute', async () => {
    await using statement = await engine.prepare('select nothing from people where id > $1')
    await failure(statement.execute([1]), 'UNKNOWN_COLUMN')
  })
})

describe('what changes under a statement', () => {
  const SQL = 'select count(*) as n, max(id) as m from people'

  test('a table that is replaced, by another kind too', async () => {
    await using statement = await engine.prepare(SQL)
    expect(await (await statement.execute()).rows()).toEqual([{ n: 3n, m: 3 }])
    await engine.register('people', tableFromArrays({ id: Int32Array.of(7, 9) }))
    expect(await (await statement.execute()).rows()).toEqual([{ n: 2n, m: 9 }])
    await engine.register('PEOPLE', people, { cache: true })
    expect(await (await statement.execute()).rows()).toEqual([{ n: 3n, m: 3 }])
    await engine.register('people', tableFromArrays({ other: Int32Array.of(7, 9) }))
    await failure(statement.execute(), 'UNKNOWN_COLUMN')
  })

  test('a table that is taken away, and comes back', async () => {
    await using statement = await engine.prepare(SQL)
    await engine.unregister('people')
    await failure(statement.execute(), 'UNKNOWN_TABLE')
    await engine.register('people', people)
    expect(await (await statement.execute()).rows()).toEqual([{ n: 3n, m: 3 }])
  })

  test('other tables may come and go', async () => {
    await using statement = await engine.prepare(SQL)
    await engine.register('other', people)
    await engine.unregister('other')
    expect(await (await statement.execute()).rows()).toEqual([{ n: 3n, m: 3 }])
  })

  test('a file: the same error as of sql, until it is registered again', async () => {
    await using statement = await engine.prepare(SQL)
    await folder.write('people.parquet', "SELECT i::INTEGER AS id, 'x' AS name, NULL::DECIMAL(9,2) AS owed FROM range(10) t(i)")
    const error = await failure(statement.execute(), 'FILE_CHANGED')
    expect(error.message).toBe((await failure(engine.sql(SQL), 'FILE_CHANGED')).message)
    await engine.register('people', people)
    expect(await (await statement.execute()).rows()).toEqual([{ n: 10n, m: 9 }])
    await rm(people)
    const { code } = await failure(engine.sql(SQL), 'FILE_CHANGED')
    await failure(statement.execute(), code)
  })

  test('the file of a snapshot: the snapshot is what is read', async () => {
    await engine.register('people', people, { cache: true })
    await using statement = await engine.prepare(SQL)
    await using before = await engine.prepare('select name from people where id = 2')
    expect(await (await before.execute()).rows()).toEqual([{ name: 'Bob' }])
    await folder.write('people.parquet', "SELECT 5::INTEGER AS id, 'x' AS name, NULL::DECIMAL(9,2) AS owed")
    for (let i = 0; i < 2; i++) {
      expect(await (await statement.execute()).rows()).toEqual([{ n: 3n, m: 3 }])
      expect(await (await before.execute()).rows()).toEqual([{ name: 'Bob' }])
    }
  })

  test('a file whose copy keeps the time, registered again', async () => {
    const path = await folder.write('copied.parquet', 'SELECT 1::INTEGER AS x FROM range(10)')
    await utimes(path, 1000, 1000)
    await engine.register('copied', path)
    await using statement = await engine.prepare('select max(x) as m, count(*) as n from copied where x > 0')
    expect(await (await statement.execute()).rows()).toEqual([{ m: 1, n: 10n }])
    const { size } = await stat(path)
    await folder.write('copied.parquet', 'SELECT 2::INTEGER AS x FROM range(10)')
    await utimes(path, 1000, 1000)
    expect((await stat(path)).size).toBe(size)
    await engine.register('copied', path)
    expect(await (await statement.execute()).rows()).toEqual([{ m: 2, n: 10n }])
    expect(await rowsOf(engine, 'select max(x) as m, count(*) as n from copied where x = 2')).toEqual([{ m: 2, n: 10n }])
  })

  test('a function that is registered anew', async () => {
    await engine.udf('twist', { args: ['int32'], returns: 'int64' }, (x: number) => BigInt(x) * 2n)
    await using statement = await engine.prepare('select twist(id) as t from people order by id')
    expect(await (await statement.execute()).rows()).toEqual([{ t: 2n }, { t: 4n }, { t: 6n }])
    await engine.udf('twist', { args: ['int32'], returns: 'string' }, (x: number) => `<${x}>`)
    expect(await (await statement.execute()).rows()).toEqual([{ t: '<1>' }, { t: '<2>' }, { t: '<3>' }])
  })
})

test('executions at once, while tables are registered', async () => {
  const sql = 'select p.name, count(*) as n from people p join people q on q.id >= p.id where p.id >= $1 group by p.name order by n desc'
  await using statement = await engine.prepare(sql)
  const expected = await Promise.all([0, 1, 2].map((x) => rowsOf(engine, sql, { params: [x] })))
  const runs = Array.from({ length: 60 }, async (_, i) => {
    if (i % 10 === 3) await engine.register('people', people, { cache: i % 20 === 3 })
    if (i % 10 === 7) await engine.register(`other${i}`, people)
    expect(await (await statement.execute([i % 3])).rows()).toEqual(expected[i % 3])
  })
  await Promise.all(runs)
})

describe('options and ends', () => {
  test('native, signal', async () => {
    await using statement = await engine.prepare('select id from people order by id')
    const interpreted = await statement.execute(undefined, { native: 'never' })
    expect(await interpreted.rows()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    expect(interpreted.metrics?.stages.some((s) => s.native)).toBe(false)
    const native = await statement.execute([], { native: 'only' })
    expect(await native.rows()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    expect(native.metrics?.stages.every((s) => s.native)).toBe(true)
    const reason = { mine: true }
    await expect(statement.execute([], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await failure(statement.execute([], { native: 'maybe' as never }), 'INVALID_OPTION')
  })

  test('a closed statement, a closed engine', async () => {
    const statement = await engine.prepare('select id from people where id = $1')
    const result = await statement.execute([2])
    await statement.close()
    await statement.close()
    expect(await result.rows()).toEqual([{ id: 2 }])
    await failure(statement.execute([2]), 'STATEMENT_CLOSED')
    const other = await engine.prepare('select id from people')
    const started = other.execute()
    await other.close()
    await failure(started, 'STATEMENT_CLOSED')
    const last = await engine.prepare('select id from people')
    await engine.close()
    await failure(last.execute(), 'ENGINE_CLOSED')
    await failure(engine.prepare('select 1'), 'ENGINE_CLOSED')
    await last.close()
  })

  test('what an execution held is given back', async () => {
    await using statement = await engine.prepare('select name, count(*) as n from people where id > $1 group by name')
    for (let i = 0; i < 5; i++) await (await statement.execute([i % 2])).rows()
    expect(engine.memory.inUse).toBe(0)
  })
})
