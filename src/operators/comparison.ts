/**
 * Comparisons that a plan calls: the six relations, their NULL-safe forms, BETWEEN and IN.
 */
import { both, either, not, option, share, shareAll, TRUE, valid, value, binary } from '../ir/build.ts'
import { type Ir, isOption } from '../ir/nodes.ts'
import { union } from '../ir/ranges.ts'
import { BOOL, isBinary, isFloating, isPacked, type SqlType, typeName, typeRange } from '../layout/types.ts'
import { connect } from './logic.ts'
import { joined, lift, mayRaise, named, plain, rangeOf, runtime, scalarFor, widenIr } from './lowering.ts'
import { type ExprDef, type LowerContext, type Lowered, refuse, type SetElement, type Value } from './registry.ts'
import { type Relation, relate, test } from './relate.ts'
import { scaleOf } from './values.ts'

/** Whether values of the two types compare without a cast. Packed values are told apart by their bytes, which is no comparison in SQL. */
export const comparable = (a: SqlType, b: SqlType): boolean =>
  scaleOf(a) !== undefined ? scaleOf(a) === scaleOf(b) : a.kind === b.kind && a.kind !== 'null' && !isPacked(a)

/** The type rule of functions that compare their arguments with one another and answer with a bool. */
const compares = (fn: string, fits: (n: number) => boolean): ExprDef['type'] => (args, result) => {
  const first = args[0]
  if (first !== undefined && fits(args.length) && result.kind === 'bool' && args.every((a) => comparable(first, a))) return true
  return refuse(fn, `${fn}(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`)
}
const isTwo = (n: number) => n === 2

const relation = (name: string, op: Relation, doc: string): ExprDef => ({
  doc,
  type: compares(name, isTwo),
  eval: ({ argTypes }) => test(op, argTypes[0] as SqlType, argTypes[1] as SqlType),
  lower: ([a, b]) => plain(relate(op, a as Lowered, b as Lowered), BOOL),
})

export const eq = relation('eq', '==', 'a = b. NaN equals NaN, −0 equals 0; strings compare by bytes.')
export const ne = relation('ne', '!=', 'a ≠ b.')
export const lt = relation('lt', '<', 'a < b. NaN is greater than every other number.')
export const le = relation('le', '<=', 'a ≤ b.')
export const gt = relation('gt', '>', 'a > b.')
export const ge = relation('ge', '>=', 'a ≥ b.')

const distinctEval = (same: boolean): ExprDef['eval'] => ({ argTypes }) => {
  const equal = test('==', argTypes[0] as SqlType, argTypes[1] as SqlType)
  return (a, b) => (a === null || b === null ? (a === b) === same : equal(a, b) === same)
}

/** NULLs compare as one more value. The values of NULLs are unspecified, so they count only where both are valid. */
const lowerNotDistinct = (a: Lowered, b: Lowered): Ir =>
  named(a.ir, (x) => named(b.ir, (y) => {
    const equal = relate('==', { ...a, ir: value(x) }, { ...b, ir: value(y) })
    if (!isOption(x.type) && !isOption(y.type)) return equal
    return shareAll([valid(x), valid(y)], ([va, vb]) => both(binary('==', widenIr(va as Ir, 'i32'), widenIr(vb as Ir, 'i32')), either(not(va as Ir), equal)))
  }))

export const is_distinct: ExprDef = {
  doc: 'a IS DISTINCT FROM b: as ≠, with NULL a value equal to itself. Never NULL.',
  type: compares('is_distinct', isTwo),
  strict: false,
  eval: distinctEval(false),
  lower: ([a, b]) => plain(not(lowerNotDistinct(a as Lowered, b as Lowered)), BOOL),
}

export const is_not_distinct: ExprDef = {
  doc: 'a IS NOT DISTINCT FROM b: as =, with NULL a value equal to itself. Never NULL.',
  type: compares('is_not_distinct', isTwo),
  strict: false,
  eval: distinctEval(true),
  lower: ([a, b]) => plain(lowerNotDistinct(a as Lowered, b as Lowered), BOOL),
}

const shared = (x: Lowered, body: (x: Lowered) => Ir): Ir => named(x.ir, (ir) => body({ ...x, ir }))

