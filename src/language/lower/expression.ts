/** Every kind of expression, wherever it stands; each larger idea is in a file of its own. */
import { literal, none, not, some, valid, value as valueOf } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import { RUNTIME, type RuntimeFunction } from '../../ir/runtime.ts'
import type { Expr, Of, Type } from '../nodes.ts'
import { children } from '../passes/walk.ts'
import { isFlat } from '../types.ts'
import { lengthOf, lowerLookup, sliceOf } from './access.ts'
import { binaryOp, castTo, intLiteral, unaryOp } from './arithmetic.ts'
import { iterateRounds, sorted } from './between.ts'
import { merged, newBuilder, resulted } from './building.ts'
import { asserted, lazily, lowerIf, lowerSelect } from './choices.ts'
import { iterateInRow } from './loop-expression.ts'
import { lowerFor } from './loops.ts'
import { Scope } from './scope.ts'
import { entriesOf, ONE_ROW } from './slots.ts'
import { scalarType } from './types.ts'
import { unsupported } from './unsupported.ts'
import { bound, type Env, type FunctionValue, irOf, lookUp, mapLeaves, scalar, type Value } from './values.ts'

/** Between loops, what holds no loop is lowered as one expression and computed by one pipeline. */
export const lower = (e: Expr, env: Env | undefined, scope: Scope): Value => {
  if (scope.mode !== 'top' || !isFlat(e.type) || e.expr === 'name' || e.expr === 'literal' || hasLoops(e)) return lowerNode(e, env, scope)
  const inner = new Scope('pure', scope.lowering, { rows: { source: ONE_ROW, row: scope.lowering.row() }, ids: [literal('i32', 0)] })
  return mapLeaves(lowerNode(e, env, inner), (ir) => inner.wrap(ir))
}

const LOOPS: ReadonlySet<string> = new Set(['for', 'sort', 'tovec', 'newbuilder', 'merge', 'result', 'apply'])
const looping = new WeakMap<Expr, boolean>()
/** Whether there is a loop, or a builder, or a function called that may hold one: between loops it makes a pipeline of its own. */
export const hasLoops = (e: Expr): boolean => {
  let found = looping.get(e)
  if (found === undefined) looping.set(e, (found = LOOPS.has(e.expr) || children(e).some(hasLoops)))
  return found
}

/** The leaves named, so that they may be used more than once. */
export const boundValue = (value: Value, scope: Scope): Value => {
  if (value.kind === 'builder' || value.kind === 'function' || value.kind === 'dict') return value
  if (scope.mode !== 'top') return mapLeaves(value, (ir) => scope.bind(ir))
  const leaves: Ir[] = []
  mapLeaves(value, (ir) => {
    if (!isConstant(ir)) leaves.push(ir)
    return ir
  })
  if (leaves.length === 0) return value
  const held = scope.lowering.scalars(leaves)
  return mapLeaves(value, (ir) => (isConstant(ir) ? ir : (held[leaves.indexOf(ir)] as Ir)))
}
const isConstant = (ir: Ir): boolean => ir.ir === 'literal' || ir.ir === 'param' || (ir.ir === 'option' && isConstant(ir.value) && isConstant(ir.valid))

export const applied = (fn: FunctionValue, args: readonly Value[], scope: Scope): Value =>
  lower(fn.lambda.body, fn.lambda.params.reduce((env: Env | undefined, p, i) => bound(env, p.name, args[i] as Value), fn.env), scope)

/** The function an expression stands for. */
export const functionValue = (e: Expr, env: Env | undefined, scope: Scope): FunctionValue => {
  const value = lower(e, env, scope)
  if (value.kind !== 'function') throw new Error(`a ${value.kind} where a function is due`)
  return value
}

