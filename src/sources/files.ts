/**
 * Several files as one table: a list of paths, a pattern, or a folder, whose own folders' names may hold columns. All have the columns of
 * the first, by name and type; where types follow from values, all files' values decide. What is asked of the partition columns leaves out
 * whole files.
 */
import type { Lease } from '../bridge/memory.ts'
import { SourceError } from '../errors.ts'
import type { BuiltColumn } from '../layout/column-builder.ts'
import { RelationBuilder, relationOf } from '../layout/relation-builder.ts'
import { type Field, sameType, typeName } from '../layout/types.ts'
import { ConstantColumn } from './files/constants.ts'
import { mayHold, type Partitions, type PartitionValue } from './files/partitions.ts'
import { unitedColumns } from './files/united.ts'
import { type ColumnPlace, placed, scanOfFiles } from './files/windows.ts'
import { TypesLearned, widerOf } from './text/learning.ts'
import { BrokenForms, type TextFileSource, textScan } from './text/windows.ts'
import { type FileScan, type FilterCounts, type Loaded, type LoadOptions, type RowFilter, sumOf, type TableSource, type WindowScan } from './source.ts'

export interface FileSource extends TableSource {
  readonly path: string
  /** Columns that there is no type for. */
  readonly unsupported: ReadonlyMap<string, string>
  /** Bytes that `load` would take, about, by what is known of the file. */
  bytes(columns: readonly string[], lease: Lease, options?: LoadOptions): number
  scan(columns: readonly string[], lease: Lease, options: LoadOptions & { readonly above: number }): Promise<FileScan | undefined>
}

/** Files whose footers or columns are read at once. */
const AT_ONCE = 4
/** Files of text that are read at once: all threads work at each. */
const TEXTS_AT_ONCE = 2
/** Of a folder's value in a row, at most. */
const CONSTANT_BYTES = 8
/** However little it is. */
const ALWAYS = -1

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

/** A file whose types follow from its values, as far as they were seen. */
export interface LearningSource extends TableSource, TextFileSource {
  readonly path: string
  readonly unsupported: ReadonlyMap<string, string>
  learn(columns: readonly string[], lease: Lease, options: LoadOptions): Promise<void>
}

interface Chosen<S> {
  readonly file: S
  readonly values: readonly PartitionValue[]
}

/** How files find their types. */
export interface Learning {
  readonly files: readonly LearningSource[]
  /** Gives columns in all files the types of the values that were seen in any. */
  readonly unite: () => void
}

export class FilesSource implements TableSource {
  readonly kind = 'files'
  readonly unsupported: ReadonlyMap<string, string>
  readonly rows: number
  readonly files: readonly (FileSource | LearningSource)[]
  readonly #partitions: Partitions
  readonly #learning: Learning | undefined
  #fields: readonly Field[]
  #learned: TypesLearned | undefined
  readonly #broken = new BrokenForms()

  /** At least one file. Throws SourceError FILE_FORMAT where one lacks a column, or has another type for it. */
  constructor(files: readonly (FileSource | LearningSource)[], partitions: Partitions, learning?: Learning) {
    this.files = files
    this.unsupported = files[0]!.unsupported
    this.rows = files.reduce((sum, file) => sum + file.rows, 0)
    this.#partitions = partitions
    this.#learning = learning
    this.#fields = this.#united()
  }

  /** They may become wider where they follow from values: see TypesLearned. */
  get fields(): readonly Field[] {
    return this.#fields
  }

  /** Where a plan was made by types that are no longer these; undefined where they always were. */
  get learned(): TypesLearned | undefined {
    return this.#learned
  }

  #united(): readonly Field[] {
    this.#learning?.unite()
    const first = this.files[0]!
    const isPartition = new Set(this.#partitions.fields.map(({ name }) => name.toLowerCase()))
    const stored = first.fields.filter(({ name }) => !isPartition.has(name.toLowerCase()))
    for (const file of this.files) assertColumns(file, first, stored)
    return [...stored, ...this.#partitions.fields]
  }

  /** What all values of the columns are, in all of the files. */
  async #learn(files: readonly TableSource[], stored: readonly string[], lease: Lease, options: LoadOptions, { files: learning }: Learning): Promise<TypesLearned> {
    for (const file of learning) if (files.includes(file)) await file.learn(stored, lease, options)
    const before = this.#fields
    this.#fields = this.#united()
    const { path } = this.files[0]!
    this.#learned = new TypesLearned(`${path} and the files with it: column ${widerOf(before, this.#fields)}, by values behind the samples`, path, this.#fields)
    return this.#learned
  }

