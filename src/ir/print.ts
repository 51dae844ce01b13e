/**
 * The text form of programs and expressions: Weld's, with names numbered in order of appearance, so that equal programs
 * print equally. The text is what goldens hold and what the module cache is keyed by. It is text of the language (docs/IR.md):
 * what is no part of Weld's syntax stands in annotations behind the node it belongs to.
 */
import type { BinaryOp, Ir, SourceColumn, VecRef } from './nodes.ts'
import { type Body, type Builder, type DenseKey, type KeyFilter, LEFT_STATE, type NullFree, type Pipeline, type Program, RIGHT_STATE, STATE_ROW } from './program.ts'

/** They have the names that `combine` and `merge` bind; all others end in a number. */
const STATE_ROWS = [STATE_ROW, LEFT_STATE, RIGHT_STATE]

class Names {
  private readonly known = new Map(STATE_ROWS.map((name) => [name, name]))
  of(name: string): string {
    const known = this.known.get(name)
    if (known) return known
    const given = `${name.replace(/\d*(?:#.*)?$/, '')}${this.known.size - STATE_ROWS.length}`
    this.known.set(name, given)
    return given
  }
}

const annotated = (text: string, annotations: readonly (string | false | undefined)[]): string => {
  const kept = annotations.filter(Boolean)
  return kept.length ? `${text} @(${kept.join(', ')})` : text
}

const SUFFIX = { bool: '', i32: '', i64: 'L', i128: 'W', f32: 'F', f64: '', str: 'S', vec: 'V' } as const
/** Binary operators that are written as functions. */
const FUNCTIONS: Partial<Record<BinaryOp, string>> = {
  min: 'min', max: 'max', '/u': 'divu', '%u': 'remu', '>>u': 'shru', minu: 'minu', maxu: 'maxu', '<u': 'ltu', '<=u': 'leu', '>u': 'gtu', '>=u': 'geu',
}

const literal = (e: Extract<Ir, { ir: 'literal' }>): string => {
  if (e.type === 'bool') return String(e.value)
  const text = Object.is(e.value, -0) ? '-0' : String(e.value).replace('NaN', 'nan').replace('Infinity', 'inf')
  return (e.type === 'f64' && /^-?\d+$/.test(text) ? `${text}.0` : text) + SUFFIX[e.type]
}

const expression = (e: Ir, names: Names): string => {
  const p = (x: Ir) => expression(x, names)
  switch (e.ir) {
    case 'literal':
      return literal(e)
    case 'param':
      return `$${e.index}: ${e.type}`
    case 'ident':
      return names.of(e.name)
    case 'field':
      return `${names.of(e.row)}.$${e.index}`
    case 'let':
      return `(let ${names.of(e.name)}: ${e.value.type} = ${p(e.value)}; ${p(e.body)})`
    case 'if':
      return `if(${p(e.cond)}, ${p(e.then)}, ${p(e.else)})`
    case 'select':
      return `select(${p(e.cond)}, ${p(e.then)}, ${p(e.else)})`
    case 'binary':
      return FUNCTIONS[e.op] ? `${FUNCTIONS[e.op]}(${p(e.left)}, ${p(e.right)})` : `(${p(e.left)} ${e.op} ${p(e.right)})`
    case 'checked':
      return `(${p(e.left)} ${e.op}! ${p(e.right)}) @(site: ${e.site})`
    case 'unary':
      return `${e.op}(${p(e.arg)})`
    case 'cast':
      return annotated(`${e.type}(${p(e.arg)})`, [e.unsigned && 'unsigned'])
    case 'narrow':
      return `narrow[${e.signed ? 'i' : 'u'}${e.bits}](${p(e.arg)})`
    case 'option':
      return `option(${p(e.value)}, ${p(e.valid)})`
    case 'value':
      return `value(${p(e.arg)})`
    case 'valid':
      return `valid(${p(e.arg)})`
    case 'call':
      return annotated(`cudf[${e.fn},${e.type}](${e.args.map(p).join(', ')})`, [e.site !== undefined && `site: ${e.site}`])
    case 'lookup':
      return `lookup(${p(e.vector)}, ${p(e.index)})`
    case 'position':
      return `position(${e.order}, ${e.times}, ${e.plus})`
    case 'memo':
      return `memo[${e.table}](${p(e.code)}, ${p(e.compute)})`
    case 'element':
      return `element[${e.type}, ${e.field}](${vecRef(e.vec, names)}, ${p(e.index)})`
    case 'size':
      return `size(${vecRef(e.vec, names)})`
    case 'loop': {
      const inits = e.state.map((s) => p(s.init))
      const count = p(e.count)
      const states = e.state.map((s) => names.of(s.name))
      const round = [names.of(e.index), ...states].join(', ')
      return `loop(${struct(inits)}, ${count}, |${round}| {${e.while ? `${p(e.while)}, ` : ''}${struct(e.update.map(p))}}, |${states.join(', ')}| ${p(e.result)})`
    }
    case 'find':
      return `find(b${e.sink}, ${struct(e.key.map(p))})`
    case 'tuple':
      return `tuple[${e.type}, ${e.index}](b${e.sink}, ${p(e.address)})`
    case 'raise':
      return `raise[${e.type}](${e.code}) @(site: ${e.site})`
  }
}

