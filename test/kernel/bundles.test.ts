/**
 * Every bundle in test/bundles: dropping in a file adds a test. It comes to what is expected, as it stands, optimised once more,
 * and with its rows handed over in other parts.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { replayBundle } from '../../src/kernel/replay.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { FOLDER, runtime } from './keep.ts'

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.bundle'))

describe.each(files)('%s', (file) => {
  const path = join(FOLDER, file)
  test.each([
    ['as it stands', {}],
    ['optimised once more', { rewrite: optimise }],
    ['1024 rows at once', { rows: 1024 }],
    ['8 rows at once', { rows: 8 }],
  ])('%s', async (_, options) => {
    const report = await replayBundle(path, { ...options, runs: 1, runtime })
    expect(report.difference).toBeUndefined()
    expect(report.rowsIn + (report.outcome.raises ? 1 : 0)).toBeGreaterThan(0)
  })
})

test('there are some', () => {
  expect(files.length).toBeGreaterThanOrEqual(2)
})
