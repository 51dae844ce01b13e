/**
 * Updates of a merger's fields that do not hang on the order of rows: state ← state op x, for the rows for which `when` holds.
 * Sums and products of integers wrap, so they may be regrouped; sums and products of floats may not, their min and max may.
 */
import { FALSE, TRUE } from './build.ts'
import { type Ir, isOption, type Scalar } from './nodes.ts'
import { STATE_ROW } from './program.ts'
import { childrenOf, raisesItself } from './walk.ts'

export type ReductionOp = '+' | '*' | 'min' | 'max' | '&' | '|' | '^'
export interface Reduction {
  readonly op: ReductionOp
  /** Of the state's type; for i128 sums what is added, as an i64 where it is one that was extended, else a field or zero. */
  readonly x: Ir
  /** Rows that count; absent: all. `x` is evaluated for these only. */
  readonly when?: Ir | undefined
}

const INTS: ReadonlySet<string> = new Set<ReductionOp>(['+', '*', 'min', 'max', '&', '|', '^'])
const ALLOWED: Partial<Record<Scalar, ReadonlySet<string>>> = {
  i32: INTS, i64: INTS, i128: new Set(['+']), f32: new Set(['min', 'max']), f64: new Set(['min', 'max']), bool: new Set(['&', '|']),
}
/** Where rows are taken in their order. */
const IN_ORDER: typeof ALLOWED = { ...ALLOWED, f32: new Set(['min', 'max', '+']), f64: new Set(['min', 'max', '+']) }

export const readsState = (e: Ir): boolean => (e.ir === 'field' ? e.row === STATE_ROW : childrenOf(e).some(readsState))
const mayRaise = (e: Ir): boolean => raisesItself(e) || childrenOf(e).some(mayRaise)
const isState = (e: Ir, index: number): boolean => e.ir === 'field' && e.row === STATE_ROW && e.index === index
const both = (a: Ir, b: Ir | undefined): Ir => (b ? { ir: 'binary', type: 'bool', op: '&&', left: a, right: b } : a)
const not = (a: Ir): Ir => ({ ir: 'unary', type: 'bool', op: 'not', arg: a })

/** How field `index` is updated; 'kept' where it stays as it is, undefined where it is no reduction. */
export const reductionOf = (update: Ir, index: number): Reduction | 'kept' | undefined => reduce(update, index, ALLOWED)

const reduce = (update: Ir, index: number, allowed: typeof ALLOWED): Reduction | 'kept' | undefined => {
  if (isState(update, index)) return 'kept'
  switch (update.ir) {
    case 'literal':
      // `true` for every row: state | true.
      return update.type === 'bool' ? { op: update.value ? '|' : '&', x: update.value ? TRUE : FALSE } : undefined
    case 'binary': {
      const [state, x] = isState(update.left, index) ? [update.left, update.right] : isState(update.right, index) ? [update.right, update.left] : []
      if (!state || !x || readsState(x)) return undefined
      const lazy = update.op === '&&' ? '&' : update.op === '||' ? '|' : undefined
      if (lazy && (state !== update.left || mayRaise(x))) return undefined
      const op = lazy ?? update.op
      if (!allowed[update.type]?.has(op)) return undefined
      const added = update.type === 'i128' ? (narrowerSum(x, 'i64') ?? wideField(x)) : x
      return added && { op: op as ReductionOp, x: added }
    }
    case 'if':
    case 'select':
      return readsState(update.cond) ? undefined : conditional(update, index, allowed)
    case 'let': {
      if (readsState(update.value)) return undefined
      const inner = reduce(update.body, index, allowed)
      if (inner === undefined || inner === 'kept') return inner
      const within = (e: Ir): Ir => ({ ir: 'let', type: e.type, name: update.name, value: update.value, body: e })
      return { op: inner.op, x: within(inner.x), when: inner.when && within(inner.when) }
    }
    default:
      return undefined
  }
}

