/** What ends a task: damage, or a promise that does not hold. Both leave the worker as values. */
import { ArcweldError } from '../../../errors.ts'
import type { Broken, Damage } from '../chunk-task.ts'

export class PageError extends Error {
  readonly code: Damage['code']
  /** Of the page, once it is known. */
  byteOffset: number | undefined

  constructor(message: string, code: Damage['code'] = 'FILE_CORRUPT', byteOffset?: number) {
    super(message)
    this.code = code
    this.byteOffset = byteOffset
  }
}

export class NotKept extends Error {
  readonly reason: Broken['reason']

  constructor(reason: Broken['reason']) {
    super(reason)
    this.reason = reason
  }
}

export const damageOf = (error: unknown, column: string): Damage => {
  if (error instanceof PageError) {
    return { ok: false, reason: 'damage', code: error.code, message: `column ${JSON.stringify(column)}: ${error.message}`, byteOffset: error.byteOffset }
  }
  if (error instanceof ArcweldError && error.code === 'MEMORY_EXCEEDED') return { ok: false, reason: 'damage', code: error.code, message: error.message }
  throw error
}

/** Adds where a page begins to what is wrong with it. */
export const located = (error: unknown, byteOffset: number): unknown => {
  if (error instanceof PageError) error.byteOffset ??= byteOffset
  return error
}
