/**
 * Bytes from outside that lie: rows of random schemas and streams of them, with bits flipped, ends cut off and lengths spliced in. Each is
 * either refused with a typed error that names a byte, or read, and then within its bytes. ARCWELD_FUZZ_N sets how many there are.
 */
import { describe, expect, test } from 'vitest'
import { SourceError } from '../../src/errors.ts'
import { encodeRows, importRows } from '../../src/layout/row-batch.ts'
import type { Arena } from '../../src/layout/relation.ts'
import type { RowField, RowValue } from '../../src/layout/unsafe-row.ts'
import { rowCheck } from '../../src/layout/unsafe/checks.ts'
import { readFrames, writeFrames } from '../../src/layout/unsafe/frames.ts'
import { murmur3 } from '../../src/layout/unsafe/hashes.ts'
import { RowView } from '../../src/layout/unsafe/views.ts'
import { random } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { mutated, samples } from './hostile-bytes.ts'

const seed = testSeed()
const MUTATIONS = Number(process.env['ARCWELD_FUZZ_N'] || 100_000)

const isTyped = (error: unknown, bytes: number): boolean =>
  error instanceof SourceError && error.code === 'FILE_FORMAT' && error.byteOffset !== undefined && error.byteOffset >= 0 && error.byteOffset <= bytes

/** Parts of a value; what it is made of cannot be more than its bytes. */
const partsOf = (value: unknown): number => (Array.isArray(value) ? value.reduce((n: number, part) => n + partsOf(part), 1) : 1)

describe(`seed ${seed}`, () => {
  test('rows', () => {
    const r = random(seed)
    const corpus = samples(r, 400)
    let [refused, read, unchecked] = [0, 0, 0]
    for (let i = 0; i < MUTATIONS; i++) {
      const { fields, check, rows, offsets } = corpus[i % corpus.length]!
      const index = r.below(offsets.length)
      const bytes = mutated(r, rows.slice(offsets[index], offsets[index + 1] ?? rows.length))
      const extent = { view: new DataView(bytes.buffer), start: 0, end: bytes.length }
      let right = true
      try {
        check(extent, 0)
      } catch (error) {
        if (!isTyped(error, bytes.length)) throw error
        right = false
      }
      // A view reads no further than its bytes, checked or not.
      try {
        const view = new RowView(fields, extent)
        if (right) {
          const values = view.values()
          if (partsOf(values) > 2 * bytes.length + fields.length + 1) throw new Error(`a value of ${partsOf(values)} parts in ${bytes.length} bytes`)
          murmur3(view)
          read++
        } else if (i % 16 === 0) {
          view.values()
          unchecked++
        }
      } catch (error) {
        if (right || !isTyped(error, bytes.length)) throw error
      }
      if (!right) refused++
    }
    expect(Math.min(refused, read, unchecked)).toBeGreaterThan(MUTATIONS / 1000)
  })

  test('batches go into shared memory whole or not at all', () => {
    const r = random(seed + 1)
    const corpus = samples(r, 100)
    const buffer = new SharedArrayBuffer(1 << 20)
    let top = 16
    const arena: Arena = {
      buffer,
      allocate(size) {
        const at = top
        top += (size + 15) & ~15
        return at
      },
    }
    for (let i = 0; i < MUTATIONS / 20; i++) {
      const { fields, rows, offsets } = corpus[i % corpus.length]!
      const bytes = mutated(r, rows)
      top = 16
      const starts = offsets.map((at) => (r.next() < 0.1 ? r.below(bytes.length + 9) : at))
      try {
        importRows(fields, { rows: bytes, offsets: starts }, arena)
      } catch (error) {
        if (!(error instanceof SourceError) || error.code !== 'FILE_FORMAT') throw error
      }
    }
  })

  test('streams, cut anywhere', async () => {
    const r = random(seed + 2)
    const corpus = await Promise.all(
      samples(r, 100).map(async (sample) => {
        const end = r.pick(['eof', 'mark'] as const)
        const parts: Uint8Array[] = []
        for await (const part of writeFrames(sample.fields, [sample], { end })) parts.push(part)
        return { ...sample, end, stream: Uint8Array.from(Buffer.concat(parts)) }
      }),
    )
    let [refused, read] = [0, 0]
    for (let i = 0; i < MUTATIONS / 10; i++) {
      const { fields, stream, end } = corpus[i % corpus.length]!
      const bytes = mutated(r, stream)
      const step = 1 + r.below(40)
      const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_, k) => bytes.slice(k * step, (k + 1) * step))
      try {
        let [total, rowCount] = [0, 0]
        for await (const { rows, offsets } of readFrames(fields, chunks, { end, batchBytes: r.pick([1, 64, 1 << 20]) })) {
          total += rows.length
          rowCount += offsets.length
          offsets.forEach((start, k) => new RowView(fields, { view: new DataView(rows.buffer), start, end: offsets[k + 1] ?? rows.length }).values())
        }
        if (total + 4 * rowCount + (end === 'mark' ? 4 : 0) !== bytes.length) throw new Error(`${total} bytes in ${rowCount} rows of ${bytes.length}`)
        read++
      } catch (error) {
        if (!isTyped(error, bytes.length)) throw error
        refused++
      }
    }
    expect(Math.min(refused, read)).toBeGreaterThan(0)
  })
})

