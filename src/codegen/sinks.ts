/**
 * Sink states and the blocks shared by a query's workers; see the drawing in assembly/context.ts for what the runtime
 * reads of them. Each builder's state stands at a fixed offset in every worker's context.
 */
export const SINK = {
  cursor: 0,
  limit: 4,
  count: 8,
  first: 12,
  current: 16,
  stride: 20,
  directory: 24,
  mask: 28,
  chunkBytes: 32,
  topn: 36,
  threshold: 40,
  bytes: 96,
} as const
/** An appender's chunks have a turn in place of their bytes. */
export const CHUNK = { next: 0, used: 4, tag: 8, bytes: 12, turn: 12, header: 16 } as const

/**
 * The shared block: lease, slots and contexts, 128 bytes of output for each sink, then the addresses of the source blocks of
 * relations that are read as whole vecs.
 *
 *   output   0 what the finish function leaves   32 source block over the parts, batch table (PARTS)   64 the builder's own
 */
export const SHARED = { lease: 0, slots: 4, contexts: 8, appended: 12, outputs: 64, outputBytes: 128 } as const
/** Within an output: the source block whose rows are the parts that workers do after the finish function, and its batch table. */
export const PARTS = { source: 32, batch: 48, own: 64 } as const
/** Exports of a round of parts. */
export const partNames = (sink: number, round: number): { readonly run: string; readonly done: string } => {
  const name = round === 0 ? `${sink}` : `${sink}_${round}`
  return { run: `m${name}`, done: `g${name}` }
}
export const outputOffset = (sink: number): number => SHARED.outputs + sink * SHARED.outputBytes
/** What join_begin and join_enter write (assembly/join.ts), behind the source block over the tuples of joins that mark; up to `end`. */
export const JOIN_OUTPUT = { directory: 16, mask: 20, missing: 24, chained: 28, end: 84 } as const
/** Where a finished dictionary's directory is told, behind the source block over its tuples. */
export const DICT_OUTPUT = { directory: 16, mask: 20 } as const
