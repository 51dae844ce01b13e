/** The shared block of a stage's run and one context for each slot, as kernels find them before the first pipeline. */
import type { ContextLayout } from '../codegen/module.ts'
import { SINK } from '../codegen/sinks.ts'
import { CTX, SELECTION_BYTES } from '../ir/context.ts'
import type { Program } from '../ir/program.ts'
import type { Arena } from '../layout/relation.ts'

export interface ContextsOf {
  readonly program: Program
  readonly layout: ContextLayout
  /** Entries of each memo table. */
  readonly memos: readonly number[]
  /** Rows a top-n sorter keeps. */
  readonly top: number | undefined
}

export interface Contexts {
  readonly shared: number
  /** One a slot. */
  readonly contexts: readonly number[]
}

/** Not a sorter of a merge join's side or of a window, which a top-n leaves whole. */
export const isOwnSort = (builder: Program['pipelines'][number]['builder']): boolean => builder.builder === 'sorter' && builder.keyed === undefined && builder.window === undefined

/** `params` is the parameters' address; `lease` is what kernels give to `reserve`. */
export const writeContexts = ({ layout, program, memos, top }: ContextsOf, params: number, lease: number, slots: number, arena: Arena): Contexts => {
  const shared = arena.allocate(layout.sharedBytes + slots * 4)
  const list = shared + layout.sharedBytes
  const words = new Uint32Array(arena.buffer)
  const contexts = Array.from({ length: slots }, (_, slot) => {
    const context = arena.allocate(layout.contextBytes)
    const set = (offset: number, value: number) => {
      words[(context + offset) / 4] = value
    }
    set(CTX.slot, slot)
    set(CTX.shared, shared)
    set(CTX.params, params)
    set(CTX.selection, arena.allocate(SELECTION_BYTES))
    memos.forEach((size, i) => set(layout.memoOffset + i * 4, arena.allocate((size + 1) * 4)))
    program.pipelines.forEach((p, i) => {
      if (top === undefined || !isOwnSort(p.builder)) return
      const sink = layout.sinks[i]?.offset as number
      set(sink + SINK.topn, top)
      set(sink + SINK.threshold, 0xffffffff)
      set(sink + SINK.threshold + 4, 0xffffffff)
    })
    words[list / 4 + slot] = context
    return context
  })
  words.set([lease, slots, list], shared / 4)
  return { shared, contexts }
}
