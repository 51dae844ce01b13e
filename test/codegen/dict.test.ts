/** Dictionaries of every key mode against a Map: merged by several slots, grown over many doublings, and looked up in later. */
import { describe, expect, it } from 'vitest'
import { keyMode } from '../../src/codegen/dict/keys.ts'
import type { Ir, IrType, Scalar } from '../../src/ir/nodes.ts'
import { scalarOf } from '../../src/ir/nodes.ts'
import type { Builder, DenseKey, Pipeline, Program, SourceColumn } from '../../src/ir/program.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
import type { Physical } from '../../src/layout/relation.ts'
import { type Random, random } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { type Cell, HIGH, KernelRaised, LOW, Machine, shown } from './machine.ts'

const seed = testSeed()
const PHYSICAL: Record<Scalar, Physical> = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice', vec: 'slice' }
const READ: Partial<Record<Physical, Scalar>> = { bool8: 'bool', i16: 'i32', i32: 'i32', u32: 'i64', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', utf8: 'str', slice: 'str' }
const c = (physical: Physical, nullable = false): SourceColumn => ({ physical, nullable })
const typeOf = ({ physical, nullable }: SourceColumn): IrType => (nullable ? `?${READ[physical] as Scalar}` : (READ[physical] as Scalar))
const field = (type: IrType, index: number, row = 'n'): Ir => ({ ir: 'field', type, row, index })
const add = (left: Ir, right: Ir): Ir => ({ ir: 'binary', type: left.type as Scalar, op: '+', left, right })
const lit = (type: Scalar, value: number | bigint): Ir => ({ ir: 'literal', type, value })

interface Mode {
  readonly mode: string
  readonly keys: readonly SourceColumn[]
  readonly dense?: readonly DenseKey[]
  /** Keys that are few enough to meet, the extremes among them. */
  readonly make: (r: Random) => readonly Cell[]
}
const spread = (r: Random): bigint => BigInt.asIntN(64, BigInt(r.below(3000)) * 0x9e3779b97f4a7c15n)
const EDGES_64 = [0n, -1n, 1n, (1n << 63n) - 1n, -(1n << 63n), 1n << 32n, -(1n << 32n)]
const EDGES_32 = [0n, -1n, 1n, 2147483647n, -2147483648n]
const FLOATS = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, 2, -2, 1.5]
const orNull = (r: Random, cell: Cell): Cell => (r.next() < 0.1 ? null : cell)
const i64 = (r: Random) => (r.next() < 0.1 ? r.pick(EDGES_64) : spread(r))
const i32 = (r: Random) => (r.next() < 0.1 ? r.pick(EDGES_32) : BigInt(r.below(3000)) * 700001n - 1000000000n)
/** Many of one length with the same first bytes; lengths around 4, 8 and 16; the empty one. */
const text = (r: Random): string => r.pick(['', 'a', '\0', `Customer#${`${r.below(400)}`.padStart(9, '0')}`, `abcd${r.below(50)}`, 'x'.repeat(r.below(40)), `${'x'.repeat(30)}${r.below(30)}`, `é日${r.below(20)}`])

