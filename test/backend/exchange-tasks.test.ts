/** Stages above exchanges run task by task where their plan allows it, and give what they give without exchanges. */
import { asc, type Backend, count, createBackend, desc, max, min, type Plan, type PlanNode, type Query, scan, sum, type TaskOptions } from 'arcweld/backend'
import { tableFromArrays } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testSeed } from '../seed.ts'

const ROWS = 12_000
const mixed = (i: number, salt: number) => Math.imul(i + 1, 0x9e3779b1 + 2 * salt) >>> 8
// Every third row has the key 7, every eleventh none.
const a = Array.from({ length: ROWS }, (_, i) => (i % 11 === 0 ? null : i % 3 === 0 ? 7 : mixed(i, 1) % 900))
const s = Array.from({ length: ROWS }, (_, i) => (i % 13 === 0 ? null : `text ${mixed(i, 2) % 97}`.repeat(mixed(i, 3) % 3)))
const b = Float64Array.from({ length: ROWS }, (_, i) => i)
const t = tableFromArrays({ a: a as number[], s: s as string[], b })
const u = tableFromArrays({
  c: Array.from({ length: 2_000 }, (_, i) => (i % 17 === 0 ? null : mixed(i, 4) % 1100)) as number[],
  r: Array.from({ length: 2_000 }, (_, i) => (i % 19 === 0 ? null : `text ${mixed(i, 5) % 97}`)) as string[],
  d: Float64Array.from({ length: 2_000 }, (_, i) => i),
})
const left = scan('t', { a: 'double', s: 'string', b: 'double' }).select((x) => ({ a: x.a.cast('int32'), s: x.s, b: x.b.cast('int64') }))
const right = scan('u', { c: 'double', r: 'string', d: 'double' }).select((x) => ({ c: x.c.cast('int32'), r: x.r, d: x.d.cast('int64') }))

let one: Backend
let three: Backend
beforeAll(async () => {
  one = await createBackend({ threads: 1 })
  three = await createBackend({ threads: 3 })
})
afterAll(async () => {
  await one.close()
  await three.close()
})

const text = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row, (_, v) => (typeof v === 'bigint' ? `${v}` : v)))
const SMALL: Partial<TaskOptions> = { taskBytes: 40_000, skewBytes: 60_000, skewFactor: 2, broadcastBytes: 0 }
const run = async (backend: Backend, plan: Plan, native: 'only' | 'never', tasks = SMALL) => {
  const result = await backend.run(plan, { t, u }, { native, tasks })
  const rows = text(await result.rows())
  return { rows, stages: result.metrics!.stages, explain: `${result.explain()}` }
}
/** The tasks of the last stage, and the rows. */
const last = async (query: Query<string>, tasks = SMALL) => {
  const { rows, stages, explain } = await run(three, query.plan(), 'only', tasks)
  return { rows, tasks: stages.at(-1)!.tasks!, explain }
}
const sameRows = (x: readonly string[], y: readonly string[]) => expect([...x].sort()).toEqual([...y].sort())