const struct = (items: readonly string[]): string => `{${items.join(', ')}}`
const vec = (relation: number, items: readonly SourceColumn[], layout: string) => `t${relation}: vec[${struct(items.map((c) => `${c.nullable ? '?' : ''}${c.vec ? 'vec' : c.physical}`))}] @(layout: ${layout})`
const tuples = (sink: number) => `b${sink} @(layout: tuple)`
const vecRef = (v: VecRef, names: Names): string =>
  v.vec === 'relation' ? vec(v.relation, v.columns, 'column') : v.vec === 'tuples' ? tuples(v.sink) : `${expression(v.value, names)}: vec[${struct(v.element)}] @(layout: tuple)`

const denseKey = (d: DenseKey): string => struct([`${d.min}L`, `${d.extent}`])
const keyFilter = (f: KeyFilter): string => (f.filter === 'bitmap' ? `bitmap(${f.key}, ${denseKey(f.range)})` : `bloom(${f.key})`)

const builder = (b: Builder, names: Names): string => {
  const list = (es: readonly Ir[]) => struct(es.map((e) => expression(e, names)))
  const state = (s: readonly { type: string; init: Ir }[]) => struct(s.map((f) => `${f.type} = ${expression(f.init, names)}`))
  switch (b.builder) {
    case 'merger':
      return `merger[${state(b.state)}, |a, b| ${list(b.combine)}]`
    case 'dictmerger':
      return annotated(`dictmerger[${struct(b.key)}, ${state(b.state)}, |a, b| ${list(b.combine)}]`, [b.dense && `dense: ${struct(b.dense.map(denseKey))}`, b.counted !== undefined && `counted: ${b.counted}`, b.local !== undefined && `local: ${b.local}`])
    case 'groupmerger':
      return annotated(`groupmerger[${struct(b.key)}, ${struct(b.fields)}]`, [b.contiguous && 'contiguous', b.dense && `dense: ${denseKey(b.dense)}`, b.marks && 'marks', b.filters && `filters: ${struct(b.filters.map(keyFilter))}`])
    case 'vecmerger':
      return `vecmerger[${state(b.fields)}, |a, b| ${list(b.combine)}](${vecRef(b.initial, names)})`
    case 'sorter': {
      const keys = b.keys.map((k, i) =>
        annotated(b.keyTypes[i]!, [k.descending && 'descending', k.nullsFirst && 'nullsFirst', k.bias !== undefined && `bias: ${k.bias}L`, k.bytes !== undefined && `bytes: ${k.bytes}`]),
      )
      return annotated(`sorter[${struct(b.fields)}, ${struct(keys)}]`, [b.top && 'top', b.window !== undefined && `window: ${b.window}`, b.keyed && 'keyed'])
    }
    case 'framer':
      return annotated(`framer[b${b.sink}, ${struct(b.tuple)}, ${b.first}, ${state(b.state)}, |a, b| ${list(b.combine)}]`, [b.nodes !== undefined && `nodes: ${b.nodes}`])
    case 'appender':
      return annotated(`appender[${struct(b.fields.map((f) => f.type))}]`, [`layout: ${b.layout ?? 'column'}`, `physical: ${struct(b.fields.map((f) => f.physical))}`, b.intervals && `intervals: ${struct(b.intervals.map(String))}`, b.counted && 'counted', b.numbered && 'numbered'])
  }
}

