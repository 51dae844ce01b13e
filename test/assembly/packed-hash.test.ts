/**
 * Hashes of packed values in the runtime: what the reference gives of bytes that are right; of bytes that lie, whatever stands around them
 * takes no part, because it is not read. ARCWELD_FUZZ_N sets how many there are.
 */
import { expect, test } from 'vitest'
import { hashedType } from '../../src/layout/packed-hash.ts'
import type { RowField } from '../../src/layout/unsafe-row.ts'
import { murmur3, xxhash64 } from '../../src/layout/unsafe/hashes.ts'
import { RowView } from '../../src/layout/unsafe/views.ts'
import { random } from '../ir/random.ts'
import { mutated, samples } from '../layout/hostile-bytes.ts'
import { Harness, seed } from './harness.ts'

const MUTATIONS = Number(process.env['ARCWELD_FUZZ_N'] || 10_000)
const AROUND = 4096

test(`seed ${seed}: rows as structs`, () => {
  const h = new Harness()
  const r = random(seed)
  const corpus = samples(r, 300).map((sample) => {
    const form = { kind: 'struct', fields: sample.fields } as const
    return { ...sample, type: h.str(hashedType({ physical: 'utf8', nullable: true, form } satisfies RowField)) }
  })
  const room = h.reserve(1 << 16)
  const hashOf = (bytes: Uint8Array, type: bigint, around: number): readonly (number | bigint | undefined)[] => {
    h.bytes.fill(around, room, room + 2 * AROUND + bytes.length)
    h.bytes.set(bytes, room + AROUND)
    const value = (BigInt(bytes.length) << 32n) | BigInt(room + AROUND)
    return [h.call('murmur3_packed', value, type, 42), h.call('xxhash64_packed', value, type, 42n)]
  }
  const seen = { right: 0, wrong: 0 }
  for (let i = 0; i < MUTATIONS; i++) {
    const { fields, check, rows, offsets, type } = corpus[i % corpus.length]!
    const index = r.below(offsets.length)
    const row = rows.slice(offsets[index], offsets[index + 1] ?? rows.length)
    const bytes = r.next() < 0.2 ? row : mutated(r, row)
    const extent = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), start: 0, end: bytes.length }
    const hint = `mutation ${i}: ${Buffer.from(bytes).toString('hex')} of ${JSON.stringify(fields)}`
    const given = hashOf(bytes, type, 0)
    let right = true
    try {
      check(extent, 0)
    } catch {
      right = false
    }
    if (right) {
      const view = new RowView(fields, extent)
      expect(given, hint).toEqual([murmur3(view), xxhash64(view)])
      seen.right++
    } else {
      for (const around of [0xff, 0x55]) expect(hashOf(bytes, type, around), hint).toEqual(given)
      seen.wrong++
    }
  }
  expect(Math.min(seen.right, seen.wrong)).toBeGreaterThan(MUTATIONS / 10)
})

test('a decimal of more bytes than it needs is the same number', () => {
  const h = new Harness()
  const type = h.str(hashedType({ physical: 'i128', nullable: true }))
  for (const [long, short] of [[[0, 0, 5], [5]], [[0xff, 0xff, 0x80], [0x80]], [[0, 0x80], [0, 0x80]], [[0, 0], [0]], [[0xff], [0xff]]] as const) {
    for (const fn of ['murmur3', 'xxhash64']) expect(h.call(`${fn}_packed`, h.str(Buffer.from(long)), type, fn === 'murmur3' ? 42 : 42n)).toBe(h.call(`${fn}_str`, h.str(Buffer.from(short)), fn === 'murmur3' ? 42 : 42n))
  }
})
