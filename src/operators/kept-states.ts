/**
 * Aggregates in IR that keep one of the values: first and last, least and greatest, and the value beside those. Which one it is does
 * not hang on threads: beside the value stands the position of its row, and of two states the one that comes first in source order wins.
 */
import { binary, both, either, FALSE, ifElse, literal, not, option, share, TRUE, valid, value, zero } from '../ir/build.ts'
import { type Ir, isOption, type Scalar, scalarOf } from '../ir/nodes.ts'
import type { StateField } from '../ir/program.ts'
import { WIDTHS } from '../ir/ranges.ts'
import { isFloating } from '../layout/types.ts'
import { type AggregateLowering, at, ifTaken, type LowerAggregate, orSeen, seenField, when } from './aggregate-states.ts'
import { exactLiteral } from './lowering.ts'
import type { Lowered } from './registry.ts'
import { relate } from './relate.ts'

/** Where the row in flight comes. */
const POSITION: Ir = { ir: 'position', type: 'i64', order: 0, times: 1, plus: 0 }
/** Of a state that has no value. */
const NOWHERE = literal('i64', WIDTHS.i64.max)
const isBefore = (a: Ir, b: Ir): Ir => binary('<', a, b)
const isSomewhere = (position: Ir): Ir => binary('!=', position, NOWHERE)

interface Candidate {
  /** The kept value, then what it was chosen by. */
  readonly values: readonly Ir[]
  readonly position: Ir
}

/**
 * A state of values and a position. `replaces` tells whether a candidate takes the place of another, which is there; the first of
 * the values is the result. `nullable`: it may be NULL, and one more field says whether it is.
 */
const keeping = (kept: Lowered, others: readonly Scalar[], passed: boolean, everySeen: boolean, replaces: (candidate: Candidate, held: Candidate) => Ir, site: Parameters<LowerAggregate>[1]): AggregateLowering => {
  const nullable = passed && isOption(kept.ir.type)
  const scalars = [scalarOf(kept.ir.type), ...others]
  const fields: readonly StateField[] = [...scalars.map((type) => ({ type, init: zero(type) })), ...(nullable ? [{ type: 'bool' as const, init: FALSE }] : []), { type: 'i64', init: NOWHERE }]
  const split = (s: readonly Ir[]): Candidate & { readonly isValid: Ir } => ({ values: s.slice(0, scalars.length), isValid: nullable ? at(s, scalars.length) : TRUE, position: at(s, fields.length - 1) })
  /** `values` are evaluated wherever there is a candidate: what they raise does not hang on the state. */
  const choose = (s: readonly Ir[], there: Ir, { values, position, isValid }: Candidate & { readonly isValid: Ir }): readonly Ir[] => {
    const held = split(s)
    const better = (chosen: Candidate) => either(not(isSomewhere(held.position)), replaces(chosen, held))
    const next = (i: number): Ir => ifTaken(there, share(at(values, i), (v) => ifElse(better({ position, values: values.map((x, k) => (k === i ? v : x)) }), v, at(s, i))), at(s, i))
    const rest = (v: Ir, old: Ir): Ir => ifElse(both(there, better({ position, values })), v, old)
    return [...values.map((_, i) => next(i)), ...(nullable ? [rest(isValid, held.isValid)] : []), rest(position, held.position)]
  }
  return {
    state: fields,
    update: (s, [v, ...keys], taken) => choose(s, taken, { values: [nullable || passed ? value(v as Ir) : (v as Ir), ...keys], isValid: nullable ? valid(v as Ir) : TRUE, position: POSITION }),
    combine: (a, b) => choose(a, isSomewhere(at(b, fields.length - 1)), split(b)),
    finish: (s) => ({
      ir: nullable ? option(at(s, 0), at(s, scalars.length)) : everySeen ? at(s, 0) : option(at(s, 0), isSomewhere(at(s, fields.length - 1))),
      type: site.type,
      range: kept.range,
    }),
  }
}

