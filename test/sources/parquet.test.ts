import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readColumn } from '../../src/layout/read.ts'
import type { Value } from '../../src/layout/value.ts'
import { openSource } from '../../src/sources/index.ts'
import { openParquet } from '../../src/sources/parquet.ts'
import type { ScanPredicate } from '../../src/sources/source.ts'
import { openWitness, type Witness } from './duckdb.ts'
import { highLease, openMemory } from './lease.ts'

let folder: string
let duckdb: Witness
const high = highLease()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-parquet-'))
  duckdb = await openWitness()
})
afterAll(async () => {
  duckdb.close()
  await rm(folder, { recursive: true })
})

const write = async (name: string, query: string, options = ''): Promise<string> => {
  const path = join(folder, name)
  await duckdb.run(`COPY (${query}) TO '${path}' (FORMAT parquet${options})`)
  return path
}

/** Every supported column, as DuckDB reads it. */
const expectSame = async (path: string, lease = high): Promise<void> => {
  const source = await openParquet(path)
  const names = source.fields.map((field) => field.name)
  const { relation } = await source.load(names, lease)
  const expected = await duckdb.columns(
    `SELECT ${names.map((name) => `"${name}"`)} FROM '${path}'`,
    source.fields.map((field) => field.type),
  )
  for (const [i, name] of names.entries()) expect({ name, values: readColumn(lease.buffer, relation, i) }).toEqual({ name, values: expected[i] ?? [] })
}

/** Types × NULLs × edges; `i` runs from 0. */
const EVERYTHING = `SELECT
  CASE WHEN i % 7 = 0 THEN NULL ELSE i % 2 = 0 END AS "bool",
  CASE WHEN i % 5 = 0 THEN NULL ELSE (i % 256 - 128)::TINYINT END AS i8, (i * 31 % 65536 - 32768)::SMALLINT AS i16,
  CASE i WHEN 1 THEN -2147483648 WHEN 2 THEN 2147483647 WHEN 3 THEN NULL ELSE i END::INTEGER AS i32,
  CASE i WHEN 1 THEN -9223372036854775808 WHEN 2 THEN 9223372036854775807 WHEN 3 THEN NULL ELSE i * 1000003 END::BIGINT AS i64,
  (i % 256)::UTINYINT AS u8, (i % 65536)::USMALLINT AS u16, CASE i WHEN 1 THEN 4294967295 ELSE i END::UINTEGER AS u32,
  CASE i WHEN 1 THEN 18446744073709551615 WHEN 4 THEN NULL ELSE i END::UBIGINT AS u64,
  CASE i % 9 WHEN 0 THEN 'NaN' WHEN 1 THEN '-0.0' WHEN 2 THEN 'Infinity' WHEN 3 THEN NULL ELSE (i / 7)::VARCHAR END::FLOAT AS "float",
  CASE i % 9 WHEN 0 THEN 'NaN' WHEN 1 THEN '-0.0' WHEN 2 THEN '-Infinity' WHEN 3 THEN NULL ELSE (i / 3)::VARCHAR END::DOUBLE AS "double",
  CASE WHEN i % 11 = 0 THEN NULL ELSE DATE '1969-06-01' + i::INTEGER END AS "date",
  CASE i WHEN 2 THEN NULL ELSE TIMESTAMP '1960-01-01 00:00:00.000001' + INTERVAL (i * 7919) SECOND END AS ts,
  CASE i WHEN 2 THEN NULL ELSE TIMESTAMPTZ '1960-01-01 00:00:00.000001+00' + INTERVAL (i * 7919) SECOND END AS tz,
  (TIMESTAMP '1960-01-01 00:00:00.001' + INTERVAL (i * 7919) SECOND)::TIMESTAMP_MS AS ts_ms,
  CASE WHEN i % 13 = 0 THEN NULL ELSE i / 100 END::DECIMAL(4,2) AS dec4, CASE WHEN i % 13 = 0 THEN NULL ELSE -i / 100 END::DECIMAL(9,3) AS dec9,
  (i * 1000003 / 1000)::DECIMAL(18,6) AS dec18,
  CASE i WHEN 1 THEN 99999999999999999999999999999999999.999 WHEN 2 THEN -99999999999999999999999999999999999.999 WHEN 5 THEN NULL ELSE i * 123456789012345678901.001 END::DECIMAL(38,3) AS dec38,
  CASE WHEN i % 6 = 0 THEN NULL WHEN i % 6 = 1 THEN '' ELSE 'few ' || (i % 40) END AS few,
  CASE WHEN i % 17 = 0 THEN NULL ELSE 'řádek číslo ' || i || repeat('🦜', (i % 12)::INTEGER) END AS many,
  NULL::INTEGER AS nothing, NULL::VARCHAR AS no_text
FROM range(ROWS) t(i)`

