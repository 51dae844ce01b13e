/**
 * arcweld below a Spark-like engine: stages over UnsafeRow batches, as its executors pass them on, and results in the same form.
 * Rows go in as bytes and come out as bytes; nobody makes columns of them.
 */
import { count, createBackend, desc, lit, scan, sum, type RowSchemaField } from 'arcweld/backend'

/** Rows of a shop: id int, city string, price decimal(12,2), as an executor's memory holds them. */
const schema: readonly RowSchemaField[] = [
  { name: 'id', type: 'int32', nullable: false },
  { name: 'city', type: 'string' },
  { name: 'price', type: 'decimal(12,2)', nullable: false },
]
const SALES: readonly (readonly [number, string | null, bigint])[] = [
  [1, 'Porto', 1250n], [2, 'Lyon', 3000n], [3, null, 799n], [4, 'Graz', 2500n], [5, 'Lyon', 425n], [6, 'Porto', 1810n],
]

/** One row of this schema, as org.apache.spark.sql.catalyst.expressions.UnsafeRow has it: NULL bits, a word a field, text behind them. */
const unsafeRow = ([id, city, price]: (typeof SALES)[number]): Uint8Array => {
  const text = new TextEncoder().encode(city ?? '')
  const row = new Uint8Array(8 + 3 * 8 + ((text.length + 7) & ~7))
  const view = new DataView(row.buffer)
  if (city === null) view.setUint8(0, 1 << 1)
  else view.setBigUint64(8 + 8, (BigInt(8 + 3 * 8) << 32n) | BigInt(text.length), true)
  view.setInt32(8, id, true)
  view.setBigInt64(8 + 16, price, true)
  row.set(text, 8 + 3 * 8)
  return row
}

/** Batches of two rows each, with the first byte of each row. */
function* batches(): Generator<{ rows: Uint8Array; offsets: Uint32Array; schema: readonly RowSchemaField[] }> {
  for (let i = 0; i < SALES.length; i += 2) {
    const [a, b] = SALES.slice(i, i + 2).map(unsafeRow) as [Uint8Array, Uint8Array]
    const rows = new Uint8Array(a.length + b.length)
    rows.set(a)
    rows.set(b, a.length)
    yield { rows, offsets: Uint32Array.of(0, a.length), schema }
  }
}

const sales = scan('sales', { city: 'string', price: 'decimal(12,2)' })
const plan = sales.filter(({ price }) => price.ge(lit('5.00', 'decimal(12,2)'))).aggregate({ by: ['city'], n: count(), total: sum('price') }).sort([desc('total')]).plan()

const backend = await createBackend({ threads: 2, memory: '256MiB' })
try {
  // Kept in the backend's memory, rows are an input of as many queries as one likes; an iterable is one of a single query.
  const kept = await backend.load(batches())
  console.log(`${kept.numRows} rows loaded`)

  // Stage by stage, each reading what the one before has left, in rows.
  const inputs: Record<string, unknown> = { sales: kept }
  for (const stage of backend.stages(plan)) {
    const out = []
    for await (const batch of backend.execute(backend.compile(stage), inputs, { output: 'rows', native: 'only' })) out.push(batch)
    inputs[`stage:${stage.id}`] = out
    console.log(`stage ${stage.id}: ${out.reduce((n, b) => n + b.numRows, 0)} rows, ${out.reduce((n, b) => n + b.rows.length, 0)} bytes`)
  }

  // The whole plan, and its result by hand: fields city, n and total.
  const result = await backend.run(plan, { sales: kept }, { output: 'rows' })
  console.log(result.schema.map(({ name, type }) => `${name} ${type}`).join(', '))
  for await (const { rows, offsets } of result) {
    const view = new DataView(rows.buffer)
    for (const at of offsets) {
      const word = view.getBigUint64(at + 8, true)
      const start = at + Number(word >> 32n)
      const city = view.getUint8(at) & 1 ? null : new TextDecoder().decode(rows.subarray(start, start + Number(word & 0xffffffffn)))
      const [bytes, place] = [view.getUint32(at + 8 + 16, true), at + view.getUint32(at + 8 + 20, true)]
      let total = BigInt(view.getInt8(place))
      for (let i = 1; i < bytes; i++) total = (total << 8n) | BigInt(view.getUint8(place + i))
      console.log(' ', city, view.getBigInt64(at + 8 + 8, true), total)
    }
  }
  kept.close()
} finally {
  await backend.close()
}
