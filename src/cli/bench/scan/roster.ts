/** Who can read what, and how each is opened. */
import type { Format } from './cases.ts'
import type { ContestantName, OpenContestant } from './contestant.ts'
import { openArcweld, openDuck } from './engines.ts'
import { openHyparquet, openParquetWasm } from './parquet-peers.ts'
import { openCsvParse, openD3, openJsonParse, openPapaparse, openUdsv } from './text-peers.ts'

export const ROSTER: { readonly [F in Format]: readonly ContestantName[] } = {
  parquet: ['arcweld', 'duckdb', 'parquet-wasm', 'hyparquet'],
  csv: ['arcweld', 'duckdb', 'udsv', 'papaparse', 'd3-dsv', 'csv-parse'],
  ndjson: ['arcweld', 'duckdb', 'json-parse'],
}

export const OPENS: { readonly [N in ContestantName]: OpenContestant } = {
  arcweld: (scan, path, setting) => openArcweld(scan, path, setting),
  duckdb: openDuck,
  'parquet-wasm': openParquetWasm,
  hyparquet: openHyparquet,
  udsv: openUdsv,
  papaparse: openPapaparse,
  'd3-dsv': openD3,
  'csv-parse': openCsvParse,
  'json-parse': openJsonParse,
}

/** They run on one thread, and most take so long that fewer runs must do. */
export const isNative = (name: ContestantName): boolean => name === 'arcweld' || name === 'duckdb'
