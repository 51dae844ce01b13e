/**
 * Totals of groups that are wider than 64 bits: as two fields of 64 bits where neither can overflow, to the last row and value that may
 * come; by dense keys in lanes, by keys of a large array, of 64 bits and of text, with NULLs and FILTER, of several workers, natively and
 * interpreted; and what does not fit the result.
 */
import { describe, expect, it } from 'vitest'
import { type LoweredStage, lowerStage } from '../../src/compile.ts'
import { literal } from '../../src/ir/build.ts'
import type { Ir } from '../../src/ir/nodes.ts'
import { WIDTHS } from '../../src/ir/ranges.ts'
import { readTuples } from '../../src/layout/rows.ts'
import type { Range } from '../../src/layout/types.ts'
import { splitOf, type Total, totalOf } from '../../src/operators/exact-totals.ts'
import type { LowerContext } from '../../src/operators/registry.ts'
import { leavesOf } from '../../src/plan/leaves.ts'
import type { AggregateCall, Expr, PlanNode } from '../../src/plan/nodes.ts'
import { cutStages } from '../../src/plan/stages.ts'
import { HIGH, KernelRaised, LOW, Machine } from '../codegen/machine.ts'
import { agg, call, cell, col, lit, load, run, type Table } from '../fallback/harness.ts'
import { evaluate } from '../ir/evaluate.ts'
import { type Random, random } from '../ir/random.ts'
import { testSeed } from '../seed.ts'

const seed = testSeed()
const { min: LEAST, max: MOST } = WIDTHS.i64
const COUNT = 1n << 32n

/** Of an int64 in a range, for a group of up to so many rows. */
const total = (range: Range, bound: bigint, grouped = true): Total =>
  totalOf({ ir: literal('i64', 0n), type: { kind: 'int64' }, range }, { bound, grouped }, { site: () => 7 } as unknown as LowerContext)
const typesOf = ({ fields }: Total): string => fields.map((f) => f.type).join()
const field = (index: number, row = 's'): Ir => ({ ir: 'field', type: 'i64', row, index })

describe('where the upper field begins', () => {
  it('at the upper half up to 2^32 rows, lower where values leave room', () => {
    expect(splitOf(WIDTHS.i64, 1n)).toBe(32n)
    expect(splitOf(WIDTHS.i64, COUNT - 1n)).toBe(32n)
    expect(splitOf(WIDTHS.i64, COUNT)).toBe(undefined)
    expect(splitOf({ min: LEAST, max: 0n }, COUNT - 1n)).toBe(32n)
    expect(splitOf({ min: 0n, max: MOST / 4n }, COUNT)).toBe(32n)
    expect(splitOf({ min: 0n, max: MOST / 4n }, COUNT + 1n)).toBe(31n)
    expect(splitOf({ min: 0n, max: 10_494_950n }, 1n << 50n)).toBe(14n)
    expect(splitOf({ min: 0n, max: 10_494_950n }, 1n << 60n)).toBe(undefined)
    expect(splitOf({ min: -1n, max: 1n }, 1n << 64n)).toBe(undefined)
    expect(splitOf({ min: LEAST - 1n, max: 0n }, 2n)).toBe(undefined)
  })
  it('in groups only, where 64 bits are too few and 128 enough', () => {
    expect(typesOf(total(WIDTHS.i64, 1n))).toBe('i64')
    expect(typesOf(total(WIDTHS.i64, 2n))).toBe('i64,i64')
    expect(typesOf(total(WIDTHS.i64, 2n, false))).toBe('i128')
    expect(typesOf(total(WIDTHS.i64, COUNT - 1n))).toBe('i64,i64')
    expect(typesOf(total(WIDTHS.i64, COUNT))).toBe('i128')
    expect(typesOf(total({ min: LEAST - 1n, max: 0n }, 2n))).toBe('i128')
  })
  it('of 128 bits unchecked where no number of rows that can be overflows it', () => {
    const plus = (bits: bigint, rows: bigint) => total({ min: -(1n << bits), max: 0n }, rows).plus([field(0)], field(1))[0]?.ir
    expect(plus(63n, 1n << 64n)).toBe('binary')
    expect(plus(63n, 1n << 65n)).toBe('checked')
    expect(plus(47n, 1n << 200n)).toBe('binary')
    expect(plus(48n, 1n << 200n)).toBe('checked')
  })
})

