/** Results by partition: rows, order and partitions are those of a reference in JavaScript, natively and interpreted, whatever the threads. */
import { asc, type Backend, createBackend, desc, type Partitions, type Query, scan } from 'arcweld/backend'
import { tableFromArrays } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { murmur3 } from '../../src/layout/spark-hash.ts'
import { partitionOf } from '../../src/layout/unsafe/hashes.ts'
import { readRow } from '../../src/layout/unsafe/views.ts'
import type { RowField, RowValue } from '../../src/layout/unsafe-row.ts'
import { INT32, STRING } from '../../src/layout/types.ts'

const ROWS = 9_000
const a = Array.from({ length: ROWS }, (_, i) => (i % 11 === 0 ? null : (Math.imul(i, 0x9e3779b1) >>> 20) - 2048))
const s = Array.from({ length: ROWS }, (_, i) => (i % 13 === 0 ? null : `text ${i % 701}`.repeat(i % 5)))
const b = Array.from({ length: ROWS }, (_, i) => BigInt(i))
const t = tableFromArrays({ a: a as number[], s: s as string[], b: BigInt64Array.from(b) })
const columns = { a: 'double', s: 'string', b: 'int64' } as const
const q = scan('t', columns).select((c) => ({ a: c.a.cast('int32'), s: c.s, b: c.b }))
const narrow = q.select(['a', 'b'])

let one: Backend
let three: Backend
beforeAll(async () => {
  one = await createBackend({ threads: 1 })
  three = await createBackend({ threads: 3 })
})
afterAll(async () => {
  await one.close()
  await three.close()
})

const run = async (backend: Backend, plan: Query<string>, native: 'only' | 'never', framed = false): Promise<Partitions> => {
  const result = await backend.run(plan.plan(), { t }, { native })
  const partitions = await result.partitions({ framed })
  expect(result.metrics?.stages.every((stage) => stage.native === (native === 'only'))).toBe(true)
  expect(result.metrics?.stages.at(-1)?.exchange).toMatchObject({ rows: partitions.firstRow.at(-1), bytes: partitions.rows.length })
  return partitions
}

const physicals: Record<string, RowField['physical']> = { int32: 'i32', int64: 'i64', string: 'utf8' }
const valuesOf = ({ schema, rows, stride, offsets, firstRow, firstByte }: Partitions): RowValue[][][] => {
  const fields = schema.map(({ type }): RowField => ({ physical: physicals[type]!, nullable: true }))
  const view = new DataView(rows.buffer)
  return Array.from({ length: firstRow.length - 1 }, (_, p) => {
    const at = (row: number) => offsets?.[row] ?? row * stride
    if (firstRow[p]! < firstRow[p + 1]!) expect(at(firstRow[p]!)).toBe(firstByte[p])
    return Array.from({ length: firstRow[p + 1]! - firstRow[p]! }, (_, i) => readRow(fields, view, at(firstRow[p]! + i)))
  })
}
/** Source rows by partition. */
const expected = (partitions: number, of: (i: number) => number, withText: boolean): RowValue[][][] => {
  const made: RowValue[][][] = Array.from({ length: partitions }, () => [])
  for (let i = 0; i < ROWS; i++) made[of(i)]!.push([a[i] === null ? null : BigInt(a[i]!), ...(withText ? [s[i]!] : []), b[i]!])
  return made
}
const hashed = (n: number) => (i: number) => partitionOf(murmur3(STRING)(s[i]!, murmur3(INT32)(a[i]!, 42)), n)

/** All ways give the same bytes. */
const everyWay = async (plan: Query<string>, framed = false): Promise<Partitions> => {
  const first = await run(one, plan, 'only', framed)
  for (const other of [await run(three, plan, 'only', framed), await run(one, plan, 'never', framed)]) {
    // Matchers go over bytes one by one.
    const { rows, ...rest } = other
    expect(Buffer.compare(rows, first.rows)).toBe(0)
    expect({ ...rest, rows: 0 }).toEqual({ ...first, rows: 0 })
  }
  return first
}

