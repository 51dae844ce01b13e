/** The values of pages of one leaf, one behind the other in a physical form. */
import { type Physical, physicalWidth } from '../../../layout/relation.ts'
import type { Range } from '../../../layout/types.ts'
import type { DictionaryPlace, LeafInfo } from '../chunk-task.ts'
import { isCode, isSliced, type Table, tableOfPage, tableOfPlace } from './dictionary.ts'
import { joinRanges, meaning, narrow } from './exact-values.ts'
import { NotKept, PageError } from './failure.ts'
import type { Encoding } from './page-header.ts'
import type { Bytes, StoredPage } from './pages.ts'
import type { Room } from './room.ts'
import { right } from './runtime.ts'
import { byteSlices, fixedValues, isCoded, storedWidth, truths } from './stored-values.ts'

export class ColumnValues {
  readonly width: number
  /** Bounds of exact values so far. */
  range: Range | undefined
  readonly #leaf: LeafInfo
  readonly #physical: Physical
  readonly #room: Room
  #table: Table | undefined

  constructor(leaf: LeafInfo, physical: Physical, room: Room) {
    this.width = physicalWidth[physical]
    this.#leaf = leaf
    this.#physical = physical
    this.#room = room
  }

  /** A chunk begins; its dictionary may have been read before. */
  begin(dictionary: DictionaryPlace | undefined): void {
    this.#table = dictionary && tableOfPlace(dictionary, this.#physical, this.#room)
  }

  /** The chunk's dictionary page. */
  dictionary(page: StoredPage): void {
    if (!isCode(this.#physical)) this.#table = tableOfPage(this.#leaf, page, this.#physical, this.#room)
  }

  /** Whether slices of values in that encoding point into the page. */
  isKept(encoding: Encoding): boolean {
    return this.#physical === 'slice' && !isCoded(encoding)
  }

  /** Writes `count` (1 or more) values to `to`. Throws PageError, NotKept. */
  write(encoding: Encoding, bytes: Bytes, count: number, to: number): void {
    const room = this.#room
    const leaf = this.#leaf
    if (isCoded(encoding)) return this.#coded(bytes, count, to)
    if (isCode(this.#physical)) throw new NotKept('uncoded')
    if (leaf.reading === 'bool') return truths(leaf, encoding, bytes, count, to, room)
    if (isSliced(leaf)) return byteSlices(leaf, encoding, bytes, count, to, room)
    if (leaf.stored === 'BYTE_ARRAY') {
      const slices = room.at('more', count * 8)
      byteSlices(leaf, encoding, bytes, count, slices, room)
      return this.#exact(slices, count, to)
    }
    const values = fixedValues(leaf, encoding, bytes, count, room)
    if (leaf.reading === 'float') room.copy(values, count * storedWidth(leaf), to)
    else if (leaf.reading === 'half') room.runtime.parquet_halves(values, count, to)
    else this.#exact(values, count, to)
  }

  #exact(values: number, count: number, to: number): void {
    const exact = meaning(this.#leaf, values, count, this.#room)
    this.range = joinRanges(this.range, narrow(exact, count, this.#physical, to, this.#room))
  }

  #coded({ from, end }: Bytes, count: number, to: number): void {
    const table = this.#table
    if (table === undefined) {
      if (isCode(this.#physical)) throw new NotKept('uncoded')
      throw new PageError('codes without a dictionary')
    }
    if (from >= end) throw new PageError('a page ends before its codes')
    const { runtime, round, bytes } = this.#room
    right(runtime.parquet_gather(from + 1, end, bytes[from]!, count, table.address, table.size, this.width, to, round))
    if (table.range !== undefined) this.range = joinRanges(this.range, table.range)
  }
}
