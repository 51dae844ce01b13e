/** Runs a stage on the interpreter, on the main thread, in slices of about 5 ms. */
import type { Lease } from '../bridge/memory.ts'
import { ExecutionError } from '../errors.ts'
import { interpret } from '../fallback/interpret.ts'
import type { Relation } from '../layout/relation.ts'
import type { PlanNode } from '../plan/nodes.ts'
import type { Stage } from '../plan/stages.ts'
import type { Core, ExecuteOptions } from './executor.ts'

export const runInterpreted = async (
  stage: Stage, leaves: readonly { node: PlanNode; relation: Relation }[], core: Core, lease: Lease, options: ExecuteOptions,
): Promise<{ relation: Relation }> => {
  const relations = new Map(leaves.map(({ node, relation }) => [node, relation]))
  try {
    return await interpret(stage.root, {
      resolve: (leaf) => relations.get(leaf) as Relation,
      buffer: core.memory.buffer,
      arena: lease,
      udf: options.udf,
      signal: options.signal,
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
    })
  } catch (error) {
    if (error instanceof ExecutionError && error.stage === undefined) {
      throw new ExecutionError(error.code, error.message, { hint: error.hint, cause: error.cause ?? error, stage: stage.id, node: error.node })
    }
    throw error
  }
}
