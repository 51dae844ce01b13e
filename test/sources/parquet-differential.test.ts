/**
 * Parquet files that pyarrow, Polars, DuckDB and hyparquet-writer wrote (tools/parquet-fixtures), in every type, encoding, codec and page
 * version: the engine's reading is DuckDB's and is what was written. ARCWELD_PARQUET_TESTING is the folder of a copy of
 * apache/parquet-testing, whose files are then read, too.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectedOf, fixtures, ofJson, pathOf } from '../fixtures/parquet/read.ts'
import { openWitness, type Witness } from './duckdb.ts'
import { readByDuckDb, readByEngine } from './parquet-reading.ts'

/** All that is not read: what a file says of the column, or what loading its values is. The list only ever shrinks. */
const NOT_READ = [
  'TIME MICROS',
  'TIME MILLIS',
  'TIME NANOS',
  'OVERFLOW: FILE, column COLUMN: a value is too large for its type',
  'UNSUPPORTED_TYPE: FILE, column COLUMN: a timestamp in nanoseconds is no whole number of microseconds',
  'nested, with TIME MILLIS',
]

/** What DuckDB does not read of it. */
const NOT_WITNESSED = ['Invalid Error: BYTE_STREAM_SPLIT encoding is only supported for FLOAT or DOUBLE data']

let engine: Engine
let duckdb: Witness
beforeAll(async () => {
  engine = await Engine.create({ threads: 2, memory: '256MiB' })
  duckdb = await openWitness()
})
afterAll(async () => {
  await engine.close()
  duckdb.close()
})

describe('files of others', () => {
  const notRead = new Set<string>()
  const notWitnessed = new Set<string>()

  test.each(fixtures)('$file', async (fixture) => {
    const path = pathOf(fixture)
    const expected = expectedOf(fixture)
    const { fields, unsupported, columns } = await readByEngine(engine, 't', path)
    const witnessed = await readByDuckDb(duckdb.connection, path, fields)
    for (const { name, type } of fields) {
      const values = columns.get(name)!
      const witness = witnessed.get(name)!
      if (typeof values === 'string') {
        notRead.add(values.replaceAll(path, 'FILE').replace(JSON.stringify(name), 'COLUMN'))
        continue
      }
      if (typeof witness === 'string') notWitnessed.add(witness.replaceAll(path, 'FILE'))
      else expect(values, `${name} as DuckDB reads it`).toEqual(witness)
      if (expected[name] !== undefined) expect(values, `${name} as it was written`).toEqual(expected[name].map((value) => ofJson(type, value)))
    }
    for (const what of unsupported.values()) notRead.add(what)
    expect(engine.memory.inUse).toBe(0)
  })
  test('what is not read is exactly this', () => {
    expect({ read: [...notRead].sort(), witnessed: [...notWitnessed].sort() }).toEqual({ read: [...NOT_READ].sort(), witnessed: [...NOT_WITNESSED].sort() })
  })
})

const PUBLIC = process.env['ARCWELD_PARQUET_TESTING']

/** Files of apache/parquet-testing whose reading differs from DuckDB's, and why. */
const PUBLIC_DIFFERS: Readonly<Record<string, string>> = {
  'int96_from_spark.parquet': 'one timestamp is beyond 64 bits of microseconds; DuckDB wraps it',
}

describe.skipIf(PUBLIC === undefined)('apache/parquet-testing', () => {
  const folder = join(PUBLIC ?? '', 'data')
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.parquet')) : []

  test.each(files)('%s', async (file) => {
    const path = join(folder, file)
    let read: Awaited<ReturnType<typeof readByEngine>>
    try {
      read = await readByEngine(engine, 't', path)
    } catch (error) {
      const refused = await duckdb.connection.run(`FROM read_parquet('${path}')`).then(() => 'read', () => 'refused')
      console.log(`${file}: DuckDB ${refused}: ${(error as Error).message}`)
      return
    }
    const witnessed = await readByDuckDb(duckdb.connection, path, read.fields)
    for (const [name, what] of read.unsupported) console.log(`${file}: ${name} is ${what}`)
    for (const { name } of read.fields) {
      const [values, witness] = [read.columns.get(name)!, witnessed.get(name)!]
      if (typeof values === 'string' || typeof witness === 'string') console.log(`${file}: ${name}: ${typeof values === 'string' ? values : 'read'}; DuckDB ${typeof witness === 'string' ? witness : 'reads it'}`)
      else if (PUBLIC_DIFFERS[file] === undefined) expect(values, name).toEqual(witness)
    }
  })
})
