/** Sizes of bitmaps. */
import { expect, test } from 'vitest'
import { bitmapBytes } from '../../src/layout/bits.ts'

test('of any number of rows', () => {
  expect([0, 1, 8, 9].map(bitmapBytes)).toEqual([0, 1, 1, 2])
  // Row counts are u32: no 32-bit sum is made of them.
  expect([2 ** 31, 2 ** 32 - 8, 2 ** 32 - 7, 2 ** 32 - 1].map(bitmapBytes)).toEqual([2 ** 28, 2 ** 29 - 1, 2 ** 29, 2 ** 29])
})
