/** Rows as Spark has written them, of all types: bytes → columns → bytes gives them again, natively and interpreted, and straight from rows to rows. */
import { type Backend, createBackend, type Plan, scan } from 'arcweld/backend'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseType } from '../../src/layout/types.ts'
import type { RowField } from '../../src/layout/unsafe-row.ts'
import { rowFieldOf } from '../../src/layout/unsafe/fields.ts'
import { hasOtherNaN, withoutLeftovers } from '../fixtures/spark/exceptions.ts'
import { rowInputOf, SPARK_FAMILIES, type SparkTable, sparkTables } from '../fixtures/spark/read.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend({ threads: 2, memory: '256MiB' })
})
afterAll(async () => {
  expect(backend.memory.inUse).toBe(0)
  await backend.close()
})

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const rowsOf = async (batches: AsyncIterable<{ rows: Uint8Array; offsets: Uint32Array }>): Promise<Uint8Array[]> => {
  const found: Uint8Array[] = []
  for await (const { rows, offsets } of batches) offsets.forEach((at, i) => found.push(rows.slice(at, offsets[i + 1] ?? rows.length)))
  return found
}

/** Rows are written with one NaN; those within packed values stay as they were. */
const isKept = (fields: readonly RowField[], row: SparkTable['rows'][number]): boolean =>
  !fields.some(({ form }, i) => !form && hasOtherNaN(row.values[i], row.raw[i]))

/** An interval whose nanoseconds are more than 64 bits has no Arrow form. */
const hasLongInterval = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(hasLongInterval) : typeof value === 'object' && value !== null && 'micros' in value && BigInt.asIntN(64, (value.micros as bigint) * 1000n) !== (value.micros as bigint) * 1000n

for (const family of SPARK_FAMILIES) {
  describe(family, () => {
    // A plan gives one column at least.
    for (const table of sparkTables(family).filter(({ fields }) => fields.length > 0)) {
      test(table.name, async () => {
        const fields = table.fields.map(({ type }) => rowFieldOf(parseType(type)!))
        const plan = scan('t', Object.fromEntries(table.fields.map(({ type }, i) => [`c${i}`, type]))).plan()
        const limited = (input: unknown) => ({ op: 'limit', input, limit: 1_000_000, offset: 0 })
        const stages = { ...plan, root: limited(limited(plan.root)) } as unknown as Plan
        const t = rowInputOf(table)
        const assertRows = (found: readonly Uint8Array[], what: string, wanted: (fields: readonly RowField[], bytes: Uint8Array) => Uint8Array) => {
          expect(found.length).toBe(table.rows.length)
          table.rows.forEach((row, i) => {
            if (isKept(fields, row)) expect(hex(found[i]!), `${what}, row ${i}`).toBe(hex(wanted(fields, row.bytes)))
          })
        }
        for (const native of ['only', 'never'] as const) {
          const told = (what: string) => `${what}, native ${native}`
          assertRows(await rowsOf(await backend.run(plan, { t }, { native, output: 'rows' })), told('rows to rows'), withoutTopLeftovers)
          const result = await backend.run(stages, { t }, { native, output: 'rows' })
          assertRows(await rowsOf(result), told('rows to columns to rows'), withoutTopLeftovers)
          expect(result.metrics?.stages.map((s) => s.native)).toEqual([native === 'only', native === 'only'])
          const arrow = (await backend.run(plan, { t }, { native })).toArrow()
          if (table.rows.some(({ values }) => hasLongInterval(values))) {
            await expect(arrow).rejects.toMatchObject({ code: 'OVERFLOW' })
            continue
          }
          assertRows(await rowsOf(await backend.run(plan, { t: await arrow }, { native, output: 'rows' })), told('rows to Arrow to rows'), withoutLeftovers)
        }
      })
    }
  })
}

/** Packed values are copied as they are: NULL intervals within them keep what Spark's buffer held. */
const withoutTopLeftovers = (fields: readonly RowField[], bytes: Uint8Array): Uint8Array =>
  withoutLeftovers(fields.map((field) => (field.form?.kind === 'interval' ? field : { ...field, form: undefined })), bytes)
