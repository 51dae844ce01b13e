/** The columns of one window, in the form that all windows have: at once, or, where a filter is worth asking, first those that it looks at. */
import type { Lease } from '../../bridge/memory.ts'
import type { BuiltColumn } from '../../layout/column-builder.ts'
import type { ColumnInfo } from '../../layout/relation.ts'
import type { SqlType } from '../../layout/types.ts'
import { type FilterCounts, FormBroken, sumOf } from '../source.ts'
import { ColumnLoad } from './column-load.ts'
import { compacted, relationOf } from './compaction.ts'
import { abandoned, both, flat, type LateColumns, leafNumbers, pays, together } from './late-load.ts'
import { decodeOnce, type LoadContext } from './load.ts'
import { withPages } from './pruning.ts'
import { pagesOf, selectRows } from './row-selection.ts'
import type { ParquetColumn } from './schema.ts'
import { divide, type Division } from './stripes.ts'

/** What is promised of the columns of all windows. */
export type Loads = ReadonlyMap<ParquetColumn, ColumnLoad>

/** What comes of a filter from window to window: where it was of no use in one, it is not asked again. */
export interface Filtering {
  late: LateColumns | undefined
  counts: FilterCounts | undefined
}

type Columns = ReadonlyMap<ParquetColumn, BuiltColumn>

interface Decoded {
  readonly built: Columns
  /** Of the rows that are left. */
  readonly division: Division
}

export const infoOf = ({ column, form, dictionary }: ColumnLoad): ColumnInfo => ({
  name: column.name, type: column.type as SqlType, physical: form.physical, nullable: form.nullable.includes(true), range: form.range,
  dictionary: dictionary && { size: dictionary.size, slices: dictionary.slices },
})

/** Throws FormBroken; what was decoded lies under the context's lease. */
export const decodeWindow = async (columns: readonly ParquetColumn[], division: Division, promised: Loads, filtering: Filtering, cx: LoadContext): Promise<Decoded> => {
  const { late } = filtering
  return late ? decodeFiltered(late, division, promised, filtering, cx) : { built: await decoded(columns, division, promised, cx), division }
}

const decoded = async (columns: readonly ParquetColumn[], division: Division, promised: Loads, cx: LoadContext, room = cx.lease): Promise<Columns> => {
  const loads = [...new Set(columns)].map((column) => promisedLoad(promised.get(column)!, division, cx.lease))
  for (const load of loads) load.begin(room)
  await decodeOnce(loads, cx, division.stripes)
  return new Map(loads.map((load) => [load.column, kept(load, division, promised.get(load.column)!, cx)]))
}

/** A column of a window, to be decoded in the form that all windows have. */
const promisedLoad = ({ column, form, dictionary }: ColumnLoad, division: Division, lease: Lease): ColumnLoad => {
  const load = new ColumnLoad(column, division, lease)
  load.form = { ...form, nullable: load.form.nullable }
  load.dictionary = dictionary
  return load
}

/** A column that is what was promised. */
const kept = (load: ColumnLoad, { batches }: Division, whole: ColumnLoad, { file }: LoadContext): BuiltColumn => {
  if (load.broken !== undefined) throw new FormBroken(load.column.name)
  const { vectors, info } = load.built(file.path)
  const { range } = whole.form
  if (range && info.range && load.nulls < batches.reduce((sum, n) => sum + n, 0) && (info.range.min < range.min || info.range.max > range.max)) throw new FormBroken(load.column.name)
  return { info: { ...infoOf(whole), nullable: info.nullable }, vectors }
}

/** The columns that a filter looks at are decoded first, as in loadLate; a window tells whether the next one is asked, too. */
const decodeFiltered = async ({ filter, first, rest }: LateColumns, division: Division, promised: Loads, filtering: Filtering, cx: LoadContext): Promise<Decoded> => {
  const leaves = leafNumbers(rest)
  const aside = cx.lease.workspace()
  let stays = false
  try {
    const tested = await decoded(first, division, promised, cx, aside)
    const ranges = await filter.survivors(relationOf(first.map((column) => ({ ...tested.get(column)!, info: infoOf(promised.get(column)!) })), division.stripes))
    cx.signal?.throwIfAborted()
    const selection = ranges && selectRows(division.stripes, ranges, leaves)
    const rows = division.batches.reduce((sum, n) => sum + n, 0)
    if (!selection || !pays(selection)) {
      filtering.late = undefined
      filtering.counts = sumOf(filtering.counts, abandoned(rows))
      const others = await decoded(rest, division, promised, cx)
      cx.lease.adopt(aside)
      stays = true
      return { built: new Map([...tested, ...others]), division }
    }
    const narrowed = divide(await withPages(selection.groups, rest, cx), cx.decoding.threads)
    let pagesDecoded = 0
    const [columns, others] = await both(
      together(first.map((column) => compacted(tested.get(column)!, selection.runs, narrowed, cx))),
      decoded(rest, narrowed, promised, { ...cx, counted: (pages) => (pagesDecoded += pages) }),
    )
    const pages = pagesOf(division.stripes.flatMap(({ groups }) => groups), flat(rest)) ?? 0
    filtering.counts = sumOf(filtering.counts, { rows, left: selection.left, pages, pagesDecoded, abandoned: false })
    return { built: new Map([...others, ...first.map((column, i) => [column, columns[i]!] as const)]), division: narrowed }
  } finally {
    if (!stays) aside.release()
  }
}
