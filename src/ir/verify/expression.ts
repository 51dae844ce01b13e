/** Types of every node of an expression, and what it names. */
import { type Ir, type IrType, isOption, optionOf, RAISES, scalarOf, type VecRef } from '../nodes.ts'
import { RUNTIME, type RuntimeFunction } from '../runtime.ts'
import type { Scope } from './scope.ts'
import { castExists, COMPARES, FLOAT_ONLY, FLOATS, INTS, keyTypesAgree, typeOf, UNSIGNED, UNSIGNED_COMPARES, unsignedCast } from './types.ts'

export const typed = (scope: Scope, e: Ir, type: IrType, where: string): void => {
  verifyIr(scope, e)
  scope.expect(e.type === type, `${where}: ${e.ir} is ${e.type}, not ${type}`)
}

export const elements = (scope: Scope, v: VecRef): readonly IrType[] => {
  if (v.vec === 'relation') return v.columns.map(typeOf)
  if (v.vec === 'tuples') return scope.tuples(v.sink)
  typed(scope, v.value, 'vec', 'slice')
  return v.element
}

const verifyLoop = (scope: Scope, e: Extract<Ir, { ir: 'loop' }>): void => {
  typed(scope, e.count, 'i32', 'loop')
  for (const s of e.state) verifyIr(scope, s.init)
  scope.expect(new Set([e.index, ...e.state.map((s) => s.name)]).size === 1 + e.state.length, 'a loop binds a name twice')
  scope.expect(e.update.length === e.state.length, `a loop updates ${e.update.length} of ${e.state.length} states`)
  const within = e.state.reduceRight(
    (body: () => void, s) => () => scope.bound(s.name, s.init.type, body),
    () => {
      scope.bound(e.index, 'i32', () => {
        if (e.while) typed(scope, e.while, 'bool', 'while')
        e.update.forEach((u, i) => typed(scope, u, e.state[i]?.init.type as IrType, `update ${i}`))
      })
      typed(scope, e.result, e.type, 'result')
    },
  )
  within()
}

