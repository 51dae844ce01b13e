/** Where the demo's data is: two files of the npm package vega-datasets, which does not export them. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SourceError } from '../../errors.ts'

export interface DemoFiles {
  readonly flights: string
  readonly airports: string
}

/** Throws SourceError FILE_NOT_FOUND where the package is not installed. */
export const demoFiles = (): DemoFiles => {
  let main: string
  try {
    main = import.meta.resolve('vega-datasets')
  } catch (cause) {
    throw new SourceError('FILE_NOT_FOUND', 'the demo reads files of the npm package vega-datasets, which is not installed', {
      hint: 'npm install vega-datasets',
      cause,
    })
  }
  const path = (name: string): string => {
    const file = fileURLToPath(new URL(`../data/${name}`, main))
    if (!existsSync(file)) throw new SourceError('FILE_NOT_FOUND', `vega-datasets has no ${name}`, { path: file, hint: 'npm install vega-datasets@3.2.1' })
    return file
  }
  return { flights: path('flights-3m.parquet'), airports: path('airports.csv') }
}
