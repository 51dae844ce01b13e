import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RelationBuilder, batchRowsOf } from '../../src/layout/relation-builder.ts'
import { ColumnBuilder } from '../../src/layout/column-builder.ts'
import { readColumn } from '../../src/layout/read.ts'
import { readRows, readTuples } from '../../src/layout/rows.ts'
import * as t from '../../src/layout/types.ts'
import type { Arena, Relation } from '../../src/layout/relation.ts'
import type { SqlType } from '../../src/layout/types.ts'
import type { Value } from '../../src/layout/value.ts'
import { arenaOf, highArena } from './arena.ts'
import { ALL_TYPES, columnOf } from './columns.ts'

const build = (arena: Arena, type: SqlType, runs: readonly (readonly Value[])[]): Relation => {
  const builder = new RelationBuilder([{ name: 'c', type }])
  for (const run of runs) builder.appendValues([run], run.length)
  return builder.finish(arena)
}

const high = highArena()

describe('every type survives a relation', () => {
  for (const type of ALL_TYPES) {
    test(t.typeName(type), () => {
      fc.assert(
        fc.property(columnOf(type), fc.boolean(), (runs, above2GiB) => {
          const arena = above2GiB ? high : arenaOf(1 << 20)
          const relation = build(arena, type, runs)
          const expected = runs.flat()
          expect(relation.rows).toBe(expected.length)
          expect(readColumn(arena.buffer, relation, 0)).toEqual(expected)
          const info = relation.columns[0]!
          expect(info.nullable).toBe(expected.includes(null))
          for (const batch of relation.batches) {
            const { data, validity, aux } = batch.vectors[0]!
            for (const address of [data, validity, aux]) expect(address % 16 === 0 && address >= 0).toBe(true)
          }
          if (info.range !== undefined && t.isExact(type) && type.kind !== 'bool') {
            for (const value of expected) if (value !== null) expect(BigInt(value as bigint) >= info.range.min && BigInt(value as bigint) <= info.range.max).toBe(true)
          }
        }),
        { numRuns: 60 },
      )
    })
  }
})

