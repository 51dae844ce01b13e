/** Spark's hash expressions (layout/spark-hash.ts). Integers are hashed inline, in 32-bit steps for Murmur3, so also in lanes. */
import { binary, cast, ifElse, literal, select, share, valid, value } from '../ir/build.ts'
import { type Ir, isOption } from '../ir/nodes.ts'
import { hashedType } from '../layout/packed-hash.ts'
import { type HashForm, hashForm, murmur3, SEED, type TakeValue, xxhash64 as xxhash } from '../layout/spark-hash.ts'
import { INT32, INT64, type SqlType, sameType, typeName } from '../layout/types.ts'
import { rowFieldOf } from '../layout/unsafe/fields.ts'
import { exact, mayRaise, named, runtime, widen } from './lowering.ts'
import { WIDTHS } from '../ir/ranges.ts'
import { type ExprDef, type Lowered, type LowerContext, refuse, type Value } from './registry.ts'

const word = (v: number): Ir => literal('i32', v | 0)
const times = (x: Ir, by: number): Ir => binary('*', x, word(by))
const rotl = (x: Ir, n: number): Ir => share(x, (v) => binary('|', binary('<<', v, word(n)), binary('>>u', v, word(32 - n))))
const fold = (x: Ir, n: number): Ir => share(x, (v) => binary('^', v, binary('>>u', v, word(n))))

const mix = (h: Ir, w: Ir): Ir => binary('+', times(rotl(binary('^', h, times(rotl(times(w, 0xcc9e2d51), 15), 0x1b873593)), 13), 5), word(0xe6546b64))
const finish = (h: Ir, bytes: number): Ir => fold(times(fold(times(fold(binary('^', h, word(bytes)), 16), 0x85ebca6b), 13), 0xc2b2ae35), 16)

const wide = (v: bigint): Ir => literal('i64', BigInt.asIntN(64, v))
const times64 = (x: Ir, by: bigint): Ir => binary('*', x, wide(by))
const rotl64 = (x: Ir, n: bigint): Ir => share(x, (v) => binary('|', binary('<<', v, wide(n)), binary('>>u', v, wide(64n - n))))
const fold64 = (x: Ir, n: bigint): Ir => share(x, (v) => binary('^', v, binary('>>u', v, wide(n))))
const P1 = 0x9e3779b185ebca87n
const P2 = 0xc2b2ae3d27d4eb4fn
const P3 = 0x165667b19e3779f9n
const P4 = 0x85ebca77c2b2ae63n
const P5 = 0x27d4eb2f165667c5n
const finish64 = (h: Ir): Ir => fold64(times64(fold64(times64(fold64(h, 33n), P2), 29n), P3), 32n)
const start64 = (h: Ir, bytes: bigint): Ir => binary('+', h, wide(P5 + bytes))

/** How a hash takes in one value that is not NULL. */
interface Taking {
  /** Of an i32. */
  readonly int: (x: Ir, h: Ir) => Ir
  /** Of an i32 or i64, as 64 bits. */
  readonly long: (x: Ir, h: Ir) => Ir
  readonly runtime: { readonly [F in HashForm]: Parameters<typeof runtime>[0] }
  readonly packed: Parameters<typeof runtime>[0]
}

const MURMUR3: Taking = {
  int: (x, h) => finish(mix(h, x), 4),
  long: (x, h) => {
    // What is known to fit 32 bits has the sign for its upper word.
    const [low, high] = x.type === 'i32' ? [x, binary('>>', x, word(31))] : [cast('i32', x), cast('i32', binary('>>', x, wide(32n)))]
    return finish(mix(mix(h, low), high), 8)
  },
  runtime: { int: 'murmur3_i32', long: 'murmur3_i64', text: 'murmur3_str', float: 'murmur3_f32', double: 'murmur3_f64', bytes: 'murmur3_i128' },
  packed: 'murmur3_packed',
}

