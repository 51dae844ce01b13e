/** Packages that need not be there: those of bench/peers in the repository, else any that resolve from here. */
import { pathToFileURL, fileURLToPath } from 'node:url'
import { existsSync } from 'node:fs'
import type { ContestantName } from './contestant.ts'

/** What has to be installed for a contestant. */
export const PACKAGES: { readonly [N in ContestantName]?: readonly string[] } = {
  'parquet-wasm': ['parquet-wasm'],
  hyparquet: ['hyparquet', 'hyparquet-compressors'],
  udsv: ['udsv'],
  papaparse: ['papaparse'],
  'd3-dsv': ['d3-dsv'],
  'csv-parse': ['csv-parse'],
}

type Load = (name: string) => Promise<unknown>

/** From dist/cli/bench/scan. */
const door = fileURLToPath(new URL('../../../../bench/peers/load.js', import.meta.url))

const loaders = async (): Promise<readonly Load[]> => {
  const own: Load = (name) => import(name)
  return existsSync(door) ? [((await import(pathToFileURL(door).href)) as { load: Load }).load, own] : [own]
}

/** The package's exports, a CommonJS one's too; undefined where it is not installed. */
export const peer = async (name: string): Promise<any> => {
  for (const load of await loaders()) {
    try {
      const module = (await load(name)) as { readonly default?: unknown }
      return { ...(typeof module.default === 'object' ? module.default : {}), ...module }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    }
  }
  return undefined
}

/** The packages of a contestant that are not installed. */
export const missingOf = async (name: ContestantName): Promise<readonly string[]> => {
  const missing: string[] = []
  for (const needed of PACKAGES[name] ?? []) {
    if ((await peer(needed)) === undefined) missing.push(needed)
  }
  return missing
}
