/**
 * Runs programs on the main thread: the module and the runtime over one shared memory, `reserve` a bump, several slots taking
 * morsels in turn as the pool's workers would. Rows come in and go out as plain values by IR type: bigint for integers.
 */
import { readFileSync } from 'node:fs'
import { PRUNE } from '../../src/codegen/filters/layout.ts'
import { isOwnSort } from '../../src/execute/contexts.ts'
import { type ContextLayout, encodeProgram, layoutContext } from '../../src/codegen/module.ts'
import { outputOffset, PARTS, partNames, SINK } from '../../src/codegen/sinks.ts'
import type { LoweredStage, Param } from '../../src/compile.ts'
import { writeParameters } from '../../src/execute/parameters.ts'
import { collectChunks, collectRows } from '../../src/execute/result-chunks.ts'
import { writeSource } from '../../src/execute/source-block.ts'
import { CTX, SELECTION_BYTES } from '../../src/ir/context.ts'
import { RAISES } from '../../src/ir/nodes.ts'
import type { Program, SourceColumn } from '../../src/ir/program.ts'
import { verifyProgram } from '../../src/ir/verify.ts'
import { type Arena, type Physical, physicalWidth, type Relation } from '../../src/layout/relation.ts'
import type { RowRelation } from '../../src/layout/row-batch.ts'

const runtime = new WebAssembly.Module(readFileSync(new URL('../../dist/runtime.wasm', import.meta.url)))

export type Cell = bigint | number | boolean | string | null
export const LOW = 0x0020_0000
/** Addresses that are negative as i32. */
export const HIGH = 0x9000_0000

let shared: WebAssembly.Memory | undefined

export class KernelRaised extends Error {
  readonly code: string
  readonly site: number
  constructor(code: string, site: number) {
    super(`${code} @${site}`)
    this.code = code
    this.site = site
  }
}

export interface RunOptions {
  readonly params?: readonly Param[]
  /** Entries of each memo table. */
  readonly memos?: readonly number[]
  readonly slots?: number
  /** Rows of a morsel. */
  readonly morsel?: number
  readonly top?: number
}

export class Machine implements Arena {
  readonly memory: WebAssembly.Memory
  readonly buffer: ArrayBufferLike
  readonly #words: Uint32Array
  readonly #bytes: Uint8Array
  #next: number
  /** Rows that the last run's prunes tested, and left, over all slots; in the layout's order. */
  pruned: readonly { readonly tested: number; readonly passed: number }[] = []
  /** Bytes that kernels may still reserve. */
  budget = Number.POSITIVE_INFINITY

