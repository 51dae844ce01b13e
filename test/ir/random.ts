/** Random IR expressions and rows, from a seeded generator; every type, small values and edges of the ranges. */
import { fresh } from '../../src/ir/build.ts'
import type { BinaryOp, Ir, IrType, Scalar, SourceColumn, UnaryOp, VecRef } from '../../src/ir/nodes.ts'
import { mulberry32 } from '../random.ts'
import type { Env, Plain, Result } from './evaluate.ts'

export const random = (seed: number) => {
  const next = mulberry32(seed)
  const below = (n: number) => Math.floor(next() * n)
  return { next, below, pick: <T>(items: readonly T[]): T => items[below(items.length)] as T }
}
export type Random = ReturnType<typeof random>

/** Also the types of the parameters. */
export const SCALARS = ['bool', 'i32', 'i64', 'i128', 'f32', 'f64'] as const
type Kind = (typeof SCALARS)[number]
const BITS = { i32: 32n, i64: 64n, i128: 128n }

export const randomValue = (r: Random, type: Scalar): Plain => {
  if (type === 'bool') return r.next() < 0.5
  if (type === 'f32' || type === 'f64') {
    const v = r.pick([0, -0, 1, -1, 0.5, 1.5, 2.5, -2.5, 3.75, 1e10, -1e10, 2 ** 31, 2 ** 63, 1e30, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, r.next() * 100, (r.next() - 0.5) * 1e6])
    return type === 'f32' ? Math.fround(v) : v
  }
  const bits = BITS[type as 'i32']
  const max = (1n << (bits - 1n)) - 1n
  const roll = r.below(10)
  if (roll < 5) return BigInt(r.below(7) - 3)
  if (roll === 5) return max
  if (roll === 6) return -max - 1n
  if (roll === 7) return max - BigInt(r.below(3))
  return BigInt.asIntN(Number(bits), (BigInt(r.below(2 ** 32)) << BigInt(r.below(Number(bits)))) - BigInt(r.below(1000)))
}

const literalOf = (r: Random, type: Scalar): Ir => {
  const v = randomValue(r, type)
  return { ir: 'literal', type, value: type === 'i32' ? Number(v) : v }
}

/** The row `n` has one field of each type, then one nullable field of each. */
export const ROW = 'n'
export const ROW_TYPES: readonly IrType[] = [...SCALARS, ...SCALARS.map((s): IrType => `?${s}`)]
export const randomEnv = (r: Random): Env => ({
  params: SCALARS.map((s) => randomValue(r, s)),
  rows: { [ROW]: [...SCALARS.map((s) => randomValue(r, s)), ...SCALARS.map((s): Result => ({ value: randomValue(r, s), valid: r.next() < 0.7 }))] },
})

export interface Choice {
  /** checked, raise and divisions by variables. */
  readonly raising: boolean
  /** Elements of relation 1, whose columns are VEC_COLUMNS. */
  readonly vecs?: boolean
}

export const VEC_COLUMNS: readonly SourceColumn[] = [
  { physical: 'i32', nullable: false },
  { physical: 'i64', nullable: true },
  { physical: 'f64', nullable: false },
  { physical: 'bool8', nullable: true },
  { physical: 'i16', nullable: false },
]
const VEC_TYPES: readonly IrType[] = ['i32', '?i64', 'f64', '?bool', 'i32']
const VEC: VecRef = { vec: 'relation', relation: 1, columns: VEC_COLUMNS }
export const randomVec = (r: Random, rows: number): Result[][] =>
  Array.from({ length: rows }, () => [randomValue(r, 'i32'), { value: randomValue(r, 'i64'), valid: r.next() < 0.7 }, randomValue(r, 'f64'), { value: r.next() < 0.5, valid: r.next() < 0.7 }, BigInt(r.below(65536) - 32768)])

const ARITHMETIC: readonly BinaryOp[] = ['+', '-', '*', '&', '|', '^', 'min', 'max', '/', '%']
const UNSIGNED: readonly BinaryOp[] = ['/u', '%u', '>>u', 'minu', 'maxu', '<<', '>>']
const UNSIGNED_COMPARISON: readonly BinaryOp[] = ['<u', '<=u', '>u', '>=u']
const COMPARISON: readonly BinaryOp[] = ['==', '!=', '<', '<=', '>', '>=']