const lowerNode = (e: Expr, env: Env | undefined, scope: Scope): Value => {
  const sub = (x: Expr): Value => lower(x, env, scope)
  const ir = (x: Expr): Ir => irOf(sub(x))
  const place = { scope, at: e.at }
  switch (e.expr) {
    case 'literal':
      return scalar(literalOf(e, scope))
    case 'name':
      return lookUp(env, e.name)
    case 'let': {
      const value = boundValue(sub(e.value), scope)
      if (e.annotations?.['staged']) scope.stage()
      return lower(e.body, bound(env, e.name, value), scope)
    }
    case 'lambda':
      return { kind: 'function', lambda: e, env }
    case 'apply':
      return applied(functionValue(e.fn, env, scope), e.args.map((arg) => boundValue(sub(arg), scope)), scope)
    case 'if':
      return lowerIf(e, env, scope)
    case 'select':
      return lowerSelect(e, env, scope)
    case 'iterate':
      return scope.mode === 'top' && hasLoops(e) ? iterateRounds(e, env, scope) : iterateInRow(e, env, scope)
    case 'assert':
      return asserted(e, env, scope)
    case 'cast':
      return scalar(castTo(e.type, e.value.type, ir(e.value), place))
    case 'call':
      return scalar(lowerCall(e, e.args.map(ir), scope))
    case 'unary':
      return scalar(unaryOp(e.op, e.value.type, ir(e.value), place))
    case 'binary':
      if (e.op === '&&' || e.op === '||') return lazily(e, env, scope)
      return scalar(binaryOp(e.op, e.left.type, ir(e.left), ir(e.right), place))
    case 'none':
      return scalar(none(scalarType((e.type as Extract<Type, { kind: 'option' }>).of) ?? unsupported(e.at, 'an option of this type')))
    case 'some':
      return scalar(some(ir(e.value)))
    case 'isnull':
      return scalar(not(valid(ir(e.value))))
    case 'value':
      return scalar(valueOf(ir(e.value)))
    case 'struct':
      return { kind: 'struct', fields: e.fields.map(sub) }
    case 'vec':
      return { kind: 'vec', element: (e.type as Extract<Type, { kind: 'vec' }>).of, of: { at: 'items', items: e.items.map((item) => boundValue(sub(item), scope)) } }
    case 'field': {
      const of = sub(e.of)
      if (of.kind !== 'struct') throw new Error(`a field of a ${of.kind}`)
      return of.fields[e.index] as Value
    }
    case 'len':
      return scalar(lengthOf(sub(e.of), e, scope))
    case 'lookup':
    case 'optlookup':
    case 'keyexists':
      return lowerLookup(e, sub(e.of), boundValue(sub(e.key), scope), scope)
    case 'slice':
      return sliceOf(e, sub(e.of), ir(e.start), ir(e.size), scope)
    case 'sort':
      return sorted(e, sub(e.of), env, scope)
    case 'tovec': {
      const dict = sub(e.of)
      if (dict.kind !== 'dict') throw new Error(`tovec of a ${dict.kind}`)
      return { kind: 'vec', element: { kind: 'struct', fields: [dict.type.key, dict.type.value] }, of: entriesOf(dict, e.at, scope) }
    }
    case 'for':
      return lowerFor(e, env, scope)
    case 'merge':
      return merged(e, sub(e.builder), boundValue(sub(e.value), scope), scope)
    case 'result':
      return resulted(sub(e.builder), e, scope)
    case 'newbuilder':
      return newBuilder(e, e.initial && sub(e.initial), scope)
  }
}

const literalOf = (e: Of<'literal'>, scope: Scope): Ir => {
  const type = scalarType(e.type) ?? unsupported(e.at, 'a literal of this type')
  switch (type) {
    case 'bool':
      return literal('bool', Boolean(e.value))
    case 'str':
      return scope.lowering.text(String(e.value))
    case 'f32':
      return literal('f32', Math.fround(Number(e.value)))
    case 'f64':
      return literal('f64', Number(e.value))
    default:
      return intLiteral(type, BigInt(e.value as bigint | number))
  }
}

const lowerCall = (e: Of<'call'>, args: readonly Ir[], scope: Scope): Ir => {
  const fn = (RUNTIME as Record<string, RuntimeFunction>)[e.fn]
  const type = scalarType(e.type)
  if (!fn || !type || fn.result !== type || fn.params.length !== args.length || fn.params.some((p, i) => p !== args[i]?.type)) {
    return unsupported(e.at, `cudf[${e.fn}] of these types`)
  }
  const site = fn.raises ? scope.lowering.site('RAISED', `${e.fn} raised an error`, e.at) : undefined
  return { ir: 'call', type, fn: e.fn, args, ...(site === undefined ? {} : { site }) }
}