const MODES: Record<string, Mode> = {
  'a 64-bit key': { mode: 'word i64', keys: [c('i64')], make: (r) => [i64(r)] },
  'a 32-bit key': { mode: 'word i32', keys: [c('i32')], make: (r) => [i32(r)] },
  'a nullable 32-bit key': { mode: 'word i64', keys: [c('i32', true)], make: (r) => [orNull(r, i32(r))] },
  'two 32-bit keys': { mode: 'word i64', keys: [c('i32'), c('i32')], make: (r) => [r.pick(EDGES_32), i32(r)] },
  'bools': { mode: 'word i32', keys: [c('bool8'), c('bool8', true), c('bool8', true)], make: (r) => [r.next() < 0.5, orNull(r, r.next() < 0.5), orNull(r, r.next() < 0.5)] },
  'a nullable 32-bit key and bools': { mode: 'word i64', keys: [c('bool8', true), c('i32', true), c('bool8')], make: (r) => [orNull(r, r.next() < 0.5), orNull(r, i32(r)), r.next() < 0.5] },
  'a double, by bits': { mode: 'word i64', keys: [c('f64')], make: (r) => [r.next() < 0.3 ? r.pick(FLOATS) : r.below(2000) / 8] },
  'a float, by bits': { mode: 'word i32', keys: [c('f32')], make: (r) => [r.next() < 0.3 ? r.pick(FLOATS) : r.below(2000) / 8] },
  'a nullable float and a bool': { mode: 'word i64', keys: [c('f32', true), c('bool8')], make: (r) => [orNull(r, r.pick(FLOATS)), r.next() < 0.5] },
  'a nullable 64-bit key': { mode: 'tagged', keys: [c('i64', true)], make: (r) => [orNull(r, i64(r))] },
  'a 64-bit key and a bool': { mode: 'tagged', keys: [c('i64'), c('bool8')], make: (r) => [i64(r), r.next() < 0.5] },
  'two nullable 32-bit keys': { mode: 'tagged', keys: [c('i32', true), c('i32', true)], make: (r) => [orNull(r, i32(r)), orNull(r, r.pick(EDGES_32))] },
  'a 128-bit key': { mode: 'tagged', keys: [c('i128', true)], make: (r) => [orNull(r, (i64(r) << 64n) | BigInt.asUintN(64, r.pick(EDGES_64)))] },
  'a string': { mode: 'tagged', keys: [c('utf8')], make: (r) => [text(r)] },
  'strings and a number': { mode: 'tagged', keys: [c('utf8', true), c('slice'), c('i32')], make: (r) => [orNull(r, text(r)), r.pick(['', 'one', 'two']), r.pick(EDGES_32)] },
  // So many that hashing, comparing and storing them is cut into functions; one of them tells groups apart.
  'keys of every type, 24 of them': {
    mode: 'tagged', keys: Array.from({ length: 24 }, (_, i) => c((['i32', 'i64', 'utf8', 'f64', 'bool8', 'i128'] as const)[i % 6] as Physical, i % 5 === 0)),
    make: (r) => {
      const own = r.below(24)
      const cell = (i: number, n: bigint): Cell => (i % 6 === 2 ? `text ${n}` : i % 6 === 3 ? Number(n) / 2 : i % 6 === 4 ? n % 2n === 1n : n)
      return Array.from({ length: 24 }, (_, i) => (i === own ? (i % 5 === 0 && r.next() < 0.3 ? null : cell(i, BigInt(r.below(60)))) : cell(i, 0n)))
    },
  },
  'dense keys': {
    mode: 'dense', keys: [c('i16', true), c('i64'), c('bool8')], dense: [{ min: -50n, extent: 102 }, { min: (1n << 63n) - 20n, extent: 20 }, { min: 0n, extent: 2 }],
    make: (r) => [orNull(r, BigInt(r.below(101)) - 50n), (1n << 63n) - 1n - BigInt(r.below(20)), r.next() < 0.5],
  },
  'one dense key with as many positions as one worker adds up': {
    mode: 'dense', keys: [c('i32')], dense: [{ min: -2147483648n, extent: 65536 }],
    make: (r) => [r.pick([0n, 65535n, BigInt(r.below(65536))]) - 2147483648n],
  },
  'dense keys in parts: the last of one position': {
    mode: 'dense', keys: [c('i64', true)], dense: [{ min: -(1n << 63n), extent: 65537 }],
    make: (r) => [orNull(r, r.pick([0n, 65534n, 65535n, BigInt(r.below(65536))]) - (1n << 63n))],
  },
  'dense keys in parts: two of them': {
    mode: 'dense', keys: [c('i32', true), c('u32')], dense: [{ min: -3n, extent: 7 }, { min: 1n << 31n, extent: 40_001 }],
    make: (r) => [orNull(r, BigInt(r.below(6)) - 3n), (1n << 31n) + BigInt(r.pick([0, 40_000, r.below(40_001)]))],
  },
}

