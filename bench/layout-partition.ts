/**
 * PartitionBy: columns, and UnsafeRows, by the hash of the first column into 200 partitions of UnsafeRows, on one thread. MB/s of
 * the rows' bytes, beside a copy of as many bytes, and the same in JavaScript: values written as rows, hashed and brought to their places
 * by a counting sort. Partitions are compared with those of JavaScript before.
 */
import { openCore } from '../dist/execute/core.js'
import { converted } from '../dist/execute/convert.js'
import { divideInput, type DividedInput } from '../dist/execute/exchange/divided-input.js'
import { noUdf } from '../dist/execute/udfs.js'
import type { StageRelation } from '../dist/layout/row-table.js'
import { typeName } from '../dist/layout/types.js'
import { murmur3 } from '../dist/layout/spark-hash.js'
import { partitionOf } from '../dist/layout/unsafe/hashes.js'
import { UnsafeWriter } from '../dist/layout/unsafe/writer.js'
import type { RowValue } from '../dist/layout/unsafe-row.js'
import { makeTable, type Shape } from './layout-data.ts'

const PARTITIONS = 200
const ROUNDS = 7
const BYTES = 1 << 25
const SCRIPT_ROWS = 20_000
const FIELDS = (n: number): Shape['columns'] => Array.from({ length: n }, (_, i) => (i === 0 ? 'i64' : (['i64', 'i32', 'f64'] as const)[i % 3]!))
const SHAPES: readonly Shape[] = [
  ...[3, 6, 12].map((n) => ({ name: `partition, ${n} fields`, columns: FIELDS(n), nulls: false })),
  { name: 'partition, 2 of 4 strings', columns: ['i64', 'utf8', 'i32', 'utf8'], nulls: false },
]

/** Rows of values, by a counting sort. */
const inScript = (values: readonly (readonly RowValue[])[], fields: Parameters<UnsafeWriter['row']>[0]): { readonly bytes: Uint8Array; readonly firstByte: Uint32Array } => {
  const hash = murmur3({ kind: 'int64' })
  const writer = new UnsafeWriter()
  const starts = new Uint32Array(values.length + 1)
  const numbers = new Uint32Array(values.length)
  const firstByte = new Uint32Array(PARTITIONS + 1)
  values.forEach((row, i) => {
    writer.row(fields, row)
    starts[i + 1] = writer.length
    numbers[i] = partitionOf(hash(row[0] as bigint, 42), PARTITIONS)
    firstByte[numbers[i]! + 1]! += writer.length - starts[i]!
  })
  for (let p = 0; p < PARTITIONS; p++) firstByte[p + 1]! += firstByte[p]!
  const next = firstByte.slice()
  const written = writer.bytes
  const bytes = new Uint8Array(writer.length)
  numbers.forEach((p, i) => {
    bytes.set(written.subarray(starts[i]!, starts[i + 1]!), next[p]!)
    next[p]! += starts[i + 1]! - starts[i]!
  })
  return { bytes, firstByte }
}

const measure = async (shape: Shape): Promise<void> => {
  const core = await openCore(1, 2 ** 31, 'benchmark')
  const { memory, pool, cache } = core
  const kept = memory.lease()
  try {
    const make = (rows: number) => makeTable(shape, rows, memory.buffer, (bytes) => kept.reserve(bytes))
    const divided = async (relation: StageRelation): Promise<Buffer> => {
      const lease = memory.lease()
      try {
        const columns = relation.columns.map(({ name, type }) => ({ name, type: typeName(type) }))
        const by = { kind: 'hash', keys: [{ expr: 'column', index: 0, type: 'int64' }], partitions: PARTITIONS } as const
        const made = await divideInput({ op: 'input', stage: 0, columns }, relation, by, core, lease, { native: 'only', udf: noUdf })
        if ('reason' in made) throw new Error(made.reason)
        const { data, bytes } = (made as DividedInput).rows
        return Buffer.from(memory.buffer, data, bytes)
      } finally {
        lease.release()
      }
    }
    const few = make(SCRIPT_ROWS)
    const values = Array.from({ length: SCRIPT_ROWS }, (_, i) => few.row(i))
    const script = inScript(values, few.fields)
    if (!(await divided(few.relation)).equals(Buffer.from(script.bytes))) throw new Error(`${shape.name}: the partitions are not those of JavaScript`)

    const { relation } = make(Math.floor((BYTES * SCRIPT_ROWS) / script.bytes.length / 8) * 8)
    const rows = await converted(relation, 'row', { pool, cache, stage: 0, lease: kept })
    const { length } = await divided(rows)
    const [source, target] = [kept.reserve(length), kept.reserve(length)]
    const contestants = [
      { name: 'memcpy', bytes: length, run: () => new Uint8Array(memory.buffer, target, length).set(new Uint8Array(memory.buffer, source, length)) as unknown },
      { name: 'columns', bytes: length, run: () => divided(relation) as unknown },
      { name: 'rows', bytes: length, run: () => divided(rows) as unknown },
      { name: 'JavaScript', bytes: script.bytes.length, run: () => inScript(values, few.fields) as unknown },
    ].map((c) => ({ ...c, least: Infinity }))
    for (let round = 0; round < ROUNDS; round++) {
      for (const c of contestants) {
        const start = performance.now()
        await c.run()
        c.least = Math.min(c.least, performance.now() - start)
      }
    }
    const speed = (c: (typeof contestants)[number]): number => c.bytes / c.least / 1e3
    console.log(`${shape.name}, ${relation.rows} rows of ${(length / relation.rows).toFixed(0)} bytes into ${PARTITIONS}, 1 thr`)
    for (const c of contestants) console.log(`  ${c.name.padEnd(18)} ${speed(c).toFixed(0).padStart(7)} MB/s  ${((100 * speed(c)) / speed(contestants[0]!)).toFixed(1).padStart(5)} % of memcpy`)
  } finally {
    kept.release()
    await core.close()
  }
}

/** `only`: shapes whose name has it. */
export const partition = async (only: string | undefined): Promise<void> => {
  for (const shape of SHAPES.filter(({ name }) => name.includes(only ?? ''))) await measure(shape)
}
