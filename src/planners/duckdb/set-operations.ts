/** UNION, INTERSECT, EXCEPT: inputs by position. DuckDB casts them to common types, and puts a DISTINCT above those without ALL. */
import type { PlanNode } from '../../plan/nodes.ts'
import type { Mapped } from './mapped.ts'
import { exact, mapped } from './mapped.ts'
import type { Raw } from './raw.ts'
import { count, malformed, onlyKeys, text } from './raw.ts'

const KEYS = new Set(['type', 'children', 'table_index', 'column_count', 'setop_all', 'allow_out_of_order'])

/** `setop_all` is true where it is left out. */
export const setOperation = (raw: Raw, inputs: readonly Mapped[]): Mapped => {
  const kind = text(raw, 'type')
  onlyKeys(raw, kind, KEYS)
  const all = inputs.map(exact)
  const [left, right] = all
  // A union whose other inputs the optimizer found to be empty.
  if (left !== undefined && right === undefined && kind === 'LOGICAL_UNION') return mapped(left.node, left.types)
  if (left === undefined || right === undefined) throw malformed(`${kind} with ${all.length} inputs`)
  if (all.some((one) => one.types.length !== count(raw, 'column_count') || one.types.some((type, i) => type !== left.types[i]))) throw malformed(`${kind} of different types`)
  if (kind === 'LOGICAL_UNION') return mapped({ op: 'union', inputs: all.flatMap(({ node }) => (node.op === 'union' ? node.inputs : [node])) }, left.types)
  if (all.length !== 2) throw malformed(`${kind} with ${all.length} inputs`)
  const node: PlanNode = { op: 'setop', kind: kind === 'LOGICAL_INTERSECT' ? 'intersect' : 'except', all: raw['setop_all'] !== false, left: left.node, right: right.node }
  return mapped(node, left.types)
}
