/** Every kind of expression, wherever it stands; loops and what is only between loops are in files of their own. */
import { and, binary, ifElse, isnull, literal, none, not, or, select, some, TRUE, value as valueOf, zero } from './ir.ts'
import type { Ir } from '../../ir/nodes.ts'
import { selectivityOf } from '../../ir/program.ts'
import { RUNTIME, type RuntimeFunction } from '../../ir/runtime.ts'
import type { Expr, Of, Type } from '../nodes.ts'
import { binaryOp, castTo, intLiteral, unaryOp } from './arithmetic.ts'
import { branches, iterateRounds, sorted } from './between.ts'
import { elementAt, i64, readable, sizeOf } from './elements.ts'
import { foundIn, keyLeaves } from './dicts.ts'
import { chosen, innerResult, newInner, storable } from './hoisted.ts'
import { iterateInRow, lowerFor } from './loops.ts'
import { type PathStep, Scope } from './scope.ts'
import { mergeType } from './record.ts'
import { hasLoops } from './shape.ts'
import { entriesOf, ONE_ROW, slotOf } from './slots.ts'
import { freshStates, leavesFrom, statesFrom, updated } from './states.ts'
import { newTop, resultOf } from './top-builder.ts'
import { isBuilder, leavesOf, scalarType } from './types.ts'
import { unsupported } from './unsupported.ts'
import { bound, type BuilderValue, type Env, flatten, type FunctionValue, irOf, lookUp, mapLeaves, scalar, unflatten, type Value } from './values.ts'

/** Between loops, what holds no loop is lowered as one expression and computed by one pipeline. */
export const lower = (e: Expr, env: Env | undefined, scope: Scope): Value => {
  if (scope.mode !== 'top' || !isPlain(e.type) || e.expr === 'name' || e.expr === 'literal' || hasLoops(e, env)) return lowerNode(e, env, scope)
  const inner = new Scope('pure', scope.lowering, { rows: { source: ONE_ROW, row: scope.lowering.row() }, ids: [literal('i32', 0)] })
  return mapLeaves(lowerNode(e, env, inner), (ir) => inner.wrap(ir))
}
const isPlain = (type: Type): boolean => type.kind === 'scalar' || type.kind === 'dec128' || type.kind === 'option' || (type.kind === 'struct' && type.fields.every(isPlain))

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
    case 'select': {
      const cond = scope.bind(ir(e.cond))
      if (scope.mode === 'top' && !isPlain(e.type)) {
        const [then, otherwise] = [sub(e.then), sub(e.else)]
        return branches(cond, e.type, () => then, () => otherwise, e.at, scope)
      }
      return chosen([sub(e.then), scope], [sub(e.else), scope], (a, b) => (a.type === 'vec' ? ifElse(cond, a, b) : select(cond, a, b)), e, scope)
    }
    case 'iterate':
      return scope.mode === 'top' && hasLoops(e, env) ? iterateRounds(e, env, scope) : iterateInRow(e, env, scope)
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
      return scalar(compared(e, sub(e.left), sub(e.right), scope))
    case 'none':
      return scalar(none(scalarType((e.type as Extract<Type, { kind: 'option' }>).of) ?? unsupported(e.at, 'an option of this type')))
    case 'some':
      return scalar(some(ir(e.value)))
    case 'isnull':
      return scalar(isnull(ir(e.value)))
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

const lowerIf = (e: Of<'if' | 'select'>, env: Env | undefined, scope: Scope): Value => {
  const cond = scope.bind(irOf(lower(e.cond, env, scope)))
  if (cond.ir === 'literal') return lower(cond.value === true ? e.then : e.else, env, scope)
  if (scope.mode === 'top' && (isBuilder(e.type) || !isPlain(e.type) || hasLoops(e.then, env) || hasLoops(e.else, env))) {
    return branches(cond, e.type, (arm) => lower(e.then, env, arm), (arm) => lower(e.else, env, arm), e.at, scope)
  }
  // A merge into a pipeline's builder is reached through the body; what has a value only is an expression.
  const start = scope.path
  const merging = scope.mode === 'path' && isBuilder(e.type)
  const arm = (step: PathStep): Scope => (merging ? scope.inside(step) : scope.pure(step))
  const share = e.annotations?.['branch_selectivity']
  const passing = (holds: boolean) => (typeof share === 'number' ? { selectivity: selectivityOf(holds ? share : 1 - share) } : {})
  const [yes, no] = [arm({ step: 'if', cond, ...passing(true) }), arm({ step: 'if', cond: not(cond), ...passing(false) })]
  const choice = (x: Ir, y: Ir): Ir => (merging ? ifElse(cond, yes.wrapFrom(start, x), no.wrapFrom(start, y)) : ifElse(cond, yes.wrap(x), no.wrap(y)))
  return chosen([lower(e.then, env, yes), yes], [lower(e.else, env, no), no], choice, e, scope)
}