export const between: ExprDef = {
  doc: 'low ≤ a ≤ high, arguments (a, low, high): the conjunction of two comparisons, so false where one is false and the other NULL.',
  type: compares('between', (n) => n === 3),
  strict: false,
  eval: ({ argTypes }) => {
    const [t, l, h] = argTypes as [SqlType, SqlType, SqlType]
    const above = test('>=', t, l)
    const below = test('<=', t, h)
    return (a, low, high) => {
      if (a === null) return null
      const x = low === null ? null : above(a, low)
      const y = high === null ? null : below(a, high)
      return x === false || y === false ? false : x === null || y === null ? null : true
    }
  },
  lower: (args) => {
    const [a, low, high] = args as [Lowered, Lowered, Lowered]
    const test = (x: Lowered, l: Lowered, h: Lowered) => connect(false, compare('>=', x, l), compare('<=', x, h))
    // Both bounds are evaluated, whatever the first comparison says.
    return plain(shared(a, (x) => shared(low, (l) => shared(high, (h) => test(x, l, h)))), BOOL)
  },
}

/** A relation of two options. */
const compare = (op: Relation, a: Lowered, b: Lowered): Ir => (lift([a, b], ([x, y]) => plain(relate(op, x as Lowered, y as Lowered), BOOL)) as Lowered).ir

/** Constants of a list from which on they are a set that is searched: the code does not grow with it, nor hang on how many there are. */
const SET = 16
interface ConstantSet {
  readonly element: SetElement
  readonly values: readonly Value[]
}

/** The constants of a list, where there are many, and what is left of it; each constant once. */
const takeSet = (first: Lowered, given: readonly Lowered[]): { readonly list: readonly Lowered[]; readonly set?: ConstantSet } => {
  // Ranges tell exact values' width; without one it is no value that a set has.
  const ofSet = (b: Lowered): boolean => b.constant !== undefined && b.constant !== null && !Number.isNaN(b.constant) && b.type.kind !== 'bool' && !isBinary(b.type)
  const constants = given.filter(ofSet)
  if (constants.length <= SET) return { list: given }
  const list = given.filter((b) => !ofSet(b))
  const scalar = isFloating(first.type) ? 'f64' : scalarFor(first.type, typeRange(first.type) && [first, ...constants].map(rangeOf).reduce(union))
  const element = scalar === 'i32' ? 'i64' : (scalar as SetElement)
  const exact = element === 'i64' || element === 'i128'
  // 0 and −0 are one.
  const values = [...new Set(constants.map((b) => (exact ? BigInt(b.constant as bigint | number) : b.constant === 0 ? 0 : (b.constant as Value))))]
  return { list, set: { element, values } }
}

const has = ({ element, values }: ConstantSet, a: Lowered, cx: LowerContext): Ir => runtime(`in_${element}`, widenIr(a.ir, element), cx.set(element, values))

export const in_list: ExprDef = {
  doc: 'a IN (b, …), arguments (a, b, …): true where one equals, else NULL where a or one of the list is NULL, else false.',
  type: compares('in', (n) => n >= 2),
  strict: false,
  eval: ({ argTypes }) => {
    const equal = test('==', argTypes[0] as SqlType, argTypes[1] as SqlType)
    return (a, ...list) => {
      if (a === null) return null
      let unknown = false
      for (const b of list) {
        if (b === null) unknown = true
        else if (equal(a, b)) return true
      }
      return unknown ? null : (false as Value)
    }
  },
  lower: ([first, ...given], _, cx) => {
    const { list, set } = takeSet(first as Lowered, given)
    if (list.some((b) => mayRaise(b.ir))) return refuse('in', 'a list element that may raise')
    const inSet = (a: Lowered): readonly Ir[] => (set ? [has(set, a, cx)] : [])
    if (!list.some((b) => isOption(b.ir.type))) {
      return lift([first as Lowered], ([x]) => plain(shared(x as Lowered, (a) => joined([...inSet(a), ...list.map((b) => relate('==', a, b))], either)), BOOL))
    }
    const ir = shared(first as Lowered, (a) => {
      const tests = [...(set ? [(lift([a], ([x]) => plain(has(set, x as Lowered, cx), BOOL)) as Lowered).ir] : []), ...list.map((b) => compare('==', a, b))]
      // value: some test is valid and true; NULL where none is and some test is NULL.
      const go = (i: number, done: readonly Ir[]): Ir => {
        const t = tests[i]
        if (t !== undefined) return named(t, (x) => go(i + 1, [...done, x]))
        return share(done.map((x) => both(value(x), valid(x))).reduce(either), (hit) => option(hit, either(hit, done.map(valid).reduce(both, TRUE))))
      }
      return go(0, [])
    })
    return plain(ir, BOOL)
  },
}
