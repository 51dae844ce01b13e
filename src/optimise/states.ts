/**
 * Aggregate states: fields that hold the same are one field, and fields that nothing reads are none. sum(x), avg(x) and
 * count(x) over one x keep one total and one count. Two fields are the same where they start, are updated and are combined
 * alike, each reading no field but itself. What a field that is left out would have raised is not raised: nothing needs it.
 */
import type { Ir } from '../ir/nodes.ts'
import { type Body, type Builder, combineOf, endOf, LEFT_STATE, mapStep, nextOf, type Pipeline, type Program, RIGHT_STATE, STATE_ROW, type StateField, stateOf, stepExpressions } from '../ir/program.ts'
import { childrenOf, mapChildren } from '../ir/walk.ts'
import { Graph } from './graph.ts'

type Aggregate = Extract<Builder, { builder: 'merger' | 'dictmerger' }>
type Merge = Extract<Body, { body: 'merge' }>
const STATES: ReadonlySet<string> = new Set([STATE_ROW, LEFT_STATE, RIGHT_STATE])
/** Stands for a field's own old value. */
const OWN = -1
/** In place of the field that holds the same: the field is left out. */
const NONE = -1

/** `fixed`: sinks whose fields are read by number from outside of the program; so are those that no pipeline reads. */
export const mergeStates = (program: Program, fixed: ReadonlySet<number> = new Set()): Program => {
  let { pipelines } = program
  for (let sink = pipelines.length - 1; sink >= 0; sink--) {
    const aggregate = aggregateOf(pipelines, sink)
    if (!aggregate || fixed.has(sink)) continue
    const read = aggregate.state.length ? fieldsRead(pipelines, sink, aggregate) : undefined
    if (read && read.size < aggregate.state.length) pipelines = withoutFields(pipelines, sink, aggregate.state.map((_, i) => (read.has(i) ? i : NONE)))
  }
  pipelines.forEach((_, sink) => {
    const p = pipelines[sink] as Pipeline
    const aggregate = aggregateOf(pipelines, sink)
    if (fixed.has(sink) || !aggregate || aggregate.state.length < 2) return
    const firsts = sameFields(p, aggregate)
    if (firsts.some((first, i) => first !== i)) pipelines = withoutFields(pipelines, sink, firsts)
  })
  return pipelines === program.pipelines ? program : { pipelines }
}
/** Of a sink that one pipeline merges into. */
const aggregateOf = (pipelines: readonly Pipeline[], sink: number): Aggregate | undefined => {
  const { builder, into } = pipelines[sink] as Pipeline
  if (into !== undefined || endOf(pipelines, sink) !== sink) return undefined
  return builder.builder === 'merger' || builder.builder === 'dictmerger' ? builder : undefined
}

/** Of a sink that other pipelines read: the fields they read, and those that the updates of these read; at least one of a merger's. */
const fieldsRead = (pipelines: readonly Pipeline[], sink: number, aggregate: Aggregate): ReadonlySet<number> | undefined => {
  const keys = aggregate.builder === 'dictmerger' ? aggregate.key.length : 0
  const read = new Set<number>()
  let isRead = false
  for (const p of pipelines.slice(sink + 1)) {
    if (isSourceOf(p, sink)) isRead = true
    visitPipeline(p, (e) => {
      if (refersTo(e, sink)) isRead = true
      if (isField(e) && readsSink(e, p, sink) && numberOf(e) >= keys) read.add(numberOf(e) - keys)
    })
  }
  if (!isRead) return undefined
  if (aggregate.builder === 'merger' && read.size === 0) read.add(0)
  const merges = mergesOf((pipelines[sink] as Pipeline).body)
  for (const i of read) {
    const visit = (e: Ir): void => {
      // A set's new members are visited, too.
      if (e.ir === 'field' && STATES.has(e.row)) read.add(e.index)
      childrenOf(e).forEach(visit)
    }
    for (const e of [...merges.map((m) => m.values[i] as Ir), aggregate.combine[i] as Ir]) visit(e)
  }
  return read
}

const isSourceOf = (p: Pipeline, sink: number): boolean => p.source.source === 'tuples' && p.source.sink === sink
const isField = (e: Ir): e is Reads => e.ir === 'field' || e.ir === 'tuple' || e.ir === 'element'
const readsSink = (e: Reads, p: Pipeline, sink: number): boolean => (e.ir === 'field' ? isSourceOf(p, sink) && e.row === p.row : refersTo(e, sink))
const refersTo = (e: Ir, sink: number): boolean => {
  if (e.ir === 'element' || e.ir === 'size') return e.vec.vec === 'tuples' && e.vec.sink === sink
  return (e.ir === 'tuple' || e.ir === 'find') && e.sink === sink
}
const mergesOf = (body: Body): readonly Merge[] => (body.body === 'merge' ? [body] : nextOf(body).flatMap(mergesOf))

