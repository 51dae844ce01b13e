/** The printed form of programs, read back: the same text, the same types, the same code. */
import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { encodeProgram, layoutContext } from '../../src/codegen/module.ts'
import { IrError } from '../../src/errors.ts'
import type { Ir, IrType, Scalar } from '../../src/ir/nodes.ts'
import { WRITTEN_AS } from '../../src/ir/physical.ts'
import { printProgram } from '../../src/ir/print.ts'
import { type Body, type Builder, type Pipeline, type Program, SELECTIVITIES } from '../../src/ir/program.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
import { parseProgram } from '../../src/language/read-program.ts'
import { optimise } from '../../src/optimise/optimise.ts'
import { type Random, random, randomExpression, ROW, ROW_TYPES, SCALARS } from '../ir/random.ts'

const goldens = new URL('../codegen/golden/', import.meta.url)

/** Printing what is read gives the text; returns it. */
const same = (text: string): Program => {
  const program = parseProgram(text)
  expect(printProgram(program)).toBe(text.replace(/^@.*\n/, ''))
  return program
}

it.each(readdirSync(goldens).filter((name) => name.endsWith('.ir')))('%s', (name) => {
  const text = readFileSync(new URL(name, goldens), 'utf8')
  verifyProgram(same(text), { memos: Number(/memos: (\d+)/.exec(text)?.[1]) })
})

const appender = (types: readonly IrType[]): Builder => ({ builder: 'appender', fields: types.map((type) => ({ type, physical: WRITTEN_AS[(type.startsWith('?') ? type.slice(1) : type) as Scalar] })), counted: false })
const lit = (type: Scalar, value: number | bigint | boolean): Ir => ({ ir: 'literal', type, value })
const source: Pipeline['source'] = {
  source: 'columns', relation: 0,
  columns: ROW_TYPES.map((type) => ({ physical: WRITTEN_AS[(type.startsWith('?') ? type.slice(1) : type) as Scalar], nullable: type.startsWith('?') })),
}

const randomProgram = (r: Random): Program => {
  const any = () => randomExpression(r, r.pick(ROW_TYPES), 4, { raising: true })
  const some = () => Array.from({ length: 1 + r.below(3) }, any)
  const wrapped = (last: Body): Body => {
    let body = last
    for (let i = r.below(4); i > 0; i--) body = r.next() < 0.5 ? { body: 'if', cond: randomExpression(r, 'bool', 3, { raising: true }), ...(r.next() < 0.5 ? { selectivity: r.pick(SELECTIVITIES) } : {}), next: body } : { body: 'let', name: `y#${i}`, value: any(), next: body }
    return body
  }
  const pipeline = (builder: Builder, key: readonly Ir[], values: readonly Ir[]): Pipeline => ({ operators: [], source, row: ROW, builder, body: wrapped({ body: 'merge', key, values }) })
  const [key, values] = [some(), some()]
  const types = (es: readonly Ir[]) => es.map((e) => e.type)
  const flags = () => ({ descending: r.next() < 0.5, nullsFirst: r.next() < 0.5, ...(r.next() < 0.5 ? { bias: BigInt(r.below(1000) - 500), bytes: 1 + r.below(8) } : {}) })
  const state = values.map((v) => ({ type: v.type, init: v.type.startsWith('?') ? lit('bool', true) : v }))
  const builders: Builder[] = [
    appender(types(values)),
    { builder: 'groupmerger', key: types(key), fields: types(values) },
    { builder: 'sorter', fields: types(values), keys: key.map(flags), keyTypes: types(key), top: r.next() < 0.5 },
    { builder: 'merger', state, combine: values },
    { builder: 'dictmerger', key: types(key), state, combine: values, ...(types(key).every((t) => /bool|i32|i64/.test(t)) ? { dense: key.map(() => ({ min: BigInt(r.below(9) - 4), extent: 1 + r.below(99) })) } : {}) },
  ]
  // Initial values and combinations read no row of the source.
  const plain = (b: Builder): Builder =>
    b.builder !== 'merger' && b.builder !== 'dictmerger' ? b : { ...b, state: b.state.map((s) => ({ ...s, init: { ir: 'raise', type: s.type, code: 'OVERFLOW', site: r.below(9) } })), combine: b.state.map((s, index): Ir => ({ ir: 'field', type: s.type, row: r.pick(['a', 'b']), index })) }
  const builder = plain(r.pick(builders))
  const keyed = builder.builder !== 'appender' && builder.builder !== 'merger'
  return { pipelines: [pipeline(builder, keyed ? key : [], values)] }
}

