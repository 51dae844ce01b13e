/** A program → the bytes of one module, and where its state lies in the contexts. */
import { CTX } from '../ir/context.ts'
import type { Scalar } from '../ir/nodes.ts'
import { endOf, type Program } from '../ir/program.ts'
import { RUNTIME, type RuntimeFunction } from '../ir/runtime.ts'
import { roundsOf, type SinkPlace } from './builders/sink.ts'
import { type FunctionBuilder, ModuleBuilder, type Signature } from './encoder.ts'
import type { WasmType } from './opcodes.ts'
import { builderCode } from './builders/index.ts'
import { leadingPrunes, PRUNE } from './filters/layout.ts'
import { emitPipeline, type ModuleContext, stagingBytes } from './pipeline.ts'
import { outputOffset } from './sinks.ts'
import { relationsOf } from './uses.ts'
import { defineMulWide } from './wide.ts'
import { type Callees, slotsOf } from './scope.ts'

export interface ContextLayout {
  /** Bytes of one worker's context, all zero at first. */
  readonly contextBytes: number
  /** Where each pipeline merges: of one into an earlier sink, that one's place. */
  readonly sinks: readonly SinkPlace[]
  /** What of a context is each pipeline's own: its sink, if it has one, and the address of its staging points' scratch. */
  readonly regions: readonly { readonly from: number; readonly staging: number; readonly to: number }[]
  /** The sink whose end comes after a pipeline: its finish function and its parts have the sink's number. */
  readonly ends: readonly (number | undefined)[]
  /** For each sink the rounds of parts that all workers do after the finish function; of each, whether the last one then has a function to run. */
  readonly parts: readonly (readonly { readonly done: boolean }[])[]
  /** The leading prunes of each pipeline, in the order they stand: where each worker counts rows, by PRUNE of filters/layout.ts. */
  readonly prunes: readonly { readonly pipeline: number; readonly sink: number; readonly filter: number; readonly offset: number }[]
  /** Bytes of the shared block. */
  readonly sharedBytes: number
  /** Offset in the context of the addresses of memo tables. */
  readonly memoOffset: number
  /** How many of the inputs are read as whole vecs: the shared block holds the address of each one's source block, u32 each. */
  readonly relations: number
  /** Offset of these addresses in the shared block. */
  readonly relationsOffset: number
}

export interface Encoded {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly functionSizes: readonly number[]
}

/** Where the program's states lie; cheap, needed also where the module is cached. */
export const layoutContext = (program: Program, memoTables: number): ContextLayout => {
  let at: number = CTX.sinks
  const memoOffset = at
  at = (at + memoTables * 4 + 15) & ~15
  const regions: { readonly from: number; readonly staging: number; readonly to: number }[] = []
  const sinks: SinkPlace[] = []
  program.pipelines.forEach((p, index) => {
    const from = at
    const staging = from + (p.into === undefined ? builderCode(p.builder).bytes : 0)
    at = (staging + stagingBytes(p) + 15) & ~15
    regions.push({ from, staging, to: at })
    sinks.push(p.into === undefined ? { index, offset: from } : { ...(sinks[p.into] as SinkPlace), turn: index })
  })
  const ends = program.pipelines.map((p, index) => {
    const sink = p.into ?? index
    return endOf(program.pipelines, sink) === index ? sink : undefined
  })
  const prunes = program.pipelines.flatMap((p, pipeline) =>
    leadingPrunes(p.body).map(({ sink, filter }) => {
      const offset = at
      at += PRUNE.bytes
      return { pipeline, sink, filter, offset }
    }),
  )
  const relations = relationsOf(program)
  const relationsOffset = outputOffset(program.pipelines.length)
  const parts = program.pipelines.map((p) => roundsOf(builderCode(p.builder).parts).map(({ done }) => ({ done: done !== undefined })))
  return { contextBytes: at, sinks, regions, ends, parts, prunes, sharedBytes: relationsOffset + ((relations * 4 + 15) & ~15), memoOffset, relations, relationsOffset }
}

export const encodeProgram = (program: Program, paramTypes: readonly Scalar[], layout: ContextLayout): Encoded => {
  const cx = moduleContext(program, paramTypes, layout)
  program.pipelines.forEach((_, i) => emitPipeline(cx, i))
  return { bytes: cx.module.encode(), functionSizes: cx.module.functionSizes }
}

/** Bytes of the functions of one pipeline. */
export const pipelineSizes = (program: Program, paramTypes: readonly Scalar[], memoTables: number, index: number): readonly number[] => {
  const cx = moduleContext(program, paramTypes, layoutContext(program, memoTables))
  emitPipeline(cx, index)
  return cx.module.functionSizes
}

