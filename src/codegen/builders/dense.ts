/**
 * dictmerger by dense keys: every worker has an array of states by position (dict/dense.ts), so that a merge is a multiplication
 * and an addition away from its state. Groups come in the order of their positions. The last worker adds up small arrays; of
 * large ones all workers do, a stretch of positions each. Where a count tells which positions have a group, the map is made at the end.
 *
 *   output   64 array · 68 its map · 72 pointers u32[extent] · 76 u32[parts], groups in each
 */
import { CTX } from '../../ir/context.ts'
import { type Ir, type IrType, scalarOf } from '../../ir/nodes.ts'
import { type Builder, type DenseKey, extentOf, SMALL_EXTENT, type StateField } from '../../ir/program.ts'
import { denseBytes, emitAt, emitKeyAt, emitPosition, positionsOf, spareOf } from '../dict/dense.ts'
import type { Keyed } from '../dict/keys.ts'
import { emitPublish, type Table } from '../dict/table.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { isWide } from '../parts.ts'
import { emitRaise } from '../raise.ts'
import { CTX_LOCAL, freeLocals, type RowAccess, type Scope, slotsOf } from '../scope.ts'
import { DICT_OUTPUT, outputOffset, PARTS, SINK } from '../sinks.ts'
import { within } from '../staged-probe.ts'
import { tupleAccess, type TupleField } from '../tuple.ts'
import { emitFor, emitForSlots } from './loops.ts'
import { type BuilderCode, evaluate, type SinkPlace, sinkAddress } from './sink.ts'
import { emitCombine, emitInit, emitUpdate } from './state.ts'

type Dict = Extract<Builder, { builder: 'dictmerger' }>
type Dense = Keyed & { readonly mode: { readonly mode: 'dense'; readonly ranges: readonly DenseKey[] } }

/** Positions of a part; arrays with no more are added up at once. A multiple of 8. */
const PART = SMALL_EXTENT

const OWN = { array: PARTS.own, present: PARTS.own + 4, pointers: PARTS.own + 8, counts: PARTS.own + 12 } as const

export const denseCode = (builder: Dict, dict: Dense): BuilderCode => {
  const { layout, mode } = dict
  const extent = extentOf(mode.ranges)
  return {
    layout,
    bytes: SINK.bytes,
    access: (f, place, tuple, read) => accessOf(f, dict, place, tuple, read),
    open: (scope, place) => {
      const { f } = scope
      const table = openArray(scope, builder, dict, place)
      const wide = isWide(builder)
      const uncleared = isUncleared(builder, dict)
      const merge = (key: readonly Ir[], values: readonly Ir[]): void => {
        const keys = evaluate(scope, key)
        const tuple = f.local('i32')
        emitPosition(f, dict.types, mode.ranges, keys)
        f.set(tuple)
        const seen = uncleared ? emitSeen(f, table.mask, tuple) : undefined
        if (builder.counted === undefined) f.get(tuple).get(table.mask).op('i32.add').i32(1).memory('i32.store8')
        f.get(tuple)
        emitAt(f, layout.stride, table.directory, tuple)
        emitUpdate(scope, values, layout, key.length, tuple, wide, seen && maskedAccess(tupleAccess(layout, tuple, key.length), builder.state, seen))
        if (seen) freeSeen(f, seen)
        f.free('i32', tuple)
        key.forEach((k, i) => {
          freeLocals(f, k.type, keys[i] as readonly number[])
        })
      }
      return {
        merge,
        staged: (lets, key, values, _, unroll) => (wide ? undefined : { unroll, row: () => within(scope, lets, () => merge(key, values)) }),
        ...(extent > PART ? {} : { groups: { ranges: mode.ranges, fields: layout.fields.slice(builder.key.length), stride: layout.stride, spare: spareOf(extent), array: table.directory, present: builder.counted === undefined ? table.mask : undefined } }),
      }
    },
    finish: (scope, place) => (extent > PART ? emitParts(scope, dict, place) : emitSum(scope, builder, dict, place)),
    ...(extent > PART ? { parts: { run: (scope, place) => emitPart(scope, builder, dict, place), done: (scope, place) => emitJoined(scope, place) } } : {}),
  }
}

