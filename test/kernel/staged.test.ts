/** Staging points: loops over staged rows come to code that has one, and to what the same loops over a vec come to, in the same order. */
import { describe, expect, test } from 'vitest'
import { kernelOf } from './machine.ts'

const ROWS = Array.from({ length: 5000 }, (_, i) => [i, `s${i % 7}`, i / 3])
const V = '|v: vec[{i64, str, f64}]|'

const value = async (text: string, rows: readonly unknown[]) => {
  const kernel = kernelOf(text)
  try {
    return (await kernel.run(rows)).value
  } finally {
    kernel.close()
  }
}
/** `from` makes staged rows that `to` runs over; `plain`: a vec's elements. */
const both = (from: string, to: string) => ({
  staged: `${V} let s = result(for(v, staged[1024], |b, i, n| ${from})); ${to}`,
  plain: `${V} let s = result(for(v, appender, |b, i, n| ${from})); ${to}`,
})

describe('one staging point', () => {
  test.each([
    ['behind a filter', 'if(n.$0 % 3L == 0L, merge(b, n.$0 * n.$0), b)', 'for(s, merger[i64, +], |c, j, x| merge(c, x % 7L))'],
    ['rows in order', 'if(n.$0 % 3L != 0L, merge(b, {n.$0, n.$1}), b)', 'for(s, appender, |c, j, x| if(x.$1 != "s2", merge(c, x), c))'],
    ['sums of floats in order', 'if(n.$2 > 1.0, merge(b, n.$2 * 1.1), b)', 'for(s, merger[f64, +], |c, j, x| merge(c, x))'],
    ['every row', 'merge(b, n.$0 * 3L)', 'for(s, appender, |c, j, x| merge(c, x + 1L))'],
    ['several merges behind it', 'if(n.$0 % 2L == 0L, merge(b, n.$0), b)', 'for(s, appender, |c, j, x| merge(if(x % 3L == 0L, merge(c, x), c), -x))'],
    ['a dict and an appender', 'if(n.$0 % 2L == 0L, merge(b, {n.$1, n.$0}), b)', 'for(s, {dictmerger[str, i64, +], appender}, |c, j, x| {merge(c.$0, x), merge(c.$1, x.$0)})'],
    ['a loop before it', 'for(rangeiter(0L, n.$0 % 5L, 1L), b, |c, j, k| merge(c, n.$0 * 10L + k))', 'for(s, appender, |c, j, x| merge(c, x))'],
    ['a loop behind it', 'if(n.$0 % 2L == 0L, merge(b, n.$0), b)', 'for(s, appender, |c, j, x| for(rangeiter(0L, x % 3L, 1L), c, |d, m, k| merge(d, x + k)))'],
    ['a vec made behind it', 'if(n.$0 % 4L == 0L, merge(b, n.$0), b)', 'for(s, appender, |c, j, x| merge(c, len(result(for(rangeiter(0L, x % 3L, 1L), appender[i64], |d, m, k| merge(d, k))))))'],
  ])('%s', async (_, from, to) => {
    const { staged, plain } = both(from, to)
    expect(kernelOf(staged).ir).toContain('stage({')
    expect(kernelOf(plain).ir).not.toContain('stage(')
    for (const length of [0, 1, 1023, 1025, 5000]) expect(await value(staged, ROWS.slice(0, length))).toEqual(await value(plain, ROWS.slice(0, length)))
  })
  test('what is read behind it is carried, what lies in the row is not', () => {
    const { ir } = kernelOf(both('if(n.$0 > 5L, merge(b, {n.$0 * 2L, n.$1}), b)', 'for(s, appender, |c, j, x| merge(c, {x.$1, x.$0 + 1L, x.$0 * 3L}))').staged)
    expect(ir).toContain(`    if((n0.$0 > 5L),
      stage({(n0.$0 * 2L)}, b, |b, v1|
        merge(b, {n0.$1, (v1 + 1L), (v1 * 3L)})),
    b))`)
  })
})

test('merges in branches leave no order for waiting: no staging point', async () => {
  const { staged, plain } = both('if(n.$0 % 3L == 0L, merge(b, n.$0), merge(merge(b, 1L), n.$0 * 2L))', 'for(s, appender, |c, j, x| if(x > 5L, merge(c, x % 11L), c))')
  expect(kernelOf(staged).ir).not.toContain('stage(')
  expect(await value(staged, ROWS)).toEqual(await value(plain, ROWS))
})

test('two merges for one row wait together', async () => {
  const { staged, plain } = both('if(n.$0 % 3L == 0L, merge(merge(b, n.$0), -n.$0), b)', 'for(s, appender, |c, j, x| merge(c, x % 11L))')
  expect(kernelOf(staged).ir).toContain('stage({')
  expect(await value(staged, ROWS)).toEqual(await value(plain, ROWS))
})
