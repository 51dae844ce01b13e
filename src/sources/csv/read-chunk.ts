/** Reads a run of rows of CSV, on a worker: finds their cells, then converts those of the columns that are asked for, part by part. */
import type { CallScope } from '../../bridge/worker.ts'
import { ArcweldError } from '../../errors.ts'
import type { PartColumn, TextScope } from '../text/columns.ts'
import { bothKinds, ALL_KINDS, NO_KINDS } from '../text/kinds.ts'
import { CellReader, contextOf } from '../text/reader.ts'
import { Scratch } from '../text/scratch.ts'
import type { ChunkFailure, ChunkResult, ChunkTask, Part, Stop } from './csv-task.ts'

/** Words of the block of assembly/csv-block.ts. */
const CSV = { at: 0, out: 2, rows: 10, status: 11, cells: 12, aside: 13, high: 15 } as const
const [DONE, FULL, RAGGED, , QUOTE] = [0, 1, 2, 3, 4]
const POLICY = { error: 0, pad: 1, aside: 2 } as const
/** Rows set aside that are written down in one call. */
const ASIDE_ROWS = 4096
/** Of an offending text. */
const SHOWN = 60

export const readChunk = (task: ChunkTask, { memory, runtime, reserve }: Pick<CallScope, 'memory' | 'runtime' | 'reserve'>): ChunkResult | ChunkFailure => {
  try {
    return new ChunkReader(task, { buffer: memory.buffer, runtime, reserve }).run()
  } catch (error) {
    if (error instanceof ArcweldError) return { failed: error.code, message: error.message }
    if (error instanceof WebAssembly.RuntimeError) return { failed: 'KERNEL_TRAP', message: `a chunk of CSV cannot be read: ${error.message}` }
    throw error
  }
}

export class ChunkReader {
  readonly #task: ChunkTask
  readonly #scope: TextScope
  readonly #scratch: Scratch
  readonly #cells: CellReader
  readonly #ctx: number
  readonly #block: number
  readonly #parts: Part[] = []
  readonly #aside: { offset: number; text: string }[] = []
  #kinds: number[]
  #rows = 0
  #stop: Stop | undefined

  constructor(task: ChunkTask, scope: TextScope) {
    this.#task = task
    this.#scope = scope
    this.#scratch = new Scratch(scope, task.work, task.scratch)
    this.#ctx = contextOf(scope, this.#scratch)
    this.#cells = new CellReader(scope, this.#scratch, this.#ctx, task.lease, task.form)
    this.#block = this.#scratch.zeroed(128)
    this.#kinds = task.wanted.map(() => NO_KINDS)
  }

  run(): ChunkResult {
    const { from, to, columns, ragged, dialect, kinds } = this.#task
    const { delimiter, quote, escape, comment } = dialect
    // as many words as most files need for a chunk, and for a padded step at the least
    const margin = 4 * ((ragged === 'pad' ? 65 : 1) * (columns + 1) + 130)
    const room = Math.max(Math.ceil(1.25 * (to - from)), 2 * margin + 4096)
    const words = this.#scratch.take(room)
    const aside = ragged === 'aside' ? this.#scratch.take(16 * ASIDE_ROWS) : 0
    const block = new Uint32Array(this.#scope.buffer, this.#block, 32)
    block.set([from, to, words, words + room, columns, delimiter, quote, escape, comment, POLICY[ragged], 0, 0, 0, aside, aside + 16 * ASIDE_ROWS, 0])
    let at = from
    while (at < to && this.#stop === undefined) {
      block[CSV.out] = words
      block[CSV.aside] = aside
      this.#call('csv_index', this.#block)
      const status = block[CSV.status] as number
      const next = block[CSV.at] as number
      if (ragged === 'aside') this.#setAside(aside, block[CSV.aside] as number)
      if (block[CSV.high] !== 0) {
        const bad = this.#call('utf8_valid', at, next) >>> 0
        if (bad < next) {
          this.#stop = { why: 'utf8', offset: bad - from }
          break
        }
      }
      // of an error the rows before it stand
      const rows = status === DONE || status === FULL ? (block[CSV.rows] as number) : this.#rowsBefore(words, next)
      this.#convert(words, kinds ? Math.min(rows, kinds.rows - this.#rows) : rows)
      at = next
      if (this.#stop !== undefined || (kinds && this.#rows >= kinds.rows)) break
      if (status === DONE || status === FULL) continue
      const offset = next - from
      this.#stop = status === RAGGED ? { why: 'ragged', offset, cells: block[CSV.cells] as number } : { why: status === QUOTE ? 'quote' : 'open', offset }
    }
    return { parts: this.#parts, consumed: at - from, rows: this.#rows, stop: this.#stop, aside: this.#aside, kinds: kinds ? this.#kinds : undefined, scratch: this.#scratch.stretch }
  }

  #convert(words: number, rows: number): void {
    const { wanted, columns, kinds } = this.#task
    if (rows === 0) return
    const place = (position: number) => ({ words: words + 4 * position, stride: 4 * (columns + 1), skip: 1 })
    if (kinds) {
      this.#kinds = this.#kinds.map((known, i) => bothKinds(known, this.#cells.kinds(place(wanted[i]?.position ?? 0), rows, ALL_KINDS, kinds)))
      this.#rows += rows
      return
    }
    const read: PartColumn[] = []
    let bad: { row: number; wanted: number } | undefined
    for (const [i, column] of wanted.entries()) {
      // of several bad cells the first row's is told
      const until = bad ? bad.row : rows
      if (until === 0) break
      const part = this.#cells.read(place(column.position), until, column)
      if ('row' in part) bad = { row: part.row, wanted: i }
      else read.push(part)
    }
    if (bad) {
      const { position } = wanted[bad.wanted] as (typeof wanted)[number]
      const word = new Uint32Array(this.#scope.buffer, words + 4 * (bad.row * (columns + 1)), columns + 1)
      const begin = (word[position] as number) + 1
      this.#stop = { why: 'value', offset: begin - this.#task.from, wanted: bad.wanted, text: this.#text(begin, Math.min(word[position + 1] as number, begin + SHOWN)) }
      return
    }
    this.#parts.push({ rows, columns: read })
    this.#rows += rows
  }

  /** Rows before the one that begins at `next`. */
  #rowsBefore(words: number, next: number): number {
    const stride = this.#task.columns + 1
    const view = new Uint32Array(this.#scope.buffer, words)
    let rows = 0
    while ((view[rows * stride] as number) + 1 < next) rows++
    return rows
  }

  #setAside(from: number, to: number): void {
    const written = Math.min(to, from + 16 * ASIDE_ROWS)
    const found = new Uint32Array(this.#scope.buffer, from, (written - from) / 4)
    for (let i = 0; i < found.length; i += 4) this.#aside.push({ offset: (found[i] as number) - this.#task.from, text: this.#text(found[i] as number, found[i + 1] as number) })
  }

  #text(from: number, to: number): string {
    return Buffer.from(new Uint8Array(this.#scope.buffer, from, Math.max(to - from, 0))).toString()
  }

  #call(name: string, ...args: number[]): number {
    return (this.#scope.runtime[name] as (...args: number[]) => number)(this.#ctx, ...args)
  }
}
