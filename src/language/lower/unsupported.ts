/** What of the language has no form in pipelines: an error that names place and reason, never another answer. */
import { IrError } from '../../errors.ts'
import type { Position } from '../nodes.ts'

export const unsupported = (at: Position, what: string, hint?: string): never => {
  throw new IrError(`${what} has no form in pipelines`, { code: 'UNSUPPORTED_KERNEL', line: at.line, column: at.column, hint })
}
