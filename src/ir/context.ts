/**
 * The context: one block per worker and query in shared memory, the first argument of every kernel and runtime function.
 * Byte offsets; u32 unless said.
 *
 *    0 error      RaiseCode number, 0 = none          16 source     address of the current batch's vectors
 *    4 site       error site, for the message         20 row base   rows of the batches before this one
 *    8 arena      next free byte of the scratch arena 24 slot       number of this worker in the query
 *   12 limit      end of the scratch arena            28 shared     address of the query's shared block
 *   32 scratch    16 bytes, i128 results of calls     48 params     address of the parameters (16 bytes each)
 *   52 selection  row numbers, then pairs (below)     56 detail     str slice (u64): text of a raised message
 *   64 sinks      this worker's sink states, laid out by codegen
 */
export const CTX = { error: 0, site: 4, arena: 8, limit: 12, source: 16, rowBase: 20, slot: 24, shared: 28, scratch: 32, params: 48, selection: 52, detail: 56, sinks: 64 } as const

/** Rows handled between two staging points. */
export const CHUNK_ROWS = 1024
/** At `selection`: u32 row numbers of a chunk; behind them its candidates (codegen/staged-probe.ts), 16 bytes each. */
export const PAIRS_OFFSET = CHUNK_ROWS * 4
export const SELECTION_BYTES = PAIRS_OFFSET + CHUNK_ROWS * 16
