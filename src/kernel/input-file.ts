/** Files as a kernel's inputs: Parquet and Arrow IPC by what they begin with, everything else as lines of JSON. */
import { open, readFile } from 'node:fs/promises'
import { SourceError } from '../errors.ts'
import type { Type } from '../language/nodes.ts'
import { openSource } from '../sources/index.ts'
import { type JsonValue, parseValue } from './json-values.ts'
import { invalid } from './plain.ts'

const failure = (cause: unknown, path: string): SourceError =>
  (cause as NodeJS.ErrnoException).code === 'ENOENT'
    ? new SourceError('FILE_NOT_FOUND', `no such file: ${path}`, { path, cause })
    : new SourceError('FILE_UNREADABLE', `cannot read ${path}`, { path, cause })

/**
 * The value of a parameter of type `type`: a vec has a line for each element, other types one line. Throws SourceError and ArcweldError INVALID_INPUT.
 */
export const openInput = async (path: string, type: Type): Promise<unknown> => {
  if (await isBinary(path)) return openSource(path)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw failure(cause, path)
  })
  const values: JsonValue[] = []
  text.split('\n').forEach((line, i) => {
    if (line.trim() !== '') values.push(parseValue(line, () => `${path}, line ${i + 1}`))
  })
  if (type.kind === 'vec') return values
  if (values.length !== 1) throw invalid(path, `${values.length} lines, and the parameter takes one value`)
  return values[0]
}

const MAGIC = ['PAR1', 'PARE', 'ARROW1', 'FEA1', '\xff\xff\xff\xff']
const isBinary = async (path: string): Promise<boolean> => {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0)
      const begins = buffer.toString('latin1', 0, bytesRead)
      return MAGIC.some((magic) => begins.startsWith(magic)) || /\.(parquet|arrow|arrows|ipc|feather)$/i.test(path)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw failure(cause, path)
  }
}
