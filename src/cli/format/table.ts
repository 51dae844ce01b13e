/**
 * Rows as a table for people. Column widths come from the first rows, so that a result of any size can stream;
 * a later, wider cell pushes its line out of line and is never cut.
 */
import type { ColumnHead, Row } from '../engine-door.ts'
import { plainText } from './text.ts'

const RIGHT = /^(u?int\d+|float|double|decimal)/

/** Control characters would move the cursor; a line break would break the table. */
const CONTROL = /\p{Cc}/gu
const visible = (text: string): string =>
  text.replace(CONTROL, (char) => (char === '\n' ? '\\n' : char === '\t' ? '\\t' : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`))

const cell = (value: unknown): string => {
  const text = plainText(value)
  return text === undefined ? 'NULL' : visible(text)
}

export interface TableWriter {
  /** Lines of the header; call once, with the rows that give the widths. */
  head(sample: readonly Row[]): string
  lines(rows: readonly Row[]): string
}

export const tableWriter = (schema: readonly ColumnHead[]): TableWriter => {
  let widths: number[] = []
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, i) => {
        const width = widths[i] ?? 0
        if (RIGHT.test(schema[i]?.type ?? '')) return text.padStart(width)
        return i === cells.length - 1 ? text : text.padEnd(width)
      })
      .join('  ')
      .concat('\n')
  return {
    head(sample) {
      widths = schema.map((column) => Math.max(visible(column.name).length, ...sample.map((row) => cell(row[column.name]).length)))
      return line(schema.map((column) => visible(column.name))) + line(widths.map((width) => '─'.repeat(width)))
    },
    lines: (rows) => rows.map((row) => line(schema.map((column) => cell(row[column.name])))).join(''),
  }
}
