/** Parameters in row layout: read in place where loops run over them, else as columns; from rows as bytes, values and tables. */
import { tableFromArrays } from 'apache-arrow'
import { describe, expect, test } from 'vitest'
import { leafTypes, rowField } from '../../src/language/lower/types.ts'
import { NOWHERE } from '../../src/language/build.ts'
import type { Kernel, Type } from '../../src/language/nodes.ts'
import { encodeRows } from '../../src/layout/row-batch.ts'
import type { RowField, RowValue } from '../../src/layout/unsafe-row.ts'
import type { Plain } from '../language/evaluate.ts'
import { Random, randomValue } from '../language/random-input.ts'
import { randomProgram } from '../language/random-program.ts'
import { testSeed } from '../seed.ts'
import { kernelOf } from './machine.ts'
import { pasteable, type Verdict, verdictOn } from './parity-check.ts'

const seed = testSeed()
const programs = Number(process.env['ARCWELD_FUZZ_N'] || 1000)

const field = (physical: RowField['physical'], nullable = false): RowField => ({ physical, nullable })
const run = async (text: string, ...inputs: readonly unknown[]) => {
  const kernel = kernelOf(text)
  try {
    return (await kernel.run(...inputs)).value
  } finally {
    expect(kernel.memoryInUse).toBe(0)
    kernel.close()
  }
}

const EVERY = '{bool, i8, i16, i32, i64, f32, f64, date, timestamp, str, dec128[2], ?str, ?dec128[0], ?bool}'
const FIELDS = [
  ...(['bool8', 'i8', 'i16', 'i32', 'i64', 'f32', 'f64', 'i32', 'i64', 'utf8', 'i128'] as const).map((p) => field(p)),
  field('utf8', true), field('i128', true), field('bool8', true),
]
const ROWS: readonly (readonly RowValue[])[] = [
  [true, -128n, -32768n, -(2n ** 31n), -(2n ** 63n), 0.5, -0, 19753n, 1n, 'é', -125n, null, null, null],
  [false, 127n, 32767n, 2n ** 31n - 1n, 2n ** 63n - 1n, Number.NaN, Infinity, 0n, -1n, '', 10n ** 38n - 1n, 'x', -1n, true],
]
const SHOWN = [
  [true, -128, -32768, -2147483648, -(2n ** 63n), 0.5, -0, '2024-01-31', '1970-01-01 00:00:00.000001', 'é', '-1.25', null, null, null],
  [false, 127, 32767, 2147483647, 2n ** 63n - 1n, Number.NaN, Infinity, '1970-01-01', '1969-12-31 23:59:59.999999', '', '999999999999999999999999999999999999.99', 'x', '-1', true],
]

describe('what a row can hold', () => {
  const program = `|v: vec[${EVERY}] @(layout: row)| for(v, appender, |b, i, x| merge(b, x))`
  test('rows as bytes, with their offsets', async () => {
    expect(await run(program, encodeRows(FIELDS, ROWS))).toEqual(SHOWN)
  })
  test('values', async () => {
    expect(await run(program, SHOWN)).toEqual(SHOWN)
    expect(await run(program, [])).toEqual([])
  })
  test('rows of one stride need no offsets, and may have them', async () => {
    const fields = [field('i32'), field('i128', true)]
    const { rows } = encodeRows(fields, [[1n, 5n], [2n, null], [3n, -7n]])
    const sum = '|v: vec[{i32, ?dec128[1]}] @(layout: row)| for(v, {merger[i32, +], merger[?dec128[1], +]}, |b, i, x| {merge(b.$0, x.$0), merge(b.$1, x.$1)})'
    expect(await run(sum, { rows })).toEqual([6, '-0.2'])
    expect(await run(sum, { rows, offsets: Uint32Array.of(0, 40, 80) })).toEqual([6, '-0.2'])
    expect(await run(sum, { rows: new Uint8Array(0) })).toEqual([0, null])
  })
  test('a scalar as the one field; more rows than are taken at a time', async () => {
    const numbers = Array.from({ length: 150_000 }, (_, i) => i)
    expect(await run('|v: vec[i32] @(layout: row)| for(v, {merger[i64, +], appender}, |b, i, x| if(x % 50000 == 7, {merge(b.$0, i64(x)), merge(b.$1, x)}, {merge(b.$0, i64(x)), b.$1}))', numbers)).toEqual([11249925000n, [7, 50007, 100007]])
  })
  test('typed arrays and Arrow tables', async () => {
    const program = '|v: vec[{i32, f64}] @(layout: row)| for(v, appender, |b, i, x| if(x.$0 > 1, merge(b, x.$1), b))'
    const columns = { k: Int32Array.of(1, 2, 3), x: Float64Array.of(0.5, -0, 7) }
    expect(await run(program, columns)).toEqual([-0, 7])
    expect(await run(program, tableFromArrays(columns))).toEqual([-0, 7])
  })
})

