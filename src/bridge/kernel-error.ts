/**
 * An error that a query raised inside a kernel: numbers only, which whoever compiled the kernel turns into words.
 */
import { ExecutionError } from '../errors.ts'

export class KernelError extends ExecutionError {
  /** What lay in the context's error slot; never 0. */
  readonly raise: number
  /** What lay in the context's site slot. */
  readonly site: number
  /** Text the kernel left, where it did. */
  readonly detail: string | undefined

  constructor(raise: number, site: number, detail?: string) {
    super('RAISED', detail ?? `The kernel raised error ${raise} at site ${site}.`)
    this.raise = raise
    this.site = site
    this.detail = detail
  }
}
