/** Values of the evaluator: dicts by key value, builders, staged rows; how values come in and go out, how they compare. */
import type { MergeOp, Type } from '../../src/language/nodes.ts'
import { binaryOf, isFloat, Raises, rangeOf, type Scalar } from './evaluate-scalars.ts'

/** NULL is null, a struct or a vec an array. */
export type Plain = null | Scalar | readonly Plain[] | Dict

/** In order of first appearance. −0 is the key 0, any NaN the key NaN, a NULL is a key like others. */
export class Dict {
  readonly #entries = new Map<string, [Plain, Plain]>()

  get(key: Plain): Plain | undefined {
    return this.#entries.get(keyText(key))?.[1]
  }
  set(key: Plain, value: Plain): void {
    const text = keyText(key)
    const there = this.#entries.get(text)
    if (there) there[1] = value
    else this.#entries.set(text, [canonical(key), value])
  }
  get size(): number {
    return this.#entries.size
  }
  entries(): readonly (readonly [key: Plain, value: Plain])[] {
    return [...this.#entries.values()]
  }
}
const canonical = (key: Plain): Plain => (Array.isArray(key) ? key.map(canonical) : key === 0 ? 0 : key)
const keyText = (key: Plain): string => {
  if (Array.isArray(key)) return `[${key.map(keyText).join()}]`
  return typeof key === 'string' ? JSON.stringify(key) : typeof key === 'bigint' ? `${key}n` : String(key)
}

/** By value and bit for bit: −0 is not 0, NaN is NaN. */
export const sameValue = (a: Plain, b: Plain): boolean => {
  if (a instanceof Dict || b instanceof Dict) return a instanceof Dict && b instanceof Dict && sameValue(a.entries() as Plain, b.entries() as Plain)
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((x, i) => sameValue(x, b[i]))
  return Object.is(a, b)
}

/** NULL first, −0 as 0, NaN last; strings by bytes; structs and vecs by their first difference. */
export const compare = (a: Plain, b: Plain): number => {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const c = compare(a[i], b[i])
      if (c !== 0) return c
    }
    return a.length - b.length
  }
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return (a as Scalar) < (b as Scalar) ? -1 : (a as Scalar) > (b as Scalar) ? 1 : 0
}

const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
const textOf = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')

/** A plain input: integers may be numbers, strings are text. */
export const takeIn = (type: Type, x: Plain): Plain => {
  if (type.kind === 'option') return x === null ? null : takeIn(type.of, x)
  if (type.kind === 'struct') return (x as readonly Plain[]).map((y, i) => takeIn(type.fields[i] as Type, y))
  if (type.kind === 'vec') return (x as readonly Plain[]).map((y) => takeIn(type.of, y))
  if (type.kind === 'dict') {
    const dict = new Dict()
    for (const [key, value] of (x as Dict).entries()) dict.set(takeIn(type.key, key), takeIn(type.value, value))
    return dict
  }
  if (typeof x === 'string') return bytesOf(x)
  if (isFloat(type)) return type.kind === 'scalar' && type.scalar === 'f32' ? Math.fround(x as number) : (x as number)
  if (typeof x !== 'number' && typeof x !== 'bigint') return x
  const value = BigInt(x)
  const [least, greatest] = rangeOf(type)
  if (value < least || value > greatest) throw new Error(`${value} is no value of the type`)
  return value
}
export const giveOut = (x: Plain): Plain => {
  if (typeof x === 'string') return textOf(x)
  if (Array.isArray(x)) return x.map(giveOut)
  if (!(x instanceof Dict)) return x
  const dict = new Dict()
  for (const [key, value] of x.entries()) dict.set(giveOut(key), giveOut(value))
  return dict
}
export { bytesOf }

/** The value of a type that stands for nothing: 0, '', false; of an option NULL. */
export const zeroOf = (type: Type): Plain => {
  if (type.kind === 'option') return null
  if (type.kind === 'struct') return type.fields.map(zeroOf)
  if (type.kind === 'vec') return []
  if (type.kind === 'dict') return new Dict()
  if (type.kind === 'scalar' && type.scalar === 'str') return ''
  if (type.kind === 'scalar' && type.scalar === 'bool') return false
  return isFloat(type) ? 0 : 0n
}

