/**
 * JSON files: lines of values, or one array of them. The types of columns are found out from a sample at open; a load scans the whole file on the
 * workers, part by part, and converts the columns that are asked for. A value that the sampled types do not hold, or a new key, makes the
 * source learn wider ones (`TypesLearned`).
 */
import { stat } from 'node:fs/promises'
import type { Lease } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import type { Workplace } from './csv.ts'
import { ArcweldError, SourceError } from '../errors.ts'
import { relationOf } from '../layout/relation-builder.ts'
import { type Field, isPacked } from '../layout/types.ts'
import { fileError } from './failure.ts'
import { type Fault, type InferResult, type InferTask, type ScanResult, type ScanTask, TASKS } from './ndjson/chunk-task.ts'
import { type Fed, feed, FeedFault, type TextFile } from './ndjson/feed.ts'
import { locate } from './ndjson/locate.ts'
import { type CheckedJson, checkJson, type JsonOptions } from './ndjson/options.ts'
import { PackedParts } from './ndjson/packed-parts.ts'
import { type Columns, columnsOf, emptyShape, merge, type Shape, typeOf } from './ndjson/shape.ts'
import type { Loaded, LoadOptions, TableSource, WindowScan } from './source.ts'
import { compressionOf, openBytes } from './text/byte-stream.ts'
import { ColumnParts } from './text/column-parts.ts'
import { TypesLearned, widerOf } from './text/learning.ts'
import { BrokenForms, type CellHints, type PieceReading, type TextFileSource, type TextPiece, textScan } from './text/windows.ts'

type JsonPool = Pick<Pool, 'call' | 'threads'>

interface Identity {
  readonly size: number
  readonly mtimeMs: number
}

interface Opened {
  readonly file: TextFile
  readonly identity: Identity
  readonly columns: Columns
  /** What was seen so far; nothing where columns were given. */
  readonly shape: Shape
  readonly rows: number
}

/** Of compressed files: so many times their bytes are text, about. */
const EXPANDED = 6

/** Of a text, while it is scanned: so many times its bytes, about. */
const EXPANSION = 8
const LEAST_PIECE = 1 << 16

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

  /** Results in the order of the file, each with its lease; the first fault in that order is thrown. */
  async *#scan(columns: Columns, indices: readonly number[], { hints: hintsOf, open, frugal }: PieceReading, lease: Lease, signal: AbortSignal | undefined) {
    const pool = this.#pool
    const { pieceBytes } = this.#options
    // Texts in flight and what is made of them are to take half of the memory.
    const bytes = frugal ? Math.min(pieceBytes, Math.max(LEAST_PIECE, Math.floor(lease.available / (2 * EXPANSION * (pool.threads + 1))))) : pieceBytes
    const texts = feed(this.#file, { pool, bytes, open: () => lease.workspace() })
    const waiting: { readonly fed: Fed; readonly hints: readonly CellHints[]; readonly lease: Lease; readonly result: Promise<ScanResult> }[] = []
    let feeding: FeedFault | undefined
    try {
      for (let more = true; more || waiting.length > 0; ) {
        while (more && waiting.length <= pool.threads) {
          signal?.throwIfAborted()
          const next = await texts.next().catch((error: unknown) => {
            if (!(error instanceof FeedFault)) throw error
            feeding = error
            return { done: true, value: undefined } as const
          })
          if (next.done) more = false
          else {
            const fed = next.value as Fed
            const hints = hintsOf()
            const kept = open?.() ?? lease
            const task: ScanTask = {
              stretch: fed.stretch, layout: this.#file.layout, columns, asked: indices.map((index, i) => ({ index, hints: hints[i]! })), mayBeEmpty: fed.mayBeEmpty,
              lease: kept.id, scratch: fed.scratch.id,
            }
            const result = pool.call(TASKS, 'scanText', task) as Promise<ScanResult>
            result.catch(() => {})
            waiting.push({ fed, hints, lease: kept, result })
          }
        }
        const first = waiting[0]
        if (first === undefined) break
        const result = await first.result
        if (result.ok === false) throw await this.#error(result)
        waiting.shift()
        first.fed.scratch.release()
        const { stretch } = first.fed
        yield { result, hints: first.hints, lease: first.lease, bytes: 'path' in stretch ? stretch.to - stretch.from : stretch.length }
      }
      if (feeding) throw await this.#error(feeding.fault)
    } finally {
      // Nobody may work under leases that are given back.
      await Promise.allSettled(waiting.map(({ result }) => result))
      for (const { fed, lease: kept } of waiting) {
        fed.scratch.release()
        if (open) kept.release()
      }
      await texts.return(undefined)
    }
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

  async #error({ code, message, at }: Fault): Promise<Error> {
    if (code === 'MEMORY_EXCEEDED') return new ArcweldError('MEMORY_EXCEEDED', `${this.path}: ${message}`, { hint: 'Raise `memory`, or unregister tables that are not needed.' })
    return jsonError(this.#file, { code, message, at })
  }

  async #assertUnchanged(): Promise<void> {
    const now = await identityOf(this.path)
    if (now.size === this.#identity.size && now.mtimeMs === this.#identity.mtimeMs) return
    throw new SourceError('FILE_CHANGED', `${this.path} changed since it was registered`, { path: this.path, hint: 'register it again' })
  }
}

