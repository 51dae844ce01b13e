/**
 * Evaluates IR expressions as nodes.ts words them, one value at a time, and is strict about types: what the code generator
 * would encode wrongly fails here first. i32: number; i64, i128: bigint; str: JS string; options: {valid, value}.
 */
import { civilFromDays, formatDate, formatTimestamp } from '../../src/layout/dates.ts'
import { type Ir, isOption, RAISES, type RaiseCode, type Scalar, scalarOf } from '../../src/ir/nodes.ts'
import { RUNTIME, type RuntimeName } from '../../src/ir/runtime.ts'
import { murmur3, xxhash64 } from '../../src/layout/spark-hash.ts'
import { DOUBLE, FLOAT, INT128, STRING } from '../../src/layout/types.ts'
import type { Interval, RowField } from '../../src/layout/unsafe-row.ts'
import { murmur3 as rowMurmur3, xxhash64 as rowXxhash64 } from '../../src/layout/unsafe/hashes.ts'
import { extentOf, RowView } from '../../src/layout/unsafe/views.ts'
import { packSlice } from '../../src/layout/unsafe/writer.ts'
import { hugeToDouble, divideRounding, numericCast } from '../../src/operators/cast-numbers.ts'
import { floatText } from '../../src/operators/cast-floats.ts'
import { fromText, parseExact } from '../../src/operators/cast-text.ts'
import { timestampOf } from '../../src/operators/dates-make.ts'
import * as units from '../../src/operators/dates-units.ts'
import { ageOf } from '../../src/operators/intervals.ts'
import * as build from '../../src/operators/strings-build-text.ts'
import * as text from '../../src/operators/strings-text.ts'
import { compareStrings } from '../../src/operators/values.ts'

export class Raised extends Error {
  readonly code: RaiseCode
  constructor(code: RaiseCode) {
    super(code)
    this.code = code
  }
}
/** What would trap in wasm, or is not valid IR. */
export class Invalid extends Error {}

type Plain = boolean | number | bigint | string
export type Evaluated = Plain | { readonly valid: boolean; readonly value: Plain }
type Env = ReadonlyMap<string, Evaluated>

const bits = { i32: 32, i64: 64, i128: 128 } as const
const isInt = (t: Scalar): t is 'i32' | 'i64' | 'i128' => t in bits
const check: (ok: boolean, why: string) => asserts ok = (ok, why) => {
  if (!ok) throw new Invalid(why)
}

const ofType = (type: Scalar, v: Plain): Plain => {
  const kind = typeof v
  const fits = type === 'bool' ? kind === 'boolean' : type === 'str' ? kind === 'string' : type === 'i64' || type === 'i128' ? kind === 'bigint' : kind === 'number'
  check(fits, `${String(v)} is no ${type}`)
  if (type === 'i32') check((v as number) === ((v as number) | 0), `${v} is no i32`)
  if (type === 'f32') check(Number.isNaN(v as number) || Math.fround(v as number) === v, `${v} is no f32`)
  if (type === 'i64' || type === 'i128') check(BigInt.asIntN(bits[type], v as bigint) === v, `${v} is no ${type}`)
  return v
}

const wrapInt = (type: 'i32' | 'i64' | 'i128', v: bigint): number | bigint => (type === 'i32' ? Number(BigInt.asIntN(32, v)) : BigInt.asIntN(bits[type], v))

const binaryInt = (op: string, a: bigint, b: bigint, min: bigint): bigint => {
  switch (op) {
    case '+': return a + b
    case '-': return a - b
    case '*': return a * b
    case '/':
      check(b !== 0n && !(b === -1n && a === min), 'division trap')
      return a / b
    case '%':
      check(b !== 0n && !(b === -1n && a === min), 'remainder trap')
      return a % b
    case '&': return a & b
    case '|': return a | b
    case '^': return a ^ b
    case '<<': return a << (b & (min === -(1n << 31n) ? 31n : 63n))
    case '>>': return a >> (b & (min === -(1n << 31n) ? 31n : 63n))
    case '>>u': return BigInt.asUintN(min === -(1n << 31n) ? 32 : 64, a) >> b
    case 'min': return a < b ? a : b
    case 'max': return a > b ? a : b
    default: throw new Invalid(`no integer ${op}`)
  }
}

