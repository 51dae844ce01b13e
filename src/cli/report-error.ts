/** An error as at most two lines on stderr: what and where, then what to do about it. */
import { type ArcweldError, IrError, PlanError, SourceError, UnsupportedError } from '../errors.ts'
import { isArcweldError } from './engine-door.ts'
import { UsageError } from './usage.ts'

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').trim()

const place = (error: ArcweldError): string => {
  if (error instanceof PlanError && error.position !== undefined) {
    return typeof error.position === 'number' ? ` (at character ${error.position})` : ` (at ${error.position})`
  }
  if (error instanceof SourceError && error.path !== undefined && !error.message.includes(error.path)) {
    return error.byteOffset === undefined ? ` (${error.path})` : ` (${error.path}, byte ${error.byteOffset})`
  }
  return ''
}

const second = (error: ArcweldError): string | undefined => {
  if (error.hint) return error.hint
  if (error instanceof UnsupportedError && error.refusals.length > 0) {
    const unsaid = error.refusals.filter((refusal) => !error.message.includes(refusal.reason))
    if (unsaid.length > 0) return unsaid.map((refusal) => `${refusal.node}: ${refusal.reason}`).join('; ')
  }
  return undefined
}

/** What is wrong, and of an error in a program's text its line. */
const partsOf = (error: unknown): readonly [message: string, source: string | undefined] => {
  const message = error instanceof Error ? error.message : String(error)
  const [first = '', source] = error instanceof IrError ? message.split('\n') : [message]
  return [first, source]
}

/** The code an error is known by; foreign errors have none. */
export const errorCode = (error: unknown): string => (isArcweldError(error) ? error.code : 'ERROR')

export const errorLines = (error: unknown, debug: boolean): string => {
  const [message, source] = partsOf(error)
  const first = isArcweldError(error) ? `arcweld: ${error.code}: ${oneLine(message)}${place(error)}` : `arcweld: ${oneLine(message)}`
  const hint = isArcweldError(error) ? (second(error) ?? source) : undefined
  const lines = hint === undefined ? `${first}\n` : `${first}\n  ${oneLine(hint)}\n`
  if (!debug || !(error instanceof Error)) return lines
  const causes: string[] = []
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) causes.push(cause.stack ?? cause.message)
  return `${lines}${causes.join('\ncaused by ')}\n`
}

export const exitStatus = (error: unknown): 1 | 2 => (error instanceof UsageError ? 2 : 1)
