/** What the optimiser makes of bodies and states, as text. Results are compared where programs run: test/codegen, test/parity. */
import { describe, expect, it } from 'vitest'
import { binary, both, call, ifElse, literal } from '../../src/ir/build.ts'
import type { Ir, IrType } from '../../src/ir/nodes.ts'
import { printProgram } from '../../src/ir/print.ts'
import type { Body, Builder, Pipeline, Program, Selectivity, SourceColumn } from '../../src/ir/program.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
import { optimise } from '../../src/optimise/optimise.ts'

const field = (index: number, type: IrType = 'i32', row = 'n#0'): Ir => ({ ir: 'field', type, row, index })
const name = (text: string, type: IrType = 'i32'): Ir => ({ ir: 'ident', type, name: text })
const i32 = (n: number): Ir => literal('i32', n)
const appender = (n: number): Builder => ({ builder: 'appender', fields: Array.from({ length: n }, () => ({ type: 'i32' as const, physical: 'i32' as const })), counted: false })
const over = (builder: Builder, body: Body): Pipeline => ({ operators: [], source: { source: 'columns', relation: 0, columns: ['i32', 'i32', 'i32'].map(() => ({ physical: 'i32' as const, nullable: false })) }, row: 'n#0', builder, body })
const merge = (...values: Ir[]): Body => ({ body: 'merge', key: [], values })
const bind = (text: string, value: Ir, next: Body): Body => ({ body: 'let', name: text, value, next })
const when = (cond: Ir, next: Body): Body => ({ body: 'if', cond, next })
const product = binary('*', field(0), field(1))
const raising: Ir = { ir: 'checked', type: 'i32', op: '*', left: field(0), right: field(1), site: 0 }
const raising64: Ir = { ir: 'checked', type: 'i64', op: '*', left: { ir: 'param', type: 'i64', index: 0 }, right: { ir: 'param', type: 'i64', index: 1 }, site: 0 }
const positive = binary('>', field(2), i32(0))
const field3 = i32(1234)

const shown = (program: Program): string => {
  verifyProgram(program)
  const after = optimise(program, undefined, { lanes: false })
  verifyProgram(after)
  return printProgram(after)
}
/** The body's lines. */
const body = (builder: Builder, b: Body, before: readonly Pipeline[] = []): string[] => {
  const lines = shown({ pipelines: [...before, over(builder, b)] }).trim().split('\n')
  return lines.slice(lines.findLastIndex((l) => l.includes('|b, i,')) + 1).map((l) => l.trim())
}

