/** What a kernel of the benchmark is: its program over columns or rows, and the same by hand in JavaScript in three ways. */
import { binary, call, cast, literal } from '../dist/ir/build.js'
import type { Ir, IrType, Scalar } from '../dist/ir/nodes.js'
import { WRITTEN_AS } from '../dist/ir/physical.js'
import type { Body, Builder, Pipeline, Program, Source, StateField } from '../dist/ir/program.js'
import type { Arena, Relation } from '../dist/layout/relation.js'
import type { ColumnName, Data, RowData } from './kernel-data.ts'
import type { Params } from './kernel-runner.ts'

/** Columns, sums or groups, in a form that is equal where answers are. */
export type Answer = readonly (Int32Array | Float64Array | bigint | number | string)[]
/**
 * A loop by hand, in steps of some thousand rows as kernels are called: V8 replaces a function that is called often, while one
 * long loop may stay for good in the code that was made while it ran, five times slower. `end` gives the result and begins anew.
 */
export interface Loop {
  step(from: number, to: number): void
  end(): unknown
}

export interface KernelCase {
  readonly name: string
  /** `f64 in order`: held to the latency of the additions, not to a ratio. */
  readonly bound?: 'latency' | undefined
  /** 32 or 64: how the SIMD form is judged against the scalar one; undefined: not at all. */
  readonly width?: 32 | 64 | undefined
  readonly columns: readonly ColumnName[]
  /** Further fields of the rows, which nothing reads. */
  readonly beside?: readonly ColumnName[]
  readonly program: (source: Source) => Program
  readonly params?: Params
  /** Each gives a function of its own: what V8 learns of one loop's arrays must not reach another's. */
  readonly overColumns: (columns: readonly Data[], rows: number) => Loop
  readonly overRows: (data: RowData, rows: number) => Loop
  readonly overObjects: (objects: any[]) => Loop
  /** Another way in JavaScript that is no loop by hand, for comparison. */
  readonly other?: { readonly name: string; readonly run: (columns: readonly Data[], rows: number) => () => unknown }
  /** The kernel's result as an answer. */
  readonly answer: (relation: Relation, memory: Arena) => Answer
  /** A loop's result as an answer; as it is where absent. */
  readonly read?: (result: any) => Answer
}

export const field = (type: IrType, index: number, row = 'n'): Ir => ({ ir: 'field', type, row, index })
export const param = (type: Scalar, index = 0): Ir => ({ ir: 'param', type, index })
export const add = (a: Ir, b: Ir): Ir => binary('+', a, b)
export { binary, call, cast, literal }

const appender = (types: readonly IrType[]): Builder => ({ builder: 'appender', fields: types.map((type) => ({ type, physical: WRITTEN_AS[type as Scalar] })), counted: false })
export const pipeline = (source: Source, builder: Builder, body: Body): Pipeline => ({ operators: [], source, row: 'n', builder, body })
const where = (conditions: readonly Ir[], next: Body): Body => conditions.reduceRight<Body>((rest, cond) => ({ body: 'if', cond, next: rest }), next)

/** Rows that pass, as columns. */
export const select = (source: Source, conditions: readonly Ir[], values: readonly Ir[]): Program => ({
  pipelines: [pipeline(source, appender(values.map((v) => v.type)), where(conditions, { body: 'merge', key: [], values }))],
})

/** Sums of what passes: `values[i]` is added to a state of its type. */
export const sums = (source: Source, conditions: readonly Ir[], values: readonly Ir[]): Program => {
  const state = values.map(({ type }): StateField => ({ type: type as Scalar, init: literal(type as Scalar, type === 'f64' || type === 'i32' ? 0 : 0n) }))
  const combine = values.map(({ type }, i) => add(field(type, i, 'a'), field(type, i, 'b')))
  const update = values.map((v, i) => add(field(v.type, i, 's'), v))
  return { pipelines: [pipeline(source, { builder: 'merger', state, combine }, where(conditions, { body: 'merge', key: [], values: update })), left(state.map((s) => s.type))] }
}

/** Sum of an i32 and count, by key. */
export const groups = (source: Source, key: readonly Ir[], value: Ir, dense?: Extract<Builder, { builder: 'dictmerger' }>['dense']): Program => {
  const values = [cast('i64', value), literal('i64', 1n)]
  const state = values.map((): StateField => ({ type: 'i64', init: literal('i64', 0n) }))
  const combine = values.map((_, i) => add(field('i64', i, 'a'), field('i64', i, 'b')))
  const types = key.map((k) => k.type)
  return {
    pipelines: [
      pipeline(source, { builder: 'dictmerger', key: types, state, combine, dense }, { body: 'merge', key, values: values.map((v, i) => add(field('i64', i, 's'), v)) }),
      left([...types, 'i64', 'i64']),
    ],
  }
}

/** The first pipeline's tuples, as the result. */
const left = (types: readonly IrType[]): Pipeline => tuplesAs(types.map((t, i) => field(t, i)))

/** What is made of each of them. */
export const tuplesAs = (values: readonly Ir[]): Pipeline => pipeline({ source: 'tuples', sink: 0 }, appender(values.map((v) => v.type)), { body: 'merge', key: [], values })

/** The result's columns: i64 and i128 as 32-bit words, low first. */
export const columnsOf = ({ columns, batches, rows }: Relation, { buffer }: Arena): (Int32Array | Float64Array)[] =>
  columns.map(({ physical }, c) => {
    const words = physical === 'i32' ? 1 : physical === 'i64' || physical === 'slice' ? 2 : 4
    const out = physical === 'f64' ? new Float64Array(rows) : new Int32Array(rows * words)
    let at = 0
    for (const batch of batches) {
      const { data } = batch.vectors[c]!
      out.set(physical === 'f64' ? new Float64Array(buffer, data, batch.rows) : new Int32Array(buffer, data, batch.rows * words), at)
      at += physical === 'f64' ? batch.rows : batch.rows * words
    }
    return out
  })

/** Integers of a column. */
export const integers = (words: Int32Array | Float64Array, perValue: number): bigint[] => {
  const out: bigint[] = []
  for (let i = 0; i < words.length; i += perValue) {
    let n = BigInt(words[i + perValue - 1]!)
    for (let w = perValue - 2; w >= 0; w--) n = (n << 32n) | BigInt(words[i + w]! >>> 0)
    out.push(n)
  }
  return out
}

/** `key sum count` of each group, sorted. */
export const groupLines = (keys: readonly (readonly unknown[])[], sums: readonly (bigint | number)[], counts: readonly (bigint | number)[]): Answer =>
  sums.map((sum, i) => `${keys.map((k) => k[i]).join(',')} ${sum} ${counts[i]}`).sort()

/** Where answers differ, in words; undefined where they do not. */
export const differenceOf = (expected: Answer, actual: Answer): string | undefined => {
  if (expected.length !== actual.length) return `${actual.length} instead of ${expected.length} values`
  for (const [i, want] of expected.entries()) {
    const got = actual[i]!
    if (typeof want !== 'object' || typeof got !== 'object') {
      if (!Object.is(want, got)) return `${i}: ${got} instead of ${want}`
      continue
    }
    if (want.length !== got.length) return `${i}: ${got.length} instead of ${want.length} entries`
    for (let k = 0; k < want.length; k++) if (!Object.is(want[k], got[k])) return `${i}[${k}]: ${got[k]} instead of ${want[k]}`
  }
  return undefined
}
