/**
 * Rows that a called function has made, handed to a kernel on the same thread: a slot's context, and no job, as nobody else takes part of
 * these rows. The caller sees to it that no two threads have one context at a time.
 */
import { CONTEXT } from './low-memory.ts'
import type { KernelFunction } from './walk.ts'

/** What stays the same from batch to batch. */
export interface FedKernel {
  /** The place of the kernel's function among the exports of its module. */
  readonly run: number
  readonly context: number
  /** Address of a word; where it is not 0 the rows are of no use any more. */
  readonly ended: number
}

export interface FedCounts {
  rows: number
  morsels: number
  /** Inside the kernel. */
  ms: number
  firstMs: number
}

/** Small ones first, so that optimised code is there early. */
const LEAST = 2048
const MOST = 16384

export const isEnded = (words: Int32Array<ArrayBufferLike>, { ended }: FedKernel): boolean => Atomics.load(words, ended / 4) !== 0

/** Rows of one batch, whose vectors lie at `vectors`; before it come `rowBase` others. Throws what the kernel throws. */
export const feedRows = (run: KernelFunction, words: Int32Array<ArrayBufferLike>, kernel: FedKernel, vectors: number, rowBase: number, rows: number, counts: FedCounts): void => {
  const { context } = kernel
  for (let from = 0; from < rows && !isEnded(words, kernel); ) {
    const to = Math.min(rows, from + Math.min(MOST, Math.max(LEAST, counts.rows)))
    words[(context + CONTEXT.source) / 4] = vectors
    words[(context + CONTEXT.rowBase) / 4] = rowBase
    const before = performance.now()
    run(context, from, to)
    const ms = performance.now() - before
    if (counts.morsels++ === 0) counts.firstMs = ms
    counts.rows += to - from
    counts.ms += ms
    from = to
  }
}
