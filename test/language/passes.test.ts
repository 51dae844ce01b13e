/** All passes over programs as they are written by hand: what becomes one loop, what must not, and how much work a deep nest is. */
import { describe, expect, test } from 'vitest'
import { parseKernel, printExpr } from '../../src/language/index.ts'
import type { Kernel } from '../../src/language/nodes.ts'
import { optimiseKernel } from '../../src/language/passes/optimise-kernel.ts'
import { size, visit } from '../../src/language/passes/walk.ts'
import { evaluate, type Plain } from './evaluate.ts'

const optimised = (text: string): string => printExpr(optimiseKernel(parseKernel(text)).kernel).trimEnd()
const loops = (kernel: Kernel): number => {
  let n = 0
  visit(kernel, (e) => {
    if (e.expr === 'for') n++
  })
  return n
}
const loopsOf = (text: string): number => loops(optimiseKernel(parseKernel(text)).kernel)

describe('one loop', () => {
  test('of filters, maps and a sum with names between', () => {
    const text = `|v: vec[{i64, f64}]|
      let big = result(for(v, appender[{i64, f64}], |b, i, n| if(n.$0 > 10L, merge(b, n), b)));
      let doubled = result(for(big, appender[f64], |b, i, n| merge(b, n.$1 * 2.0)));
      result(for(doubled, merger[f64, +], |b, i, x| merge(b, x + 1.0)))`
    expect(optimised(text)).toBe('|v: vec[{i64, f64}]| result(for(v, merger[f64, +], |b, i, n| if(n.$0 > 10L, merge(b, n.$1 * 2.0 + 1.0), b)))')
  })

  test('of a zip of maps over the same vec, through functions', () => {
    const text = `|v: vec[i64]|
      let map = |f: i64| f * f;
      let a = result(for(v, appender[i64], |b, i, n| merge(b, map(n))));
      let c = result(for(v, appender[i64], |b, i, n| merge(b, n + i)));
      result(for(zip(a, c, v), merger[i64, +], |b, j, x| merge(b, x.$0 * x.$1 * x.$2)))`
    expect(optimised(text)).toBe('|v: vec[i64]| result(for(v, merger[i64, +], |b_3, j, x_13| merge(b_3, x_13 * x_13 * (x_13 + j) * x_13)))')
  })

  test('of inner loops: what reads their rows runs in them', () => {
    const text = `|v: vec[i64]|
      let pairs = result(for(v, appender[{i64, i64}], |b, i, n| for(rangeiter(0L, n, 1L), b, |c, j, k| merge(c, {n, k}))));
      result(for(pairs, dictmerger[i64, i64, +], |b, i, p| if(p.$1 > 1L, merge(b, {p.$0, p.$1}), b)))`
    expect(optimised(text)).toBe(
      `|v: vec[i64]|
  result(
    for(v, dictmerger[i64, i64, +], |b, i, n|
      for(rangeiter(0L, n, 1L), b, |c, j, k| if(k > 1L, merge(c, {n, k}), c))))`,
    )
  })

  test('of staged rows, whatever raises: the staging point is told', () => {
    const text = `|v: vec[i64]|
      let s = result(for(v, staged[64, i64], |b, i, n| if(n > 1L, merge(b, n +! 1L), b)));
      result(for(s, merger[i64, +], |c, j, x| merge(c, 100L / x)))`
    expect(optimised(text)).toBe(
      `|v: vec[i64]|
  result(for(v, merger[i64, +], |b, i, n| if(n > 1L, (let x = n +! 1L; merge(b, 100L / x)) @(staged), b)))`,
    )
  })

  test('of a map over part of a vec, whose index counts its own rounds', () => {
    const text = '|v: vec[i64]| for(result(for(iter(v, 1L, 5L, 2L), appender[i64], |b, i, n| merge(b, n * n))), appender[i64], |c, j, x| merge(c, x + j))'
    expect(optimised(text)).toBe('|v: vec[i64]| result(for(iter(v, 1L, 5L, 2L), appender[i64], |b, i, n| merge(b, n * n + i)))')
  })

  test('of a range that is known: no loop at all', () => {
    expect(optimised('|x: i64| for(rangeiter(0L, 3L, 1L), merger[i64, +], |b, i, n| if(n > x, merge(b, n), b))')).toBe(
      `|x: i64|
  let b_2 = if(0L > x, 0L + 0L, 0L);
  let b_3 = if(1L > x, b_2 + 1L, b_2);
  if(2L > x, b_3 + 2L, b_3)`,
    )
  })
})

