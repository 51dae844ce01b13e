/** if and select: constant conditions, equal arms, arms that are the condition. */
import { not } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import { isLiteral, rule, same } from '../rule.ts'

const nulls = 'Arms may be options: they are taken as they are, value and validity.'
const floats = 'Arms are taken as they are, bit for bit.'

const chosen = (e: Extract<Ir, { ir: 'if' | 'select' }>): Ir | undefined => (isLiteral(e.cond, true) ? e.then : isLiteral(e.cond, false) ? e.else : undefined)
const asCondition = (e: Extract<Ir, { ir: 'if' | 'select' }>): Ir | undefined => {
  if (isLiteral(e.then, true) && isLiteral(e.else, false)) return e.cond
  return isLiteral(e.then, false) && isLiteral(e.else, true) ? not(e.cond) : undefined
}

export const branches = [
  rule({
    name: 'if-constant', on: 'if', nulls, floats,
    doc: 'Of an if on a constant the arm taken remains.',
    overflow: 'The other arm is never evaluated, before and after.',
    rewrite: chosen,
  }),
  rule({
    name: 'select-constant', on: 'select', nulls, floats,
    doc: 'Of a select on a constant the side taken remains.',
    overflow: 'Only where the other side, which was evaluated, cannot raise.',
    rewrite: (e, facts) => (facts.raises(isLiteral(e.cond, true) ? e.else : e.then) ? undefined : chosen(e)),
  }),
  rule({
    name: 'if-same', on: 'if', nulls, floats,
    doc: 'An if with equal arms is the arm.',
    overflow: 'Only where the condition cannot raise.',
    rewrite: (e, facts) => (same(e.then, e.else) && !facts.raises(e.cond) ? e.then : undefined),
  }),
  rule({
    name: 'select-same', on: 'select', nulls, floats,
    doc: 'A select of equal sides is the side.',
    overflow: 'Only where the condition cannot raise.',
    rewrite: (e, facts) => (same(e.then, e.else) && !facts.raises(e.cond) ? e.then : undefined),
  }),
  rule({
    name: 'if-condition', on: 'if', nulls: 'The arms are plain bools.', floats,
    doc: 'if(c, true, false) is c, if(c, false, true) is not c; with one constant arm it is a lazy and, or.',
    overflow: 'The same is evaluated.',
    rewrite: (e) => {
      if (e.type !== 'bool') return undefined
      if (isLiteral(e.else, false)) return { ir: 'binary', type: 'bool', op: '&&', left: e.cond, right: e.then }
      if (isLiteral(e.then, true)) return { ir: 'binary', type: 'bool', op: '||', left: e.cond, right: e.else }
      return asCondition(e)
    },
  }),
  rule({
    name: 'select-condition', on: 'select', nulls: 'The sides are plain bools.', floats,
    doc: 'select(c, true, false) is c, select(c, false, true) is not c.',
    overflow: 'The same is evaluated.',
    rewrite: asCondition,
  }),
  rule({
    name: 'if-not', on: 'if', nulls, floats,
    doc: 'if(not c, a, b) is if(c, b, a).',
    overflow: 'The same arm is evaluated.',
    rewrite: (e) => (e.cond.ir === 'unary' && e.cond.op === 'not' ? { ...e, cond: e.cond.arg, then: e.else, else: e.then } : undefined),
  }),
  rule({
    name: 'select-not', on: 'select', nulls, floats,
    doc: 'select(not c, a, b) is select(c, b, a).',
    overflow: 'Both sides are evaluated, before and after.',
    rewrite: (e) => (e.cond.ir === 'unary' && e.cond.op === 'not' ? { ...e, cond: e.cond.arg, then: e.else, else: e.then } : undefined),
  }),
] as const
