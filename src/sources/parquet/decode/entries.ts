/** The entries of a leaf of a nested column: levels, a byte each, and values, over all chunks of a batch. */
import type { Physical } from '../../../layout/relation.ts'
import type { Range } from '../../../layout/types.ts'
import type { ChunkPiece, LeafInfo, Span } from '../chunk-task.ts'
import { ColumnValues } from './column-values.ts'
import { located, PageError } from './failure.ts'
import { partsOf } from './page-parts.ts'
import { type Bytes, isData, pagesOf } from './pages.ts'
import type { Room } from './room.ts'
import { right } from './runtime.ts'

export interface Entries {
  readonly count: number
  /** Of them have a value. */
  readonly valued: number
  readonly definitions: number
  /** 0: all are 0. */
  readonly repetitions: number
  /** One behind the other; there is room for as many as there are entries. */
  readonly values: number
  /** Bytes of a value. */
  readonly width: number
  /** Bounds of exact values. */
  readonly range: Range | undefined
}

const bitsOf = (most: number): number => 32 - Math.clz32(most)

/** Entries of all pages, by their headers. */
const countEntries = (pieces: readonly ChunkPiece[], room: Room): number => {
  let count = 0
  for (const piece of pieces) for (const span of piece.spans) for (const { header } of pagesOf(span, piece, room)) if (isData(header)) count += header.values
  return count
}

class Reader {
  readonly #leaf: LeafInfo
  readonly #room: Room
  readonly #values: ColumnValues
  readonly #definitions: number
  readonly #repetitions: number
  readonly #data: number
  #count = 0
  #valued = 0

  constructor(leaf: LeafInfo, physical: Physical, most: number, room: Room) {
    this.#leaf = leaf
    this.#room = room
    this.#values = new ColumnValues(leaf, physical, room)
    this.#definitions = room.temporary(most)
    this.#repetitions = leaf.maxRepetition > 0 ? room.temporary(most) : 0
    this.#data = room.temporary(most * this.#values.width)
  }

  entries(): Entries {
    const { width, range } = this.#values
    return { count: this.#count, valued: this.#valued, definitions: this.#definitions, repetitions: this.#repetitions, values: this.#data, width, range }
  }

  append(piece: ChunkPiece): void {
    const before = this.#count
    const { select } = piece
    const expected = select === undefined ? piece.rows : select.reduce((sum, { from, to }) => sum + (to - from), 0)
    this.#values.begin(undefined)
    let byteOffset = piece.spans[0]?.fileOffset ?? 0
    for (const span of piece.spans) {
      byteOffset = span.fileOffset
      this.#span(span, piece)
    }
    const rows = this.#repetitions === 0 ? this.#count - before : this.#room.runtime.parquet_count_level(this.#repetitions + before, this.#count - before, 0)
    if (rows !== expected) throw new PageError(`a chunk of ${rows} rows where ${expected} are expected`, 'FILE_CORRUPT', byteOffset)
    if (this.#repetitions !== 0 && this.#count > before && this.#room.bytes[this.#repetitions + before] !== 0)
      throw new PageError('a chunk begins within a row', 'FILE_CORRUPT', byteOffset)
  }

  #span(span: Span, piece: ChunkPiece): void {
    const { runtime, view, round } = this.#room
    const before = this.#count
    const valuedBefore = this.#valued
    for (const page of pagesOf(span, piece, this.#room)) {
      try {
        const { header } = page
        if (header.kind === 'dictionary') this.#values.dictionary(page)
        else if (isData(header)) {
          const { maxDefinition, maxRepetition } = this.#leaf
          const parts = partsOf(page, header, { repeated: maxRepetition > 0, defined: maxDefinition > 0 }, this.#room, this.#values.isKept(header.encoding))
          const count = header.values
          const definitions = this.#definitions + this.#count
          if (this.#repetitions !== 0) this.#levels(parts.repetitions, maxRepetition, 0, count, this.#repetitions + this.#count)
          this.#levels(parts.definitions, maxDefinition, maxDefinition, count, definitions)
          const valued = runtime.parquet_count_level(definitions, count, maxDefinition)
          if (valued > 0) this.#values.write(header.encoding, parts.values(), valued, this.#data + this.#valued * this.#values.width)
          this.#count += count
          this.#valued += valued
        }
      } catch (error) {
        throw located(error, page.byteOffset)
      }
    }
    const { select } = piece
    if (select === undefined) return
    const ranges = this.#room.temporary(select.length * 8)
    select.forEach(({ from, to }, i) => {
      view.setUint32(ranges + i * 8, from, true)
      view.setUint32(ranges + i * 8 + 4, to, true)
    })
    const { width } = this.#values
    const repetitions = this.#repetitions === 0 ? 0 : this.#repetitions + before
    const values = this.#data + valuedBefore * width
    const most = this.#leaf.maxDefinition
    this.#count =
      before + runtime.parquet_select(this.#definitions + before, repetitions, this.#count - before, most, values, width, ranges, select.length, span.firstRow, round)
    this.#valued = valuedBefore + view.getUint32(round, true)
  }

  #levels(bytes: Bytes | undefined, most: number, absent: number, count: number, to: number): void {
    const { runtime, round, bytes: memory } = this.#room
    if (bytes === undefined || most === 0) memory.fill(absent, to, to + count)
    else right(runtime.parquet_levels(bytes.from, bytes.end, bitsOf(most), most, count, to, round))
  }
}

/** Throws PageError, NotKept, ArcweldError MEMORY_EXCEEDED. */
export const entriesOf = (leaf: LeafInfo, pieces: readonly ChunkPiece[], physical: Physical, room: Room): Entries => {
  if (leaf.maxDefinition > 255 || leaf.maxRepetition > 255) throw new PageError('types nested deeper than 255 levels', 'UNSUPPORTED_TYPE')
  const reader = new Reader(leaf, physical, countEntries(pieces, room), room)
  for (const piece of pieces) reader.append(piece)
  return reader.entries()
}
