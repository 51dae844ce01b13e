/**
 * Text → program: the inverse of `printProgram`. What is read prints to the same text and compiles to the same code; only the
 * operators' names, which explain shows, are not in it. Nothing is checked that the verifier checks.
 */
import { type IrType, scalarOf } from '../ir/nodes.ts'
import { type Body, type Builder, type DenseKey, type KeyFilter, LEFT_STATE, type NullFree, type Pipeline, PROBE_KINDS, type Program, RIGHT_STATE, SELECTIVITIES, type Source, type SourceColumn, STATE_ROW, type StateField, stateOf, tupleTypes, type Vector } from '../ir/program.ts'
import type { RowField } from '../layout/unsafe-row.ts'
import { inText } from './text/mistake.ts'
import { parseStatements } from './text/parser.ts'
import {
  annotation, bigintOf, columnsOf, fieldType, flagged, itemsOf, lambdaOf, layoutOf, nameOf, numberOf, physicalOf, placeOf, type ReadScope, readExpression, readVec, typeArgument, typeOf, typesOf,
  valueArgument, withName, withRow, wordOf, wrong,
} from './read-expression.ts'
import type { Syntax, SyntaxOf, SyntaxType } from './text/syntax.ts'

/** Throws IrError, IR_SYNTAX, with line and column. */
export const parseProgram = (text: string, file?: string): Program => {
  const { statements } = parseStatements(text, file)
  return inText({ text, file }, () => {
    const pipelines: Pipeline[] = []
    for (const [i, { name, value, at }] of statements.entries()) {
      if (name !== `b${i}`) return wrong({ at }, `the name b${i}, found ${name}`)
      pipelines.push(readPipeline(value, pipelines))
    }
    return { pipelines }
  })
}

/** Fields that `tuple` and a join's row read: also of builders that are no source. */
const keptBy = (b: Builder): readonly IrType[] => tupleTypes(b) ?? (b.builder === 'groupmerger' ? [...b.key, ...b.fields] : [])

const readPipeline = (s: Syntax, before: readonly Pipeline[]): Pipeline => {
  const [source, builder, step] = s.syntax === 'call' && s.name === 'for' ? (s.args ?? []) : []
  const scope: ReadScope = { names: new Map(), rows: new Map(), tuples: before.map((p) => keptBy(p.builder)) }
  const from = readSource(source, scope, s)
  const into = readBuilder(builder, scope, s)
  const { params, body } = lambdaOf(step, s)
  const row = nameOf(params[2]?.name ?? wrong(s, '|b, i, row|'))
  const types = sourceTypes(from, scope)
  const inner = withRow(withStates(scope, into), row, types)
  const vector = readVector(s, 'vectorize', 'lanes')
  const merged = annotation(s, 'into')
  const apart = annotation(s, 'nullFree')
  const nullFree = apart && readNullFree(apart, s, (name) => ({ scope: withRow(withStates(scope, into), name, types.map(scalarOf)), builder: into, before, row: name }), row)
  return { operators: [], source: from, row, builder: into, body: readBody(body, { scope: inner, builder: into, before, row }), ...(vector && { vector }), ...(nullFree && { nullFree }), ...(merged ? { into: numberOf(merged, s) } : {}) }
}

const readVector = (s: Syntax, filters: string, lanes: string): Vector | undefined => {
  const filter = annotation(s, filters)
  return filter && { filter: numberOf(filter, s), merge: flagged(s, lanes) }
}

/** Both bodies call the row the same. */
const readNullFree = (lambda: Syntax, s: Syntax, scopeOf: (row: string) => BodyScope, row: string): NullFree => {
  const { params, body } = lambdaOf(lambda, s)
  if (params[2] === undefined || nameOf(params[2].name) !== row) return wrong(lambda, `|b, i, ${row}|, as the loop's body has it`)
  const vector = readVector(s, 'nullFreeVectorize', 'nullFreeLanes')
  return { body: readBody(body, scopeOf(row)), ...(vector && { vector }) }
}

