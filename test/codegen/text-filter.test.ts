/**
 * Filters by LIKE and contains are one call a chunk, wherever they stand among a pipeline's leading conditions, and leave the rows
 * that evaluating them one by one would: both layouts, NULLs, other filters before and behind, over the borders of chunks.
 */
import { describe, expect, it } from 'vitest'
import { encodeProgram, layoutContext } from '../../src/codegen/module.ts'
import { and, binary, both, call, literal, not, valid, value } from '../../src/ir/build.ts'
import type { Ir, IrType } from '../../src/ir/nodes.ts'
import { printProgram } from '../../src/ir/print.ts'
import type { Body, Program, SourceColumn } from '../../src/ir/program.ts'
import { likeMatcher } from '../../src/operators/strings-text.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { type Random, random } from '../ir/random.ts'
import { testSeed } from '../seed.ts'
import { type Cell, HIGH, KernelRaised, LOW, Machine } from './machine.ts'

const seed = testSeed()
const COLUMNS: readonly SourceColumn[] = [
  { physical: 'i64', nullable: false },
  { physical: 'utf8', nullable: false },
  { physical: 'utf8', nullable: true },
  { physical: 'slice', nullable: false },
  { physical: 'slice', nullable: true },
  { physical: 'i32', nullable: false },
]
const TYPES: readonly IrType[] = ['i64', 'str', '?str', 'str', '?str', 'i32']
const field = (index: number): Ir => ({ ir: 'field', type: TYPES[index] as IrType, row: 'n', index })
const param = (index: number): Ir => ({ ir: 'param', type: 'str', index })
const NUMBER = field(5)
const RAISE: Ir = { ir: 'raise', type: 'bool', code: 'RAISED', site: 0 }

type Row = readonly Cell[]
interface Filter {
  readonly cond: Ir
  readonly holds: (row: Row) => boolean
}

const programOf = (conds: readonly Ir[], lets: readonly { name: string; value: Ir }[] = []): Program => {
  const merge: Body = { body: 'merge', key: [], values: [field(0)] }
  const filtered = conds.reduceRight((next: Body, cond): Body => ({ body: 'if', cond, next }), merge)
  const body = lets.reduceRight((next: Body, l): Body => ({ body: 'let', ...l, next }), filtered)
  return { pipelines: [{ operators: [], row: 'n', source: { source: 'columns', relation: 0, columns: COLUMNS }, builder: { builder: 'appender', fields: [{ type: 'i64', physical: 'i64' }], counted: false }, body }] }
}
const calls = (program: Program, params = 4): readonly string[] =>
  WebAssembly.Module.imports(new WebAssembly.Module(encodeProgram(program, Array.from({ length: params }, () => 'str' as const), layoutContext(program, 0)).bytes))
    .filter((i) => i.module === 'runtime' && /^(str|text)_/.test(i.name))
    .map((i) => i.name)

const like = (subject: Ir, index = 0): Ir => call('bool', 'str_like', subject, param(index), literal('i32', -1))
const contains = (subject: Ir, index = 0): Ir => call('bool', 'str_contains', subject, param(index))

describe('which filters are done by chunks', () => {
  const once = ['text_select']
  const cases: readonly [string, readonly Ir[], readonly string[]][] = [
    ['like', [like(field(1))], once],
    ['not like', [not(like(field(3)))], once],
    ['contains of what may be NULL', [and(valid(field(2)), contains(value(field(2))))], once],
    ['behind others', [binary('<', NUMBER, literal('i32', 5)), both(binary('>', NUMBER, literal('i32', 1)), like(field(1)))], once],
    ['before others', [and(like(field(1)), binary('<', NUMBER, literal('i32', 5))), binary('>', NUMBER, literal('i32', 1))], once],
    ['several', [and(and(like(field(1)), not(contains(field(3), 1))), like(field(1), 2)), like(field(3), 3)], once],
    ['before what raises', [and(and(contains(field(3), 1), like(field(1))), RAISE)], once],
    ['not behind what may raise, which it does not guard', [both(like(field(1)), RAISE)], ['str_like']],
    ['not in a disjunction', [binary('||', like(field(1)), contains(field(1), 1))], ['str_like', 'str_contains']],
    ['not by a pattern of the row', [call('bool', 'str_contains', field(1), field(3))], ['str_contains']],
    ['not of what was made from the text', [contains(call('str', 'str_slice', field(1), literal('i64', 0n), literal('i64', 3n)))], ['str_slice', 'str_contains']],
  ]
  for (const [name, conds, imports] of cases)
    it(name, () => {
      const program = programOf(conds)
      expect(calls(program)).toEqual(imports)
    })
  it('through names, and after the optimiser', () => {
    const named: Ir = { ir: 'ident', type: '?str', name: 'x' }
    const program = programOf([and(valid(named), not(like(value(named))))], [{ name: 'x', value: field(2) }])
    expect(calls(program)).toEqual(once)
    for (const [, conds, imports] of cases.slice(0, 7)) expect(calls(optimise(programOf(conds)))).toEqual(imports)
  })
})

const escaped = (subject: Ir, index: number): Ir => call('bool', 'str_like', subject, param(index), literal('i32', 92))

