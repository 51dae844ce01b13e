/**
 * What mergers keep. A struct is merged field by field; each leaf has one state, of the leaf's own type, where there is a value
 * that changes nothing (0, 1, the greatest, true), or NULL for an option. `first` and `any`, and the least or greatest of
 * strings, need a second one that tells whether there was a merge.
 */
import { binary, FALSE, ifElse, literal, none, not, some, TRUE, valid, value as valueOf, zero } from '../../ir/build.ts'
import { type Ir, type IrType, type Scalar, scalarOf } from '../../ir/nodes.ts'
import type { StateField } from '../../ir/program.ts'
import type { MergeOp, Position, Type } from '../nodes.ts'
import { binaryOp, extreme, type Place } from './arithmetic.ts'
import { leavesOf, leafTypes, scalarType } from './types.ts'
import { unsupported } from './unsupported.ts'

interface LeafState {
  readonly type: Type
  readonly ir: IrType
  /** Whether a flag follows the value. */
  readonly flagged: boolean
}

const leafStates = (type: Type, op: MergeOp, at: Position): readonly LeafState[] => {
  const irs = leavesOf(type, at)
  return leafTypes(type).map((leaf, i) => {
    const flagged = leaf.kind !== 'option' && (op === 'first' || op === 'any' || ((op === 'min' || op === 'max') && scalarType(leaf) === 'str'))
    return { type: leaf, ir: irs[i] as IrType, flagged }
  })
}

const identity = (op: MergeOp, type: Type, scalar: Scalar, at: Position): Ir => {
  switch (op) {
    case '*':
      return scalar === 'f32' || scalar === 'f64' ? literal(scalar, 1) : scalar === 'i32' ? literal('i32', 1) : literal(scalar, 1n)
    case 'min':
    case 'max':
      return scalar === 'str' ? zero('str') : extreme(type, op === 'min', at)
    case '&&':
      return TRUE
    case '||':
      return FALSE
    default:
      return zero(scalar)
  }
}

/** The states before any merge. */
export const freshStates = (type: Type, op: MergeOp, at: Position): readonly StateField[] =>
  leafStates(type, op, at).flatMap(({ type: leaf, ir, flagged }): StateField[] => {
    if (leaf.kind === 'option') return [{ type: ir, init: none(scalarOf(ir)) }]
    const init = identity(op, leaf, scalarOf(ir), at)
    return flagged ? [{ type: ir, init }, { type: 'bool', init: FALSE }] : [{ type: ir, init }]
  })

/** The states of a value as if it had been merged first. */
export const statesFrom = (type: Type, op: MergeOp, leaves: readonly Ir[], at: Position): readonly Ir[] =>
  leafStates(type, op, at).flatMap(({ flagged }, i) => (flagged ? [leaves[i] as Ir, TRUE] : [leaves[i] as Ir]))

/** The merged value's leaves, of the states. */
export const leavesFrom = (type: Type, op: MergeOp, states: readonly Ir[], at: Position): readonly Ir[] => {
  let next = 0
  return leafStates(type, op, at).map(({ flagged }) => {
    const leaf = states[next] as Ir
    next += flagged ? 2 : 1
    return leaf
  })
}

/** The states after one more merge, of the value's leaves. */
export const updated = (type: Type, op: MergeOp, states: readonly Ir[], leaves: readonly Ir[], place: Place): readonly Ir[] => {
  let next = 0
  return leafStates(type, op, place.at).flatMap(({ type: leaf, flagged }, i): readonly Ir[] => {
    const state = states[next++] as Ir
    const added = leaves[i] as Ir
    if (leaf.kind === 'option') return [optionally(leaf.of, op, state, added, place)]
    if (!flagged) return [apply(op, leaf, state, added, place)]
    const had = states[next++] as Ir
    return [ifElse(had, apply(op, leaf, state, added, place), added), TRUE]
  })
}

/** Two workers' states in one; `a` came first. */
export const combined = (type: Type, op: MergeOp, a: readonly Ir[], b: readonly Ir[], place: Place): readonly Ir[] => {
  let next = 0
  return leafStates(type, op, place.at).flatMap(({ type: leaf, flagged }): readonly Ir[] => {
    const [x, y] = [a[next] as Ir, b[next++] as Ir]
    if (leaf.kind === 'option') return [optionally(leaf.of, op, x, y, place)]
    if (!flagged) return [apply(op, leaf, x, y, place)]
    const [hadX, hadY] = [a[next] as Ir, b[next++] as Ir]
    return [ifElse(hadX, ifElse(hadY, apply(op, leaf, x, y, place), x), y), binary('||', hadX, hadY)]
  })
}

const apply = (op: MergeOp, type: Type, a: Ir, b: Ir, place: Place): Ir => {
  if (op === 'first' || op === 'any') return a
  if (op === '&&' || op === '||') return binary(op === '&&' ? '&' : '|', a, b)
  if (op === '*' && type.kind === 'dec128') return unsupported(place.at, 'a product of decimals by merging')
  return binaryOp(op, type, a, b, place)
}

/** NULLs are skipped. */
const optionally = (type: Type, op: MergeOp, state: Ir, added: Ir, place: Place): Ir => {
  const [old, fresh] = [place.scope.bind(state), place.scope.bind(added)]
  const both = some(apply(op, type, valueOf(old), valueOf(fresh), place))
  return ifElse(not(valid(fresh)), old, ifElse(not(valid(old)), fresh, both))
}
