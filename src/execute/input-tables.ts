/** Tables that a caller hands over with the call: Arrow tables, record batches, iterables of them, or IPC bytes. */
import type { Lease } from '../bridge/memory.ts'
import { OptionError, PlanError } from '../errors.ts'
import type { Relation } from '../layout/relation.ts'
import { type Field, type SqlType, sameType, typeName } from '../layout/types.ts'
import { planType } from '../operators/lower-expression.ts'
import { arrowIpcSource, arrowSource } from '../sources/arrow.ts'
import type { TableSource } from '../sources/source.ts'
import { literalRelation } from './literal-relation.ts'
import type { ScanNode, Tables } from './query.ts'

/** Name of the input that stands for another stage's output. */
export const stageKey = (stage: number): string => `stage:${stage}`

/** Throws OptionError; what is wrong with an input is told when it is loaded. */
export const inputTables = (inputs: Readonly<Record<string, unknown>>): Tables => {
  if (typeof inputs !== 'object' || inputs === null) throw new OptionError('INVALID_OPTION', 'the inputs must be an object: tables by name')
  const opened = new Map<string, Promise<TableSource | undefined>>()
  return {
    sizeOf: () => undefined,
    load: async (scan: ScanNode, lease: Lease, signal): Promise<Relation> => {
      const { table } = scan
      if (!Object.hasOwn(inputs, table)) throw new PlanError('UNKNOWN_TABLE', `the plan scans ${table}, which is not among the inputs`)
      let source = opened.get(table)
      if (!source) {
        source = openInput(table, inputs[table], signal)
        opened.set(table, source)
      }
      const ready = await source
      if (ready === undefined) return literalRelation({ op: 'values', columns: scan.columns, rows: [] }, lease)
      assertColumns(scan, ready)
      const { relation } = await ready.load(scan.columns.map((c) => c.name), lease, { signal })
      return asScanned(relation, scan)
    },
  }
}

/** undefined: an iterable that gave nothing, as a stage without rows does. */
const openInput = async (name: string, value: unknown, signal: AbortSignal | undefined): Promise<TableSource | undefined> => {
  if (value instanceof Uint8Array) return arrowIpcSource(value)
  const direct = arrowSource(value)
  if (direct) return direct
  if (isIterable(value)) {
    const parts: unknown[] = []
    for await (const part of value) {
      signal?.throwIfAborted()
      parts.push(part)
    }
    if (parts.length === 0) return undefined
    const source = arrowSource(parts)
    if (source) return source
  }
  throw new OptionError('INVALID_OPTION', `the input ${name} is no Arrow table, record batch, iterable of those or Arrow IPC bytes`)
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

/** The relation of a scan, its columns of the types the plan names. */
export const asScanned = (relation: Relation, scan: ScanNode): Relation => {
  const types = scan.columns.map((c) => planType(c.type))
  if (relation.columns.every((c, i) => sameType(c.type, types[i] as SqlType))) return relation
  return { ...relation, columns: relation.columns.map((c, i) => ({ ...c, type: types[i] as SqlType })) }
}