const readSource = (s: Syntax | undefined, scope: ReadScope, at: Syntax): Source => {
  if (s?.syntax === 'name') return { source: 'tuples', sink: placeOf(s, 'b', at) }
  if (s?.syntax === 'call' && s.name === 'range') return { source: 'range', count: readExpression(s.args?.[0] ?? wrong(s, 'a count'), scope) }
  if (s?.syntax !== 'ascribe') return wrong(s ?? at, 'what a loop runs over')
  const relation = placeOf(s.value, 't', at)
  const columns: readonly SourceColumn[] = columnsOf(s.type, s)
  return layoutOf(s.type, s) === 'row' ? { source: 'rows', relation, fields: columns as readonly RowField[] } : { source: 'columns', relation, columns }
}

const sourceTypes = (source: Source, scope: ReadScope): readonly IrType[] => {
  switch (source.source) {
    case 'columns':
      return source.columns.map(fieldType)
    case 'rows':
      return source.fields.map(fieldType)
    case 'tuples':
      return scope.tuples[source.sink] ?? []
    case 'range':
      return ['i32']
  }
}

const withStates = (scope: ReadScope, builder: Builder): ReadScope => withRow(scope, STATE_ROW, stateOf(builder).map((f) => f.type))

const readBuilder = (s: Syntax | undefined, scope: ReadScope, at: Syntax): Builder => {
  if (s?.syntax !== 'call' || !s.brackets) return wrong(s ?? at, 'a builder')
  const [first, second, third] = s.brackets
  switch (s.name) {
    case 'merger': {
      const state = readState(typeArgument(first, s), scope)
      return { builder: 'merger', state, combine: readCombine(valueArgument(second, s), state, scope) }
    }
    case 'dictmerger': {
      const state = readState(typeArgument(second, s), scope)
      const dense = annotation(s, 'dense')
      const ranges = dense && itemsOf(dense, s).map(readDense)
      const counted = annotation(s, 'counted')
      const local = annotation(s, 'local')
      return { builder: 'dictmerger', key: typesOf(typeArgument(first, s)), state, combine: readCombine(valueArgument(third, s), state, scope), ...(ranges ? { dense: ranges } : {}), ...(counted ? { counted: numberOf(counted, s) } : {}), ...(local ? { local: numberOf(local, s) } : {}) }
    }
    case 'groupmerger':
      return { builder: 'groupmerger', key: typesOf(typeArgument(first, s)), fields: typesOf(typeArgument(second, s)), ...(flagged(s, 'contiguous') ? { contiguous: true as const } : {}), ...readJoin(s) }
    case 'vecmerger': {
      const fields = readState(typeArgument(first, s), scope)
      const initial = readVec(s.args?.[0], scope, s)
      return { builder: 'vecmerger', fields, initial: initial.vec === 'relation' ? initial : wrong(s, 'an input as the initial vec'), combine: readCombine(valueArgument(second, s), fields, scope) }
    }
    case 'sorter':
      return readSorter(s, typesOf(typeArgument(first, s)), typeArgument(second, s))
    case 'framer': {
      const [sink, tuple, at, states, combine] = s.brackets
      const state = readState(typeArgument(states, s), scope)
      const nodes = annotation(s, 'nodes')
      return {
        builder: 'framer', sink: placeOfType(typeArgument(sink, s), s), tuple: typesOf(typeArgument(tuple, s)), first: numberOf(valueArgument(at, s), s), ...(nodes ? { nodes: numberOf(nodes, s) } : {}), state,
        combine: readCombine(valueArgument(combine, s), state, scope),
      }
    }
    case 'appender': {
      const types = typesOf(typeArgument(first, s))
      const physical = itemsOf(annotation(s, 'physical'), s).map((p) => physicalOf(wordOf(p, s), p))
      const intervals = annotation(s, 'intervals')
      return {
        builder: 'appender',
        fields: types.map((type, i) => ({ type, physical: physical[i] ?? wrong(s, 'a physical type for each field') })),
        counted: flagged(s, 'counted'),
        ...(wordOf(annotation(s, 'layout'), s) === 'row' ? { layout: 'row' as const } : {}),
        ...(flagged(s, 'numbered') ? { numbered: true as const } : {}),
        ...(intervals ? { intervals: itemsOf(intervals, s).map((i) => numberOf(i, s)) } : {}),
      }
    }
    default:
      return wrong(s, `a builder, found ${s.name}`)
  }
}

