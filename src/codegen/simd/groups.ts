/**
 * Groups by dense keys in lanes: positions and what is added are computed eight rows at a time; then each row's fields are added
 * to its state in memory, those of 64 bits that lie side by side as one vector. Rows are taken in their order, so that sums of floats
 * are as scalar code makes them. Rows that a filter leaves out are added to states of their own behind the array, so they cost no
 * branch; four of these take turns, since an addition waits for the one before to the same state.
 */
import { type Ir, isOption, type Scalar } from '../../ir/nodes.ts'
import { type Body, type DenseKey, STATE_ROW } from '../../ir/program.ts'
import { groupUpdate } from '../../ir/reductions.ts'
import type { GroupAccess } from '../builders/sink.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { emit } from '../expressions.ts'
import { FROM, TO } from '../loops.ts'
import { freeLocals, type Scope, toLocals } from '../scope.ts'
import { loadField, storeLocals, type TupleField } from '../tuple.ts'
import { emitLanes, emitPlain } from './expressions.ts'
import { blend, EVEN_WORDS, HIGH_HALVES, isMask, join, type Lanes, LOW_HALVES, make, maskAs, release, ROWS } from './lanes.ts'
import { emitMasked } from './masked.ts'
import { type LanePlaces, type LaneScope, mayRaise } from './scope.ts'
import { mergeOf, wholeOf } from './shape.ts'
import { emitLeading, emitStep, emitSteps, leaveOnFault, openLanes } from './step.ts'

/** A field of the state and what is merged into it. */
interface Update {
  readonly field: TupleField
  readonly x: Ir
  /** Of the old state and the name LANE. */
  readonly merged: Ir
}
/** Updates of two fields side by side, both of which add 64 bits, or one alone. */
type Unit = readonly [Update] | readonly [Update, Update]

const LANE = '#lane'

export const emitLaneGroups = (scope: Scope, columns: LanePlaces, row: number, body: Body, groups: GroupAccess, scalar: () => void): void => {
  const { f } = scope
  const { key, values } = mergeOf(body)
  const updates = values.flatMap((value, index): readonly Update[] => {
    const update = groupUpdate(value, index, LANE)
    if (!update) throw new Error(`field ${index} has no form in lanes`)
    return update === 'kept' ? [] : [{ field: groups.fields[index] as TupleField, ...update }]
  })
  const units = unitsOf(updates)
  const part = wholeOf(body, [...key, ...updates.map(({ x }) => x)])
  const source = openLanes(scope, columns, row, part.expressions)
  const places = openPlaces(f, key, groups)
  const raises = part.expressions.some(mayRaise)
  f.get(FROM).set(row)
  emitSteps(f, {
    row,
    end: TO,
    ready: part.nullable(columns) ? () => f.get(row).i32(ROWS - 1).op('i32.and').op('i32.eqz') : undefined,
    steps: 1,
    step: (ahead, leave) =>
      emitStep(source, ahead, (cx) =>
        emitLeading(cx, body, Number.POSITIVE_INFINITY, true, (mask, next) => {
          const lanesOf = (unit: Unit): readonly Lanes[] => unit.map(({ x }) => (x.type === 'i32' || x.type === 'i64' ? emitMasked(cx, x, undefined) : emitPlain(cx, x)))
          const early = raises ? units.map(lanesOf) : undefined
          if (raises) leaveOnFault(cx, leave)
          const addresses = emitAddresses(cx, mergeOf(next).key, groups, places, mask)
          units.forEach((unit, i) => {
            const lanes = early?.[i] ?? lanesOf(unit)
            if (unit.length === 2) addPairs(f, unit, lanes, addresses)
            else addEach(scope, unit[0], lanes[0] as Lanes, addresses)
            release(f, ...lanes)
          })
          for (const address of addresses) f.free('i32', address)
        }),
      ),
    scalar,
  })
}

const ADD: Partial<Record<Scalar, 'i64x2.add' | 'f64x2.add'>> = { i64: 'i64x2.add', f64: 'f64x2.add' }
const adds = ({ field, merged }: Update): boolean => field.type in ADD && merged.ir === 'binary' && merged.op === '+'

const unitsOf = (updates: readonly Update[]): readonly Unit[] => {
  const sorted = [...updates].sort((a, b) => a.field.offset - b.field.offset)
  const units: Unit[] = []
  for (let i = 0; i < sorted.length; i++) {
    const [a, b] = [sorted[i] as Update, sorted[i + 1]]
    if (b && adds(a) && adds(b) && a.field.type === b.field.type && b.field.offset === a.field.offset + 8) {
      units.push([a, b])
      i++
    } else units.push([a])
  }
  return units
}

/** Vectors that positions are made with. */
interface Places {
  /** What each key's position is counted from, and how many there are of it and behind it. */
  readonly firsts: readonly number[]
  readonly extents: readonly number[]
  readonly spare: number
  readonly stride: number
  readonly array: number
}

const firstOf = (type: Ir['type'], { min }: DenseKey): number => Number(BigInt.asIntN(32, min - (isOption(type) ? 1n : 0n)))

const openPlaces = (f: FunctionBuilder, key: readonly Ir[], { ranges, spare, stride, array }: GroupAccess): Places => {
  const local = (push: () => void): number => {
    push()
    const made = f.local('v128')
    f.set(made)
    return made
  }
  const spread = (n: number) => local(() => f.i32(n).op('i32x4.splat'))
  const words = (n: number) => [n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >> 24) & 255]
  return {
    firsts: key.map((k, i) => (firstOf(k.type, ranges[i] as DenseKey) === 0 ? -1 : spread(firstOf(k.type, ranges[i] as DenseKey)))),
    extents: key.map((_, i) => (i === 0 ? -1 : spread((ranges[i] as DenseKey).extent))),
    spare: local(() => f.v128([spare, spare + 1, spare + 2, spare + 3].flatMap(words))),
    stride: powerOf(stride) === undefined ? spread(stride) : -1,
    array: local(() => f.get(array).op('i32x4.splat')),
  }
}

