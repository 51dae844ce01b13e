/**
 * Rows from outside are gone over once before any kernel follows the offsets in them: functions that check some thousand rows each, and
 * find what is known of their fields. `rows` places them: offsets, of which none is before `base`, in order, 8-aligned, long enough;
 * `slices`, where a field is nested, checks all there is in each row (slice-check.ts); `c0`, `c1`, … go over some fields each. They give the number of
 * the first row that is wrong, or −1. `p0(ctx, from, to)` calls them all for
 * rows of the batch at hand, strip by strip, on workers that have facts of their own; once a row is wrong, `failed` says so.
 *
 *   facts   0 field that is wrong   4 why (WRONG)   8 by `slices`: address of the byte   12 failed   16 fields, 48 bytes each: least value (16), greatest (16), whether there is a NULL (4)
 *           of strings in place of the least the greatest first byte, of the greatest the greatest number of bytes
 */
import { CTX } from '../ir/context.ts'
import { type SqlType, typeRange } from '../layout/types.ts'
import { type RowColumn, rowPhysical } from '../layout/row-table.ts'
import { rowFieldOf } from '../layout/unsafe/fields.ts'
import { type RowPhysical, rowStride, wordOffset } from '../layout/unsafe-row.ts'
import { type FunctionBuilder, ModuleBuilder } from './encoder.ts'
import { type BoundedField, emitBounds } from './row-bounds.ts'
import { readWide } from './rows.ts'
import { CTX_LOCAL } from './scope.ts'
import { SLICE_WRONG, SliceChecks } from './slice-check.ts'

export const WRONG = { place: 1, range: 6, ...SLICE_WRONG } as const
export const FACTS = { failed: 12, header: 16, bytes: 48, max: 16, nulls: 32 } as const
/** The batch that \`p0\` finds at CTX.source; its facts' address is the first word behind the context's own. */
export const CHECKED = { data: 0, offsets: 4, count: 8, end: 12, base: 16, bytes: 32 } as const
/** Rows that functions go over before the next one does: they stay in the cache. */
export const STRIP = 2048
/** Fields that one function goes over; of such whose bounds are kept in lanes as many as registers hold. */
const GROUP = 12
const BOUNDED = 6

/** Parameters of `c…`: data, offsets, from, to, end (offset behind the last row of all), facts. Of `rows`: and base. */
const [DATA, OFFSETS, FROM, TO, END, AT_FACTS, BASE] = [0, 1, 2, 3, 4, 5, 6] as const

export interface RowCheck {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** How many `c…` there are. */
  readonly groups: number
}

export const encodeRowCheck = (columns: readonly RowColumn[]): RowCheck => {
  const module = new ModuleBuilder()
  const fields = columns.map(({ type, nullable }) => ({ physical: rowPhysical(type), nullable }))
  const stride = rowStride(fields)
  const run = module.function({ params: ['i32', 'i32', 'i32'], results: [] }, 'p0')
  const places = stride === 0 ? module.function({ params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: ['i32'] }, 'rows') : undefined
  if (places) emitPlaces(places, wordOffset(fields.length, fields.length))
  const parts: FunctionBuilder[] = []
  const nested = columns.map(({ type, nullable }) => rowFieldOf(type, nullable))
  if (nested.some(({ form }) => form && form.kind !== 'binary')) parts.push(new SliceChecks(module).rows(nested.map((field, i) => ({ ...field, physical: (fields[i] as { physical: RowPhysical }).physical })), 'slices'))
  let groups = 0
  const signature = { params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: ['i32'] } as const
  const all = columns.map(({ type, nullable }, index) => checkedOf(type, nullable, index))
  const bounded = all.filter(isBounded)
  for (const [own, most] of [[bounded, BOUNDED], [all.filter((c) => !isBounded(c)), GROUP]] as const) {
    for (let first = 0; first < own.length; first += most) {
      const group = own.slice(first, first + most)
      let bounds: FunctionBuilder | undefined
      if (own === bounded) {
        bounds = module.function(signature)
        emitBounds(bounds, bounded.slice(first, first + most), columns.length, stride, { place: placeOf, max: FACTS.max, nulls: FACTS.nulls })
      }
      const f = module.function(signature, `c${groups++}`)
      parts.push(f)
      emitFields(f, columns.length, group, stride, bounds)
    }
  }
  emitRun(run, places, parts)
  return { bytes: module.encode(), groups }
}

