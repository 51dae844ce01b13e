/** A kernel's inputs: rows, typed arrays, Arrow tables and files; what is wrong names the input, the row and the field. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as arrow from 'apache-arrow'
import { afterAll, describe, expect, test } from 'vitest'
import { openDuckDb } from '../../src/cli/duckdb.ts'
import { openInput } from '../../src/kernel/input-file.ts'
import { parseValue } from '../../src/kernel/json-values.ts'
import type { KernelValue } from '../../src/kernel/load.ts'
import { kernelOf } from './machine.ts'

const folder = mkdtempSync(join(tmpdir(), 'arcweld-kernel-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a program that gives its input back makes of a value. */
const echo = async (element: string, value: unknown): Promise<KernelValue> => {
  const kernel = kernelOf(`|v: vec[${element}]| for(v, appender, |b,i,n| merge(b, n))`)
  try {
    return (await kernel.run(value)).value
  } finally {
    kernel.close()
  }
}

describe('rows', () => {
  test('of every type, with the forms each may have', async () => {
    expect(await echo('{bool, i8, u16, u32, i64, u64, i128}', [[true, -128, 65535, 4294967295, '-9223372036854775808', 2n ** 64n - 1n, -(2n ** 127n)]])).toEqual([
      [true, -128, 65535, 4294967295, -(2n ** 63n), 2n ** 64n - 1n, -(2n ** 127n)],
    ])
    expect(await echo('{f32, f64, str}', [[0.1, 'NaN', 'é😀'], [3n, '-Infinity', ''], ['2.5', '1e3', 'x']])).toEqual([
      [Math.fround(0.1), Number.NaN, 'é😀'], [3, Number.NEGATIVE_INFINITY, ''], [2.5, 1000, 'x'],
    ])
    expect(await echo('{date, timestamp, dec128[2]}', [['2024-02-29', '2024-02-29 13:45:00.5', '12.345'.slice(0, 5)], [0, 1n, -3n], [new Date('2024-02-29T00:00:00Z'), new Date('1970-01-01T00:00:00.001Z'), 1.5]])).toEqual([
      ['2024-02-29', '2024-02-29 13:45:00.5', '12.34'], ['1970-01-01', '1970-01-01 00:00:00.000001', '-0.03'], ['2024-02-29', '1970-01-01 00:00:00.001', '1.50'],
    ])
    expect(await echo('{?i32, ?str, {i8, ?f64}}', [[null, 'a', [1, null]], [5, null, { x: 2, y: 0.5 }]])).toEqual([[null, 'a', [1, null]], [5, null, [2, 0.5]]])
    expect(await echo('{i32, vec[{?i32, vec[str]}]}', [[1, [[2, ['a', '']], [null, []]]], [2, []]])).toEqual([[1, [[2, ['a', '']], [null, []]]], [2, []]])
    expect(await echo('i32', [])).toEqual([])
  })

  test.each([
    ['i32', [1, 2147483648], 'input 1, row 2: 2147483648 is outside of i32, -2147483648 to 2147483647'],
    ['{i32, u8}', [[1, 1], [2, -1]], 'input 1, row 2, field $1: -1 is outside of u8, 0 to 255'],
    ['{i32, {i8, i8}}', [[1, [2, 300]]], 'input 1, row 1, field $1, field $1: 300 is outside of i8, -128 to 127'],
    ['i64', [1.5], 'input 1, row 1: 1.5 is no i64'],
    ['i64', ['12x'], 'input 1, row 1: "12x" is no i64'],
    ['i32', [null], 'input 1, row 1: null is no i32'],
    ['?i32', ['a'], 'input 1, row 1: "a" is no i32'],
    ['bool', [1], 'input 1, row 1: 1 is no bool'],
    ['str', [1], 'input 1, row 1: 1 is no str'],
    ['f64', ['x'], 'input 1, row 1: "x" is no f64'],
    ['date', ['2024-02-30'], 'input 1, row 1: "2024-02-30" is no date'],
    ['dec128[2]', ['x'], 'input 1, row 1: "x" is no dec128[2]'],
    ['{i32, i32}', [[1]], 'input 1, row 1: [1] is no {i32, i32}'],
    ['vec[i8]', [[1, 2], [3, 400]], 'input 1, row 2, element 1: 400 is outside of i8, -128 to 127'],
    ['vec[i8]', [7], 'input 1, row 1: a vec is an array'],
    ['i32', 7, 'input 1: no vec[i32]: it takes an array of rows, typed arrays or an Arrow table'],
  ])('%s of %j: %s', async (element, value, message) => {
    await expect(echo(element, value)).rejects.toMatchObject({ code: 'INVALID_INPUT', message })
  })
})

