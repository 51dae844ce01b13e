/**
 * Columns to UnsafeRows and back, and UnsafeRows into the engine's memory: GB/s of the rows' bytes, beside a copy of as many bytes
 * within the same memory, and the writer and reader in JavaScript. Contestants take turns; a figure is the least time of some.
 * The bytes are compared with the writer's before. DuckDB has no counterpart: its rows are a format of its own, and never come out.
 */
import { converted } from '../dist/execute/convert.js'
import { openCore } from '../dist/execute/core.js'
import { loadRows } from '../dist/execute/row-inputs.js'
import type { Relation } from '../dist/layout/relation.js'
import { encodeRows } from '../dist/layout/row-batch.js'
import { copiedRows } from '../dist/layout/row-copies.js'
import type { RowTable, StageRelation } from '../dist/layout/row-table.js'
import { typeName } from '../dist/layout/types.js'
import { UnsafeWriter } from '../dist/layout/unsafe/writer.js'
import { readRow } from '../dist/layout/unsafe/views.js'
import { makeTable, SHAPES, type Shape } from './layout-data.ts'
import { partition } from './layout-partition.ts'

const ROUNDS = 15
/** Rows that the JavaScript codec goes over in a round. */
const CODEC_ROWS = 20_000
/** Bytes of rows of a table: more than caches hold. */
const BYTES = 1 << 26
const BUDGET = 2 ** 31

interface Contestant {
  readonly name: string
  readonly bytes: number
  readonly run: () => unknown
  least: number
}

const inTurns = async (contestants: readonly Contestant[]): Promise<void> => {
  for (let round = 0; round < ROUNDS; round++) {
    for (const c of contestants) {
      const start = performance.now()
      await c.run()
      c.least = Math.min(c.least, performance.now() - start)
    }
  }
}

const measure = async (shape: Shape, threads: number): Promise<void> => {
  const core = await openCore(threads, BUDGET, 'benchmark')
  const { memory, pool, cache } = core
  const { buffer } = memory
  const lease = memory.lease()
  const kept = memory.lease()
  try {
    const stride = 8 + shape.columns.length * 8 + shape.columns.filter((c) => c === 'utf8').length * 20
    const table = makeTable(shape, Math.floor(BYTES / stride / 8) * 8, buffer, (bytes) => lease.reserve(bytes))
    const { relation, fields, row } = table
    const inLease = async <T>(run: (own: typeof lease) => Promise<T>): Promise<T> => {
      const own = memory.lease()
      try {
        return await run(own)
      } finally {
        own.release()
      }
    }
    const convert = (from: StageRelation, to: 'row' | undefined, own: typeof lease) => converted(from, to, { pool, cache, stage: 0, lease: own })
    const rows = (await convert(relation, 'row', kept)) as RowTable
    const bytes = rows.batches.reduce((n, b) => n + b.bytes, 0)
    const schema = relation.columns.map(({ name, type }) => ({ name, type: typeName(type), nullable: shape.nulls }))
    const copies = [...copiedRows(rows, buffer, 2 ** 30)]

    const some = Array.from({ length: CODEC_ROWS }, (_, i) => row(i))
    const written = encodeRows(fields, some).rows
    const own = Buffer.concat(copies.map((c) => c.rows)).subarray(0, written.length)
    if (!own.equals(Buffer.from(written))) throw new Error(`${shape.name}: the rows are not those that the writer writes`)
    await inLease(async (l) => {
      const again = (await convert((await convert(rows, undefined, l)) as Relation, 'row', l)) as RowTable
      const back = [...copiedRows(again, buffer, 2 ** 30)]
      if (!Buffer.concat(back.map((c) => c.rows)).equals(Buffer.concat(copies.map((c) => c.rows)))) throw new Error(`${shape.name}: rows read and written are others`)
    })

    const [source, target] = [kept.reserve(bytes), kept.reserve(bytes)]
    const view = new DataView(written.buffer, written.byteOffset, written.length)
    const starts = encodeRows(fields, some).offsets ?? Uint32Array.from(some, (_, i) => (i * written.length) / some.length)
    const contestants: Contestant[] = [
      { name: 'memcpy', bytes, run: () => new Uint8Array(buffer, target, bytes).set(new Uint8Array(buffer, source, bytes)) },
      { name: 'columns → rows', bytes, run: () => inLease((l) => convert(relation, 'row', l)) },
      { name: 'rows → columns', bytes, run: () => inLease((l) => convert(rows, undefined, l)) },
      { name: 'import', bytes, run: () => inLease((l) => loadRows('rows', schema, copies, memory.memory, l, undefined, pool)) },
      ...(threads > 1 ? [] : [
        {
          name: 'JavaScript, write', bytes: written.length, run: () => {
            const writer = new UnsafeWriter()
            for (const values of some) writer.row(fields, values)
          },
        },
        { name: 'JavaScript, read', bytes: written.length, run: () => { for (const at of starts) readRow(fields, view, at) } },
      ]),
    ].map((c) => ({ ...c, least: Infinity }))
    await inTurns(contestants)
    const [copy] = contestants as [Contestant]
    const speed = ({ bytes, least }: Contestant): number => bytes / least / 1e6
    console.log(`${shape.name}, ${relation.rows} rows of ${(bytes / relation.rows).toFixed(0)} bytes, ${threads} thr`)
    for (const c of contestants) console.log(`  ${c.name.padEnd(18)} ${speed(c).toFixed(2).padStart(7)} GB/s  ${((100 * speed(c)) / speed(copy)).toFixed(0).padStart(4)} % of memcpy`)
  } finally {
    kept.release()
    lease.release()
    await core.close()
  }
}

/** `only`: shapes whose name has it. Partitioning is on one thread. */
export const layout = async (threadCounts: readonly number[], only: string | undefined): Promise<void> => {
  for (const shape of SHAPES.filter(({ name }) => name.includes(only ?? ''))) for (const threads of threadCounts) await measure(shape, threads)
  await partition(only)
}