const accessOf = (f: FunctionBuilder, dict: Dense, place: SinkPlace, tuple: number, read: ReadonlySet<number> | undefined): RowAccess => {
  const states = tupleAccess(dict.layout, tuple)
  const pushBase = () => f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', outputOffset(place.index) + DICT_OUTPUT.directory)
  let base: number | undefined
  if (read && dict.types.some((_, i) => read.has(i))) {
    base = f.local('i32')
    pushBase()
    f.set(base)
  }
  const key = (part: 'both' | 'value' | 'valid') => (g: FunctionBuilder, index: number) => emitKeyAt(g, dict, dict.mode.ranges, () => (base === undefined ? pushBase() : g.get(base)), tuple, index, part)
  const either = (part: 'both' | 'value' | 'valid', state: ((g: FunctionBuilder, index: number) => void) | undefined) => (g: FunctionBuilder, index: number) =>
    index < dict.types.length ? key(part)(g, index) : state?.(g, index)
  return { read: either('both', states.read), value: either('value', states.value), valid: either('valid', states.valid) }
}

/** `bytes` is constant and may be too large for any memory. */
const emitReserve = ({ f, callees }: Scope, bytes: number, to: number): void => {
  if (bytes > 0xffff0000) f.i32(0)
  else f.get(CTX_LOCAL).i32(bytes | 0).call(callees.runtime('reserve'))
  f.tee(to).op('i32.eqz').if()
  emitRaise(f, 'MEMORY_EXCEEDED', 0)
  f.op('unreachable').end()
}

/** This worker's array, made at first use. */
const openArray = (scope: Scope, builder: Dict, { layout, mode, types }: Dense, place: SinkPlace): Table => {
  const { f } = scope
  const sink = sinkAddress(f, place)
  const table = { sink, directory: f.local('i32'), mask: f.local('i32') }
  const bytes = denseBytes(mode.ranges, layout.stride)
  f.get(sink).memory('i32.load', SINK.directory).tee(table.directory).op('i32.eqz').if()
  emitReserve(scope, bytes.all, table.directory)
  const zeroed = builder.state.every(isZero)
  const cleared = zeroed && !isUncleared(builder, { layout, mode, types })
  f.get(table.directory).i32(cleared ? 0 : bytes.present).op('i32.add').i32(0).i32(cleared ? bytes.all : bytes.all - bytes.present).fill()
  if (!zeroed) {
    const tuple = f.local('i32')
    f.get(table.directory).set(tuple)
    const top = f.loop()
    emitInit(scope, builder.state, layout, types.length, tuple, isWide(builder))
    f.get(tuple).i32(layout.stride).op('i32.add').tee(tuple).get(table.directory).op('i32.sub').i32(positionsOf(extentOf(mode.ranges)) * layout.stride).op('i32.lt_u').brIf(top)
    f.end()
    f.free('i32', tuple)
  }
  f.get(sink).get(table.directory).memory('i32.store', SINK.directory)
  f.get(sink).get(table.directory).i32(bytes.present).op('i32.add').memory('i32.store', SINK.mask)
  f.end()
  f.get(table.directory).i32(bytes.present).op('i32.add').set(table.mask)
  return table
}

/** Whether a state is all zero bits at first. */
const isZero = ({ init }: StateField): boolean =>
  init.ir === 'literal' ? init.value === 0n || init.value === false || Object.is(init.value, 0) : init.ir === 'option' && isZero({ type: init.type, init: init.value }) && isZero({ type: 'bool', init: init.valid })

/**
 * A large array whose states are integers, zero at first, is not cleared: writing all of it takes longer than the rows of many queries do.
 * A state whose position is not in the map yet is read as zero, without a branch.
 */
const isUncleared = (builder: Dict, { mode }: Dense): boolean => extentOf(mode.ranges) > PART && !isWide(builder) && builder.state.every((s) => isZero(s) && scalarOf(s.type) !== 'f64' && scalarOf(s.type) !== 'f32')

/** All bits set where the position in a local is in the map, else none: an i32 and an i64. */
interface Seen {
  readonly narrow: number
  readonly wide: number
}
const emitSeen = (f: FunctionBuilder, present: number, position: number): Seen => {
  const seen = { narrow: f.local('i32'), wide: f.local('i64') }
  f.i32(0).get(position).get(present).op('i32.add').memory('i32.load8_u').op('i32.sub').tee(seen.narrow).op('i64.extend_i32_s').set(seen.wide)
  return seen
}
const freeSeen = (f: FunctionBuilder, { narrow, wide }: Seen): void => {
  f.free('i32', narrow)
  f.free('i64', wide)
}

