/** Windows that run from file to file. Every column has one form in all of them, found from what each file says of its own. */
import type { Lease } from '../../bridge/memory.ts'
import type { ColumnInfo, Vector } from '../../layout/relation.ts'
import { type FileScan, type FilterCounts, sumOf, type Window, type WindowOptions, type WindowScan } from '../source.ts'
import type { ConstantColumn } from './constants.ts'
import type { PartitionValue } from './partitions.ts'
import { unitedForm } from './united.ts'

/** A file with rows, and the values that its folders' names give. */
export interface ScannedFile {
  readonly scan: FileScan
  readonly values: readonly PartitionValue[]
}

/** Where a column of the table comes from: a column of the files, or a folder's name. */
export type ColumnPlace = { readonly stored: number } | { readonly constant: ConstantColumn; readonly value: number }

/** One file at least. Dictionaries of all files lie under the lease. */
export const scanOfFiles = (files: readonly ScannedFile[], places: readonly ColumnPlace[], lease: Lease): WindowScan => {
  const { columns } = files[0]!.scan
  const forms = columns.map((_, c) => unitedForm(files.map(({ scan }) => scan.columns[c]!), lease))
  const scans = files.map(({ scan }, i) => scan.as(forms.map(({ codes, ...form }) => ({ ...form, codes: codes?.[i] }))))
  return {
    columns: places.map((place): ColumnInfo => {
      if ('constant' in place) return place.constant.info
      const { codes: _, ...form } = forms[place.stored]!
      return { ...columns[place.stored]!, ...form }
    }),
    rows: scans.reduce((sum, { rows }) => sum + rows, 0),
    rowGroups: scans.reduce((sum, { rowGroups = 0 }) => sum + rowGroups, 0),
    rowGroupsSkipped: scans.reduce((sum, { rowGroupsSkipped = 0 }) => sum + rowGroupsSkipped, 0),
    get filtered() {
      return scans.reduce((sum: FilterCounts | undefined, { filtered }) => (filtered ? sumOf(sum, filtered) : sum), undefined)
    },
    windows: async function* (options) {
      for (const [i, scan] of scans.entries()) {
        for await (const window of scan.windows(options)) yield placed(window, places, files[i]!.values, options)
      }
    },
  }
}

/** A window of a file's columns as one of the table's. */
export const placed = (window: Window, places: readonly ColumnPlace[], values: readonly PartitionValue[], { lease: open }: WindowOptions): Window => {
  let own: Lease | undefined
  const release = () => {
    own?.release()
    window.lease.release()
  }
  try {
    const vectorOf = (place: ColumnPlace, vectors: readonly Vector[], rows: number): Vector => {
      if ('stored' in place) return vectors[place.stored]!
      own ??= open()
      return place.constant.vector(values[place.value]!, rows, own)
    }
    return { rows: window.rows, batches: window.batches.map(({ rows, vectors }) => ({ rows, vectors: places.map((place) => vectorOf(place, vectors, rows)) })), lease: { release } }
  } catch (error) {
    release()
    throw error
  }
}
