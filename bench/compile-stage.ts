/**
 * What one stage costs until its code is fast: IR → bytes, bytes → module and instance, each pipeline's first thousand rows (V8
 * compiles a function when it is first called), and how long the same rows have to be given again until calls are as fast as
 * they get (V8 optimises a function after some calls). The stage runs on this thread beside the real run, over the same sources.
 */
import type { Job } from '../dist/bridge/job.js'
import type { SharedMemory } from '../dist/bridge/memory.js'
import { encodeStage, type LoweredStage } from '../dist/compile.js'
import { writeContexts } from '../dist/execute/contexts.js'
import { writeParameters } from '../dist/execute/parameters.js'
import { CTX } from '../dist/ir/context.js'

export interface StageCost {
  readonly encodeMs: number
  /** new WebAssembly.Module and Instance. */
  readonly moduleMs: number
  readonly bytes: number
  readonly functionSizes: readonly number[]
  readonly pipelines: readonly PipelineCost[]
}

export interface PipelineCost {
  /** The first call, of up to 1024 rows; undefined where its source has none. */
  readonly firstMs: number | undefined
  /** From the first call's begin until calls are as fast as they get, and the rows given by then; undefined where they did not settle. */
  readonly optimised: { readonly ms: number; readonly rows: number } | undefined
}

const FIRST_ROWS = 1024
/** How long, and how often, the first rows are given again. */
const SETTLE_MS = 150
const SETTLE_CALLS = 400

let serial = 0
/** The same module with a section that says nothing, so that V8's cache of identical bytes does not know it. */
const unknown = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const name = Buffer.from(`n${process.pid}-${serial++}`)
  const section = Uint8Array.of(0, name.length + 1, name.length, ...name)
  const out = new Uint8Array(bytes.length + section.length)
  out.set(bytes)
  out.set(section, bytes.length)
  return out
}

const timed = <T>(run: () => T): readonly [T, number] => {
  const start = performance.now()
  const result = run()
  return [result, performance.now() - start]
}

type Kernel = (ctx: number, from: number, to: number) => void
type Kernels = Record<string, Kernel | undefined>

export const stageCost = (lowered: LoweredStage, job: Job, memory: SharedMemory, runtime: WebAssembly.Module): StageCost => {
  const lease = memory.lease()
  // What the same rows leave, given again and again.
  let leavings = memory.lease()
  try {
    const [{ bytes, functionSizes }, encodeMs] = timed(() => encodeStage(lowered))
    const words = new Uint32Array(memory.buffer)
    let idle = 0
    const reserve = (ctx: number, size: number): number => {
      try {
        return (ctx >>> 0 === idle ? leavings : lease).reserve(size >>> 0) | 0
      } catch {
        return 0
      }
    }
    const env = { memory: memory.memory, reserve }
    const imports = { env, runtime: new WebAssembly.Instance(runtime, { env }).exports, math: Math }
    const code = unknown(bytes)
    const [kernels, moduleMs] = timed(() => new WebAssembly.Instance(new WebAssembly.Module(code), imports).exports as Kernels)
    const { shared, contexts } = writeContexts(lowered, writeParameters(lowered.params, lease), lease.id, 2, lease)
    // The second context is for the same rows again and again: finish functions must not see what that leaves.
    words[shared / 4 + 1] = 1
    const real = contexts[0] as number
    idle = contexts[1] as number
    const untouched = words.slice(idle / 4, (idle + lowered.layout.contextBytes) / 4)
    const call = (kernel: Kernel, ctx: number, { vectors, first }: Batch, from: number, to: number): void => {
      words[(ctx + CTX.source) / 4] = vectors
      words[(ctx + CTX.rowBase) / 4] = first
      kernel(ctx | 0, from, to)
    }
    // The steps of the job, but that what a stage writes itself lies in a block of its own here.
    const sharedOfJob = words[((job.contexts[0] as number) + CTX.shared) / 4] as number
    const here = (source: number): number => (source >= sharedOfJob && source < sharedOfJob + lowered.layout.sharedBytes ? source - sharedOfJob + shared : source)
    const pipelines: PipelineCost[] = []
    for (const { run, finish, source, unit } of job.steps) {
      const kernel = kernels[run] as Kernel
      const batches = batchesOf(words, here(source))
      if (unit !== undefined) {
        for (const batch of batches) for (let row = 0; row < batch.rows; row += unit) call(kernel, real, batch, row, Math.min(batch.rows, row + unit))
      } else {
        const [head] = batches
        const rows = Math.min(FIRST_ROWS, head?.rows ?? 0)
        if (head) {
          const firstMs = timed(() => call(kernel, real, head, 0, rows))[1]
          const after = settle(() => call(kernel, idle, head, 0, rows))
          leavings.release()
          leavings = memory.lease()
          // its sinks point into what was given back
          words.set(untouched, idle / 4)
          pipelines.push({ firstMs, optimised: after && { ms: firstMs + after.ms, rows: rows * (after.calls + 1) } })
        } else pipelines.push({ firstMs: undefined, optimised: undefined })
        for (const [i, batch] of batches.entries()) call(kernel, real, batch, i === 0 ? rows : 0, batch.rows)
      }
      if (finish !== undefined) kernels[finish]!(real | 0, 0, 0)
    }
    return { encodeMs, moduleMs, bytes: bytes.length, functionSizes, pipelines }
  } finally {
    lease.release()
    leavings.release()
  }
}

interface Batch {
  readonly rows: number
  readonly first: number
  readonly vectors: number
}
const batchesOf = (words: Uint32Array, block: number): Batch[] => {
  const table = words[block / 4 + 2]! / 4
  const all = Array.from({ length: words[block / 4 + 1]! }, (_, b): Batch => ({ rows: words[table + b * 4]!, first: words[table + b * 4 + 1]!, vectors: words[table + b * 4 + 2]! }))
  return all.filter(({ rows }) => rows > 0)
}

/** A call is as fast as they get when it and the four after it take at most this much more than the median of the last quarter. */
const FAST = 1.3
const settle = (run: () => void): { readonly ms: number; readonly calls: number } | undefined => {
  const ends: number[] = []
  const times: number[] = []
  const start = performance.now()
  while (times.length < SETTLE_CALLS && performance.now() - start < SETTLE_MS) {
    times.push(timed(run)[1])
    ends.push(performance.now() - start)
  }
  const last = times.slice(Math.floor(times.length * 0.75)).toSorted((a, b) => a - b)
  const fast = last[Math.floor(last.length / 2)]! * FAST
  const at = times.findIndex((_, i) => i + 5 <= times.length && times.slice(i, i + 5).every((t) => t <= fast))
  return at < 0 ? undefined : { ms: ends[at]! - times[at]!, calls: at }
}
