import { describe, expect, test } from 'vitest'
import { listOption, memoryOption, nativeOption, parse, resultFormat, threadsOption } from '../../src/cli/options.ts'
import { tableOptions } from '../../src/cli/table-options.ts'
import { UsageError } from '../../src/cli/usage.ts'

const flagsOf = (...args: string[]) => parse('sql', ['select 1', ...args], ['table', 'with', 'threads', 'memory', 'format', 'native', 'only'], ['"<sql>"']).flags

describe('flags', () => {
  test('all of a command, in any order', () => {
    const { flags, positionals } = parse('sql', ['--threads=2', 'select 1', '--table', 'a=x.parquet', '--table', 'b=dir=1/y.parquet'], ['table', 'threads'], ['sql'])
    expect(positionals).toEqual(['select 1'])
    expect(threadsOption(flags)).toBe(2)
    expect(tableOptions(flags)).toEqual([
      { name: 'a', path: 'x.parquet' },
      { name: 'b', path: 'dir=1/y.parquet' },
    ])
  })

  test('absent flags are undefined', () => {
    const flags = flagsOf()
    expect([threadsOption(flags), memoryOption(flags), nativeOption(flags), resultFormat(flags), tableOptions(flags), listOption('only', flags)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      [],
      undefined,
    ])
  })

  test.each([
    [['--threads', '0']],
    [['--threads', '257']],
    [['--threads', '1.5']],
    [['--threads', '-1']],
    [['--threads', 'two']],
    [['--threads=']],
    [['--memory', 'much']],
    [['--memory', '0']],
    [['--memory', '5GiB']],
    [['--memory', '-1']],
    [['--format', 'xml']],
    [['--native', 'maybe']],
    [['--table', 'flights.parquet']],
    [['--table', '=flights.parquet']],
    [['--table', 'flights=']],
    [['--table', 'a=x', '--table', 'A=y']],
    [['--table', 'a=x', '--with', 'delimiter=;']],
    [['--table', 'a=x', '--with', 'b.delimiter=;']],
    [['--table', 'a=x', '--with', 'a.delimeter=;']],
    [['--table', 'a=x', '--with', 'a.header=maybe']],
    [['--table', 'a=x', '--with', 'a.skip=-1']],
    [['--table', 'a=x', '--with', 'a.columns=day']],
    [['--only', 'q01,,q02']],
    [['--unknown']],
    [['--threads']],
    [['surplus']],
  ])('%j is a usage error', (args) => {
    expect(() => {
      const flags = flagsOf(...args)
      threadsOption(flags)
      memoryOption(flags)
      nativeOption(flags)
      resultFormat(flags)
      tableOptions(flags)
      listOption('only', flags)
    }).toThrow(UsageError)
  })

  test('a missing or empty positional is a usage error', () => {
    expect(() => parse('sql', [], [], ['"<sql>"'])).toThrow(/missing "<sql>"/)
    expect(() => parse('sql', [' '], [], ['"<sql>"'])).toThrow(/empty/)
  })
})

test('sizes', () => {
  const bytes = (text: string) => memoryOption(flagsOf('--memory', text))
  expect(bytes('2147483648')).toBe(2147483648)
  expect(bytes('512MiB')).toBe(512 * 2 ** 20)
  expect(bytes('3.5GiB')).toBe(3.5 * 2 ** 30)
  expect(bytes('2 gb')).toBe(2e9)
  for (const bad of ['', 'GiB', '1TiB', '1e9', '0x10', '1.5.2MiB', '1,5GiB', '1KB', '4.1GiB']) expect(() => bytes(bad)).toThrow(UsageError)
})
