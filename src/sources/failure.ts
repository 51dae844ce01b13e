/** Failures of files as SourceErrors, with the path in them. */
import { ArcweldError, SourceError } from '../errors.ts'

/** What the file system said, as a SourceError. */
export const fileError = (cause: unknown, path: string): Error => {
  if (cause instanceof ArcweldError) return cause
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOENT' || code === 'ENOTDIR') return new SourceError('FILE_NOT_FOUND', `no such file: ${path}`, { path, cause })
  if (code === 'EISDIR') return new SourceError('FILE_UNREADABLE', `${path} is a directory`, { path, cause })
  return new SourceError('FILE_UNREADABLE', `cannot read ${path}: ${(cause as Error | undefined)?.message ?? String(cause)}`, {
    path,
    cause,
  })
}

/** A damaged file, and where. */
export const corrupt = (path: string, what: string, details: { cause?: unknown; byteOffset?: number } = {}): SourceError =>
  new SourceError('FILE_CORRUPT', `${path} is damaged: ${what}`, { path, ...details })
