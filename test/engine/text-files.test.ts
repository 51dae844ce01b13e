/** Several CSV or JSON files as one table: lists, patterns and folders with columns in their names; types are those of all files' values. */
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { testSeed } from '../seed.ts'
import { below, pick, random } from '../sources/parquet-random.ts'
import { failure, rowsOf } from './fixtures.ts'
import { duckdb, engine, folder, same } from './one-table.ts'

const write = async (name: string, text: string | Uint8Array): Promise<string> => {
  await mkdir(dirname(folder.path(name)), { recursive: true })
  await writeFile(folder.path(name), text)
  return folder.path(name)
}
const schemaOf = async (): Promise<string> => {
  const result = await engine.sql('select * from t')
  await result.close()
  return result.schema.map(({ name, type }) => `${name} ${type}`).join(', ')
}
const listed = (paths: readonly string[]): string => `[${paths.map((path) => `'${path}'`).join(', ')}]`

describe('CSV', () => {
  test('columns by name, in any order; types that hold the values of all', async () => {
    const paths = [
      await write('1.csv', 'a,b,day\n1,x,2024-01-01\n2,y,\n'),
      await write('2.csv', 'day,b,more,a\n2024-02-01 10:00:00,z,8,2.5\n'),
      await write('3.csv', 'a,b,day\n'),
      await write('4.csv', ''),
      await write('5.csv.gz', gzipSync('a;b;day\n7;"q;r";2024-03-01\n')),
    ]
    await engine.register('t', paths)
    expect(await schemaOf()).toBe('a double, b string, day timestamp')
    const rows = await rowsOf(engine, 'select * from t')
    expect(rows).toEqual([
      { a: 1, b: 'x', day: '2024-01-01 00:00:00' }, { a: 2, b: 'y', day: null }, { a: 2.5, b: 'z', day: '2024-02-01 10:00:00' }, { a: 7, b: 'q;r', day: '2024-03-01 00:00:00' },
    ])
    for (const source of [folder.path('.'), folder.path('[1-5].csv*')]) {
      await engine.register('t', source)
      expect(await rowsOf(engine, 'select * from t')).toEqual(rows)
    }
    await engine.register('t', folder.path('.'), { cache: true })
    expect(await rowsOf(engine, 'select b, a from t')).toEqual((rows as { a: number; b: string }[]).map(({ b, a }) => ({ b, a })))
    await engine.unregister('t')
    await engine.register('t', [paths[3], paths[3]])
    expect(await rowsOf(engine, 'select count(*) as n from t')).toEqual([{ n: 0n }])
  })

  test('options hold for all; what one file does wrong is told with its path', async () => {
    const first = await write('1.txt', 'a|b\n1|2\n')
    const second = await write('2.txt', 'a|b\n3|4\n5\n')
    await engine.register('t', [first, second], { format: 'csv', delimiter: '|', columns: { a: 'int8', b: 'decimal(5,1)' }, ragged: 'pad' })
    expect(await rowsOf(engine, 'select * from t')).toEqual([{ a: 1, b: '2.0' }, { a: 3, b: '4.0' }, { a: 5, b: null }])
    await engine.register('t', [first, second], { delimiter: '|' })
    expect(await failure(rowsOf(engine, 'select sum(a) from t'), 'MALFORMED_ROW')).toMatchObject({ path: second, line: 3 })
    await engine.register('t', [first, second], { columns: { a: 'int8', b: 'date' }, ragged: 'pad' })
    expect(await failure(rowsOf(engine, 'select max(b) from t'), 'CAST_FAILED')).toMatchObject({ path: first, line: 2 })
    const other = await write('3.txt', 'a|c\n3|4\n')
    expect(await failure(engine.register('t', [first, other]), 'FILE_FORMAT')).toMatchObject({ path: other, message: expect.stringMatching(/column "b" is int64 in .*1.txt, and not there in .*3.txt/) })
    const lines = await write('4.ndjson', '{"a":1}')
    await failure(engine.register('t', [first, lines]), 'FILE_FORMAT')
    await failure(engine.register('t', [first, second], { sample: 0 }), 'INVALID_OPTION')
    await engine.register('t', [first, second], { ragged: 'pad' })
    await appendFile(second, '6|7\n')
    expect(await failure(rowsOf(engine, 'select sum(a) from t'), 'FILE_CHANGED')).toMatchObject({ path: second })
    expect(engine.memory.inUse).toBe(0)
  })

  test('values behind the samples: once for all files', async () => {
    const paths = await Promise.all(['1,1\n2,2\n3.5,x\n', '4,4\n5,2024-01-01\n', '6,6\n', '2024-01-01,7\n8,8\n'].map((text, i) => write(`${i}.csv`, `a,b\n${text}`)))
    await engine.register('t', paths.slice(0, 3), { sample: 1 })
    expect(await schemaOf()).toBe('a int64, b int64')
    const result = await engine.sql('select sum(a) as a, max(b) as b, count(*) as n from t')
    expect(await result.rows()).toEqual([{ a: 21.5, b: 'x', n: 6n }])
    expect(await schemaOf()).toBe('a double, b string')
    await engine.register('t', paths, { sample: 1 })
    expect(await rowsOf(engine, 'select a from t where a > \'7\'')).toEqual([{ a: '8' }])
    expect(await schemaOf()).toBe('a string, b int64')
    await engine.register('t', paths, { sample: 1, cache: true })
    expect(await schemaOf()).toBe('a string, b string')
  })

  test('folders with values in their names', async () => {
    for (const [i, key] of ['2024-01-01', '2024-01-02', '__HIVE_DEFAULT_PARTITION__'].entries()) {
      for (const file of [0, 1]) await write(join(`day=${key}`, `k=${file}`, 'x.csv'), `n,s\n${i},a${file}\n${i * 10 + file},\n`)
    }
    await engine.register('t', folder.path('.'))
    await same(`read_csv('${folder.path('**')}/*.csv', hive_partitioning = true)`, 'SELECT * FROM t', "SELECT n, s FROM t WHERE day = DATE '2024-01-02' AND k = 1", 'SELECT day, k, count(s) AS c, sum(n) AS n FROM t GROUP BY ALL', 'SELECT s FROM t WHERE day IS NULL')
    // Files that the folders' values rule out are not even read.
    await rm(folder.path(join('day=2024-01-01', 'k=0', 'x.csv')))
    expect(await rowsOf(engine, 'select sum(n) as n from t where k = 1')).toEqual([{ n: 36n }])
    await failure(rowsOf(engine, 'select sum(n) as n from t'), 'FILE_NOT_FOUND')
  })

  test('tables cut at random', async () => {
    const next = random(testSeed())
    for (let round = 0; round < 5; round++) {
      const base = `cut-${round}`
      const sql = `i AS id, ${pick(next, ['i', 'i * 1000003', '-i'])} AS a, ${pick(next, ["'s' || (i % 9)", "'each ' || i", "CASE WHEN i % 3 = 0 THEN NULL ELSE repeat('x,', (i % 50)::INTEGER) END"])} AS s, ${pick(next, ['i / 7', 'NULL'])} AS d`
      const rows = pick(next, [10, 700, 30_000])
      const files = 1 + below(next, 6)
      for (let file = 0; file < files; file++) {
        await mkdir(folder.path(join(base, `p=${file % 3}`)), { recursive: true })
        const path = folder.path(join(base, `p=${file % 3}`, `f${file}.csv`))
        await duckdb.exec(`COPY (SELECT ${sql} FROM range(${Math.floor((rows * file) / files)}, ${Math.floor((rows * (file + 1)) / files)}) t(i)) TO '${path}' (FORMAT csv, HEADER)`)
      }
      await engine.register('t', folder.path(base), { pieceBytes: pick(next, [100, 5000, 1 << 20]), sample: pick(next, [1, 100, 20480]) })
      await same(`read_csv('${folder.path(base)}/**/*.csv', hive_partitioning = true, sample_size = -1, files_to_sniff = -1)`, 'SELECT * FROM t', 'SELECT p, s, count(*) AS c, sum(a) AS a FROM t GROUP BY ALL', `SELECT id FROM t WHERE p = ${below(next, 4)} AND id >= ${below(next, rows)}`)
    }
  })
})

