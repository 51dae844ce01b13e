/**
 * The verifier: types of every node, names and rows in scope, fields in range, parameters, what merges pass to builders, what
 * probes pass to joins, memo tables. Code generation assumes all of it and checks nothing.
 */
import { IrError } from '../errors.ts'
import type { Physical } from '../layout/relation.ts'
import { ROW_PHYSICALS } from '../layout/unsafe-row.ts'
import { type Ir, type IrType, isOption, optionOf, RAISES, type Scalar, scalarOf, type SourceColumn, type VecRef } from './nodes.ts'
import { type Body, type Builder, combineOf, type DenseKey, endOf, extentOf, KEY_FIELDS, LEFT_STATE, type Pipeline, type Program, RIGHT_STATE, SMALL_EXTENT, stateOf, STATE_ROW, tupleTypes, type Vector } from './program.ts'
import { nullFreeForm } from './null-free.ts'
import { READ_AS } from './physical.ts'
import { RUNTIME, type RuntimeFunction } from './runtime.ts'

export interface Surroundings {
  /** Types of the parameters; not checked where absent. */
  readonly params?: readonly Scalar[]
  /** Number of memo tables; not checked where absent. */
  readonly memos?: number
}

/** Throws IrError, naming the pipeline and the node. */
export const verifyProgram = (program: Program, around: Surroundings = {}): void => {
  program.pipelines.forEach((_, index) => new Verifier(around, `pipeline ${index}`).pipeline(program, index))
}

/** `rows`: types of the fields of each row in scope. */
export const verifyExpression = (e: Ir, rows: ReadonlyMap<string, readonly IrType[]>, around: Surroundings = {}): void => new Verifier(around, 'expression', rows).expression(e)

const SCALAR: Record<Physical, Scalar> = {
  bool8: 'bool', i8: 'i32', i16: 'i32', i32: 'i32', u8: 'i32', u16: 'i32', u32: 'i64', i64: 'i64', u64: 'i128', i128: 'i128',
  f32: 'f32', f64: 'f64', utf8: 'str', slice: 'str', code8: 'i32', code16: 'i32', code32: 'i32',
}
/** What an appender writes: the value's own width. */
const STORED: Partial<Record<Physical, Scalar>> = { bool8: 'bool', i32: 'i32', i64: 'i64', i128: 'i128', f32: 'f32', f64: 'f64', slice: 'str', code32: 'i32' }

const INTS: ReadonlySet<IrType> = new Set(['i32', 'i64', 'i128'])
const FLOATS: ReadonlySet<IrType> = new Set(['f32', 'f64'])
const COMPARES: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])
const FLOAT_ONLY: ReadonlySet<string> = new Set(['sqrt', 'floor', 'ceil', 'trunc', 'nearest'])

/** Casts that code generation has; bool counts as i32. */
const castExists = (from: Scalar, to: Scalar): boolean => {
  if (from === 'str' || to === 'str' || from === 'vec' || to === 'vec') return false
  if (to === 'bool') return from === 'bool' || from === 'i32'
  if (from === to || (INTS.has(from) || from === 'bool') && INTS.has(to)) return true
  const pair = `${from}>${to}`
  return !['i128>f32', 'f32>i128'].includes(pair)
}

const UNSIGNED_COMPARES: ReadonlySet<string> = new Set(['<u', '<=u', '>u', '>=u'])
const UNSIGNED: ReadonlySet<string> = new Set([...UNSIGNED_COMPARES, '/u', '%u', '>>u', 'minu', 'maxu'])
/** Widenings of i32 and i64, and casts between them and floats. */
const unsignedCast = (from: IrType, to: Scalar): boolean => {
  const small = (t: IrType) => t === 'i32' || t === 'i64'
  return (small(from) && (FLOATS.has(to) || to === 'i64' || to === 'i128')) || (FLOATS.has(from) && small(to))
}
const typeOf = (c: SourceColumn): IrType => {
  const scalar = c.vec && c.physical === 'slice' ? 'vec' : SCALAR[c.physical]
  return c.nullable ? optionOf(scalar) : scalar
}

const keyTypesAgree = (a: readonly IrType[], b: readonly IrType[]): boolean => a.length === b.length && a.every((t, i) => t === b[i])

