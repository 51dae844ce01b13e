import { expect, test } from 'vitest'
import { fencedBlocks, outputPattern } from './blocks.ts'

test('blocks, their info strings and the outputs that follow', () => {
  const blocks = fencedBlocks('a\n```sh run\nls\n```\n\nprints\n\n```text\nx\n```\n\n```json\n{}\n```\n')
  expect(blocks.map(({ info, text, line, output }) => [info.join(' '), text, line, output])).toEqual([
    ['sh run', 'ls', 2, 'x'],
    ['text', 'x', 8, undefined],
    ['json', '{}', 12, undefined],
  ])
  expect(() => fencedBlocks('```sh\nls')).toThrow(/line 1/)
})

test('… stands for any text, in a line or as lines', () => {
  const pattern = outputPattern('a … c\n…\nz (1.5×)')
  expect('a b c\n1\n2\nz (1.5×)\n').toMatch(pattern)
  expect('a b c\nz (1.5×)\n').toMatch(pattern)
  expect('a b c\nz (105×)\n').not.toMatch(pattern)
  expect('a b c\nz (1.5×)\nmore\n').not.toMatch(pattern)
})
