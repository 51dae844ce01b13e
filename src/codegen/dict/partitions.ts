/**
 * A worker's table that is given up where it holds many groups and few rows each (assembly/partitions.ts): before a chunk of rows,
 * or a row, it is seen whether it is full; then its tuples are scattered by hash. Tuples keep their order within a partition.
 */
import { CTX } from '../../ir/context.ts'
import type { Ir } from '../../ir/nodes.ts'
import type { Builder } from '../../ir/program.ts'
import { emitNewTuple } from '../builders/sink.ts'
import { emitForTuples } from '../builders/loops.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { emitHash, emitStoreKeys, emitWordHash } from '../hash.ts'
import { CTX_LOCAL, freeLocals, type Scope, toLocals } from '../scope.ts'
import { SHARED, SINK } from '../sinks.ts'
import { loadField, type TupleField } from '../tuple.ts'
import { emitWord, type Keyed, type Keys, type KeyMode } from './keys.ts'
import { reloadTable, type Table } from './table.ts'

/** Words of a dict's sink, mirrored in assembly/partitions.ts. */
export const LOCAL = { rows: 48, limit: 52, partitions: 56, direct: 60, roomMask: 80, roomTuples: 84, roomGroups: 88 } as const
/** Bytes of a partition's sink. */
export const PARTITION = 96
export const PARTITIONS = 64
/** The hash's bits below those that tell a partition: six do. */
const PARTITION_SHIFT = 26
const NEVER = -1
/** With more keys the two ways that a row can take would be too large for one function: their tables are never given up. */
const MOST_KEYS = 24

export interface Partitioned {
  /** Groups a table shall hold. */
  readonly local: number
  readonly keyed: Keyed
  /** Sums of floats depend on how rows are divided: one worker alone keeps to the order of rows. */
  readonly ordered: boolean
}

export const partitionedOf = (builder: Extract<Builder, { builder: 'dictmerger' }>, keyed: Keyed): Partitioned | undefined =>
  builder.local === undefined || builder.key.length > MOST_KEYS ? undefined : { local: builder.local, keyed, ordered: builder.state.some(({ type }) => type === 'f64' || type === 'f32' || type === '?f64' || type === '?f32') }

export const kindOf = (mode: KeyMode): number => (mode.mode === 'dense' ? NEVER : mode.kind)

/** Sets when the table is full; at its first use. */
export const emitLimit = ({ f }: Pick<Scope, 'f'>, { local, ordered }: Partitioned, sink: number): void => {
  f.get(sink).memory('i32.load', LOCAL.limit).op('i32.eqz').if()
  f.get(sink)
  if (ordered) f.i32(NEVER).i32(local).get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', SHARED.slots).i32(1).op('i32.eq').op('select')
  else f.i32(local)
  f.memory('i32.store', LOCAL.limit).end()
}

/** Keys of a tuple, in fresh locals. */
export const loadKeys = ({ f }: Pick<Scope, 'f'>, { types, layout }: Keyed, tuple: number): Keys =>
  types.map((type, i) => {
    loadField(f, tuple, layout.fields[i] as TupleField)
    return toLocals(f, type)
  })

export const freeKeys = (f: FunctionBuilder, { types }: Keyed, keys: Keys): void => {
  types.forEach((type, i) => {
    freeLocals(f, type, keys[i] as readonly number[])
  })
}

/** Pushes the hash of a tuple's key. */
const pushHash = (f: FunctionBuilder, keyed: Keyed, tuple: number): void => {
  const { mode, types } = keyed
  if (mode.mode !== 'word') {
    f.get(tuple).memory('i32.load')
    return
  }
  const keys = loadKeys({ f }, keyed, tuple)
  const word = f.local(mode.type)
  emitWord(f, mode.type, types, keys)
  f.set(word)
  emitWordHash(f, mode.type, word)
  freeKeys(f, keyed, keys)
  f.free(mode.type, word)
}

