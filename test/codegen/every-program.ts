/**
 * Programs that between them ask code generation for everything it has: each operation on each type, over every kind of source
 * and into every builder. What the verifier refuses is left out; what it admits must encode.
 */
import { type BinaryOp, type Ir, type IrType, isOption, type Scalar, scalarOf, type UnaryOp } from '../../src/ir/nodes.ts'
import { READ_AS, WRITTEN_AS } from '../../src/ir/physical.ts'
import type { Body, Builder, DenseKey, KeyFilter, Pipeline, Program, Source, SourceColumn } from '../../src/ir/program.ts'
import { RUNTIME, type RuntimeFunction } from '../../src/ir/runtime.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
import type { Physical } from '../../src/layout/relation.ts'
import { ROW_PHYSICALS } from '../../src/layout/unsafe-row.ts'

const PHYSICALS = Object.keys(READ_AS) as Physical[]
const COLUMNS: readonly SourceColumn[] = PHYSICALS.flatMap((physical) => [false, true].map((nullable) => ({ physical, nullable })))
const OVER_COLUMNS: Source = { source: 'columns', relation: 0, columns: COLUMNS }
const ROW_FIELDS = ROW_PHYSICALS.flatMap((physical) => [false, true].map((nullable) => ({ physical, nullable })))
const FIXED = ROW_FIELDS.filter((f) => f.physical !== 'utf8')
/** Rows by offsets, and rows of one stride. */
const OVER_ROWS: Source = { source: 'rows', relation: 0, fields: ROW_FIELDS }
const OVER_FIXED: Source = { source: 'rows', relation: 0, fields: FIXED }
const SOURCES = [OVER_COLUMNS, OVER_ROWS, OVER_FIXED]

const typesOf = (source: Source): readonly IrType[] =>
  (source.source === 'columns' ? source.columns : source.source === 'rows' ? source.fields : []).map((c): IrType => (c.nullable ? `?${READ_AS[c.physical]}` : READ_AS[c.physical]))
const field = (type: IrType, index: number, row = 'n'): Ir => ({ ir: 'field', type, row, index })
const fieldsOf = (source: Source): readonly Ir[] => typesOf(source).map((type, i) => field(type, i))
const lit = (type: Scalar): Ir => ({ ir: 'literal', type, value: type === 'bool' ? true : type === 'i64' || type === 'i128' || type === 'str' || type === 'vec' ? 3n : 3 })
const zero = (type: Scalar): Ir => ({ ir: 'literal', type, value: type === 'bool' ? false : type === 'i64' || type === 'i128' || type === 'str' || type === 'vec' ? 0n : 0 })

const BINARY: readonly BinaryOp[] = ['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', 'min', 'max', '/u', '%u', '>>u', 'minu', 'maxu', '<u', '<=u', '>u', '>=u', '==', '!=', '<', '<=', '>', '>=', '&&', '||']
const UNARY: readonly UnaryOp[] = ['not', 'neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest', 'length']
const SCALARS: readonly Scalar[] = ['bool', 'i32', 'i64', 'i128', 'f32', 'f64', 'str']
const BOOLS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '<u', '<=u', '>u', '>=u', '&&', '||'])

/** Every field of a source as it is; of an optional one its parts. */
const reads = (source: Source): Ir[] =>
  fieldsOf(source).flatMap((x): Ir[] => {
    const type = scalarOf(x.type)
    if (!isOption(x.type)) return [x]
    const valid: Ir = { ir: 'valid', type: 'bool', arg: x }
    return [x, valid, { ir: 'value', type, arg: x }, { ir: 'select', type: x.type, cond: valid, then: x, else: x }, { ir: 'option', type: x.type, value: { ir: 'value', type, arg: x }, valid }]
  })

