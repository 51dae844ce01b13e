/**
 * framer: states of a window's aggregates, written into the sorted tuples that they are results for. A worker goes over whole
 * partitions; its state lies in its context, and a second one beside it that blocks are combined from.
 */
import { CTX } from '../../ir/context.ts'
import type { Builder } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { CTX_LOCAL, freeLocals, type Scope, toLocals } from '../scope.ts'
import { outputOffset, PARTS } from '../sinks.ts'
import { layoutTuple, loadField, storeLocals, type TupleField, type TupleLayout } from '../tuple.ts'
import { emitFor } from './loops.ts'
import { type BuilderCode, evaluate, sinkAddress, type SinkPlace } from './sink.ts'
import { windowLayout } from './sort-tuples.ts'
import { emitCombine, emitInit, emitUpdate } from './state.ts'

type Framer = Extract<Builder, { builder: 'framer' }>

/** Rows of the smallest block, and of which a larger one has so many. */
const FAN_BITS = 4
const FAN = 1 << FAN_BITS
/** Source block over the tuples, in drawing of assembly/context.ts. */
const BLOCK = { rows: 0, batches: 4, table: 8, vectors: 8 } as const
/** Of a tuple: the first position of its partition, and its end. */
const FIRST = 0
const END = 4

export const framerCode = (builder: Framer): BuilderCode => {
  const own = layoutTuple(0, builder.state.map((s) => s.type))
  const bytes = (own.stride + 15) & ~15
  const tuple = windowLayout(builder.tuple)
  return {
    bytes: 2 * bytes,
    open: (scope, place) => {
      const { f } = scope
      const state = sinkAddress(f, place)
      return {
        merge: (key, values) => {
          const [position, begin, from, to] = evaluate(scope, key).map(([local]) => local as number) as [number, number, number, number]
          f.get(position).get(begin).op('i32.eq').if()
          emitInit(scope, builder.state, own, 0, state)
          f.end()
          emitUpdate(scope, values, own, 0, state)
          f.get(position).i32(1).op('i32.add').get(to).op('i32.eq').if()
          const target = f.local('i32')
          const each = f.loop()
          emitAddress(f, () => f.get(CTX_LOCAL).memory('i32.load', CTX.source), () => f.get(from))
          f.set(target)
          emitCopy(f, own, 0, state, tuple, builder.first, target)
          f.get(from).i32(1).op('i32.add').tee(from).get(to).op('i32.lt_u').brIf(each)
          f.end().end()
          for (const local of [target, position, begin, from, to]) f.free('i32', local)
        },
      }
    },
    ...(builder.nodes === undefined ? { finish: () => {} } : blocksCode({ builder, nodes: builder.nodes, own, tuple, bytes })),
  }
}

/** Pushes the address of a tuple by its position. */
const emitAddress = (f: FunctionBuilder, pointers: () => void, position: () => void): void => {
  pointers()
  position()
  f.i32(2).op('i32.shl').op('i32.add').memory('i32.load')
}

const emitCopy = (f: FunctionBuilder, from: TupleLayout, first: number, source: number, to: TupleLayout, second: number, target: number): void => {
  const count = Math.min(from.fields.length - first, to.fields.length - second)
  for (let i = 0; i < count; i++) {
    const field = from.fields[first + i] as TupleField
    loadField(f, source, field)
    const locals = toLocals(f, field.type)
    storeLocals(f, target, to.fields[second + i] as TupleField, locals)
    freeLocals(f, field.type, locals)
  }
}

/** What blocks are made of. */
interface Blocks {
  readonly builder: Framer
  readonly nodes: number
  readonly own: TupleLayout
  readonly tuple: TupleLayout
  /** Of one state, in the context. */
  readonly bytes: number
}

/** Rows of the least stretch that is a part; and most parts, as a power of two. */
const STRETCH = 4096
const PARTS_BITS = 6
/** Parameters of the function over parts. */
const FROM = 1
const TO = 2