const columns = (cols: readonly SourceColumn[], relation: number, builder: Builder, key: readonly Ir[], values: readonly Ir[]): Pipeline => ({ operators: [], source: { source: 'columns', relation, columns: cols }, row: 'n', builder, body: { body: 'merge', key, values } })
const appender = (types: readonly IrType[]): Builder => ({ builder: 'appender', fields: types.map((type) => ({ type, physical: PHYSICAL[scalarOf(type)] })), counted: false })
const fieldsOf = (types: readonly IrType[]) => types.map((t, i) => field(t, i))

type Grouped = Pick<Mode, 'keys' | 'dense'> & { readonly local?: number }
/** Counts rows and sums a number by key. */
const dictionary = ({ keys, dense, local }: Grouped): Pipeline => {
  const key = keys.map(typeOf)
  const builder: Builder = {
    builder: 'dictmerger', key, dense, ...(local === undefined ? {} : { local }),
    state: [{ type: 'i32', init: lit('i32', 0) }, { type: 'i64', init: lit('i64', 0n) }],
    combine: [add(field('i32', 0, 'a'), field('i32', 0, 'b')), add(field('i64', 1, 'a'), field('i64', 1, 'b'))],
  }
  return columns([...keys, c('i64')], 0, builder, fieldsOf(key), [add(field('i32', 0, 's'), lit('i32', 1)), add(field('i64', 1, 's'), field('i64', key.length))])
}
const groups = (mode: Grouped): Program => {
  const types: IrType[] = [...mode.keys.map(typeOf), 'i32', 'i64']
  return { pipelines: [dictionary(mode), { operators: [], source: { source: 'tuples', sink: 0 }, row: 'n', builder: appender(types), body: { body: 'merge', key: [], values: fieldsOf(types) } }] }
}
const keyText = (cells: readonly Cell[]): string => shown([cells])[0] as string
const counted = (data: readonly (readonly Cell[])[], keys: number): Map<string, Cell[]> => {
  const found = new Map<string, Cell[]>()
  for (const row of data) {
    const key = row.slice(0, keys)
    const state = found.get(keyText(key)) ?? [...key, 0n, 0n]
    state[keys] = (state[keys] as bigint) + 1n
    state[keys + 1] = BigInt.asIntN(64, (state[keys + 1] as bigint) + (row[keys] as bigint))
    found.set(keyText(key), state)
  }
  return found
}
const positionOf = ({ keys, dense = [] }: Mode, row: readonly Cell[]): number =>
  dense.reduce((n, d, i) => n * d.extent + (row[i] === null ? 0 : Number(BigInt(row[i] as bigint | boolean) - d.min) + (keys[i]?.nullable ? 1 : 0)), 0)
const rowsOf = (r: Random, make: Mode['make'], n: number): Cell[][] => Array.from({ length: n }, () => [...make(r), BigInt(r.below(1000))])
const refusedBy = (run: () => void): string | undefined => {
  try {
    run()
  } catch (error) {
    if (error instanceof KernelRaised) return error.code
    throw error
  }
  return undefined
}

