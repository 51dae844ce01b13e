/** Bitwise operations of integers, in the two's complement of their type. A shift out of range to the right leaves nothing, to the left it raises. */
import { binary, both, either, i32, ifElse, literal, not, raise, select, share } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { type Exact, exactRange, fitting, union, widthOf } from '../ir/ranges.ts'
import { isInteger, type Range, type SqlType, typeName, typeRange } from '../layout/types.ts'
import { exact, exactLiteral, rangeOf, runtime, widen, widenIr, within } from './lowering.ts'
import { EvalError, type ExprDef, type Lowered, refuse, type Value } from './registry.ts'
import { isWide, toBig } from './values.ts'

const same = (fn: string, arity: number): ExprDef['type'] => (args, result) =>
  (args.length === arity && isInteger(result) && args.every((a) => a.kind === result.kind)) || refuse(fn, `${fn}(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`)

const bitsOf = (type: SqlType): number => Number(type.kind.replace(/\D/g, ''))
const isUnsigned = (type: SqlType): boolean => type.kind.startsWith('u')
const fromBig = (type: SqlType): ((x: bigint) => Value) => {
  const [n, wide] = [bitsOf(type), isWide(type)]
  const cut = isUnsigned(type) ? (x: bigint) => BigInt.asUintN(n, x) : (x: bigint) => BigInt.asIntN(n, x)
  return (x) => (wide ? cut(x) : Number(cut(x)))
}

/** The least 2^n − 1, or −2^n, around a range: what bits of its values can make. */
const around = ({ min, max }: Range): Range => {
  let top = 1n
  while (top <= max || -top > min) top <<= 1n
  return { min: min < 0n ? -top : 0n, max: top - 1n }
}

const bitwise = (fn: string, op: '&' | '|' | '^', compute: (a: bigint, b: bigint) => bigint, doc: string): ExprDef => ({
  doc,
  type: same(fn, 2),
  eval: ({ type }) => {
    const to = fromBig(type)
    return (a: number | bigint, b: number | bigint) => to(compute(toBig(a), toBig(b)))
  },
  lower: ([x, y], site) => {
    const [a, b] = [x as Lowered, y as Lowered]
    const range = around(union(rangeOf(a), rangeOf(b)))
    const width = widthOf(range)
    return exact(binary(op, widen(a, width), widen(b, width)), site.type, range)
  },
})
export const bit_and = bitwise('bit_and', '&', (a, b) => a & b, 'The bits that both have.')
export const bit_or = bitwise('bit_or', '|', (a, b) => a | b, 'The bits that one has.')
export const bit_xor = bitwise('bit_xor', '^', (a, b) => a ^ b, 'The bits that one has and not the other.')

export const bit_not: ExprDef = {
  doc: 'All bits of the type turned round.',
  type: same('bit_not', 1),
  eval: ({ type }) => {
    const to = fromBig(type)
    return (a: number | bigint) => to(~toBig(a))
  },
  lower: ([x], site) => {
    const a = x as Lowered
    // Unsigned: all bits less these; signed: −1 less these.
    const all = isUnsigned(site.type) ? exactRange(site.type).max : -1n
    const { min, max } = rangeOf(a)
    const range = { min: all - max, max: all - min }
    const width = widthOf(union(union(range, rangeOf(a)), { min: all, max: all }))
    return exact(binary('-', exactLiteral(width, all), widen(a, width)), site.type, range)
  },
}

export const bit_count: ExprDef = {
  doc: 'How many bits are set, of the width of the type.',
  type: (args, result) => (args.length === 1 && isInteger(args[0] as SqlType) && args[0]?.kind !== 'int128' && isInteger(result)) || refuse('bit_count', `bit_count(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`),
  eval: ({ type, argTypes }) => {
    const n = bitsOf(argTypes[0] as SqlType)
    const to = isWide(type) ? BigInt : (x: number) => x
    return (a: number | bigint) => {
      let count = 0
      for (let x = BigInt.asUintN(n, toBig(a)); x > 0n; x &= x - 1n) count++
      return to(count)
    }
  },
  lower: ([x], site) => {
    const a = x as Lowered
    const n = bitsOf(a.type)
    if (n < 64 && rangeOf(a).min < 0n) {
      const mask = literal('i64', (1n << BigInt(n)) - 1n)
      return exact(runtime('bits_i64', binary('&', widen(a, 'i64'), mask)), site.type, { min: 0n, max: BigInt(n) })
    }
    // An unsigned number of 64 bits lies in 128; its lower 64 are all it has.
    return exact(runtime('bits_i64', widenIr(a.ir, 'i64')), site.type, { min: 0n, max: 64n })
  },
}

