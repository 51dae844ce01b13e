/**
 * Rows that stay in shared memory for many queries, until they are closed and no query reads them any more. Going over rows is
 * bound by memory: all of a row's bytes come, whatever is read of them. Fields that are asked for again are therefore kept as
 * columns too, as long as memory has room: what was asked for least recently gives way when a query begins with little.
 */
import type { Lease } from '../bridge/memory.ts'
import { ArcweldError, OptionError } from '../errors.ts'
import type { ColumnBatch, Relation } from '../layout/relation.ts'
import type { StageRelation } from '../layout/row-table.ts'
import type { Core, ScanNode } from './query.ts'
import { columnBytes, columnsOfRows, type FieldVectors } from './row-columns.ts'
import { type loadRows, scannedRows } from './row-inputs.ts'

type Loaded = Awaited<ReturnType<typeof loadRows>>

export class KeptRows {
  readonly #rows: Loaded
  readonly #lease: Lease
  readonly #core: Pick<Core, 'memory' | 'pool'>
  /** By field: how often a scan has asked for it, and its column. */
  readonly #asked = new Map<number, number>()
  readonly #columns = new Map<number, FieldVectors>()
  /** Of the columns. */
  readonly #leases: Lease[] = []
  readonly #closing: () => void
  #making: Promise<void> = Promise.resolve()
  #holds = 1
  #closed = false

  constructor(rows: Loaded, lease: Lease, core: Pick<Core, 'memory' | 'pool'>, closing: () => void = () => {}) {
    this.#rows = rows
    this.#lease = lease
    this.#core = core
    this.#closing = closing
  }

  get numRows(): number {
    return this.#rows.table.rows
  }

  /** @internal What a scan reads: the rows, or columns kept of them. Throws RESULT_CONSUMED when they are closed, OptionError where they lie in another memory, PlanError. */
  async scan(scan: ScanNode, memory: WebAssembly.Memory): Promise<StageRelation> {
    if (this.#closed) throw closed()
    if (memory !== this.#core.memory.memory) throw new OptionError('INVALID_OPTION', `the rows of ${scan.table} were loaded into another backend`)
    const { columns, table } = this.#rows
    const rows = scannedRows(scan, columns, table)
    const fields = [...new Set(rows.positions)]
    // A query at a time: what one makes the next one reads.
    const before = this.#making
    let ready = () => {}
    this.#making = new Promise((resolve) => { ready = resolve })
    try {
      await before
      const asked = Math.min(...fields.map((field) => this.#asked.get(field) ?? 0))
      for (const field of fields) this.#asked.set(field, (this.#asked.get(field) ?? 0) + 1)
      const missing = fields.filter((field) => !this.#columns.has(field))
      if (fields.length === 0 || table.rows === 0) return rows
      if (missing.length > 0 && !(this.#pays(fields, missing, asked) && (await this.#make(missing)))) return rows
    } finally {
      ready()
    }
    return { ...this.#relation(rows.positions), keptOf: 'rows' }
  }

  #pays(fields: readonly number[], missing: readonly number[], asked: number): boolean {
    const { table } = this.#rows
    const bytes = (of: readonly number[]) => of.reduce((n, field) => n + columnBytes(table, field), 0)
    return paysAsColumns({
      asked, rows: table.rows,
      rowBytes: table.batches.reduce((n, b) => n + b.bytes + (b.offsets ? 4 * b.rows : 0), 0) / table.rows,
      columnBytes: bytes(fields), missingBytes: bytes(missing), available: Math.max(0, freeBytes(this.#core) - spareBytes(this.#core)),
    })
  }

  /** False: memory had no room after all. */
  async #make(missing: readonly number[]): Promise<boolean> {
    const lease = this.#core.memory.lease()
    try {
      const made = await columnsOfRows(this.#rows.table, missing, this.#core, lease)
      made.forEach((column, i) => this.#columns.set(missing[i] as number, column))
      this.#leases.push(lease)
      return true
    } catch (error) {
      lease.release()
      if (error instanceof ArcweldError && error.code === 'MEMORY_EXCEEDED') return false
      throw error
    }
  }

  #relation(positions: readonly number[]): Relation {
    const { batches, rows } = this.#rows.table
    const columns = positions.map((p) => this.#columns.get(p) as FieldVectors)
    return { columns: columns.map((c) => c.info), rows, batches: batches.map((batch, b): ColumnBatch => ({ rows: batch.rows, vectors: columns.map((c) => c.vectors[b] as ColumnBatch['vectors'][number]) })) }
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

  /** @internal Gives the memory of the columns back, unless a query may read them. */
  evict(): void {
    if (!this.#closed && this.#holds === 1) this.#releaseColumns()
  }

  /** Gives the memory back when the queries that read the rows are over. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#closing()
    this.#drop()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #drop(): void {
    if (--this.#holds > 0) return
    this.#releaseColumns()
    this.#lease.release()
  }

  #releaseColumns(): void {
    this.#columns.clear()
    for (const lease of this.#leases.splice(0)) lease.release()
  }
}

const freeBytes = ({ memory }: Pick<Core, 'memory'>): number => memory.budget - memory.inUse
/** What a query finds free at least, as long as there are columns to give up. */
const spareBytes = ({ memory }: Pick<Core, 'memory'>): number => memory.budget / 8

/** Evicts columns, of the first rows first, until there is some memory for a query. */
export const makeRoom = (core: Pick<Core, 'memory'>, kept: Iterable<KeptRows>): void => {
  for (const rows of kept) {
    if (freeBytes(core) >= spareBytes(core)) return
    rows.evict()
  }
}

const closed = (): ArcweldError => new ArcweldError('RESULT_CONSUMED', 'the rows are closed')

/** What a scan of kept rows is to read: bytes a row of the rows, of its fields as columns, and of those that are not columns yet. */
export interface ScanCosts {
  /** How often each of the fields was asked for before. */
  readonly asked: number
  readonly rows: number
  readonly rowBytes: number
  readonly columnBytes: number
  readonly missingBytes: number
  /** Bytes of memory that are free, without those that are spared for queries. */
  readonly available: number
}

/** Making a column writes it (where lines are read before they are written, twice its bytes) and reads it once more. */
const MADE = 3
/** Of what is free, the part that columns may take at once: queries need room, too. */
const PART = 1 / 2

/**
 * Whether a scan makes columns of the fields it lacks. Each query saves the bytes of a row less those of the columns. Fields that were
 * asked for n times before are expected n times more, so that at worst twice as much is spent as was needed (as in renting skis).
 */
export const paysAsColumns = ({ asked, rows, rowBytes, columnBytes, missingBytes, available }: ScanCosts): boolean =>
  asked > 0 && asked * (rowBytes - columnBytes) >= MADE * missingBytes && missingBytes * rows <= available * PART
