/**
 * What the commands need of the engine, and how they come by one. A command opens nothing before its arguments are
 * known to be good, so the engine is loaded late; tests hand in another one.
 */
import { ArcweldError, OptionError } from '../errors.ts'
import type { MemoryUse } from '../options.ts'
import type { ExplainReport } from '../report/explain.ts'
import type { Compression, NativeMode } from './options.ts'
import { UsageError } from './usage.ts'

export interface ColumnHead {
  readonly name: string
  readonly type: string
}

export type Row = Record<string, unknown>

export interface CliBatch {
  readonly numRows: number
  rows(): Row[]
}

export interface CliResult extends AsyncIterable<CliBatch> {
  readonly schema: readonly ColumnHead[]
  rows(): Promise<Row[]>
  toArrow(): Promise<any>
  ipc(options: { compression?: Compression }): AsyncIterable<Uint8Array>
  explain(): ExplainReport
  close(): Promise<void> | void
}

export interface QueryOptions {
  signal?: AbortSignal
  native?: NativeMode
  capture?: string
}

export interface CliStatement {
  execute(): Promise<CliResult>
}

export interface CliEngine {
  register(name: string, source: any, options?: { readonly [option: string]: unknown }): Promise<void>
  unregister(name: string): Promise<void>
  sql(text: string, options?: QueryOptions): Promise<CliResult>
  run(plan: unknown, options?: QueryOptions): Promise<CliResult>
  explain(text: string, options?: { analyze?: boolean; native?: NativeMode }): Promise<ExplainReport & { toString(): string }>
  /** Plans once what is executed often. */
  prepare?(text: string): Promise<CliStatement>
  readonly memory: MemoryUse
  udf(name: string, types: { args: string[]; returns: string }, fn: (...args: any[]) => unknown): Promise<void>
  close(): Promise<void>
}

export interface EngineOptions {
  threads?: number
  memory?: number
  native?: NativeMode
}

export type CreateEngine = (options: EngineOptions) => Promise<CliEngine>

const create: CreateEngine = async (options) => {
  const { Engine } = await import('../index.ts')
  return Engine.create(options)
}

const CLOSE_MS = 10_000

/** Creates an engine, hands it to `use`, and closes it whatever happens. */
export const withEngine = async <T>(options: EngineOptions, use: (engine: CliEngine) => Promise<T>, open: CreateEngine = create): Promise<T> => {
  const engine = await open(options).catch((error: unknown) => {
    // Nothing is open yet: an option that only the engine can judge is a bad argument like any other.
    throw error instanceof OptionError ? new UsageError(error.message, error.hint) : error
  })
  try {
    return await use(engine)
  } finally {
    // An engine that ignores an abort may not close either; the command goes on without it.
    let timer: NodeJS.Timeout | undefined
    await Promise.race([engine.close(), new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_MS)))])
    clearTimeout(timer)
  }
}

export const isArcweldError = (error: unknown): error is ArcweldError =>
  error instanceof ArcweldError
