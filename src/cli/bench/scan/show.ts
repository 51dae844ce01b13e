/** A report of `bench scan` as text. */
import type { Colors } from '../../color.ts'
import { ms, ratioText } from '../show.ts'
import { WAYS } from './contestant.ts'
import type { CaseReport, ContestantReport, ScanReport } from './report.ts'

const LABELS: { readonly [N in ContestantReport['name']]: string } = {
  arcweld: 'arcweld', duckdb: 'DuckDB', 'parquet-wasm': 'parquet-wasm', hyparquet: 'hyparquet', udsv: 'uDSV', papaparse: 'Papa Parse', 'd3-dsv': 'd3-dsv', 'csv-parse': 'csv-parse', 'json-parse': 'JSON.parse a line',
}

const count = (n: number): string => n.toLocaleString('en-US')
const threads = (n: number): string => `${n} ${n === 1 ? 'thread' : 'threads'}`

export const scanHead = ({ threads: n, rounds, warmups, machine, versions, missing }: Omit<ScanReport, 'cases'>, color: Colors): string =>
  [
    color.bold(`lineitem from files, ${threads(n)} for arcweld and for DuckDB, one process`),
    `arcweld ${versions.arcweld}, DuckDB ${versions.duckdb}, Node ${versions.node}; ${machine.cpu}, ${machine.cores} cores, ${machine.system}`,
    `Medians of ${rounds} rounds (3 of readers in JavaScript) in which contestants take turns, after ${warmups} that are not timed; ratio = the contestant's time / arcweld's`,
    'aggregate: from the file to a sum of each column; columns: from the file to columns in memory; resident: at most, of a process that does this once',
    ...Object.entries(missing).map(([name, packages]) => `${color.yellow('left out')}: ${LABELS[name as keyof typeof LABELS]}, as ${packages.join(' and ')} ${packages.length === 1 ? 'is' : 'are'} not installed (npm run bench:peers)`),
    '',
    '',
  ].join('\n')

interface Cell {
  readonly head: string
  readonly width: number
  readonly text: (contestant: ContestantReport, of: CaseReport) => string
}

const CELLS: readonly Cell[] = WAYS.flatMap((way): Cell[] => [
  { head: `${way}, ms`, width: 15, text: ({ times }) => ms(times[way]?.median) },
  { head: 'spread', width: 20, text: ({ times }) => (times[way] ? `${ms(times[way].min)} to ${ms(times[way].max)}` : '') },
  { head: 'ratio', width: 9, text: ({ ratio }) => ratioText(ratio[way]) },
  { head: 'ns/value', width: 10, text: ({ times }, { rows, columns }) => (times[way] ? ((times[way].median * 1e6) / (rows * columns)).toFixed(2) : '') },
  { head: 'resident', width: 10, text: ({ resident }) => (resident[way] === undefined ? '' : `${(resident[way] / 1e6).toFixed(0)} MB`) },
])

export const caseText = (report: CaseReport, color: Colors): string => {
  const { title, sf, bytes, rows, contestants } = report
  const lines = [
    `${color.bold(title)}${sf === undefined ? '' : `, scale factor ${sf}`}: ${count(rows)} rows, ${(bytes / 1e6).toFixed(1)} MB`,
    `  ${''.padEnd(18)}${CELLS.map(({ head, width }) => head.padStart(width)).join('')}`,
    ...contestants.map((contestant) => {
      const name = `  ${LABELS[contestant.name].padEnd(18)}`
      if (contestant.difference !== undefined) return `${name}  ${color.red('answers otherwise')}: ${contestant.difference}`
      if (contestant.error !== undefined) return `${name}  ${color.red('failed')}: ${contestant.error}`
      return `${name}${CELLS.map(({ text, width }) => text(contestant, report).padStart(width)).join('')}`.trimEnd()
    }),
    '',
    '',
  ]
  return lines.join('\n')
}
