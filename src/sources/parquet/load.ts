/**
 * The columns of a load: stripe after stripe of the file is read ahead of the workers that decode it, each column of each stripe into its
 * place in shared memory. A column whose form promised too much is decoded again in a wider one.
 */
import type { FileHandle } from 'node:fs/promises'
import type { Lease } from '../../bridge/memory.ts'
import { ArcweldError } from '../../errors.ts'
import type { BuiltColumn } from '../../layout/column-builder.ts'
import { corrupt } from '../failure.ts'
import type { ChunkPiece } from './chunk-task.ts'
import { ColumnLoad } from './column-load.ts'
import { damaged, type Decoding } from './decoding.ts'
import { unite } from './dictionaries.ts'
import { Extents } from './file-reader.ts'
import { inFlight } from './in-flight.ts'
import { keepText } from './kept-text.ts'
import type { ReadPart } from './page-index.ts'
import type { ParquetColumn } from './schema.ts'
import { type Division, partsOfChunk, type Stripe } from './stripes.ts'

export interface OpenFile {
  readonly handle: FileHandle
  readonly path: string
}

export interface LoadContext {
  readonly file: OpenFile
  readonly decoding: Decoding
  /** What the relation consists of. */
  readonly lease: Lease
  readonly signal: AbortSignal | undefined
  readonly kept: boolean
  readonly units: RunningUnits
  /** Told how many data pages were decoded. */
  readonly counted?: ((pages: number) => void) | undefined
}

/** What a load has begun and not ended, and how many of those wait for the memory of others. */
export class RunningUnits {
  readonly #running = new Set<Promise<void>>()
  #waiting = 0

