/** What is found of rows as they come in: NULLs, bounds, and so the width that code reads and adds in. */
import { expect, test } from 'vitest'
import { SharedMemory } from '../../src/bridge/memory.ts'
import { lowerStage } from '../../src/compile.ts'
import { loadRows } from '../../src/execute/row-inputs.ts'
import { leavesOf } from '../../src/plan/leaves.ts'
import { cutStages } from '../../src/plan/stages.ts'
import { scan, sum } from '../../src/planners/builder.ts'
import { rowBatches } from '../backend/row-tables.ts'

const MOST = '9'.repeat(36)
const TABLE = {
  columns: [{ name: 'price', type: 'decimal(15,2)' }, { name: 'large', type: 'int64' }, { name: 'wide', type: 'decimal(38,2)' }, { name: 'some', type: 'int16' }, { name: 'text', type: 'string' }, { name: 'none', type: 'int32' }],
  rows: Array.from({ length: 3000 }, (_, i) => [`${i - 7}.25`, String(BigInt(i) << 33n), i === 9 ? `-${MOST}.99` : i === 2500 ? `${MOST}.98` : '0.01', i % 3 ? i : null, i % 2 ? 'x' : '', null]),
}

test('bounds and NULLs, over batches and blocks', async () => {
  const memory = SharedMemory.create({ budget: 2 ** 26 })
  for (const size of [1, 100, 3000]) {
    const lease = memory.lease()
    const batches = rowBatches(TABLE, size)
    async function* one(): AsyncGenerator<unknown> {
      yield* batches
    }
    for (const given of [batches, one()]) {
      const { table } = await loadRows('t', undefined, given, memory.memory, lease)
      expect(table.rows).toBe(3000)
      if (given === batches) expect(table.batches).toHaveLength(1)
      else expect(table.batches.length).toBeLessThan(8)
      expect(table.fields).toEqual([
        { physical: 'i32', nullable: false, range: { min: -725n, max: 299225n } },
        { physical: 'i64', nullable: false, range: { min: 0n, max: 2999n << 33n } },
        { physical: 'i128', nullable: false, range: { min: -(10n ** 38n - 1n), max: 10n ** 38n - 2n } },
        { physical: 'i16', nullable: true, range: { min: 1n, max: 2999n } },
        { physical: 'code8', nullable: false },
        { physical: 'i32', nullable: true, range: { min: 0n, max: 0n } },
      ])
    }
    lease.release()
  }
  expect(memory.inUse).toBe(0)
})

test('code is as narrow as over columns', async () => {
  const memory = SharedMemory.create({ budget: 2 ** 26 })
  const lease = memory.lease()
  const { table } = await loadRows('t', undefined, rowBatches(TABLE, 3000), memory.memory, lease)
  const plan = scan('t', { price: 'decimal(15,2)' }).aggregate({ by: ['price'], total: sum('price') }).plan()
  const [stage] = cutStages(plan.root, () => true)
  const node = leavesOf(stage!.root)[0]!
  const { lowered } = lowerStage(stage!, [{ node, columns: table.columns, rows: table.rows, layout: { fields: table.fields, positions: [0] } }]) as Extract<ReturnType<typeof lowerStage>, { lowered: unknown }>
  const { source, builder } = lowered.program.pipelines[0]!
  expect(source.source).toBe('rows')
  // Sums in 64 bits; keys wider than an array takes are words of a table.
  expect(builder).toMatchObject({ builder: 'dictmerger', key: ['i32'], state: [{ type: 'i64' }] })
  lease.release()
})