describe('tasks', () => {
  const by = (...keys: ('a' | 's' | 'b')[]) => left.exchange({ hash: keys, partitions: 16 })
  const other = (...keys: ('c' | 'r' | 'd')[]) => right.exchange({ hash: keys, partitions: 16 })

  test('groups of a hash exchange', async () => {
    const grouped = (q: typeof left) => q.aggregate({ by: ['a'], n: count(), most: max('b'), least: min('s'), total: sum('b') })
    const { rows, tasks, explain } = await last(grouped(by('a')))
    sameRows(rows, (await last(grouped(left))).rows)
    expect(tasks.count).toBeGreaterThan(2)
    expect(tasks.inputs).toMatchObject([{ stage: 0, read: 'divided', exchange: { kind: 'hash', partitions: 16, rows: ROWS } }])
    expect(explain).toMatch(/\d+ tasks: \d+ partitions were coalesced into \d+ tasks? of about 40000 bytes\n {4}stage 0, divided: exchange hash: 12000 rows/)
  })
  test('all that fits one task is not divided', async () => {
    const { tasks } = await last(by('a').aggregate({ by: ['a'], n: count() }), {})
    expect(tasks).toMatchObject({ count: 1, inputs: [{ read: 'whole' }], reasons: [expect.stringMatching(/^all partitions together have about \d+ bytes, and a task reads 67108864$/)] })
  })
  test.each([
    ['groups by other keys', () => by('a').aggregate({ by: ['s'], n: count() }), 'rows of one group can be in several partitions'],
    ['groups by fewer keys', () => by('a', 's').aggregate({ by: ['s'], n: count() }), 'rows of one group can be in several partitions'],
    ['all rows', () => by('a').aggregate({ n: count() }), 'an aggregate without groups needs all rows'],
    ['a join by other keys', () => by('s').join(other('c'), { on: [['a', 'c']] }), 'the sides of a join are not partitioned by the keys that it joins by'],
    ['keys in another order', () => by('a', 's').join(other('r', 'c'), { on: [['a', 'c'], ['s', 'r']] }), 'the sides of a join are not partitioned by the keys that it joins by'],
    ['other numbers of partitions', () => by('a').join(right.exchange({ hash: ['c'], partitions: 8 }), { on: [['a', 'c']] }), 'the sides of a join have 16 and 8 partitions'],
    ['one side that is no exchange', () => by('a').join(right, { on: [['a', 'c']] }), 'an input is not the output of an exchange'],
    ['ranges, whose bounds are not the same', () => left.exchange({ range: ['a'], partitions: 8 }).join(right.exchange({ range: ['c'], partitions: 8 }), { on: [['a', 'c']] }), 'the sides of a join are not partitioned by the keys that it joins by'],
    ['a broadcast side that is kept', () => by('a').join(right.exchange('broadcast'), { on: [['a', 'c']], kind: 'full' }), 'a full join needs all rows of its left side in one task, because every task has all of the other'],
    ['another order', () => left.exchange({ range: [desc('b')], partitions: 8 }).sort([asc('b')]), 'the partitions do not follow one another in the order that is sorted by'],
    ['a limit', () => by('a').topn(['b'], 10), 'a topn needs all rows'],
  ])('there is one task for %s', async (_, query, reason) => {
    const { rows, tasks } = await last(query())
    expect(tasks).toMatchObject({ count: 1, reasons: [reason] })
    const without = JSON.parse(JSON.stringify(query().plan()), (_key, node) => (node?.op === 'exchange' ? node.input : node)) as Plan
    sameRows(rows, (await run(three, without, 'only')).rows)
  })
  test.each(['inner', 'left', 'right', 'full', 'semi', 'anti', 'right_semi', 'right_anti'] as const)('%s join of two exchanges', async (kind) => {
    const on = { on: [['a', 'c'], ['s', 'r']] as const, kind, where: (l: any, r: any) => l.b.ne(r.d) }
    const { rows, tasks } = await last(by('a', 's').join(other('c', 'r'), on))
    sameRows(rows, (await last(left.join(right, on))).rows)
    expect(tasks.count).toBeGreaterThan(2)
    expect(tasks.inputs.map((i) => [i.stage, i.read])).toEqual([[0, 'divided'], [1, 'divided']])
  })
  test('a merge join, whose rows are in order, where nobody reads the order', async () => {
    const merged = (root: (join: PlanNode) => PlanNode): Plan => {
      const { node } = by('a').join(other('c'), { on: [['a', 'c']] })
      return { version: 1, names: [...'asbcrd'], root: root({ ...node, strategy: 'merge' } as PlanNode) }
    }
    const top = await run(three, merged((join) => join), 'only')
    expect(top.stages.at(-1)!.tasks).toMatchObject({ count: 1, reasons: ['a merge join puts out its rows in the order of all keys'] })
    const below = await run(three, merged((join) => ({ op: 'exchange', input: join, partitioning: { kind: 'single' } })), 'only')
    expect(below.stages.at(-1)!.tasks!.count).toBeGreaterThan(2)
    sameRows(below.rows, top.rows)
  })
  test('a skewed side is split, where the join allows it', async () => {
    const on = (kind: 'inner' | 'right') => ({ on: [['a', 'c']] as const, kind })
    const inner = await last(by('a').join(other('c'), on('inner')))
    expect(inner.tasks.reasons).toContainEqual(expect.stringMatching(/^partition \d+ of stage 0 was split into \d+, because it has more than 2 times the median$/))
    sameRows(inner.rows, (await last(left.join(right, on('inner')))).rows)
    const outer = await last(by('a').join(other('c'), on('right')))
    expect(`${outer.tasks.reasons}`).not.toContain('split')
    sameRows(outer.rows, (await last(left.join(right, on('right')))).rows)
    // Groups are not cut.
    const grouped = await last(by('a').join(other('c'), on('inner')).aggregate({ by: ['a'], n: count() }))
    expect(grouped.tasks.count).toBeGreaterThan(2)
    expect(`${grouped.tasks.reasons}`).not.toContain('split')
  })
  test('a side that proves small is read whole, where the join allows it', async () => {
    const few = right.filter((x) => x.d.lt(20)).exchange({ hash: ['c'], partitions: 16 })
    const small = { ...SMALL, broadcastBytes: 4_000 }
    const plain = await last(by('a').join(few, { on: [['a', 'c']] }), small)
    expect(plain.tasks).toMatchObject({ count: 1, reasons: [expect.stringMatching(/^stage 1 is read whole, because its \d+ bytes are no more than 4000; so nothing needs to be divided$/)] })
    const grouped = await last(by('a').join(few, { on: [['a', 'c']] }).aggregate({ by: ['a'], n: count() }), small)
    expect(grouped.tasks.count).toBeGreaterThan(2)
    expect(grouped.tasks.inputs.map((i) => i.read)).toEqual(['divided', 'whole'])
    const full = await last(by('a').join(few, { on: [['a', 'c']], kind: 'full' }), small)
    expect(full.tasks.inputs.map((i) => i.read)).toEqual(['divided', 'divided'])
  })
  test('partitions of a range follow one another', async () => {
    const sorted = (q: typeof left) => q.sort([asc('a', { nulls: 'first' }), desc('b')])
    const { rows, tasks } = await last(sorted(left.exchange({ range: [asc('a', { nulls: 'first' })], partitions: 12 })))
    expect(rows).toEqual((await last(sorted(left))).rows)
    expect(tasks.count).toBeGreaterThan(2)
  })
  test('an exchange that two stages read', async () => {
    const root = by('a').node
    const columns = left.columns.map(({ name }, i) => ({ name, type: ['int32', 'string', 'int64'][i]! }))
    const shared: PlanNode = { op: 'shared', index: 0, columns }
    const key = { expr: 'column', index: 0, type: 'int32' } as const
    const plan = (of: PlanNode): Plan => ({ version: 1, names: [...'abcdef'], shared: [of], root: { op: 'join', kind: 'inner', left: shared, right: shared, keys: [{ left: key, right: key }], residual: { expr: 'call', fn: 'lt', type: 'bool', args: [{ expr: 'column', index: 2, type: 'int64' }, { expr: 'literal', value: '40', type: 'int64' }] } } })
    const made = await run(three, plan(root), 'only')
    expect(made.stages.at(-1)!.tasks!.count).toBeGreaterThan(2)
    sameRows(made.rows, (await run(three, plan(left.node), 'only')).rows)
  })
  test('the result by partition', async () => {
    const twice = by('a').aggregate({ by: ['a'], n: count() }).exchange({ hash: ['n'], partitions: 3 })
    const result = await three.run(twice.plan(), { t }, { native: 'only', tasks: SMALL })
    const { firstRow } = await result.partitions()
    expect(result.metrics!.stages.at(-1)).toMatchObject({ tasks: { inputs: [{ read: 'divided' }] }, exchange: { partitions: 3 } })
    expect(firstRow.at(-1)).toBe(new Set(a).size)
  })
  test('rows', async () => {
    const result = await three.run(by('a').filter((x) => x.a.ne(7)).plan(), { t }, { native: 'only', tasks: SMALL, output: 'rows' })
    let rows = 0
    for await (const batch of result) rows += batch.offsets!.length
    expect(rows).toBe(a.filter((x) => x !== null && x !== 7).length)
  })
})

