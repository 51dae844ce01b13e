/**
 * A scan that workers read by themselves: row group by row group, each read, decoded and gone over by one worker at once. It is for flat
 * columns whose form follows from statistics, in files of enough row groups to divide the work; text may be there for as long as
 * its row group is.
 */
import type { FedCounts } from '../../bridge/fed-rows.ts'
import { kernelFailure } from '../../bridge/failure.ts'
import type { StepMetrics } from '../../bridge/job.ts'
import type { Lease } from '../../bridge/memory.ts'
import { physicalWidth } from '../../layout/relation.ts'
import { isExact, type SqlType } from '../../layout/types.ts'
import { corrupt, fileError } from '../failure.ts'
import { type Feed, type FeedOptions, FormBroken } from '../source.ts'
import type { ColumnLoad } from './column-load.ts'
import { damaged } from './decoding.ts'
import { type FedChunk, type FedColumn, FEEDER, type FeedEnd, type FeedResult, type FeedTask, type FedPart } from './feed-task.ts'
import type { OpenFile } from './load.ts'
import { partsOfChunk, type SelectedGroup } from './stripes.ts'

/** What takes less is decoded as soon as anything is begun. */
const LEAST_BYTES = 1 << 20
/** Row groups a thread: of fewer some threads would have nothing to do in the end. */
const LEAST_PARTS = 4
/** What one call decodes, at most: so long another query may wait for the thread. */
const MOST_BYTES = 16 << 20
/** Calls that the rest is divided into, a thread. */
const CALLS_LEFT = 3

export interface FedFile {
  readonly open: () => Promise<OpenFile>
  /** Told of a column that is not what was promised: another time it is loaded. */
  readonly unfit: (column: string) => void
}

/** Whether it is of any use. `above`: bytes that all workers together may take. */
export const mayFeed = (loads: readonly ColumnLoad[], groups: readonly SelectedGroup[], bytes: number, above: number, threads: number): boolean =>
  bytes >= LEAST_BYTES && groups.length >= LEAST_PARTS * threads && loads.length > 0 && loads.every(isFit) && Math.max(...groups.map((group) => roomOf(loads, group))) * threads <= above

export const feedOf = (loads: readonly ColumnLoad[], groups: readonly SelectedGroup[], file: FedFile): Feed => ({ run: (options) => run(loads, groups, file, options) })

/** Its form is what it would be if all had been decoded. */
const isFit = ({ column, form }: ColumnLoad): boolean => column.nested === undefined && (form.told || !isExact(column.type as SqlType))

/** Bytes that a worker needs for a row group, about. */
const roomOf = (loads: readonly ColumnLoad[], { metadata, rows }: SelectedGroup): number =>
  loads.reduce((sum, { column, form: { physical } }) => sum + rows * physicalWidth[physical] + (physical === 'slice' ? metadata.chunks[column.leaf]!.uncompressed : 0), 0) +
  2 * Math.max(...loads.map(({ column }) => metadata.chunks[column.leaf]!.uncompressed))

const partsOf = (loads: readonly ColumnLoad[], groups: readonly SelectedGroup[]): readonly FedPart[] => {
  let rowBase = 0
  return groups.map((group) => {
    const { metadata, rows, select } = group
    const chunks = loads.map(({ column, dictionary }): FedChunk => {
      const { codec, uncompressed } = metadata.chunks[column.leaf]!
      return { codec, uncompressed, dictionary: dictionary?.places.get(metadata), parts: partsOfChunk(group, column.leaf) }
    })
    const part = { groupRows: metadata.rows, rows, rowBase, select, chunks }
    rowBase += rows
    return part
  })
}

const columnOf = ({ leaves, form }: ColumnLoad): FedColumn => ({ leaf: leaves[0]!, physical: form.physical, nullable: form.nullable.includes(true), range: form.range })

const sizeOf = ({ chunks }: FedPart): number => chunks.reduce((sum, { uncompressed }) => sum + uncompressed, 0)

const run = async (loads: readonly ColumnLoad[], groups: readonly SelectedGroup[], file: FedFile, { pool, job, step, lease: open, signal }: FeedOptions): ReturnType<Feed['run']> => {
  const started = performance.now()
  const columns = loads.map(columnOf)
  const parts = partsOf(loads, groups)
  const kernel = { run: WebAssembly.Module.exports(job.module).findIndex(({ name }) => name === step.run), ended: job.lease.allocate(16) >>> 0 }
  const words = new Int32Array(job.lease.buffer)
  const total: FedCounts = { rows: 0, morsels: 0, ms: 0, firstMs: 0 }
  let failure: { readonly error: unknown } | undefined
  let next = 0
  let left = parts.reduce((sum, part) => sum + sizeOf(part), 0)
  const end = (error: unknown): void => {
    failure ??= { error }
    Atomics.store(words, kernel.ended / 4, 1)
  }
  const opened = await file.open()
  const slots = job.contexts.slice(0, parts.length)
  /**
   * What another call is to do: less and less, so that all end at about the same time. Where a number of rows is enough, these are the first ones: part
   * after part is taken, and what was taken is gone over to its end.
   */
  const take = (): readonly FedPart[] => {
    const from = next
    if (step.stop && Atomics.load(words, step.stop.address / 4) >>> 0 >= step.stop.rows) return []
    const most = step.stop ? 0 : Math.min(MOST_BYTES, left / (CALLS_LEFT * slots.length))
    for (let bytes = 0; next < parts.length; ) {
      const size = sizeOf(parts[next]!)
      if (next > from && bytes + size > most) break
      bytes += size
      left -= size
      next++
    }
    return parts.slice(from, next)
  }
  const lane = async (context: number): Promise<void> => {
    const lease: Lease = open()
    let stretches: FeedTask['stretches'] = []
    try {
      while (failure === undefined) {
        const taken = take()
        if (taken.length === 0) break
        const task: FeedTask = { descriptor: opened.handle.fd, columns, parts: taken, kernel: { ...kernel, context }, lease: lease.id, stretches }
        const result = (await pool.call(FEEDER, 'feedParts', task, [], job.module)) as FeedResult
        stretches = result.stretches
        total.firstMs ||= result.counts.firstMs
        total.rows += result.counts.rows
        total.morsels += result.counts.morsels
        total.ms += result.counts.ms
        if (result.end) throw errorOf(result.end)
      }
    } catch (error) {
      end(error)
    } finally {
      lease.release()
    }
  }
  const errorOf = (ended: FeedEnd): unknown => {
    const { path } = opened
    switch (ended.by) {
      case 'damage':
        return damaged(path, ended.damage)
      case 'end of file':
        return corrupt(path, `it ends at byte ${ended.byteOffset}`, { byteOffset: ended.byteOffset })
      case 'unreadable':
        return fileError(Object.assign(new Error(ended.message), { code: ended.code }), path)
      case 'kernel':
        return kernelFailure(ended.failure, job)
      case 'broken': {
        const { name } = loads[ended.column]!.column
        file.unfit(name)
        return new FormBroken(name)
      }
    }
  }
  const abort = (): void => end(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    if (signal?.aborted) abort()
    await Promise.all(slots.map(lane))
  } finally {
    signal?.removeEventListener('abort', abort)
    await opened.handle.close()
  }
  if (failure) throw (failure as { readonly error: unknown }).error
  const metrics: StepMetrics = { ms: performance.now() - started, busyMs: total.ms, rows: total.rows, morsels: total.morsels, firstCallUs: total.firstMs * 1000 }
  return { metrics, parts: parts.length }
}
