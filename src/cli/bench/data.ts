/** A benchmark's data on disk: a Parquet file for each table, and queries.json with `[[number, sql], …]`; or a conformance pack. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { SourceError } from '../../errors.ts'
import type { TableOption } from '../table-options.ts'
import { readPack } from '../conformance/pack.ts'
import { UsageError } from '../usage.ts'
import { cacheFolder } from './cache-folder.ts'
import { generate, type Generation } from './generate.ts'
import { type SuiteName, SUITES } from './suites.ts'

export interface BenchQuery {
  readonly number: number
  /** Without a semicolon at its end. */
  readonly sql: string
}

export interface BenchData {
  readonly folder: string
  /** Undefined where the folder does not say. */
  readonly sf: number | undefined
  readonly tables: readonly TableOption[]
  readonly queries: readonly BenchQuery[]
}

const parsed = async (path: string): Promise<unknown> => {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new SourceError(missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', missing ? `not a benchmark's data: no ${path}` : `cannot read ${path}`, { path, cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SourceError('FILE_FORMAT', `${path} is not JSON`, { path, cause })
  }
}

const isQuery = (item: unknown): item is [number, string] => Array.isArray(item) && item.length === 2 && Number.isInteger(item[0]) && typeof item[1] === 'string'

/** Throws SourceError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_FORMAT. */
const readData = async (folder: string): Promise<BenchData> => {
  const path = join(folder, 'queries.json')
  const list = await parsed(path)
  if (!Array.isArray(list) || list.length === 0 || !list.every(isQuery)) throw new SourceError('FILE_FORMAT', `${path} is not a list of [number, sql]`, { path })
  const queries = list.map(([number, sql]) => ({ number, sql: sql.trim().replace(/;$/, '') })).toSorted((a, b) => a.number - b.number)
  const files = (await readdir(folder)).filter((file) => file.endsWith('.parquet')).toSorted()
  if (files.length === 0) throw new SourceError('FILE_NOT_FOUND', `not a benchmark's data: no Parquet file in ${folder}`, { path: folder })
  const about = await parsed(join(folder, 'about.json')).catch((error: unknown) => {
    if (error instanceof SourceError && error.code === 'FILE_NOT_FOUND') return undefined
    throw error
  })
  const sf = (about as { sf?: unknown } | undefined)?.sf
  return { folder, sf: typeof sf === 'number' ? sf : undefined, tables: files.map((file) => ({ name: basename(file, '.parquet'), path: join(folder, file) })), queries }
}

const isEmpty = async (folder: string): Promise<boolean> => {
  try {
    return (await readdir(folder)).length === 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true
    throw new SourceError('FILE_UNREADABLE', `cannot read the folder ${folder}`, { path: folder, cause: error })
  }
}

export interface DataWanted extends Pick<Generation, 'signal' | 'say' | 'run'> {
  readonly suite: SuiteName
  /** A folder; in the cache where it is not named. */
  readonly data: string | undefined
  /** Undefined: as the folder has it, or 1. */
  readonly sf: number | undefined
}

/** A pack's queries over its tables of one scale factor: the greatest it has, or the one that is wanted. */
const packData = async (folder: string, sf: number | undefined): Promise<BenchData> => {
  const { queries, scales } = await readPack(folder, undefined, sf === undefined ? undefined : [String(sf)])
  const scaleOf = (name: string): number => Number(name.slice(2))
  const scale = scales.toSorted((a, b) => scaleOf(b.name) - scaleOf(a.name))[0] as (typeof scales)[number]
  const numbered = queries.map(({ name, sql }, i) => ({ number: Number(/\d+/.exec(name)?.[0] ?? i + 1), sql: sql.trim().replace(/;$/, '') }))
  return { folder: join(folder, scale.name), sf: Number.isFinite(scaleOf(scale.name)) ? scaleOf(scale.name) : undefined, tables: scale.tables, queries: numbered }
}

/** The data, generated where the folder is not there or empty and the suite has a generator. Throws SourceError, UsageError, ArcweldError GENERATOR_MISSING. */
export const openData = async ({ suite, data, sf, signal, say, run }: DataWanted): Promise<BenchData> => {
  const cache = cacheFolder(process.env, process.platform, homedir())
  const folder = data === undefined ? join(cache, `${suite}-sf${sf ?? 1}`) : resolve(data)
  if (existsSync(join(folder, 'queries')) && !existsSync(join(folder, 'queries.json'))) return packData(folder, sf)
  if (await isEmpty(folder)) {
    if (!SUITES[suite].generated) {
      throw new SourceError('FILE_NOT_FOUND', `no data of ${SUITES[suite].title} in ${folder}`, { path: folder, hint: '--data names a folder with queries.json and a Parquet file for each table, or a conformance pack; DuckDB makes both by its extension tpcds' })
    }
    await generate({ sf: sf ?? 1, folder, cache, signal, say, run })
  }
  const found = await readData(folder)
  if (sf !== undefined && found.sf !== sf) {
    throw new UsageError(`--sf ${sf}, and the data in ${folder} ${found.sf === undefined ? 'does not say of which scale factor it is' : `is of scale factor ${found.sf}`}`, 'leave --sf out, or name a folder that is not there yet')
  }
  return found
}
