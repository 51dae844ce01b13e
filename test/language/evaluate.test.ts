/** What each construct means, by hand: the reference evaluator is the witness of other tests. */
import { describe, expect, test } from 'vitest'
import { parseKernel } from '../../src/language/index.ts'
import { Dict, evaluate, type Plain, Raises, sameValue } from './evaluate.ts'

const run = (text: string, ...inputs: Plain[]): Plain => evaluate(parseKernel(text), inputs)
const dict = (...entries: [Plain, Plain][]): Dict => {
  const d = new Dict()
  for (const [k, v] of entries) d.set(k, v)
  return d
}
const raises = (text: string, ...inputs: Plain[]): string | undefined => {
  try {
    run(text, ...inputs)
    return undefined
  } catch (error) {
    if (error instanceof Raises) return error.code
    throw error
  }
}
const show = (x: Plain): string => (x instanceof Dict ? `dict${show(x.entries() as Plain)}` : Array.isArray(x) ? `[${x.map(show)}]` : typeof x === 'bigint' ? `${x}n` : Object.is(x, -0) ? '-0' : String(x))
const expectSame = (made: Plain, expected: Plain): void => expect(sameValue(made, expected), `${show(made)}, not ${show(expected)}`).toBe(true)

const MAX = 2n ** 63n - 1n

