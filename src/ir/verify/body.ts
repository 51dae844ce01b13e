/** What a pipeline does with a row: conditions, probes of earlier sinks, and what it merges into its own. */
import { type IrType, scalarOf } from '../nodes.ts'
import { type Body, type Builder, KEY_FIELDS, STATE_ROW, stateOf } from '../program.ts'
import { typed, verifyIr } from './expression.ts'
import type { Scope } from './scope.ts'
import { keyTypesAgree } from './types.ts'

/** Types of the key by which tuples of a sink are probed. */
const probedKeys = (join: Builder, ordered: true | undefined): readonly IrType[] | undefined => {
  if (join.builder === 'sorter') return ordered && join.keyed ? KEY_FIELDS : undefined
  return join.builder === 'groupmerger' && !join.contiguous && !ordered ? join.key : undefined
}

export const verifyBody = (scope: Scope, body: Body, builder: Builder, source: string): void => {
  const follow = (next: Body) => verifyBody(scope, next, builder, source)
  switch (body.body) {
    case 'let':
      verifyIr(scope, body.value)
      return scope.bound(body.name, body.value.type, () => follow(body.next))
    case 'if':
      typed(scope, body.cond, 'bool', 'if')
      return follow(body.next)
    case 'probe': {
      const join = scope.sink(body.sink)
      const keys = probedKeys(join, body.ordered) ?? scope.fail(`probe of a ${join.builder}`)
      for (const k of body.key) verifyIr(scope, k)
      const types = body.key.map((k) => k.type)
      scope.expect(keyTypesAgree(types, keys), `probe by {${types}} of a join on {${keys}}`)
      scope.expect(!body.ordered || !body.memo, 'codes tell nothing of an order')
      if (body.memo) {
        scope.table(body.memo.table)
        typed(scope, body.memo.code, 'i32', 'memo code')
      }
      scope.expect(!body.marks || (join.builder === 'sorter' ? join.fields.at(-1) === 'bool' : join.builder === 'groupmerger' && join.marks === true), 'a probe marks tuples without marks')
      scope.expect(body.found === undefined || body.kind === 'left' || body.kind === 'mark' || body.kind === 'single', `${body.kind ?? 'inner'} joins do not tell whether there is a match`)
      scope.expect((body.site !== undefined) === (body.kind === 'single'), 'a site of what a probe raises')
      scope.expect(!scope.rows.has(body.row), `row ${body.row} is bound twice`)
      scope.rows.set(body.row, (join as { readonly fields: readonly IrType[] }).fields)
      if (body.residual) typed(scope, body.residual, 'bool', 'residual')
      if (body.kind === 'semi' || body.kind === 'anti' || body.kind === 'mark') scope.rows.delete(body.row)
      if (body.found === undefined) follow(body.next)
      else scope.bound(body.found, 'bool', () => follow(body.next))
      scope.rows.delete(body.row)
      return
    }
    case 'prune': {
      const join = scope.sink(body.sink)
      const filter = join.builder === 'groupmerger' ? join.filters?.[body.filter] : undefined
      if (!filter) return scope.fail(`no filter ${body.filter} of sink ${body.sink}`)
      typed(scope, body.key, scalarOf((join as { readonly key: readonly IrType[] }).key[filter.key] as IrType), 'key of a filter')
      return follow(body.next)
    }
    case 'fork':
      scope.expect(body.branches.length > 0, 'a fork has branches')
      return body.branches.forEach(follow)
    case 'each':
      typed(scope, body.count, 'i32', 'each')
      return scope.bound(body.index, 'i32', () => follow(body.next))
    case 'stage':
      for (const c of body.carry) verifyIr(scope, c.value)
      return scope.staged(body.carry, source, () => follow(body.next))
    case 'merge':
      return verifyMerge(scope, body, builder)
  }
}

const verifyMerge = (scope: Scope, { key, values }: Extract<Body, { body: 'merge' }>, b: Builder): void => {
  const keyTypes: readonly IrType[] = b.builder === 'dictmerger' || b.builder === 'groupmerger' ? b.key : b.builder === 'sorter' ? b.keyTypes : b.builder === 'vecmerger' || (b.builder === 'appender' && b.numbered) ? ['i32'] : b.builder === 'framer' ? ['i32', 'i32', 'i32', 'i32'] : []
  const types: readonly IrType[] =
    b.builder === 'appender' ? b.fields.map((f) => f.type) : b.builder === 'groupmerger' || b.builder === 'sorter' ? b.fields : stateOf(b).map((s) => s.type)
  scope.expect(key.length === keyTypes.length, `merge with ${key.length} keys into a ${b.builder} of ${keyTypes.length}`)
  scope.expect(values.length === types.length, `merge with ${values.length} values into a ${b.builder} of ${types.length}`)
  key.forEach((e, i) => typed(scope, e, keyTypes[i] as IrType, `key ${i}`))
  if (stateOf(b).length > 0) scope.rows.set(STATE_ROW, types)
  values.forEach((e, i) => typed(scope, e, types[i] as IrType, `value ${i}`))
  scope.rows.delete(STATE_ROW)
}
