/**
 * The generated check of rows against the one in TypeScript: over bytes that lie, both let the same rows pass, and name the same byte of
 * those they refuse. ARCWELD_FUZZ_N sets how many there are.
 */
import { expect, test } from 'vitest'
import { FAULT, SliceChecks } from '../../src/codegen/slice-check.ts'
import { ModuleBuilder } from '../../src/codegen/encoder.ts'
import { SourceError } from '../../src/errors.ts'
import type { RowField } from '../../src/layout/unsafe-row.ts'
import { wordOffset } from '../../src/layout/unsafe-row.ts'
import { random } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { mutated, samples } from './hostile-bytes.ts'

const seed = testSeed()
const MUTATIONS = Number(process.env['ARCWELD_FUZZ_N'] || 6000)
/** Rows lie above 2 GiB, where addresses are negative as signed numbers. */
const PLACES = [1024, 0x8000_0000 - 16, 0xc000_0000]

const memory = new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true })
const [FACTS, OFFSETS] = [64, 128]

const generated = (fields: readonly RowField[]) => {
  const module = new ModuleBuilder()
  new SliceChecks(module).rows(fields, 'slices')
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } })
  return exports['slices'] as (data: number, offsets: number, from: number, to: number, end: number, facts: number) => number
}

test(`seed ${seed}: the same rows pass, and the same byte is named`, () => {
  const r = random(seed)
  const corpus = samples(r, Math.min(400, MUTATIONS / 20)).map((sample) => ({ ...sample, native: generated(sample.fields) }))
  const words = new DataView(memory.buffer)
  const seen = { passed: 0, refused: 0 }
  for (let i = 0; i < MUTATIONS; i++) {
    const { fields, check, native, rows, offsets } = corpus[i % corpus.length]!
    const index = r.below(offsets.length)
    const row = rows.slice(offsets[index], offsets[index + 1] ?? rows.length)
    const bytes = r.next() < 0.1 ? row : mutated(r, row)
    // That each row has its words is checked where rows are placed.
    if (bytes.length < wordOffset(fields.length, fields.length)) continue
    const data = PLACES[i % PLACES.length]!
    // The row behind one that is right.
    const both = Buffer.concat([row, bytes])
    new Uint8Array(memory.buffer, data, both.length).set(both)
    words.setUint32(OFFSETS, 0, true)
    words.setUint32(OFFSETS + 4, row.length, true)
    const found = native(data | 0, OFFSETS, 0, 2, both.length, FACTS)
    const byte = words.getUint32(FACTS + FAULT.byte, true) - data - row.length
    const hint = `mutation ${i}: ${Buffer.from(bytes).toString('hex')} of ${JSON.stringify(fields)}`
    try {
      check({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), start: 0, end: bytes.length }, 0)
    } catch (error) {
      expect(error).toBeInstanceOf(SourceError)
      const { byteOffset, message } = error as SourceError
      expect([found, byte], `${hint}: ${message}`).toEqual([1, byteOffset])
      // The first of the fields in the message is the row's own; some messages have none.
      const named = /row 0: field (\d+)/.exec(message)
      if (named) expect(words.getUint32(FACTS + FAULT.field, true), `${hint}: ${message}`).toBe(Number(named[1]))
      seen.refused++
      continue
    }
    expect(found, hint).toBe(-1)
    seen.passed++
  }
  expect(Math.min(seen.passed, seen.refused)).toBeGreaterThan(MUTATIONS / 100)
})
