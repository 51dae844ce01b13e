/** What the checker accepts, with the result's type, and what it refuses: place and message. */
import { describe, expect, it } from 'vitest'
import { IrError } from '../../src/errors.ts'
import { parseKernel } from '../../src/language/index.ts'
import type { Expr } from '../../src/language/nodes.ts'
import { typeText } from '../../src/language/types.ts'

const ACCEPTED: readonly (readonly [text: string, result: string])[] = [
  // The two that matter.
  ['|v: vec[{i32,i32}]| for(v, appender, |b,i,n| if(n.$1 > 10, merge(b, n.$0), b))', 'vec[i32]'],
  ['|v: vec[{i32,i32}]| for(v, dictmerger[i32,i32,+], |b,i,n| merge(b, {n.$0, n.$1}))', 'dict[i32, i32]'],
  // Literals.
  ['|| {1, 1L, 1W, 1i8, 1c, 1i16, 1u8, 1u16, 1u32, 1u64, 1.0, 1.0F, true, "x", 1f32}', '{i32, i64, i128, i8, i8, i16, u8, u16, u32, u64, f64, f32, bool, str, f32}'],
  ["|| {date('2024-02-29'), timestamp('2024-01-31 10:00:00'), dec128[2](1.25), dec128[0]('-7'), nan, -inf, infF}", '{date, timestamp, dec128[2], dec128[0], f64, f64, f32}'],
  ['|| {-128i8, -2147483648, 4294967295u32, 18446744073709551615u64, -170141183460469231731687303715884105728W}', '{i8, i32, u32, u64, i128}'],
  // Names.
  ['|len: vec[i64]| len(len)', 'i64'],
  ['|x: i32| let x = x + 1; let x = i64(x); x', 'i64'],
  ['|x: i32| let f = |y: i32| y * x; f(f(2))', 'i32'],
  ['|x: i32| (|y, z| y + z)(x, 2)', 'i32'],
  ['|x: i32| let y: i64 = 1L; y: i64', 'i64'],
  // Operators.
  ['|x: i32, y: dec128[2], d: date, s: str, b: bool| {x + x, x +! x, x << x, y + y, y * y, y *! y, d < d, s == s, b && b, b ^ b, min(s, s), max(d, d), -y, !b}', '{i32, i32, i32, dec128[2], dec128[4], dec128[4], bool, bool, bool, bool, str, date, dec128[2], bool}'],
  ['|x: f64| {sqrt(x), exp(x), floor(x), pow(x, x), abs(x), -x, x / x}', '{f64, f64, f64, f64, f64, f64, f64}'],
  ['|x: i32, d: dec128[2], b: bool| {i8(x), f64(x), u64(x), i128(b), f32(d), i64(d), dec128[4](d), dec128[1](d), dec128[2](x), unscaled(d), scaled[3](i128(x)), date(x), i32(date(x)), bool(x)}', '{i8, f64, u64, i128, f32, i64, dec128[4], dec128[1], dec128[2], i128, dec128[3], date, i32, bool}'],
  ['|s: str| {cudf[str_like, bool](s, "a%", -1), cudf[int_to_str, str](5L)}', '{bool, str}'],
  // Options.
  ['|x: ?i64| if(isnull(x), some(0L), some(value(x)))', '?i64'],
  ['|| none[dec128[3]]', '?dec128[3]'],
  // Choices.
  ['|x: i32| select(x > 0, {x, 1L}, {0, 2L})', '{i32, i64}'],
  ['|x: i32| assert(x > 0, x)', 'i32'],
  ['|x: i32| iterate({x, 0}, |s| {{s.$0 / 2, s.$1 + 1}, s.$0 > 1})', '{i32, i32}'],
  // Vecs and dicts.
  ['|v: vec[i64]| {len(v), lookup(v, 0L)}', '{i64, i64}'],
  ['|v: vec[i64]| slice(sort(v, |x| -x) @(descending), 0L, 10L)', 'vec[i64]'],
  ['|v: vec[{i64,i64}]| let d = result(for(v, dictmerger[i64,i64,max], |b,i,n| merge(b, n))); {len(d), lookup(d, 1L), optlookup(d, 2L), keyexists(d, 3L), len(tovec(d))}', '{i64, i64, {bool, i64}, bool, i64}'],
  ['|v: vec[{i64,str}]| for(v, groupmerger[i64,str], |b,i,n| merge(b, {n.$0, n.$1}))', 'dict[i64, vec[str]]'],
  ['|| [1, 2, 3]', 'vec[i32]'],
  ['|| []: vec[{i64, ?str}]', 'vec[{i64, ?str}]'],
  ['|x: f64, y: f32, z: i128| {x % x, y % y, z << 3W, z >> z}', '{f64, f32, i128, i128}'],
  // Loops and builders.
  ['|v: vec[i64]| for(iter(v, 0L, 10L, 2L), merger[i64,+](10L), |b,i,n| merge(b, n + i))', 'i64'],
  ['|v: vec[i64]| for(iter(v, _, _, 2L), merger[i64,+], |b,i,n| merge(b, n))', 'i64'],
  ['|| for(rangeiter(0L, 10L, 1L), appender, |b,i,n| merge(b, n * i))', 'vec[i64]'],
  ['|v: vec[i64], w: vec[f64]| for(zip(v, iter(w, 0L, 5L, 1L)), appender, |b,i,n| merge(b, f64(n.$0) * n.$1))', 'vec[f64]'],
  ['|v: vec[i64]| for(v, vecmerger[i64,+](v), |b,i,n| merge(b, {i, n}))', 'vec[i64]'],
  ['|v: vec[i64]| for(v, {appender, {merger[i64,+], appender}}, |b,i,n| {merge(b.$0, n), {merge(b.$1.$0, n), if(n > 1L, merge(b.$1.$1, i), b.$1.$1)}})', '{vec[i64], {i64, vec[i64]}}'],
  ['|v: vec[?i64]| for(v, merger[{?i64, ?i64},min], |b,i,n| merge(b, {n, n}))', '{?i64, ?i64}'],
  ['|v: vec[bool]| for(v, {merger[bool,&&], merger[bool,||], merger[bool,first], merger[bool,any]}, |b,i,n| {merge(b.$0, n), merge(b.$1, n), merge(b.$2, n), merge(b.$3, n)})', '{bool, bool, bool, bool}'],
  ['|v: vec[i64]| let s = result(for(v, staged[1024], |b,i,n| if(n > 0L, merge(b, n), b))); for(s, merger[i64,+], |b,i,n| merge(b, n))', 'i64'],
  ['|v: vec[i64]| for(result(for(v, staged[8], |b,i,n| merge(b, n))), merger[i64,+], |b,i,n| merge(b, n))', 'i64'],
  ['|v: vec[vec[i64]]| for(v, merger[i64,+], |b,i,w| for(w, b, |c,j,n| merge(c, n)))', 'i64'],
  ['|v: vec[vec[i64]]| for(v, appender, |b,i,w| merge(b, result(for(w, merger[i64,+], |c,j,n| merge(c, n)))))', 'vec[i64]'],
  ['|v: vec[i64]| for(v, appender, |b,i,n| let c = merge(b, n); merge(c, -n))', 'vec[i64]'],
  ['|v: vec[i64]| (|x, b| merge(b, x))(1L, appender)', 'vec[i64]'],
  ['|v: vec[i64] @(layout: row)| for(v, appender, |b,i,n| merge(b, n)) @(size: 10, impl: fast, predicate)', 'vec[i64]'],
]

