/**
 * Runs a stage on the interpreter: on the main thread, in slices of about 5 ms, because the functions a user gives as closures
 * can only run there; or, where every function of the stage comes from a module, in a worker.
 */
import type { Lease } from '../bridge/memory.ts'
import { ArcweldError, type ErrorCode, ExecutionError } from '../errors.ts'
import { interpret } from '../fallback/interpret.ts'
import type { Relation } from '../layout/relation.ts'
import { expressionsOf, udfsOf } from '../operators/references.ts'
import type { PlanNode } from '../plan/nodes.ts'
import type { Stage } from '../plan/stages.ts'
import type { Core, ExecuteOptions } from './query.ts'
import type { WorkerStage, WorkerStageResult } from './interpreted-worker.ts'

interface LeafRelation {
  readonly node: PlanNode
  readonly relation: Relation
}

export const runInterpreted = async (stage: Stage, leaves: readonly LeafRelation[], core: Core, lease: Lease, options: ExecuteOptions): Promise<Relation> => {
  const names = new Set(expressionsOf(stage.root).flatMap(udfsOf))
  const udfs = [...names].map((name) => ({ name, udf: options.udf(name) }))
  const modules = udfs.map(({ name, udf }) => ({ name, args: udf.args, returns: udf.returns, nulls: udf.nulls, module: udf.module }))
  const inWorker = modules.length > 0 && modules.every((m) => m.module)
  return inWorker ? runInWorker(stage, leaves, core, lease, options, modules as WorkerStage['udfs']) : runHere(stage, leaves, core, lease, options)
}

const runHere = async (stage: Stage, leaves: readonly LeafRelation[], core: Core, lease: Lease, options: ExecuteOptions): Promise<Relation> => {
  const relations = new Map(leaves.map(({ node, relation }) => [node, relation]))
  try {
    const { relation } = await interpret(stage.root, {
      resolve: (leaf) => relations.get(leaf) as Relation,
      buffer: core.memory.buffer,
      arena: lease,
      udf: options.udf,
      signal: options.signal,
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
    })
    return relation
  } catch (error) {
    if (!(error instanceof ExecutionError) || error.stage !== undefined) throw error
    throw new ExecutionError(error.code, error.message, { hint: error.hint, cause: error.cause ?? error, stage: stage.id, node: error.node })
  }
}

const runInWorker = async (
  stage: Stage, leaves: readonly LeafRelation[], core: Core, lease: Lease, { signal }: ExecuteOptions, udfs: WorkerStage['udfs'],
): Promise<Relation> => {
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const abort = () => Atomics.store(stop, 0, 1)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const payload: WorkerStage = { root: stage.root, relations: leaves.map((l) => l.relation), lease: lease.id, udfs, stop }
    const result = (await core.pool.call(new URL('./interpreted-worker.js', import.meta.url), 'runStage', payload)) as WorkerStageResult
    signal?.throwIfAborted()
    if (result.relation) return result.relation
    const { code, message, node, cause } = result.failure
    if (code === undefined) throw new ArcweldError('UDF_FAILED', message, { cause })
    throw new ExecutionError(code as ErrorCode, message, { stage: stage.id, node, cause })
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}