describe(`dictionaries, seed ${seed}`, () => {
  it('states of positions in a large array are zero at first, whatever merges leave as it is', () => {
    const dense = [{ min: 0n, extent: 70_000 }]
    const key = [c('i32')]
    // The second field is never changed, the third only by some rows.
    const builder: Builder = {
      builder: 'dictmerger', key: ['i32'], dense,
      state: [{ type: 'i32', init: lit('i32', 0) }, { type: 'i64', init: lit('i64', 0n) }, { type: 'i64', init: lit('i64', 0n) }],
      combine: [add(field('i32', 0, 'a'), field('i32', 0, 'b')), field('i64', 1, 'a'), add(field('i64', 2, 'a'), field('i64', 2, 'b'))],
    }
    const merged = columns([...key, c('i64')], 0, builder, fieldsOf(['i32']), [add(field('i32', 0, 's'), lit('i32', 1)), field('i64', 1, 's'), add(field('i64', 2, 's'), field('i64', 1))])
    const types: IrType[] = ['i32', 'i32', 'i64', 'i64']
    const program: Program = { pipelines: [merged, { operators: [], source: { source: 'tuples', sink: 0 }, row: 'n', builder: appender(types), body: { body: 'merge', key: [], values: fieldsOf(types) } }] }
    const data = Array.from({ length: 5000 }, (_, i): Cell[] => [BigInt((i * 7919) % 70_000), BigInt(i % 3)])
    for (const slots of [1, 2, 3]) {
      const machine = new Machine(LOW)
      const rows = machine.run(program, [machine.relation([...key, c('i64')], data)], { slots, morsel: 700 })
      expect(rows).toHaveLength(new Set(data.map((row) => row[0])).size)
      expect(rows.every((row) => row[2] === 0n), `${slots} slots`).toBe(true)
      expect(rows.reduce((n, row) => n + (row[3] as bigint), 0n)).toBe(data.reduce((n, row) => n + (row[1] as bigint), 0n))
    }
  })
  for (const [name, mode] of Object.entries(MODES)) {
    const found = keyMode(mode.keys.map(typeOf), mode.dense)
    it(`${name}: ${mode.mode}`, () => {
      expect(found.mode === 'word' ? `word ${found.type}` : found.mode).toBe(mode.mode)
      for (const base of [LOW, HIGH])
        for (const [rows, slots, morsel] of [[0, 1, 100], [1, 2, 100], [700, 3, 50], [9000, 1, 5000], [9000, 4, 333]] as const) {
          const machine = new Machine(base)
          const data = rowsOf(random(seed + rows + slots), mode.make, rows)
          const result = machine.run(groups(mode), [machine.relation([...mode.keys, c('i64')], data)], { slots, morsel })
          const want = [...counted(data, mode.keys.length).values()]
          // One worker's groups come in the order of their first rows; those of dense keys always in the keys' order.
          if (mode.dense) expect(shown(result)).toEqual(shown(want.toSorted((a, b) => positionOf(mode, a) - positionOf(mode, b))))
          else if (slots === 1) expect(shown(result)).toEqual(shown(want))
          else expect(shown(result).sort()).toEqual(shown(want).sort())
        }
    })

    if (!mode.dense)
      it(`${name}: tables given up`, () => {
        for (const [rows, slots, morsel, local] of [[0, 1, 100, 1], [1, 2, 100, 1], [700, 3, 50, 20], [9000, 1, 5000, 100], [9000, 4, 333, 7], [9000, 2, 1000, 2000], [9000, 3, 1024, 300]] as const) {
          const machine = new Machine(HIGH)
          const data = rowsOf(random(seed + rows + slots + local), mode.make, rows)
          const result = machine.run(groups({ ...mode, local }), [machine.relation([...mode.keys, c('i64')], data)], { slots, morsel })
          expect(shown(result).sort()).toEqual(shown([...counted(data, mode.keys.length).values()]).sort())
        }
      })

    it(`${name}: found again, and not found`, () => {
      const key = mode.keys.map(typeOf)
      const address: Ir = { ir: 'find', type: 'i32', sink: 0, key: fieldsOf(key) }
      const state = (type: IrType, index: number): Ir => ({ ir: 'if', type, cond: { ir: 'binary', type: 'bool', op: '==', left: address, right: lit('i32', 0) }, then: lit(type as Scalar, type === 'i64' ? 0n : 0), else: { ir: 'tuple', type, sink: 0, address, index: key.length + index } })
      const program: Program = { pipelines: [dictionary(mode), columns(mode.keys, 1, appender(['i32', 'i64']), [], [state('i32', 0), state('i64', 1)])] }
      const r = random(seed + 7)
      for (const [rows, slots] of [[0, 2], [40, 3], [1500, 2]] as const) {
        const machine = new Machine(HIGH)
        const data = rowsOf(r, mode.make, rows)
        const asked = Array.from({ length: 1300 }, () => [...mode.make(r)])
        if (mode.dense && key.length === 3) asked.push([51n, -1n, true], [-51n, (1n << 63n) - 1n, false], [51n, (1n << 63n) - 21n, true], [null, (1n << 63n) - 1n, true])
        const want = counted(data, key.length)
        const result = machine.run(program, [machine.relation([...mode.keys, c('i64')], data), machine.relation(mode.keys, asked)], { slots })
        expect(shown(result)).toEqual(shown(asked.map((k) => want.get(keyText(k))?.slice(key.length) ?? [0n, 0n])))
      }
    })
  }

  for (const [name, keys, make] of [
    ['64-bit words', [c('i64')], (i: number): Cell[] => [BigInt.asIntN(64, BigInt(i) << 40n)]],
    ['32-bit words', [c('i32')], (i: number): Cell[] => [BigInt(i) * 1024n]],
    ['tags', [c('utf8')], (i: number): Cell[] => [`number ${i}`]],
  ] as const)
    // Of 200 000 hashes of 32 bits about five meet another's: rows are compared, not tags alone.
    it(`${name}: eight doublings and more, in order of first rows; refused half-way`, () => {
      const data = Array.from({ length: 200_000 }, (_, i): Cell[] => [...make(i), 1n])
      const again = [...data, ...data.slice(0, 1000)]
      const machine = new Machine(HIGH)
      const result = machine.run(groups({ keys }), [machine.relation([...keys, c('i64')], again)], { slots: 1, morsel: 65536 })
      expect(result.length).toBe(200_000)
      expect(result.findIndex((row, i) => row[0] !== data[i]?.[0] || row[1] !== (i < 1000 ? 2n : 1n))).toBe(-1)
      const outcomes = [50_000, 500_000, 3_000_000, 400_000_000].map((budget) => {
        const refused = new Machine(LOW)
        const source = refused.relation([...keys, c('i64')], data.slice(0, 60_000))
        refused.budget = budget
        return refusedBy(() => refused.run(groups({ keys }), [source], { slots: 2, morsel: 4096 }))
      })
      expect(outcomes).toEqual(['MEMORY_EXCEEDED', 'MEMORY_EXCEEDED', 'MEMORY_EXCEEDED', undefined])
    })

  // New keys alone: rows go to partitions at once. Keys that come again soon: the table is emptied. All keys again and again: it grows.
  for (const [name, keyOf] of [
    ['new keys, then old ones', (i: number) => (i < 60_000 ? i : i % 7)],
    ['old keys, then new ones', (i: number) => (i < 60_000 ? i % 7 : i)],
    ['keys that come four times in a row', (i: number) => i >> 2],
    ['more keys than the table shall hold, again and again', (i: number) => (i * 7919) % 3001],
    ['many keys, again and again', (i: number) => (i * 7919) % 40_009],
    ['each key twice, far apart', (i: number) => i % 60_000],
    ['keys that come again late, many times', (i: number) => (i * 7919) % 20_011],
  ] as const)
    for (const [kind, keys, make] of [
      ['64-bit words', [c('i64')], (i: number): Cell => BigInt.asIntN(64, BigInt(i) << 40n)],
      ['32-bit words', [c('i32')], (i: number): Cell => BigInt(i) * 1024n],
      ['tags', [c('utf8')], (i: number): Cell => `number ${i}`],
    ] as const)
      it(`tables given up, ${kind}: ${name}`, () => {
        const data = Array.from({ length: 120_000 }, (_, i): Cell[] => [make(keyOf(i)), BigInt(i)])
        const want = shown([...counted(data, 1).values()]).sort()
        for (const [slots, morsel, local] of [[1, 65536, 1000], [2, 4096, 500], [3, 10_000, 4000]] as const) {
          const machine = new Machine(LOW)
          expect(shown(machine.run(groups({ keys, local }), [machine.relation([...keys, c('i64')], data)], { slots, morsel })).sort()).toEqual(want)
        }
      })

  for (const [name, keys, make] of [['words', [c('i64')], (i: number): Cell => BigInt(i) << 40n], ['tags', [c('utf8')], (i: number): Cell => `number ${i}`]] as const)
    it(`tables given up: memory grows with groups, not with rows; ${name}`, () => {
      const r = random(seed + 5)
      const texts = Array.from({ length: 10_000 }, (_, i) => make(i))
      const data = Array.from({ length: 400_000 }, (): Cell[] => [texts[r.below(10_000)] as Cell, BigInt(r.below(100))])
      const machine = new Machine(LOW)
      const source = machine.relation([...keys, c('i64')], data)
      // Tuples of all rows would be 9.6 million bytes at least.
      machine.budget = 6_000_000
      expect(shown(machine.run(groups({ keys, local: 100 }), [source], { slots: 1, morsel: 65536 })).sort()).toEqual(shown([...counted(data, 1).values()]).sort())
    })

  it('tables given up: refused half-way', () => {
    const data = Array.from({ length: 60_000 }, (_, i): Cell[] => [BigInt(i) << 20n, 1n])
    const outcomes = [20_000, 1_000_000, 3_000_000, 400_000_000].map((budget) => {
      const machine = new Machine(LOW)
      const source = machine.relation([c('i64'), c('i64')], data)
      machine.budget = budget
      return refusedBy(() => machine.run(groups({ keys: [c('i64')], local: 1000 }), [source], { slots: 2, morsel: 4096 }))
    })
    expect(outcomes).toEqual(['MEMORY_EXCEEDED', 'MEMORY_EXCEEDED', 'MEMORY_EXCEEDED', undefined])
  })

  it('floats are added in the order of rows by one worker, though its table were given up', () => {
    const r = random(seed + 11)
    const data = Array.from({ length: 20_000 }, (): Cell[] => [BigInt(r.below(5000)), (r.next() - 0.5) * 10 ** r.below(20)])
    const builder: Builder = { builder: 'dictmerger', key: ['i64'], local: 100, state: [{ type: 'f64', init: lit('f64', 0) }], combine: [add(field('f64', 0, 'a'), field('f64', 0, 'b'))] }
    const program: Program = {
      pipelines: [
        columns([c('i64'), c('f64')], 0, builder, [field('i64', 0)], [add(field('f64', 0, 's'), field('f64', 1))]),
        { operators: [], source: { source: 'tuples', sink: 0 }, row: 'n', builder: appender(['i64', 'f64']), body: { body: 'merge', key: [], values: fieldsOf(['i64', 'f64']) } },
      ],
    }
    const want = new Map<bigint, number>()
    for (const [k, x] of data) want.set(k as bigint, (want.get(k as bigint) ?? 0) + (x as number))
    const machine = new Machine(LOW)
    expect(shown(machine.run(program, [machine.relation([c('i64'), c('f64')], data)]))).toEqual(shown([...want]))
  })

  it('nothing is looked up in tables that may be given up', () => {
    const address: Ir = { ir: 'find', type: 'i32', sink: 0, key: [field('i64', 0)] }
    const program: Program = { pipelines: [dictionary({ keys: [c('i64')], local: 100 }), columns([c('i64')], 1, appender(['i32']), [], [address])] }
    expect(() => verifyProgram(program, { params: [], memos: 0 })).toThrow('no key finds tuples of a dictmerger that gives tables up')
  })
})
