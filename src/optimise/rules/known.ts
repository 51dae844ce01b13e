/** What was established before: conditions within the arms of an if on them, behind a lazy and, or. */
import { rule } from '../rule.ts'

const nulls = 'Conditions are plain bools; that a value is there, valid(x), is one of them.'
const floats = 'A condition is found again by identity, its opposite only where there is no NaN.'

export const known = [
  rule({
    name: 'if-known', on: 'if', nulls, floats,
    doc: 'In the arms of an if its condition, what it is made of and its opposite are constants.',
    overflow: 'What is not evaluated again was evaluated before, and did not raise.',
    rewrite: (e, facts) => {
      const [then, otherwise] = [facts.given(e.then, e.cond, true), facts.given(e.else, e.cond, false)]
      return then === e.then && otherwise === e.else ? undefined : { ...e, then, else: otherwise }
    },
  }),
  rule({
    name: 'lazy-known', on: 'binary', nulls, floats,
    doc: 'To the right of a lazy and its left side holds, to the right of a lazy or it does not.',
    overflow: 'What is not evaluated again was evaluated before, and did not raise.',
    rewrite: (e, facts) => {
      if (e.op !== '&&' && e.op !== '||') return undefined
      const right = facts.given(e.right, e.left, e.op === '&&')
      return right === e.right ? undefined : { ...e, right }
    },
  }),
  rule({
    name: 'eager-known', on: 'binary', nulls, floats,
    doc: 'x and f(x) is x and f(true), x or f(x) is x or f(false), for bools.',
    overflow: 'Only where the right side cannot raise, as it is and as it becomes.',
    rewrite: (e, facts) => {
      if ((e.op !== '&' && e.op !== '|') || e.type !== 'bool' || facts.raises(e.right)) return undefined
      const right = facts.given(e.right, e.left, e.op === '&')
      return right === e.right || facts.raises(right) ? undefined : { ...e, right }
    },
  }),
] as const