export const verifyIr = (scope: Scope, e: Ir): void => {
  const is = (ok: boolean, what: string) => scope.expect(ok, `${e.ir}${'op' in e ? ` ${e.op}` : ''}: ${what}`)
  const sub = (x: Ir): IrType => {
    verifyIr(scope, x)
    return x.type
  }
  switch (e.ir) {
    case 'literal': {
      const kind = typeof e.value
      const wide = e.type === 'i64' || e.type === 'i128' || e.type === 'str' || e.type === 'vec'
      return is(kind === (e.type === 'bool' ? 'boolean' : wide ? 'bigint' : 'number'), `${String(e.value)} as ${e.type}`)
    }
    case 'param':
      return is(scope.around.params === undefined || scope.around.params[e.index] === e.type, `$${e.index} is ${scope.around.params?.[e.index]}, not ${e.type}`)
    case 'ident':
      return is(scope.names.get(e.name) === e.type, `${e.name} is ${scope.names.get(e.name) ?? 'not in scope'}, read as ${e.type}`)
    case 'field': {
      const row = scope.rows.get(e.row)
      is(row !== undefined, `row ${e.row} is not in scope`)
      return is(row?.[e.index] === e.type, `${e.row}.$${e.index} is ${row?.[e.index] ?? 'not there'}, read as ${e.type}`)
    }
    case 'position':
      return is([e.order, e.times, e.plus].every(Number.isSafeInteger) && e.times > 0, `${e.order}, ${e.times}, ${e.plus}`)
    case 'let':
      sub(e.value)
      return scope.bound(e.name, e.value.type, () => is(sub(e.body) === e.type, `${e.body.type} as ${e.type}`))
    case 'if':
    case 'select':
      is(sub(e.cond) === 'bool', `condition is ${e.cond.type}`)
      return is(sub(e.then) === e.type && sub(e.else) === e.type, `${e.then.type} and ${e.else.type} as ${e.type}`)
    case 'binary': {
      const type = sub(e.left)
      is(sub(e.right) === type && !isOption(type) && type !== 'vec', `${type} and ${e.right.type}`)
      if (UNSIGNED.has(e.op)) is(type === 'i32' || type === 'i64', `of ${type}`)
      if (UNSIGNED_COMPARES.has(e.op)) return is(e.type === 'bool', `gives bool, not ${e.type}`)
      if (COMPARES.has(e.op)) return is(e.type === 'bool', `gives bool, not ${e.type}`)
      is(e.type === type, `${type} as ${e.type}`)
      if (e.op === '&&' || e.op === '||') return is(type === 'bool', `of ${type}`)
      if (e.op === '&' || e.op === '|' || e.op === '^') return is(INTS.has(type) || type === 'bool', `of ${type}`)
      if (UNSIGNED.has(e.op)) return
      if (e.op === '%' || e.op === '<<' || e.op === '>>') return is(INTS.has(type) && (type !== 'i128' || e.op === '%'), `of ${type}`)
      return is(INTS.has(type) || FLOATS.has(type), `of ${type}`)
    }
    case 'checked':
      return is(sub(e.left) === e.type && sub(e.right) === e.type && INTS.has(e.type), `${e.left.type} and ${e.right.type} as ${e.type}`)
    case 'unary': {
      const type = sub(e.arg)
      if (e.op === 'length') return is(type === 'str' && e.type === 'i32', `of ${type} as ${e.type}`)
      is(e.type === type, `${type} as ${e.type}`)
      if (e.op === 'not') return is(type === 'bool', `of ${type}`)
      return is(FLOATS.has(type) || (INTS.has(type) && !FLOAT_ONLY.has(e.op)), `of ${type}`)
    }
    case 'cast': {
      const type = sub(e.arg)
      if (e.unsigned) is(unsignedCast(type, e.type), `unsigned ${type} → ${e.type}`)
      return is(!isOption(type) && castExists(type, e.type), `${type} → ${e.type}`)
    }
    case 'narrow':
      return is(sub(e.arg) === 'i32' && e.type === 'i32', `of ${e.arg.type}`)
    case 'option':
      is(sub(e.valid) === 'bool', `validity is ${e.valid.type}`)
      return is(!isOption(sub(e.value)) && optionOf(e.value.type) === e.type, `${e.value.type} as ${e.type}`)
    case 'value':
      return is(isOption(sub(e.arg)) && scalarOf(e.arg.type) === e.type, `${e.arg.type} as ${e.type}`)
    case 'valid':
      return is(isOption(sub(e.arg)) && e.type === 'bool', `${e.arg.type} as ${e.type}`)
    case 'call': {
      const f = (RUNTIME as Record<string, RuntimeFunction>)[e.fn]
      is(f !== undefined, `the runtime has no ${e.fn}`)
      const types = e.args.map(sub)
      return is(f !== undefined && keyTypesAgree(types, f.params) && e.type === f.result, `${e.fn}(${types}) as ${e.type}`)
    }
    case 'lookup':
      return is(sub(e.vector) === 'i32' && sub(e.index) === 'i32' && e.type === 'str', `${e.index.type} in ${e.vector.type} as ${e.type}`)
    case 'memo':
      scope.table(e.table)
      return is(sub(e.code) === 'i32' && sub(e.compute) === e.type, `${e.compute.type} by ${e.code.type} as ${e.type}`)
    case 'element':
      is(elements(scope, e.vec)[e.field] === e.type, `field ${e.field} of {${elements(scope, e.vec)}} as ${e.type}`)
      return is(sub(e.index) === 'i32', `at ${e.index.type}`)
    case 'size':
      elements(scope, e.vec)
      return
    case 'loop':
      return verifyLoop(scope, e)
    case 'find': {
      const types = e.key.map(sub)
      const { key } = scope.found(e.sink)
      return is(keyTypesAgree(types, key), `by {${types}} in tuples of {${key}}`)
    }
    case 'tuple': {
      const { types } = scope.found(e.sink)
      return is(sub(e.address) === 'i32' && types[e.index] === e.type, `field ${e.index} of {${types}} at ${e.address.type} as ${e.type}`)
    }
    case 'raise':
      return is(e.code in RAISES, e.code)
  }
}
