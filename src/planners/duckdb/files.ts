/** Parquet files as DuckDB is told of them: found, told apart, and their columns read from the plan of their scan. */
import type { BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, sep } from 'node:path'
import { SourceError } from '../../errors.ts'
import type { Field } from '../../layout/types.ts'
import { isRaw, malformed, objects, strings, text } from './raw.ts'
import type { Raw } from './raw.ts'
import { getIdentity, shapeOf } from './scans.ts'
import { quoted } from './session.ts'
import type { Session } from './session.ts'
import { knownType } from './types.ts'

export interface ParquetFile {
  /** The query that a view of it consists of. */
  readonly select: string
  /** What a GET of it says that it reads. */
  readonly identity: string
  readonly shape: string
  /** Names of all columns. */
  readonly columns: readonly string[]
  /** Columns of types that we do not have are left out: a query fails only if it names one. */
  readonly fields: readonly Field[]
}

/**
 * The file under an identity that is not among `taken`: the same file may have several names, and a path with more dots
 * in it reads the same and tells them apart in plans. Throws SourceError.
 */
export const openParquet = async (session: Session, path: string, taken: ReadonlySet<string>, seen: SeenFiles): Promise<ParquetFile> => {
  if (seen.deceives(path, await readable(path))) await session.distrustFooters()
  let previous: string | undefined
  for (let dots = ''; ; dots += `.${sep}`) {
    const alias = `${dirname(path)}${sep}${dots}${basename(path)}`
    const select = `SELECT * FROM read_parquet(${quoted(globEscaped(alias))}, hive_partitioning = false)`
    const document = await session.plan(select, { standIns: false, optimize: false })
    if (document['error'] === true) throw unreadable(path, text(document, 'error_message'))
    const get = findGet(objects(document, 'plans'))
    const identity = get && getIdentity(get)
    if (get === undefined || identity === undefined) throw malformed('a Parquet file without its name')
    // Where dots change nothing (a path with escaped patterns), the names share the scan: the data is the same.
    if (!taken.has(identity) || identity === previous) return { select, identity, shape: shapeOf(get), columns: strings(get, 'names'), fields: fieldsOf(get) }
    previous = identity
  }
}

/**
 * Files as they were when they were registered. DuckDB tells versions of a file apart by their time of change alone, in seconds;
 * tools that copy times (cp -p, tar, rsync) make it take the footer of the last version for that of the next.
 */
export class SeenFiles {
  readonly #versions = new Map<string, BigIntStats>()

  /** Whether the path held another file that DuckDB cannot tell from this one. */
  deceives(path: string, now: BigIntStats): boolean {
    const before = this.#versions.get(path)
    this.#versions.set(path, now)
    if (before === undefined || before.mtimeNs / SECOND !== now.mtimeNs / SECOND) return false
    return before.mtimeNs !== now.mtimeNs || before.ctimeNs !== now.ctimeNs || before.size !== now.size || before.ino !== now.ino || before.dev !== now.dev
  }
}
const SECOND = 1_000_000_000n

const readable = async (path: string): Promise<BigIntStats> => {
  try {
    const found = await stat(path, { bigint: true })
    if (!found.isFile()) throw new SourceError('FILE_FORMAT', `Not a file: ${path}`, { path })
    return found
  } catch (cause) {
    if (cause instanceof SourceError) throw cause
    const missing = isRaw(cause) && (cause['code'] === 'ENOENT' || cause['code'] === 'ENOTDIR')
    throw new SourceError(missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', `${missing ? 'No such file' : 'The file cannot be read'}: ${path}`, { path, cause })
  }
}

const unreadable = (path: string, message: string): SourceError =>
  new SourceError(/permission denied/i.test(message) ? 'FILE_UNREADABLE' : 'FILE_CORRUPT', (message.split('\n')[0] ?? '').slice(0, 300), { path })

/** DuckDB takes these characters in a path for patterns. */
const globEscaped = (path: string): string => path.replace(/[[*?]/g, (c) => `[${c}]`)

const findGet = (nodes: readonly Raw[]): Raw | undefined => {
  for (const node of nodes) {
    if (node['type'] === 'LOGICAL_GET') return node
    const found = findGet(objects(node, 'children'))
    if (found !== undefined) return found
  }
  return undefined
}

const fieldsOf = (get: Raw): readonly Field[] => {
  const names = strings(get, 'names')
  return objects(get, 'returned_types').flatMap((raw, i) => {
    const type = knownType(raw)
    const name = names[i]
    return type === undefined || name === undefined ? [] : [{ name, type }]
  })
}