export const randomExpression = (r: Random, type: IrType, depth: number, choice: Choice): Ir => {
  const made: { name: string; type: IrType }[] = []
  // Subtrees come back, as objects and as equals.
  const pool: Ir[] = []
  const go = (type: IrType, depth: number): Ir => {
    if (depth > 0 && r.next() < 0.03) return loop(type, depth)
    if (choice.vecs && depth > 0 && VEC_TYPES.includes(type) && r.next() < 0.1) return element(type, depth)
    const known = pool.filter((e) => e.type === type)
    if (known.length && r.next() < 0.15) return r.pick(known)
    const e = type.startsWith('?') ? optional(type.slice(1) as Kind, depth) : scalar(type as Kind, depth)
    if (made.length === 0) pool.push(e)
    return e
  }
  /** At most five rounds. */
  const loop = (type: IrType, depth: number): Ir => {
    const state = Array.from({ length: 1 + r.below(2) }, (_, i) => ({ name: fresh('s'), init: go(i === 0 ? type : r.pick(ROW_TYPES), depth - 1) }))
    const index = fresh('i')
    const bound = r.below(6)
    const few: Ir = { ir: 'literal', type: 'i32', value: bound }
    const count: Ir = r.next() < 0.5 ? few : { ir: 'binary', type: 'i32', op: 'minu', left: go('i32', depth - 1), right: few }
    const outer = made.length
    made.push(...state.map((s) => ({ name: s.name, type: s.init.type })))
    const result = go(type, depth - 1)
    made.push({ name: index, type: 'i32' })
    const update = state.map((s) => go(s.init.type, depth - 1))
    const rest = r.next() < 0.4 ? { while: go('bool', depth - 1) } : {}
    made.length = outer
    return { ir: 'loop', type, index, count, state, ...rest, update, result }
  }
  /** Within the vec, else something of the type. */
  const element = (type: IrType, depth: number): Ir => {
    const name = fresh('e')
    const index: Ir = { ir: 'ident', type: 'i32', name }
    const at: Ir = { ir: 'element', type, vec: VEC, index, field: type === 'i32' && r.next() < 0.5 ? 4 : VEC_TYPES.indexOf(type) }
    const within: Ir = { ir: 'if', type, cond: { ir: 'binary', type: 'bool', op: '<u', left: index, right: { ir: 'size', type: 'i32', vec: VEC } }, then: at, else: go(type, depth - 1) }
    return { ir: 'let', type, name, value: go('i32', depth - 1), body: within }
  }
  const leaf = (type: Kind): Ir => {
    const names = made.filter((m) => m.type === type)
    if (names.length && r.next() < 0.6) return { ir: 'ident', type, name: r.pick(names).name }
    const index = SCALARS.indexOf(type)
    const roll = r.below(5)
    if (roll < 1) return literalOf(r, type)
    if (roll < 2) return { ir: 'param', type, index }
    if (roll < 4) return { ir: 'field', type, row: ROW, index }
    return { ir: 'value', type, arg: { ir: 'field', type: `?${type}`, row: ROW, index: index + SCALARS.length } }
  }
  const branch = <T extends IrType>(type: T, depth: number, of: (depth: number) => Ir): Ir => {
    const parts = { type, cond: go('bool', depth - 1), then: of(depth - 1), else: of(depth - 1) }
    return r.pick(['if', 'select'] as const) === 'if' ? { ir: 'if', ...parts } : { ir: 'select', ...parts }
  }
  const binding = (type: IrType, depth: number, of: (depth: number) => Ir): Ir => {
    const value = go(r.pick([...SCALARS, type]), depth - 1)
    const name = fresh('x')
    made.push({ name, type: value.type })
    const body = of(depth - 1)
    made.pop()
    return { ir: 'let', type, name, value, body }
  }
  const optional = (type: Kind, depth: number): Ir => {
    const whole: IrType = `?${type}`
    const names = made.filter((m) => m.type === whole)
    if (names.length && r.next() < 0.4) return { ir: 'ident', type: whole, name: r.pick(names).name }
    if (depth <= 0) return { ir: 'field', type: whole, row: ROW, index: SCALARS.indexOf(type) + SCALARS.length }
    switch (r.below(4)) {
      case 0:
        return branch(whole, depth, (d) => go(whole, d))
      case 1:
        return binding(whole, depth, (d) => go(whole, d))
      default:
        return { ir: 'option', type: whole, value: go(type, depth - 1), valid: go('bool', depth - 1) }
    }
  }
  const scalar = (type: Kind, depth: number): Ir => {
    if (depth <= 0) return leaf(type)
    switch (r.below(8)) {
      case 0:
        return branch(type, depth, (d) => go(type, d))
      case 1:
        return binding(type, depth, (d) => go(type, d))
      case 2:
        return { ir: 'value', type, arg: go(`?${type}`, depth - 1) }
      case 3:
        return cast(type, depth)
      case 4:
        if (choice.raising && r.next() < 0.4 && (type === 'i32' || type === 'i64' || type === 'i128')) {
          return { ir: 'checked', type, op: r.pick(['+', '-', '*'] as const), left: go(type, depth - 1), right: go(type, depth - 1), site: 0 }
        }
        if (choice.raising && r.next() < 0.05) return { ir: 'raise', type, code: 'RAISED', site: 1 }
        return unary(type, depth)
      default:
        return type === 'bool' ? logical(depth) : arithmetic(type, depth)
    }
  }
  const unary = (type: Kind, depth: number): Ir => {
    const ops: readonly UnaryOp[] = type === 'bool' ? ['not'] : type === 'f32' || type === 'f64' ? ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'] : ['neg', 'abs']
    if (type === 'i32' && r.next() < 0.3) return { ir: 'narrow', type, bits: r.pick([8, 16] as const), signed: r.next() < 0.5, arg: go(type, depth - 1) }
    return { ir: 'unary', type, op: r.pick(ops), arg: go(type, depth - 1) }
  }
  const cast = (type: Kind, depth: number): Ir => {
    const from = SCALARS.filter((s) => s !== type && (type !== 'bool' || s === 'bool') && !(type === 'f32' && s === 'i128') && !(type === 'i128' && (s === 'f32' || (s === 'f64' && !choice.raising))))
    if (!from.length) return leaf(type)
    const arg = go(r.pick(from), depth - 1)
    const small = (t: IrType) => t === 'i32' || t === 'i64'
    const float = (t: IrType) => t === 'f32' || t === 'f64'
    const unsigned = (small(arg.type) && (float(type) || type === 'i128' || (type === 'i64' && arg.type === 'i32'))) || (float(arg.type) && small(type))
    return unsigned && r.next() < 0.4 ? { ir: 'cast', type, arg, unsigned: true } : { ir: 'cast', type, arg }
  }
  const logical = (depth: number): Ir => {
    if (r.next() < 0.2) return { ir: 'valid', type: 'bool', arg: go(`?${r.pick(SCALARS)}`, depth - 1) }
    if (r.next() < 0.5) {
      const type = r.pick(SCALARS)
      const op = type === 'bool' ? r.pick(['==', '!='] as const) : (type === 'i32' || type === 'i64') && r.next() < 0.4 ? r.pick(UNSIGNED_COMPARISON) : r.pick(COMPARISON)
      return { ir: 'binary', type: 'bool', op, left: go(type, depth - 1), right: go(type, depth - 1) }
    }
    return { ir: 'binary', type: 'bool', op: r.pick(['&&', '||', '&', '|'] as const), left: go('bool', depth - 1), right: go('bool', depth - 1) }
  }
  const arithmetic = (type: Exclude<Kind, 'bool'>, depth: number): Ir => {
    const float = type === 'f32' || type === 'f64'
    const op = r.pick(float ? (['+', '-', '*', '/', 'min', 'max'] as const) : type === 'i128' ? ARITHMETIC.filter((o) => o !== '/' && o !== '%') : r.next() < 0.3 ? UNSIGNED : ARITHMETIC)
    const left = go(type, depth - 1)
    if (!float && ['/', '%', '/u', '%u'].includes(op) && (!choice.raising || r.next() < 0.7)) {
      const by = r.pick([1, 2, 3, -3, 10])
      return { ir: 'binary', type, op, left, right: { ir: 'literal', type, value: type === 'i32' ? by : BigInt(by) } }
    }
    return { ir: 'binary', type, op, left, right: go(type, depth - 1) }
  }
  return go(type, depth)
}