describe('values', () => {
  test.each<[string, Plain[], Plain]>([
    // Integers wrap, each to its own width.
    ['|a: i8, b: i8| a + b', [127, 1], -128n],
    ['|a: u8, b: u8| a - b', [0, 1], 255n],
    ['|a: i16, b: i16| a * b', [300, 300], 24464n],
    ['|a: u16| a + 1u16', [65535], 0n],
    ['|a: i32| a + 1', [2147483647], -2147483648n],
    ['|a: u32| a * a', [65537], 131073n],
    ['|a: i64| a + 1L', [MAX], -MAX - 1n],
    ['|a: u64| a - 1u64', [0], 2n ** 64n - 1n],
    ['|a: i128| a * a', [2n ** 64n], 0n],
    ['|a: i64, b: i64| {a / b, a % b}', [-7, 2], [-3n, -1n]],
    ['|a: i64, b: i64| {a / b, a % b}', [-MAX - 1n, -1], [-MAX - 1n, 0n]],
    ['|a: u8, b: u8| {a / b, a % b, min(a, b), max(a, b), a < b}', [200, 7], [28n, 4n, 7n, 200n, false]],
    ['|a: i32, b: i32| {a & b, a | b, a ^ b}', [12, 10], [8n, 14n, 6n]],
    ['|a: i32, b: i32| {a << b, a >> b}', [-8, 33], [-16n, -4n]],
    ['|a: u32| {a >> 31u32, a << 31u32}', [0xffffffff], [1n, 0x80000000n]],
    ['|a: i8| {a << 3i8, a >> 1i8}', [127], [-8n, 63n]],
    ['|a: i64, b: i64| {a +! b, a -! b, a *! b}', [6, 7], [13n, -1n, 42n]],
    ['|a: i8| {-a, abs(a)}', [-128], [-128n, -128n]],
    // Floats: IEEE, in 32 bits rounded after each operation.
    ['|a: f64, b: f64| {a + b, a - b, a * b, a / b}', [0.1, 0], [0.1, 0.1, 0, Infinity]],
    ['|a: f32, b: f32| a + b', [0.1, 0.2], Math.fround(Math.fround(0.1) + Math.fround(0.2))],
    ['|a: f64, b: f64| {min(a, b), max(a, b)}', [-0, 0], [-0, 0]],
    ['|a: f64, b: f64| {min(a, b), max(a, b), a == a, a != a, a < b}', [Number.NaN, 1], [Number.NaN, Number.NaN, false, true, false]],
    ['|a: f64| {floor(a), ceil(a), trunc(a), nearest(a), sqrt(a), -a, abs(a)}', [-2.5], [-3, -2, -2, -2, Number.NaN, 2.5, 2.5]],
    ['|a: f64| {nearest(a), nearest(a + 1.0), exp(0.0), log(1.0), pow(2.0, 10.0)}', [0.5], [0, 2, 1, 0, 1024]],
    ['|a: f64| {sin(a), cos(a), tan(a), asin(a), acos(a), atan(a), sinh(a), cosh(a), tanh(a)}', [0], [0, 1, 0, 0, Math.PI / 2, 0, 0, 1, 0]],
    // Casts.
    ['|a: i64| {i8(a), u8(a), i32(a), f64(a), bool(a)}', [-129], [127n, 127n, -129n, -129, true]],
    ['|a: f64| {i8(a), u8(a), i64(a), u64(a)}', [-300.9], [-128n, 0n, -300n, 0n]],
    ['|a: f64| {i32(a), i64(a), bool(a)}', [Number.NaN], [0n, 0n, true]],
    ['|a: f64| {i64(a), u64(a), i128(a)}', [Infinity], [MAX, 2n ** 64n - 1n, 2n ** 127n - 1n]],
    ['|a: i64| {f32(a), f64(a)}', [2n ** 53n + 1n], [2 ** 53, 2 ** 53]],
    ['|a: i64| f32(a)', [2n ** 60n + 2n ** 36n + 1n], 2 ** 60 + 2 ** 37],
    ['|a: u32| {i64(a), i32(a), f64(a)}', [4294967295], [4294967295n, -1n, 4294967295]],
    ['|a: bool| {i32(a), f64(a)}', [true], [1n, 1]],
    // Decimals, dates, strings.
    ['|a: dec128[2], b: dec128[2]| {a + b, a - b, min(a, b), a < b}', [150, 275], [425n, -125n, 150n, true]],
    ['|a: date, b: timestamp| {a < date("1970-01-03"), b == timestamp("1970-01-01 00:00:01"), i32(a)}', [1, 1000000n], [true, true, 1n]],
    ['|a: str, b: str| {a < b, a == b, min(a, b), len(a)}', ['é', 'z'], [false, false, 'z', 2n]],
    ['|a: str, b: str| {a < b, a <= a}', ['ab', 'abc'], [true, true]],
    // Logic is lazy, select is not.
    ['|a: i64| {a == 0L || 1L / a > 0L, a != 0L && 1L / a > 0L, !(a == 0L)}', [0], [true, false, false]],
    ['|a: i64| if(a == 0L, 7L, 1L / a)', [0], 7n],
    ['|a: i64| select(a > 0L, a, -a)', [-5], 5n],
    ['|a: bool, b: bool| {a & b, a | b, a ^ b, a < b}', [true, false], [false, true, true, false]],
    // NULL.
    ['|a: ?i64| {isnull(a), if(isnull(a), 0L, value(a) + 1L)}', [null], [true, 0n]],
    ['|a: ?i64| {isnull(a), if(isnull(a), 0L, value(a) + 1L), some(4L), none[f64]}', [5], [false, 6n, 4n, null]],
    // Names, functions, assert, iterate.
    ['|a: i64| let x = a * a; let f = |y: i64| y + x; f(f(1L))', [3], 19n],
    ['|a: i64| assert(a > 0L, a)', [3], 3n],
    ['|a: i64| iterate({a, 1L}, |s| {{s.$0 - 1L, s.$1 * s.$0}, s.$0 > 1L})', [5], [0n, 120n]],
    ['|a: i64| iterate(a, |s| {s + 1L, false})', [5], 6n],
    // Vecs and dicts.
    ['|v: vec[i64]| {len(v), lookup(v, 1L), slice(v, 1L, 5L), slice(v, -1L, 2L), slice(v, 9L, 1L), [1L, 2L]}', [[4, 5, 6]], [3n, 5n, [5n, 6n], [4n], [], [1n, 2n]]],
    ['|v: vec[i64]| slice(v, 0L, 9223372036854775807L)', [[4, 5]], [4n, 5n]],
    ['|v: vec[{i64, ?i64}]| sort(v, |x| x.$1)', [[[1, 5], [2, null], [3, 4], [4, 5]]], [[2n, null], [3n, 4n], [1n, 5n], [4n, 5n]]],
    ['|v: vec[{i64, i64}]| sort(v, |x| x.$1) @(descending: true)', [[[1, 5], [2, 9], [3, 5]]], [[2n, 9n], [1n, 5n], [3n, 5n]]],
    ['|v: vec[f64]| sort(v, |x| x)', [[Number.NaN, 0, -0, Infinity, -1]], [-1, 0, -0, Infinity, Number.NaN]],
  ])('%s of %o', (text, inputs, expected) => expectSame(run(text, ...inputs), expected))
})

