/**
 * sorter: tuples with a normalised key whose bytes compare as the rows sort. A key of at most 8 fixed bytes is a number in
 * the tuple's prefix and touches no memory; a longer one is written to the arena and the prefix holds its first 8 bytes.
 *
 *   one sort key:   [null byte, where nullable] [value, big-endian, complemented where descending]
 *   exact values    value − least value, in as many bytes as the range needs (≤ 8, or 16)
 *   floats          bits with the sign order mended, −0 as 0, one NaN above all
 *   strings         escaped and terminated by the runtime's key_bytes
 */
import { CTX } from '../../ir/context.ts'
import { type Ir, isOption, type IrType, scalarOf } from '../../ir/nodes.ts'
import { type Builder, KEY_FIELDS, type SortField, WINDOW_FIELDS } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { type Group, mergeParts } from '../parts.ts'
import { CTX_LOCAL, freeLocals, type Scope } from '../scope.ts'
import { outputOffset, SINK } from '../sinks.ts'
import { layoutTuple, SORT_HEADER, storeLocals, TOP_HEADER, type TupleField, type TupleLayout } from '../tuple.ts'
import { type BuilderCode, emitNewTuple, emitStride, evaluate, type PartsCode, sinkAddress, type SinkPlace, storeValues } from './sink.ts'

type Sorter = Extract<Builder, { builder: 'sorter' }>

export const sorterLayout = (builder: Sorter): TupleLayout => {
  if (builder.window !== undefined) return windowLayout(builder.fields)
  const { fields, stride } = layoutTuple(builder.top ? TOP_HEADER : SORT_HEADER, builder.fields)
  return { fields: builder.keyed ? [...fields, ...KEY_FIELDS.map((type, i) => ({ type, offset: 8 * i, valid: 0 }))] : fields, stride }
}

/** Of a window's rows: once they are sorted, places lie where the key was. */
export const windowLayout = (fields: readonly IrType[]): TupleLayout => {
  const { fields: own, stride } = layoutTuple(SORT_HEADER, fields)
  return { fields: [...own, ...WINDOW_FIELDS.map((type, i) => ({ type, offset: 4 * i, valid: 0 }))], stride }
}

/** One key: how it is written, and where its value is. */
interface Shape {
  readonly type: IrType
  readonly descending: boolean
  readonly nullsFirst: boolean
  readonly bias: bigint
  /** Bytes of the value; 0: a string. */
  readonly bytes: number
}
interface Key extends Shape {
  readonly locals: readonly number[]
}
const bytesOf = (keys: readonly Shape[]): number => keys.reduce((n, k) => n + k.bytes + (isOption(k.type) ? 1 : 0), 0)
/** The first keys that fit a prefix. */
const leadingOf = (keys: readonly Shape[]): readonly Shape[] => {
  const end = keys.findIndex((k, i) => k.bytes === 0 || bytesOf(keys.slice(0, i + 1)) > 8)
  return end < 0 ? keys : keys.slice(0, end)
}

/** Where nothing is said of an integer's range it is the type's. */
const extentOf = (type: IrType, { bias = 0n, bytes }: Pick<SortField, 'bias' | 'bytes'>): Pick<Key, 'bias' | 'bytes'> => {
  switch (scalarOf(type)) {
    case 'str':
      return { bias, bytes: 0 }
    case 'bool':
      return { bias, bytes: 1 }
    case 'f32':
    case 'f64':
      return { bias, bytes: 8 }
    case 'i32':
      return bytes === undefined ? { bias: -(1n << 31n), bytes: 4 } : { bias, bytes }
    case 'i64':
      return bytes === undefined ? { bias: -(1n << 63n), bytes: 8 } : { bias, bytes }
    default:
      return { bias, bytes: bytes ?? 16 }
  }
}

const shapesOf = (builder: Sorter): readonly Shape[] => builder.keys.map((k, i): Shape => {
  const type = builder.keyTypes[i] as IrType
  return { ...k, type, ...extentOf(type, k) }
})
/** Whether the prefix is all of the key. */
const isShort = (shapes: readonly Shape[]): boolean => shapes.every((k) => k.bytes > 0 && k.bytes <= 8) && bytesOf(shapes) <= 8
export const hasShortKey = (builder: Sorter): boolean => isShort(shapesOf(builder))

