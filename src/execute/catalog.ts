/** The registered tables. A query pins those there are when it begins; a table's memory goes back when nobody holds it. */
import type { Lease, SharedMemory } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import { PlanError } from '../errors.ts'
import type { Relation } from '../layout/relation.ts'
import { scanPredicates } from '../plan/predicates.ts'
import type { PlannerTable } from '../planners/duckdb/index.ts'
import { type OpenSource, openSource, type SourceOptions } from '../sources/index.ts'
import type { TableSource, WindowScan } from '../sources/source.ts'
import { TypesLearned } from '../sources/text/learning.ts'
import type { LoadConditions, ScanNode, Tables } from './query.ts'
import { asScanned, assertColumns } from './input-tables.ts'
import type { TableSize } from './reduction.ts'
import { ZoneMaps } from './zones.ts'

/** A table that queries may hold; `drop` gives up one hold. */
class RegisteredTable {
  readonly source: OpenSource
  /** All columns in shared memory, where the table is cached. */
  readonly cached: Relation | undefined
  readonly #lease: Lease | undefined
  readonly #zones: ZoneMaps | undefined
  #holds = 1
  #planned: OpenSource['fields']
  #file: 'same' | 'changed' | 'forgotten' = 'same'

  constructor(source: OpenSource, cached: Relation | undefined, lease: Lease | undefined) {
    this.source = source
    this.#planned = source.fields
    this.cached = cached
    this.#lease = lease
    this.#zones = cached && lease ? new ZoneMaps(lease.buffer, cached) : undefined
  }

  /** The planner may look at the file of a Parquet table as long as it is the one that was registered. */
  get plannerTable(): PlannerTable {
    const { source } = this
    return source.kind === 'parquet' && this.#file === 'same' ? { kind: 'parquet', path: source.path } : { kind: 'stand-in', fields: source.fields }
  }

