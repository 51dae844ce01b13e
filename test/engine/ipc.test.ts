/** A result's IPC bytes: compressed, empty, registered again, read once. */
import { tableFromArrays } from 'apache-arrow'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 })
  await engine.register('t', tableFromArrays({ i: Int32Array.from({ length: 5000 }, (_, i) => i) }))
})
afterAll(() => engine.close())

const query = `select i, i % 7 as k, 'text ' || (i % 5)::varchar as s, case when i % 3 = 0 then i::double / 4 end as d from t order by i`

test.each([{}, { compression: 'lz4' }, { compression: 'zstd' }, { format: 'file', compression: 'zstd' }] as const)('%j: a table again', async (options) => {
  const rows = await (await engine.sql(query)).rows()
  await engine.register('again', (await engine.sql(query)).ipc(options))
  expect(await (await engine.sql('select * from again order by i')).rows()).toEqual(rows)
})

test('no rows are a stream with a schema', async () => {
  await engine.register('none', (await engine.sql(`select * from (${query}) where i < 0`)).ipc({ compression: 'lz4' }))
  const result = await engine.sql('select * from none')
  expect(result.schema.map(({ name }) => name)).toEqual(['i', 'k', 's', 'd'])
  expect(await result.rows()).toEqual([])
})

test('read once; options are checked', async () => {
  const result = await engine.sql('select 1 as a')
  await expect(result.ipc({ compression: 'gzip' as 'lz4' }).next()).rejects.toMatchObject({ name: 'OptionError', code: 'INVALID_OPTION' })
  for await (const bytes of result.ipc()) expect(bytes.length).toBeGreaterThan(0)
  await expect(result.rows()).rejects.toMatchObject({ code: 'RESULT_CONSUMED' })
})

test('pieces that are no bytes', async () => {
  const pieces = async function* () {
    yield 'text'
  }
  await expect(engine.register('bad', pieces())).rejects.toMatchObject({ code: 'INVALID_OPTION' })
})
