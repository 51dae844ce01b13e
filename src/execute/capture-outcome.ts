/**
 * What a captured pipeline comes to, as lines of JSON that can be compared: the rows an appender wrote, or the tuples another
 * builder left. Rows without an order are sorted.
 */
import { createHash } from 'node:crypto'
import { builderCode } from '../codegen/builders/index.ts'
import type { ContextLayout } from '../codegen/module.ts'
import * as sinks from '../codegen/sinks.ts'
import type { TupleField } from '../codegen/tuple.ts'
import * as context from '../ir/context.ts'
import { isOption, scalarOf } from '../ir/nodes.ts'
import type { Program } from '../ir/program.ts'
import type { ColumnInfo, Relation } from '../layout/relation.ts'
import { type ApiValue, readTuples } from '../layout/rows.ts'
import { ndjsonRow } from '../layout/text.ts'
import { STRING } from '../layout/types.ts'
import type { Outcome } from './capture-format.ts'
import { collectChunks } from './result-chunks.ts'

/** Outcomes of more rows keep no lines. */
const KEPT_LINES = 50

export const linesOf = (columns: readonly Pick<ColumnInfo, 'name'>[], rows: readonly (readonly ApiValue[])[]): string[] => {
  const fields = columns.map(({ name }) => ({ name, type: STRING }))
  return rows.map((row) => ndjsonRow(fields, row))
}

export const relationLines = (buffer: ArrayBufferLike, relation: Relation): string[] => linesOf(relation.columns, readTuples(buffer, relation))

export const outcomeOf = (lines: readonly string[], ordered: boolean): Outcome => {
  const kept = ordered ? lines : [...lines].sort()
  const digest = createHash('sha256').update(kept.join('\n')).digest('hex').slice(0, 32)
  return { rows: kept.length, digest, ...(kept.length <= KEPT_LINES ? { lines: kept } : {}) }
}

/** Whether what a pipeline leaves has an order. */
export const isOrdered = ({ pipelines }: Program, index: number): boolean => {
  const source = pipelines[index]?.source
  return pipelines[index]?.builder.builder === 'sorter' || (source?.source === 'tuples' && pipelines[source.sink]?.builder.builder === 'sorter')
}

/** The first difference, or undefined. */
export const outcomeDifference = (expected: Outcome, actual: Outcome): string | undefined => {
  if (expected.raises !== undefined || actual.raises !== undefined) {
    const said = (o: Outcome) => (o.raises === undefined ? `${o.rows} rows` : `${o.raises}: ${o.message}`)
    return expected.raises === actual.raises || (expected.raises === '*' && actual.raises !== undefined) ? undefined : `${said(actual)} instead of ${said(expected)}`
  }
  if (expected.digest === actual.digest) return undefined
  if (expected.rows !== actual.rows) return `${actual.rows} rows instead of ${expected.rows}`
  const at = expected.lines?.findIndex((line, i) => line !== actual.lines?.[i]) ?? -1
  return at < 0 ? 'other values' : `row ${at + 1}: ${actual.lines?.[at]} instead of ${expected.lines?.[at]}`
}

const constants = (module: object): unknown => Object.entries(module).sort(([a], [b]) => (a < b ? -1 : 1))

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value)

/** Tells one layout of contexts, sinks and tuples from another; the number stands for what no layout says: hashes and directories. */
export const stateLayout = (program: Program, layout: ContextLayout): string =>
  createHash('sha256').update(JSON.stringify([2, constants(context), constants(sinks), layout, program.pipelines.map((p) => builderCode(p.builder).layout ?? null)], plain)).digest('hex').slice(0, 16)

/** The rows that pipeline `index` left in one context. */
export const leftBy = (program: Program, layout: ContextLayout, index: number, result: readonly ColumnInfo[], at: { shared: number; context: number }, buffer: ArrayBufferLike): Relation | ApiValue[][] => {
  const { builder } = program.pipelines[index] as Program['pipelines'][number]
  const sink = at.context + (layout.sinks[index]?.offset as number)
  if (builder.builder === 'appender') {
    const upTo = { program: { pipelines: program.pipelines.slice(0, index + 1) }, layout: { ...layout, sinks: layout.sinks.slice(0, index + 1) }, columns: result }
    return collectChunks(upTo, [at.context], buffer)
  }
  // A framer writes into the tuples that it goes over.
  if (builder.builder === 'framer') return leftBy(program, layout, builder.sink, result, at, buffer)
  const words = new Uint32Array(buffer)
  const { fields = [], stride = 0 } = builderCode(builder).layout ?? {}
  const tuples = builder.builder === 'groupmerger' && !builder.contiguous ? chunkTuples(words, sink, stride) : sourceTuples(words, at.shared + sinks.outputOffset(index))
  const view = new DataView(buffer)
  return tuples.map((tuple) => fields.map((field) => readField(view, tuple, field)))
}

/** Tuples of a source block that a finish function wrote. */
const sourceTuples = (words: Uint32Array, block: number): number[] => {
  const [batches, table] = [words[block / 4 + 1] as number, words[block / 4 + 2] as number]
  const found: number[] = []
  for (let b = 0; b < batches; b++) {
    const at = table / 4 + b * 4
    const list = (words[at + 2] as number) / 4
    for (let i = 0; i < (words[at] as number); i++) found.push(words[list + i] as number)
  }
  return found
}

const chunkTuples = (words: Uint32Array, sink: number, stride: number): number[] => {
  const word = (address: number) => words[address / 4] as number
  const found: number[] = []
  for (let chunk = word(sink + sinks.SINK.first); chunk !== 0; chunk = word(chunk + sinks.CHUNK.next)) {
    const first = chunk + sinks.CHUNK.header
    const end = chunk === word(sink + sinks.SINK.current) ? word(sink + sinks.SINK.cursor) : first + word(chunk + sinks.CHUNK.used)
    for (let tuple = first; tuple < end; tuple += stride) found.push(tuple)
  }
  return found
}

const readField = (view: DataView, tuple: number, { type, offset, valid }: TupleField): ApiValue => {
  if (isOption(type) && view.getUint8(tuple + valid) === 0) return null
  const at = tuple + offset
  switch (scalarOf(type)) {
    case 'bool':
      return view.getUint8(at) !== 0
    case 'i32':
      return view.getInt32(at, true)
    case 'f32':
      return view.getFloat32(at, true)
    case 'f64':
      return view.getFloat64(at, true)
    case 'i64':
      return view.getBigInt64(at, true)
    case 'i128':
      return (view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true)
    case 'str':
      return Buffer.from(new Uint8Array(view.buffer).slice(view.getUint32(at, true), view.getUint32(at, true) + view.getUint32(at + 4, true))).toString('utf8')
    case 'vec':
      return view.getUint32(at + 4, true)
  }
}
