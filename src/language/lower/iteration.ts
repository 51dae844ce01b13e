/** What loops run over: one vec or several in step, or numbers; as rows of a pipeline or as rounds within a row. */
import { binary, ifElse, TRUE } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import type { Expr, Of, Type } from '../nodes.ts'
import { elementAt, i64, readable, sizeOf, stepsBetween, windowOf } from './elements.ts'
import { lower } from './expression.ts'
import type { Scope } from './scope.ts'
import { numberedRows, roundsOf, type Rows, rowsOf } from './slots.ts'
import { unsupported } from './unsupported.ts'
import { type Elements, type Env, irOf, scalar, type Value } from './values.ts'

type For = Of<'for'>

/** What a loop's vecs are, one of several read in step. */
interface Vec {
  readonly of: Elements
  readonly element: Type
}

const vecsOf = (e: For, env: Env | undefined, scope: Scope): readonly Vec[] | undefined => {
  const { iteration } = e
  if (iteration.over === 'range') return undefined
  return iteration.iters.map((iter): Vec => {
    const vec = lower(iter.of, env, scope)
    if (vec.kind !== 'vec') return unsupported(iter.of.at, `a loop over a ${vec.kind}`)
    const bound = (x: Expr | undefined) => x && irOf(lower(x, env, scope))
    const bounds = { start: bound(iter.start), end: bound(iter.end), stride: bound(iter.stride) }
    const whole = !bounds.start && !bounds.end && !bounds.stride
    return { element: vec.element, of: whole ? vec.of : windowOf(readable(vec.of, vec.element, e.at, scope), bounds, e.at, scope) }
  })
}

export interface Rounds {
  /** i64. */
  readonly count: Ir
  readonly element: (index: Ir, scope: Scope) => Value
}

const rangeRounds = (e: For, env: Env | undefined, scope: Scope): Rounds => {
  if (e.iteration.over !== 'range') throw new Error('no range')
  const part = (x: Expr) => scope.bind(irOf(lower(x, env, scope)))
  const [start, end, given] = [part(e.iteration.start), part(e.iteration.end), part(e.iteration.stride)]
  const raised = (what: string) => scope.lowering.raise('i64', 'RAISED', what, e.at)
  const known = given.ir === 'literal' && BigInt(given.value) > 0n
  const stride = known ? given : scope.bind(ifElse(binary('<', given, i64(1)), raised('a stride below 1'), given))
  const steps = scope.bind(stepsBetween(start, end, stride))
  const count = steps.ir === 'literal' ? steps : scope.bind(ifElse(binary('<u', steps, i64(2n ** 32n - 1n)), steps, raised('a range of 2^32 numbers or more')))
  const one = known && BigInt(given.value as bigint) === 1n
  return { count, element: (index, inner) => scalar(inner.bind(binary('+', start, one ? index : binary('*', index, stride)))) }
}

/** Vecs by number; their lengths agree or it raises. */
const vecRounds = (vecs: readonly Vec[], e: For, scope: Scope): Rounds => {
  const read = vecs.map((vec): Vec => ({ ...vec, of: readable(vec.of, vec.element, e.at, scope) }))
  const sizes = read.map((vec) => sizeOf(vec.of, scope))
  const [first, ...others] = sizes as [Ir, ...Ir[]]
  const same = others.map((size) => binary('==', first, size)).reduce((a, b) => binary('&', a, b), TRUE)
  const count = others.length ? scope.bind(ifElse(same, first, scope.lowering.raise('i64', 'RAISED', 'a zip of vecs of different lengths', e.at))) : first
  return {
    count,
    element: (index, inner) => {
      const values = read.map((vec) => elementAt(vec.of, vec.element, index, e.at, inner))
      return values.length === 1 ? (values[0] as Value) : { kind: 'struct', fields: values }
    },
  }
}

export const roundsFor = (e: For, env: Env | undefined, scope: Scope): Rounds => {
  const vecs = vecsOf(e, env, scope)
  return vecs ? vecRounds(vecs, e, scope) : rangeRounds(e, env, scope)
}

/** Rows of a pipeline: columns or tuples as they lie where nobody asks for an element's number, else by number. */
export const rowsFor = (e: For, env: Env | undefined, numbered: boolean, scope: Scope): Rows => {
  const { lowering } = scope
  const vecs = vecsOf(e, env, scope)
  if (vecs?.length === 1) {
    const [{ of, element }] = vecs as [Vec]
    return rowsOf(of, element, numbered, e.at, scope)
  }
  if (vecs && !numbered && vecs.every((vec) => vec.of.at === 'slot')) {
    const from = vecs.map((vec) => (vec.of as Extract<Elements, { at: 'slot' }>).slot)
    const element: Type = { kind: 'struct', fields: vecs.map((vec) => vec.element) }
    const slot = lowering.slot(element, from.flatMap((f) => lowering.slotInfo(f).columns))
    lowering.steps.push({ step: 'zip', from, slot, site: lowering.site('RAISED', 'a zip of vecs of different lengths', e.at) })
    return rowsOf({ at: 'slot', slot }, element, false, e.at, scope)
  }
  const { count, element } = vecs ? vecRounds(vecs, e, scope) : rangeRounds(e, env, scope)
  return numberedRows(scope.bind(roundsOf(count)), lowering.row(), element)
}
