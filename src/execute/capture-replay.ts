/** Runs a bundle: its memory put back where it was, its pipelines one after the other on the calling thread, in one context. */
import { encodeProgram, layoutContext } from '../codegen/module.ts'
import { outputOffset, PARTS, partNames } from '../codegen/sinks.ts'
import { ArcweldError } from '../errors.ts'
import { CTX } from '../ir/context.ts'
import { RAISES } from '../ir/nodes.ts'
import type { Pipeline, Program } from '../ir/program.ts'
import type { Arena, ColumnInfo, Physical, Relation } from '../layout/relation.ts'
import type { ApiValue } from '../layout/rows.ts'
import { parseType, type SqlType } from '../layout/types.ts'
import type { Bundle, BundleColumn, BundleInput, Morsel, Outcome } from './capture-format.ts'
import { isOrdered, leftBy, linesOf, outcomeOf, relationLines, stateLayout } from './capture-outcome.ts'
import { writeContexts } from './contexts.ts'
import { sliceRelation } from './result-chunks.ts'
import { writeSource } from './source-block.ts'

export interface ReplayOptions {
  /** The AssemblyScript runtime. */
  readonly runtime: WebAssembly.Module
  /** The program, compiled; else it is compiled here. */
  readonly module?: WebAssembly.Module | undefined
  /** Most rows a kernel is given at once; otherwise as many as there are. */
  readonly rows?: number | undefined
}

export interface Replayed {
  readonly outcome: Outcome
  /** Rows as JSON, in the order in which they were left. */
  readonly lines: readonly string[]
  /** Rows handed to the kernels, and the time these took with their finish functions. */
  readonly rowsIn: number
  readonly kernelMs: number
  /** 0 where the module was given. */
  readonly moduleBytes: number
  readonly compileUs: number
}

/** Throws ArcweldError BUNDLE_VERSION where the state is of another layout than this code's. */
export const replay = (bundle: Bundle, program: Program, { runtime, module, rows = Number.POSITIVE_INFINITY }: ReplayOptions): Replayed => {
  const layout = layoutContext(program, bundle.memos.length)
  if (bundle.state && bundle.state.layout !== stateLayout(program, layout)) {
    throw new ArcweldError('BUNDLE_VERSION', 'the bundle holds what earlier pipelines left, as another version of the code lays it out', { hint: 'Capture it again; a bundle of a whole stage stays readable.' })
  }
  const start = performance.now()
  const bytes = module ? undefined : encodeProgram(program, bundle.params.types, layout).bytes
  const code = module ?? new WebAssembly.Module(bytes as Uint8Array)
  const compileUs = module ? 0 : (performance.now() - start) * 1000
  const arena = new ReplayMemory(bundle)
  const { memory } = arena
  const env = { memory, reserve: (_: number, size: number) => arena.reserve(size >>> 0) | 0 }
  const imports = { env, runtime: new WebAssembly.Instance(runtime, { env }).exports, math: Math }
  const kernels = new WebAssembly.Instance(code, imports).exports as Record<string, ((...args: number[]) => void) | undefined>
  const { shared, context } = bundle.state ?? fresh(bundle, program, arena)
  const words = new Uint32Array(arena.buffer)
  let rowsIn = 0
  let kernelMs = 0
  try {
    for (const [n, index] of bundle.pipelines.entries()) {
      const pipeline = program.pipelines[index] as Pipeline
      const count = pipeline.source.source === 'range' ? (kernels[`n${index}`] as unknown as (context: number) => number)(context | 0) >>> 0 : 0
      const source = sourceOf(bundle, pipeline, shared, arena, count)
      const ranges = (n === 0 && bundle.morsels) || wholeSource(words, source)
      const began = performance.now()
      for (const { batch, from, to } of ranges.flatMap((range) => cut(range, rows))) {
        const entry = ((words[source / 4 + 2] as number) + batch * 16) / 4
        words[(context + CTX.source) / 4] = words[entry + 2] as number
        words[(context + CTX.rowBase) / 4] = words[entry + 1] as number
        kernels[`p${index}`]?.(context | 0, from, to)
        rowsIn += to - from
      }
      const ended = layout.ends[index]
      if (ended !== undefined) {
        kernels[`f${ended}`]?.(context | 0)
        layout.parts[ended]?.forEach((_, round) => {
          const names = partNames(ended, round)
          kernels[names.run]?.(context | 0, 0, words[(shared + outputOffset(ended) + PARTS.source) / 4] as number)
          kernels[names.done]?.(context | 0)
        })
      }
      kernelMs += performance.now() - began
    }
  } catch (error) {
    return { outcome: raised(error, bundle, arena, context), lines: [], rowsIn, kernelMs, moduleBytes: bytes?.length ?? 0, compileUs }
  }
  const lines = left(bundle, program, { shared, context }, arena)
  const outcome = outcomeOf(lines, isOrdered(program, bundle.pipelines.at(-1) as number))
  return { outcome, lines, rowsIn, kernelMs, moduleBytes: bytes?.length ?? 0, compileUs }
}

