/**
 * Filters by LIKE and contains, for all rows of a chunk at once: where a leading filter asks it of a string column of the source and
 * a parameter, one call of the runtime (assembly/text-filter.ts) thins the selection. Of a larger condition such a filter is a
 * conjunct that is taken out and comes last.
 */
import type { Ir } from '../ir/nodes.ts'
import type { Body } from '../ir/program.ts'
import { childrenOf, raisesItself } from '../ir/walk.ts'
import type { FunctionBuilder } from './encoder.ts'
import { CTX_LOCAL, type Scope, type TextPlace } from './scope.ts'

export interface TextFilter {
  readonly place: TextPlace
  readonly pattern: Extract<Ir, { ir: 'param' }>
  /** A byte or −1; undefined: the pattern is the text that is looked for. */
  readonly escape: number | undefined
  readonly negated: boolean
}

type Names = ReadonlyMap<string, Ir>

/** The leading ifs of a body with their conjuncts by text as ifs of their own, behind the rest. */
export const separateText = (scope: Scope, body: Body, names: Names = new Map()): Body => {
  if (body.body === 'let') return { ...body, next: separateText(scope, body.next, new Map(names).set(body.name, body.value)) }
  if (body.body !== 'if') return body
  const guard = guardOf(body.cond)
  if (guard && takeText(scope, guard[0], names)) return separateText(scope, { ...body, cond: guard[0], next: { body: 'if', cond: guard[1], next: body.next } }, names)
  const next = separateText(scope, body.next, names)
  const texts: Ir[] = []
  let rest: Ir | undefined = body.cond
  while (rest) {
    const taken = takeText(scope, rest, names)
    if (!taken) break
    texts.unshift(taken.text)
    rest = taken.rest
  }
  if (texts.length === 0) return { ...body, next }
  const behind = texts.reduceRight((inner: Body, cond): Body => ({ body: 'if', cond, next: inner }), next)
  return rest ? { ...body, cond: rest, next: behind } : behind
}

/** How many ifs come before the first one by text. */
export const filtersBeforeText = (scope: Scope, body: Body, names: Names = new Map()): number => {
  if (body.body === 'let') return filtersBeforeText(scope, body.next, new Map(names).set(body.name, body.value))
  return body.body !== 'if' || textFilterOf(scope, body.cond, names) ? 0 : 1 + filtersBeforeText(scope, body.next, names)
}

/** The first if of a body, where it is by text. */
export const leadingText = (scope: Scope, body: Body, names: Names = new Map()): TextFilter | undefined => {
  if (body.body === 'let') return leadingText(scope, body.next, new Map(names).set(body.name, body.value))
  return body.body === 'if' ? textFilterOf(scope, body.cond, names) : undefined
}

/** Selects the rows `row` … `end` − 1 (locals) from the address in `at` on, which becomes the selection's end. */
export const emitEveryRow = ({ f, callees }: Scope, at: number, row: number, end: number): void => {
  f.get(CTX_LOCAL).get(at).get(row).get(end).call(callees.runtime('select_rows')).set(at)
}

/** Thins the selection from `selection` to `at` (locals with addresses). */
export const emitTextFilter = (scope: Scope, { place, pattern, escape, negated }: TextFilter, selection: number, at: number): void => {
  const { f } = scope
  f.get(CTX_LOCAL).get(selection).get(at).get(place.data)
  offsetsOf(f, place)
  f.get((scope.params.get(pattern.index) as readonly number[])[0] as number)
  f.i32(escape ?? -1).i32((negated ? 1 : 0) | (escape === undefined ? 2 : 0)).call(scope.callees.runtime('text_select')).set(at)
}
const offsetsOf = (f: FunctionBuilder, { offsets }: TextPlace): FunctionBuilder => (offsets === undefined ? f.i32(0) : f.get(offsets))

const textFilterOf = (scope: Scope, e: Ir, names: Names): TextFilter | undefined => {
  if (scope.outlined?.reads(e)) return undefined
  if (e.ir === 'unary' && e.op === 'not') {
    const inner = textFilterOf(scope, e.arg, names)
    return inner && { ...inner, negated: !inner.negated }
  }
  if (e.ir !== 'call' || (e.fn !== 'str_like' && e.fn !== 'str_contains')) return undefined
  const [subject, pattern, escape] = e.args
  const place = placeOf(scope, subject as Ir, names)
  if (!place || pattern?.ir !== 'param' || !scope.params.has(pattern.index)) return undefined
  if (e.fn === 'str_contains') return { place, pattern, escape: undefined, negated: false }
  return escape?.ir === 'literal' ? { place, pattern, escape: Number(escape.value), negated: false } : undefined
}

/** Where a string column lies that the expression reads. */
const placeOf = (scope: Scope, e: Ir, names: Names): TextPlace | undefined => {
  if (e.ir === 'value') return placeOf(scope, e.arg, names)
  if (e.ir === 'ident') {
    const value = names.get(e.name)
    return value && placeOf(scope, value, names)
  }
  return e.ir === 'field' ? scope.rows.get(e.row)?.text?.(e.index) : undefined
}

/** The last conjunct by text, and what remains; where the text came first, only if evaluating the others before it raises nothing. */
const takeText = (scope: Scope, e: Ir, names: Names): { readonly text: Ir; readonly rest: Ir | undefined } | undefined => {
  if (textFilterOf(scope, e, names)) return { text: resolved(e, names), rest: undefined }
  if (scope.outlined?.reads(e)) return undefined
  if (e.ir === 'let') {
    const taken = takeText(scope, e.body, new Map(names).set(e.name, e.value))
    // what may raise is evaluated even where nothing reads it
    if (!taken || (!taken.rest && mayRaise(e.value))) return undefined
    return { text: taken.text, rest: taken.rest && { ...e, body: taken.rest } }
  }
  if (e.ir !== 'binary' || e.type !== 'bool' || (e.op !== '&' && e.op !== '&&')) return undefined
  const both = (left: Ir | undefined, right: Ir | undefined): Ir | undefined => (left && right ? { ...e, left, right } : (left ?? right))
  const last = takeText(scope, e.right, names)
  if (last) return { text: last.text, rest: both(e.left, last.rest) }
  const first = mayRaise(e.right) ? undefined : takeText(scope, e.left, names)
  return first && { text: first.text, rest: both(first.rest, e.right) }
}

/** What stands before a condition that may raise, and that condition; what is named in both is read twice. */
const guardOf = (e: Ir): readonly [Ir, Ir] | undefined => {
  if (e.ir === 'let') {
    const inner = e.value.ir === 'field' ? guardOf(e.body) : undefined
    return inner && [{ ...e, body: inner[0] }, { ...e, body: inner[1] }]
  }
  return e.ir === 'binary' && e.op === '&&' && mayRaise(e.right) ? [e.left, e.right] : undefined
}
const mayRaise = (e: Ir): boolean => raisesItself(e) || childrenOf(e).some(mayRaise)

/** Without the names that stand only within the condition. */
const resolved = (e: Ir, names: Names): Ir => {
  if (e.ir === 'unary') return { ...e, arg: resolved(e.arg, names) }
  if (e.ir === 'call') return { ...e, args: e.args.map((a) => resolved(a, names)) }
  if (e.ir === 'value') return { ...e, arg: resolved(e.arg, names) }
  const value = e.ir === 'ident' ? names.get(e.name) : undefined
  return value ? resolved(value, names) : e
}
