/**
 * How errors in text are told: where, what was expected, what is there, and the line with a caret under the place. Readers and
 * checkers throw with a position; the door that has the text adds the line.
 */
import { IrError } from '../../errors.ts'
import type { Position } from '../nodes.ts'

export const syntaxError = (at: Position, message: string): IrError => new IrError(message, { code: 'IR_SYNTAX', line: at.line, column: at.column })
export const typeError = (at: Position, message: string): IrError => new IrError(message, { code: 'IR_TYPE', line: at.line, column: at.column })

/** `1 argument`, `2 arguments`. */
export const article = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

/** Longer lines are cut around the place. */
const SHOWN = 120

const excerpt = (text: string, line: number, column: number): string => {
  const whole = text.split('\n')[line - 1] ?? ''
  const from = column > SHOWN ? column - SHOWN / 2 : 0
  // A tab stays one in the caret's line, so that both lines are as wide.
  const shown = whole.slice(from, from + SHOWN).trimEnd()
  const before = whole.slice(from, column - 1).replace(/[^\t]/g, ' ')
  return `  ${shown}\n  ${before}^`
}

/** What names a text in messages, and what it is. */
export interface Text {
  readonly text: string
  readonly file?: string | undefined
}

/**
 * Runs a reader over a text: an error with a position gets the file's name, the line and a caret; what nests so deeply that the
 * stack ends is an IR_SYNTAX error too.
 */
export const inText = <T>({ text, file }: Text, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('call stack')) throw new IrError(`${file ?? 'text'}: nests too deeply`, { code: 'IR_SYNTAX', cause: error })
    if (!(error instanceof IrError) || error.line === undefined || error.message.includes('\n')) throw error
    const { line, column = 1, code } = error
    throw new IrError(`${file ?? 'text'}:${line}:${column}: ${error.message}\n${excerpt(text, line, column)}`, { code, line, column })
  }
}
