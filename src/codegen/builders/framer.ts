/**
 * framer: states of a window's aggregates, written into the sorted tuples that they are results for. A worker goes over whole
 * partitions; its state lies in its context, and a second one beside it that blocks are combined from.
 */
import { CTX } from '../../ir/context.ts'
import type { Builder } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { CTX_LOCAL, freeLocals, type Scope, toLocals } from '../scope.ts'
import { outputOffset } from '../sinks.ts'
import { layoutTuple, loadField, storeLocals, type TupleField, type TupleLayout } from '../tuple.ts'
import { type BuilderCode, evaluate, sinkAddress } from './sink.ts'
import { windowLayout } from './sorter.ts'
import { emitCombine, emitInit, emitUpdate } from './state.ts'

type Framer = Extract<Builder, { builder: 'framer' }>

/** Rows of the smallest block, and of which a larger one has so many. */
const FAN_BITS = 4
const FAN = 1 << FAN_BITS
/** Source block over the tuples, in drawing of assembly/context.ts. */
const BLOCK = { rows: 0, table: 8, vectors: 8 } as const
/** Of a tuple: the first position of its partition. */
const FIRST = 0

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
    finish: (scope, place) => {
      if (builder.nodes === undefined) return
      emitBlocks(scope, builder, builder.nodes, own, tuple, sinkAddress(scope.f, place), bytes)
    },
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

/** For each row with which a block ends: the block's state from those of its sixteen parts, into the tuple of its row number `level`. */
const emitBlocks = (scope: Scope, builder: Framer, nodes: number, own: TupleLayout, tuple: TupleLayout, state: number, bytes: number): void => {
  const { f } = scope
  const [rows, pointers, position, part, at, level, size, end, source] = Array.from({ length: 9 }, () => f.local('i32')) as [number, number, number, number, number, number, number, number, number]
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(builder.sink)).op('i32.add').tee(source).memory('i32.load', BLOCK.rows).set(rows)
  f.get(source).memory('i32.load', BLOCK.table).memory('i32.load', BLOCK.vectors).set(pointers)
  f.get(state).i32(bytes).op('i32.add').set(part)
  const address = (index: () => void) => emitAddress(f, () => f.get(pointers), index)
  f.i32(0).set(position)
  const done = f.block()
  const each = f.loop()
  f.get(position).get(rows).op('i32.ge_u').brIf(done)
  address(() => f.get(position))
  f.set(source)
  // `end`: rows of the partition up to this one.
  f.get(position).i32(1).op('i32.add').get(source).memory('i32.load', FIRST).op('i32.sub').set(end)
  f.i32(1).set(level).i32(FAN).set(size)
  const whole = f.block()
  const levels = f.loop()
  f.get(end).get(size).i32(1).op('i32.sub').op('i32.and').brIf(whole)
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
  f.get(level).i32(1).op('i32.add').set(level).get(size).i32(FAN_BITS).op('i32.shl').tee(size).brIf(levels)
  f.end().end()
  f.get(position).i32(1).op('i32.add').set(position).br(each)
  f.end().end()
}
