/**
 * Small kernels, assembled by hand, for the tests of the bridge: they know contexts and source blocks, nothing of plans. A slot's sum lies
 * at context + 64 (i64), its rows at + 72; `finish` adds up the slots' sums into shared + 16 and + 24.
 */
import wabt from 'wabt'
import type { Job, JobStep } from '../../src/bridge/job.ts'
import type { Lease } from '../../src/bridge/memory.ts'

const imports = `
  (import "env" "memory" (memory 1 65536 shared))
  (import "env" "reserve" (func $reserve (param i32 i32) (result i32)))`

const body = `
  (func (export "sum") (param $ctx i32) (param $from i32) (param $to i32) (local $at i32) (local $end i32) (local $sum i64)
    (local.set $at (i32.add (i32.load (i32.load offset=16 (local.get $ctx))) (i32.shl (local.get $from) (i32.const 2))))
    (local.set $end (i32.add (i32.load (i32.load offset=16 (local.get $ctx))) (i32.shl (local.get $to) (i32.const 2))))
    (local.set $sum (i64.load offset=64 (local.get $ctx)))
    (block $out (loop $next
      (br_if $out (i32.eq (local.get $at) (local.get $end)))
      (local.set $sum (i64.add (local.get $sum) (i64.load32_s (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br $next)))
    (i64.store offset=64 (local.get $ctx) (local.get $sum))
    (i64.store offset=72 (local.get $ctx) (i64.add (i64.load offset=72 (local.get $ctx)) (i64.extend_i32_u (i32.sub (local.get $to) (local.get $from))))))
  (func (export "combine") (param $ctx i32) (local $shared i32) (local $i i32) (local $slot i32)
    (local.set $shared (i32.load offset=28 (local.get $ctx)))
    (block $out (loop $next
      (br_if $out (i32.ge_u (local.get $i) (i32.load offset=4 (local.get $shared))))
      (local.set $slot (i32.load (i32.add (i32.load offset=8 (local.get $shared)) (i32.shl (local.get $i) (i32.const 2)))))
      (i64.store offset=16 (local.get $shared) (i64.add (i64.load offset=16 (local.get $shared)) (i64.load offset=64 (local.get $slot))))
      (i64.store offset=24 (local.get $shared) (i64.add (i64.load offset=24 (local.get $shared)) (i64.load offset=72 (local.get $slot))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
    (i32.store offset=32 (local.get $shared) (i32.add (i32.load offset=32 (local.get $shared)) (i32.const 1))))
  ;; Does nothing for about half a microsecond a row, then counts the rows at shared + 40.
  (func (export "slow") (param $ctx i32) (param $from i32) (param $to i32) (local $i i32)
    (local.set $i (i32.mul (i32.sub (local.get $to) (local.get $from)) (i32.const 1500)))
    (block $out (loop $next
      (br_if $out (i32.eqz (local.get $i)))
      (i32.store offset=80 (local.get $ctx) (local.get $i))
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (br $next)))
    (drop (i32.atomic.rmw.add offset=40 (i32.load offset=28 (local.get $ctx)) (i32.sub (local.get $to) (local.get $from)))))
  (func (export "count") (param $ctx i32) (param $from i32) (param $to i32)
    (drop (i32.atomic.rmw.add offset=40 (i32.load offset=28 (local.get $ctx)) (i32.sub (local.get $to) (local.get $from)))))
  ;; Raises error 1 at site 77 with the text at shared + 48 once it meets row base + row = 5000.
  (func (export "raise") (param $ctx i32) (param $from i32) (param $to i32)
    (if (i32.and (i32.le_u (i32.add (local.get $from) (i32.load offset=20 (local.get $ctx))) (i32.const 5000))
                 (i32.gt_u (i32.add (local.get $to) (i32.load offset=20 (local.get $ctx))) (i32.const 5000)))
      (then
        (i32.store (local.get $ctx) (i32.const 1))
        (i32.store offset=4 (local.get $ctx) (i32.const 77))
        (i32.store offset=56 (local.get $ctx) (i32.add (i32.load offset=28 (local.get $ctx)) (i32.const 48)))
        (i32.store offset=60 (local.get $ctx) (i32.const 4))
        (unreachable))))
  (func (export "trap") (param $ctx i32) (param $from i32) (param $to i32)
    (drop (i32.div_u (i32.const 1) (i32.const 0))))
  (func (export "trap_finish") (param $ctx i32) (unreachable))
  (func $deep (export "deep") (param $ctx i32) (param $from i32) (param $to i32)
    (call $deep (local.get $ctx) (local.get $from) (local.get $to))
    (drop (i32.load (local.get $ctx))))
  ;; Reserves 1 MiB a call and writes to both ends of it; error 5 when refused.
  (func (export "hoard") (param $ctx i32) (param $from i32) (param $to i32) (local $at i32)
    (local.set $at (call $reserve (local.get $ctx) (i32.const 1048576)))
    (if (i32.eqz (local.get $at)) (then (i32.store (local.get $ctx) (i32.const 5)) (unreachable)))
    (i32.store (local.get $at) (i32.const 1))
    (i32.store (i32.add (local.get $at) (i32.const 1048572)) (i32.const 1)))
  ;; Reserves 1000 bytes a call, chained at context + 84: the next block, then the slot's context at both ends.
  (func (export "chain") (param $ctx i32) (param $from i32) (param $to i32) (local $at i32)
    (local.set $at (call $reserve (local.get $ctx) (i32.const 1000)))
    (if (i32.eqz (local.get $at)) (then (unreachable)))
    (i32.store (local.get $at) (i32.load offset=84 (local.get $ctx)))
    (i32.store offset=4 (local.get $at) (local.get $ctx))
    (i32.store offset=996 (local.get $at) (local.get $ctx))
    (i32.store offset=84 (local.get $ctx) (local.get $at)))
  ;; Never comes back.
  (func (export "forever") (param $ctx i32) (param $from i32) (param $to i32) (loop $again (br $again)))
  ;; Writes at shared + 96 a source block of as many rows as were summed, in one batch.
  (func (export "publish") (param $ctx i32) (local $shared i32)
    (local.set $shared (i32.load offset=28 (local.get $ctx)))
    (i32.store offset=96 (local.get $shared) (i32.load offset=40 (local.get $shared)))
    (i32.store offset=100 (local.get $shared) (i32.const 1))
    (i32.store offset=104 (local.get $shared) (i32.add (local.get $shared) (i32.const 112)))
    (i32.store offset=112 (local.get $shared) (i32.load offset=40 (local.get $shared))))`