/** A function (ctx, sink): puts the table's tuples into the sink's partitions. */
export const scatterFunction = (scope: Scope, keyed: Keyed): FunctionBuilder => {
  const f = scope.f.module.function({ params: ['i32', 'i32'], results: [] })
  const { stride } = keyed.layout
  const [from, to, partitions, partition] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  f.get(1).memory('i32.load', LOCAL.partitions).set(partitions)
  emitForTuples(f, 1, stride, from, () => {
    pushHash(f, keyed, from)
    emitPartition(f, partitions, partition)
    emitNewTuple(f, scope.callees, partition, stride, to)
    for (let at = 0; at < stride; at += 8) f.get(to).get(from).memory('i64.load', at).memory('i64.store', at)
  })
  return f
}

/** Pops a hash; leaves its partition's sink in a local. */
const emitPartition = (f: FunctionBuilder, partitions: number, partition: number): void => {
  f.i32(PARTITION_SHIFT).op('i32.shr_u').i32(PARTITION).op('i32.mul').get(partitions).op('i32.add').set(partition)
}

/** What a kernel does with a table that may be given up. */
export interface Giving {
  /** Before rows come in, none of whose tuples is known yet. */
  readonly check: () => void
  /** Counts rows: what `push` pushes. */
  readonly count: (push: () => void) => void
  /** Leaves a new tuple in `tuple` where rows go to partitions at once, else does `otherwise`. `hash`: a local with the key's. */
  readonly unlessDirect: (keys: Keys, tuple: number, init: () => void, otherwise: () => void, hash?: number) => void
}

/** `heap`: brings tuples of one key together in the partitions of the sink whose address a local holds. */
export const giving = (scope: Scope, { local, keyed }: Partitioned, table: Table, heap: (inner: Scope, sink: number) => void, combine: readonly Ir[]): Giving => {
  const { f, callees } = scope
  const { layout, types, mode } = keyed
  const { sink } = table
  let full: FunctionBuilder | undefined
  return {
    check: () => {
      full ??= fullFunction(scope, keyed, local)
      f.get(sink).memory('i32.load', SINK.count).get(sink).memory('i32.load', LOCAL.limit).op('i32.ge_u').if()
      f.get(CTX_LOCAL).get(sink).call(full).if()
      const { part } = scope
      if (!part) throw new Error('a dictmerger in lanes')
      part(scope, combine, [sink], [], (inner, [at]) => heap({ ...inner, part }, at as number))
      f.end()
      reloadTable(scope, table)
      f.end()
    },
    count: (push) => {
      f.get(sink).get(sink).memory('i32.load', LOCAL.rows)
      push()
      f.op('i32.add').memory('i32.store', LOCAL.rows)
    },
    unlessDirect: (keys, tuple, init, otherwise, known) => {
      f.get(sink).memory('i32.load', LOCAL.direct).if()
      const [hash, partitions, partition] = [f.local('i32'), f.local('i32'), f.local('i32')]
      if (known === undefined) emitHash(f, callees, types, keys)
      else f.get(known)
      f.set(hash).get(sink).memory('i32.load', LOCAL.partitions).set(partitions)
      f.get(hash)
      emitPartition(f, partitions, partition)
      emitNewTuple(f, callees, partition, layout.stride, tuple)
      if (mode.mode === 'tagged') f.get(tuple).get(hash).memory('i32.store')
      emitStoreKeys(f, layout, tuple, types, keys)
      init()
      f.get(sink).get(sink).memory('i32.load', SINK.count).i32(1).op('i32.add').memory('i32.store', SINK.count)
      for (const local of [hash, partitions, partition]) f.free('i32', local)
      f.else()
      otherwise()
      f.end()
    },
  }
}

/** A function (ctx, sink) for a full table: 1 where its partitions have come to hold many tuples. */
const fullFunction = (scope: Scope, keyed: Keyed, local: number): FunctionBuilder => {
  const f = scope.f.module.function({ params: ['i32', 'i32'], results: ['i32'] })
  const { callees } = scope
  f.get(0).get(1).i32(local).call(callees.runtime('dict_full')).if(['i32'])
  f.get(0).get(1).call(scatterFunction(scope, keyed))
  f.get(0).get(1).i32(kindOf(keyed.mode)).i32(local).call(callees.runtime('dict_emptied'))
  f.else().i32(0).end()
  return f
}