describe('two loops stay two', () => {
  test.each([
    ['where the index counts what a filter lets through', '|v: vec[i64]| for(result(for(v, appender[i64], |b, i, n| if(n > 1L, merge(b, n), b))), appender[i64], |c, j, x| merge(c, j))', 2],
    ['where both raise, and not the same', '|v: vec[i64]| for(result(for(v, appender[i64], |b, i, n| merge(b, n +! 1L))), appender[i64], |c, j, x| merge(c, 1L / x))', 2],
    ['and one where both raise the same', '|v: vec[i64]| for(result(for(v, appender[i64], |b, i, n| merge(b, n +! 1L))), appender[i64], |c, j, x| merge(c, x +! 1L))', 1],
    ['where only part of what is made is read', '|v: vec[i64]| for(iter(result(for(v, appender[i64], |b, i, n| merge(b, n))), 1L), appender[i64], |c, j, x| merge(c, x))', 2],
    ['where what is made is read twice', '|v: vec[i64]| let w = result(for(v, appender[i64], |b, i, n| merge(b, n * n))); {result(for(w, merger[i64, +], |b, i, n| merge(b, n))), len(w)}', 2],
    ['where it is read in each round of another', '|v: vec[i64]| let w = result(for(v, appender[i64], |b, i, n| merge(b, n * n))); for(v, merger[i64, +], |b, i, n| for(w, b, |c, j, m| merge(c, m)))', 3],
  ])('%s', (_, text, n) => expect(loopsOf(text)).toBe(n))

  test('where staged rows are counted: they are a vec in memory then', () => {
    const text = '|v: vec[i64]| for(result(for(v, staged[64, i64], |b, i, n| if(n > 1L, merge(b, n), b))), appender[{i64, i64}], |c, j, x| merge(c, {j, x}))'
    const { kernel } = optimiseKernel(parseKernel(text))
    expect(printExpr(kernel)).not.toContain('staged')
    expect(loops(kernel)).toBe(2)
    expect(evaluate(kernel, [[1, 2, 3]])).toEqual([[0n, 2n], [1n, 3n]])
  })
})

/** Loops over loops: maps, filters, and with `both` a merge in each branch and two in one. */
const nest = (depth: number, both: boolean, names: boolean): string => {
  const step = (k: number): string =>
    k % 3 === 0 ? 'merge(b, n * 3L + n)' : k % 3 === 1 ? `if(n > ${k}L, merge(b, n), b)` : both ? `if(n > ${k}L, merge(b, n + n), merge(merge(b, 7L), n - 1L))` : `let m = n + n; if(m > ${k}L, merge(b, m), b)`
  const level = (of: string, k: number): string => `result(for(${of}, appender[i64], |b, i, n| ${step(k)}))`
  if (names) return `|v0: vec[i64]| ${Array.from({ length: depth }, (_, k) => `let v${k + 1} = ${level(`v${k}`, k)};`).join(' ')} v${depth}`
  return `|v: vec[i64]| ${Array.from({ length: depth }).reduce<string>((of, _, k) => level(of, k), 'v')}`
}
const small: readonly Plain[] = [[-3, 0, 1, 2, 5]]

describe('deep nests', () => {
  test.each([
    [10, false],
    [10, true],
    [30, false],
    [30, true],
  ])('%i loops over one another; names between: %s', (depth, names) => {
    const kernel = parseKernel(nest(depth, false, names))
    const { kernel: made, applied, complete } = optimiseKernel(kernel)
    expect(complete).toBe(true)
    expect(loops(made)).toBe(1)
    expect(applied.get('fuse-loops')).toBe(depth - 1)
    // Work in rule applications: each loop is fused once, and each name is put in place once.
    expect([...applied.values()].reduce((a, b) => a + b)).toBeLessThan(5 * depth)
    expect(size(made)).toBeLessThan(size(kernel))
    if (depth === 10) expect(evaluate(made, small)).toEqual(evaluate(kernel, small))
  })

  test.each([10, 30, 60])('%i loops with several merges each: copies stay bounded', (depth) => {
    const kernel = parseKernel(nest(depth, true, false))
    const { kernel: made, applied, complete } = optimiseKernel(kernel)
    expect(complete).toBe(true)
    expect([...applied.values()].reduce((a, b) => a + b)).toBeLessThan(8 * depth)
    expect(size(made)).toBeLessThan(4 * size(kernel))
    expect(loops(made)).toBeLessThan(depth / 2)
    if (depth === 10) expect(evaluate(made, small)).toEqual(evaluate(kernel, small))
  })

  test('functions of functions stop at a bound', () => {
    const text = `|x: i64| let f0 = |a: i64| a + 1L; ${Array.from({ length: 24 }, (_, k) => `let f${k + 1} = |a: i64| f${k}(f${k}(a));`).join(' ')} f24(x)`
    const { kernel } = optimiseKernel(parseKernel(text))
    expect(size(kernel)).toBeLessThan(100_000)
  })
})
