/** JSON files: literal cases beside DuckDB's read_json, cuts at every byte, and files that are no JSON. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SourceError } from '../../src/errors.ts'
import type { JsonOptions } from '../../src/sources/ndjson/options.ts'
import { openWitness, type Witness } from './duckdb.ts'
import { entries, plain, witnessedJson } from './json-witness.ts'
import { openPlace, readJson } from './json-reader.ts'

const folder = mkdtempSync(join(tmpdir(), 'arcweld-json-'))
const place = openPlace()
let duck: Witness
beforeAll(async () => {
  duck = await openWitness()
})
afterAll(() => {
  duck.close()
  rmSync(folder, { recursive: true })
})

const path = join(folder, 'a.json')
const read = async (text: string | Uint8Array, options: JsonOptions = {}, columns?: readonly string[]) => {
  writeFileSync(path, text)
  const found = await readJson(place, path, options, columns)
  expect(place.memory.inUse).toBe(0)
  return found
}
const failure = async (text: string | Uint8Array, options: JsonOptions = {}) => {
  writeFileSync(path, text)
  const error = (await readJson(place, path, options).then(
    () => undefined,
    (cause: unknown) => cause,
  )) as SourceError | undefined
  expect(place.memory.inUse).toBe(0)
  return error && { code: error.code, line: error.line, column: error.column }
}

/** Read as DuckDB reads it. */
const SAME: readonly string[] = [
  '{"a":1,"b":"x"}\n{"b":"y","a":2}\n', '{"a":1}\n{"a":2.5}\n', '{"a":1}\n{"a":"x"}\n', '{"a":1}\n{"a":true}\n', '{"a":1}\n{"a":{"x":1}}\n', '{"a":[1,2]}\n{"a":{"x":1}}\n', '{"a":[1,"x"]}\n',
  '{"a":9223372036854775807}\n{"a":9223372036854775808}\n', '{"a":-1}\n{"a":18446744073709551615}\n', '{"a":18446744073709551615}\n{"a":1.5}', '{"a":1e3}\n{"a":1E400}', '{"a":null}\n', '{"a":[]}\n', '{}\n{}\n',
  '{"a":"2024-01-02"}\n', '{"a":"2024-1-2"}\n', '{"a":"2024-01-02 10:00:00"}\n', '{"a":"2024-01-02 10:00:00.125"}\n', '{"a":"2024-01-02"}\n{"a":"2024-01-02 10:00:00"}\n', '{"a":"2024-02-30"}\n', '{"a":"2024-01-02"}\n{"a":"x"}\n{"a":null}\n',
  '{"a":"2024-01-02 10:00:00.1234567"}', '{"a":"01/02/2024"}', '{"a":"1"}\n{"a":"2"}\n', '{"a":"true"}\n', '{"a":""}\n', '{"a":1,"A":2}\n', '[{"a":1},{"a":2}]', '[\n{"a":1},\n{"a":2}\n]\n', '{"a":1} {"a":2}\n{"a":3}', '{"a":\n1}\n{"a":2}', '{"a":1}{"a":2}',
  '1\n2\n', '"x"\n2\n', '[1,2]\n[3]\n', '[1,2,3]', '{"a":1}\n2\n', '{"a":1}\n[1]\n', '{"a":1}\nnull\n{"a":3}', '', '\n\n', '\uFEFF{"a":1}\r\n\r\n{"a":2}\r\n', '{"a":1}\n   \n\t\n{"a":2}', '{"a":1}\r{"a":2}',
  '{"a":"\\ud83d\\ude00 \\u0041 \\n\\u0000\\"\\\\\\/"}\n', '{"":1," ":2}\n', '{"a":{"x":1,"y":2}}\n{"a":{"z":"q"}}\n', '{"a":[1,null,2.5]}\n{"a":null}\n{}\n', '{"a":[{"x":1},{"y":"z"}]}\n{"a":[null]}', '{"a":{"b":{"c":1}}}\n{"a":{"b":5}}',
  '{"a":{"b":"2024-01-01"}}\n{"a":{"b":null}}', '{"a":-0}\n', '{"a":-9223372036854775808}\n', '{"a":0.1}\n{"a":12345.678e-2}', '[1,"x"]\n[2]', '[null]', '{"a":{}}\n{"a":{"x":1}}', '{"a":{}}\n{"a":[]}', '{"é":"日本語","😀":[["x"],[]]}',
  Array.from({ length: 30 }, (_, i) => `{"m":{"k${i * 3}":1,"k${i * 3 + 1}":2,"k${i * 3 + 2}":3}}`).join('\n'), '{"a":[[1,2],[3]],"b":[{"c":[{"d":true}]}]}\n{"b":[]}',
]

