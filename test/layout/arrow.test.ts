import * as arrow from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toArrow } from '../../src/layout/arrow.ts'
import { readColumn } from '../../src/layout/read.ts'
import { RelationBuilder } from '../../src/layout/relation-builder.ts'
import * as t from '../../src/layout/types.ts'
import { arrowIpcSource, arrowSource } from '../../src/sources/arrow.ts'
import { arenaOf, highArena } from './arena.ts'
import { ALL_TYPES, columnOf } from './columns.ts'

const high = highArena()

describe('to Arrow and back, also through IPC and slices', () => {
  for (const type of ALL_TYPES) {
    if (type.kind === 'int128') continue
    test(t.typeName(type), async () => {
      await fc.assert(
        fc.asyncProperty(columnOf(type), fc.boolean(), fc.nat(100), fc.nat(100), async (runs, above2GiB, a, b) => {
          const arena = above2GiB ? high : arenaOf(1 << 20)
          const builder = new RelationBuilder([{ name: 'c', type }])
          for (const run of runs) builder.appendValues([run], run.length)
          const table = toArrow(arena.buffer, builder.finish(arena))
          const expected = runs.flat()
          const reread = async (source: unknown) => {
            const back = source instanceof Uint8Array ? await arrowIpcSource(source) : arrowSource(source)!
            expect(back.fields).toEqual([{ name: 'c', type }])
            const { relation } = await back.load(['c'], arena)
            return readColumn(arena.buffer, relation, 0)
          }
          expect(await reread(table)).toEqual(expected)
          expect(await reread(table.slice(Math.min(a, b), Math.max(a, b)))).toEqual(expected.slice(Math.min(a, b), Math.max(a, b)))
          if (expected.length > 0) for (const format of ['stream', 'file'] as const) expect(await reread(arrow.tableToIPC(table, format))).toEqual(expected)
        }),
        { numRuns: 25 },
      )
    })
  }
})

describe('toArrow', () => {
  const tableOf = (type: t.SqlType, values: any[]) => {
    const arena = arenaOf(1 << 16)
    const builder = new RelationBuilder([{ name: 'c', type }])
    builder.appendValues([values], values.length)
    return toArrow(arena.buffer, builder.finish(arena))
  }
  test('keeps Arrow types', () => {
    const names = ALL_TYPES.map((type) => String(tableOf(type, []).schema.fields[0]!.type))
    expect(names).toEqual([
      'Bool',
      'Int8',
      'Int16',
      'Int32',
      'Int64',
      'Decimal[38e0]',
      'Uint8',
      'Uint16',
      'Uint32',
      'Uint64',
      'Float32',
      'Float64',
      'Date32<DAY>',
      'Timestamp<MICROSECOND>',
      'Timestamp<MICROSECOND, UTC>',
      'Utf8',
      'Decimal[4e+2]',
      'Decimal[9e0]',
      'Decimal[18e+6]',
      'Decimal[38e+10]',
      'Decimal[38e+38]',
    ])
    expect(tableOf(t.decimal(15, 2), []).schema.fields[0]!.type).toMatchObject({ precision: 15, scale: 2, bitWidth: 128 })
  })
  test('int128 becomes a decimal of 38 digits, and refuses more', () => {
    const table = tableOf(t.INT128, [10n ** 38n - 1n, null, -(10n ** 38n) + 1n])
    expect(table.getChildAt(0)!.nullCount).toBe(1)
    expect(() => tableOf(t.INT128, [10n ** 38n])).toThrow(expect.objectContaining({ code: 'OVERFLOW' }))
  })
  test('shares nothing with the memory', () => {
    const arena = arenaOf(1 << 16)
    const builder = new RelationBuilder([{ name: 's', type: t.STRING }])
    builder.appendValues([['a', 'b', null]], 3)
    const table = toArrow(arena.buffer, builder.finish(arena))
    new Uint8Array(arena.buffer).fill(0)
    expect([...table.getChild('s')!]).toEqual(['a', 'b', null])
  })
})