/** Random ranges of values, and numbers of rows, at the edges more often than not. */
const randomRange = (r: Random): Range => {
  const edge = (): bigint => r.pick([0n, 1n << BigInt(r.below(64)), (1n << BigInt(r.below(64))) - 1n, BigInt(r.below(2 ** 31)) << BigInt(r.below(33))])
  const [a, b] = [edge(), -edge()]
  const clip = (n: bigint) => (n > MOST ? MOST : n < LEAST ? LEAST : n)
  return { min: clip(b), max: clip(a) }
}

describe(`two fields hold what one of 128 bits would, seed ${seed}`, () => {
  it('of as many rows as may come, in any mixture of values', () => {
    let held = 0
    for (let n = 0; n < 4000; n++) {
      const r = random(seed + n)
      const range = randomRange(r)
      const bound = (1n << BigInt(r.below(63))) - BigInt(r.below(2))
      const made = total(range, bound)
      if (made.fields.length < 2) continue
      held++
      // So many rows of a value at once: what a field then is, and that it has not wrapped on the way, since all values push it one way at most.
      const values = [range.min, range.max, -1n, 0n, 1n, range.min / 2n, range.max / 3n].filter((v) => v >= range.min && v <= range.max)
      let rest = bound
      let [low, high, exact] = [0n, 0n, 0n]
      const single = r.next() < 0.3
      while (rest > 0n) {
        const v = single ? r.pick([range.min, range.max]) : r.pick(values)
        const rows = single || r.next() < 0.2 ? rest : 1n + BigInt(r.below(2 ** 31)) * (rest / 2n ** 31n)
        const [step, upper] = made.plus([field(0), field(1)], literal('i64', v)).map((e) => evaluate(e, { params: [], rows: { s: [0n, 0n] } }) as bigint)
        low = BigInt.asIntN(64, low + (step as bigint) * rows)
        high += (upper as bigint) * rows
        exact += v * rows
        rest -= rows
        expect(BigInt.asIntN(64, high), `seed ${seed + n}`).toBe(high)
      }
      expect(evaluate(made.sum([field(0), field(1)]), { params: [], rows: { s: [low, high] } }), `seed ${seed + n}`).toBe(exact)
    }
    expect(held).toBeGreaterThan(500)
  })
  it('row by row, and of two states together', () => {
    const made = total(WIDTHS.i64, 1000n)
    for (let n = 0; n < 200; n++) {
      const r = random(seed + n)
      const values = Array.from({ length: r.below(30) }, () => r.pick([LEAST, MOST, LEAST + 1n, -1n, 1n, -(COUNT - 1n), COUNT, COUNT - 1n, -COUNT, BigInt.asIntN(64, BigInt(r.below(2 ** 32)) << BigInt(r.below(64)))]))
      const states = [[0n, 0n], [0n, 0n]]
      for (const v of values) {
        const half = r.below(2)
        states[half] = made.plus([field(0), field(1)], literal('i64', v)).map((e) => evaluate(e, { params: [], rows: { s: states[half] as bigint[] } }) as bigint)
      }
      const joined = made.join([field(0, 'a'), field(1, 'a')], [field(0, 'b'), field(1, 'b')]).map((e) => evaluate(e, { params: [], rows: { a: states[0] as bigint[], b: states[1] as bigint[] } }) as bigint)
      expect(evaluate(made.sum([field(0), field(1)]), { params: [], rows: { s: joined } }), `seed ${seed + n}`).toBe(values.reduce((a, b) => a + b, 0n))
    }
  })
})

const DENSE = 100
/** How the key's groups are found, by its type and values. */
const KEYS = { dense: ['int32', (g: number) => g], large: ['int32', (g: number) => g * 661], wide: ['int64', (g: number) => String(BigInt(g) * 40_000_000_007n)], text: ['string', (g: number) => `group ${g}`] } as const
type KeyName = keyof typeof KEYS

const tableOf = (key: KeyName, rows: readonly (readonly [group: number, value: bigint | null, counts: boolean])[]): Table => ({
  columns: [{ name: 'k', type: KEYS[key][0] }, { name: 'v', type: 'int64' }, { name: 'f', type: 'bool' }],
  rows: rows.map(([g, v, f]) => [KEYS[key][1](g), v === null ? null : String(v), f]),
})
const V = col(1, 'int64')
const F = col(2, 'bool')
const CALLS: readonly AggregateCall[] = [agg('sum', [V], 'int128'), agg('avg', [V], 'double'), agg('sum', [V], 'int128', { filter: F }), agg('count', [V], 'int64'), agg('avg', [V], 'double', { filter: F })]
type Aggregate = Extract<PlanNode, { op: 'aggregate' }>
const planOf = (key: KeyName, aggregates: readonly AggregateCall[] = CALLS): Aggregate => ({ op: 'aggregate', groups: [col(0, KEYS[key][0])], aggregates, input: { op: 'scan', table: 't', columns: tableOf(key, []).columns } })