describe('physical forms', () => {
  const physical = (type: SqlType, runs: readonly (readonly Value[])[]) => build(arenaOf(1 << 22), type, runs).columns[0]!
  test('one width over all batches, the narrowest', () => {
    expect(physical(t.INT64, [[1n], [-128n]])).toMatchObject({ physical: 'i8', range: { min: -128n, max: 1n } })
    expect(physical(t.INT64, [[1n], [200n]])).toMatchObject({ physical: 'u8' })
    expect(physical(t.INT64, [[1n], [1n << 40n]])).toMatchObject({ physical: 'i64' })
    expect(physical(t.UINT64, [[(1n << 64n) - 1n]])).toMatchObject({ physical: 'u64' })
    expect(physical(t.decimal(38, 2), [[10n ** 37n], [5n]])).toMatchObject({ physical: 'i128' })
    expect(physical(t.decimal(38, 2), [[10n ** 5n], [5n]])).toMatchObject({ physical: 'i32' })
    expect(physical(t.INT128, [[(1n << 127n) - 1n, -(1n << 127n)]])).toMatchObject({ physical: 'i128' })
  })
  test('strings: codes when few are distinct, else offsets', () => {
    const few = Array.from({ length: 1000 }, (_, i) => `s${i % 7}`)
    expect(physical(t.STRING, [few])).toMatchObject({ physical: 'code8', dictionary: { size: 7 } })
    const more = Array.from({ length: 3000 }, (_, i) => `s${i % 900}`)
    expect(physical(t.STRING, [more.slice(0, 800), more.slice(800)])).toMatchObject({ physical: 'code16', dictionary: { size: 900 } })
    expect(physical(t.STRING, [Array.from({ length: 30000 }, (_, i) => `s${i}`)])).toMatchObject({
      physical: 'utf8',
      dictionary: undefined,
    })
    expect(physical(t.STRING, [[null, null]])).toMatchObject({ physical: 'code8', dictionary: { size: 1 } })
  })
  test('a column that stops being codes half-way keeps every string and NULL', () => {
    const arena = arenaOf(8 << 20)
    const runs = [
      Array.from({ length: 9000 }, (_, i) => (i % 10 === 0 ? null : `s${i % 5}`)),
      Array.from({ length: 90000 }, (_, i) => (i % 3 === 0 ? null : `t${i}`)),
    ]
    const relation = build(arena, t.STRING, runs)
    expect(relation.columns[0]!.physical).toBe('utf8')
    expect(readColumn(arena.buffer, relation, 0)).toEqual(runs.flat())
  })
  test('NULL rows hold zero bytes whatever the chunk held', () => {
    const arena = arenaOf(1 << 16)
    const column = new ColumnBuilder({ name: 'c', type: t.INT32 })
    column.append({ kind: 'numbers', rows: 3, validity: Uint8Array.of(0b101), values: Int32Array.of(7, 1 << 30, 9) })
    const { info, vectors } = column.finish(arena, [3])
    expect(info).toMatchObject({ physical: 'i8', range: { min: 7n, max: 9n } })
    expect([...new Int8Array(arena.buffer, vectors[0]!.data, 3)]).toEqual([7, 0, 9])
  })
  test('batches: runs are joined up to a limit, and long ones stay whole', () => {
    expect(batchRowsOf([3, 3, 0, 3, 10, 2], 6)).toEqual([6, 3, 10, 2])
    const arena = arenaOf(1 << 16)
    const column = new ColumnBuilder({ name: 'c', type: t.STRING })
    for (let i = 0; i < 5; i++) column.append({ kind: 'utf8', rows: 2, text: { bytes: Buffer.from(`a${i}`), offsets: Uint32Array.of(0, 1, 2) } })
    const { info, vectors } = column.finish(arena, [4, 6])
    const batches = [4, 6].map((rows, i) => ({ rows, vectors: [vectors[i]!] }))
    expect(readColumn(arena.buffer, { columns: [info], batches, rows: 10 }, 0)).toEqual(['a', '0', 'a', '1', 'a', '2', 'a', '3', 'a', '4'])
    expect(() => column.finish(arena, [3, 7])).toThrow(/does not end/)
  })
  test('text of 0 rows', () => {
    const arena = arenaOf(1 << 16)
    expect(build(arena, t.STRING, [])).toMatchObject({ rows: 0, batches: [] })
  })
})

describe('rows', () => {
  const arena = arenaOf()
  const fields = [
    { name: 'i', type: t.INT64 },
    { name: 'd', type: t.decimal(15, 2) },
    { name: 'day', type: t.DATE },
    { name: 'ts', type: t.TIMESTAMP },
    { name: 'tz', type: t.TIMESTAMPTZ },
    { name: 'x', type: t.DOUBLE },
    { name: '__proto__', type: t.STRING },
  ]
  const builder = new RelationBuilder(fields)
  builder.appendValues(
    [
      [5n, null],
      [-5n, null],
      [19782, null],
      [-1n, null],
      [1709214300123456n, null],
      [Number.NaN, null],
      ['p', null],
    ],
    2,
  )
  const relation = builder.finish(arena)
  test('API values', () => {
    expect(readTuples(arena.buffer, relation)).toEqual([
      [5n, '-0.05', '2024-02-29', '1969-12-31 23:59:59.999999', '2024-02-29T13:45:00.123456Z', Number.NaN, 'p'],
      [null, null, null, null, null, null, null],
    ])
  })
  test('json and dates options', () => {
    expect(JSON.parse(JSON.stringify(readTuples(arena.buffer, relation, { json: true })[0]))).toEqual([
      '5',
      '-0.05',
      '2024-02-29',
      '1969-12-31 23:59:59.999999',
      '2024-02-29T13:45:00.123456Z',
      'NaN',
      'p',
    ])
    const row = readTuples(arena.buffer, relation, { dates: 'date' })[0]!
    expect(row.slice(2, 5)).toEqual([new Date('2024-02-29'), new Date(-1), new Date('2024-02-29T13:45:00.123Z')])
  })
  test('rows are plain objects, whatever the columns are called', () => {
    const row = readRows(arena.buffer, relation)[0]!
    expect(Object.keys(row)).toEqual(fields.map((field) => field.name))
    expect(Object.getOwnPropertyDescriptor(row, '__proto__')?.value).toBe('p')
  })
})
