/** Spark's hashes natively and on the interpreter over random rows of every type, alone and as several keys, with NULLs. */
import { expect, it } from 'vitest'
import { lowerStage } from '../../src/compile.ts'
import { literalRelation } from '../../src/execute/literal-relation.ts'
import { formatLiteral } from '../../src/layout/literal.ts'
import { readTuples } from '../../src/layout/rows.ts'
import { murmur3, xxhash64 } from '../../src/layout/spark-hash.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import { rowFieldOf } from '../../src/layout/unsafe/fields.ts'
import { packSlice } from '../../src/layout/unsafe/writer.ts'
import type { RowValue } from '../../src/layout/unsafe-row.ts'
import type { Value } from '../../src/layout/value.ts'
import { columnReaders } from '../../src/layout/read.ts'
import type { Expr, PlanNode } from '../../src/plan/nodes.ts'
import { Machine } from '../codegen/machine.ts'
import { pick, type Random, randomValue, seeded } from '../operators/random-values.ts'
import { randomOf } from '../layout/hostile-bytes.ts'
import { testSeed } from '../seed.ts'

const TYPES = ['bool', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'int128', 'float', 'double', 'date', 'timestamp', 'timestamptz', 'string', 'decimal(9,2)', 'decimal(18,4)', 'decimal(19,0)', 'decimal(38,10)'] as const
const PACKED = [
  'binary', 'interval', 'array<int8>', 'array<string>', 'array<decimal(38,3)>', 'array<interval>', 'struct<>', 'struct<a:int16,b:string,c:decimal(38,0),e:float>', 'array<struct<x:double,y:array<date>>>',
  'map<int32,string>', 'map<decimal(38,5),map<bool,int64>>', 'struct<i:interval,m:map<string,struct<u:int128,v:uint8,w:uint32,b:binary>>>',
] as const
const ROWS = 77

const valueOf = (random: Random, type: SqlType): Exclude<Value, null> => {
  const field = rowFieldOf(type, false)
  if (!field.form) return randomValue(random, type)
  const bits = { next: random, below: (n: number) => Math.floor(random() * n), pick: <T>(xs: readonly T[]) => pick(random, xs) }
  const value = randomOf(bits as Parameters<typeof randomOf>[0], field)
  return value instanceof Uint8Array ? value : packSlice(field.form, value as Exclude<RowValue, null>)
}

it.each([...[...TYPES, ...PACKED].map((t) => [t]), ...Array.from({ length: 12 }, (_, i) => [`mix ${i}`])])('%s', (what) => {
  const random = seeded(testSeed() + what.length * 31 + what.charCodeAt(what.length - 1))
  const types = what.startsWith('mix') ? Array.from({ length: 2 + Math.floor(random() * 5) }, () => pick(random, [...TYPES, ...PACKED])) : [what, what]
  const columns = types.map((type, i) => ({ name: `c${i}`, type }))
  const nulls = random() < 0.5
  const rows = Array.from({ length: ROWS }, (_, r) =>
    types.map((type) => (nulls && random() < 0.2 ? null : type === 'string' && r % 2 ? 'xyz0é'.repeat(r).slice(0, r) : formatLiteral(valueOf(random, parseType(type)!), parseType(type)!))),
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
