/**
 * The passes over a kernel: rules to a fixed point. A rule looks at one node and its parts only, so a node whose parts are in
 * normal form is in normal form for good when no rule fires on it: work is proportional to what is rewritten, not to rounds over
 * the tree.
 */
import type { Expr, ExprKind, Kernel, Type } from '../nodes.ts'
import { Names } from './names.ts'
import type { Rule } from './rule.ts'
import { FIRST, RULES } from './rules/index.ts'
import { mapChildren, size, visit } from './walk.ts'

export interface Optimised {
  readonly kernel: Kernel
  /** How often each rule fired. */
  readonly applied: ReadonlyMap<string, number>
  /** False where the bound on applications was met: the kernel is right and not in normal form. */
  readonly complete: boolean
}

/** All rules. What comes out holds no staged builder, and no function but those that loops, `iterate` and `sort` hold. */
export const optimiseKernel = (kernel: Kernel): Optimised => {
  const made = rewriteKernel(kernel, [FIRST, RULES])
  return { ...made, kernel: withoutStaging(made.kernel) }
}

/** Sets of rules one after the other, each to its fixed point. */
export const rewriteKernel = (kernel: Kernel, sets: readonly (readonly Rule[])[]): Optimised => {
  const applied = new Map<string, number>()
  const bound = 1000 + 20 * size(kernel)
  let left = bound
  let made: Expr = kernel
  for (const rules of sets) {
    const byKind = new Map<ExprKind, Rule[]>()
    for (const rule of rules) byKind.set(rule.on, [...(byKind.get(rule.on) ?? []), rule])
    const names = new Names(made)
    const normal = new WeakSet<Expr>()
    const rewrite = (e: Expr): Expr | undefined => {
      if (left === 0) return undefined
      for (const rule of byKind.get(e.expr) ?? []) {
        const to = rule.rewrite(e as never, names)
        if (!to || to === e) continue
        left--
        applied.set(rule.name, (applied.get(rule.name) ?? 0) + 1)
        return to
      }
      return undefined
    }
    const normalise = (e: Expr): Expr => {
      for (let at = e; ; ) {
        if (normal.has(at)) return at
        at = mapChildren(at, normalise)
        const to = rewrite(at)
        if (!to) {
          normal.add(at)
          return at
        }
        at = to
      }
    }
    made = normalise(made)
  }
  return { kernel: made as Kernel, applied, complete: left > 0 }
}

/** Staged rows that could not be fused with their reader are a vec in memory. */
const withoutStaging = (kernel: Kernel): Kernel => {
  let staged = false
  visit(kernel, (e) => {
    if (e.type.kind === 'staged') staged = true
  })
  return staged ? (unstaged(kernel) as Kernel) : kernel
}
const unstaged = (e: Expr): Expr => {
  const made = mapChildren(e, unstaged)
  const type = unstagedType(e.type)
  return made.expr === 'lambda' ? { ...made, type, params: made.params.map((p) => ({ ...p, type: unstagedType(p.type) })) } : { ...made, type }
}
const unstagedType = (type: Type): Type => {
  if (type.kind === 'staged') return { kind: 'appender', of: type.of }
  if (type.kind === 'struct') return { ...type, fields: type.fields.map(unstagedType) }
  return type.kind === 'function' ? { ...type, params: type.params.map(unstagedType), result: unstagedType(type.result) } : type
}
