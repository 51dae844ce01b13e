/**
 * A query's result. It runs when it is first read, is read once, and gives its memory back when it is read to the end, left,
 * or closed.
 */
import type { Table } from 'apache-arrow'
import { ArcweldError } from './errors.ts'
import type { Execution } from './execute/executor.ts'
import { toArrow } from './layout/arrow.ts'
import { checkIpcOptions, ipcChunks, type IpcOptions } from './layout/arrow-ipc.ts'
import type { OpenWorkspace } from './layout/nested-nodes.ts'
import type { Relation } from './layout/relation.ts'
import type { PartitionedRows } from './layout/partitioned-rows.ts'
import { copiedRows, type RowBatchCopy } from './layout/row-copies.ts'
import { isRowTable, type StageRelation } from './layout/row-table.ts'
import { type Row, readRows, type RowOptions } from './layout/rows.ts'
import { type Field, typeName } from './layout/types.ts'
import { type ExplainReport, type StageReport, withText } from './report/explain.ts'

export interface ColumnSchema {
  readonly name: string
  /** The type's name, as `decimal(15,2)`. */
  readonly type: string
}

export interface Metrics {
  /** From the first read to the last batch at hand, planning not included. */
  readonly ms: number
  readonly rows: number
  readonly stages: readonly StageReport[]
}

/** A run of rows; it lives until the next one is asked for. */
export class Batch {
  readonly numRows: number
  readonly #buffer: ArrayBufferLike
  readonly #workspace: OpenWorkspace
  #relation: Relation | undefined

  constructor(buffer: ArrayBufferLike, workspace: OpenWorkspace, relation: Relation) {
    this.numRows = relation.rows
    this.#buffer = buffer
    this.#workspace = workspace
    this.#relation = relation
  }

