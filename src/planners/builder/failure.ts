/** Errors of the builder: thrown at the author's call, and traced to it. */
import { type ErrorCode, PlanError } from '../../errors.ts'

/** The error without the builder's own lines, so that the first one is the author's. */
export const failure = (code: ErrorCode, message: string, hint?: string): PlanError => {
  const error = new PlanError(code, message, { hint })
  const [head = '', ...frames] = (error.stack ?? '').split('\n    at ')
  error.stack = [head, ...frames.filter((frame) => !/[\\/]planners[\\/]builder/.test(frame))].join('\n    at ')
  return error
}

export const listed = (names: readonly string[]): string => {
  const some = names.slice(0, 12).map((name) => `\`${name}\``).join(', ')
  return names.length > 12 ? `${some} and ${names.length - 12} more` : some
}
