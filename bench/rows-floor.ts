/**
 * What a query over rows is held against: one word loaded of each of the rows' cache lines, by a loop written by hand that does nothing else, on
 * one thread; and the codec in JavaScript, which reads the fields of every row one by one.
 */
import { ModuleBuilder } from '../dist/codegen/encoder.js'
import type { RowTable } from '../dist/layout/row-table.js'
import { RowView } from '../dist/layout/unsafe/views.js'
import type { RowField } from '../dist/layout/unsafe-row.js'

const LINE = 64
/** Lines a step, of each half of the bytes. */
const STEP = 4

/** (from, to): ORs a word of each line, from both halves at once. */
const lineLoop = (memory: WebAssembly.Memory): ((from: number, to: number) => bigint) => {
  const module = new ModuleBuilder()
  const f = module.function({ params: ['i32', 'i32'], results: ['i64'] }, 'lines')
  const [at, end] = [0, 1]
  const [half, other, seen] = [f.local('i32'), f.local('i32'), f.local('i64')]
  f.get(end).get(at).op('i32.sub').i32(1).op('i32.shr_u').i32(-LINE).op('i32.and').set(half)
  f.get(at).get(half).op('i32.add').set(end)
  const done = f.block()
  const top = f.loop()
  f.get(at).get(end).op('i32.ge_u').brIf(done)
  f.get(at).get(half).op('i32.add').set(other)
  for (let line = 0; line < STEP; line++) for (const place of [at, other]) f.get(seen).get(place).memory('i64.load', line * LINE).op('i64.or').set(seen)
  f.get(at).i32(STEP * LINE).op('i32.add').set(at).br(top).end().end()
  f.get(seen)
  return new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } }).exports['lines'] as (from: number, to: number) => bigint
}

/** Least ms of loading every line of the table once, of so many rounds. */
export const linesOnce = (table: RowTable, memory: WebAssembly.Memory, rounds: number): number => {
  const lines = lineLoop(memory)
  // Until it is optimised.
  for (let i = 0; i < 2000; i++) lines(0, 1 << 16)
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < rounds; i++) {
    const start = performance.now()
    for (const { data, bytes } of table.batches) lines(data | 0, (data + bytes) | 0)
    least = Math.min(least, performance.now() - start)
  }
  return least
}

/** ms of reading every field of some rows by the codec in JavaScript, as many as all rows would take. */
export const codecOnce = ({ fields, batches, rows }: RowTable, buffer: ArrayBufferLike, some = 200_000): number => {
  const asRows = fields.map(({ physical, nullable }): RowField => ({ physical: physical === 'code8' ? 'utf8' : physical, nullable }))
  const [{ data, offsets, bytes, rows: count }] = batches as [RowTable['batches'][number]]
  const places = offsets ? new Uint32Array(buffer, offsets >>> 0, count) : undefined
  const view = new DataView(buffer, data >>> 0, bytes)
  const many = Math.min(some, count - 1)
  const at = (row: number) => places?.[row] ?? (row * bytes) / count
  const once = () => {
    const start = performance.now()
    for (let row = 0; row < many; row++) new RowView(asRows, { view, start: at(row), end: at(row + 1) }).values()
    return performance.now() - start
  }
  once()
  return (once() * rows) / many
}
