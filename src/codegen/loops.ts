/**
 * The loops of a kernel. Rows are taken in chunks of 1024. A pipeline that begins with filters is staged: one tight loop
 * writes the numbers of the rows that pass, a second one runs the rest over them.
 */
import { CHUNK_ROWS, CTX } from '../ir/context.ts'
import type { Body } from '../ir/program.ts'
import type { FunctionBuilder } from './encoder.ts'
import { emit } from './expressions.ts'
import { CTX_LOCAL, freeLocals, type Scope, toLocals } from './scope.ts'

/** The kernel's parameters: first row, end. */
const FROM = 1
const TO = 2

/** Splits a body into its leading lets and filters, and the rest. */
const hasLeadingFilter = (body: Body): boolean => body.body === 'if' || (body.body === 'let' && hasLeadingFilter(body.next))
const withoutFilters = (body: Body): Body =>
  body.body === 'if' ? withoutFilters(body.next) : body.body === 'let' ? { ...body, next: withoutFilters(body.next) } : body

export const emitLoops = (scope: Scope, body: Body, row: number, fetch: () => void, rest: (body: Body) => void): void => {
  const { f } = scope
  const base = f.local('i32')
  const end = f.local('i32')
  f.get(FROM).set(base)
  const exit = f.block()
  const chunks = f.loop()
  f.get(base).get(TO).op('i32.ge_u').brIf(exit)
  f.get(base).i32(CHUNK_ROWS).op('i32.add').tee(end).get(TO).get(end).get(TO).op('i32.lt_u').op('select').set(end)
  f.get(base).set(row)
  if (hasLeadingFilter(body)) {
    const selection = f.local('i32')
    const at = f.local('i32')
    f.get(CTX_LOCAL).memory('i32.load', CTX.selection).tee(selection).set(at)
    loopTo(f, row, end, () => {
      fetch()
      f.get(at).get(row).memory('i32.store')
      f.get(at)
      emitCondition(scope, body)
      f.i32(2).op('i32.shl').op('i32.add').set(at)
    })
    const cursor = f.local('i32')
    const remaining = withoutFilters(body)
    f.get(selection).set(cursor)
    const done = f.block()
    const next = f.loop()
    f.get(cursor).get(at).op('i32.ge_u').brIf(done)
    f.get(cursor).memory('i32.load').set(row)
    fetch()
    rest(remaining)
    f.get(cursor).i32(4).op('i32.add').set(cursor).br(next)
    f.end().end()
  } else {
    loopTo(f, row, end, () => {
      fetch()
      rest(body)
    })
  }
  f.get(end).set(base).br(chunks)
  f.end().end()
}

/** do { … } while (++row < end): the range is not empty. */
const loopTo = (f: FunctionBuilder, row: number, end: number, body: () => void): void => {
  const top = f.loop()
  body()
  f.get(row).i32(1).op('i32.add').tee(row).get(end).op('i32.lt_u').brIf(top)
  f.end()
}

/** Pushes 1 where all leading filters hold; a later filter is evaluated only where the earlier ones hold. */
const emitCondition = (scope: Scope, body: Body): void => {
  const { f } = scope
  if (body.body === 'let') {
    emit(scope, body.value)
    const locals = toLocals(f, body.value.type)
    scope.names.set(body.name, locals)
    emitCondition(scope, body.next)
    scope.names.delete(body.name)
    freeLocals(f, body.value.type, locals)
  } else if (body.body === 'if') {
    emit(scope, body.cond)
    if (!hasLeadingFilter(body.next)) return
    f.if(['i32'])
    emitCondition(scope, body.next)
    f.else().i32(0).end()
  }
}
