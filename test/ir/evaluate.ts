/**
 * What IR means, for tests: BigInt and JavaScript's own arithmetic, no code shared with the compiler. Integers are bigints of
 * every width, strs do not occur, an option is {value, valid}.
 */
import type { Ir, Scalar, VecRef } from '../../src/ir/nodes.ts'

export type Plain = bigint | number | boolean
export interface Option {
  readonly value: Plain
  readonly valid: boolean
}
export type Result = Plain | Option
export interface Env {
  readonly params: readonly Plain[]
  readonly rows: Readonly<Record<string, readonly Result[]>>
  readonly names?: ReadonlyMap<string, Result>
  /** Relations as whole vecs: rows of fields. */
  readonly relations?: Readonly<Record<number, readonly (readonly Result[])[]>>
}

export class Raises extends Error {}

const BITS: Record<string, number> = { i32: 32, i64: 64, i128: 128 }
const unsigned = (type: Scalar, n: bigint): bigint => BigInt.asUintN(BITS[type] as number, n)
const wrap = (type: Scalar, n: bigint): bigint => BigInt.asIntN(BITS[type] as number, n)
const exactFloat = (n: bigint): number => {
  // One rounding to 24 bits, ties to even.
  const sign = n < 0n ? -1 : 1
  const m = n < 0n ? -n : n
  const shift = BigInt(Math.max(0, m.toString(2).length - 24))
  const low = m & ((1n << shift) - 1n)
  const half = shift === 0n ? 0n : 1n << (shift - 1n)
  let top = m >> shift
  if (shift > 0n && (low > half || (low === half && (top & 1n) === 1n))) top += 1n
  return sign * Number(top << shift)
}
/** DuckDB's: the two halves are rounded one by one. */
const wideToDouble = (n: bigint): number => {
  const hi = n >> 64n
  const lo = n & 0xffffffffffffffffn
  return hi === -1n ? -Number(0xffffffffffffffffn - lo) - 1 : Number(lo) + Number(hi) * 2 ** 64
}

export const evaluate = (e: Ir, env: Env): Result => {
  const plain = (x: Ir) => evaluate(x, env) as Plain
  switch (e.ir) {
    case 'literal':
      return BITS[e.type] ? BigInt(e.value) : (e.value as Plain)
    case 'param':
      return env.params[e.index] as Plain
    case 'ident': {
      const v = env.names?.get(e.name)
      if (v === undefined) throw new Error(`unbound ${e.name}`)
      return v
    }
    case 'field':
      return env.rows[e.row]?.[e.index] as Result
    case 'let':
      return evaluate(e.body, { ...env, names: new Map([...(env.names ?? []), [e.name, evaluate(e.value, env)]]) })
    case 'if':
      return plain(e.cond) ? evaluate(e.then, env) : evaluate(e.else, env)
    case 'select': {
      const sides = [evaluate(e.then, env), evaluate(e.else, env)]
      return sides[plain(e.cond) ? 0 : 1] as Result
    }
    case 'binary':
      return binary(e, plain)
    case 'checked': {
      const [a, b] = [plain(e.left) as bigint, plain(e.right) as bigint]
      const exact = e.op === '+' ? a + b : e.op === '-' ? a - b : a * b
      if (wrap(e.type, exact) !== exact) throw new Raises('OVERFLOW')
      return exact
    }
    case 'unary':
      return unary(e.op, e.type, plain(e.arg))
    case 'cast':
      return e.unsigned ? castUnsigned(e.arg.type as Scalar, e.type, plain(e.arg)) : castTo(e.arg.type as Scalar, e.type, plain(e.arg))
    case 'narrow': {
      const low = BigInt.asUintN(e.bits, plain(e.arg) as bigint)
      return e.signed && low >> BigInt(e.bits - 1) ? low - (1n << BigInt(e.bits)) : low
    }
    case 'loop':
      return loop(e, env)
    case 'size':
      return BigInt(rowsOf(e.vec, env).length)
    case 'element': {
      const at = Number(BigInt.asUintN(32, plain(e.index) as bigint))
      const row = rowsOf(e.vec, env)[at]
      if (!row) throw new Error(`element ${at} of ${rowsOf(e.vec, env).length}`)
      return row[e.field] as Result
    }
    case 'option':
      return { value: plain(e.value), valid: plain(e.valid) as boolean }
    case 'value':
      return (evaluate(e.arg, env) as Option).value
    case 'valid':
      return (evaluate(e.arg, env) as Option).valid
    case 'memo':
      plain(e.code)
      return plain(e.compute)
    case 'raise':
      throw new Raises(e.code)
    case 'call': {
      const [a, b] = e.args.map(plain) as [bigint, bigint]
      const host = (Math as unknown as Record<string, (...xs: Plain[]) => number>)[e.fn]
      if (e.type === 'f64' && host) return host(...e.args.map(plain))
      if (e.fn === 'i128_div' || e.fn === 'i128_rem') {
        if (b === 0n) throw new Raises('trap')
        return wrap('i128', e.fn === 'i128_div' ? a / b : a % b)
      }
      if (e.fn === 'i128_mul_wrap') return wrap('i128', a * b)
      if (e.fn === 'i128_to_f64') return wideToDouble(a)
      if (e.fn === 'i128_mul') {
        if (wrap('i128', a * b) !== a * b) throw new Raises('OVERFLOW')
        return a * b
      }
      throw new Error(`no ${e.fn} in tests`)
    }
    default:
      throw new Error(`no ${e.ir} in tests`)
  }
}

