/**
 * A file's rows window by window, some row groups at a time. Every column's form follows from the statistics of all row groups that are read,
 * before the first of them; where one of them promised too much the windows end with a FormBroken, as what was read of them was
 * compiled for another form.
 */
import type { Lease } from '../../bridge/memory.ts'
import { type ColumnBatch, physicalWidth } from '../../layout/relation.ts'
import type { FileScan, Window, WindowOptions } from '../source.ts'
import type { DictionaryPlace } from './chunk-task.ts'
import { ColumnLoad } from './column-load.ts'
import type { Decoding } from './decoding.ts'
import { unite } from './dictionaries.ts'
import { type FedFile, feedOf, mayFeed } from './feed.ts'
import { abandoned, type LateColumns, lateColumns, type UselessFilters } from './late-load.ts'
import { checkValues, type LoadContext, type OpenFile, RunningUnits } from './load.ts'
import type { ParquetColumn } from './schema.ts'
import { divide, type Division, type SelectedGroup } from './stripes.ts'
import { decodeWindow, type Filtering, infoOf, type Loads } from './window-decode.ts'

export interface WindowedFile {
  readonly path: string
  /** How many it has. */
  readonly rowGroups: number
  readonly useless: UselessFilters
  /** Opens it anew, unchanged. */
  readonly open: () => Promise<OpenFile>
  readonly decoding: Decoding
  /** Leaves out row groups and pages that what the file says of them rules out. */
  readonly prune: (groups: readonly SelectedGroup[], cx: LoadContext) => Promise<readonly SelectedGroup[]>
  /** Where workers may read by themselves. */
  readonly fed?: Pick<FedFile, 'unfit'> | undefined
}

/** Of a nested value's list or struct, about, and of a leaf in it. */
const PACKED_HEADER = 16
const PACKED_VALUE = 8

/** Bytes that a row group takes in memory, about: text as it lies in pages, a slice for each, and nested values as they are packed. */
const bytesOf = ({ metadata, rows }: SelectedGroup, loads: readonly ColumnLoad[]): number =>
  loads.reduce((sum, { form: { physical }, column, leaves }) => {
    const chunks = physical === 'slice' ? leaves.map((_, i) => metadata.chunks[column.leaf + i]!) : []
    const text = chunks.reduce((bytes, { uncompressed, values }) => bytes + (column.nested ? Math.max(uncompressed, values * PACKED_VALUE) : uncompressed), column.nested ? rows * PACKED_HEADER : 0)
    return sum + rows * physicalWidth[physical] + text
  }, 0)

const loadsOf = (columns: readonly ParquetColumn[], division: Division, lease: Lease): Loads => new Map([...new Set(columns)].map((column) => [column, new ColumnLoad(column, division, lease)]))

/** Bytes that the columns of the row groups take in memory, about. */
export const bytesTaken = (columns: readonly ParquetColumn[], groups: readonly SelectedGroup[], threads: number, lease: Lease): number => {
  const loads = [...loadsOf(columns, divide(groups, threads), lease).values()]
  return groups.reduce((sum, group) => sum + bytesOf(group, loads), 0)
}

/** The columns in order, each once or more; undefined where they take no more than `above` bytes and have no feed. `lease` holds what all windows share. */
export const windowScan = async (
  columns: readonly ParquetColumn[], selected: readonly SelectedGroup[], above: number, file: WindowedFile, lease: Lease, signal: AbortSignal | undefined, asked?: Pick<LateColumns, 'filter' | 'first'>,
): Promise<FileScan | undefined> => {
  const { threads } = file.decoding
  const own = [...loadsOf(columns, divide(selected, threads), lease).values()]
  const most = selected.reduce((sum, group) => sum + bytesOf(group, own), 0)
  // What is read whole anyway is not looked at twice.
  if (most <= above && !(file.fed && mayFeed(own, selected, most, above, threads) && !(asked && isLate(asked, columns, selected, file)))) return undefined
  const opened = await file.open()
  try {
    const cx: LoadContext = { file: opened, decoding: file.decoding, lease, signal, kept: false, units: new RunningUnits() }
    const groups = await file.prune(selected, cx)
    const whole = divide(groups, threads)
    const bytes = groups === selected ? most : bytesTaken(columns, groups, threads, lease)
    const fits = bytes <= above
    if (fits && !file.fed) return undefined
    const late = asked && lateColumns(asked.filter, asked.first, columns, groups)
    const loads = loadsOf([...columns, ...(late?.first ?? [])], whole, lease)
    for (const column of loads.keys()) checkValues(file.path, column, whole)
    const useless = late && file.useless.has(late)
    const isFed = file.fed !== undefined && (!late || useless) && mayFeed(columns.map((column) => loads.get(column)!), groups, bytes, above, threads)
    if (fits && !isFed) return undefined
    await unite([...loads.values()].filter(({ form, column }) => form.physical === 'slice' && !column.nested), whole, cx)
    const feed = isFed ? feedOf(columns.map((column) => loads.get(column)!), groups, { open: file.open, unfit: file.fed!.unfit }) : undefined
    return scanOf({ columns, groups, bytes, file, lease, filtering: useless ? { late: undefined, counts: abandoned(0) } : { late, counts: undefined } }, loads, { feed, fits })
  } finally {
    await opened.handle.close()
  }
}