describe('how it is read', () => {
  const sources = (text: string) => kernelOf(text).ir.match(/(?<=for\()t\d: .*(?=,$)/gm)
  const R = '|v: vec[{i32, ?str}] @(layout: row)|'
  const ROW = 't0: vec[{i32, ?utf8}] @(layout: row)'
  test('in place by loops and sorts', () => {
    expect(sources(`${R} for(v, merger[i32, +], |b, i, x| merge(b, x.$0))`)).toEqual([ROW])
    expect(sources(`${R} sort(v, |x| x.$1)`)?.[0]).toBe(ROW)
    expect(sources(`|k: i32, s: {vec[{i32, ?str}] @(layout: row), i32}| for(s.$0, merger[i32, +], |b, i, x| merge(b, x.$0 * k))`)).toEqual([ROW])
  })
  test.each([
    ['its numbers', 'for(v, appender, |b, i, x| merge(b, i))', [0n, 1n, 2n]],
    ['its length', 'len(v)', 3n],
    ['an element', 'lookup(v, 2L).$1', 'c'],
    ['a part', 'for(iter(v, 1L, _, _), appender, |b, i, x| merge(b, x.$1))', [null, 'c']],
    ['in step with another', 'for(zip(v, [1, 2, 3]), appender, |b, i, x| merge(b, x.$0.$0 * x.$1))', [5, 8, 27]],
    ['within a loop', 'for(v, appender, |b, i, x| merge(b, result(for(v, merger[i64, +], |c, j, y| if(y.$0 < x.$0, merge(c, 1L), c)))))', [1n, 0n, 2n]],
    ['as it is', 'v', [[5, 'a'], [4, null], [9, 'c']]],
    ['in a choice', 'if(len(v) > 2L, v, slice(v, 0L, 1L))', [[5, 'a'], [4, null], [9, 'c']]],
    ['within rows of another', 'for([1, 2], appender[vec[{i32, ?str}]], |b, i, k| merge(b, v))', [[[5, 'a'], [4, null], [9, 'c']], [[5, 'a'], [4, null], [9, 'c']]]],
  ])('%s', async (_, body, value) => {
    const rows = [[5, 'a'], [4, null], [9, 'c']]
    expect(await run(`${R} ${body}`, rows)).toEqual(value)
    expect(await run(`|v: vec[{i32, ?str}]| ${body}`, rows)).toEqual(value)
  })
  test('turned into columns once, before all else', () => {
    const { ir } = kernelOf(`${R} {len(v), lookup(v, 0L).$0, result(for(v, appender, |b, i, x| merge(b, i)))}`)
    expect(ir.match(/layout: row/g)).toHaveLength(1)
    expect(ir.startsWith(`let b0 = for(${ROW},\n  appender`)).toBe(true)
  })
})

describe('what is refused', () => {
  const program = '|v: vec[{i32, ?str}] @(layout: row)| for(v, appender, |b, i, x| merge(b, x.$1))'
  const { rows, offsets } = encodeRows([field('i32'), field('utf8', true)], [[1n, 'abcdefghij'], [2n, null]])
  test.each([
    ['bytes that end too early', { rows: rows.subarray(0, 40), offsets }],
    ['no offsets', { rows }],
    ['a string that leaves its row', { rows: rows.map((b, i) => (i === 16 ? 200 : b)), offsets }],
    ['rows that do not begin where they end', { rows, offsets: Uint32Array.of(0, 20) }],
    ['a NULL where there is none', { rows: rows.map((b, i) => (i === 0 ? 1 : b)), offsets }],
  ])('%s', async (_, bytes) => {
    await expect(run(program, bytes)).rejects.toMatchObject({ code: 'FILE_FORMAT' })
  })
  test('what are no rows at all', async () => {
    await expect(run(program, { rows: 'abc' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(run(program, { rows, offsets: [0, 40] })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(run(program, [[1, 2]])).rejects.toMatchObject({ code: 'INVALID_INPUT', message: 'input 1, row 1, field $1: 2 is no str' })
  })
  test.each(['u8', '{i32, u64}', 'i128', '?u16', 'vec[i32]', '{i32, {str, vec[str]}}'])('%s', (element) => {
    const text = `|n: i32,\n v: vec[${element}] @(layout: row)| n`
    expect(() => kernelOf(text)).toThrow(expect.objectContaining({ code: 'IR_TYPE', line: 2, column: 9 }))
  })
})

/** The parameters that rows can hold in row layout. */
const inRows = (kernel: Kernel): Kernel => ({ ...kernel, params: kernel.params.map((p) => (p.type.kind === 'vec' && canLie(p.type.of) ? { ...p, type: { ...p.type, layout: 'row' } } : p)) })
const canLie = (type: Type): boolean => {
  try {
    return leafTypes(type).every((leaf) => rowField(leaf, NOWHERE))
  } catch {
    return false
  }
}
const asBytes = (type: Type, value: Plain): unknown => {
  if (type.kind !== 'vec' || type.layout !== 'row') return value
  const fields = leafTypes(type.of).map((leaf) => rowField(leaf, NOWHERE))
  return encodeRows(fields, (value as readonly Plain[]).map((row) => (type.of.kind === 'struct' ? (row as readonly Plain[]).flat() : [row]) as RowValue[]))
}

test(`${programs} programs at random, seed ${seed}`, async () => {
  const verdicts: Record<Verdict, number> = { same: 0, raised: 0, unsupported: 0, 'too long': 0, 'not raised': 0 }
  let tried = 0
  for (let n = 0; tried < programs; n++) {
    const made = randomProgram(seed + 2_000_000 + n)
    const kernel = inRows(made.kernel)
    if (!kernel.params.some((p) => p.type.kind === 'vec' && p.type.layout)) continue
    const random = new Random(seed + n)
    const length = [0, 1, 2, 9, 100, 1025][tried++ % 6] as number
    const inputs = kernel.params.map(({ type }): Plain => (type.kind === 'vec' ? Array.from({ length }, () => randomValue(type.of, random)) : randomValue(type, random)))
    const given = tried % 2 ? inputs : kernel.params.map(({ type }, i) => asBytes(type, inputs[i] as Plain))
    try {
      verdicts[await verdictOn(kernel, inputs, 20_000, given)]++
    } catch (error) {
      throw new Error(`program ${seed + 2_000_000 + n}: ${(error as Error).message}\n${pasteable(kernel, inputs)}`, { cause: error })
    }
  }
  expect(verdicts.same).toBeGreaterThan(programs * 0.5)
  expect(verdicts.unsupported).toBeLessThanOrEqual(programs * 0.005)
}, 300_000)