const REFUSED: readonly (readonly [text: string, column: number, message: string])[] = [
  ['1', 1, 'expected a kernel: a function over its inputs (|v: vec[i64]| …), found another expression'],
  ['|v| 1', 2, "expected a type of the input 'v' (|v: vec[i64]|), found none"],
  ['|v: merger[i64,+]| 1', 5, 'expected a scalar, an option, a struct or a vec as an input, found merger[i64, +]'],
  // Scope.
  ['|v: i32| w', 10, "expected a name in scope, found 'w'"],
  ['|v: i32| (let w = 1; w) + w', 27, "expected a name in scope, found 'w'"],
  ['|v: i32| let w = w; 1', 18, "expected a name in scope, found 'w'"],
  ['|v: i32| f(v)', 10, "expected a function in scope or a word of the language, found 'f'"],
  ['|v: i32| v(1)', 10, "expected a function as 'v', found i32"],
  ['|v: i32| let len = |x: i32| x; 1', 10, "expected a name of a function that is no word of the language, found 'len'"],
  ['|v: i32| let f = |x| x; 1', 19, "expected a type of 'x' (|x: i64|): nothing else tells it, found none"],
  ['|v: i32| let f = |x: i32| x; f', 30, 'expected data or a builder, found a function (|i32| i32)'],
  ['|v: i32| let f = |x: i32| x; f(1L)', 32, "expected i32 as argument 1 of 'f', found i64"],
  ['|v: i32| |x: i32| x', 10, 'expected a value, found a function: functions are applied, named by a let, or given to for, iterate and sort'],
  ['|v: i32| (|x| x)()', 11, 'expected 0 parameters of a function, found 1'],
  // Literals.
  ['|v: i32| 2147483648', 10, 'expected an integer from -2147483648 to 2147483647 (i32), found 2147483648'],
  ['|v: i32| 128i8', 10, 'expected an integer from -128 to 127 (i8), found 128'],
  ['|v: i32| -1u64', 10, 'expected an integer from 0 to 18446744073709551615 (u64), found -1'],
  ['|v: i32| 1e400', 10, 'expected a number in the range of f64, found 1e400'],
  ['|v: i32| 1e39F', 10, 'expected a number in the range of f32, found 1e39'],
  ["|v: i32| date('2023-02-29')", 15, 'expected a date like \'2024-01-31\', found "2023-02-29"'],
  ["|v: i32| timestamp('noon')", 20, 'expected a timestamp like \'2024-01-31 10:00:00\', found "noon"'],
  ['|v: i32| dec128[1](1.25)', 20, 'expected a number of at most 1 digits after the point (dec128[1]), found 1.25'],
  ['|v: i32| 5S', 10, 'expected a value of a kernel, found a slice by its address: they belong to programs'],
  ['|v: i32| $0: i32', 10, 'expected a value of a kernel, found the parameter $0: parameters belong to programs'],
  // Types.
  ['|v: int| v', 5, "expected a type, found 'int'"],
  ['|v: dec128| v', 5, 'expected dec128[scale], found 0 arguments'],
  ['|v: dec128[39]| v', 12, 'expected a scale from 0 to 38, found 39'],
  ['|v: ?vec[i64]| v', 6, 'expected a scalar after ?, found vec[i64]'],
  ['|v: ??i64| v', 6, 'expected a scalar after ?, found ?i64'],
  ['|v: {}| v', 5, 'expected at least one field, found none'],
  ['|v: vec[dict[i64,i64]]| v', 9, 'expected a scalar, an option, a struct or a vec as an element, found dict[i64, i64]'],
  ['|v: vec[i64] @(layout: diagonal)| v', 24, 'expected row or column as a layout'],
  ['|v: i64 @(layout: row)| v', 11, 'expected a vec before a layout, found i64'],
  ['|v: i64| let x: i32 = v; x', 23, "expected i32 as the value of 'x', found i64"],
  ['|v: i64| v: i32', 10, 'expected i32, found i64'],
  // Operators.
  ['|v: i64| v + 1', 14, 'expected i64 as the right side of +, like the left, found i32'],
  ['|v: bool| v + v', 11, 'expected integers, floats or dec128 for +, found bool'],
  ['|v: ?i64| v + v', 11, 'expected integers, floats or dec128 for +, found ?i64 (value(x) and isnull(x) take it apart)'],
  ['|v: bool| v % v', 11, 'expected integers or floats for %, found bool'],
  ['|v: f64| v +! v', 10, 'expected integers or dec128 for +!, found f64'],
  ['|v: f64| v << v', 10, 'expected integers for <<, found f64'],
  ['|v: i64| v && true', 10, 'expected bool for &&, found i64'],
  ['|v: u32| -v', 11, 'expected a signed integer, a float or a dec128 for neg, found u32'],
  ['|v: i32| sqrt(v)', 15, 'expected a float for sqrt, found i32'],
  ['|v: dec128[2], w: dec128[3]| v + w', 34, 'expected dec128[2] as the right side of +, like the left, found dec128[3]'],
  ['|v: dec128[20]| v * v', 19, 'expected a product of a scale up to 38, found dec128[40]'],
  ['|v: {i64}| v == v', 12, 'expected scalars for ==, found {i64}'],
  ['|v: str| i64(v)', 14, 'expected a number to make i64 of, found str'],
  ['|v: i64| str(v)', 14, 'expected a call of the runtime (cudf[int_to_str, str](x)) to make str of, found i64'],
  ['|v: date| timestamp(v)', 21, "expected a string like '2024-01-31 10:00:00', or a number of microseconds since 1970 to make timestamp of, found date"],
  ['|v: f64| dec128[2](v)', 20, 'expected a literal, an integer or a dec128 to make a dec128 of, found f64'],
  // Forms.
  ['|v: i64| if(v > 1L, v)', 10, 'expected 3 arguments of if (condition, then, else), found 2'],
  ['|v: i64| if(v, v, v)', 13, 'expected bool as the condition of if, found i64'],
  ['|v: i64| if(true, v, 1)', 22, 'expected i64, like the first branch, found i32'],
  ['|v: i64| select(true, v, 1)', 26, 'expected i64 as the other side of select, found i32'],
  ['|v: {i32}| v.$1', 14, 'expected a field from $0 to $0, found $1'],
  ['|v: vec[i32]| v.$0', 15, 'expected a struct before .$0, found vec[i32]'],
  ['|v: i64| isnull(v)', 17, 'expected an option for isnull, found i64'],
  ['|v: ?i64| some(v)', 16, 'expected a scalar for some, found ?i64'],
  ['|v: i64| none[vec[i64]]', 15, 'expected a scalar as the type of a NULL, found vec[i64]'],
  ['|v: i64| none', 10, "expected a name in scope, found 'none'"],
  ['|v: i64| [1, 2L]', 14, 'expected i32 as the elements before, found i64'],
  ['|v: i64| []', 10, 'expected at least one element, or a type ([]: vec[i64]), found none'],
  ['|v: vec[i64]| lookup(v, 1)', 25, 'expected i64 as an index, found i32'],
  ['|v: vec[i64]| keyexists(v, 1L)', 25, 'expected a dict for keyexists, found vec[i64]'],
  ['|v: vec[i64]| sort(v, |x, y| x)', 23, "expected 1 parameter of sort's function (|x| key), found 2"],
  ['|v: vec[i64]| sort(v, 1)', 23, "expected sort's function (|x| key), found another expression"],
  ['|v: i64| iterate(v, |s| s)', 25, 'expected {i64, bool} as the next state and whether to go on, found i64'],
  ['|v: str| cudf[str_length, i64](v)', 27, 'expected i32 as the result of str_length, found i64'],
  ['|v: str| cudf[str_length, i32](1)', 32, 'expected str as argument 1 of str_length, found i32'],
  ['|v: i64| rangeiter(0L, v, 1L)', 10, 'expected a value, found rangeiter: it says what a for loops over, and stands nowhere else'],
  ['|v: i64| raise[i32](OVERFLOW)', 10, 'expected a word of kernels, found raise: it belongs to programs'],
  ['|v: vec[i64]| sort(v, |x| x) @(descnding)', 32, 'expected an annotation of kernels (descending, staged, predicate, vectorize, branch_selectivity, loopsize, grain_size, size, impl), found \'descnding\''],
  ['|v: vec[i64]| len(v) @(descending)', 24, "expected a sort before 'descending'"],
  ['|v: vec[i64]| len(v) @(size: many)', 30, 'expected a number for size'],
  // Builders.
  ['|v: i64| for(v, appender, |b,i,n| merge(b, n))', 14, 'expected a vec to loop over, found i64'],
  ['|v: vec[i64]| for(v, 1, |b,i,n| b)', 22, 'expected a builder for the loop, found i32'],
  ['|v: vec[i64]| for(v, appender, |b,n| b)', 32, "expected 3 parameters of the loop's function (|b, i, e| …), found 2"],
  ['|v: vec[i64]| for(v, appender[i32], |b,i,n| merge(b, n))', 54, 'expected i32 to merge into appender[i32], found i64'],
  ['|v: vec[i64]| for(v, dictmerger[i32,i32,+], |b,i,n| merge(b, n))', 62, 'expected {i32, i32} to merge into dictmerger[i32, i32, +], found i64'],
  ['|v: vec[i64]| for(v, merger[i64,-], |b,i,n| merge(b, n))', 33, 'expected an operator of a merger (+ * min max && || first any), found -'],
  ['|v: vec[bool]| for(v, merger[bool,+], |b,i,n| merge(b, n))', 30, 'expected numbers (also as options or fields of a struct) for +, found bool'],
  ['|v: vec[i64]| for(v, merger[i64,&&], |b,i,n| merge(b, n))', 29, 'expected bool (also as options or fields of a struct) for &&, found i64'],
  ['|v: vec[i64]| for(v, vecmerger[i64,+], |b,i,n| merge(b, {i, n}))', 22, 'expected 1 argument of vecmerger (what it starts from), found 0'],
  ['|v: vec[i64]| for(v, merger[i64,+](1), |b,i,n| merge(b, n))', 36, 'expected i64 as what the merger starts from, found i32'],
  ['|v: vec[i64]| for(v, staged[2000], |b,i,n| merge(b, n))', 29, 'expected a number of rows from 1 to 1024, found 2000'],
  ['|v: vec[i64]| for(v, appender, |b,i,n| b)', 15, "expected an element's type (appender[T], staged[limit, T]), or a merge that tells it, found appender[_]"],
  ['|v: vec[i64]| merge(v, 1L)', 21, 'expected a builder to merge into, found vec[i64]'],
  ['|v: vec[i64]| result(v)', 22, 'expected a builder to take the result of, found vec[i64]'],
  ['|v: vec[i64]| for(v, {appender, appender}, |b,i,n| merge(b, n))', 58, 'expected one builder to merge into (a field of the struct), found {appender[_], appender[_]}'],
  ['|v: vec[i64]| {appender[i64], 1}', 15, 'expected a struct of data or of builders, found {appender[i64], i32}'],
  // Used exactly once.
  ['|v: vec[i64]| for(v, appender, |b,i,n| let c = merge(b, n); merge(b, n))', 67, "expected each builder to be used once, found a second use of 'b': the first is at 1:54"],
  ['|v: vec[i64]| let b = appender[i64]; 1', 15, "expected a use of the builder 'b' (appender[i64]), found none"],
  ['|v: vec[i64]| let b = merger[i64,+]; if(true, 1L, result(b))', 38, "expected both branches to use the builder 'b', found one use, in the second branch, at 1:58"],
  ['|v: vec[i64]| let b = merger[i64,+]; (true && result(b) > 0L)', 57, "expected both branches to use the builder 'b', found one use, in the first branch, at 1:54"],
  ['|v: vec[i64]| for(v, {appender, appender}, |b,i,n| {merge(b.$0, n), merge(b.$0, n)})', 75, "expected each builder to be used once, found a second use of 'b.$0': the first is at 1:59"],
  ['|v: vec[i64]| for(v, {appender[i64], appender[i64]}, |b,i,n| let c = b.$0; {merge(c, n), appender[i64]})', 62, "expected the loop's own builder ({appender[i64], appender[i64]}) given back, found another one"],
  ['|v: vec[i64]| for(v, {appender[i64], merger[i64,+]}, |b,i,n| let c = merge(b.$0, n); b)', 86, "expected each builder to be used once, found a second use of 'b.$0': the first is at 1:76"],
  ['|v: vec[i64]| let c = appender[i64]; for(v, appender[i64], |b,i,n| merge(c, n))', 74, "expected a builder of this function (its parameter), found builder 'c' of 1:15: the function runs any number of times"],
  ['|v: vec[i64]| for(v, appender[i64], |b,i,n| let q = result(b); appender[i64])', 60, "expected the loop's builder given back (its result is taken of the loop), found its result taken within the loop"],
  ['|v: vec[i64]| for(v, appender[i64], |b,i,n| let q = {b, appender[i64]}; q.$1)', 45, "expected a use of the builder 'q.$0' ({appender[i64], appender[i64]}), found none"],
  ['|v: vec[i64]| for(v, {merger[i64,+], merger[i64,+]}, |b,i,n| {merge(b.$1, n), merge(b.$0, n)})', 62, "expected the loop's own builder ({merger[i64, +], merger[i64, +]}) given back, found another one"],
  ['|v: vec[i64]| for(v, merger[i64,+], |b,i,n| 1L)', 45, "expected the loop's builder (merger[i64, +]) given back, found i64"],
  ['|v: vec[i64]| (for(v, {appender[i64], appender[i64]}, |b,i,n| b)).$0', 16, 'expected a let that names the struct of builders before its fields are taken, found {appender[i64], appender[i64]}'],
  ['|v: vec[i64]| select(true, merger[i64,+], merger[i64,+])', 28, 'expected data (select evaluates both sides; builders take if), found a builder (merger[i64, +])'],
  // Staged results.
  ['|v: vec[i64]| let s = result(for(v, staged[8], |b,i,n| merge(b, n))); len(s)', 75, 'expected a loop over the staged result, or a let that names it for one, found another use'],
  ['|v: vec[i64]| let s = result(for(v, staged[8], |b,i,n| merge(b, n))); 1', 15, "expected a loop over the staged result 's' (vec[i64]), found none"],
  ['|v: vec[i64]| for(v, staged[8], |b,i,n| merge(b, n))', 15, 'expected data or a builder as the result, found staged[8, i64]'],
  ['|v: vec[i64]| for(v, {staged[8], appender[i64]}, |b,i,n| b)', 22, 'expected a staged builder that stands alone, found {staged[8, _], appender[i64]}'],
  ['|v: vec[i64]| let s = result(for(v, staged[8], |b,i,n| merge(b, n))); for(zip(s, v), appender, |b,i,n| merge(b, n))', 79, 'expected a staged result to be looped over alone, found it in a zip'],
  ['|v: vec[i64]| let s = result(for(v, staged[8], |b,i,n| merge(b, n))); for(v, merger[i64,+], |b,i,n| for(s, b, |c,j,m| merge(c, m)))', 105, "expected a builder of this function (its parameter), found the staged result 's' of 1:15: the function runs any number of times"],
]

