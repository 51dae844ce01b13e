/** What a kernel that trapped left in its context, and the error that it is. */
import { type ArcweldError, ExecutionError } from '../errors.ts'
import type { Failure, Job } from './job.ts'
import { KernelError } from './kernel-error.ts'
import { CONTEXT, RAISED_MEMORY, toAddress } from './low-memory.ts'

/** A trap with the context's error slot set is an error that the query raised. */
export const failureOf = (words: Int32Array<ArrayBufferLike>, cause: unknown, ctx: number): Failure => {
  const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  const word = (offset: number) => toAddress(words[(ctx + offset) >>> 2] as number)
  const raise = ctx === 0 ? 0 : word(CONTEXT.error)
  if (raise === 0) return { message, raise, site: 0 }
  const length = word(CONTEXT.detail + 4)
  const detail = length === 0 ? undefined : Buffer.from(words.buffer as ArrayBuffer, word(CONTEXT.detail), length).toString('utf8')
  return { message, raise, site: word(CONTEXT.site), detail }
}

export const kernelFailure = ({ message, raise, site, detail }: Failure, { key, lease }: Pick<Job, 'key' | 'lease'>): ArcweldError => {
  if (raise === RAISED_MEMORY) return new ExecutionError('MEMORY_EXCEEDED', `The query needs more memory than it may have; it holds ${lease.bytes} bytes.`)
  if (raise !== 0) return new KernelError(raise, site, detail)
  return new ExecutionError('KERNEL_TRAP', `Kernel ${key} trapped: ${message}`)
}