describe('loops', () => {
  const rows = [[1, 10], [2, 20], [1, 30]]
  test.each<[string, Plain[], Plain]>([
    ['|v: vec[{i32, i32}]| for(v, appender, |b, i, n| if(n.$1 > 10, merge(b, n.$0), b))', [rows], [2n, 1n]],
    ['|v: vec[{i32, i32}]| for(v, dictmerger[i32, i32, +], |b, i, n| merge(b, {n.$0, n.$1}))', [rows], dict([1n, 40n], [2n, 20n])],
    ['|v: vec[{i32, i32}]| for(v, groupmerger[i32, i32], |b, i, n| merge(b, n))', [rows], dict([1n, [10n, 30n]], [2n, [20n]])],
    ['|v: vec[{i32, i32}]| let d = result(for(v, dictmerger[i32, i32, max], |b, i, n| merge(b, n))); {len(d), lookup(d, 1), optlookup(d, 2), optlookup(d, 3), keyexists(d, 3), tovec(d)}', [rows], [2n, 30n, [true, 20n], [false, 0n], false, [[1n, 30n], [2n, 20n]]]],
    ['|v: vec[f64]| for(v, dictmerger[f64, i64, +], |b, i, n| merge(b, {n, 1L}))', [[-0, Number.NaN, 0, Number.NaN]], dict([0, 2n], [Number.NaN, 2n])],
    ['|v: vec[?i64]| for(v, dictmerger[?i64, i64, +], |b, i, n| merge(b, {n, 1L}))', [[null, 1, null]], dict([null, 2n], [1n, 1n])],
    ['|v: vec[i64]| for(v, vecmerger[i64, +]([10L, 20L]), |b, i, n| merge(b, {n, 1L}))', [[1, 0, 1]], [11n, 22n]],
    // Mergers: what they start from, what they skip.
    ['|v: vec[i64]| {result(for(v, merger[i64, +], |b, i, n| merge(b, n))), result(for(v, merger[i64, *], |b, i, n| merge(b, n))), result(for(v, merger[i64, min], |b, i, n| merge(b, n))), result(for(v, merger[i64, max], |b, i, n| merge(b, n)))}', [[]], [0n, 1n, MAX, -MAX - 1n]],
    ['|v: vec[u8]| {result(for(v, merger[u8, +](5u8), |b, i, n| merge(b, n))), result(for(v, merger[u8, min], |b, i, n| merge(b, n)))}', [[200, 100]], [49n, 100n]],
    ['|v: vec[f64]| {result(for(v, merger[f64, min], |b, i, n| merge(b, n))), result(for(v, merger[f64, max], |b, i, n| merge(b, n)))}', [[]], [Infinity, -Infinity]],
    ['|v: vec[?i64]| {result(for(v, merger[?i64, +], |b, i, n| merge(b, n))), result(for(v, merger[?i64, first], |b, i, n| merge(b, n)))}', [[null, 3, null, 4]], [7n, 3n]],
    ['|v: vec[?i64]| result(for(v, merger[?i64, max], |b, i, n| merge(b, n)))', [[null, null]], null],
    ['|v: vec[bool]| {result(for(v, merger[bool, &&], |b, i, n| merge(b, n))), result(for(v, merger[bool, ||], |b, i, n| merge(b, n)))}', [[true, false]], [false, true]],
    ['|v: vec[bool]| {result(for(v, merger[bool, &&], |b, i, n| merge(b, n))), result(for(v, merger[bool, ||], |b, i, n| merge(b, n)))}', [[]], [true, false]],
    ['|v: vec[str]| {result(for(v, merger[str, min], |b, i, n| merge(b, n))), result(for(v, merger[str, first], |b, i, n| merge(b, n)))}', [['b', 'a', 'c']], ['a', 'b']],
    ['|v: vec[{i64, f64}]| for(v, merger[{i64, f64}, +], |b, i, n| merge(b, n))', [[[1, 0.5], [2, 0.25]]], [3n, 0.75]],
    // What they run over. The index counts rounds.
    ['|v: vec[i64]| for(iter(v, 1L, 6L, 2L), appender, |b, i, n| merge(b, {i, n}))', [[0, 10, 20, 30, 40, 50]], [[0n, 10n], [1n, 30n], [2n, 50n]]],
    ['|v: vec[i64]| for(iter(v, 1L), appender, |b, i, n| merge(b, n))', [[0, 10, 20]], [10n, 20n]],
    ['|n: i64| for(rangeiter(2L, n, 3L), appender, |b, i, e| merge(b, {i, e}))', [9], [[0n, 2n], [1n, 5n], [2n, 8n]]],
    ['|n: i64| for(rangeiter(5L, n, 3L), appender[i64], |b, i, e| merge(b, e))', [5], []],
    ['|v: vec[i64], w: vec[str]| for(zip(v, w), appender, |b, i, e| merge(b, {e.$1, e.$0, i}))', [[1, 2], ['a', 'b']], [['a', 1n, 0n], ['b', 2n, 1n]]],
    // Several merges a round, inner loops, several builders, staged rows.
    ['|v: vec[i64]| for(v, appender, |b, i, n| merge(merge(b, n), -n))', [[1, 2]], [1n, -1n, 2n, -2n]],
    ['|v: vec[i64]| for(v, appender, |b, i, n| for(rangeiter(0L, n, 1L), b, |c, j, k| merge(c, k)))', [[2, 3]], [0n, 1n, 0n, 1n, 2n]],
    ['|v: vec[i64]| for(v, appender, |b, i, n| merge(b, result(for(v, merger[i64, +], |c, j, m| merge(c, m * n)))))', [[2, 3]], [10n, 15n]],
    ['|v: vec[i64]| for(v, {merger[i64, +], appender[i64]}, |b, i, n| {merge(b.$0, n), if(n > 1L, merge(b.$1, i), b.$1)})', [[1, 2, 3]], [6n, [1n, 2n]]],
    ['|v: vec[i64]| for(result(for(v, staged[64, i64], |b, i, n| if(n > 1L, merge(b, n), b))), appender, |c, j, x| merge(c, {j, x}))', [[1, 2, 3]], [[0n, 2n], [1n, 3n]]],
  ])('%s of %o', (text, inputs, expected) => expectSame(run(text, ...inputs), expected))
})

