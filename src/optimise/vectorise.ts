/**
 * The vectoriser: notes at each pipeline over columns or rows what code generation does in lanes. Filters are split so that what has a
 * form in lanes goes first and thins out the rows for the rest; a merger all of whose updates are reductions, and an appender
 * all of whose values are in lanes, go into lanes as a whole; so does a dictmerger by small dense keys whose fields only add up, if its filters are
 * not expected to leave out most rows. Nothing else is changed: without the note the same program is scalar code.
 */
import { type Ir, isOption, type Scalar, scalarOf } from '../ir/nodes.ts'
import { mapForms } from '../ir/null-free.ts'
import { type Body, extentOf, type Pipeline, type Program, SMALL_EXTENT, type Vector } from '../ir/program.ts'
import { groupUpdate, type Reduction, reductionOf } from '../ir/reductions.ts'
import { childrenOf, raisesItself } from '../ir/walk.ts'
import { laneBytes, type LaneContext, laneReason } from './lanes.ts'

export interface Verdict {
  readonly pipeline: Pipeline
  /** Why the pipeline, or the part of it that is not, is not in lanes; for explain and tests. */
  readonly reasons: readonly string[]
}

/** `selective`: pipelines, by number, whose filters leave out most rows. */
export const vectorise = (program: Program, selective: ReadonlySet<number> = new Set()): Program => ({ ...program, pipelines: program.pipelines.map((p, i) => mapForms(p, (form) => judge(form, selective.has(i)).pipeline)) })

export const judge = (pipeline: Pipeline, selective = false): Verdict => {
  const { vector: _, ...plain } = pipeline
  const { source } = plain
  if (source.source !== 'columns' && source.source !== 'rows') return { pipeline: plain, reasons: [`a source of ${source.source}`] }
  const cx: LaneContext = { row: plain.row, columns: source.source === 'rows' ? source.fields : source.columns, wide: source.source === 'columns', names: new Set() }
  const whole = wholeReason(plain, cx, selective)
  if (typeof whole !== 'string') return { pipeline: { ...plain, vector: whole }, reasons: [] }
  const split = splitFilters(plain.body, cx)
  if (!split.filters) return { pipeline: plain, reasons: [whole, ...split.reasons] }
  return { pipeline: { ...plain, body: split.body, vector: { filter: split.filters, merge: false } }, reasons: [whole, ...split.reasons] }
}

/** A function of more than about 4 KB takes V8 longer to optimise than lanes save; the scalar code is in it, too. */
const MOST_BYTES = 2000
/** Conditions of more are not looked into. */
const VAST = 20 * MOST_BYTES
const TOO_LARGE = 'too large'
const reasonOf = (e: Ir, cx: LaneContext): string | undefined => (laneBytes(e, MOST_BYTES) > MOST_BYTES ? TOO_LARGE : laneReason(e, cx))
const mayRaise = (e: Ir): boolean => raisesItself(e) || childrenOf(e).some(mayRaise)

const wholeReason = (p: Pipeline, cx: LaneContext, selective: boolean): Vector | string => {
  const { builder } = p
  const grouped = builder.builder === 'dictmerger'
  if (builder.builder !== 'merger' && builder.builder !== 'appender' && !grouped) return `a ${builder.builder}`
  if (grouped && (!builder.dense || extentOf(builder.dense) > SMALL_EXTENT)) return 'a dictmerger of no small array'
  if (grouped && selective) return 'few rows to group'
  // Scalar code is faster: the words that lanes gather from rows are put together only to be taken apart again.
  if (grouped && !cx.wide) return 'groups of rows'
  const names = new Set(cx.names)
  if (builder.builder === 'appender' && builder.layout) return 'a result in rows'
  const inner = { ...cx, names }
  let filter = 0
  let bytes = 0
  let at = p.body
  for (; at.body === 'let' || at.body === 'if'; at = at.next) {
    const e = at.body === 'let' ? at.value : at.cond
    const reason = reasonOf(e, inner)
    if (reason) return reason
    if (at.body === 'let') names.add(at.name)
    else filter++
    bytes += laneBytes(e, MOST_BYTES)
  }
  if (at.body !== 'merge') return `a ${at.body}`
  // What comes to a field is stored, or folded, with code of its own.
  const folded = builder.builder === 'merger'
  if (grouped) for (const key of at.key) bytes += laneBytes(key, MOST_BYTES) + POSITION_BYTES
  for (const value of at.values) bytes += laneBytes(value, MOST_BYTES) + (grouped ? ADDED_BYTES[scalarOf(value.type)] : folded ? FOLDED_BYTES : isOption(value.type) ? 2 * STORED_BYTES : STORED_BYTES)
  if (bytes > MOST_BYTES) return TOO_LARGE
  if (grouped && !at.key.every(({ type }) => scalarOf(type) === 'i32' || scalarOf(type) === 'i64')) return 'a key that is no integer'
  const found = grouped ? groupUpdates(at.key, at.values) : folded ? reductions(at.values) : at.values
  if (typeof found === 'string') return found
  for (const e of found) {
    const reason = laneReason(e, inner)
    if (reason) return reason
  }
  if (builder.builder === 'appender' && builder.fields.some((f) => !STORED.has(f.physical))) return 'a narrow result'
  return { filter, merge: true }
}
const STORED_BYTES = 60
/** Of each key; of each field, for eight rows. */
const POSITION_BYTES = 100
const ADDED_BYTES: Record<Scalar, number> = { i64: 160, f64: 160, i32: 200, f32: 200, bool: 240, i128: 420, str: 1, vec: 1 }
const FOLDED_BYTES = 150
const STORED: ReadonlySet<string> = new Set(['bool8', 'i32', 'code32', 'i64', 'f32', 'f64'])