/** A condition on a text, by parameter `index`. */
const textFilter = (r: Random, patterns: readonly string[], index: number): Filter => {
  const column = 1 + r.below(4)
  const pattern = patterns[index] as string
  const how = r.pick(['like', 'escaped', 'contains'])
  const matches = how === 'contains' ? (s: string) => s.includes(pattern) : likeMatcher(pattern, how === 'escaped' ? '\\' : '')
  const negated = (r.next() < 0.4)
  const of = (subject: Ir): Ir => {
    const test = how === 'contains' ? contains(subject, index) : how === 'escaped' ? escaped(subject, index) : like(subject, index)
    return negated ? not(test) : test
  }
  const name: Ir = { ir: 'ident', type: TYPES[column] as IrType, name: `t${index}` }
  const of2 = (x: Ir): Ir => (r.next() < 0.5 ? and : both)(valid(x), of(value(x)))
  const cond: Ir = (r.next() < 0.5) ? of2(field(column)) : { ir: 'let', type: 'bool', name: `t${index}`, value: field(column), body: of2(name) }
  return { cond, holds: (row) => row[column] !== null && matches(row[column] as string) !== negated }
}
const numberFilter = (r: Random): Filter => {
  const limit = r.pick([0, 1, 30, 70, 100])
  return { cond: binary('<', NUMBER, literal('i32', limit)), holds: (row) => Number(row[5]) < limit }
}
const conjunction = (r: Random, patterns: readonly string[], depth: number): Filter => {
  if (depth === 0 || (r.next() < 0.2)) return (r.next() < 0.6) ? textFilter(r, patterns, r.below(patterns.length)) : numberFilter(r)
  const [a, b] = [conjunction(r, patterns, depth - 1), conjunction(r, patterns, depth - 1)]
  if ((r.next() < 0.1)) return { cond: binary('||', a.cond, b.cond), holds: (row) => a.holds(row) || b.holds(row) }
  return { cond: (r.next() < 0.5 ? and : both)(a.cond, b.cond), holds: (row) => a.holds(row) && b.holds(row) }
}

describe(`filters by text, seed ${seed}`, () => {
  it('leave the rows that they should', () => {
    let [kept, dropped, chunks] = [0, 0, 0]
    for (let i = 0; i < 150; i++) {
      const r = random(seed + i)
      const word = (n: number) => Array.from({ length: n }, () => r.pick(['a', 'b', 'ab', 'é', '😀', '_'])).join('')
      const needle = word(1 + r.below(6))
      const text = () => (r.next() < 0.3 ? word(r.below(60)) : '') + r.pick([needle, needle.slice(1), '']).replace(/^[\udc00-\udfff]/, '') + word(r.below(4))
      const rows = Array.from({ length: r.pick([0, 1, 5, 300, 1023, 1024, 1025, 2600]) }, (_, n): Row => [BigInt(n), text(), (r.next() < 0.3) ? null : text(), text(), (r.next() < 0.3) ? null : text(), BigInt(r.below(100))])
      const patterns = [`%${needle}%`, r.pick([needle, `%${needle}`, `${needle}%`]), r.pick([`%a%${needle}%`, `%${needle}%b%`, `%_${needle}`, '', '%']), r.pick(['%\\_%', '%a\\%%', `%${word(2)}%${word(1)}_`])].map((p) => (p.endsWith('\\') ? `${p}_` : p))
      const filters = Array.from({ length: 1 + r.below(3) }, () => conjunction(r, patterns, r.below(3)))
      const want = rows.filter((row) => filters.every((f) => f.holds(row))).map((row) => row[0])
      const program = programOf(filters.map((f) => f.cond))
      const machine = new Machine(r.next() < 0.5 ? LOW : HIGH)
      const relation = machine.relation(COLUMNS, rows, r.pick([700, 5000]))
      for (const p of [program, optimise(program)]) {
        const got = machine.run(p, [relation], { params: patterns.map((pattern) => ({ type: 'str', value: pattern })), morsel: r.pick([37, 1024, 5000]) }).map((row) => row[0])
        if (String(got) !== String(want)) throw new Error(`seed ${seed + i}: ${JSON.stringify(patterns)}\n${printProgram(p)}\n${got.length} rows, not ${want.length}`)
        if (calls(p).includes('text_select')) chunks++
      }
      kept += want.length
      dropped += rows.length - want.length
    }
    expect(Math.min(kept, dropped)).toBeGreaterThan(3000)
    expect(chunks).toBeGreaterThan(150)
  })

  it('raise for no row that a filter excludes, and for the first that none does', () => {
    const machine = new Machine()
    const rows = Array.from({ length: 3000 }, (_, n): Row => [BigInt(n), n === 2000 ? 'needle' : 'hay', null, '', null, 0n])
    const run = (pattern: string) => machine.run(programOf([like(field(1)), RAISE]), [machine.relation(COLUMNS, rows)], { params: [{ type: 'str', value: pattern }] })
    expect(run('%noodle%')).toEqual([])
    expect(() => run('%needle%')).toThrow(KernelRaised)
    const guarded = (pattern: string) => machine.run(programOf([and(like(field(1)), RAISE)]), [machine.relation(COLUMNS, rows)], { params: [{ type: 'str', value: pattern }] })
    expect(guarded('%noodle%')).toEqual([])
    expect(() => guarded('%needle%')).toThrow(KernelRaised)
  })
})
