/** What every builder's code generation gives: code at a kernel's start, at each merge, at its end, and a finish function. */
import type { Ir } from '../../ir/nodes.ts'
import type { DenseKey } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import type { Group } from '../parts.ts'
import { CTX_LOCAL, type Callees, freeLocals, type RowAccess, type Scope, toLocals } from '../scope.ts'
import { SINK } from '../sinks.ts'
import type { TupleField, TupleLayout } from '../tuple.ts'
import { emit } from '../expressions.ts'
import type { Let, RowCode, Rows } from '../staged-probe.ts'

export interface SinkCode {
  readonly merge: (key: readonly Ir[], values: readonly Ir[]) => void
  /** The same for all rows of a chunk at once, behind lets, where that pays, `unroll` in a round: keys are evaluated twice, and before any value. */
  readonly staged?: ((lets: readonly Let[], key: readonly Ir[], values: readonly Ir[], rows: Rows, unroll: number) => RowCode | undefined) | undefined
  readonly close?: () => void
  /** What lane code works on: a merger's state, in locals; an appender's chunk. */
  readonly state?: readonly (readonly number[])[]
  readonly chunk?: ChunkAccess
  readonly groups?: GroupAccess
}

/** A small array of states by position. */
export interface GroupAccess {
  readonly ranges: readonly DenseKey[]
  /** Fields of a state, and its bytes. */
  readonly fields: readonly TupleField[]
  readonly stride: number
  /** Position of the first of four states behind all others, which nothing reads. */
  readonly spare: number
  /** Locals: the array's address, that of the bytes by position which are 1 where there is a group; absent where a count tells. */
  readonly array: number
  readonly present: number | undefined
}

/** The chunk that an appender is filling. */
export interface ChunkAccess {
  readonly rows: number
  /** Locals: its address, and how many rows it has; `rows` where it is full or there is none. */
  readonly address: number
  readonly used: number
  /** Offsets of data and validity bits of each column. */
  readonly columns: readonly { readonly data: number; readonly validity: number }[]
  /** Takes a new chunk, without rows. */
  readonly renew: () => void
  /** Notes that `used` has gone up by what a local holds. */
  readonly grown: (by: number) => void
}

export interface SinkPlace {
  /** Number of the sink in the program. */
  readonly index: number
  /** Offset of its state in every context. */
  readonly offset: number
  /** Number of the pipeline, where it is not the first that merges into the sink. */
  readonly turn?: number | undefined
}

export interface BuilderCode {
  /** The tuples it leaves for a later pipeline; an appender leaves columns. */
  readonly layout?: TupleLayout
  /**
   * Reads the tuple whose address a local holds, where not every field lies in it; by the layout where absent. `read`: at a
   * function's start, the fields that it reads.
   */
  readonly access?: (f: FunctionBuilder, place: SinkPlace, tuple: number, read?: ReadonlySet<number>) => RowAccess
  /** Bytes of state in each context. */
  readonly bytes: number
  /** Emits the kernel's start and gives the code of a merge. */
  readonly open: (scope: Scope, place: SinkPlace) => SinkCode
  /** Emits the function (ctx) that the last worker runs. */
  readonly finish?: (scope: Scope, place: SinkPlace) => void
  /** What comes after `finish`, done by all workers: it says how many parts there are (assembly/context.ts, partSource). */
  readonly parts?: PartsCode | undefined
}

/** A round of parts. */
export interface PartsCode {
  /** The body of a function (ctx, from, to) over the parts. */
  readonly run: (scope: Scope, place: SinkPlace) => void
  /** That of a function (ctx) for the last worker. */
  readonly done?: ((scope: Scope, place: SinkPlace) => void) | undefined
  /** One more round, over the parts that `done` leaves. */
  readonly next?: PartsCode | undefined
}

/** The rounds, in order. */
export const roundsOf = (parts: PartsCode | undefined): readonly PartsCode[] => (parts ? [parts, ...roundsOf(parts.next)] : [])

/** Address of this worker's sink state, in a fresh local. */
export const sinkAddress = (f: FunctionBuilder, place: SinkPlace): number => {
  const sink = f.local('i32')
  f.get(CTX_LOCAL).i32(place.offset).op('i32.add').set(sink)
  return sink
}

/** Evaluates expressions into fresh locals. */
export const evaluate = (scope: Scope, es: readonly Ir[]): (readonly number[])[] =>
  es.map((e) => {
    emit(scope, e)
    return toLocals(scope.f, e.type)
  })

/** Evaluates and stores values, all at once or a group at a time in functions of their own, which get the locals `bases`. */
export const storeValues = (scope: Scope, values: readonly Ir[], groups: readonly Group[] | undefined, bases: readonly number[], store: (f: FunctionBuilder, bases: readonly number[], index: number, locals: readonly number[]) => void): void => {
  const all = (inner: Scope, moved: readonly number[], group: Group): void => {
    const locals = evaluate(inner, group.map((i) => values[i] as Ir))
    group.forEach((index, i) => {
      store(inner.f, moved, index, locals[i] as readonly number[])
      freeLocals(inner.f, (values[index] as Ir).type, locals[i] as readonly number[])
    })
  }
  const { part } = scope
  if (!part || !groups) return all(scope, bases, values.map((_, i) => i))
  for (const group of groups) part(scope, group.map((i) => values[i] as Ir), bases, [], (inner, moved) => all(inner, moved, group))
}

/** Takes room for one tuple from the sink's chunk: its address in `tuple`; count goes up. */
export const emitNewTuple = (f: FunctionBuilder, callees: Callees, sink: number, stride: number, tuple: number): void => {
  f.get(sink).memory('i32.load', SINK.cursor).tee(tuple).i32(stride).op('i32.add').get(sink).memory('i32.load', SINK.limit).op('i32.gt_u').if()
  f.get(CTX_LOCAL).get(sink).call(callees.runtime('sink_chunk'))
  f.get(sink).memory('i32.load', SINK.cursor).set(tuple)
  f.end()
  f.get(sink).get(tuple).i32(stride).op('i32.add').memory('i32.store', SINK.cursor)
  f.get(sink).get(sink).memory('i32.load', SINK.count).i32(1).op('i32.add').memory('i32.store', SINK.count)
}

/** Sets the stride at first use. */
export const emitStride = (f: FunctionBuilder, sink: number, stride: number): void => {
  f.get(sink).i32(stride).memory('i32.store', SINK.stride)
}
