/**
 * JSON files: lines of values, or one array of them. The types of columns are found out from a sample at open; a load scans the whole file on the
 * workers, part by part, and converts the columns that are asked for. A value that the sampled types do not hold, or a new key, makes the
 * source learn wider ones (`TypesLearned`).
 */
import type { Lease } from '../bridge/memory.ts'
import type { Workplace } from './csv.ts'
import { SourceError } from '../errors.ts'
import { relationOf } from '../layout/relation-builder.ts'
import { type Field, isPacked } from '../layout/types.ts'
import type { TextFile } from './ndjson/feed.ts'
import { type Identity, identityOf, inferFile, type JsonPool, type Opened } from './ndjson/file.ts'
import { type CheckedJson, checkJson, type JsonOptions } from './ndjson/options.ts'
import { PackedParts } from './ndjson/packed-parts.ts'
import { scanFile } from './ndjson/scan.ts'
import { type Columns, columnsOf, emptyShape, merge, type Shape, typeOf } from './ndjson/shape.ts'
import type { Loaded, LoadOptions, TableSource, WindowScan } from './source.ts'
import { ColumnParts } from './text/column-parts.ts'
import { TypesLearned, widerOf } from './text/learning.ts'
import { BrokenForms, type PieceReading, type TextFileSource, type TextPiece, textScan } from './text/windows.ts'

/** Of compressed files: so many times their bytes are text, about. */
const EXPANDED = 6

export class JsonSource implements TableSource, TextFileSource {
  readonly kind = 'json'
  readonly path: string
  readonly unsupported: ReadonlyMap<string, string> = new Map()
  /** Estimated. */
  readonly rows: number
  readonly #file: TextFile
  readonly #identity: Identity
  readonly #options: CheckedJson
  readonly #pool: JsonPool
  #shape: Shape
  #columns: Columns
  #fields: readonly Field[]
  #learned: TypesLearned | undefined
  readonly #broken = new BrokenForms()

  constructor({ file, identity, columns, shape, rows }: Opened, options: CheckedJson, pool: JsonPool) {
    this.path = file.path
    this.rows = rows
    this.#file = file
    this.#identity = identity
    this.#options = options
    this.#pool = pool
    this.#shape = shape
    this.#columns = columns
    this.#fields = fieldsOf(columns)
  }

  /** They may become others: see TypesLearned. */
  get fields(): readonly Field[] {
    return this.#fields
  }

  /** Where a plan was made by types that are no longer these; undefined where they always were. */
  get learned(): TypesLearned | undefined {
    return this.#learned
  }

  async load(names: readonly string[], lease: Lease, { signal, kept }: LoadOptions = {}): Promise<Loaded> {
    signal?.throwIfAborted()
    await this.#assertUnchanged()
    const columns = this.#columns
    const { indices, asked } = this.#asked(names, lease, kept)
    const batchRows: number[] = []
    for await (const piece of this.#pieces(columns, asked.map(({ index }) => index), { hints: () => asked.map(({ parts }) => parts.hints) }, lease, signal)) {
      for (const part of piece.parts) {
        batchRows.push(part.rows)
        for (const [i, { parts }] of asked.entries()) parts.append(part.rows, part.columns[i]!, piece.hints[i]!)
      }
    }
    const built = asked.map(({ index, parts }) => ({ index, column: parts.finish() }))
    return {
      relation: relationOf(indices.map((index) => built.find((b) => b.index === index)!.column), batchRows),
      rowGroups: batchRows.length,
      rowGroupsSkipped: 0,
    }
  }

