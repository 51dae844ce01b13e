/** Random expressions, rows and reductions over columns of every physical type that has a form in lanes. */
import { fresh } from '../../src/ir/build.ts'
import { type Ir, type IrType, isOption, type Scalar, scalarOf } from '../../src/ir/nodes.ts'
import { READ_AS } from '../../src/ir/physical.ts'
import type { SourceColumn, StateField } from '../../src/ir/program.ts'
import type { Physical } from '../../src/layout/relation.ts'
import type { Plain, Result } from '../ir/evaluate.ts'
import type { Random } from '../ir/random.ts'
import { randomValue } from '../ir/random.ts'
import type { Cell } from './machine.ts'

export const LANE_PHYSICALS = ['bool8', 'i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'f32', 'f64', 'code8', 'code16', 'code32'] as const satisfies readonly Physical[]
/** Each once without and once with NULLs. */
export const COLUMNS: readonly SourceColumn[] = LANE_PHYSICALS.flatMap((physical) => [{ physical, nullable: false }, { physical, nullable: true }])
export const typeOf = (c: SourceColumn): IrType => (c.nullable ? `?${READ_AS[c.physical]}` : READ_AS[c.physical])
export const LANE_TYPES = ['bool', 'i32', 'i64', 'f32', 'f64'] as const
type LaneType = (typeof LANE_TYPES)[number]
export const ROW = 'n'

const RANGES: Partial<Record<Physical, readonly [bigint, bigint]>> = {
  i8: [-128n, 127n], u8: [0n, 255n], code8: [0n, 255n], i16: [-32768n, 32767n], u16: [0n, 65535n], code16: [0n, 65535n], u32: [0n, 4294967295n], code32: [0n, 2147483647n],
}
export const randomCell = (r: Random, c: SourceColumn, nulls = 0.3): Cell => {
  if (c.nullable && r.next() < nulls) return null
  const range = RANGES[c.physical]
  if (!range) return randomValue(r, READ_AS[c.physical]) as Cell
  const [low, high] = range
  return r.next() < 0.3 ? r.pick([low, high, low + 1n, high - 1n]) : low + BigInt(Math.floor(r.next() * Number(high - low)))
}
/** As memory holds it: NULLs have zero for a value. */
export const resultOf = (c: SourceColumn, cell: Cell): Result => {
  if (!c.nullable) return cell as Plain
  const zero: Plain = READ_AS[c.physical] === 'bool' ? false : READ_AS[c.physical].startsWith('f') ? 0 : 0n
  return cell === null ? { value: zero, valid: false } : { value: cell as Plain, valid: true }
}

export interface Choice {
  readonly raising: boolean
  readonly columns?: readonly SourceColumn[]
}

export const randomLanes = (r: Random, type: IrType, depth: number, { raising, columns = COLUMNS }: Choice): Ir => {
  const made: { name: string; type: IrType }[] = []
  const literal = (type: LaneType): Ir => {
    const v = randomValue(r, type)
    return { ir: 'literal', type, value: type === 'i32' ? Number(v) : v }
  }
  const leaf = (type: IrType): Ir => {
    const names = made.filter((m) => m.type === type)
    if (names.length && r.next() < 0.5) return { ir: 'ident', type, name: r.pick(names).name }
    const fields = columns.flatMap((c, index): Ir[] => (typeOf(c) === type ? [{ ir: 'field', type, row: ROW, index }] : []))
    if (isOption(type)) return fields.length ? r.pick(fields) : { ir: 'option', type, value: literal(scalarOf(type) as LaneType), valid: literal('bool') }
    const roll = r.next()
    if (roll < 0.15 || (fields.length === 0 && roll < 0.6)) return literal(type as LaneType)
    if (roll < 0.25 || fields.length === 0) return { ir: 'param', type: type as Scalar, index: LANE_TYPES.indexOf(type as LaneType) }
    return roll < 0.4 ? { ir: 'value', type: type as Scalar, arg: leaf(`?${type as Scalar}`) } : r.pick(fields)
  }
  const branch = (type: IrType, depth: number): Ir => ({ ir: r.pick(['if', 'select'] as const), type, cond: go('bool', depth - 1), then: go(type, depth - 1), else: go(type, depth - 1) }) as Ir
  const go = (type: IrType, depth: number): Ir => {
    if (depth <= 0) return leaf(type)
    const roll = r.next()
    if (roll < 0.15) return branch(type, depth)
    if (roll < 0.25) {
      const value = go(r.pick([...LANE_TYPES, type]), depth - 1)
      const name = fresh('x')
      made.push({ name, type: value.type })
      const body = go(type, depth - 1)
      made.pop()
      return { ir: 'let', type, name, value, body }
    }
    if (raising && roll < 0.28) return { ir: 'raise', type, code: 'RAISED', site: 1 }
    if (isOption(type)) return { ir: 'option', type, value: go(scalarOf(type), depth - 1), valid: go('bool', depth - 1) }
    if (roll < 0.33) return { ir: 'value', type: type as Scalar, arg: go(`?${type as Scalar}`, depth - 1) }
    return type === 'bool' ? logical(depth) : type === 'f32' || type === 'f64' ? floating(type, depth) : whole(type as 'i32', depth)
  }
  const logical = (depth: number): Ir => {
    const roll = r.next()
    if (roll < 0.15) return { ir: 'valid', type: 'bool', arg: go(`?${r.pick(LANE_TYPES)}`, depth - 1) }
    if (roll < 0.25) return { ir: 'unary', type: 'bool', op: 'not', arg: go('bool', depth - 1) }
    if (roll < 0.3) return { ir: 'binary', type: 'bool', op: r.pick(['<u', '<=u', '>u', '>=u'] as const), left: go('i32', depth - 1), right: go('i32', depth - 1) }
    if (roll < 0.6) {
      const type = r.pick(['i32', 'i64', 'f32', 'f64'] as const)
      const op = r.pick(['==', '!=', '<', '<=', '>', '>='] as const)
      return { ir: 'binary', type: 'bool', op, left: go(type, depth - 1), right: go(type, depth - 1) }
    }
    return { ir: 'binary', type: 'bool', op: r.pick(['&&', '||', '&', '|', '^', '==', '!='] as const), left: go('bool', depth - 1), right: go('bool', depth - 1) }
  }
  const floating = (type: 'f32' | 'f64', depth: number): Ir => {
    const roll = r.next()
    if (roll < 0.25) return { ir: 'unary', type, op: r.pick(['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'] as const), arg: go(type, depth - 1) }
    if (roll < 0.3) return { ir: 'cast', type, arg: go('i32', depth - 1), unsigned: true }
    if (roll < 0.4) return { ir: 'cast', type, arg: go(r.pick(['bool', 'i32', type === 'f32' ? 'f64' : 'f32'] as const), depth - 1) }
    return { ir: 'binary', type, op: r.pick(['+', '-', '*', '/', 'min', 'max'] as const), left: go(type, depth - 1), right: go(type, depth - 1) }
  }
  const whole = (type: 'i32' | 'i64', depth: number): Ir => {
    const roll = r.next()
    if (roll < 0.15) return { ir: 'unary', type, op: r.pick(['neg', 'abs'] as const), arg: go(type, depth - 1) }
    if (roll < 0.35) return { ir: 'cast', type, arg: go(type === 'i32' ? r.pick(['bool', 'i64', 'f32', 'f64'] as const) : r.pick(['bool', 'i32'] as const), depth - 1) }
    if (roll < 0.45) {
      const places = r.below(70)
      return { ir: 'binary', type, op: r.pick(['<<', '>>', '>>u'] as const), left: go(type, depth - 1), right: { ir: 'literal', type, value: type === 'i32' ? places : BigInt(places) } }
    }
    if (type === 'i32' && roll < 0.5) return { ir: 'narrow', type, bits: r.pick([8, 16] as const), signed: r.next() < 0.5, arg: go(type, depth - 1) }
    if (roll < 0.53) return type === 'i32' ? { ir: 'binary', type, op: r.pick(['minu', 'maxu'] as const), left: go(type, depth - 1), right: go(type, depth - 1) } : { ir: 'cast', type, arg: go('i32', depth - 1), unsigned: true }
    if (raising && roll < 0.65) {
      return { ir: 'checked', type, op: type === 'i32' ? r.pick(['+', '-', '*'] as const) : r.pick(['+', '-'] as const), left: go(type, depth - 1), right: go(type, depth - 1), site: 0 }
    }
    if (type === 'i64' && roll < 0.6) {
      return { ir: 'binary', type, op: '*', left: { ir: 'cast', type, arg: go('i32', depth - 1) }, right: { ir: 'cast', type, arg: go('i32', depth - 1) } }
    }
    return { ir: 'binary', type, op: r.pick(['+', '-', '*', '&', '|', '^', 'min', 'max'] as const), left: go(type, depth - 1), right: go(type, depth - 1) }
  }
  return go(type, depth)
}

/** A field of a merger and its update by a row, a reduction. */
export const randomReduction = (r: Random, index: number, choice: Choice): { readonly state: StateField; readonly update: Ir } => {
  const type = r.pick(['bool', 'i32', 'i64', 'i128', 'f32', 'f64'] as const)
  const state: Ir = { ir: 'field', type, row: 's', index }
  const value = (): Ir => {
    if (type === 'i128') return { ir: 'cast', type, arg: r.next() < 0.2 ? { ir: 'cast', type: 'i64', arg: randomLanes(r, 'bool', 2, choice) } : randomLanes(r, r.pick(['i32', 'i64'] as const), 2, choice) }
    if (type === 'i64' && r.next() < 0.5) return { ir: 'cast', type, arg: randomLanes(r, r.pick(['bool', 'i32'] as const), r.below(3), choice) }
    return randomLanes(r, type, r.below(4), choice)
  }
  const one: Ir = { ir: 'literal', type: type === 'i128' ? 'i128' : 'i64', value: 1n }
  const zero: Ir = { ir: 'literal', type, value: type === 'i32' ? 0 : 0n }
  const op = type === 'bool' ? r.pick(['&', '|'] as const) : type === 'i128' ? '+' : type === 'f32' || type === 'f64' ? r.pick(['min', 'max'] as const) : r.pick(['+', '+', '+', '*', 'min', 'max', '&', '|', '^'] as const)
  const added = (): Ir => {
    const roll = r.next()
    if (op === '+' && type !== 'i32' && roll < 0.15) return one
    if (op === '+' && roll < 0.4) return { ir: 'select', type, cond: randomLanes(r, 'bool', 1, { ...choice, raising: false }), then: value(), else: zero }
    return value()
  }
  const plain = (): Ir => (r.next() < 0.5 ? { ir: 'binary', type, op, left: state, right: added() } : { ir: 'binary', type, op, left: added(), right: state })
  const roll = r.next()
  const update: Ir =
    roll < 0.6 ? plain() : roll < 0.75 ? { ir: 'if', type, cond: randomLanes(r, 'bool', 2, choice), then: plain(), else: state } : roll < 0.85 ? { ir: 'if', type, cond: randomLanes(r, 'bool', 1, choice), then: state, else: plain() }
    : type === 'bool' ? { ir: 'literal', type, value: op === '|' } : { ir: 'if', type, cond: randomLanes(r, 'bool', 1, choice), then: plain(), else: plain() }
  const init = randomValue(r, type)
  return { state: { type, init: { ir: 'literal', type, value: type === 'i32' ? Number(init) : init } }, update }
}