const rowsOf = (v: VecRef, env: Env) => {
  if (v.vec !== 'relation') throw new Error(`no ${v.vec} in tests`)
  return env.relations?.[v.relation] as readonly (readonly Result[])[]
}

const loop = (e: Extract<Ir, { ir: 'loop' }>, env: Env): Result => {
  const rounds = BigInt.asUintN(32, evaluate(e.count, env) as bigint)
  let states = e.state.map((s) => evaluate(s.init, env))
  const within = (index?: bigint): Env => {
    const names = new Map([...(env.names ?? []), ...e.state.map((s, i) => [s.name, states[i] as Result] as const)])
    if (index !== undefined) names.set(e.index, index)
    return { ...env, names }
  }
  for (let i = 0n; i < rounds; i++) {
    // The number as an i32 reads it.
    const scope = within(BigInt.asIntN(32, i))
    if (e.while && !evaluate(e.while, scope)) break
    states = e.update.map((u) => evaluate(u, scope))
  }
  return evaluate(e.result, within())
}

const castUnsigned = (from: Scalar, to: Scalar, x: Plain): Plain => {
  if (typeof x === 'bigint') {
    const n = BigInt.asUintN(BITS[from] as number, x)
    return to === 'f32' ? exactFloat(n) : to === 'f64' ? Number(n) : wrap(to, n)
  }
  const most = (1n << BigInt(BITS[to] as number)) - 1n
  const v = x as number
  return wrap(to, Number.isNaN(v) || v <= 0 ? 0n : v >= Number(most) ? most : BigInt(Math.trunc(v)))
}