const lazily = (e: Of<'binary'>, env: Env | undefined, scope: Scope): Value => {
  const left = irOf(lower(e.left, env, scope))
  if (scope.mode === 'top' && hasLoops(e.right, env)) {
    const cond = scope.bind(left)
    const known = (): Value => scalar(literal('bool', e.op === '||'))
    const right = (arm: Scope): Value => lower(e.right, env, arm)
    return e.op === '&&' ? branches(cond, e.type, right, known, e.at, scope) : branches(cond, e.type, known, right, e.at, scope)
  }
  const held = scope.bind(left)
  const inner = scope.pure({ step: 'if', cond: e.op === '&&' ? held : not(held) })
  const right = inner.wrap(irOf(lower(e.right, env, inner)))
  return scalar(e.op === '&&' ? and(held, right) : or(held, right))
}

/** The value, after the condition was found to hold. */
const asserted = (e: Of<'assert'>, env: Env | undefined, scope: Scope): Value => {
  const { lowering } = scope
  const cond = irOf(lower(e.cond, env, scope))
  const holds = ifElse(cond, TRUE, lowering.raise('bool', 'RAISED', 'an assertion that does not hold', e.at))
  if (scope.mode === 'top') {
    lowering.scalars([holds])
    return lower(e.value, env, scope)
  }
  if (scope.mode === 'path' && isBuilder(e.type)) {
    const start = scope.path
    const inner = scope.inside({ step: 'if', cond: holds })
    return mapLeaves(lower(e.value, env, inner), (x) => ifElse(holds, inner.wrapFrom(start, x), x))
  }
  const held = scope.bind(cond)
  const inner = scope.pure({ step: 'if', cond: held })
  return mapLeaves(lower(e.value, env, inner), (x) => ifElse(held, inner.wrap(x), lowering.raise(x.type, 'RAISED', 'an assertion that does not hold', e.at)))
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

const compared = (e: Of<'binary'>, left: Value, right: Value, scope: Scope): Ir => {
  const at = e.at
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    if (e.left.type.kind === 'option') return optionsEqual(e, left.ir, right.ir, scope)
    return binaryOp(e.op, e.left.type, left.ir, right.ir, { scope, at })
  }
  if (left.kind === 'struct' && right.kind === 'struct' && (e.op === '==' || e.op === '!=')) {
    const type = e.left.type as Extract<Type, { kind: 'struct' }>
    const parts = left.fields.map((l, i) => {
      const of = { type: type.fields[i] as Type, at }
      return compared({ ...e, op: '==', left: { ...e.left, ...of } as Expr, right: { ...e.right, ...of } as Expr }, l, right.fields[i] as Value, scope)
    })
    const all = parts.reduce((a, b) => binary('&', a, b), TRUE)
    return e.op === '==' ? all : not(all)
  }
  return unsupported(at, `${e.op} of a ${left.kind}`)
}
/** NULLs equal each other. */
const optionsEqual = (e: Of<'binary'>, a: Ir, b: Ir, scope: Scope): Ir => {
  const of = (e.left.type as Extract<Type, { kind: 'option' }>).of
  if (e.op !== '==' && e.op !== '!=') return unsupported(e.at, `${e.op} of options`)
  const [x, y] = [scope.bind(a), scope.bind(b)]
  const same = binaryOp('==', of, valueOf(x), valueOf(y), { scope, at: e.at })
  const [nullX, nullY] = [isnull(x), isnull(y)]
  const equal = ifElse(or(nullX, nullY), binary('&', nullX, nullY), same)
  return e.op === '==' ? equal : not(equal)
}

