/** One query on DuckDB and on engines, compared: rows, types, and errors by their class. */
import { ArcweldError, type Engine, PlanError, type StageReport } from 'arcweld'
import { difference, differenceUnderLimit } from '../../src/cli/compare.ts'
import type { DuckDb } from '../../src/cli/duckdb.ts'
import type { RowSet } from '../../src/cli/rows.ts'
import type { FuzzQuery } from './fuzz-queries.ts'

/** `asWritten`: what DuckDB raises without its optimizer, which tests filters in the order of the text. */
export type Expected = { readonly rows: RowSet; readonly unlimited: RowSet | undefined; readonly raised?: undefined; asWritten(): Promise<string | undefined> } | { readonly raised: string; readonly rows?: undefined }

export const expectedOf = async (duckdb: DuckDb, query: FuzzQuery): Promise<Expected> => {
  try {
    return {
      rows: await duckdb.query(query.sql),
      unlimited: query.unlimited === undefined ? undefined : await duckdb.query(query.unlimited),
      asWritten: () => raisedAsWritten(duckdb, query.sql),
    }
  } catch (error) {
    return { raised: (error as Error).message }
  }
}

let turn: Promise<unknown> = Promise.resolve()
const raisedAsWritten = (duckdb: DuckDb, sql: string): Promise<string | undefined> => {
  const mine = turn.then(async () => {
    await duckdb.query('PRAGMA disable_optimizer')
    try {
      await duckdb.query(sql)
      return undefined
    } catch (error) {
      return (error as Error).message
    } finally {
      await duckdb.query('PRAGMA enable_optimizer')
    }
  })
  turn = mine.catch(() => undefined)
  return mine
}

/** DuckDB's error → the codes that say the same; undefined: no error that data raise. */
const codesOf = (message: string): readonly string[] | undefined => {
  if (/Invalid (RANGE|GROUPS|ROWS) \w+ value|Argument for ntile/i.test(message)) return ['RAISED']
  if (/^Out of Range Error/i.test(message)) return ['OVERFLOW', 'CAST_FAILED']
  if (/^(Conversion|Invalid Input) Error/i.test(message)) return ['CAST_FAILED', 'OVERFLOW']
  return undefined
}

/** -0 as a word, so that it is not 0. */
const withSigns = ({ columns, rows }: RowSet): RowSet => ({ columns, rows: rows.map((row) => row.map((v) => (Object.is(v, -0) ? '-0' : v))) })

export interface Verdict {
  /** What is wrong, or undefined. */
  readonly wrong: string | undefined
  readonly stages: readonly StageReport[]
  readonly raised: boolean
  /** Raised for a row that DuckDB's other order of filters and joins may exclude first: neither right nor wrong by this witness. */
  readonly undecided?: boolean
}

export const judge = async (engine: Engine, query: FuzzQuery, expected: Expected, native: 'prefer' | 'never'): Promise<Verdict> => {
  try {
    const result = await engine.sql(query.sql, { native })
    const rows = await result.rows()
    const { stages } = result.explain()
    const actual: RowSet = { columns: result.schema, rows: rows.map((row) => result.schema.map((c) => row[c.name])) }
    const ended = { stages, raised: false }
    if (expected.raised !== undefined) return { ...ended, wrong: query.excludes ? undefined : `no error, and DuckDB raises ${expected.raised}` }
    const types = expected.rows.columns.map((c) => c.type).join(' ')
    const ours = actual.columns.map((c) => c.type).join(' ')
    if (types !== ours) return { ...ended, wrong: `types ${ours} instead of ${types}` }
    const [want, all, got] = query.rowwise ? [withSigns(expected.rows), expected.unlimited && withSigns(expected.unlimited), withSigns(actual)] : [expected.rows, expected.unlimited, actual]
    return { ...ended, wrong: all ? differenceUnderLimit(want, all, got, query.keys) : difference(want, got, query.keys) }
  } catch (error) {
    const wrong = wrongError(error, query, expected)
    const ordered = wrong !== undefined && query.excludes && expected.raised === undefined && error instanceof ArcweldError && ['OVERFLOW', 'CAST_FAILED'].includes(error.code)
    if (!ordered) return { stages: [], raised: true, wrong }
    // Without its optimizer DuckDB keeps the order of the text.
    const decided = codesOf((await expected.asWritten()) ?? '')?.includes(error.code) === true
    return { stages: [], raised: true, wrong: undefined, undecided: !decided }
  }
}

const wrongError = (error: unknown, query: FuzzQuery, expected: Expected): string | undefined => {
  if (!(error instanceof ArcweldError)) return `an untyped error: ${(error as Error).stack ?? String(error)}`
  const said = `${error.code}: ${error.message}`
  if (expected.raised === undefined) {
    // A limit alone may stop DuckDB before the row that raises.
    const early = query.unlimited !== undefined && ['OVERFLOW', 'CAST_FAILED'].includes(error.code)
    return early ? undefined : `${said}${error.code === 'KERNEL_TRAP' ? ` ${String((error.cause as Error | undefined)?.stack)}` : ''}`
  }
  const codes = codesOf(expected.raised)
  // What DuckDB's planner computes, it raises while planning.
  if (codes === undefined || codes.includes(error.code) || (error instanceof PlanError && error.code === 'SQL_BINDING')) return undefined
  return `${said}; DuckDB says ${expected.raised}`
}