describe('rows by partition', () => {
  test.each([1, 7, 200, 5000])('hash of two keys into %i', async (n) => {
    expect(valuesOf(await everyWay(q.exchange({ hash: ['a', 's'], partitions: n })))).toEqual(expected(n, hashed(n), true))
  })
  test('rows of one length', async () => {
    const made = await everyWay(narrow.exchange({ hash: ['a'], partitions: 16 }))
    expect(made.offsets).toBeUndefined()
    expect(valuesOf(made)).toEqual(expected(16, (i) => partitionOf(murmur3(INT32)(a[i]!, 42), 16), false))
  })
  test('in turn, and single', async () => {
    expect(valuesOf(await everyWay(q.exchange({ roundrobin: 3 })))).toEqual(expected(3, (i) => i % 3, true))
    expect(valuesOf(await everyWay(q.exchange('single')))).toEqual(expected(1, () => 0, true))
  })
  test.each([
    ['one key', [asc('b')], [2]],
    ['descending with NULLs', [desc('a', { nulls: 'last' })], [0]],
    ['three keys', [asc('a', { nulls: 'first' }), desc('s', { nulls: 'first' }), desc('b')], [0, 1, 2]],
    ['text', [desc('s', { nulls: 'last' })], [1]],
    ['an expression', (c: any) => [desc(c.a.mul(2)), asc(c.s)], [0, 1]],
  ] as const)('range: %s', async (_, terms, keys) => {
    const plan = q.exchange({ range: terms as any, partitions: 8 })
    const by = (plan.node as any).partitioning.keys as { descending: boolean; nullsFirst: boolean }[]
    const order = (x: readonly RowValue[], y: readonly RowValue[]): number => {
      for (const [k, c] of keys.entries()) {
        const [l, r, { descending, nullsFirst }] = [x[c]!, y[c]!, by[k]!]
        if (l === null || r === null) {
          if (l !== r) return (l === null) === nullsFirst ? -1 : 1
        } else if (l !== r) return l < r !== descending ? -1 : 1
      }
      return 0
    }
    const parts = valuesOf(await everyWay(plan))
    const ends = parts.filter((p) => p.length > 0).map((p) => [...p].sort(order)).map((p) => [p[0]!, p.at(-1)!] as const)
    ends.slice(1).forEach(([least], i) => expect(order(ends[i]![1], least)).toBe(-1))
    expect(parts.flat().map((r) => r[2]).sort((x, y) => Number(x) - Number(y))).toEqual(b)
    // NULLs and ties are in one partition; the others are about equal.
    if (keys.includes(2 as never)) for (const p of parts) expect(p.length).toBeLessThan((1.3 * ROWS) / 8)
  })
  test('200 keys', async () => {
    const keys = Array.from({ length: 200 }, (_, i) => `k${i}`)
    const wide = q.select((c) => Object.fromEntries(keys.map((k, i) => [k, i % 3 === 0 ? c.a.add(i) : i % 3 === 1 ? c.b.add(i) : c.s])))
    // Rows of 200 fields are many bytes.
    const few = wide.filter((c) => c.k1!.lt(300))
    const made = await everyWay(few.exchange({ hash: keys, partitions: 9 }))
    expect(made.firstRow.at(-1)).toBe(299)
    expect(new Set(made.firstRow).size).toBe(10)
  })
  test('framed', async () => {
    const plain = await everyWay(q.exchange({ hash: ['s'], partitions: 5 }))
    const { rows, offsets, firstByte, firstRow } = await everyWay(q.exchange({ hash: ['s'], partitions: 5 }), true)
    expect(offsets).toBeUndefined()
    const view = new DataView(rows.buffer)
    for (let p = 0, row = 0; p < 5; p++) {
      let at = firstByte[p]!
      for (; at < firstByte[p + 1]!; row++) {
        const size = view.getInt32(at)
        expect(Buffer.compare(rows.subarray(at + 4, at + 4 + size), plain.rows.subarray(plain.offsets![row], plain.offsets![row + 1] ?? plain.rows.length))).toBe(0)
        at += 4 + size
      }
      expect([at, row]).toEqual([firstByte[p + 1], firstRow[p + 1]])
    }
  })
  test('no rows', async () => {
    const made = await everyWay(q.filter((c) => c.b.lt(0)).exchange({ hash: ['a'], partitions: 3 }))
    expect(made).toMatchObject({ rows: new Uint8Array(0), firstRow: new Uint32Array(4), firstByte: new Uint32Array(4) })
    await everyWay(q.filter((c) => c.b.lt(0)).exchange({ range: ['a'], partitions: 3 }))
  })
  test('groups as they come out of an aggregate', async () => {
    const made = await run(three, q.aggregate({ by: ['a'] }).exchange({ hash: ['a'], partitions: 4 }), 'only')
    const keys = valuesOf(made).flatMap((rows, p) => rows.map(([k]) => [p, k]))
    expect(new Set(keys.map(([, k]) => k)).size).toBe(keys.length)
    for (const [p, k] of keys) expect(p).toBe(partitionOf(murmur3(INT32)(k === null ? null : Number(k), 42), 4))
  })
  test('a plan without an exchange at its root has no partitions', async () => {
    await expect((await one.run(q.plan(), { t })).partitions()).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })
  test('memory is given back', () => {
    expect([one.memory.inUse, three.memory.inUse]).toEqual([0, 0])
  })
})
