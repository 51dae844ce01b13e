/**
 * A stage → kernel bytes, or the refusals that say why not. Pure: nothing is run, and what is remembered is the caller's. A stage is
 * lowered when its inputs are known, so that widths, null-freeness, key modes and the build side follow from the data.
 */
import { type ContextLayout, type Encoded, encodeProgram, layoutContext } from './codegen/module.ts'
import { splitLarge } from './codegen/split.ts'
import type { Refusal } from './errors.ts'
import { value } from './ir/build.ts'
import { type Ir, isOption, type RaiseCode, type Scalar, scalarOf } from './ir/nodes.ts'
import { READ_AS, WRITTEN_AS } from './ir/physical.ts'
import { printProgram } from './ir/print.ts'
import type { Builder, Pipeline, Program } from './ir/program.ts'
import { structureOf } from './ir/structure.ts'
import { verifyProgram } from './ir/verify.ts'
import type { ColumnInfo } from './layout/relation.ts'
import { rowPhysical } from './layout/row-table.ts'
import { carried } from './operators/carried.ts'
import { JoinBuilds } from './operators/joins/builds.ts'
import { decidedJoins } from './operators/joins/decided.ts'
import { lowerExpression } from './operators/lower-expression.ts'
import { orderPositions } from './operators/positions.ts'
import { produceGranules } from './operators/granules.ts'
import { allColumns, widthOf } from './operators/references.ts'
import { widenIr } from './operators/lowering.ts'
import { NO_SHARES, type Shares } from './operators/selectivity.ts'
import type { SetElement, Value } from './operators/registry.ts'
import { OPERATORS } from './operators/relational/index.ts'
import type { Column, Leaf, OperatorDef, Row, RowLayout, StageContext } from './operators/stage.ts'
import { optimise } from './optimise/optimise.ts'
import type { PlanNode } from './plan/nodes.ts'
import { type CutNode, outputOf, type Stage } from './plan/stages.ts'

export type Param =
  | { readonly type: Exclude<Scalar, 'vec'>; readonly value: Value }
  /** A set: constants, each once. */
  | { readonly type: 'vec'; readonly element: SetElement; readonly values: readonly Value[] }
export interface Site {
  readonly code: RaiseCode
  readonly message: string
}

/** A leaf and what is known of its rows. */
export interface StageInput {
  readonly node: PlanNode
  readonly columns: readonly ColumnInfo[]
  readonly rows: number
  /** Of UnsafeRows. */
  readonly layout?: RowLayout | undefined
}

export interface LoweredStage {
  readonly program: Program
  /** The program's text: equal for equal code, whatever the constants. */
  readonly shape: string
  readonly params: readonly Param[]
  readonly sites: readonly Site[]
  /** Entries of each memo table. */
  readonly memos: readonly number[]
  /** The result's columns; its chunks are as the last pipeline's appender lays them out. */
  readonly columns: readonly ColumnInfo[]
  /** Rows a top-n sorter keeps. */
  readonly top: number | undefined
  /** Which rows of the result are taken. */
  readonly slice: { readonly offset: number; readonly limit: number | null } | undefined
  readonly layout: ContextLayout
}

/** A program as it is compiled. */
export type Finished = Pick<LoweredStage, 'program' | 'shape' | 'layout'>

/** What was made of programs, by their structure: they are what a query and its data give, with any constants. */
export interface FinishedPrograms {
  get(structure: string): Finished | undefined
  set(structure: string, finished: Finished): void
}

export type Lowering = { readonly lowered: LoweredStage; readonly refusals?: undefined } | { readonly refusals: readonly Refusal[] }

/** The limit, top-n or sort that a stage's rows go through, if any. */
const coreOf = (node: PlanNode): PlanNode => (node.op === 'project' || node.op === 'filter' ? coreOf(node.input) : node)

/** Bytes that a worker's array by key may take where nothing is known of the memory. */
const ARRAY_BYTES = 2 ** 28

/**
 * `arrayBytes`: what a worker's array by key may take at most; `programs`: what was made of programs before; `output`: the result is UnsafeRows, or in place
 * of rows the granules of the first input that some of them come from (operators/granules.ts); `shares`: what conditions let pass, as far as that was asked.
 */
