/** Random types and values: extremes, NaN, −0, NULLs, empty vecs. */
import type { MergeOp, ScalarName, Type } from '../../src/language/nodes.ts'
import { optionOf, scalar, structOf, vecOf } from '../../src/language/build.ts'
import { mulberry32 } from '../random.ts'
import { isFloat, rangeOf, widthOf } from './evaluate-scalars.ts'
import type { Plain } from './evaluate-values.ts'

/** A seed's choices. */
export class Random {
  readonly next: () => number
  constructor(seed: number) {
    this.next = mulberry32(seed)
  }
  below(n: number): number {
    return Math.floor(this.next() * n)
  }
  chance(p: number): boolean {
    return this.next() < p
  }
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }
  /** One of several with weights. */
  weighted<T>(from: readonly (readonly [weight: number, value: T])[]): T {
    let at = this.next() * from.reduce((sum, [w]) => sum + w, 0)
    for (const [w, value] of from) if ((at -= w) < 0) return value
    return (from.at(-1) as readonly [number, T])[1]
  }
}

export const SCALARS: readonly ScalarName[] = ['bool', 'i8', 'i16', 'i32', 'i64', 'i128', 'u8', 'u16', 'u32', 'u64', 'f32', 'f64', 'date', 'timestamp', 'str']
const FLOATS = [Number.NaN, -0, 0, Infinity, -Infinity, 1, -1, 0.5, -2.5, 1e300, 5e-324, 0.1, 3, 1e10] as const
const TEXTS = ['', 'a', 'ab', 'b', 'é', '😀', 'abc', 'A', 'zz top'] as const

export const randomScalar = (type: Type, random: Random): boolean | bigint | number | string => {
  const width = widthOf(type)
  if (width) {
    const [least, greatest] = rangeOf(type)
    const small = BigInt(random.below(9)) - (width[0] ? 4n : 0n)
    return random.weighted([[8, small], [1, least], [1, greatest], [1, BigInt.asIntN(width[1], BigInt(Math.floor(random.next() * 2 ** 53)) * 1234577n) < least ? greatest - 3n : small * 7n + (width[0] ? 1n : 0n)]])
  }
  const name = type.kind === 'scalar' ? type.scalar : 'str'
  if (name === 'bool') return random.chance(0.5)
  if (name === 'str') return random.pick(TEXTS)
  const x = random.chance(0.6) ? random.pick(FLOATS) : (random.next() - 0.5) * 2 ** random.below(40)
  return name === 'f32' ? Math.fround(x) : x
}

export const randomValue = (type: Type, random: Random): Plain => {
  switch (type.kind) {
    case 'option':
      return random.chance(0.3) ? null : randomValue(type.of, random)
    case 'struct':
      return type.fields.map((t) => randomValue(t, random))
    case 'vec':
      return Array.from({ length: random.chance(0.12) ? 0 : 1 + random.below(7) }, () => randomValue(type.of, random))
    default:
      return randomScalar(type, random)
  }
}

export const scalarType = (r: Random): Type =>
  r.chance(0.06) ? { kind: 'dec128', scale: 2 } : scalar(r.chance(0.6) ? r.pick(['i64', 'i32', 'f64', 'bool'] as const) : r.pick(SCALARS))
export const element = (r: Random): Type =>
  r.weighted<() => Type>([
    [6, () => scalarType(r)],
    [2, () => optionOf(scalarType(r))],
    [4, () => structOf(Array.from({ length: 1 + r.below(3) }, () => (r.chance(0.15) ? optionOf(scalarType(r)) : scalarType(r))))],
  ])()
/** Keys that are found again. */
export const keyType = (r: Random): Type =>
  r.weighted<() => Type>([[5, () => scalar(r.pick(['i64', 'i32', 'bool', 'str', 'u8', 'f64'] as const))], [1, () => optionOf(scalar('i32'))], [2, () => structOf([scalar('i64'), scalar('bool')])]])()
export const resultType = (r: Random): Type =>
  r.weighted<() => Type>([
    [4, () => scalarType(r)],
    [1, () => optionOf(scalarType(r))],
    [2, () => structOf([scalarType(r), r.chance(0.5) ? vecOf(element(r)) : scalarType(r)])],
    [6, () => vecOf(element(r))],
    [2, () => ({ kind: 'dict', key: keyType(r), value: r.chance(0.3) ? vecOf(element(r)) : scalarType(r) })],
  ])()

export const isTime = (type: Type): boolean => type.kind === 'scalar' && (type.scalar === 'date' || type.scalar === 'timestamp')
export const isNumber = (type: Type): boolean => widthOf(type) !== undefined || isFloat(type)
export const isScalar = (type: Type): boolean => type.kind === 'scalar' || type.kind === 'dec128'
export const key = (type: Type): string => JSON.stringify(type)
/** What values of a type are merged by. */
export const opsFor = (type: Type): readonly MergeOp[] => {
  if (type.kind === 'scalar' && type.scalar === 'bool') return ['&&', '||', 'first', 'any', 'min']
  if (type.kind === 'scalar' && (type.scalar === 'str' || type.scalar === 'date' || type.scalar === 'timestamp')) return ['min', 'max', 'first', 'any']
  return key(type).includes('dec128') ? ['+', 'min', 'max'] : ['+', '+', '*', 'min', 'max', 'first']
}