const isBounded = (c: CheckedField): c is CheckedField & BoundedField => c.physical !== 'utf8' && c.physical !== 'i128'
const placeOf = (index: number): number => FACTS.header + index * FACTS.bytes

const [RUN_FROM, RUN_TO] = [1, 2] as const
const emitRun = (f: FunctionBuilder, places: FunctionBuilder | undefined, parts: readonly FunctionBuilder[]): void => {
  const load = (push: () => void, offset: number): number => {
    const local = f.local('i32')
    push()
    f.memory('i32.load', offset).set(local)
    return local
  }
  const source = load(() => f.get(CTX_LOCAL), CTX.source)
  const facts = load(() => f.get(CTX_LOCAL), CTX.sinks)
  const [data, offsets, count, end, base] = ([CHECKED.data, CHECKED.offsets, CHECKED.count, CHECKED.end, CHECKED.base] as const).map((offset) => load(() => f.get(source), offset)) as [number, number, number, number, number]
  const [to, behind] = [f.local('i32'), f.local('i32')]
  const done = f.block()
  const wrong = f.block()
  const strips = f.loop()
  f.get(RUN_FROM).get(RUN_TO).op('i32.ge_u').brIf(done)
  f.get(RUN_FROM).i32(STRIP).op('i32.add').get(RUN_TO).get(RUN_TO).get(RUN_FROM).op('i32.sub').i32(STRIP).op('i32.gt_u').op('select').set(to)
  if (places) {
    f.get(count).get(offsets).get(RUN_FROM).get(to).get(end).get(facts).get(base).call(places).i32(0).op('i32.ge_s').brIf(wrong)
    f.get(end).set(behind).get(to).get(count).op('i32.lt_u').if()
    f.get(offsets).get(to).i32(2).op('i32.shl').op('i32.add').memory('i32.load').set(behind).end()
  }
  for (const part of parts) f.get(data).get(offsets).get(RUN_FROM).get(to).get(behind).get(facts).call(part).i32(0).op('i32.ge_s').brIf(wrong)
  f.get(to).set(RUN_FROM).br(strips).end().end()
  f.get(facts).i32(1).memory('i32.store', FACTS.failed).end()
}

/** Leaves the function, which is a block of this label, with the row and what is wrong of it, where the condition on the stack holds. */
const failIf = (f: FunctionBuilder, row: number, field: number, why: number): void => {
  f.if()
  f.get(AT_FACTS).i32(field).memory('i32.store').get(AT_FACTS).i32(why).memory('i32.store', 4).get(row).br(WHOLE).end()
}
/** Label of the block that a function is. */
const WHOLE = 1

const eachRow = (f: FunctionBuilder, row: number, body: () => void): void => {
  f.get(FROM).tee(row).get(TO).op('i32.lt_u').if()
  const top = f.loop()
  body()
  f.get(row).i32(1).op('i32.add').tee(row).get(TO).op('i32.lt_u').brIf(top)
  f.end().end()
}

/** Offsets of rows [from, to). */
const emitPlaces = (f: FunctionBuilder, fixed: number): void => {
  f.block(['i32'])
  const [row, at, end, entry, ends] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  f.get(END).set(ends)
  eachRow(f, row, () => {
    f.get(OFFSETS).get(row).i32(2).op('i32.shl').op('i32.add').tee(entry).memory('i32.load').set(at)
    // The last row of all ends with the batch; `data` is the number of rows here.
    f.get(row).i32(1).op('i32.add').get(DATA).op('i32.lt_u').if(['i32'])
    f.get(entry).memory('i32.load', 4).else().get(ends).end().set(end)
    f.get(at).get(end).op('i32.or').i32(7).op('i32.and')
    f.get(at).get(BASE).op('i32.lt_u').op('i32.or')
    f.get(end).get(ends).op('i32.gt_u').op('i32.or')
    f.get(end).get(at).op('i32.lt_u').op('i32.or')
    f.get(end).get(at).op('i32.sub').i32(fixed).op('i32.lt_u').op('i32.or')
    failIf(f, row, 0, WRONG.place)
  })
  f.i32(-1).end()
}