  /** Throws FILE_CHANGED or FILE_NOT_FOUND; of a snapshot the answer is whether the planner must forget the file. */
  async outlived(): Promise<boolean> {
    const { source } = this
    if (source.kind !== 'parquet' || this.#file === 'forgotten') return false
    try {
      await source.assertUnchanged()
      return false
    } catch (error) {
      if (!this.cached) throw error
      this.#file = 'changed'
      return true
    }
  }

  forgetFile(): void {
    this.#file = 'forgotten'
  }

  hold(): this {
    this.#holds++
    return this
  }

  drop(): void {
    if (--this.#holds === 0) this.#lease?.release()
  }

  get size(): TableSize {
    return { rows: this.source.rows, isFile: !this.cached && (this.source.kind === 'parquet' || this.source.kind === 'files'), ordered: (column) => this.#zones?.ordered(column) === true }
  }

  /** What plans over the table rest on: another object when it is replaced, and when its types are others. */
  get basis(): object {
    return 'learned' in this.source ? this.source.fields : this
  }

  /** Whether the planner has yet to be told of the types. */
  get unplanned(): boolean {
    return this.source.fields !== this.#planned
  }

  planned(): void {
    this.#planned = this.source.fields
  }

  async load(scan: ScanNode, lease: Lease, { signal, bounds, filter, told }: LoadConditions, pool: Pool): Promise<Relation> {
    const { source } = this
    this.#assertColumns(scan)
    const predicates = [...scanPredicates(scan.filters ?? [], scan.columns), ...bounds]
    if (this.cached && this.#zones) {
      const left = predicates.length ? this.#zones.narrowed(predicates) : this.cached
      return asScanned(columnsOf(left, scan.columns.map((c) => c.name)), scan)
    }
    const { relation, ...counts } = await source.load(scan.columns.map((c) => c.name), lease, { predicates, filter, signal, pool })
    told?.(counts)
    return asScanned(relation, scan)
  }

  #assertColumns(scan: ScanNode): void {
    const { source } = this
    // planned before another query found that values are of wider types
    if ('learned' in source && source.learned && !hasColumns(scan, source)) throw source.learned
    assertColumns(scan, source)
  }

  /** Undefined where it lies in memory or takes no more than `above` bytes. */
  async windows(scan: ScanNode, lease: Lease, { signal, bounds, filter }: LoadConditions, above: number, pool: Pool): Promise<WindowScan | undefined> {
    const source: TableSource = this.source
    if (this.cached || !source.scan) return undefined
    this.#assertColumns(scan)
    const predicates = [...scanPredicates(scan.filters ?? [], scan.columns), ...bounds]
    return source.scan(scan.columns.map((c) => c.name), lease, { predicates, filter, signal, above, pool, feeds: true })
  }
}

const hasColumns = (scan: ScanNode, source: OpenSource): boolean => {
  try {
    assertColumns(scan, source)
    return true
  } catch {
    return false
  }
}

const columnsOf = (relation: Relation, names: readonly string[]): Relation => {
  const positions = names.map((name) => relation.columns.findIndex((c) => c.name === name))
  return {
    columns: positions.map((p) => relation.columns[p] as Relation['columns'][number]),
    batches: relation.batches.map((b) => ({ rows: b.rows, vectors: positions.map((p) => b.vectors[p] as (typeof b.vectors)[number]) })),
    rows: relation.rows,
  }
}

export interface PinnedTables extends Tables {
  release(): void
}

export class Catalog {
  readonly #memory: SharedMemory
  readonly #pool: Pool
  readonly #tables = new Map<string, RegisteredTable>()

  constructor(memory: SharedMemory, pool: Pool) {
    this.#memory = memory
    this.#pool = pool
  }

  /** Opens a source, and loads it where it is to be cached. */
  async open(source: unknown, cache: boolean, options: SourceOptions): Promise<RegisteredTable> {
    const opened = await openSource(source, options, { memory: this.#memory, pool: this.#pool })
    if (!cache) return new RegisteredTable(opened, undefined, undefined)
    for (let tries = 0; ; tries++) {
      const lease = this.#memory.lease()
      try {
        const { relation } = await (opened as TableSource).load(opened.fields.map((f) => f.name), lease, { kept: true, pool: this.#pool })
        return new RegisteredTable(opened, relation, lease)
      } catch (error) {
        lease.release()
        if (!(error instanceof TypesLearned) || tries > 0) throw error
      }
    }
  }

  set(name: string, table: RegisteredTable): void {
    this.remove(name)
    this.#tables.set(name.toLowerCase(), table)
  }

  remove(name: string): void {
    this.#tables.get(name.toLowerCase())?.drop()
    this.#tables.delete(name.toLowerCase())
  }

  sizeOf(name: string): TableSize | undefined {
    return this.#tables.get(name.toLowerCase())?.size
  }

  /** What a table is read from; undefined where there is none of that name. */
  kind(name: string): OpenSource['kind'] | undefined {
    return this.#tables.get(name.toLowerCase())?.source.kind
  }

  /**
   * Checks that the files of tables are what they were: a plan may rest on their statistics. Throws FILE_CHANGED, FILE_NOT_FOUND.
   * Gives the snapshots that have outlived their files: the planner must not look at those any more.
   */
  async outlived(names: readonly string[]): Promise<ReadonlyMap<string, RegisteredTable>> {
    const tables = names.flatMap((name): [string, RegisteredTable][] => {
      const table = this.#tables.get(name.toLowerCase())
      return table ? [[name, table]] : []
    })
    // At once: they are turns through threads. The first in order that fails is told.
    const outlived = await Promise.allSettled(tables.map(([, table]) => table.outlived()))
    return new Map(
      tables.filter((_, i) => {
        const outcome = outlived[i] as PromiseSettledResult<boolean>
        if (outcome.status === 'rejected') throw outcome.reason
        return outcome.value
      }),
    )
  }

  /** Names of the tables in memory. */
  get cached(): readonly string[] {
    return [...this.#tables].flatMap(([name, table]) => (table.cached ? [name] : []))
  }

  /** The tables as they are now, by name without case; one that is replaced is another object. */
  get tables(): ReadonlyMap<string, object> {
    return new Map([...this.#tables].map(([name, table]) => [name, table.basis]))
  }

  /** What stands for a table as long as it is not replaced. */
  table(name: string): object | undefined {
    return this.#tables.get(name.toLowerCase())?.basis
  }

  /** The tables whose types the planner does not know yet. */
  get unplanned(): ReadonlyMap<string, RegisteredTable> {
    return new Map([...this.#tables].filter(([, table]) => table.unplanned))
  }

  pin(): PinnedTables {
    const pinned = new Map([...this.#tables].map(([name, table]) => [name, table.hold()]))
    const tableOf = ({ table }: ScanNode): RegisteredTable => {
      const found = pinned.get(table.toLowerCase())
      if (!found) throw new PlanError('UNKNOWN_TABLE', `the plan scans ${table}, which is not registered`)
      return found
    }
    return {
      sizeOf: (table) => pinned.get(table.toLowerCase())?.size,
      load: async (scan, ...rest) => tableOf(scan).load(scan, ...rest, this.#pool),
      windows: async (scan, ...rest) => tableOf(scan).windows(scan, ...rest, this.#pool),
      release: () => {
        for (const table of pinned.values()) table.drop()
        pinned.clear()
      },
    }
  }
}
