/**
 * Making a build side's filters, behind what its builder does at its end: of few tuples in the finish function, of more by all
 * workers, a part for each slot's tuples behind the builder's own parts.
 */
import { CTX } from '../../ir/context.ts'
import type { Scalar } from '../../ir/nodes.ts'
import type { KeyFilter } from '../../ir/program.ts'
import { emitFor, emitForTuples } from '../builders/loops.ts'
import type { BuilderCode, SinkPlace } from '../builders/sink.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { CTX_LOCAL, type Callees, freeLocals, type Scope, toLocals } from '../scope.ts'
import { outputOffset, SHARED, SINK } from '../sinks.ts'
import { loadField, type TupleField, type TupleLayout } from '../tuple.ts'
import { emitBits, emitPlace, emitPosition } from './bits.ts'
import { bitmapBytes, FILTER, FILTER_HEADER, FILTERS_OUTPUT, type Group } from './layout.ts'

/** Parameters of a part's function (ctx, from, to). */
const PART = 1

/** The builder's code, and that of its filters, if it has any. `layout` is that of its tuples. */
export const withFilters = (builder: Group, layout: TupleLayout, code: BuilderCode): BuilderCode => {
  const { filters } = builder
  if (!filters?.length) return code
  // One for finish and parts of a module.
  let filling: FunctionBuilder | undefined
  const fill = (scope: Scope, place: SinkPlace): FunctionBuilder => {
    if (filling?.module !== scope.f.module) {
      filling = scope.f.module.function({ params: ['i32', 'i32'], results: [] })
      defineFill(filling, scope.callees, builder, filters, layout, place)
    }
    return filling
  }
  return {
    ...code,
    finish: (scope, place) => {
      const { f } = scope
      code.finish?.(scope, place)
      const header = f.local('i32')
      f.get(CTX_LOCAL).i32(place.offset).get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add')
      f.i32(filters.length).i32(code.parts ? 1 : 0).call(scope.callees.runtime('filter_open')).set(header)
      filters.forEach((filter, i) => {
        f.get(CTX_LOCAL).get(header).i32(FILTER_HEADER.filters + i * FILTER.bytes).op('i32.add').i32(filter.filter === 'bitmap' ? bitmapBytes(filter) : 0).call(scope.callees.runtime('filter_bits'))
      })
      // No parts were added: the tuples are few.
      f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', outputOffset(place.index) + PARTS_ROWS).get(header).memory('i32.load', FILTER_HEADER.parts).op('i32.eq').if()
      const slot = f.local('i32')
      const slots = f.local('i32')
      f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', SHARED.slots).set(slots).i32(0).set(slot)
      emitFor(f, slot, slots, () => f.get(CTX_LOCAL).get(slot).call(fill(scope, place)))
      f.end()
    },
    parts: {
      run: (scope, place) => {
        const { f } = scope
        const own = f.local('i32')
        f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', outputOffset(place.index) + FILTERS_OUTPUT).memory('i32.load', FILTER_HEADER.parts).set(own)
        f.get(PART).get(own).op('i32.lt_u').if()
        code.parts?.run(scope, place)
        f.else().get(CTX_LOCAL).get(PART).get(own).op('i32.sub').call(fill(scope, place)).end()
      },
      done: code.parts?.done,
      next: code.parts?.next,
    },
  }
}
/** Number of rows of the parts' source block. */
const PARTS_ROWS = 32

