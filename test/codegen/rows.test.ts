/** Kernels over UnsafeRow batches against plain values: every type, NULLs, lengths 0 … 200, morsels that end anywhere. */
import { describe, expect, it } from 'vitest'
import { not } from '../../src/ir/build.ts'
import { type Ir, type IrType, type Scalar, scalarOf } from '../../src/ir/nodes.ts'
import { READ_AS } from '../../src/ir/physical.ts'
import type { Body, Builder, Pipeline, Program } from '../../src/ir/program.ts'
import { printProgram } from '../../src/ir/print.ts'
import type { Physical } from '../../src/layout/relation.ts'
import { encodeRows, importRows, type RowRelation } from '../../src/layout/row-batch.ts'
import { type RowField, type RowPhysical, ROW_PHYSICALS } from '../../src/layout/unsafe-row.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { type Random, random } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { type Cell, HIGH, LOW, Machine, shown } from './machine.ts'

const seed = testSeed()
const field = (physical: RowPhysical, nullable = false): RowField => ({ physical, nullable })
const typeOf = (f: RowField): IrType => (f.nullable ? `?${READ_AS[f.physical]}` : READ_AS[f.physical])
const WRITTEN: Partial<Record<Scalar, Physical>> = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice' }
const read = (type: IrType, index: number, row = 'n'): Ir => ({ ir: 'field', type, row, index })
const lit = (type: Scalar, value: number | bigint | boolean): Ir => ({ ir: 'literal', type, value })
const binary = (op: '+' | '>' | '<', left: Ir, right: Ir): Ir => ({ ir: 'binary', type: op === '+' ? scalarOf(left.type) : 'bool', op, left, right })
const appender = (types: readonly IrType[]): Builder => ({ builder: 'appender', fields: types.map((type) => ({ type, physical: WRITTEN[scalarOf(type)] as Physical })), counted: false })
const over = (fields: readonly RowField[], builder: Builder, body: Body): Pipeline => ({ operators: [], source: { source: 'rows', relation: 0, fields }, row: 'n', builder, body })
const output = (sink: number, types: readonly IrType[]): Pipeline => ({ operators: [], source: { source: 'tuples', sink }, row: 'n', builder: appender(types), body: { body: 'merge', key: [], values: types.map((t, i) => read(t, i)) } })

const TEXTS = ['', 'a', 'ab', 'a\u0000', 'ÿ', '日本語', 'x'.repeat(40)]
const cellOf = (r: Random, f: RowField): Cell => {
  if (f.nullable && r.next() < 0.3) return null
  switch (f.physical) {
    case 'bool8': return r.next() < 0.5
    case 'f32':
    case 'f64': return r.pick([0, -0, 1.5, -1.5, Number.NaN, Number.POSITIVE_INFINITY])
    case 'utf8': return r.pick(TEXTS)
    case 'i128': return BigInt.asIntN(128, BigInt(r.below(2 ** 32) - 2 ** 31) << BigInt(r.below(97))) + BigInt(r.below(3) - 1)
    case 'i64': return r.pick([0n, -1n, (1n << 63n) - 1n, -(1n << 63n), BigInt(r.below(30)) << 33n])
    case 'i8': return BigInt(r.below(256) - 128)
    case 'i16': return BigInt(r.below(65536) - 32768)
    case 'i32': return r.pick([0n, -1n, 2147483647n, -2147483648n, BigInt(r.below(40))])
  }
}

const rowsOf = (r: Random, fields: readonly RowField[], n: number): Cell[][] => Array.from({ length: n }, () => fields.map((f) => cellOf(r, f)))
/** Rows as one or more batches in shared memory. */
const relationOf = (machine: Machine, fields: readonly RowField[], rows: readonly (readonly Cell[])[], size = Number.POSITIVE_INFINITY): RowRelation => {
  const batches = []
  for (let from = 0; from < rows.length; from += size) batches.push(importRows(fields, encodeRows(fields, rows.slice(from, from + size)), machine))
  return { fields, batches, rows: rows.length }
}
const both = (program: Program): readonly Program[] => [program, optimise(program)]

