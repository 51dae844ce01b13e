/**
 * Where the partitions of a window begin and end among the sorted rows: the runtime finds it by the first of their keys, if it knows
 * where these end.
 */
import { isOption } from '../../ir/nodes.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { CTX_LOCAL, type Scope } from '../scope.ts'
import { SINK } from '../sinks.ts'
import type { TupleLayout } from '../tuple.ts'
import { sinkAddress, type SinkPlace } from './sink.ts'
import { extentOf, type Shape } from './sort-keys.ts'
import { fieldOffset, pushOutput, type Sorter } from './sort-tuples.ts'

export const emitPlaces = (scope: Scope, builder: Sorter, partitions: number, place: SinkPlace, layout: TupleLayout): void => {
  pushWindow(scope, builder, partitions, place)
  scope.f.i32(fieldOffset(layout, builder.fields.length - 2)).i32(fieldOffset(layout, builder.fields.length - 1))
  scope.f.call(scope.callees.runtime('window_places'))
}

/** Context, output and partition keys, as the runtime takes them once the rows are sorted. */
export const pushWindow = (scope: Scope, builder: Sorter, partitions: number, place: SinkPlace): void => {
  const { f } = scope
  const sink = sinkAddress(f, place)
  emitPartitions(scope, builder, partitions, sink)
  f.get(CTX_LOCAL)
  pushOutput(f, place)
  pushPartitions(f, builder, partitions, sink)
}

/** One byte for each partition key tells how to find its end: the bytes it has, or that it is a string. */
const STRING_KEY = 0x40
const NULLABLE_STRING_KEY = 0x60

/** Writes behind this worker's sink how the ends of partition keys are found. */
export const emitPartitions = ({ f }: Scope, builder: Sorter, partitions: number, sink: number): void => {
  builder.keyTypes.slice(0, partitions).forEach((type, i) => {
    const { bytes = 0 } = extentOf(type, builder.keys[i] as Shape)
    const all = bytes + (isOption(type) ? 1 : 0)
    f.get(sink).i32(bytes > 0 ? all : isOption(type) ? NULLABLE_STRING_KEY : STRING_KEY).memory('i32.store8', SINK.bytes + i)
  })
}

/** Where that is, how many there are, and all their bytes, where these are fixed. */
export const pushPartitions = (f: FunctionBuilder, builder: Sorter, partitions: number, sink: number): void => {
  const sizes = builder.keyTypes.slice(0, partitions).map((type, i) => ({ ...extentOf(type, builder.keys[i] as Shape), nulls: isOption(type) ? 1 : 0 }))
  f.get(sink).i32(SINK.bytes).op('i32.add').i32(partitions).i32(sizes.some((s) => s.bytes === 0) ? -1 : sizes.reduce((n, s) => n + s.bytes + s.nulls, 0))
}