/** Every operation, on fields of each type. */
const operations = (source: Source): Ir[] => {
  const all = fieldsOf(source)
  const ops: Ir[] = []
  for (const type of SCALARS) {
    const x = all.find((f) => f.type === type) as Ir
    const other = all.findLast((f) => f.type === type) as Ir
    for (const y of new Set([x, other, lit(type), { ir: 'param', type, index: SCALARS.indexOf(type) } as Ir])) {
      for (const op of BINARY) ops.push({ ir: 'binary', type: BOOLS.has(op) ? 'bool' : type, op, left: x, right: y })
      for (const op of ['+', '-', '*'] as const) ops.push({ ir: 'checked', type, op, left: x, right: y, site: 0 })
    }
    for (const op of UNARY) ops.push({ ir: 'unary', type: op === 'length' ? 'i32' : type, op, arg: x })
    for (const to of SCALARS) for (const unsigned of [undefined, true] as const) ops.push({ ir: 'cast', type: to, arg: x, ...(unsigned ? { unsigned } : {}) })
    for (const bits of [8, 16] as const) for (const signed of [false, true]) ops.push({ ir: 'narrow', type: 'i32', bits, signed, arg: x })
    ops.push({ ir: 'if', type, cond: { ir: 'binary', type: 'bool', op: '==', left: x, right: x }, then: x, else: lit(type) })
    ops.push({ ir: 'select', type, cond: { ir: 'binary', type: 'bool', op: '==', left: x, right: lit(type) }, then: x, else: lit(type) })
    ops.push({ ir: 'if', type, cond: { ir: 'binary', type: 'bool', op: '==', left: x, right: lit(type) }, then: { ir: 'raise', type, code: 'RAISED', site: 0 }, else: x })
  }
  for (const [fn, { params, result }] of Object.entries(RUNTIME) as [string, RuntimeFunction][]) {
    ops.push({ ir: 'call', type: result, fn, args: params.map((p) => all.find((x) => x.type === p) ?? lit(p)) })
  }
  return ops
}

const appender = (types: readonly IrType[]): Builder => ({ builder: 'appender', fields: types.map((type) => ({ type, physical: WRITTEN_AS[scalarOf(type)] })), counted: false })
const pipeline = (source: Source, builder: Builder, body: Body): Pipeline => ({ operators: [], source, row: 'n', builder, body })
const merge = (values: readonly Ir[], key: readonly Ir[] = []): Body => ({ body: 'merge', key, values })
const output = (sink: number, types: readonly IrType[]): Pipeline => pipeline({ source: 'tuples', sink }, appender(types), merge(types.map((t, i) => field(t, i))))

/** What each operation is put to: a column, a filter, each reduction. */
const ofOperation = (source: Source, e: Ir): Program[] => {
  const programs: Program[] = [{ pipelines: [pipeline(source, appender([e.type]), merge([e]))] }]
  // Rows that pass, as columns.
  const passes = fieldsOf(source).find((x) => x.type === 'bool') as Ir
  programs.push({ pipelines: [pipeline(source, appender([e.type]), { body: 'if', cond: passes, next: merge([e]) })] })
  if (e.type === 'bool') programs.push({ pipelines: [pipeline(source, appender(['i32']), { body: 'if', cond: e, next: merge([lit('i32')]) })] })
  return programs
}
const reductions = (source: Source): Program[] =>
  fieldsOf(source).flatMap((x) => {
    const type = scalarOf(x.type)
    const value: Ir = isOption(x.type) ? { ir: 'value', type, arg: x } : x
    const valid: Ir = isOption(x.type) ? { ir: 'valid', type: 'bool', arg: x } : lit('bool')
    const wide = (['i32', 'i64', 'i128'] as const).filter((t) => t !== type && (type === 'i32' || (type === 'i64' && t === 'i128')))
    const values: readonly Ir[] = [value, ...wide.map((t): Ir => ({ ir: 'cast', type: t, arg: value }))]
    return values.flatMap((v) =>
      (['+', '*', 'min', 'max', '&', '|', '^', '&&', '||'] as const).flatMap((op): Program[] => {
        const t = v.type as Scalar
        const combined = (row: string, right: Ir): Ir => ({ ir: 'binary', type: t, op, left: field(t, 0, row), right })
        const builder: Builder = { builder: 'merger', state: [{ type: t, init: zero(t) }], combine: [combined('a', field(t, 0, 'b'))] }
        const update = combined('s', v)
        const skipping: Ir = { ir: 'if', type: t, cond: valid, then: update, else: field(t, 0, 's') }
        return [update, skipping].flatMap((u): Program[] => [
          { pipelines: [pipeline(source, builder, merge([u])), output(0, [t])] },
          { pipelines: [pipeline(source, builder, { body: 'if', cond: { ir: 'binary', type: 'bool', op: '>', left: field('i32', typesOf(source).indexOf('i32')), right: lit('i32') }, next: merge([u]) }), output(0, [t])] },
        ])
      }),
    )
  })