describe('typed arrays', () => {
  test('alone, side by side, and by name', async () => {
    expect(await echo('i32', Int32Array.of(1, -2, 3))).toEqual([1, -2, 3])
    expect(await echo('i64', BigInt64Array.of(1n, -(2n ** 63n)))).toEqual([1n, -(2n ** 63n)])
    expect(await echo('f64', Float32Array.of(0.5, 2))).toEqual([0.5, 2])
    expect(await echo('{i32, ?f64}', [Uint8Array.of(1, 255), Float64Array.of(0.5, -0)])).toEqual([[1, 0.5], [255, -0]])
    expect(await echo('{u8, bool}', { a: Uint16Array.of(7, 255), b: Uint8Array.of(0, 1) })).toEqual([[7, false], [255, true]])
    expect(await echo('u32', Uint32Array.of(4294967295))).toEqual([4294967295])
    expect(await echo('i32', new Int32Array(0))).toEqual([])
    expect(await echo('vec[i32]', [Int32Array.of(1, 2), Int32Array.of()])).toEqual([[1, 2], []])
  })
  test('are range-checked where they are wider', async () => {
    await expect(echo('{i8, i32}', [Int32Array.of(1, 128), Int32Array.of(1, 1)])).rejects.toMatchObject({ code: 'INVALID_INPUT', message: 'input 1, row 2, field $0: 128 is outside of i8, -128 to 127' })
    await expect(echo('i32', Float64Array.of(0.5))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(echo('{i32, i32}', [Int32Array.of(1)])).rejects.toMatchObject({ message: 'input 1: 1 columns are given, and a row of vec[{i32, i32}] has 2' })
    await expect(echo('{i32, i32}', [Int32Array.of(1), Int32Array.of(1, 2)])).rejects.toMatchObject({ message: 'input 1: columns of different lengths' })
  })
})

describe('Arrow tables', () => {
  test('columns by position, whatever their width', async () => {
    const table = new arrow.Table({
      a: arrow.vectorFromArray([1n, 2n, 300n], new arrow.Int64()),
      b: arrow.vectorFromArray(['x', null, 'x'], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
      c: arrow.vectorFromArray([0.5, 1.5, null], new arrow.Float64()),
    } as never)
    expect(await echo('{i32, ?str, ?f64}', table)).toEqual([[1, 'x', 0.5], [2, null, 1.5], [300, 'x', null]])
    await expect(echo('{i8, ?str, ?f64}', table)).rejects.toMatchObject({ message: 'input 1, row 3, column "a": 300 is outside of i8, -128 to 127' })
    const signed = new arrow.Table({ a: arrow.vectorFromArray([70000, -1], new arrow.Int32()) } as never)
    await expect(echo('u32', signed)).rejects.toMatchObject({ message: 'input 1, row 2, column "a": -1 is outside of u32, 0 to 4294967295' })
    expect(await echo('i32', signed)).toEqual([70000, -1])
    await expect(echo('{i32, str, ?f64}', table)).rejects.toMatchObject({ message: 'input 1, row 2, column "b": NULL is no str' })
    await expect(echo('{i32, ?str}', table)).rejects.toMatchObject({ message: 'input 1: it has 3 columns, and a row of the parameter has 2 fields' })
    await expect(echo('{i32, ?i32, ?f64}', table)).rejects.toMatchObject({ message: 'input 1: column "b" is string, and field $1 is ?i32' })
  })
})

describe('files', () => {
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const VEC = { kind: 'vec', of: { kind: 'scalar', scalar: 'i32' } } as const
  const I32 = { kind: 'scalar', scalar: 'i32' } as const

  test('lines of JSON keep every digit, and values in order of appearance', () => {
    const where = () => 'here'
    expect(parseValue(' {"b": 1, "1": [2, {"a": null}], "b": 123456789012345678901} ', where)).toEqual([1, [2, [null]], 123456789012345678901n])
    expect(parseValue('[-0, 1.5e3, 0.12345678901234567, true, "a\\"\\u00e9"]', where)).toEqual([-0, 1500, '0.12345678901234567', true, 'a"é'])
    for (const bad of ['', '[1,', '[1 2]', '{"a" 1}', '{a: 1}', '01', '1 2', 'nul', '"a', '['.repeat(10_000)]) expect(() => parseValue(bad, where)).toThrow(/^here: no JSON at character/)
  })
  test('a vec has a line an element, other parameters one line', async () => {
    expect(await openInput(file('v.ndjson', '1\n\n2\r\n3'), VEC)).toEqual([1, 2, 3])
    expect(await openInput(file('one.ndjson', '[1, 2]\n'), I32)).toEqual([1, 2])
    await expect(openInput(file('two.ndjson', '1\n2\n'), I32)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(openInput(file('bad.ndjson', '1\n{2\n'), VEC)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('bad.ndjson, line 2: no JSON at character 2') })
    await expect(openInput(join(folder, 'none'), VEC)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })
  test('Parquet and Arrow IPC', async () => {
    const path = join(folder, 't.parquet')
    const duckdb = await openDuckDb(1)
    await duckdb.exec(`copy (select i::bigint as id, ('k' || (i % 3)) as k, (i / 4)::decimal(9,2) as d, date '2024-01-01' + (i % 9)::integer as day from range(3000) r(i)) to '${path}' (format parquet)`)
    duckdb.close()
    const kernel = kernelOf('|v: vec[{i32, str, dec128[2], date}]| result(for(v, dictmerger[str, {i64, dec128[2], date}, max], |b,i,n| merge(b, {n.$1, {i64(n.$0), n.$2, n.$3}})))')
    const source = await openInput(path, kernel.inputs[0] as never)
    expect([...((await kernel.run(source)).value as ReadonlyMap<string, unknown>)]).toEqual([
      ['k0', [2997n, '749.25', '2024-01-07']], ['k1', [2998n, '749.50', '2024-01-08']], ['k2', [2999n, '749.75', '2024-01-09']],
    ])
    const ipc = join(folder, 't.arrow')
    writeFileSync(ipc, arrow.tableToIPC(new arrow.Table({ a: arrow.vectorFromArray([4, 5], new arrow.Int32()) } as never), 'file'))
    const sum = kernelOf('|v: vec[i32]| result(for(v, merger[i32, +], |b,i,n| merge(b, n)))')
    expect((await sum.run(await openInput(ipc, VEC))).value).toBe(9)
    kernel.close()
    sum.close()
  })
})
