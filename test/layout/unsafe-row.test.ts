/** UnsafeRow bytes as Spark writes them, read back, and what is refused of bytes from outside. */
import { describe, expect, it } from 'vitest'
import { encodeRows, importRows, readRows, type RowRelation } from '../../src/layout/row-batch.ts'
import { readRow } from '../../src/layout/unsafe/views.ts'
import { writeRow } from '../../src/layout/unsafe/writer.ts'
import { type RowField, type RowPhysical, type RowValue, ROW_PHYSICALS, rowStride } from '../../src/layout/unsafe-row.ts'
import { arenaOf, highArena } from './arena.ts'

const field = (physical: RowPhysical, nullable = false): RowField => ({ physical, nullable })
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').replaceAll(/(.{16})(?=.)/g, '$1 ')
const encoded = (fields: readonly RowField[], ...values: readonly RowValue[]): string => hex(encodeRows(fields, [values]).rows)

describe('UnsafeRow', () => {
  it('fixed widths in the low bytes of their words, text behind them with offset and size', () => {
    expect(encoded([field('i32'), field('utf8'), field('bool8')], -2n, 'é', true)).toBe('0000000000000000 feffffff00000000 0200000020000000 0100000000000000 c3a9000000000000')
    expect(encoded([field('i8'), field('i16'), field('f32'), field('f64')], -1n, -1n, 1, -2)).toBe('0000000000000000 ff00000000000000 ffff000000000000 0000803f00000000 00000000000000c0')
    expect(encoded([field('utf8'), field('utf8')], '', '12345678')).toBe('0000000000000000 0000000018000000 0800000018000000 3132333435363738')
  })

  it('a NULL has its bit and no word; that of a wide decimal keeps its 16 bytes', () => {
    expect(encoded([field('i64', true), field('utf8', true), field('i64', true)], null, null, 1n)).toBe('0300000000000000 0000000000000000 0000000000000000 0100000000000000')
    expect(encoded([field('i128', true)], null)).toBe('0100000000000000 0000000010000000 0000000000000000 0000000000000000')
  })

  it('wide decimals are the least big-endian bytes', () => {
    const cases: readonly (readonly [bigint, string])[] = [[0n, '01 00'], [1n, '01 01'], [-1n, '01 ff'], [127n, '01 7f'], [128n, '02 0080'], [-128n, '01 80'], [-129n, '02 ff7f'], [10n ** 20n, '09 056bc75e2d63100000'], [-(10n ** 38n), `10 ${(2n ** 128n - 10n ** 38n).toString(16)}`]]
    for (const [value, want] of cases) {
      const [size, bytes] = want.split(' ') as [string, string]
      expect(encoded([field('i128')], value).replaceAll(' ', ''), String(value)).toBe(`${'00'.repeat(8)}${size}0000001000000${'0'}${bytes.padEnd(32, '0')}`)
    }
  })

  it('null bits of more than 64 fields take two words', () => {
    const fields = Array.from({ length: 70 }, () => field('i32', true))
    const values = fields.map((_, i): RowValue => (i % 3 === 0 ? null : BigInt(i)))
    const { rows } = encodeRows(fields, [values])
    expect(rows.length).toBe(16 + 70 * 8)
    expect(rows[8]).toBe(0b100100)
    expect(readRow(fields, new DataView(rows.buffer), 0)).toEqual(values)
  })

  it('reads back what it writes, at any 8-aligned place', () => {
    const fields = ROW_PHYSICALS.flatMap((p) => [field(p), field(p, true)])
    const edge: Record<RowPhysical, RowValue> = { bool8: true, i8: -128n, i16: -32768n, i32: -(1n << 31n), i64: -(1n << 63n), i128: -(1n << 127n), f32: 1.5, f64: Number.MIN_VALUE, utf8: 'ünï\u0000' }
    const view = new DataView(new ArrayBuffer(1024))
    for (const nulls of [false, true]) {
      const values = fields.map((f): RowValue => (nulls && f.nullable ? null : edge[f.physical]))
      const start = nulls ? 512 : 8
      writeRow(fields, values, view, start)
      expect(readRow(fields, view, start)).toEqual(values)
    }
    expect(() => encodeRows([field('i32')], [[null]])).toThrow(/field 0 is not nullable/)
  })

  it('batches: fixed stride without offsets, offsets else', () => {
    for (const arena of [arenaOf(), highArena()]) for (const fields of [[field('i32'), field('i128', true)], [field('utf8', true), field('i64')]]) {
      const values: RowValue[][] = [0, 1, 2, 3, 4].map((i) => fields.map((f): RowValue => (f.nullable && i % 2 ? null : f.physical === 'utf8' ? 'x'.repeat(i * 5) : BigInt(i - 2))))
      const bytes = encodeRows(fields, values)
      expect(bytes.offsets === undefined).toBe(rowStride(fields) > 0)
      const batch = importRows(fields, bytes, arena)
      expect(batch.data % 8).toBe(0)
      const relation: RowRelation = { fields, batches: [batch, batch], rows: 10 }
      expect(readRows(relation, arena.buffer)).toEqual([...values, ...values])
    }
  })

  it('refuses bytes that a kernel would follow out of the batch', () => {
    const arena = arenaOf()
    const fixed = [field('i32', true), field('bool8')]
    const text = [field('utf8', true)]
    const wide = [field('i128')]
    const patched = (fields: readonly RowField[], values: RowValue[], patch: (view: DataView, bytes: Uint8Array) => void) => {
      const bytes = encodeRows(fields, [values])
      patch(new DataView(bytes.rows.buffer), bytes.rows)
      return () => importRows(fields, bytes, arena)
    }
    const row = encodeRows(text, [['abc']])
    expect(() => importRows(fixed, { rows: new Uint8Array(25) }, arena)).toThrow(/25 bytes are no rows of 24/)
    expect(() => importRows(fixed, { rows: new Uint8Array(48), offsets: Uint32Array.of(0, 32) }, arena)).toThrow(/row 1 begins at 32, not 24/)
    expect(() => importRows(text, { rows: row.rows }, arena)).toThrow(/need their offsets/)
    for (const offsets of [[4], [0, 8], [0, 24], [0, 1000], [8, 0]]) expect(() => importRows(text, { rows: row.rows, offsets: Uint32Array.from(offsets) }, arena), String(offsets)).toThrow(/row \d lies at/)
    expect(patched(text, ['abc'], (view) => view.setUint32(8, 9, true))).toThrow(/row 0: field 0 reaches byte 25 of 24/)
    expect(patched(text, ['abc'], (view) => view.setUint32(12, 0xfffffff0, true))).toThrow(/field 0 reaches byte/)
    expect(() => importRows(text, { rows: row.rows, offsets: new Uint32Array(0) }, arena)).toThrow(/24 bytes without a row/)
    // Of a NULL as well: the kernel builds the slice before it asks.
    expect(patched(text, [null], (view) => view.setUint32(8, 100, true))).toThrow(/field 0 reaches byte 100/)
    expect(patched(wide, [1n], (view) => view.setUint32(8, 17, true))).toThrow(/decimal of 17 bytes/)
    expect(patched(wide, [1n], (view) => view.setUint32(8, 0, true))).toThrow(/decimal of 0 bytes/)
    expect(patched(wide, [1n], (view) => view.setUint32(12, 24, true))).toThrow(/field 0 reaches/)
    expect(patched(wide, [1n], (_, bytes) => bytes.set([1], 0))).toThrow(/field 0 is NULL/)
    expect(patched(fixed, [1n, true], (view) => view.setUint8(16, 2))).toThrow(/field 1 is no bool/)
  })
})
