/** What a benchmark ran on. */
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, release, totalmem, type as systemName } from 'node:os'
import type { DuckDb } from '../duckdb.ts'
import type { BenchReport } from './report.ts'

export const machine = (): BenchReport['machine'] => ({ cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism(), memory: totalmem(), system: `${systemName()} ${release()}` })

export const versions = async (duckdb: DuckDb): Promise<BenchReport['versions']> => {
  const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
  return { arcweld: version, duckdb: String((await duckdb.query('SELECT version()')).rows[0]?.[0]), node: process.version }
}
