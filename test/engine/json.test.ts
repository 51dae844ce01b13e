/** JSON files as tables of an engine: on its workers, by SQL and by plans, with types learned on the way. */
import { writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failure, type Folder, openFolder, rowsOf } from './fixtures.ts'

let folder: Folder
let engine: Engine
beforeAll(async () => {
  folder = await openFolder()
  engine = await Engine.create({ threads: 2, memory: '256MiB' })
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

const write = async (name: string, text: string | Uint8Array): Promise<string> => {
  const path = folder.path(name)
  await writeFile(path, text)
  return path
}

const ROWS = 20_000
const lines = Array.from({ length: ROWS }, (_, i) => `{"i":${i},"k":"k${i % 7}","x":${i / 4},"day":"2024-01-${10 + (i % 20)}","tags":["t${i % 3}",${i % 5 === 0 ? 'null' : '"u"'}]}`).join('\n')
const GROUPED = "select k, count(*) as n, sum(i) as s, max(x) as m, min(day) as d from t where day >= date '2024-01-12' group by k order by k limit 2"
const GROUPS = [0, 1].map((k) => {
  const rows = Array.from({ length: ROWS }, (_, i) => i).filter((i) => i % 7 === k && i % 20 >= 2)
  return { k: `k${k}`, n: BigInt(rows.length), s: BigInt(rows.reduce((sum, i) => sum + i, 0)), m: Math.max(...rows) / 4, d: '2024-01-12' }
})

test.each([['rows.ndjson', {}], ['rows.jsonl', { pieceBytes: 5000 }], ['rows.json', { pieceBytes: 50_000, sample: 1 }]])('lines: %s %j', async (name, options) => {
  await engine.register('t', await write(name, lines), options)
  expect(await rowsOf(engine, GROUPED)).toEqual(GROUPS)
  expect(await rowsOf(engine, 'select count(*) as n from t')).toEqual([{ n: BigInt(ROWS) }])
  expect(engine.memory.inUse).toBe(0)
})

test('an array, compressed, kept in memory', async () => {
  await engine.register('t', await write('rows.json.gz', gzipSync(`[${lines.replaceAll('\n', ',\n')}]`)), { cache: true, pieceBytes: 100_000 })
  expect(await rowsOf(engine, GROUPED)).toEqual(GROUPS)
  await engine.unregister('t')
  expect(engine.memory.inUse).toBe(0)
})

test('nested columns, by a plan', async () => {
  await engine.register('t', await write('nested.ndjson', lines))
  const result = await engine.run({
    version: 1,
    root: { op: 'limit', input: { op: 'scan', table: 't', columns: [{ name: 'i', type: 'int64' }, { name: 'tags', type: 'array<string>' }] }, limit: 2 },
    names: ['i', 'tags'],
  } as never)
  expect(await result.rows()).toEqual([{ i: 0n, tags: ['t0', null] }, { i: 1n, tags: ['t1', 'u'] }])
})

test('types behind the sample: the query is planned anew', async () => {
  const path = await write('wider.ndjson', '{"a":1}\n{"a":2.5,"b":"2024-01-01"}\n{"a":null,"b":"x"}\n')
  await engine.register('w', path, { sample: 1 })
  const result = await engine.sql('select * from w')
  expect(await result.rows()).toEqual([{ a: 1, b: null }, { a: 2.5, b: '2024-01-01' }, { a: null, b: 'x' }])
  expect(result.schema).toEqual([{ name: 'a', type: 'double' }, { name: 'b', type: 'string' }])
  await engine.register('w', path, { sample: 2 })
  const prepared = await engine.prepare('select max(a) as a from w where b is not null or a = 1')
  for (let n = 0; n < 2; n++) expect(await (await prepared.execute()).rows()).toEqual([{ a: 2.5 }])
})

test('what is wrong is told, and the engine goes on', async () => {
  const bad = await write('bad.ndjson', `${lines}\n{"i":1,"k":}\n${lines}`)
  expect(await failure(engine.register('bad', bad), 'INVALID_JSON')).toMatchObject({ line: ROWS + 1, column: 12 })
  await engine.register('bad', bad, { pieceBytes: 10_000, sample: 100 })
  expect(await failure(rowsOf(engine, 'select sum(i) from bad'), 'INVALID_JSON')).toMatchObject({ line: ROWS + 1, column: 12 })
  expect(engine.memory.inUse).toBe(0)
  await engine.register('casts', await write('cast.ndjson', '{"a":1}\n{"a":"one"}\n'), { columns: { a: 'bigint' } })
  expect(await failure(rowsOf(engine, 'select a from casts'), 'CAST_FAILED')).toMatchObject({ line: 2, column: 7 })
  const path = await write('changed.ndjson', '{"a":1}\n')
  await engine.register('changed', path)
  await write('changed.ndjson', '{"a":1}\n{"a":2}\n')
  await failure(rowsOf(engine, 'select a from changed'), 'FILE_CHANGED')
  await failure(engine.register('none', folder.path('none.ndjson')), 'FILE_NOT_FOUND')
  expect(await rowsOf(engine, 'select 1 as one')).toEqual([{ one: 1 }])
})

test.each([
  [{ format: 'yaml' }], [{ sample: 0 }], [{ sample: 1.5 }], [{ columns: {} }], [{ columns: [] }], [{ columns: { a: 'blob' } }], [{ columns: { a: 'interval' } }], [{ columns: { a: 'map<int64,string>' } }], [{ columns: { a: 'int8', A: 'int8' } }],
  [{ encoding: 'ascii' }], [{ compression: 'brotli' }], [{ delimiter: ',' }], [{ samples: 3 }], [{ pieceBytes: 0 }],
])('%j is an INVALID_OPTION', async (options) => {
  await failure(engine.register('o', await write('o.ndjson', '{"a":1}'), options as never), 'INVALID_OPTION')
})