export const sorterCode = (builder: Sorter): BuilderCode => {
  const layout = sorterLayout(builder)
  return {
    layout,
    bytes: SINK.bytes + (((builder.window ?? 0) + 15) & ~15),
    open: (scope, place) => {
      const { f } = scope
      const sink = sinkAddress(f, place)
      emitStride(f, sink, layout.stride)
      emitBegin(scope, builder, place, sink)
      return {
        merge: (keyValues, values) => {
          const skip = f.block()
          const parts = scope.part && mergeParts(builder, keyValues, values)
          const shapes = shapesOf(builder)
          const evaluated = (inner: Scope, positions: Group): readonly Key[] => {
            const locals = evaluate(inner, positions.map((i) => keyValues[i] as Ir))
            return positions.map((position, i) => ({ ...(shapes[position] as Shape), locals: locals[i] as readonly number[] }))
          }
          const cut = parts && parts.keys.length > 1 ? parts.keys : undefined
          const keys = evaluated(scope, cut ? leadingOf(shapes).map((_, i) => i) : shapes.map((_, i) => i))
          const prefix = f.local('i64')
          const slice = f.local('i64')
          if (isShort(shapes)) emitShortKey(f, keys, bytesOf(shapes), prefix, slice)
          else {
            if (builder.top) emitEarlySkip(f, keys, sink, prefix, slice, skip)
            emitLongKey(scope, shapes, prefix, slice, (base, emitOf) => {
              if (!cut) return emitOf(scope, base, keys)
              for (const group of cut) {
                scope.part?.(scope, group.map((i) => keyValues[i] as Ir), [base], ['i32'], (inner, [moved]) => {
                  emitOf(inner, moved as number, evaluated(inner, group))
                  inner.f.get(moved as number)
                })
                f.set(base)
              }
            })
          }
          if (builder.top) {
            f.get(prefix).get(sink).memory('i64.load', SINK.threshold).op('i64.gt_u').if()
            // The key's bytes are given back with the row.
            f.get(CTX_LOCAL).get(slice).op('i32.wrap_i64').get(CTX_LOCAL).memory('i32.load', CTX.arena).get(slice).op('i64.eqz').op('i32.eqz').op('select').memory('i32.store', CTX.arena)
            f.br(skip).end()
          }
          const tuple = f.local('i32')
          emitNewTuple(f, scope.callees, sink, layout.stride, tuple)
          f.get(tuple).get(prefix).memory('i64.store', 0)
          f.get(tuple).get(slice).memory('i64.store', 8)
          if (builder.top) emitRow(scope, place, tuple)
          storeValues(scope, values, parts?.values, [tuple], (g, [to], i, locals) => storeLocals(g, to as number, layout.fields[i] as TupleField, locals))
          if (builder.top) emitCompaction(scope, sink, place)
          f.end()
          f.free('i32', tuple)
          f.free('i64', prefix)
          f.free('i64', slice)
          for (const { type, locals } of keys) freeLocals(f, type, locals)
        },
      }
    },
    finish: (scope, place) => {
      const { f } = scope
      f.get(CTX_LOCAL).i32(place.offset)
      pushOutput(f, place)
      f.call(scope.callees.runtime(builder.top ? 'topn_finish' : 'sort_finish'))
      if (builder.keyed) {
        f.get(CTX_LOCAL)
        pushOutput(f, place)
        f.i32(layout.stride).call(scope.callees.runtime('merge_begin'))
      }
      if (builder.window !== undefined) emitPlaces(scope, builder, builder.window, place, layout)
    },
    parts: builder.top ? undefined : sorterParts(builder, layout),
  }
}

