/** Every construct of the language, natively and by the reference evaluator; figures, memory, and kernels that run more than once. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseKernel } from '../../src/language/index.ts'
import type { Plain } from '../language/evaluate.ts'
import { kernelOf } from './machine.ts'
import { verdictOn } from './parity-check.ts'

const PAIRS: Plain = [[1n, 5n], [2n, 11n], [1n, 12n], [3n, -4n], [2n, 20n]]
const NUMBERS: Plain = [5n, -3n, 9n, 0n, 7n, 7n, -8n, 1n, 2n, 100n, 3n]
const NESTED: Plain = [[1n, [1n, 2n, 3n]], [2n, []], [3n, [-7n]], [4n, [10n, 20n]]]
const P = '|v: vec[{i32, i32}]|'
const N = '|v: vec[i64]|'
const V = '|v: vec[{i32, vec[i32]}]|'

/** What a construct is, a program, its inputs. */
const CONSTRUCTS: readonly (readonly [what: string, text: string, ...inputs: Plain[]])[] = [
  ['filter and project', `${P} for(v, appender, |b,i,n| if(n.$1 > 10, merge(b, n.$0), b))`, PAIRS],
  ['group by sum', `${P} for(v, dictmerger[i32,i32,+], |b,i,n| merge(b, {n.$0, n.$1}))`, PAIRS],
  ['merger', `${N} result(for(v, merger[i64, +], |b,i,n| merge(b, n)))`, NUMBERS],
  ['merger with a start', `${N} result(for(v, merger[i64, max](50L), |b,i,n| merge(b, n)))`, NUMBERS],
  ['merger of a struct', `${N} result(for(v, merger[{i64, i64}, +], |b,i,n| merge(b, {n, 1L})))`, NUMBERS],
  ['merger of options', `|v: vec[?i32]| result(for(v, merger[?i32, min], |b,i,n| merge(b, n)))`, [null, 4n, null, -2n]],
  ['merger of options, none merged', `|v: vec[?i32]| result(for(v, merger[?i32, min], |b,i,n| merge(b, n)))`, [null, null]],
  ['first', `|v: vec[str]| result(for(v, merger[str, first], |b,i,n| if(len(n) > 1L, merge(b, n), b)))`, ['a', 'bb', 'ccc']],
  ['least string', `|v: vec[str]| {result(for(v, merger[str, min], |b,i,n| merge(b, n))), result(for(v, merger[str, max], |b,i,n| merge(b, n)))}`, ['m', 'ab', 'z', '']],
  ['&& and ||', `${N} result(for(v, {merger[bool, &&], merger[bool, ||]}, |b,i,n| {merge(b.$0, n > 0L), merge(b.$1, n > 50L)}))`, NUMBERS],
  ['several builders', `${N} result(for(v, {appender[i64], merger[i64, +], dictmerger[i64, i64, max]}, |b,i,n| {merge(b.$0, n * 2L), merge(b.$1, n), merge(b.$2, {n % 3L, n})}))`, NUMBERS],
  ['merges on both sides of an if', `${N} result(for(v, appender[i64], |b,i,n| if(n > 4L, merge(merge(b, n), 0L), merge(b, -1L))))`, NUMBERS],
  ['an index', `${N} result(for(v, appender[i64], |b,i,n| merge(b, i * 100L + n)))`, NUMBERS],
  ['iter', `${N} result(for(iter(v, 1L, 9L, 3L), appender[i64], |b,i,n| merge(b, n)))`, NUMBERS],
  ['iter outside of the vec', `${N} result(for(iter(v, 1L, 99L, 3L), appender[i64], |b,i,n| merge(b, n)))`, NUMBERS],
  ['rangeiter', `|n: i64| result(for(rangeiter(2L, n, 5L), appender[i64], |b,i,x| merge(b, x * x + i)))`, 40n],
  ['rangeiter with a stride of 0', `|n: i64| result(for(rangeiter(2L, n, n), appender[i64], |b,i,x| merge(b, x)))`, 0n],
  ['zip', `|a: vec[i64], c: vec[{f64, i8}]| result(for(zip(a, c), appender[{i64, f64}], |b,i,n| merge(b, {n.$0 + i64(n.$1.$1), n.$1.$0})))`, [1n, 2n, 3n], [[0.5, -1n], [-0, 100n], [Number.NaN, -128n]]],
  ['zip of different lengths', `|a: vec[i64], c: vec[i64]| result(for(zip(a, c), merger[i64, +], |b,i,n| merge(b, n.$0 * n.$1)))`, [1n, 2n, 3n], [1n, 2n]],
  ['a vec that is read by number', `${N} result(for(rangeiter(0L, len(v), 1L), appender[i64], |b,i,x| merge(b, lookup(v, len(v) - x - 1L))))`, NUMBERS],
  ['lookup outside of the vec', `${N} lookup(v, 11L)`, NUMBERS],
  ['lookup in a dict', `${P} let d = result(for(v, dictmerger[i32,i32,+], |b,i,n| merge(b, {n.$0, n.$1}))); result(for(v, appender[i32], |b,i,n| merge(b, n.$1 - lookup(d, n.$0))))`, PAIRS],
  ['lookup of what is not there', `${P} let d = result(for(v, dictmerger[i32,i32,+], |b,i,n| merge(b, {n.$0, n.$1}))); lookup(d, 77)`, PAIRS],
  ['optlookup and keyexists in a dict', `${P} let d = result(for(v, dictmerger[i32,i32,+], |b,i,n| merge(b, {n.$0, n.$1}))); {optlookup(d, 2), optlookup(d, 9), keyexists(d, 3), keyexists(d, 0), len(d)}`, PAIRS],
  ['groups', `${P} result(for(v, groupmerger[i32, i32], |b,i,n| merge(b, {n.$0, n.$1})))`, PAIRS],
  ['a loop over a group', `${P} let g = result(for(v, groupmerger[i32, i32], |b,i,n| merge(b, {n.$0, n.$1}))); result(for(lookup(g, 2), merger[i32, +], |b,i,n| merge(b, n)))`, PAIRS],
  ['a loop over each group', `${P} let g = result(for(v, groupmerger[i32, i32], |b,i,n| merge(b, {n.$0, n.$1}))); result(for(tovec(g), appender[{i32, i32}], |b,i,n| merge(b, {n.$0, result(for(n.$1, merger[i32, max], |c,j,x| merge(c, x)))})))`, PAIRS],
  ['vecmerger', `${P} result(for(v, vecmerger[i64, +]([100L, 200L, 300L, 400L]), |b,i,n| merge(b, {i64(n.$0), i64(n.$1)})))`, PAIRS],
  ['vecmerger of structs', `${P} result(for(v, vecmerger[{i64, ?i32}, max]([{0L, none[i32]}, {100L, some(1)}, {2L, some(50)}, {3L, none[i32]}]), |b,i,n| merge(b, {i64(n.$0), {i64(n.$1), some(n.$1)}})))`, PAIRS],
  ['a merge outside of the vec', `${P} result(for(v, vecmerger[i64, +]([1L]), |b,i,n| merge(b, {i64(n.$0), 1L})))`, PAIRS],
  ['dictmerger with a start', `|v: vec[{i32, i32}], w: vec[i32]| let d = result(for(w, dictmerger[i32, i32, +], |b,i,n| merge(b, {n, n * 10}))); result(for(v, dictmerger[i32, i32, +](d), |b,i,n| merge(b, {n.$0, n.$1})))`, PAIRS, [9n, 1n]],
  ['nested vecs', `${V} result(for(v, appender[i32], |b,i,n| for(n.$1, b, |c,j,x| if(x > 1, merge(c, x * n.$0), c))))`, NESTED],
  ['a merger over a nested vec', `${V} result(for(v, appender[{i32, i64}], |b,i,n| merge(b, {result(for(n.$1, merger[i32, +], |c,j,x| merge(c, x))), len(n.$1)})))`, NESTED],
  ['nested vecs given out', `${V} result(for(v, appender[vec[i32]], |b,i,n| if(len(n.$1) > 0L, merge(b, n.$1), b)))`, NESTED],
  ['vecs made within rows', `${V} result(for(v, appender[vec[i64]], |b,i,n| merge(b, result(for(n.$1, appender[i64], |c,j,x| if(x > 1, merge(c, i64(x) + j), c))))))`, NESTED],
  ['dicts made within rows', `${V} result(for(v, appender[i64], |b,i,n| let d = result(for(n.$1, dictmerger[i32, i64, +], |c,j,x| merge(c, {x % 2, 1L}))); merge(b, len(d) * 10L + optlookup(d, 0).$1)))`, NESTED],
  ['sorts within rows', `${V} result(for(v, appender[vec[i32]], |b,i,n| merge(b, sort(n.$1, |x| -x))))`, NESTED],
  ['slice', `${N} {slice(v, 2L, 3L), slice(v, 9L, 99L), slice(v, -1L, 3L), slice(v, 3L, -1L)}`, NUMBERS],
  ['slice of a string', `|s: str| {cudf[str_slice, str](s, 1L, 2L), cudf[str_slice, str](s, -1L, 3L), cudf[str_slice, str](s, 2L, 100L), cudf[str_slice, str](s, 9223372036854775807L, 9223372036854775807L), len(s)}`, 'abcd'],
  ['sort', `${P} sort(v, |x| {x.$0, -x.$1})`, PAIRS],
  ['sort, descending, with NULL and NaN', `|v: vec[?f64]| sort(v, |x| x) @(descending: true)`, [1.5, null, Number.NaN, -0, 0, Number.NEGATIVE_INFINITY]],
  ['sort of unsigned', `|v: vec[u32], w: vec[u64]| {sort(v, |x| x), sort(w, |x| x)}`, [3n, 4294967295n, 0n, 2147483648n], [3n, 2n ** 64n - 1n, 0n, 2n ** 63n]],
  ['tovec', `${P} tovec(result(for(v, dictmerger[i32,i32,min], |b,i,n| merge(b, {n.$0, n.$1}))))`, PAIRS],
  ['options', `|v: vec[?i32]| result(for(v, appender[?i64], |b,i,n| merge(b, if(isnull(n), none[i64], some(i64(value(n)) * 2L)))))`, [1n, null, -5n]],
  ['decimals', `|v: vec[dec128[2]]| result(for(v, merger[dec128[2], +], |b,i,n| merge(b, n)))`, [150n, -25n, 99999999999999999999999n]],
  ['products of decimals', `|a: dec128[2], b: dec128[2]| {a * b, a + b, a > b}`, 150n, -25n],
  ['sized integers wrap', `|a: i8, b: i8, c: u8, d: u8| {a + b, a * b, -a, c - d, c * d, c << 3u8}`, 100n, 90n, 200n, 201n],
  ['unsigned numbers', `|a: u32, b: u64| {a / 3u32, a % 10u32, a > 5u32, b / 3u64, f64(b), i64(a), a >> 1u32, max(a, 1u32)}`, 4294967295n, 2n ** 64n - 1n],
  ['checked arithmetic', `|a: i32, b: u8| {a +! 1, b *! 2u8}`, 5n, 100n],
  ['overflow', `|a: i32| a +! 1`, 2147483647n],
  ['overflow of a sized integer', `|a: u8| a +! 1u8`, 255n],
  ['division by zero', `${N} result(for(v, appender[i64], |b,i,n| merge(b, 10L / n)))`, NUMBERS],
  ['the least number by −1', `|a: i32, b: i64| {a / -1, a % -1, b / -1L}`, -2147483648n, -(2n ** 63n)],
  ['casts', `|x: f64| {i8(x), u8(x), i32(x), u32(x), i64(x), u64(x), i128(x), f32(x), bool(x)}`, -1e30],
  ['mathematics', `|x: f64| {exp(x), log(x), sqrt(x), sin(x), pow(x, 2.5), floor(x), nearest(x)}`, 2.5],
  ['a function of the runtime', `|v: vec[str]| result(for(v, appender[i32], |b,i,n| merge(b, cudf[str_length, i32](n))))`, ['é', '', 'abc']],
  ['assert', `${N} result(for(v, appender[i64], |b,i,n| merge(b, assert(n < 1000L, n))))`, NUMBERS],
  ['an assertion that does not hold', `${N} result(for(v, appender[i64], |b,i,n| merge(b, assert(n < 100L, n))))`, NUMBERS],
  ['select and if', `${N} result(for(v, appender[i64], |b,i,n| merge(b, select(n > 5L, n, if(n == 0L, 7L, 100L / n)))))`, NUMBERS],
  ['iterate', `|x: f64| iterate({x, 0L}, |s| {{(s.$0 + x / s.$0) / 2.0, s.$1 + 1L}, abs(s.$0 * s.$0 - x) > 0.0000001})`, 2],
  ['iterate with loops', `${N} iterate(v, |s| {result(for(s, appender[i64], |b,i,n| merge(b, n / 2L))), result(for(s, merger[bool, ||], |b,i,n| merge(b, n > 1L)))})`, NUMBERS],
  ['iterate over a dict', `${P} iterate({result(for(v, dictmerger[i32,i32,+], |b,i,n| merge(b, {n.$0, n.$1}))), 0L}, |s| {{result(for(tovec(s.$0), dictmerger[i32,i32,+], |b,i,n| merge(b, {n.$0 / 2, n.$1 + 1}))), s.$1 + 1L}, s.$1 < 2L})`, PAIRS],
  ['a branch with loops', `|v: vec[i64], up: bool| if(up, result(for(v, appender[i64], |b,i,n| merge(b, n + 1L))), sort(v, |x| x))`, NUMBERS, false],
  ['a branch that raises and is not taken', `|v: vec[i64], up: bool| if(up, result(for(v, merger[i64, +], |b,i,n| merge(b, n / 0L))), 5L)`, NUMBERS, false],
  ['loops into a builder one after the other', `${N} let b1 = for(v, appender[i64], |b,i,n| merge(b, n)); result(for(v, merge(b1, 77L), |b,i,n| if(n > 5L, merge(b, -n), b)))`, NUMBERS],
  ['a dict that two loops merge into', `${N} let b1 = for(v, dictmerger[i64, i64, +], |b,i,n| merge(b, {n % 3L, n})); result(for(v, b1, |b,i,n| merge(b, {n % 2L, 1000L})))`, NUMBERS],
  ['staged', `${N} result(for(result(for(v, staged[4, i64], |b,i,n| if(n > 0L, merge(b, n * 2L), b))), merger[i64, +], |b,i,n| merge(b, n * n)))`, NUMBERS],
  ['functions', `${N} let twice = |x: i64| x + x; result(for(v, appender[i64], |b,i,n| merge(b, twice(twice(n)))))`, NUMBERS],
  ['dates and timestamps', `|d: vec[date], t: timestamp| {result(for(d, merger[date, max], |b,i,n| merge(b, n))), t > timestamp("2020-01-01 00:00:00")}`, [19000n, -5n], 1_600_000_000_000_000n],
  ['keys of floats', `|v: vec[f64]| result(for(v, dictmerger[f64, i64, +], |b,i,n| merge(b, {n, 1L})))`, [0, -0, Number.NaN, 1.5, Number.NaN]],
  ['keys of structs and options', `|v: vec[{?i32, str}]| result(for(v, dictmerger[{?i32, str}, i64, +], |b,i,n| merge(b, {n, 1L})))`, [[null, 'a'], [1n, 'a'], [null, 'a'], [1n, 'b']]],
  ['scalars and structs as they are', `|a: i32, s: {str, ?f64, vec[i8]}| {a + 1, s.$0, s.$1, s.$2, [a, 7]}`, 41n, ['x', null, [1n, -128n]]],
]