/** `bound`: more rows than these are taken to come. */
const lowered = (machine: Machine, plan: PlanNode, table: Table, bound = table.rows.length) => {
  const relation = load(table, machine)
  const [stage] = cutStages(plan, () => true)
  if (!stage) throw new Error('no stage')
  const leaves = leavesOf(stage.root)
  const lowering = lowerStage(stage, leaves.map((node) => ({ node, columns: relation.columns, rows: bound })))
  if (lowering.refusals) throw new Error(JSON.stringify(lowering.refusals))
  return { inputs: leaves.map(() => relation), lowered: lowering.lowered }
}
const native = (plan: PlanNode, table: Table, options: { readonly bound?: number; readonly slots?: number; readonly morsel?: number; readonly base?: number } = {}): unknown[][] => {
  const machine = new Machine(options.base ?? LOW)
  const stage = lowered(machine, plan, table, options.bound)
  return readTuples(machine.buffer, machine.runStage(stage.lowered, stage.inputs, { slots: options.slots ?? 1, morsel: options.morsel ?? 1000 }))
}
const states = ({ program }: LoweredStage): readonly string[] => {
  const builder = program.pipelines.map((p) => p.builder).find((b) => b.builder === 'dictmerger')
  return builder?.builder === 'dictmerger' ? builder.state.map((s) => s.type) : []
}
const text = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.map((v) => cell(v as never)).join('|')).sort()

