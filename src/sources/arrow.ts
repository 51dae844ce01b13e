/** Arrow tables, record batches and IPC bytes or files as sources. The values stay where they are until they are loaded. */
import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { ArcweldError, SourceError } from '../errors.ts'
import { type BuiltColumn, ColumnBuilder } from '../layout/column-builder.ts'
import { batchRowsOf, relationOf } from '../layout/relation-builder.ts'
import type { Arena } from '../layout/relation.ts'
import type { Field } from '../layout/types.ts'
import { arrowChunk } from './arrow/chunks.ts'
import { ChunkError } from './arrow/failure.ts'
import { type ArrowTable, arrowTableOf, Budget } from './arrow/structure.ts'
import { arrowTypeName, reasonOf, sqlTypeOf } from './arrow/types.ts'
import { corrupt, fileError } from './failure.ts'
import type { Loaded, LoadOptions, TableSource } from './source.ts'

/** Milliseconds after which other work has its turn, between batches. */
const TURN = 20

export class ArrowSource implements TableSource {
  readonly kind = 'arrow'
  readonly path: string | undefined
  /** The columns of types that arcweld has; to load another one throws UNSUPPORTED_TYPE. */
  readonly fields: readonly Field[]
  readonly unsupported: ReadonlyMap<string, string>
  readonly rows: number
  readonly #table: ArrowTable

  constructor(table: ArrowTable, path?: string) {
    this.#table = table
    this.path = path
    const types = table.columns.map(({ name, type }) => ({ name, arrow: type, type: sqlTypeOf(type) }))
    this.fields = types.flatMap(({ name, type }) => (type === undefined ? [] : [{ name, type }]))
    this.unsupported = new Map(types.flatMap(({ name, arrow, type }) => (type === undefined ? [[name, arrowTypeName(arrow)] as const] : [])))
    this.rows = table.batches.reduce((sum, rows) => sum + rows, 0)
  }

  async load(columns: readonly string[], arena: Arena, options: LoadOptions = {}): Promise<Loaded> {
    options.signal?.throwIfAborted()
    const batchRows = batchRowsOf(this.#table.batches)
    const built: BuiltColumn[] = []
    for (const name of columns) {
      const column = await this.#column(name, new Budget(arena.available ?? Number.POSITIVE_INFINITY, arena.workspace?.bind(arena)), options)
      built.push(column.finish(arena, batchRows))
    }
    return { relation: relationOf(built, batchRows), rowGroups: this.#table.batches.length, rowGroupsSkipped: 0 }
  }

  async #column(name: string, budget: Budget, { kept, signal }: LoadOptions): Promise<ColumnBuilder> {
    const column = this.#table.columns.find((candidate) => candidate.name === name)
    if (column === undefined) throw this.#error('UNKNOWN_COLUMN', `${this.#what()} has no column ${JSON.stringify(name)}`)
    const type = sqlTypeOf(column.type)
    if (type === undefined) {
      throw this.#error(
        'UNSUPPORTED_TYPE',
        `column ${JSON.stringify(name)} of ${this.#what()} is of type ${arrowTypeName(column.type)}${reasonOf(column.type)}`,
      )
    }
    const builder = new ColumnBuilder({ name, type }, kept)
    let turn = performance.now()
    for (const [i, open] of column.arrays.entries()) {
      const rows = this.#table.batches[i]!
      if (rows === 0) continue
      if (performance.now() - turn > TURN) {
        await setImmediate()
        signal?.throwIfAborted()
        turn = performance.now()
      }
      try {
        const array = open(budget)
        if (array.length !== rows) throw new ChunkError('FILE_CORRUPT', `${array.length} values in a batch of ${rows} rows`)
        builder.append(arrowChunk(array, budget))
      } catch (cause) {
        if (cause instanceof ArcweldError) throw cause
        const code = cause instanceof ChunkError ? cause.code : 'FILE_CORRUPT'
        throw this.#error(code, `column ${JSON.stringify(name)} of ${this.#what()} cannot be read: ${(cause as Error).message}`, cause)
      }
    }
    return builder
  }

  #what(): string {
    return this.path ?? 'the Arrow table'
  }

  #error(code: 'UNKNOWN_COLUMN' | ChunkError['code'], message: string, cause?: unknown): SourceError {
    return new SourceError(code, message, { path: this.path, cause })
  }
}

/** The value as a source; undefined when it is no Arrow table, record batch or array of record batches. */
export const arrowSource = (value: unknown): ArrowSource | undefined => {
  const table = arrowTableOf(value)
  return table === undefined ? undefined : new ArrowSource(table)
}

/** A source over Arrow IPC bytes, stream or file format. Throws SourceError FILE_CORRUPT, FILE_FORMAT. */
export const arrowIpcSource = async (bytes: Uint8Array, path?: string): Promise<ArrowSource> => {
  const { readIpc } = await import('./arrow/ipc.ts')
  // what is checked must not change afterwards
  const own = bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes)
  return new ArrowSource(await readIpc(own, path ?? 'the Arrow IPC data', path), path)
}

/** Reads an Arrow IPC file (`.arrow`, `.feather`, stream or file format) into memory. Throws SourceError. */
export const openArrowFile = async (path: string): Promise<ArrowSource> => {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw fileError(cause, path)
  }
  if (bytes.length === 0) throw corrupt(path, 'it is empty')
  return arrowIpcSource(bytes, path)
}
