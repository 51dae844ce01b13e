/**
 * Joins brought into a form in which it is plain what NULLs do, before a stage is lowered:
 *
 *   a null-safe key of which one side is never NULL is a plain one: NULL has no partner there either. Of a mark both must be, because
 *   by a plain key a NULL leaves the mark open
 *   where several keys of a mark leave it open, or one and a condition may, they become part of the condition, whose third value
 *   tells: then the mark goes over the rows that agree in the other keys
 */
import { parseType, sameType, typeName } from '../../layout/types.ts'
import type { Expr, JoinKey, PlanNode } from '../../plan/nodes.ts'
import { moved, widthOf } from '../references.ts'
import type { Leaf } from '../stage.ts'
import type { JoinNode } from './equalities.ts'
import { mayBeNull } from './nullability.ts'

/** The stage's root with its joins in that form; leaves stay what they are. */
export const decidedJoins = (root: PlanNode, leaf: (node: PlanNode) => Leaf): PlanNode => {
  const visit = (node: PlanNode): PlanNode => {
    switch (node.op) {
      case 'scan':
      case 'input':
      case 'shared':
      case 'values':
        return node
      case 'join':
        return decided({ ...node, left: visit(node.left), right: visit(node.right) }, leaf)
      case 'setop':
        return { ...node, left: visit(node.left), right: visit(node.right) }
      case 'union':
        return { ...node, inputs: node.inputs.map(visit) }
      default: {
        const input = visit(node.input)
        return input === node.input ? node : ({ ...node, input } as PlanNode)
      }
    }
  }
  return visit(root)
}

/** A plain key of a mark that leaves it open where one side is NULL, and which can be. */
export interface OpenKey {
  readonly key: JoinKey
  readonly left: boolean
  readonly right: boolean
}

export const openKeys = (node: JoinNode, leaf: (node: PlanNode) => Leaf): readonly OpenKey[] =>
  node.keys.flatMap((key) => {
    const [left, right] = [mayBeNull(key.left, node.left, leaf), mayBeNull(key.right, node.right, leaf)]
    return key.nullSafe || !(left || right) ? [] : [{ key, left, right }]
  })

const decided = (node: JoinNode, leaf: (node: PlanNode) => Leaf): JoinNode => {
  const plain = (k: JoinKey): boolean => {
    const [left, right] = [mayBeNull(k.left, node.left, leaf), mayBeNull(k.right, node.right, leaf)]
    return node.kind === 'mark' ? !left && !right : !left || !right
  }
  const keys = node.keys.map((k): JoinKey => (k.nullSafe && plain(k) ? { left: k.left, right: k.right } : k))
  const open = node.kind === 'mark' ? openKeys({ ...node, keys }, leaf).map((k) => k.key) : []
  if (open.length === 0 || (open.length === 1 && !node.residual)) return { ...node, keys }
  const parts = [...open.map((k) => equal(k, widthOf(node.left))), ...(node.residual ? [node.residual] : [])]
  const residual: Expr = { expr: 'call', fn: 'and', args: parts, type: 'bool' }
  return { ...node, keys: keys.filter((k) => !open.includes(k)), residual }
}

/** A key as a condition over left and right columns. */
const equal = ({ left, right }: JoinKey, by: number): Expr => ({ expr: 'call', fn: 'eq', args: alike(left, moved(right, by)), type: 'bool' })

/** Decimals of one scale may be of different precisions. */
const alike = (a: Expr, b: Expr): readonly Expr[] => {
  const [x, y] = [parseType(a.type), parseType(b.type)]
  if (!x || !y || x.kind !== 'decimal' || y.kind !== 'decimal' || sameType(x, y)) return [a, b]
  const type = typeName({ ...x, precision: Math.max(x.precision, y.precision) })
  return [a, b].map((arg): Expr => (arg.type === type ? arg : { expr: 'cast', arg, type, onFailure: 'error' }))
}