/** In brackets a name is a type's. */
const placeOfType = (t: SyntaxType, s: Syntax): number => (t.kind === 'named' ? placeOf({ syntax: 'name', name: t.name, at: t.at }, 'b', s) : wrong(t, 'a name like b0'))

const readDense = (s: Syntax): DenseKey => {
  const [min, extent] = itemsOf(s, s)
  return { min: bigintOf(min ?? s), extent: numberOf(extent, s) }
}

/** What a groupmerger is for a join. */
const readJoin = (s: SyntaxOf<'call'>) => {
  const dense = annotation(s, 'dense')
  const filters = annotation(s, 'filters')
  return {
    ...(dense ? { dense: readDense(dense) } : {}),
    ...(flagged(s, 'marks') ? { marks: true as const } : {}),
    ...(filters ? { filters: itemsOf(filters, s).map(readKeyFilter) } : {}),
  }
}
const readKeyFilter = (s: Syntax): KeyFilter => {
  if (s.syntax !== 'call' || (s.name !== 'bitmap' && s.name !== 'bloom')) return wrong(s, 'bitmap(key, range) or bloom(key)')
  const key = numberOf(s.args?.[0], s)
  return s.name === 'bloom' ? { filter: 'bloom', key } : { filter: 'bitmap', key, range: readDense(s.args?.[1] ?? s) }
}

const readSorter = (s: SyntaxOf<'call'>, fields: readonly IrType[], keys: SyntaxType): Builder => {
  if (keys.kind !== 'struct') return wrong(s, 'the keys of a sorter')
  const read = keys.fields.map(({ type }) => {
    const [bias, bytes] = [annotation(type, 'bias'), annotation(type, 'bytes')]
    return { descending: flagged(type, 'descending'), nullsFirst: flagged(type, 'nullsFirst'), ...(bias ? { bias: bigintOf(bias) } : {}), ...(bytes ? { bytes: numberOf(bytes, s) } : {}) }
  })
  const window = annotation(s, 'window')
  return { builder: 'sorter', fields, keys: read, keyTypes: keys.fields.map((f) => typeOf(f.type)), top: flagged(s, 'top'), ...(window ? { window: numberOf(window, s) } : {}), ...(flagged(s, 'keyed') ? { keyed: true as const } : {}) }
}

const readState = (t: SyntaxType, scope: ReadScope): readonly StateField[] =>
  t.kind === 'struct' ? t.fields.map((f) => ({ type: typeOf(f.type), init: readExpression(f.initial ?? wrong(t, 'an initial value'), scope) })) : wrong(t, 'the fields of a state')

const readCombine = (s: Syntax, state: readonly StateField[], scope: ReadScope) => {
  const types = state.map((f) => f.type)
  const inner = withRow(withRow(scope, LEFT_STATE, types), RIGHT_STATE, types)
  return itemsOf(lambdaOf(s, s).body, s).map((e) => readExpression(e, inner))
}

interface BodyScope {
  readonly scope: ReadScope
  readonly builder: Builder
  readonly before: readonly Pipeline[]
  /** The source's row. */
  readonly row: string
}

