/** The built program as a process: statuses, streams, and that it ends by itself. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

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

describe('how tables of text are written', () => {
  let folder: string
  const path = (name: string): string => join(folder, name)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'arcweld-process-'))
    writeFileSync(path('sales.txt'), 'day;amount;note\n01.02.2024;12.50;none\n02.02.2024;-;x\n')
    writeFileSync(path('events.json'), '[{"id": 1, "at": "2024-02-01", "tags": ["a"]}, {"id": 2, "at": null, "more": 7}]')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const sales = (...how: string[]) => arcweld('sql', 'select * from sales', '--format', 'csv', '--threads', '1', '--table', `sales=${path('sales.txt')}`, ...how.flatMap((one) => ['--with', `sales.${one}`]))

  test('options that are JSON', () => {
    const told = sales('columns={"d": "date", "amount": "decimal(8,1)", "n": "string"}', 'nullStrings=["-", "none"]', 'dateFormat=%d.%m.%Y', 'skip=1', 'header=false')
    expect(told).toEqual({ status: 0, stdout: 'd,amount,n\n2024-02-01,12.5,\n2024-02-02,,x\n', stderr: '' })
    expect(sales('types={"amount": "string"}', 'nullStrings=none').stdout).toBe('day,amount,note\n01.02.2024,12.50,\n02.02.2024,-,x\n')
    const events = arcweld('sql', 'select * from events', '--format', 'csv', '--threads', '1', '--table', `events=${path('events.json')}`, '--with', 'events.columns={"at": "timestamp", "tags": "string", "more": "smallint"}')
    expect(events).toEqual({ status: 0, stdout: 'at,tags,more\n2024-02-01 00:00:00,"[""a""]",\n,,7\n', stderr: '' })
  })

  test('one that cannot be right is a bad command line, whoever finds it out', () => {
    for (const how of ['delimiter=;;', 'types={"amount": "struct<a:int32>"}', 'types={', 'types=["date"]', 'columns={}', 'header=maybe', 'nothing=1', 'comment=;', 'sample=0', 'format=xml']) {
      const { status, stdout, stderr } = sales('delimiter=;', how)
      expect([how, status, stdout]).toEqual([how, 2, ''])
      expect(stderr).toMatch(/^arcweld: INVALID_OPTION: [^\n]+\n(?: {2}[^\n]+\n)?$/)
    }
    // That the file has no such column its reader finds out.
    expect(sales('types={"amounts": "date"}').status).toBe(1)
  })
})