  rows(options: RowOptions = {}): Row[] {
    return readRows(this.#buffer, this.#alive(), options)
  }

  /** A copy as an Arrow table. */
  toArrow(): Table {
    return toArrow(this.#buffer, this.#alive(), this.#workspace)
  }

  /** @internal */
  expire(): void {
    this.#relation = undefined
  }

  #alive(): Relation {
    if (!this.#relation) throw new ArcweldError('RESULT_CONSUMED', 'a batch lives until the next one is asked for; copy it by rows() or toArrow()')
    return this.#relation
  }
}

/** A result by partition: a copy of its rows, UnsafeRows one after the other, and an index over them. */
export interface Partitions {
  readonly schema: readonly ColumnSchema[]
  readonly rows: Uint8Array
  /** Bytes of every row; 0 where they differ, or rows are framed. */
  readonly stride: number
  /** Where each row begins, if rows differ in length and are not framed. */
  readonly offsets?: Uint32Array
  /** First row of each partition, and behind the last one the number of all; so with bytes. */
  readonly firstRow: Uint32Array
  readonly firstByte: Uint32Array
}

export interface PartitionsOptions {
  /** Each row behind its size, a big-endian int32, as Spark's serializer of UnsafeRows writes a stream. */
  readonly framed?: boolean
}

export interface Query {
  readonly fields: readonly Field[]
  readonly buffer: ArrayBufferLike
  /** Memory that conversions of the result take for a while. */
  readonly workspace: OpenWorkspace
  /** For explain(). */
  readonly notes?: readonly string[] | undefined
  /** Its caller, or whoever it shows it to, may abort. */
  execute(abort: AbortController, partitions?: { readonly framed: boolean }): Promise<Execution>
  /** Called once, when nothing of the query is needed any more. */
  done(): void
}

export class Result implements AsyncIterable<Batch> {
  readonly #query: Query
  #schema: readonly ColumnSchema[]
  readonly #abort = new AbortController()
  readonly #detach: () => void
  #state: 'new' | 'running' | 'over' = 'new'
  #running: Promise<unknown> | undefined
  /** Set while its rows are read. */
  #execution: Execution | undefined
  #shown: Batch | undefined
  #metrics: Metrics | undefined

  constructor(query: Query, signal?: AbortSignal) {
    this.#query = query
    this.#schema = schemaOf(query.fields)
    const abort = () => this.#abort.abort(signal?.reason)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    this.#detach = () => signal?.removeEventListener('abort', abort)
  }

  /** Types of a table of text that were inferred from a sample may be wider once the result has been read. */
  get schema(): readonly ColumnSchema[] {
    return this.#schema
  }

  /** Complete once the result has been read; undefined before. */
  get metrics(): Metrics | undefined {
    return this.#metrics
  }

  /** What ran natively and what did not; stages appear once the result has been read. */
  explain(): ExplainReport & { toString(): string } {
    return withText({ stages: this.#metrics?.stages ?? [], ...(this.#query.notes?.length ? { notes: this.#query.notes } : {}) })
  }

  async rows(options: RowOptions = {}): Promise<Row[]> {
    return this.#consume((relation) => readRows(this.#query.buffer, relation, options))
  }

  async toArrow(): Promise<Table> {
    return this.#consume((relation) => toArrow(this.#query.buffer, relation, this.#query.workspace))
  }

  /** The rows by partition, of a plan whose root is an exchange. Throws INVALID_OPTION where it is none. */
  async partitions({ framed = false }: PartitionsOptions = {}): Promise<Partitions> {
    const execution = await this.#start({ framed })
    const { schema } = this
    try {
      this.#abort.signal.throwIfAborted()
      return { schema, ...copied(execution.partitioned as PartitionedRows, this.#query.buffer) }
    } finally {
      this.#over()
    }
  }

  /**
   * The rows as Arrow IPC bytes, in pieces, to be written one after the other: a stream (default) or a file, its bodies compressed by
   * LZ4 or Zstandard where that is asked for. Throws OptionError INVALID_OPTION.
   */
  async *ipc(options: IpcOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    checkIpcOptions(options)
    const execution = await this.#start()
    const { buffer, workspace } = this.#query
    const signal = this.#abort.signal
    const tables = function* () {
      const relation = columnar(execution.relation)
      if (relation.rows === 0) yield toArrow(buffer, relation, workspace)
      for (const batch of joined(relation)) {
        signal.throwIfAborted()
        yield toArrow(buffer, batch, workspace)
      }
    }
    try {
      yield* ipcChunks(tables(), options)
    } finally {
      this.#over()
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    const execution = await this.#start()
    try {
      for (const batch of joined(columnar(execution.relation))) {
        this.#abort.signal.throwIfAborted()
        this.#shown = new Batch(this.#query.buffer, this.#query.workspace, batch)
        yield this.#shown
        this.#shown.expire()
      }
    } finally {
      this.#over()
    }
  }

  /** @internal Of a query that leaves rows. */
  async *rowBatches(): AsyncGenerator<RowBatchCopy, void, undefined> {
    const execution = await this.#start()
    try {
      const { relation } = execution
      if (!isRowTable(relation)) throw new Error('the result is columns')
      for (const copy of copiedRows(relation, this.#query.buffer, BATCH_ROWS)) {
        this.#abort.signal.throwIfAborted()
        yield copy
      }
    } finally {
      this.#over()
    }
  }

  /** Ends the query where it still runs; a result that was not read counts as read. */
  async close(): Promise<void> {
    if (this.#state === 'running') this.#abort.abort(new ArcweldError('RESULT_CONSUMED', 'the result was closed'))
    await this.#running?.catch(() => {})
    this.#over()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #consume<T>(read: (relation: Relation) => T): Promise<T> {
    const execution = await this.#start()
    try {
      // Closed in the same turn, it has given its memory back.
      this.#abort.signal.throwIfAborted()
      return read(columnar(execution.relation))
    } finally {
      this.#over()
    }
  }

  async #start(partitions?: { readonly framed: boolean }): Promise<Execution> {
    if (this.#state !== 'new') throw new ArcweldError('RESULT_CONSUMED', 'a result is read once: by rows(), toArrow(), ipc() or iteration')
    this.#state = 'running'
    const start = performance.now()
    try {
      const running = this.#query.execute(this.#abort, partitions)
      this.#running = running
      const execution = await running
      this.#execution = execution
      if (execution.fields) this.#schema = schemaOf(execution.fields)
      this.#metrics = { ms: performance.now() - start, rows: execution.relation.rows, stages: execution.stages }
      return execution
    } catch (error) {
      this.#over()
      throw error
    }
  }

  #over(): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#shown?.expire()
    this.#execution?.lease.release()
    this.#detach()
    this.#query.done()
  }
}

const schemaOf = (fields: readonly Field[]): ColumnSchema[] => fields.map(({ name, type }) => ({ name, type: typeName(type) }))

const columnar = (relation: StageRelation): Relation => {
  if (isRowTable(relation)) throw new Error('the result is rows')
  return relation
}

const copied = ({ data, bytes, offsets, rows, stride, firstRow, firstByte }: PartitionedRows, buffer: ArrayBufferLike): Omit<Partitions, 'schema'> => ({
  rows: new Uint8Array(buffer, data, bytes).slice(), stride, firstRow, firstByte, ...(offsets ? { offsets: new Uint32Array(buffer, offsets, rows).slice() } : {}),
})

/** Rows of one batch handed out. */
const BATCH_ROWS = 65536

/** Chunks joined to batches of some size: each a relation of its own. */
function* joined(relation: Relation): Generator<Relation> {
  let batches: Relation['batches'][number][] = []
  let rows = 0
  for (const batch of relation.batches) {
    if (rows > 0 && rows + batch.rows > BATCH_ROWS) {
      yield { columns: relation.columns, batches, rows }
      batches = []
      rows = 0
    }
    batches.push(batch)
    rows += batch.rows
  }
  if (rows > 0) yield { columns: relation.columns, batches, rows }
}
