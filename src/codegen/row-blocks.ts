/**
 * Kernels over rows take them in blocks. Rows that come from memory: code that computes waits for one cache line after the other, because a
 * core looks only so many instructions ahead, and those of a few rows fill that. So first one word of each cache line of a block is
 * loaded, with nothing to do in between: many lines are then on their way at once, and what computes finds them in the cache. And where
 * there is a form for rows without NULLs, the NULL bits that it would read are put together by OR: a block without any goes to it.
 *
 *   p0(ctx, from, to)              blocks → lines, if the source says that it is far; nulls; one of
 *   form(ctx, from, to, morsel)    morsel: the kernel's `from`
 *   lines(ctx, from, to)           nulls(ctx, from, to) → 0: there are none
 */
import { CHUNK_ROWS, CTX } from '../ir/context.ts'
import type { Pipeline } from '../ir/program.ts'
import type { RangedField } from '../layout/row-table.ts'
import { rowStride, wordOffset } from '../layout/unsafe-row.ts'
import type { FunctionBuilder, ModuleBuilder } from './encoder.ts'
import { CTX_LOCAL } from './scope.ts'
import { filtersOf } from './simd/shape.ts'
import { fieldsThrough, usesOfParts } from './uses.ts'

const [FROM, TO] = [1, 2]
/** Of the source's one vector (assembly/context.ts). */
const VECTOR = { data: 0, offsets: 4, isFar: 12 } as const
const LINE = 64
/** Bytes of a block, about: a part of a second-level cache. */
const BLOCK = 1 << 18
/** Rows of at most so many bytes come whole, and longer ones of which as many lines are read as there are. */
const WHOLE = 2 * LINE

const blockRows = (fields: readonly RangedField[], apart: boolean): number => {
  const bytes = rowStride(fields) || wordOffset(fields.length, fields.length)
  return apart ? CHUNK_ROWS : CHUNK_ROWS * Math.max(1, Math.min(8, Math.floor(BLOCK / bytes / CHUNK_ROWS)))
}

/** The form for rows that have no NULL in these fields. */
export interface NullFree {
  readonly form: FunctionBuilder
  readonly fields: readonly number[]
}

/** Defines the kernel over rows in `f`. */
export const emitBlocks = (module: ModuleBuilder, f: FunctionBuilder, pipeline: Pipeline, fields: readonly RangedField[], general: FunctionBuilder, nullFree: NullFree | undefined): void => {
  const lines = defineLines(module, fields, wordsOf(pipeline, fields))
  const nulls = nullFree && defineNulls(module, fields, nullFree.fields)
  const [at, end, isFar] = [f.local('i32'), f.local('i32'), f.local('i32')]
  const done = f.block()
  f.get(CTX_LOCAL).memory('i32.load', CTX.source).memory('i32.load', VECTOR.isFar).set(isFar)
  if (!nullFree) {
    f.get(isFar).op('i32.eqz').if()
    f.get(CTX_LOCAL).get(FROM).get(TO).get(FROM).call(general).br(done).end()
  }
  f.get(FROM).set(at)
  const blocks = f.loop()
  f.get(at).get(TO).op('i32.ge_u').brIf(done)
  f.get(at).i32(blockRows(fields, nullFree !== undefined)).op('i32.add').tee(end).get(TO).get(end).get(TO).op('i32.lt_u').op('select').set(end)
  f.get(isFar).if()
  f.get(CTX_LOCAL).get(at).get(end).call(lines).end()
  if (nullFree && nulls) {
    f.get(CTX_LOCAL).get(at).get(end).call(nulls).if()
    f.get(CTX_LOCAL).get(at).get(end).get(FROM).call(general)
    f.else().get(CTX_LOCAL).get(at).get(end).get(FROM).call(nullFree.form).end()
  } else f.get(CTX_LOCAL).get(at).get(end).get(FROM).call(general)
  f.get(end).set(at).br(blocks).end().end()
}

/** Fields that every row is asked for. */
const fieldsOfAll = (pipeline: Pipeline): ReadonlySet<number> => {
  const { body, vector, row } = pipeline
  if (body.body !== 'if' || vector?.merge) return fieldsThrough(pipeline)
  return usesOfParts(filtersOf(body, vector?.filter ?? 1).expressions).fields(row)
}

/** Offsets of words in a row: one on each line that these fields lie on, whatever line the row begins on. */
const wordsOf = (pipeline: Pipeline, fields: readonly RangedField[]): readonly number[] => {
  const places = [...fieldsOfAll(pipeline)].flatMap((i) => [wordOffset(fields.length, i), ...(fields[i]?.nullable ? [(i >> 6) * 8] : [])])
  const runs: { first: number; last: number }[] = []
  for (const at of places.sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run && at - run.first < LINE) run.last = at
    else runs.push({ first: at, last: at })
  }
  return runs.flatMap(({ first, last }) => (first === last ? [first] : [first, last]))
}

