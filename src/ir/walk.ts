/** Walking expressions: children in order of evaluation, which of them are lazy, rebuilding, and what may end the query. */
import type { Ir, VecRef } from './nodes.ts'
import { RUNTIME, type RuntimeFunction } from './runtime.ts'

const NONE: readonly Ir[] = []

export const childrenOf = (e: Ir): readonly Ir[] => {
  switch (e.ir) {
    case 'literal':
    case 'param':
    case 'ident':
    case 'field':
    case 'position':
    case 'raise':
      return NONE
    case 'let':
      return [e.value, e.body]
    case 'if':
    case 'select':
      return [e.cond, e.then, e.else]
    case 'binary':
    case 'checked':
      return [e.left, e.right]
    case 'unary':
    case 'cast':
    case 'narrow':
    case 'value':
    case 'valid':
      return [e.arg]
    case 'option':
      return [e.value, e.valid]
    case 'call':
      return e.args
    case 'lookup':
      return [e.vector, e.index]
    case 'memo':
      return [e.code, e.compute]
    case 'element':
      return [...vecChildren(e.vec), e.index]
    case 'size':
      return vecChildren(e.vec)
    case 'loop':
      return [e.count, ...e.state.map((s) => s.init), ...(e.while ? [e.while] : []), ...e.update, e.result]
    case 'find':
      return e.key
    case 'tuple':
      return [e.address]
  }
}
const vecChildren = (v: VecRef): readonly Ir[] => (v.vec === 'slice' ? [v.value] : NONE)

/** Names that a node binds in its lazy children, or in a let's body. */
export const namesOf = (e: Ir): readonly string[] => (e.ir === 'let' ? [e.name] : e.ir === 'loop' ? [e.index, ...e.state.map((s) => s.name)] : [])

/** Children from this position on are evaluated only where control reaches them. */
export const firstLazy = (e: Ir): number => {
  if (e.ir === 'if' || e.ir === 'memo' || (e.ir === 'binary' && (e.op === '&&' || e.op === '||'))) return 1
  if (e.ir === 'loop') return 1 + e.state.length
  return Number.POSITIVE_INFINITY
}

/** The node with other children, in the order of `childrenOf`; itself where they are the same. */
export const withChildren = (e: Ir, [a, b, c]: readonly Ir[], all: readonly Ir[]): Ir => {
  if (childrenOf(e).every((child, i) => child === all[i])) return e
  switch (e.ir) {
    case 'let':
      return { ...e, type: (b as Ir).type, value: a as Ir, body: b as Ir }
    case 'if':
    case 'select':
      return { ...e, cond: a as Ir, then: b as Ir, else: c as Ir }
    case 'binary':
    case 'checked':
      return { ...e, left: a as Ir, right: b as Ir }
    case 'unary':
    case 'cast':
    case 'narrow':
    case 'value':
    case 'valid':
      return { ...e, arg: a as Ir }
    case 'option':
      return { ...e, value: a as Ir, valid: b as Ir }
    case 'call':
      return { ...e, args: all }
    case 'lookup':
      return { ...e, vector: a as Ir, index: b as Ir }
    case 'memo':
      return { ...e, code: a as Ir, compute: b as Ir }
    case 'element':
      return { ...e, vec: withVec(e.vec, a as Ir), index: all.at(-1) as Ir }
    case 'size':
      return { ...e, vec: withVec(e.vec, a as Ir) }
    case 'loop': {
      const inits = 1 + e.state.length
      const updates = inits + (e.while ? 1 : 0)
      const state = e.state.map((s, i) => ({ name: s.name, init: all[1 + i] as Ir }))
      return { ...e, count: a as Ir, state, ...(e.while ? { while: all[inits] as Ir } : {}), update: all.slice(updates, -1), result: all.at(-1) as Ir }
    }
    case 'find':
      return { ...e, key: all }
    case 'tuple':
      return { ...e, address: a as Ir }
    default:
      return e
  }
}
const withVec = (v: VecRef, value: Ir): VecRef => (v.vec === 'slice' ? { ...v, value } : v)
export const mapChildren = (e: Ir, f: (child: Ir) => Ir): Ir => {
  const all = childrenOf(e).map(f)
  return all.length ? withChildren(e, all, all) : e
}

const DIVISIONS: ReadonlySet<string> = new Set(['i128_div', 'i128_rem'])
/** A divisor that neither is 0 nor makes MIN / −1 of anything. */
const isSafeDivisor = (e: Ir | undefined): boolean => e?.ir === 'literal' && BigInt(e.value) !== 0n && BigInt(e.value) !== -1n

/**
 * Whether the node itself, its children aside, can end the query: raises, traps, lacks memory; or means something only where
 * control reaches it, because what it reads need not be there: such nodes are not evaluated early either.
 */
export const raisesItself = (e: Ir): boolean => {
  switch (e.ir) {
    case 'raise':
    case 'checked':
      return true
    case 'call':
      if (DIVISIONS.has(e.fn)) return !isSafeDivisor(e.args[1])
      return (RUNTIME as Record<string, RuntimeFunction>)[e.fn]?.raises ?? !Object.hasOwn(RUNTIME, e.fn)
    case 'element':
    case 'tuple':
      return true
    case 'cast':
      return e.type === 'i128' && e.arg.type === 'f64'
    case 'binary':
      return (e.op === '/' || e.op === '%' || e.op === '/u' || e.op === '%u') && e.type !== 'f32' && e.type !== 'f64' && !isSafeDivisor(e.right)
    default:
      return false
  }
}
