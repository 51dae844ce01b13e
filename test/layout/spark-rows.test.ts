/** Rows, hashes, partitions, sort prefixes and streams against what a Spark has written. */
import { describe, expect, test } from 'vitest'
import { encodeRows } from '../../src/layout/row-batch.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import type { RowValue } from '../../src/layout/unsafe-row.ts'
import { rowCheck } from '../../src/layout/unsafe/checks.ts'
import { rowFieldOf } from '../../src/layout/unsafe/fields.ts'
import { readFrames, writeFrames } from '../../src/layout/unsafe/frames.ts'
import { murmur3, partitionOf, viewOfValues, xxhash64 } from '../../src/layout/unsafe/hashes.ts'
import { murmurBytes } from '../../src/layout/unsafe/murmur3.ts'
import { hasPrefix, nullPrefix, sortPrefix } from '../../src/layout/unsafe/sort-prefix.ts'
import { extentOf, RowView } from '../../src/layout/unsafe/views.ts'
import type { Value } from '../../src/layout/value.ts'
import { hasOtherNaN, withoutLeftovers } from '../fixtures/spark/exceptions.ts'
import { SPARK_FAMILIES, sparkStreams, sparkTables } from '../fixtures/spark/read.ts'

const typesOf = (fields: readonly { type: string }[]): SqlType[] => fields.map(({ type }) => parseType(type)!)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

for (const family of SPARK_FAMILIES) {
  describe(family, () => {
    for (const { name, fields, rows, partitions } of sparkTables(family)) {
      test(name, () => {
        const types = typesOf(fields)
        const rowFields = types.map((type) => rowFieldOf(type))
        const check = rowCheck(rowFields)
        for (const row of rows) {
          const values = row.values as readonly RowValue[]
          const view = new RowView(rowFields, extentOf(row.bytes))
          check(extentOf(row.bytes), 0)
          expect(view.values()).toEqual(values)
          const written = encodeRows(rowFields, [values]).rows
          if (!values.some((value, i) => hasOtherNaN(value, row.raw[i]))) expect(hex(written)).toBe(hex(withoutLeftovers(rowFields, row.bytes)))
          else expect(new RowView(rowFields, extentOf(written)).values()).toEqual(values)
          expect(murmurBytes(row.bytes, 42)).toBe(row.hashCode)
          for (const source of [view, viewOfValues(rowFields, values)]) {
            if (row.murmur3 !== undefined) {
              expect(murmur3(source)).toBe(row.murmur3)
              expect(xxhash64(source)).toBe(row.xxhash64)
              expect(partitions.map((n) => partitionOf(murmur3(source), n))).toEqual(row.partitions)
            }
            fields.forEach(({ hashable }, i) => {
              if (!hashable) return
              expect(murmur3(source, [i])).toBe(row.columnMurmur3[i])
              expect(xxhash64(source, [i])).toBe(row.columnXxhash64[i])
            })
          }
          fields.forEach(({ order }, i) => {
            const type = types[i]!
            const value = values[i] ?? null
            if (order?.prefix === undefined) return expect(row.prefixes[i]).toBeNull()
            expect([nullPrefix(type, true), nullPrefix(type, false)]).toEqual([order.prefix.nullLeast, order.prefix.nullGreatest])
            expect(hasPrefix(type)).toBe(true)
            if (value !== null) expect(sortPrefix(type, value as Exclude<Value, null>), `${name} ${String(value)}`).toBe(row.prefixes[i])
          })
        }
      })
    }
  })
}

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const out: T[] = []
  for await (const item of items) out.push(item)
  return out
}

const cut = (bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] => {
  const chunks: Uint8Array[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    chunks.push(bytes.slice(at, at + size))
    at += size
  }
  return chunks
}

describe('streams', () => {
  for (const { name, fields, values, serializer, byteArrays } of sparkStreams()) {
    test(name, async () => {
      const rowFields = typesOf(fields).map((type) => rowFieldOf(type))
      const sources = [{ bytes: serializer, end: 'eof' as const, rows: values.length }, ...byteArrays.map(({ bytes, rows }) => ({ bytes, rows, end: 'mark' as const }))]
      const read: unknown[] = []
      for (const { bytes, end, rows: count } of sources) {
        for (const sizes of [[1], [3, 5], [4096], [1 << 20]]) {
          for (const batchBytes of [1, 200, undefined]) {
            const batches = await all(readFrames(rowFields, cut(bytes, sizes), { end, batchBytes }))
            const found = batches.flatMap(({ rows, offsets }) => Array.from(offsets, (at, i) => {
              expect(at % 8).toBe(0)
              return new RowView(rowFields, { ...extentOf(rows), start: at, end: offsets[i + 1] ?? rows.length }).values()
            }))
            expect(found.length).toBe(count)
            if (end === 'eof') expect(found).toEqual(values)
            else if (sizes[0] === 4096 && batchBytes === undefined) read.push(...found)
            const again: Uint8Array[] = []
            for await (const chunk of writeFrames(rowFields, batches, { end })) again.push(chunk)
            expect(hex(Buffer.concat(again))).toBe(hex(bytes))
          }
        }
      }
      expect(read).toEqual(values)
    })
  }
})
