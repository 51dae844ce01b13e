/** A flat column of a batch: pages of its chunks, in row order, into its place. */
import type { RowRange } from '../../source.ts'
import type { ChunkPiece, ChunkPlace, ChunkResult, LeafInfo } from '../chunk-task.ts'
import { ColumnValues } from './column-values.ts'
import { located, NotKept, PageError } from './failure.ts'
import { partsOf } from './page-parts.ts'
import { type Bytes, type DataHeader, isData, pagesOf, type StoredPage } from './pages.ts'
import type { Room } from './room.ts'
import { right } from './runtime.ts'

/** Where rows of a page go. */
interface Place {
  readonly data: number
  readonly validity: number
  readonly row: number
}

const bitsOf = (most: number): number => 32 - Math.clz32(most)

export class FlatColumn {
  readonly #leaf: LeafInfo
  readonly #values: ColumnValues
  readonly #out: ChunkPlace
  readonly #room: Room
  #row = 0
  /** Rows there are to be when the present chunk ends. */
  #wanted = 0
  #nulls = 0
  #pages = 0

  constructor(leaf: LeafInfo, out: ChunkPlace, room: Room) {
    this.#leaf = leaf
    this.#values = new ColumnValues(leaf, out.physical, room)
    this.#out = out
    this.#room = room
  }

  /** Throws PageError, NotKept, ArcweldError MEMORY_EXCEEDED. */
  append(piece: ChunkPiece): void {
    const { dictionary, select = [{ from: 0, to: piece.rows }] } = piece
    const last = select.at(-1)?.to ?? 0
    const wanted = this.#row + select.reduce((sum, { from, to }) => sum + (to - from), 0)
    if (wanted > this.#out.rows) throw new RangeError(`${wanted} rows for a place of ${this.#out.rows}`)
    this.#wanted = wanted
    this.#values.begin(dictionary)
    let lastOffset = 0
    for (const span of piece.spans) {
      let row = span.firstRow
      if (row >= last) break
      for (const page of pagesOf(span, piece, this.#room)) {
        lastOffset = page.byteOffset
        try {
          row += this.#page(page, row, piece, select)
        } catch (error) {
          throw located(error, page.byteOffset)
        }
        if (row >= last) break
      }
    }
    if (this.#row !== wanted) throw new PageError(`a chunk ends ${wanted - this.#row} rows early`, 'FILE_CORRUPT', lastOffset)
  }

  result(): ChunkResult {
    if (this.#row !== this.#out.rows) throw new RangeError(`${this.#row} rows for a place of ${this.#out.rows}`)
    return { ok: true, nulls: this.#nulls, pages: this.#pages, ...this.#values.range }
  }

  /** Rows of the page. */
  #page(page: StoredPage, row: number, piece: ChunkPiece, select: readonly RowRange[]): number {
    const { header } = page
    if (header.kind === 'dictionary') {
      if (piece.dictionary === undefined) this.#values.dictionary(page)
      return 0
    }
    if (!isData(header)) return 0
    const rows = header.values
    if (rows > piece.rows - row) throw new PageError(`a page of ${rows} values where ${piece.rows - row} are left`)
    const parts = select.flatMap(({ from, to }) => (from < row + rows && to > row ? [{ from: Math.max(from - row, 0), to: Math.min(to - row, rows) }] : []))
    if (parts.length === 0) return rows
    // Pages may lie about where they begin.
    if (parts.reduce((sum, { from, to }) => sum + (to - from), 0) > this.#wanted - this.#row) throw new PageError('pages of rows that others have')
    this.#pages++
    const { data, validity } = this.#out
    if (parts[0]!.to - parts[0]!.from === rows) {
      const valid = this.#decode(page, header, { data, validity, row: this.#row })
      this.#row += rows
      this.#nulls += rows - valid
    } else this.#decodeParts(page, header, parts)
    return rows
  }

  #decodeParts(page: StoredPage, header: DataHeader, parts: readonly RowRange[]): void {
    const room = this.#room
    const { data, validity } = this.#out
    const { width } = this.#values
    const aside = { data: room.at('rows', header.values * width), validity: validity === 0 ? 0 : room.at('validity', (header.values >>> 3) + 16), row: 0 }
    this.#decode(page, header, aside)
    for (const { from, to } of parts) {
      const rows = to - from
      room.copy(aside.data + from * width, rows * width, data + this.#row * width)
      if (validity !== 0) this.#nulls += rows - room.runtime.parquet_copy_bits(aside.validity, from, rows, validity, this.#row)
      this.#row += rows
    }
  }

  /** All rows of a page; how many are not NULL. */
  #decode(page: StoredPage, header: DataHeader, place: Place): number {
    const rows = header.values
    const room = this.#room
    const parts = partsOf(page, header, { repeated: false, defined: this.#leaf.maxDefinition > 0 }, room, this.#values.isKept(header.encoding))
    const valid = this.#levels(parts.definitions, rows, place)
    const to = place.data + place.row * this.#values.width
    if (valid > 0) this.#values.write(header.encoding, parts.values(), valid, to)
    if (valid < rows) room.runtime.parquet_spread(to, rows, valid, this.#values.width, place.validity, place.row)
    return valid
  }

  /** Writes which rows are valid; how many. */
  #levels(levels: Bytes | undefined, rows: number, { validity, row }: Place): number {
    const { runtime, round } = this.#room
    const most = this.#leaf.maxDefinition
    if (levels === undefined || most === 0) {
      if (validity !== 0) runtime.parquet_fill_bits(validity, row, rows)
      return rows
    }
    const valid = right(runtime.parquet_validity(levels.from, levels.end, bitsOf(most), most, rows, validity, row, round))
    if (valid < rows && validity === 0) throw new NotKept('nulls')
    return valid
  }
}
