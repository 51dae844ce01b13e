/**
 * The states of aggregates, a column beside the groups each. Counting, and summing and comparing numbers, are written
 * out; every other aggregate keeps its record's state objects.
 */
import { isFloating, type SqlType } from '../layout/types.ts'
import type { AggregateDef } from '../operators/aggregates.ts'
import type { CallSite, Value } from '../operators/registry.ts'
import { compareStrings, fitBig, powerOfTen, scaleOf } from '../operators/values.ts'
import { canonical } from './expression.ts'
import { isInt, type Shape, shapeIn, shapeOf, type Val } from './shape.ts'
import { emitPut, type Store, StoreColumn } from './store.ts'
import { latin1Of } from './strings.ts'
import type { Writer } from './writer.ts'

export interface Accumulator {
  readonly add: (w: Writer, at: string) => void
  /** The results of groups 0 … rows − 1. Throws EvalError. */
  readonly finish: (rows: number) => StoreColumn
}

interface Options {
  /** Every group gets a value: no result is NULL. */
  readonly always: boolean
}

const COUNT: Shape = { type: { kind: 'int64' }, rep: 'number', min: 0, max: 2 ** 52 }
const REAL: Shape = { type: { kind: 'double' }, rep: 'number' }
const FLAG: Shape = { type: { kind: 'bool' }, rep: 'boolean' }

/** A state column as code. */
const cell = (w: Writer, store: Store, column: StoreColumn, at: string): string => `${w.view(store, `${w.capture(column)}.data`)}[${at}]`

const counter = (store: Store): Accumulator => {
  const counts = store.add(COUNT, false)
  return { add: (w, at) => w.line(`${cell(w, store, counts, at)}++`), finish: () => counts }
}

/** Exact totals: numbers while they are small, and what exceeds 2^52 moved to a bigint. */
class Spill {
  readonly big: (bigint | undefined)[] = []

  move(at: number, total: number): number {
    this.big[at] = (this.big[at] ?? 0n) + BigInt(total)
    return 0
  }
}

interface Totals {
  readonly add: (w: Writer, at: string) => void
  readonly seen: StoreColumn | undefined
  readonly counts: StoreColumn | undefined
  readonly sums: StoreColumn
  readonly big: readonly (bigint | undefined)[]
}

const LIMIT = 2 ** 52

const totals = (store: Store, arg: Val, counted: boolean, always: boolean): Totals => {
  const sums = store.add(REAL, false)
  const counts = counted ? store.add(COUNT, false) : undefined
  const seen = counted || always ? undefined : store.add(FLAG, false)
  const spill = new Spill()
  const value = arg.rep === 'boolean' ? `(${arg.code} ? 1 : 0)` : arg.code
  const add = (w: Writer, at: string): void => {
    const sum = cell(w, store, sums, at)
    if (counts !== undefined) w.line(`${cell(w, store, counts, at)}++`)
    if (seen !== undefined) w.line(`${cell(w, store, seen, at)} = 1`)
    if (isFloating(arg.type)) return w.line(`${sum} += ${value}`)
    const total = w.name(`${sum} + ${value}`)
    w.line(`${sum} = ${total} > ${LIMIT} || ${total} < -${LIMIT} ? ${w.capture(spill)}.move(${at}, ${total}) : ${total}`)
  }
  return { add, seen, counts, sums, big: spill.big }
}

const column = (shape: Shape, nullable: boolean, rows: number): StoreColumn => new StoreColumn(shape, nullable, Math.max(rows, 1))

const summed = (store: Store, site: CallSite, arg: Val, always: boolean): Accumulator => {
  const state = totals(store, arg, false, always)
  const fit = isFloating(arg.type) ? undefined : fitBig(site.type)
  const finish = (rows: number): StoreColumn => {
    const data = state.sums.data as Float64Array
    const exact = state.big.length === 0
    let min = 0
    let max = 0
    if (fit !== undefined)
      for (let i = 0; i < rows; i++) {
        if (data[i]! < min) min = data[i]!
        if (data[i]! > max) max = data[i]!
      }
    if (fit !== undefined && exact) {
      fit(BigInt(min))
      fit(BigInt(max))
    }
    const shape: Shape = fit === undefined ? REAL : exact ? { type: site.type, rep: 'number', min, max } : { type: site.type, rep: 'bigint' }
    const out = column({ ...shape, type: site.type }, state.seen !== undefined, rows)
    for (let i = 0; i < rows; i++) {
      if (state.seen !== undefined && (state.seen.data as Uint8Array)[i] === 0) {
        out.nulls![i] = 1
        if (!exact) (out.data as bigint[])[i] = 0n
      } else if (exact) (out.data as Float64Array)[i] = data[i]!
      else (out.data as bigint[])[i] = fit!(BigInt(data[i]!) + (state.big[i] ?? 0n)) as bigint
    }
    return out
  }
  return { add: state.add, finish }
}