const assembler = await wabt()

const bytesOf = (wat: string): Uint8Array => assembler.parseWat('kernel.wat', wat, { threads: true, bulk_memory: true, simd: true }).toBinary({}).buffer

/** Compiles WAT; features as kernels use them. */
export const assemble = (wat: string): WebAssembly.Module => new WebAssembly.Module(bytesOf(wat))

const kernelBytes = bytesOf(`(module ${imports} ${body})`)
export const kernel = new WebAssembly.Module(kernelBytes)
/** The same code as another module: a custom section of two bytes makes it differ. */
export const another = (n: number): WebAssembly.Module => new WebAssembly.Module(Uint8Array.of(...kernelBytes, 0, 4, 1, 0x6e, n & 255, n >> 8))
export const emptyRuntime = assemble('(module)')

/** Writes an i32 column in batches and its source block; returns the block's address and the sum. */
export const writeColumn = (lease: Lease, values: Int32Array, batchRows: number): { source: number; sum: bigint } => {
  const batches = Math.ceil(values.length / batchRows)
  const source = lease.allocate(16 + 16 * batches)
  const words = new Uint32Array(lease.buffer)
  const table = source + 16
  words.set([values.length, batches, table], source / 4)
  let sum = 0
  for (let i = 0, first = 0; i < batches; i++, first += batchRows) {
    const part = values.subarray(first, first + batchRows)
    const data = lease.allocate(part.length * 4)
    new Int32Array(lease.buffer, data, part.length).set(part)
    const vectors = lease.allocate(16)
    words[vectors / 4] = data
    words.set([part.length, first, vectors], table / 4 + i * 4)
  }
  for (const value of values) sum += value
  return { source, sum: BigInt(sum) }
}

/** A job with its shared block; the sums are read with `total`. */
export const makeJob = (
  lease: Lease,
  slots: number,
  steps: readonly JobStep[],
  module: WebAssembly.Module = kernel,
): Job & { shared: number; contexts: number[] } => {
  const words = new Uint32Array(lease.buffer)
  const shared = lease.allocate(256)
  const contexts = Array.from({ length: slots }, () => lease.allocate(256))
  const list = lease.allocate(slots * 4)
  words.set(contexts, list / 4)
  words.set([lease.id, slots, list], shared / 4)
  new Uint8Array(lease.buffer, shared + 48, 4).set([0x6f, 0x75, 0x63, 0x68])
  contexts.forEach((context, slot) => {
    words[context / 4 + 6] = slot
    words[context / 4 + 7] = shared
  })
  return { key: 'test', module, contexts, steps, lease, shared }
}

export const total = (lease: Lease, shared: number): { sum: bigint; rows: bigint; finishes: number; counted: number } => {
  const longs = new BigInt64Array(lease.buffer, shared + 16, 2)
  const words = new Uint32Array(lease.buffer, shared + 32, 4)
  return { sum: longs[0] as bigint, rows: longs[1] as bigint, finishes: words[0] as number, counted: words[2] as number }
}
