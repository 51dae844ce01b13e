/**
 * Programs on the calling thread for benchmarks: inputs and contexts stay where they are in one shared memory, and each run
 * begins from the contexts as they were, in the same room behind them.
 */
import { readFileSync } from 'node:fs'
import { type ContextLayout, encodeProgram, layoutContext } from '../dist/codegen/module.js'
import { outputOffset, PARTS } from '../dist/codegen/sinks.js'
import { writeContexts } from '../dist/execute/contexts.js'
import { writeParameters } from '../dist/execute/parameters.js'
import { collectChunks } from '../dist/execute/result-chunks.js'
import { writeSource } from '../dist/execute/source-block.js'
import { CTX } from '../dist/ir/context.js'
import type { Program } from '../dist/ir/program.js'
import { verifyProgram } from '../dist/ir/verify.js'
import type { Arena, Relation } from '../dist/layout/relation.js'
import type { RowRelation } from '../dist/layout/row-batch.js'

export type Params = Parameters<typeof writeParameters>[0]

const runtime = new WebAssembly.Module(readFileSync(new URL('../dist/runtime.wasm', import.meta.url)))
const MORSEL = 65536
/** Inputs and parameters lie below, what a run makes from here on. */
const SCRATCH = 2 ** 30

export interface Prepared {
  run(): void
  /** What the last run left. */
  result(): Relation
  readonly functionSizes: readonly number[]
}

export class KernelMemory implements Arena {
  readonly memory = new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true })
  readonly #runtime: WebAssembly.Instance['exports']
  readonly #env: { memory: WebAssembly.Memory; reserve: (ctx: number, bytes: number) => number }
  #next = 1 << 20
  #scratch = SCRATCH

  constructor() {
    this.#env = { memory: this.memory, reserve: (_, bytes) => this.#take(bytes >>> 0) | 0 }
    this.#runtime = new WebAssembly.Instance(runtime, { env: this.#env }).exports
  }

  get buffer(): ArrayBufferLike {
    return this.memory.buffer
  }

  allocate(bytes: number): number {
    const at = this.#next
    this.#next += Math.ceil(bytes / 64) * 64
    if (this.#next > SCRATCH) throw new RangeError(`the inputs need more than ${SCRATCH} bytes: fewer --rows`)
    return at
  }

  /** Contexts, and what brings them back to how they are now; room for row numbers needs no clearing. */
  #contexts(program: Program, layout: ContextLayout, params: number) {
    const blocks: Uint8Array[] = []
    const arena: Arena = {
      buffer: this.buffer,
      allocate: (bytes) => {
        const at = this.allocate(bytes)
        if (bytes < 4096) blocks.push(new Uint8Array(this.buffer, at, bytes))
        return at
      },
    }
    const made = writeContexts({ layout, program, memos: [], top: undefined }, params, 0, 1, arena)
    const before = blocks.map((block) => block.slice())
    return { ...made, restore: () => before.forEach((bytes, i) => blocks[i]!.set(bytes)) }
  }

  #take(bytes: number): number {
    const at = this.#scratch
    this.#scratch += Math.ceil(bytes / 64) * 64
    return at
  }

  prepare(program: Program, inputs: readonly (Relation | RowRelation)[], params: Params): Prepared {
    verifyProgram(program, { params: params.map((p) => p.type), memos: 0 })
    const layout = layoutContext(program, 0)
    const { bytes, functionSizes } = encodeProgram(program, params.map((p) => p.type), layout)
    const kernels = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: this.#env, runtime: this.#runtime, math: Math }).exports as Record<string, (...args: number[]) => void>
    const paramBlock = writeParameters(params, this)
    const sources = inputs.map((relation) => writeSource(relation, this))
    const words = new Uint32Array(this.buffer)
    const { shared, contexts, restore } = this.#contexts(program, layout, paramBlock)
    const context = contexts[0]!
    const steps = program.pipelines.map((p, i) => ({ source: p.source, relation: 'relation' in p.source ? p.source.relation : -1, main: kernels[`p${i}`]!, finish: kernels[`f${i}`], parts: kernels[`m${i}`], joined: kernels[`g${i}`], output: shared + outputOffset(i) }))
    const run = () => {
      this.#scratch = SCRATCH
      restore()
      for (const { source, relation, main, finish, parts, joined, output } of steps) {
        const block = source.source === 'tuples' ? shared + outputOffset(source.sink) : sources[relation]!
        const table = words[block / 4 + 2]!
        for (let b = 0; b < words[block / 4 + 1]!; b++) {
          const entry = (table + b * 16) / 4
          const rows = words[entry]!
          words[(context + CTX.source) / 4] = words[entry + 2]!
          words[(context + CTX.rowBase) / 4] = words[entry + 1]!
          for (let from = 0; from < rows; from += MORSEL) main(context | 0, from, Math.min(rows, from + MORSEL))
        }
        finish?.(context | 0)
        parts?.(context | 0, 0, words[(output + PARTS.source) / 4]!)
        joined?.(context | 0)
      }
    }
    const builder = program.pipelines.at(-1)!.builder
    if (builder.builder !== 'appender') throw new TypeError('the last pipeline appends')
    const columns = builder.fields.map((f, i) => ({ name: `c${i}`, type: { kind: 'int64' as const }, physical: f.physical, nullable: f.type.startsWith('?') }))
    return { run, functionSizes, result: () => collectChunks({ program, layout, columns } as never, [context], this.buffer) }
  }
}