/** What a merger holds before the first merge, where there is a value that changes nothing. */
const startOf = (op: MergeOp, type: Type): Plain => {
  if (type.kind === 'option') return null
  if (type.kind === 'struct') return type.fields.map((t) => startOf(op, t))
  const scalar = type.kind === 'scalar' ? type.scalar : ''
  if (op === '&&') return true
  if (op === '*') return isFloat(type) ? 1 : 1n
  if ((op === 'min' || op === 'max') && scalar !== 'str') {
    if (scalar === 'bool') return op === 'min'
    if (isFloat(type)) return op === 'min' ? Infinity : -Infinity
    return rangeOf(type)[op === 'min' ? 1 : 0]
  }
  return zeroOf(type)
}
/** Whether a first merge is taken as it is. */
const replaces = (op: MergeOp, type: Type): boolean => op === 'first' || op === 'any' || ((op === 'min' || op === 'max') && type.kind === 'scalar' && type.scalar === 'str')

const combine = (op: MergeOp, type: Type, state: Plain, value: Plain, merged: boolean): Plain => {
  if (type.kind === 'struct') return type.fields.map((t, i) => combine(op, t, (state as readonly Plain[])[i] as Plain, (value as readonly Plain[])[i] as Plain, merged))
  if (type.kind === 'option') return value === null ? state : state === null ? value : combine(op, type.of, state, value, true)
  if (replaces(op, type)) return !merged ? value : op === 'first' || op === 'any' ? state : binaryOf(op as 'min' | 'max', type, state as Scalar, value as Scalar)
  if (op === '&&') return (state as boolean) && value
  if (op === '||') return (state as boolean) || value
  return binaryOf(op as '+', type, state as Scalar, value as Scalar)
}

/** A state that values are merged into one after the other. */
class State {
  readonly #op: MergeOp
  readonly #type: Type
  value: Plain
  #merged: boolean

  constructor(op: MergeOp, type: Type, initial: Plain | undefined) {
    this.#op = op
    this.#type = type
    this.value = initial === undefined ? startOf(op, type) : initial
    this.#merged = initial !== undefined
  }
  merge(value: Plain): void {
    this.value = combine(this.#op, this.#type, this.value, value, this.#merged)
    this.#merged = true
  }
}

/** Builders are used once, so that merging may change them in place. */
export interface Builder {
  merge(value: Plain): void
  result(): Plain | Staged
}
/** Rows that wait for their reader: `each` runs the loop that makes them. */
export class Staged {
  readonly each: (row: (value: Plain) => void) => void
  constructor(each: Staged['each']) {
    this.each = each
  }
}
export class StagedBuilder implements Builder {
  readonly #runs: Staged['each'][] = []
  merge(value: Plain): void {
    this.#runs.push((row) => row(value))
  }
  later(run: Staged['each']): void {
    this.#runs.push(run)
  }
  result(): Staged {
    return new Staged((row) => {
      for (const run of this.#runs) run(row)
    })
  }
}

export const newBuilder = (type: Type, initial: Plain | undefined): Builder => {
  switch (type.kind) {
    case 'appender': {
      const rows: Plain[] = []
      return { merge: (value) => void rows.push(value), result: () => rows }
    }
    case 'staged':
      return new StagedBuilder()
    case 'merger': {
      const state = new State(type.op, type.of, initial)
      return { merge: (value) => state.merge(value), result: () => state.value }
    }
    case 'dictmerger': {
      const states = new Dict()
      const held: State[] = []
      for (const [key, value] of initial instanceof Dict ? initial.entries() : []) states.set(key, BigInt(held.push(new State(type.op, type.value, value)) - 1))
      return {
        merge: (pair) => {
          const [key, value] = pair as readonly [Plain, Plain]
          if (states.get(key) === undefined) states.set(key, BigInt(held.push(new State(type.op, type.value, undefined)) - 1))
          held[Number(states.get(key))]?.merge(value)
        },
        result: () => ofEntries(states.entries().map(([key, at]) => [key, (held[Number(at)] as State).value])),
      }
    }
    case 'groupmerger': {
      const groups = new Dict()
      return {
        merge: (pair) => {
          const [key, value] = pair as readonly [Plain, Plain]
          const there = groups.get(key) as Plain[] | undefined
          if (there) there.push(value)
          else groups.set(key, [value])
        },
        result: () => groups,
      }
    }
    case 'vecmerger': {
      const states = (initial as readonly Plain[]).map((x) => new State(type.op, type.of, x))
      return {
        merge: (pair) => {
          const [at, value] = pair as readonly [bigint, Plain]
          const state = states[Number(at)]
          if (!state) throw new Raises('RAISED')
          state.merge(value)
        },
        result: () => states.map((s) => s.value),
      }
    }
    default:
      throw new Error(`no builder: ${type.kind}`)
  }
}
const ofEntries = (entries: readonly (readonly [Plain, Plain])[]): Dict => {
  const dict = new Dict()
  for (const [key, value] of entries) dict.set(key, value)
  return dict
}
