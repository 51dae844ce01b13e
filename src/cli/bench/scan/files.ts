/** The files that `bench scan` reads, written once by DuckDB beside TPC-H's tables. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openDuckDb } from '../../duckdb.ts'
import type { BenchData } from '../data.ts'
import { SourceError } from '../../../errors.ts'
import { COLUMNS, type ScanCase } from './cases.ts'

const ROW_GROUP = 122_880

const optionsOf = ({ format, file }: ScanCase): string => {
  if (format === 'csv') return 'FORMAT csv, HEADER'
  if (format === 'ndjson') return 'FORMAT json'
  return `FORMAT parquet, COMPRESSION ${/-(\w+)\./.exec(file)?.[1]}, ROW_GROUP_SIZE ${ROW_GROUP}`
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The path of a case's file, made where it is not there or older than the table. Throws SourceError FILE_NOT_FOUND. */
export const scanFile = async (scan: ScanCase, data: BenchData, say: (text: string) => Promise<void>): Promise<string> => {
  const lineitem = data.tables.find(({ name }) => name === 'lineitem')
  if (!lineitem) throw new SourceError('FILE_NOT_FOUND', `no lineitem.parquet in ${data.folder}`, { path: data.folder })
  const folder = join(data.folder, 'scan')
  const path = join(folder, scan.file)
  if (existsSync(path) && (await stat(path)).mtimeMs >= (await stat(lineitem.path)).mtimeMs) return path
  await say(`Writing ${path}\n`)
  await mkdir(folder, { recursive: true })
  const aside = await mkdtemp(join(folder, '.aside-'))
  const duckdb = await openDuckDb(1)
  try {
    const made = join(aside, scan.file)
    await duckdb.exec(`COPY (SELECT ${COLUMNS.map(({ name }) => name).join(', ')} FROM read_parquet(${literal(lineitem.path)})) TO ${literal(made)} (${optionsOf(scan)})`)
    await rename(made, path)
  } finally {
    duckdb.close()
    await rm(aside, { recursive: true, force: true, maxRetries: 3 })
  }
  return path
}
