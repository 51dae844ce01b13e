/**
 * What code reads beside its own row: whole vecs (relations of one batch, tuples that earlier pipelines left) and dictionaries
 * to find keys in. Addresses are loaded once, at a function's start.
 */
import { CTX } from '../ir/context.ts'
import type { Ir, VecRef } from '../ir/nodes.ts'
import type { Builder, Pipeline } from '../ir/program.ts'
import { dictKeyed } from './builders/dictmerger.ts'
import { groupLayout } from './builders/groupmerger.ts'
import { groupKeyed } from './builders/groups.ts'
import { type BuilderCode, evaluate, type SinkPlace } from './builders/sink.ts'
import { type ColumnPlaces, columnAccess } from './columns.ts'
import { type Directory, emitFind, openDirectory } from './dict/table.ts'
import type { FunctionBuilder } from './encoder.ts'
import { emitHead, type Probe, probed } from './lookup.ts'
import { emitMatchesFrom } from './probe.ts'
import { CTX_LOCAL, freeLocals, type Scope } from './scope.ts'
import { JOIN_OUTPUT, outputOffset } from './sinks.ts'
import { layoutTuple, loadField, type TupleField, type TupleLayout } from './tuple.ts'
import type { Uses } from './uses.ts'

export interface Outside {
  readonly pipelines: readonly Pipeline[]
  readonly codes: readonly BuilderCode[]
  readonly places: readonly SinkPlace[]
  /** Offset in the shared block of the addresses of the relations' source blocks. */
  readonly relationsOffset: number
}

/** Locals of one function. */
export interface Opened {
  readonly outside: Outside
  readonly relations: ReadonlyMap<number, ColumnPlaces & { readonly rows: number }>
  /** Of each sink: how many tuples, and the array of their addresses. */
  readonly tuples: ReadonlyMap<number, { readonly rows: number; readonly pointers: number }>
  readonly directories: ReadonlyMap<number, Directory>
}

/** Source block, in drawing of assembly/context.ts. */
const BLOCK = { rows: 0, batches: 4, table: 8, vectors: 8 } as const

export const openOutside = (scope: Pick<Scope, 'f'>, outside: Outside, uses: Uses): Opened => {
  const { f } = scope
  const relations = new Map<number, ColumnPlaces & { rows: number }>()
  for (const [relation, { columns, fields }] of uses.relations) {
    const block = f.local('i32')
    const vectors = f.local('i32')
    f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', outside.relationsOffset + relation * 4).set(block)
    const rows = load(f, block, BLOCK.rows)
    // Without a batch there is no table; nothing is read of its columns.
    f.get(block).memory('i32.load', BLOCK.table).memory('i32.load', BLOCK.vectors).get(block).get(block).memory('i32.load', BLOCK.batches).op('select').set(vectors)
    const places = new Map([...fields].map((index) => [index, { data: load(f, vectors, index * 16), validity: load(f, vectors, index * 16 + 4), aux: load(f, vectors, index * 16 + 8) }]))
    relations.set(relation, { columns, places, rows })
    f.free('i32', block)
    f.free('i32', vectors)
  }
  const tuples = new Map<number, { rows: number; pointers: number }>()
  for (const sink of uses.tuples) {
    const out = f.local('i32')
    f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(sink)).op('i32.add').set(out)
    const rows = load(f, out, BLOCK.rows)
    const pointers = f.local('i32')
    f.get(out).memory('i32.load', BLOCK.table).memory('i32.load', BLOCK.vectors).set(pointers)
    tuples.set(sink, { rows, pointers })
    f.free('i32', out)
  }
  const directories = new Map<number, Directory>()
  for (const sink of uses.found) directories.set(sink, openFound(scope, outside, sink))
  return { outside, relations, tuples, directories }
}

const load = (f: FunctionBuilder, base: number, offset: number): number => {
  const local = f.local('i32')
  f.get(base).memory('i32.load', offset).set(local)
  return local
}

const isJoin = (b: Builder): b is Extract<Builder, { builder: 'groupmerger' }> => b.builder === 'groupmerger' && !b.contiguous

const openFound = (scope: Pick<Scope, 'f'>, { pipelines, places }: Outside, sink: number): Directory => {
  const place = places[sink] as SinkPlace
  if (!isJoin((pipelines[sink] as Pipeline).builder)) return openDirectory(scope, place)
  const { f } = scope
  const out = f.local('i32')
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add').set(out)
  const directory = { directory: load(f, out, JOIN_OUTPUT.directory), mask: load(f, out, JOIN_OUTPUT.mask) }
  f.free('i32', out)
  return directory
}

