/**
 * Three-valued logic, and the functions that choose among arguments by their NULLs. `and`, `or` and `coalesce` do not
 * evaluate what an earlier argument excludes, so that it cannot raise; where it cannot anyway, there is no branch.
 */
import { and as lazyAnd, binary, both, either, FALSE, ifElse, not as notIr, or as lazyOr, option, share, some, TRUE, valid, value } from '../ir/build.ts'
import { type Ir, isOption } from '../ir/nodes.ts'
import { BOOL, isPacked, type SqlType, sameType, typeName } from '../layout/types.ts'
import { choose, joined, mayRaise, named, nullAs, plain, rangeOf, scalarFor, widenIr } from './lowering.ts'
import { union, widthOf } from '../ir/ranges.ts'
import { type ExprDef, type Lowered, refuse, type Value } from './registry.ts'
import { relate, test } from './relate.ts'
import { comparator } from './values.ts'

type Thunk = () => Value
const isBool = (t: SqlType) => t.kind === 'bool'
const allBool = (fn: string): ExprDef['type'] => (args, result) =>
  (args.length >= 2 && [...args, result].every(isBool)) || refuse(fn, `${fn} takes two or more bools and gives a bool`)

/** Two operands of a conjunction (`decides` false) or disjunction (true). */
export const connect = (decides: boolean, a: Ir, b: Ir): Ir => {
  const [eager, lazy] = decides ? [either, lazyOr] : [both, lazyAnd]
  const decided = (x: Ir) => (decides ? value(x) : notIr(value(x)))
  if (!isOption(a.type) && !isOption(b.type)) return mayRaise(b) ? lazy(a, b) : eager(a, b)
  const three = (x: Ir) => named(b, (y) => option(eager(value(x), value(y)), either(both(valid(x), valid(y)), either(both(valid(x), decided(x)), both(valid(y), decided(y))))))
  return named(a, (x) => (mayRaise(b) ? ifElse(both(valid(x), decided(x)), some(decides ? TRUE : FALSE), three(x)) : three(x)))
}

const connective = (fn: string, decides: boolean, doc: string): ExprDef => ({
  doc,
  type: allBool(fn),
  strict: 'lazy',
  eval: () => (...args: readonly Thunk[]) => {
    let unknown = false
    for (const arg of args) {
      const x = arg()
      if (x === decides) return decides
      if (x === null) unknown = true
    }
    return unknown ? null : !decides
  },
  lower: (args) => plain(joined(args.map((a) => a.ir), (a, b) => connect(decides, a, b)), BOOL),
})

export const and = connective('and', false, 'Conjunction of two or more: false where one is false, else NULL where one is NULL. What follows a false one is not evaluated.')
export const or = connective('or', true, 'Disjunction of two or more: true where one is true, else NULL where one is NULL. What follows a true one is not evaluated.')

export const not: ExprDef = {
  doc: 'Negation; NULL of NULL.',
  type: (args, result) => (args.length === 1 && [...args, result].every(isBool)) || refuse('not', 'not takes a bool'),
  eval: () => (a: boolean) => !a,
  lower: ([a]) => plain(notIr((a as Lowered).ir), BOOL),
}

const oneToBool = (fn: string): ExprDef['type'] => (args, result) => (args.length === 1 && isBool(result)) || refuse(fn, `${fn} takes one argument and gives a bool`)
/** The validity of an option; its value is computed all the same where that may raise. */
const validity = (a: Ir): Ir => (!isOption(a.type) && mayRaise(a) ? share(a, () => TRUE) : valid(a))

export const is_null: ExprDef = {
  doc: 'Whether a is NULL. Never NULL.',
  type: oneToBool('is_null'),
  strict: false,
  eval: () => (a: Value) => a === null,
  lower: ([a]) => plain(notIr(validity((a as Lowered).ir)), BOOL),
}

export const is_not_null: ExprDef = {
  doc: 'Whether a is not NULL. Never NULL.',
  type: oneToBool('is_not_null'),
  strict: false,
  eval: () => (a: Value) => a !== null,
  lower: ([a]) => plain(validity((a as Lowered).ir), BOOL),
}

const sameAsResult = (fn: string, least: number): ExprDef['type'] => (args, result) =>
  (args.length >= least && args.every((a) => sameType(a, result) || a.kind === 'null')) || refuse(fn, `${fn}(${args.map(typeName).join(', ')}) → ${typeName(result)}: arguments and result must be of one type`)

