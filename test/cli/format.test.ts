import { tableFromIPC } from 'apache-arrow'
import { describe, expect, test } from 'vitest'
import type { CliResult, Row } from '../../src/cli/engine-door.ts'
import { tableWriter } from '../../src/cli/format/table.ts'
import { csvField, jsonText } from '../../src/cli/format/text.ts'
import { writeResult } from '../../src/cli/format/write.ts'
import type { ResultFormat } from '../../src/cli/options.ts'
import { capture } from './stand-in.ts'

describe('values', () => {
  test.each([
    [null, 'null', ''],
    [true, 'true', 'true'],
    [-0, '-0', '-0'],
    [0.1, '0.1', '0.1'],
    [1e21, '1e+21', '1e+21'],
    [Number.NaN, '"NaN"', 'NaN'],
    [Infinity, '"Infinity"', 'Infinity'],
    [-Infinity, '"-Infinity"', '-Infinity'],
    [170141183460469231731687303715884105727n, '170141183460469231731687303715884105727', '170141183460469231731687303715884105727'],
    ['1.50', '"1.50"', '1.50'],
    ['', '""', '""'],
    ['a,b', '"a,b"', '"a,b"'],
    ['say "x"', '"say \\"x\\""', '"say ""x"""'],
    ['two\nlines', '"two\\nlines"', '"two\nlines"'],
    [new Uint8Array([0, 255, 16]), '"00ff10"', '00ff10'],
    [[1, null, 2n], '[1,null,2]', '"[1,null,2]"'],
    [{ a: 'x' }, '{"a":"x"}', '"{""a"":""x""}"'],
  ])('%o', (value, json, csv) => {
    expect(jsonText(value)).toBe(json)
    expect(csvField(value)).toBe(csv)
  })
})

const schema = [
  { name: 'n', type: 'int64' },
  { name: 'a,b', type: 'string' },
]
const rows: Row[] = [
  { n: 1n, 'a,b': 'x' },
  { n: -22n, 'a,b': null },
  { n: null, 'a,b': '' },
]

const result = (all: readonly Row[], batchRows = 2): CliResult => ({
  schema,
  rows: async () => [...all],
  toArrow: async () => (await import('apache-arrow')).tableFromArrays({ n: new Int32Array([1, 2]) }),
  ipc: async function* () {
    const { tableFromArrays, tableToIPC } = await import('apache-arrow')
    yield tableToIPC(tableFromArrays({ n: new Int32Array([1, 2]) }), 'stream')
  },
  explain: () => ({ stages: [] }),
  close: () => undefined,
  async *[Symbol.asyncIterator]() {
    for (let at = 0; at < all.length; at += batchRows) {
      const batch = all.slice(at, at + batchRows)
      yield { numRows: batch.length, rows: () => batch }
    }
  },
})

const written = async (format: ResultFormat, all: readonly Row[] = rows) => {
  const terminal = capture()
  await writeResult(result(all), format, terminal.out)
  return terminal
}

describe('formats', () => {
  test('csv: header, LF, NULL empty and the empty string quoted', async () => {
    expect((await written('csv')).stdout()).toBe('n,"a,b"\n1,x\n-22,\n,""\n')
  })

  test('ndjson: one object a line, 64-bit integers as digits', async () => {
    expect((await written('ndjson')).stdout()).toBe('{"n":1,"a,b":"x"}\n{"n":-22,"a,b":null}\n{"n":null,"a,b":""}\n')
  })

  test('table: numbers to the right, NULL as a word', async () => {
    expect((await written('table')).stdout()).toBe('   n  a,b\n────  ───\n   1  x\n -22  NULL\nNULL  \n'.replace('───\n', '────\n'))
  })

  test('arrow: an IPC stream', async () => {
    const table = tableFromIPC((await written('arrow')).bytes())
    expect(table.numRows).toBe(2)
    expect(table.schema.fields.map((field) => field.name)).toEqual(['n'])
  })

  test('no rows: the header alone', async () => {
    expect((await written('csv', [])).stdout()).toBe('n,"a,b"\n')
    expect((await written('ndjson', [])).stdout()).toBe('')
    expect((await written('table', [])).stdout()).toBe('n  a,b\n─  ───\n')
  })

  test('rows after the sampled ones follow', async () => {
    const many = Array.from({ length: 2500 }, (_, i) => ({ n: BigInt(i), 'a,b': `v${i}` }))
    expect((await written('csv', many)).stdout().split('\n').slice(-3)).toEqual(['2498,v2498', '2499,v2499', ''])
    expect((await written('table', many)).stdout().split('\n').length).toBe(2503)
  })

  test('control characters do not reach the terminal', () => {
    const writer = tableWriter([{ name: 's', type: 'string' }])
    expect(writer.lines([{ s: 'a\u001b[31m\nb\t' }])).toBe('a\\x1b[31m\\nb\\t\n')
  })
})