export const lowerStage = (stage: Stage, inputs: readonly StageInput[], arrayBytes = ARRAY_BYTES, programs?: FinishedPrograms, output?: 'row' | 'granules', shares: Shares = NO_SHARES): Lowering => {
  const refusals: Refusal[] = []
  const params: Param[] = []
  const constants = new Map<string, number>()
  const sites: Site[] = []
  const memos: number[] = []
  const pipelines: Pipeline[] = []
  let rows = 0
  const leaves = new Map<PlanNode, Leaf>(inputs.map(({ node, columns, rows: count, layout }, input) => [node, { input, columns, rows: count, layout }]))
  const leafOf = (node: PlanNode) => leaves.get(node) as Leaf
  const root = decidedJoins(stage.root, leafOf)
  const rowsOf = new Map<PlanNode, Map<string, Row>>()
  const cx: StageContext = {
    pipelines,
    refuse: (refusal) => {
      if (!refusals.some((r) => r.code === refusal.code && r.node === refusal.node && r.reason === refusal.reason)) refusals.push(refusal)
    },
    leaf: leafOf,
    shares,
    builds: new JoinBuilds(root, leafOf, shares),
    arrayBytes: BigInt(Math.min(ARRAY_BYTES, Math.max(0, Math.floor(arrayBytes)))),
    memoTable: (size) => memos.push(size) - 1,
    rowName: () => `n#${++rows}`,
    site: (code, message) => {
      const known = sites.findIndex((s) => s.code === code && s.message === message)
      return known >= 0 ? known : sites.push({ code, message }) - 1
    },
    param: (type, value) => {
      const key = `${type} ${Object.is(value, -0) ? '-0' : String(value)}`
      const index = constants.get(key) ?? params.push({ type, value }) - 1
      constants.set(key, index)
      return { ir: 'param', type, index }
    },
    set: (element, values) => ({ ir: 'param', type: 'vec', index: params.push({ type: 'vec', element, values }) - 1 }),
    lower: (expr, row) => lowerExpression(expr, row, cx),
    produce: (node, needed, consume) => (OPERATORS[(node as CutNode).op] as OperatorDef).produce(node, needed, consume, cx),
    rowOf: (node, needed) => {
      const key = [...needed].sort((a, b) => a - b).join()
      const known = rowsOf.get(node) ?? new Map<string, Row>()
      rowsOf.set(node, known)
      const row = known.get(key) ?? lookedAt(node, needed, cx, new JoinBuilds(root, leafOf, shares))
      known.set(key, row)
      return row
    },
  }
  const core = coreOf(root)
  const slice = core.op === 'limit' || core.op === 'topn' ? { offset: core.offset ?? 0, limit: core.limit } : undefined
  const names = outputOf(root)
  let columns: readonly ColumnInfo[] = []
  if (output === 'granules') columns = produceGranules(root, cx)
  else cx.produce(root, allColumns(widthOf(root)), (row) => {
    const kept = stage.numbered ? row.columns.slice(0, -1) : row.columns
    const number = stage.numbered && (row.columns.at(-1) as Column)
    const fields = kept.map(output ? rowField : carried)
    const intervals = output ? kept.flatMap(({ type }, i) => (type.kind === 'interval' ? [i] : [])) : []
    columns = kept.map((c, i) => (output ? rowColumn : resultColumn)(c, fields[i] as Ir, names[i]?.name ?? `c${i}`))
    const builder: Builder = {
      builder: 'appender',
      ...(output ? { layout: output } : {}),
      ...(number ? { numbered: true as const } : {}),
      fields: fields.map((f, i) => ({ type: f.type, physical: (columns[i] as ColumnInfo).physical })),
      counted: core.op === 'limit' && core.limit !== null,
      ...(intervals.length > 0 ? { intervals } : {}),
    }
    return { body: { body: 'merge', key: number ? [widenIr(value(number.ir), 'i32')] : [], values: fields }, builder, operators: [] }
  })
  if (refusals.length) return { refusals }
  trace(() => `stage ${stage.id}\n${JSON.stringify(stage.root)}`)
  // The runtime takes 0 for all rows; the slice drops what is one too many.
  const top = core.op === 'topn' ? Math.max(1, core.limit + (core.offset ?? 0)) : undefined
  const long = inputs.map((input) => input.rows >= NULL_FREE_ROWS)
  return { lowered: { ...finishedOf({ pipelines: orderPositions(pipelines) }, long, params, memos, programs), params, sites, memos, columns, top, slice } }
}