/** Arguments in one machine type, options kept; a `null` becomes that type's NULL. */
export const alignOptions = (args: readonly Lowered[], type: SqlType): { irs: readonly Ir[]; range: Lowered['range'] } => {
  const real = args.filter((a) => a.type.kind !== 'null')
  const isExactType = real.some((a) => a.range !== undefined) || /^(i32|i64|i128)$/.test(scalarFor(type))
  const range = isExactType && type.kind !== 'bool' ? (real.length > 0 ? real.map(rangeOf).reduce(union) : { min: 0n, max: 0n }) : undefined
  const scalar = range === undefined ? scalarFor(type) : widthOf(range)
  return { irs: args.map((a) => (a.type.kind === 'null' ? nullAs(a.ir, scalar) : widenIr(a.ir, scalar))), range }
}

export const coalesce: ExprDef = {
  doc: 'The first argument that is not NULL; those after it are not evaluated.',
  type: sameAsResult('coalesce', 1),
  strict: 'lazy',
  eval: () => (...args: readonly Thunk[]) => {
    for (const arg of args) {
      const x = arg()
      if (x !== null) return x
    }
    return null
  },
  lower: (args, site) => {
    const { irs, range } = alignOptions(args, site.type)
    const ir = irs.reduceRight((rest, a) => {
      if (!isOption(a.type)) return a
      return named(a, (x) => {
        if (mayRaise(rest)) return ifElse(valid(x), isOption(rest.type) ? x : value(x), rest)
        return named(rest, (r) => option(choose(valid(x), value(x), value(r)), either(valid(x), valid(r))))
      })
    })
    return { ir, type: site.type, range }
  },
}

export const nullif: ExprDef = {
  doc: 'NULL where a = b, else a.',
  type: (args, result) => (args.length === 2 && sameType(args[0] as SqlType, args[1] as SqlType) && !isPacked(result) ? sameAsResult('nullif', 2)(args, result) : refuse('nullif', 'nullif takes two arguments of one type that compares')),
  strict: false,
  eval: ({ argTypes }) => {
    const equal = test('==', argTypes[0] as SqlType, argTypes[1] as SqlType)
    return (a, b) => (a !== null && b !== null && equal(a, b) ? null : a)
  },
  lower: ([a, b], site) => {
    const [x, y] = [a as Lowered, b as Lowered]
    const ir = named(x.ir, (left) => named(y.ir, (right) => {
      const equal = both(relate('==', { ...x, ir: value(left) }, { ...y, ir: value(right) }), valid(right))
      return option(value(left), both(valid(left), notIr(equal)))
    }))
    return { ir, type: site.type, range: x.range }
  },
}

const extreme = (fn: string, wanted: 1 | -1, doc: string): ExprDef => ({
  doc,
  type: (args, result) => (result.kind === 'null' || isPacked(result) ? refuse(fn, 'needs a type whose values have an order') : sameAsResult(fn, 1)(args, result)),
  strict: false,
  eval: ({ type }) => {
    const compare = comparator(type)
    return (...args: readonly Value[]) => {
      let best: Value = null
      for (const x of args) if (x !== null && (best === null || compare(x, best) * wanted > 0)) best = x
      return best
    }
  },
  lower: (args, site) => {
    const { irs, range } = alignOptions(args, site.type)
    const pick = (a: Ir, b: Ir): Ir => {
      if (/^i/.test(a.type)) return binary(wanted > 0 ? 'max' : 'min', a, b)
      const at = (ir: Ir): Lowered => ({ ir, type: site.type, range })
      return share(a, (x) => share(b, (y) => choose(relate(wanted > 0 ? '>' : '<', at(y), at(x)), y, x)))
    }
    const ir = irs.reduce((a, b) => {
      if (!isOption(a.type) && !isOption(b.type)) return pick(a, b)
      return named(a, (x) => named(b, (y) => {
        const decided = share(value(x), (u) => share(value(y), (w) => choose(both(valid(x), valid(y)), pick(u, w), choose(valid(x), u, w))))
        return option(decided, either(valid(x), valid(y)))
      }))
    })
    return { ir, type: site.type, range }
  },
})

export const greatest = extreme('greatest', 1, 'The greatest of the arguments that are not NULL; NULL where all are. NaN is the greatest number.')
export const least = extreme('least', -1, 'The least of the arguments that are not NULL; NULL where all are.')
