/**
 * Looking keys up in a join's directory. By hash its entries are
 *
 *   0 head u32, the first tuple of a chain     4 bits u32: of every tuple in the chain, bit `hash >> 27`
 *
 * so that most keys without a match are told from those with one before any tuple is read. Of dense keys an entry is the head
 * alone, at the key's position, and every tuple of its chain has the key; keys out of range share the last entry, which stays 0.
 *
 * An ordered probe has no directory: the sorted tuples' addresses are an array, a chain is the stretch of it with equal keys, and
 * where a hash would be stands the place in the array. The place that was last found is where the next key is sought from
 * (assembly/merge-join.ts).
 */
import { CTX } from '../ir/context.ts'
import { type Ir, scalarOf } from '../ir/nodes.ts'
import { type Body, type Builder, type DenseKey, nextOf, type Pipeline } from '../ir/program.ts'
import { groupLayout } from './builders/groupmerger.ts'
import { hasShortKey } from './builders/sort-keys.ts'
import { sorterLayout } from './builders/sort-tuples.ts'
import type { SinkPlace } from './builders/sink.ts'
import { keyMode } from './dict/keys.ts'
import type { FunctionBuilder } from './encoder.ts'
import { emit } from './expressions.ts'
import { emitHash, emitKeyEquals } from './hash.ts'
import { CTX_LOCAL, freeLocals, type Scope } from './scope.ts'
import { JOIN_OUTPUT, outputOffset } from './sinks.ts'
import { type TupleField, type TupleLayout, tupleAccess } from './tuple.ts'

export type Probe = Extract<Body, { body: 'probe' }>
/** Slots of each key, in locals. */
type Keys = readonly (readonly number[])[]

/** Directory and mask of a probed join, and where a probe wants it the tuple of zeros, in locals; of sorted tuples the array's bounds, and the place last found. */
export interface JoinTable {
  readonly directory: number
  readonly mask: number
  readonly missing?: number | undefined
  readonly place?: number | undefined
}
export type Tables = ReadonlyMap<number, JoinTable>

/** Loads what is probed by a body; at a kernel's start. */
export const openTables = (scope: Scope, places: readonly SinkPlace[], body: Body): Tables => {
  const tables = new Map<number, JoinTable>()
  const open = (b: Body): void => {
    if (b.body === 'probe') {
      const offset = outputOffset((places[b.sink] as SinkPlace).index)
      const known = tables.get(b.sink) ?? (b.ordered ? openSorted(scope.f, offset) : { directory: loadOutput(scope.f, offset + JOIN_OUTPUT.directory), mask: loadOutput(scope.f, offset + JOIN_OUTPUT.mask) })
      const missing = known.missing ?? (b.kind === 'left' || b.kind === 'single' ? loadOutput(scope.f, offset + JOIN_OUTPUT.missing) : undefined)
      tables.set(b.sink, { ...known, missing })
    }
    nextOf(b).forEach(open)
  }
  open(body)
  return tables
}

const loadOutput = (f: FunctionBuilder, offset: number): number => {
  const local = f.local('i32')
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', offset).set(local)
  return local
}

/** The array of sorted tuples, from the source block over them. */
const openSorted = (f: FunctionBuilder, offset: number): JoinTable => {
  const directory = f.local('i32')
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', offset + 8).memory('i32.load', 8).set(directory)
  const mask = loadOutput(f, offset)
  f.get(mask).i32(2).op('i32.shl').get(directory).op('i32.add').set(mask)
  const place = f.local('i32')
  f.get(directory).set(place)
  return { directory, mask, place }
}

/** What is known of a probe when code is made. */
export interface Probed {
  readonly body: Probe
  readonly table: JoinTable
  readonly layout: TupleLayout
  readonly keys: number
  /** Whether hashes are compared before keys: where keys cost more than a load and a comparison. */
  readonly tagged: boolean
  readonly dense: DenseKey | undefined
  /** Of an ordered probe: whether keys have no more bytes than are compared at once. */
  readonly sorted: { readonly short: boolean } | undefined
  /** Whether every tuple of a chain is a match. */
  readonly exact: boolean
  /** Offset of the mark that a match sets. */
  readonly mark: number | undefined
}

