/** IPC files and streams that pyarrow, Polars and DuckDB wrote (tools/arrow-fixtures), in every type and compression. */
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { readColumn } from '../../src/layout/read.ts'
import type { ArrowSource } from '../../src/sources/arrow.ts'
import { openSource } from '../../src/sources/index.ts'
import { asJson, expectedOf, fixtures, pathOf } from '../fixtures/arrow/read.ts'
import { runtimeArena } from '../layout/arena.ts'

const loaded = async (source: ArrowSource, name: string): Promise<unknown[]> => {
  const arena = runtimeArena(1 << 20)
  const { relation } = await source.load([name], arena)
  return readColumn(arena.buffer, relation, 0).map((value) => asJson(relation.columns[0]!.type, value))
}

describe('files of others', () => {
  test.each(fixtures)('$file', async (fixture) => {
    const expected = expectedOf(fixture)
    const source = (await openSource(pathOf(fixture))) as ArrowSource
    for (const { name } of source.fields) {
      if (fixture.expected === 'refused.json' && expected[name] === undefined) continue
      expect(await loaded(source, name), name).toEqual(expected[name])
    }
    const missing = Object.keys(expected).filter((name) => !source.fields.some((field) => field.name === name))
    expect(missing).toEqual(/metadata|no-columns/.test(fixture.file) ? missing : [])
  })
  test('bytes give what the file gives', async () => {
    const fixture = fixtures.find(({ file }) => file === 'every-type-zstd.arrows')!
    const bytes = new Uint8Array(await readFile(pathOf(fixture)))
    // at an odd address, no buffer lies where its elements would
    const odd = new Uint8Array(bytes.length + 1).subarray(1)
    odd.set(bytes)
    const expected = expectedOf(fixture)
    const pieces = async function* () {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
    }
    for (const given of [bytes, odd, pieces()]) {
      const source = (await openSource(given)) as ArrowSource
      for (const name of ['i64', 'dec256', 'map', 'dict_uint64']) expect(await loaded(source, name)).toEqual(expected[name])
    }
  })
})

describe('what there is no type or no value for', () => {
  const open = async () => (await openSource(pathOf({ file: 'refused.arrow' }))) as ArrowSource

  test('types are listed, and refused when they are loaded', async () => {
    const source = await open()
    expect(Object.fromEntries(source.unsupported)).toEqual({
      time32: 'time32[s]', time64: 'time64[ns]', ree: 'runEnd<int32, utf8>', union: 'union<int64, utf8>', dense: 'union<int64, utf8>',
      dec76: 'decimal256(76, 3)', list_view: 'listView<int32>', list_time: 'list<time32[ms]>',
    })
    const refusal = async (name: string) => source.load([name], runtimeArena()).catch((error: unknown) => error)
    for (const [name, reason] of [
      ['time64', /no type for a time of day/],
      ['ree', /run-end encoded columns are not read/],
      ['union', /no type for a union/],
      ['dec76', /1 to 38 digits/],
      ['list_view', /list views are not read/],
      ['list_time', /within it time32\[ms\]: there is no type/],
    ] as const) expect(await refusal(name)).toMatchObject({ name: 'SourceError', code: 'UNSUPPORTED_TYPE', message: expect.stringMatching(reason) })
  })
  test.each([
    ['nanos', 'UNSUPPORTED_TYPE', /finer than microseconds/],
    ['far', 'OVERFLOW', /does not fit/],
    ['halfday', 'UNSUPPORTED_TYPE', /time of day/],
    ['dur_nanos', 'UNSUPPORTED_TYPE', /finer than microseconds/],
    ['mdn_nanos', 'UNSUPPORTED_TYPE', /finer than microseconds/],
  ] as const)('%s: values that would lose something are %s', async (name, code, message) => {
    const source = await open()
    await expect(source.load([name], runtimeArena())).rejects.toMatchObject({ name: 'SourceError', code, message: expect.stringMatching(message) })
  })
})

test('no column may decompress to more than memory has left', async () => {
  const source = (await openSource(pathOf({ file: 'large-zstd.arrow' }))) as ArrowSource
  const arena = runtimeArena(1 << 20)
  await expect(source.load(['n'], { buffer: arena.buffer, allocate: arena.allocate, available: 20_000 })).rejects.toMatchObject({ name: 'SourceError', code: 'MEMORY_EXCEEDED' })
  const { relation } = await source.load(['n'], { buffer: arena.buffer, allocate: arena.allocate, available: 40_000 })
  expect(relation.rows).toBe(4000)
})
