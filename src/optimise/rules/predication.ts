/**
 * Predication: an update that happens for some rows only is done for all, with a value that changes nothing for the others, so
 * that no branch has to be foreseen. Not for aggregates in lanes, whose masks do that (vectorise.ts), and not for floats: −0 + 0
 * is 0, and a select between floats is a branch in the machine.
 */
import { FALSE, literal, not, select, TRUE } from '../../ir/build.ts'
import type { BinaryOp, Ir } from '../../ir/nodes.ts'
import { STATE_ROW } from '../../ir/program.ts'
import { WIDTHS } from '../../ir/ranges.ts'
import { type Facts, type Rule, rule, same } from '../rule.ts'
import { constant, isInt } from './fold.ts'

/** More than this is not evaluated for rows that do not need it. */
const CHEAP = 12

const COMMUTES: ReadonlySet<BinaryOp> = new Set(['+', '*', '|', '&', '^', 'min', 'max'])

/** y such that x op y is x, for every x. */
const identity = (op: BinaryOp, type: Ir['type']): Ir | undefined => {
  if (type === 'bool') return op === '|' || op === '||' || op === '^' ? FALSE : op === '&' || op === '&&' ? TRUE : undefined
  if (!isInt(type)) return undefined
  const of = (n: bigint): Ir => literal(type, constant(type, n))
  switch (op) {
    case '+':
    case '-':
    case '|':
    case '^':
      return of(0n)
    case '*':
      return of(1n)
    case '&':
      return of(-1n)
    case 'min':
      return of(WIDTHS[type].max)
    case 'max':
      return of(WIDTHS[type].min)
    default:
      return undefined
  }
}

const predicated = (e: Extract<Ir, { ir: 'if' }>, facts: Facts, isState: (x: Ir) => boolean): Ir | undefined => {
  const [update, cond] = isState(e.else) ? [e.then, e.cond] : isState(e.then) ? [e.else, not(e.cond)] : []
  const state = isState(e.else) ? e.else : e.then
  if (!update || !cond || update.ir !== 'binary' || update.type !== state.type) return undefined
  const x = same(update.left, state) ? update.right : same(update.right, state) && COMMUTES.has(update.op) ? update.left : undefined
  const kept = identity(update.op, update.type)
  if (!x || !kept || facts.raises(x) || facts.cost(x) > CHEAP) return undefined
  return { ...update, left: state, right: select(cond, x, kept) }
}

const told = {
  nulls: 'The state is a plain value; the value of a NULL may be read, and the condition leaves it out.',
  floats: 'Not on floats.',
  overflow: 'Only where the value cannot raise, because it is evaluated for every row; what may raise stays under its condition.',
} as const

/** States of loops: names that stay names. */
export const predication = [
  rule({
    name: 'predicate-loop', on: 'if', ...told,
    doc: 'In a loop, if(c, state op x, state) is state op select(c, x, y), where y changes nothing: 0 for +, 1 for ×, the extremes for min and max.',
    rewrite: (e, facts) => predicated(e, facts, (x) => x.ir === 'ident'),
  }),
] as const

/** States of a dictionary's tuples and of a vec that is merged into. */
export const statePredication: readonly Rule[] = [
  rule({
    name: 'predicate-state', on: 'if', ...told,
    doc: 'Of an aggregate that is not in lanes, if(c, state op x, state) is state op select(c, x, y), where y changes nothing.',
    rewrite: (e, facts) => predicated(e, facts, (x) => x.ir === 'field' && x.row === STATE_ROW),
  }),
]