/** The value of the first or the last row. `passed`: also where that is NULL. Rows of one position come in order: the last of them is a later one. */
export const lowerPlace = (last: boolean, passed: boolean): LowerAggregate => ([x], site) =>
  keeping(x as Lowered, [], passed, site.everySeen, (a, b) => (last ? not(isBefore(a.position, b.position)) : isBefore(a.position, b.position)), site)

/** Least or greatest. */
export const lowerExtreme =
  (op: '<' | '>'): LowerAggregate =>
  ([x], site) => {
    const arg = x as Lowered
    const scalar = scalarOf(arg.ir.type)
    const better = (a: Ir, b: Ir): Ir => relate(op, { ...arg, ir: a }, { ...arg, ir: b })
    if (scalar === 'i32' || scalar === 'i64' || scalar === 'i128') {
      const known = site.everySeen
      const pick = op === '<' ? 'min' : 'max'
      const worst = exactLiteral(scalar, op === '<' ? WIDTHS[scalar].max : WIDTHS[scalar].min)
      return {
        state: [{ type: scalar, init: worst }, ...seenField(known)],
        update: (s, [v], taken) => [binary(pick, at(s, 0), when(taken, v as Ir, worst)), ...orSeen(known, s[1], taken)],
        combine: (a, b) => [binary(pick, at(a, 0), at(b, 0)), ...orSeen(known, a[1], b[1] as Ir)],
        finish: (s) => ({ ir: known ? at(s, 0) : option(at(s, 0), at(s, 1)), type: site.type, range: arg.range }),
      }
    }
    // −0 and 0 are equal and yet two values: it is the first of them.
    if (isFloating(arg.type)) return keeping(arg, [], false, site.everySeen, (a, b) => either(better(at(a.values, 0), at(b.values, 0)), both(binary('==', at(a.values, 0), at(b.values, 0)), isBefore(a.position, b.position))), site)
    return held(arg, site, (v, old, seen) => ifElse(seen, share(v, (n) => ifElse(better(n, old), n, old)), v))
  }

/** The value in the row with the least or the greatest key, the first of such. `passed`: also where it is NULL. */
export const lowerBy =
  (op: '<' | '>', passed: boolean): LowerAggregate =>
  ([x, k], site) => {
    const [arg, key] = [x as Lowered, k as Lowered]
    const related = (relation: '<' | '>' | '==', a: Candidate, b: Candidate): Ir => relate(relation, { ...key, ir: at(a.values, 1) }, { ...key, ir: at(b.values, 1) })
    const replaces = (a: Candidate, b: Candidate): Ir => either(related(op, a, b), both(related('==', a, b), isBefore(a.position, b.position)))
    const lowered = keeping(arg, [scalarOf(key.ir.type)], passed, site.everySeen && !(passed && isOption(key.ir.type)), replaces, site)
    if (!passed) return lowered
    return { ...lowered, update: (s, [v, by], taken) => lowered.update(s, [v as Ir, value(by as Ir)], both(taken, valid(by as Ir))) }
  }

/** Some value, and whether there is one, without its position. */
const held = (arg: Lowered, site: Parameters<LowerAggregate>[1], choose: (v: Ir, old: Ir, seen: Ir) => Ir): AggregateLowering => {
  const scalar = scalarOf(arg.ir.type)
  const keep = (s: readonly Ir[], v: Ir, taken: Ir): readonly Ir[] => [ifTaken(taken, choose(v, at(s, 0), at(s, 1)), at(s, 0)), either(at(s, 1), taken)]
  return {
    state: [{ type: scalar, init: zero(scalar) }, { type: 'bool', init: FALSE }],
    update: (s, [v], taken) => keep(s, v as Ir, taken),
    combine: (a, b) => keep(a, at(b, 0), at(b, 1)),
    finish: (s) => ({ ir: site.everySeen ? at(s, 0) : option(at(s, 0), at(s, 1)), type: site.type, range: arg.range }),
  }
}

/** The first, or the last, value among rows that come in order. */
export const lowerFirstKnown: LowerAggregate = ([x], site) => held(x as Lowered, site, (v, old, seen) => share(v, (n) => ifElse(seen, old, n)))
export const lowerLastKnown: LowerAggregate = ([x], site) => held(x as Lowered, site, (v) => v)