const averaged = (store: Store, site: CallSite, arg: Val): Accumulator => {
  const state = totals(store, arg, true, false)
  const unit = Number(powerOfTen(scaleOf(site.argTypes[0]!) ?? 0))
  const finish = (rows: number): StoreColumn => {
    const out = column(REAL, true, rows)
    const sums = state.sums.data as Float64Array
    const counts = state.counts!.data as Float64Array
    for (let i = 0; i < rows; i++) {
      const big = state.big[i]
      if (counts[i] === 0) out.nulls![i] = 1
      else (out.data as Float64Array)[i] = (big === undefined ? sums[i]! : Number(big + BigInt(sums[i]!))) / (counts[i]! * unit)
    }
    return out
  }
  return { add: state.add, finish }
}

/** Code for `a` before `b` (sign −1) or after it in SQL's order. */
const precedes = (w: Writer, arg: Val, kept: string, sign: number): string => {
  const [a, b] = sign < 0 ? [arg.code, kept] : [kept, arg.code]
  if (arg.rep === 'string') return `${w.capture(compareStrings)}(${a}, ${b}) < 0`
  if (arg.rep === 'code' && !arg.dict!.sortable) {
    const dict = w.capture(arg.dict)
    return `${w.capture(compareStrings)}(${dict}.at(${a}), ${dict}.at(${b})) < 0`
  }
  if (arg.rep === 'code') {
    const ranks = w.capture(arg.dict!.ranks())
    return `${ranks}[${a}] < ${ranks}[${b}]`
  }
  return isFloating(arg.type) ? `(${a} < ${b} || (${b} !== ${b} && ${a} === ${a}))` : `${a} < ${b}`
}

/** min, max, first, last and any_value keep one of the values. `replaces` is code for: the new value takes the place. */
const keeping = (store: Store, arg: Val, replaces: (w: Writer, kept: string) => string): Accumulator => {
  const kept = store.add(shapeIn(arg), arg.nul !== '')
  const seen = store.add(FLAG, false)
  const add = (w: Writer, at: string): void => {
    const data = cell(w, store, kept, at)
    const flag = cell(w, store, seen, at)
    w.block(`if (${flag} === 0 || ${replaces(w, data)}) {`, () => {
      w.line(`${flag} = 1`)
      emitPut(w, store, kept, at, arg)
    })
  }
  const finish = (rows: number): StoreColumn => {
    kept.nulls ??= new Uint8Array(Math.max(rows, 1))
    const flags = seen.data as Uint8Array
    for (let i = 0; i < rows; i++) if (flags[i] === 0) kept.nulls[i] = 1
    return kept
  }
  return { add, finish }
}

/** Any aggregate by its record. */
const general = (def: AggregateDef, site: CallSite, args: readonly Val[]): Accumulator => {
  const { init, add, finish } = def.eval(site)
  const states: any[] = []
  return {
    add: (w, at) => {
      const values = args.map((arg) => reference(w, arg, def.nulls === 'pass'))
      w.line(`${w.capture(add)}(${w.capture(states)}[${at}] ??= ${w.capture(init)}(), ${values.join(', ')})`)
    },
    finish: (rows) => fromValues(site.type, rows, (row) => finish(states[row] ?? init())),
  }
}

const reference = (w: Writer, arg: Val, nulls: boolean): string => {
  const plain = canonical(w, arg)
  return nulls && arg.nul !== '' ? `${arg.nul} ? null : ${plain}` : plain
}

/** A column of reference values. */
export const fromValues = (type: SqlType, rows: number, value: (row: number) => Value): StoreColumn => {
  const shape = shapeOf(type)
  const out = column(shape, true, rows)
  const zero = shape.rep === 'bigint' ? 0n : shape.rep === 'string' ? '' : 0
  for (let i = 0; i < rows; i++) {
    const v = value(i)
    ;(out.data as unknown[])[i] = v === null ? zero : shape.rep === 'number' || shape.rep === 'boolean' ? Number(v) : v instanceof Uint8Array ? latin1Of(v) : v
    if (v === null) out.nulls![i] = 1
  }
  return out
}

export const accumulator = (store: Store, name: string, def: AggregateDef, site: CallSite, args: readonly Val[], { always }: Options): Accumulator => {
  const arg = args[0]
  const summable = arg !== undefined && (isInt(arg) ? arg.min >= -LIMIT && arg.max <= LIMIT : arg.rep === 'boolean' || isFloating(arg.type))
  switch (name) {
    case 'count_star':
    case 'count':
      return counter(store)
    case 'sum':
      return summable ? summed(store, site, arg, always) : general(def, site, args)
    case 'avg':
      return summable && arg.rep !== 'boolean' ? averaged(store, site, arg) : general(def, site, args)
    case 'min':
    case 'max':
      return keeping(store, arg!, (writer, kept) => precedes(writer, arg!, kept, name === 'min' ? -1 : 1))
    case 'first':
    case 'any_value':
      return keeping(store, arg!, () => 'false')
    case 'last':
      return keeping(store, arg!, () => 'true')
    default:
      return general(def, site, args)
  }
}
