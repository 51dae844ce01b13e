/** Probing a join's directory: hash, chain, compare; and per dictionary code, where the key is one dictionary column. */
import { CTX } from '../ir/context.ts'
import { type Body, type Builder, nextOf, type Pipeline } from '../ir/program.ts'
import { groupLayout } from './builders/groupmerger.ts'
import { evaluate, type SinkPlace } from './builders/sink.ts'
import { emit } from './expressions.ts'
import { emitHash, emitKeyEquals } from './hash.ts'
import { CTX_LOCAL, freeLocals, type RowAccess, type Scope } from './scope.ts'
import { JOIN_OUTPUT, outputOffset } from './sinks.ts'
import { tupleAccess } from './tuple.ts'

type Probe = Extract<Body, { body: 'probe' }>

/** Directory and mask of each probed join, in locals. */
export type Tables = ReadonlyMap<number, { readonly directory: number; readonly mask: number }>

export const openTables = (scope: Scope, places: readonly SinkPlace[], body: Body): Tables => {
  const { f } = scope
  const tables = new Map<number, { directory: number; mask: number }>()
  const open = (b: Body): void => {
    if (b.body === 'probe' && !tables.has(b.sink)) {
      const load = (offset: number) => {
        const local = f.local('i32')
        f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', outputOffset((places[b.sink] as SinkPlace).index) + offset).set(local)
        return local
      }
      tables.set(b.sink, { directory: load(JOIN_OUTPUT.directory), mask: load(JOIN_OUTPUT.mask) })
    }
    for (const next of nextOf(b)) open(next)
  }
  open(body)
  return tables
}

/** Runs `next` for each match, with the build row in scope. */
export const emitProbe = (scope: Scope, pipelines: readonly Pipeline[], body: Probe, tables: Tables, next: () => void): void => {
  const { f } = scope
  const builder = (pipelines[body.sink] as Pipeline).builder as Extract<Builder, { builder: 'groupmerger' }>
  const layout = groupLayout(builder)
  const { directory, mask } = tables.get(body.sink) as { directory: number; mask: number }
  const tuple = f.local('i32')
  const hash = f.local('i32')
  const types = body.key.map((k) => k.type)
  const keys = evaluate(scope, body.key)
  const access: RowAccess = tupleAccess(layout, tuple, builder.key.length)
  const enter = () => {
    emitHash(f, scope.callees, types, keys)
    f.tee(hash).get(mask).op('i32.and').i32(2).op('i32.shl').get(directory).op('i32.add').memory('i32.load').set(tuple)
  }
  const matches = () => {
    f.get(tuple).memory('i32.load', 0).get(hash).op('i32.eq').if(['i32'])
    emitKeyEquals(f, scope.callees, layout, tuple, types, keys)
    f.else().i32(0).end()
  }
  const follow = () => f.get(tuple).memory('i32.load', 4).set(tuple)
  if (body.memo) {
    // memo: first match of a dictionary code, 1 where there is none
    const entry = f.local('i32')
    f.get(scope.memos.get(body.memo.table) as number)
    emit(scope, body.memo.code)
    f.i32(2).op('i32.shl').op('i32.add').tee(entry).memory('i32.load').tee(tuple).op('i32.eqz').if()
    enter()
    const first = f.block()
    const search = f.loop()
    f.get(tuple).op('i32.eqz').brIf(first)
    matches()
    f.brIf(first)
    follow()
    f.br(search).end().end()
    f.get(entry).get(tuple).i32(1).get(tuple).op('select').memory('i32.store')
    f.else().i32(0).get(tuple).get(tuple).i32(1).op('i32.eq').op('select').tee(tuple).if()
    f.get(tuple).memory('i32.load', 0).set(hash)
    f.end().end()
    f.free('i32', entry)
  } else enter()
  const exit = f.block()
  const chain = f.loop()
  f.get(tuple).op('i32.eqz').brIf(exit)
  matches()
  f.if()
  scope.rows.set(body.row, access)
  next()
  scope.rows.delete(body.row)
  f.end()
  follow()
  f.br(chain).end().end()
  types.forEach((type, i) => {
    freeLocals(f, type, keys[i] as readonly number[])
  })
  f.free('i32', tuple)
  f.free('i32', hash)
}