/** A pipeline whose own sink has the builder. */
const sameBuilder = (p: Pipeline, b: Builder): boolean => p.into === undefined && text(p.builder) === text(b)
/** Names as they come: each lowering of the same makes its own. */
const text = (b: Builder): string => {
  const names = new Map<string, string>()
  return JSON.stringify(b, (key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`
    if (key !== 'name' || typeof value !== 'string') return value
    const name = names.get(value) ?? `#${names.size}`
    names.set(value, name)
    return name
  })
}

/** Types of the key by which tuples of a sink are probed. */
const probedKeys = (join: Builder, ordered: true | undefined): readonly IrType[] | undefined => {
  if (join.builder === 'sorter') return ordered && join.keyed ? KEY_FIELDS : undefined
  return join.builder === 'groupmerger' && !join.contiguous && !ordered ? join.key : undefined
}

class Verifier {
  readonly #around: Surroundings
  readonly #place: string
  readonly #names = new Map<string, IrType>()
  #rows: Map<string, readonly IrType[]>
  /** Builders of the pipelines before this one that no later one merges into. */
  #sinks: readonly (Builder | undefined)[] = []

  constructor(around: Surroundings, place: string, rows: ReadonlyMap<string, readonly IrType[]> = new Map()) {
    this.#around = around
    this.#place = place
    this.#rows = new Map(rows)
  }

  pipeline(program: Program, index: number): void {
    const pipeline = program.pipelines[index] as Pipeline
    const { source, row, builder, body, vector, into } = pipeline
    this.#sinks = program.pipelines.slice(0, index).map((p, sink) => (p.into === undefined && endOf(program.pipelines, sink) < index ? p.builder : undefined))
    this.#builder(builder)
    if (into !== undefined) this.#expect(into < index && sameBuilder(program.pipelines[into] as Pipeline, builder), `no ${builder.builder} like this one is sink ${into}`)
    this.#rows.set(row, this.#sourceTypes(source))
    this.#body(body, builder, row)
    if (vector) this.#vector(vector, source, builder, body)
    if (pipeline.nullFree) this.#nullFree(pipeline)
  }