/** Defines the function (ctx, slot) that sets the bits of one slot's tuples. */
const defineFill = (f: FunctionBuilder, callees: Callees, builder: Group, filters: readonly KeyFilter[], layout: TupleLayout, place: SinkPlace): void => {
  const sink = f.local('i32')
  const header = f.local('i32')
  const tuple = f.local('i32')
  const several = f.local('i32')
  const shared = f.local('i32')
  const unused = f.block()
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).tee(shared).memory('i32.load', SHARED.contexts).get(1).i32(2).op('i32.shl').op('i32.add').memory('i32.load').tee(sink)
  f.op('i32.eqz').brIf(unused)
  f.get(sink).i32(place.offset).op('i32.add').tee(sink).memory('i32.load', SINK.first).op('i32.eqz').brIf(unused)
  f.get(shared).memory('i32.load', outputOffset(place.index) + FILTERS_OUTPUT).tee(header).memory('i32.load', FILTER_HEADER.several).set(several)
  const opened = filters.map((filter, i) => openFilling(f, filter, header, FILTER_HEADER.filters + i * FILTER.bytes, isInteger(builder, filter)))
  emitForTuples(f, sink, layout.stride, tuple, () => {
    for (const o of opened) emitSet(f, callees, layout.fields[o.filter.key] as TupleField, tuple, several, o)
  })
  for (const { least, greatest, offset } of opened) {
    if (least < 0) continue
    f.get(CTX_LOCAL).get(header).i32(offset).op('i32.add').get(least).get(greatest).call(callees.runtime('filter_bounds'))
  }
  f.end()
}

const isInteger = ({ key }: Group, filter: KeyFilter): boolean => /^i(32|64)$/.test(key[filter.key] as string)

interface Filling {
  readonly filter: KeyFilter
  readonly offset: number
  /** Locals: of the block; bounds of the keys seen, -1 where they are no integers. */
  readonly bits: number
  readonly shift: number
  readonly least: number
  readonly greatest: number
}

const openFilling = (f: FunctionBuilder, filter: KeyFilter, header: number, offset: number, bounded: boolean): Filling => {
  const load = (at: number) => {
    const local = f.local('i32')
    f.get(header).memory('i32.load', offset + at).set(local)
    return local
  }
  const bound = (value: bigint) => {
    const local = f.local('i64')
    f.i64(value).set(local)
    return local
  }
  const [least, greatest] = bounded ? [bound((1n << 63n) - 1n), bound(-(1n << 63n))] : [-1, -1]
  return { filter, offset, bits: load(FILTER.bits), shift: load(FILTER.shift), least, greatest }
}

/** Sets the bits of one tuple's key. */
const emitSet = (f: FunctionBuilder, callees: Callees, field: TupleField, tuple: number, several: number, { filter, bits, shift, least, greatest }: Filling): void => {
  const type = field.type as Scalar
  const word = f.local('i32')
  const mask = f.local('i32')
  loadField(f, tuple, field)
  const locals = toLocals(f, field.type)
  const [key] = locals as [number]
  if (filter.filter === 'bitmap') {
    emitPosition(f, filter, type, key)
    // A key out of the range that was promised would have no bit, and its matches would be lost.
    f.tee(word).i32(filter.range.extent).op('i32.eq').if()
    f.op('unreachable').end()
    f.i32(1).get(word).op('i32.shl').set(mask)
    f.get(word).i32(5).op('i32.shr_u')
  } else {
    emitPlace(f, callees, type, locals, word)
    emitBits(f)
    f.set(mask).get(word).get(shift).op('i32.shr_u')
  }
  f.i32(2).op('i32.shl').get(bits).op('i32.add').set(word)
  f.get(several).if()
  f.get(word).get(mask).memory('i32.atomic.rmw.or').op('drop')
  f.else().get(word).get(word).memory('i32.load').get(mask).op('i32.or').memory('i32.store').end()
  if (least >= 0) {
    const value = f.local('i64')
    f.get(key)
    if (type === 'i32') f.op('i64.extend_i32_s')
    f.tee(value).get(least).get(value).get(least).op('i64.lt_s').op('select').set(least)
    f.get(value).get(greatest).get(value).get(greatest).op('i64.gt_s').op('select').set(greatest)
    f.free('i64', value)
  }
  freeLocals(f, field.type, locals)
  f.free('i32', word)
  f.free('i32', mask)
}