const maskedAccess = (states: RowAccess, state: readonly StateField[], seen: Seen): RowAccess => {
  /** Masks the slots of a value that are on the stack. */
  const mask = (f: FunctionBuilder, type: IrType): void => {
    const slots = slotsOf(type)
    const locals = slots.map((slot) => f.local(slot))
    for (const local of locals.toReversed()) f.set(local)
    slots.forEach((slot, i) => {
      f.get(locals[i] as number)
      if (slot === 'i64') f.get(seen.wide).op('i64.and')
      else f.get(seen.narrow).op('i32.and')
      f.free(slot, locals[i] as number)
    })
  }
  const typeOf = (index: number) => (state[index] as StateField).type
  return {
    read: (f, index) => {
      states.read(f, index)
      mask(f, typeOf(index))
    },
    value: (f, index) => {
      states.value?.(f, index)
      mask(f, scalarOf(typeOf(index)))
    },
    valid: (f, index) => {
      states.valid?.(f, index)
      mask(f, 'bool')
    },
  }
}

/** Eight bytes of a map, all set. */
const ALL_PRESENT = 0x0101010101010101n

/**
 * Each position from `at` to a multiple of 8 of them behind it where the map is set; of eight that are not, none is looked at. `eight` may do
 * those of eight bytes, which a local holds, at once: it pushes whether it did.
 */
const emitForPresent = (f: FunctionBuilder, present: number, at: number, end: number, eight: (word: number) => void, body: () => void): void => {
  const stop = f.local('i32')
  const word = f.local('i64')
  const done = f.block()
  const top = f.loop()
  f.get(at).get(end).op('i32.ge_u').brIf(done)
  f.get(at).i32(8).op('i32.add').set(stop)
  f.get(present).get(at).op('i32.add').memory('i64.load').tee(word).op('i64.eqz').if(['i32'])
  f.i32(1).else()
  eight(word)
  f.end().if()
  f.get(stop).set(at).br(top).end()
  const next = f.loop()
  f.get(present).get(at).op('i32.add').memory('i32.load8_u').if()
  body()
  f.end()
  f.get(at).i32(1).op('i32.add').tee(at).get(stop).op('i32.lt_u').brIf(next).end()
  f.br(top).end().end()
  f.free('i32', stop)
  f.free('i64', word)
}

/** The array that the others are added to, and its map; 0 where no worker has one. */
const emitTarget = (f: FunctionBuilder, place: SinkPlace, array: number, present: number): void => {
  f.i32(0).set(array).i32(0).set(present)
  emitForSlots(f, place.offset, SINK.directory, (sink) => {
    f.get(array).op('i32.eqz').if()
    f.get(sink).memory('i32.load', SINK.directory).set(array).get(sink).memory('i32.load', SINK.mask).set(present).end()
  })
}

/** Adds what other workers have of positions `from` to `end` to the array. */
const emitAdd = (scope: Scope, builder: Dict, dict: Dense, place: SinkPlace, { array, present, from, end }: Record<'array' | 'present' | 'from' | 'end', number>): void => {
  const { f } = scope
  const { layout, types } = dict
  const uncleared = isUncleared(builder, dict)
  const [other, at, tuple, source] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  emitForSlots(f, place.offset, SINK.directory, (sink) => {
    f.get(sink).memory('i32.load', SINK.directory).get(array).op('i32.ne').if()
    f.get(sink).memory('i32.load', SINK.mask).set(other)
    f.get(from).set(at)
    // Where the target has none of eight groups, they are moved there, as they are.
    const move = (word: number) => {
      f.get(present).get(at).op('i32.add').memory('i64.load').op('i64.eqz').if(['i32'])
      f.get(present).get(at).op('i32.add').get(word).memory('i64.store')
      f.get(at)
      emitAt(f, layout.stride, array, tuple)
      f.get(at)
      f.get(sink).memory('i32.load', SINK.directory).set(source)
      emitAt(f, layout.stride, source, source)
      emitMove(f, tuple, source, 8 * layout.stride)
      f.i32(1).else().i32(0).end()
    }
    emitForPresent(f, other, at, end, move, () => {
      const seen = uncleared ? emitSeen(f, present, at) : undefined
      f.get(present).get(at).op('i32.add').i32(1).memory('i32.store8')
      f.get(at)
      emitAt(f, layout.stride, array, tuple)
      f.get(tuple).get(array).op('i32.sub').get(sink).memory('i32.load', SINK.directory).op('i32.add').set(source)
      emitCombine(scope, builder.combine, layout, types.length, tuple, source, isWide(builder), seen && maskedAccess(tupleAccess(layout, tuple, types.length), builder.state, seen))
      if (seen) freeSeen(f, seen)
    })
    f.end()
  })
  for (const local of [other, at, tuple, source]) f.free('i32', local)
}

