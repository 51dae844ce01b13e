/**
 * The loops of a kernel. Rows are taken in chunks of 1024. A pipeline that begins with filters is staged: one tight loop
 * writes the numbers of the rows that pass, in lanes where the pipeline says so; filters that have no form in lanes thin them
 * out, those by text all rows in one call, and so do runtime filters, which can also be first; and a last loop runs the rest over them.
 */
import { CHUNK_ROWS, CTX } from '../ir/context.ts'
import type { Body } from '../ir/program.ts'
import type { FunctionBuilder } from './encoder.ts'
import { emit } from './expressions.ts'
import { leadingPrune, withoutPrune } from './filters/layout.ts'
import type { PruneCode } from './filters/prune.ts'
import { CTX_LOCAL, freeLocals, type Scope, toLocals } from './scope.ts'
import type { LanePlaces } from './simd/scope.ts'
import { openSelection } from './simd/selection.ts'
import type { RowCode } from './staged-probe.ts'
import { emitEveryRow, emitTextFilter, filtersBeforeText, leadingText, separateText } from './text-filter.ts'

/** The kernel's parameters: first row, end. */
export const FROM = 1
export const TO = 2

/** Filters in lanes: how many of the body's leading ifs, over which columns. */
export interface LaneFilters {
  readonly filters: number
  readonly columns: LanePlaces
}

/** Splits a body into its leading lets and filters, and the rest. */
const hasLeadingFilter = (body: Body): boolean => body.body === 'if' || (body.body === 'let' && hasLeadingFilter(body.next))
const withoutFilters = (body: Body, count = Number.POSITIVE_INFINITY): Body => {
  if (count === 0) return body
  return body.body === 'if' ? withoutFilters(body.next, count - 1) : body.body === 'let' ? { ...body, next: withoutFilters(body.next, count) } : body
}

export const emitLoops = (scope: Scope, given: Body, row: number, fetch: () => void, rest: (body: Body) => RowCode, lanes?: LaneFilters, prunes?: PruneCode): void => {
  const { f } = scope
  const body = separateText(scope, given)
  const base = f.local('i32')
  const end = f.local('i32')
  const select = lanes && openSelection(scope, lanes.columns, row, body, lanes.filters)
  f.get(FROM).set(base)
  const exit = f.block()
  prunes?.skip(exit)
  const chunks = f.loop()
  f.get(base).get(TO).op('i32.ge_u').brIf(exit)
  f.get(base).i32(CHUNK_ROWS).op('i32.add').tee(end).get(TO).get(end).get(TO).op('i32.lt_u').op('select').set(end)
  f.get(base).set(row)
  const prunesFirst = prunes !== undefined && leadingPrune(body) !== undefined
  if (hasLeadingFilter(body) || prunesFirst) {
    const selection = f.local('i32')
    const at = f.local('i32')
    f.get(CTX_LOCAL).memory('i32.load', CTX.selection).tee(selection).set(at)
    const append = (filters: number) => {
      fetch()
      f.get(at).get(row).memory('i32.store')
      f.get(at)
      emitCondition(scope, body, filters)
      f.i32(2).op('i32.shl').op('i32.add').set(at)
    }
    const first = prunesFirst ? 0 : lanes ? lanes.filters : filtersBeforeText(scope, body)
    if (prunesFirst) {
      // The first runtime filter makes the selection.
    } else if (lanes && select) select({ row, end, at }, () => append(first))
    else if (first > 0) loopTo(f, row, end, () => append(first))
    else emitEveryRow(scope, at, row, end)
    let remaining = withoutFilters(body, first)
    for (;;) {
      const prune = prunes && leadingPrune(remaining)
      if (prune) {
        f.get(CTX_LOCAL).get(base).get(end).get(at).call(prunes.code(prune.prune, prune.lets, remaining === body)).set(at)
        remaining = withoutPrune(remaining)
        continue
      }
      if (!hasLeadingFilter(remaining)) break
      const text = leadingText(scope, remaining)
      const filters = text ? 1 : filtersBeforeText(scope, remaining)
      if (text) emitTextFilter(scope, text, selection, at)
      else emitThinning(scope, remaining, filters, selection, at, row, fetch)
      remaining = withoutFilters(remaining, filters)
    }
    const cursor = f.local('i32')
    f.get(selection).set(cursor)
    const code = rest(remaining)
    emitFirst(f, code, (each) => {
      loopSelected(f, cursor, at, row, () => {
        fetch()
        each()
      })
      f.get(selection).set(cursor)
    })
    code.before?.()
    loopSelected(f, cursor, at, row, () => {
      fetch()
      code.row()
    })
    code.after?.()
  } else {
    const code = rest(body)
    emitFirst(f, code, (each) => {
      loopTo(f, row, end, () => {
        fetch()
        each()
      })
      f.get(base).set(row)
    })
    code.before?.()
    loopTo(f, row, end, () => {
      fetch()
      code.row()
    }, code.unroll)
    code.after?.()
  }
  f.get(end).set(base).br(chunks)
  f.end().end()
}

