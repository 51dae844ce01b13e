/** DuckDB's error objects and messages → PlanErrors: a code, one or two lines, where in the text, and the hint if there is one. */
import { PlanError } from '../../errors.ts'
import type { ErrorCode } from '../../errors.ts'
import { text } from './raw.ts'
import type { Raw } from './raw.ts'

/** Parser errors count code points, everything else bytes of UTF-8; ours are UTF-16 units. */
export const offsetOf = (sql: string, position: number, unit: 'codepoints' | 'bytes'): number => {
  let units = 0
  let counted = 0
  for (const char of sql) {
    if (counted >= position) break
    const code = char.codePointAt(0) ?? 0
    counted += unit === 'codepoints' ? 1 : code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    units += char.length
  }
  return units
}

/** A registered file is not what it was: gone, cut, or of other columns. */
const CHANGED = /view were altered|No magic bytes found|too small to be a Parquet|No files found/

const codeOf = (kind: string, subtype: string, entry: string, message: string): ErrorCode => {
  if (kind === 'io' || CHANGED.test(message)) return 'FILE_CHANGED'
  if (kind === 'parser') return 'SQL_SYNTAX'
  if (kind === 'catalog') {
    if (/function|macro/i.test(entry) || /function with name/i.test(message)) return 'UNKNOWN_FUNCTION'
    if (/table|view/i.test(entry) || /table with name/i.test(message)) return 'UNKNOWN_TABLE'
    return 'SQL_BINDING'
  }
  if (kind === 'binder') {
    if (subtype === 'COLUMN_NOT_FOUND' || /does not have a column named/.test(message)) return 'UNKNOWN_COLUMN'
    if (/^Referenced table .* not found/.test(message)) return 'UNKNOWN_TABLE'
    return 'SQL_BINDING'
  }
  return ['conversion', 'out of range', 'invalid input', 'mismatch type', 'parameter not resolved', 'invalid type'].includes(kind)
    ? 'SQL_BINDING'
    : 'PLANNER_FAILED'
}

/** `position` is given the position in the text that DuckDB saw and gives back the user's. */
export const planError = (error: Raw, sql: string, original: (offset: number) => number, rename: (message: string) => string): PlanError => {
  const kind = text(error, 'error_type').toLowerCase()
  const whole = rename(text(error, 'error_message'))
  const code = codeOf(kind, text(error, 'error_subtype'), text(error, 'type'), whole)
  const at = text(error, 'position')
  const position = /^\d+$/.test(at) ? original(offsetOf(sql, Number(at), kind === 'parser' ? 'codepoints' : 'bytes')) : undefined
  return new PlanError(code, firstLine(whole), { position, hint: hintOf(whole) })
}

/** For what is thrown and not serialized: `Binder Error: …` with `LINE 1:` and a caret. */
export const thrownError = (cause: unknown, rename: (message: string) => string): PlanError => {
  const whole = rename(cause instanceof Error ? cause.message : String(cause))
  const match = /^([A-Za-z ]+) Error: ([^]*)$/.exec(whole)
  const message = match?.[2] ?? whole
  return new PlanError(codeOf(match?.[1]?.toLowerCase() ?? '', '', '', message), firstLine(message), { hint: hintOf(message), cause })
}

const firstLine = (message: string): string => (message.split('\n')[0] ?? '').trim().slice(0, 300)

const hintOf = (message: string): string | undefined => {
  const didYouMean = /Did you mean ("[^\n]*")\??/.exec(message)?.[1]
  if (didYouMean !== undefined) return `Did you mean ${didYouMean}?`
  const candidates = /Candidate bindings: :?\s*([^\n]+)/.exec(message)?.[1]
  return candidates === undefined ? undefined : `Did you mean ${candidates.trim()}?`
}
