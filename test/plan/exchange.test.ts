/** Exchanges in plans: where they cut, and what documents may say of them. */
import { describe, expect, test } from 'vitest'
import { absorbs } from '../../src/execute/absorb.ts'
import { planRules } from '../../src/execute/plan-rules.ts'
import type { Plan } from '../../src/plan/nodes.ts'
import { cutStages } from '../../src/plan/stages.ts'
import { validatePlan } from '../../src/plan/validate.ts'
import { count, desc, type Query, scan } from '../../src/planners/builder.ts'

const t = scan('t', { a: 'int32', b: 'string' })
const ops = (q: Query<string>): string[] =>
  cutStages(validatePlan(JSON.parse(JSON.stringify(q.plan())), planRules).root, absorbs).map(({ root }) => {
    const names: string[] = []
    for (let node = root as any; ; node = node.input ?? node.left) {
      names.push(node.op === 'input' ? `#${node.stage}` : node.op === 'join' ? `join #${node.right.stage}` : node.op)
      if (!node.input && !node.left) return names.join(' ')
    }
  })

describe('cutting', () => {
  test('a stage writes what it exchanges', () => {
    expect(ops(t.filter((c) => c.a.gt(1)).exchange({ hash: ['b'], partitions: 4 }).aggregate({ by: ['b'], n: count() }))).toEqual(['exchange scan', 'aggregate #0'])
  })
  test('an aggregate and what reshapes its groups stands below its exchange', () => {
    const grouped = t.aggregate({ by: ['b'], n: count() })
    expect(ops(grouped.exchange({ hash: ['b'], partitions: 4 }))).toEqual(['exchange aggregate scan'])
    expect(ops(grouped.select((c) => ({ k: c.n.add(1) })).exchange('single').select((c) => ({ x: c.k })))).toEqual(['exchange project aggregate scan', 'project #0'])
  })
  test('limits, sorts and other exchanges are stages of their own', () => {
    expect(ops(t.sort(['a']).limit(3).exchange({ roundrobin: 2 }).exchange('single'))).toEqual(['topn scan', 'exchange #0', 'exchange #1'])
    expect(ops(t.exchange({ hash: ['a'], partitions: 2 }).sort(['a']))).toEqual(['exchange scan', 'sort #0'])
  })
  test('rows that are divided by range lie there before', () => {
    expect(ops(t.exchange({ range: [desc('a')], partitions: 4 }))).toEqual(['exchange scan'])
    expect(ops(t.filter((c) => c.a.gt(1)).exchange({ range: ['a'], partitions: 4 }))).toEqual(['scan', 'exchange #0'])
    expect(ops(t.aggregate({ by: ['b'] }).exchange({ range: ['b'], partitions: 4 }))).toEqual(['aggregate scan', 'exchange #0'])
  })
  test('two sides of a join', () => {
    const u = scan('u', { a: 'int32', c: 'string' })
    expect(ops(t.exchange({ hash: ['a'], partitions: 4 }).join(u.exchange({ hash: ['a'], partitions: 4 }), { on: ['a'] }))).toEqual(['exchange scan', 'exchange scan', 'join #1 #0'])
  })
})

describe('documents', () => {
  const of = (partitioning: unknown): Plan => ({ version: 1, names: ['a'], root: { op: 'exchange', input: { op: 'scan', table: 't', columns: [{ name: 'a', type: 'int32' }] }, partitioning } as Plan['root'] })
  const column = { expr: 'column', index: 0, type: 'int32' }
  test.each([
    [{ kind: 'hash', keys: [column], partitions: 200 }],
    [{ kind: 'range', keys: [{ expr: column, descending: true, nullsFirst: true }], partitions: 1 }],
    [{ kind: 'roundrobin', partitions: 65536 }],
    [{ kind: 'single' }],
    [{ kind: 'broadcast' }],
  ])('%j', (partitioning) => {
    expect(validatePlan(of(partitioning), planRules)).toEqual(of(partitioning))
  })
  test.each([
    [{ kind: 'rainbow' }, 'UNSUPPORTED_PLAN'],
    [{ kind: 'hash', keys: [], partitions: 2 }, 'INVALID_PLAN'],
    [{ kind: 'hash', keys: [column] }, 'INVALID_PLAN'],
    [{ kind: 'hash', keys: [column], partitions: 0 }, 'INVALID_PLAN'],
    [{ kind: 'hash', keys: [column], partitions: 65537 }, 'INVALID_PLAN'],
    [{ kind: 'hash', keys: [{ ...column, index: 1 }], partitions: 2 }, 'INVALID_PLAN'],
    [{ kind: 'range', keys: [], partitions: 2 }, 'INVALID_PLAN'],
    [{ kind: 'single', partitions: 2 }, 'INVALID_PLAN'],
    [{ kind: 'roundrobin', partitions: 1.5 }, 'INVALID_PLAN'],
    [null, 'INVALID_PLAN'],
  ])('%j is refused', (partitioning, code) => {
    expect(() => validatePlan(of(partitioning), planRules)).toThrow(expect.objectContaining({ code }))
  })
})
