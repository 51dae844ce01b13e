/** A query's result as UnsafeRows: read once, batch after batch. */
import type { RowSchemaField } from './execute/row-inputs.ts'
import type { ColumnSchema, Metrics, Result } from './result.ts'

/** Rows with bytes of their own; as an input it is what it was. */
export interface RowBatch {
  readonly numRows: number
  readonly rows: Uint8Array<ArrayBuffer>
  /** First byte of each row. */
  readonly offsets: Uint32Array<ArrayBuffer>
  readonly schema: readonly RowSchemaField[]
}

export class RowResult implements AsyncIterable<RowBatch> {
  readonly #result: Result

  /** @internal */
  constructor(result: Result) {
    this.#result = result
  }

  get schema(): readonly ColumnSchema[] {
    return this.#result.schema
  }

  /** Complete once the result has been read; undefined before. */
  get metrics(): Metrics | undefined {
    return this.#result.metrics
  }

  explain(): ReturnType<Result['explain']> {
    return this.#result.explain()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RowBatch, void, undefined> {
    const schema = this.schema.map(({ name, type }): RowSchemaField => ({ name, type }))
    for await (const batch of this.#result.rowBatches()) yield { ...batch, schema }
  }

  /** Ends the query where it still runs. */
  async close(): Promise<void> {
    await this.#result.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