/** Its logarithm, of a power of two. */
const powerOf = (n: number): number | undefined => (n > 0 && (n & (n - 1)) === 0 ? 31 - Math.clz32(n) : undefined)

/** Addresses of the rows' states, in locals; notes that they have a group, where no count does. */
const emitAddresses = (cx: LaneScope, key: readonly Ir[], { ranges, stride, present }: GroupAccess, places: Places, mask: Lanes | undefined): readonly number[] => {
  const { f } = cx
  let position: Lanes | undefined
  key.forEach((k, i) => {
    const at = positionOf(cx, k, places.firsts[i] as number)
    if (!position) {
      position = at
      return
    }
    const before = position
    const power = powerOf((ranges[i] as DenseKey).extent)
    position = make(f, 'i32', (v) => {
      f.get(before.v[v] as number)
      if (power === undefined) f.get(places.extents[i] as number).op('i32x4.mul')
      else f.i32(power).op('i32x4.shl')
      f.get(at.v[v] as number).op('i32x4.add')
    })
    release(f, before, at)
  })
  let rows = position as Lanes
  if (mask) rows = blend(f, rows, { form: 'i32', v: [places.spare, places.spare], owned: false }, { ...mask, owned: false })
  if (present !== undefined) {
    for (let r = 0; r < ROWS; r++) f.get(present).get(rows.v[r >> 2] as number).lane('i32x4.extract_lane', r & 3).op('i32.add').i32(1).memory('i32.store8')
  }
  const power = powerOf(stride)
  const made = make(f, 'i32', (v) => {
    f.get(rows.v[v] as number)
    if (power === undefined) f.get(places.stride).op('i32x4.mul')
    else f.i32(power).op('i32x4.shl')
    f.get(places.array).op('i32x4.add')
  })
  release(f, rows)
  // Two at a time: what is taken out of a vector goes through a port that additions of vectors need.
  const two = f.local('i64')
  const addresses = Array.from({ length: ROWS }, (_, r) => {
    const address = f.local('i32')
    if (r & 1) f.get(two).i64(32n).op('i64.shr_u')
    else f.get(made.v[r >> 2] as number).lane('i64x2.extract_lane', (r & 3) >> 1).tee(two)
    f.op('i32.wrap_i64').set(address)
    return address
  })
  f.free('i64', two)
  release(f, made)
  return addresses
}

/** A key's position in its range, modulo 2^32; of a NULL 0. */
const positionOf = (cx: LaneScope, key: Ir, first: number): Lanes => {
  const { f } = cx
  const { value, valid } = emitLanes(cx, key)
  const words = value.form === 'i64' ? join(f, 'i32', value, () => f.shuffle(EVEN_WORDS)) : value
  const from = first < 0 ? words : make(f, 'i32', (v) => f.get(words.v[v] as number).get(first).op('i32x4.sub'))
  if (first >= 0) release(f, words)
  if (!valid) return from
  const there = maskAs(f, valid, 'm4')
  const made = make(f, 'i32', (v) => f.get(from.v[v] as number).get(there.v[v] as number).op('v128.and'))
  release(f, from, there)
  return made
}

/** Two fields of each row as one vector. */
const addPairs = (f: FunctionBuilder, [{ field }]: Unit, [a, b]: readonly Lanes[], addresses: readonly number[]): void => {
  addresses.forEach((address, r) => {
    f.get(address).get(address).memory('v128.load', field.offset)
    f.get((a as Lanes).v[r >> 1] as number).get((b as Lanes).v[r >> 1] as number).shuffle(r & 1 ? HIGH_HALVES : LOW_HALVES)
    f.op(ADD[field.type as Scalar] as 'i64x2.add').memory('v128.store', field.offset)
  })
}

const EXTRACT = { i32: 'i32x4.extract_lane', i64: 'i64x2.extract_lane', f32: 'f32x4.extract_lane', f64: 'f64x2.extract_lane' } as const
const SHIFTS = { i32: 2, f32: 2, i64: 1, f64: 1 } as const

/** One field of each row, by scalar code. */
const addEach = (scope: Scope, { field, merged }: Update, given: Lanes, addresses: readonly number[]): void => {
  const { f } = scope
  const lanes = isMask(given.form) ? maskAs(f, { ...given, owned: false }, 'm4') : given
  const form = isMask(lanes.form) ? 'i32' : (lanes.form as keyof typeof EXTRACT)
  const shift = SHIFTS[form]
  const local = f.local(form)
  scope.names.set(LANE, [local])
  addresses.forEach((address, r) => {
    f.get(lanes.v[r >> shift] as number).lane(EXTRACT[form], r & ((1 << shift) - 1))
    if (isMask(lanes.form)) f.i32(1).op('i32.and')
    f.set(local)
    scope.rows.set(STATE_ROW, { read: (g) => loadField(g, address, field) })
    emit(scope, merged)
    const slots = toLocals(f, field.type)
    storeLocals(f, address, field, slots)
    freeLocals(f, field.type, slots)
  })
  scope.rows.delete(STATE_ROW)
  scope.names.delete(LANE)
  f.free(form, local)
  if (lanes !== given) release(f, lanes)
}