const body = (b: Body, names: Names, indent: string): string => {
  const next = (inner: Body) => body(inner, names, `${indent}  `)
  switch (b.body) {
    case 'let':
      return `${indent}let ${names.of(b.name)}: ${b.value.type} = ${expression(b.value, names)};\n${body(b.next, names, indent)}`
    case 'if':
      return annotated(`${indent}if(${expression(b.cond, names)},\n${next(b.next)},\n${indent}b)`, [b.selectivity && `selectivity: ${b.selectivity}`])
    case 'probe':
      return probe(b, names, indent, next)
    case 'prune':
      return `${indent}prune(b${b.sink}, ${b.filter}, ${expression(b.key, names)}, b, |b|\n${next(b.next)})`
    case 'fork':
      return `${indent}fork(\n${b.branches.map(next).join(',\n')})`
    case 'each': {
      const count = expression(b.count, names)
      return `${indent}each(${count}, b, |b, ${names.of(b.index)}|\n${next(b.next)})`
    }
    case 'stage': {
      const values = b.carry.map((c) => expression(c.value, names))
      return `${indent}stage(${struct(values)}, b, |${['b', ...b.carry.map((c) => names.of(c.name))].join(', ')}|\n${next(b.next)})`
    }
    case 'merge':
      return `${indent}merge(b, ${b.key.length ? `{${struct(b.key.map((k) => expression(k, names)))}, ${struct(b.values.map((v) => expression(v, names)))}}` : struct(b.values.map((v) => expression(v, names)))})`
  }
}

/** The residual reads the row that the match binds. */
const probe = (b: Extract<Body, { body: 'probe' }>, names: Names, indent: string, next: (inner: Body) => string): string => {
  const lookup = `lookup(b${b.sink}, ${struct(b.key.map((k) => expression(k, names)))})`
  const residual = b.residual && `residual: ${expression(b.residual, names)}`
  const over = annotated(lookup, [b.kind, b.ordered && 'ordered', b.site !== undefined && `site: ${b.site}`, b.marks && 'marks', residual, b.memo && `memo: ${b.memo.table}, code: ${expression(b.memo.code, names)}`])
  const bound = ['b', 'j', names.of(b.row), ...(b.found === undefined ? [] : [names.of(b.found)])]
  return `${indent}for(${over}, b, |${bound.join(', ')}|\n${next(b.next)})`
}

const sourceText = (s: Pipeline['source'], names: Names): string => {
  switch (s.source) {
    case 'columns':
      return vec(s.relation, s.columns, 'column')
    case 'rows':
      return vec(s.relation, s.fields, 'row')
    case 'tuples':
      return tuples(s.sink)
    case 'range':
      return `range(${expression(s.count, names)})`
  }
}

const nullFree = ({ body: inner, vector }: NullFree, row: string, names: Names): readonly (string | false | undefined)[] => [
  vector && `nullFreeVectorize: ${vector.filter}`, vector?.merge && 'nullFreeLanes', `nullFree: |b, i, ${row}|\n${body(inner, names, '    ')}`,
]

const pipeline = (p: Pipeline, index: number): string => {
  const names = new Names()
  const source = sourceText(p.source, names)
  const row = names.of(p.row)
  const loop = `for(${source},\n  ${builder(p.builder, names)}, |b, i, ${row}|\n${body(p.body, names, '    ')})`
  return `let b${index} = ${annotated(loop, [p.into !== undefined && `into: ${p.into}`, p.vector && `vectorize: ${p.vector.filter}`, p.vector?.merge && 'lanes', ...(p.nullFree ? nullFree(p.nullFree, row, names) : [])])};`
}

export const printProgram = (program: Program): string => `${program.pipelines.map(pipeline).join('\n')}\n`
export const printExpression = (e: Ir): string => expression(e, new Names())