export const probed = (pipelines: readonly Pipeline[], body: Probe, tables: Tables): Probed => {
  const { builder } = pipelines[body.sink] as Pipeline
  if (builder.builder === 'sorter') {
    const layout = sorterLayout(builder)
    return {
      body, table: tables.get(body.sink) as JoinTable, layout, keys: 0, tagged: false, dense: undefined, sorted: { short: hasShortKey(builder) }, exact: !body.residual,
      mark: body.marks && (layout.fields[builder.fields.length - 1] as TupleField).offset,
    }
  }
  return probedGroups(builder as Extract<Builder, { builder: 'groupmerger' }>, body, tables)
}

const probedGroups = (builder: Extract<Builder, { builder: 'groupmerger' }>, body: Probe, tables: Tables): Probed => {
  const layout = groupLayout(builder)
  return {
    body,
    table: tables.get(body.sink) as JoinTable,
    layout,
    keys: builder.key.length,
    tagged: !builder.dense && keyMode(builder.key).mode === 'tagged',
    dense: builder.dense,
    sorted: undefined,
    exact: builder.dense !== undefined && !body.residual,
    mark: body.marks && (layout.fields.at(-1) as TupleField).offset,
  }
}

/** Leaves the head of the keys' chain in `tuple` and their hash, if they have one, in `hash`; pushes 1 where the chain may hold the keys, and then it is not empty. */
export const emitHead = (scope: Scope, p: Probed, keys: Keys, hash: number, tuple: number): void => {
  const { f } = scope
  const { body, table, dense } = p
  if (p.sorted) return emitSeek(scope, p, keys, hash, tuple)
  if (dense) {
    emitPlace(f, (body.key[0] as Ir), dense, keys[0]?.[0] as number)
    f.i32(2).op('i32.shl').get(table.directory).op('i32.add').memory('i32.load').tee(tuple).i32(0).op('i32.ne')
    return
  }
  emitHash(f, scope.callees, body.key.map((k) => k.type), keys)
  f.tee(hash).get(table.mask).op('i32.and').i32(3).op('i32.shl').get(table.directory).op('i32.add').tee(tuple)
  f.memory('i32.load', 4).get(hash).i32(27).op('i32.shr_u').op('i32.shr_u').i32(1).op('i32.and')
  f.get(tuple).memory('i32.load').set(tuple)
}

/** The same of sorted tuples; where none has the key the place is behind all. */
const emitSeek = ({ f, callees }: Scope, { table, sorted }: Probed, keys: Keys, place: number, tuple: number): void => {
  const [[prefix], [key]] = keys as [readonly [number], readonly [number]]
  const last = table.place as number
  f.get(CTX_LOCAL).get(prefix).get(key).get(table.directory).get(table.mask).get(last).call(callees.runtime('merge_seek')).tee(last).tee(place)
  f.get(table.mask).op('i32.lt_u').if(['i32'])
  f.get(place).memory('i32.load').tee(tuple).memory('i64.load').get(prefix).op('i64.eq')
  if (!sorted?.short) emitAnd(f, () => f.get(CTX_LOCAL).get(tuple).get(key).call(callees.runtime('merge_equal')))
  f.else().i32(0).end()
  f.if(['i32'])
  f.i32(1).else().get(table.mask).set(place).i32(0).end()
}

/** Lazily: what is pushed, and `other`. */
const emitAnd = (f: FunctionBuilder, other: () => void): void => {
  f.if(['i32'])
  other()
  f.else().i32(0).end()
}

/** The next one with the same key. */
const emitNextSorted = ({ f, callees }: Scope, { table, sorted }: Probed, place: number, tuple: number): void => {
  const next = f.local('i32')
  f.get(place).i32(4).op('i32.add').tee(place).get(table.mask).op('i32.lt_u').if(['i32'])
  f.get(place).memory('i32.load').tee(next).memory('i64.load').get(tuple).memory('i64.load').op('i64.eq')
  if (!sorted?.short) emitAnd(f, () => f.get(CTX_LOCAL).get(next).get(tuple).memory('i64.load', 8).call(callees.runtime('merge_equal')))
  f.else().i32(0).end()
  f.if(['i32'])
  f.get(next).else().get(table.mask).set(place).i32(0).end().tee(tuple)
  f.free('i32', next)
}

