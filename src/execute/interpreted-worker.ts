/** The worker's side of an interpreted stage whose functions are module exports. */
import type { CallScope } from '../bridge/worker.ts'
import { ArcweldError, ExecutionError } from '../errors.ts'
import { interpret } from '../fallback/interpret.ts'
import type { Udf } from '../fallback/udf.ts'
import type { Relation } from '../layout/relation.ts'
import type { SqlType } from '../layout/types.ts'
import { leavesOf } from '../plan/leaves.ts'
import type { PlanNode } from '../plan/nodes.ts'

export interface WorkerStage {
  readonly root: PlanNode
  /** One for each leaf, in order. */
  readonly relations: readonly Relation[]
  readonly lease: number
  readonly udfs: readonly { readonly name: string; readonly args: readonly SqlType[]; readonly returns: SqlType; readonly nulls: 'skip' | 'pass'; readonly module: { readonly url: string; readonly name: string } }[]
  /** 1: the query was aborted. */
  readonly stop: Int32Array<SharedArrayBuffer>
}

export type WorkerStageResult =
  | { readonly relation: Relation; readonly failure?: undefined }
  | { readonly relation?: undefined; readonly failure: { readonly code?: string | undefined; readonly message: string; readonly node?: string | undefined; readonly cause?: unknown } }

/** Errors cross threads as data: a class would arrive as a plain Error. */
export const runStage = async ({ root, relations, lease, udfs, stop }: WorkerStage, scope: CallScope): Promise<WorkerStageResult> => {
  const abort = new AbortController()
  const leaves = leavesOf(root)
  try {
    const functions = new Map<string, Udf>()
    for (const { name, module, ...types } of udfs) functions.set(name, { ...types, fn: ((await import(module.url)) as Record<string, Udf['fn']>)[module.name] as Udf['fn'] })
    const { relation } = await interpret(root, {
      resolve: (leaf) => relations[leaves.indexOf(leaf)] as Relation,
      buffer: scope.memory.buffer,
      arena: scope.arena(lease),
      udf: (name) => functions.get(name) as Udf,
      signal: abort.signal,
      breathe: async () => {
        if (Atomics.load(stop, 0)) abort.abort()
      },
    })
    return { relation }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (!(error instanceof ArcweldError)) return { failure: { message } }
    return { failure: { code: error.code, message, node: error instanceof ExecutionError ? error.node : undefined, cause: error.cause instanceof Error ? new Error(error.cause.message) : undefined } }
  }
}