const XXHASH64: Taking = {
  int: (x, h) => finish64(binary('+', times64(rotl64(binary('^', start64(h, 4n), times64(binary('&', cast('i64', x), wide(0xffffffffn)), P1)), 23n), P2), wide(P3))),
  long: (x, h) => finish64(binary('+', times64(rotl64(binary('^', start64(h, 8n), times64(rotl64(times64(cast('i64', x), P2), 31n), P1)), 27n), P1), wide(P4))),
  runtime: { int: 'xxhash64_i32', long: 'xxhash64_i64', text: 'xxhash64_str', float: 'xxhash64_f32', double: 'xxhash64_f64', bytes: 'xxhash64_i128' },
  packed: 'xxhash64_packed',
}

/** Keys up to which integers are hashed inline: each takes a dozen operations, one in the other. */
const INLINE = 16

/** The hash of a value of a type, whose machine type may be narrower. */
const take = (by: Taking, x: Lowered, h: Ir, inline: boolean, cx: LowerContext): Ir => {
  const form = hashForm(x.type)
  if (!inline && (form === 'int' || form === 'long')) return runtime(by.runtime[form], widen(x, form === 'int' ? 'i32' : 'i64'), h)
  switch (form) {
    case undefined:
      return runtime(by.packed, x.ir, cx.param('str', hashedType(rowFieldOf(x.type))), h)
    case 'int':
      return share(widen(x, 'i32'), (v) => by.int(v, h))
    case 'long':
      return share(x.ir.type === 'i32' ? x.ir : widen(x, 'i64'), (v) => by.long(v, h))
    case 'bytes':
      return runtime(by.runtime.bytes, widen(x, 'i128'), h)
    default:
      return runtime(by.runtime[form], x.ir, h)
  }
}

/** The arguments' hash: each is the next one's seed, and named, so that many do not nest deeply; a NULL leaves it. */
const lowerHash = (by: Taking, args: readonly Lowered[], seed: Ir, cx: LowerContext): Ir => {
  const from = (i: number, h: Ir): Ir => {
    const arg = args[i]
    if (!arg) return h
    if (arg.type.kind === 'null') return mayRaise(arg.ir) ? share(arg.ir, () => from(i + 1, h)) : from(i + 1, h)
    const taken = (x: Lowered) => take(by, x, h, args.length <= INLINE, cx)
    // Walking a packed value is no work to do for nothing.
    const choose = hashForm(arg.type) === undefined ? ifElse : select
    const next = isOption(arg.ir.type) ? named(arg.ir, (x) => choose(valid(x), taken({ ...arg, ir: value(x) }), h)) : taken(arg)
    return share(next, (v) => from(i + 1, v))
  }
  return from(0, seed)
}

const rule = (fn: string, result: SqlType): ExprDef['type'] => (args, type) =>
  (args.length > 0 && sameType(type, result)) || refuse(fn, `${fn} takes one or more arguments and gives ${typeName(result)}`)

const folded = <H extends Value & (number | bigint)>(take: (type: SqlType) => TakeValue<H>, seed: H) => (types: readonly SqlType[]) => {
  const takes = types.map(take)
  return (...args: readonly Value[]): Value => takes.reduce((h, t, i) => t(args[i] as Value, h), seed)
}

const lowering = (by: Taking, seed: Ir, type: SqlType): NonNullable<ExprDef['lower']> => (args, _, cx) => {
  const ir = lowerHash(by, args, seed, cx)
  return exact(ir, type, WIDTHS[ir.type as 'i32' | 'i64'])
}

export const hash: ExprDef = {
  doc: "Spark's Murmur3 with seed 42, by which it partitions; each argument's hash is the next one's seed, and a NULL leaves it. Never NULL. Types that Spark lacks hash as the narrowest of its types that has their values.",
  type: rule('hash', INT32),
  strict: false,
  eval: ({ argTypes }) => folded(murmur3, SEED)(argTypes),
  lower: lowering(MURMUR3, word(SEED), INT32),
}

export const xxhash64: ExprDef = {
  doc: "Spark's 64-bit xxHash with seed 42; as `hash` otherwise.",
  type: rule('xxhash64', INT64),
  strict: false,
  eval: ({ argTypes }) => folded(xxhash, BigInt(SEED))(argTypes),
  lower: lowering(XXHASH64, wide(BigInt(SEED)), INT64),
}