/**
 * Blocks of rows. Of many rows all workers take stretches, and make the blocks that lie in one; then the last worker makes those
 * that cross the end of a stretch, level after level, because they are put together of smaller ones.
 */
const blocksCode = (blocks: Blocks): Pick<BuilderCode, 'finish' | 'parts'> => ({
  finish: (scope, place) => {
    const { f } = scope
    const sorted = openSorted(scope, blocks, place)
    const [count, out, zero] = [f.local('i32'), f.local('i32'), f.local('i32')]
    f.i32(0).set(count).i32(0).set(zero)
    f.get(sorted.rows).i32(2 * STRETCH).op('i32.gt_u').if()
    f.get(sorted.rows).get(sorted.step).op('i32.add').i32(1).op('i32.sub').get(sorted.step).op('i32.div_u').set(count)
    f.else()
    emitWithin(scope, blocks, sorted, zero, sorted.rows)
    f.end()
    pushOutput(f, place)
    f.tee(out).get(count).memory('i32.store', PARTS.source)
    f.get(out).i32(1).memory('i32.store', PARTS.source + BLOCK.batches)
    f.get(out).get(out).i32(PARTS.batch).op('i32.add').memory('i32.store', PARTS.source + BLOCK.table)
    f.get(out).get(count).memory('i32.store', PARTS.batch)
    f.get(out).i32(0).memory('i32.store', PARTS.batch + 4)
  },
  parts: {
    run: (scope, place) => {
      const { f } = scope
      const sorted = openSorted(scope, blocks, place)
      const [part, from, to] = [f.local('i32'), f.local('i32'), f.local('i32')]
      f.get(FROM).set(part)
      emitFor(f, part, TO, () => {
        f.get(part).get(sorted.step).op('i32.mul').tee(from).get(sorted.step).op('i32.add').tee(to).get(sorted.rows).get(to).get(sorted.rows).op('i32.lt_u').op('select').set(to)
        emitWithin(scope, blocks, sorted, from, to)
      })
    },
    done: (scope, place) => {
      const { f } = scope
      const sorted = openSorted(scope, blocks, place)
      f.get(sorted.rows).i32(2 * STRETCH).op('i32.gt_u').if()
      emitAcross(scope, blocks, sorted)
      f.end()
    },
  },
})

const pushOutput = (f: FunctionBuilder, place: SinkPlace): void => {
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add')
}

/** Locals: number and addresses of the sorted rows, rows of a stretch, the worker's states, and what a block is made with. */
interface Sorted {
  readonly rows: number
  readonly pointers: number
  readonly step: number
  readonly state: number
  readonly part: number
  readonly source: number
  readonly at: number
}

const openSorted = ({ f }: Scope, { builder, bytes }: Blocks, place: SinkPlace): Sorted => {
  const state = sinkAddress(f, place)
  const [rows, pointers, step, part, source, at] = Array.from({ length: 6 }, () => f.local('i32')) as [number, number, number, number, number, number]
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(builder.sink)).op('i32.add').tee(source).memory('i32.load', BLOCK.rows).set(rows)
  f.get(source).memory('i32.load', BLOCK.table).memory('i32.load', BLOCK.vectors).set(pointers)
  f.get(rows).i32((1 << PARTS_BITS) - 1).op('i32.add').i32(PARTS_BITS).op('i32.shr_u').tee(step).i32(STRETCH).get(step).i32(STRETCH).op('i32.gt_u').op('select').set(step)
  f.get(state).i32(bytes).op('i32.add').set(part)
  return { rows, pointers, step, state, part, source, at }
}

