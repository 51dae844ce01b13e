/** Hashing and comparing keys inline: slots in locals against fields of a tuple. */
import { isOption, type IrType, scalarOf } from '../ir/nodes.ts'
import type { FunctionBuilder } from './encoder.ts'
import type { WasmType } from './opcodes.ts'
import { CTX_LOCAL, type Callees, slotsOf } from './scope.ts'
import { emitWord, keyMode } from './dict/keys.ts'
import { emitLikelyEquals, emitStringHash } from './strings.ts'
import { loadField, storeLocals, type TupleField, type TupleLayout } from './tuple.ts'

/** Strings of a key that are hashed inline; with more of them the code would be large. */
const INLINE_STRINGS = 2

/** 2^64 / golden ratio: multiplying by it spreads low bits upwards (Knuth, TAOCP 6.4). */
const MULTIPLIER = -7046029254386353131n

/**
 * The i64 on the stack, x → x ^ x >> 32. Before the multiplication, because the product of a word with low bits 0, such as a
 * small whole double, has them too; after it, because its low bits are what places a key.
 */
const emitFold = (f: FunctionBuilder): void => {
  const x = f.local('i64')
  f.tee(x).get(x).i64(32n).op('i64.shr_u').op('i64.xor')
  f.free('i64', x)
}

/** Keys that one function hashes, compares or stores; more are groups with a function each, because code for all would be large. */
const GROUP = 10

/**
 * Calls a function (ctx, first, the keys' slots) for each group of keys: `make` writes it, with the positions of its keys and
 * their locals in it; `after` takes what it gives.
 */
const inGroups = (
  f: FunctionBuilder,
  types: readonly IrType[],
  keys: readonly (readonly number[])[],
  first: { readonly type: WasmType; readonly local: number },
  result: readonly WasmType[],
  make: (g: FunctionBuilder, positions: readonly number[], keys: readonly (readonly number[])[], first: number) => void,
  after: (group: number) => void,
): void => {
  for (let from = 0; from < types.length; from += GROUP) {
    const positions = types.slice(from, from + GROUP).map((_, i) => from + i)
    const slots = positions.map((i) => slotsOf(types[i] as IrType))
    const g = f.module.function({ params: ['i32', first.type, ...slots.flat()], results: [...result] })
    let next = 2
    make(g, positions, slots.map((list) => list.map(() => next++)), 1)
    f.get(CTX_LOCAL).get(first.local)
    for (const i of positions) for (const local of keys[i] as readonly number[]) f.get(local)
    f.call(g)
    after(from / GROUP)
  }
}

/** Pushes the i32 hash of a word that lies in a local; assembly/dict.ts computes the same. */
export const emitWordHash = (f: FunctionBuilder, type: 'i32' | 'i64', word: number): void => {
  f.get(word)
  if (type === 'i32') f.op('i64.extend_i32_u')
  else emitFold(f)
  f.i64(MULTIPLIER).op('i64.mul')
  emitFold(f)
  f.op('i32.wrap_i64')
}

/** Pushes the i32 hash of keys that lie in locals: of their word, where they have one, so that all are hashed at once. */
export const emitHash = (f: FunctionBuilder, callees: Callees, types: readonly IrType[], keys: readonly (readonly number[])[]): void => {
  const mode = keyMode(types)
  if (mode.mode === 'word') {
    const word = f.local(mode.type)
    emitWord(f, mode.type, types, keys)
    f.set(word)
    emitWordHash(f, mode.type, word)
    f.free(mode.type, word)
    return
  }
  const [only] = types
  if (types.length === 1 && only === 'str') {
    // Spread already.
    emitStringHash(f, callees, keys[0]?.[0] as number)
    f.op('i32.wrap_i64')
    return
  }
  if (types.length === 0) f.i64(0n)
  const inline = types.filter((type) => scalarOf(type) === 'str').length <= INLINE_STRINGS
  if (types.length > GROUP) {
    const h = f.local('i64')
    f.i64(0n).set(h)
    inGroups(f, types, keys, { type: 'i64', local: h }, ['i64'], (g, positions, locals, before) => {
      g.get(before)
      positions.forEach((i, k) => emitNext(g, callees, types[i] as IrType, locals[k] as readonly number[], inline, true))
    }, () => f.set(h))
    f.get(h)
    f.free('i64', h)
  } else types.forEach((type, i) => emitNext(f, callees, type, keys[i] as readonly number[], inline, i > 0))
  emitFold(f)
  f.op('i32.wrap_i64')
}

/** Takes one key more into the hash on the stack. */
const emitNext = (f: FunctionBuilder, callees: Callees, type: IrType, locals: readonly number[], inline: boolean, more: boolean): void => {
  emitBits(f, callees, type, locals, inline)
  if (isOption(type)) {
    // A NULL's value is unspecified: it must not reach the hash.
    f.i64(0x5bd1e995n).get(locals.at(-1) as number).op('select')
  }
  if (more) f.op('i64.xor')
  emitFold(f)
  f.i64(MULTIPLIER).op('i64.mul')
}