/** A 128-bit field as it is, or zero. */
const wideField = (x: Ir): Ir | undefined => {
  if (x.ir === 'select' || x.ir === 'if') return isZero(x.else) && wideField(x.then) ? x : undefined
  return x.ir === 'field' || (x.ir === 'value' && x.arg.ir === 'field') ? x : undefined
}
export const isZero = (x: Ir): boolean => x.ir === 'literal' && x.type !== 'bool' && x.type !== 'str' && BigInt(x.value) === 0n

const conditional = (e: Extract<Ir, { ir: 'if' | 'select' }>, index: number, allowed: typeof ALLOWED): Reduction | 'kept' | undefined => {
  const [then, otherwise] = [reduce(e.then, index, allowed), reduce(e.else, index, allowed)]
  if (!then || !otherwise) return undefined
  // A select evaluates what it does not take.
  if (e.ir === 'select' && (mayRaise(e.then) || mayRaise(e.else))) return undefined
  if (then === 'kept') return otherwise === 'kept' ? 'kept' : { ...otherwise, when: both(not(e.cond), otherwise.when) }
  if (otherwise === 'kept') return { ...then, when: both(e.cond, then.when) }
  if (then.op !== otherwise.op || then.when || otherwise.when) return undefined
  return { op: then.op, x: { ir: 'if', type: then.x.type, cond: e.cond, then: then.x, else: otherwise.x } }
}

/**
 * A reduction of a group's field, row after row: the value that has a form in lanes, and the update of the old state by the name
 * that stands for it. Rows that do not count are given what leaves the state as it is.
 */
export const groupUpdate = (update: Ir, index: number, name: string): { readonly x: Ir; readonly merged: Ir } | 'kept' | undefined => {
  const reduction = reduce(update, index, IN_ORDER)
  if (!reduction || reduction === 'kept') return reduction
  const { op, when } = reduction
  const { type } = reduction.x
  if (isOption(type) || type === 'i128') return undefined
  const identity = when && identityOf(type, op)
  if (when && !identity) return undefined
  const x: Ir = when && identity ? { ir: 'if', type, cond: when, then: reduction.x, else: identity } : reduction.x
  const added: Ir = { ir: 'ident', type, name }
  const to = update.type as Scalar
  return { x, merged: { ir: 'binary', type: to, op, left: { ir: 'field', type: to, row: STATE_ROW, index }, right: to === type ? added : { ir: 'cast', type: to, arg: added } } }
}

/** What leaves every value of a type as it is; of floats a sum's is −0. */
const identityOf = (type: Scalar, op: ReductionOp): Ir | undefined => {
  const of = (value: number | bigint | boolean): Ir => ({ ir: 'literal', type, value })
  if (type === 'bool') return of(op === '&')
  if (type === 'f32' || type === 'f64') return op === '+' ? of(-0) : of(op === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)
  if (type !== 'i32' && type !== 'i64') return undefined
  const most = (1n << (type === 'i32' ? 31n : 63n)) - 1n
  const n = op === 'min' ? most : op === 'max' ? -most - 1n : op === '*' ? 1n : op === '&' ? -1n : 0n
  return of(type === 'i32' ? Number(n) : n)
}

/** An integer expression as one of a narrower type that has the same value: what was extended, before it was. */
export const narrowerSum = (e: Ir, type: 'i32' | 'i64'): Ir | undefined => {
  switch (e.ir) {
    case 'literal': {
      const value = BigInt(e.value)
      return BigInt.asIntN(type === 'i32' ? 32 : 64, value) === value ? { ir: 'literal', type, value: type === 'i32' ? Number(value) : value } : undefined
    }
    case 'cast':
      if (e.arg.type === type) return e.unsigned ? undefined : e.arg
      if (e.arg.type === 'bool' || (e.arg.type === 'i32' && type === 'i64')) return { ...e, type }
      return e.arg.type === 'i64' && type === 'i32' ? narrowerSum(e.arg, type) : undefined
    case 'if':
    case 'select': {
      const [then, otherwise] = [narrowerSum(e.then, type), narrowerSum(e.else, type)]
      return then && otherwise && { ...e, type, then, else: otherwise }
    }
    case 'let': {
      const body = narrowerSum(e.body, type)
      return body && { ...e, type, body }
    }
    default:
      return undefined
  }
}