/** The block of `size` rows that ends with the row at `position`: its state from those of its sixteen parts, into the tuple of its row number `level`. */
const emitBlock = (scope: Scope, { builder, nodes, own, tuple }: Blocks, { pointers, state, part, source, at }: Sorted, position: number, level: number, size: number): void => {
  const { f } = scope
  const address = (index: () => void) => emitAddress(f, () => f.get(pointers), index)
  emitInit(scope, builder.state, own, 0, state)
  f.i32(0).set(at)
  const parts = f.loop()
  // The part's first row, and where in it its state lies.
  address(() => {
    f.get(position).i32(1).op('i32.add').get(size).op('i32.sub').get(at).get(size).i32(FAN_BITS).op('i32.shr_u').op('i32.mul').op('i32.add')
    f.get(level).op('i32.add').i32(1).op('i32.sub')
  })
  f.set(source)
  f.get(level).i32(1).op('i32.eq').if()
  emitCopy(f, tuple, builder.first, source, own, 0, part)
  f.else()
  emitCopy(f, tuple, nodes, source, own, 0, part)
  f.end()
  emitCombine(scope, builder.combine, own, 0, state, part)
  f.get(at).i32(1).op('i32.add').tee(at).i32(FAN).op('i32.lt_u').brIf(parts)
  f.end()
  address(() => f.get(position).i32(1).op('i32.add').get(size).op('i32.sub').get(level).op('i32.add'))
  f.set(source)
  emitCopy(f, own, 0, state, tuple, nodes, source)
}

/** The blocks that lie in the rows [from, to): locals. */
const emitWithin = (scope: Scope, blocks: Blocks, sorted: Sorted, from: number, to: number): void => {
  const { f } = scope
  const [position, level, size, end] = Array.from({ length: 4 }, () => f.local('i32')) as [number, number, number, number]
  f.get(from).set(position)
  emitFor(f, position, to, () => {
    emitAddress(f, () => f.get(sorted.pointers), () => f.get(position))
    f.set(sorted.source)
    // `end`: rows of the partition up to this one.
    f.get(position).i32(1).op('i32.add').get(sorted.source).memory('i32.load', FIRST).op('i32.sub').set(end)
    f.i32(1).set(level).i32(FAN).set(size)
    const whole = f.block()
    const levels = f.loop()
    f.get(end).get(size).i32(1).op('i32.sub').op('i32.and').brIf(whole)
    f.get(position).i32(1).op('i32.add').get(from).op('i32.sub').get(size).op('i32.lt_u').brIf(whole)
    emitBlock(scope, blocks, sorted, position, level, size)
    f.get(level).i32(1).op('i32.add').set(level).get(size).i32(FAN_BITS).op('i32.shl').tee(size).brIf(levels)
    f.end().end()
  })
  for (const local of [position, level, size, end]) f.free('i32', local)
}

/** The blocks that cross the end of a stretch. */
const emitAcross = (scope: Scope, blocks: Blocks, sorted: Sorted): void => {
  const { f } = scope
  const [position, level, size, bound, begin] = Array.from({ length: 5 }, () => f.local('i32')) as [number, number, number, number, number]
  f.i32(1).set(level).i32(FAN).set(size)
  const levels = f.loop()
  f.get(sorted.step).set(bound)
  const done = f.block()
  const bounds = f.loop()
  f.get(bound).get(sorted.rows).op('i32.ge_u').brIf(done)
  emitAddress(f, () => f.get(sorted.pointers), () => f.get(bound))
  // The block of this level in which the row at the bound is.
  f.tee(sorted.source).memory('i32.load', FIRST).tee(begin)
  f.get(bound).get(begin).op('i32.sub').i32(0).get(size).op('i32.sub').op('i32.and').op('i32.add').tee(begin).get(bound).op('i32.lt_u')
  f.get(sorted.source).memory('i32.load', END).get(begin).op('i32.sub').get(size).op('i32.ge_u').op('i32.and').if()
  f.get(begin).get(size).op('i32.add').i32(1).op('i32.sub').set(position)
  emitBlock(scope, blocks, sorted, position, level, size)
  f.end()
  f.get(bound).get(sorted.step).op('i32.add').set(bound).br(bounds)
  f.end().end()
  f.get(level).i32(1).op('i32.add').set(level).get(size).i32(FAN_BITS).op('i32.shl').tee(size).brIf(levels)
  f.end()
}