/** What the fields' reductions evaluate. */
const reductions = (values: readonly Ir[]): readonly Ir[] | string => {
  const found = values.map(reductionOf)
  const none = found.indexOf(undefined)
  if (none >= 0) return `field ${none} hangs on the order of rows`
  return (found as (Reduction | 'kept')[]).flatMap((r) => (r === 'kept' ? [] : r.when ? [r.x, r.when] : [r.x]))
}

/** What keys and updates of a group's fields evaluate. */
const groupUpdates = (key: readonly Ir[], values: readonly Ir[]): readonly Ir[] | string => {
  const found = values.map((value, i) => groupUpdate(value, i, '#lane'))
  const none = found.indexOf(undefined)
  if (none >= 0) return `field ${none} is not added up`
  return [...key, ...found.flatMap((update) => (update === undefined || update === 'kept' ? [] : [update.x]))]
}

interface Split {
  readonly body: Body
  /** How many leading ifs are in lanes. */
  readonly filters: number
  readonly reasons: readonly string[]
}

const splitFilters = (body: Body, cx: LaneContext): Split => {
  if (body.body === 'let') {
    const reason = reasonOf(body.value, cx)
    if (reason) return { body, filters: 0, reasons: hasFilter(body.next) ? [reason] : [] }
    const rest = splitFilters(body.next, { ...cx, names: new Set([...cx.names, body.name]) })
    return { ...rest, body: { ...body, next: rest.body } }
  }
  if (body.body !== 'if') return { body, filters: 0, reasons: [] }
  const { lanes, others, reasons } = splitCondition(body.cond, cx)
  if (!lanes) return { body, filters: 0, reasons }
  if (others) return { body: { body: 'if', cond: lanes, next: { ...body, cond: others } }, filters: 1, reasons }
  const rest = splitFilters(body.next, cx)
  return { body: { ...body, cond: lanes, next: rest.body }, filters: 1 + rest.filters, reasons: rest.reasons }
}
const hasFilter = (body: Body): boolean => body.body === 'if' || (body.body === 'let' && hasFilter(body.next))

/**
 * A condition as what is in lanes and the rest, which is evaluated where the lanes hold. A conjunct goes ahead of others only
 * where it cannot raise, and of none that can: what they raise must not be lost, nor raised for rows that they exclude.
 */
const splitCondition = (cond: Ir, cx: LaneContext): { readonly lanes?: Ir | undefined; readonly others?: Ir | undefined; readonly reasons: readonly string[] } => {
  const reason = reasonOf(cond, cx)
  if (!reason) return { lanes: cond, reasons: [] }
  if (laneBytes(cond, VAST) > VAST) return { reasons: [TOO_LARGE] }
  const lanes: Ir[] = []
  const others: Ir[] = []
  const reasons: string[] = []
  let blocked = false
  for (const part of conjunctsOf(cond)) {
    const why = reasonOf(part, cx)
    if (!why && !blocked && (others.length === 0 || !mayRaise(part))) lanes.push(part)
    else {
      if (mayRaise(part)) blocked = true
      others.push(part)
      reasons.push(why ?? 'behind what may raise')
    }
  }
  return { lanes: conjunction(lanes), others: conjunction(others), reasons }
}

const conjunctsOf = (e: Ir): readonly Ir[] => {
  // The right side of & is evaluated even where the left does not hold: what it raises stays with it.
  if (e.ir === 'binary' && e.type === 'bool' && (e.op === '&&' || (e.op === '&' && !mayRaise(e.right)))) return [...conjunctsOf(e.left), ...conjunctsOf(e.right)]
  if (e.ir !== 'let' || mayRaise(e.value)) return [e]
  const parts = conjunctsOf(e.body)
  return parts.length > 1 ? parts.map((body): Ir => ({ ...e, body })) : [e]
}
const conjunction = (parts: readonly Ir[]): Ir | undefined =>
  parts.length ? parts.reduce((left, right): Ir => ({ ir: 'binary', type: 'bool', op: '&&', left, right })) : undefined
