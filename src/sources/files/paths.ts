/**
 * Which files a path stands for: a file for itself, a folder for those in it and below, a pattern for those that match. Names that begin
 * with `.` or `_` are no data, unless a pattern names them so: writers leave marks and checksums beside it.
 *
 *   *    any characters but a separator        **   any folders, or none
 *   ?    one such character                    [a-c], [!a]   one of, none of these characters
 */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { SourceError } from '../../errors.ts'
import { fileError } from '../failure.ts'

const SEPARATORS = sep === '\\' ? /[\\/]/ : /\//
const isHidden = (name: string): boolean => name.startsWith('.') || name.startsWith('_')

const entries = async (folder: string): Promise<Dirent[]> => {
  try {
    return await readdir(folder === '' ? '.' : folder, { withFileTypes: true })
  } catch (cause) {
    throw fileError(cause, folder)
  }
}

const kindOf = async (path: string): Promise<'file' | 'folder' | undefined> => {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() ? 'folder' : found?.isFile() ? 'file' : undefined
}

const kindOfEntry = async (folder: string, entry: Dirent): Promise<'file' | 'folder' | undefined> =>
  entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : entry.isSymbolicLink() ? kindOf(join(folder, entry.name)) : undefined

/** A segment of a pattern as an expression over names. */
const nameMatcher = (segment: string): RegExp => {
  const source = segment.replace(/\[(!?)((?:[^\]])+)\]|[*?]|[\\^$.+()|{}[\]]/g, (part, not: string | undefined, characters: string | undefined) => {
    if (characters !== undefined) return `[${not === '!' ? '^' : ''}${characters.replace(/[\\\]^]/g, '\\$&')}]`
    return part === '*' ? '.*' : part === '?' ? '.' : `\\${part}`
  })
  return new RegExp(`^${source}$`, 'su')
}

const isPattern = (text: string): boolean => /[*?[]/.test(text)

/** All data files in a folder and below it. */
const below = async (folder: string): Promise<string[]> => {
  const parts = await Promise.all(
    (await entries(folder)).map(async (entry) => {
      if (isHidden(entry.name)) return []
      const kind = await kindOfEntry(folder, entry)
      const path = join(folder, entry.name)
      return kind === 'folder' ? below(path) : kind === 'file' ? [path] : []
    }),
  )
  return parts.flat()
}

const matching = async (folder: string, [segment, ...rest]: readonly string[]): Promise<string[]> => {
  if (segment === undefined) return []
  if (segment === '**') {
    const folders = (await entries(folder)).filter((entry) => entry.isDirectory() && !isHidden(entry.name))
    const deeper = await Promise.all(folders.map(({ name }) => matching(join(folder, name), [segment, ...rest])))
    return [...(await matching(folder, rest.length === 0 ? ['*'] : rest)), ...deeper.flat()]
  }
  const matcher = nameMatcher(segment)
  const found = (await entries(folder)).filter(({ name }) => matcher.test(name) && (!isHidden(name) || isHidden(segment)))
  const parts = await Promise.all(
    found.map(async (entry) => {
      const kind = await kindOfEntry(folder, entry)
      const path = join(folder, entry.name)
      if (rest.length === 0) return kind === 'file' ? [path] : []
      return kind === 'folder' ? matching(path, rest) : []
    }),
  )
  return parts.flat()
}

const expand = async (pattern: string): Promise<string[]> => {
  const segments = pattern.split(SEPARATORS)
  const fixed = segments.findIndex(isPattern)
  // of an absolute path the first segment is empty
  const folder = segments.slice(0, fixed).join(sep)
  return matching(fixed === 1 && segments[0] === '' ? sep : folder, segments.slice(fixed).filter((segment) => segment !== ''))
}

/**
 * The files of one path: itself alone where it is a file; else in the order of their paths. Throws SourceError FILE_NOT_FOUND where
 * there are none.
 */
export const filesOf = async (path: string): Promise<{ readonly files: readonly string[]; readonly isFile: boolean }> => {
  const kind = await kindOf(path)
  if (kind === 'file' || (kind === undefined && !isPattern(path))) return { files: [path], isFile: true }
  const files = [...new Set(kind === 'folder' ? await below(path) : await expand(path))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  if (files.length === 0) throw new SourceError('FILE_NOT_FOUND', kind === 'folder' ? `No files in ${path}` : `No files match ${path}`, { path })
  return { files, isFile: false }
}