/** A filter is to be asked before the other columns are decoded. */
const isLate = ({ filter, first }: Pick<LateColumns, 'filter' | 'first'>, columns: readonly ParquetColumn[], groups: readonly SelectedGroup[], { useless }: WindowedFile): boolean => {
  const late = lateColumns(filter, first, columns, groups)
  return late !== undefined && !useless.has(late)
}

interface Scanned {
  readonly columns: readonly ParquetColumn[]
  readonly groups: readonly SelectedGroup[]
  readonly bytes: number
  readonly file: WindowedFile
  readonly lease: Lease
  readonly filtering: Filtering
}

const scanOf = (scanned: Scanned, loads: Loads, fed: Pick<FileScan, 'feed' | 'fits'> = {}): FileScan => ({
  ...fed,
  columns: scanned.columns.map((column) => infoOf(loads.get(column)!)),
  rows: scanned.groups.reduce((sum, { rows }) => sum + rows, 0),
  bytes: scanned.bytes,
  rowGroups: scanned.file.rowGroups,
  rowGroupsSkipped: scanned.file.rowGroups - scanned.groups.length,
  get filtered() {
    return scanned.filtering.counts
  },
  windows: (options) => windowsOf(scanned, loads, options),
  as: (forms) => scanOf(scanned, new Map([...loads].map(([column, load]) => {
    const form = forms[scanned.columns.indexOf(column)]
    return [column, form ? recast(load, form, scanned.lease) : load]
  }))),
})

/** The column in the form that those of several files have; what it takes lies under the lease. */
const recast = ({ column, division, text, form, dictionary }: ColumnLoad, { physical, range, dictionary: common, codes }: Parameters<FileScan['as']>[0][number], lease: Lease): ColumnLoad => {
  const load = new ColumnLoad(column, division, text)
  load.form = { ...form, physical, range }
  if (dictionary && common) load.dictionary = { ...common, places: codes ? new Map([...dictionary.places].map(([group, place]) => [group, { ...place, remap: recoded(place, codes, lease) }])) : dictionary.places }
  return load
}

/** Codes in the common dictionary, of a place's entries. */
const recoded = ({ size, remap }: DictionaryPlace, codes: Uint32Array, lease: Lease): number => {
  const own = remap === 0 ? undefined : new Uint32Array(lease.buffer, remap >>> 0, size)
  const address = lease.reserve(Math.max(4 * size, 16)) >>> 0
  const to = new Uint32Array(lease.buffer, address, size)
  for (let i = 0; i < size; i++) to[i] = codes[own ? own[i]! : i]!
  return address
}

async function* windowsOf({ columns, groups, file: { open, decoding, useless }, filtering }: Scanned, loads: Loads, { bytes, lease: openLease, signal }: WindowOptions): AsyncGenerator<Window, void> {
  const file = await open()
  const { late } = filtering
  try {
    for (const part of parts(groups, [...new Set(columns)].map((column) => loads.get(column)!), bytes)) {
      signal?.throwIfAborted()
      const lease = openLease()
      let window: Window
      try {
        const cx = { file, decoding, lease, signal, kept: false, units: new RunningUnits() }
        const { built, division } = await decodeWindow(columns, divide(part, decoding.threads), loads, filtering, cx)
        const batches = division.batches.map((rows, b): ColumnBatch => ({ rows, vectors: columns.map((column) => built.get(column)!.vectors[b]!) }))
        window = { batches, rows: division.batches.reduce((sum, n) => sum + n, 0), lease }
      } catch (error) {
        lease.release()
        throw error
      }
      yield window
    }
  } finally {
    if (late && filtering.counts) useless.note(late, filtering.counts)
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
