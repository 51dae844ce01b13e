/** Whether what a tree took in are values of the types it was taken for. */
import { Misfit } from './nested-part.ts'
import { KINDS, type Reading, typeOf } from './shape.ts'
import { CELLS } from './text.ts'
import type { JsonFunctions, TreeNode } from './tree.ts'

/** KINDS of the cells that a node has seen; integers are of 64 bits until they are read. */
const kindsOf = (seen: number): number => {
  const has = (cell: number): boolean => ((seen >>> cell) & 1) === 1
  return (
    (has(CELLS.true) || has(CELLS.false) ? KINDS.bool : 0) |
    (has(CELLS.integer) ? KINDS.integer : 0) |
    (has(CELLS.decimal) ? KINDS.double : 0) |
    (has(CELLS.string) || has(CELLS.escaped) ? KINDS.string : 0) |
    (has(CELLS.object) ? KINDS.object : 0) |
    (has(CELLS.array) ? KINDS.array : 0)
  )
}

/**
 * 'shape': a type that was found out does not hold everything, or a key is new. A misfit: a value is no struct, list or map where one was asked
 * for. What scalars of a type that was asked for make of texts is told when they are read.
 */
export const misfits = (node: TreeNode, reading: Reading, runtime: JsonFunctions, context: number): 'shape' | Misfit | undefined => {
  const kinds = kindsOf(node.seen)
  switch (reading.kind) {
    case 'json':
      return undefined
    case 'scalar':
      if (!reading.strict) return undefined
      if ((kinds & ~reading.kinds) !== 0) return 'shape'
      if (reading.times !== 0) return runtime.json_times(context | 0, node.cells | 0, node.count, reading.times) === 0 ? 'shape' : undefined
      // Strings that are all dates say so only as long as none is there that is not.
      return undefined
    case 'struct':
      return unlike(node, kinds, KINDS.object, reading) ?? (reading.strict && node.unknown !== 0 ? 'shape' : firstOf(node, reading.fields.map((f) => f.value), runtime, context))
    case 'list':
      return unlike(node, kinds, KINDS.array, reading) ?? misfits(node.children[0]!, reading.element, runtime, context)
    case 'map':
      return unlike(node, kinds, KINDS.object, reading) ?? misfits(node.children[1]!, reading.element, runtime, context)
  }
}

const unlike = (node: TreeNode, kinds: number, kind: number, reading: Exclude<Reading, { kind: 'json' | 'scalar' }>): 'shape' | Misfit | undefined => {
  if ((kinds & ~kind) === 0) return undefined
  return reading.strict ? 'shape' : new Misfit(node.odd, typeOf(reading), false)
}

const firstOf = (node: TreeNode, readings: readonly Reading[], runtime: JsonFunctions, context: number): 'shape' | Misfit | undefined => {
  for (const [i, child] of node.children.entries()) {
    const found = child && misfits(child, readings[i]!, runtime, context)
    if (found) return found
  }
  return undefined
}