describe('constructs', () => {
  test.each(CONSTRUCTS.map(([what, text, ...inputs]) => ({ what, text, inputs })))('$what', async ({ text, inputs }) => {
    expect(await verdictOn(parseKernel(text), inputs)).toMatch(/^(same|raised)$/)
  })

  test('those that end with an error say where', async () => {
    const errors: string[] = []
    for (const [what, text, ...inputs] of CONSTRUCTS) {
      if ((await verdictOn(parseKernel(text), inputs)) !== 'raised') continue
      const kernel = kernelOf(text)
      const error = await kernel.run(...inputs).then(
        () => undefined,
        (e: Error & { code: string }) => e,
      )
      kernel.close()
      errors.push(`${what}: ${error?.code}: ${error?.message}`)
    }
    expect(errors).toMatchInlineSnapshot(`
      [
        "iter outside of the vec: RAISED: an iter outside of its vec, at line 1, column 22",
        "rangeiter with a stride of 0: RAISED: a stride below 1, at line 1, column 17",
        "zip of different lengths: RAISED: a zip of vecs of different lengths, at line 1, column 35",
        "lookup outside of the vec: RAISED: a lookup outside of the vec, at line 1, column 15",
        "lookup of what is not there: RAISED: a lookup of a key that is not there, at line 1, column 101",
        "a merge outside of the vec: RAISED: a merge outside of the vec, at line 1, column 69",
        "overflow: OVERFLOW: the result of + does not fit, at line 1, column 12",
        "overflow of a sized integer: OVERFLOW: the result of + does not fit, at line 1, column 11",
        "division by zero: DIVIDE_BY_ZERO: a division by zero, at line 1, column 65",
        "an assertion that does not hold: RAISED: an assertion that does not hold, at line 1, column 61",
      ]
    `)
  })
})

