/**
 * Parquet files. The footer is read at open; a load reads the chunks of the asked columns, column after column, in the row
 * groups that statistics do not rule out, and keeps every value exactly. The file is opened anew for every load and must not
 * have changed in between.
 */
import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { ArcweldError, SourceError } from '../errors.ts'
import { type BuiltColumn, ColumnBuilder } from '../layout/column-builder.ts'
import { batchRowsOf, relationOf } from '../layout/relation-builder.ts'
import type { Arena } from '../layout/relation.ts'
import type { Field } from '../layout/types.ts'
import { corrupt, fileError } from './failure.ts'
import { type Footer, openFooter, readRange } from './parquet/footer.ts'
import type { RowGroupMetadata } from './parquet/metadata.ts'
import { ChunkDecoder } from './parquet/pages.ts'
import type { ParquetColumn } from './parquet/schema.ts'
import { mayMatch } from './parquet/statistics.ts'
import type { Loaded, LoadOptions, TableSource } from './source.ts'

export class ParquetSource implements TableSource {
  readonly kind = 'parquet'
  readonly path: string
  /** The columns of types that arcweld has; to load another one throws UNSUPPORTED_TYPE. */
  readonly fields: readonly Field[]
  /** The other columns: what the file says they are. */
  readonly unsupported: ReadonlyMap<string, string>
  readonly rows: number
  /** Bytes. */
  readonly size: number
  readonly mtimeMs: number
  readonly #footer: Footer
  readonly #columns: ReadonlyMap<string, ParquetColumn>

  constructor(path: string, footer: Footer, identity: { size: number; mtimeMs: number }) {
    this.path = path
    this.#footer = footer
    this.#columns = new Map(footer.columns.map((column) => [column.name, column]))
    this.fields = footer.columns.flatMap(({ name, type }) => ('kind' in type ? [{ name, type }] : []))
    this.unsupported = new Map(footer.columns.flatMap(({ name, type }) => ('kind' in type ? [] : [[name, type.unsupported] as const])))
    this.rows = footer.rows
    this.size = identity.size
    this.mtimeMs = identity.mtimeMs
  }

  /** Throws SourceError FILE_CHANGED or FILE_NOT_FOUND. */
  async assertUnchanged(): Promise<void> {
    this.#compare(
      await stat(this.path).catch((cause: unknown) => {
        throw fileError(cause, this.path)
      }),
    )
  }

  async load(columns: readonly string[], arena: Arena, options: LoadOptions = {}): Promise<Loaded> {
    const wanted = columns.map((name) => this.#column(name))
    const groups = this.#footer.rowGroups.filter((group) => this.#mayMatch(group, options))
    const batchRows = batchRowsOf(groups.map((group) => group.rows))
    options.signal?.throwIfAborted()
    const handle = await open(this.path).catch((cause: unknown) => {
      throw fileError(cause, this.path)
    })
    try {
      this.#compare(await handle.stat())
      const built = new Map<ParquetColumn, BuiltColumn>()
      for (const column of new Set(wanted)) built.set(column, await this.#loadColumn(handle, column, groups, batchRows, arena, options))
      return {
        relation: relationOf(
          wanted.map((column) => built.get(column)!),
          batchRows,
        ),
        rowGroups: this.#footer.rowGroups.length,
        rowGroupsSkipped: this.#footer.rowGroups.length - groups.length,
      }
    } finally {
      await handle.close()
    }
  }

  #column(name: string): ParquetColumn {
    const column = this.#columns.get(name)
    if (column === undefined) throw new SourceError('UNKNOWN_COLUMN', `${this.path} has no column ${JSON.stringify(name)}`, { path: this.path })
    if (!('kind' in column.type)) {
      throw new SourceError(
        'UNSUPPORTED_TYPE',
        `column ${JSON.stringify(name)} of ${this.path} is of type ${column.type.unsupported}, which arcweld does not know`,
        {
          path: this.path,
        },
      )
    }
    return column
  }

  #mayMatch(group: RowGroupMetadata, { predicates = [] }: LoadOptions): boolean {
    if (group.rows === 0) return false
    return predicates.every((predicate) => {
      const column = this.#columns.get(predicate.column)
      return column === undefined || !('kind' in column.type) || mayMatch(predicate, column, group.chunks[column.leaf]!.statistics, group.rows)
    })
  }

  async #loadColumn(
    handle: FileHandle,
    column: ParquetColumn,
    groups: readonly RowGroupMetadata[],
    batchRows: readonly number[],
    arena: Arena,
    { signal, kept }: LoadOptions,
  ): Promise<BuiltColumn> {
    const builder = new ColumnBuilder({ name: column.name, type: column.type as Field['type'] }, kept)
    for (const group of groups) {
      const chunk = group.chunks[column.leaf]!
      const { offset: start, length } = chunk.pages
      const bytes = await readRange(handle, this.path, start, length)
      signal?.throwIfAborted()
      try {
        for (const decoded of new ChunkDecoder(column, chunk, group.rows).decode(bytes)) builder.append(decoded)
      } catch (cause) {
        if (cause instanceof ArcweldError) throw cause
        throw corrupt(this.path, `column ${JSON.stringify(column.name)} cannot be decoded: ${(cause as Error).message}`, {
          cause,
          byteOffset: start,
        })
      }
    }
    return builder.finish(arena, batchRows)
  }

  #compare(now: { size: number; mtimeMs: number }): void {
    if (now.size === this.size && now.mtimeMs === this.mtimeMs) return
    throw new SourceError('FILE_CHANGED', `${this.path} changed since it was registered`, { path: this.path, hint: 'register it again' })
  }
}

/** Opens a Parquet file. Throws SourceError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_FORMAT, FILE_CORRUPT. */
export const openParquet = async (path: string): Promise<ParquetSource> => {
  const handle = await open(path).catch((cause: unknown) => {
    throw fileError(cause, path)
  })
  try {
    const { size, mtimeMs } = await handle.stat()
    return new ParquetSource(path, await openFooter(handle, path, size), { size, mtimeMs })
  } catch (cause) {
    throw fileError(cause, path)
  } finally {
    await handle.close()
  }
}