describe('sums by group', () => {
  it('are in two fields that all aggregates over a value share, in lanes by a small array', () => {
    const table = tableOf('dense', [[0, MOST, true], [1, LEAST, false], [DENSE - 1, null, true]])
    const machine = new Machine(LOW)
    const { lowered: stage } = lowered(machine, planOf('dense', CALLS.slice(0, 2)), table)
    expect(states(stage)).toEqual(['i64', 'i64', 'bool', 'i64'])
    expect(stage.program.pipelines[0]?.vector?.merge).toBe(true)
    // Two tables of 2^17 rows may give 2^34.
    const own = { op: 'scan', table: 't', columns: table.columns } as const
    const joined: PlanNode = { ...planOf('dense', CALLS.slice(0, 1)), input: { op: 'join', kind: 'inner', left: own, right: own, keys: [{ left: col(0, 'int32'), right: col(0, 'int32') }] } }
    expect(states(lowered(machine, joined, table, 1000).lowered)).toEqual(['i64', 'i64', 'bool'])
    expect(states(lowered(machine, joined, table, 2 ** 17).lowered)).toEqual(['i128', 'bool'])
  })

  const edges: readonly (readonly [string, readonly bigint[], bigint])[] = [
    ['the greatest values', [MOST, MOST, MOST], 3n * MOST],
    ['the least values', [LEAST, LEAST, LEAST, LEAST, LEAST], 5n * LEAST],
    ['to zero again', [MOST, 1n, LEAST], 0n],
    ['a carry upwards', [COUNT - 1n, 1n], COUNT],
    ['a carry out of 64 bits', [MOST, MOST, 2n], 1n << 64n],
    ['a borrow', [1n << 62n, 1n << 62n, 1n << 62n, 1n << 62n, -1n], (1n << 64n) - 1n],
    ['negative values, low words of ones', [-1n, -1n, -1n], -3n],
    ['negative beyond 64 bits', [LEAST, -1n], LEAST - 1n],
    ['low words that fill, high words of −1', [-COUNT - 1n, -COUNT + 1n, COUNT + 1n], -COUNT + 1n],
    ['one value', [LEAST], LEAST],
  ]
  for (const key of Object.keys(KEYS) as KeyName[]) {
    it(`by ${key} keys: at the edges`, () => {
      // All of them as groups of one table, so that the range is that of 64 bits.
      const rows = edges.flatMap(([, values], g) => values.map((v) => [g, v, true] as const))
      // More rows, in groups of their own: steps of lanes, and an array that is not small.
      const more = Array.from({ length: 60 }, (_, i) => [edges.length + (i % 90), BigInt(i) - 30n, i % 2 === 0] as const)
      const table = tableOf(key, [...rows, ...more])
      for (const slots of [1, 3]) {
        const got = new Map(native(planOf(key), table, { slots, morsel: 7 }).map((row) => [String(row[0]), row]))
        edges.forEach(([name, values, sum], g) => {
          const row = got.get(String(KEYS[key][1](g)))
          expect([row?.[1], row?.[3], row?.[4]].map(String), name).toEqual([String(sum), String(sum), String(values.length)])
        })
      }
    })
  }

  it(`of random values, NULLs and filters: as interpreted, seed ${seed}`, async () => {
    const rounds = Number(process.env['ARCWELD_FUZZ_N'] ?? 25)
    for (let n = 0; n < rounds; n++) {
      const r = random(seed + n)
      const key = r.pick(Object.keys(KEYS) as KeyName[])
      const nulls = r.pick([0, 0, 0.2, 0.9])
      const value = () => r.pick([LEAST, MOST, -1n, 0n, COUNT, -COUNT, BigInt.asIntN(64, BigInt(r.below(2 ** 32)) << BigInt(r.below(64))), BigInt(r.below(2 ** 32)) - 2n ** 31n])
      const groups = 1 + r.below(r.pick([3, DENSE]))
      const rows = Array.from({ length: r.pick([0, 1, 9, 100, 700]) }, () => [r.below(groups), r.next() < nulls ? null : value(), r.next() < 0.5] as const)
      const table = tableOf(key, rows)
      const plan = planOf(key)
      const filtered: Aggregate = { ...plan, input: { op: 'filter', predicate: F, input: plan.input } }
      // Grouping sets merge states of finer groups, a union is several pipelines into one sink, and DISTINCT two aggregations.
      const sets: PlanNode = { ...plan, groups: [...plan.groups, F], sets: [[0, 1], [0], []] }
      const twice: PlanNode = { ...plan, input: { op: 'union', inputs: [plan.input, filtered.input] } }
      const distinct: PlanNode = { ...plan, aggregates: [...CALLS.slice(0, 2), agg('sum', [V], 'int128', { distinct: true })] }
      for (const p of [plan, filtered, r.pick([sets, twice, distinct])]) {
        const want = text(await run(p, { t: table }))
        // Bounds that give 64 bits lower, and none at all, for the same rows.
        for (const bound of [undefined, 2 ** 31, 2 ** 36]) {
          const got = native(p, table, { ...(bound === undefined ? {} : { bound }), slots: 1 + (n % 3), morsel: 1 + r.below(90), base: n % 2 ? LOW : HIGH })
          expect(text(got), `seed ${seed + n}, ${key}, bound ${bound}`).toEqual(want)
        }
      }
    }
  })

  it('that do not fit the result raise, and what comes back below fits', () => {
    const raising = (aggregates: readonly AggregateCall[], values: readonly bigint[]) => {
      try {
        return native(planOf('dense', aggregates), tableOf('dense', values.map((v) => [1, v, true] as const)))
      } catch (error) {
        if (error instanceof KernelRaised) return error.code
        throw error
      }
    }
    const narrow = [agg('sum', [V], 'int64')]
    expect(raising(narrow, [MOST, 1n])).toBe('OVERFLOW')
    expect(raising(narrow, [LEAST, -1n])).toBe('OVERFLOW')
    expect(raising(narrow, [MOST, MOST, LEAST])).toEqual([[1, MOST - 1n]])
    expect(raising(narrow, [MOST, 5n, -5n])).toEqual([[1, MOST]])
    const decimal = (precision: number) => [agg('sum', [call('add', [{ expr: 'cast', arg: V, type: 'decimal(18,0)' } as Expr, lit('0', 'decimal(18,0)')], 'decimal(18,0)')], `decimal(${precision},0)`)]
    const nines = 10n ** 18n - 1n
    expect(raising(decimal(19), Array.from({ length: 10 }, () => nines))).toEqual([[1, String(10n * nines)]])
    expect(raising(decimal(19), Array.from({ length: 11 }, () => nines))).toBe('OVERFLOW')
    expect(raising(decimal(38), Array.from({ length: 11 }, () => -nines))).toEqual([[1, String(-11n * nines)]])
  })
})
