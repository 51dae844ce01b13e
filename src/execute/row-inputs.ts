/**
 * Inputs in row layout: batches of UnsafeRows, or an (async) iterable of them. They are copied into shared memory, small batches
 * one behind the other, and gone over once (row-facts.ts), by the workers while the next ones are copied: a kernel follows the offsets in
 * them unseen, and is made for what their fields hold.
 */
import type { Lease } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import { OptionError, PlanError, SourceError } from '../errors.ts'
import type { Dictionary } from '../layout/relation.ts'
import type { RowBatch } from '../layout/row-batch.ts'
import { type RangedField, type RowColumn, rowPhysical, type RowTable } from '../layout/row-table.ts'
import { parseType, sameType, typeName } from '../layout/types.ts'
import { rowStride } from '../layout/unsafe-row.ts'
import { planType } from '../operators/lower-expression.ts'
import type { ScanNode } from './query.ts'
import { RowFacts, type RowStretch } from './row-facts.ts'

/** A field of a batch's rows, in order. */
export interface RowSchemaField {
  readonly name: string
  /** As in plans: `decimal(15,2)`. */
  readonly type: string
  /** Absent: true. */
  readonly nullable?: boolean | undefined
}

/**
 * UnsafeRows one after the other. `offsets` are their first bytes, and may be left out where all rows have one length. `schema` are
 * all their fields in order; absent: the columns of the scan.
 */
export interface RowInput {
  readonly rows: Uint8Array
  readonly offsets?: Uint32Array | undefined
  readonly schema?: readonly RowSchemaField[] | undefined
}

export const isRowInput = (value: unknown): value is RowInput => typeof value === 'object' && value !== null && 'rows' in value && value.rows instanceof Uint8Array

/** Bytes that are copied in one turn of the event loop, and gone over together. */
const TURN_BYTES = 1 << 23
/** Fewer are gone over here: a worker would take as long to begin. */
const FEW_BYTES = 1 << 18
const FIRST_BLOCK = 1 << 16
const LARGEST_BLOCK = 1 << 26
/** Offsets in a block are u32, and its rows' numbers are positive as i32. */
const MOST_BYTES = 1 << 30

interface Block {
  readonly data: number
  bytes: number
  readonly room: number
  readonly offsets: number
  rows: number
  readonly places: number
}

/** Batches as rows in shared memory, of the fields they state or `absent`. */
export class RowLoader {
  readonly #memory: WebAssembly.Memory
  readonly #lease: Lease
  readonly #absent: readonly RowColumn[] | undefined
  readonly #name: string
  readonly #pool: Pool | undefined
  #columns: readonly RowColumn[] | undefined
  #stated: RowInput['schema']
  #facts: RowFacts | undefined
  #stride = 0
  #taken = 0
  readonly #batches: RowBatch[] = []
  /** The open block: what of it is used, of its bytes and of its offsets. */
  #block: Block | undefined

  constructor(name: string, absent: readonly RowColumn[] | undefined, memory: WebAssembly.Memory, lease: Lease, pool?: Pool) {
    this.#pool = pool
    this.#name = name
    this.#absent = absent
    this.#memory = memory
    this.#lease = lease
  }

