/**
 * The blocks that kernels, this runtime and the bridge share, as byte offsets (mirrors src/ir/context.ts), and the two things
 * every other file needs of them: failing, and getting memory.
 *
 *   context   0 error   4 site   8 arena   12 limit   …   28 shared   32 scratch (16 bytes)   …   64 sinks
 *   shared    0 lease   4 slots  8 address of u32[slots], the slots' contexts
 *   source    0 rows    4 batches   8 address of the batch table
 *   batch     0 rows    4 first row 8 vectors (a tuple source: address of u32[rows], the tuples)   12 zero
 *   vector    0 data    4 validity  8 offsets   one for each column; rows have one: 0 data   4 offsets or 0   8 stride or 0   12 1: more than caches hold
 *
 * Addresses are u32 and reach above 2 GiB; the last page of the memory is never used, so address + length does not wrap.
 */
export const CTX_ERROR: usize = 0
export const CTX_ARENA: usize = 8
export const CTX_LIMIT: usize = 12
export const CTX_SHARED: usize = 28
export const CTX_SCRATCH: usize = 32
export const CTX_PARAMS: usize = 48
export const CTX_DETAIL: usize = 56

export const SHARED_SLOTS: usize = 4
export const SHARED_CONTEXTS: usize = 8

/** RAISES of src/ir/nodes.ts. */
export const OVERFLOW: u32 = 1
export const DIVIDE_BY_ZERO: u32 = 2
export const CAST_FAILED: u32 = 3
export const RAISED: u32 = 4
export const MEMORY_EXCEEDED: u32 = 5

const ARENA_STEP: u32 = 65536

// @ts-ignore: decorator
@external("env", "reserve")
declare function bridgeReserve(ctx: usize, bytes: u32): usize

/** Records the code and traps; the site has been written by the caller of the runtime. */
export function fail(ctx: usize, code: u32): void {
  store<u32>(ctx, code, CTX_ERROR)
  unreachable()
}

/** Memory of the query, 16-aligned, contents undefined. The length is u64 so that no product of counts can wrap. */
export function reserve(ctx: usize, bytes: u64): usize {
  if (bytes > 0xffff0000) fail(ctx, MEMORY_EXCEEDED)
  const address = bridgeReserve(ctx, <u32>bytes)
  if (!address) fail(ctx, MEMORY_EXCEEDED)
  return address
}

/** Slow path of the scratch arena: a fresh stretch with at least `bytes` in it. */
export function arena_more(ctx: usize, bytes: u32): void {
  const size: u64 = max<u64>(bytes, ARENA_STEP)
  const address = reserve(ctx, size)
  store<u32>(ctx, <u32>address, CTX_ARENA)
  store<u32>(ctx, <u32>(address + <usize>size), CTX_LIMIT)
}

/** `bytes` of scratch, 8-aligned as long as everyone bumps by multiples of 8; they live as long as the arena's contents. */
export function scratch(ctx: usize, bytes: u32): usize {
  if (bytes > 0xfffe0000) fail(ctx, MEMORY_EXCEEDED)
  const size = (bytes + 7) & ~7
  let free = (load<u32>(ctx, CTX_ARENA) + 7) & ~7
  const limit = load<u32>(ctx, CTX_LIMIT)
  if (free > limit || limit - free < size) {
    arena_more(ctx, size)
    free = load<u32>(ctx, CTX_ARENA)
  }
  store<u32>(ctx, free + size, CTX_ARENA)
  return free
}

/** Leaves a 128-bit result where the caller looks for it. */
// @ts-ignore: decorator
@inline
export function result128(ctx: usize, lo: u64, hi: u64): void {
  store<u64>(ctx, lo, CTX_SCRATCH)
  store<u64>(ctx, hi, CTX_SCRATCH + 8)
}

/** Writes a source block of one batch over `count` tuple addresses. `batch` is 16 bytes for the batch table. */
export function tupleSource(out: usize, batch: usize, tuples: usize, count: u32): void {
  store<u32>(batch, count)
  store<u32>(batch, 0, 4)
  store<u32>(batch, <u32>tuples, 8)
  store<u32>(batch, 0, 12)
  store<u32>(out, count)
  store<u32>(out, 1, 4)
  store<u32>(out, <u32>batch, 8)
}

/**
 * Tells how many parts of a sink's end there are to do: a source block of one batch in the sink's output, which workers take
 * them from (PARTS of src/codegen/sinks.ts).
 */
export function partSource(out: usize, count: u32): void {
  tupleSource(out + 32, out + 48, 0, count)
}
