/**
 * CSV files. How a file is written, its names and types are found out at open, from its beginning, or told; a load reads the whole file and converts
 * the asked columns. Values that are not of a type that was inferred make the source learn a wider one (`TypesLearned`).
 */
import { stat } from 'node:fs/promises'
import { Lease, type SharedMemory } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import { SourceError } from '../errors.ts'
import type { Arena } from '../layout/relation.ts'
import { relationOf } from '../layout/relation-builder.ts'
import type { Field } from '../layout/types.ts'
import { type CsvFile, openCsvFile } from './csv/file.ts'
import { readChunks, type ReadChunk } from './csv/load.ts'
import { cause } from './csv/mistakes.ts'
import { checkCsv, type CsvOptions } from './csv/options.ts'
import type { ChunkTask } from './csv/csv-task.ts'
import { fileError } from './failure.ts'
import type { Loaded, LoadOptions, TableSource, WindowScan } from './source.ts'
import { openBytes } from './text/byte-stream.ts'
import { ColumnParts, runtimeOf } from './text/column-parts.ts'
import { ALL_KINDS, bothKinds, NO_KINDS, typeOfKinds } from './text/kinds.ts'
import { TypesLearned, widerOf } from './text/learning.ts'
import { BrokenForms, type CellHints, type PieceReading, type TextFileSource, type TextPiece, textScan } from './text/windows.ts'

/** Of compressed files: so many times their bytes are text, about. */
const EXPANDED = 6

export class CsvSource implements TableSource, TextFileSource {
  readonly kind = 'csv'
  readonly path: string
  readonly unsupported: ReadonlyMap<string, string> = new Map()
  /** About. */
  readonly rows: number
  readonly #file: CsvFile
  #fields: readonly Field[]
  /** By column, what its texts could be as far as they were seen. */
  #kinds: readonly number[]
  #learned: TypesLearned | undefined
  readonly #broken = new BrokenForms()

  constructor(file: CsvFile) {
    this.#file = file
    this.#kinds = file.kinds
    this.path = file.path
    this.rows = file.rows
    this.#fields = file.columns.map(({ name, type }) => ({ name, type }))
  }

  /** It has not a byte. */
  get isEmpty(): boolean {
    return this.#file.size === 0
  }

  /** They may become wider: see TypesLearned. */
  get fields(): readonly Field[] {
    return this.#fields
  }

  /** Where a plan was made by types that are no longer these; undefined where they always were. */
  get learned(): TypesLearned | undefined {
    return this.#learned
  }