const UNROLLED = 128
/** Copies a number of bytes that is a multiple of 8; the addresses may change. */
const emitMove = (f: FunctionBuilder, to: number, from: number, bytes: number): void => {
  const each = (count: number) => {
    for (let at = 0; at + 16 <= count; at += 16) f.get(to).get(from).memory('v128.load', at).memory('v128.store', at)
    if (count % 16) f.get(to).get(from).memory('i64.load', count - 8).memory('i64.store', count - 8)
  }
  if (bytes > UNROLLED) {
    const end = f.local('i32')
    f.get(to).i32(bytes - (bytes % UNROLLED)).op('i32.add').set(end)
    const top = f.loop()
    each(UNROLLED)
    f.get(from).i32(UNROLLED).op('i32.add').set(from).get(to).i32(UNROLLED).op('i32.add').tee(to).get(end).op('i32.lt_u').brIf(top)
    f.end()
    f.free('i32', end)
  }
  each(bytes > UNROLLED ? bytes % UNROLLED : bytes)
}

/** Writes the addresses of the states that are there, from `to` on, which is left behind the last. */
const emitPointers = (f: FunctionBuilder, { layout }: Dense, { array, present, from, end, to }: Record<'array' | 'present' | 'from' | 'end' | 'to', number>): void => {
  const at = f.local('i32')
  const tuple = f.local('i32')
  const steps = f.local('v128')
  const words = (first: number) => [0, 1, 2, 3].flatMap((k) => {
    const n = (first + k) * layout.stride
    return [n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >> 24) & 255]
  })
  const all = (word: number) => {
    f.get(word).i64(ALL_PRESENT).op('i64.eq').if(['i32'])
    f.get(at)
    emitAt(f, layout.stride, array, tuple)
    f.get(tuple).op('i32x4.splat').set(steps)
    for (const first of [0, 4]) f.get(to).get(steps).v128(words(first)).op('i32x4.add').memory('v128.store', first * 4)
    f.get(to).i32(32).op('i32.add').set(to)
    f.i32(1).else().i32(0).end()
  }
  f.get(from).set(at)
  emitForPresent(f, present, at, end, all, () => {
    f.get(at)
    emitAt(f, layout.stride, array, tuple)
    f.get(to).get(tuple).memory('i32.store').get(to).i32(4).op('i32.add').set(to)
  })
  f.free('i32', at)
  f.free('i32', tuple)
  f.free('v128', steps)
}

const output = (f: FunctionBuilder, place: SinkPlace): FunctionBuilder => f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add')

/** Writes the source block over the pointers behind a batch table of 16 bytes, up to `end`. */
export const emitSource = (f: FunctionBuilder, place: SinkPlace, block: number, end: number): void => {
  const out = f.local('i32')
  const count = f.local('i32')
  output(f, place).set(out)
  f.get(end).get(block).op('i32.sub').i32(16).op('i32.sub').i32(2).op('i32.shr_u').set(count)
  f.get(block).get(count).memory('i32.store').get(block).i32(0).memory('i32.store', 4)
  f.get(block).get(block).i32(16).op('i32.add').memory('i32.store', 8).get(block).i32(0).memory('i32.store', 12)
  f.get(out).get(count).memory('i32.store').get(out).i32(1).memory('i32.store', 4).get(out).get(block).memory('i32.store', 8)
  f.free('i32', out)
  f.free('i32', count)
}

/** Makes a worker's map of what its counts tell. */
const emitMarked = (f: FunctionBuilder, { types, layout, mode }: Dense, counted: number, sink: number): void => {
  const { offset } = layout.fields[types.length + counted] as TupleField
  const [at, end, tuple] = [f.local('i32'), f.local('i32'), f.local('i32')]
  f.get(sink).memory('i32.load', SINK.directory).set(tuple)
  f.get(sink).memory('i32.load', SINK.mask).tee(at).i32(extentOf(mode.ranges)).op('i32.add').set(end)
  emitFor(f, at, end, () => {
    f.get(at).get(tuple).memory('i64.load', offset).i64(0n).op('i64.ne').memory('i32.store8')
    f.get(tuple).i32(layout.stride).op('i32.add').set(tuple)
  })
  for (const local of [at, end, tuple]) f.free('i32', local)
}

