/**
 * The check of rows that hold nested values, down to the last: what layout/unsafe/checks.ts checks, in the same order, as code made
 * for the fields. Each struct, array and map of the type is a function (start, end, facts) that gives why its bytes are none, or 0, and
 * leaves the address of the byte that says so in `facts` at 8.
 */
import { arrayHeader, elementBytes, type RowField, SLOT, type SliceForm, wordOffset } from '../layout/unsafe-row.ts'
import type { FunctionBuilder, ModuleBuilder } from './encoder.ts'

/** Codes, behind those of row-check.ts, which the plain ones share. */
export const SLICE_WRONG = { nulls: 2, bool: 3, bytes: 4, reach: 5, overlap: 7, interval: 8, short: 9, count: 10, keys: 11, pairs: 12 } as const
export const FAULT = { field: 0, why: 4, byte: 8 } as const

/** Fields whose bytes can be wrong; numbers that may be NULL cannot. */
const isChecked = ({ physical, nullable }: RowField): boolean => !nullable || physical === 'utf8' || physical === 'i128' || physical === 'bool8'

/** Leaves the function where the condition on the stack holds: the reason, and the byte that a local holds. */
type Fail = (why: number, at: number) => void
/** Leaves the function where a function that was called, whose answer is on the stack, has found something. */
type Pass = () => void

interface Within {
  readonly f: FunctionBuilder
  readonly fail: Fail
  readonly pass: Pass
  readonly facts: number
  /** Locals: the row or array that the value is in, and where the slices before it end. */
  readonly start: number
  readonly size: number
  readonly used: number
  /** Locals for a value's place, NULL bit, and bytes and offset. */
  readonly at: number
  readonly isNull: number
  readonly length: number
  readonly offset: number
}

export class SliceChecks {
  readonly #module: ModuleBuilder
  readonly #known = new Map<string, FunctionBuilder>()

  constructor(module: ModuleBuilder) {
    this.#module = module
  }

  /** Exports `name`(data, offsets, from, to, end, facts): the first row of these that is wrong, its field in `facts`, or −1. */
  rows(fields: readonly RowField[], name: string): FunctionBuilder {
    const f = this.#module.function({ params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: ['i32'] }, name)
    const [DATA, OFFSETS, FROM, TO, END, FACTS] = [0, 1, 2, 3, 4, 5] as const
    const [row, index, answer] = [f.local('i32'), f.local('i32'), f.local('i32')]
    const whole = f.block(['i32'])
    const leave = (why: () => void) => {
      f.get(FACTS).get(index).memory('i32.store', FAULT.field).get(FACTS)
      why()
      f.memory('i32.store', FAULT.why).get(row).br(whole).end()
    }
    const fail: Fail = (why, at) => {
      f.if()
      f.get(FACTS).get(at).memory('i32.store', FAULT.byte)
      leave(() => f.i32(why))
    }
    const pass: Pass = () => {
      f.tee(answer).if()
      leave(() => f.get(answer))
    }
    const within = locals(f, FACTS, fail, pass)
    f.get(FROM).tee(row).get(TO).op('i32.lt_u').if()
    const top = f.loop()
    const entry = () => f.get(OFFSETS).get(row).i32(2).op('i32.shl').op('i32.add')
    entry().memory('i32.load').get(DATA).op('i32.add').set(within.start)
    f.get(row).i32(1).op('i32.add').get(TO).op('i32.lt_u').if(['i32'])
    entry().memory('i32.load', 4).else().get(END).end()
    f.get(DATA).op('i32.add').get(within.start).op('i32.sub').set(within.size)
    this.#fields(fields, within, (i) => f.i32(i).set(index))
    f.get(row).i32(1).op('i32.add').tee(row).get(TO).op('i32.lt_u').brIf(top)
    f.end().end()
    f.i32(-1).end()
    return f
  }

