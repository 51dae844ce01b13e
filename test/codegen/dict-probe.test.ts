/**
 * Probes that are staged — behind filters, names and staging points, over chunks of many lengths — against nested loops: the
 * same rows in the same order, however many of the keys have a match.
 */
import { describe, expect, it } from 'vitest'
import { stagedProbe } from '../../src/codegen/staged-probe.ts'
import type { Ir, IrType, Scalar } from '../../src/ir/nodes.ts'
import { scalarOf } from '../../src/ir/nodes.ts'
import type { Body, Builder, Pipeline, Program, SourceColumn } from '../../src/ir/program.ts'
import type { Physical } from '../../src/layout/relation.ts'
import { type Random, random } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { type Cell, HIGH, KernelRaised, LOW, Machine, shown } from './machine.ts'

const seed = testSeed()
const PHYSICAL: Record<Scalar, Physical> = { bool: 'bool8', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', str: 'slice', vec: 'slice' }
const READ: Partial<Record<Physical, Scalar>> = { bool8: 'bool', i32: 'i32', i64: 'i64', f64: 'f64', utf8: 'str' }
const c = (physical: Physical, nullable = false): SourceColumn => ({ physical, nullable })
const typeOf = ({ physical, nullable }: SourceColumn): IrType => (nullable ? `?${READ[physical] as Scalar}` : (READ[physical] as Scalar))
const field = (type: IrType, index: number, row = 'n'): Ir => ({ ir: 'field', type, row, index })
const name = (type: IrType, of: string): Ir => ({ ir: 'ident', type, name: of })
const lit = (value: number): Ir => ({ ir: 'literal', type: 'i32', value })
const binary = (op: '+' | '%' | '<' | '!=', left: Ir, right: Ir): Ir => ({ ir: 'binary', type: op === '<' || op === '!=' ? 'bool' : (left.type as Scalar), op, left, right })
const appender = (types: readonly IrType[]): Builder => ({ builder: 'appender', fields: types.map((type) => ({ type, physical: PHYSICAL[scalarOf(type)] })), counted: false })
const over = (cols: readonly SourceColumn[], relation: number, builder: Builder, body: Body): Pipeline => ({ operators: [], source: { source: 'columns', relation, columns: cols }, row: 'n', builder, body })
const merge = (...values: readonly Ir[]): Body => ({ body: 'merge', key: [], values })
/** Build rows: key columns, then an i32. */
const built = (keys: readonly SourceColumn[], relation: number): Pipeline => {
  const types = keys.map(typeOf)
  return over([...keys, c('i32')], relation, { builder: 'groupmerger', key: types, fields: ['i32'] }, { body: 'merge', key: types.map((t, i) => field(t, i)), values: [field('i32', keys.length)] })
}
const keyText = (cells: readonly Cell[]): string => shown([cells])[0] as string
const matchesIn = (build: readonly (readonly Cell[])[], keys: number) => {
  const found = new Map<string, bigint[]>()
  for (const row of build) {
    const list = found.get(keyText(row.slice(0, keys))) ?? []
    // A chain begins with the row that came last.
    list.unshift(row[keys] as bigint)
    found.set(keyText(row.slice(0, keys)), list)
  }
  return (key: readonly Cell[]): readonly bigint[] => found.get(keyText(key)) ?? []
}

const KEYS: Record<string, { readonly cols: readonly SourceColumn[]; readonly make: (i: number, r: Random) => Cell[] }> = {
  i32: { cols: [c('i32')], make: (i) => [BigInt(i) * 65536n] },
  i64: { cols: [c('i64')], make: (i) => [BigInt(i) << 40n] },
  'f64, whole': { cols: [c('f64')], make: (i) => [i - 500] },
  'nullable i32 and bool': { cols: [c('i32', true), c('bool8')], make: (i) => [i % 17 ? BigInt(i >> 1) : null, i % 2 === 0] },
  'nullable i64': { cols: [c('i64', true)], make: (i) => [i % 17 ? BigInt(i) : null] },
  string: { cols: [c('utf8')], make: (i) => [i % 3 ? `Customer#${`${i}`.padStart(9, '0')}` : `${i}`] },
}

describe(`staged probes, seed ${seed}`, () => {
  for (const [title, { cols, make }] of Object.entries(KEYS))
    it(`by ${title}: behind a filter and names, from no match to all`, () => {
      const types = cols.map(typeOf)
      const shift = name('i32', 'shift')
      const probe: Body = { body: 'probe', sink: 0, key: types.map((t, i) => field(t, i)), row: 'm', next: merge(field('i32', cols.length), field('i32', 0, 'm'), shift) }
      const body: Body = {
        body: 'if', cond: binary('!=', binary('%', field('i32', cols.length), lit(5)), lit(0)),
        next: { body: 'let', name: 'shift', value: binary('+', field('i32', cols.length), lit(7)), next: probe },
      }
      expect(stagedProbe((body as Extract<Body, { body: 'if' }>).next)).toBeDefined()
      const program: Program = { pipelines: [built(cols, 0), over([...cols, c('i32')], 1, appender(['i32', 'i32', 'i32']), body)] }
      for (const [rows, share, base] of [[0, 1, LOW], [1, 1, HIGH], [1023, 0.5, LOW], [1025, 0, HIGH], [5000, 0.1, LOW], [5000, 1, HIGH], [3000, 0.6, HIGH]] as const) {
        const r = random(seed + rows)
        const machine = new Machine(base)
        const build = Array.from({ length: 700 }, (_, i): Cell[] => [...make(i % 600, r), BigInt(i)])
        const probed = Array.from({ length: rows }, (_, i): Cell[] => [...make(r.next() < share ? r.below(600) : 1000 + r.below(600), r), BigInt(i)])
        const found = matchesIn(build, cols.length)
        const want = probed.filter((row) => (row.at(-1) as bigint) % 5n !== 0n).flatMap((row) => found(row.slice(0, -1)).map((m) => [row.at(-1) as bigint, m, (row.at(-1) as bigint) + 7n]))
        const result = machine.run(program, [machine.relation([...cols, c('i32')], build), machine.relation([...cols, c('i32')], probed, 1700)], { slots: 1, morsel: 2500 })
        expect(shown(result), `${rows} rows, ${share}`).toEqual(shown(want))
      }
    })

  it('one after the other with staging points between, in functions of their own', () => {
    const cols = [c('i32'), c('i32')]
    const first = name('i32', 'first')
    const key = name('i64', 'key')
    const last: Body = { body: 'probe', sink: 2, key: [first], row: 'z', next: merge(field('i32', 0), field('i32', 1), first, field('i32', 0, 'z')) }
    const second: Body = { body: 'probe', sink: 1, key: [key], row: 'y', next: { body: 'if', cond: binary('!=', field('i32', 0, 'y'), lit(3)), next: { body: 'stage', carry: [{ name: 'first', value: field('i32', 0, 'y') }], next: last } } }
    const body: Body = {
      body: 'probe', sink: 0, key: [field('i32', 0)], row: 'm',
      next: { body: 'stage', carry: [{ name: 'key', value: { ir: 'cast', type: 'i64', arg: binary('+', field('i32', 0, 'm'), field('i32', 1)) } }], next: second },
    }
    const program: Program = { pipelines: [built([c('i32')], 0), built([c('i64')], 1), built([c('i32')], 2), over(cols, 3, appender(['i32', 'i32', 'i32', 'i32']), body)] }
    for (const [rows, base] of [[0, LOW], [100, HIGH], [4000, LOW], [4000, HIGH]] as const) {
      const r = random(seed + rows)
      const machine = new Machine(base)
      // Every key is there, so that enough rows match whatever the seed.
      const table = (n: number, keys: number) => Array.from({ length: n }, (_, i): Cell[] => [BigInt(i % keys), BigInt(r.below(40))])
      const [a, b, d] = [table(90, 60), table(80, 90), table(60, 40)]
      const probed = Array.from({ length: rows }, (): Cell[] => [BigInt(r.below(90)), BigInt(r.below(40))])
      const [ma, mb, md] = [matchesIn(a, 1), matchesIn(b, 1), matchesIn(d, 1)]
      const want = probed.flatMap(([k, v]) => ma([k as Cell]).flatMap((x) => mb([x + (v as bigint)]).filter((y) => y !== 3n).flatMap((y) => md([y]).map((z) => [k as bigint, v as bigint, y, z]))))
      const inputs = [machine.relation([c('i32'), c('i32')], a), machine.relation([c('i64'), c('i32')], b), machine.relation([c('i32'), c('i32')], d), machine.relation(cols, probed)]
      if (rows > 1000) expect(want.length).toBeGreaterThan(3000)
      expect(shown(machine.run(program, inputs, { slots: 1, morsel: 1500 }))).toEqual(shown(want))
      expect(shown(machine.run(program, inputs, { slots: 3, morsel: 333 })).sort()).toEqual(shown(want).sort())
    }
  })

  it('a name that raises does so for rows without a match too, and not for rows that a filter leaves out', () => {
    const cols = [c('i32'), c('i32')]
    const more: Ir = { ir: 'checked', type: 'i32', op: '+', left: field('i32', 1), right: lit(1), site: 4 }
    const probe: Body = { body: 'let', name: 'more', value: more, next: { body: 'probe', sink: 0, key: [field('i32', 0)], row: 'm', next: merge(name('i32', 'more')) } }
    const program = (body: Body): Program => ({ pipelines: [built([c('i32')], 0), over(cols, 1, appender(['i32']), body)] })
    const machine = new Machine()
    const build = machine.relation([c('i32'), c('i32')], [[1n, 1n]])
    const rows = machine.relation(cols, [[1n, 5n], [2n, 2147483647n]])
    expect(() => machine.run(program(probe), [build, rows])).toThrow(new KernelRaised('OVERFLOW', 4))
    const filtered: Body = { body: 'if', cond: binary('<', field('i32', 1), lit(100)), next: probe }
    expect(machine.run(program(filtered), [build, rows])).toEqual([[6n]])
  })

  it('keys that call the runtime are looked up one by one', () => {
    const dear: Ir = { ir: 'call', type: 'i32', fn: 'str_length', args: [field('str', 0)] }
    const probe: Body = { body: 'probe', sink: 0, key: [dear], row: 'm', next: merge(field('i32', 0, 'm')) }
    expect(stagedProbe(probe)).toBeUndefined()
    expect(stagedProbe({ body: 'let', name: 'bytes', value: dear, next: { ...probe, key: [name('i32', 'bytes')] } })).toBeUndefined()
    const machine = new Machine()
    const inputs = [machine.relation([c('i32'), c('i32')], [[3n, 30n], [0n, 10n]]), machine.relation([c('utf8')], [['abc'], ['日本'], ['']])]
    expect(machine.run({ pipelines: [built([c('i32')], 0), over([c('utf8')], 1, appender(['i32']), probe)] }, inputs)).toEqual([[30n], [10n]])
  })
})
