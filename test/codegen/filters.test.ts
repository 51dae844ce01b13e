/**
 * Runtime filters: a build side, and scans that leave out what it surely has not. A prune never drops a row with a match; a bitmap
 * drops all others, a Bloom filter nearly all. Rows come out in their order, and workers count what they tested and left.
 */
import { describe, expect, it } from 'vitest'
import type { Ir, IrType, Scalar } from '../../src/ir/nodes.ts'
import { READ_AS } from '../../src/ir/physical.ts'
import type { Body, Builder, KeyFilter, Pipeline, Program, SourceColumn } from '../../src/ir/program.ts'
import type { Physical } from '../../src/layout/relation.ts'
import { splitLarge } from '../../src/codegen/split.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { type Random, random } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { type Cell, HIGH, KernelRaised, LOW, Machine, type RunOptions, shown } from './machine.ts'

const seed = testSeed()
const WRITTEN: Partial<Record<Scalar, Physical>> = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice' }
const c = (physical: Physical, nullable = false): SourceColumn => ({ physical, nullable })
const field = (type: IrType, index: number): Ir => ({ ir: 'field', type, row: 'n', index })
const lit = (value: number): Ir => ({ ir: 'literal', type: 'i32', value })
const binary = (op: '%' | '!=' | '<' | '+', left: Ir, right: Ir): Ir => ({ ir: 'binary', type: op === '!=' || op === '<' ? 'bool' : (left.type as Scalar), op, left, right })
const appender = (types: readonly Scalar[]): Builder => ({ builder: 'appender', fields: types.map((type) => ({ type, physical: WRITTEN[type] as Physical })), counted: false })
const over = (columns: readonly SourceColumn[], relation: number, builder: Builder, body: Body): Pipeline => ({ operators: [], source: { source: 'columns', relation, columns }, row: 'n', builder, body })
const built = (physical: Physical, filters: readonly KeyFilter[], relation = 0): Pipeline =>
  over([c(physical)], relation, { builder: 'groupmerger', key: [READ_AS[physical]], fields: [], filters }, { body: 'merge', key: [field(READ_AS[physical], 0)], values: [] })
const prune = (key: Ir, next: Body, sink = 0, filter = 0): Body => ({ body: 'prune', sink, filter, key, next })
const merge = (...values: readonly Ir[]): Body => ({ body: 'merge', key: [], values })
const bitmap = (min: bigint, extent: number): KeyFilter => ({ filter: 'bitmap', key: 0, range: { min, extent } })
const bloom: KeyFilter = { filter: 'bloom', key: 0 }
/** Not one of every 5, by the row's number. */
const someRows = (index: number): Ir => binary('!=', binary('%', field('i32', index), lit(5)), lit(0))

/** Rows of (key, number) that are left, in order. */
const left = (machine: Machine, program: Program, build: readonly Cell[], probe: readonly Cell[], physical: Physical, probed: SourceColumn, options: RunOptions): bigint[] =>
  machine
    .run(program, [machine.relation([c(physical)], build.map((k) => [k])), machine.relation([probed, c('i32')], probe.map((k, i) => [k, BigInt(i)]))], options)
    .map(([number]) => number as bigint)