  /** The function for a form, or undefined where every slice is one. */
  #form(form: SliceForm | undefined): FunctionBuilder | undefined {
    if (form === undefined || form.kind === 'binary' || form.kind === 'interval') return undefined
    const key = JSON.stringify(form)
    const known = this.#known.get(key)
    if (known) return known
    const f = this.#module.function({ params: ['i32', 'i32', 'i32'], results: ['i32'] })
    this.#known.set(key, f)
    const [START, SIZE, FACTS] = [0, 1, 2] as const
    const whole = f.block(['i32'])
    const answer = f.local('i32')
    const within = { ...locals(f, FACTS, (why, at) => {
      f.if()
      f.get(FACTS).get(at).memory('i32.store', FAULT.byte).i32(why).br(whole).end()
    }, () => {
      f.tee(answer).if()
      f.get(answer).br(whole).end()
    }), start: START, size: SIZE }
    if (form.kind === 'struct') {
      f.get(SIZE).i32(wordOffset(form.fields.length, form.fields.length)).op('i32.lt_u')
      within.fail(SLICE_WRONG.short, START)
      this.#fields(form.fields, within, () => {})
    } else if (form.kind === 'array') this.#array(form.element, within)
    else this.#map(form.key, form.value, within)
    f.i32(0).end()
    return f
  }

  #fields(fields: readonly RowField[], within: Within, begin: (index: number) => void): void {
    const { f, start, used, at, isNull } = within
    f.get(start).i32(wordOffset(fields.length, fields.length)).op('i32.add').set(used)
    fields.forEach((field, index) => {
      if (!isChecked(field)) return
      begin(index)
      f.get(start).i32(wordOffset(fields.length, index)).op('i32.add').set(at)
      f.get(start).memory('i32.load8_u', index >> 3).i32(1 << (index & 7)).op('i32.and').set(isNull)
      this.#value(field, within, true)
    })
  }

  #array(element: RowField, within: Within): void {
    const { f, start, size, used, at, isNull } = within
    const [count, i] = [f.local('i32'), f.local('i32')]
    countOf(within, start, size, element, count)
    if (!isChecked(element)) return
    const width = elementBytes(element)
    // Null bits in whole words.
    f.get(start).i32(arrayHeader(0)).op('i32.add').get(count).i32(63).op('i32.add').i32(6).op('i32.shr_u').i32(3).op('i32.shl').op('i32.add').tee(at)
    f.get(count).i32(width).op('i32.mul').op('i32.add').set(used)
    f.get(count).if()
    f.i32(0).set(i)
    const top = f.loop()
    f.get(start).get(i).i32(3).op('i32.shr_u').op('i32.add').memory('i32.load8_u', 8).get(i).i32(7).op('i32.and').op('i32.shr_u').i32(1).op('i32.and').set(isNull)
    this.#value(element, within, false)
    f.get(at).i32(width).op('i32.add').set(at)
    f.get(i).i32(1).op('i32.add').tee(i).get(count).op('i32.lt_u').brIf(top)
    f.end().end()
  }

  #map(key: RowField, value: RowField, within: Within): void {
    const { f, start, size, fail, pass, facts } = within
    const [keysAt, keysSize, valuesAt, valuesSize, n, m] = Array.from({ length: 6 }, () => f.local('i32')) as [number, number, number, number, number, number]
    f.get(size).i32(8).op('i32.lt_u')
    fail(SLICE_WRONG.keys, start)
    // As unsigned: what is negative is too large.
    f.get(start).memory('i64.load').get(size).i32(8).op('i32.sub').op('i64.extend_i32_u').op('i64.gt_u')
    fail(SLICE_WRONG.keys, start)
    f.get(start).i32(8).op('i32.add').set(keysAt)
    f.get(keysAt).get(start).memory('i32.load').tee(keysSize).op('i32.add').set(valuesAt)
    f.get(size).i32(8).op('i32.sub').get(keysSize).op('i32.sub').set(valuesSize)
    countOf(within, keysAt, keysSize, key, n)
    countOf(within, valuesAt, valuesSize, value, m)
    f.get(n).get(m).op('i32.ne')
    fail(SLICE_WRONG.pairs, valuesAt)
    for (const [element, at, bytes] of [[key, keysAt, keysSize], [value, valuesAt, valuesSize]] as const) {
      const inner = this.#form({ kind: 'array', element })
      if (!isChecked(element) || !inner) continue
      f.get(at).get(bytes).get(facts).call(inner)
      pass()
    }
  }

  /** The value at `at`, whose NULL bit is read; moves `used`. */
  #value({ physical, nullable, form }: RowField, within: Within, inRow: boolean): void {
    const { f, fail, pass, facts, start, size, used, at, isNull, length, offset } = within
    const wide = physical === 'i128'
    if (!nullable) {
      f.get(isNull)
      fail(SLICE_WRONG.nulls, at)
    }
    if (physical === 'bool8') {
      f.get(at).memory('i32.load8_u').i32(1).op('i32.gt_u')
      fail(SLICE_WRONG.bool, at)
    }
    if (!wide && physical !== 'utf8') return
    f.get(at).memory('i32.load').set(length)
    f.get(at).memory('i32.load', 4).set(offset)
    if (wide) {
      f.get(length).i32(SLOT).op('i32.gt_u').get(length).get(isNull).op('i32.or').op('i32.eqz').op('i32.or')
      fail(SLICE_WRONG.bytes, at)
    }
    const slot = inRow && (wide || form?.kind === 'interval')
    // A NULL's word as well: whoever makes a slice of it does so before asking.
    f.get(offset).op('i64.extend_i32_u')
    if (wide && inRow) f.i64(BigInt(SLOT))
    else f.get(length).op('i64.extend_i32_u')
    f.op('i64.add').get(size).op('i64.extend_i32_u').op('i64.gt_u')
    fail(SLICE_WRONG.reach, at)
    f.get(isNull).op('i32.eqz').if()
    f.get(start).get(offset).op('i32.add').set(offset)
    f.get(length).i32(0).op('i32.ne').get(offset).get(used).op('i32.lt_u').op('i32.and')
    fail(SLICE_WRONG.overlap, at)
    if (form?.kind === 'interval') {
      f.get(length).i32(SLOT).op('i32.ne')
      fail(SLICE_WRONG.interval, offset)
    }
    const inner = this.#form(form)
    if (inner) {
      f.get(offset).get(length).get(facts).call(inner)
      pass()
    }
    f.get(offset)
    if (slot) f.i32(SLOT)
    else f.get(length)
    f.op('i32.add').get(used).get(length).op('select').set(used)
    f.end()
  }
}

const locals = (f: FunctionBuilder, facts: number, fail: Fail, pass: Pass): Within => {
  const local = () => f.local('i32')
  return { f, fail, pass, facts, start: local(), size: local(), used: local(), at: local(), isNull: local(), length: local(), offset: local() }
}

/** How many elements the array of `size` bytes at `start` has, into a local; its header and elements lie within it. */
const countOf = ({ f, fail }: Within, start: number, size: number, element: RowField, count: number): void => {
  const wide = f.local('i64')
  f.get(size).i32(8).op('i32.lt_u')
  fail(SLICE_WRONG.count, start)
  f.get(start).memory('i64.load').tee(wide).get(size).op('i64.extend_i32_u').op('i64.gt_u')
  fail(SLICE_WRONG.count, start)
  f.get(wide).i64(63n).op('i64.add').i64(6n).op('i64.shr_u').i64(3n).op('i64.shl').get(wide).i64(BigInt(elementBytes(element))).op('i64.mul').op('i64.add')
  f.i64(8n).op('i64.add').get(size).op('i64.extend_i32_u').op('i64.gt_u')
  fail(SLICE_WRONG.count, start)
  f.get(wide).op('i32.wrap_i64').set(count)
  f.free('i64', wide)
}