const binaryFloat = (op: string, a: number, b: number): number => {
  switch (op) {
    case '+': return a + b
    case '-': return a - b
    case '*': return a * b
    case '/': return a / b
    default: throw new Invalid(`no float ${op}`)
  }
}

const compare = (op: string, a: any, b: any): boolean | undefined => {
  switch (op) {
    case '==': return a === b
    case '!=': return a !== b
    case '<': return a < b
    case '<=': return a <= b
    case '>': return a > b
    case '>=': return a >= b
    default: return undefined
  }
}

const unaryOf = (op: string, type: Scalar, x: Plain): Plain => {
  if (op === 'not') {
    check(type === 'bool', 'not of no bool')
    return !x
  }
  if (op === 'length') {
    check(type === 'str', 'length of no str')
    return Buffer.byteLength(x as string)
  }
  if (isInt(type)) {
    check(op === 'neg' || op === 'abs', `no integer ${op}`)
    const v = BigInt(x as number)
    return wrapInt(type, op === 'neg' ? -v : v < 0n ? -v : v)
  }
  const v = x as number
  const even = (n: number) => (Math.abs(n - Math.trunc(n)) === 0.5 ? 2 * Math.round(n / 2) : Math.round(n)) || (Object.is(n, -0) || n < 0 ? -0 : 0)
  const result = { neg: () => -v, abs: () => Math.abs(v), sqrt: () => Math.sqrt(v), floor: () => Math.floor(v), ceil: () => Math.ceil(v), trunc: () => Math.trunc(v), nearest: () => (Number.isFinite(v) ? even(v) : v) }[op]
  check(result !== undefined && (type === 'f32' || type === 'f64'), `no ${type} ${op}`)
  return type === 'f32' ? Math.fround(result()) : result()
}

const castOf = (from: Scalar, to: Scalar, x: Plain): Plain => {
  if (from === 'bool' || to === 'bool') {
    check(from === 'i32' || to === 'i32', `cast ${from} → ${to}`)
    return from === 'bool' ? Number(x) : x !== 0
  }
  check(from !== 'str' && to !== 'str' && from !== to, `cast ${from} → ${to}`)
  if (isInt(from)) {
    const v = BigInt(x as number)
    if (isInt(to)) return wrapInt(to, v)
    check(from !== 'i128', 'i128 → float is a call')
    return to === 'f32' ? floatOf(v) : Number(v)
  }
  if (!isInt(to)) return to === 'f32' ? Math.fround(x as number) : x
  check(to !== 'i128', 'float → i128 is a call')
  const v = x as number
  if (Number.isNaN(v)) return wrapInt(to, 0n)
  const limit = 1n << BigInt(bits[to] - 1)
  const t = Number.isFinite(v) ? BigInt(Math.trunc(v)) : v > 0 ? limit : -limit
  return wrapInt(to, t >= limit ? limit - 1n : t < -limit ? -limit : t)
}

/** One rounding, which Math.fround(Number(x)) would not be. */
const floatOf = (v: bigint): number => {
  const rough = Math.fround(Number(v))
  const error = (f: number) => (BigInt(f) > v ? BigInt(f) - v : v - BigInt(f))
  const ulp = 2 ** (Math.floor(Math.log2(Math.abs(rough) || 1)) - 23)
  return [rough - ulp, rough + ulp].map(Math.fround).reduce((best, f) => (Number.isInteger(f) && error(f) < error(best) ? f : best), rough)
}

/** By the flags of runtime.ts; a number of 128 bits whatever its scale. */
const parsed = (s: string, scale: number, flags: number): bigint | undefined => parseExact({ kind: 'int128' }, scale, (flags & 1) !== 0, (flags & 2) !== 0)(s) as bigint | undefined