  async load(columns: readonly string[], lease: Arena, options: LoadOptions = {}): Promise<Loaded> {
    if (!(lease instanceof Lease)) throw new TypeError('CSV is read under a lease')
    options.signal?.throwIfAborted()
    await this.#unchanged()
    const positions = columns.map((name) => this.#position(name))
    const wanted = [...new Set(positions)]
    const parts = new Map(wanted.map((position) => [position, new ColumnParts(this.#fields[position] as Field, lease, options.kept)]))
    const rows: number[] = []
    for await (const piece of this.#pieces(wanted, this.#fields, { hints: () => wanted.map((position) => (parts.get(position) as ColumnParts).hints) }, lease, options)) {
      for (const part of piece.parts) {
        rows.push(part.rows)
        for (const [i, position] of wanted.entries()) (parts.get(position) as ColumnParts).append(part.rows, part.columns[i] as (typeof part.columns)[number], piece.hints[i] as CellHints)
      }
    }
    const built = new Map([...parts].map(([position, column]) => [position, column.finish()]))
    return {
      relation: relationOf(positions.map((position) => built.get(position) as ReturnType<ColumnParts['finish']>), rows),
      rowGroups: rows.length,
      rowGroupsSkipped: 0,
    }
  }

  async scan(columns: readonly string[], lease: Lease, options: LoadOptions & { readonly above: number }): Promise<WindowScan | undefined> {
    for (const name of columns) this.#position(name)
    return textScan([this], columns, this.#broken, lease, options)
  }

  /** Of what it decompresses to, about. */
  get textBytes(): number {
    return this.#file.size * (this.#file.compression === 'none' ? 1 : EXPANDED)
  }

  async *pieces(columns: readonly string[], reading: PieceReading, lease: Lease, options: LoadOptions): AsyncGenerator<TextPiece, void> {
    // As they are now: those of the windows' forms.
    const fields = this.#fields
    const wanted = columns.map((name) => this.#position(name))
    await this.#unchanged()
    yield* this.#pieces(wanted, fields, reading, lease, options)
  }

  async *#pieces(wanted: readonly number[], fields: readonly Field[], { hints, open, frugal }: PieceReading, lease: Lease, options: LoadOptions): AsyncGenerator<TextPiece, void> {
    const { form, types } = this.#file
    let [lines, misfit] = [0, false]
    const task = (): Pick<ChunkTask, 'wanted' | 'form'> => {
      const given = hints()
      return { wanted: wanted.map((position, i) => ({ position, type: (fields[position] as Field).type, strict: !types.given.has(position), ...this.#format(position), ...given[i] })), form }
    }
    for await (const { result, chunk, task: sent, bytes, lease: kept } of this.#chunks(lease, options, task, { open, frugal })) {
      const { stop } = result
      if (this.#file.options.onAside) lines = this.#tellAside(result.aside, chunk.from, result.consumed, lines, lease)
      if (!stop) {
        yield { parts: result.parts, hints: sent.wanted, lease: kept, bytes: result.consumed }
        continue
      }
      if (open) kept.release()
      misfit = stop.why === 'value' && sent.wanted[stop.wanted]?.strict === true
      if (misfit) break
      throw await cause(this.#file, stop, chunk.offset, wanted.map((position) => fields[position] as Field), wanted, bytes)
    }
    if (misfit) throw await this.#learn(wanted, lease, options)
  }

  async *#chunks(lease: Lease, { pool, signal }: LoadOptions, task: () => Pick<ChunkTask, 'wanted' | 'form' | 'kinds'>, { open, frugal }: Omit<PieceReading, 'hints'> = {}): AsyncGenerator<ReadChunk, void> {
    const { path, compression, options, dialect, start, size, columns } = this.#file
    const stream = await openBytes(path, compression, options.encoding, start)
    try {
      yield* readChunks({
        stream, path, offset: start, bytes: size - start, quote: dialect.quote, lease, open, frugal, pool, signal, pieceBytes: options.pieceBytes,
        task: () => ({ dialect, columns: columns.length, ragged: options.ragged, ...task() }),
      })
    } finally {
      await stream.close()
    }
  }

  /** Finds out what all texts of the columns could be. */
  async learn(columns: readonly string[], lease: Lease, options: LoadOptions): Promise<void> {
    await this.#unchanged()
    await this.#learn([...new Set(columns.map((name) => this.#position(name)))], lease, options)
  }

  async #learn(wanted: readonly number[], lease: Lease, options: LoadOptions): Promise<TypesLearned> {
    const { types, form, options: { dateFormat, timestampFormat } } = this.#file
    const open = wanted.filter((position) => !types.given.has(position))
    let kinds = open.map(() => NO_KINDS)
    const task = (): Pick<ChunkTask, 'wanted' | 'form' | 'kinds'> => ({
      wanted: open.map((position) => ({ position, type: { kind: 'string' }, strict: false })), form, kinds: { rows: Number.MAX_SAFE_INTEGER, date: dateFormat, timestamp: timestampFormat },
    })
    for await (const { result, chunk, bytes } of this.#chunks(lease, options, task)) {
      kinds = kinds.map((known, i) => bothKinds(known, result.kinds?.[i] ?? ALL_KINDS))
      if (result.stop) throw await cause(this.#file, result.stop, chunk.offset, [], open, bytes)
    }
    this.#kinds = this.#kinds.map((known, position) => (open.includes(position) ? (kinds[open.indexOf(position)] as number) : known))
    const before = this.#fields
    this.#fields = before.map((field, position) => (open.includes(position) ? { name: field.name, type: typeOfKinds(this.#kinds[position] as number) } : field))
    this.#learned = new TypesLearned(`${this.path}: column ${widerOf(before, this.#fields)}, by values behind the sample`, this.path, this.#fields)
    return this.#learned
  }

  /** Gives columns of one name the type that all their texts could be, in whichever file. */
  static unite(files: readonly CsvSource[]): void {
    const kinds = new Map<string, number>()
    for (const file of files) for (const [i, { name }] of file.#fields.entries()) kinds.set(name, bothKinds(kinds.get(name) ?? NO_KINDS, file.#kinds[i] as number))
    for (const file of files) {
      const { given } = file.#file.types
      file.#fields = file.#fields.map((field, i) => (given.has(i) ? field : { name: field.name, type: typeOfKinds(kinds.get(field.name) as number) }))
    }
  }

  #position(name: string): number {
    const position = this.#fields.findIndex((field) => field.name === name)
    if (position < 0) throw new SourceError('UNKNOWN_COLUMN', `${this.path} has no column ${JSON.stringify(name)}`, { path: this.path })
    return position
  }

  #format(position: number): { readonly format?: readonly number[] | undefined } {
    const { type } = this.#fields[position] as Field
    const { dateFormat, timestampFormat } = this.#file.options
    return { format: type.kind === 'date' ? dateFormat : type.kind === 'timestamp' || type.kind === 'timestamptz' ? timestampFormat : undefined }
  }

  #tellAside(rows: readonly { readonly offset: number; readonly text: string }[], from: number, consumed: number, lines: number, lease: Lease): number {
    const count = (to: number) => runtimeOf(lease)['csv_lines']?.(0, from, from + to) ?? 0
    for (const { offset, text } of rows) this.#file.options.onAside?.({ line: this.#file.lines + lines + count(offset) + 1, text })
    return lines + count(consumed)
  }

  async #unchanged(): Promise<void> {
    const now = await stat(this.path).catch((error: unknown) => {
      throw fileError(error, this.path)
    })
    if (now.size === this.#file.size && now.mtimeMs === this.#file.mtimeMs) return
    throw new SourceError('FILE_CHANGED', `${this.path} changed since it was registered`, { path: this.path, hint: 'register it again' })
  }
}

/** Where sources find memory and threads for what they do at open. */
export interface Workplace {
  readonly memory: SharedMemory
  readonly pool?: Pool | undefined
}

/** Opens a CSV file. Throws OptionError INVALID_OPTION, SourceError. */
export const openCsv = async (path: string, options: CsvOptions, { memory, pool }: Workplace): Promise<CsvSource> => {
  const checked = checkCsv(options)
  const lease = memory.lease()
  try {
    return new CsvSource(await openCsvFile(path, checked, lease, pool))
  } finally {
    lease.release()
  }
}