  /** `ahead`: bytes and rows of all batches that are known to come, this one included. Throws SourceError, OptionError. */
  async add(input: RowInput, ahead: { readonly bytes: number; readonly rows: number }, signal?: AbortSignal): Promise<void> {
    const number = this.#taken++
    const columns = this.#fieldsOf(input)
    const { rows, offsets } = input
    const count = this.#countOf(input, number)
    if (count === 0) return
    if (rows.length > MOST_BYTES) throw new SourceError('FILE_FORMAT', `batch ${number} of ${this.#name} has ${rows.length} bytes, more than ${MOST_BYTES}`)
    this.#facts ??= new RowFacts(columns, this.#memory, this.#lease)
    const block = this.#room(rows.length, count, ahead)
    const [base, first] = [block.bytes, block.rows]
    if (this.#stride === 0) placeRows(new Uint32Array(this.#lease.buffer, block.offsets, block.places), first, offsets as Uint32Array, base)
    for (let at = 0; at < rows.length; at += TURN_BYTES) {
      if (this.#turn >= TURN_BYTES) await this.#nextTurn(signal)
      const part = rows.subarray(at, at + TURN_BYTES)
      new Uint8Array(this.#lease.buffer, block.data + base + at, part.length).set(part)
      this.#turn += part.length
    }
    this.#unchecked.push({ data: block.data, offsets: block.offsets, first, last: first + count, base, end: base + rows.length, batch: number })
    this.#uncheckedBytes += rows.length
    block.bytes += rows.length
    block.rows += count
    if (this.#uncheckedBytes >= TURN_BYTES) await this.#check(signal)
  }
  /** Bytes copied in this turn. */
  #turn = 0
  #unchecked: RowStretch[] = []
  #uncheckedBytes = 0
  /** Rows that the workers are at. */
  #checking: Promise<void> = Promise.resolve()

  async #nextTurn(signal: AbortSignal | undefined): Promise<void> {
    this.#turn = 0
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
  }

  /** Has what was copied gone over, once what was copied before has been. */
  async #check(signal: AbortSignal | undefined): Promise<void> {
    const [facts, stretches, bytes] = [this.#facts, this.#unchecked, this.#uncheckedBytes]
    this.#unchecked = []
    this.#uncheckedBytes = 0
    await this.#checking
    if (!facts) return
    if (!this.#pool || bytes < FEW_BYTES) {
      for (const stretch of stretches) facts.check(stretch)
    } else {
      this.#checking = facts.checkOn(this.#pool, stretches, signal)
      // Whoever waits for it next is told.
      this.#checking.catch(() => {})
    }
    if (this.#turn >= TURN_BYTES) await this.#nextTurn(signal)
  }

  /** Nobody goes over the rows any more. */
  async idle(): Promise<void> {
    await this.#checking.catch(() => {})
  }

  /** All fields, of which a scan's columns are some. Throws SourceError. */
  async finish(signal?: AbortSignal): Promise<{ readonly columns: readonly RowColumn[]; readonly table: RowTable }> {
    await this.#check(signal)
    await this.#checking
    this.#seal()
    const columns = this.#columns ?? this.#absent ?? []
    const fields: readonly RangedField[] = this.#facts?.fields() ?? columns.map(({ type }) => ({ physical: rowPhysical(type), nullable: false }))
    const batches = this.#batches
    return {
      columns,
      table: {
        fields, batches,
        rows: batches.reduce((n, b) => n + b.rows, 0),
        positions: columns.map((_, i) => i),
        columns: columns.map(({ name, type }, i) => ({ name, type, ...(fields[i] as RangedField), ...(fields[i]?.physical === 'code8' ? { dictionary: this.#letters() } : {}) })),
      },
    }
  }

  /** The strings of `code8`: the empty one, then each letter. */
  #letters(): Dictionary {
    if (this.#dictionary) return this.#dictionary
    const slices = this.#lease.allocate(129 * 8 + 128)
    const letters = slices + 129 * 8
    new Uint8Array(this.#lease.buffer, letters, 128).forEach((_, i, bytes) => { bytes[i] = i })
    const words = new Uint32Array(this.#lease.buffer, slices, 129 * 2)
    words.set([letters, 0])
    for (let i = 0; i < 128; i++) words.set([letters + i, 1], 2 * (i + 1))
    this.#dictionary = { size: 129, slices }
    return this.#dictionary
  }
  #dictionary: Dictionary | undefined

  #fieldsOf({ schema }: RowInput): readonly RowColumn[] {
    if (!this.#columns) {
      this.#stated = schema
      this.#columns = schema ? schema.map((f, i) => readField(f, i, this.#name)) : (this.#absent ?? unstated(this.#name))
      this.#stride = rowStride(this.#columns.map(({ type, nullable }) => ({ physical: rowPhysical(type), nullable })))
    } else if (schema !== this.#stated && JSON.stringify(schema) !== JSON.stringify(this.#stated)) {
      throw new OptionError('INVALID_OPTION', `the batches of ${this.#name} are of different fields`)
    }
    return this.#columns
  }

  #countOf({ rows, offsets }: RowInput, number: number): number {
    const wrong = (what: string): never => {
      throw new SourceError('FILE_FORMAT', `not rows of these fields: batch ${number} of ${this.#name}: ${what}`)
    }
    const stride = this.#stride
    if (stride === 0) {
      if (!(offsets instanceof Uint32Array)) return wrong('rows with a field of variable length need their offsets')
      if (offsets.length === 0 ? rows.length > 0 : offsets[0] !== 0) return wrong(`the first row begins at byte ${offsets[0] ?? 0} of ${rows.length}`)
      return offsets.length
    }
    if (rows.length % stride !== 0) return wrong(`${rows.length} bytes are no rows of ${stride}`)
    const count = rows.length / stride
    if (offsets && (offsets.length !== count || offsets.some((at, i) => at !== i * stride))) return wrong(`the offsets are not those of ${count} rows of ${stride} bytes`)
    return count
  }

  #room(bytes: number, rows: number, ahead: { readonly bytes: number; readonly rows: number }): Block {
    const open = this.#block
    const places = this.#stride === 0
    if (open && open.room - open.bytes >= bytes && (!places || open.places - open.rows >= rows)) return open
    this.#seal()
    const grown = open ? Math.min(LARGEST_BLOCK, open.room * 2) : FIRST_BLOCK
    const room = Math.min(MOST_BYTES, Math.max(bytes, ahead.bytes || grown))
    const wanted = places ? Math.max(rows, ahead.rows || Math.ceil((rows * room) / bytes)) : 0
    this.#block = { data: this.#lease.reserve(room), bytes: 0, room, offsets: places ? this.#lease.reserve(wanted * 4) : 0, rows: 0, places: wanted }
    return this.#block
  }

  #seal(): void {
    if (this.#block && this.#block.rows > 0) this.#batches.push({ rows: this.#block.rows, data: this.#block.data, bytes: this.#block.bytes, offsets: this.#block.offsets })
    this.#block = undefined
  }
}

const unstated = (table: string): never => {
  throw new OptionError('INVALID_OPTION', `nothing states the fields of ${table}`)
}

const readField = ({ name, type, nullable = true }: RowSchemaField, i: number, table: string): RowColumn => {
  const parsed = typeof type === 'string' ? parseType(type) : undefined
  if (typeof name !== 'string' || !parsed || typeof nullable !== 'boolean') throw new OptionError('INVALID_OPTION', `field ${i} of the rows of ${table} is no {name, type, nullable}`)
  return { name, type: parsed, nullable }
}

/** The fields of a scan, where the batches say nothing. */
export const scanFields = (scan: ScanNode): readonly RowColumn[] => scan.columns.map(({ name, type }) => ({ name, type: planType(type), nullable: true }))

/** Loads batches. `absent`: their fields, where they state none; `pool`: whose workers go over the rows, else this thread does. */
export const loadRows = async (name: string, absent: readonly RowColumn[] | readonly RowSchemaField[] | undefined, batches: readonly RowInput[] | AsyncIterable<unknown> | Iterable<unknown>, memory: WebAssembly.Memory, lease: Lease, signal?: AbortSignal, pool?: Pool): ReturnType<RowLoader['finish']> => {
  const loader = new RowLoader(name, absent?.map((f, i) => (typeof f.type === 'string' ? readField(f as RowSchemaField, i, name) : (f as RowColumn))), memory, lease, pool)
  let left = Array.isArray(batches) ? { bytes: batches.reduce((n: number, b: RowInput) => n + b.rows.length, 0), rows: batches.reduce((n: number, b: RowInput) => n + (b.offsets?.length ?? 0), 0) } : { bytes: 0, rows: 0 }
  try {
    for await (const batch of batches) {
      signal?.throwIfAborted()
      if (!isRowInput(batch)) throw new OptionError('INVALID_OPTION', `the input ${name} has batches of rows, and others`)
      await loader.add(batch, left, signal)
      if (left.bytes) left = { bytes: left.bytes - batch.rows.length, rows: left.rows - (batch.offsets?.length ?? 0) }
    }
    return await loader.finish(signal)
  } finally {
    await loader.idle()
  }
}

/** Offsets of a batch's rows as those in the block, where the batch begins at `base`; they are u32, and wrap. */
const placeRows = (places: Uint32Array, first: number, offsets: Uint32Array, base: number): void => {
  if (base === 0) return places.set(offsets, first)
  for (let i = 0; i < offsets.length; i++) places[first + i] = (offsets[i] as number) + base
}

/** The columns that a scan reads of rows. Throws PlanError where there is none of that name and type. */
export const scannedRows = (scan: ScanNode, fields: readonly RowColumn[], table: RowTable): RowTable => {
  const positions = scan.columns.map(({ name, type }) => {
    const at = fields.findIndex((f) => f.name === name)
    if (at < 0) throw new PlanError('UNKNOWN_COLUMN', `${scan.table} has no column ${name}`)
    const own = (fields[at] as RowColumn).type
    if (!sameType(own, planType(type))) throw new PlanError('INVALID_PLAN', `${scan.table}.${name} is ${typeName(own)}, and the plan says ${type}`)
    return at
  })
  return { ...table, positions, columns: positions.map((p) => table.columns[p] as RowTable['columns'][number]) }
}

