/** What the interpreter cannot run, found before anything runs: names it does not know and types a rule does not allow. */
import type { Refusal } from '../errors.ts'
import { parseType, type SqlType, typeName } from '../layout/types.ts'
import { AGGREGATES, type AggregateDef } from '../operators/aggregates.ts'
import { CAST, expression } from '../operators/expressions.ts'
import { keysOf } from '../operators/references.ts'
import { windowFunction } from '../operators/windows.ts'
import type { AggregateCall, Expr, PlanNode, WindowCall } from '../plan/nodes.ts'

const KINDS: Readonly<Record<Extract<PlanNode, { op: 'join' }>['kind'], true>> = {
  inner: true,
  left: true,
  right: true,
  full: true,
  semi: true,
  anti: true,
  right_semi: true,
  right_anti: true,
  mark: true,
  single: true,
}

type Found = Refusal[]

const typed = (name: string, node: string, found: Found): SqlType | undefined => {
  const type = parseType(name)
  if (type === undefined) found.push({ code: 'TYPE', node, reason: `the type ${name} is not known` })
  return type
}

const rule = (verdict: true | Refusal, found: Found): void => {
  if (verdict !== true) found.push(verdict)
}

/** The expression's type, and refusals for what is in it. */
const visit = (expr: Expr, found: Found): SqlType | undefined => {
  switch (expr.expr) {
    case 'column':
    case 'literal':
      return typed(expr.type, expr.expr, found)
    case 'cast': {
      const from = visit(expr.arg, found)
      const to = typed(expr.type, 'cast', found)
      if (from !== undefined && to !== undefined) rule(CAST.type(from, to), found)
      return to
    }
    case 'case':
      for (const branch of expr.when) {
        visit(branch.if, found)
        visit(branch.then, found)
      }
      visit(expr.else, found)
      return typed(expr.type, 'case', found)
    case 'udf':
      for (const arg of expr.args) visit(arg, found)
      return typed(expr.type, expr.name, found)
    case 'call': {
      const args = expr.args.map((arg) => visit(arg, found))
      const type = typed(expr.type, expr.fn, found)
      const def = expression(expr.fn)
      if (def === undefined) found.push({ code: 'FUNCTION', node: expr.fn, reason: `the function ${expr.fn} is not known` })
      else if (type !== undefined && args.every((arg) => arg !== undefined)) rule(def.type(args as SqlType[], type), found)
      return type
    }
  }
}

const aggregate = (call: AggregateCall, found: Found): void => {
  const args = call.args.map((arg) => visit(arg, found))
  const type = typed(call.type, call.fn, found)
  if (call.filter !== undefined) visit(call.filter, found)
  if (!Object.hasOwn(AGGREGATES, call.fn)) {
    found.push({ code: 'FUNCTION', node: call.fn, reason: `the aggregate ${call.fn} is not known` })
    return
  }
  const def: AggregateDef = AGGREGATES[call.fn as keyof typeof AGGREGATES]
  if (type !== undefined && args.every((arg) => arg !== undefined)) rule(def.type(args as SqlType[], type), found)
}

const windowCall = (call: WindowCall, found: Found): void => {
  const def = windowFunction(call.fn)
  for (const bound of [call.frame?.start, call.frame?.end]) if (bound && 'at' in bound) visit(bound.at, found)
  if (!def) return aggregate(call, found)
  const args = call.args.map((arg) => visit(arg, found))
  const type = typed(call.type, call.fn, found)
  if (type !== undefined && args.every((arg) => arg !== undefined)) rule(def.type(args as SqlType[], type), found)
}

const walk = (node: PlanNode, found: Found): void => {
  switch (node.op) {
    case 'scan':
      for (const column of node.columns) typed(column.type, 'scan', found)
      for (const filter of node.filters ?? []) visit(filter, found)
      return
    case 'input':
    case 'shared':
    case 'values':
      for (const column of node.columns) typed(column.type, node.op, found)
      return
    case 'filter':
      visit(node.predicate, found)
      return walk(node.input, found)
    case 'project':
      for (const expr of node.exprs) visit(expr, found)
      return walk(node.input, found)
    case 'aggregate':
      for (const expr of node.groups) visit(expr, found)
      for (const call of node.aggregates) aggregate(call, found)
      return walk(node.input, found)
    case 'window':
      for (const expr of node.partitions) visit(expr, found)
      for (const key of node.orders) visit(key.expr, found)
      for (const call of node.functions) windowCall(call, found)
      return walk(node.input, found)
    case 'union':
      for (const input of node.inputs) walk(input, found)
      return
    case 'setop':
      walk(node.left, found)
      return walk(node.right, found)
    case 'expand':
      for (const expr of node.projections.flat()) visit(expr, found)
      return walk(node.input, found)
    case 'unnest':
      visit(node.expr, found)
      return walk(node.input, found)
    case 'sort':
    case 'topn':
      for (const key of node.keys) visit(key.expr, found)
      return walk(node.input, found)
    case 'limit':
      return walk(node.input, found)
    case 'exchange':
      for (const key of keysOf(node.partitioning)) visit(key, found)
      return walk(node.input, found)
    case 'join':
      if (!Object.hasOwn(KINDS, node.kind)) found.push({ code: 'OPERATOR', node: 'join', reason: `the join kind ${String(node.kind)} is not known` })
      for (const key of node.keys) {
        const left = visit(key.left, found)
        const right = visit(key.right, found)
        if (left !== undefined && right !== undefined && left.kind !== right.kind)
          found.push({ code: 'TYPE', node: 'join', reason: `keys of ${typeName(left)} and ${typeName(right)}` })
      }
      if (node.residual !== undefined) visit(node.residual, found)
      walk(node.left, found)
      return walk(node.right, found)
    default:
      found.push({ code: 'OPERATOR', node: String((node as { op: unknown }).op), reason: 'the operator is not known' })
  }
}

/** Refusals of a plan; empty where `interpret` runs it. */
export const interpretable = (root: PlanNode): readonly Refusal[] => {
  const found: Found = []
  walk(root, found)
  return found
}
