/** Runs plans on the interpreter over small tables, and the same in SQL on DuckDB. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { RelationBuilder } from '../../src/layout/relation-builder.ts'
import type { Arena, Relation } from '../../src/layout/relation.ts'
import { readTuples } from '../../src/layout/rows.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import { parseLiteral } from '../../src/layout/literal.ts'
import { interpret } from '../../src/fallback/interpret.ts'
import { interpretable } from '../../src/fallback/interpretable.ts'
import type { Udf } from '../../src/fallback/udf.ts'
import type { AggregateCall, Expr, LiteralValue, PlanNode, ScanField } from '../../src/plan/nodes.ts'

export const type = (name: string): SqlType => parseType(name)!
export const col = (index: number, name: string): Expr => ({ expr: 'column', index, type: name })
export const lit = (value: LiteralValue, name: string): Expr => ({ expr: 'literal', value, type: name })
export const call = (fn: string, args: readonly Expr[], name: string): Expr => ({ expr: 'call', fn, args, type: name })
export const cast = (arg: Expr, name: string): Expr => ({ expr: 'cast', arg, type: name })
export const agg = (fn: string, args: readonly Expr[], name: string, more: Partial<AggregateCall> = {}): AggregateCall => ({ fn, args, type: name, ...more })

export const arenaOf = (bytes: number): Arena => {
  const buffer = new SharedArrayBuffer(bytes)
  let top = 1024
  return {
    buffer,
    allocate(size) {
      const at = top
      top += (size + 15) & ~15
      if (top > bytes) throw new Error('arena full')
      return at
    },
  }
}

export interface Table {
  readonly columns: readonly ScanField[]
  readonly rows: readonly (readonly LiteralValue[])[]
}

/** Writes a table in batches of at most `batch` rows. */
export const load = (table: Table, arena: Arena): Relation => {
  const builder = new RelationBuilder(table.columns.map((c) => ({ name: c.name, type: type(c.type) })))
  const columns = table.columns.map((c, i) => table.rows.map((row) => parseLiteral(row[i]!, type(c.type))))
  builder.appendValues(columns, table.rows.length)
  return builder.finish(arena)
}

export const run = async (plan: PlanNode, tables: Record<string, Table>, udfs: Record<string, Udf> = {}, signal?: AbortSignal): Promise<unknown[][]> => {
  const refusals = interpretable(plan)
  if (refusals.length > 0) throw new Error(JSON.stringify(refusals))
  const most = Math.max(0, ...Object.values(tables).map((table) => table.rows.length))
  const arena = arenaOf(most < 2 ? 1 << 14 : 1 << 24)
  const relations = new Map(Object.entries(tables).map(([name, table]) => [name, load(table, arena)]))
  const resolve = (leaf: Extract<PlanNode, { op: 'scan' | 'input' }>): Relation => {
    if (leaf.op === 'input') throw new Error('no input')
    const relation = relations.get(leaf.table)!
    const indexes = leaf.columns.map((c) => relation.columns.findIndex((own) => own.name === c.name))
    return {
      columns: indexes.map((i) => relation.columns[i]!),
      batches: relation.batches.map((batch) => ({ rows: batch.rows, vectors: indexes.map((i) => batch.vectors[i]!) })),
      rows: relation.rows,
    }
  }
  const options = {
    resolve,
    buffer: arena.buffer,
    arena,
    udf: (name: string) => udfs[name]!,
    breathe: () => new Promise<void>((done) => setImmediate(done)),
    signal,
  }
  const { relation } = await interpret(plan, options)
  return readTuples(arena.buffer, relation)
}

const DUCK: Record<string, string> = {
  bool: 'BOOLEAN',
  int8: 'TINYINT',
  int16: 'SMALLINT',
  int32: 'INTEGER',
  int64: 'BIGINT',
  int128: 'HUGEINT',
  uint8: 'UTINYINT',
  uint16: 'USMALLINT',
  uint32: 'UINTEGER',
  uint64: 'UBIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  string: 'VARCHAR',
}
export const duckType = (name: string): string => DUCK[name] ?? name

export class Duck {
  readonly instance: DuckDBInstance
  readonly connection: DuckDBConnection

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance
    this.connection = connection
  }

  static async open(): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
    const connection = await instance.connect()
    // Plans as written: the optimizer may drop what would have raised.
    await connection.run('pragma disable_optimizer')
    return new Duck(instance, connection)
  }

  async table(name: string, table: Table): Promise<void> {
    await this.connection.run(`create or replace table ${name} (${table.columns.map((c) => `${c.name} ${duckType(c.type)}`).join(', ')})`)
    const value = (v: LiteralValue): string =>
      v === null ? 'NULL' : typeof v === 'string' ? `'${v.replaceAll("'", "''")}'` : typeof v === 'number' ? `'${Object.is(v, -0) ? '-0.0' : v}'` : String(v)
    if (table.rows.length === 0) return
    await this.connection.run(
      `insert into ${name} values ${table.rows.map((row) => `(${row.map((v, i) => `${value(v)}::${duckType(table.columns[i]!.type)}`).join(', ')})`).join(', ')}`,
    )
  }

  async query(sql: string): Promise<unknown[][]> {
    const reader = await this.connection.runAndReadAll(sql)
    const kinds = reader.columnTypes()
    return reader.getRows().map((row) => row.map((v, i) => plain(v, String(kinds[i]))))
  }

  close(): void {
    this.connection.closeSync()
    this.instance.closeSync()
  }
}

/** DuckDB's values in the forms of rows(). */
const plain = (v: unknown, kind: string): unknown => {
  if (typeof v !== 'object' || v === null) return v
  const text = String(v)
  return kind.startsWith('TIMESTAMP') ? text.replace(/\.?0+$/, (zeros) => (zeros.startsWith('.') ? '' : zeros.includes('.') ? '' : zeros)) : text
}

/** Cells as text: exact, −0 told from 0, doubles that are no safe integer to 12 digits. */
export const cell = (v: unknown): string =>
  typeof v === 'number'
    ? Number.isSafeInteger(v)
      ? Object.is(v, -0)
        ? '-0'
        : `${v}`
      : Number.isFinite(v)
        ? v.toPrecision(12)
        : `${v}`
    : typeof v === 'bigint'
      ? `${v}n`
      : v === null
        ? 'NULL'
        : String(v)
export const sortedText = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.map(cell).join('|')).sort()