const binary = (e: Extract<Ir, { ir: 'binary' }>, plain: (x: Ir) => Plain): Plain => {
  const type = e.left.type as Scalar
  const x = plain(e.left)
  if (e.op === '&&') return x ? plain(e.right) : false
  if (e.op === '||') return x ? true : plain(e.right)
  const y = plain(e.right)
  switch (e.op) {
    case '==': return x === y
    case '!=': return x !== y
    case '<': return x < y
    case '<=': return x <= y
    case '>': return x > y
    case '>=': return x >= y
    default:
  }
  if (type === 'bool') return e.op === '&' ? Boolean(x) && Boolean(y) : e.op === '|' ? Boolean(x) || Boolean(y) : x !== y
  if (type === 'f32' || type === 'f64') {
    const [a, b] = [x as number, y as number]
    const r = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, min: Math.min(a, b), max: Math.max(a, b) }[e.op as '+'] as number
    return type === 'f32' ? Math.fround(r) : r
  }
  const [a, b] = [x as bigint, y as bigint]
  const places = b & BigInt((BITS[type] as number) - 1)
  switch (e.op) {
    case '+': return wrap(type, a + b)
    case '-': return wrap(type, a - b)
    case '*': return wrap(type, a * b)
    case '/':
      if (b === 0n || wrap(type, a / b) !== a / b) throw new Raises('trap')
      return a / b
    case '%':
      if (b === 0n) throw new Raises('trap')
      return a % b
    case '&': return a & b
    case '|': return a | b
    case '^': return a ^ b
    case '<<': return wrap(type, a << places)
    case '>>': return a >> places
    case '/u':
    case '%u': {
      if (b === 0n) throw new Raises('trap')
      const [p, q] = [unsigned(type, a), unsigned(type, b)]
      return wrap(type, e.op === '/u' ? p / q : p % q)
    }
    case '>>u': return wrap(type, unsigned(type, a) >> places)
    case 'minu': return unsigned(type, a) < unsigned(type, b) ? a : b
    case 'maxu': return unsigned(type, a) > unsigned(type, b) ? a : b
    case '<u': return unsigned(type, a) < unsigned(type, b)
    case '<=u': return unsigned(type, a) <= unsigned(type, b)
    case '>u': return unsigned(type, a) > unsigned(type, b)
    case '>=u': return unsigned(type, a) >= unsigned(type, b)
    case 'min': return a < b ? a : b
    case 'max': return a > b ? a : b
    default: throw new Error(e.op)
  }
}

const unary = (op: string, type: Scalar, x: Plain): Plain => {
  if (op === 'not') return !x
  if (typeof x === 'bigint') return wrap(type, op === 'neg' ? -x : x < 0n ? -x : x)
  const v = x as number
  const down = Math.floor(v)
  const even = v - down < 0.5 || (v - down === 0.5 && down % 2 === 0) ? down : down + 1
  const r = {
    neg: -v, abs: Math.abs(v), sqrt: Math.sqrt(v), floor: down, ceil: Math.ceil(v), trunc: Math.trunc(v),
    nearest: Number.isFinite(v) && Math.abs(v) < 2 ** 52 ? (even === 0 && (v < 0 || Object.is(v, -0)) ? -0 : even) : v,
  }[op as 'neg']
  return type === 'f32' ? Math.fround(r) : r
}

const castTo = (from: Scalar, to: Scalar, x: Plain): Plain => {
  if (from === to) return x
  if (from === 'bool') return castTo('i32', to, x ? 1n : 0n)
  if (to === 'bool') return x !== 0n
  if (typeof x === 'bigint') {
    if (BITS[to]) return wrap(to, x)
    if (to === 'f32') return exactFloat(x)
    return from === 'i128' ? wideToDouble(x) : Number(x)
  }
  const v = x as number
  if (to === 'f64') return v
  if (to === 'f32') return Math.fround(v)
  if (to === 'i128') {
    if (!(Math.abs(v) < 2 ** 127) && v !== -(2 ** 127)) throw new Raises('OVERFLOW')
    return BigInt(Math.trunc(v))
  }
  if (Number.isNaN(v)) return 0n
  const most = (1n << BigInt((BITS[to] as number) - 1)) - 1n
  const whole = Math.trunc(v)
  return whole > Number(most) ? most : whole < -Number(most) - 1 ? -most - 1n : BigInt(whole) > most ? most : BigInt(whole)
}

export const equalResults = (a: Result, b: Result): boolean => {
  if (typeof a === 'object' && typeof b === 'object') return a.valid === b.valid && (!a.valid || Object.is(a.value, b.value))
  return Object.is(a, b)
}

export const outcome = (e: Ir, env: Env): Result | 'raises' => {
  try {
    return evaluate(e, env)
  } catch (error) {
    if (error instanceof Raises) return 'raises'
    throw error
  }
}