/** Many tuples are sorted by all workers (assembly/sort-parts.ts, assembly/windows.ts). */
const sorterParts = (builder: Sorter, layout: TupleLayout): PartsCode => {
  const partitions = builder.window
  const call = ({ f, callees }: Scope, name: string) => f.call(callees.runtime(name))
  const last = partitions === undefined ? undefined : { position: fieldOffset(layout, builder.fields.length - 2), group: fieldOffset(layout, builder.fields.length - 1) }
  const sorted: PartsCode = {
    run: (scope, place) => {
      const { f } = scope
      const sink = sinkAddress(f, place)
      if (partitions !== undefined) emitPartitions(scope, builder, partitions, sink)
      f.get(CTX_LOCAL).get(sink)
      pushOutput(f, place)
      if (partitions !== undefined && last) {
        pushPartitions(f, builder, partitions, sink)
        f.i32(last.position).i32(last.group)
      }
      f.get(FROM).get(TO)
      call(scope, last ? 'window_part' : 'sort_part')
    },
    ...(partitions !== undefined && last ? { done: (scope, place) => {
      const { f } = scope
      const sink = sinkAddress(f, place)
      emitPartitions(scope, builder, partitions, sink)
      f.get(CTX_LOCAL)
      pushOutput(f, place)
      pushPartitions(f, builder, partitions, sink)
      call(scope, 'window_joined')
    }, next: { run: (scope, place) => {
      scope.f.get(CTX_LOCAL)
      pushOutput(scope.f, place)
      scope.f.i32(last.group).get(FROM).get(TO)
      call(scope, 'window_mend')
    } } } satisfies Partial<PartsCode> : {}),
  }
  return {
    run: (scope, place) => {
      scope.f.get(CTX_LOCAL)
      pushOutput(scope.f, place)
      scope.f.get(FROM).get(TO)
      call(scope, 'sort_spread')
    },
    done: (scope, place) => {
      for (const name of ['sort_ranges', ...(last ? ['window_begin'] : [])]) {
        scope.f.get(CTX_LOCAL)
        pushOutput(scope.f, place)
        call(scope, name)
      }
    },
    next: sorted,
  }
}

/** Parameters of the function over parts. */
const FROM = 1
const TO = 2

const fieldOffset = (layout: TupleLayout, field: number): number => (layout.fields[field] as TupleField).offset

const pushOutput = (f: FunctionBuilder, place: SinkPlace): void => {
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add')
}

/** Notes which morsel's rows come now; a top-n looks at what the others know. */
const emitBegin = ({ f, callees, morsel }: Scope, { top }: Sorter, place: SinkPlace, sink: number): void => {
  f.get(CTX_LOCAL).get(sink)
  if (top) {
    pushOutput(f, place)
    f.call(callees.runtime('topn_look'))
    return
  }
  f.i32(place.turn ?? place.index).get(CTX_LOCAL).memory('i32.load', CTX.rowBase).get(morsel as number).op('i32.add').call(callees.runtime('sort_run'))
}

/** The row's number, that of its pipeline in the upper half. */
const emitRow = ({ f, row }: Scope, place: SinkPlace, tuple: number): void => {
  f.get(tuple).get(CTX_LOCAL).memory('i32.load', CTX.rowBase).get(row as number).op('i32.add').memory('i32.store', 16)
  f.get(tuple).i32(place.turn ?? place.index).memory('i32.store', 20)
}

/** One byte for each partition key tells how to find its end: the bytes it has, or that it is a string. */
const STRING_KEY = 0x40
const NULLABLE_STRING_KEY = 0x60

const emitPlaces = (scope: Scope, builder: Sorter, partitions: number, place: SinkPlace, layout: TupleLayout): void => {
  const { f } = scope
  const sink = sinkAddress(f, place)
  emitPartitions(scope, builder, partitions, sink)
  f.get(CTX_LOCAL)
  pushOutput(f, place)
  pushPartitions(f, builder, partitions, sink)
  f.i32(fieldOffset(layout, builder.fields.length - 2)).i32(fieldOffset(layout, builder.fields.length - 1))
  f.call(scope.callees.runtime('window_places'))
}

/** Writes behind this worker's sink how the ends of partition keys are found. */
const emitPartitions = ({ f }: Scope, builder: Sorter, partitions: number, sink: number): void => {
  builder.keyTypes.slice(0, partitions).forEach((type, i) => {
    const { bytes = 0 } = extentOf(type, builder.keys[i] as Shape)
    const all = bytes + (isOption(type) ? 1 : 0)
    f.get(sink).i32(bytes > 0 ? all : isOption(type) ? NULLABLE_STRING_KEY : STRING_KEY).memory('i32.store8', SINK.bytes + i)
  })
}