interface Keys {
  readonly physical: Physical
  readonly key: (n: number) => Cell
  /** The number is below that. */
  readonly numbers: number
  readonly range?: readonly [bigint, number]
}
const KEYS: Record<string, Keys> = {
  'i32 around 0': { physical: 'i32', key: (n) => BigInt(n - 3000), numbers: 6000, range: [-3000n, 6000] },
  'i32 from the least on': { physical: 'i32', key: (n) => BigInt(n) - 2147483648n, numbers: 4000, range: [-2147483648n, 4000] },
  'i32 up to the greatest': { physical: 'i32', key: (n) => 2147483647n - BigInt(n), numbers: 4000, range: [2147483648n - 4000n, 4000] },
  'i32, an extent of 2^31 and more': { physical: 'i32', key: (n) => BigInt(n) * 1000003n - 1500000000n, numbers: 3000 },
  'i64 beyond 2^32': { physical: 'i64', key: (n) => BigInt(n) + 0x7_ffff_ff00n, numbers: 6000, range: [0x7_ffff_ff00n, 6000] },
  'i64 at its edge': { physical: 'i64', key: (n) => BigInt(n) - (1n << 63n), numbers: 2000, range: [-(1n << 63n), 2000] },
  'i64 of the same low words': { physical: 'i64', key: (n) => BigInt(n) << 32n, numbers: 6000 },
  'i64 of low zeros': { physical: 'i64', key: (n) => BigInt(n) << 40n, numbers: 6000 },
  i16: { physical: 'i16', key: (n) => BigInt(n - 3000), numbers: 6000, range: [-3000n, 6000] },
  u16: { physical: 'u16', key: (n) => BigInt(n + 60000), numbers: 5000, range: [60000n, 5000] },
  i8: { physical: 'i8', key: (n) => BigInt(n - 128), numbers: 256, range: [-128n, 256] },
  u8: { physical: 'u8', key: (n) => BigInt(n), numbers: 256, range: [0n, 256] },
  u32: { physical: 'u32', key: (n) => 4294967295n - BigInt(n), numbers: 3000, range: [4294964296n, 3000] },
  f64: { physical: 'f64', key: (n) => n / 2 - 700, numbers: 6000 },
  i128: { physical: 'i128', key: (n) => (BigInt(n) << 70n) - 5n, numbers: 6000 },
  bool: { physical: 'bool8', key: (n) => n === 1, numbers: 2 },
  string: { physical: 'utf8', key: (n) => (n % 3 ? `Customer#${`${n}`.padStart(9, '0')}` : `${n}`), numbers: 6000 },
}

/** Every length of a chunk's end, shares of keys that are in the build side, slots. */
const settings = (r: Random): readonly { readonly rows: number; readonly share: number; readonly base: number; readonly options: RunOptions }[] =>
  [0, 1, 7, 8, 9, 1023, 1024, 1025, 2048 + r.below(9), 3000].map((rows, i) => ({
    rows, share: [0, 0.01, 0.5, 1][i % 4] as number, base: i % 2 ? HIGH : LOW, options: { slots: 1 + (i % 3), morsel: r.pick([64, 1000, 1024, 2500]) },
  }))