describe('a kernel', () => {
  const FILTER = readFileSync(new URL('../../examples/kernels/filter.weld', import.meta.url), 'utf8')

  test('tells its pipelines, its module, types and figures', async () => {
    const kernel = kernelOf(FILTER)
    expect(kernel.ir).toContain('for(t0: vec[{i32, i32}] @(layout: column),')
    expect(new WebAssembly.Module(kernel.bytes as Uint8Array<ArrayBuffer>)).toBeInstanceOf(WebAssembly.Module)
    expect(await kernel.wat()).toMatch(/^\(module\n[\s\S]*\(export "p0"/)
    expect(kernel.inputs).toEqual([{ kind: 'vec', of: { kind: 'struct', fields: [{ kind: 'scalar', scalar: 'i32' }, { kind: 'scalar', scalar: 'i32' }] } }])
    expect(kernel.output.kind).toBe('vec')
    const { value, figures } = await kernel.run([[1, 5], [2, 11], [3, 12]])
    expect(value).toEqual([2, 3])
    expect(figures).toMatchObject({ rows: 3, rowsOut: 2, moduleBytes: kernel.bytes.length })
    expect(figures.compileUs).toBeGreaterThan(0)
    expect(figures.irUs).toBeGreaterThan(0)
    expect(figures.codeUs).toBeGreaterThan(0)
    expect(figures.irUs + figures.codeUs).toBe(figures.compileUs)
    expect(figures.nsPerRow).toBeCloseTo((figures.ms * 1e6) / 3)
    kernel.close()
  })

  test("counts the inputs' rows, however many pipelines they go through", async () => {
    const figuresOf = async (text: string, ...inputs: readonly unknown[]) => (await kernelOf(text).run(...inputs)).figures
    expect(await figuresOf('|v: vec[{i32, i32}]| result(for(v, dictmerger[i32, i32, +], |b, i, n| merge(b, n)))', [[1, 2], [2, 3], [1, 4]])).toMatchObject({ rows: 3, rowsOut: 2 })
    expect(await figuresOf('|v: vec[i64], s: {vec[i64] @(layout: row), i64}| len(v) + len(s.$0) + s.$1', [1, 2], [[3, 4, 5], 6])).toMatchObject({ rows: 5, rowsOut: 1 })
    expect(await figuresOf('|n: i64| for(rangeiter(0L, n, 1L), merger[i64, +], |b, i, k| merge(b, k))', 1000)).toMatchObject({ rows: 0, rowsOut: 1, nsPerRow: 0 })
  })

  test('runs many times, also at once, and holds nothing in between', async () => {
    const kernel = kernelOf('|v: vec[{i32, str}]| result(for(v, dictmerger[str, i64, +], |b,i,n| merge(b, {n.$1, i64(n.$0)})))')
    const rows = Array.from({ length: 3000 }, (_, i) => [i, `key ${i % 700}`])
    const results = await Promise.all([kernel.run(rows), kernel.run([]), kernel.run(rows)])
    expect(results[0]?.value).toEqual(results[2]?.value)
    expect((results[0]?.value as Map<string, bigint> | undefined)?.get('key 5')).toBe(5n + 705n + 1405n + 2105n + 2805n)
    expect(results[1]?.value).toEqual(new Map())
    expect(kernel.memoryInUse).toBe(0)
    await expect(kernel.run([[1]])).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(kernel.run(rows, rows)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(kernel.memoryInUse).toBe(0)
    expect((await kernel.run(rows)).value).toEqual(results[0]?.value)
    kernel.close()
    kernel.close()
    await expect(kernel.run(rows)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
  })

  test('may hold no more memory than it is given', async () => {
    const kernel = kernelOf('|n: i64| len(result(for(rangeiter(0L, n, 1L), appender[i64], |b,i,x| merge(b, x * x))))', { memory: 16 * 2 ** 20 })
    expect((await kernel.run(100_000)).value).toBe(100_000n)
    await expect(kernel.run(100_000_000)).rejects.toMatchObject({ code: 'MEMORY_EXCEEDED' })
    expect(kernel.memoryInUse).toBe(0)
    expect((await kernel.run(1000)).value).toBe(1000n)
    kernel.close()
  })
})
