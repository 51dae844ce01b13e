/** Many tuples are sorted by all workers (assembly/sort-parts.ts, assembly/windows.ts). */
import { CTX_LOCAL, type Scope } from '../scope.ts'
import type { TupleLayout } from '../tuple.ts'
import { type PartsCode, sinkAddress } from './sink.ts'
import { fieldOffset, pushOutput, type Sorter } from './sort-tuples.ts'
import { emitPartitions, pushPartitions, pushWindow } from './window-partitions.ts'

export const sorterParts = (builder: Sorter, layout: TupleLayout): PartsCode => {
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
      pushWindow(scope, builder, partitions, place)
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
