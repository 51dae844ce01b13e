/** Loops with few rounds that are known, and mergers that no loop merges into: straight code. */
import { binary, letIn, literal, name } from '../../build.ts'
import type { Expr, MergeOp, Of, Type } from '../../nodes.ts'
import { codes } from '../facts.ts'
import { mergedValue, mergeSites } from '../merges.ts'
import { type Names, substituteAll } from '../names.ts'
import { rule } from '../rule.ts'
import { size, uses } from '../walk.ts'
import { paramsOf } from './fusion.ts'

const MOST_ROUNDS = 8
const MOST_NODES = 400

/** What the rounds' elements are, with what has to be evaluated before the first. */
interface Rounds {
  readonly elements: readonly Expr[]
  readonly before: readonly { readonly id: string; readonly value: Expr }[]
}
const integer = (e: Expr): bigint | undefined => (e.expr === 'literal' && typeof e.value !== 'string' && typeof e.value !== 'boolean' ? BigInt(e.value) : undefined)

const roundsOf = (e: Of<'for'>, names: Names): Rounds | undefined => {
  if (e.iteration.over === 'range') {
    const [start, end, stride] = [integer(e.iteration.start), integer(e.iteration.end), integer(e.iteration.stride)]
    if (start === undefined || end === undefined || stride === undefined || stride < 1n || end - start > stride * BigInt(MOST_ROUNDS)) return undefined
    const elements: Expr[] = []
    for (let at = start; at < end; at += stride) elements.push(literal(e.iteration.start.type, at, e))
    return { elements, before: [] }
  }
  const [only] = e.iteration.iters
  if (!only || e.iteration.iters.length > 1 || only.start || only.end || only.stride || only.of.expr !== 'vec' || only.of.items.length > MOST_ROUNDS) return undefined
  const before = only.of.items.map((value) => ({ id: names.fresh('item'), value }))
  return { elements: before.map(({ id, value }) => name(id, value.type, value)), before }
}
const after = (before: Rounds['before'], e: Expr): Expr => before.reduceRight<Expr>((inner, { id, value }) => letIn(id, value, inner), e)

const withoutLoops = (e: Expr, b: string): boolean => {
  if (e.expr === 'for') return uses(e, b) === 0
  return e.expr === 'let' ? withoutLoops(e.value, b) && withoutLoops(e.body, b) : e.expr === 'merge' ? withoutLoops(e.builder, b) : e.expr === 'if' ? withoutLoops(e.then, b) && withoutLoops(e.else, b) : true
}

const unroll = (e: Of<'for'>, names: Names): Expr | undefined => {
  if (e.step.expr !== 'lambda') return undefined
  const { b } = paramsOf(e.step)
  // What is not in a loop is a pipeline of its own: a builder of its own pays only where it goes away altogether.
  if (e.builder.expr === 'newbuilder' && !(foldable(e.builder.type) && mergeSites(e.step.body, new Set([b])) !== undefined && withoutLoops(e.step.body, b))) return undefined
  const rounds = roundsOf(e, names)
  if (!rounds || rounds.elements.length * size(e.step.body) > MOST_NODES) return undefined
  const states = rounds.elements.map(() => names.fresh(b))
  let made: Expr = states.length === 0 ? e.builder : name(states.at(-1) as string, e.type, e)
  let last = true
  for (let k = states.length - 1; k >= 0; k--) {
    const state = k === 0 ? e.builder : name(states[k - 1] as string, e.type, e)
    const copy = names.copy(e.step) as Of<'lambda'>
    const round = letIn(paramsOf(copy).b, state, atRound(copy, k, rounds.elements[k] as Expr))
    made = last ? round : letIn(states[k] as string, round, made)
    last = false
  }
  // The builder is evaluated after the items.
  return after(rounds.before, made)
}
const atRound = (step: Of<'lambda'>, k: number, element: Expr): Expr => {
  const p = paramsOf(step)
  return substituteAll(step.body, new Map<string, (use: Expr) => Expr>([[p.i, (use) => literal(use.type, BigInt(k), use)], [p.e, () => element]]))
}

