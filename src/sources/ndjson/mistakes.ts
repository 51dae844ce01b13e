/** What is wrong with a JSON file, as errors with line and column. */
import { ArcweldError, SourceError } from '../../errors.ts'
import { openBytes } from '../text/byte-stream.ts'
import type { Fault } from './chunk-task.ts'
import type { TextFile } from './feed.ts'
import { locate } from './locate.ts'

export const jsonError = async (file: TextFile, { code, message, at }: Pick<Fault, 'code' | 'message' | 'at'>): Promise<Error> => {
  const stream = await openBytes(file.path, file.compression, file.encoding)
  try {
    const { line, column } = await locate(stream, at)
    return new SourceError(code, `${file.path}, line ${line}, column ${column}: ${message}`, { path: file.path, byteOffset: at, line, column })
  } finally {
    await stream.close()
  }
}

/** A fault of a scan: the file's, or that memory is short. */
export const scanError = async (file: TextFile, { code, message, at }: Fault): Promise<Error> => {
  if (code === 'MEMORY_EXCEEDED') return new ArcweldError('MEMORY_EXCEEDED', `${file.path}: ${message}`, { hint: 'Raise `memory`, or unregister tables that are not needed.' })
  return jsonError(file, { code, message, at })
}