/** Every expression of a pipeline, those that are one object once. */
const visitPipeline = (p: Pipeline, visit: (e: Ir) => void): void => {
  const seen = new Set<Ir>()
  const go = (e: Ir): void => {
    if (seen.has(e)) return
    seen.add(e)
    visit(e)
    childrenOf(e).forEach(go)
  }
  const walk = (b: Body): void => {
    stepExpressions(b).forEach(go)
    nextOf(b).forEach(walk)
  }
  walk(p.body)
  if (p.source.source === 'range') go(p.source.count)
  for (const field of stateOf(p.builder)) go(field.init)
  combineOf(p.builder).forEach(go)
}

/** For each field the first one that holds the same. */
const sameFields = (p: Pipeline, builder: Aggregate): readonly number[] => {
  const graph = new Graph(new Map())
  const merges: Merge[] = []
  defineLets(p.body, graph, merges)
  const known = new Map<string, number>()
  return builder.state.map((s, i) => {
    const own = [...merges.map((m) => m.values[i] as Ir), builder.combine[i] as Ir].map((e) => selfReading(e, i))
    if (own.some((e) => e === undefined)) return i
    const key = [s.type, ...[s.init, ...(own as Ir[])].map((e) => graph.id(graph.add(e)))].join()
    const first = known.get(key) ?? i
    known.set(key, first)
    return first
  })
}

/** Makes names stand for their values, and finds the merges. */
const defineLets = (body: Body, graph: Graph, merges: Merge[]): void => {
  const define = (name: string, e: Ir): void => {
    const value = graph.add(e)
    if (graph.raises(value)) graph.opaque(name, value.type)
    else graph.define(name, value)
  }
  if (body.body === 'merge') merges.push(body)
  if (body.body === 'let') define(body.name, body.value)
  if (body.body === 'each') graph.opaque(body.index, 'i32')
  if (body.body === 'stage') for (const c of body.carry) define(c.name, c.value)
  for (const next of nextOf(body)) defineLets(next, graph, merges)
}

/** The expression with its own field's number taken out; undefined where it reads another field. */
const selfReading = (e: Ir, index: number): Ir | undefined => {
  let other = false
  const result = renumber(e, (x, i) => {
    if (x.ir !== 'field' || !STATES.has(x.row)) return i
    if (i !== index) other = true
    return OWN
  })
  return other ? undefined : result
}

/** Nodes that read a numbered field. */
type Reads = Extract<Ir, { ir: 'field' | 'tuple' | 'element' }>
const numberOf = (e: Reads): number => (e.ir === 'element' ? e.field : e.index)

const renumber = (e: Ir, number: (e: Reads, index: number) => number, done = new Map<Ir, Ir>()): Ir => {
  const known = done.get(e)
  if (known) return known
  const inner = mapChildren(e, (child) => renumber(child, number, done))
  let made = inner
  if (inner.ir === 'field' || inner.ir === 'tuple' || inner.ir === 'element') {
    const index = number(inner, numberOf(inner))
    if (index !== numberOf(inner)) made = inner.ir === 'element' ? { ...inner, field: index } : { ...inner, index }
  }
  done.set(e, made)
  return made
}

const withoutFields = (pipelines: readonly Pipeline[], sink: number, firsts: readonly number[]): readonly Pipeline[] => {
  const kept = firsts.map((_, i) => i).filter((i) => firsts[i] === i)
  const place = firsts.map((first) => kept.indexOf(first))
  const { builder } = pipelines[sink] as Pipeline
  const keys = builder.builder === 'dictmerger' ? builder.key.length : 0
  return pipelines.map((p, index): Pipeline => {
    if (index < sink) return p
    if (index === sink) {
      const aggregate = builder as Aggregate
      const state = (e: Ir) => renumber(e, (x, i) => (x.ir === 'field' && STATES.has(x.row) ? (place[i] as number) : i))
      return { ...p, builder: { ...aggregate, state: kept.map((i) => aggregate.state[i] as Aggregate['state'][number]), combine: kept.map((i) => state(aggregate.combine[i] as Ir)) }, body: atMerge(p.body, (values) => kept.map((i) => state(values[i] as Ir))) }
    }
    const done = new Map<Ir, Ir>()
    const moved = (e: Ir) => renumber(e, (x, i) => (readsSink(x, p, sink) && i >= keys ? keys + (place[i - keys] as number) : i), done)
    return { ...p, builder: mapBuilder(p.builder, moved), body: mapBody(p.body, moved) }
  })
}

const atMerge = (body: Body, values: (values: readonly Ir[]) => readonly Ir[]): Body =>
  body.body === 'merge' ? { ...body, values: values(body.values) } : mapStep(body, (e) => e, (next) => atMerge(next, values))

const mapBody = (body: Body, f: (e: Ir) => Ir): Body => mapStep(body, f, (next) => mapBody(next, f))
const mapBuilder = (b: Builder, f: (e: Ir) => Ir): Builder => {
  const state = (fields: readonly StateField[]) => fields.map((s) => ({ type: s.type, init: f(s.init) }))
  if (b.builder === 'merger' || b.builder === 'dictmerger' || b.builder === 'framer') return { ...b, state: state(b.state), combine: b.combine.map(f) }
  return b.builder === 'vecmerger' ? { ...b, fields: state(b.fields), combine: b.combine.map(f) } : b
}