describe('each lie by itself', () => {
  const text: RowField = { physical: 'utf8', nullable: true }
  const list = (element: RowField): RowField => ({ physical: 'utf8', nullable: false, form: { kind: 'array', element } })
  const row = (fields: readonly RowField[], values: readonly RowValue[], patch: (view: DataView) => void) => () => {
    const { rows } = encodeRows(fields, [values])
    patch(new DataView(rows.buffer))
    rowCheck(fields)({ view: new DataView(rows.buffer), start: 0, end: rows.length }, 0)
  }
  const refuses = (act: () => void, message: RegExp, byteOffset: number) => {
    try {
      act()
    } catch (error) {
      expect(error).toMatchObject({ code: 'FILE_FORMAT', byteOffset, message: expect.stringMatching(message) })
      return
    }
    expect.fail('not refused')
  }

  test('lengths, offsets and counts', () => {
    refuses(row([text], ['abc'], (v) => v.setUint32(8, 9, true)), /row 0: field 0 reaches byte 25 of 24/, 8)
    refuses(row([list(text)], [['a', 'b']], (v) => v.setBigInt64(16, 1n << 40n, true)), /an array of 1099511627776 elements in/, 16)
    refuses(row([list(text)], [['a', 'b']], (v) => v.setBigInt64(16, -1n, true)), /an array of -1 elements/, 16)
    refuses(row([list(text)], [['a', 'b']], (v) => v.setUint32(40, 1000, true)), /element 1 reaches byte/, 40)
    refuses(row([{ physical: 'utf8', nullable: false, form: { kind: 'map', key: { physical: 'i8', nullable: false }, value: text } }], [[[1n, 'x']]], (v) => v.setBigInt64(16, 4096n, true)), /a map whose keys are 4096 of/, 16)
    refuses(row([{ physical: 'utf8', nullable: false, form: { kind: 'interval' } }], [{ months: 1, days: 1, micros: 1n }], (v) => v.setUint32(8, 8, true)), /an interval of 8 bytes/, 16)
    refuses(row([list({ physical: 'bool8', nullable: false })], [[true, false]], (v) => v.setUint8(33, 2)), /element 1 is no bool/, 33)
    refuses(row([list({ physical: 'i32', nullable: false })], [[1n, 2n]], (v) => v.setUint8(24, 2)), /element 1 is NULL/, 36)
  })

  test('slices that overlap, of which a small row makes a large value', () => {
    refuses(row([text, text], ['abcdefgh', 'ijklmnop'], (v) => v.setUint32(20, 24, true)), /field 1 begins at byte 24, before 32/, 16)
  })

  test('streams: sizes, ends and marks', async () => {
    const fields = [{ physical: 'i64', nullable: false } as const]
    const read = async (bytes: readonly number[], end: 'eof' | 'mark' = 'eof') => {
      let rows = 0
      for await (const { offsets } of readFrames(fields, [Uint8Array.from(bytes)], { end })) rows += offsets.length
      return rows
    }
    const whole = [0, 0, 0, 16, ...new Array<number>(16).fill(0)]
    expect(await read(whole)).toBe(1)
    expect(await read([...whole, 255, 255, 255, 255], 'mark')).toBe(1)
    await expect(read([0, 0, 0, 12])).rejects.toMatchObject({ code: 'FILE_FORMAT', byteOffset: 0 })
    await expect(read([...whole, 255, 255, 255, 255])).rejects.toMatchObject({ code: 'FILE_FORMAT', byteOffset: 20 })
    await expect(read([...whole, 127, 255, 255, 248, 1])).rejects.toMatchObject({ message: expect.stringMatching(/ends within row 1/), byteOffset: 25 })
    await expect(read(whole.slice(0, 9))).rejects.toMatchObject({ byteOffset: 9 })
    await expect(read(whole, 'mark')).rejects.toMatchObject({ message: expect.stringMatching(/without its mark/), byteOffset: 20 })
    await expect(read([...whole, 255, 255, 255, 255, 0], 'mark')).rejects.toMatchObject({ message: expect.stringMatching(/behind the end mark/), byteOffset: 24 })
    await expect(read([0, 0, 0, 8, ...new Array<number>(8).fill(0)])).rejects.toMatchObject({ message: expect.stringMatching(/row 0 has 8 bytes/), byteOffset: 4 })
    await expect(read([...whole, ...whole.slice(0, 4), 1, ...whole.slice(5)])).rejects.toMatchObject({ message: expect.stringMatching(/row 1: field 0 is NULL/), byteOffset: 32 })
  })
})
