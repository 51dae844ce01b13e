/** Parquet files put together by hand (parquet-layouts.ts), read by the engine: the values that are in them, or a typed error; and as DuckDB reads them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSource } from '../../src/sources/index.ts'
import { openWitness, type Witness } from './duckdb.ts'
import { LAYOUTS } from './parquet-layouts.ts'
import type { Layout } from './parquet-layouts-nested.ts'
import { readByDuckDb, readByEngine } from './parquet-reading.ts'

let folder: string
let engine: Engine
let duckdb: Witness
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-layouts-'))
  engine = await Engine.create({ threads: 2, memory: '128MiB' })
  duckdb = await openWitness()
})
afterAll(async () => {
  await engine.close()
  duckdb.close()
  await rm(folder, { recursive: true, force: true })
})

/** What became of column x. */
const outcomeOf = async (path: string): Promise<{ values: readonly unknown[] } | { error: string }> => {
  try {
    const { columns, unsupported } = await readByEngine(engine, 't', path)
    const what = unsupported.get('x')
    if (what !== undefined) return { error: `UNSUPPORTED_TYPE: ${what}` }
    const values = columns.get('x')!
    return typeof values === 'string' ? { error: values } : { values }
  } catch (error) {
    const { name, code, message } = error as { name: string; code: string; message: string }
    if (name !== 'SourceError') throw error
    return { error: `${code}: ${message}` }
  }
}

describe('layouts', () => {
  test.each(LAYOUTS)('$name', async ({ name, written, expected, unwitnessed }: Layout) => {
    const path = join(folder, `${LAYOUTS.findIndex((layout) => layout.name === name)}.parquet`)
    await writeFile(path, written.file)
    const outcome = await outcomeOf(path)
    const wanted = expected['x']!
    expect(engine.memory.inUse).toBe(0)
    const code = 'error' in outcome ? outcome.error.split(':')[0]! : 'values'
    if ('codes' in wanted) expect(wanted.codes, JSON.stringify(outcome)).toContain(code)
    else expect(outcome).toEqual({ values: wanted })
    if (unwitnessed !== undefined || 'codes' in wanted) return
    expect((await readByDuckDb(duckdb.connection, path, (await openSource(path)).fields)).get('x'), 'as DuckDB reads it').toEqual(wanted)
  })
})
