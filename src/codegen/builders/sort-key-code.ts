/**
 * Writes normalised keys, whose bytes compare as the rows sort. A key of at most 8 fixed bytes is a number in the tuple's prefix and
 * touches no memory; a longer one is written to the arena and the prefix holds its first 8 bytes.
 *
 *   one sort key:   [null byte, where nullable] [value, big-endian, complemented where descending]
 *   exact values    value − least value, in as many bytes as the range needs (≤ 8, or 16)
 *   floats          bits with the sign order mended, −0 as 0, one NaN above all
 *   strings         escaped and terminated by the runtime's key_bytes
 */
import { CTX } from '../../ir/context.ts'
import { isOption, scalarOf } from '../../ir/nodes.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { CTX_LOCAL, type Scope } from '../scope.ts'
import type { Key, Shape } from './sort-keys.ts'

export const emitShortKey = (f: FunctionBuilder, keys: readonly Key[], total: number, prefix: number, slice: number): void => {
  f.i64(0n)
  for (const key of keys) {
    if (isOption(key.type)) {
      f.i64(8n).op('i64.shl')
      emitNullByte(f, key)
      f.op('i64.extend_i32_u').op('i64.or')
    }
    if (key.bytes < 8) f.i64(BigInt(key.bytes * 8)).op('i64.shl')
    else f.op('drop').i64(0n)
    emitWord(f, key)
    f.op('i64.or')
  }
  if (total < 8) f.i64(BigInt(64 - total * 8)).op('i64.shl')
  f.set(prefix).i64(0n).set(slice)
}

/** Bytes past the end of a key that its stores may touch. */
const SLACK = 16

/** Does with the keys, a group at a time where they are many, what `emitOf` emits; `base` is a local that it reads and writes. */
type EachKeys = (base: number, emitOf: (scope: Scope, base: number, keys: readonly Key[]) => void) => void

export const emitLongKey = (scope: Scope, shapes: readonly Shape[], prefix: number, slice: number, each: EachKeys): void => {
  const { f } = scope
  const start = f.local('i32')
  const at = f.local('i32')
  const need = f.local('i32')
  f.i32(SLACK + shapes.reduce((n, k) => n + k.bytes + 1, 0)).set(need)
  if (shapes.some((k) => k.bytes === 0)) {
    each(need, ({ f: g }, sum, keys) => {
      g.get(sum)
      for (const key of keys) if (key.bytes === 0) g.get(key.locals[0] as number).i64(31n).op('i64.shr_u').op('i32.wrap_i64').op('i32.add').i32(2).op('i32.add')
      g.set(sum)
    })
  }
  f.get(CTX_LOCAL).memory('i32.load', CTX.arena).tee(start).get(need).op('i32.add').get(CTX_LOCAL).memory('i32.load', CTX.limit).op('i32.gt_u').if()
  f.get(CTX_LOCAL).get(need).call(scope.callees.runtime('arena_more'))
  f.get(CTX_LOCAL).memory('i32.load', CTX.arena).set(start).end()
  // The prefix of a key shorter than 8 bytes is padded with zeros.
  f.get(start).i64(0n).memory('i64.store').get(start).set(at)
  each(at, (inner, place, keys) => {
    for (const key of keys) emitLongPart(inner, key, place)
  })
  f.get(at).i64(0n).memory('i64.store')
  f.get(CTX_LOCAL).get(at).memory('i32.store', CTX.arena)
  f.get(start).memory('i64.load').bswap64().set(prefix)
  f.get(at).get(start).op('i32.sub').op('i64.extend_i32_u').i64(32n).op('i64.shl').get(start).op('i64.extend_i32_u').op('i64.or').set(slice)
  for (const local of [start, at, need]) f.free('i32', local)
}

const emitLongPart = (scope: Scope, key: Key, at: number): void => {
  const { f } = scope
  const advance = (bytes: number) => f.get(at).i32(bytes).op('i32.add').set(at)
  if (isOption(key.type)) {
    f.get(at)
    emitNullByte(f, key)
    f.memory('i32.store8')
    advance(1)
  }
  if (key.bytes === 0) {
    if (isOption(key.type)) f.get(key.locals.at(-1) as number).if()
    f.get(CTX_LOCAL).get(at).get(key.locals[0] as number).i32(key.descending ? 1 : 0).call(scope.callees.runtime('key_bytes')).set(at)
    if (isOption(key.type)) f.end()
    return
  }
  if (key.bytes <= 8) {
    f.get(at)
    emitWord(f, key)
    if (key.bytes < 8) f.i64(BigInt(64 - key.bytes * 8)).op('i64.shl')
    f.bswap64().memory('i64.store')
    advance(key.bytes)
    return
  }
  emitWide(f, key, at)
  advance(16)
}

/** A 128-bit value: the sign bit flipped, high word first. */
const emitWide = (f: FunctionBuilder, key: Key, at: number): void => {
  const [lo, hi] = key.locals as [number, number]
  const word = (local: number, flip: bigint, offset: number) => {
    f.get(at).get(local)
    if (flip) f.i64(flip).op('i64.xor')
    if (key.descending) f.i64(-1n).op('i64.xor')
    if (isOption(key.type)) f.i64(0n).get(key.locals.at(-1) as number).op('select')
    f.bswap64().memory('i64.store', offset)
  }
  word(hi, -0x8000000000000000n, 0)
  word(lo, 0n, 8)
}

/** Pushes the value's key word: complemented where descending, 0 where NULL. */
const emitWord = (f: FunctionBuilder, key: Key): void => {
  emitOrdered(f, key)
  if (key.descending) f.i64(allOnes(key.bytes)).op('i64.xor')
  if (isOption(key.type)) f.i64(0n).get(key.locals.at(-1) as number).op('select')
}

/** Pushes the null byte as i32: 0 sorts first. */
const emitNullByte = (f: FunctionBuilder, key: Key): void => {
  f.get(key.locals.at(-1) as number)
  if (!key.nullsFirst) f.op('i32.eqz')
}

/** Pushes the value as an unsigned number whose order is the key's, of ≤ 8 bytes; not yet complemented. */
const emitOrdered = (f: FunctionBuilder, key: Key): void => {
  const [x] = key.locals as [number]
  switch (scalarOf(key.type)) {
    case 'bool':
      f.get(x).op('i64.extend_i32_u')
      return
    case 'i32':
      f.get(x).op('i64.extend_i32_s').i64(key.bias).op('i64.sub')
      return
    case 'i64':
    case 'i128':
      // bytes ≤ 8: value − bias fits 64 bits, so the low words suffice.
      f.get(x).i64(BigInt.asIntN(64, key.bias)).op('i64.sub')
      return
    case 'f32':
    case 'f64': {
      const bits = f.local('i64')
      const wide = f.local('f64')
      f.get(x)
      if (scalarOf(key.type) === 'f32') f.op('f64.promote_f32')
      f.tee(wide).f64(0).op('f64.add').op('i64.reinterpret_f64')
      f.i64(0x7ff8000000000000n).get(wide).get(wide).op('f64.eq').op('select').tee(bits)
      f.get(bits).i64(63n).op('i64.shr_s').i64(-0x8000000000000000n).op('i64.or').op('i64.xor')
      f.free('i64', bits)
      f.free('f64', wide)
      return
    }
    case 'str':
      throw new Error('a string key has no fixed form')
  }
}

const allOnes = (bytes: number): bigint => (bytes === 8 ? -1n : (1n << BigInt(bytes * 8)) - 1n)