const LEFT = 'a left shift out of range'
export const shift_left: ExprDef = {
  doc: 'a × 2^n, arguments (a, n) of one type; raises OVERFLOW where that does not fit, and for a or n below 0.',
  type: same('shift_left', 2),
  eval: ({ type }) => {
    const { max } = typeRange(type) as Range
    const n = bitsOf(type)
    const to = fromBig(type)
    return (a: number | bigint, by: number | bigint) => {
      const [x, count] = [toBig(a), toBig(by)]
      if (x < 0n || count < 0n) throw new EvalError('OVERFLOW', LEFT)
      if (x === 0n) return to(0n)
      if (count >= BigInt(n + 1) || x << count > max) throw new EvalError('OVERFLOW', LEFT)
      return to(x << count)
    }
  },
  lower: ([x, y], site, cx) => {
    const [a, b] = [x as Lowered, y as Lowered]
    const into = exactRange(site.type)
    const width = fitting(into) as Exact
    const n = bitsOf(site.type)
    const end = raise(width, 'OVERFLOW', cx.site('OVERFLOW', LEFT))
    const limit = exactLiteral(width, into.max)
    const ir = share(widen(a, width), (v) => share(widen(b, width), (by) => {
      const at = (k: number): Ir => exactLiteral(width, BigInt(k))
      const inside = both(binary('>=', v, at(0)), binary('>=', by, at(0)))
      const shift = (op: '<<' | '>>', value: Ir, count: Ir): Ir => (width === 'i128' ? runtime(op === '<<' ? 'i128_shl' : 'i128_shr', value, widenIr(count, 'i32')) : binary(op, value, count))
      const count = select(both(binary('>=', by, at(0)), binary('<', by, at(n))), by, at(0))
      // a ≤ max >> n tells that nothing is lost; a shift by the width is one by 0
      const fits = both(binary('<', by, at(n)), binary('<=', v, shift('>>', limit, count)))
      return ifElse(both(inside, either(binary('==', v, at(0)), fits)), select(binary('==', v, at(0)), v, shift('<<', v, count)), end)
    }))
    return { ir, type: site.type, range: { min: 0n, max: into.max } }
  },
}

export const shift_right: ExprDef = {
  doc: 'a ÷ 2^n rounded down, arguments (a, n) of one type; 0 for n below 0 and from the bits of the type on.',
  type: same('shift_right', 2),
  eval: ({ type }) => {
    const n = BigInt(bitsOf(type))
    const to = fromBig(type)
    return (a: number | bigint, by: number | bigint) => (toBig(by) < 0n || toBig(by) >= n ? to(0n) : to(toBig(a) >> toBig(by)))
  },
  lower: ([x, y], site) => {
    const [a, b] = [x as Lowered, y as Lowered]
    const range = union(rangeOf(a), { min: 0n, max: 0n })
    const n = BigInt(bitsOf(site.type))
    const ir = share(b.ir, (by) => {
      const inside = within(by, rangeOf(b), { min: 0n, max: n - 1n })
      const count = select(inside, widenIr(by, 'i32'), i32(0))
      if (a.ir.type === 'i128') return share(runtime('i128_shr', a.ir, count), (v) => ifElse(inside, v, exactLiteral('i128', 0n)))
      const width = n > 32n ? 'i64' : widthOf(range)
      const v = widenIr(a.ir, width)
      // Of 128 bits that lie in 64, shifts from 64 on leave the sign; the machine would begin again at 0.
      const near = n > 64n ? select(binary('>', count, i32(63)), i32(63), count) : count
      return select(not(inside), exactLiteral(width, 0n), binary('>>', v, widenIr(near, width)))
    })
    return exact(ir, site.type, range)
  },
}