const everything = (rows: number) => EVERYTHING.replace('ROWS', String(rows))

describe('every type, NULLs and edges read as DuckDB reads them', () => {
  test.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])('%s', async (codec) => {
    await expectSame(await write(`codec-${codec}.parquet`, everything(90), `, COMPRESSION ${codec}`))
  })
  test.each(['V1', 'V2'])('%s pages, several row groups', async (version) => {
    await expectSame(await write(`pages-${version}.parquet`, everything(5000), `, PARQUET_VERSION ${version}, ROW_GROUP_SIZE 2048`))
  })
  test('no dictionaries, and dictionaries that overflow into plain pages', async () => {
    const query = everything(95)
    await expectSame(await write('plain.parquet', query, ', DICTIONARY_SIZE_LIMIT 0'))
    await expectSame(await write('delta.parquet', query, ', DICTIONARY_SIZE_LIMIT 0, PARQUET_VERSION V2'))
    await expectSame(await write('mixed.parquet', query, ', STRING_DICTIONARY_PAGE_SIZE_LIMIT 500'))
    const encodings = await duckdb.connection.runAndReadAll(
      `SELECT DISTINCT unnest(string_split(encodings, ', ')) FROM parquet_metadata('${folder}/*.parquet') ORDER BY 1`,
    )
    expect(encodings.getRows().flat()).toEqual([
      'BYTE_STREAM_SPLIT',
      'DELTA_BINARY_PACKED',
      'DELTA_LENGTH_BYTE_ARRAY',
      'PLAIN',
      'PLAIN_DICTIONARY',
      'RLE_DICTIONARY',
    ])
  })
  test('no rows, one row', async () => {
    for (const rows of [0, 1]) {
      const path = await write(`rows-${rows}.parquet`, everything(rows))
      expect((await openParquet(path)).rows).toBe(rows)
      await expectSame(path)
    }
  })
  test('low addresses give the same', async () => {
    await expectSame(await write('low.parquet', everything(60)), openMemory().lease())
  })
})

describe('columns', () => {
  test('names are made unique as DuckDB makes them; a column may be asked for twice', async () => {
    const path = await write('names.parquet', `SELECT 1 AS "a b", 2 AS "č", 3 AS "select"`)
    const source = await openParquet(path)
    expect(source.fields.map((field) => field.name)).toEqual(['a b', 'č', 'select'])
    const { relation } = await source.load(['č', 'a b', 'č'], high)
    expect([0, 1, 2].map((i) => readColumn(high.buffer, relation, i)[0])).toEqual([2, 1, 2])
    expect((await source.load([], high)).relation).toMatchObject({ columns: [], rows: 1, batches: [{ rows: 1, vectors: [] }] })
  })
  test('types that arcweld has none for are listed, the others load', async () => {
    const path = await write(
      'odd.parquet',
      `SELECT 1 AS before, [1, 2] AS list, {'x': 1, 'y': 'a'} AS struct, MAP {'k': 1} AS map, TIME '10:00:00' AS time,
      'ab'::BLOB AS blob, '0190e4a8-7d51-7c3c-a2b0-5f3a2b1c4d5e'::UUID AS uuid, INTERVAL 1 DAY AS interval, TIMESTAMP_NS '2020-01-01 00:00:00.123456789' AS ns, 'z' AS after`,
    )
    const source = await openParquet(path)
    expect(source.fields.map((field) => field.name)).toEqual(['before', 'list', 'struct', 'map', 'blob', 'uuid', 'ns', 'after'])
    expect([...source.unsupported.keys()]).toEqual(['time', 'interval'])
    const { relation } = await source.load(['before', 'after'], high)
    expect([0, 1].map((i) => readColumn(high.buffer, relation, i))).toEqual([[1], ['z']])
    const more = (await source.load(['blob', 'uuid'], high)).relation
    expect([0, 1].map((i) => readColumn(high.buffer, more, i))).toEqual([[Uint8Array.of(97, 98)], ['0190e4a8-7d51-7c3c-a2b0-5f3a2b1c4d5e']])
    await expect(source.load(['ns'], high)).rejects.toMatchObject({
      name: 'SourceError',
      code: 'UNSUPPORTED_TYPE',
      message: expect.stringMatching(/ns.*microsecond/),
    })
    await expect(source.load(['time'], high)).rejects.toMatchObject({ code: 'UNSUPPORTED_TYPE' })
    await expect(source.load(['none'], high)).rejects.toMatchObject({ code: 'UNKNOWN_COLUMN' })
  })
})