interface CheckedField {
  readonly index: number
  readonly physical: RowPhysical
  readonly nullable: boolean
  /** Values it may have, where not all that its bits can say. */
  readonly range?: { readonly min: bigint; readonly max: bigint } | undefined
}

const checkedOf = (type: SqlType, nullable: boolean, index: number): CheckedField => {
  const range = typeRange(type)
  const limited = type.kind === 'decimal' ? range && { min: -range.max, max: range.max } : type.kind.startsWith('uint') ? range : undefined
  return { index, physical: rowPhysical(type), nullable, range: limited }
}

/** `bounds`: does the same at once where nothing is NULL or wrong. */
const emitFields = (f: FunctionBuilder, fields: number, group: readonly CheckedField[], stride: number, bounds: FunctionBuilder | undefined): void => {
  f.block(['i32'])
  if (bounds) {
    f.get(DATA).get(OFFSETS).get(FROM).get(TO).get(END).get(AT_FACTS).call(bounds).if()
    f.i32(-1).br(WHOLE).end()
  }
  const [row, at, length, isNull] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  const own = group.map((field) => {
    const { physical } = field
    const exact = physical !== 'f32' && physical !== 'f64' && physical !== 'utf8' && physical !== 'bool8'
    const wide = physical === 'i128'
    const words = exact || physical === 'utf8' ? [f.local('i64'), f.local('i64'), ...(wide ? [f.local('i64'), f.local('i64')] : [])] : []
    return { ...field, wide, words, nulls: f.local('i32') }
  })
  const place = placeOf
  for (const { index, words, nulls, wide } of own) {
    const from = place(index)
    // min lo, max lo, min hi, max hi
    const offsets = wide ? [from, from + FACTS.max, from + 8, from + FACTS.max + 8] : [from, from + FACTS.max]
    words.forEach((word, i) => f.get(AT_FACTS).memory('i64.load', offsets[i] as number).set(word))
    f.get(AT_FACTS).memory('i32.load', from + FACTS.nulls).set(nulls)
  }
  const needsLength = own.some((c) => c.physical === 'utf8' || c.wide)
  eachRow(f, row, () => {
    if (stride > 0) f.get(DATA).get(row).i32(stride).op('i32.mul').op('i32.add').set(at)
    else {
      f.get(DATA).get(OFFSETS).get(row).i32(2).op('i32.shl').op('i32.add').memory('i32.load').op('i32.add').set(at)
      if (needsLength) {
        // Of rows behind nobody knows yet that they lie where they say: `end` is that of these.
        f.get(row).i32(1).op('i32.add').get(TO).op('i32.lt_u').if(['i32'])
        f.get(OFFSETS).get(row).i32(2).op('i32.shl').op('i32.add').memory('i32.load', 4).else().get(END).end()
        f.get(DATA).op('i32.add').get(at).op('i32.sub').set(length)
      }
    }
    if (stride > 0 && needsLength) f.i32(stride).set(length)
    for (const c of own) emitField(f, c, { row, at, length, isNull, fields })
  })
  for (const { index, words, nulls, wide } of own) {
    const from = place(index)
    const offsets = wide ? [from, from + FACTS.max, from + 8, from + FACTS.max + 8] : [from, from + FACTS.max]
    words.forEach((word, i) => f.get(AT_FACTS).get(word).memory('i64.store', offsets[i] as number))
    f.get(AT_FACTS).get(nulls).memory('i32.store', from + FACTS.nulls)
  }
  f.i32(-1).end()
}

interface Checked extends CheckedField {
  readonly wide: boolean
  readonly words: readonly number[]
  readonly nulls: number
}

