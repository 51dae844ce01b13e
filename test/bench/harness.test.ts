import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { compare } from '../../bench/harness.ts'

const contestant = (name: string, result: unknown) => ({ name, threads: 1, run: vi.fn(() => result), answer: (value: unknown) => value })

const TINY = 0.01

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})
afterEach(() => {
  vi.restoreAllMocks()
})

test('contestants that answer alike are timed, in their order', async () => {
  const one = contestant('one', [['s', 1]])
  const other = contestant('other', [['s', 1 + 1e-12]])
  const figures = await compare('equal', [one, other], TINY)
  expect(figures.map(({ name, threads }) => ({ name, threads }))).toEqual([
    { name: 'one', threads: 1 },
    { name: 'other', threads: 1 },
  ])
  for (const { medianMs } of figures) expect(medianMs).toBeGreaterThan(0)
  for (const { run } of [one, other]) expect(run.mock.calls.length).toBeGreaterThan(5)
  const printed = vi.mocked(console.log).mock.calls.map(([line]) => String(line))
  expect(printed.some((line) => /^ {2}one {4}1 thr .* ms .* 1\.00×$/.test(line))).toBe(true)
  expect(printed.some((line) => /^ {2}other {2}1 thr .* ms .*×$/.test(line))).toBe(true)
})

test('contestants that answer otherwise are not timed', async () => {
  const one = contestant('one', 1)
  const other = contestant('other', 2)
  await expect(compare('unequal', [one, other], TINY)).rejects.toThrow('unequal: other answers otherwise than one: 2 instead of 1')
  for (const { run } of [one, other]) expect(run).toHaveBeenCalledTimes(1)
})
