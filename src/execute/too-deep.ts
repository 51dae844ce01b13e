/** Plans are walked by recursion: one that nests deeper than the stack is refused and not a crash. */
import type { Refusal } from '../errors.ts'

export const isTooDeep = (error: unknown): boolean => error instanceof RangeError && error.message.includes('call stack')

export const TOO_DEEP: Refusal = { code: 'OPERATOR', node: 'stage', reason: 'the expressions of the stage nest too deeply' }