const unrollMap = (e: Of<'result'>, names: Names): Expr | undefined => {
  const made = e.builder
  if (made.expr !== 'for' || made.step.expr !== 'lambda' || made.builder.expr !== 'newbuilder' || made.builder.type.kind !== 'appender') return undefined
  if (made.builder.initial && codes(made.builder.initial) !== 0) return undefined
  if (!mergedValue(made.step.body, paramsOf(made.step).b)) return undefined
  const rounds = roundsOf(made, names)
  if (!rounds || rounds.elements.length === 0 || rounds.elements.length * size(made.step.body) > MOST_NODES) return undefined
  const items = rounds.elements.map((element, k) => {
    const copy = names.copy(made.step) as Of<'lambda'>
    return mergedValue(atRound(copy, k, element), paramsOf(copy).b) as Expr
  })
  return after(rounds.before, { expr: 'vec', type: e.type, at: e.at, items })
}

const WIDTHS: Readonly<Record<string, readonly [boolean, number]>> = {
  i8: [true, 8], i16: [true, 16], i32: [true, 32], i64: [true, 64], i128: [true, 128], u8: [false, 8], u16: [false, 16], u32: [false, 32], u64: [false, 64],
}
/** What a merger holds before the first merge. */
const identity = (op: MergeOp, type: Type): number | bigint | boolean | undefined => {
  const scalar = type.kind === 'dec128' ? 'i128' : type.kind === 'scalar' ? type.scalar : ''
  if (op === '&&' || op === '||') return scalar === 'bool' ? op === '&&' : undefined
  if (scalar === 'f32' || scalar === 'f64') return { '+': 0, '*': 1, min: Infinity, max: -Infinity, first: undefined, any: undefined }[op]
  const width = WIDTHS[scalar]
  if (!width || op === 'first' || op === 'any' || (op === '*' && type.kind === 'dec128')) return undefined
  const [signed, bits] = width
  const top = (1n << BigInt(signed ? bits - 1 : bits)) - 1n
  return { '+': 0n, '*': 1n, min: top, max: signed ? -top - 1n : 0n }[op]
}
const foldable = (type: Type): boolean => type.kind === 'merger' && identity(type.op, type.of) !== undefined

/** A merger's value: its builders are read as the values they hold. */
const fold = (e: Expr, op: Exclude<MergeOp, 'first' | 'any'>, type: Type, states: ReadonlySet<string>): Expr | undefined => {
  switch (e.expr) {
    case 'newbuilder':
      return e.initial ?? literal(type, identity(op, type) as number | bigint | boolean, e)
    case 'name':
      return states.has(e.name) ? { ...e, type } : undefined
    case 'merge': {
      const state = fold(e.builder, op, type, states)
      // `&&` and `||` do not evaluate what comes after an answer.
      return state && ((op !== '&&' && op !== '||') || codes(e.value) === 0) ? binary(op, state, e.value, type) : undefined
    }
    case 'if': {
      const then = fold(e.then, op, type, states)
      const otherwise = then && fold(e.else, op, type, states)
      return then && otherwise && { ...e, type, then, else: otherwise }
    }
    case 'let': {
      const value = e.value.type.kind === 'merger' ? fold(e.value, op, type, states) : e.value
      const body = value && fold(e.body, op, type, value === e.value ? states : new Set(states).add(e.name))
      return value && body && { ...e, type, value, body }
    }
    default:
      return undefined
  }
}

const nulls = 'Values pass unchanged; a merger of options is left as it is.'
const floats = 'Merges keep their order, and begin with the same value.'

export const unrolling = [
  rule({
    name: 'unroll-loop', on: 'for', nulls, floats,
    doc: 'A loop over a range of literals or a vec that is written out, of at most 8 rounds, is its rounds one after the other.',
    overflow: 'Rounds keep their order; elements are evaluated before the first.',
    rewrite: unroll,
  }),
  rule({
    name: 'unroll-map', on: 'result', nulls, floats,
    doc: 'Such a loop into an appender that merges once a round, of one round at least, is [x, y, …].',
    overflow: 'Elements are evaluated in the same order.',
    rewrite: unrollMap,
  }),
  rule({
    name: 'fold-merger', on: 'result', nulls, floats,
    doc: 'result(merge(merge(merger[T, +], x), y)) is 0 + x + y, through `if` and `let`.',
    overflow: 'Merges wrap as the operator does; `&&` and `||` only of values that cannot raise, because they are lazy.',
    rewrite: (e) => {
      const { type } = e.builder
      if (type.kind !== 'merger' || type.op === 'first' || type.op === 'any' || !foldable(type)) return undefined
      return fold(e.builder, type.op, type.of, new Set())
    },
  }),
] as const