/** Fields of 64 bits side by side, which are added to at once. */
const pairs = (source: Source): Program[] => {
  const key = fieldsOf(source).filter((x) => x.type === 'i32').slice(0, 1)
  return (['i64', 'f64'] as const).map((type): Program => {
    const x = fieldsOf(source).find((e) => e.type === type) as Ir
    const sum = (row: string, index: number, right: Ir): Ir => ({ ir: 'binary', type, op: '+', left: field(type, index, row), right })
    const state = [0, 1, 2, 3].map(() => ({ type, init: zero(type) }))
    const values = [lit(type), x, x, lit(type)].map((right, i) => sum('s', i, right))
    return { pipelines: [pipeline(source, { builder: 'dictmerger', key: ['i32'], state, combine: values.map((_, i) => sum('a', i, field(type, i, 'b'))) }, merge(values, key)), output(0, ['i32', type, type, type, type])] }
  })
}

/** Every key type into dictionaries, joins, groups and sorts. */
const keyed = (source: Source): Program[] => {
  const all = fieldsOf(source)
  const str = all.find((x) => x.type === 'str')
  const sets = [...all.map((x) => [x]), ...(str ? [[all[0] as Ir, str], [str, ...all.slice(0, 4)]] : []), all.filter((x) => scalarOf(x.type) === 'i32').slice(0, 3), all.filter((x) => scalarOf(x.type) === 'i128').slice(0, 2)]
  return sets.filter((key) => key.length > 0).flatMap((key): Program[] => {
    const types = key.map((k) => k.type)
    const count: Ir = { ir: 'binary', type: 'i64', op: '+', left: field('i64', 0, 's'), right: lit('i64') }
    const combine: Ir = { ir: 'binary', type: 'i64', op: '+', left: field('i64', 0, 'a'), right: field('i64', 0, 'b') }
    const dict = (dense?: readonly DenseKey[]): Program => ({
      pipelines: [pipeline(source, { builder: 'dictmerger', key: types, state: [{ type: 'i64', init: zero('i64') }], combine: [combine], dense }, merge([count], key)), output(0, [...types, 'i64'])],
    })
    const group: Builder = { builder: 'groupmerger', key: types, fields: ['i32', '?i64'] }
    const values: readonly Ir[] = [lit('i32'), { ir: 'option', type: '?i64', value: lit('i64'), valid: lit('bool') }]
    const sorter = (top: boolean, descending: boolean, bytes?: number): Program => ({
      pipelines: [pipeline(source, { builder: 'sorter', fields: ['i32'], keys: types.map(() => ({ descending, nullsFirst: descending, ...(bytes ? { bias: -3n, bytes } : {}) })), keyTypes: types, top }, merge([lit('i32')], key)), output(0, ['i32'])],
    })
    return [
      dict(),
      dict(types.map(() => ({ min: -2n, extent: 7 }))),
      { pipelines: [pipeline(source, group, merge(values, key)), pipeline(source, appender(['i32', '?i64']), { body: 'probe', sink: 0, key, row: 'm', next: merge([field('i32', 0, 'm'), field('?i64', 1, 'm')]) })] },
      { pipelines: [pipeline(source, group, merge(values, key)), pipeline(source, appender(['i32']), { body: 'stage', carry: [{ name: 'c', value: lit('i64') }], next: { body: 'probe', sink: 0, key, row: 'm', next: { body: 'fork', branches: [merge([field('i32', 0, 'm')]), merge([lit('i32')])] } } })] },
      { pipelines: [pipeline(source, { ...group, contiguous: true }, merge(values, key)), output(0, [...types, 'vec'])] },
      sorter(false, false), sorter(true, true), sorter(false, true, 3),
    ]
  })
}

/** Every field, and each alone, as UnsafeRows. */
const written = (source: Source): Program[] => {
  if (source.source !== 'rows') return []
  const all = fieldsOf(source)
  const rows = (indexes: readonly number[]): Program => ({
    pipelines: [pipeline(source, { builder: 'appender', fields: indexes.map((i) => ({ type: (all[i] as Ir).type, physical: (source.fields[i] as (typeof ROW_FIELDS)[number]).physical })), counted: true, layout: 'row' }, merge(indexes.map((i) => all[i] as Ir)))],
  })
  return [rows(all.map((_, i) => i)), ...all.map((_, i) => rows([i]))]
}

