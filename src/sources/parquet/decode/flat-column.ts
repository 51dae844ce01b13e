/** A flat column of a batch: pages of its chunks, in row order, into its place. */
import { type Physical, physicalWidth } from '../../../layout/relation.ts'
import type { Range } from '../../../layout/types.ts'
import type { ChunkPiece, ChunkPlace, ChunkResult, LeafInfo, RowRange } from '../chunk-task.ts'
import { isCode, isSliced, type Table, tableOfPage, tableOfPlace } from './dictionary.ts'
import { joinRanges, meaning, narrow } from './exact-values.ts'
import { located, NotKept, PageError } from './failure.ts'
import type { Encoding } from './page-header.ts'
import { type Bytes, bytesOf, type DataHeader, isData, pagesOf, type StoredPage } from './pages.ts'
import type { Room } from './room.ts'
import { right } from './runtime.ts'
import { byteSlices, fixedValues, isCoded, storedWidth, truths } from './stored-values.ts'

/** Where rows of a page go. */
interface Place {
  readonly data: number
  readonly validity: number
  readonly row: number
}

const bitsOf = (most: number): number => 32 - Math.clz32(most)

export class FlatColumn {
  readonly #leaf: LeafInfo
  readonly #physical: Physical
  readonly #width: number
  readonly #out: ChunkPlace
  readonly #room: Room
  #table: Table | undefined
  #row = 0
  #nulls = 0
  #range: Range | undefined

  constructor(leaf: LeafInfo, out: ChunkPlace, room: Room) {
    this.#leaf = leaf
    this.#physical = out.physical
    this.#width = physicalWidth[out.physical]
    this.#out = out
    this.#room = room
  }

  /** Throws PageError, NotKept, ArcweldError MEMORY_EXCEEDED. */
  append(piece: ChunkPiece): void {
    const { dictionary, select = [{ from: 0, to: piece.rows }] } = piece
    const last = select.at(-1)?.to ?? 0
    const wanted = this.#row + select.reduce((sum, { from, to }) => sum + (to - from), 0)
    if (wanted > this.#out.rows) throw new RangeError(`${wanted} rows for a place of ${this.#out.rows}`)
    this.#table = dictionary && tableOfPlace(dictionary, this.#physical, this.#room)
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
    return { ok: true, nulls: this.#nulls, ...this.#range }
  }

  /** Rows of the page. */
  #page(page: StoredPage, row: number, piece: ChunkPiece, select: readonly RowRange[]): number {
    const { header } = page
    if (header.kind === 'dictionary') {
      if (piece.dictionary === undefined && !isCode(this.#physical)) this.#table = tableOfPage(this.#leaf, page, this.#physical, this.#room)
      return 0
    }
    if (!isData(header)) return 0
    const rows = header.values
    if (rows > piece.rows - row) throw new PageError(`a page of ${rows} values where ${piece.rows - row} are left`)
    const parts = select.flatMap(({ from, to }) => (from < row + rows && to > row ? [{ from: Math.max(from - row, 0), to: Math.min(to - row, rows) }] : []))
    if (parts.length === 0) return rows
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
    const width = this.#width
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
    const lasting = this.#physical === 'slice' && !isCoded(header.encoding)
    let bytes: Bytes
    let valid: number
    if (header.version === 1) {
      bytes = bytesOf(page, room, lasting)
      let levels: Bytes | undefined
      if (this.#leaf.maxDefinition > 0) {
        if (header.levels !== 'RLE') throw new PageError(`levels in encoding ${header.levels}`)
        if (bytes.end - bytes.from < 4) throw new PageError('a page ends within its levels')
        const from = bytes.from + 4
        const length = room.view.getUint32(bytes.from, true)
        if (length > bytes.end - from) throw new PageError('a page ends within its levels')
        levels = { from, end: from + length }
        bytes = { from: levels.end, end: bytes.end }
      }
      valid = this.#levels(levels, rows, place)
    } else {
      const { definitionBytes, repetitionBytes } = header
      const before = definitionBytes + repetitionBytes
      if (before > header.stored) throw new PageError('a page ends within its levels')
      const from = page.address + repetitionBytes
      valid = this.#levels(definitionBytes === 0 ? undefined : { from, end: from + definitionBytes }, rows, place)
      if (valid > 0) bytes = bytesOf(page, room, lasting, before)
      else bytes = { from, end: from }
    }
    const to = place.data + place.row * this.#width
    if (valid > 0) this.#values(header.encoding, bytes, valid, to)
    if (valid < rows) room.runtime.parquet_spread(to, rows, valid, this.#width, place.validity, place.row)
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

  #values(encoding: Encoding, bytes: Bytes, count: number, to: number): void {
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
    this.#range = joinRanges(this.#range, narrow(exact, count, this.#physical, to, this.#room))
  }

  #coded({ from, end }: Bytes, count: number, to: number): void {
    const table = this.#table
    if (table === undefined) {
      if (isCode(this.#physical)) throw new NotKept('uncoded')
      throw new PageError('codes without a dictionary')
    }
    if (from >= end) throw new PageError('a page ends before its codes')
    const { runtime, round, bytes } = this.#room
    right(runtime.parquet_gather(from + 1, end, bytes[from]!, count, table.address, table.size, this.#width, to, round))
    if (table.range !== undefined) this.#range = joinRanges(this.#range, table.range)
  }
}