const emitBits = (f: FunctionBuilder, callees: Callees, type: IrType, [a, b]: readonly number[], inline: boolean): void => {
  switch (scalarOf(type)) {
    case 'bool':
    case 'i32':
      f.get(a as number).op('i64.extend_i32_s')
      return
    case 'i64':
      f.get(a as number)
      return
    case 'i128':
      f.get(b as number).i64(MULTIPLIER).op('i64.mul').get(a as number).op('i64.xor')
      return
    case 'f32':
      f.get(a as number).op('i32.reinterpret_f32').op('i64.extend_i32_u')
      return
    case 'f64':
      f.get(a as number).op('i64.reinterpret_f64')
      return
    case 'str':
      if (inline) emitStringHash(f, callees, a as number)
      else f.get(CTX_LOCAL).get(a as number).call(callees.runtime('str_hash'))
  }
}

/** Pushes 1 where the tuple's first fields equal the keys in locals, whose hash is the same; floats by bits, NULLs equal each other. */
export const emitKeyEquals = (f: FunctionBuilder, callees: Callees, layout: TupleLayout, tuple: number, types: readonly IrType[], keys: readonly (readonly number[])[]): void => {
  if (types.length === 0) f.i32(1)
  const all = types.map((_, i) => i)
  if (types.length <= GROUP) return emitFieldsEqual(f, callees, layout, tuple, all, types, keys)
  inGroups(f, types, keys, { type: 'i32', local: tuple }, ['i32'], (g, positions, locals, other) => emitFieldsEqual(g, callees, layout, other, positions, types, locals), (group) => {
    if (group > 0) f.op('i32.and')
  })
}

/** `keys` are those of the fields at `positions`. */
const emitFieldsEqual = (f: FunctionBuilder, callees: Callees, layout: TupleLayout, tuple: number, positions: readonly number[], types: readonly IrType[], keys: readonly (readonly number[])[]): void => {
  positions.forEach((i, k) => {
    const locals = keys[k] as readonly number[]
    const field = layout.fields[i] as TupleField
    if (isOption(types[i] as IrType)) emitOptionEquals(f, callees, field, tuple, locals)
    else emitPlainEquals(f, callees, field, tuple, locals)
    if (k > 0) f.op('i32.and')
  })
}

/** Stores keys that lie in locals as the tuple's first fields. */
export const emitStoreKeys = (f: FunctionBuilder, layout: TupleLayout, tuple: number, types: readonly IrType[], keys: readonly (readonly number[])[]): void => {
  if (types.length <= GROUP) return keys.forEach((locals, i) => storeLocals(f, tuple, layout.fields[i] as TupleField, locals))
  inGroups(f, types, keys, { type: 'i32', local: tuple }, [], (g, positions, locals, other) => {
    positions.forEach((i, k) => storeLocals(g, other, layout.fields[i] as TupleField, locals[k] as readonly number[]))
  }, () => {})
}

const emitOptionEquals = (f: FunctionBuilder, callees: Callees, field: TupleField, tuple: number, locals: readonly number[]): void => {
  const valid = locals.at(-1) as number
  f.get(tuple).memory('i32.load8_u', field.valid).get(valid).op('i32.ne').if(['i32'])
  f.i32(0).else().get(valid).if(['i32'])
  emitPlainEquals(f, callees, { ...field, type: scalarOf(field.type) }, tuple, locals)
  f.else().i32(1).end().end()
}

const emitPlainEquals = (f: FunctionBuilder, callees: Callees, field: TupleField, tuple: number, [a, b]: readonly number[]): void => {
  const scalar = scalarOf(field.type)
  switch (scalar) {
    case 'bool':
    case 'i32':
      loadField(f, tuple, field)
      f.get(a as number).op('i32.eq')
      return
    case 'i64':
      loadField(f, tuple, field)
      f.get(a as number).op('i64.eq')
      return
    case 'f32':
      loadField(f, tuple, field)
      f.op('i32.reinterpret_f32').get(a as number).op('i32.reinterpret_f32').op('i32.eq')
      return
    case 'f64':
      loadField(f, tuple, field)
      f.op('i64.reinterpret_f64').get(a as number).op('i64.reinterpret_f64').op('i64.eq')
      return
    case 'i128':
      f.get(tuple).memory('i64.load', field.offset).get(a as number).op('i64.xor')
      f.get(tuple).memory('i64.load', field.offset + 8).get(b as number).op('i64.xor').op('i64.or').op('i64.eqz')
      return
    case 'str':
      loadField(f, tuple, field)
      f.get(a as number)
      emitLikelyEquals(f, callees)
  }
}
