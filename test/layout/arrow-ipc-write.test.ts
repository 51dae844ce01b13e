/** What is written as IPC is read back by arcweld and by apache-arrow; tools/arrow-fixtures --check has pyarrow and Polars read it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { tableFromIPC } from 'apache-arrow'
import { describe, expect, test } from 'vitest'
import { ipcChunks, type IpcOptions } from '../../src/layout/arrow-ipc.ts'
import { toArrow } from '../../src/layout/arrow.ts'
import { encodeLz4Frame } from '../../src/layout/lz4-frame.ts'
import { readColumn } from '../../src/layout/read.ts'
import type { Relation } from '../../src/layout/relation.ts'
import { type ArrowSource, arrowIpcSource } from '../../src/sources/arrow.ts'
import { decodeLz4Frame } from '../../src/sources/arrow/lz4-frame.ts'
import { openSource } from '../../src/sources/index.ts'
import { asJson, expectedOf, fixtures, pathOf } from '../fixtures/arrow/read.ts'
import { runtimeArena, type RuntimeArena } from '../layout/arena.ts'
import { testSeed } from '../seed.ts'

/** A folder that the files are kept in, for other programs to read. */
const KEEP = process.env['ARCWELD_ARROW_OUT']

const FORMS: IpcOptions[] = (['stream', 'file'] as const).flatMap((format) => [{ format }, { format, compression: 'lz4' as const }, { format, compression: 'zstd' as const }])

const written = async (arena: RuntimeArena, parts: readonly Relation[], options: IpcOptions): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  const tables = function* () {
    for (const part of parts) yield toArrow(arena.buffer, part, arena.workspace)
  }
  for await (const chunk of ipcChunks(tables(), options)) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

const nameOf = ({ format, compression }: IpcOptions): string => `${format}, ${compression ?? 'plain'}`

describe.each(['every-type-batches.arrows', 'large-lz4.arrow', 'no-rows.arrow'])('%s', (file) => {
  test.each(FORMS.map((options) => [nameOf(options), options] as const))('%s', async (_, options) => {
    const fixture = fixtures.find((candidate) => candidate.file === file)!
    const expected = expectedOf(fixture)
    const arena = runtimeArena()
    const source = (await openSource(pathOf(fixture))) as ArrowSource
    const { relation } = await source.load(source.fields.map(({ name }) => name), arena)
    const parts = relation.batches.length === 0 ? [relation] : relation.batches.map((batch) => ({ columns: relation.columns, batches: [batch], rows: batch.rows }))
    const bytes = await written(arena, parts, options)
    const again = await arrowIpcSource(bytes)
    const room = runtimeArena()
    const loaded = await again.load(again.fields.map(({ name }) => name), room)
    expect(again.fields).toEqual(source.fields)
    for (const [i, { name, type }] of again.fields.entries()) {
      expect(readColumn(room.buffer, loaded.relation, i).map((value) => asJson(type, value)), name).toEqual(expected[name])
    }
    if (options.compression === undefined) expect(tableFromIPC(bytes).numRows).toBe(relation.rows)
    else if (file.startsWith('large')) expect(bytes.length).toBeLessThan((await written(arena, parts, { format: options.format! })).length / 2)
    if (KEEP === undefined) return
    mkdirSync(KEEP, { recursive: true })
    const base = `${file.split('.')[0]}_${options.format}_${options.compression ?? 'plain'}`
    writeFileSync(join(KEEP, `${base}.${options.format === 'file' ? 'arrow' : 'arrows'}`), bytes)
    const columns = Object.fromEntries(Object.entries(expected).map(([name, values]) => [name, { values }]))
    writeFileSync(join(KEEP, `${base}.json`), JSON.stringify({ rows: relation.rows, columns }))
  })
})

test('LZ4 frames give back what went in', () => {
  const round = (bytes: Uint8Array): void => {
    expect(Buffer.from(decodeLz4Frame(encodeLz4Frame(bytes), bytes.length)).equals(bytes)).toBe(true)
  }
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 3000 })).map(([piece, times]) => new Uint8Array(Buffer.concat(Array<Uint8Array>(times).fill(piece)))),
  )
  fc.assert(fc.property(fc.array(part, { maxLength: 12 }), (parts) => round(new Uint8Array(Buffer.concat(parts)))), { seed: testSeed(), numRuns: 300 })
  for (const length of [0, 1, 12, 13, 65535, 65536, 65537, 200_000]) {
    round(new Uint8Array(length))
    round(Uint8Array.from({ length }, (_, i) => Math.imul(i, 2654435761) >>> 24))
  }
  round(new Uint8Array(readFileSync(import.meta.filename)))
})
