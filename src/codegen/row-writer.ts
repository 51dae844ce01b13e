/**
 * Writing UnsafeRows (layout/unsafe-row.ts): words, null bits and variable parts of the row that lies at `row`, in memory with any
 * contents. Values are evaluated and written one after the other, so the row may have to move while it is written: where a
 * field needs more room than is left, `room` makes it and both addresses change.
 */
import { type Ir, type IrType, isOption } from '../ir/nodes.ts'
import { nullBytes, type RowPhysical, wordOffset } from '../layout/unsafe-row.ts'
import { emit } from './expressions.ts'
import type { FunctionBuilder } from './encoder.ts'
import { CTX_LOCAL, freeLocals, type Scope, toLocals } from './scope.ts'

export interface WrittenField {
  readonly type: IrType
  readonly physical: RowPhysical
  /** A 'utf8' of 16 bytes, which a NULL has as well. */
  readonly interval: boolean
}

/** Locals. */
export interface OpenRow {
  /** The row's address. */
  readonly row: number
  /** Where its written bytes end: behind the words at first. */
  readonly end: number
  /** Makes sure that there is room from `end` for as many bytes as a local holds; may move the row. */
  readonly room: (bytes: number) => void
}

const WIDE = 16
/** Bytes that every row has: what `end` begins behind, and room for the wide decimals and intervals. */
export const fixedBytes = (fields: readonly unknown[]): number => wordOffset(fields.length, fields.length)
export const leastBytes = (fields: readonly WrittenField[]): number => fixedBytes(fields) + WIDE * fields.filter((f) => f.physical === 'i128' || f.interval).length

/** Null bits of all fields off; needed where a row's fields are written by several calls. */
export const clearNulls = (f: FunctionBuilder, fields: readonly WrittenField[], row: number): void => {
  for (let at = 0; at < nullBytes(fields.length); at += 8) f.get(row).i64(0n).memory('i64.store', at)
}

/** Writes some of the fields, in their order; `whole`: they are all of them, and null bits need not be clear. */
export const writeFields = (scope: Scope, fields: readonly WrittenField[], values: readonly Ir[], group: readonly number[], target: OpenRow, whole: boolean): void => {
  const { f } = scope
  const nulls = new Map<number, number>()
  for (const index of group) {
    const { type, physical, interval } = fields[index] as WrittenField
    emit(scope, values[index] as Ir)
    const locals = toLocals(f, type)
    const valid = isOption(type) ? (locals.at(-1) as number) : undefined
    if (valid !== undefined) noteNull(f, nulls, index, valid)
    const word = wordOffset(fields.length, index)
    if (interval) writeInterval(f, word, locals[0] as number, valid, target)
    else writeField(f, scope, physical, word, locals, valid, target)
    freeLocals(f, type, locals)
  }
  for (let word = 0; word < nullBytes(fields.length) / 8; word++) {
    const bits = nulls.get(word)
    if (bits === undefined && !whole) continue
    f.get(target.row)
    if (bits === undefined) f.i64(0n)
    else f.get(bits)
    if (!whole) f.get(target.row).memory('i64.load', word * 8).op('i64.or')
    f.memory('i64.store', word * 8)
    if (bits !== undefined) f.free('i64', bits)
  }
}

/** Adds the field's bit, where it is NULL, to those of its word. */
const noteNull = (f: FunctionBuilder, nulls: Map<number, number>, index: number, valid: number): void => {
  const known = nulls.get(index >> 6)
  const bits = known ?? f.local('i64')
  nulls.set(index >> 6, bits)
  f.get(valid).op('i32.eqz').op('i64.extend_i32_u').i64(BigInt(index & 63)).op('i64.shl')
  if (known !== undefined) f.get(bits).op('i64.or')
  f.set(bits)
}

/** Replaces the i64 on the stack by 0 in a NULL. */
const unlessNull = (f: FunctionBuilder, valid: number | undefined): void => {
  if (valid !== undefined) f.i64(0n).get(valid).op('select')
}

