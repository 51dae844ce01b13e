import { expect, test } from 'vitest'
import { difference } from '../../bench/answers.ts'

test('numbers are equal to 1e-9 relative', () => {
  expect(difference(1e6, 1e6 + 1e-4)).toBeUndefined()
  expect(difference(1e6, 1e6 + 1e-2)).toBe('1000000.01 instead of 1000000')
  expect(difference(0, 1e-12)).toBe('1e-12 instead of 0')
  expect(difference(0, -0)).toBeUndefined()
  expect(difference(Number.NaN, Number.NaN)).toBeUndefined()
  expect(difference(1, Number.NaN)).toBeDefined()
  expect(difference(Number.POSITIVE_INFINITY, 1)).toBeDefined()
})

test('all else is equal exactly, and by type', () => {
  expect(difference('a', 'a')).toBeUndefined()
  expect(difference('1', 1)).toBe('1 instead of "1"')
  expect(difference(1n, 1)).toBe('1 instead of 1n')
  expect(difference(null, undefined)).toBe('nothing instead of null')
})

test('lists are compared in order, and the place is named', () => {
  expect(difference([['a', 1], ['b', 2]], [['a', 1], ['b', 2]])).toBeUndefined()
  expect(difference([['a', 1], ['b', 2]], [['b', 2], ['a', 1]])).toBe('at [0][0]: "b" instead of "a"')
  expect(difference([1, 2], [1])).toBe('1 instead of 2 values')
  expect(difference([[1]], [1])).toBeDefined()
})
