/**
 * What the 128-bit instructions do, by name, written down from the specification's words (WebAssembly core 2.0, 4.3) over plain
 * bytes: the known answers of test/codegen/opcodes-simd.test.ts. Integers are bigint, floats numbers.
 */
export type Operand = 'v128' | 'i32' | 'i64' | 'f32' | 'f64'
export type Lane = bigint | number
export type Value = Uint8Array | Lane

export interface Model {
  readonly operands: readonly Operand[]
  readonly result: Operand
  /** Bytes behind the opcode. */
  readonly immediate: readonly number[]
  apply(...args: readonly Value[]): Value
}

type Shape = 'i8x16' | 'i16x8' | 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2'
const SHAPES: readonly Shape[] = ['i8x16', 'i16x8', 'i32x4', 'i64x2', 'f32x4', 'f64x2']
const bitsOf = (shape: Shape): number => Number(/\d+/.exec(shape)?.[0])
const scalarOf = (shape: Shape): Operand => (shape === 'i8x16' || shape === 'i16x8' ? 'i32' : (shape.slice(0, 3) as Operand))
const isFloat = (shape: Shape) => shape.startsWith('f')

/** Lanes, integers as unsigned or signed. */
export const lanesOf = (shape: Shape, v: Uint8Array, signed = true): Lane[] => {
  const view = new DataView(v.buffer, v.byteOffset, 16)
  const bits = bitsOf(shape)
  return Array.from({ length: 128 / bits }, (_, i): Lane => {
    const at = (i * bits) / 8
    if (shape === 'f32x4') return view.getFloat32(at, true)
    if (shape === 'f64x2') return view.getFloat64(at, true)
    const raw = bits === 8 ? BigInt(view.getUint8(at)) : bits === 16 ? BigInt(view.getUint16(at, true)) : bits === 32 ? BigInt(view.getUint32(at, true)) : view.getBigUint64(at, true)
    return signed ? BigInt.asIntN(bits, raw) : raw
  })
}

export const vectorOf = (shape: Shape, lanes: readonly Lane[]): Uint8Array => {
  const v = new Uint8Array(16)
  const view = new DataView(v.buffer)
  const bits = bitsOf(shape)
  lanes.forEach((lane, i) => {
    const at = (i * bits) / 8
    if (shape === 'f32x4') view.setFloat32(at, lane as number, true)
    else if (shape === 'f64x2') view.setFloat64(at, lane as number, true)
    else {
      const raw = BigInt.asUintN(bits, lane as bigint)
      if (bits === 8) view.setUint8(at, Number(raw))
      else if (bits === 16) view.setUint16(at, Number(raw), true)
      else if (bits === 32) view.setUint32(at, Number(raw), true)
      else view.setBigUint64(at, raw, true)
    }
  })
  return v
}

const nearest = (x: number): number => {
  const down = Math.floor(x)
  const rest = x - down
  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down
  return Object.is(x, -0) || (up === 0 && x < 0) ? -0 : up
}
const saturate = (x: bigint, bits: number, signed: boolean): bigint => {
  const low = signed ? -(1n << BigInt(bits - 1)) : 0n
  const high = (1n << BigInt(signed ? bits - 1 : bits)) - 1n
  return x < low ? low : x > high ? high : x
}
const truncated = (x: number, bits: number, signed: boolean): bigint => {
  if (Number.isNaN(x)) return 0n
  if (!Number.isFinite(x)) return saturate(x > 0 ? 1n << 200n : -(1n << 200n), bits, signed)
  return saturate(BigInt(Math.trunc(x)), bits, signed)
}

const COMPARE: Record<string, (a: Lane, b: Lane) => boolean> = { eq: (a, b) => a === b, ne: (a, b) => a !== b, lt: (a, b) => a < b, gt: (a, b) => a > b, le: (a, b) => a <= b, ge: (a, b) => a >= b }
const INTEGER2: Record<string, (a: bigint, b: bigint) => bigint> = {
  add: (a, b) => a + b, sub: (a, b) => a - b, mul: (a, b) => a * b,
  min_s: (a, b) => (a < b ? a : b), min_u: (a, b) => (a < b ? a : b), max_s: (a, b) => (a > b ? a : b), max_u: (a, b) => (a > b ? a : b),
}
const FLOAT2: Record<string, (a: number, b: number) => number> = { add: (a, b) => a + b, sub: (a, b) => a - b, mul: (a, b) => a * b, div: (a, b) => a / b, min: Math.min, max: Math.max }
const INTEGER1: Record<string, (a: bigint) => bigint> = { neg: (a) => -a, abs: (a) => (a < 0n ? -a : a) }
const FLOAT1: Record<string, (a: number) => number> = { neg: (a) => -a, abs: Math.abs, sqrt: Math.sqrt, ceil: Math.ceil, floor: Math.floor, trunc: Math.trunc, nearest }