const lengthOf = (of: Value, e: Of<'len'>, scope: Scope): Ir => {
  if (of.kind === 'scalar') return { ir: 'cast', type: 'i64', arg: { ir: 'unary', type: 'i32', op: 'length', arg: of.ir }, unsigned: true }
  if (of.kind === 'vec') return sizeOf(of.of, scope)
  if (of.kind === 'dict') return sizeOf(entriesOf(of, e.at, scope), scope)
  return unsupported(e.at, `the length of a ${of.kind}`)
}

const lowerLookup = (e: Of<'lookup' | 'optlookup' | 'keyexists'>, of: Value, key: Value, scope: Scope): Value => {
  const { lowering } = scope
  if (of.kind === 'dict') {
    const address = scope.bind({ ir: 'find', type: 'i32', sink: of.sink, key: [...of.before, ...keyLeaves(key, e.at)] })
    const found = binary('!=', address, literal('i32', 0))
    if (e.expr === 'keyexists') return scalar(found)
    if (e.expr === 'lookup') {
      const checked = scope.bind(ifElse(found, address, lowering.raise('i32', 'RAISED', 'a lookup of a key that is not there', e.at)))
      return foundIn(of, checked)
    }
    const there = scope.bind(found)
    const type = (e.type as Extract<Type, { kind: 'struct' }>).fields[1] as Type
    const empty = leavesOf(type, e.at).map((leaf) => emptyLeaf(leaf))
    let next = 0
    return { kind: 'struct', fields: [scalar(there), mapLeaves(foundIn(of, address), (x) => ifElse(there, x, empty[next++] as Ir))] }
  }
  if (of.kind !== 'vec') return unsupported(e.at, `a ${e.expr} in a ${of.kind}`)
  const elements = readable(of.of, of.element, e.at, scope)
  const index = scope.bind(irOf(key))
  const size = sizeOf(elements, scope)
  const inside = binary('<u', index, size)
  if (e.expr === 'keyexists') return scalar(inside)
  if (e.expr === 'lookup') {
    const checked = scope.bind(ifElse(inside, index, lowering.raise('i64', 'RAISED', 'a lookup outside of the vec', e.at)))
    return elementAt(elements, of.element, checked, e.at, scope)
  }
  const there = scope.bind(inside)
  const inner = scope.pure()
  const type = (e.type as Extract<Type, { kind: 'struct' }>).fields[1] as Type
  const empty = leavesOf(type, e.at).map((leaf) => emptyLeaf(leaf))
  let next = 0
  return { kind: 'struct', fields: [scalar(there), mapLeaves(elementAt(elements, of.element, index, e.at, inner), (x) => ifElse(there, inner.wrap(x), empty[next++] as Ir))] }
}
const emptyLeaf = (leaf: Ir['type']): Ir => (leaf.startsWith('?') ? none(leaf.slice(1) as never) : zero(leaf as never))