/** Read otherwise: argued in docs/SOURCES.md. */
const OTHERS: readonly (readonly [text: string, types: readonly string[], rows: readonly (readonly unknown[])[]])[] = [
  // digits stay digits
  ['{"a":18446744073709551616}\n{"a":-9223372036854775809}', ['int128'], [[18446744073709551616n], [-9223372036854775809n]]],
  ['{"a":1}\n{"a":{"x" : 1.0e5, "y":[1, 2.50],"z":"\\u0041 b"}}\n{"a":1.0}', ['string'], [['1'], ['{"x":1.0e5,"y":[1,2.50],"z":"\\u0041 b"}'], ['1.0']]],
  ['{"a":170141183460469231731687303715884105728}', ['double'], [[2 ** 127]]],
  // instants
  ['{"a":"2024-01-02T10:00:00Z"}\n{"a":"2024-01-02T10:00:00.5+02:00"}', ['timestamptz'], [['2024-01-02T10:00:00Z'], ['2024-01-02T08:00:00.5Z']]],
  ['{"a":"2024-01-02T10:00:00"}', ['timestamp'], [['2024-01-02 10:00:00']]],
  ['{"a":"2024-01-02T10:00:00Z"}\n{"a":"2024-01-02T10:00:00"}', ['string'], [['2024-01-02T10:00:00Z'], ['2024-01-02T10:00:00']]],
  // what would lose something is text
  ['{"a":" 2024-01-02"}', ['string'], [[' 2024-01-02']]],
  ['{"a":"10:00:00"}', ['string'], [['10:00:00']]],
  ['{"a":"infinity"}', ['string'], [['infinity']]],
  ['{"a":"8a6b3f2e-1111-2222-3333-444455556666"}', ['string'], [['8a6b3f2e-1111-2222-3333-444455556666']]],
  ['{"a":-0.0}', ['double'], [[-0]]],
  ['{"a":{"x":1,"X":2}}', ['struct<x:int64,X_1:int64>'], [[{ x: 1n, X_1: 2n }]]],
]

/** Where and what: no JSON, or of two keys of one name the second. */
const BAD: readonly (readonly [text: string | Uint8Array, line: number, column: number])[] = [
  ['{"a":1}\n{"a":01}\n', 2, 6], ['{"a":1}\n{"a":\n', 2, 6], ['{"a":NaN}\n', 1, 6], ['{"a":1,}\n', 1, 8], ["{'a':1}\n", 1, 2], ['{"a":"\\ud83d"}\n', 1, 7], ['{"a":1,"a":2}\n', 1, 8], ['{"a":{"x":1,"x":2}}', 1, 13], ['[{"a":1},\n{"a":2}', 2, 8],
  ['[{"a":1}] x', 1, 11], ['{"a":1},{"a":2}', 1, 8], ['{"a":"\t"}\n', 1, 7], [Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), 1, 7], ['{"a":1}\n//c\n{"a":2}', 2, 1], ['{"a":.5}', 1, 6], ['{"a":5.}', 1, 8], ['{"a":+5}', 1, 6],
  ['{"a":0x5}', 1, 7], ['{"a":tru}', 1, 6], ['{"a" 5}', 1, 6], ['{a:5}', 1, 2], ['[1,]', 1, 4], ['[{"a":1},\n {"a":01}]', 2, 7], ['[1,2]\n[3,\n', 2, 4], ['{"é😀":1}\n{"é😀":x', 2, 7], [`{"a":${'['.repeat(600)}${']'.repeat(600)}}`, 1, 517], ['\uFEFF{"a":1}\n{"a":1', 2, 7], ['{"a":1}\n{"a":1}}', 2, 8],
]