/** Where that is, how many there are, and all their bytes, where these are fixed. */
const pushPartitions = (f: FunctionBuilder, builder: Sorter, partitions: number, sink: number): void => {
  const sizes = builder.keyTypes.slice(0, partitions).map((type, i) => ({ ...extentOf(type, builder.keys[i] as Shape), nulls: isOption(type) ? 1 : 0 }))
  f.get(sink).i32(SINK.bytes).op('i32.add').i32(partitions).i32(sizes.some((s) => s.bytes === 0) ? -1 : sizes.reduce((n, s) => n + s.bytes + s.nulls, 0))
}

/** A top-n sink is compacted once it holds max(4096, 4n) tuples. */
const emitCompaction = (scope: Scope, sink: number, place: SinkPlace): void => {
  const { f } = scope
  f.get(sink).memory('i32.load', SINK.count).i32(4096).op('i32.ge_u').if()
  f.get(sink).memory('i32.load', SINK.count).get(sink).memory('i32.load', SINK.topn).i32(2).op('i32.shl').op('i32.ge_u').if()
  f.get(CTX_LOCAL).get(sink)
  pushOutput(f, place)
  f.call(scope.callees.runtime('topn_compact'))
  f.end().end()
}

/** Pushes the value as an unsigned number whose order is the key's, of ≤ 8 bytes; not yet complemented. */
const emitOrdered = (f: FunctionBuilder, key: Key): void => {
  const [x] = key.locals as [number]
  switch (scalarOf(key.type)) {
    case 'bool':
      f.get(x).op('i64.extend_i32_u')
      return
    case 'i32':
      f.get(x).op('i64.extend_i32_s').i64(key.bias).op('i64.sub')
      return
    case 'i64':
    case 'i128':
      // bytes ≤ 8: value − bias fits 64 bits, so the low words suffice.
      f.get(x).i64(BigInt.asIntN(64, key.bias)).op('i64.sub')
      return
    case 'f32':
    case 'f64': {
      const bits = f.local('i64')
      const wide = f.local('f64')
      f.get(x)
      if (scalarOf(key.type) === 'f32') f.op('f64.promote_f32')
      f.tee(wide).f64(0).op('f64.add').op('i64.reinterpret_f64')
      f.i64(0x7ff8000000000000n).get(wide).get(wide).op('f64.eq').op('select').tee(bits)
      f.get(bits).i64(63n).op('i64.shr_s').i64(-0x8000000000000000n).op('i64.or').op('i64.xor')
      f.free('i64', bits)
      f.free('f64', wide)
      return
    }
    case 'str':
      throw new Error('a string key has no fixed form')
  }
}

const allOnes = (bytes: number): bigint => (bytes === 8 ? -1n : (1n << BigInt(bytes * 8)) - 1n)

/** Pushes the value's key word: complemented where descending, 0 where NULL. */
const emitWord = (f: FunctionBuilder, key: Key): void => {
  emitOrdered(f, key)
  if (key.descending) f.i64(allOnes(key.bytes)).op('i64.xor')
  if (isOption(key.type)) f.i64(0n).get(key.locals.at(-1) as number).op('select')
}

/** Pushes the null byte as i32: 0 sorts first. */
const emitNullByte = (f: FunctionBuilder, key: Key): void => {
  f.get(key.locals.at(-1) as number)
  if (!key.nullsFirst) f.op('i32.eqz')
}

const emitShortKey = (f: FunctionBuilder, keys: readonly Key[], total: number, prefix: number, slice: number): void => {
  f.i64(0n)
  for (const key of keys) {
    if (isOption(key.type)) {
      f.i64(8n).op('i64.shl')
      emitNullByte(f, key)
      f.op('i64.extend_i32_u').op('i64.or')
    }
    if (key.bytes < 8) f.i64(BigInt(key.bytes * 8)).op('i64.shl')
    else f.op('drop').i64(0n)
    emitWord(f, key)
    f.op('i64.or')
  }
  if (total < 8) f.i64(BigInt(64 - total * 8)).op('i64.shl')
  f.set(prefix).i64(0n).set(slice)
}

/**
 * Most rows of a top-n are beyond its threshold by their first keys alone. Padded with zeros these are the least prefix the
 * row can have, so the row is out where they are above the threshold; no key is written for it.
 */
