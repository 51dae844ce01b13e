/** Random loop bodies of lets, filters, forks, inner loops and staging points, and what they mean: the merges of each row. */
import { fresh, literal } from '../../src/ir/build.ts'
import type { Ir, IrType } from '../../src/ir/nodes.ts'
import { type Body, SELECTIVITIES } from '../../src/ir/program.ts'
import { type Env, evaluate, type Result } from './evaluate.ts'
import { type Random, randomExpression, ROW_TYPES } from './random.ts'

interface Name {
  readonly name: string
  readonly type: IrType
}

export interface BodyChoice {
  /** Filters may raise. */
  readonly raising?: boolean
  /** Conditions of filters around, which come back as they are, negated and as parts of others. */
  readonly conds?: readonly Ir[]
}

/** `merge` makes the innermost step from the names that are in scope, and the conditions around it. */
export const randomBody = (r: Random, depth: number, merge: (names: readonly Name[], conds: readonly Ir[]) => Body, names: readonly Name[] = [], { raising = false, conds = [] }: BodyChoice = {}): Body => {
  const condition = (): Ir => {
    const made = r.next() < 0.5 ? value('bool') : randomExpression(r, 'bool', 3, { raising })
    if (conds.length === 0 || r.next() < 0.5) return made
    const known = r.pick(conds)
    const again: Ir = r.next() < 0.3 ? { ir: 'unary', type: 'bool', op: 'not', arg: known } : known
    return r.next() < 0.3 ? again : { ir: 'binary', type: 'bool', op: r.pick(['&&', '||', '&', '|'] as const), left: again, right: made }
  }
  const value = (type: IrType): Ir => {
    const known = names.filter((n) => n.type === type)
    return known.length && r.next() < 0.5 ? { ir: 'ident', ...r.pick(known) } : randomExpression(r, type, 3, { raising: false })
  }
  if (depth === 0) return merge(names, conds)
  const next = (more: readonly Name[] = [], known = conds) => randomBody(r, depth - 1, merge, [...names, ...more], { raising, conds: known })
  switch (r.below(8)) {
    case 0:
    case 1:
    case 2: {
      const name = { name: fresh('l'), type: r.pick(ROW_TYPES) }
      return { body: 'let', name: name.name, value: value(name.type), next: next([name]) }
    }
    case 3: {
      const cond = condition()
      return { body: 'if', cond, selectivity: r.pick([undefined, ...SELECTIVITIES]), next: next([], [...conds, cond]) }
    }
    case 4:
      return { body: 'fork', branches: [next(), next()] }
    case 5: {
      const index = { name: fresh('i'), type: 'i32' as const }
      return { body: 'each', index: index.name, count: { ir: 'binary', type: 'i32', op: 'minu', left: value('i32'), right: literal('i32', r.below(4)) }, next: next([index]) }
    }
    default: {
      const kept = names.filter(() => r.next() < 0.7).map((n) => ({ name: n.name, value: { ir: 'ident', ...n } as Ir }))
      const made = Array.from({ length: r.below(3) }, () => ({ name: fresh('c'), value: value(r.pick(ROW_TYPES)) }))
      const carry = [...kept, ...made]
      return { body: 'stage', carry, next: randomBody(r, depth - 1, merge, carry.map((c) => ({ name: c.name, type: c.value.type })), { raising }) }
    }
  }
}

/** Runs a body for one row. */
export const runBody = (body: Body, env: Env, merge: (key: readonly Ir[], values: readonly Ir[], env: Env) => void): void => {
  const go = (b: Body, e: Env) => runBody(b, e, merge)
  const named = (entries: readonly (readonly [string, Result])[], base = env.names): Env => ({ ...env, names: new Map([...(base ?? []), ...entries]) })
  switch (body.body) {
    case 'let':
      return go(body.next, named([[body.name, evaluate(body.value, env)]]))
    case 'if':
      return evaluate(body.cond, env) ? go(body.next, env) : undefined
    case 'fork':
      return body.branches.forEach((b) => {
        go(b, env)
      })
    case 'each': {
      const count = BigInt.asUintN(32, evaluate(body.count, env) as bigint)
      for (let i = 0n; i < count; i++) go(body.next, named([[body.index, i]]))
      return
    }
    case 'stage':
      return go(body.next, named(body.carry.map((c) => [c.name, evaluate(c.value, env)]), new Map()))
    case 'merge':
      return merge(body.key, body.values, env)
    case 'probe':
      throw new Error('no probes in tests')
  }
}