/** One worker adds up all. */
const emitSum = (scope: Scope, builder: Dict, dict: Dense, place: SinkPlace): void => {
  const { f } = scope
  const extent = extentOf(dict.mode.ranges)
  const [array, present, from, end, to, block] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  if (builder.counted !== undefined) emitForSlots(f, place.offset, SINK.directory, (sink) => emitMarked(f, dict, builder.counted as number, sink))
  emitTarget(f, place, array, present)
  emitPublish(scope, place, { directory: array, mask: present })
  emitReserve(scope, 16 + extent * 4, block)
  f.get(block).i32(16).op('i32.add').set(to)
  f.i32(0).set(from)
  f.get(array).if()
  f.i32((extent + 7) & ~7).set(end)
  emitAdd(scope, builder, dict, place, { array, present, from, end })
  emitPointers(f, dict, { array, present, from, end, to })
  f.end()
  emitSource(f, place, block, to)
}

const partsOf = ({ mode }: Dense): number => Math.ceil(extentOf(mode.ranges) / PART)

/** Leaves parts: the array's address and room for the pointers of each part, the batch table before them. */
const emitParts = (scope: Scope, dict: Dense, place: SinkPlace): void => {
  const { f } = scope
  const [array, present, block, counts, out] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  emitTarget(f, place, array, present)
  emitPublish(scope, place, { directory: array, mask: present })
  emitReserve(scope, 16 + extentOf(dict.mode.ranges) * 4, block)
  emitReserve(scope, partsOf(dict) * 4, counts)
  output(f, place).set(out)
  f.get(out).get(array).memory('i32.store', OWN.array).get(out).get(present).memory('i32.store', OWN.present)
  f.get(out).get(block).memory('i32.store', OWN.pointers).get(out).get(counts).memory('i32.store', OWN.counts)
  // The block over the parts: their number, one batch, its table.
  f.get(out).i32(partsOf(dict)).i32(0).get(array).op('select').tee(present).memory('i32.store', PARTS.source)
  f.get(out).i32(1).memory('i32.store', PARTS.source + 4).get(out).get(out).i32(PARTS.batch).op('i32.add').memory('i32.store', PARTS.source + 8)
  f.get(out).get(present).memory('i32.store', PARTS.batch)
  for (const at of [4, 8, 12]) f.get(out).i32(0).memory('i32.store', PARTS.batch + at)
}

const [FROM, TO] = [1, 2]

const emitPart = (scope: Scope, builder: Dict, dict: Dense, place: SinkPlace): void => {
  const { f } = scope
  const [out, array, present, from, end, to, part] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  const last = (extentOf(dict.mode.ranges) + 7) & ~7
  output(f, place).set(out)
  f.get(out).memory('i32.load', OWN.array).set(array).get(out).memory('i32.load', OWN.present).set(present)
  f.get(FROM).set(part)
  emitFor(f, part, TO, () => {
    f.get(part).i32(PART).op('i32.mul').tee(from).i32(PART).op('i32.add').tee(end).i32(last).get(end).i32(last).op('i32.lt_u').op('select').set(end)
    emitAdd(scope, builder, dict, place, { array, present, from, end })
    const start = () => f.get(out).memory('i32.load', OWN.pointers).i32(16).op('i32.add').get(from).i32(2).op('i32.shl').op('i32.add')
    start().set(to)
    emitPointers(f, dict, { array, present, from, end, to })
    f.get(out).memory('i32.load', OWN.counts).get(part).i32(2).op('i32.shl').op('i32.add').get(to)
    start().op('i32.sub').memory('i32.store')
  })
}

/** Brings the parts' pointers together. */
const emitJoined = (scope: Scope, place: SinkPlace): void => {
  const { f } = scope
  const [out, block, to, from, end, part, parts] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  output(f, place).tee(out).memory('i32.load', OWN.pointers).tee(block).i32(16).op('i32.add').set(to)
  f.get(out).memory('i32.load', PARTS.source).set(parts).i32(0).set(part)
  emitFor(f, part, parts, () => {
    f.get(block).i32(16).op('i32.add').get(part).i32(PART * 4).op('i32.mul').op('i32.add').tee(from)
    f.get(out).memory('i32.load', OWN.counts).get(part).i32(2).op('i32.shl').op('i32.add').memory('i32.load').op('i32.add').set(end)
    f.get(to).get(from).op('i32.eq').if()
    f.get(end).set(to)
    f.else()
    emitForWords(f, from, end, to)
    f.end()
  })
  emitSource(f, place, block, to)
}

/** Copies words downwards. */
export const emitForWords = (f: FunctionBuilder, from: number, end: number, to: number): void => {
  const done = f.block()
  const top = f.loop()
  f.get(from).get(end).op('i32.ge_u').brIf(done)
  f.get(to).get(from).memory('i32.load').memory('i32.store')
  f.get(to).i32(4).op('i32.add').set(to).get(from).i32(4).op('i32.add').set(from).br(top)
  f.end().end()
}