test('an error in one task ends the query', async () => {
  for (const backend of [one, three]) {
    const failing = left.exchange({ hash: ['b'], partitions: 16 }).select((x) => ({ v: x.b.sub(7777).cast('int32').mul(2147483647) }))
    const result = await backend.run(failing.plan(), { t }, { native: 'only', tasks: SMALL })
    await expect(result.rows()).rejects.toMatchObject({ code: 'OVERFLOW' })
    expect(backend.memory.inUse).toBe(0)
  }
})
test('so does an abort', async () => {
  const crossed = left.exchange({ hash: ['a'], partitions: 16 }).join(right.exchange('broadcast'), {}).join(right.filter((x) => x.d.lt(100)).exchange('broadcast'), { where: (l, r) => l.b.add(r.d).eq(-1) })
  const abort = new AbortController()
  const result = await three.run(crossed.plan(), { t, u }, { native: 'only', tasks: SMALL, signal: abort.signal })
  const rows = result.rows()
  setTimeout(() => abort.abort(new Error('enough')), 200)
  await expect(rows).rejects.toThrow('enough')
  expect(three.memory.inUse).toBe(0)
})
test.each([[{ taskBytes: -1 }], [{ skewFactor: Number.NaN }], [{ bytes: 1 }], [7]])('tasks: %j is refused', async (tasks) => {
  await expect(one.run(left.plan(), { t }, { tasks: tasks as any })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
})

/** A plan with exchanges anywhere, or without any of them. */
const random = (seed: number): { readonly plan: Plan; readonly without: Plan; readonly ordered: boolean } => {
  let state = seed * 2654435761
  const below = (n: number) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    return (state >>> 8) % n
  }
  const pick = <T>(of: readonly T[]): T => of[below(of.length)]!
  const partitions = pick([4, 9])
  const exchanged = (q: Query<string>, keys: readonly string[]): Query<string> => {
    const all = q.columns.map((c) => c.name)
    const kind = below(12)
    if (kind < 6) return q.exchange({ hash: keys, partitions })
    if (kind === 6) return q.exchange({ hash: [pick(all)], partitions })
    if (kind === 7) return q.exchange('broadcast')
    if (kind === 8) return q.exchange({ range: keys, partitions })
    if (kind === 9) return q.exchange({ roundrobin: partitions })
    if (kind === 10) return q.exchange('single')
    return q
  }
  const small = below(3) === 0
  let q: Query<string> = below(2) ? left.filter((x) => x.b.lt(4_000)) : left
  const keys = pick([['a'], ['a'], ['s'], ['a', 's']])
  let ordered = false
  if (below(3) > 0) {
    const pair: Record<string, string> = { a: 'c', s: 'r' }
    const r: Query<string> = small ? right.filter((x) => x.d.lt(60)) : right
    const kind = pick(['inner', 'left', 'right', 'full', 'semi', 'anti', 'right_semi', 'right_anti'] as const)
    const on = keys.length === 1 && keys[0] === 's' ? ['s', 'a'] : keys
    q = exchanged(q, keys).join(exchanged(r, keys.map((k) => pair[k]!)), { on: on.map((k) => [k, pair[k]!] as [string, string]), kind, nullSafe: below(4) === 0 })
    if (below(2)) q = q.select([...q.columns.map((c) => c.name)].reverse())
  }
  const names = q.columns.map((c) => c.name)
  const has = keys.filter((k) => names.includes(k))
  const groups = has.length ? has : [names[0]!]
  switch (below(4)) {
    case 0: {
      const number = names.includes('b') ? 'b' : 'd'
      q = exchanged(q, below(3) ? groups : [pick(names)]).aggregate({ by: below(4) ? groups : [...new Set([...groups, pick(names)])], n: count(), total: sum(number), least: min(number) })
      if (below(2)) q = exchanged(q, groups).filter((x: any) => x.n.gt(1))
      break
    }
    case 1:
      q = exchanged(q, names).sort(names)
      // Rows that are equal in all columns are in no order.
      ordered = true
      break
    case 2: {
      const input = exchanged(q, groups)
      const columns = input.columns.map((c, index) => ({ expr: 'column', index, type: c.type.kind }) as const)
      const node: PlanNode = {
        op: 'window', input: input.node, partitions: columns.filter((_, i) => groups.includes(names[i]!)),
        orders: columns.map((expr) => ({ expr, descending: false, nullsFirst: true })), functions: [{ fn: 'rank', args: [], type: 'int64' }, { fn: 'count_star', args: [], type: 'int64' }],
      }
      const root = { version: 1, names: [...names, 'rank', 'n'], root: node } as const
      return { plan: root, without: bare(root), ordered: false }
    }
    case 3:
      q = exchanged(q, groups).distinct()
  }
  const plan = q.plan()
  return { plan, without: bare(plan), ordered }
}
const bare = (plan: Plan): Plan => JSON.parse(JSON.stringify(plan), (_, node) => (node?.op === 'exchange' ? node.input : node))

const BASE = testSeed()
const SEEDS = Number(process.env['ARCWELD_FUZZ_N'] ?? 30)
test(`random plans with exchanges, seeds ${BASE} … ${BASE + SEEDS - 1}`, { timeout: 300_000 }, async () => {
  let several = 0
  for (let seed = BASE; seed < BASE + SEEDS; seed++) {
    const { plan, without, ordered } = random(seed)
    const tasks = { ...SMALL, broadcastBytes: seed % 2 ? 3_000 : 0 }
    try {
      const expected = await run(one, without, 'never')
      for (const made of [await run(one, plan, 'only', tasks), await run(three, plan, 'only', tasks), await run(three, plan, 'never', tasks)]) {
        if (ordered) expect(made.rows).toEqual(expected.rows)
        else sameRows(made.rows, expected.rows)
        if (made.stages.some((stage) => (stage.tasks?.count ?? 1) > 1)) several++
      }
    } catch (cause) {
      throw new Error(`seed ${seed}: ${JSON.stringify(plan.root).slice(0, 3000)}`, { cause })
    }
  }
  expect(several).toBeGreaterThan(SEEDS / 3)
})
test('memory is given back', () => {
  expect([one.memory.inUse, three.memory.inUse]).toEqual([0, 0])
})
