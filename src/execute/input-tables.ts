/** Tables that a caller hands over with the call: Arrow tables, record batches, iterables of them, or IPC bytes. */
import type { Lease } from '../bridge/memory.ts'
import { OptionError, PlanError } from '../errors.ts'
import type { Relation } from '../layout/relation.ts'
import { type Field, INT128, sameType, typeName } from '../layout/types.ts'
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
      const wide = assertColumns(scan, ready)
      const { relation } = await ready.load(scan.columns.map((c) => c.name), lease, { signal })
      return wide.size === 0 ? relation : { ...relation, columns: relation.columns.map((c) => (wide.has(c.name) ? { ...c, type: INT128 } : c)) }
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

/**
 * The table must have the columns a plan names, of the types it names. Arrow has no 128-bit integers: decimals without a
 * fraction stand for them, and the names of columns where they do are the answer.
 */
export const assertColumns = (scan: ScanNode, source: { readonly fields: readonly Field[] }): ReadonlySet<string> => {
  const wide = new Set<string>()
  for (const { name, type } of scan.columns) {
    const field = source.fields.find((f) => f.name === name)
    if (!field) throw new PlanError('UNKNOWN_COLUMN', `${scan.table} has no column ${name}`)
    const wanted = planType(type)
    if (sameType(field.type, wanted)) continue
    if (wanted.kind !== 'int128' || field.type.kind !== 'decimal' || field.type.scale !== 0) {
      throw new PlanError('INVALID_PLAN', `${scan.table}.${name} is ${typeName(field.type)}, and the plan says ${type}`)
    }
    wide.add(name)
  }
  return wide
}
