/**
 * Parquet files. The footer is read at open; a load reads the chunks of the asked columns in the row groups that statistics do not rule
 * out, ahead of the workers that decode them, and keeps every value exactly. The file is opened anew for every load and must not have
 * changed in between.
 */
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { Lease } from '../bridge/memory.ts'
import { SourceError } from '../errors.ts'
import { relationOf } from '../layout/relation-builder.ts'
import type { Field } from '../layout/types.ts'
import { fileError } from './failure.ts'
import { decodingFor } from './parquet/decoding.ts'
import { type Footer, openFooter } from './parquet/footer.ts'
import { abandoned, type LateColumns, lateColumns, loadLate, UselessFilters } from './parquet/late-load.ts'
import { checkValues, type LoadContext, loadColumns, RunningUnits } from './parquet/load.ts'
import type { RowGroupMetadata } from './parquet/metadata.ts'
import type { ParquetColumn } from './parquet/schema.ts'
import { pruned, type Test } from './parquet/pruning.ts'
import { mayMatch } from './parquet/statistics.ts'
import { divide, type SelectedGroup } from './parquet/stripes.ts'
import { bytesTaken, windowScan } from './parquet/windows.ts'
import type { FileScan, Loaded, LoadOptions, ScanOptions, TableSource } from './source.ts'

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
  readonly #useless = new UselessFilters()
  /** Columns that hold what their statistics rule out. */
  readonly #unfit = new Set<string>()
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

  async load(columns: readonly string[], lease: Lease, options: LoadOptions = {}): Promise<Loaded> {
    const { signal, kept = false, pool } = options
    const wanted = columns.map((name) => this.#column(name))
    const decoding = decodingFor(pool, lease, signal)
    signal?.throwIfAborted()
    const handle = await this.#open()
    try {
      const cx = { file: { handle, path: this.path }, decoding, lease, signal, kept, units: new RunningUnits() }
      const groups = await pruned(this.#selected(options), wanted, this.#tests(options), this.size, cx)
      const division = divide(groups, decoding.threads)
      const late = this.#late(options, wanted, groups)
      for (const column of new Set([...wanted, ...(late?.first ?? [])])) checkValues(this.path, column, division)
      const useless = late !== undefined && this.#useless.has(late)
      const loaded = late && !useless ? await loadLate(late, division, cx) : { built: await loadColumns([...new Set(wanted)], division, cx), division }
      const filtered = 'filtered' in loaded ? loaded.filtered : useless ? abandoned(0) : undefined
      if (late && filtered) this.#useless.note(late, filtered)
      return {
        relation: relationOf(
          wanted.map((column) => loaded.built.get(column)!),
          loaded.division.batches,
        ),
        rowGroups: this.#footer.rowGroups.length,
        rowGroupsSkipped: this.#footer.rowGroups.length - groups.length,
        rowsSelected: groups.reduce((sum, { rows }) => sum + rows, 0),
        ...(filtered ? { filtered } : {}),
      }
    } finally {
      await handle.close()
    }
  }

  /** Bytes that `load` would take, about: by the footer alone. */
  bytes(columns: readonly string[], lease: Lease, options: LoadOptions = {}): number {
    return bytesTaken(columns.map((name) => this.#column(name)), this.#selected(options), 1, lease)
  }

  async scan(columns: readonly string[], lease: Lease, options: ScanOptions): Promise<FileScan | undefined> {
    const wanted = columns.map((name) => this.#column(name))
    const decoding = decodingFor(options.pool, lease, options.signal)
    options.signal?.throwIfAborted()
    const { path } = this
    const file = {
      path, decoding, rowGroups: this.#footer.rowGroups.length, useless: this.#useless,
      open: async () => ({ path, handle: await this.#open() }),
      prune: (groups: readonly SelectedGroup[], cx: LoadContext) => pruned(groups, wanted, this.#tests(options), this.size, cx),
      // Of what must be equal hardly anything may be left, and to find that out takes time.
      ...(options.feeds && options.pool && columns.every((name) => !this.#unfit.has(name)) && !options.predicates?.some(({ op }) => op === '=') ? { fed: { unfit: (name: string) => void this.#unfit.add(name) } } : {}),
    }
    const { filter } = options
    return windowScan(wanted, this.#selected(options), options.above, file, lease, options.signal, filter && { filter, first: filter.columns.map((name) => this.#column(name)) })
  }

  /** Throws FILE_CHANGED, FILE_NOT_FOUND, FILE_UNREADABLE. */
  async #open(): Promise<FileHandle> {
    const handle = await open(this.path).catch((cause: unknown) => {
      throw fileError(cause, this.path)
    })
    try {
      this.#compare(await handle.stat())
      return handle
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  #selected(options: LoadOptions): readonly SelectedGroup[] {
    return this.#footer.rowGroups.flatMap((metadata, index) => (this.#mayMatch(metadata, options) ? [{ metadata, index, rows: metadata.rows }] : []))
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

  #late({ filter, kept }: LoadOptions, wanted: readonly ParquetColumn[], groups: readonly SelectedGroup[]): LateColumns | undefined {
    if (filter === undefined || kept) return undefined
    return lateColumns(filter, filter.columns.map((name) => this.#column(name)), wanted, groups)
  }

  #tests({ predicates = [] }: LoadOptions): readonly Test[] {
    return predicates.flatMap((predicate) => {
      const column = this.#columns.get(predicate.column)
      return column?.reading === undefined ? [] : [{ predicate, column }]
    })
  }

  #mayMatch(group: RowGroupMetadata, options: LoadOptions): boolean {
    if (group.rows === 0) return false
    return this.#tests(options).every(({ predicate, column }) => mayMatch(predicate, column, group.chunks[column.leaf]!.statistics, group.rows))
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