describe('errors', () => {
  test.each<[string, Plain[], string]>([
    ['|a: i64| 1L / a', [0], 'DIVIDE_BY_ZERO'],
    ['|a: i64| 1L % a', [0], 'DIVIDE_BY_ZERO'],
    ['|a: i64| select(a == 0L, 0L, 1L / a)', [0], 'DIVIDE_BY_ZERO'],
    ['|a: i8| a +! 1i8', [127], 'OVERFLOW'],
    ['|a: u32| a -! 1u32', [0], 'OVERFLOW'],
    ['|a: i128| a *! a', [2n ** 64n], 'OVERFLOW'],
    ['|a: i64| assert(a > 0L, 1L / a)', [0], 'RAISED'],
    ['|v: vec[i64]| lookup(v, 1L)', [[5]], 'RAISED'],
    ['|v: vec[i64]| lookup(v, -1L)', [[5]], 'RAISED'],
    ['|v: vec[i64]| lookup(result(for(v, dictmerger[i64, i64, +], |b, i, n| merge(b, {n, n}))), 1L)', [[5]], 'RAISED'],
    ['|v: vec[i64]| for(v, vecmerger[i64, +]([1L]), |b, i, n| merge(b, {n, 1L}))', [[1]], 'RAISED'],
    ['|v: vec[i64], w: vec[i64]| for(zip(v, w), merger[i64, +], |b, i, n| merge(b, n.$0))', [[1], [1, 2]], 'RAISED'],
    ['|v: vec[i64]| for(iter(v, 0L, 2L, 1L), merger[i64, +], |b, i, n| merge(b, n))', [[1]], 'RAISED'],
    ['|v: vec[i64]| for(iter(v, -1L), merger[i64, +], |b, i, n| merge(b, n))', [[1]], 'RAISED'],
    ['|v: vec[i64], s: i64| for(iter(v, 0L, 1L, s), merger[i64, +], |b, i, n| merge(b, n))', [[1], 0], 'RAISED'],
    ['|s: i64| for(rangeiter(0L, 1L, s), merger[i64, +], |b, i, n| merge(b, n))', [0], 'RAISED'],
    // The first in order of evaluation: a loop's rounds before what stands after it; a staged loop's take turns with its reader's.
    ['|v: vec[i64]| for(result(for(v, appender, |b, i, n| merge(b, n +! 1L))), merger[i64, +], |c, j, x| merge(c, 1L / x))', [[-1, MAX]], 'OVERFLOW'],
    ['|v: vec[i64]| for(result(for(v, staged[64, i64], |b, i, n| merge(b, n +! 1L))), merger[i64, +], |c, j, x| merge(c, 1L / x))', [[-1, MAX]], 'DIVIDE_BY_ZERO'],
  ])('%s of %o raises %s', (text, inputs, code) => expect(raises(text, ...inputs)).toBe(code))
})