describe('JSON files', () => {
  it('read as DuckDB reads them', async () => {
    for (const text of SAME) {
      const got = await read(text)
      const want = await witnessedJson(duck, path)
      expect({ names: got.names, types: got.types }, text).toEqual({ names: want.names, types: want.types })
      expect(got.rows.map((row) => row.map(plain)), text).toEqual(want.rows.map((row) => row.map(entries)))
    }
  })

  it('read otherwise', async () => {
    for (const [text, types, rows] of OTHERS) {
      const got = await read(text)
      expect(got.types, text).toEqual(types)
      expect(got.rows, text).toEqual(rows)
    }
  })

  it('whatever the sample and the cuts, the same', async () => {
    for (const text of [...SAME, ...OTHERS.map(([other]) => other)]) {
      const whole = await read(text)
      for (const pieceBytes of [1, 2, 3, 7, 16].filter((bytes) => bytes < text.length && text.length / bytes < 300)) {
        const got = await read(text, { pieceBytes })
        expect([got.names, got.types, got.rows], `${pieceBytes}: ${text}`).toEqual([whole.names, whole.types, whole.rows])
      }
      // that a file is of lines or of one array is seen at its beginning, and maps are told by many objects
      if (/"k0"|^\{\}|\{\}/.test(text)) continue
      const got = await read(text, { sample: 1 })
      expect([got.names, got.types, got.rows], `sample of one: ${text}`).toEqual([whole.names, whole.types, whole.rows])
    }
  })

  it('compressed', async () => {
    for (const text of SAME.filter((_, i) => i % 4 === 0)) {
      const whole = await read(text)
      for (const pieceBytes of [1, 7, 1 << 20]) {
        const got = await read(gzipSync(Buffer.from(text)), { pieceBytes })
        expect([got.names, got.types, got.rows], `${pieceBytes}: ${text}`).toEqual([whole.names, whole.types, whole.rows])
      }
    }
    expect(await failure(gzipSync(Buffer.from('{"a":1}\n{"a":1}}')), { pieceBytes: 3 })).toEqual({ code: 'INVALID_JSON', line: 2, column: 8 })
    expect(await failure(gzipSync(Buffer.from('{"a":1}\n{"a":1}')).subarray(0, 20))).toMatchObject({ code: 'FILE_CORRUPT' })
  })

  it('that are no JSON', async () => {
    for (const [text, line, column] of BAD) {
      for (const options of [{}, { pieceBytes: 3 }, { sample: 1 }]) expect(await failure(text, options), `${JSON.stringify(options)} ${text}`).toEqual({ code: 'INVALID_JSON', line, column })
    }
  })

  it('by columns that are given', async () => {
    const text = '{"a":"5","b":{"x":"1.50","y":[1]},"c":true}\n{"b":null,"a":7,"d":[{"e":1}]}'
    const got = await read(text, { columns: { a: 'INTEGER', b: 'struct<y:array<double>,x:decimal(5,2)>', none: 'date', d: 'VARCHAR' } })
    expect(got.types).toEqual(['int32', 'struct<y:array<double>,x:decimal(5,2)>', 'date', 'string'])
    expect(got.rows).toEqual([[5, { y: [1], x: '1.50' }, null, null], [7, null, null, '[{"e":1}]']])
    expect(await failure('{"a":1}\n{"a":"x"}', { columns: { a: 'bigint' } })).toEqual({ code: 'CAST_FAILED', line: 2, column: 7 })
    expect(await failure('{"a":300}', { columns: { a: 'uint8' } })).toEqual({ code: 'CAST_FAILED', line: 1, column: 6 })
    expect(await failure('{"a":[1,"x"]}', { columns: { a: 'array<int8>' } })).toEqual({ code: 'CAST_FAILED', line: 1, column: 10 })
    expect(await failure('{"a":1}', { columns: { a: 'struct<b:int8>' } })).toEqual({ code: 'CAST_FAILED', line: 1, column: 6 })
    expect(await failure('{"a":1}\n5', { columns: { a: 'int8' } })).toEqual({ code: 'CAST_FAILED', line: 2, column: 1 })
  })

  it('columns that are not asked for are not read', async () => {
    expect((await read('{"a":1,"b":2}\n{"a":3,"b":"x"}', { sample: 1 }, ['a'])).rows).toEqual([[1n], [3n]])
    expect((await read('{"a":1,"b":2}\n{"b":3}\n', {}, [])).source.rows).toBe(2)
    expect((await read('{"a":1,"b":2}', {}, ['b', 'a', 'b'])).rows).toEqual([[2n, 1n, 2n]])
  })

  it('lines that are long, rows that are many', async () => {
    const long = `{"a":"${'x'.repeat(100_000)}","b":[${Array.from({ length: 5000 }, (_, i) => i).join(',')}]}`
    const got = await read(`${long}\n{"a":"y"}\n${long}`, { pieceBytes: 64, format: 'ndjson' })
    expect(got.rows.map(([a, b]) => [(a as string).length, (b as unknown[] | null)?.length])).toEqual([[100_000, 5000], [1, undefined], [100_000, 5000]])
    const many = Array.from({ length: 30_000 }, (_, i) => `{"i":${i},"s":"t${i % 7}","u":"${i}","l":[${i},${-i}]}`)
    const all = await read(many.join('\n'), { pieceBytes: 1 << 16 })
    expect(all.rows).toEqual(many.map((_, i) => [BigInt(i), `t${i % 7}`, `${i}`, [BigInt(i), BigInt(-i)]]))
  })

  it('keys without end: one column, of maps', async () => {
    const objects = Array.from({ length: 30 }, (_, i) => `{${Array.from({ length: 400 }, (_, k) => `"k${i * 400 + k}":${k}`).join(',')}}`)
    const got = await read(objects.join('\n'), { pieceBytes: 20_000 })
    expect([got.names, got.types, got.rows.length]).toEqual([['json'], ['map<string,int64>'], 30])
    expect((got.rows[29]![0] as unknown[])[399]).toEqual(['k11999', 399n])
    const within = await read(objects.map((object) => `{"m":${object}}`).join('\n'), { pieceBytes: 20_000, sample: 2 })
    expect([within.types, within.rows.length]).toEqual([['map<string,int64>'], 30])
  })

  it('more than memory allows: refused', async () => {
    const small = openPlace(24 << 20)
    writeFileSync(path, `{"a":"${'x'.repeat(30 << 20)}"}`)
    await expect(readJson(small, path)).rejects.toMatchObject({ code: 'MEMORY_EXCEEDED' })
    expect(small.memory.inUse).toBe(0)
  })
})