  async load(columns: readonly string[], lease: Lease, options: LoadOptions = {}): Promise<Loaded & { readonly filesSkipped: number }> {
    const { chosen, stored, inner } = this.#chosen(columns, options)
    const loaded = await inTurns(chosen, this.#learning ? TEXTS_AT_ONCE : AT_ONCE, ({ file, values }) => file.load(stored, lease, this.#asked(inner, values, lease))).catch(async (error: unknown) => {
      if (!(error instanceof TypesLearned) || !this.#learning) throw error
      throw await this.#learn(chosen.map(({ file }) => file), stored, lease, inner, this.#learning)
    })
    const parts = loaded.flatMap(({ relation }, i) => (relation.rows > 0 ? [{ relation, values: chosen[i]!.values }] : []))
    const counts = {
      rowGroups: loaded.reduce((sum, { rowGroups }) => sum + rowGroups, 0),
      rowGroupsSkipped: loaded.reduce((sum, { rowGroupsSkipped }) => sum + rowGroupsSkipped, 0),
      filesSkipped: this.files.length - chosen.length,
      ...(loaded.some(({ rowsSelected }) => rowsSelected !== undefined) ? { rowsSelected: loaded.reduce((sum, { rowsSelected = 0 }) => sum + rowsSelected, 0) } : {}),
      filtered: loaded.reduce((sum: FilterCounts | undefined, { filtered }) => (filtered ? sumOf(sum, filtered) : sum), undefined),
    }
    if (parts.length === 0) return { relation: new RelationBuilder(columns.map((name) => this.#field(name))).finish(lease), ...counts }
    const united = unitedColumns(
      parts.map(({ relation }) => relation),
      lease,
    )
    const batches = parts.flatMap(({ relation, values }) => relation.batches.map(({ rows }) => ({ rows, values })))
    const places = this.#places(columns, stored, parts.map(({ values }) => values), lease)
    const built = places.map((place): BuiltColumn => {
      if ('stored' in place) return united[place.stored]!
      return { info: place.constant.info, vectors: batches.map(({ rows, values }) => place.constant.vector(values[place.value]!, rows, lease)) }
    })
    return { relation: relationOf(built, batches.map(({ rows }) => rows)), ...counts }
  }

  async scan(columns: readonly string[], lease: Lease, options: LoadOptions & { readonly above: number }): Promise<WindowScan | undefined> {
    const { chosen, stored, inner } = this.#chosen(columns, options)
    if (this.#learning) return this.#textScan(columns, stored, chosen as readonly Chosen<LearningSource>[], lease, { ...inner, above: options.above }, this.#learning)
    const constants = (rows: number): number => rows * (columns.length - stored.length) * CONSTANT_BYTES
    if (chosen.reduce((sum, { file }) => sum + (file as FileSource).bytes(stored, lease, inner) + constants(file.rows), 0) <= options.above) return undefined
    const scans = await inTurns(chosen, AT_ONCE, ({ file, values }) => (file as FileSource).scan(stored, lease, { ...this.#asked(inner, values, lease), above: ALWAYS }))
    const scanned = scans.flatMap((scan, i) => (scan && scan.rows > 0 ? [{ scan, values: chosen[i]!.values }] : []))
    const left = scanned.reduce((sum, { scan }) => sum + scan.bytes + constants(scan.rows), 0)
    if (scanned.length === 0 || left <= options.above) return undefined
    return scanOfFiles(scanned, this.#places(columns, stored, scanned.map(({ values }) => values), lease), lease)
  }

  async #textScan(columns: readonly string[], stored: readonly string[], chosen: readonly Chosen<LearningSource>[], lease: Lease, options: LoadOptions & { readonly above: number }, learning: Learning): Promise<WindowScan | undefined> {
    const files = chosen.map(({ file }) => file)
    const scan = files.length > 0 ? await textScan(files, stored, this.#broken, lease, options) : undefined
    if (!scan) return undefined
    const values = chosen.map((one) => one.values)
    const places = this.#places(columns, stored, values, lease)
    const learn = () => this.#learn(files, stored, lease, options, learning)
    return {
      columns: places.map((place) => ('stored' in place ? scan.columns[place.stored]! : place.constant.info)),
      rows: scan.rows,
      windows: async function* (given) {
        try {
          for await (const window of scan.windows(given)) yield placed(window, places, values[window.file]!, given)
        } catch (error) {
          throw error instanceof TypesLearned ? await learn() : error
        }
      },
    }
  }

  #places(columns: readonly string[], stored: readonly string[], values: readonly (readonly PartitionValue[])[], lease: Lease): ColumnPlace[] {
    return columns.map((name) => {
      const value = this.#partition(name)
      return value < 0 ? { stored: stored.indexOf(name) } : { value, constant: new ConstantColumn(this.#partitions.fields[value]!, values.map((own) => own[value]!), lease) }
    })
  }

  #partition(name: string): number {
    return this.#partitions.fields.findIndex((field) => field.name === name)
  }

  /** With a filter as one of the files asks it: its columns that are partitions have one value each. */
  #asked(options: LoadOptions, values: readonly PartitionValue[], lease: Lease): LoadOptions {
    const { filter } = options
    const stored = filter?.columns.filter((name) => this.#partition(name) < 0) ?? []
    if (filter === undefined || stored.length === filter.columns.length) return options
    const survivors: RowFilter['survivors'] = async ({ columns, batches }) => {
      const aside = lease.workspace()
      try {
        const rows = batches.map((batch) => batch.rows)
        const column = (name: string): BuiltColumn => {
          const index = this.#partition(name)
          if (index < 0) return { info: columns[stored.indexOf(name)]!, vectors: batches.map(({ vectors }) => vectors[stored.indexOf(name)]!) }
          const constant = new ConstantColumn(this.#partitions.fields[index]!, [values[index]!], aside)
          return { info: constant.info, vectors: rows.map((n) => constant.vector(values[index]!, n, aside)) }
        }
        return await filter.survivors(relationOf(filter.columns.map(column), rows))
      } finally {
        aside.release()
      }
    }
    return { ...options, filter: { ...filter, columns: stored, survivors } }
  }

  /** The files that what is asked of the partition columns leaves, with their values; the columns and conditions of what is in them. */
  #chosen(columns: readonly string[], options: LoadOptions) {
    const predicates = options.predicates ?? []
    const chosen = this.files.flatMap((file, i) => {
      const values = this.#partitions.values[i]!
      return predicates.every((predicate) => this.#partition(predicate.column) < 0 || mayHold(predicate, values[this.#partition(predicate.column)]!)) ? [{ file, values }] : []
    })
    return {
      chosen,
      stored: [...new Set(columns.filter((name) => this.#partition(name) < 0))],
      inner: { ...options, predicates: predicates.filter(({ column }) => this.#partition(column) < 0) },
    }
  }

  #field(name: string): Field {
    const field = this.fields.find((f) => f.name === name)
    if (field === undefined) throw new SourceError('UNKNOWN_COLUMN', `${this.files[0]!.path} and the files with it have no column ${JSON.stringify(name)}`, { path: this.files[0]!.path })
    return field
  }
}

const assertColumns = (file: FileSource | LearningSource, first: FileSource | LearningSource, stored: readonly Field[]): void => {
  const own = new Map(file.fields.map(({ name, type }) => [name, type]))
  for (const { name, type } of stored) {
    const found = own.get(name)
    if (found !== undefined && sameType(found, type)) continue
    const what = found === undefined ? (file.unsupported.get(name) ?? 'not there') : typeName(found)
    throw new SourceError('FILE_FORMAT', `column ${JSON.stringify(name)} is ${typeName(type)} in ${first.path}, and ${what} in ${file.path}`, { path: file.path, hint: 'files of one table have the same columns' })
  }
}