  constructor(base = LOW) {
    shared ??= new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true })
    this.memory = shared
    this.buffer = shared.buffer
    this.#words = new Uint32Array(this.buffer)
    this.#bytes = new Uint8Array(this.buffer)
    this.#next = base
  }

  reserve(bytes: number): number {
    const at = this.#next
    this.#next = (at + bytes + 15) & ~15
    this.#next >>>= 0
    return at
  }

  /** 0 where refused, as the bridge's. */
  #granted(bytes: number): number {
    this.budget -= bytes
    if (this.budget < 0) return 0
    const at = this.reserve(bytes)
    // What is reserved has been used before.
    this.#bytes.fill(0xa5, at >>> 0, (at >>> 0) + bytes)
    return at
  }

  allocate(bytes: number): number {
    const at = this.reserve(bytes)
    this.#bytes.fill(0, at, at + bytes)
    return at
  }

  /** Columns as a relation, cut into batches of `rows` rows. */
  relation(columns: readonly SourceColumn[], rows: readonly (readonly Cell[])[], batchRows = Number.POSITIVE_INFINITY): Relation {
    const batches = []
    for (let from = 0; from < rows.length; from += batchRows) {
      const part = rows.slice(from, from + batchRows)
      batches.push({ rows: part.length, vectors: columns.map((c, i) => this.#vector(c, part.map((row) => row[i] as Cell))) })
    }
    return { columns: columns.map((c, i) => ({ name: `c${i}`, type: { kind: 'int64' as const }, ...c })), batches, rows: rows.length }
  }

  text(s: string): bigint {
    const bytes = Buffer.from(s)
    const at = this.reserve(bytes.length + 1) + 1
    this.#bytes.set(bytes, at)
    return (BigInt(bytes.length) << 32n) | BigInt(at)
  }

  #vector({ physical, nullable }: SourceColumn, cells: readonly Cell[]) {
    const validity = nullable ? this.allocate(Math.ceil(cells.length / 8)) : 0
    if (nullable) cells.forEach((c, i) => c !== null && this.#bytes.fill((this.#bytes[validity + (i >> 3)] as number) | (1 << (i & 7)), validity + (i >> 3), validity + (i >> 3) + 1))
    if (physical === 'utf8') {
      const texts = cells.map((c) => Buffer.from(String(c ?? '')))
      const aux = this.allocate((cells.length + 1) * 4)
      const data = this.allocate(texts.reduce((n, t) => n + t.length, 0))
      let at = 0
      texts.forEach((t, i) => {
        this.#words[aux / 4 + i] = at
        this.#bytes.set(t, data + at)
        at += t.length
      })
      this.#words[aux / 4 + cells.length] = at
      return { data, validity, aux }
    }
    const width = physicalWidth[physical]
    const data = this.allocate(cells.length * width)
    const view = new DataView(this.buffer)
    cells.forEach((c, i) => {
      if (c !== null) this.#store(view, physical, data + i * width, c)
    })
    return { data, validity, aux: 0 }
  }

  #store(view: DataView, physical: Physical, at: number, c: Exclude<Cell, null>): void {
    if (physical === 'bool8') view.setUint8(at, c ? 1 : 0)
    else if (physical === 'f32') view.setFloat32(at, c as number, true)
    else if (physical === 'f64') view.setFloat64(at, c as number, true)
    else if (physical === 'slice') view.setBigUint64(at, this.text(c as string), true)
    else {
      let n = BigInt.asUintN(physicalWidth[physical] * 8, BigInt(c as bigint))
      for (let b = 0; b < physicalWidth[physical]; b++, n >>= 8n) view.setUint8(at + b, Number(n & 255n))
    }
  }

  /** The result's rows, in the order of the appender's chunks; throws KernelRaised. */
  run(program: Program, inputs: readonly (Relation | RowRelation)[], options: RunOptions = {}): Cell[][] {
    const builder = program.pipelines.at(-1)?.builder
    if (builder?.builder !== 'appender') throw new Error('the last pipeline appends')
    const columns = builder.fields.map((f, i) => ({ name: `c${i}`, type: { kind: 'int64' as const }, physical: f.physical, nullable: f.type.startsWith('?') }))
    const { layout, contexts } = this.#execute(program, inputs, options)
    return this.rows(collectChunks({ program, layout, columns }, contexts, this.buffer))
  }

  /** The same of an appender in row layout. */
  runRows(program: Program, inputs: readonly (Relation | RowRelation)[], options: RunOptions = {}): RowRelation {
    const { layout, contexts } = this.#execute(program, inputs, options)
    return collectRows({ program, layout, columns: [] }, contexts, this.buffer)
  }

  /** A lowered stage's result. */
  runStage(lowered: LoweredStage, inputs: readonly (Relation | RowRelation)[], options: Pick<RunOptions, 'slots' | 'morsel'> = {}): Relation {
    const { program, columns, params, memos, top } = lowered
    return collectChunks({ program, layout: lowered.layout, columns }, this.#execute(program, inputs, { ...options, params, memos, ...(top === undefined ? {} : { top }) }).contexts, this.buffer)
  }

  #execute(program: Program, inputs: readonly (Relation | RowRelation)[], options: RunOptions): { readonly layout: ContextLayout; readonly contexts: readonly number[] } {
    const { params = [], memos = [], slots = 1, morsel = 1000, top } = options
    verifyProgram(program, { params: params.map((p) => p.type), memos: memos.length })
    const layout = layoutContext(program, memos.length)
    const { bytes } = encodeProgram(program, params.map((p) => p.type), layout)
    const env = { memory: this.memory, reserve: (_ctx: number, size: number) => this.#granted(size >>> 0) | 0 }
    const rt = new WebAssembly.Instance(runtime, { env })
    const kernels = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env, runtime: rt.exports, math: Math }).exports as Record<string, (...args: number[]) => number>
    const words = this.#words
    const sharedBlock = this.allocate(layout.sharedBytes + slots * 4)
    const paramBlock = writeParameters(params, this)
    const contexts = Array.from({ length: slots }, (_, slot) => {
      const ctx = this.allocate(layout.contextBytes)
      const set = (offset: number, value: number) => {
        words[(ctx + offset) / 4] = value
      }
      set(CTX.slot, slot)
      set(CTX.shared, sharedBlock)
      set(CTX.params, paramBlock)
      set(CTX.selection, this.reserve(SELECTION_BYTES))
      memos.forEach((size, i) => set(layout.memoOffset + i * 4, this.allocate((size + 1) * 4)))
      program.pipelines.forEach((p, i) => {
        if (top === undefined || !isOwnSort(p.builder)) return
        const sink = layout.sinks[i]?.offset as number
        set(sink + SINK.topn, top)
        set(sink + SINK.threshold, 0xffffffff)
        set(sink + SINK.threshold + 4, 0xffffffff)
      })
      words[(sharedBlock + layout.sharedBytes) / 4 + slot] = ctx
      return ctx
    })
    words.set([0, slots, sharedBlock + layout.sharedBytes], sharedBlock / 4)
    const guarded = (ctx: number, run: () => void) => {
      try {
        run()
      } catch (error) {
        const code = words[ctx / 4] as number
        const name = Object.entries(RAISES).find(([, n]) => n === code)?.[0]
        if (!(error instanceof WebAssembly.RuntimeError) || name === undefined) throw error
        throw new KernelRaised(name, words[(ctx + CTX.site) / 4] as number)
      }
    }
    for (let r = 0; r < layout.relations; r++) words[(sharedBlock + layout.relationsOffset) / 4 + r] = writeSource(inputs[r] as Relation, this)
    let turn = 0
    program.pipelines.forEach((p, i) => {
      const step = (rows: number, first: number, vectors: number) => {
        for (let from = 0; from < rows; from += morsel) {
          const ctx = contexts[turn++ % slots] as number
          words[(ctx + CTX.source) / 4] = vectors
          words[(ctx + CTX.rowBase) / 4] = first
          guarded(ctx, () => kernels[`p${i}`]?.(ctx | 0, from, Math.min(rows, from + morsel)))
        }
      }
      if (p.source.source === 'range') step((kernels[`n${i}`]?.((contexts[0] as number) | 0) as number) >>> 0, 0, 0)
      else {
        const source = p.source.source === 'tuples' ? sharedBlock + outputOffset(p.source.sink) : writeSource(inputs[p.source.relation] as Relation | RowRelation, this)
        const batches = words[source / 4 + 1] as number
        const table = words[source / 4 + 2] as number
        for (let b = 0; b < batches; b++) {
          const [rows, first, vectors] = [0, 1, 2].map((k) => words[(table + b * 16) / 4 + k] as number) as [number, number, number]
          step(rows, first, vectors)
        }
      }
      const last = contexts[turn % slots] as number
      const ended = layout.ends[i]
      if (ended === undefined) return
      if (p.builder.builder !== 'appender') guarded(last, () => kernels[`f${ended}`]?.(last | 0))
      layout.parts[ended]?.forEach((_, round) => {
        const names = partNames(ended, round)
        // Any worker may do any part.
        const parts = words[(sharedBlock + outputOffset(ended) + PARTS.source) / 4] as number
        for (let part = 0; part < parts; part++) {
          const ctx = contexts[turn++ % slots] as number
          guarded(ctx, () => kernels[names.run]?.(ctx | 0, part, part + 1))
        }
        guarded(last, () => kernels[names.done]?.(last | 0))
      })
    })
    const total = (offset: number) => contexts.reduce((n, ctx) => n + (words[(ctx + offset) / 4] as number), 0)
    this.pruned = layout.prunes.map(({ offset }) => ({ tested: total(offset + PRUNE.tested), passed: total(offset + PRUNE.passed) }))
    return { layout, contexts }
  }

  /** A relation's rows: bigint for integers and codes, string for slices. */
  rows(relation: Relation): Cell[][] {
    const view = new DataView(this.buffer)
    return relation.batches.flatMap((batch) =>
      Array.from({ length: batch.rows }, (_, row) =>
        relation.columns.map((c, i): Cell => {
          const { data, validity } = batch.vectors[i] as { data: number; validity: number }
          if (validity && !(((this.#bytes[validity + (row >> 3)] as number) >> (row & 7)) & 1)) return null
          const at = data + row * physicalWidth[c.physical]
          switch (c.physical) {
            case 'bool8': return view.getUint8(at) === 1
            case 'i32': return BigInt(view.getInt32(at, true))
            case 'code32': return BigInt(view.getUint32(at, true))
            case 'i64': return view.getBigInt64(at, true)
            case 'i128': return (view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true)
            case 'f32': return view.getFloat32(at, true)
            case 'f64': return view.getFloat64(at, true)
            case 'slice': return Buffer.from(this.#bytes.slice(view.getUint32(at, true), view.getUint32(at, true) + view.getUint32(at + 4, true))).toString()
            default: throw new Error(c.physical)
          }
        }),
      ),
    )
  }
}

/** Rows as text, for comparison as multisets. */
export const shown = (rows: readonly (readonly Cell[])[]): string[] =>
  rows.map((row) => row.map((c) => (c === null ? 'NULL' : typeof c === 'number' ? (Object.is(c, -0) ? '-0' : `${c}`) : typeof c === 'bigint' ? `${c}n` : typeof c === 'string' ? JSON.stringify(c) : `${c}`)).join(' | '))