describe(`runtime filters, seed ${seed}`, () => {
  for (const [title, { physical, key, numbers, range }] of Object.entries(KEYS)) {
    const type = READ_AS[physical]
    for (const filter of range ? [bitmap(...range), bloom] : [bloom])
      it(`${filter.filter} of ${title}: first, behind a filter, behind another`, () => {
        const r = random(seed)
        for (const { rows, share, base, options } of settings(r)) {
          const machine = new Machine(base)
          const present = Array.from({ length: numbers }, (_, n) => n).filter(() => r.next() < share)
          const has = new Set(present)
          const probe = Array.from({ length: rows }, () => r.below(numbers))
          const bodies: Record<string, readonly [Body, (i: number) => boolean]> = {
            first: [prune(field(type, 0), merge(field('i32', 1))), () => true],
            filtered: [{ body: 'if', cond: someRows(1), next: prune(field(type, 0), merge(field('i32', 1))) }, (i) => i % 5 !== 0],
            twice: [prune(field(type, 0), prune(field(type, 0), { body: 'if', cond: someRows(1), next: merge(field('i32', 1)) })), (i) => i % 5 !== 0],
            named: [{ body: 'let', name: 'k', value: field(type, 0), next: prune({ ir: 'ident', type, name: 'k' }, merge(field('i32', 1))) }, () => true],
          }
          for (const [place, [body, passes]] of Object.entries(bodies)) {
            const program: Program = { pipelines: [built(physical, [filter]), over([c(physical), c('i32')], 1, appender(['i32']), body)] }
            for (const p of [program, optimise(program)]) {
              const got = left(machine, p, [...present, ...present.slice(0, 50)].map(key), probe.map(key), physical, c(physical), options)
              const want = probe.flatMap((n, i) => (passes(i) && has.has(n) ? [BigInt(i)] : []))
              const lost = new Set(want)
              for (const i of got) lost.delete(i)
              expect([place, rows, share, [...lost]]).toEqual([place, rows, share, []])
              expect(got.every((i) => passes(Number(i)))).toBe(true)
              if (options.slots === 1) expect(got).toEqual(got.toSorted((a, b) => Number(a - b)))
              if (filter.filter === 'bitmap') expect(got.length).toBe(want.length)
              // Of 3000 rows; 5 % of a few hundred are too few to be judged by.
              else if (rows >= 2048 && share < 1) expect((got.length - want.length) / rows).toBeLessThan(0.06)
              if (present.length === 0) expect(got).toEqual([])
            }
          }
        }
      })
  }

  it('keys out of a bitmap’s range, of every width and sign, are left out', () => {
    const far: Record<string, readonly bigint[]> = {
      i32: [-2147483648n, -1n, 0n, 99n, 200n, 2147483647n],
      i64: [-(1n << 63n), -1n, 99n, 200n, 150n + (1n << 32n), 150n - (1n << 32n), (1n << 63n) - 1n],
      i16: [-32768n, -1n, 99n, 200n, 32767n],
      u32: [0n, 99n, 200n, 4294967295n],
    }
    for (const [physical, keys] of Object.entries(far) as [Physical, bigint[]][]) {
      const type = READ_AS[physical]
      const build = Array.from({ length: 100 }, (_, i) => BigInt(100 + i))
      for (const body of [prune(field(type, 0), merge(field('i32', 1))), { body: 'if', cond: binary('<', field('i32', 1), lit(1000)), next: prune(field(type, 0), merge(field('i32', 1))) } as Body]) {
        const program: Program = { pipelines: [built(physical, [bitmap(100n, 100)]), over([c(physical), c('i32')], 1, appender(['i32']), body)] }
        const probe = [...keys, 100n, 199n, ...keys, 150n]
        expect(left(new Machine(), program, build, probe, physical, c(physical), {})).toEqual([keys.length, keys.length + 1, probe.length - 1].map(BigInt))
      }
    }
  })

  it('a key that is widened: with sign, without, and out of the column’s reach', () => {
    const wide = (unsigned: boolean): Ir => ({ ir: 'cast', type: 'i64', arg: field('i32', 0), ...(unsigned ? { unsigned: true } : {}) })
    const build = [-5n, -1n, 0n, 7n, 4294967295n]
    const probe = [-5n, -1n, 0n, 7n, 6n, 2147483647n]
    const cases = [
      { key: wide(false), filter: bloom, want: [0n, 1n, 2n, 3n] },
      { key: wide(true), filter: bloom, want: [1n, 2n, 3n] },
      { key: wide(false), filter: bitmap(-5n, 100), want: [0n, 1n, 2n, 3n] },
      { key: wide(true), filter: bitmap(0n, 100), want: [2n, 3n] },
      // A range that 32 bits do not hold.
      { key: wide(false), filter: bitmap(-(1n << 33n), 5), want: [] },
    ]
    for (const { key, filter, want } of cases) {
      const own = filter.filter === 'bloom' ? build : build.filter((k) => k >= filter.range.min && k < filter.range.min + BigInt(filter.range.extent))
      const program: Program = { pipelines: [built('i64', [filter]), over([c('i32'), c('i32')], 1, appender(['i32']), prune(key, merge(field('i32', 1))))] }
      const got = left(new Machine(), program, own, probe, 'i64', c('i32'), {})
      if (filter.filter === 'bitmap') expect(got).toEqual(want)
      else expect(got).toEqual(expect.arrayContaining(want))
    }
  })

  it('nullable columns behind their test, and computed keys', () => {
    const r = random(seed + 7)
    for (const rows of [5, 1024, 3000]) {
      const machine = new Machine(HIGH)
      const build = Array.from({ length: 300 }, () => BigInt(r.below(1000)))
      const has = new Set(build)
      const probe = Array.from({ length: rows }, (): Cell => (r.next() < 0.2 ? null : BigInt(r.below(1000))))
      const value: Ir = { ir: 'value', type: 'i32', arg: field('?i32', 0) }
      const tested: Body = { body: 'if', cond: { ir: 'valid', type: 'bool', arg: field('?i32', 0) }, next: prune(value, merge(field('i32', 1))) }
      const shifted: Body = { body: 'if', cond: { ir: 'valid', type: 'bool', arg: field('?i32', 0) }, next: { body: 'let', name: 'k', value: binary('+', value, lit(1)), next: prune({ ir: 'ident', type: 'i32', name: 'k' }, merge(field('i32', 1))) } }
      for (const [body, add] of [[tested, 0n], [shifted, 1n]] as const) {
        const program: Program = { pipelines: [built('i32', [bitmap(0n, 1000)]), over([c('i32', true), c('i32')], 1, appender(['i32']), body)] }
        const want = probe.flatMap((k, i) => (k !== null && has.has((k as bigint) + add) ? [BigInt(i)] : []))
        for (const p of [program, optimise(program)]) expect(left(machine, p, build, probe, 'i32', c('i32', true), {})).toEqual(want)
      }
    }
  })

  it('several filters of a build side by two keys, and of two build sides', () => {
    const r = random(seed + 9)
    const cols = [c('i32'), c('i64'), c('i32')]
    const builder = (filters: readonly KeyFilter[]): Builder => ({ builder: 'groupmerger', key: ['i32', 'i64'], fields: ['i32'], filters })
    const merged: Body = { body: 'merge', key: [field('i32', 0), field('i64', 1)], values: [field('i32', 2)] }
    const body = prune(field('i64', 1), prune(field('i32', 0), prune(field('i32', 0), merge(field('i32', 2)), 1, 0), 0, 0), 0, 1)
    const program: Program = {
      pipelines: [
        over(cols, 0, builder([bitmap(-50n, 500), { filter: 'bitmap', key: 1, range: { min: 1n << 40n, extent: 700 } }]), merged),
        over(cols, 1, builder([bitmap(-50n, 500)]), merged),
        over(cols, 2, appender(['i32']), body),
      ],
    }
    const rowsOf = (n: number): Cell[][] => Array.from({ length: n }, (_, i) => [BigInt(r.below(500) - 50), BigInt(r.below(700)) + (1n << 40n), BigInt(i)])
    for (const slots of [1, 4]) {
      const machine = new Machine()
      const [a, b, probe] = [rowsOf(400), rowsOf(600), rowsOf(5000)]
      const of = (rows: Cell[][], i: number) => new Set(rows.map((row) => row[i]))
      const [a0, a1, b0] = [of(a, 0), of(a, 1), of(b, 0)]
      const want = probe.filter(([x, y]) => a0.has(x as Cell) && a1.has(y as Cell) && b0.has(x as Cell)).map(([, , i]) => [i as Cell])
      const got = machine.run(program, [machine.relation(cols, a), machine.relation(cols, b), machine.relation(cols, probe)], { slots, morsel: 700 })
      expect(shown(got).sort()).toEqual(shown(want).sort())
      const [first, second, third] = machine.pruned
      expect(first?.tested).toBe(5000)
      expect(second?.tested).toBe(first?.passed)
      expect(third?.tested).toBe(second?.passed)
      expect(third?.passed).toBe(want.length)
    }
  })

  it('many tuples of several workers, in parts; few of them; none', () => {
    for (const [tuples, slots] of [[40_000, 1], [40_000, 3], [100, 3], [0, 2]] as const)
      for (const filter of [bitmap(0n, 100_000), bloom]) {
        const machine = new Machine()
        const build = Array.from({ length: tuples }, (_, i) => BigInt(2 * (i % 45_000)))
        const probe = Array.from({ length: 9000 }, (_, i) => BigInt(i * 11))
        const has = new Set(build)
        const program: Program = { pipelines: [built('i64', [filter]), over([c('i64'), c('i32')], 1, appender(['i32']), prune(field('i64', 0), merge(field('i32', 1))))] }
        const got = left(machine, program, build, probe, 'i64', c('i64'), { slots, morsel: 3000 })
        const want = probe.flatMap((k, i) => (has.has(k) ? [BigInt(i)] : []))
        if (filter.filter === 'bitmap') expect(got.toSorted((a, b) => Number(a - b))).toEqual(want)
        else {
          const kept = new Set(got)
          expect(want.every((i) => kept.has(i))).toBe(true)
          expect((got.length - want.length) / probe.length).toBeLessThan(0.05)
        }
        expect(machine.pruned).toEqual([{ tested: 9000, passed: got.length }])
      }
  })

  it('a build side of dense keys, and one that marks', () => {
    for (const more of [{ dense: { min: 0n, extent: 100_000 } }, { marks: true as const }])
      for (const [tuples, slots] of [[40_000, 3], [90, 2]] as const) {
        const machine = new Machine()
        const build = Array.from({ length: tuples }, (_, i) => BigInt(2 * i))
        const plain = built('i64', [bitmap(0n, 100_000)])
        const program: Program = {
          pipelines: [{ ...plain, builder: { ...plain.builder, ...more } as Builder }, over([c('i64'), c('i32')], 1, appender(['i32']), prune(field('i64', 0), { body: 'probe', sink: 0, key: [field('i64', 0)], row: 'm', next: merge(field('i32', 1)) }))],
        }
        const probe = Array.from({ length: 9000 }, (_, i) => BigInt(i * 11))
        const got = left(machine, program, build, probe, 'i64', c('i64'), { slots, morsel: 3000 })
        const want = probe.flatMap((k, i) => (k % 2n === 0n && k < 2 * tuples ? [BigInt(i)] : []))
        expect(got.toSorted((a, b) => Number(a - b))).toEqual(want)
        expect(machine.pruned).toEqual([{ tested: 9000, passed: want.length }])
      }
  })

  it('a Bloom filter’s false positives are below 5 % on random keys of each number', () => {
    const r = random(seed + 3)
    for (const tuples of [10, 100, 1365, 1366, 5000, 21845, 21846, 30000]) {
      const keys = new Set(Array.from({ length: tuples }, () => BigInt(Math.floor(r.next() * 2 ** 45))))
      const probe = Array.from({ length: 20_000 }, () => -1n - BigInt(Math.floor(r.next() * 2 ** 45)))
      const program: Program = { pipelines: [built('i64', [bloom]), over([c('i64'), c('i32')], 1, appender(['i32']), prune(field('i64', 0), merge(field('i32', 1))))] }
      expect(left(new Machine(), program, [...keys], probe, 'i64', c('i64'), {}).length / probe.length).toBeLessThan(0.05)
    }
  })

  it('a filter that leaves nothing out is put away, tried again, and taken up', () => {
    const build = Array.from({ length: 1000 }, (_, i) => BigInt(i))
    for (const behind of [false, true]) {
      const pruned = prune(field('i32', 0), merge(field('i32', 1)))
      const body: Body = behind ? { body: 'if', cond: binary('<', field('i32', 1), lit(10_000_000)), next: pruned } : pruned
      const program: Program = { pipelines: [built('i32', [bitmap(0n, 1000)]), over([c('i32'), c('i32')], 1, appender(['i32']), body)] }
      const machine = new Machine()
      // 16 chunks are judged; of the next 134 the 64th and the 128th are tried.
      const all = Array.from({ length: 150 * 1024 }, (_, i) => BigInt(i % 1000))
      expect(left(machine, program, build, all, 'i32', c('i32'), { morsel: 65536 })).toHaveLength(all.length)
      expect(machine.pruned).toEqual([{ tested: 18 * 1024, passed: 18 * 1024 }])
      // From chunk 80 on no key is there, as is seen at the second one that is tried.
      const later = all.map((k, i) => (i < 80 * 1024 ? k : k + 1000n))
      const got = left(machine, program, build, later, 'i32', c('i32'), { morsel: 65536 })
      expect(got).toHaveLength(later.length - 7 * 1024)
      expect(machine.pruned).toEqual([{ tested: (16 + 1 + 7) * 1024, passed: 17 * 1024 }])
      // 7 of 8 are few enough to go on.
      const most = all.map((k, i) => (i % 8 ? k : 5000n))
      left(machine, program, build, most, 'i32', c('i32'), { morsel: 65536 })
      expect(machine.pruned).toEqual([{ tested: most.length, passed: (most.length / 8) * 7 }])
    }
  })

  it('what is evaluated before a prune raises for rows that it leaves out, too', () => {
    const more: Ir = { ir: 'checked', type: 'i32', op: '+', left: field('i32', 1), right: lit(1), site: 4 }
    const machine = new Machine()
    const program = (body: Body): Program => ({ pipelines: [built('i32', [bitmap(0n, 10)]), over([c('i32'), c('i32')], 1, appender(['i32']), body)] })
    const inputs = (build: Cell[][]) => [machine.relation([c('i32')], build), machine.relation([c('i32'), c('i32')], [[1n, 5n], [2n, 2147483647n]])]
    const named: Body = { body: 'let', name: 'more', value: more, next: prune(field('i32', 0), merge({ ir: 'ident', type: 'i32', name: 'more' })) }
    for (const build of [[[1n]], []]) expect(() => machine.run(program(named), inputs(build))).toThrow(new KernelRaised('OVERFLOW', 4))
    const cond: Body = { body: 'if', cond: binary('<', more, lit(100)), next: prune(field('i32', 0), merge(field('i32', 1))) }
    for (const build of [[[1n]], []]) expect(() => machine.run(program(cond), inputs(build))).toThrow(new KernelRaised('OVERFLOW', 4))
    const behind = prune(field('i32', 0), merge(more))
    expect(machine.run(program(behind), inputs([[1n]]))).toEqual([[6n]])
    expect(machine.run(program(behind), inputs([]))).toEqual([])
  })

  it('behind a probe all rows pass; a source of tuples is pruned; large bodies keep theirs', () => {
    const machine = new Machine()
    const probe: Body = { body: 'probe', sink: 0, key: [field('i32', 0)], row: 'm', next: prune(field('i32', 1), merge(field('i32', 1))) }
    const inputs = [machine.relation([c('i32')], [[1n], [2n]]), machine.relation([c('i32'), c('i32')], [[1n, 50n], [3n, 1n], [2n, 2n]])]
    expect(machine.run({ pipelines: [built('i32', [bitmap(1n, 2)]), over([c('i32'), c('i32')], 1, appender(['i32']), probe)] }, inputs)).toEqual([[50n], [2n]])
    expect(machine.pruned).toEqual([])
    const sorter: Builder = { builder: 'sorter', fields: ['i32', 'i32'], keys: [{ descending: false, nullsFirst: false }], keyTypes: ['i32'], top: false }
    const tuples: Program = {
      pipelines: [
        built('i32', [bloom]),
        over([c('i32'), c('i32')], 1, sorter, { body: 'merge', key: [field('i32', 1)], values: [field('i32', 0), field('i32', 1)] }),
        { operators: [], source: { source: 'tuples', sink: 1 }, row: 'n', builder: appender(['i32']), body: prune(field('i32', 0), merge(field('i32', 1))) },
      ],
    }
    const got = machine.run(tuples, inputs)
    expect(got).toEqual(expect.arrayContaining([[2n], [50n]]))
    expect(machine.pruned[0]?.tested).toBe(3)
    // A body of many lets is cut; its prune stays first.
    let value: Ir = field('i32', 1)
    for (let i = 0; i < 300; i++) value = binary('+', binary('%', value, lit(1000 + i)), field('i32', 0))
    const large = splitLarge({ pipelines: [built('i32', [bitmap(1n, 2)]), over([c('i32'), c('i32')], 1, appender(['i32']), prune(field('i32', 0), merge(value)))] }, [], 0)
    expect(machine.run(large, inputs)).toHaveLength(2)
    expect(machine.pruned).toEqual([{ tested: 3, passed: 2 }])
  })
})