/** The row that a node hands on, from a lowering that leaves nothing behind. */
const lookedAt = (node: PlanNode, needed: ReadonlySet<number>, cx: StageContext, builds: JoinBuilds): Row => {
  let found: Row | undefined
  const aside: StageContext = {
    ...cx,
    pipelines: [],
    builds,
    refuse: () => {},
    memoTable: () => 0,
    site: () => 0,
    param: (type) => ({ ir: 'param', type, index: 0 }),
    set: () => ({ ir: 'param', type: 'vec', index: 0 }),
    lower: (expr, row) => lowerExpression(expr, row, aside),
    produce: (inner, columns, consume) => (OPERATORS[(inner as CutNode).op] as OperatorDef).produce(inner, columns, consume, aside),
  }
  aside.produce(node, needed, (row) => {
    found = row
    return { body: { body: 'merge', key: [], values: [] }, builder: { builder: 'merger', state: [], combine: [] }, operators: [] }
  })
  return found as Row
}

/** Rows from which a body of its own for stretches without NULLs is made: it takes about half a millisecond, and saves up to 1.6 ns a row. */
const NULL_FREE_ROWS = 100_000

/** `long`: which of the inputs have many rows. */
const finishedOf = (program: Program, long: readonly boolean[], params: readonly Param[], memos: readonly number[], programs: FinishedPrograms | undefined): Finished => {
  const structure = VERIFY || !programs ? undefined : structureOf(program)
  if (!programs || structure === undefined) return finished(program, long, params, memos)
  const key = `${long.map(Number).join('')} ${params.map((p) => p.type).join()} ${memos.length} ${structure}`
  const known = programs.get(key)
  if (known) return { ...known, program: withOperators(known.program, program) }
  const made = finished(program, long, params, memos)
  if (made.program.pipelines.length === program.pipelines.length) programs.set(key, made)
  return made
}

/** What explain calls the operators is no part of the structure. */
const withOperators = (program: Program, named: Program): Program => ({ ...program, pipelines: program.pipelines.map((p, i) => ({ ...p, operators: (named.pipelines[i] as Pipeline).operators })) })

const finished = (raw: Program, long: readonly boolean[], params: readonly Param[], memos: readonly number[]): Finished => {
  const program = splitLarge(checked(raw, long, params, memos), params.map((p) => p.type), memos.length)
  // Memo tables lie before the builders' states, also one that the optimiser left unused.
  return { program, shape: `@(memos: ${memos.length})\n${printProgram(program)}`, layout: layoutContext(program, memos.length) }
}

/** ARCWELD_TRACE=1 prints each stage's plan, its IR before and after the optimiser, and its bytes; ARCWELD_VERIFY=1 verifies only. */
const TRACE = process.env['ARCWELD_TRACE'] !== undefined
const VERIFY = TRACE || process.env['ARCWELD_VERIFY'] === '1'
const trace = (text: () => string): void => {
  if (TRACE) process.stderr.write(`${text()}\n`)
}

const checked = (program: Program, long: readonly boolean[], params: readonly Param[], memos: readonly number[]): Program => {
  const optimised = optimise(program, undefined, { nullFree: (relation) => long[relation] === true })
  if (!VERIFY) return optimised
  const around = { params: params.map((p) => p.type), memos: memos.length }
  trace(() => `IR\n${printProgram(program)}`)
  verifyProgram(program, around)
  trace(() => `optimised\n${printProgram(optimised)}`)
  verifyProgram(optimised, around)
  return optimised
}

const resultColumn = (c: Column, field: Ir, name: string): ColumnInfo => {
  const nullable = isOption(field.type)
  if (c.codes) return { name, type: c.type, physical: 'code32', nullable, dictionary: c.codes.dictionary }
  return { name, type: c.type, physical: WRITTEN_AS[scalarOf(field.type)], nullable, range: c.range }
}

/** A value as a row holds it: strings and not their codes, numbers as wide as their type. */
const rowField = ({ ir, type }: Column): Ir => widenIr(ir, READ_AS[rowPhysical(type)])
const rowColumn = (c: Column, field: Ir, name: string): ColumnInfo => ({ name, type: c.type, physical: rowPhysical(c.type), nullable: isOption(field.type), range: c.range })

export const encodeStage = (lowered: LoweredStage): Encoded => {
  const encoded = encodeProgram(lowered.program, lowered.params.map((p) => p.type), lowered.layout)
  trace(() => `wasm: ${encoded.bytes.length} bytes, functions of ${encoded.functionSizes.join(', ')}`)
  return encoded
}
