/** What the demo prints: a query's block, and the summary over all. */
import { explainText } from '../../report/explain.ts'
import type { Colors } from '../color.ts'
import { tableWriter } from '../format/table.ts'
import type { RowSet } from '../rows.ts'
import type { Figures, Outcome } from './judge-query.ts'
import type { Times } from './measure.ts'
import type { DemoQuery } from './queries.ts'

/** Rows of a result that are shown. */
const SHOWN = 10

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ')

const resultTable = ({ columns, rows }: RowSet): string => {
  const shown = rows.slice(0, SHOWN).map((row) => Object.fromEntries(columns.map((column, i) => [column.name, row[i]])))
  const writer = tableWriter(columns)
  const more = rows.length > SHOWN ? `… ${rows.length - SHOWN} more rows\n` : ''
  return writer.head(shown) + writer.lines(shown) + more
}

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 1)
const spread = (times: Times): string => `${ms(times.median).padStart(7)} ms  (${ms(times.min)} to ${ms(times.max)}, ${times.runs} runs)`

/** How many times faster the first is. */
const ratio = (ours: Times, theirs: Times): number => theirs.median / ours.median
const ratioText = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)}×`

const timesText = (figures: Figures, color: Colors): string => {
  const against = (ours: Times, theirs: Times): string => {
    const value = ratio(ours, theirs)
    return value >= 1 ? color.green(`${ratioText(value)} DuckDB's speed`) : `${ratioText(value)} DuckDB's speed`
  }
  return [
    `memory  arcweld      ${spread(figures.arcweld)}  ${against(figures.arcweld, figures.duckdb)}`,
    `        DuckDB       ${spread(figures.duckdb)}`,
    `        interpreter  ${spread(figures.interpreter)}`,
    `        arcweld's first run, with compiling: ${ms(figures.firstMs)} ms`,
    `file    arcweld      ${spread(figures.arcweldFile)}  ${against(figures.arcweldFile, figures.duckdbFile)}`,
    `        DuckDB       ${spread(figures.duckdbFile)}`,
    '',
  ].join('\n')
}

export const queryHead = (number: number, query: DemoQuery, color: Colors): string => `\n${color.bold(`${number}. ${query.title}`)}\n\n${color.dim(indent(query.sql))}\n\n`

export const queryBlock = ({ rows, report, differences, figures }: Outcome, color: Colors): string => {
  const mark = (kind: 'native' | 'fallback') => (kind === 'native' ? color.green(kind) : color.yellow(kind))
  const verdict = figures ? timesText(figures, color) : differences.map((text) => `${color.red('differs from DuckDB')}  ${text}\n`).join('')
  return `${indent(resultTable(rows))}\n${indent(explainText(report, mark))}\n\n${indent(verdict)}`
}

export interface Line {
  readonly number: number
  readonly outcome: Outcome | undefined
}

const HEAD = ['query', 'stages native', 'arcweld', 'DuckDB', 'ratio', 'interpreter', 'file: arcweld', 'DuckDB', 'ratio']

const cells = ({ number, outcome }: Line): string[] => {
  const stages = outcome ? `${outcome.report.stages.filter((stage) => stage.native).length}/${outcome.report.stages.length}` : ''
  const figures = outcome?.figures
  if (!figures) return [`${number}`, stages, outcome ? 'differs' : 'error']
  const { arcweld, duckdb, interpreter, arcweldFile, duckdbFile } = figures
  return [
    `${number}`,
    stages,
    ms(arcweld.median),
    ms(duckdb.median),
    ratioText(ratio(arcweld, duckdb)),
    ms(interpreter.median),
    ms(arcweldFile.median),
    ms(duckdbFile.median),
    ratioText(ratio(arcweldFile, duckdbFile)),
  ]
}

/** The table of medians and the sentence that counts. */
export const summaryBlock = (lines: readonly Line[], threads: number, color: Colors): string => {
  const table = [HEAD, ...lines.map(cells)]
  const widths = HEAD.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)))
  const text = table.map((row) => row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  ')).join('\n')
  const timed = lines.flatMap(({ outcome }) => (outcome?.figures ? [outcome.figures] : []))
  const faster = timed.filter((figures) => ratio(figures.arcweld, figures.duckdb) > 1).length
  const fasterFile = timed.filter((figures) => ratio(figures.arcweldFile, figures.duckdbFile) > 1).length
  const agreed = timed.length === lines.length ? `All ${lines.length} answers agree with DuckDB's.` : color.red(`${lines.length - timed.length} of ${lines.length} queries failed.`)
  return [
    '',
    color.bold(`Medians in ms at ${threads} ${threads === 1 ? 'thread' : 'threads'}; ratio = DuckDB's time / arcweld's`),
    '',
    indent(text),
    '',
    agreed,
    `In memory, at equal threads, arcweld beats DuckDB on ${faster} of ${lines.length} queries; straight from the file on ${fasterFile}.`,
    '',
  ].join('\n')
}