describe('bodies', () => {
  it('a let that nothing reads is dropped, even where it could raise', () => {
    expect(body(appender(1), bind('x#1', raising, merge(field(0))))).toEqual(['merge(b, {n0.$0}));'])
  })
  it('a let used once is written in place', () => {
    expect(body(appender(1), bind('x#1', product, merge(name('x#1'))))).toEqual(['merge(b, {(n0.$0 * n0.$1)}));'])
  })
  it('a let used twice sinks below the filter that does not need it, and its rows do not raise', () => {
    const lines = body(appender(2), bind('x#1', raising, when(positive, merge(name('x#1'), binary('+', name('x#1'), i32(1))))))
    expect(lines[0]).toBe('if((n0.$2 > 0),')
    expect(lines[1]).toMatch(/^let x1: i32 = \(n0\.\$0 \*! n0\.\$1/)
  })
  it('what the filter and the rows behind it both use is not named in front of the filter, which has its own loop', () => {
    const lines = body(appender(1), bind('x#1', product, when(binary('>', name('x#1'), i32(5)), merge(name('x#1')))))
    expect(lines[0]).toBe('if(((n0.$0 * n0.$1) > 5),')
  })
  it('filters merge into one condition where the later is cheap and cannot raise', () => {
    expect(body(appender(1), when(positive, when(binary('<', field(1), i32(9)), merge(field(0)))))[0]).toBe('if(((n0.$2 > 0) & (n0.$1 < 9)),')
    expect(body(appender(1), when(positive, when(binary('<', raising, i32(9)), merge(field(0))))).filter((l) => l.startsWith('if('))).toHaveLength(2)
  })
  it('what may raise is not moved out of a branch', () => {
    const lines = body(appender(2), merge(ifElse(positive, raising, i32(0)), ifElse(positive, binary('+', raising, i32(1)), i32(0))))
    expect(lines.filter((l) => l.startsWith('let') && l.includes('*!'))).toEqual([])
  })
  it('what the program named is evaluated once before the branches that use it', () => {
    const x = name('x#1')
    const lines = body(appender(2), bind('x#1', binary('/', product, i32(7)), merge(ifElse(positive, binary('*', x, raising), i32(0)), ifElse(binary('<', field(2), i32(3)), binary('-', x, raising), i32(1)))))
    expect(lines.filter((l) => /^let v\d: i32 = \(\(n0\.\$0 \* n0\.\$1\) \/ 7\)/.test(l))).toHaveLength(1)
  })
  it('a named value stays before the probe that its users follow', () => {
    const build = over({ builder: 'groupmerger', key: ['i32'], fields: [] }, { body: 'merge', key: [field(0)], values: [] })
    const probe = (next: Body): Body => ({ body: 'probe', sink: 0, key: [field(2)], row: 'm#0', next })
    expect(body(appender(1), bind('x#1', product, probe(merge(name('x#1')))), [build])[0]).toBe('let v1: i32 = (n0.$0 * n0.$1);')
    expect(body(appender(1), bind('x#1', product, probe(when(positive, merge(i32(3))))), [build])[0]).toMatch(/^for\(lookup/)
  })
  it('the values of a top-n are computed only for rows that qualify', () => {
    const top: Builder = { builder: 'sorter', fields: ['i32', 'i32'], keys: [{ descending: false, nullsFirst: false, bias: 0n, bytes: 4 }], keyTypes: ['i32'], top: true }
    expect(body(top, { body: 'merge', key: [field(2)], values: [product, binary('+', product, i32(1))] })[0]).toMatch(/^merge/)
    expect(body({ ...top, top: false }, { body: 'merge', key: [field(2)], values: [product, binary('+', product, i32(1))] })[0]).toMatch(/^let/)
  })
  it('a side that calls is evaluated after the cheap one', () => {
    const expensive: Ir = { ir: 'binary', type: 'bool', op: '==', left: call('f64', 'i128_to_f64', { ir: 'cast', type: 'i128', arg: field(0) }), right: literal('f64', 5) }
    expect(body(appender(1), when(both(expensive, positive), merge(field(0))))[0]).toBe('if(((n0.$2 > 0) && (cudf[i128_to_f64,f64](i128(n0.$0)) == 5.0)),')
  })
  it('what branches of a fork share is named before it, once', () => {
    const x = name('x#1')
    const lines = body(appender(1), bind('x#1', binary('/', product, i32(7)), { body: 'fork', branches: [when(positive, merge(x)), merge(binary('+', x, i32(1)))] }))
    expect(lines[0]).toBe('let v1: i32 = ((n0.$0 * n0.$1) / 7);')
    expect(lines.filter((l) => l.includes('/ 7'))).toHaveLength(1)
  })
  it('what may raise stays in the branch that needs it, and out of an inner loop', () => {
    expect(body(appender(1), bind('x#1', raising, { body: 'fork', branches: [merge(name('x#1')), merge(i32(1))] }))[0]).toBe('fork(')
    const lines = body(appender(1), bind('x#1', raising, { body: 'each', index: 'i#1', count: field(2), next: merge(name('x#1')) }))
    expect(lines[0]).toMatch(/^let x1: i32 = \(n0\.\$0 \*! n0\.\$1/)
    expect(lines[1]).toBe('each(n0.$2, b, |b, i2|')
  })
  it('a staging point carries what is read behind it, and nothing else', () => {
    const carry = [{ name: 'x#1', value: product }, { name: 'y#1', value: raising }]
    const lines = body(appender(1), { body: 'stage', carry, next: merge(binary('+', name('x#1'), name('x#1'))) })
    expect(lines[0]).toBe('stage({(n0.$0 * n0.$1)}, b, |b, x1|')
    expect(lines[1]).toMatch(/^merge\(b, \{\(x1 \+ x1\)\}\)/)
  })
  it('what a loop need not evaluate again is named before it, but nothing that may raise', () => {
    const state = name('t#1')
    const loop = (update: Ir): Ir => ({ ir: 'loop', type: 'i32', index: 'i#1', count: field(2), state: [{ name: 't#1', init: i32(0) }], update: [update], result: state })
    const lines = body(appender(1), merge(loop(binary('+', state, binary('/', product, i32(7))))))
    expect(lines[0]).toBe('let v1: i32 = ((n0.$0 * n0.$1) / 7);')
    expect(lines[1]).toMatch(/^merge\(b, \{loop\(.*\(t2 \+ v1\)/)
    expect(body(appender(1), merge(loop(binary('+', state, raising)))).at(-1)).toMatch(/^merge\(b, \{loop\(.*\*!/)
  })
  it('factors of a 128-bit product stay visible to code generation', () => {
    const wide = (x: Ir): Ir => ({ ir: 'cast', type: 'i128', arg: x })
    const a = wide({ ir: 'cast', type: 'i64', arg: product })
    const appending: Builder = { builder: 'appender', fields: [{ type: 'i128', physical: 'i128' }, { type: 'i128', physical: 'i128' }], counted: false }
    const factor: Ir = { ir: 'param', type: 'i64', index: 0 }
    const lines = body(appending, merge(a, binary('*', a, wide(factor))))
    expect(lines.at(-1)).toBe('merge(b, {i128(v1), (i128(v1) * i128($0: i64))}));')
    // Of 32-bit factors the product fits 64 bits.
    expect(body(appending, merge(a, binary('*', a, wide(field(2))))).at(-1)).toBe('merge(b, {i128(v1), i128((i64(v1) * i64(n0.$2)))}));')
  })
})

describe('filters', () => {
  const text = (cond: Ir[], hints: readonly (Selectivity | undefined)[] = []): string[] =>
    body(appender(1), cond.reduceRight((next: Body, c, i): Body => ({ body: 'if', cond: c, selectivity: hints[i], next }), merge(field(0)))).filter((l) => l.startsWith('if('))
  const [a, b, c] = [binary('>', field(0), i32(1)), binary('>', field(1), i32(2)), binary('>', field(2), i32(3))]
  const costly = binary('==', binary('%', binary('/', field(0), field3), field3), i32(1))

  it('go in order of cost and of what they exclude', () => {
    expect(text([a, b, c], ['most', 'half', 'few'])).toEqual(['if((((n0.$2 > 3) & (n0.$1 > 2)) & (n0.$0 > 1)),'])
    expect(text([a, binary('==', field(1), i32(2))])).toEqual(['if(((n0.$1 == 2) & (n0.$0 > 1)),'])
  })
  it('are evaluated together where that is cheaper than a branch that is not foreseen', () => {
    const sum = binary('>', binary('+', binary('*', field(1), field(2)), binary('*', field(0), field(2))), i32(7))
    expect(text([a, sum], ['half', 'half'])).toHaveLength(1)
    expect(text([a, sum], ['rare', 'half'])).toEqual(['if((n0.$0 > 1),', 'if((((n0.$1 * n0.$2) + (n0.$0 * n0.$2)) > 7),'])
  })
  it('that may raise keep their place, and nothing passes them', () => {
    const may = binary('<', raising, i32(9))
    expect(text([c, may, a], ['most', 'half', 'rare'])).toEqual(['if((n0.$2 > 3),', 'if((((n0.$0 *! n0.$1) @(site: 0) < 9) & (n0.$0 > 1)),'])
    expect(text([both(c, a), may, b, binary('==', field(2), i32(5))])[0]).toBe('if(((n0.$2 > 3) & (n0.$0 > 1)),')
  })
  it('that are expensive go last', () => {
    expect(text([costly, a])[0]).toBe('if((n0.$0 > 1),')
  })
  it('hints leave no trace in the text', () => {
    expect(shown({ pipelines: [over(appender(1), { body: 'if', cond: a, selectivity: 'rare', next: merge(field(0)) })] })).not.toContain('selectivity')
  })
  it('known to hold are not tested again', () => {
    const maybe: Ir = { ir: 'field', type: '?i32', row: 'n#0', index: 3 }
    const there: Ir = { ir: 'valid', type: 'bool', arg: maybe }
    const one: Ir = { ir: 'value', type: 'i32', arg: maybe }
    const columns = [...['i32', 'i32', 'i32'].map(() => ({ physical: 'i32' as const, nullable: false })), { physical: 'i32' as const, nullable: true }]
    const nullable = (b: Body): string => shown({ pipelines: [{ ...over(appender(1), b), source: { source: 'columns', relation: 0, columns } }] })
    expect(nullable(when(there, merge(ifElse(there, one, i32(0)))))).toContain('if(valid(n0.$3),\n      merge(b, {value(n0.$3)})')
    // The negation, behind a fork, in a condition that may raise.
    const fork: Body = { body: 'fork', branches: [merge(ifElse(binary('<=', field(0), i32(1)), i32(7), i32(8))), when(both(a, binary('<', raising, i32(9))), merge(i32(3)))] }
    const lines = body(appender(1), when(a, fork))
    expect(lines).toContain('merge(b, {8}),')
    expect(lines).toContain('if(((n0.$0 *! n0.$1) @(site: 0) < 9),')
  })
})

describe('narrowing', () => {
  const over16 = (columns: readonly SourceColumn[], builder: Builder, b: Body): string => shown({ pipelines: [{ ...over(builder, b), source: { source: 'columns', relation: 0, columns } }] })
  const wide = (index: number): Ir => ({ ir: 'cast', type: 'i128', arg: field(index) })
  const out: Builder = { builder: 'appender', fields: [{ type: 'i128', physical: 'i128' }], counted: false }
  const i16s: readonly SourceColumn[] = ['i16', 'i16', 'i16'].map((physical) => ({ physical: physical as 'i16', nullable: false }))
  it('by the width of columns', () => {
    expect(over16(i16s, out, merge(binary('*', wide(0), wide(1))))).toContain('merge(b, {i128((n0.$0 * n0.$1))})')
    expect(over16(i16s, out, merge(binary('*', binary('*', wide(0), wide(1)), wide(2))))).toContain('merge(b, {i128((i64((n0.$0 * n0.$1)) * i64(n0.$2)))})')
    expect(over16(i16s, out, merge({ ir: 'checked', type: 'i128', op: '+', left: wide(0), right: wide(1), site: 0 }))).toContain('merge(b, {i128((n0.$0 + n0.$1))})')
  })
  it('by statistics, which are not in the text', () => {
    const ranged = ['i32', 'i32', 'i32'].map((physical): SourceColumn => ({ physical: physical as 'i32', nullable: false, range: { min: 0n, max: 100n } }))
    const plain = ranged.map(({ physical, nullable }): SourceColumn => ({ physical, nullable }))
    expect(over16(ranged, out, merge(binary('*', wide(0), wide(1))))).toContain('merge(b, {i128((n0.$0 * n0.$1))})')
    expect(over16(plain, out, merge(binary('*', wide(0), wide(1))))).toContain('merge(b, {i128((i64(n0.$0) * i64(n0.$1)))})')
    expect(over16(ranged, out, merge(wide(0)))).toBe(over16(plain, out, merge(wide(0))))
    // Values of NULLs have no range.
    const nulls = ranged.map((c): SourceColumn => ({ ...c, nullable: true }))
    const value = (index: number): Ir => ({ ir: 'cast', type: 'i128', arg: { ir: 'value', type: 'i32', arg: field(index, '?i32') } })
    expect(over16(nulls, out, merge(binary('*', value(0), value(1))))).toContain('i64(value(n0.$0))')
  })
})

describe('states', () => {
  const plus = (row: string, i: number, by: Ir): Ir => binary('+', field(i, 'i64', row), by)
  const builder: Builder = { builder: 'dictmerger', key: ['i32'], state: [0, 1, 2, 3].map(() => ({ type: 'i64', init: literal('i64', 0n) })), combine: [0, 1, 2, 3].map((i) => plus('a', i, field(i, 'i64', 'b'))) }
  const x: Ir = { ir: 'cast', type: 'i64', arg: field(1) }
  const output = (values: readonly Ir[]): Pipeline => ({ operators: [], source: { source: 'tuples', sink: 0 }, row: 'g#0', builder: { builder: 'appender', fields: values.map(() => ({ type: 'i64', physical: 'i64' })), counted: false }, body: merge(...values) })
  it('that hold the same are one, and their readers find it', () => {
    const program: Program = {
      pipelines: [
        over(builder, { body: 'merge', key: [field(0)], values: [plus('s', 0, x), plus('s', 1, literal('i64', 1n)), plus('s', 2, x), plus('s', 3, literal('i64', 1n))] }),
        output([1, 2, 3, 4].map((i) => field(i, 'i64', 'g#0'))),
      ],
    }
    const text = shown(program)
    expect(text).toContain('dictmerger[{i32}, {i64 = 0L, i64 = 0L}')
    expect(text).toContain('merge(b, {g0.$1, g0.$2, g0.$1, g0.$2})')
  })
  it('are found in their new places by key, by position and behind forks', () => {
    const one = (i: number, by: Ir) => plus('s', i, by)
    const values = [one(0, x), one(1, literal('i64', 1n)), one(2, x), one(3, literal('i64', 1n))]
    const found: Ir = { ir: 'tuple', type: 'i64', sink: 0, address: { ir: 'find', type: 'i32', sink: 0, key: [field(0)] }, index: 4 }
    const element: Ir = { ir: 'element', type: 'i64', vec: { vec: 'tuples', sink: 0 }, index: field(0), field: 3 }
    const build = over(builder, { body: 'fork', branches: [{ body: 'merge', key: [field(0)], values }, { body: 'merge', key: [field(1)], values }] })
    const text = shown({ pipelines: [build, over({ builder: 'appender', fields: [found, element].map(() => ({ type: 'i64', physical: 'i64' })), counted: false }, merge(found, element))] })
    expect(text).toContain('dictmerger[{i32}, {i64 = 0L, i64 = 0L}')
    expect(text).toContain('tuple[i64, 2](b0, find(b0, {n')
    expect(text).toContain('element[i64, 1](b0 @(layout: tuple)')
    // One branch that counts otherwise keeps the fields apart.
    const apart = over(builder, { body: 'fork', branches: [{ body: 'merge', key: [field(0)], values }, { body: 'merge', key: [field(1)], values: values.toSpliced(2, 1, one(2, literal('i64', 7n))) }] })
    expect(shown({ pipelines: [apart, output([1, 2, 3, 4].map((i) => field(i, 'i64', 'g#0')))] })).toContain('{i64 = 0L, i64 = 0L, i64 = 0L}')
  })
  it('that read one another are left alone', () => {
    const crossed = [plus('s', 1, x), plus('s', 0, x), plus('s', 3, x), plus('s', 2, x)]
    expect(shown({ pipelines: [over(builder, { body: 'merge', key: [field(0)], values: crossed }), output([1, 3].map((i) => field(i, 'i64', 'g#0')))] })).toContain('{i64 = 0L, i64 = 0L, i64 = 0L, i64 = 0L}')
  })
  it('that nothing reads are left out, but for what those that are read need', () => {
    const values = [plus('s', 0, x), plus('s', 2, x), plus('s', 2, literal('i64', 3n)), plus('s', 3, raising64)]
    const only = (index: number) => shown({ pipelines: [over(builder, { body: 'merge', key: [field(0)], values }), output([index ? field(index, 'i64', 'g#0') : { ir: 'cast', type: 'i64', arg: field(0, 'i32', 'g#0') }])] })
    expect(only(1)).toContain('merge(b, {{n0.$0}, {(s.$0 + i64(n0.$1))}})')
    expect(only(2)).toContain('merge(b, {{n0.$0}, {(s.$1 + i64(n0.$1)), (s.$1 + 3L)}})')
    expect(only(2)).toContain('merge(b, {g0.$1})')
    // Only the keys are read.
    expect(only(0)).toContain('dictmerger[{i32}, {}, |a, b| {}]')
    // What no pipeline reads is read from outside.
    expect(shown({ pipelines: [over(builder, { body: 'merge', key: [field(0)], values })] })).toContain('{i64 = 0L, i64 = 0L, i64 = 0L, i64 = 0L}')
    const fixed = optimise({ pipelines: [over(builder, { body: 'merge', key: [field(0)], values }), output([field(1, 'i64', 'g#0')])] }, undefined, { fixed: new Set([0]) })
    expect(printProgram(fixed)).toContain('{i64 = 0L, i64 = 0L, i64 = 0L, i64 = 0L}')
  })
})