const emitEarlySkip = (f: FunctionBuilder, keys: readonly Key[], sink: number, prefix: number, slice: number, skip: number): void => {
  const leading = keys.slice(0, leadingOf(keys).length)
  if (leading.length === 0) return
  emitShortKey(f, leading, bytesOf(leading), prefix, slice)
  f.get(prefix).get(sink).memory('i64.load', SINK.threshold).op('i64.gt_u').brIf(skip)
}

/** Bytes past the end of a key that its stores may touch. */
const SLACK = 16

/** Does with the keys, a group at a time where they are many, what `emitOf` emits; `base` is a local that it reads and writes. */
type EachKeys = (base: number, emitOf: (scope: Scope, base: number, keys: readonly Key[]) => void) => void

const emitLongKey = (scope: Scope, shapes: readonly Shape[], prefix: number, slice: number, each: EachKeys): void => {
  const { f } = scope
  const start = f.local('i32')
  const at = f.local('i32')
  const need = f.local('i32')
  f.i32(SLACK + shapes.reduce((n, k) => n + k.bytes + 1, 0)).set(need)
  if (shapes.some((k) => k.bytes === 0)) {
    each(need, ({ f: g }, sum, keys) => {
      g.get(sum)
      for (const key of keys) if (key.bytes === 0) g.get(key.locals[0] as number).i64(31n).op('i64.shr_u').op('i32.wrap_i64').op('i32.add').i32(2).op('i32.add')
      g.set(sum)
    })
  }
  f.get(CTX_LOCAL).memory('i32.load', CTX.arena).tee(start).get(need).op('i32.add').get(CTX_LOCAL).memory('i32.load', CTX.limit).op('i32.gt_u').if()
  f.get(CTX_LOCAL).get(need).call(scope.callees.runtime('arena_more'))
  f.get(CTX_LOCAL).memory('i32.load', CTX.arena).set(start).end()
  // The prefix of a key shorter than 8 bytes is padded with zeros.
  f.get(start).i64(0n).memory('i64.store').get(start).set(at)
  each(at, (inner, place, keys) => {
    for (const key of keys) emitLongPart(inner, key, place)
  })
  f.get(at).i64(0n).memory('i64.store')
  f.get(CTX_LOCAL).get(at).memory('i32.store', CTX.arena)
  f.get(start).memory('i64.load').bswap64().set(prefix)
  f.get(at).get(start).op('i32.sub').op('i64.extend_i32_u').i64(32n).op('i64.shl').get(start).op('i64.extend_i32_u').op('i64.or').set(slice)
  for (const local of [start, at, need]) f.free('i32', local)
}

const emitLongPart = (scope: Scope, key: Key, at: number): void => {
  const { f } = scope
  const advance = (bytes: number) => f.get(at).i32(bytes).op('i32.add').set(at)
  if (isOption(key.type)) {
    f.get(at)
    emitNullByte(f, key)
    f.memory('i32.store8')
    advance(1)
  }
  if (key.bytes === 0) {
    if (isOption(key.type)) f.get(key.locals.at(-1) as number).if()
    f.get(CTX_LOCAL).get(at).get(key.locals[0] as number).i32(key.descending ? 1 : 0).call(scope.callees.runtime('key_bytes')).set(at)
    if (isOption(key.type)) f.end()
    return
  }
  if (key.bytes <= 8) {
    f.get(at)
    emitWord(f, key)
    if (key.bytes < 8) f.i64(BigInt(64 - key.bytes * 8)).op('i64.shl')
    f.bswap64().memory('i64.store')
    advance(key.bytes)
    return
  }
  emitWide(f, key, at)
  advance(16)
}

/** A 128-bit value: the sign bit flipped, high word first. */
const emitWide = (f: FunctionBuilder, key: Key, at: number): void => {
  const [lo, hi] = key.locals as [number, number]
  const word = (local: number, flip: bigint, offset: number) => {
    f.get(at).get(local)
    if (flip) f.i64(flip).op('i64.xor')
    if (key.descending) f.i64(-1n).op('i64.xor')
    if (isOption(key.type)) f.i64(0n).get(key.locals.at(-1) as number).op('select')
    f.bswap64().memory('i64.store', offset)
  }
  word(hi, -0x8000000000000000n, 0)
  word(lo, 0n, 8)
}