const sliceOf = (e: Of<'slice'>, of: Value, start: Ir, size: Ir, scope: Scope): Value => {
  if (of.kind === 'scalar') return scalar({ ir: 'call', type: 'str', fn: 'str_slice', args: [of.ir, start, size] })
  if (of.kind !== 'vec') return unsupported(e.at, `a slice of a ${of.kind}`)
  const elements = readable(of.of, of.element, e.at, scope)
  const total = sizeOf(elements, scope)
  const [at, wanted] = [scope.bind(start), scope.bind(size)]
  const from = scope.bind(clamp(at, total))
  // The sum of both may leave 64 bits only where both are at or above 0.
  const end = scope.bind(binary('+', at, wanted))
  const last = ifElse(binary('<', wanted, i64(1)), i64(0), ifElse(and(binary('>=', at, i64(0)), binary('<', end, i64(0))), total, clamp(end, total)))
  const count = scope.bind(binary('max', binary('-', last, from), i64(0)))
  return { kind: 'vec', element: of.element, of: { at: 'window', of: elements, start: from, stride: undefined, count } }
}
/** max(0, min(x, limit)) */
const clamp = (x: Ir, limit: Ir): Ir => binary('max', binary('min', x, limit), i64(0))
const merged = (e: Of<'merge'>, builder: Value, value: Value, scope: Scope): Value => {
  if (builder.kind !== 'builder') return unsupported(e.at, `a merge into a ${builder.kind}`)
  const { type } = builder
  if (builder.is === 'outer') {
    if (!builder.recorder.muted) {
      const stored = storable(builder.size ? placed(value, builder.size, e, scope) : value, e.at, scope)
      builder.recorder.merges.push({ leaf: builder.leaf, path: scope.path, value: stored, at: e.at })
    }
    return builder
  }
  if (type.kind === 'merger') {
    const states = builder.is === 'local' ? builder.states : builder.top.is === 'states' ? builder.top.states : []
    const after = updated(type.of, type.op, states, flatten(value, e.at), { scope, at: e.at })
    if (builder.is === 'local') return { ...builder, states: after.map((s) => scope.bind(s)) }
    return { kind: 'builder', type, is: 'top', top: { is: 'states', states: scope.lowering.scalars(after) } }
  }
  if (builder.is === 'local') throw new Error(`a ${type.kind} has no states`)
  return mergedBetween(builder, value, e, scope)
}

/** {position, value} whose position is one of the vec's. */
const placed = (value: Value, size: Ir, e: Of<'merge'>, scope: Scope): Value => {
  const [at, ...rest] = (value as Extract<Value, { kind: 'struct' }>).fields as [Value, ...Value[]]
  const index = scope.bind(irOf(at))
  const raised = scope.lowering.raise('i64', 'RAISED', 'a merge outside of the vec', e.at)
  return { kind: 'struct', fields: [scalar(scope.bind(ifElse(binary('<u', index, size), index, raised))), ...rest] }
}

/** A merge between loops: a relation of one row. */
const mergedBetween = (builder: Extract<BuilderValue, { is: 'top' }>, value: Value, e: Of<'merge'>, scope: Scope): Value => {
  const slot = slotOf({ kind: 'vec', element: mergeType(builder.type), of: { at: 'items', items: [value] } }, e.at, scope)
  const { top } = builder
  if (top.is === 'segments') return { ...builder, top: { is: 'segments', slots: [...top.slots, slot] } }
  if (top.is === 'merges') return { ...builder, top: { ...top, parts: [...top.parts, { slot }] } }
  throw new Error('a merger has states')
}

const resulted = (builder: Value, e: Of<'result'>, scope: Scope): Value => {
  if (builder.kind === 'struct') return { kind: 'struct', fields: builder.fields.map((b) => resulted(b, e, scope)) }
  if (builder.kind !== 'builder') throw new Error(`the result of a ${builder.kind}`)
  if (builder.is === 'outer') return builder.inner ? innerResult(builder, e.at, scope) : unsupported(e.at, 'the result of a builder that is merged into still')
  if (builder.is === 'top') return resultOf(builder, e.at, scope)
  const { type } = builder
  if (type.kind !== 'merger') return unsupported(e.at, `a ${type.kind} within a loop`)
  const { of, op } = type
  return unflatten(of, leavesFrom(of, op, builder.states, e.at))
}
const newBuilder = (e: Of<'newbuilder'>, initial: Value | undefined, scope: Scope): Value => {
  const type = e.type
  if (type.kind === 'struct') return { kind: 'struct', fields: type.fields.map((field) => newBuilder({ ...e, type: field, initial: undefined }, undefined, scope)) }
  if (!isBuilder(type)) throw new Error(`no builder: ${type.kind}`)
  const builder = type as BuilderValue['type']
  if (scope.mode === 'top') return { kind: 'builder', type: builder, is: 'top', top: newTop(builder, initial, e.at, scope) }
  if (builder.kind !== 'merger') return newInner(builder, initial, e.at, scope)
  const states = initial ? statesFrom(builder.of, builder.op, flatten(initial, e.at), e.at) : freshStates(builder.of, builder.op, e.at).map((s) => s.init)
  return { kind: 'builder', type: builder, is: 'local', states }
}