describe('JSON', () => {
  test('columns of all files; types that hold the values of all', async () => {
    const paths = [await write('1.ndjson', '{"a":1,"s":{"x":1}}\n'), await write('2.json', '[{"b":"x","a":2.5,"s":{"y":[1]}}]'), await write('3.jsonl', '')]
    await engine.register('t', paths)
    expect(await schemaOf()).toBe('a double, s struct<x:int64,y:array<int64>>, b string')
    expect(await rowsOf(engine, 'select a, b from t')).toEqual([{ a: 1, b: null }, { a: 2.5, b: 'x' }])
    await same(`read_json(${listed(paths)})`, 'SELECT a, b FROM t')
    const result = await engine.run({ version: 1, root: { op: 'scan', table: 't', columns: [{ name: 's', type: 'struct<x:int64,y:array<int64>>' }] }, names: ['s'] } as never)
    expect(await result.rows()).toEqual([{ s: { x: 1n, y: null } }, { s: { x: null, y: [1n] } }])
    await engine.register('t', paths, { columns: { b: 'date' } })
    expect(await failure(rowsOf(engine, 'select b from t'), 'CAST_FAILED')).toMatchObject({ path: paths[1] })
  })

  test('keys and values behind the samples; folders', async () => {
    await write(join('k=1', 'x.ndjson'), '{"a":1}\n{"a":"x"}\n')
    await write(join('k=2', 'x.ndjson'), '{"a":2}\n{"a":3,"b":[1]}\n{"c":true}')
    await engine.register('t', folder.path('.'), { sample: 1 })
    expect(await schemaOf()).toBe('a int64, k int64')
    const rows = [['1', null, null, 1n], ['"x"', null, null, 1n], ['2', null, null, 2n], ['3', [1n], null, 2n], [null, null, true, 2n]].map(([a, b, c, k]) => ({ a, b, c, k }))
    expect(await rowsOf(engine, 'select * from t')).toEqual(rows)
    expect(await schemaOf()).toBe('a string, b array<int64>, c bool, k int64')
    const bad = await write(join('k=3', 'y.ndjson'), '{"a":1}\n{"a":}\n')
    await engine.register('t', folder.path('.'), { sample: 1 })
    expect(await failure(rowsOf(engine, 'select sum(k) from t'), 'INVALID_JSON')).toMatchObject({ path: bad, line: 2 })
    expect(await rowsOf(engine, 'select count(a) as n from t where k = 2')).toEqual([{ n: 2n }])
    expect(engine.memory.inUse).toBe(0)
  })
})
