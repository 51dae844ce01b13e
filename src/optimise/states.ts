/**
 * Aggregate states: fields that hold the same are one field. sum(x), avg(x) and count(x) over one x keep one total and one
 * count. Two fields are the same where they start, are updated and are combined alike, each reading no field but itself.
 */
import type { Ir } from '../ir/nodes.ts'
import { type Body, type Builder, LEFT_STATE, type Pipeline, type Program, RIGHT_STATE, STATE_ROW } from '../ir/program.ts'
import { mapChildren } from '../ir/walk.ts'
import { Graph } from './graph.ts'

type Aggregate = Extract<Builder, { builder: 'merger' | 'dictmerger' }>
const STATES: ReadonlySet<string> = new Set([STATE_ROW, LEFT_STATE, RIGHT_STATE])
/** Stands for a field's own old value. */
const OWN = -1

export const mergeStates = (program: Program): Program => {
  let { pipelines } = program
  pipelines.forEach((p, sink) => {
    const { builder } = p
    if ((builder.builder !== 'merger' && builder.builder !== 'dictmerger') || builder.state.length < 2) return
    const firsts = sameFields(p, builder)
    if (firsts.every((first, i) => first === i)) return
    pipelines = withoutFields(pipelines, sink, firsts)
  })
  return pipelines === program.pipelines ? program : { pipelines }
}

/** For each field the first one that holds the same. */
const sameFields = (p: Pipeline, builder: Aggregate): readonly number[] => {
  const graph = new Graph(new Map())
  const merge = defineLets(p.body, graph)
  const known = new Map<string, number>()
  return builder.state.map((s, i) => {
    const own = [merge.values[i] as Ir, builder.combine[i] as Ir].map((e) => selfReading(e, i))
    if (own.some((e) => e === undefined)) return i
    const key = [s.type, ...[s.init, ...(own as Ir[])].map((e) => graph.id(graph.add(e)))].join()
    const first = known.get(key) ?? i
    known.set(key, first)
    return first
  })
}

const defineLets = (body: Body, graph: Graph): Extract<Body, { body: 'merge' }> => {
  if (body.body === 'merge') return body
  if (body.body === 'let') {
    const value = graph.add(body.value)
    if (graph.raises(value)) graph.opaque(body.name, value.type)
    else graph.define(body.name, value)
  }
  return defineLets(body.next, graph)
}

/** The expression with its own field's number taken out; undefined where it reads another field. */
const selfReading = (e: Ir, index: number): Ir | undefined => {
  let other = false
  const result = renumber(e, (row, i) => {
    if (!STATES.has(row)) return i
    if (i !== index) other = true
    return OWN
  })
  return other ? undefined : result
}

const renumber = (e: Ir, number: (row: string, index: number) => number, done = new Map<Ir, Ir>()): Ir => {
  const known = done.get(e)
  if (known) return known
  const index = e.ir === 'field' ? number(e.row, e.index) : 0
  const made = e.ir === 'field' ? (index === e.index ? e : { ...e, index }) : mapChildren(e, (child) => renumber(child, number, done))
  done.set(e, made)
  return made
}

const withoutFields = (pipelines: readonly Pipeline[], sink: number, firsts: readonly number[]): readonly Pipeline[] => {
  const kept = firsts.map((_, i) => i).filter((i) => firsts[i] === i)
  const place = firsts.map((first) => kept.indexOf(first))
  return pipelines.map((p, index): Pipeline => {
    if (index === sink) {
      const builder = p.builder as Aggregate
      const state = (e: Ir) => renumber(e, (row, i) => (STATES.has(row) ? (place[i] as number) : i))
      return { ...p, builder: { ...builder, state: kept.map((i) => builder.state[i] as Aggregate['state'][number]), combine: kept.map((i) => state(builder.combine[i] as Ir)) }, body: atMerge(p.body, (values) => kept.map((i) => state(values[i] as Ir))) }
    }
    if (p.source.source !== 'tuples' || p.source.sink !== sink) return p
    const builder = (pipelines[sink] as Pipeline).builder
    const keys = builder.builder === 'dictmerger' ? builder.key.length : 0
    const { row } = p
    return { ...p, body: mapBody(p.body, (e) => renumber(e, (r, i) => (r === row && i >= keys ? keys + (place[i - keys] as number) : i))) }
  })
}

const atMerge = (body: Body, values: (values: readonly Ir[]) => readonly Ir[]): Body =>
  body.body === 'merge' ? { ...body, values: values(body.values) } : { ...body, next: atMerge(body.next, values) }

const mapBody = (body: Body, f: (e: Ir) => Ir): Body => {
  switch (body.body) {
    case 'let':
      return { ...body, value: f(body.value), next: mapBody(body.next, f) }
    case 'if':
      return { ...body, cond: f(body.cond), next: mapBody(body.next, f) }
    case 'probe':
      return { ...body, key: body.key.map(f), memo: body.memo && { ...body.memo, code: f(body.memo.code) }, next: mapBody(body.next, f) }
    case 'merge':
      return { ...body, key: body.key.map(f), values: body.values.map(f) }
  }
}
