/**
 * A file's rows window by window, some row groups at a time. Every column's form follows from the statistics of all row groups that are read,
 * before the first of them; where one of them promised too much the windows end with a FormBroken, as what was read of them was
 * compiled for another form.
 */
import type { Lease } from '../../bridge/memory.ts'
import { type ColumnBatch, type ColumnInfo, physicalWidth, type Vector } from '../../layout/relation.ts'
import type { SqlType } from '../../layout/types.ts'
import { FormBroken, type Window, type WindowOptions, type WindowScan } from '../source.ts'
import { ColumnLoad } from './column-load.ts'
import type { Decoding } from './decoding.ts'
import { unite } from './dictionaries.ts'
import { checkValues, decodeOnce, type LoadContext, type OpenFile, RunningUnits } from './load.ts'
import type { ParquetColumn } from './schema.ts'
import { divide, type Division, type SelectedGroup } from './stripes.ts'

export interface WindowedFile {
  readonly path: string
  /** Opens it anew, unchanged. */
  readonly open: () => Promise<OpenFile>
  readonly decoding: Decoding
  /** Leaves out row groups and pages that what the file says of them rules out. */
  readonly prune: (groups: readonly SelectedGroup[], cx: LoadContext) => Promise<readonly SelectedGroup[]>
}

/** Bytes that a row group takes in memory, about: text as it lies in pages, a slice for each. */
const bytesOf = ({ metadata, rows }: SelectedGroup, loads: readonly ColumnLoad[]): number =>
  loads.reduce((sum, { form: { physical }, column, leaves }) => {
    const text = physical === 'slice' ? leaves.reduce((bytes, _, i) => bytes + metadata.chunks[column.leaf + i]!.uncompressed, 0) : 0
    return sum + rows * physicalWidth[physical] + text
  }, 0)

/** The columns in order, each once or more; undefined where they take no more than `above` bytes. `lease` holds what all windows share. */
export const windowScan = async (
  columns: readonly ParquetColumn[], selected: readonly SelectedGroup[], above: number, file: WindowedFile, lease: Lease, signal: AbortSignal | undefined,
): Promise<WindowScan | undefined> => {
  // Nested values are put together from several leaves: they are loaded whole.
  if (columns.some(({ reading }) => reading === undefined)) return undefined
  const loadsOf = (division: Division) => new Map([...new Set(columns)].map((column) => [column, new ColumnLoad(column, division, lease)]))
  const takes = (of: readonly SelectedGroup[]): number => {
    const loads = [...loadsOf(divide(of, file.decoding.threads)).values()]
    return of.reduce((sum, group) => sum + bytesOf(group, loads), 0)
  }
  if (takes(selected) <= above) return undefined
  const opened = await file.open()
  try {
    const cx: LoadContext = { file: opened, decoding: file.decoding, lease, signal, kept: false, units: new RunningUnits() }
    const groups = await file.prune(selected, cx)
    if (takes(groups) <= above) return undefined
    const whole = divide(groups, file.decoding.threads)
    for (const column of columns) checkValues(file.path, column, whole)
    const loads = loadsOf(whole)
    await unite([...loads.values()].filter(({ form }) => form.physical === 'slice'), whole, cx)
    return {
      columns: columns.map((column) => infoOf(loads.get(column)!)),
      rows: groups.reduce((sum, { rows }) => sum + rows, 0),
      windows: (options) => windowsOf(columns, groups, loads, file, options),
    }
  } finally {
    await opened.handle.close()
  }
}

const infoOf = ({ column, form, dictionary }: ColumnLoad): ColumnInfo => ({
  name: column.name, type: column.type as SqlType, physical: form.physical, nullable: form.nullable.includes(true), range: form.range,
  dictionary: dictionary && { size: dictionary.size, slices: dictionary.slices },
})

async function* windowsOf(
  columns: readonly ParquetColumn[], groups: readonly SelectedGroup[], loads: ReadonlyMap<ParquetColumn, ColumnLoad>, { path, open, decoding }: WindowedFile, { bytes, lease: openLease, signal }: WindowOptions,
): AsyncGenerator<Window, void> {
  const file = await open()
  try {
    for (const part of parts(groups, [...loads.values()], bytes)) {
      signal?.throwIfAborted()
      const lease = openLease()
      let window: Window
      try {
        window = await decoded(columns, divide(part, decoding.threads), loads, { file, decoding, lease, signal, kept: false, units: new RunningUnits() }, path)
      } catch (error) {
        lease.release()
        throw error
      }
      yield window
    }
  } finally {
    await file.handle.close()
  }
}

/** Row groups in order, as many as are about `bytes`; one at least. */
function* parts(groups: readonly SelectedGroup[], loads: readonly ColumnLoad[], bytes: number): Generator<readonly SelectedGroup[]> {
  let part: SelectedGroup[] = []
  let size = 0
  for (const group of groups) {
    const more = bytesOf(group, loads)
    if (part.length > 0 && size + more > bytes) {
      yield part
      part = []
      size = 0
    }
    part.push(group)
    size += more
  }
  if (part.length > 0) yield part
}

const decoded = async (columns: readonly ParquetColumn[], division: Division, promised: ReadonlyMap<ParquetColumn, ColumnLoad>, cx: LoadContext, path: string): Promise<Window> => {
  const loads = new Map([...promised].map(([column, whole]) => [column, promisedLoad(whole, division, cx.lease)]))
  for (const load of loads.values()) load.begin(cx.lease)
  await decodeOnce([...loads.values()], cx)
  const vectors = new Map<ParquetColumn, readonly Vector[]>()
  for (const [column, load] of loads) {
    if (load.broken !== undefined) throw new FormBroken(column.name)
    const { vectors: made, info } = load.built(path)
    const { range } = (promised.get(column) as ColumnLoad).form
    if (range && info.range && load.nulls < division.batches.reduce((sum, n) => sum + n, 0) && (info.range.min < range.min || info.range.max > range.max)) throw new FormBroken(column.name)
    vectors.set(column, made)
  }
  const batches = division.batches.map((rows, b): ColumnBatch => ({ rows, vectors: columns.map((column) => vectors.get(column)![b]!) }))
  return { batches, rows: division.batches.reduce((sum, n) => sum + n, 0), lease: cx.lease }
}

/** A column of a window, to be decoded in the form that all windows have. */
const promisedLoad = ({ column, form, dictionary }: ColumnLoad, division: Division, lease: Lease): ColumnLoad => {
  const load = new ColumnLoad(column, division, lease)
  load.form = { ...form, nullable: load.form.nullable }
  load.dictionary = dictionary
  return load
}