const tens = (n: number): bigint => 10n ** BigInt(Math.max(n, 0))
const roundedQuotient = (a: bigint, b: bigint): bigint => (b < 0n ? divideRounding(-a, -b) : divideRounding(a, b))
/** What has no 128 bits is the least number. */
const within128 = (x: bigint): bigint => (BigInt.asIntN(128, x) === x ? x : -(1n << 127n))

const bytesOf = (x: string): Buffer => Buffer.from(x.padEnd(64, '\0'), 'latin1')
const elementsAt = (x: string): number => 8 + Math.ceil(bytesOf(x).readInt32LE(0) / 64) * 8
/** Bytes are a text of them. */
const packed = (interval: Interval): string => Buffer.from(packSlice({ kind: 'interval' }, interval)).toString('latin1')

/** A parameter that is a set is the array of its values. */
const has = (x: Plain, set: readonly Plain[]) => set.some((y) => y === x)
const rank = (x: Plain, set: readonly Plain[]) => 2 * set.filter((y) => order(y, x) < 0).length + Number(set.some((y) => order(y, x) === 0))
const order = (a: any, b: any): number => (typeof a === 'string' ? compareStrings(a, b) : a < b ? -1 : a > b ? 1 : 0)
/** A packed value as a row of one field, whose type is written as layout/packed-hash.ts does it. */
const rowOf = (x: string, type: string): RowView => {
  const words = Buffer.from(type, 'latin1')
  const fieldAt = (at: number): RowField => {
    const parts: RowField[] = []
    for (let part = at + 8; part < at + words.readUInt32LE(at + 4); part += words.readUInt32LE(part + 4)) parts.push(fieldAt(part))
    const kind = words.readUInt32LE(at)
    const [first, second] = parts as [RowField, RowField]
    const form = ([{ kind: 'binary' }, { kind: 'interval' }, { kind: 'struct', fields: parts }, { kind: 'array', element: first }, { kind: 'map', key: first, value: second }] as const)[kind - 9]
    return form ? { physical: 'utf8', nullable: true, form } : { physical: (['bool8', 'i8', 'i16', 'i32', 'i64', 'f32', 'f64', 'i128'] as const)[kind - 1]!, nullable: true }
  }
  const value = Buffer.from(x, 'latin1')
  const row = Buffer.alloc(16 + value.length)
  row.writeUInt32LE(value.length, 8)
  row.writeUInt32LE(16, 12)
  value.copy(row, 16)
  return new RowView([fieldAt(0)], extentOf(row))
}
const RUN: Record<RuntimeName, (...args: any[]) => Plain> | Record<string, (...args: any[]) => Plain> = {
  bucket_i64: rank, bucket_i128: rank, bucket_f64: rank, bucket_str: rank,
  in_i64: has, in_i128: has, in_f64: has, in_str: has,
  i128_mul: (a: bigint, b: bigint) => {
    if (BigInt.asIntN(128, a * b) !== a * b) throw new Raised('OVERFLOW')
    return a * b
  },
  i128_div: (a: bigint, b: bigint) => {
    check(b !== 0n, 'i128_div by 0')
    return BigInt.asIntN(128, a / b)
  },
  i128_rem: (a: bigint, b: bigint) => {
    check(b !== 0n, 'i128_rem by 0')
    return a % b
  },
  decimal_mul: (a: bigint, b: bigint, down: number) => within128(divideRounding(a * b, tens(down))),
  decimal_div: (a: bigint, b: bigint, power: number) => within128(roundedQuotient(a * tens(power), b * tens(-power))),
  decimal_add: (a: bigint, b: bigint, up: number, other: number, down: number) => within128(divideRounding(a * tens(up) + b * tens(other), tens(down))),
  decimal_rem: (a: bigint, b: bigint, up: number, other: number, down: number) => within128(divideRounding((a * tens(up)) % (b * tens(other)), tens(down))),
  i128_mul_wrap: (a: bigint, b: bigint) => BigInt.asIntN(128, a * b),
  i128_to_f64: hugeToDouble,
  i128_nearest_f64: (x: bigint) => Number(x),
  u64_to_f32: (x: bigint) => numericCast({ kind: 'uint64' }, { kind: 'float' })?.(BigInt.asUintN(64, x)) as number,
  f64_to_i128: (x: number) => {
    if (!(Math.abs(x) < 2 ** 127)) throw new Raised('OVERFLOW')
    return BigInt(Math.trunc(x))
  },
  bits_i64: (x: bigint) => BigInt.asUintN(64, x).toString(2).replaceAll('0', '').length,
  i128_to_multiple: (x: bigint, digits: number, cut: number) => {
    const unit = 10n ** BigInt(Math.max(digits, 0))
    const rest = x % unit
    const away = cut === 0 && (rest < 0n ? -rest : rest) * 2n >= unit
    return away && rest !== 0n ? (x < 0n ? -unit : unit) - rest : -rest
  },
  f64_power_of_ten: (digits: number) => Number(`1e${digits}`),
  i128_shl: (x: bigint, n: number) => BigInt.asIntN(128, x << BigInt(n & 127)),
  i128_shr: (x: bigint, n: number) => x >> BigInt(n),
  f64_rem: (a: number, b: number) => a % b,
  str_eq: (a: string, b: string) => a === b,
  str_compare: (a: string, b: string) => Math.sign(compareStrings(a, b)),
  str_hash: () => 0n,
  murmur3_str: murmur3(STRING), murmur3_f32: murmur3(FLOAT), murmur3_f64: murmur3(DOUBLE), murmur3_i128: murmur3(INT128),
  xxhash64_str: xxhash64(STRING), xxhash64_f32: xxhash64(FLOAT), xxhash64_f64: xxhash64(DOUBLE), xxhash64_i128: xxhash64(INT128),
  murmur3_packed: (x: string, type: string, h: number) => rowMurmur3(rowOf(x, type), [0], h),
  xxhash64_packed: (x: string, type: string, h: bigint) => rowXxhash64(rowOf(x, type), [0], h),
  str_length: text.length,
  str_substring: (s: string, offset: bigint, n: bigint) => text.substring(s, Number(offset), Number(n)),
  str_starts_with: (s: string, p: string) => s.startsWith(p),
  str_ends_with: (s: string, p: string) => s.endsWith(p),
  str_contains: (s: string, p: string) => s.includes(p),
  str_position: text.position,
  str_like: (s: string, p: string, escape: number) => {
    try {
      return text.likeMatcher(p, escape < 0 ? '' : String.fromCharCode(escape))(s)
    } catch {
      throw new Raised('RAISED')
    }
  },
  str_concat: (a: string, b: string) => a + b,
  str_replace: text.replace,
  str_trim: text.trim as (...args: any[]) => string,
  str_case: (s: string, lower: number) => (lower ? text.lower : text.upper)(s),
  str_repeat: (s: string, n: bigint) => {
    const made = build.repeat(s, Number(n))
    if (made === undefined) throw new Raised('MEMORY_EXCEEDED')
    return made
  },
  str_pad: (s: string, n: bigint, fill: string, left: number) => {
    const made = build.pad(s, Number(n), fill, left === 1)
    check(made !== undefined, 'nothing to fill with')
    return made
  },
  str_reverse: build.reverse,
  str_point: (s: string) => s.codePointAt(0) ?? -1,
  str_chr: (point: number) => String.fromCodePoint(point),
  str_translate: build.translate,
  str_split_part: (s: string, by: string, n: bigint) => build.splitPart(s, by, Number(n)),
  int_to_str: (x: bigint) => String(x),
  decimal_to_str: (x: bigint, scale: number, bare: number) => {
    const digits = String(x < 0n ? -x : x).padStart(scale + 1, '0')
    const [whole, rest] = [digits.slice(0, digits.length - scale), digits.slice(digits.length - scale)]
    return `${x < 0n ? '-' : ''}${bare && whole === '0' ? '' : whole}${scale ? `.${rest}` : ''}`
  },
  float_to_str: (x: number, single: number) => floatText(x, single === 1),
  date_to_str: formatDate,
  timestamp_to_str: (x: bigint, zoned: number) => {
    const finite = x < 9223372036854775807n && x > -9223372036854775807n
    return `${formatTimestamp(x, false)}${zoned && finite ? '+00' : ''}`
  },
  parse_exact: (s: string, scale: number, flags: number) => parsed(s, scale, flags) ?? -(1n << 127n),
  parse_is_exact: (s: string, scale: number, flags: number) => parsed(s, scale, flags) !== undefined,
  parse_f64: (s: string) => (fromText({ kind: 'double' })?.(s) as number | undefined) ?? Number.NaN,
  parse_f32: (s: string) => (fromText({ kind: 'float' })?.(s) as number | undefined) ?? Number.NaN,
  parse_is_float: (s: string) => fromText({ kind: 'double' })?.(s) !== undefined,
  parse_bool: (s: string) => Number(fromText({ kind: 'bool' })?.(s) ?? -1),
  parse_date: (s: string) => (fromText({ kind: 'date' })?.(s) as number | undefined) ?? -2147483648,
  parse_timestamp: (s: string, zoned: number) => (fromText({ kind: zoned ? 'timestamptz' : 'timestamp' })?.(s) as bigint | undefined) ?? -(1n << 63n),
  date_add_months: (days: number, months: bigint) => units.addMonths(days, Number(months)) ?? -2147483648,
  timestamp_add: (time: bigint, months: bigint, days: bigint, micros: bigint) => units.addToTimestamp(time, Number(months), Number(days), micros) ?? -(1n << 63n),
  date_last_day: (days: number) => units.lastDay(days) | 0,
  date_month: (days: number) => civilFromDays(days).month,
  date_from_parts: (year: bigint, month: bigint, day: bigint) => units.fromParts(Number(year), Number(month), Number(day)) ?? -2147483648,
  timestamp_from_parts: (...parts: (bigint | number)[]) => timestampOf(...(parts.map(Number) as [number, number, number, number, number, number])) ?? -(1n << 63n),
  date_iso_year: units.isoYear,
  date_iso_start: units.isoStart,
  date_trunc_years: units.truncateYears,
  timestamp_diff: (a: bigint, b: bigint, unit: number) => units.boundaries(units.DIFF_UNITS[unit] as units.DiffUnit, a, b),
  timestamp_sub: (a: bigint, b: bigint, unit: number) => units.completed(units.DIFF_UNITS[unit] as units.DiffUnit, a, b),
  packed_size: (x: string) => bytesOf(x).readInt32LE(0),
  packed_null: (x: string, i: number) => ((bytesOf(x)[8 + (i >> 3)] as number) >> (i & 7) & 1) === 1,
  packed_i64: (x: string, i: number, size: number) => (size === 8 ? bytesOf(x).readBigInt64LE(elementsAt(x) + i * 8) : BigInt(bytesOf(x).readIntLE(elementsAt(x) + i * size, size))),
  packed_f32: (x: string, i: number) => bytesOf(x).readFloatLE(elementsAt(x) + i * 4),
  packed_f64: (x: string, i: number) => bytesOf(x).readDoubleLE(elementsAt(x) + i * 8),
  interval_pack: (months: number, days: number, micros: bigint) => packed({ months, days, micros }),
  interval_part: (x: string, part: number) => {
    const bytes = Buffer.from(x.padEnd(16, '\0'), 'latin1')
    return part === 2 ? bytes.readBigInt64LE(8) : BigInt(bytes.readInt32LE(part * 4))
  },
  timestamp_age: (a: bigint, b: bigint) => packed(ageOf(a, b)),
  str_slice: (s: string, start: bigint, n: bigint) => Buffer.from(s).subarray(Number(start), Number(start + n)).toString(),
  raise_text: () => {
    throw new Raised('RAISED')
  },
}

