/**
 * A Parquet file's scans in small windows, each a copy of rows that were read whole. What lay in a window is overwritten when it is
 * released, so that whoever still points there gives nonsense.
 */
import type { Lease } from '../../src/bridge/memory.ts'
import { bytesAt } from '../../src/layout/memory.ts'
import { type ColumnBatch, type ColumnInfo, physicalWidth, type Relation, type Vector } from '../../src/layout/relation.ts'
import type { LoadOptions, TableSource, Window, WindowOptions, WindowScan } from '../../src/sources/source.ts'

const NONSENSE = 0xee

/** What the scans of a source do. */
export interface WindowPlan {
  /** Rows of the nth window; 0 ends in windows of that many, which is none: at least 1. */
  rows(window: number): number
  /** Windows that were made, and not yet released. */
  made: number
  open: number
  /** Instead of this window comes an error. */
  failsAt?: { readonly window: number; readonly error: Error } | undefined
}

/** Bytes copied under a lease, all of which are overwritten at its end. */
class Copies {
  readonly #lease: Lease
  readonly #taken: { readonly address: number; readonly bytes: number }[] = []

  constructor(lease: Lease) {
    this.#lease = lease
  }

  allocate(bytes: number): number {
    const address = this.#lease.allocate(bytes) >>> 0
    this.#taken.push({ address, bytes })
    return address
  }

  copy(from: number, bytes: number): number {
    const address = this.allocate(bytes)
    bytesAt(this.#lease.buffer, address, bytes).set(bytesAt(this.#lease.buffer, from, bytes))
    return address
  }

  release(): void {
    for (const { address, bytes } of this.#taken) bytesAt(this.#lease.buffer, address, bytes).fill(NONSENSE)
    this.#lease.release()
  }
}

const copyBits = (buffer: ArrayBufferLike, validity: number, from: number, rows: number, copies: Copies): number => {
  const address = copies.allocate(Math.ceil(rows / 8))
  const [source, target] = [bytesAt(buffer, validity, Math.ceil((from + rows) / 8)), bytesAt(buffer, address, Math.ceil(rows / 8))]
  for (let i = 0; i < rows; i++) if (((source[(from + i) >> 3] as number) >> ((from + i) & 7)) & 1) target[i >> 3] = (target[i >> 3] as number) | (1 << (i & 7))
  return address
}

const copyVector = (buffer: ArrayBufferLike, { physical }: ColumnInfo, vector: Vector, from: number, rows: number, copies: Copies): Vector => {
  const validity = vector.validity ? copyBits(buffer, vector.validity, from, rows, copies) : 0
  if (physical === 'utf8') {
    const offsets = new Uint32Array(buffer, vector.aux >>> 0, from + rows + 1)
    const [begin, end] = [offsets[from] as number, offsets[from + rows] as number]
    const aux = copies.allocate((rows + 1) * 4)
    new Uint32Array(buffer, aux, rows + 1).set(offsets.subarray(from, from + rows + 1).map((at) => at - begin))
    return { data: copies.copy(vector.data + begin, end - begin), validity, aux }
  }
  const width = physicalWidth[physical]
  const data = copies.copy(vector.data + from * width, rows * width)
  if (physical === 'slice') {
    const words = new Uint32Array(buffer, data, rows * 2)
    for (let i = 0; i < rows; i++) if (words[2 * i + 1]) words[2 * i] = copies.copy(words[2 * i] as number, words[2 * i + 1] as number)
  }
  return { data, validity, aux: 0 }
}

/** Rows [from, to) of all batches together as one window; of several batches where they lie across. */
const windowOf = (buffer: ArrayBufferLike, { columns, batches }: Relation, from: number, to: number, lease: Lease): Window => {
  const copies = new Copies(lease)
  const parts: ColumnBatch[] = []
  let first = 0
  for (const batch of batches) {
    const [begin, end] = [Math.max(0, from - first), Math.min(batch.rows, to - first)]
    if (begin < end) parts.push({ rows: end - begin, vectors: batch.vectors.map((vector, c) => copyVector(buffer, columns[c] as ColumnInfo, vector, begin, end - begin, copies)) })
    first += batch.rows
  }
  return { batches: parts, rows: to - from, lease: copies }
}

/** What a source's `scan` may be replaced by. */
export const windowedScan = (source: TableSource, plan: WindowPlan) => async (columns: readonly string[], arena: Lease, options: LoadOptions): Promise<WindowScan> => {
  const { relation } = await source.load(columns, arena, options)
  const { buffer } = arena
  async function* windows({ lease: open, signal }: WindowOptions): AsyncGenerator<Window, void> {
    for (let [from, i] = [0, 0]; from < relation.rows; i++) {
      await new Promise(setImmediate)
      signal?.throwIfAborted()
      if (plan.failsAt?.window === i) throw plan.failsAt.error
      const to = Math.min(relation.rows, from + Math.max(1, plan.rows(i)))
      const lease = open()
      const window = windowOf(buffer, relation, from, to, lease)
      plan.made++
      plan.open++
      const release = () => {
        plan.open--
        window.lease.release()
      }
      from = to
      yield { ...window, lease: { release } }
    }
  }
  return { columns: relation.columns, rows: relation.rows, windows }
}

/** Of the pipelines that went over windows: how many. */
export const windowsOf = (result: { explain(): { stages: readonly { pipelines: readonly { windows?: number | undefined }[] }[] } }): number[] =>
  result.explain().stages.flatMap(({ pipelines }) => pipelines.flatMap(({ windows }) => windows ?? []))