  add(work: Promise<void>): Promise<void> {
    const settled = work.finally(() => this.#running.delete(settled))
    this.#running.add(settled)
    return settled
  }

  /** Memory that others are about to give back is waited for. Throws MEMORY_EXCEEDED. */
  async whenFree(take: () => number): Promise<number> {
    for (;;) {
      try {
        return take() >>> 0
      } catch (error) {
        if (!(error instanceof ArcweldError) || error.code !== 'MEMORY_EXCEEDED' || this.#waiting + 1 >= this.#running.size) throw error
        this.#waiting++
        await Promise.race(this.#running).finally(() => this.#waiting--)
      }
    }
  }
}

/** Columns of a stripe that are read together. */
interface Unit {
  readonly stripe: Stripe
  readonly loads: readonly ColumnLoad[]
  readonly extents: Extents
  /** Text that is not compressed is not copied: the bytes stay. */
  readonly stays: boolean
}

/** Columns are read together up to this many bytes. */
const UNIT_BYTES = 4 << 20

export const isText = ({ column }: ColumnLoad): boolean => column.reading === 'text' || column.reading === 'uuid'

/** By column, in any order. Throws SourceError, MEMORY_EXCEEDED, `signal.reason`; nothing runs any more then. */
export const loadColumns = async (columns: readonly ParquetColumn[], division: Division, cx: LoadContext): Promise<ReadonlyMap<ParquetColumn, BuiltColumn>> => {
  const { lease, kept, file } = cx
  const pages = kept ? lease.workspace() : lease
  try {
    const loads = columns.map((column) => new ColumnLoad(column, division, pages))
    // Those whose dictionaries are looked at first do not keep the others waiting.
    await all([
      decodeAll(loads.filter((load) => !isText(load)), cx),
      unite(loads.filter(isText), division, cx).then((texts) => decodeAll(texts, cx)),
    ])
    const built = new Map(loads.map((load) => [load.column, load.built(file.path)]))
    if (kept) await all(loads.filter((load) => load.form.physical === 'slice' || load.dictionary).map(async (load) => built.set(load.column, await keepText(load, built.get(load.column)!, cx))))
    return built
  } finally {
    if (kept) pages.release()
  }
}

/** Everything is settled when it settles; rejects what was rejected first in order. */
export const all = async (work: readonly Promise<unknown>[]): Promise<void> => {
  for (const outcome of await Promise.allSettled(work)) if (outcome.status === 'rejected') throw outcome.reason
}

const decodeAll = async (loads: readonly ColumnLoad[], cx: LoadContext): Promise<void> => {
  for (let left = loads; left.length > 0; ) {
    for (const load of left) load.begin(load.form.physical === 'slice' ? load.text : cx.lease)
    await decodeOnce(left, cx, stripesOf(left))
    const broken = left.filter((load) => load.broken !== undefined)
    for (const load of broken) load.weaken(cx.file.path)
    left = [...broken, ...(cx.kept ? left.filter((load) => load.broken === undefined && load.couldBeNarrower(cx.file.path)) : [])]
  }
}

/** Some stripes of loads whose places lie under `room`; `before`: those that are done already, and are done again where a form is weakened. */
export const decodeStripes = async (loads: readonly ColumnLoad[], cx: LoadContext, room: Lease, stripes: readonly Stripe[], before: readonly Stripe[] = []): Promise<void> => {
  if (before.length === 0) for (const load of loads) load.begin(room)
  await decodeOnce(loads, cx, stripes)
  for (let left = loads.filter(isBroken); left.length > 0; left = left.filter(isBroken)) {
    for (const load of left) {
      load.weaken(cx.file.path)
      load.begin(room)
    }
    await decodeOnce(left, cx, [...before, ...stripes])
  }
}

const isBroken = ({ broken }: ColumnLoad): boolean => broken !== undefined

export const stripesOf = (loads: readonly ColumnLoad[]): readonly Stripe[] => loads[0]?.division.stripes ?? []

/** Stripes of loads that have begun; what was promised of their form may turn out not to hold. */
export const decodeOnce = async (loads: readonly ColumnLoad[], cx: LoadContext, stripes: readonly Stripe[]): Promise<void> => {
  const running: Promise<void>[] = []
  let failure: { readonly error: unknown } | undefined
  const flight = inFlight(cx.lease.buffer)
  try {
    for (const unit of unitsOf(loads, stripes)) {
      const { bytes } = unit.extents
      await flight.enter(bytes)
      if (failure === undefined && cx.signal?.aborted) failure = { error: cx.signal.reason }
      if (failure !== undefined) {
        flight.leave(bytes)
        break
      }
      const work = decodeUnit(unit, cx)
        .catch((error: unknown) => {
          failure ??= { error }
        })
        .finally(() => flight.leave(bytes))
      running.push(cx.units.add(work))
    }
  } finally {
    await Promise.allSettled(running)
  }
  if (failure !== undefined) throw failure.error
  cx.signal?.throwIfAborted()
}

const decodeUnit = async ({ stripe, loads, extents, stays }: Unit, cx: LoadContext): Promise<void> => {
  const { file, decoding, lease, units } = cx
  const scratch = lease.workspace()
  try {
    const address = await units.whenFree(() => (stays ? loads[0]!.text : scratch).reserve(extents.bytes))
    await extents.read(file.handle, file.path, lease.buffer, address)
    await all(
      loads.map(async (load) => {
        // a column that must be done again anyway
        if (load.broken !== undefined || cx.signal?.aborted) return
        const leaves = load.leaves.map((leaf, i) => ({
          leaf,
          pieces: stripe.groups.map((group): ChunkPiece => {
            const { codec, uncompressed } = group.metadata.chunks[load.column.leaf + i]!
            const parts = partsOfChunk(group, load.column.leaf + i)
            const spans = parts.map(({ offset, length, firstRow }) => ({ address: extents.addressOf(offset), length, fileOffset: offset, firstRow, stays }))
            return { spans, codec, rows: group.metadata.rows, uncompressed, dictionary: load.dictionary?.places.get(group.metadata), select: group.select }
          }),
        }))
        const { nested } = load.column
        const common = { out: load.place(stripe), lease: load.text.id, scratch: scratch.id }
        const result = await (nested ? decoding.decodeNested({ ...common, type: nested.type, shape: nested.shape, leaves }) : decoding.decodeChunk({ ...common, ...leaves[0]! }))
        if (!result.ok && result.reason === 'damage') throw damaged(file.path, result)
        if (result.ok && 'pages' in result) cx.counted?.(result.pages ?? 0)
        load.take(stripe, result)
      }),
    )
  } finally {
    scratch.release()
  }
}

function* unitsOf(loads: readonly ColumnLoad[], stripes: readonly Stripe[]): Generator<Unit> {
  const inOrder = [...loads].sort((a, b) => firstOffset(a) - firstOffset(b))
  for (const stripe of stripes) {
    const staying = inOrder.filter((load) => stays(load, stripe))
    for (const load of staying) yield unitOf(stripe, [load], true)
    let held: ColumnLoad[] = []
    let bytes = 0
    for (const load of inOrder) {
      if (staying.includes(load)) continue
      const size = partsOf(load, stripe).reduce((sum, { length }) => sum + length, 0)
      if (bytes > 0 && bytes + size > UNIT_BYTES) {
        yield unitOf(stripe, held, false)
        held = []
        bytes = 0
      }
      held.push(load)
      bytes += size
    }
    if (held.length > 0) yield unitOf(stripe, held, false)
  }
}

const unitOf = (stripe: Stripe, loads: readonly ColumnLoad[], stay: boolean): Unit => ({
  stripe,
  loads,
  stays: stay,
  extents: new Extents(loads.flatMap((load) => partsOf(load, stripe))),
})

const firstOffset = ({ column, division }: ColumnLoad): number => division.stripes[0]?.groups[0]?.metadata.chunks[column.leaf]?.pages.offset ?? 0

/** Of all leaves. */
const partsOf = ({ column, leaves }: ColumnLoad, { groups }: Stripe): ReadPart[] =>
  groups.flatMap((group) => leaves.flatMap((_, i) => partsOfChunk(group, column.leaf + i)))

const stays = ({ form, column }: ColumnLoad, { groups }: Stripe): boolean =>
  form.physical === 'slice' && column.nested === undefined && groups.every(({ metadata }) => metadata.chunks[column.leaf]!.codec === 'UNCOMPRESSED')

/** A flat column's chunks hold as many values as there are rows; those of nested ones are counted as they are decoded. */
export const checkValues = (path: string, column: ParquetColumn, { stripes }: Division): void => {
  if (column.nested) return
  for (const { groups } of stripes) {
    for (const { metadata, index } of groups) {
      const { values, pages } = metadata.chunks[column.leaf]!
      if (values === metadata.rows) continue
      throw corrupt(path, `column ${JSON.stringify(column.name)} has ${values} values in row group ${index} of ${metadata.rows} rows`, { byteOffset: pages.offset })
    }
  }
}