const writeField = (f: FunctionBuilder, scope: Scope, physical: RowPhysical, word: number, locals: readonly number[], valid: number | undefined, target: OpenRow): void => {
  const value = locals[0] as number
  const { row } = target
  switch (physical) {
    case 'utf8':
      return writeBytes(scope, word, value, valid, target)
    case 'i128':
      return writeWide(scope, word, locals, valid, target)
    case 'i8':
    case 'i16':
      f.get(row).get(value).i32(physical === 'i8' ? 0xff : 0xffff).op('i32.and').op('i64.extend_i32_u')
      break
    case 'bool8':
    case 'i32':
      f.get(row).get(value).op('i64.extend_i32_u')
      break
    case 'i64':
      f.get(row).get(value)
      break
    case 'f32':
      // One NaN, as the reference writes it: which one arithmetic gives hangs on the machine.
      f.get(row).get(value).f32(Number.NaN).get(value).get(value).op('f32.eq').op('select').op('i32.reinterpret_f32').op('i64.extend_i32_u')
      break
    case 'f64':
      f.get(row).get(value).f64(Number.NaN).get(value).get(value).op('f64.eq').op('select').op('i64.reinterpret_f64')
  }
  unlessNull(f, valid)
  f.memory('i64.store', word)
}

/** Leaves the word of a variable part of `bytes` bytes that begins at `end`. */
const pushPlace = (f: FunctionBuilder, { row, end }: OpenRow, bytes: number): void => {
  f.get(end).get(row).op('i32.sub').op('i64.extend_i32_u').i64(32n).op('i64.shl').get(bytes).op('i64.extend_i32_u').op('i64.or')
}

/** A str: bytes padded with zeros to whole words. A NULL has none, and no place. */
const writeBytes = ({ f, callees }: Scope, word: number, value: number, valid: number | undefined, target: OpenRow): void => {
  const bytes = f.local('i32')
  const padded = f.local('i32')
  f.get(value).i64(32n).op('i64.shr_u').op('i32.wrap_i64')
  if (valid !== undefined) f.i32(0).get(valid).op('select')
  f.tee(bytes).if()
  f.get(bytes).i32(7).op('i32.add').i32(-8).op('i32.and').set(padded)
  target.room(padded)
  f.get(CTX_LOCAL).get(target.end).get(value).op('i32.wrap_i64').get(bytes).call(callees.runtime('row_bytes'))
  f.get(target.row)
  pushPlace(f, target, bytes)
  f.memory('i64.store', word)
  f.get(target.end).get(padded).op('i32.add').set(target.end)
  f.else()
  f.get(target.row)
  pushPlace(f, target, bytes)
  unlessNull(f, valid)
  f.memory('i64.store', word).end()
  f.free('i32', bytes)
  f.free('i32', padded)
}

/** A wide decimal: 16 bytes, of a NULL too. */
const writeWide = ({ f, callees }: Scope, word: number, [lo, hi]: readonly number[], valid: number | undefined, target: OpenRow): void => {
  const bytes = f.local('i32')
  f.i32(WIDE).set(bytes)
  target.room(bytes)
  f.get(CTX_LOCAL).get(target.end)
  for (const part of [lo, hi]) {
    f.get(part as number)
    unlessNull(f, valid)
  }
  f.call(callees.runtime('row_decimal'))
  if (valid !== undefined) f.i32(0).get(valid).op('select')
  f.set(bytes)
  f.get(target.row)
  pushPlace(f, target, bytes)
  f.memory('i64.store', word)
  f.get(target.end).i32(WIDE).op('i32.add').set(target.end)
  f.free('i32', bytes)
}

/** A calendar interval: its 16 bytes, zeros of a NULL. */
const writeInterval = (f: FunctionBuilder, word: number, value: number, valid: number | undefined, target: OpenRow): void => {
  const bytes = f.local('i32')
  f.i32(WIDE).set(bytes)
  target.room(bytes)
  for (const half of [0, 8]) {
    f.get(target.end)
    if (valid !== undefined) f.get(valid).if(['i64'])
    f.get(value).op('i32.wrap_i64').memory('i64.load', half)
    if (valid !== undefined) f.else().i64(0n).end()
    f.memory('i64.store', half)
  }
  f.get(target.row)
  pushPlace(f, target, bytes)
  f.memory('i64.store', word)
  f.get(target.end).i32(WIDE).op('i32.add').set(target.end)
  f.free('i32', bytes)
}
