/** Spark's hashes natively and on the interpreter over random rows of every type, alone and as several keys, with NULLs. */
import { expect, it } from 'vitest'
import { lowerStage } from '../../src/compile.ts'
import { literalRelation } from '../../src/execute/literal-relation.ts'
import { formatLiteral } from '../../src/layout/literal.ts'
import { readTuples } from '../../src/layout/rows.ts'
import { murmur3, xxhash64 } from '../../src/layout/spark-hash.ts'
import { parseType } from '../../src/layout/types.ts'
import { columnReaders } from '../../src/layout/read.ts'
import type { Expr, PlanNode } from '../../src/plan/nodes.ts'
import { Machine } from '../codegen/machine.ts'
import { pick, randomValue, seeded } from '../operators/random-values.ts'
import { testSeed } from '../seed.ts'

const TYPES = ['bool', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'int128', 'float', 'double', 'date', 'timestamp', 'timestamptz', 'string', 'decimal(9,2)', 'decimal(18,4)', 'decimal(19,0)', 'decimal(38,10)'] as const
const ROWS = 77

it.each([...TYPES.map((t) => [t]), ...Array.from({ length: 12 }, (_, i) => [`mix ${i}`])])('%s', (what) => {
  const random = seeded(testSeed() + what.length * 31 + what.charCodeAt(what.length - 1))
  const types = what.startsWith('mix') ? Array.from({ length: 2 + Math.floor(random() * 5) }, () => pick(random, TYPES)) : [what, what]
  const columns = types.map((type, i) => ({ name: `c${i}`, type }))
  const nulls = random() < 0.5
  const rows = Array.from({ length: ROWS }, (_, r) =>
    types.map((type) => (nulls && random() < 0.2 ? null : type === 'string' && r % 2 ? 'xyz0é'.repeat(r).slice(0, r) : formatLiteral(randomValue(random, parseType(type)!), parseType(type)!))),
  )
  const leaf: Extract<PlanNode, { op: 'values' }> = { op: 'values', columns, rows }
  const args = types.map((type, index): Expr => ({ expr: 'column', index, type }))
  const root: PlanNode = { op: 'project', input: leaf, exprs: [{ expr: 'call', fn: 'hash', args, type: 'int32' }, { expr: 'call', fn: 'xxhash64', args, type: 'int64' }] }
  const machine = new Machine()
  const relation = literalRelation(leaf, machine)
  const lowering = lowerStage({ id: 0, root, inputs: [] }, [{ node: leaf, columns: relation.columns, rows: relation.rows }])
  if (lowering.refusals) throw new Error(lowering.refusals[0]!.reason)
  const got = readTuples(machine.buffer, machine.runStage(lowering.lowered, [relation]))
  const read = columnReaders(machine.buffer, relation.columns, relation.batches[0]!)
  const expected = rows.map((_, r) => {
    let [h, x] = [42, 42n]
    types.forEach((type, i) => {
      h = murmur3(parseType(type)!)(read[i]!(r), h)
      x = xxhash64(parseType(type)!)(read[i]!(r), x)
    })
    return [h, x]
  })
  expect(got).toEqual(expected)
})
