/** Finds the optional peer. It is loaded when SQL is first asked for, never by importing arcweld. */
import { ArcweldError } from '../../errors.ts'

export type DuckDb = typeof import('@duckdb/node-api')

/** Versions of DuckDB that the golden plans were made with. Others of the same series must pass a self-check. */
const TESTED_VERSIONS = ['1.5.2'] as const
const SERIES = /^1\.5\./

export interface Loaded {
  readonly duckdb: DuckDb
  readonly version: string
  readonly tested: boolean
}

/** Throws ArcweldError PLANNER_MISSING, PLANNER_VERSION. `load` stands in for the import in tests. */
export const loadDuckDb = async (load: () => Promise<DuckDb> = () => import('@duckdb/node-api')): Promise<Loaded> => {
  let duckdb: DuckDb
  try {
    duckdb = await load()
  } catch (cause) {
    throw new ArcweldError('PLANNER_MISSING', 'SQL needs the package @duckdb/node-api, which cannot be loaded', {
      hint: 'npm install @duckdb/node-api@1.5.2-r.1',
      cause,
    })
  }
  const version = duckdb.version().replace(/^v/, '')
  if (!SERIES.test(version)) throw wrongVersion(version)
  return { duckdb, version, tested: (TESTED_VERSIONS as readonly string[]).includes(version) }
}

export const wrongVersion = (version: string, cause?: unknown): ArcweldError =>
  new ArcweldError('PLANNER_VERSION', `DuckDB ${version} writes plans that are not known; tested: ${TESTED_VERSIONS.join(', ')}`, {
    hint: 'npm install @duckdb/node-api@1.5.2-r.1',
    cause,
  })
