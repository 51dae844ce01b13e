/** What a benchmark found, as --json writes it and the table shows it. All times are milliseconds, all sizes bytes. */
import type { QueryProfile } from './profile.ts'
import type { Samples } from './statistics.ts'
import type { SuiteName } from './suites.ts'

/** interpreter: arcweld with native execution switched off. */
export const ENGINES = ['arcweld', 'duckdb', 'interpreter'] as const
export type EngineName = (typeof ENGINES)[number]

export interface EngineFigures {
  /** The first run of this query in the process: nothing of it planned or compiled before. Tables lie where `from` says. */
  readonly cold: number
  /** From SQL text to rows in JavaScript; the text differs from run to run by a comment, so that nothing can be kept by it. */
  readonly warm?: Samples | undefined
  /** A statement that was prepared before, to rows in JavaScript. */
  readonly prepared?: Samples | undefined
}

/** DuckDB's time / arcweld's. */
export interface Ratios {
  readonly warm?: number | undefined
  readonly prepared?: number | undefined
  readonly cold?: number | undefined
}

export interface QueryReport {
  readonly number: number
  readonly sql: string
  readonly rows?: number | undefined
  /** Whether all stages are native; then `native: 'only'` held while it was timed. */
  readonly native?: boolean | undefined
  /** Why stages are not. */
  readonly refusals?: readonly string[] | undefined
  /** What of which engine's answer is not DuckDB's. */
  readonly difference?: string | undefined
  /** Code and message of what an engine threw. */
  readonly error?: string | undefined
  readonly engines: { readonly [E in EngineName]?: EngineFigures | undefined }
  readonly ratio: Ratios
  readonly profile?: QueryProfile | undefined
}

export interface BenchReport {
  readonly suite: SuiteName
  readonly sf: number | undefined
  readonly data: string
  /** Tables in memory, or every query reads the files. */
  readonly from: 'memory' | 'file'
  readonly threads: number
  readonly rounds: number
  readonly warmups: number
  readonly at: string
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memory: number; readonly system: string }
  readonly versions: { readonly arcweld: string; readonly duckdb: string; readonly node: string }
  /** Until all tables are in memory, or their files are known, and what they take there. */
  readonly load: { readonly [E in 'arcweld' | 'duckdb']: { readonly ms: number; readonly bytes: number } }
  readonly memory: {
    /** The most that arcweld's shared memory held at once, tables included, and what it may hold. */
    readonly peak: number
    readonly budget: number
    /** The most of this process that was resident, with all engines and their tables. */
    readonly resident: number
  }
  /** Bytes a second that the threads together read, in 10^9. */
  readonly memorySpeed?: number | undefined
  readonly queries: readonly QueryReport[]
  /** Geometric means of the ratios. */
  readonly geometricMean: Ratios
}