it('programs at random: text, types and bytes', { timeout: 120_000 }, () => {
  let read = 0
  fc.assert(
    fc.property(fc.integer(), (n) => {
      const program = randomProgram(random(n))
      for (const one of [program, optimise(program)]) {
        const text = printProgram(one)
        const again = same(text)
        verifyProgram(again, { params: SCALARS })
        expect(encodeProgram(again, SCALARS, layoutContext(again, 0)).bytes).toEqual(encodeProgram(one, SCALARS, layoutContext(one, 0)).bytes)
        read++
      }
    }),
    { numRuns: 1000 },
  )
  expect(read).toBe(2000)
})

describe('each construct', () => {
  const over = (rest: string): string => `let b0 = for(t0: vec[{i32, ?i16, utf8}] @(layout: column),\n  ${rest};\n`
  const value = (e: string, type = 'i32'): string => over(`appender[{${type}}] @(layout: column, physical: {i32}), |b, i, n0|\n    merge(b, {${e}}))`)
  it.each([
    'divu(n0.$0, remu(n0.$0, 3))', 'shru(n0.$0, 2)', 'maxu(minu(n0.$0, 1), 2)', 'i32(geu(n0.$0, 5))', 'i32(f64(n0.$0) @(unsigned))', 'narrow[i8](n0.$0)', 'narrow[u16](n0.$0)',
    'element[i32, 0](t1: vec[{i32}] @(layout: column), n0.$0)', 'size(t1: vec[{?i32, code8}] @(layout: column))', 'size($0: vec: vec[{i32, ?str}] @(layout: tuple))',
    'loop({0, n0.$0}, 5, |x3, y1, z2| {(y1 < z2), {(y1 + x3), z2}}, |y1, z2| y1)', 'loop({}, 5, |x1| {{}}, || 7)', 'loop({n0.$0}, 5, |x2, y1| {true, {(y1 + x2)}}, |y1| y1)', 'i32(cudf[str_length,i32](n0.$2) @(site: 4))',
    '(let v1: ?i32 = n0.$1; if(valid(v1), value(v1), -1))', '(n0.$0 *! -3) @(site: 2)', 'raise[i32](DIVIDE_BY_ZERO) @(site: 0)', 'memo[3](n0.$0, length(n0.$2))',
    'i32(select(true, nan, -inf))', 'i32(-0F)', 'i32((-0.0 + 1e+300))', 'i32(-170141183460469231731687303715884105728W)', 'length(4294967299S)', 'length(lookup($7: i32, 3))',
  ])('%s', (e) => {
    expect(() => same(value(e))).not.toThrow()
  })
  it.each([
    'let b0 = for(t0: vec[{i32}] @(layout: column),\n  merger[{i64 = 0L}, |a, b| {(a.$0 + b.$0)}], |b, i, n0|\n    if((n0.$0 > 3),\n      merge(b, {(s.$0 + i64(n0.$0))}),\n    b)) @(vectorize: 1, lanes);\n',
    'let b0 = for(range($0: i32),\n  appender[{i32}] @(layout: column, physical: {i32}, counted), |b, i, n0|\n    merge(b, {n0.$0}));\n',
    'let b0 = for(t0: vec[{?i32, utf8}] @(layout: row),\n  merger[{i64 = 0L}, |a, b| {(a.$0 + b.$0)}], |b, i, n0|\n    merge(b, {(s.$0 + 1L)}));\n',
    over('vecmerger[{i32 = 0}, |a, b| {(a.$0 + b.$0)}](t1: vec[{i32}] @(layout: column)), |b, i, n0|\n    merge(b, {{n0.$0}, {(s.$0 + 1)}}))'),
    over('appender[{i32}] @(layout: column, physical: {i32}), |b, i, n0|\n    fork(\n      merge(b, {n0.$0}),\n      each(n0.$0, b, |b, x1|\n        if((x1 > 2),\n          merge(b, {x1}),\n        b))))'),
    over('appender[{?i32}] @(layout: column, physical: {i32}), |b, i, n0|\n    stage({(n0.$0 + 1), n0.$1}, b, |b, c1, c2|\n      if((c1 == n0.$0),\n        merge(b, {c2}),\n      b)))'),
    `${over('groupmerger[{?i32}, {i32}] @(contiguous), |b, i, n0|\n    merge(b, {{n0.$1}, {n0.$0}}))')}let b1 = for(b0 @(layout: tuple),\n  appender[{i32, vec}] @(layout: column, physical: {i32, slice}), |b, i, n0|\n    merge(b, {size(n0.$1: vec[{i32}] @(layout: tuple)), n0.$1}));\n`,
    `${over('dictmerger[{i32}, {i64 = 0L}, |a, b| {(a.$0 + b.$0)}] @(dense: {{-5L, 30}}), |b, i, n0|\n    merge(b, {{n0.$0}, {(s.$0 + 1L)}}))')}let b1 = for(t0: vec[{i32}] @(layout: column),\n  appender[{i64}] @(layout: column, physical: {i64}), |b, i, n0|\n    merge(b, {tuple[i64, 1](b0, find(b0, {n0.$0}))}));\n`,
    `${over('sorter[{i32, i64, i64, i32, i32}, {?i32 @(descending), str @(nullsFirst)}] @(window: 1), |b, i, n0|\n    merge(b, {{n0.$1, n0.$2}, {n0.$0, 0L, 0L, 0, 0}}))')}let b1 = for(b0 @(layout: tuple),\n  framer[b0, {i32, i64, i64, i32, i32}, 1, {i64 = 0L}, |a, b| {(a.$0 + b.$0)}] @(nodes: 2), |b, i, n0|\n    merge(b, {{n0.$3, n0.$3, n0.$3, (n0.$3 + 1)}, {(s.$0 + i64(n0.$0))}}));\nlet b2 = for(b0 @(layout: tuple),\n  appender[{i64}] @(layout: column, physical: {i64}), |b, i, n0|\n    merge(b, {n0.$2}));\n`,
    `${over('appender[{i32}] @(layout: row, physical: {i32}), |b, i, n0|\n    merge(b, {n0.$0}))')}let b1 = for(range(5),\n  appender[{i32}] @(layout: row, physical: {i32}), |b, i, n0|\n    merge(b, {n0.$0})) @(into: 0);\n`,
  ])('%s', (text) => {
    expect(() => same(text)).not.toThrow()
  })
})

it.each([
  ['let b1 = 5;', /b0/],
  ['let b0 = for(t0: vec[{i32}] @(layout: column), appender[{i32}] @(layout: column, physical: {i32}), |b, i, n0| merge(b, {v1}));', /a name in scope, found v1/],
  ['let b0 = for(t0: vec[{i33}] @(layout: column), appender[{i32}] @(layout: column, physical: {i32}), |b, i, n0| merge(b, {1}));', /a physical type, not i33/],
  ['let b0 = for(t0: vec[{i32}] @(layout: column), heap[{i32}], |b, i, n0| merge(b, {1}));', /a builder, found heap/],
  ['let b0 = for(t0: vec[{i32}] @(layout: column), appender[{i32}] @(layout: column, physical: {i32}), |b, i, n0| merge(b, {n0.$1}));', /a field of a row in scope/],
  ['let b0 = for(t0: vec[{i32}', /expected/],
])('%s is told with line and column', (text, message) => {
  let error: unknown
  try {
    parseProgram(text, 'a.ir')
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(IrError)
  expect(error).toMatchObject({ code: 'IR_SYNTAX', line: 1, column: expect.any(Number), message: expect.stringMatching(message) })
})
