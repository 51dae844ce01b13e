/**
 * An engine for the tests of the commands: answers by DuckDB, so that what is tested is the command line alone.
 * `change` may turn an answer into a wrong one, a late one, or an error.
 */
import { ArcweldError } from '../../src/errors.ts'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import type { CliEngine, CliResult, CreateEngine, EngineOptions, Row } from '../../src/cli/engine-door.ts'
import type { RowSet } from '../../src/cli/rows.ts'
import type { Terminal } from '../../src/cli/output.ts'
import type { ExplainReport } from '../../src/report/explain.ts'

export interface StandInOptions {
  /** Replaces an answer; may throw or wait. */
  change?: (sql: string, rows: RowSet, signal: AbortSignal | undefined) => RowSet | Promise<RowSet>
  batchRows?: number
}

export interface StandIn {
  open: CreateEngine
  opened: EngineOptions[]
  closed: number
}

const report: ExplainReport = {
  stages: [
    { id: 0, operators: ['scan t', 'aggregate'], native: true, refusals: [], pipelines: [{ operators: ['scan t', 'aggregate'], rows: 1, ms: 1.125, bytes: 4 }, { operators: ['groups'] }], rows: 3, ms: 1.25, compileUs: 310 },
    { id: 1, operators: ['project', 'result'], native: false, refusals: [{ code: 'UDF', node: 'grade', reason: 'A JavaScript function runs only on the interpreter.' }], pipelines: [] },
  ],
}

const resultOf = ({ columns, rows }: RowSet, batchRows: number): CliResult => {
  const objects: Row[] = rows.map((row) => Object.fromEntries(columns.map((column, i) => [column.name, row[i]])))
  return {
    schema: columns,
    rows: async () => objects,
    toArrow: async () => {
      const { tableFromJSON } = await import('apache-arrow')
      return tableFromJSON(objects)
    },
    async *ipc() {
      const { tableFromJSON, tableToIPC } = await import('apache-arrow')
      yield tableToIPC(tableFromJSON(objects), 'stream')
    },
    explain: () => report,
    close: () => undefined,
    async *[Symbol.asyncIterator]() {
      for (let at = 0; at < objects.length; at += batchRows) {
        const batch = objects.slice(at, at + batchRows)
        yield { numRows: batch.length, rows: () => batch }
      }
    },
  }
}

export const standIn = ({ change, batchRows = 2 }: StandInOptions = {}): StandIn => {
  const state: StandIn = {
    opened: [],
    closed: 0,
    open: async (options) => {
      state.opened.push(options)
      const duckdb: DuckDb = await openDuckDb(1)
      const engine: CliEngine = {
        register: async (name, source) => {
          if (typeof source === 'string') await duckdb.view(name, source)
        },
        unregister: async () => undefined,
        sql: async (sql, query) => {
          let rows: RowSet
          try {
            rows = await duckdb.query(sql)
          } catch (error) {
            throw new ArcweldError('SQL_SYNTAX', (error as Error).message, { hint: 'a hint\non two lines' })
          }
          return resultOf(change ? await change(sql, rows, query?.signal) : rows, batchRows)
        },
        run: async () => resultOf({ columns: [{ name: 'a', type: 'int32' }], rows: [[1]] }, batchRows),
        explain: async () => report,
        udf: async () => undefined,
        memory: { inUse: 1_000_000, peak: 2_000_000, budget: 4_000_000 },
        close: async () => {
          duckdb.close()
          state.closed += 1
        },
      }
      return engine
    },
  }
  return state
}

/** A terminal that keeps what was written. */
export const capture = (): Terminal & { stdout: () => string; stderr: () => string; bytes: () => Uint8Array } => {
  const written = { out: [] as Uint8Array[], err: [] as Uint8Array[] }
  const sink = (name: 'out' | 'err') => ({
    isTTY: false,
    write: async (chunk: string | Uint8Array) => {
      written[name].push(Buffer.from(chunk))
    },
  })
  return {
    out: sink('out'),
    err: sink('err'),
    signal: new AbortController().signal,
    stdout: () => Buffer.concat(written.out).toString(),
    stderr: () => Buffer.concat(written.err).toString(),
    bytes: () => Buffer.concat(written.out),
  }
}