const readBody = (s: Syntax, cx: BodyScope): Body => {
  const { scope } = cx
  const read = (x: Syntax | undefined) => readExpression(x ?? wrong(s, 'one more argument'), scope)
  const within = (x: Syntax | undefined, inner: ReadScope) => readBody(x ?? wrong(s, 'one more argument'), { ...cx, scope: inner })
  if (s.syntax === 'let') {
    const name = nameOf(s.name)
    const value = read(s.value)
    return { body: 'let', name, value, next: within(s.body, withName(scope, name, value.type)) }
  }
  if (s.syntax !== 'call') return wrong(s, 'a step of a loop (let, if, for, fork, each, stage, merge)')
  const args = s.args ?? []
  switch (s.name) {
    case 'if': {
      const hint = annotation(s, 'selectivity')
      const selectivity = hint && (SELECTIVITIES.find((name) => name === wordOf(hint, s)) ?? wrong(hint, SELECTIVITIES.join(', ')))
      return { body: 'if', cond: read(args[0]), ...(selectivity && { selectivity }), next: within(args[1], scope) }
    }
    case 'for':
      return readProbe(s, cx)
    case 'prune':
      return { body: 'prune', sink: placeOf(args[0], 'b', s), filter: numberOf(args[1], s), key: read(args[2]), next: within(lambdaOf(args[4], s).body, scope) }
    case 'fork':
      return { body: 'fork', branches: args.map((branch) => within(branch, scope)) }
    case 'each': {
      const { params, body } = lambdaOf(args[2], s)
      const index = nameOf(params[1]?.name ?? wrong(s, '|b, index|'))
      return { body: 'each', index, count: read(args[0]), next: within(body, withName(scope, index, 'i32')) }
    }
    case 'stage': {
      const { params, body } = lambdaOf(args[2], s)
      const values = itemsOf(args[0], s).map(read)
      const carry = values.map((value, i) => ({ name: nameOf(params[i + 1]?.name ?? wrong(s, 'a name for each value')), value }))
      const left: ReadScope = { ...scope, names: new Map(carry.map((c) => [c.name, c.value.type])), rows: new Map([...scope.rows].filter(([name]) => name === cx.row || name === STATE_ROW)) }
      return { body: 'stage', carry, next: within(body, left) }
    }
    case 'merge': {
      const fields = itemsOf(args[1], s)
      const [key, values] = isKeyed(cx.builder) ? [itemsOf(fields[0], s), itemsOf(fields[1], s)] : [[], fields]
      return { body: 'merge', key: key.map(read), values: values.map(read) }
    }
    default:
      return wrong(s, `a step of a loop, found ${s.name}`)
  }
}

/** Merges into it have a key before their values. */
const isKeyed = (b: Builder): boolean =>
  b.builder === 'vecmerger' || b.builder === 'sorter' || b.builder === 'framer' || (b.builder === 'appender' && b.numbered === true) || ((b.builder === 'dictmerger' || b.builder === 'groupmerger') && b.key.length > 0)

const readProbe = (s: SyntaxOf<'call'>, cx: BodyScope): Body => {
  const [over, , step] = s.args ?? []
  if (over?.syntax !== 'call' || over.name !== 'lookup') return wrong(s, 'for(lookup(…), b, |b, j, row| …)')
  const sink = placeOf(over.args?.[0], 'b', s)
  const join = cx.before[sink]?.builder
  const { params, body } = lambdaOf(step, s)
  const row = nameOf(params[2]?.name ?? wrong(s, '|b, j, row|'))
  const table = annotation(over, 'memo')
  const memo = table && { table: numberOf(table, s), code: readExpression(annotation(over, 'code') ?? wrong(s, 'the code that is remembered'), cx.scope) }
  const key = itemsOf(over.args?.[1], s).map((k) => readExpression(k, cx.scope))
  const types = join?.builder === 'groupmerger' || (join?.builder === 'sorter' && flagged(over, 'ordered')) ? join.fields : wrong(over, 'a lookup in an earlier groupmerger, or an ordered one in a sorter')
  const kind = PROBE_KINDS.find((k) => flagged(over, k))
  const residual = annotation(over, 'residual')
  const found = params[3] && nameOf(params[3].name)
  const matched = withRow(cx.scope, row, types)
  const bound = kind === 'semi' || kind === 'anti' || kind === 'mark' ? cx.scope : matched
  const within = found === undefined ? bound : withName(bound, found, 'bool')
  const site = annotation(over, 'site')
  return {
    body: 'probe', sink, key, row,
    ...(kind ? { kind } : {}), ...(flagged(over, 'ordered') ? { ordered: true as const } : {}), ...(site ? { site: numberOf(site, s) } : {}), ...(residual ? { residual: readExpression(residual, matched) } : {}), ...(found === undefined ? {} : { found }),
    ...(flagged(over, 'marks') ? { marks: true as const } : {}), ...(memo ? { memo } : {}),
    next: readBody(body, { ...cx, scope: within }),
  }
}
