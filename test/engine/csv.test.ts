/** CSV tables in an engine: read by the workers, natively queried, and planned anew where values are of wider types than the sample's. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let folder: string
let engine: Engine
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-csv-engine-'))
  engine = await Engine.create({ threads: 2, memory: '512MiB' })
})
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true })
})

const write = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}
const rows = async (sql: string) => (await engine.sql(sql)).rows()

describe('a table', () => {
  test('is what was written, in chunks by several workers, whatever columns are asked for', async () => {
    const count = 50_000
    const lines = Array.from({ length: count }, (_, i) => `${i},k${i % 13},${(i / 4).toFixed(2)},2024-01-${String(1 + (i % 28)).padStart(2, '0')},"note ${i}, ""of"" many\n"`)
    const path = await write('many.csv', `id,k,x,day,note\n${lines.join('\n')}\n`)
    await engine.register('many', path, { pieceBytes: 70_000 })
    const n = BigInt(count)
    expect(await rows('select count(*) as n, sum(id) as s, sum(x) as x, min(day) as a, max(day) as b from many')).toEqual([{ n, s: (n * (n - 1n)) / 2n, x: (count * (count - 1)) / 8, a: '2024-01-01', b: '2024-01-28' }])
    expect(await rows('select count(*) as n from many')).toEqual([{ n }])
    expect(await rows("select k, count(*) as n from many where id >= 49999 group by k")).toEqual([{ k: 'k1', n: 1n }])
    expect(await rows('select note, id from many where id in (0, 49998) order by id')).toEqual([{ note: 'note 0, "of" many\n', id: 0n }, { note: 'note 49998, "of" many\n', id: 49998n }])
    expect(await rows('select count(distinct note) as n from many')).toEqual([{ n }])
    expect(await rows('select a.id from many a join many b on a.id = b.id + 1 where a.id = 7')).toEqual([{ id: 7n }])
    expect((await engine.explain('select sum(id) from many')).toString()).toContain('native')
    await engine.register('kept', path, { cache: true })
    expect(await rows('select k, sum(id) as s from kept group by k order by k limit 1')).toEqual(await rows('select k, sum(id) as s from many group by k order by k limit 1'))
    await engine.unregister('kept')
    expect(engine.memory.inUse).toBe(0)
  })

  test('that changed is FILE_CHANGED', async () => {
    const path = await write('changed.csv', 'a\n1\n')
    await engine.register('changed', path)
    await writeFile(path, 'a\n1\n22\n')
    await expect(rows('select a from changed')).rejects.toMatchObject({ code: 'FILE_CHANGED' })
  })

  test('more than memory holds is MEMORY_EXCEEDED, and all is given back', async () => {
    const path = await write('large.csv', `id,text\n${Array.from({ length: 400_000 }, (_, i) => `${i},some text of row ${i} that is no other row's\n`).join('')}`)
    const small = await Engine.create({ threads: 2, memory: '16MiB' })
    try {
      await expect(small.register('large', path, { cache: true })).rejects.toMatchObject({ code: 'MEMORY_EXCEEDED' })
      expect(small.memory.inUse).toBe(0)
      await small.register('large', path)
      expect(await (await small.sql('select count(*) as n from large')).rows()).toEqual([{ n: 400_000n }])
      expect(small.memory.peak).toBeLessThanOrEqual(small.memory.budget)
      expect(small.memory.inUse).toBe(0)
    } finally {
      await small.close()
    }
  })

  test('an abort ends the reading', async () => {
    const path = await write('long.csv', `a,b\n${'1,x\n'.repeat(200_000)}`)
    await engine.register('long', path)
    const abort = new AbortController()
    const result = await engine.sql('select sum(a) from long', { signal: abort.signal })
    const read = result.rows()
    abort.abort(new Error('enough'))
    await expect(read).rejects.toThrow('enough')
    expect(engine.memory.inUse).toBe(0)
  })

  test('options go with text files, and are checked', async () => {
    const path = await write('odd.data', 'a;b\n1;2\n')
    await expect(engine.register('odd', path)).rejects.toMatchObject({ code: 'FILE_FORMAT' })
    await expect(engine.register('odd', path, { delimiter: ';' })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await engine.register('odd', path, { format: 'csv' })
    expect(await rows('select * from odd')).toEqual([{ a: 1n, b: 2n }])
  })
})

describe('types behind the sample', () => {
  const late = async (name: string) => {
    await engine.register(name, await write(`${name}.csv`, `id,a,b\n${Array.from({ length: 100 }, (_, i) => `${i},${i},${i}`).join('\n')}\n100,0.5,x\n`), { sample: 10 })
  }

  test('a query is planned anew', async () => {
    await late('wide')
    const result = await engine.sql('select sum(a) as s from wide')
    expect(await result.rows()).toEqual([{ s: 4950.5 }])
    expect(result.schema).toEqual([{ name: 's', type: 'double' }])
    expect(await rows('select max(b) as b, count(*) as n from wide')).toEqual([{ b: 'x', n: 101n }])
    expect(await rows('select id from wide where b = $$x$$')).toEqual([{ id: 100n }])
  })

  test('scans of other columns each in their turn', async () => {
    await late('twice')
    expect(await rows('select l.a, r.b from twice l join twice r on l.id = r.id where l.id = 100')).toEqual([{ a: 0.5, b: 'x' }])
  })

  test('a prepared statement, and one that was planned before', async () => {
    await late('prepared')
    const statement = await engine.prepare('select sum(a) as s from prepared where id >= $1')
    const early = await engine.sql('select sum(a) as s from prepared')
    expect(await (await statement.execute([100])).rows()).toEqual([{ s: 0.5 }])
    expect(await (await statement.execute([99])).rows()).toEqual([{ s: 99.5 }])
    expect(await early.rows()).toEqual([{ s: 4950.5 }])
    await statement.close()
  })

  test('a cached table has them at once', async () => {
    await engine.register('cached', await write('cached.csv', 'a\n1\n2.5\n'), { sample: 1, cache: true })
    expect(await rows('select sum(a) as s from cached')).toEqual([{ s: 3.5 }])
    await engine.unregister('cached')
  })
})