const lanewise = (operands: readonly Operand[], result: Operand, apply: (...args: any[]) => Value, immediate: readonly number[] = []): Model => ({ operands, result, apply, immediate })
const V: Operand = 'v128'

/** The model of an instruction without a memory operand; undefined where there is none of that name. */
export const modelOf = (name: string): Model | undefined => {
  const [shape, op] = name.split('.') as [Shape, string]
  if (name.startsWith('v128.')) return bitwise(op)
  if (!SHAPES.includes(shape)) return undefined
  const bits = bitsOf(shape)
  const count = 128 / bits
  const float = isFloat(shape)
  const unsigned = op.endsWith('_u')
  const base = op.replace(/_[su]$/, '')
  const each = (f: (a: Lane) => Lane) => lanewise([V], V, (a) => vectorOf(shape, lanesOf(shape, a).map(f)))
  const pair = (f: (a: Lane, b: Lane) => Lane) => lanewise([V, V], V, (a, b) => vectorOf(shape, lanesOf(shape, a, !unsigned).map((x, i) => f(x, lanesOf(shape, b, !unsigned)[i] as Lane))))
  const integers = shape.replace('f', 'i') as Shape
  if (base in COMPARE) return lanewise([V, V], V, (a, b) => vectorOf(integers, lanesOf(shape, a, !unsigned).map((x, i) => (COMPARE[base]?.(x, lanesOf(shape, b, !unsigned)[i] as Lane) ? -1n : 0n))))
  if (!float && op in INTEGER2) return pair((a, b) => (INTEGER2[op] as (a: bigint, b: bigint) => bigint)(a as bigint, b as bigint))
  if (float && op in FLOAT2) return pair((a, b) => (FLOAT2[op] as (a: number, b: number) => number)(a as number, b as number))
  if (!float && op in INTEGER1) return each((a) => (INTEGER1[op] as (a: bigint) => bigint)(a as bigint))
  if (float && op in FLOAT1) return each((a) => (FLOAT1[op] as (a: number) => number)(a as number))
  switch (op) {
    case 'splat':
      return lanewise([scalarOf(shape)], V, (x) => vectorOf(shape, new Array<Lane>(count).fill(x)))
    case 'extract_lane':
    case 'extract_lane_s':
    case 'extract_lane_u':
      return lanewise([V], scalarOf(shape), (a) => lanesOf(shape, a, !unsigned)[count - 1] as Lane, [count - 1])
    case 'replace_lane':
      return lanewise([V, scalarOf(shape)], V, (a, x) => vectorOf(shape, lanesOf(shape, a).with(1, x)), [1])
    case 'shl':
      return lanewise([V, 'i32'], V, (a, n) => vectorOf(shape, lanesOf(shape, a).map((x) => (x as bigint) << BigInt.asUintN(32, n) % BigInt(bits))))
    case 'shr_s':
    case 'shr_u':
      return lanewise([V, 'i32'], V, (a, n) => vectorOf(shape, lanesOf(shape, a, !unsigned).map((x) => (x as bigint) >> BigInt.asUintN(32, n) % BigInt(bits))))
    case 'all_true':
      return lanewise([V], 'i32', (a) => (lanesOf(shape, a).every((x) => x !== 0n) ? 1n : 0n))
    case 'bitmask':
      return lanewise([V], 'i32', (a) => BigInt.asIntN(32, lanesOf(shape, a).reduce<bigint>((n, x, i) => n | ((x as bigint) < 0n ? 1n << BigInt(i) : 0n), 0n)))
    case 'shuffle': {
      const picks = [0, 17, 2, 19, 31, 30, 15, 14, 8, 8, 24, 24, 5, 21, 1, 16]
      return lanewise([V, V], V, (a, b) => Uint8Array.from(picks, (p) => [...a, ...b][p] as number), picks)
    }
    case 'swizzle':
      return lanewise([V, V], V, (a, b) => Uint8Array.from(b, (p: number) => (p < 16 ? a[p] : 0)))
    case 'popcnt':
      return each((a) => BigInt([...BigInt.asUintN(8, a as bigint).toString(2)].filter((c) => c === '1').length))
  }
  return converting(shape, op)
}

