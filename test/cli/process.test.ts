/** The built program as a process: statuses, streams, and that it ends by itself. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

const arcweld = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', timeout: 30_000 })
  return { status, stdout, stderr }
}

test('help and version on stdout, status 0', () => {
  expect(arcweld('--help')).toMatchObject({ status: 0, stderr: '' })
  expect(arcweld('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' })
})

test('a bad command line: status 2, nothing on stdout, at most two lines on stderr', () => {
  for (const args of [['frobnicate'], ['sql'], ['sql', 'select 1', '--threads', 'many'], ['explain', 'select 1', '--table', 'x']]) {
    const { status, stdout, stderr } = arcweld(...args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^arcweld: INVALID_OPTION: [^\n]+\n(?: {2}[^\n]+\n)?$/)
  }
})

test('a plan document that is not there: status 1', () => {
  const { status, stdout, stderr } = arcweld('run', 'no-such-plan.json')
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^arcweld: FILE_NOT_FOUND: /)
})
