/** Functions and names: a call becomes its body, a name what it stands for where that costs nothing. */
import { letIn, result } from '../../build.ts'
import type { Expr, Iter, Of } from '../../nodes.ts'
import { codes, commute, isCheap, runsLoops, useOf } from '../facts.ts'
import { substitute } from '../names.ts'
import { isBuilder } from '../../types.ts'
import { rule } from '../rule.ts'
import { uses } from '../walk.ts'

const nulls = 'Values pass unchanged.'
const exact = 'Values pass unchanged, bit for bit.'

/** Rows that wait at a staging point: the loop that makes them runs when they are read. */
export const isStagedResult = (e: Expr): e is Of<'result'> => e.expr === 'result' && e.builder.type.kind === 'staged'

/** What of a staged loop is evaluated where it stands: what it runs over. */
const codesBeforeRounds = (e: Expr): number => {
  if (e.expr !== 'for') return codes(e)
  const { iteration } = e
  const parts = iteration.over === 'range' ? [iteration.start, iteration.end, iteration.stride] : iteration.iters.flatMap((i) => [i.of, i.start, i.end, i.stride])
  return parts.reduce((all, x) => (x ? all | (isStagedResult(x) ? codesBeforeRounds(x.builder) : codes(x)) : all), codes(e.builder))
}

/** Where a let may stand around a node in place of around its part: nothing is evaluated before that part. */
const floatOut = (part: Expr, around: (inner: Expr) => Expr): Expr | undefined => {
  if (part.expr !== 'let' || part.annotations?.['staged'] !== undefined) return undefined
  const body = around(part.body)
  return { ...part, type: body.type, body }
}

/** What later rules count on: no function but those that loops hold, staged rows right where they are read. */
export const functions = [
  rule({
    name: 'inline-apply', on: 'apply', nulls, floats: exact,
    doc: '(|x, y| body)(a, b) is let x = a; let y = b; body.',
    overflow: 'Arguments are evaluated in the same order, once.',
    rewrite: (e) => {
      if (e.fn.expr === 'let') return floatOut(e.fn, (fn) => ({ ...e, fn }))
      if (e.fn.expr !== 'lambda') return undefined
      const { params, body } = e.fn
      return params.reduceRight<Expr>((inner, p, i) => letIn(p.name, e.args[i] as Expr, inner), body)
    },
  }),
  rule({
    name: 'inline-function', on: 'let', nulls, floats: exact,
    doc: 'A function with a name stands wherever the name is read, each time with names of its own.',
    overflow: 'A function raises where it is applied, not where it is named.',
    rewrite: (e, names) => (e.value.expr === 'lambda' ? substitute(e.body, e.name, () => names.copy(e.value)) : undefined),
  }),
  rule({
    name: 'inline-staged', on: 'let', nulls, floats: exact,
    doc: 'Staged rows with a name are put where they are read.',
    overflow: 'Their loop runs when they are read in any case; what it runs over is evaluated earlier or later only where no error can tell.',
    rewrite: (e) => {
      if (!isStagedResult(e.value) || uses(e.body, e.name) !== 1) return undefined
      const use = useOf(e.body, e.name)
      return use.repeated || !commute(codesBeforeRounds(e.value.builder), use.before) ? undefined : substitute(e.body, e.name, () => e.value)
    },
  }),
  rule({
    name: 'float-let', on: 'let', nulls, floats: exact,
    doc: 'let a = (let b = x; y); body is let b = x; let a = y; body.',
    overflow: 'Evaluation keeps its order.',
    rewrite: (e) => floatOut(e.value, (value) => ({ ...e, value })),
  }),
] as const

/** Lets stand around what other rules look for, not within. */
export const floats = [
  rule({
    name: 'float-let-of-field', on: 'field', nulls, floats: exact,
    doc: '(let b = x; y).$0 is let b = x; y.$0.',
    overflow: 'Evaluation keeps its order.',
    rewrite: (e) => floatOut(e.of, (of) => ({ ...e, of })),
  }),
  rule({
    name: 'float-let-of-result', on: 'result', nulls, floats: exact,
    doc: 'result(let b = x; y) is let b = x; result(y).',
    overflow: 'Evaluation keeps its order.',
    rewrite: (e) => floatOut(e.builder, (builder) => ({ ...e, builder })),
  }),
  rule({
    name: 'float-let-of-loop', on: 'for', nulls, floats: exact,
    doc: 'for((let b = x; v), …) is let b = x; for(v, …).',
    overflow: 'Evaluation keeps its order: the first vec is what a loop evaluates first.',
    rewrite: (e) => {
      if (e.iteration.over !== 'vecs') return undefined
      const [first, ...rest] = e.iteration.iters
      return first && floatOut(first.of, (of) => ({ ...e, iteration: { over: 'vecs', iters: [{ ...first, of } as Iter, ...rest] } }))
    },
  }),
] as const

export const lets = [
  rule({
    name: 'inline-let', on: 'let', nulls, floats: exact,
    doc: 'A name stands for its value where that is a literal, a name or a field of one, or where the name is read once and not in a loop that does not hold the let; what runs loops goes into no branch.',
    overflow: 'What can raise moves only to where it is surely evaluated, and past nothing that raises another error.',
    rewrite: (e) => {
      if (e.annotations?.['staged'] !== undefined) return undefined
      const n = uses(e.body, e.name)
      if (n === 0) return undefined
      if (isCheap(e.value)) return substitute(e.body, e.name, () => e.value)
      if (n > 1) return undefined
      const use = useOf(e.body, e.name)
      const raises = codes(e.value)
      if (use.repeated || (use.lazy && (raises !== 0 || runsLoops(e.value)))) return undefined
      return commute(raises, use.before) ? substitute(e.body, e.name, () => e.value) : undefined
    },
  }),
  rule({
    name: 'dead-let', on: 'let', nulls, floats: exact,
    doc: 'A name that nothing reads is left out.',
    overflow: 'Only where its value cannot raise.',
    rewrite: (e) => (uses(e.body, e.name) === 0 && codes(e.value) === 0 ? e.body : undefined),
  }),
  rule({
    name: 'dead-builder', on: 'let', nulls, floats: exact,
    doc: 'A builder that nothing uses any more, and that cannot be left out, is named by its result.',
    overflow: 'It is evaluated as before.',
    rewrite: (e) => (uses(e.body, e.name) === 0 && codes(e.value) !== 0 && isBuilder(e.value.type) ? { ...e, value: result(e.value) } : undefined),
  }),
] as const