export const evaluate = (e: Ir, params: readonly Plain[], env: Env = new Map()): Evaluated => {
  const go = (x: Ir, scope = env): Evaluated => evaluate(x, params, scope)
  const plain = (x: Ir): Plain => {
    check(!isOption(x.type), `${x.ir} is an option`)
    return go(x) as Plain
  }
  const result = ((): Evaluated => {
    switch (e.ir) {
      case 'literal': return (e.type === 'str' ? '' : e.value) as Plain
      case 'param': return params[e.index] as Plain
      case 'ident': {
        const v = env.get(e.name)
        check(v !== undefined, `unbound ${e.name}`)
        return v
      }
      case 'let': return go(e.body, new Map([...env, [e.name, go(e.value)]]))
      case 'if':
      case 'select': {
        check(e.cond.type === 'bool' && e.then.type === e.type && e.else.type === e.type, `${e.ir}: ${e.cond.type} ? ${e.then.type} : ${e.else.type} → ${e.type}`)
        if (e.ir === 'if') return go(plain(e.cond) ? e.then : e.else)
        const sides = [go(e.else), go(e.then)] as const
        return sides[Number(plain(e.cond))] as Evaluated
      }
      case 'binary': {
        check(e.left.type === e.right.type, `${e.op}: ${e.left.type} and ${e.right.type}`)
        const operand = e.left.type as Scalar
        const a = plain(e.left)
        if (e.op === '&&' || e.op === '||') return (e.op === '&&') === a ? plain(e.right) : a
        const b = plain(e.right)
        const answer = compare(e.op, a, b)
        if (answer !== undefined) {
          check(e.type === 'bool' && operand !== 'str', `${e.op} of ${operand}`)
          return answer
        }
        check(e.type === operand, `${e.op}: ${operand} → ${e.type}`)
        if (operand === 'bool') {
          check(e.op === '&' || e.op === '|', `no bool ${e.op}`)
          return e.op === '&' ? Boolean(a) && Boolean(b) : Boolean(a) || Boolean(b)
        }
        if (!isInt(operand)) return operand === 'f32' ? Math.fround(binaryFloat(e.op, a as number, b as number)) : binaryFloat(e.op, a as number, b as number)
        check(operand !== 'i128' || !['/', '%'].includes(e.op), 'i128 division is a call')
        return wrapInt(operand, binaryInt(e.op, BigInt(a), BigInt(b), -(1n << BigInt(bits[operand] - 1))))
      }
      case 'checked': {
        check(e.left.type === e.type && e.right.type === e.type && isInt(e.type), `checked ${e.left.type} ${e.right.type}`)
        const exact = binaryInt(e.op, BigInt(plain(e.left)), BigInt(plain(e.right)), 0n)
        const v = wrapInt(e.type as 'i64', exact)
        if (BigInt(v) !== exact) throw new Raised('OVERFLOW')
        return v
      }
      case 'unary': return unaryOf(e.op, e.arg.type as Scalar, plain(e.arg))
      case 'cast': return castOf(e.arg.type as Scalar, e.type, plain(e.arg))
      case 'option': return { value: plain(e.value), valid: plain(e.valid) as boolean }
      case 'value':
      case 'valid': {
        const v = go(e.arg)
        check(typeof v === 'object', `${e.ir} of no option`)
        return v[e.ir]
      }
      case 'call': {
        const signature = (RUNTIME as Record<string, { params: readonly Scalar[]; result: Scalar }>)[e.fn]
        const run = (RUN as Record<string, (...args: any[]) => Plain>)[e.fn] ?? (Math as unknown as Record<string, (...args: any[]) => Plain>)[(signature as { host?: string } | undefined)?.host ?? '']
        check(signature !== undefined && run !== undefined, `no function ${e.fn}`)
        check(signature.result === e.type && signature.params.length === e.args.length && e.args.every((a, i) => a.type === signature.params[i]), `${e.fn}(${e.args.map((a) => a.type)})`)
        return run(...e.args.map(plain))
      }
      case 'raise':
        check(e.code in RAISES, e.code)
        throw new Raised(e.code)
      default: throw new Invalid(`${e.ir} is not for expressions alone`)
    }
  })()
  if (e.type === 'vec') return result
  if (typeof result === 'object') {
    check(isOption(e.type), `${e.ir}: ${e.type} gives an option`)
    ofType(scalarOf(e.type), result.value)
  } else {
    check(!isOption(e.type), `${e.ir}: ${e.type} gives no option`)
    ofType(e.type as Scalar, result)
  }
  return result
}
