/**
 * Windows over files of text that do not fit in memory. A column's form is fixed before the first window: values as wide as their type,
 * since nobody knows what is behind the sample, and text as codes where the sample has few distinct ones. A dictionary has room for more,
 * and grows from window to window; where it is full, or codes are not worth it, the windows end with a FormBroken, and the next ones have
 * another form. So it is with rows, of which only a guess is known.
 */
import type { Lease } from '../../bridge/memory.ts'
import { type ColumnBatch, type ColumnInfo, narrowest, type Vector } from '../../layout/relation.ts'
import { type Field, isPacked, sameType, typeRange } from '../../layout/types.ts'
import { FormBroken, type LoadOptions, type Window, type WindowOptions, type WindowScan } from '../source.ts'
import { ColumnParts, recoded, widened } from './column-parts.ts'
import type { CellColumn, PartColumn } from './columns.ts'
import { TextDictionary } from './dictionary.ts'
import { MAX_CODES } from './text-reader.ts'

export type CellHints = Pick<CellColumn, 'range' | 'codes'>

/** What was read of a part of a file; whoever gets it releases the lease where `open` gave it. */
export interface TextPiece {
  readonly parts: readonly { readonly rows: number; readonly columns: readonly PartColumn[] }[]
  /** That the columns were read with. */
  readonly hints: readonly CellHints[]
  readonly lease: Lease
  /** Of the text. */
  readonly bytes: number
}

export interface PieceReading {
  /** Of each column, when a part is sent to be read. */
  readonly hints: () => readonly CellHints[]
  /** Where a part stays; absent: under the lease that is given. */
  readonly open?: (() => Lease) | undefined
  /** Memory is short: smaller pieces at a time. */
  readonly frugal?: boolean | undefined
}

export interface TextFileSource {
  readonly path: string
  readonly fields: readonly Field[]
  /** About. */
  readonly rows: number
  /** Bytes of its text, about. */
  readonly textBytes: number
  /** Columns that differ, part by part in the order of the file. Throws TypesLearned, SourceError. */
  pieces(columns: readonly string[], reading: PieceReading, lease: Lease, options: LoadOptions): AsyncGenerator<TextPiece, void>
}

/** What windows turned out not to be, so that the next ones are not promised to be so. */
export class BrokenForms {
  /** By column: the most codes that it may have. */
  readonly #most = new Map<string, number>()
  #rows = 4

  mostCodes(column: string): number {
    return this.#most.get(column) ?? MAX_CODES
  }

  /** So many times the rows that are guessed. */
  get rowFactor(): number {
    return this.#rows
  }

  tooManyCodes(column: string, codes: number): FormBroken {
    // 0: they are no codes at all
    this.#most.set(column, codes < FEW ? FEW : 0)
    return new FormBroken(column, true)
  }

  tooManyRows(): FormBroken {
    this.#rows *= 16
    return new FormBroken('rows', true)
  }
}

/** Codes of a byte; with fewer than a quarter of them in the sample there is room for more. */
const FEW = 256
const SAMPLE_BYTES = 4 << 20

/** A column in all windows. */
class WindowColumn {
  readonly info: ColumnInfo
  readonly #field: Field
  readonly #dictionary: TextDictionary | undefined
  readonly #capacity: number
  readonly #broken: BrokenForms

  /** `codes`: how many it may have; 0: it is none. */
  constructor(field: Field, codes: number, broken: BrokenForms, lease: Lease) {
    const { name, type } = field
    const isText = type.kind === 'string'
    this.#field = field
    this.#capacity = codes
    this.#broken = broken
    this.#dictionary = isText && codes > 0 ? new TextDictionary(lease, codes) : undefined
    const dictionary = this.#dictionary && { size: codes, slices: this.#dictionary.slices }
    const range = typeRange(type)
    const physical = dictionary ? (codes <= FEW ? 'code8' : 'code16') : isText || isPacked(type) ? 'utf8' : type.kind === 'float' ? 'f32' : type.kind === 'double' ? 'f64' : type.kind === 'bool' ? 'bool8' : narrowest(range!)
    this.info = { name, type, physical, nullable: true, range, dictionary }
  }

  get hints(): CellHints {
    const dictionary = this.#dictionary
    const { type } = this.#field
    if (dictionary) return { codes: { size: dictionary.size, slices: dictionary.slices } }
    return type.kind === 'bool' || type.kind === 'float' || type.kind === 'double' ? {} : { range: this.info.range }
  }

  /** Throws FormBroken. */
  vector(rows: number, part: PartColumn, hints: CellHints, lease: Lease): Vector {
    const { physical, name } = this.info
    const dictionary = this.#dictionary
    if (!dictionary) return widened(part, rows, physical, lease)
    if (part.physical === 'utf8') throw this.#broken.tooManyCodes(name, MAX_CODES)
    const known = hints.codes?.size ?? 0
    const map = part.fresh && dictionary.merge(known, part.fresh)
    if (map === false) throw this.#broken.tooManyCodes(name, this.#capacity)
    const own = map ? recoded(part, rows, known, map, lease) : part
    if (physical === 'code8' && own.physical !== 'code8') throw this.#broken.tooManyCodes(name, this.#capacity)
    return widened(own, rows, physical, lease)
  }
}

