/** What is wrong with a CSV file, as errors with line and cell. */
import { SourceError } from '../../errors.ts'
import { type Field, typeName } from '../../layout/types.ts'
import { openBytes } from '../text/byte-stream.ts'
import type { Stop } from './csv-task.ts'
import type { CsvFile } from './file.ts'

const LF = 10
const CR = 13

/** The line, from 1, of a byte of the stream: counted anew, since nobody counts them on the way. */
export const lineAt = async ({ path, compression, options }: Pick<CsvFile, 'path' | 'compression' | 'options'>, offset: number): Promise<number> => {
  const stream = await openBytes(path, compression, options.encoding)
  const piece = new Uint8Array(1 << 20)
  let line = 1
  let carriage = false
  try {
    for (let left = offset; left > 0; ) {
      const got = await stream.read(piece.subarray(0, Math.min(left, piece.length)))
      if (got === 0) break
      for (let i = 0; i < got; i++) {
        const byte = piece[i]
        if (byte === CR || (byte === LF && !carriage)) line++
        carriage = byte === CR
      }
      left -= got
    }
  } finally {
    await stream.close()
  }
  return line
}

const SHOWN = 60

/** The line's text, shortened. */
const shown = (bytes: Uint8Array, from: number): string => {
  let end = from
  while (end < bytes.length && end < from + SHOWN && bytes[end] !== LF && bytes[end] !== CR) end++
  return JSON.stringify(Buffer.from(bytes.slice(from, end)).toString() + (end === from + SHOWN ? '…' : ''))
}

/** `offset`: of the chunk in the stream; `fields`, `positions`: by wanted column; `bytes`: the chunk. */
export const cause = async (file: CsvFile, stop: Stop, offset: number, fields: readonly Field[], positions: readonly number[], bytes: Uint8Array): Promise<SourceError> => {
  const { path, columns } = file
  const byteOffset = offset + stop.offset
  const line = await lineAt(file, byteOffset)
  const text = stop.why === 'value' ? '' : shown(bytes, stop.offset)
  const at = { path, byteOffset, line }
  switch (stop.why) {
    case 'ragged':
      return new SourceError('MALFORMED_ROW', `${path}, line ${line}: ${stop.cells} cell${stop.cells === 1 ? '' : 's'}, and the table has ${columns.length} columns: ${text}`, {
        ...at, column: Math.min(stop.cells, columns.length) + 1, hint: "ragged: 'pad' fills rows up, 'aside' leaves them out",
      })
    case 'quote':
      return new SourceError('MALFORMED_ROW', `${path}, line ${line}: something stands behind a closing quote: ${text}`, at)
    case 'open':
      return new SourceError('MALFORMED_ROW', `${path}, line ${line}: a quote is not closed: ${text}`, at)
    case 'utf8':
      return new SourceError('INVALID_UTF8', `${path}, line ${line}: these bytes are no UTF-8: ${text}`, { ...at, hint: "encoding: 'latin-1' or 'utf-16' tells another one" })
    case 'value': {
      const { name, type } = fields[stop.wanted] as Field
      return new SourceError('CAST_FAILED', `${path}, line ${line}: column ${JSON.stringify(name)}: ${JSON.stringify(stop.text)} is no ${typeName(type)}`, { ...at, column: (positions[stop.wanted] as number) + 1 })
    }
  }
}
