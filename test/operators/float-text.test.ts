/** Floats as DuckDB prints and reads them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { floatText, parseFloating } from '../../src/operators/cast-floats.ts'
import { openWitness, type Witness } from './duckdb.ts'
import { seeded } from './random-values.ts'
import { testSeed } from '../seed.ts'

const SEED = testSeed()
const N = Number(process.env['ARCWELD_FUZZ_N']) || 4000
let witness: Witness
beforeAll(async () => {
  witness = await openWitness()
})
afterAll(() => witness.close())

const view = new DataView(new ArrayBuffer(8))
const values = (single: boolean): number[] => {
  const random = seeded(SEED)
  const word = () => Math.floor(random() * 2 ** 32)
  const found: number[] = []
  for (let e = 0; e < 255; e++) {
    view.setUint32(0, e * 2 ** 23 + (random() < 0.5 ? 0 : 1))
    if (single) found.push(view.getFloat32(0))
  }
  for (let i = 0; i < N; i++) {
    view.setUint32(0, word())
    view.setUint32(4, word())
    found.push(single ? view.getFloat32(0) : view.getFloat64(0), single ? Math.fround(word() / 256) : word() / 10 ** Math.floor(random() * 12))
  }
  return found.filter(Number.isFinite)
}
const column = async (sql: string) => (await witness.connection.runAndReadAll(sql)).getRows().map(([x]) => x)

/** A power of two from 2^53 that its short method gives up on DuckDB prints doubled: no text of the number, and not ours. */
const doubled = (x: number, text: string) => Math.abs(x) >= 2 ** 53 && Number.isInteger(Math.log2(Math.abs(x))) && (text.includes('A') || Number(text) === 2 * x)

test.each([['float', true], ['double', false]] as const)(`%s, printed, seed ${SEED}`, async (type, single) => {
  const all = values(single)
  for (let i = 0; i < all.length; i += 2000) {
    const some = all.slice(i, i + 2000)
    const texts = await column(`SELECT x::${type}::VARCHAR FROM (SELECT unnest([${some.map((x) => `'${x}'`)}]) AS x)`)
    some.forEach((x, j) => {
      if (floatText(x, single) !== texts[j] && !doubled(x, texts[j] as string)) expect(floatText(x, single), `${x}`).toBe(texts[j])
    })
  }
})

test.each([['float', true], ['double', false]] as const)(`%s, read, seed ${SEED}`, async (type, single) => {
  const random = seeded(SEED)
  const digits = () => Array.from({ length: 1 + Math.floor(random() * 25) }, () => Math.floor(random() * 10)).join('')
  const texts = Array.from({ length: 2000 }, () => (random() < 0.5 ? `${digits()}.${digits()}e${Math.floor(random() * (single ? 100 : 700)) - (single ? 70 : 360)}` : `${Math.fround(random()) + 2 ** -25}${random() < 0.5 ? '0001' : ''}`))
  const read = await column(`SELECT x::${type} FROM (SELECT unnest([${texts.map((x) => `'${x}'`)}]) AS x)`)
  const parse = parseFloating(single)
  texts.forEach((s, i) => expect(parse(s), s).toBe(read[i]))
})
