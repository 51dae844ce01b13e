/**
 * NULLs and bounds of fixed-width fields of some rows, where there is nothing to tell of single rows: two neighbouring words come by one
 * load, and least and greatest values are kept in lanes. Leaves 1 where no field has a NULL and all are in range, and their facts
 * are updated (row-check.ts); else 0, and the rows must be gone over one by one. Parameters are those of `c…`.
 */
import type { RowPhysical } from '../layout/unsafe-row.ts'
import { wordOffset } from '../layout/unsafe-row.ts'
import type { FunctionBuilder } from './encoder.ts'

/** A field; `range`: the values that it may have, where not all that its bits can say. */
export interface BoundedField {
  readonly index: number
  readonly physical: Exclude<RowPhysical, 'utf8' | 'i128'>
  readonly range?: { readonly min: bigint; readonly max: bigint } | undefined
}

/** Offsets of a field's facts from its place: least, greatest, whether there is a NULL. */
interface FactPlaces {
  readonly place: (index: number) => number
  readonly max: number
  readonly nulls: number
}

const [DATA, OFFSETS, FROM, TO, FACTS] = [0, 1, 2, 3, 5] as const

/** How lanes are compared: as 64 bits, or as 32 after all but the low `bits` have been shifted out. */
type Kind = 'i64' | 'i32' | 'i16' | 'i8' | 'bool8'
const BITS: Record<Exclude<Kind, 'i64'>, number> = { i32: 32, i16: 16, i8: 8, bool8: 8 }
const kindOf = (physical: BoundedField['physical']): Kind | undefined => (physical === 'f32' || physical === 'f64' ? undefined : physical)

interface Bounds {
  readonly kind: Kind
  readonly min: number
  readonly max: number
}
/** Fields of one load. */
interface Loaded {
  readonly offset: number
  readonly fields: readonly BoundedField[]
  readonly bounds: readonly Bounds[]
}

/** `columns`: how many fields the rows have; `stride`: bytes of all rows, or 0. */
export const emitBounds = (f: FunctionBuilder, fields: readonly BoundedField[], columns: number, stride: number, { place, max: maxAt, nulls: nullsAt }: FactPlaces): void => {
  const whole = f.block(['i32'])
  /** Leaves the function with 0 where the condition on the stack holds. */
  const leave = () => {
    f.if()
    f.i32(0).br(whole).end()
  }
  for (const { index } of fields) {
    f.get(FACTS).memory('i32.load', place(index) + nullsAt)
    if (index !== fields[0]?.index) f.op('i32.or')
  }
  leave()
  f.get(FROM).get(TO).op('i32.ge_u')
  leave()
  const [row, at, value, low] = [f.local('i32'), f.local('i32'), f.local('v128'), f.local('i64')]
  const seek = () => {
    f.get(DATA)
    if (stride > 0) f.get(row).i32(stride).op('i32.mul')
    else f.get(OFFSETS).get(row).i32(2).op('i32.shl').op('i32.add').memory('i32.load')
    f.op('i32.add').set(at)
  }
  const words = [...new Set(fields.map(({ index }) => index >> 6))].map((word) => ({ word, mask: fields.reduce((m, { index }) => (index >> 6 === word ? m | (1n << BigInt(index & 63)) : m), 0n), nulls: f.local('i64') }))
  const loads = pairs(fields).map((pair): Loaded => ({
    offset: wordOffset(columns, (pair[0] as BoundedField).index), fields: pair,
    bounds: [...new Set(pair.flatMap(({ physical }) => kindOf(physical) ?? []))].map((kind) => ({ kind, min: f.local('v128'), max: f.local('v128') })),
  }))
  const load = ({ offset, fields: pair }: Loaded) => f.get(at).memory(pair.length > 1 ? 'v128.load' : 'v128.load64_zero', offset).set(value)
  const lanes = (kind: Kind) => {
    f.get(value)
    if (kind === 'i64' || BITS[kind] === 32) return
    f.i32(32 - BITS[kind]).op('i32x4.shl').i32(32 - BITS[kind]).op(kind === 'bool8' ? 'i32x4.shr_u' : 'i32x4.shr_s')
  }
  f.get(FROM).set(row)
  seek()
  for (const loaded of loads) {
    if (loaded.bounds.length > 0) load(loaded)
    for (const { kind, min, max } of loaded.bounds) {
      lanes(kind)
      f.tee(min).set(max)
    }
  }
  const top = f.loop()
  seek()
  for (const { word, nulls } of words) f.get(at).memory('i64.load', word * 8).get(nulls).op('i64.or').set(nulls)
  for (const loaded of loads) {
    if (loaded.bounds.length > 0) load(loaded)
    for (const { kind, min, max } of loaded.bounds) {
      if (kind === 'i64') {
        f.get(value).get(min).get(value).get(min).op('i64x2.lt_s').op('v128.bitselect').set(min)
        f.get(value).get(max).get(value).get(max).op('i64x2.gt_s').op('v128.bitselect').set(max)
        continue
      }
      lanes(kind)
      f.tee(value).get(min).op('i32x4.min_s').set(min).get(value).get(max).op('i32x4.max_s').set(max)
      if (BITS[kind] < 32 && kind !== loaded.bounds.at(-1)?.kind) load(loaded)
    }
  }
  f.get(row).i32(1).op('i32.add').tee(row).get(TO).op('i32.lt_u').brIf(top).end()
  for (const { nulls, mask } of words) {
    f.get(nulls).i64(BigInt.asIntN(64, mask)).op('i64.and').i64(0n).op('i64.ne')
    leave()
  }
  const each = (visit: (field: BoundedField, push: (end: 'min' | 'max') => void) => void) => {
    for (const { fields: pair, bounds } of loads) {
      pair.forEach((field, side) => {
        const own = bounds.find(({ kind }) => kind === field.physical)
        if (!own) return
        visit(field, (end) => {
          f.get(own[end])
          if (own.kind === 'i64') f.lane('i64x2.extract_lane', side)
          else f.lane('i32x4.extract_lane', 2 * side).op('i64.extend_i32_s')
        })
      })
    }
  }
  each(({ physical, range }, push) => {
    const allowed = physical === 'bool8' ? { min: 0n, max: 1n } : range
    if (!allowed) return
    push('min')
    f.i64(allowed.min).op('i64.lt_s')
    push('max')
    f.i64(allowed.max).op('i64.gt_s').op('i32.or')
    leave()
  })
  each(({ index, physical }, push) => {
    if (physical === 'bool8') return
    for (const [end, offset, closer] of [['min', 0, 'i64.lt_s'], ['max', maxAt, 'i64.gt_s']] as const) {
      push(end)
      f.set(low).get(FACTS).get(low).get(FACTS).memory('i64.load', place(index) + offset)
      f.get(low).get(FACTS).memory('i64.load', place(index) + offset).op(closer).op('select').memory('i64.store', place(index) + offset)
    }
  })
  f.i32(1).end()
}

/** Neighbours two and two. */
const pairs = (fields: readonly BoundedField[]): readonly (readonly BoundedField[])[] => {
  const made: BoundedField[][] = []
  for (const field of fields) {
    const last = made.at(-1)
    if (last?.length === 1 && last[0]?.index === field.index - 1) last.push(field)
    else made.push([field])
  }
  return made
}
