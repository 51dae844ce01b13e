/**
 * A worker whose partitions hold many tuples brings those of one key together, so that memory grows with groups and not with rows:
 * the first tuple of each key moves up, the others are combined with it, and chunks behind are used again. Where the first partition
 * shows that few keys come twice, the others are left as they are.
 */
import type { Builder } from '../../ir/program.ts'
import { freeKeys, loadKeys, LOCAL, PARTITION, PARTITIONS, type Partitioned } from '../dict/partitions.ts'
import { emitRoom, emitRoomFor, emitRoomLeft } from '../dict/room.ts'
import { emitEnter } from '../dict/table.ts'
import { isWide } from '../parts.ts'
import { CTX_LOCAL, type Scope } from '../scope.ts'
import { CHUNK, SINK } from '../sinks.ts'
import { emitFor, emitForTuples } from './loops.ts'
import { emitCombine } from './state.ts'

type Dict = Extract<Builder, { builder: 'dictmerger' }>

export const emitHeap = (scope: Scope, builder: Dict, { keyed }: Partitioned, sink: number): void => {
  const { f, callees } = scope
  const { layout, types } = keyed
  const local = () => f.local('i32')
  const [p, parts, partition, tuples, count, from, tuple, hash, chunk, to, end] = [local(), local(), local(), local(), local(), local(), local(), local(), local(), local(), local()]
  const room = { directory: local(), mask: local() }
  const own = () => f.get(sink)
  /** Where the tuples of `chunk` end, and begin. */
  const enter = () => {
    f.get(chunk).i32(CHUNK.header).op('i32.add').set(to)
    f.get(chunk).get(partition).memory('i32.load', SINK.current).op('i32.eq').if(['i32'])
    f.get(partition).memory('i32.load', SINK.cursor)
    f.else().get(to).get(chunk).memory('i32.load', CHUNK.used).op('i32.add').end().set(end)
  }
  const place = () => {
    f.get(to).get(end).op('i32.eq').if()
    f.get(chunk).memory('i32.load', CHUNK.next).set(chunk)
    enter()
    f.end()
    for (let at = 0; at < layout.stride; at += 8) f.get(to).get(from).memory('i64.load', at).memory('i64.store', at)
  }
  f.i32(0).set(p).i32(PARTITIONS).set(parts)
  emitFor(f, p, parts, () => {
    f.get(sink).memory('i32.load', LOCAL.partitions).get(p).i32(PARTITION).op('i32.mul').op('i32.add').tee(partition)
    f.memory('i32.load', SINK.count).tee(tuples).if()
    emitRoom(scope, keyed, own, tuples, room)
    f.get(partition).memory('i32.load', SINK.first).set(chunk).i32(0).set(count)
    enter()
    emitForTuples(f, partition, layout.stride, from, () => {
      const keys = loadKeys(scope, keyed, from)
      if (keyed.mode.mode === 'tagged') f.get(from).memory('i32.load').set(hash)
      emitEnter(scope, keyed, room, keys, tuple, hash, to, place, () => {
        f.get(to).i32(layout.stride).op('i32.add').set(to)
        f.get(count).i32(1).op('i32.add').tee(count)
        emitRoomFor(scope, keyed, own, room)
      })
      freeKeys(f, keyed, keys)
      f.get(tuple).if()
      emitCombine(scope, builder.combine, layout, types.length, tuple, from, isWide(builder))
      f.end()
    })
    f.get(CTX_LOCAL).get(partition).get(chunk).get(to).get(count).call(callees.runtime('dict_cut'))
    emitRoomLeft(scope, own, tuples, count)
    f.get(count).i32(1).op('i32.shl').get(tuples).op('i32.gt_u').get(p).op('i32.eqz').op('i32.and').if()
    f.i32(1).set(parts).end()
    f.end()
  })
  f.get(CTX_LOCAL).get(sink).call(callees.runtime('dict_heaped'))
}
