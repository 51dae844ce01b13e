import { expect, test } from 'vitest'
// @ts-expect-error: the benchmarks are plain JavaScript
import { compare } from '../../bench/harness.mjs'

const contestant = (name: string, result: number) => ({ name, threads: 1, run: () => result, answer: String })

test('contestants that answer otherwise are not timed', async () => {
  await expect(compare('unequal', [contestant('one', 1), contestant('other', 2)])).rejects.toThrow(/other answers otherwise than one/)
})
