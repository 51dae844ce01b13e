/** The backend is alone: a program of its own loads neither DuckDB nor Parquet, and ends by itself. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const program = fileURLToPath(new URL('./program.mjs', import.meta.url))

test.each(['close', 'error', 'left-early'])('a program with a backend: %s', { timeout: 30_000 }, async (what) => {
  // The program sees its modules by register(), which newer lines call deprecated.
  const { stdout, stderr } = await run(process.execPath, ['--disable-warning=DEP0205', program, what], { timeout: 20_000 })
  const { loaded, rows } = JSON.parse(stdout) as { loaded: string[]; rows: unknown }
  if (what === 'close') expect(rows).toEqual([{ k: 1, n: '2' }, { k: 2, n: '1' }])
  expect(loaded.filter((url) => /duckdb|planners\/duckdb|sources\/parquet/.test(url))).toEqual([])
  // That the hook sees what is loaded.
  expect(loaded.some((url) => url.endsWith('/dist/backend.js'))).toBe(true)
  expect(loaded.some((url) => url.includes('piscina'))).toBe(true)
  expect(stderr).toBe('')
})