const refusal = (text: string): IrError => {
  try {
    parseKernel(text, 'k.weld')
  } catch (error) {
    if (error instanceof IrError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('accepted', () => {
  for (const [text, result] of ACCEPTED) {
    it(text, () => {
      const { type } = parseKernel(text)
      expect(type.kind === 'function' && typeText(type.result)).toBe(result)
    })
  }
})

describe('refused', () => {
  for (const [text, column, message] of REFUSED) {
    it(text, () => {
      const error = refusal(text)
      expect(error.code).toBe('IR_TYPE')
      expect(error.message.split('\n')[0]).toBe(`k.weld:1:${column}: ${message}`)
      expect([error.line, error.column]).toEqual([1, column])
      expect(error.message.split('\n')).toHaveLength(3)
    })
  }
  it('functions that the runtime does not have, or that the operators stand for', () => {
    for (const name of ['sleep', 'i128_div', 'constructor']) expect(refusal(`|v: str| cudf[${name}, i64](v)`).message).toMatch(/^k\.weld:1:15: expected a function of the runtime \(.*str_like.*\), found '/)
  })
})

describe('names', () => {
  it('are distinct wherever they are bound', () => {
    const kernel = parseKernel('|x: vec[i64]| let x = len(x); let f = |x: i64| x + 1L; result(for(rangeiter(0L, f(x), 1L), merger[i64,+], |x, i, e| merge(x, (let i = i + e; i))))')
    const bound: string[] = []
    const visit = (e: unknown): void => {
      if (Array.isArray(e)) for (const item of e) visit(item)
      else if (typeof e === 'object' && e !== null) {
        const node = e as Expr
        if (node.expr === 'let') bound.push(node.name)
        if (node.expr === 'lambda') bound.push(...node.params.map((p) => p.name))
        for (const child of Object.values(e)) visit(child)
      }
    }
    visit(kernel)
    expect(bound.sort()).toEqual(['e', 'f', 'i', 'i_2', 'x', 'x_2', 'x_3', 'x_4'])
  })
})

describe('deep texts', () => {
  for (const [name, text] of Object.entries({
    sums: `|x: i32| x${' + 1'.repeat(480)}`,
    parentheses: `|x: i32| ${'(1 + '.repeat(240)}x${')'.repeat(240)}`,
    calls: `|x: i32| ${'abs('.repeat(240)}x${')'.repeat(240)}`,
    lets: `|x: i32| ${'let y = x; '.repeat(480)}x`,
    ifs: `|x: i32| ${'if(x > 0, '.repeat(240)}x${', x)'.repeat(240)}`,
  })) {
    it(`of ${name} are checked`, () => {
      const { type } = parseKernel(text)
      expect(type.kind === 'function' && typeText(type.result)).toBe('i32')
    })
  }
})
