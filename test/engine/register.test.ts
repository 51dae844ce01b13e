/** Options, and tables: how they are registered, replaced, removed, kept and found changed. */
import { copyFile, mkdir, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import { Engine, OptionError, PlanError, SourceError } from 'arcweld'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { failure, type Folder, openFolder, PEOPLE, rowsOf } from './fixtures.ts'

let folder: Folder
let engine: Engine
let people: string
beforeAll(async () => {
  folder = await openFolder()
  people = await folder.write('people.parquet', PEOPLE)
  engine = await Engine.create({ threads: 1, memory: '256MiB' })
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})
beforeEach(async () => {
  await engine.register('people', people)
})

test.each([
  { threads: 0 }, { threads: 1.5 }, { threads: -1 }, { threads: 1000 }, { threads: '2' }, { threads: Number.NaN },
  { memory: 1 }, { memory: '5GiB' }, { memory: 'much' }, { memory: -1 }, { memory: Number.NaN }, { memory: null },
  { native: 'yes' }, { native: null }, null, 'fast', 3,
])('Engine.create(%j) is an INVALID_OPTION', async (options) => {
  expect(await failure(Engine.create(options as never), 'INVALID_OPTION')).toBeInstanceOf(OptionError)
})

test('memory is taken as bytes and as text', async () => {
  await using small = await Engine.create({ threads: 1, memory: 64 * 2 ** 20 })
  await using text = await Engine.create({ threads: 1, memory: '0.25GiB' })
  expect(small.memory).toEqual({ inUse: 0, peak: 0, budget: 2 ** 26 })
  expect(text.memory.budget).toBe(2 ** 28)
})

test.each([[''], [3], [null], [undefined]])('%j is no table name', async (name) => {
  expect(await failure(engine.register(name as never, people), 'INVALID_OPTION')).toBeInstanceOf(OptionError)
})

test.each([[null], [undefined], [17], [{}], [[1, 2]], [() => people], [new Date()]])('%o is no source', async (source) => {
  expect(await failure(engine.register('bad', source), 'INVALID_OPTION')).toBeInstanceOf(OptionError)
})

test('paths, file URLs, Arrow tables, record batches and IPC bytes are sources', async () => {
  const arrow = tableFromArrays({ x: Int32Array.of(1, 2, 3) })
  const ipc = folder.path('t.arrow')
  await writeFile(ipc, tableToIPC(arrow, 'file'))
  const sources: Record<string, unknown> = { arrow, batches: arrow.batches, batch: arrow.batches[0], stream: tableToIPC(arrow, 'stream'), file: tableToIPC(arrow, 'file'), ipc, url: pathToFileURL(ipc) }
  for (const [name, source] of Object.entries(sources)) {
    for (const cache of [false, true]) {
      await engine.register(`from_${name}`, source, { cache })
      expect(await rowsOf(engine, `select sum(x) as s, count(*) as n from from_${name} where x > 1`), `${name}, ${cache}`).toEqual([{ s: 5n, n: 2n }])
    }
    await engine.unregister(`from_${name}`)
  }
})

test('names do not heed case, and may be any text', async () => {
  expect(await rowsOf(engine, 'select count(*) as n from PEOPLE')).toEqual([{ n: 3n }])
  for (const name of ['My Table', 'select', 'ta"ble', "it's", 'größe']) {
    await engine.register(name, people)
    expect(await rowsOf(engine, `select name from "${name.replaceAll('"', '""')}" where id = 2`)).toEqual([{ name: 'Bob' }])
    await engine.unregister(name)
  }
})

test('a name registered again is another table; queries that were planned keep the old one', async () => {
  const other = await folder.write('other.parquet', 'select 42::BIGINT as answer')
  await engine.register('shifting', people, { cache: true })
  const before = await engine.sql('select count(*) as n from shifting')
  const held = engine.memory.inUse
  expect(held).toBeGreaterThan(0)
  await engine.register('SHIFTING', other)
  expect(engine.memory.inUse).toBe(held)
  expect(await before.rows()).toEqual([{ n: 3n }])
  expect(engine.memory.inUse).toBe(0)
  expect(await rowsOf(engine, 'select * from shifting')).toEqual([{ answer: 42n }])
  await engine.register('shifting', tableFromArrays({ answer: ['x'] }))
  expect(await rowsOf(engine, 'select * from shifting')).toEqual([{ answer: 'x' }])
})

test('a registration that fails leaves the old table', async () => {
  await failure(engine.register('people', folder.path('nowhere.parquet')), 'FILE_NOT_FOUND')
  expect(await rowsOf(engine, 'select count(*) as n from people')).toEqual([{ n: 3n }])
})

test('unregister removes a table, and says nothing where there is none', async () => {
  await engine.register('gone', people, { cache: true })
  await engine.unregister('Gone')
  expect(engine.memory.inUse).toBe(0)
  await engine.unregister('gone')
  const error = await failure(engine.sql('select * from gone'), 'UNKNOWN_TABLE')
  expect(error).toBeInstanceOf(PlanError)
  expect(error.position).toBe(14)
})

test('files that are missing, empty, cut, foreign or a folder', async () => {
  const missing = await failure(engine.register('bad', folder.path('none.parquet')), 'FILE_NOT_FOUND')
  expect(missing).toBeInstanceOf(SourceError)
  expect(missing.path).toBe(folder.path('none.parquet'))
  const at = async (name: string, content: string | Uint8Array) => {
    await writeFile(folder.path(name), content)
    return folder.path(name)
  }
  expect(await failure(engine.register('bad', await at('empty.parquet', '')), 'FILE_CORRUPT')).toBeInstanceOf(SourceError)
  await failure(engine.register('bad', await at('text.parquet', 'this is no parquet file')), 'FILE_CORRUPT')
  await failure(engine.register('bad', await at('short.parquet', 'PAR1')), 'FILE_CORRUPT')
  await failure(engine.register('bad', await at('bad.arrow', 'ARROW1')), 'FILE_CORRUPT')
  await failure(engine.register('bad', await at('words.doc', 'this is no table')), 'FILE_FORMAT')
  await mkdir(folder.path('nothing'))
  await failure(engine.register('bad', folder.path('nothing')), 'FILE_NOT_FOUND')
  await mkdir(folder.path('words'))
  await at(join('words', 'words.doc'), 'this is no table')
  await failure(engine.register('bad', folder.path('words')), 'FILE_FORMAT')
  await copyFile(people, folder.path('cut.parquet'))
  await truncate(folder.path('cut.parquet'), 100)
  expect((await failure(engine.register('bad', folder.path('cut.parquet')), 'FILE_CORRUPT')).path).toBe(folder.path('cut.parquet'))
  await failure(engine.sql('select * from bad'), 'UNKNOWN_TABLE')
})

test('a file that changed is told; a cached table is a snapshot', async () => {
  const path = await folder.write('changing.parquet', 'select 1::INTEGER as v')
  await engine.register('live', path)
  await engine.register('snapshot', path, { cache: true })
  const planned = await engine.sql('select v from live')
  const plannedSnapshot = await engine.sql('select v from snapshot')
  await folder.write('changing.parquet', "select 2::INTEGER as v, 'more' as w")
  await utimes(path, new Date(), new Date(Date.now() + 5000))
  const error = await failure(planned.rows(), 'FILE_CHANGED')
  expect(error).toBeInstanceOf(SourceError)
  expect(error.path).toBe(path)
  await failure((async () => rowsOf(engine, 'select v from live'))(), 'FILE_CHANGED')
  expect(await plannedSnapshot.rows()).toEqual([{ v: 1 }])
  expect(await rowsOf(engine, 'select v from snapshot')).toEqual([{ v: 1 }])
  await engine.register('live', path)
  expect(await rowsOf(engine, 'select * from live')).toEqual([{ v: 2, w: 'more' }])
  await engine.unregister('snapshot')
})

test('a file that is gone is told by its path', async () => {
  const path = await folder.write('vanishing.parquet', 'select 1 as v')
  await engine.register('vanishing', path)
  const planned = await engine.sql('select v from vanishing')
  const { rm } = await import('node:fs/promises')
  await rm(path)
  await failure(planned.rows(), 'FILE_NOT_FOUND')
  const error: any = await engine.sql('select v from vanishing').then((r) => r.rows(), (e: unknown) => e)
  expect(['FILE_NOT_FOUND', 'FILE_CHANGED']).toContain(error.code)
})