  /** That both bodies do the same is the optimiser's to see to; the general one tests the columns that either reads. */
  #nullFree(pipeline: Pipeline): void {
    const form = nullFreeForm(pipeline) ?? this.#fail(`no NULL is among ${pipeline.source.source}`)
    this.#rows.set(form.row, this.#sourceTypes(form.source))
    this.#body(form.body, form.builder, form.row)
    if (form.vector) this.#vector(form.vector, form.source, form.builder, form.body)
  }

  /** Whether each expression has lanes is the vectoriser's to know. */
  #vector({ filter, merge }: Vector, { source }: Pipeline['source'], builder: Builder, body: Body): void {
    let ifs = 0
    let end = body
    for (; end.body === 'let' || end.body === 'if'; end = end.next) if (end.body === 'if') ifs++
    this.#expect(source === 'columns' || source === 'rows', `no lanes over ${source}`)
    this.#expect(filter >= 0 && filter <= ifs, `${filter} of ${ifs} filters in lanes`)
    if (merge) this.#expect(filter === ifs && end.body === 'merge' && (builder.builder === 'merger' || (builder.builder === 'dictmerger' && builder.dense !== undefined && extentOf(builder.dense) <= SMALL_EXTENT) || (builder.builder === 'appender' && !builder.layout)), `no ${builder.builder} behind a ${end.body} in lanes`)
    else this.#expect(filter > 0, 'nothing in lanes')
  }

  #fail(what: string): never {
    throw new IrError(`${this.#place}: ${what}`)
  }
  #expect(ok: boolean, what: string): void {
    if (!ok) this.#fail(what)
  }

  #sourceTypes(source: Pipeline['source']): readonly IrType[] {
    if (source.source === 'columns') return source.columns.map(typeOf)
    if (source.source === 'rows') {
      for (const { physical } of source.fields) this.#expect(physical === 'code8' || (ROW_PHYSICALS as readonly Physical[]).includes(physical), `a row has no field of ${physical}`)
      return source.fields.map(typeOf)
    }
    if (source.source === 'range') {
      this.#typed(source.count, 'i32', 'range')
      return ['i32']
    }
    return this.#tuples(source.sink)
  }

  #sink(sink: number): Builder {
    return this.#sinks[sink] ?? this.#fail(`sink ${sink} is not that of an earlier pipeline`)
  }
  #tuples(sink: number): readonly IrType[] {
    const builder = this.#sink(sink)
    return tupleTypes(builder) ?? this.#fail(`a ${builder.builder} is no source`)
  }
  /** Types of the tuples that `find` gives: a join's keys and fields, too. */
  #found(sink: number): { readonly key: readonly IrType[]; readonly types: readonly IrType[] } {
    const b = this.#sink(sink)
    if (b.builder !== 'dictmerger' && b.builder !== 'groupmerger') return this.#fail(`no key finds tuples of a ${b.builder}`)
    if (b.builder === 'dictmerger' && b.local !== undefined) return this.#fail('no key finds tuples of a dictmerger that gives tables up')
    return { key: b.key, types: tupleTypes(b) ?? (b.builder === 'groupmerger' ? [...b.key, ...b.fields] : []) }
  }
  #elements(v: VecRef): readonly IrType[] {
    if (v.vec === 'relation') return v.columns.map(typeOf)
    if (v.vec === 'tuples') return this.#tuples(v.sink)
    this.#typed(v.value, 'vec', 'slice')
    return v.element
  }

  #builder(b: Builder): void {
    if (b.builder === 'sorter') this.#expect(b.keys.length === b.keyTypes.length && b.keys.length > 0, 'a sorter has one type for each key, and a key')
    if (b.builder === 'appender' && b.numbered) this.#expect(b.layout === 'row', 'only rows have numbers')
    if (b.builder === 'appender' && b.layout) {
      for (const f of b.fields) this.#expect((ROW_PHYSICALS as readonly Physical[]).includes(f.physical) && READ_AS[f.physical] === scalarOf(f.type), `a row holds no ${f.type} as ${f.physical}`)
    } else if (b.builder === 'appender') for (const f of b.fields) this.#expect(STORED[f.physical] === scalarOf(f.type) || (f.physical === 'slice' && scalarOf(f.type) === 'vec'), `an appender stores no ${f.type} as ${f.physical}`)
    if (b.builder === 'dictmerger' || b.builder === 'groupmerger') for (const k of b.key) this.#expect(scalarOf(k) !== 'vec', 'a vec is no key')
    if (b.builder === 'groupmerger') this.#join(b)
    if (b.builder === 'framer') this.#framer(b)
    if (b.builder !== 'merger' && b.builder !== 'dictmerger' && b.builder !== 'vecmerger' && b.builder !== 'framer') return
    const state = stateOf(b)
    const combine = combineOf(b)
    const types = state.map((s) => s.type)
    for (const s of state) this.#typed(s.init, s.type, 'init')
    if (b.builder === 'vecmerger') this.#expect(types.length === 1 && b.initial.columns.length === 1 && this.#elements(b.initial)[0] === types[0], `a vecmerger of {${types}} from {${this.#elements(b.initial)}}`)
    if (b.builder === 'dictmerger' && b.dense) {
      this.#expect(b.dense.length === b.key.length, 'a dense dictmerger has a range for each key')
      for (const k of b.key) this.#expect(['bool', 'i32', 'i64'].includes(scalarOf(k)), `no dense key of ${k}`)
      for (const d of b.dense) this.#expect(d.extent >= 1, 'a dense key has at least one value')
    }
    if (b.builder === 'dictmerger' && b.counted !== undefined) this.#expect(b.dense !== undefined && extentOf(b.dense) <= SMALL_EXTENT && types[b.counted] === 'i64', `field ${b.counted} counts no groups`)
    if (b.builder === 'dictmerger' && b.local !== undefined) this.#expect(!b.dense && Number.isInteger(b.local) && b.local >= 1 && b.local <= 2 ** 24, `no dictmerger gives up ${b.local} groups`)
    this.#expect(combine.length === types.length, `combine gives ${combine.length} of ${types.length} fields`)
    this.#rows.set(LEFT_STATE, types).set(RIGHT_STATE, types)
    combine.forEach((e, i) => this.#typed(e, types[i] as IrType, `combine ${i}`))
    this.#rows.delete(LEFT_STATE)
    this.#rows.delete(RIGHT_STATE)
  }

  #framer({ sink, tuple, first, nodes, state }: Extract<Builder, { builder: 'framer' }>): void {
    const sorter = this.#sink(sink)
    this.#expect(sorter.builder === 'sorter' && sorter.window !== undefined && String(sorter.fields) === String(tuple), `sink ${sink} has no rows of a window`)
    for (const from of nodes === undefined ? [first] : [first, nodes]) state.forEach((s, i) => this.#expect(tuple[from + i] === s.type, `field ${from + i} of a window's rows is no ${s.type}`))
  }

  #join({ key, contiguous, dense, marks, filters }: Extract<Builder, { builder: 'groupmerger' }>): void {
    if (contiguous) this.#expect(!dense && !marks && !filters, 'contiguous groups are not for joins')
    const isDense = (k: IrType | undefined, { extent }: DenseKey) => extent >= 1 && (k === 'i32' || k === 'i64')
    if (dense) this.#expect(key.length === 1 && isDense(key[0], dense), `no dense join on {${key}}`)
    for (const f of filters ?? []) {
      const k = key[f.key] ?? this.#fail(`no key ${f.key} to filter by`)
      this.#expect(f.filter === 'bitmap' ? isDense(k, f.range) : !isOption(k), `no ${f.filter} of ${k}`)
    }
  }

  #body(body: Body, builder: Builder, source: string): void {
    const follow = (next: Body) => this.#body(next, builder, source)
    switch (body.body) {
      case 'let':
        this.expression(body.value)
        return this.#bound(body.name, body.value.type, () => follow(body.next))
      case 'if':
        this.#typed(body.cond, 'bool', 'if')
        return follow(body.next)
      case 'probe': {
        const join = this.#sink(body.sink)
        const keys = probedKeys(join, body.ordered) ?? this.#fail(`probe of a ${join.builder}`)
        for (const k of body.key) this.expression(k)
        const types = body.key.map((k) => k.type)
        this.#expect(keyTypesAgree(types, keys), `probe by {${types}} of a join on {${keys}}`)
        this.#expect(!body.ordered || !body.memo, 'codes tell nothing of an order')
        if (body.memo) {
          this.#table(body.memo.table)
          this.#typed(body.memo.code, 'i32', 'memo code')
        }
        this.#expect(!body.marks || (join.builder === 'sorter' ? join.fields.at(-1) === 'bool' : join.builder === 'groupmerger' && join.marks === true), 'a probe marks tuples without marks')
        this.#expect(body.found === undefined || body.kind === 'left' || body.kind === 'mark' || body.kind === 'single', `${body.kind ?? 'inner'} joins do not tell whether there is a match`)
        this.#expect((body.site !== undefined) === (body.kind === 'single'), 'a site of what a probe raises')
        this.#expect(!this.#rows.has(body.row), `row ${body.row} is bound twice`)
        this.#rows.set(body.row, (join as { readonly fields: readonly IrType[] }).fields)
        if (body.residual) this.#typed(body.residual, 'bool', 'residual')
        if (body.kind === 'semi' || body.kind === 'anti' || body.kind === 'mark') this.#rows.delete(body.row)
        if (body.found === undefined) follow(body.next)
        else this.#bound(body.found, 'bool', () => follow(body.next))
        this.#rows.delete(body.row)
        return
      }
      case 'prune': {
        const join = this.#sink(body.sink)
        const filter = join.builder === 'groupmerger' ? join.filters?.[body.filter] : undefined
        if (!filter) return this.#fail(`no filter ${body.filter} of sink ${body.sink}`)
        this.#typed(body.key, scalarOf((join as { readonly key: readonly IrType[] }).key[filter.key] as IrType), 'key of a filter')
        return follow(body.next)
      }
      case 'fork':
        this.#expect(body.branches.length > 0, 'a fork has branches')
        return body.branches.forEach(follow)
      case 'each':
        this.#typed(body.count, 'i32', 'each')
        return this.#bound(body.index, 'i32', () => follow(body.next))
      case 'stage':
        for (const c of body.carry) this.expression(c.value)
        return this.#staged(body.carry, source, () => follow(body.next))
      case 'merge':
        return this.#merge(body, builder)
    }
  }

  #merge({ key, values }: Extract<Body, { body: 'merge' }>, b: Builder): void {
    const keyTypes: readonly IrType[] = b.builder === 'dictmerger' || b.builder === 'groupmerger' ? b.key : b.builder === 'sorter' ? b.keyTypes : b.builder === 'vecmerger' || (b.builder === 'appender' && b.numbered) ? ['i32'] : b.builder === 'framer' ? ['i32', 'i32', 'i32', 'i32'] : []
    const types: readonly IrType[] =
      b.builder === 'appender' ? b.fields.map((f) => f.type) : b.builder === 'groupmerger' || b.builder === 'sorter' ? b.fields : stateOf(b).map((s) => s.type)
    this.#expect(key.length === keyTypes.length, `merge with ${key.length} keys into a ${b.builder} of ${keyTypes.length}`)
    this.#expect(values.length === types.length, `merge with ${values.length} values into a ${b.builder} of ${types.length}`)
    key.forEach((e, i) => this.#typed(e, keyTypes[i] as IrType, `key ${i}`))
    if (stateOf(b).length > 0) this.#rows.set(STATE_ROW, types)
    values.forEach((e, i) => this.#typed(e, types[i] as IrType, `value ${i}`))
    this.#rows.delete(STATE_ROW)
  }

  #table(table: number): void {
    this.#expect(table >= 0 && (this.#around.memos === undefined || table < this.#around.memos), `no memo table ${table}`)
  }

  #bound(name: string, type: IrType, body: () => void): void {
    const outer = this.#names.get(name)
    this.#expect(outer === undefined || outer === type, `${name} is bound as ${outer} and within as ${type}`)
    this.#names.set(name, type)
    body()
    if (outer) this.#names.set(name, outer)
    else this.#names.delete(name)
  }

  /** Only the source's row and the carried names are in scope. */
  #staged(carry: readonly { readonly name: string; readonly value: Ir }[], source: string, body: () => void): void {
    const [names, rows] = [new Map(this.#names), this.#rows]
    this.#names.clear()
    for (const c of carry) this.#names.set(c.name, c.value.type)
    this.#expect(this.#names.size === carry.length, 'a name is carried twice')
    this.#rows = new Map([[source, rows.get(source) as readonly IrType[]]])
    body()
    this.#rows = rows
    this.#names.clear()
    for (const [name, type] of names) this.#names.set(name, type)
  }

  #typed(e: Ir, type: IrType, where: string): void {
    this.expression(e)
    this.#expect(e.type === type, `${where}: ${e.ir} is ${e.type}, not ${type}`)
  }

  #loop(e: Extract<Ir, { ir: 'loop' }>): void {
    this.#typed(e.count, 'i32', 'loop')
    for (const s of e.state) this.expression(s.init)
    this.#expect(new Set([e.index, ...e.state.map((s) => s.name)]).size === 1 + e.state.length, 'a loop binds a name twice')
    this.#expect(e.update.length === e.state.length, `a loop updates ${e.update.length} of ${e.state.length} states`)
    const within = e.state.reduceRight(
      (body: () => void, s) => () => this.#bound(s.name, s.init.type, body),
      () => {
        this.#bound(e.index, 'i32', () => {
          if (e.while) this.#typed(e.while, 'bool', 'while')
          e.update.forEach((u, i) => this.#typed(u, e.state[i]?.init.type as IrType, `update ${i}`))
        })
        this.#typed(e.result, e.type, 'result')
      },
    )
    within()
  }

  expression(e: Ir): void {
    const is = (ok: boolean, what: string) => this.#expect(ok, `${e.ir}${'op' in e ? ` ${e.op}` : ''}: ${what}`)
    const sub = (x: Ir): IrType => {
      this.expression(x)
      return x.type
    }
    switch (e.ir) {
      case 'literal': {
        const kind = typeof e.value
        const wide = e.type === 'i64' || e.type === 'i128' || e.type === 'str' || e.type === 'vec'
        return is(kind === (e.type === 'bool' ? 'boolean' : wide ? 'bigint' : 'number'), `${String(e.value)} as ${e.type}`)
      }
      case 'param':
        return is(this.#around.params === undefined || this.#around.params[e.index] === e.type, `$${e.index} is ${this.#around.params?.[e.index]}, not ${e.type}`)
      case 'ident':
        return is(this.#names.get(e.name) === e.type, `${e.name} is ${this.#names.get(e.name) ?? 'not in scope'}, read as ${e.type}`)
      case 'field': {
        const row = this.#rows.get(e.row)
        is(row !== undefined, `row ${e.row} is not in scope`)
        return is(row?.[e.index] === e.type, `${e.row}.$${e.index} is ${row?.[e.index] ?? 'not there'}, read as ${e.type}`)
      }
      case 'position':
        return is([e.order, e.times, e.plus].every(Number.isSafeInteger) && e.times > 0, `${e.order}, ${e.times}, ${e.plus}`)
      case 'let':
        sub(e.value)
        return this.#bound(e.name, e.value.type, () => is(sub(e.body) === e.type, `${e.body.type} as ${e.type}`))
      case 'if':
      case 'select':
        is(sub(e.cond) === 'bool', `condition is ${e.cond.type}`)
        return is(sub(e.then) === e.type && sub(e.else) === e.type, `${e.then.type} and ${e.else.type} as ${e.type}`)
      case 'binary': {
        const type = sub(e.left)
        is(sub(e.right) === type && !isOption(type) && type !== 'vec', `${type} and ${e.right.type}`)
        if (UNSIGNED.has(e.op)) is(type === 'i32' || type === 'i64', `of ${type}`)
        if (UNSIGNED_COMPARES.has(e.op)) return is(e.type === 'bool', `gives bool, not ${e.type}`)
        if (COMPARES.has(e.op)) return is(e.type === 'bool', `gives bool, not ${e.type}`)
        is(e.type === type, `${type} as ${e.type}`)
        if (e.op === '&&' || e.op === '||') return is(type === 'bool', `of ${type}`)
        if (e.op === '&' || e.op === '|' || e.op === '^') return is(INTS.has(type) || type === 'bool', `of ${type}`)
        if (UNSIGNED.has(e.op)) return
        if (e.op === '%' || e.op === '<<' || e.op === '>>') return is(INTS.has(type) && (type !== 'i128' || e.op === '%'), `of ${type}`)
        return is(INTS.has(type) || FLOATS.has(type), `of ${type}`)
      }
      case 'checked':
        return is(sub(e.left) === e.type && sub(e.right) === e.type && INTS.has(e.type), `${e.left.type} and ${e.right.type} as ${e.type}`)
      case 'unary': {
        const type = sub(e.arg)
        if (e.op === 'length') return is(type === 'str' && e.type === 'i32', `of ${type} as ${e.type}`)
        is(e.type === type, `${type} as ${e.type}`)
        if (e.op === 'not') return is(type === 'bool', `of ${type}`)
        return is(FLOATS.has(type) || (INTS.has(type) && !FLOAT_ONLY.has(e.op)), `of ${type}`)
      }
      case 'cast': {
        const type = sub(e.arg)
        if (e.unsigned) is(unsignedCast(type, e.type), `unsigned ${type} → ${e.type}`)
        return is(!isOption(type) && castExists(type, e.type), `${type} → ${e.type}`)
      }
      case 'narrow':
        return is(sub(e.arg) === 'i32' && e.type === 'i32', `of ${e.arg.type}`)
      case 'option':
        is(sub(e.valid) === 'bool', `validity is ${e.valid.type}`)
        return is(!isOption(sub(e.value)) && optionOf(e.value.type) === e.type, `${e.value.type} as ${e.type}`)
      case 'value':
        return is(isOption(sub(e.arg)) && scalarOf(e.arg.type) === e.type, `${e.arg.type} as ${e.type}`)
      case 'valid':
        return is(isOption(sub(e.arg)) && e.type === 'bool', `${e.arg.type} as ${e.type}`)
      case 'call': {
        const f = (RUNTIME as Record<string, RuntimeFunction>)[e.fn]
        is(f !== undefined, `the runtime has no ${e.fn}`)
        const types = e.args.map(sub)
        return is(f !== undefined && keyTypesAgree(types, f.params) && e.type === f.result, `${e.fn}(${types}) as ${e.type}`)
      }
      case 'lookup':
        return is(sub(e.vector) === 'i32' && sub(e.index) === 'i32' && e.type === 'str', `${e.index.type} in ${e.vector.type} as ${e.type}`)
      case 'memo':
        this.#table(e.table)
        return is(sub(e.code) === 'i32' && sub(e.compute) === e.type, `${e.compute.type} by ${e.code.type} as ${e.type}`)
      case 'element':
        is(this.#elements(e.vec)[e.field] === e.type, `field ${e.field} of {${this.#elements(e.vec)}} as ${e.type}`)
        return is(sub(e.index) === 'i32', `at ${e.index.type}`)
      case 'size':
        this.#elements(e.vec)
        return
      case 'loop':
        return this.#loop(e)
      case 'find': {
        const types = e.key.map(sub)
        const { key } = this.#found(e.sink)
        return is(keyTypesAgree(types, key), `by {${types}} in tuples of {${key}}`)
      }
      case 'tuple': {
        const { types } = this.#found(e.sink)
        return is(sub(e.address) === 'i32' && types[e.index] === e.type, `field ${e.index} of {${types}} at ${e.address.type} as ${e.type}`)
      }
      case 'raise':
        return is(e.code in RAISES, e.code)
    }
  }
}