/** Pushes a field of the tuple whose address a local holds. */
const emitLeft = ({ f, opened }: Scope, sink: number, tuple: number, field: number): void => {
  const { codes, places } = opened.outside
  const { access, layout } = codes[sink] as BuilderCode
  if (access) access(f, places[sink] as SinkPlace, tuple).read(f, field)
  else loadField(f, tuple, (layout as TupleLayout).fields[field] as TupleField)
}

export const emitElement = (scope: Scope, e: Extract<Ir, { ir: 'element' }>, emit: (scope: Scope, e: Ir) => void): void => {
  const { f } = scope
  if (e.vec.vec === 'relation') {
    const row = f.local('i32')
    emit(scope, e.index)
    f.set(row)
    columnAccess(scope.opened.relations.get(e.vec.relation) as ColumnPlaces, row).read(f, e.field)
    f.free('i32', row)
    return
  }
  const tuple = f.local('i32')
  if (e.vec.vec === 'tuples') {
    f.get(scope.opened.tuples.get(e.vec.sink)?.pointers as number)
    emit(scope, e.index)
    f.i32(2).op('i32.shl').op('i32.add').memory('i32.load').set(tuple)
    emitLeft(scope, e.vec.sink, tuple, e.field)
  } else {
    const layout = layoutTuple(0, e.vec.element)
    emit(scope, e.vec.value)
    f.op('i32.wrap_i64')
    emit(scope, e.index)
    f.i32(layout.stride).op('i32.mul').op('i32.add').set(tuple)
    loadField(f, tuple, layout.fields[e.field] as TupleField)
  }
  f.free('i32', tuple)
}

export const emitSize = (scope: Scope, vec: VecRef, emit: (scope: Scope, e: Ir) => void): void => {
  const { f, opened } = scope
  if (vec.vec === 'relation') f.get(opened.relations.get(vec.relation)?.rows as number)
  else if (vec.vec === 'tuples') f.get(opened.tuples.get(vec.sink)?.rows as number)
  else {
    emit(scope, vec.value)
    f.i64(32n).op('i64.shr_u').op('i32.wrap_i64')
  }
}

export const emitFound = (scope: Scope, e: Extract<Ir, { ir: 'find' }>): void => {
  const { f } = scope
  const { builder } = scope.opened.outside.pipelines[e.sink] as Pipeline
  const directory = scope.opened.directories.get(e.sink) as Directory
  const keys = evaluate(scope, e.key)
  const tuple = f.local('i32')
  if (builder.builder === 'dictmerger') emitFind(scope, dictKeyed(builder), directory, keys, tuple)
  else if (builder.builder === 'groupmerger') {
    if (builder.contiguous) emitFind(scope, groupKeyed(builder), directory, keys, tuple)
    else emitJoinFind(scope, e, directory, keys, tuple)
  }
  f.get(tuple)
  f.free('i32', tuple)
  e.key.forEach((k, i) => {
    freeLocals(f, k.type, keys[i] as readonly number[])
  })
}

/** The first tuple of the key's chain. */
const emitJoinFind = (scope: Scope, e: Extract<Ir, { ir: 'find' }>, table: Directory, keys: readonly (readonly number[])[], found: number): void => {
  const { f } = scope
  const hash = f.local('i32')
  const tuple = f.local('i32')
  const probe: Probe = { body: 'probe', sink: e.sink, key: e.key, row: '', next: { body: 'merge', key: [], values: [] } }
  const p = probed(scope.opened.outside.pipelines, probe, new Map([[e.sink, table]]))
  f.i32(0).set(found)
  const exit = f.block()
  emitHead(scope, p, keys, hash, tuple)
  f.if()
  emitMatchesFrom(scope, p, keys, hash, tuple, () => f.get(tuple).set(found).br(exit))
  f.end().end()
  f.free('i32', hash)
  f.free('i32', tuple)
}

export const emitTupleField = (scope: Scope, e: Extract<Ir, { ir: 'tuple' }>, emit: (scope: Scope, e: Ir) => void): void => {
  const { f } = scope
  const tuple = f.local('i32')
  emit(scope, e.address)
  f.set(tuple)
  const { builder } = scope.opened.outside.pipelines[e.sink] as Pipeline
  if (isJoin(builder)) loadField(f, tuple, groupLayout(builder).fields[e.index] as TupleField)
  else emitLeft(scope, e.sink, tuple, e.index)
  f.free('i32', tuple)
}
