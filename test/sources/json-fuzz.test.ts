/** Random files of JSON beside DuckDB's read_json, whatever the cuts and the sample; and damaged ones: an error that says where, or what JSON.parse reads. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ArcweldError } from '../../src/errors.ts'
import { random } from '../assembly/harness.ts'
import { testSeed } from '../seed.ts'
import { openWitness, type Witness } from './duckdb.ts'
import { openPlace, readJson } from './json-reader.ts'
import { entries, plain, witnessedJson } from './json-witness.ts'

const seed = testSeed()
const { below, pick } = random(seed)
const ROUNDS = Number(process.env['ARCWELD_FUZZ_N'] ?? 40)
const folder = mkdtempSync(join(tmpdir(), 'arcweld-json-fuzz-'))
/** A file for each test: one that takes too long goes on beside the next. */
const path = join(folder, 'a.json')
const damaged = join(folder, 'b.json')
const LONGEST = 60_000 + ROUNDS * 1000
const place = openPlace()
let duck: Witness
beforeAll(async () => {
  duck = await openWitness()
})
afterAll(() => {
  duck.close()
  rmSync(folder, { recursive: true })
})

type Kind = () => string
/** Values whose text is the same once it is written anew, since DuckDB does that where kinds are mixed. */
const SCALARS: readonly Kind[] = [
  () => String(below(2000) - 1000), () => pick(['9223372036854775807', '-9223372036854775808', '0', '12345678901234567']), () => pick(['9223372036854775808', '18446744073709551615']), () => pick(['0.5', '-12.25', '1234.0625', '3.75']),
  () => pick(['true', 'false']), () => JSON.stringify(pick(['', 'a', 'é', '日本', 'text with spaces', 'quote "', 'back\\slash', 'line\nfeed', 'x'.repeat(50)])), () => `"20${10 + below(20)}-0${1 + below(9)}-1${below(10)}"`,
  () => `"19${10 + below(80)}-1${below(3)}-0${1 + below(9)} 0${below(10)}:1${below(10)}:2${below(10)}"`,
]
const kind = (depth: number): Kind => {
  const which = depth > 0 ? below(10) : 0
  if (which < 6) {
    const one = pick(SCALARS)
    return below(8) === 0 ? () => pick(SCALARS)() : one
  }
  if (which < 8) {
    const element = kind(depth - 1)
    return () => `[${Array.from({ length: below(4) }, () => orNull(element)).join(',')}]`
  }
  const fields = ['x', 'y', 'z w'].slice(0, 1 + below(3)).map((name) => [name, kind(depth - 1)] as const)
  return () => `{${fields.flatMap(([name, part]) => (below(5) === 0 ? [] : [`"${name}":${orNull(part)}`])).join(',')}}`
}
const orNull = (part: Kind): string => (below(6) === 0 ? 'null' : part())

const file = (): string => {
  const columns = Array.from({ length: 1 + below(5) }, (_, i) => [`c${i}`, kind(2)] as const)
  const rows = Array.from({ length: 1 + below(12) }, () => {
    const members = columns.flatMap(([name, part]) => (below(8) === 0 ? [] : [`"${name}":${orNull(part)}`]))
    if (below(4) === 0) members.reverse()
    return `{${members.join(',')}}`
  })
  // every column comes up, so that no row is a map of nothing
  rows.push(`{${columns.map(([name, part]) => `"${name}":${part()}`).join(',')}}`)
  return below(4) === 0 ? `[${rows.join(pick([',', ', ', ',\n']))}]` : rows.join(pick(['\n', '\r\n', '\n\n'])) + pick(['', '\n'])
}

describe(`random files of JSON, seed ${seed}`, () => {
  it('as DuckDB reads them, in whatever parts and by whatever sample', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const text = file()
      writeFileSync(path, text)
      const want = await witnessedJson(duck, path)
      const options = { pieceBytes: pick([1 + below(20), 1 << 16]), sample: pick([1, 3, 20480]) }
      const got = await readJson(place, path, options)
      const say = `${JSON.stringify(options)} ${text}`
      // a sample that has not seen every key has them in another order
      const order = want.names.map((name) => got.names.indexOf(name))
      expect([...got.names].sort(), say).toEqual([...want.names].sort())
      const sorted = (value: any): unknown =>
        Array.isArray(value) ? value.map(sorted) : value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)])) : value
      expect(got.rows.map((row) => order.map((i) => sorted(plain(row[i])))), say).toEqual(want.rows.map((row) => row.map((value) => sorted(entries(value)))))
      expect(place.memory.inUse).toBe(0)
    }
  }, LONGEST)

  it('damaged: an error, or what JSON.parse reads', async () => {
    let [refused, read] = [0, 0]
    for (let round = 0; round < ROUNDS * 3; round++) {
      let bytes = Buffer.from(file().replace(/^\[/, ' ['))
      for (let n = 1 + below(2); n > 0; n--) {
        const at = below(bytes.length + 1)
        const by = Buffer.from(pick(['"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', 'e', '.', 'n', ' ', '\n', '\u0000', '\u00ff', 'x']), 'latin1')
        bytes = Buffer.concat([bytes.subarray(0, at), below(3) === 0 ? Buffer.alloc(0) : by, bytes.subarray(at + below(2))])
      }
      writeFileSync(damaged, bytes)
      const options = { pieceBytes: pick([1 + below(20), 1 << 16]), sample: pick([1, 20480]), format: pick(['json', 'ndjson'] as const) }
      try {
        const { rows } = await readJson(place, damaged, options)
        read++
        const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
        // values side by side, each on a line or not
        const values = options.format === 'json' && text.trimStart().startsWith('[') && isJson(text) ? (JSON.parse(text) as unknown[]) : undefined
        if (values) expect(rows.length, text).toBe(values.length)
        else expect(isJson(`[${text.trim().replace(/(?<=[}\]])\s*(?=[{[])/g, ',').replace(/\s*\n\s*/g, ',').replace(/,+/g, ',')}]`) || /[\]}]\s*[^\s,\]}]|[^\s,[{:]\s+[[{]/.test(text), JSON.stringify([options, text])).toBe(true)
      } catch (error) {
        if (!(error instanceof ArcweldError)) throw error
        expect(['INVALID_JSON'], `${error.stack} ${bytes}`).toContain(error.code)
        refused++
      }
      expect(place.memory.inUse).toBe(0)
    }
    expect(Math.min(refused, read)).toBeGreaterThan(0)
  }, LONGEST)
})

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
