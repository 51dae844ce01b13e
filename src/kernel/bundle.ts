/** Bundles as files: what `--capture` wrote (execute/capture-format.ts draws one). */
import { open, readFile } from 'node:fs/promises'
import { SourceError } from '../errors.ts'
import { type Bundle, decodeBundle, isBundleStart } from '../execute/capture-format.ts'

const failure = (cause: unknown, path: string): SourceError =>
  (cause as NodeJS.ErrnoException).code === 'ENOENT'
    ? new SourceError('FILE_NOT_FOUND', `no such file: ${path}`, { path, cause })
    : new SourceError('FILE_UNREADABLE', `cannot read ${path}`, { path, cause })

/** Whether a file begins as a bundle does, of whatever version. Throws SourceError FILE_NOT_FOUND, FILE_UNREADABLE. */
export const isBundle = async (path: string): Promise<boolean> => {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0)
      return isBundleStart(buffer.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw failure(cause, path)
  }
}

/** Throws SourceError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_FORMAT, FILE_CORRUPT, ArcweldError BUNDLE_VERSION. */
export const readBundle = async (path: string): Promise<Bundle> => {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw failure(cause, path)
  })
  return decodeBundle(bytes, path)
}