  async scan(names: readonly string[], lease: Lease, options: LoadOptions & { readonly above: number }): Promise<WindowScan | undefined> {
    this.#asked(names, lease)
    return textScan([this], names, this.#broken, lease, options)
  }

  /** Of what it decompresses to, about. */
  get textBytes(): number {
    return this.#file.size * (this.#file.compression === 'none' ? 1 : EXPANDED)
  }

  async *pieces(names: readonly string[], reading: PieceReading, lease: Lease, { signal }: LoadOptions): AsyncGenerator<TextPiece, void> {
    // As they are now: those of the windows' forms.
    const columns = this.#columns
    const indices = names.map((name) => this.#index(name))
    await this.#assertUnchanged()
    yield* this.#pieces(columns, indices, reading, lease, signal)
  }

  async *#pieces(columns: Columns, indices: readonly number[], reading: PieceReading, lease: Lease, signal: AbortSignal | undefined): AsyncGenerator<TextPiece, void> {
    let changed: Shape | undefined
    for await (const { result, hints, lease: kept, bytes } of this.#scan(columns, indices, reading, lease, signal)) {
      if (result.ok === true && !changed) yield { parts: result.rows > 0 ? [{ rows: result.rows, columns: result.columns }] : [], hints, lease: kept, bytes }
      else if (reading.open) kept.release()
      if (result.ok === 'misfit') changed = merge(changed ?? emptyShape(), result.shape)
    }
    await this.#assertUnchanged()
    if (changed) throw this.#learn(changed, columns)
  }

  /** Finds out what all values of the columns are. */
  async learn(names: readonly string[], lease: Lease, { signal }: LoadOptions): Promise<void> {
    await this.#assertUnchanged()
    const columns = this.#columns
    const { asked } = this.#asked(names, lease, false)
    let changed: Shape | undefined
    const reading = { hints: () => asked.map(({ parts }) => parts.hints) }
    for await (const { result } of this.#scan(columns, asked.map(({ index }) => index), reading, lease, signal)) if (result.ok === 'misfit') changed = merge(changed ?? emptyShape(), result.shape)
    await this.#assertUnchanged()
    if (changed) this.#learn(changed, columns)
  }

  /** Gives all files the columns that their values have together. */
  static unite(files: readonly JsonSource[]): void {
    if (files.some((file) => file.#options.columns)) return
    const shape = files.reduce((all, file) => merge(all, file.#shape), emptyShape())
    const columns = columnsOf(shape)
    for (const file of files) {
      file.#columns = columns
      file.#fields = fieldsOf(columns)
    }
  }

  #asked(names: readonly string[], lease: Lease, kept = false) {
    const fields = this.#fields
    const indices = names.map((name) => this.#index(name))
    return { indices, asked: [...new Set(indices)].map((index) => ({ index, parts: isPacked(fields[index]!.type) ? new PackedParts(fields[index]!) : new ColumnParts(fields[index]!, lease, kept) })) }
  }

  #index(name: string): number {
    const index = this.#fields.findIndex((field) => field.name === name)
    if (index < 0) throw new SourceError('UNKNOWN_COLUMN', `${this.path} has no column ${JSON.stringify(name)}`, { path: this.path })
    return index
  }

  #learn(seen: Shape, columns: Columns): Error {
    // Another load may have learned it before.
    if (columns === this.#columns || this.#learned === undefined) {
      this.#shape = merge(merge(emptyShape(), this.#shape), seen)
      this.#columns = columnsOf(this.#shape)
      const before = this.#fields
      this.#fields = fieldsOf(this.#columns)
      this.#learned = new TypesLearned(`${this.path}: column ${widerOf(before, this.#fields)}, by values behind the sample`, this.path, this.#fields)
    }
    return this.#learned
  }

  #scan(columns: Columns, indices: readonly number[], reading: PieceReading, lease: Lease, signal: AbortSignal | undefined) {
    return scanFile({ file: this.#file, columns, indices, pool: this.#pool, pieceBytes: this.#options.pieceBytes, reading, lease, signal })
  }

  async #assertUnchanged(): Promise<void> {
    const now = await identityOf(this.path)
    if (now.size === this.#identity.size && now.mtimeMs === this.#identity.mtimeMs) return
    throw new SourceError('FILE_CHANGED', `${this.path} changed since it was registered`, { path: this.path, hint: 'register it again' })
  }
}

const fieldsOf = ({ fields }: Columns): Field[] => fields.map(({ name, value }) => ({ name, type: typeOf(value) }))

/** Opens a JSON file. Throws OptionError INVALID_OPTION, SourceError. */
export const openJson = async (path: string, options: JsonOptions, format: 'ndjson' | 'json', { memory, pool }: Workplace): Promise<JsonSource> => {
  const checked = checkJson(options, format)
  if (!pool) throw new SourceError('FILE_FORMAT', `${path} is JSON, which is read by workers only`, { path })
  const identity = await identityOf(path)
  const lease = memory.lease()
  try {
    const opened = await inferFile(path, identity, checked, pool, lease)
    return new JsonSource(opened, checked, pool)
  } finally {
    lease.release()
  }
}