const fresh = ({ memos, top, params }: Bundle, program: Program, arena: ReplayMemory) => {
  const { shared, contexts } = writeContexts({ program, layout: layoutContext(program, memos.length), memos, top }, params.address, 0, 1, arena)
  return { shared, context: contexts[0] as number }
}

const left = (bundle: Bundle, program: Program, at: { shared: number; context: number }, arena: ReplayMemory): string[] => {
  const index = bundle.pipelines.at(-1) as number
  const found = leftBy(program, layoutContext(program, bundle.memos.length), index, bundle.result.map(columnOf), at, arena.buffer)
  if (Array.isArray(found)) return linesOf((found[0] ?? []).map((_: ApiValue, i: number) => ({ name: `$${i}` })), found)
  const sliced = bundle.slice ? sliceRelation(found, bundle.slice.offset, bundle.slice.limit, arena) : found
  return relationLines(arena.buffer, sliced)
}

export const columnOf = ({ name, type, physical, nullable, dictionary }: BundleColumn): ColumnInfo => ({
  name, type: parseType(type) as SqlType, physical: physical as Physical, nullable, ...(dictionary ? { dictionary } : {}),
})

const relationOf = ({ columns, batches }: BundleInput): Relation => ({
  columns: columns.map(columnOf),
  batches: batches.map((b) => ({ rows: b.rows, vectors: b.vectors.map(([data, validity, aux]) => ({ data, validity, aux })) })),
  rows: batches.reduce((n, b) => n + b.rows, 0),
})

/** `count`: rows of a range. */
const sourceOf = ({ inputs }: Bundle, { source }: Pipeline, shared: number, arena: ReplayMemory, count: number): number => {
  if (source.source === 'tuples') return shared + outputOffset(source.sink)
  if (source.source === 'range') return writeSource({ columns: [], rows: count, batches: [{ rows: count, vectors: [] }] }, arena)
  const input = source.source === 'columns' ? inputs[source.relation] : undefined
  if (!input) throw new ArcweldError('INVALID_IR', `a bundle has no source of ${source.source}`)
  return writeSource(relationOf(input), arena)
}

/** All rows of a source block. */
export const wholeSource = (words: Uint32Array, block: number): Morsel[] =>
  Array.from({ length: words[block / 4 + 1] as number }, (_, batch) => ({ batch, from: 0, to: words[(words[block / 4 + 2] as number) / 4 + batch * 4] as number }))

/** A range in parts of at most `rows` rows. */
export const cut = ({ batch, from, to }: Morsel, rows: number): Morsel[] => {
  const parts: Morsel[] = []
  for (let at = from; at < to; at += rows) parts.push({ batch, from: at, to: Math.min(to, at + rows) })
  return parts
}

const raised = (error: unknown, { sites }: Bundle, arena: ReplayMemory, context: number): Outcome => {
  if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error
  const words = new Uint32Array(arena.buffer)
  const word = (offset: number) => words[(context + offset) / 4] as number
  const code = Object.entries(RAISES).find(([, number]) => number === word(CTX.error))?.[0]
  if (code === undefined) return { raises: 'KERNEL_TRAP', message: error.message }
  const length = word(CTX.detail + 4)
  const detail = Buffer.from(new Uint8Array(arena.buffer).slice(word(CTX.detail), word(CTX.detail) + length)).toString('utf8')
  return { raises: code, message: length ? detail : (sites[word(CTX.site)]?.message ?? code) }
}

/** A memory of full size, so that every address is there: reserving costs nothing. What a kernel wrote to it no other replay sees. */
class ReplayMemory implements Arena {
  readonly memory = new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true })
  readonly #end: number
  #next: number

  constructor({ segments, free }: Bundle) {
    const bytes = new Uint8Array(this.buffer)
    for (const { address, bytes: content } of segments) bytes.set(content, address)
    this.#next = free.address
    this.#end = free.address + free.bytes
  }

  get buffer(): ArrayBufferLike {
    return this.memory.buffer
  }

  /** 0 where there is no more room. */
  reserve(bytes: number): number {
    const address = this.#next
    const end = address + Math.max(16, Math.ceil(bytes / 16) * 16)
    if (end > this.#end) return 0
    this.#next = end
    return address
  }

  allocate(bytes: number): number {
    const address = this.reserve(bytes)
    if (address === 0) throw new ArcweldError('MEMORY_EXCEEDED', `the replay has no room for ${bytes} bytes`)
    return address
  }
}
