/**
 * The end of a dictmerger whose tables may be given up. Where all groups are few the last worker merges the others' tables;
 * else all tuples are scattered, and workers take partitions: the first tuple of each key stays where it is, the others are
 * combined with it, and the addresses of those that stay are the result.
 */
import { CTX } from '../../ir/context.ts'
import type { Builder } from '../../ir/program.ts'
import { emitEnter } from '../dict/table.ts'
import { emitRoom, emitRoomFor, emitRoomLeft } from '../dict/room.ts'
import { freeKeys, loadKeys, LOCAL, PARTITION, type Partitioned, scatterFunction } from '../dict/partitions.ts'
import { isWide } from '../parts.ts'
import { CTX_LOCAL, type Scope } from '../scope.ts'
import { outputOffset, PARTS, SINK } from '../sinks.ts'
import { emitForWords, emitSource } from './dense.ts'
import { emitFor, emitForSlots, emitForTuples } from './loops.ts'
import type { SinkPlace } from './sink.ts'
import { emitCombine } from './state.ts'

type Dict = Extract<Builder, { builder: 'dictmerger' }>

const OWN = { starts: PARTS.own, ends: PARTS.own + 4, pointers: PARTS.own + 8 } as const
const [FROM, TO] = [1, 2]

/** `alone`: what the last worker does where it merges all. */
export const emitDictFinish = (scope: Scope, { local, keyed }: Partitioned, place: SinkPlace, alone: () => void): void => {
  const { f, callees } = scope
  const [groups, tables, given] = [f.local('i32'), f.local('i32'), f.local('i32')]
  for (const l of [groups, tables, given]) f.i32(0).set(l)
  emitForSlots(f, place.offset, SINK.count, (sink) => {
    f.get(sink).memory('i32.load', SINK.count).get(groups).op('i32.add').set(groups)
    f.get(tables).i32(1).op('i32.add').set(tables)
  })
  emitForSlots(f, place.offset, LOCAL.partitions, () => f.i32(1).set(given))
  f.get(given).get(groups).i32(local).op('i32.gt_u').get(tables).i32(1).op('i32.gt_u').op('i32.and').op('i32.or').if()
  const scatter = scatterFunction(scope, keyed)
  emitForSlots(f, place.offset, SINK.count, (sink) => {
    f.get(sink).memory('i32.load', LOCAL.direct).op('i32.eqz').if()
    f.get(CTX_LOCAL).get(sink).call(callees.runtime('dict_partitions'))
    f.get(CTX_LOCAL).get(sink).call(scatter)
    f.end()
  })
  f.get(CTX_LOCAL).i32(place.offset)
  pushOutput(scope, place)
  f.call(callees.runtime('dict_parts'))
  f.else()
  pushOutput(scope, place)
  f.i32(0).memory('i32.store', OWN.pointers)
  pushOutput(scope, place)
  f.i32(0).memory('i32.store', PARTS.batch)
  pushOutput(scope, place)
  f.i32(0).memory('i32.store', PARTS.source)
  alone()
  f.end()
}

const pushOutput = ({ f }: Scope, place: SinkPlace): void => {
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add')
}

/** Pushes word `index` (a local) of a list whose address lies in the output. */
const pushAt = (scope: Scope, out: number, list: number, index: number, ahead = 0): void => {
  scope.f.get(out).memory('i32.load', list).get(index).i32(2).op('i32.shl').op('i32.add').memory('i32.load', ahead)
}

/** Pushes the address of the first address of a part's groups. */
const pushStart = (scope: Scope, out: number, part: number): void => {
  scope.f.get(out).memory('i32.load', OWN.pointers).i32(16).op('i32.add')
  pushAt(scope, out, OWN.starts, part)
  scope.f.i32(2).op('i32.shl').op('i32.add')
}

export const emitDictPart = (scope: Scope, builder: Dict, { keyed }: Partitioned, place: SinkPlace): void => {
  const { f } = scope
  const { layout, types } = keyed
  const [out, part, to, tuples, from, tuple, directory, mask, partition, hash, start] = Array.from({ length: 11 }, () => f.local('i32')) as [number, number, number, number, number, number, number, number, number, number, number]
  const own = () => f.get(CTX_LOCAL).i32(place.offset).op('i32.add')
  pushOutput(scope, place)
  f.set(out).get(FROM).set(part)
  emitFor(f, part, TO, () => {
    pushStart(scope, out, part)
    f.tee(start).set(to)
    pushAt(scope, out, OWN.starts, part, 4)
    pushAt(scope, out, OWN.starts, part)
    f.op('i32.sub').tee(tuples).if()
    emitRoom(scope, keyed, own, tuples, { directory, mask })
    emitForSlots(f, place.offset, LOCAL.partitions, (sink) => {
      f.get(sink).memory('i32.load', LOCAL.partitions).get(part).i32(PARTITION).op('i32.mul').op('i32.add').set(partition)
      const one = () => {
        f.get(to).get(from).memory('i32.store').get(to).i32(4).op('i32.add').tee(to).get(start).op('i32.sub').i32(2).op('i32.shr_u')
        emitRoomFor(scope, keyed, own, { directory, mask })
      }
      emitForTuples(f, partition, layout.stride, from, () => {
        const keys = loadKeys(scope, keyed, from)
        if (keyed.mode.mode === 'tagged') f.get(from).memory('i32.load').set(hash)
        emitEnter(scope, keyed, { directory, mask }, keys, tuple, hash, from, () => {}, one)
        freeKeys(f, keyed, keys)
        f.get(tuple).if()
        emitCombine(scope, builder.combine, layout, types.length, tuple, from, isWide(builder))
        f.end()
      })
    })
    f.get(to).get(start).op('i32.sub').i32(2).op('i32.shr_u').set(start)
    emitRoomLeft(scope, own, tuples, start)
    f.end()
    f.get(out).memory('i32.load', OWN.ends).get(part).i32(2).op('i32.shl').op('i32.add').get(to).memory('i32.store')
  })
}

/** Brings the parts' addresses together. */
export const emitDictJoined = (scope: Scope, place: SinkPlace): void => {
  const { f } = scope
  const [out, block, to, from, end, part, parts] = Array.from({ length: 7 }, () => f.local('i32')) as [number, number, number, number, number, number, number]
  pushOutput(scope, place)
  f.tee(out).memory('i32.load', OWN.pointers).tee(block).if()
  f.get(block).i32(16).op('i32.add').set(to)
  f.get(out).memory('i32.load', PARTS.source).set(parts).i32(0).set(part)
  emitFor(f, part, parts, () => {
    pushStart(scope, out, part)
    f.set(from)
    pushAt(scope, out, OWN.ends, part)
    f.set(end)
    f.get(to).get(from).op('i32.eq').if()
    f.get(end).set(to)
    f.else()
    emitForWords(f, from, end, to)
    f.end()
  })
  emitSource(f, place, block, to)
  f.end()
}
