/** Batches that the workers go over: what they find together is what one thread finds, and the first wrong row is told whoever finds it. */
import { type Backend, createBackend, max, min, type RowInput, scan, sum } from 'arcweld/backend'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SharedMemory } from '../../src/bridge/memory.ts'
import { loadRows } from '../../src/execute/row-inputs.ts'
import { encodeRows } from '../../src/layout/row-batch.ts'
import type { RowValue } from '../../src/layout/unsafe-row.ts'
import { fieldsOf } from './row-tables.ts'

let backends: readonly Backend[]
beforeAll(async () => {
  backends = [await createBackend({ threads: 1, memory: '512MiB' }), await createBackend({ threads: 3, memory: '512MiB' })]
})
afterAll(async () => {
  for (const b of backends) {
    expect(b.memory.inUse).toBe(0)
    await b.close()
  }
})

const SCHEMA = [{ name: 'id', type: 'int64' }, { name: 'word', type: 'string' }, { name: 'price', type: 'decimal(38,2)' }, { name: 'letter', type: 'string' }]
const FIXED = [{ name: 'id', type: 'int64' }, { name: 'small', type: 'int16', nullable: false }, { name: 'flag', type: 'bool' }]
const ROWS = 60_000
/** The extremes lie where other workers are: in the first rows, in the last ones, and between. */
const TEXTS = encodeRows(fieldsOf(SCHEMA), Array.from({ length: ROWS }, (_, i): RowValue[] => [i === 3 ? -(1n << 40n) : i === 30_000 ? null : BigInt(i), i % 9 ? `word ${i}` : null, i === 59_999 ? 10n ** 37n : BigInt(-i), i === 58_000 ? 'long' : 'abc'[i % 3] as string]))
const NUMBERS = encodeRows(fieldsOf(FIXED), Array.from({ length: ROWS }, (_, i): RowValue[] => [i === 50_000 ? 1n << 50n : BigInt(i % 100), BigInt(i === 41_000 ? -30_000 : i % 50), i % 2 === 0]))

/** The bytes in batches of so many rows. */
const cut = ({ rows, offsets }: { readonly rows: Uint8Array; readonly offsets?: Uint32Array | undefined }, size: number, schema: RowInput['schema']): RowInput[] => {
  const start = (row: number) => (row >= ROWS ? rows.length : offsets ? (offsets[row] as number) : (rows.length / ROWS) * row)
  return Array.from({ length: Math.ceil(ROWS / size) }, (_, b) => {
    const [from, to] = [b * size, Math.min(ROWS, (b + 1) * size)]
    return { rows: rows.slice(start(from), start(to)), schema, ...(offsets ? { offsets: offsets.slice(from, to).map((at) => at - start(from)) } : {}) }
  })
}
const sizes = [ROWS, 10_000, 999]

test('NULLs and bounds are those of all rows', async () => {
  for (const backend of backends) {
    for (const size of sizes) {
      using t = await backend.load(cut(TEXTS, size, SCHEMA))
      const texts = scan('t', { id: 'int64', word: 'string', price: 'decimal(38,2)', letter: 'string' })
      const found = await backend.run(texts.aggregate({ a: min('id'), b: max('id'), c: min('price'), d: max('price'), e: min('letter'), f: max('letter'), g: max('word') }).plan(), { t }, { native: 'only' })
      expect(Object.values((await found.rows())[0] as object).map(String)).toEqual([String(-(1n << 40n)), '59999', '-599.98', `1${'0'.repeat(35)}.00`, 'a', 'long', 'word 9998'])
      using n = await backend.load(cut(NUMBERS, size, FIXED))
      const numbers = await backend.run(scan('n', { id: 'int64', small: 'int16' }).aggregate({ a: max('id'), b: min('small'), c: sum('small') }).plan(), { n }, { native: 'only' })
      const small = Array.from({ length: ROWS }, (_, i) => (i === 41_000 ? -30_000 : i % 50)).reduce((a, b) => a + b, 0)
      expect(Object.values((await numbers.rows())[0] as object).map(String)).toEqual([String(1n << 50n), '-30000', String(small)])
    }
  }
})

/** Bytes changed in some rows; the message of one thread, and those of the workers. */
const assertRefused = async (source: { readonly rows: Uint8Array; readonly offsets?: Uint32Array | undefined }, schema: RowInput['schema'], rows: readonly number[], spoil: (bytes: Uint8Array, at: number) => void): Promise<void> => {
  const bytes = source.rows.slice()
  for (const row of rows) spoil(bytes, source.offsets ? (source.offsets[row] as number) : (bytes.length / ROWS) * row)
  for (const size of sizes) {
    const batches = cut({ ...source, rows: bytes }, size, schema)
    const memory = SharedMemory.create({ budget: 2 ** 27 })
    const lease = memory.lease()
    const wanted = await loadRows('the rows', undefined, batches, memory.memory, lease).then(() => 'none', (error: Error) => error.message)
    lease.release()
    expect(wanted).toContain(`row ${Math.min(...rows) % size} of batch ${Math.floor(Math.min(...rows) / size)}`)
    for (const backend of backends) {
      await expect(backend.load(batches)).rejects.toMatchObject({ code: 'FILE_FORMAT', message: wanted })
      expect(backend.memory.inUse).toBe(0)
    }
  }
}

test.each([[[0]], [[ROWS - 1]], [[59_000, 31_000, 45_000]]])('wrong rows %j', async (rows) => {
  await assertRefused(TEXTS, SCHEMA, rows, (bytes, at) => { bytes[at + 16 + 3] = 0x7f })
  await assertRefused(NUMBERS, FIXED, rows, (bytes, at) => { bytes[at + 24] = 2 })
  await assertRefused(NUMBERS, FIXED, rows, (bytes, at) => { bytes[at] = 2 })
})

test('a row out of place', async () => {
  for (const row of [1, 30_000, ROWS - 1]) {
    const offsets = (TEXTS.offsets as Uint32Array).slice()
    offsets[row] = (offsets[row] as number) + 4
    for (const backend of backends) await expect(backend.load([{ rows: TEXTS.rows, offsets, schema: SCHEMA }])).rejects.toMatchObject({ code: 'FILE_FORMAT', message: expect.stringContaining('does not lie in the batch') })
  }
})

test('an abort ends it, and all memory comes back', async () => {
  for (const backend of backends) {
    const abort = new AbortController()
    async function* slow(): AsyncGenerator<RowInput> {
      for (let i = 0; i < 40; i++) {
        if (i === 20) abort.abort(new Error('enough'))
        yield* cut(TEXTS, ROWS, SCHEMA)
      }
    }
    await expect(backend.load(slow(), { signal: abort.signal })).rejects.toThrow('enough')
    expect(backend.memory.inUse).toBe(0)
  }
})