/** Pushes the key's position, or that of the last entry where it is out of range. */
const emitPlace = (f: FunctionBuilder, key: Ir, { min, extent }: DenseKey, local: number): void => {
  const wide = scalarOf(key.type) === 'i64'
  const at = f.local(wide ? 'i64' : 'i32')
  f.get(local)
  if (wide) f.i64(min).op('i64.sub').tee(at).op('i32.wrap_i64').i32(extent | 0).get(at).i64(BigInt(extent)).op('i64.lt_u')
  else f.i32(Number(BigInt.asIntN(32, min))).op('i32.sub').tee(at).i32(extent | 0).get(at).i32(extent | 0).op('i32.lt_u')
  f.op('select')
  f.free(wide ? 'i64' : 'i32', at)
}

/** Runs `inner` with the fields of the tuple in scope. */
export const withTuple = (scope: Scope, { body, layout, keys }: Probed, tuple: number, inner: () => void): void => {
  scope.rows.set(body.row, tupleAccess(layout, tuple, keys))
  inner()
  scope.rows.delete(body.row)
}

/** Pushes 1 where the tuple, which is one of the keys' chain, is a match. */
export const emitMatches = (scope: Scope, p: Probed, keys: Keys, hash: number, tuple: number): void => {
  const { f } = scope
  const { residual } = p.body
  if (!residual) return emitKeysMatch(scope, p, keys, hash, tuple)
  const holds = () => withTuple(scope, p, tuple, () => emit(scope, residual))
  if (p.dense || p.sorted) return holds()
  emitKeysMatch(scope, p, keys, hash, tuple)
  f.if(['i32'])
  holds()
  f.else().i32(0).end()
}

/** The same of the keys alone. */
export const emitKeysMatch = (scope: Scope, { body, layout, tagged, dense, sorted }: Probed, keys: Keys, hash: number, tuple: number): void => {
  const { f } = scope
  const types = body.key.map((k) => k.type)
  if (dense || sorted) f.i32(1)
  else if (!tagged) emitKeyEquals(f, scope.callees, layout, tuple, types, keys)
  else {
    f.get(tuple).memory('i32.load').get(hash).op('i32.eq').if(['i32'])
    emitKeyEquals(f, scope.callees, layout, tuple, types, keys)
    f.else().i32(0).end()
  }
}

/** Goes on to the next tuple of the chain, and pushes it; 0 where there is none. */
export const emitFollow = (scope: Scope, p: Probed, hash: number, tuple: number): void => {
  if (p.sorted) return emitNextSorted(scope, p, hash, tuple)
  scope.f.get(tuple).memory('i32.load', 4).tee(tuple)
}

/** From `tuple`, which is not 0, to the first one along the chain for which `matches` pushes 1; 0 where there is none. */
export const emitSearch = (scope: Scope, p: Probed, hash: number, tuple: number, matches: () => void): void => {
  const { f } = scope
  const found = f.block()
  const search = f.loop()
  matches()
  f.brIf(found)
  emitFollow(scope, p, hash, tuple)
  f.brIf(search).end().end()
}

/**
 * Marks all matches from `tuple`, which is not 0, and leaves the first in it; 0 where there is none. Without a residual a tuple
 * that is marked tells that the others are, or that another worker is at them.
 */
export const emitMarkAll = (scope: Scope, p: Probed, keys: Keys, hash: number, tuple: number): void => {
  const { f } = scope
  const first = f.local('i32')
  const mark = p.mark as number
  f.i32(0).set(first)
  const done = f.block()
  const chain = f.loop()
  emitMatches(scope, p, keys, hash, tuple)
  f.if()
  f.get(first).get(tuple).get(first).op('select').set(first)
  if (!p.body.residual) f.get(tuple).memory('i32.load8_u', mark).brIf(done)
  f.get(tuple).i32(1).memory('i32.store8', mark).end()
  emitFollow(scope, p, hash, tuple)
  f.brIf(chain).end().end()
  f.get(first).set(tuple)
  f.free('i32', first)
}

export const freeKeys = (scope: Scope, { body }: Probed, keys: Keys): void => {
  body.key.forEach((k, i) => {
    freeLocals(scope.f, k.type, keys[i] as readonly number[])
  })
}
