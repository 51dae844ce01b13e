/**
 * Whether a kernel is worth making for a stage that only moves columns: one that computes nothing, and reads columns which the interpreter
 * wrote. Where its rows are to be UnsafeRows a kernel has to write them anyway, and where it reads UnsafeRows to read them; so it moves
 * them on the way. Else it would be compiled to copy what lies in columns to columns.
 */
import type { Refusal } from '../errors.ts'
import type { PlanNode } from '../plan/nodes.ts'

/** Rows that the interpreter moves in less than it takes to compile a kernel. */
const FEW = 4096

export interface StageCost {
  readonly root: PlanNode
  /** Where the rows of each leaf come from. */
  readonly inputs: readonly { readonly rows: number; readonly from: 'table' | 'native' | 'interpreter' }[]
  readonly output: 'row' | undefined
}

export const costRefusal = ({ root, inputs, output }: StageCost): Refusal | undefined => {
  if (output === 'row' || inputs.length === 0 || !moves(root)) return undefined
  if (inputs.some(({ rows, from }) => from !== 'interpreter' || rows > FEW)) return undefined
  return { code: 'COST', node: 'stage', reason: 'it would only copy few rows that the interpreter has written' }
}

/** Nothing but columns, rows from a position on, and their division. */
const moves = (node: PlanNode): boolean => {
  switch (node.op) {
    case 'input':
      return true
    case 'project':
      return node.exprs.every((e) => e.expr === 'column') && moves(node.input)
    case 'limit':
    case 'exchange':
      return moves(node.input)
    default:
      return false
  }
}
