/**
 * Several files as one table: a list of paths, a pattern, or a folder, whose own folders' names may hold columns. All have the columns of
 * the first, by name and type. What is asked of the partition columns leaves out whole files.
 */
import type { Lease } from '../bridge/memory.ts'
import { SourceError } from '../errors.ts'
import type { BuiltColumn } from '../layout/column-builder.ts'
import { narrowest, type Physical, physicalWidth, type Relation } from '../layout/relation.ts'
import { RelationBuilder, relationOf } from '../layout/relation-builder.ts'
import { writeDictionary } from '../layout/string-column.ts'
import { type Field, sameType, typeName } from '../layout/types.ts'
import { mayHold, type Partitions, type PartitionValue } from './files/partitions.ts'
import { unitedColumns } from './files/united.ts'
import type { Loaded, LoadOptions, TableSource } from './source.ts'

export interface FileSource extends TableSource {
  readonly path: string
  /** Columns that there is no type for. */
  readonly unsupported: ReadonlyMap<string, string>
}

/** Files whose footers or columns are read at once. */
const AT_ONCE = 4

/** Settles when all have; rejects with what the first of them in order did. */
export const inTurns = async <T, R>(items: readonly T[], atOnce: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> => {
  const out: R[] = []
  const failures = new Map<number, unknown>()
  let next = 0
  const runner = async () => {
    while (next < items.length && failures.size === 0) {
      const index = next++
      try {
        out[index] = await work(items[index]!, index)
      } catch (error) {
        failures.set(index, error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, runner))
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()))
  return out
}

export class FilesSource implements TableSource {
  readonly kind = 'files'
  readonly fields: readonly Field[]
  readonly unsupported: ReadonlyMap<string, string>
  readonly rows: number
  readonly files: readonly FileSource[]
  readonly #partitions: Partitions

  /** At least one file. Throws SourceError FILE_FORMAT where one lacks a column, or has another type for it. */
  constructor(files: readonly FileSource[], partitions: Partitions) {
    const first = files[0]!
    const isPartition = new Set(partitions.fields.map(({ name }) => name.toLowerCase()))
    const stored = first.fields.filter(({ name }) => !isPartition.has(name.toLowerCase()))
    for (const file of files) assertColumns(file, first, stored)
    this.files = files
    this.fields = [...stored, ...partitions.fields]
    this.unsupported = first.unsupported
    this.rows = files.reduce((sum, file) => sum + file.rows, 0)
    this.#partitions = partitions
  }

  async load(columns: readonly string[], lease: Lease, options: LoadOptions = {}): Promise<Loaded & { readonly filesSkipped: number }> {
    const partition = (name: string): number => this.#partitions.fields.findIndex((field) => field.name === name)
    const predicates = options.predicates ?? []
    const chosen = this.files.flatMap((file, i) =>
      predicates.every((predicate) => partition(predicate.column) < 0 || mayHold(predicate, this.#partitions.values[i]![partition(predicate.column)]!)) ? [{ file, values: this.#partitions.values[i]! }] : [],
    )
    const stored = [...new Set(columns.filter((name) => partition(name) < 0))]
    const inner = { ...options, predicates: predicates.filter(({ column }) => partition(column) < 0) }
    const loaded = await inTurns(chosen, AT_ONCE, ({ file }) => file.load(stored, lease, inner))
    const parts = loaded.flatMap(({ relation }, i) => (relation.rows > 0 ? [{ relation, values: chosen[i]!.values }] : []))
    const counts = {
      rowGroups: loaded.reduce((sum, { rowGroups }) => sum + rowGroups, 0),
      rowGroupsSkipped: loaded.reduce((sum, { rowGroupsSkipped }) => sum + rowGroupsSkipped, 0),
      filesSkipped: this.files.length - chosen.length,
    }
    if (parts.length === 0) return { relation: new RelationBuilder(columns.map((name) => this.#field(name))).finish(lease), ...counts }
    const united = unitedColumns(
      parts.map(({ relation }) => relation),
      lease,
    )
    const built = columns.map((name): BuiltColumn => {
      const index = partition(name)
      if (index < 0) return united[stored.indexOf(name)]!
      return constants(this.#partitions.fields[index]!, parts.map(({ relation, values }) => ({ relation, value: values[index]! })), lease)
    })
    return { relation: relationOf(built, parts.flatMap(({ relation }) => relation.batches.map(({ rows }) => rows))), ...counts }
  }

  #field(name: string): Field {
    const field = this.fields.find((f) => f.name === name)
    if (field === undefined) throw new SourceError('UNKNOWN_COLUMN', `${this.files[0]!.path} and the files with it have no column ${JSON.stringify(name)}`, { path: this.files[0]!.path })
    return field
  }
}

const assertColumns = (file: FileSource, first: FileSource, stored: readonly Field[]): void => {
  const own = new Map(file.fields.map(({ name, type }) => [name, type]))
  for (const { name, type } of stored) {
    const found = own.get(name)
    if (found !== undefined && sameType(found, type)) continue
    const what = found === undefined ? (file.unsupported.get(name) ?? 'not there') : typeName(found)
    throw new SourceError('FILE_FORMAT', `column ${JSON.stringify(name)} is ${typeName(type)} in ${first.path}, and ${what} in ${file.path}`, { path: file.path, hint: 'files of one table have the same columns' })
  }
}

/** A column that has one value in all rows of a file. */
const constants = ({ name, type }: Field, parts: readonly { readonly relation: Relation; readonly value: PartitionValue }[], lease: Lease): BuiltColumn => {
  const nullable = parts.some(({ value }) => value === null)
  const texts = [...new Set(parts.map(({ value }) => value).filter((value) => typeof value === 'string'))]
  const exact = parts.flatMap(({ value }) => (typeof value === 'bigint' || typeof value === 'number' ? [BigInt(value)] : []))
  const range = type.kind === 'string' ? undefined : { min: exact.reduce((a, b) => (a < b ? a : b), exact[0] ?? 0n), max: exact.reduce((a, b) => (a > b ? a : b), exact[0] ?? 0n) }
  const physical: Physical = range === undefined ? (texts.length <= 256 ? 'code8' : texts.length <= 65536 ? 'code16' : 'code32') : narrowest(range)
  const vectors = parts.flatMap(({ relation, value }) =>
    relation.batches.map(({ rows }) => {
      const data = lease.allocate(Math.max(rows * physicalWidth[physical], 16)) >>> 0
      if (value !== null) fill(lease.buffer, data, rows, physical, typeof value === 'string' ? texts.indexOf(value) : value)
      return { data, validity: value === null ? lease.allocate(Math.ceil(rows / 64) * 8 + 8) >>> 0 : 0, aux: 0 }
    }),
  )
  return { info: { name, type, physical, nullable, range, dictionary: range === undefined ? writeDictionary(lease, utf8Of(texts.length > 0 ? texts : [''])) : undefined }, vectors }
}

const fill = (buffer: SharedArrayBuffer, data: number, rows: number, physical: Physical, value: bigint | number): void => {
  const width = physicalWidth[physical]
  if (width === 8) new BigInt64Array(buffer, data, rows).fill(BigInt(value))
  else if (width === 4) new Int32Array(buffer, data, rows).fill(Number(value))
  else if (width === 2) new Int16Array(buffer, data, rows).fill(Number(value))
  else new Int8Array(buffer, data, rows).fill(Number(value))
}

const utf8Of = (texts: readonly string[]): { bytes: Uint8Array; offsets: Uint32Array } => {
  const parts = texts.map((text) => Buffer.from(text))
  const offsets = new Uint32Array(parts.length + 1)
  for (const [i, part] of parts.entries()) offsets[i + 1] = offsets[i]! + part.length
  return { bytes: Uint8Array.from(Buffer.concat(parts)), offsets }
}