/** Runtime filters by each key that can have one, first and behind a filter. */
const pruned = (source: Source): Program[] =>
  fieldsOf(source).flatMap((x) => {
    const key: Ir = isOption(x.type) ? { ir: 'value', type: scalarOf(x.type), arg: x } : x
    const filters: readonly KeyFilter[] = [{ filter: 'bloom', key: 0 }, { filter: 'bitmap', key: 0, range: { min: -3n, extent: 1000 } }]
    return filters.flatMap((filter): Program[] => {
      const build = pipeline(source, { builder: 'groupmerger', key: [key.type], fields: [], filters: [filter] }, merge([], [key]))
      const prune: Body = { body: 'prune', sink: 0, filter: 0, key, next: merge([lit('i32')]) }
      return [prune, { body: 'if', cond: lit('bool'), next: prune } as Body].map((body) => ({ pipelines: [build, pipeline(source, appender(['i32']), body)] }))
    })
  })

const LOOPS: readonly Program[] = (() => {
  const ident = (type: IrType, name: string): Ir => ({ ir: 'ident', type, name })
  const relation = { vec: 'relation', relation: 0, columns: COLUMNS } as const
  const sum: Ir = {
    ir: 'loop', type: 'i64', index: 'i', count: { ir: 'size', type: 'i32', vec: relation }, state: [{ name: 't', init: zero('i64') }],
    while: { ir: 'binary', type: 'bool', op: '<', left: ident('i64', 't'), right: lit('i64') },
    update: [{ ir: 'binary', type: 'i64', op: '+', left: ident('i64', 't'), right: { ir: 'cast', type: 'i64', arg: ident('i32', 'i') } }], result: ident('i64', 't'),
  }
  const elements = typesOf(OVER_COLUMNS).map((type, f): Ir => ({ ir: 'element', type, vec: relation, index: field('i32', 0), field: f }))
  const range: Source = { source: 'range', count: lit('i32') }
  const vec: Builder = { builder: 'vecmerger', fields: [{ type: 'i32', init: zero('i32') }], initial: { ...relation, columns: [{ physical: 'i32', nullable: false }] }, combine: [{ ir: 'binary', type: 'i32', op: '+', left: field('i32', 0, 'a'), right: field('i32', 0, 'b') }] }
  const bump: Ir = { ir: 'binary', type: 'i32', op: '+', left: field('i32', 0, 's'), right: lit('i32') }
  return [
    { pipelines: [pipeline(range, appender(['i64']), merge([sum]))] },
    { pipelines: [pipeline(range, { ...appender(['i32']), counted: true } as Builder, merge([field('i32', 0)]))] },
    ...elements.map((e): Program => ({ pipelines: [pipeline(range, appender([e.type]), merge([e]))] })),
    { pipelines: [pipeline(range, appender(['i32']), { body: 'each', index: 'k', count: lit('i32'), next: merge([ident('i32', 'k')]) })] },
    { pipelines: [pipeline(range, vec, merge([bump], [field('i32', 0)])), output(0, ['i32'])] },
    { pipelines: [pipeline(range, appender(['str']), merge([{ ir: 'lookup', type: 'str', vector: lit('i32'), index: field('i32', 0) }]))] },
    { pipelines: [pipeline(range, appender(['bool']), merge([{ ir: 'memo', type: 'bool', table: 0, code: field('i32', 0), compute: lit('bool') }]))] },
  ]
})()

export const PARAMS: readonly Scalar[] = SCALARS

const admitted = (program: Program): boolean => {
  try {
    verifyProgram(program, { params: PARAMS, memos: 1 })
    return true
  } catch {
    return false
  }
}

/** All that verify. */
export const everyProgram = (): Program[] =>
  [
    ...operations(OVER_COLUMNS).flatMap((e) => ofOperation(OVER_COLUMNS, e)),
    ...SOURCES.flatMap((source) => [...reads(source).flatMap((e) => ofOperation(source, e)), ...keyed(source), ...pairs(source), ...pruned(source), ...written(source)]),
    ...reductions(OVER_COLUMNS),
    ...LOOPS,
  ].filter(admitted)
