import { expect, test } from 'vitest'
import { interpret } from '../../src/fallback/interpret.ts'
import { ColumnBuilder } from '../../src/layout/column-builder.ts'
import { chunkOfValues } from '../../src/layout/chunk.ts'
import { relationOf } from '../../src/layout/relation-builder.ts'
import type { Arena, Relation } from '../../src/layout/relation.ts'
import { readTuples } from '../../src/layout/rows.ts'
import type { Value } from '../../src/operators/registry.ts'
import type { PlanNode } from '../../src/plan/nodes.ts'
import { agg, arenaOf, call, col, lit, type } from './harness.ts'

const through = async (plan: PlanNode, relation: Relation, arena: Arena): Promise<unknown[][]> => {
  const udf = (): never => {
    throw new Error('no functions')
  }
  const { relation: out } = await interpret(plan, { resolve: () => relation, buffer: arena.buffer, arena, udf, breathe: async () => {} })
  return readTuples(arena.buffer, out)
}

/** One column in batches, as it would come from several row groups. */
const column = (name: string, batches: readonly (readonly Value[])[], arena: Arena): Relation => {
  const builder = new ColumnBuilder({ name: 'x', type: type(name) })
  for (const values of batches) builder.append(chunkOfValues(type(name), values))
  const rows = batches.map((values) => values.length)
  return relationOf([builder.finish(arena, rows)], rows)
}

const scan = (name: string): PlanNode => ({ op: 'input', stage: 0, columns: [{ name: 'x', type: name }] })

const WIDE: readonly [string, readonly (readonly Value[])[]][] = [
  ['int64', [[1n, 2n ** 62n], [-(2n ** 63n)], [null, 5n]]],
  ['uint64', [[2n ** 64n - 1n, 0n], [null]]],
  [
    'int128',
    [
      [2n ** 100n, -(2n ** 100n), -1n],
      [null, 2n ** 64n],
    ],
  ],
  ['int128', [[-1n, -(2n ** 53n) + 1n, 2n ** 53n - 1n]]],
  ['decimal(38,2)', [[10n ** 37n], [-5n, null]]],
  ['timestamp', [[2n ** 60n], [-1n, 0n]]],
  ['int32', [[-1, null, 3], [4]]],
  ['bool', [[true, null], [false]]],
  ['float', [[1.5, Number.NaN], [null]]],
  ['string', [Array.from({ length: 200 }, (_, i) => `text number ${i} é`), ['x', null, '']]],
]

test.each(WIDE)('%s in batches', async (name, batches) => {
  const arena = arenaOf(1 << 22)
  const relation = column(name, batches, arena)
  const wanted = readTuples(arena.buffer, relation)
  expect(await through(scan(name), relation, arena)).toEqual(wanted)
  const groups = await through({ op: 'aggregate', input: scan(name), groups: [col(0, name)], aggregates: [agg('count_star', [], 'int64')] }, relation, arena)
  expect(groups.map(([value]) => [value])).toEqual(wanted)
  const same = { op: 'join', kind: 'inner', left: scan(name), right: scan(name), keys: [{ left: col(0, name), right: col(0, name), nullSafe: true }] } as const
  expect((await through(same, relation, arena)).map(([value]) => [value])).toEqual(wanted)
})

test('slices', async () => {
  const arena = arenaOf(1 << 16)
  const texts = ['one', '', 'drei é', 'x'.repeat(50)]
  const data = arena.allocate(texts.length * 8)
  const words = new Uint32Array(arena.buffer, data, texts.length * 2)
  texts.forEach((text, i) => {
    const bytes = Buffer.from(text)
    const at = arena.allocate(Math.max(bytes.length, 1))
    new Uint8Array(arena.buffer, at, bytes.length).set(bytes)
    words.set([at, bytes.length], 2 * i)
  })
  const relation: Relation = {
    columns: [{ name: 'x', type: type('string'), physical: 'slice', nullable: false }],
    batches: [{ rows: texts.length, vectors: [{ data, validity: 0, aux: 0 }] }],
    rows: texts.length,
  }
  const plan: PlanNode = { op: 'filter', input: scan('string'), predicate: call('ne', [col(0, 'string'), lit('one', 'string')], 'bool') }
  expect((await through(plan, relation, arena)).flat()).toEqual(texts.slice(1))
})

test('utf8 with NULLs', async () => {
  const arena = arenaOf(1 << 16)
  const texts = ['one', null, '', 'drei é 😀']
  const bytes = Buffer.from(texts.join(''))
  const data = arena.allocate(bytes.length)
  new Uint8Array(arena.buffer, data, bytes.length).set(bytes)
  const aux = arena.allocate((texts.length + 1) * 4)
  const offsets = new Uint32Array(arena.buffer, aux, texts.length + 1)
  texts.forEach((text, i) => {
    offsets[i + 1] = offsets[i]! + Buffer.byteLength(text ?? '')
  })
  const validity = arena.allocate(1)
  new Uint8Array(arena.buffer, validity, 1)[0] = 0b1101
  const relation: Relation = {
    columns: [{ name: 'x', type: type('string'), physical: 'utf8', nullable: true }],
    batches: [{ rows: texts.length, vectors: [{ data, validity, aux }] }],
    rows: texts.length,
  }
  expect((await through(scan('string'), relation, arena)).flat()).toEqual(texts)
  const plan: PlanNode = { op: 'sort', input: scan('string'), keys: [{ expr: col(0, 'string'), descending: true, nullsFirst: true }] }
  expect((await through(plan, relation, arena)).flat()).toEqual([null, 'one', 'drei é 😀', ''])
  const groups: PlanNode = { op: 'aggregate', input: scan('string'), groups: [col(0, 'string')], aggregates: [agg('max', [col(0, 'string')], 'string')] }
  expect(await through(groups, relation, arena)).toEqual(texts.map((text) => [text, text]))
})

test('addresses above 2 GiB, also as negative numbers', async () => {
  const low = 2 ** 31 + 4096
  const buffer = new SharedArrayBuffer(low + (1 << 20))
  let top = low
  const arena: Arena = {
    buffer,
    allocate(bytes) {
      const at = top
      top += (bytes + 15) & ~15
      return at
    },
  }
  for (const [name, batches] of WIDE) {
    const relation = column(name, batches, arena)
    const wanted = readTuples(buffer, relation)
    const signed: Relation = {
      ...relation,
      columns: relation.columns.map((c) => (c.dictionary ? { ...c, dictionary: { ...c.dictionary, slices: c.dictionary.slices | 0 } } : c)),
      batches: relation.batches.map((b) => ({ ...b, vectors: b.vectors.map((v) => ({ data: v.data | 0, validity: v.validity | 0, aux: v.aux | 0 })) })),
    }
    expect(await through(scan(name), relation, arena)).toEqual(wanted)
    expect(await through(scan(name), signed, arena)).toEqual(wanted)
  }
})
