import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { difference, differenceUnderLimit } from '../../src/cli/compare.ts'
import type { RowSet } from '../../src/cli/rows.ts'

const set = (types: string[], rows: unknown[][]): RowSet => ({ columns: types.map((type, i) => ({ name: `c${i}`, type })), rows })

describe('difference', () => {
  test('a multiset: order does not matter, numbers of equal rows do', () => {
    const a = set(['int32', 'string'], [[1, 'x'], [1, 'x'], [2, 'y']])
    expect(difference(a, set(['int32', 'string'], [[2, 'y'], [1, 'x'], [1, 'x']]))).toBeUndefined()
    expect(difference(a, set(['int32', 'string'], [[2, 'y'], [2, 'y'], [1, 'x']]))).toMatch(/instead of/)
    expect(difference(a, set(['int32', 'string'], [[1, 'x'], [2, 'y']]))).toBe('2 rows instead of 3')
    expect(difference(a, set(['int32'], []))).toBe('1 columns instead of 2')
  })

  test('exact: type, digits and NULL', () => {
    for (const [a, b] of [[1, 1n], ['1', 1], ['1.50', '1.5'], [null, 0], [null, ''], [true, 'true'], [1n, 2n]]) {
      expect(difference(set(['int64'], [[a]]), set(['int64'], [[b]]))).toBeDefined()
    }
    expect(difference(set(['string'], [['a|b']]), set(['string'], [['a']]))).toBeDefined()
  })

  test('doubles to 1e-9 relative, other numbers exactly', () => {
    expect(difference(set(['double'], [[1e15]]), set(['double'], [[1e15 + 0.5]]))).toBeUndefined()
    expect(difference(set(['double'], [[1]]), set(['double'], [[1 + 1e-8]]))).toBe('row 1, c0: 1.00000001 instead of 1')
    expect(difference(set(['int32'], [[1]]), set(['int32'], [[2]]))).toBeDefined()
    expect(difference(set(['double'], [[Number.NaN]]), set(['double'], [[Number.NaN]]))).toBeUndefined()
    expect(difference(set(['double'], [[Number.NaN]]), set(['double'], [[null]]))).toBeDefined()
    expect(difference(set(['double'], [[Infinity]]), set(['double'], [[1e308]]))).toBeDefined()
    expect(difference(set(['double'], [[0]]), set(['double'], [[1e-300]]))).toBeDefined()
  })

  test('near-equal doubles that sort in another order still match', () => {
    const e = 1e-12
    const a = set(['double', 'double'], [[1, 5], [1 + e, 4]])
    const b = set(['double', 'double'], [[1 + e, 5], [1, 4]])
    expect(difference(a, b)).toBeUndefined()
  })

  test('sort columns hold position by position, ties as multisets', () => {
    const a = set(['int32', 'string'], [[1, 'a'], [1, 'b'], [2, 'c']])
    expect(difference(a, set(['int32', 'string'], [[1, 'b'], [1, 'a'], [2, 'c']]), [0])).toBeUndefined()
    expect(difference(a, set(['int32', 'string'], [[2, 'c'], [1, 'a'], [1, 'b']]), [0])).toBe('row 1, c0: 2 instead of 1')
  })

  test('a limit through a tie: any of the tied rows is right, others are not', () => {
    const all = set(['int32', 'string'], [[1, 'a'], [2, 'b'], [2, 'c'], [3, 'd']])
    const cut = set(['int32', 'string'], [[1, 'a'], [2, 'b']])
    expect(differenceUnderLimit(cut, all, set(['int32', 'string'], [[1, 'a'], [2, 'c']]), [0])).toBeUndefined()
    expect(differenceUnderLimit(cut, all, set(['int32', 'string'], [[1, 'a'], [3, 'd']]), [0])).toBeDefined()
    expect(differenceUnderLimit(cut, all, set(['int32', 'string'], [[1, 'a'], [2, 'x']]), [0])).toBeDefined()
    expect(differenceUnderLimit(cut, all, set(['int32', 'string'], [[1, 'a']]), [0])).toBe('1 rows instead of 2')
  })

  test('any permutation is the same answer, any changed cell is not', () => {
    const cell = fc.oneof(fc.constant(null), fc.bigInt({ min: -3n, max: 3n }), fc.constantFrom('a', 'b', '', '1'))
    const row = fc.tuple(cell, cell, fc.oneof(fc.constant(null), fc.double({ noNaN: true })))
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.nat(), fc.nat(), (rows, seed, at) => {
        const types = ['int64', 'string', 'double']
        const shuffled: unknown[][] = rows.map((r, i) => [(i * 7919 + seed) % 101, r] as const).toSorted((a, b) => a[0] - b[0]).map(([, r]) => [...r])
        expect(difference(set(types, rows), set(types, shuffled))).toBeUndefined()
        const target = shuffled[at % shuffled.length]
        if (target) target[0] = 'something else'
        expect(difference(set(types, rows), set(types, shuffled))).toBeDefined()
      }),
      { seed: 20240229 },
    )
  })
})