const fieldsOf = ({ fields }: Columns): Field[] => fields.map(({ name, value }) => ({ name, type: typeOf(value) }))

const jsonError = async (file: TextFile, { code, message, at }: Pick<Fault, 'code' | 'message' | 'at'>): Promise<Error> => {
  const stream = await openBytes(file.path, file.compression, file.encoding)
  try {
    const { line, column } = await locate(stream, at)
    return new SourceError(code, `${file.path}, line ${line}, column ${column}: ${message}`, { path: file.path, byteOffset: at, line, column })
  } finally {
    await stream.close()
  }
}

const identityOf = async (path: string): Promise<Identity> => {
  const { size, mtimeMs } = await stat(path).catch((cause: unknown) => {
    throw fileError(cause, path)
  })
  return { size, mtimeMs }
}

/** Bytes of the sample, at first. */
const SAMPLE_BYTES = 1 << 23

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

const inferFile = async (path: string, identity: Identity, options: CheckedJson, pool: JsonPool, lease: Lease): Promise<Opened> => {
  const head = await openBytes(path, 'none', 'utf-8')
  const magic = new Uint8Array(4)
  await head.read(magic)
  await head.close()
  const compression = options.compression === 'auto' ? compressionOf(magic) : options.compression
  const file = { path, size: identity.size, compression, encoding: options.encoding }
  for (let room = Math.floor(Math.min(SAMPLE_BYTES, lease.available / 32)); ; room *= 4) {
    const address = lease.reserve(room) >>> 0
    const stream = await openBytes(path, compression, options.encoding)
    let length: number
    try {
      length = await stream.read(new Uint8Array(lease.buffer, address, room))
    } finally {
      await stream.close()
    }
    const whole = length < room
    const task: InferTask = {
      stretch: { address, length, from: 0 }, layout: options.format === 'ndjson' ? 'lines' : undefined, most: options.columns ? Math.min(options.sample, 100) : options.sample, whole, scratch: lease.id,
    }
    const found = (await pool.call(TASKS, 'inferText', task)) as InferResult | Fault
    if (!found.ok) throw new ArcweldError('MEMORY_EXCEEDED', `${path}: ${found.message}`)
    const { layout, begin, shape, rows, bytes, fault } = found
    const text: TextFile = { ...file, layout, begin }
    if (fault) throw await jsonError(text, fault)
    if (rows === 0 && !whole) continue
    return { file: text, identity, columns: options.columns ?? columnsOf(shape), shape, rows: whole && rows < options.sample ? rows : Math.round((rows * Math.max(length, identity.size)) / Math.max(bytes, 1)) }
  }
}