/** Places of rows in functions (ctx, from, to). */
const openRows = (f: FunctionBuilder, fields: readonly RangedField[]) => {
  const stride = rowStride(fields)
  const [data, offsets, row] = [f.local('i32'), f.local('i32'), f.local('i32')]
  const source = (offset: number) => f.get(CTX_LOCAL).memory('i32.load', CTX.source).memory('i32.load', offset)
  source(VECTOR.data).set(data)
  if (stride === 0) source(VECTOR.offsets).set(offsets)
  /** Pushes the address of the row that the local holds. */
  const rowAt = () => {
    f.get(data)
    if (stride > 0) f.get(row).i32(stride).op('i32.mul')
    else f.get(offsets).get(row).i32(2).op('i32.shl').op('i32.add').memory('i32.load')
    f.op('i32.add')
  }
  /** At least one. */
  const each = (at: number, body: () => void) => {
    f.get(FROM).set(row)
    const top = f.loop()
    rowAt()
    f.set(at)
    body()
    f.get(row).i32(1).op('i32.add').tee(row).get(TO).op('i32.lt_u').brIf(top).end()
  }
  return { stride, row, rowAt, each }
}

/** (ctx, from, to): whether one of the rows has a NULL in one of the fields. There is at least one row. */
const defineNulls = (module: ModuleBuilder, fields: readonly RangedField[], read: readonly number[]): FunctionBuilder => {
  const f = module.function({ params: ['i32', 'i32', 'i32'], results: ['i32'] })
  const { each } = openRows(f, fields)
  const at = f.local('i32')
  const masks = new Map<number, bigint>()
  for (const field of read) masks.set((field >> 6) * 8, (masks.get((field >> 6) * 8) ?? 0n) | (1n << BigInt(field & 63)))
  const words = [...masks].map(([offset, mask]) => ({ offset, mask, seen: f.local('i64') }))
  each(at, () => {
    for (const { offset, seen } of words) f.get(seen).get(at).memory('i64.load', offset).op('i64.or').set(seen)
  })
  f.i64(0n)
  for (const { mask, seen } of words) f.get(seen).i64(BigInt.asIntN(64, mask)).op('i64.and').op('i64.or')
  f.i64(0n).op('i64.ne')
  return f
}

/** (ctx, from, to): loads words; what was loaded is stored, so that no compiler leaves it out. There is at least one row. */
const defineLines = (module: ModuleBuilder, fields: readonly RangedField[], words: readonly number[]): FunctionBuilder => {
  const f = module.function({ params: ['i32', 'i32', 'i32'], results: [] })
  const { stride, row, rowAt, each } = openRows(f, fields)
  const [at, stop, half] = [f.local('i32'), f.local('i32'), f.local('i32')]
  const seen = f.local('i64')
  const load = (address: number, offset: number) => f.get(seen).get(address).memory('i64.load', offset).op('i64.or').set(seen)
  f.get(FROM).set(row)
  rowAt()
  f.set(at)
  f.get(TO).i32(1).op('i32.sub').set(row)
  rowAt()
  f.i32(stride || wordOffset(fields.length, fields.length)).op('i32.add').set(stop)
  const single = () => each(at, () => {
    for (const word of words) load(at, word)
  })
  /** The block's lines in two halves at once: two streams are fetched sooner than one. */
  const whole = () => {
    f.get(stop).get(at).op('i32.sub').i32(1).op('i32.shr_u').i32(-LINE).op('i32.and').set(half)
    f.get(at).get(half).op('i32.add').set(stop)
    load(stop, 0)
    load(stop, LINE)
    const end = f.block()
    const top = f.loop()
    f.get(at).get(stop).op('i32.ge_u').brIf(end)
    f.get(at).get(half).op('i32.add').set(row)
    for (const line of [0, LINE, 2 * LINE, 3 * LINE]) {
      load(at, line)
      load(row, line)
    }
    f.get(at).i32(4 * LINE).op('i32.add').set(at).br(top).end().end()
  }
  const most = Math.max(WHOLE, words.length * LINE)
  if (stride > 0 && stride <= most) whole()
  else if (stride > 0) single()
  else {
    f.get(stop).get(at).op('i32.sub').get(TO).get(FROM).op('i32.sub').i32(most).op('i32.mul').op('i32.le_u').if()
    whole()
    f.else()
    single()
    f.end()
  }
  f.get(CTX_LOCAL).get(seen).memory('i64.store', CTX.scratch)
  return f
}
