/** What `bench scan` found, as --json writes it. All times are milliseconds, all sizes bytes. */
import type { Samples } from '../statistics.ts'
import type { BenchReport } from '../report.ts'
import type { ContestantName, Way } from './contestant.ts'
import type { Format } from './cases.ts'

export interface ContestantReport {
  readonly name: ContestantName
  readonly threads: number
  readonly times: { readonly [W in Way]?: Samples | undefined }
  /** The most that was resident of a process that did this once and nothing else. */
  readonly resident: { readonly [W in Way]?: number | undefined }
  /** Its time / arcweld's of the same way. */
  readonly ratio: { readonly [W in Way]?: number | undefined }
  /** In what its answer is not DuckDB's. */
  readonly difference?: string | undefined
  /** Code and message of what it threw. */
  readonly error?: string | undefined
}

export interface CaseReport {
  readonly id: string
  readonly title: string
  readonly format: Format
  readonly sf: number | undefined
  readonly path: string
  readonly bytes: number
  readonly rows: number
  readonly columns: number
  readonly contestants: readonly ContestantReport[]
}

export interface ScanReport extends Pick<BenchReport, 'threads' | 'rounds' | 'warmups' | 'at' | 'machine' | 'versions'> {
  readonly suite: 'scan'
  /** Contestants that are left out, with the packages that are not installed. */
  readonly missing: { readonly [N in ContestantName]?: readonly string[] }
  readonly cases: readonly CaseReport[]
}
