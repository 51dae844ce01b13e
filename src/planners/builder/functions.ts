/** Functions that are no methods: any of the registry by name, CASE, user-defined functions, extremes. */
import { type TypeName, typeName } from '../../layout/types.ts'
import type { ExprName } from '../../operators/expressions.ts'
import type { Flags } from '../../plan/nodes.ts'
import { adapted, apply, castTo, Expression, type Operand, scopeOf, toExpression } from './expression.ts'
import { failure, listed } from './failure.ts'
import { OVERLOADS } from './infer.ts'
import { typeOf } from './literals.ts'
import { commonType } from './types.ts'

/** Any function of docs/PLAN.md by its name, with flags other than the usual ones where it reads them. */
export const call = (fn: ExprName, args: readonly Operand[], flags?: Flags): Expression => {
  if (!Object.hasOwn(OVERLOADS, fn)) throw failure('UNKNOWN_FUNCTION', `there is no function ${fn}`, `there are ${listed(Object.keys(OVERLOADS))}`)
  return apply(fn, args, flags)
}

export const and = (...all: readonly Operand[]): Expression => apply('and', all)
export const or = (...all: readonly Operand[]): Expression => apply('or', all)
export const not = (x: Operand): Expression => apply('not', [x])
export const greatest = (...all: readonly Operand[]): Expression => apply('greatest', all)
export const least = (...all: readonly Operand[]): Expression => apply('least', all)

/** A registered JavaScript function and the type it returns. */
export const udf = (name: string, args: readonly Operand[], returns: TypeName): Expression => {
  const all = args.map(toExpression)
  const type = typeOf(returns)
  return new Expression({ expr: 'udf', name, args: all.map((a) => a.expr), type: typeName(type) }, type, scopeOf(all))
}

interface Branch {
  readonly if: Expression
  readonly then: Operand
}

/** `when(a, x).when(b, y).otherwise(z)`: branches in order; the results get the type that holds them all. */
export class Case {
  private readonly branches: readonly Branch[]
  constructor(branches: readonly Branch[]) {
    this.branches = branches
  }

  when(condition: Operand, then: Operand): Case {
    return new Case([...this.branches, branch(condition, then)])
  }

  /** What comes where no branch is taken; NULL where absent. */
  otherwise(value: Operand = null): Expression {
    const results = adapted([...this.branches.map((b) => toExpression(b.then)), toExpression(value)], false)
    const type = results.slice(1).reduce((t: Expression['type'] | undefined, r) => t && commonType(t, r.type), results[0]!.type)
    if (!type) throw failure('INVALID_PLAN', `the results have no common type: ${results.map((r) => typeName(r.type)).join(', ')}`)
    const cast = results.map((r) => castTo(r, type))
    const when = this.branches.map((b, i) => ({ if: b.if.expr, then: cast[i]!.expr }))
    const scope = scopeOf([...this.branches.map((b) => b.if), ...cast])
    return new Expression({ expr: 'case', when, else: cast.at(-1)!.expr, type: typeName(type) }, type, scope)
  }
}

const branch = (condition: Operand, then: Operand): Branch => {
  const test = toExpression(condition)
  if (test.type.kind !== 'bool') throw failure('INVALID_PLAN', `the condition is of type ${typeName(test.type)}, not bool`)
  return { if: test, then }
}

export const when = (condition: Operand, then: Operand): Case => new Case([branch(condition, then)])