const moduleContext = (program: Program, params: readonly Scalar[], layout: ContextLayout): ModuleContext => {
  const { pipelines } = program
  const module = new ModuleBuilder()
  const codes = pipelines.map((p) => builderCode(p.builder))
  let mulWide: FunctionBuilder | undefined
  const callees: Callees = {
    runtime: (name) => module.import(name === 'reserve' ? 'env' : 'runtime', name, () => runtimeSignature(name)),
    host: (name, count) => module.import('math', name, () => ({ params: Array.from({ length: count }, () => 'f64' as const), results: ['f64'] })),
    mulWide: () => {
      if (!mulWide) {
        mulWide = module.function({ params: ['i64', 'i64'], results: ['i64', 'i64'] })
        defineMulWide(mulWide)
      }
      return mulWide
    },
  }
  const outside = { pipelines, codes, places: layout.sinks, relationsOffset: layout.relationsOffset }
  return { module, callees, pipelines, places: layout.sinks, regions: layout.regions, prunes: layout.prunes, codes, params, memoOffset: layout.memoOffset, outside }
}

/** Functions of the runtime and the host that builders call; (ctx, …) as drawn there. */
const SINK_FUNCTIONS: Record<string, Signature> = {
  reserve: { params: ['i32', 'i32'], results: ['i32'] },
  sink_chunk: { params: ['i32', 'i32'], results: [] },
  dict_grow: { params: ['i32', 'i32', 'i32'], results: [] },
  dict_pointers: { params: ['i32', 'i32', 'i32'], results: [] },
  dict_full: { params: ['i32', 'i32', 'i32'], results: ['i32'] },
  dict_emptied: { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] },
  dict_heaped: { params: ['i32', 'i32'], results: [] },
  dict_cut: { params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  dict_partitions: { params: ['i32', 'i32'], results: [] },
  dict_parts: { params: ['i32', 'i32', 'i32'], results: [] },
  dict_room_grow: { params: ['i32', 'i32', 'i32'], results: ['i32'] },
  dict_room: { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] },
  join_begin: { params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  join_enter: { params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  merge_begin: { params: ['i32', 'i32', 'i32'], results: [] },
  merge_seek: { params: ['i32', 'i64', 'i64', 'i32', 'i32', 'i32'], results: ['i32'] },
  merge_equal: { params: ['i32', 'i32', 'i64'], results: ['i32'] },
  filter_open: { params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: ['i32'] },
  filter_bits: { params: ['i32', 'i32', 'i32'], results: [] },
  filter_bounds: { params: ['i32', 'i32', 'i64', 'i64'], results: [] },
  sort_finish: { params: ['i32', 'i32', 'i32'], results: [] },
  window_places: { params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  sort_run: { params: ['i32', 'i32', 'i32', 'i32'], results: [] },
  sort_spread: { params: ['i32', 'i32', 'i32', 'i32'], results: [] },
  sort_ranges: { params: ['i32', 'i32'], results: [] },
  sort_part: { params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  window_begin: { params: ['i32', 'i32'], results: [] },
  window_part: { params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  window_joined: { params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  window_mend: { params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] },
  topn_look: { params: ['i32', 'i32', 'i32'], results: [] },
  topn_finish: { params: ['i32', 'i32', 'i32'], results: [] },
  topn_compact: { params: ['i32', 'i32', 'i32'], results: [] },
  key_bytes: { params: ['i32', 'i32', 'i64', 'i32'], results: ['i32'] },
  rows_chunk: { params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: ['i32'] },
  rows_move: { params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: ['i32'] },
  row_decimal: { params: ['i32', 'i32', 'i64', 'i64'], results: ['i32'] },
  row_bytes: { params: ['i32', 'i32', 'i32', 'i32'], results: [] },
  mask_positions: { params: ['i32'], results: ['i32'] },
  mask_lanes: { params: ['i32'], results: ['i32'] },
  select_rows: { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] },
  text_select: { params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i64', 'i32', 'i32'], results: ['i32'] },
  arena_more: { params: ['i32', 'i32'], results: [] },
}

const runtimeSignature = (name: string): Signature => {
  const sink = SINK_FUNCTIONS[name]
  if (sink) return sink
  const f = (RUNTIME as Record<string, RuntimeFunction>)[name]
  if (!f) throw new Error(`no runtime function ${name}`)
  const params: WasmType[] = ['i32', ...f.params.flatMap((p) => slotsOf(p))]
  return { params, results: f.result === 'i128' ? [] : slotsOf(f.result) }
}
