/** Rows that stay in shared memory for many queries, until they are closed and no query reads them any more. */
import type { Lease } from '../bridge/memory.ts'
import { ArcweldError } from '../errors.ts'
import type { loadRows } from './row-inputs.ts'

export class KeptRows {
  readonly #rows: Awaited<ReturnType<typeof loadRows>>
  readonly #lease: Lease
  #holds = 1
  #closed = false

  constructor(rows: Awaited<ReturnType<typeof loadRows>>, lease: Lease) {
    this.#rows = rows
    this.#lease = lease
  }

  get numRows(): number {
    return this.#rows.table.rows
  }

  /** @internal Throws RESULT_CONSUMED when they are closed. */
  get rows(): Awaited<ReturnType<typeof loadRows>> {
    if (this.#closed) throw new ArcweldError('RESULT_CONSUMED', 'the rows are closed')
    return this.#rows
  }

  /** @internal They stay until the answer is called. */
  hold(): () => void {
    this.#holds++
    let held = true
    return () => {
      if (held) this.#drop()
      held = false
    }
  }

  /** Gives the memory back when the queries that read the rows are over. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#drop()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #drop(): void {
    if (--this.#holds === 0) this.#lease.release()
  }
}