describe('row groups are skipped by statistics, and never wrongly', () => {
  const count = async (path: string, predicate: ScanPredicate) => {
    const source = await openParquet(path)
    const { relation, rowGroups, rowGroupsSkipped } = await source.load([predicate.column], high, { predicates: [predicate] })
    return { values: readColumn(high.buffer, relation, 0), rowGroups, rowGroupsSkipped }
  }
  const SQL = { '=': '=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const

  test('ordered values: exactly the row groups outside are left out', async () => {
    const path = await write(
      'sorted.parquet',
      "SELECT i AS i64, DATE '2000-01-01' + i::INTEGER AS d, (i / 100)::DECIMAL(12,2) AS dec, printf('%06d', i) AS s, NULL::INTEGER AS n FROM range(20480) t(i)",
      ', ROW_GROUP_SIZE 2048',
    )
    expect(await count(path, { column: 'i64', op: '=', value: 2048n })).toMatchObject({ rowGroups: 10, rowGroupsSkipped: 9 })
    expect(await count(path, { column: 'i64', op: '<', value: 2048n })).toMatchObject({ rowGroupsSkipped: 9 })
    expect(await count(path, { column: 'i64', op: '<=', value: 2048n })).toMatchObject({ rowGroupsSkipped: 8 })
    expect(await count(path, { column: 'i64', op: '>=', value: 18432n })).toMatchObject({ rowGroupsSkipped: 9 })
    expect(await count(path, { column: 'd', op: '<', value: 10957 + 5 })).toMatchObject({ rowGroupsSkipped: 9 })
    expect(await count(path, { column: 'dec', op: '>', value: 20000n })).toMatchObject({ rowGroupsSkipped: 9 })
    expect(await count(path, { column: 's', op: '=', value: '004096' })).toMatchObject({ rowGroupsSkipped: 9 })
    expect(await count(path, { column: 'n', op: 'is_not_null', value: null })).toMatchObject({ rowGroupsSkipped: 10, values: [] })
    expect(await count(path, { column: 'n', op: '=', value: 5 })).toMatchObject({ rowGroupsSkipped: 10 })
    expect(await count(path, { column: 'i64', op: 'is_null', value: null })).toMatchObject({ rowGroupsSkipped: 10 })
    expect(await count(path, { column: 'i64', op: '=', value: null })).toMatchObject({ rowGroupsSkipped: 10 })
  })

  test('every row that DuckDB keeps is loaded', async () => {
    const path = await write(
      'mess.parquet',
      everything(4500).replace(/FROM range\((\d+)\)/, 'FROM (SELECT (i * 7919) % 4500 AS i FROM range($1) t(i))'),
      ', ROW_GROUP_SIZE 2048',
    )
    const source = await openParquet(path)
    for (const { name, type } of source.fields) {
      const all = (await duckdb.columns(`SELECT "${name}" FROM '${path}' USING SAMPLE reservoir(6 ROWS) REPEATABLE (5)`, [type]))[0]!
      for (const op of Object.keys(SQL) as (keyof typeof SQL)[]) {
        for (const value of all.filter((v) => v !== null && !(v instanceof Uint8Array)) as Exclude<Value, null | Uint8Array>[]) {
          const literal =
            typeof value === 'number' && !Number.isFinite(value) ? `'${value}'::${type.kind}` : typeof value === 'string' ? `'${value}'` : undefined
          const loaded = await count(path, { column: name, op, value })
          const keep = (v: Value) => v !== null && holds(v, op, value)
          const expected = (await duckdb.columns(`SELECT "${name}" FROM '${path}'`, [type]))[0]!.filter(keep)
          expect({ name, op, literal, kept: loaded.values.filter(keep).length }).toEqual({ name, op, literal, kept: expected.length })
        }
      }
    }
  }, 60_000)

  test('NaN is above every bound', async () => {
    const path = await write('nan.parquet', "SELECT CASE WHEN i = 5 THEN 'NaN'::DOUBLE ELSE i END AS x FROM range(100) t(i)")
    expect((await count(path, { column: 'x', op: '>', value: 1000 })).values.some(Number.isNaN)).toBe(true)
  })
})

/** DuckDB's comparison: NaN equals itself and is the greatest. */
const holds = (a: any, op: string, b: any): boolean => {
  const order = Buffer.isBuffer(a)
    ? 0
    : typeof a === 'string'
      ? Buffer.compare(Buffer.from(a), Buffer.from(b))
      : Number.isNaN(a)
        ? Number.isNaN(b)
          ? 0
          : 1
        : Number.isNaN(b)
          ? -1
          : a < b
            ? -1
            : a > b
              ? 1
              : 0
  return op === '=' ? order === 0 : op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0
}

describe('damaged files', () => {
  const damagedMemory = openMemory({ lowest: 2.75 * 2 ** 30 })
  const outcome = async (path: string): Promise<unknown> => {
    const lease = damagedMemory.lease()
    try {
      const source = await openSource(path)
      await source.load(
        source.fields.map((field) => field.name),
        lease,
      )
      return undefined
    } catch (error) {
      return error
    } finally {
      lease.release()
      expect(damagedMemory.inUse).toBe(0)
    }
  }
  test('empty, tiny, foreign, missing', async () => {
    const path = join(folder, 'bad.parquet')
    await expect(openSource(path)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', path })
    await expect(openParquet(join(folder, 'bad.parquet', 'x'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    for (const content of ['', 'PAR1', 'PAR1PAR1', 'PAR1\xff\xff\xff\x7fPAR1', 'PAR1\x00\x00\x00\x00PAR1']) {
      await writeFile(path, Buffer.from(content, 'latin1'))
      await expect(openSource(path)).rejects.toMatchObject({ name: 'SourceError', code: 'FILE_CORRUPT', path })
    }
    await writeFile(path, 'PK\x03\x04 a zip')
    await expect(openParquet(path)).rejects.toMatchObject({ code: 'FILE_FORMAT', path })
  })
  test('truncated anywhere', async () => {
    const bytes = await readFile(await write('whole.parquet', everything(50)))
    const path = join(folder, 'cut.parquet')
    for (let cut = 0; cut < bytes.length; cut += 211) {
      await writeFile(path, bytes.subarray(0, cut))
      expect(await outcome(path)).toMatchObject({
        name: 'SourceError',
        code: cut < 4 && cut > 0 ? expect.any(String) : 'FILE_CORRUPT',
        path,
      })
    }
  })
  test.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])(
    'bytes changed at random, %s: a typed error or other values, never a hang',
    async (codec) => {
      const bytes = await readFile(await write('sound.parquet', everything(60), `, COMPRESSION ${codec}`))
      const path = join(folder, 'changed.parquet')
      let seed = codec.length * 7919
      const random = (below: number) => {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
        return Math.floor((seed / 2 ** 32) * below)
      }
      for (let round = 0; round < 40; round++) {
        const changed = Buffer.from(bytes)
        for (let n = random(3) + 1; n > 0; n--) changed[4 + random(changed.length - 12)] = random(256)
        await writeFile(path, changed)
        const error = await outcome(path)
        if (error !== undefined) expect(error, `${codec}, round ${round}`).toMatchObject({ name: 'SourceError', path })
      }
    },
    60_000,
  )
  test('a file that changed, or went away, since it was opened', async () => {
    const path = await write('moving.parquet', 'SELECT 1 AS a')
    const source = await openParquet(path)
    await source.assertUnchanged()
    await utimes(path, new Date(), new Date(Date.now() + 5000))
    await expect(source.assertUnchanged()).rejects.toMatchObject({ code: 'FILE_CHANGED', path })
    await expect(source.load(['a'], high)).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    await rm(path)
    await expect(source.load(['a'], high)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })
})

describe('flights', () => {
  const path = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data/flights-3m.parquet')
  test('3 million rows of another writer, in narrow columns', async () => {
    const source = await openParquet(path)
    const { relation, rowGroups } = await source.load(
      source.fields.map((field) => field.name),
      high,
    )
    expect(relation.rows).toBe(3_000_000)
    expect(rowGroups).toBe(11)
    expect(relation.columns.map((column) => column.physical)).toEqual(['i64', 'i16', 'i16', 'code8', 'code8'])
    const delays = readColumn(high.buffer, relation, 1) as bigint[]
    const origins = readColumn(high.buffer, relation, 3) as string[]
    const sums = new Map<string, bigint>()
    for (const [i, origin] of origins.entries()) sums.set(origin, (sums.get(origin) ?? 0n) + delays[i]!)
    const expected = (await duckdb.connection.runAndReadAll(`SELECT origin, sum(delay)::BIGINT FROM '${path}' GROUP BY 1`)).getRows()
    expect([...sums].sort()).toEqual((expected as [string, bigint][]).sort())
  }, 30_000)
  test('an abort rejects with its reason', async () => {
    const source = await openParquet(path)
    const controller = new AbortController()
    const loading = source.load(['date', 'delay'], high, { signal: controller.signal })
    const reason = new Error('enough')
    setTimeout(() => controller.abort(reason), 5)
    await expect(loading).rejects.toBe(reason)
    await expect(source.load(['date'], high, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})
