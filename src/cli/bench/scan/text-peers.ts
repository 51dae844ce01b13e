/** Readers of CSV and of lines of JSON for JavaScript in `bench scan`, each by the quickest of its ways that keeps every value. */
import { readFile } from 'node:fs/promises'
import type { ScanCase } from './cases.ts'
import type { ContestantName, OpenContestant } from './contestant.ts'
import { dayOf, newColumn, type ScriptColumn, scriptContestant } from './script-columns.ts'
import { peer } from './peers.ts'

const header = (text: string): number => text.indexOf('\n') + 1

/** Rows of strings into columns. */
const transposed = ({ columns }: ScanCase, rows: readonly (readonly string[])[]): readonly ScriptColumn[] =>
  columns.map(({ kind }, c) => {
    const column = newColumn(kind, rows.length) as { [i: number]: number | string }
    if (kind === 'number') for (let i = 0; i < rows.length; i++) column[i] = Number((rows[i] as readonly string[])[c])
    else if (kind === 'date') for (let i = 0; i < rows.length; i++) column[i] = dayOf((rows[i] as readonly string[])[c] as string)
    else for (let i = 0; i < rows.length; i++) column[i] = (rows[i] as readonly string[])[c] as string
    return column as unknown as ScriptColumn
  })

/** A reader of CSV that gives rows of strings, without the header. */
const ofRows = (name: ContestantName, load: () => Promise<(text: string) => readonly (readonly string[])[]>): OpenContestant => async (scan, path) => {
  const rows = await load()
  return scriptContestant(name, scan, async () => transposed(scan, rows(await readFile(path, 'utf8'))))
}

export const openPapaparse = ofRows('papaparse', async () => {
  const { parse } = (await peer('papaparse')) as { parse(text: string, options: { skipEmptyLines: boolean; delimiter: string }): { data: string[][] } }
  return (text) => parse(text.slice(header(text)), { skipEmptyLines: true, delimiter: ',' }).data
})

export const openD3 = ofRows('d3-dsv', async () => {
  const { csvParseRows } = (await peer('d3-dsv')) as { csvParseRows(text: string): string[][] }
  return (text) => csvParseRows(text.slice(header(text)))
})

export const openCsvParse = ofRows('csv-parse', async () => {
  const { parse } = (await peer('csv-parse/sync')) as { parse(text: string, options: { from_line: number }): string[][] }
  return (text) => parse(text, { from_line: 2 })
})

interface UdsvSchema {
  readonly cols: { name: string; type: string; parse: unknown }[]
}

/** Columns are its own. It is told the types, as one letter may be a truth value to it, and to make days of dates: its Date objects take longer. */
export const openUdsv: OpenContestant = async (scan, path) => {
  const { inferSchema, initParser } = (await peer('udsv')) as { inferSchema(text: string): UdsvSchema; initParser(schema: UdsvSchema): { typedCols(text: string): (number[] | string[])[] } }
  return scriptContestant('udsv', scan, async () => {
    const text = await readFile(path, 'utf8')
    const schema = inferSchema(text)
    scan.columns.forEach(({ kind }, c) => {
      const column = schema.cols[c] as UdsvSchema['cols'][number]
      if (kind === 'date') column.parse = dayOf
      else column.type = kind === 'number' ? 'n' : 's'
    })
    const columns = initParser(schema).typedCols(text)
    return scan.columns.map(({ kind }, c) => (kind === 'number' ? Float64Array.from(columns[c] as number[]) : kind === 'date' ? Int32Array.from(columns[c] as number[]) : (columns[c] as string[])))
  })
}

/** JSON.parse of each line. */
export const openJsonParse: OpenContestant = async (scan, path) =>
  scriptContestant('json-parse', scan, async () => {
    const text = await readFile(path, 'utf8')
    const rows: Record<string, number | string>[] = []
    for (let from = 0; from < text.length; ) {
      const end = text.indexOf('\n', from)
      const to = end < 0 ? text.length : end
      if (to > from) rows.push(JSON.parse(text.slice(from, to)))
      from = to + 1
    }
    return scan.columns.map(({ name, kind }) => {
      const column = newColumn(kind, rows.length) as { [i: number]: number | string }
      for (let i = 0; i < rows.length; i++) {
        const value = (rows[i] as (typeof rows)[number])[name] as number | string
        column[i] = kind === 'date' ? dayOf(value as string) : value
      }
      return column as unknown as ScriptColumn
    })
  })