/** Bytes of values that are not text, and of what tells where text lies, at most. */
const widthOf = ({ type }: Field): number => (type.kind === 'string' || isPacked(type) ? 4 : (typeRange(type)?.max ?? 0n) >= 1n << 63n ? 16 : 8)

/** What a load of the columns would take, about, and not less where text is read. */
export const textLoadBytes = ({ fields, rows, textBytes }: TextFileSource, columns: readonly string[]): number => {
  const asked = fields.filter(({ name }) => columns.includes(name))
  return asked.reduce((sum, field) => sum + rows * widthOf(field), 0) + (asked.some(({ type }) => type.kind === 'string' || isPacked(type)) ? textBytes : 0)
}

/** The forms of columns that differ, by what the first file's beginning has of text; undefined where that tells that all files take no more than `above` bytes. */
const columnsOf = async (files: readonly TextFileSource[], columns: readonly string[], broken: BrokenForms, lease: Lease, options: LoadOptions & { readonly above: number }): Promise<WindowColumn[] | undefined> => {
  const [file] = files as [TextFileSource]
  const fields = columns.map((name) => file.fields.find((field) => field.name === name)!)
  const codes = new Map<string, number>()
  if (fields.some(({ type }) => type.kind === 'string')) {
    const scratch = lease.workspace()
    try {
      const parts = fields.map((field) => new ColumnParts(field, scratch))
      let bytes = 0
      for await (const piece of file.pieces(columns, { hints: () => parts.map(({ hints }) => hints), frugal: true }, scratch, options)) {
        for (const { rows, columns: read } of piece.parts) for (const [i, part] of parts.entries()) part.append(rows, read[i]!, piece.hints[i]!)
        bytes += piece.bytes
        if (bytes >= SAMPLE_BYTES) break
      }
      for (const part of parts) {
        const { info } = part.finish()
        if (info.dictionary) codes.set(info.name, info.dictionary.size)
      }
      const text = files.reduce((sum, { textBytes }) => sum + textBytes, 0)
      if ((scratch.bytes / Math.max(bytes, 1)) * text <= options.above) return undefined
    } finally {
      scratch.release()
    }
  }
  return fields.map((field) => {
    const found = codes.get(field.name)
    const most = broken.mostCodes(field.name)
    return new WindowColumn(field, found === undefined || most === 0 ? 0 : found * 4 <= FEW && most !== FEW ? FEW : MAX_CODES, broken, lease)
  })
}

export interface TextWindow extends Window {
  /** Its number among those that are read. */
  readonly file: number
}

export interface TextScan extends WindowScan {
  windows(options: WindowOptions): AsyncGenerator<TextWindow, void>
}

/** File after file, one at least; undefined where they take no more than `above` bytes. Dictionaries lie under the lease. */
export const textScan = async (files: readonly TextFileSource[], names: readonly string[], broken: BrokenForms, lease: Lease, options: LoadOptions & { readonly above: number }): Promise<TextScan | undefined> => {
  if (files.reduce((sum, file) => sum + textLoadBytes(file, names), 0) <= options.above) return undefined
  const asked = [...new Set(names)]
  const columns = await columnsOf(files, asked, broken, lease, options)
  if (!columns) return undefined
  const places = names.map((name) => asked.indexOf(name))
  const promised = (files.reduce((sum, { rows }) => sum + rows, 0) + LEAST_ROWS) * broken.rowFactor
  return {
    columns: places.map((place) => columns[place]!.info),
    rows: promised,
    windows: async function* ({ bytes, lease: open, signal }) {
      let seen = 0
      for (const [file, source] of files.entries()) {
        // Another query may have learned wider types.
        if (columns.some(({ info }) => !source.fields.some(({ name, type }) => name === info.name && sameType(type, info.type)))) throw new FormBroken(source.path, true)
        const held: Held = { leases: [], batches: [], rows: 0, bytes: 0 }
        try {
          for await (const piece of source.pieces(asked, { hints: () => columns.map(({ hints }) => hints), open, frugal: true }, lease, { ...options, signal })) {
            held.leases.push(piece.lease)
            for (const part of piece.parts) {
              seen += part.rows
              if (seen > promised) throw broken.tooManyRows()
              const vectors = columns.map((column, i) => column.vector(part.rows, part.columns[i]!, piece.hints[i]!, piece.lease))
              held.batches.push({ rows: part.rows, vectors: places.map((place) => vectors[place]!) })
              held.rows += part.rows
            }
            held.bytes += piece.lease.bytes
            if (held.bytes >= bytes && held.rows > 0) yield { ...handedOut(held), file }
          }
          if (held.rows > 0) yield { ...handedOut(held), file }
        } finally {
          for (const other of held.leases) other.release()
        }
      }
    },
  }
}

/** Of a guess. */
const LEAST_ROWS = 1 << 16

interface Held {
  leases: Lease[]
  batches: ColumnBatch[]
  rows: number
  bytes: number
}

/** What is held, which is then nothing. */
const handedOut = (held: Held): Window => {
  const { leases, batches, rows } = held
  Object.assign(held, { leases: [], batches: [], rows: 0, bytes: 0 })
  return { batches, rows, lease: { release: () => leases.forEach((lease) => lease.release()) } }
}
