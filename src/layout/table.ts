/** Results as an aligned table for a terminal: numbers to the right, NULL as `NULL`, control characters escaped. */
import type { ApiValue } from './rows.ts'
import { valueText } from './text.ts'
import { type Field, isFloating, isInteger } from './types.ts'

interface TableOptions {
  /** Columns of a cell at most; longer text ends in `…`. */
  readonly maxCell?: number
}

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** What must not reach a terminal. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g

const printable = (text: string): string => text.replace(CONTROLS, (c) => NAMED[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)

const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

const widthOf = (char: string): number => (/\p{Mn}|\p{Me}|\u200d|\ufe0f/u.test(char) ? 0 : WIDE.test(char) ? 2 : 1)

const ASCII = /^[ -~]*$/

const displayWidth = (text: string): number => {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const char of text) width += widthOf(char)
  return width
}

const clip = (text: string, limit: number): string => {
  if (displayWidth(text) <= limit) return text
  let out = ''
  let width = 0
  for (const char of text) {
    width += widthOf(char)
    if (width > limit - 1) break
    out += char
  }
  return `${out}…`
}

const pad = (text: string, width: number, right: boolean): string => {
  const fill = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return right ? fill + text : text + fill
}

/** The lines of a table: header, rule, one a row. */
export const tableLines = (fields: readonly Field[], rows: readonly (readonly ApiValue[])[], { maxCell = 60 }: TableOptions = {}): string[] => {
  const right = fields.map(({ type }) => isInteger(type) || isFloating(type) || type.kind === 'decimal')
  const cells = rows.map((row) => row.map((value, i) => clip(value === null ? 'NULL' : printable(valueText(value, fields[i]!.type)), maxCell)))
  const header = fields.map((field) => clip(printable(field.name), maxCell))
  const widths = header.map((name, i) => cells.reduce((width, row) => Math.max(width, displayWidth(row[i]!)), displayWidth(name)))
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => pad(text, widths[i]!, right[i]!))
      .join('  ')
      .trimEnd()
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(line)]
}
