/** A conformance pack on disk: `schema.sql` (types only), `queries/*.sql`, and one or more folders `sf*` of `<table>.parquet`. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SourceError } from '../../errors.ts'
import type { TableOption } from '../table-options.ts'
import { UsageError } from '../usage.ts'

export interface PackQuery {
  readonly name: string
  readonly sql: string
}

export interface PackScale {
  /** The folder's name, as `sf0.01`. */
  readonly name: string
  readonly tables: readonly TableOption[]
}

export interface Pack {
  readonly queries: readonly PackQuery[]
  readonly scales: readonly PackScale[]
}

const list = async (folder: string): Promise<string[]> => {
  try {
    return (await readdir(folder)).toSorted()
  } catch (error) {
    throw new SourceError('FILE_NOT_FOUND', `not a conformance pack: cannot read ${folder}`, { path: folder, cause: error })
  }
}

const pick = (flag: string, all: readonly string[], wanted: readonly string[] | undefined): readonly string[] => {
  const unknown = wanted?.find((name) => !all.includes(name))
  if (unknown !== undefined) throw new UsageError(`--${flag}: the pack has no '${unknown}'`, `it has ${all.join(', ')}`)
  return wanted ? all.filter((name) => wanted.includes(name)) : all
}

/** Reads a pack; `only` and `sf` choose queries and scales, and a name that the pack does not have is a usage error. */
export const readPack = async (folder: string, only?: readonly string[], sf?: readonly string[]): Promise<Pack> => {
  const entries = await list(folder)
  const files = (await list(join(folder, 'queries'))).filter((file) => file.endsWith('.sql'))
  const scaleNames = entries.filter((entry) => entry.startsWith('sf'))
  if (files.length === 0 || scaleNames.length === 0) {
    throw new SourceError('FILE_FORMAT', `not a conformance pack: ${folder} needs queries/*.sql and a folder sf*`, { path: folder })
  }
  const names = pick('only', files.map((file) => basename(file, '.sql')), only)
  const wanted = sf?.map((name) => (name.startsWith('sf') ? name : `sf${name}`))
  const queries = await Promise.all(names.map(async (name) => ({ name, sql: await readFile(join(folder, 'queries', `${name}.sql`), 'utf8') })))
  const scales = await Promise.all(
    pick('sf', scaleNames, wanted).map(async (name) => ({
      name,
      tables: (await list(join(folder, name)))
        .filter((file) => file.endsWith('.parquet'))
        .map((file) => ({ name: basename(file, '.parquet'), path: join(folder, name, file) })),
    })),
  )
  return { queries, scales }
}
