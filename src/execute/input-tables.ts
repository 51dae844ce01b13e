/** Tables that a caller hands over with the call: Arrow tables, record batches, iterables of them, IPC bytes, or batches of rows. */
import type { Lease } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import { OptionError, PlanError } from '../errors.ts'
import type { Relation } from '../layout/relation.ts'
import type { StageRelation } from '../layout/row-table.ts'
import { type Field, type SqlType, sameType, typeName } from '../layout/types.ts'
import { planType } from '../operators/lower-expression.ts'
import { arrowIpcSource, arrowSource } from '../sources/arrow.ts'
import type { TableSource } from '../sources/source.ts'
import { literalRelation } from './literal-relation.ts'
import { KeptRows } from './kept-rows.ts'
import type { ScanNode, Tables } from './query.ts'
import { isRowInput, loadRows, type RowInput, scanFields, scannedRows } from './row-inputs.ts'

/** Name of the input that stands for another stage's output. */
export const stageKey = (stage: number): string => `stage:${stage}`

/** Throws OptionError; what is wrong with an input is told when it is loaded. */
export const inputTables = (inputs: Readonly<Record<string, unknown>>, memory: WebAssembly.Memory, pool: Pool): Tables => {
  if (typeof inputs !== 'object' || inputs === null) throw new OptionError('INVALID_OPTION', 'the inputs must be an object: tables by name')
  const opened = new Map<string, Promise<Opened | undefined>>()
  return {
    sizeOf: () => undefined,
    load: async (scan: ScanNode, lease: Lease, { signal }): Promise<StageRelation> => {
      const { table } = scan
      if (!Object.hasOwn(inputs, table)) throw new PlanError('UNKNOWN_TABLE', `the plan scans ${table}, which is not among the inputs`)
      let source = opened.get(table)
      if (!source) {
        source = openInput(scan, inputs[table], memory, lease, signal, pool)
        opened.set(table, source)
      }
      const ready = await source
      if (ready === undefined) return literalRelation({ op: 'values', columns: scan.columns, rows: [] }, lease)
      if (ready instanceof KeptRows) return ready.scan(scan, memory)
      if ('table' in ready) return scannedRows(scan, ready.columns, ready.table)
      assertColumns(scan, ready)
      const { relation } = await ready.load(scan.columns.map((c) => c.name), lease, { signal })
      return asScanned(relation, scan)
    },
  }
}

type Opened = TableSource | KeptRows | Awaited<ReturnType<typeof loadRows>>

/** undefined: an iterable that gave nothing, as a stage without rows does. */
const openInput = async (scan: ScanNode, value: unknown, memory: WebAssembly.Memory, lease: Lease, signal: AbortSignal | undefined, pool: Pool): Promise<Opened | undefined> => {
  const name = scan.table
  if (value instanceof Uint8Array) return arrowIpcSource(value)
  if (value instanceof KeptRows) return value
  const rows = (batches: readonly RowInput[] | AsyncIterable<unknown>) => loadRows(name, scanFields(scan), batches, memory, lease, signal, pool)
  if (isRowInput(value)) return rows([value])
  const direct = arrowSource(value)
  if (direct) return direct
  if (isIterable(value)) {
    const parts: unknown[] = []
    const iterator = iterate(value)
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      signal?.throwIfAborted()
      // Batches may end with the next one: rows are copied one by one.
      if (parts.length === 0 && isRowInput(next.value)) return rows(Array.isArray(value) && value.every(isRowInput) ? value : following(next.value, iterator))
      parts.push(next.value)
    }
    if (parts.length === 0) return undefined
    // the bytes of one stream or file, in pieces
    if (parts.every((part) => part instanceof Uint8Array)) return arrowIpcSource(Buffer.concat(parts))
    const source = arrowSource(parts)
    if (source) return source
  }
  throw new OptionError('INVALID_OPTION', `the input ${name} is no Arrow table, record batch, batch of rows, iterable of those, or Arrow IPC bytes, whole or in pieces`)
}

async function* iterate(values: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<unknown, void> {
  yield* values
}

/** What an iterator that has given its first value gives. */
async function* following(first: unknown, rest: AsyncGenerator<unknown, void>): AsyncGenerator<unknown, void> {
  yield first
  yield* rest
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)

/** The table must have the columns a plan names, of the types it names or of such that stand for them. */
export const assertColumns = (scan: ScanNode, source: { readonly fields: readonly Field[] }): void => {
  for (const { name, type } of scan.columns) {
    const field = source.fields.find((f) => f.name === name)
    if (!field) throw new PlanError('UNKNOWN_COLUMN', `${scan.table} has no column ${name}`)
    if (!standsFor(field.type, planType(type))) throw new PlanError('INVALID_PLAN', `${scan.table}.${name} is ${typeName(field.type)}, and the plan says ${type}`)
  }
}

/** Arrow has no 128-bit integers: toArrow() writes them as decimals without a fraction. */
const standsFor = (type: SqlType, wanted: SqlType): boolean => sameType(type, wanted) || (wanted.kind === 'int128' && type.kind === 'decimal' && type.scale === 0)

/** The relation of a scan, or its windows, its columns of the types the plan names. */
export const asScanned = <R extends Pick<Relation, 'columns'>>(relation: R, scan: ScanNode): R => {
  const types = scan.columns.map((c) => planType(c.type))
  if (relation.columns.every((c, i) => sameType(c.type, types[i] as SqlType))) return relation
  return { ...relation, columns: relation.columns.map((c, i) => ({ ...c, type: types[i] as SqlType })) }
}
