/** A result onto stdout, batch by batch, in the format asked for. */
import type { ColumnHead, CliResult, Row } from '../engine-door.ts'
import type { Compression, ResultFormat } from '../options.ts'
import type { Output } from '../output.ts'
import { tableWriter } from './table.ts'
import { csvField, jsonText } from './text.ts'

/** Rows looked at for the widths of a table. */
const SAMPLE = 1000
/** Rows joined into one write. */
const CHUNK = 4096

interface RowWriter {
  head(sample: readonly Row[]): string
  lines(rows: readonly Row[]): string
}

const csv = (schema: readonly ColumnHead[]): RowWriter => ({
  head: () => `${schema.map((column) => csvField(column.name)).join(',')}\n`,
  lines: (rows) => rows.map((row) => `${schema.map((column) => csvField(row[column.name])).join(',')}\n`).join(''),
})

const ndjson = (schema: readonly ColumnHead[]): RowWriter => {
  const names = schema.map((column) => JSON.stringify(column.name))
  return {
    head: () => '',
    lines: (rows) => rows.map((row) => `{${schema.map((column, i) => `${names[i]}:${jsonText(row[column.name])}`).join(',')}}\n`).join(''),
  }
}

const WRITERS = { table: tableWriter, csv, ndjson }

const writeArrow = async (result: CliResult, out: Output, compression: Compression | undefined): Promise<void> => {
  for await (const bytes of result.ipc(compression === undefined ? {} : { compression })) await out.write(bytes)
}

/** Writes all of a result; how many rows there were, or undefined for Arrow. Rejects with PipeClosed when the reader left. */
export const writeResult = async (result: CliResult, format: ResultFormat, out: Output, compression?: Compression): Promise<number | undefined> => {
  if (format === 'arrow') {
    await writeArrow(result, out, compression)
    return undefined
  }
  // made when rows are there: types may be known better then
  let writer: RowWriter | undefined
  let held: Row[] | undefined = []
  let count = 0
  const flush = async (rows: readonly Row[]): Promise<void> => {
    for (let at = 0; at < rows.length; at += CHUNK) await out.write((writer as RowWriter).lines(rows.slice(at, at + CHUNK)))
  }
  const start = async (): Promise<void> => {
    const rows = held ?? []
    held = undefined
    writer = WRITERS[format](result.schema)
    const head = writer.head(rows.slice(0, SAMPLE))
    if (head !== '') await out.write(head)
    await flush(rows)
  }
  for await (const batch of result) {
    const rows = batch.rows()
    count += rows.length
    if (held === undefined) await flush(rows)
    else {
      held = held.concat(rows)
      if (held.length >= SAMPLE) await start()
    }
  }
  if (held !== undefined) await start()
  return count
}