const converting = (shape: Shape, op: string): Model | undefined => {
  const bits = bitsOf(shape)
  const match = /^(narrow|extend_low|extend_high|extadd_pairwise|extmul_low|extmul_high|trunc_sat|convert|convert_low|demote|promote_low|dot)_([if]\d+x\d+)(?:_([su]))?(_zero)?$/.exec(op)
  if (!match) return undefined
  const [, verb, from, sign, zero] = match as unknown as [string, string, Shape, string | undefined, string | undefined]
  const signed = sign !== 'u'
  const lanes = (v: Uint8Array) => lanesOf(from, v, signed)
  const half = (v: Uint8Array) => (verb.endsWith('high') ? lanes(v).slice(lanes(v).length / 2) : lanes(v).slice(0, lanes(v).length / 2))
  const padded = (xs: readonly Lane[], nothing: Lane) => (zero ? [...xs, ...xs.map(() => nothing)] : xs)
  switch (verb) {
    case 'narrow':
      return lanewise([V, V], V, (a, b) => vectorOf(shape, [...lanesOf(from, a), ...lanesOf(from, b)].map((x) => saturate(x as bigint, bits, signed))))
    case 'extend_low':
    case 'extend_high':
      return lanewise([V], V, (a) => vectorOf(shape, half(a)))
    case 'extadd_pairwise':
      return lanewise([V], V, (a) => vectorOf(shape, lanes(a).flatMap((x, i, all) => (i % 2 ? [] : [(x as bigint) + (all[i + 1] as bigint)]))))
    case 'extmul_low':
    case 'extmul_high':
      return lanewise([V, V], V, (a, b) => vectorOf(shape, half(a).map((x, i) => (x as bigint) * (half(b)[i] as bigint))))
    case 'dot':
      return lanewise([V, V], V, (a, b) => vectorOf(shape, lanes(a).flatMap((x, i, all) => (i % 2 ? [] : [(x as bigint) * (lanes(b)[i] as bigint) + (all[i + 1] as bigint) * (lanes(b)[i + 1] as bigint)]))))
    case 'trunc_sat':
      return lanewise([V], V, (a) => vectorOf(shape, padded(lanesOf(from, a).map((x) => truncated(x as number, bits, signed)), 0n)))
    case 'convert':
      return lanewise([V], V, (a) => vectorOf(shape, lanes(a).map(Number)))
    case 'convert_low':
      return lanewise([V], V, (a) => vectorOf(shape, lanes(a).slice(0, 2).map(Number)))
    case 'demote':
      return lanewise([V], V, (a) => vectorOf(shape, padded(lanesOf(from, a), 0)))
    case 'promote_low':
      return lanewise([V], V, (a) => vectorOf(shape, lanesOf(from, a).slice(0, 2)))
  }
  return undefined
}

const bitwise = (op: string): Model | undefined => {
  const bytes = (f: (a: number, b: number, c: number) => number) => (a: Uint8Array, b?: Uint8Array, c?: Uint8Array) => a.map((x, i) => f(x, b?.[i] ?? 0, c?.[i] ?? 0))
  switch (op) {
    case 'not':
      return lanewise([V], V, bytes((a) => ~a))
    case 'and':
      return lanewise([V, V], V, bytes((a, b) => a & b))
    case 'andnot':
      return lanewise([V, V], V, bytes((a, b) => a & ~b))
    case 'or':
      return lanewise([V, V], V, bytes((a, b) => a | b))
    case 'xor':
      return lanewise([V, V], V, bytes((a, b) => a ^ b))
    case 'bitselect':
      return lanewise([V, V, V], V, bytes((a, b, c) => (a & c) | (b & ~c)))
    case 'any_true':
      return lanewise([V], 'i32', (a) => (a.some((x: number) => x !== 0) ? 1n : 0n))
    case 'const': {
      const immediate = Array.from({ length: 16 }, (_, i) => (i * 37 + 200) & 255)
      return lanewise([], V, () => Uint8Array.from(immediate), immediate)
    }
  }
  return undefined
}

/** v128.load… and store…: what a load leaves in the vector (the lane forms over `old`), and how many bytes a store writes. */
export const loadModel = (op: string, memory: Uint8Array, old: Uint8Array): Uint8Array | undefined => {
  if (op === 'load') return memory.slice(0, 16)
  const match = /^load(8|16|32|64)(?:x(\d)_([su])|_(splat|zero|lane))$/.exec(op)
  if (!match) return undefined
  const [, width, , sign, form] = match
  const bytes = Number(width) / 8
  if (form === 'splat') return Uint8Array.from({ length: 16 }, (_, i) => memory[i % bytes] as number)
  if (form === 'zero') return Uint8Array.from({ length: 16 }, (_, i) => (i < bytes ? (memory[i] as number) : 0))
  if (form === 'lane') return old.map((b, i) => (i >= bytes && i < 2 * bytes ? (memory[i - bytes] as number) : b))
  const narrow = `i${width}x${128 / Number(width)}` as Shape
  const wide = `i${Number(width) * 2}x${64 / Number(width)}` as Shape
  const whole = new Uint8Array(16)
  whole.set(memory.subarray(0, 8))
  return vectorOf(wide, lanesOf(narrow, whole, sign === 's').slice(0, 64 / Number(width)))
}
