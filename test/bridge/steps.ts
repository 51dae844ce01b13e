/**
 * Jobs whose kernels check the order of their steps themselves, assembled for each job. Of a step the kernels keep, at the address in
 * shared + 128, 32 bytes: rows handed out, finishes, rows expected, address of its source block, address of a u32 a row. At shared + 132
 * they count what must not be: a row before the steps that go before are done, or after its own step's finish; two workers in one context.
 */
import type { Job, JobStep } from '../../src/bridge/job.ts'
import type { Lease } from '../../src/bridge/memory.ts'
import { assemble, makeJob } from './kernels.ts'

export interface PlannedStep {
  readonly rows: number
  readonly batchRows: number
  readonly finish: boolean
  readonly after: readonly number[] | undefined
  readonly unit: number | undefined
  /** The step whose finish writes how many rows there are; until then there are none. */
  readonly publisher: number | undefined
  /** Turns of an empty loop for each row, and in finish. */
  readonly work: number
}

const before = (steps: readonly PlannedStep[], i: number): readonly number[] => steps[i]?.after ?? (i === 0 ? [] : [i - 1])

const wat = (steps: readonly PlannedStep[]): string => `(module
  (import "env" "memory" (memory 1 65536 shared))
  (func $wrong (param $ctx i32) (param $is i32)
    (if (local.get $is) (then (drop (i32.atomic.rmw.add offset=132 (i32.load offset=28 (local.get $ctx)) (i32.const 1))))))
  (func $step (param $ctx i32) (param $i i32) (result i32)
    (i32.add (i32.load offset=128 (i32.load offset=28 (local.get $ctx))) (i32.shl (local.get $i) (i32.const 5))))
  (func $spin (param $ctx i32) (param $n i32)
    (block $out (loop $next
      (br_if $out (i32.eqz (local.get $n)))
      (i32.store offset=80 (local.get $ctx) (local.get $n))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br $next))))
  ;; All rows were handed out, and the finish has returned where there is one.
  (func $over (param $ctx i32) (param $i i32) (param $finishes i32) (result i32)
    (i32.and
      (i32.eq (i32.atomic.load (call $step (local.get $ctx) (local.get $i))) (i32.load offset=8 (call $step (local.get $ctx) (local.get $i))))
      (i32.eq (i32.atomic.load offset=4 (call $step (local.get $ctx) (local.get $i))) (local.get $finishes))))
  (func $enter (param $ctx i32) (call $wrong (local.get $ctx) (i32.atomic.rmw.xchg offset=100 (local.get $ctx) (i32.const 1))))
  (func $exit (param $ctx i32) (i32.atomic.store offset=100 (local.get $ctx) (i32.const 0)))
  (func $rows (param $ctx i32) (param $i i32) (param $from i32) (param $to i32) (param $work i32) (local $row i32)
    (call $wrong (local.get $ctx) (i32.atomic.load offset=4 (call $step (local.get $ctx) (local.get $i))))
    (local.set $row (local.get $from))
    (block $out (loop $next
      (br_if $out (i32.ge_u (local.get $row) (local.get $to)))
      (drop (i32.atomic.rmw.add
        (i32.add (i32.load offset=16 (call $step (local.get $ctx) (local.get $i)))
          (i32.shl (i32.add (local.get $row) (i32.load offset=20 (local.get $ctx))) (i32.const 2)))
        (i32.const 1)))
      (call $spin (local.get $ctx) (local.get $work))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br $next)))
    (drop (i32.atomic.rmw.add (call $step (local.get $ctx) (local.get $i)) (i32.sub (local.get $to) (local.get $from)))))
  ${steps
    .map((step, i) => {
      const order = before(steps, i)
        .map((b) => `(call $wrong (local.get $ctx) (i32.eqz (call $over (local.get $ctx) (i32.const ${b}) (i32.const ${steps[b]?.finish ? 1 : 0}))))`)
        .join('\n')
      const publish = steps
        .map(({ publisher, rows }, other) =>
          publisher === i ? `(i32.store (i32.load offset=12 (call $step (local.get $ctx) (i32.const ${other}))) (i32.const ${rows}))` : '',
        )
        .join('\n')
      return `
  (func (export "s${i}") (param $ctx i32) (param $from i32) (param $to i32)
    (call $enter (local.get $ctx))
    ${order}
    (call $rows (local.get $ctx) (i32.const ${i}) (local.get $from) (local.get $to) (i32.const ${step.work}))
    (call $exit (local.get $ctx)))
  (func (export "f${i}") (param $ctx i32)
    (call $enter (local.get $ctx))
    ${order}
    (call $wrong (local.get $ctx) (i32.eqz (call $over (local.get $ctx) (i32.const ${i}) (i32.const 0))))
    (call $spin (local.get $ctx) (i32.const ${step.work * 100}))
    ${publish}
    (drop (i32.atomic.rmw.add offset=4 (call $step (local.get $ctx) (i32.const ${i})) (i32.const 1)))
    (call $exit (local.get $ctx)))`
    })
    .join('')}
)`

/** Writes the job's sources and the kernels' notes; `seen` reads them back. */
export const makeStepsJob = (lease: Lease, slots: number, plan: readonly PlannedStep[]): { job: Job; seen: () => SeenSteps } => {
  const words = new Uint32Array(lease.buffer)
  const notes = lease.allocate(32 * plan.length)
  const steps = plan.map((step, i): JobStep => {
    const batches = Math.ceil(step.rows / step.batchRows)
    const source = lease.allocate(16 + 16 * batches)
    words.set([step.publisher === undefined ? step.rows : 0, batches, source + 16], source / 4)
    for (let b = 0, first = 0; b < batches; b++, first += step.batchRows) {
      words.set([Math.min(step.batchRows, step.rows - first), first, lease.allocate(16)], (source + 16) / 4 + b * 4)
    }
    words.set([0, 0, step.rows, source, lease.allocate(4 * step.rows + 4)], notes / 4 + i * 8)
    return { run: `s${i}`, source, finish: step.finish ? `f${i}` : undefined, after: step.after, unit: step.unit }
  })
  const { shared, ...job } = makeJob(lease, slots, steps, assemble(wat(plan)))
  words[shared / 4 + 32] = notes
  const seen = () => ({
    wrong: words[shared / 4 + 33] as number,
    steps: plan.map(({ rows }, i) => {
      const at = notes / 4 + i * 8
      const counts = words.subarray((words[at + 4] as number) / 4, (words[at + 4] as number) / 4 + rows)
      return { handed: words[at] as number, finishes: words[at + 1] as number, once: counts.every((n) => n === 1) }
    }),
  })
  return { job, seen }
}

export interface SeenSteps {
  readonly wrong: number
  readonly steps: readonly { readonly handed: number; readonly finishes: number; readonly once: boolean }[]
}
