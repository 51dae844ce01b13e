/** Tables that a caller hands over with the call: Arrow tables, record batches, or iterables of them. */
import type { Lease } from '../bridge/memory.ts'
import { OptionError, PlanError } from '../errors.ts'
import type { Relation } from '../layout/relation.ts'
import { sameType, typeName } from '../layout/types.ts'
import { planType } from '../operators/lower-expression.ts'
import { arrowIpcSource, arrowSource } from '../sources/arrow.ts'
import type { TableSource } from '../sources/source.ts'
import type { ScanNode, Tables } from './query.ts'

/** Name of the input that stands for another stage's output. */
export const stageKey = (stage: number): string => `stage:${stage}`

export const inputTables = (inputs: Readonly<Record<string, unknown>>): Tables => {
  const opened = new Map<string, Promise<TableSource>>()
  return {
    load: async (scan: ScanNode, lease: Lease, signal): Promise<Relation> => {
      const { table } = scan
      if (!Object.hasOwn(inputs, table)) throw new PlanError('UNKNOWN_TABLE', `the plan scans ${table}, which is not among the inputs`)
      let source = opened.get(table)
      if (!source) {
        source = openInput(table, inputs[table])
        opened.set(table, source)
      }
      const ready = await source
      assertColumns(scan, ready)
      const { relation } = await ready.load(scan.columns.map((c) => c.name), lease, { signal })
      return relation
    },
  }
}

const openInput = async (name: string, value: unknown): Promise<TableSource> => {
  if (value instanceof Uint8Array) return arrowIpcSource(value)
  const direct = arrowSource(value)
  if (direct) return direct
  if (isIterable(value)) {
    const batches: unknown[] = []
    for await (const batch of value) batches.push(batch)
    const source = arrowSource(batches)
    if (source) return source
  }
  throw new OptionError('INVALID_OPTION', `the input ${name} is no Arrow table, record batch, iterable of record batches or Arrow IPC bytes`)
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)

/** The table must have the columns a plan names, of the types it names. */
export const assertColumns = (scan: ScanNode, source: { readonly fields: readonly { name: string; type: Parameters<typeof typeName>[0] }[] }): void => {
  for (const { name, type } of scan.columns) {
    const field = source.fields.find((f) => f.name === name)
    if (!field) throw new PlanError('UNKNOWN_COLUMN', `${scan.table} has no column ${name}`)
    if (!sameType(field.type, planType(type))) throw new PlanError('INVALID_PLAN', `${scan.table}.${name} is ${typeName(field.type)}, and the plan says ${type}`)
  }
}