/** The loop that comes first, where there is one and it is wanted. */
export const emitFirst = (f: FunctionBuilder, { first }: RowCode, loop: (each: () => void) => void): void => {
  if (!first) return
  first.when()
  f.if()
  loop(first.row)
  f.end()
}

/** do { … } while (++row < end): the range is not empty. As many rows at once as `unroll` says, as long as there are so many. */
const loopTo = (f: FunctionBuilder, row: number, end: number, body: () => void, unroll = 1): void => {
  const step = () => {
    body()
    f.get(row).i32(1).op('i32.add').tee(row)
  }
  const many = unroll > 1
  if (many) {
    const done = f.block()
    const few = f.block()
    const top = f.loop()
    f.get(end).get(row).op('i32.sub').i32(unroll).op('i32.lt_u').brIf(few)
    for (let i = 0; i < unroll; i++) {
      step()
      f.op('drop')
    }
    f.br(top).end().end()
    f.get(row).get(end).op('i32.ge_u').brIf(done)
  }
  const top = f.loop()
  step()
  f.get(end).op('i32.lt_u').brIf(top)
  f.end()
  if (many) f.end()
}

/** Each row number from `cursor` to `at`. */
const loopSelected = (f: FunctionBuilder, cursor: number, at: number, row: number, body: () => void): void => {
  const done = f.block()
  const next = f.loop()
  f.get(cursor).get(at).op('i32.ge_u').brIf(done)
  f.get(cursor).memory('i32.load').set(row)
  body()
  f.get(cursor).i32(4).op('i32.add').set(cursor).br(next)
  f.end().end()
}

/** Keeps the selected rows for which the first `filters` leading filters hold. */
const emitThinning = (scope: Scope, body: Body, filters: number, selection: number, at: number, row: number, fetch: () => void): void => {
  const { f } = scope
  const cursor = f.local('i32')
  const kept = f.local('i32')
  f.get(selection).tee(cursor).set(kept)
  loopSelected(f, cursor, at, row, () => {
    fetch()
    f.get(kept).get(row).memory('i32.store')
    f.get(kept)
    emitCondition(scope, body, filters)
    f.i32(2).op('i32.shl').op('i32.add').set(kept)
  })
  f.get(kept).set(at)
  f.free('i32', cursor)
  f.free('i32', kept)
}

/** Pushes 1 where the first `filters` leading filters hold; a later filter is evaluated only where the earlier ones hold. */
const emitCondition = (scope: Scope, body: Body, filters: number): void => {
  const { f } = scope
  if (body.body === 'let') {
    emit(scope, body.value)
    const locals = toLocals(f, body.value.type)
    scope.names.set(body.name, locals)
    emitCondition(scope, body.next, filters)
    scope.names.delete(body.name)
    freeLocals(f, body.value.type, locals)
  } else if (body.body === 'if') {
    emit(scope, body.cond)
    if (filters === 1 || !hasLeadingFilter(body.next)) return
    f.if(['i32'])
    emitCondition(scope, body.next, filters - 1)
    f.else().i32(0).end()
  }
}