/** Every length to 200, some beyond a chunk; low and high addresses; one to four slots. */
const settings = function* (lengths: readonly number[]) {
  for (const base of [LOW, HIGH]) {
    for (const [i, rows] of lengths.entries()) {
      const own = seed + i + (base === HIGH ? 1000 : 0)
      const r = random(own)
      yield { machine: new Machine(base), r, rows, options: { slots: 1 + r.below(4), morsel: r.pick([1, 7, 64, 100, 1024, 2500]) + (rows > 1000 ? 99 : 0) }, seed: own }
    }
  }
}
const EVERY = [...Array.from({ length: 201 }, (_, i) => i), 1023, 1024, 1025, 3000]
const SOME = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 199, 200, 1024, 2500]

describe(`row vecs, seed ${seed}`, () => {
  it('print with their layout', () => {
    const fields = [field('i32'), field('utf8', true)]
    expect(printProgram({ pipelines: [over(fields, appender(['i32']), { body: 'merge', key: [], values: [read('i32', 0)] })] })).toContain('t0: vec[{i32, ?utf8}] @(layout: row)')
  })

  const SHAPES: Record<string, readonly RowField[]> = {
    'every type, offsets': ROW_PHYSICALS.flatMap((p) => [field(p), field(p, true)]),
    'every type of fixed stride': ROW_PHYSICALS.filter((p) => p !== 'utf8').flatMap((p) => [field(p, true), field(p)]),
    'more than 64 fields': Array.from({ length: 70 }, (_, i) => field((['i32', 'i64', 'i128', 'bool8'] as const)[i % 4] as RowPhysical, i % 3 > 0)),
  }
  for (const [name, fields] of Object.entries(SHAPES)) {
    it(`fields: ${name}`, () => {
      const types = fields.map(typeOf)
      const program: Program = { pipelines: [over(fields, appender(types), { body: 'merge', key: [], values: types.map((t, i) => read(t, i)) })] }
      for (const { machine, r, rows, options, seed: own } of settings(SOME)) {
        const data = rowsOf(r, fields, rows)
        expect(shown(machine.run(program, [relationOf(machine, fields, data, 900)], options)), `seed ${own}`).toEqual(shown(data))
      }
    })
  }

  it('filters with NULLs and text, projected', () => {
    const fields = [field('i32', true), field('i64'), field('utf8', true)]
    const [a, b, c] = fields.map((f, i) => read(typeOf(f), i)) as [Ir, Ir, Ir]
    const valid = (arg: Ir): Ir => ({ ir: 'valid', type: 'bool', arg })
    const value = (arg: Ir): Ir => ({ ir: 'value', type: scalarOf(arg.type), arg })
    const cond: Ir = { ir: 'binary', type: 'bool', op: '&&', left: valid(a), right: binary('>', value(a), lit('i32', 0)) }
    const program: Program = {
      pipelines: [over(fields, appender(['i64', '?str']), { body: 'if', cond, next: { body: 'if', cond: not(valid(c)), next: { body: 'merge', key: [], values: [binary('+', b, lit('i64', 1n)), c] } } })],
    }
    for (const { machine, r, rows, options, seed: own } of settings(SOME)) {
      const data = rowsOf(r, fields, rows)
      const want = data.filter(([x, , z]) => x !== null && (x as bigint) > 0n && z === null).map(([, y, z]) => [BigInt.asIntN(64, (y as bigint) + 1n), z as Cell])
      for (const p of both(program)) expect(shown(machine.run(p, [relationOf(machine, fields, data)], options)), `seed ${own}`).toEqual(shown(want))
    }
  })

  it('filter and sum, of each width, at every length', () => {
    const fields = [field('i32', true), field('i32'), field('i64', true), field('i64'), field('i128'), field('i16'), field('i8')]
    const types = fields.map(typeOf)
    const state = (['i64', 'i32', 'i64', 'i64', 'i128', 'i32', 'i32'] as const).map((type) => ({ type, init: lit(type, type === 'i32' ? 0 : 0n) }))
    const sum = (i: number): Ir => {
      const e = read(types[i] as IrType, i)
      const type = state[i]?.type as Scalar
      const plain: Ir = e.type.startsWith('?') ? { ir: 'select', type: scalarOf(e.type), cond: { ir: 'valid', type: 'bool', arg: e }, then: { ir: 'value', type: scalarOf(e.type), arg: e }, else: lit(scalarOf(e.type), scalarOf(e.type) === 'i32' ? 0 : 0n) } : e
      return binary('+', read(type, i, 's'), plain.type === type ? plain : { ir: 'cast', type, arg: plain })
    }
    const program: Program = {
      pipelines: [
        over(fields, { builder: 'merger', state, combine: state.map((s, i) => binary('+', read(s.type, i, 'a'), read(s.type, i, 'b'))) }, { body: 'if', cond: binary('<', read('i32', 1), lit('i32', 20)), next: { body: 'merge', key: [], values: state.map((_, i) => sum(i)) } }),
        output(0, state.map((s) => s.type)),
      ],
    }
    const BITS = { i32: 32, i64: 64, i128: 128 } as Record<string, number>
    for (const { machine, r, rows, options, seed: own } of settings(EVERY)) {
      const data = rowsOf(r, fields, rows)
      const want = state.map((s, i) => BigInt.asIntN(BITS[s.type] as number, data.filter((d) => (d[1] as bigint) < 20n).reduce((n, d) => n + ((d[i] as bigint | null) ?? 0n), 0n)))
      for (const p of both(program)) expect(shown(machine.run(p, [relationOf(machine, fields, data)], options)), `seed ${own}`).toEqual(shown([want]))
    }
  })

  it('sorted by fields of whole range, where nothing is said of values', () => {
    const fields = [field('i32', true), field('i64'), field('i128')]
    const types = fields.map(typeOf)
    const keys = [{ descending: true, nullsFirst: false }, { descending: false, nullsFirst: true }, { descending: true, nullsFirst: true }]
    const values = types.map((t, i) => read(t, i))
    const program: Program = { pipelines: [over(fields, { builder: 'sorter', fields: types, keys, keyTypes: types, top: false }, { body: 'merge', key: values, values }), output(0, types)] }
    const compare = (a: readonly Cell[], b: readonly Cell[]): number => {
      for (const [i, { descending, nullsFirst }] of keys.entries()) {
        const [x, y] = [a[i] as bigint | null, b[i] as bigint | null]
        if (x === y) continue
        if (x === null || y === null) return (x === null) === nullsFirst ? -1 : 1
        return x < y === descending ? 1 : -1
      }
      return 0
    }
    for (const { machine, r, rows, options, seed: own } of settings(SOME)) {
      const data = rowsOf(r, fields, rows)
      for (const p of both(program)) expect(shown(machine.run(p, [relationOf(machine, fields, data)], options)), `seed ${own}`).toEqual(shown(data.toSorted(compare)))
    }
  })

  it('group by text, and by text that is NULL', () => {
    const fields = [field('utf8', true), field('i64')]
    const builder: Builder = { builder: 'dictmerger', key: ['?str'], state: [{ type: 'i64', init: lit('i64', 0n) }], combine: [binary('+', read('i64', 0, 'a'), read('i64', 0, 'b'))] }
    const program: Program = { pipelines: [over(fields, builder, { body: 'merge', key: [read('?str', 0)], values: [binary('+', read('i64', 0, 's'), read('i64', 1))] }), output(0, ['?str', 'i64'])] }
    for (const { machine, r, rows, options, seed: own } of settings(SOME)) {
      const data = rowsOf(r, fields, rows)
      const want = new Map<Cell, bigint>()
      for (const [key, v] of data) want.set(key as Cell, BigInt.asIntN(64, (want.get(key as Cell) ?? 0n) + (v as bigint)))
      for (const p of both(program)) expect(shown(machine.run(p, [relationOf(machine, fields, data)], options)).sort(), `seed ${own}`).toEqual(shown([...want]).sort())
    }
  })
})
