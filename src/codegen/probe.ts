/**
 * Probing a join's directory, whose entries are
 *
 *   0 head u32, the first tuple of a chain     4 bits u32: of every tuple in the chain, bit `hash >> 27`
 *
 * so that most keys without a match are told from those with one before any tuple is read. Per dictionary code, where the key
 * is one dictionary column, what was found is remembered.
 */
import { CTX } from '../ir/context.ts'
import { type Body, type Builder, nextOf, type Pipeline } from '../ir/program.ts'
import { groupLayout } from './builders/groupmerger.ts'
import { evaluate, type SinkPlace } from './builders/sink.ts'
import { keyMode } from './dict/keys.ts'
import { emit } from './expressions.ts'
import { emitHash, emitKeyEquals } from './hash.ts'
import { CTX_LOCAL, freeLocals, type Scope } from './scope.ts'
import { JOIN_OUTPUT, outputOffset } from './sinks.ts'
import { type TupleLayout, tupleAccess } from './tuple.ts'

export type Probe = Extract<Body, { body: 'probe' }>

/** Directory and mask of a probed join, in locals. */
export interface JoinTable {
  readonly directory: number
  readonly mask: number
}
export type Tables = ReadonlyMap<number, JoinTable>

/** Loads directory and mask of every join that a body probes; at a kernel's start. */
export const openTables = (scope: Scope, places: readonly SinkPlace[], body: Body): Tables => {
  const { f } = scope
  const tables = new Map<number, JoinTable>()
  const open = (b: Body): void => {
    if (b.body === 'probe' && !tables.has(b.sink)) {
      const load = (offset: number) => {
        const local = f.local('i32')
        f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', outputOffset((places[b.sink] as SinkPlace).index) + offset).set(local)
        return local
      }
      tables.set(b.sink, { directory: load(JOIN_OUTPUT.directory), mask: load(JOIN_OUTPUT.mask) })
    }
    nextOf(b).forEach(open)
  }
  open(body)
  return tables
}

/** What is known of a probe when code is made. */
export interface Probed {
  readonly body: Probe
  readonly table: JoinTable
  readonly layout: TupleLayout
  readonly keys: number
  /** Whether hashes are compared before keys: where keys cost more than a load and a comparison. */
  readonly tagged: boolean
}

export const probed = (pipelines: readonly Pipeline[], body: Probe, tables: Tables): Probed => {
  const builder = (pipelines[body.sink] as Pipeline).builder as Extract<Builder, { builder: 'groupmerger' }>
  return { body, table: tables.get(body.sink) as JoinTable, layout: groupLayout(builder), keys: builder.key.length, tagged: keyMode(builder.key).mode === 'tagged' }
}

/** Leaves the head of the keys' chain in `tuple` and their hash in `hash`; pushes 1 where the chain may hold the keys, and then it is not empty. */
export const emitHead = (scope: Scope, { body, table }: Probed, keys: readonly (readonly number[])[], hash: number, tuple: number): void => {
  const { f } = scope
  emitHash(f, scope.callees, body.key.map((k) => k.type), keys)
  f.tee(hash).get(table.mask).op('i32.and').i32(3).op('i32.shl').get(table.directory).op('i32.add').tee(tuple)
  f.memory('i32.load', 4).get(hash).i32(27).op('i32.shr_u').op('i32.shr_u').i32(1).op('i32.and')
  f.get(tuple).memory('i32.load').set(tuple)
}

const emitMatches = (scope: Scope, { body, layout, tagged }: Probed, keys: readonly (readonly number[])[], hash: number, tuple: number): void => {
  const { f } = scope
  const types = body.key.map((k) => k.type)
  if (!tagged) return emitKeyEquals(f, scope.callees, layout, tuple, types, keys)
  f.get(tuple).memory('i32.load').get(hash).op('i32.eq').if(['i32'])
  emitKeyEquals(f, scope.callees, layout, tuple, types, keys)
  f.else().i32(0).end()
}

const emitFollow = ({ f }: Scope, tuple: number): void => {
  f.get(tuple).memory('i32.load', 4).tee(tuple)
}

/** Runs `next` for each match of the chain from `tuple`, which is not 0, with the build row in scope. */
export const emitMatchesFrom = (scope: Scope, p: Probed, keys: readonly (readonly number[])[], hash: number, tuple: number, next: () => void): void => {
  const { f } = scope
  const chain = f.loop()
  emitMatches(scope, p, keys, hash, tuple)
  f.if()
  scope.rows.set(p.body.row, tupleAccess(p.layout, tuple, p.keys))
  next()
  scope.rows.delete(p.body.row)
  f.end()
  emitFollow(scope, tuple)
  f.brIf(chain).end()
}

/** Runs `next` for each match of the row at hand. */
export const emitProbe = (scope: Scope, pipelines: readonly Pipeline[], body: Probe, tables: Tables, next: () => void): void => {
  const { f } = scope
  const p = probed(pipelines, body, tables)
  const tuple = f.local('i32')
  const hash = f.local('i32')
  const keys = evaluate(scope, body.key)
  if (body.memo) emitRemembered(scope, p, keys, hash, tuple)
  else emitHead(scope, p, keys, hash, tuple)
  f.if()
  emitMatchesFrom(scope, p, keys, hash, tuple, next)
  f.end()
  freeKeys(scope, p, keys)
  f.free('i32', tuple)
  f.free('i32', hash)
}

export const freeKeys = (scope: Scope, { body }: Probed, keys: readonly (readonly number[])[]): void => {
  body.key.forEach((k, i) => {
    freeLocals(scope.f, k.type, keys[i] as readonly number[])
  })
}

/** Leaves the first match in `tuple`, from the memo if it has it; pushes it, 0 where there is none. */
const emitRemembered = (scope: Scope, p: Probed, keys: readonly (readonly number[])[], hash: number, tuple: number): void => {
  const { f } = scope
  const memo = p.body.memo as NonNullable<Probe['memo']>
  // memo: first match of a dictionary code, 1 where there is none
  const entry = f.local('i32')
  f.get(scope.memos.get(memo.table) as number)
  emit(scope, memo.code)
  f.i32(2).op('i32.shl').op('i32.add').tee(entry).memory('i32.load').tee(tuple).op('i32.eqz').if()
  emitHead(scope, p, keys, hash, tuple)
  f.if()
  const first = f.block()
  const search = f.loop()
  emitMatches(scope, p, keys, hash, tuple)
  f.brIf(first)
  emitFollow(scope, tuple)
  f.brIf(search).end().end()
  f.else().i32(0).set(tuple).end()
  f.get(entry).get(tuple).i32(1).get(tuple).op('select').memory('i32.store')
  f.else().i32(0).get(tuple).get(tuple).i32(1).op('i32.eq').op('select').tee(tuple).if()
  f.get(tuple).memory('i32.load').set(hash)
  f.end().end()
  f.get(tuple)
  f.free('i32', entry)
}