const emitField = (f: FunctionBuilder, c: Checked, { row, at, length, isNull, fields }: { row: number; at: number; length: number; isNull: number; fields: number }): void => {
  const { index, physical, words } = c
  const word = wordOffset(fields, index)
  f.get(at).memory('i32.load8_u', index >> 3).i32(1 << (index & 7)).op('i32.and').set(isNull)
  f.get(c.nulls).get(isNull).op('i32.or').set(c.nulls)
  if (!c.nullable) {
    f.get(isNull)
    failIf(f, row, index, WRONG.nulls)
  }
  switch (physical) {
    case 'f32':
    case 'f64':
      return
    case 'bool8':
      f.get(at).memory('i32.load8_u', word).i32(1).op('i32.gt_u')
      return failIf(f, row, index, WRONG.bool)
    case 'utf8':
    case 'i128': {
      // Of a NULL string, too: its word is 0 or harmless.
      if (c.wide) {
        f.get(at).memory('i32.load', word).i32(16).op('i32.gt_u').get(at).memory('i32.load', word).get(isNull).op('i32.or').op('i32.eqz').op('i32.or')
        failIf(f, row, index, WRONG.bytes)
      }
      f.get(at).memory('i32.load', word + 4).op('i64.extend_i32_u')
      if (c.wide) f.i64(16n)
      else f.get(at).memory('i32.load', word).op('i64.extend_i32_u')
      f.op('i64.add').get(length).op('i64.extend_i32_u').op('i64.gt_u')
      failIf(f, row, index, WRONG.reach)
      if (c.wide) emitWide(f, c, row, at, word, isNull)
      else emitText(f, c, at, word)
      return
    }
    default: {
      const value = f.local('i64')
      const [min, max] = words as [number, number]
      f.get(isNull).op('i32.eqz').if()
      f.get(at).memory(({ i8: 'i32.load8_s', i16: 'i32.load16_s', i32: 'i32.load', i64: 'i64.load' } as const)[physical], word)
      if (physical !== 'i64') f.op('i64.extend_i32_s')
      f.set(value)
      const { range } = c
      if (range) {
        f.get(value).i64(range.min).op('i64.lt_s').get(value).i64(range.max).op('i64.gt_s').op('i32.or')
        failIf(f, row, index, WRONG.range)
      }
      f.get(value).get(min).get(value).get(min).op('i64.lt_s').op('select').set(min)
      f.get(value).get(max).get(value).get(max).op('i64.gt_s').op('select').set(max)
      f.end()
      f.free('i64', value)
    }
  }
}

const emitText = (f: FunctionBuilder, { words }: Checked, at: number, word: number): void => {
  const [first, longest] = words as [number, number]
  const value = f.local('i64')
  f.get(at).memory('i32.load', word).op('i64.extend_i32_u').tee(value).get(longest).get(value).get(longest).op('i64.gt_u').op('select').set(longest)
  // Of an empty string: any byte of the row, which is not looked at.
  f.get(at).get(at).memory('i32.load', word + 4).op('i32.add').memory('i32.load8_u').i32(0).get(at).memory('i32.load', word).op('select').op('i64.extend_i32_u').set(value)
  f.get(value).get(first).get(value).get(first).op('i64.gt_u').op('select').set(first)
  f.free('i64', value)
}

/** Leaves whether (lo, hi) < (lo2, hi2), signed; locals. */
const lessWide = (f: FunctionBuilder, lo: number, hi: number, lo2: number, hi2: number): void => {
  f.get(hi).get(hi2).op('i64.lt_s').get(hi).get(hi2).op('i64.eq').get(lo).get(lo2).op('i64.lt_u').op('i32.and').op('i32.or')
}

const emitWide = (f: FunctionBuilder, { index, words, range }: Checked, row: number, at: number, word: number, isNull: number): void => {
  const [minLo, maxLo, minHi, maxHi] = words as [number, number, number, number]
  const [lo, hi, boundLo, boundHi] = [f.local('i64'), f.local('i64'), f.local('i64'), f.local('i64')]
  f.get(isNull).op('i32.eqz').if()
  readWide(f, at, word)
  f.set(hi).set(lo)
  for (const [bound, below] of range ? ([[range.min, true], [range.max, false]] as const) : []) {
    f.i64(BigInt.asIntN(64, bound)).set(boundLo).i64(bound >> 64n).set(boundHi)
    if (below) lessWide(f, lo, hi, boundLo, boundHi)
    else lessWide(f, boundLo, boundHi, lo, hi)
    failIf(f, row, index, WRONG.range)
  }
  lessWide(f, lo, hi, minLo, minHi)
  f.if()
  f.get(lo).set(minLo).get(hi).set(minHi).end()
  lessWide(f, maxLo, maxHi, lo, hi)
  f.if()
  f.get(lo).set(maxLo).get(hi).set(maxHi).end()
  f.end()
  for (const local of [lo, hi, boundLo, boundHi]) f.free('i64', local)
}
