/** A directory for the tuples of one partition, in room that a worker keeps from one to the next (assembly/partitions.ts). */
import { CTX_LOCAL, type Scope } from '../scope.ts'
import type { Keyed } from './keys.ts'
import { kindOf, LOCAL } from './partitions.ts'
import type { Directory } from './table.ts'

/** An empty one for `tuples` (a local); `own` pushes the address of the worker's sink. */
export const emitRoom = ({ f, callees }: Scope, keyed: Keyed, own: () => void, tuples: number, { directory, mask }: Directory): void => {
  f.get(CTX_LOCAL)
  own()
  f.get(tuples).i32(kindOf(keyed.mode)).call(callees.runtime('dict_room')).set(directory)
  own()
  f.memory('i32.load', LOCAL.roomMask).set(mask)
}

/** Pops the number of its groups; makes it larger where it is full. */
export const emitRoomFor = ({ f, callees }: Scope, keyed: Keyed, own: () => void, { directory, mask }: Directory): void => {
  f.get(mask).op('i32.gt_u').if()
  f.get(CTX_LOCAL)
  own()
  f.i32(kindOf(keyed.mode)).call(callees.runtime('dict_room_grow')).set(directory)
  own()
  f.memory('i32.load', LOCAL.roomMask).set(mask).end()
}

/** Notes how many groups there were among how many tuples (locals). */
export const emitRoomLeft = ({ f }: Scope, own: () => void, tuples: number, groups: number): void => {
  own()
  f.get(tuples).memory('i32.store', LOCAL.roomTuples)
  own()
  f.get(groups).memory('i32.store', LOCAL.roomGroups)
}
