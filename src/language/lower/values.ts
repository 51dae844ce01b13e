/**
 * What an expression stands for while it is lowered: scalars as IR, structs taken apart, vecs and dicts as the place where they
 * lie, functions with their names, builders as what they take their merges into.
 */
import { i32, ifElse } from '../../ir/build.ts'
import type { Ir, IrType } from '../../ir/nodes.ts'
import type { BuilderType, Of, Position, Type } from '../nodes.ts'
import type { Recorder } from './record.ts'
import type { TopBuilder } from './top-builder.ts'
import { unsupported } from './unsupported.ts'

export interface ScalarValue {
  readonly kind: 'scalar'
  readonly ir: Ir
}
export interface StructValue {
  readonly kind: 'struct'
  readonly fields: readonly Value[]
}
export interface VecValue {
  readonly kind: 'vec'
  readonly element: Type
  readonly of: Elements
}
export interface DictValue {
  readonly kind: 'dict'
  readonly type: Extract<Type, { kind: 'dict' }>
  readonly sink: number
  /** What comes before the key where one sink holds the dicts of many rows. */
  readonly before: readonly Ir[]
  /** Number of the key's fields; the value's follow. */
  readonly keys: number
  readonly value: (read: Read) => Value
}
export interface FunctionValue {
  readonly kind: 'function'
  readonly lambda: Of<'lambda'>
  readonly env: Env | undefined
}
export type BuilderValue = { readonly kind: 'builder'; readonly type: BuilderType } & (
  /** Merges of a pipeline under way are recorded; so are those of a builder made within its rows, which gets a pipeline of its own. */
  | { readonly is: 'outer'; readonly leaf: number; readonly recorder: Recorder; readonly inner?: readonly Ir[]; /** i64: what positions of a vecmerger must be below. */ readonly size?: Ir }
  /** A merger within a loop body: its states as they are now. */
  | { readonly is: 'local'; readonly states: readonly Ir[] }
  | { readonly is: 'top'; readonly top: TopBuilder }
)
export type Value = ScalarValue | StructValue | VecValue | DictValue | FunctionValue | BuilderValue

/** Reads the field of a tuple. */
export type Read = (index: number, type: IrType) => Ir

export type Elements =
  /** A relation of the driver. */
  | { readonly at: 'slot'; readonly slot: number }
  /** An input in row layout: read in order where it lies; for everything else as columns. */
  | { readonly at: 'rows'; readonly slot: number }
  /** Tuples that a pipeline left, in order. */
  | { readonly at: 'tuples'; readonly sink: number; readonly value: (read: Read) => Value }
  | { readonly at: 'slice'; readonly ir: Ir }
  | { readonly at: 'items'; readonly items: readonly Value[] }
  /** Elements start, start + stride, …, `count` of them; all i64. */
  | { readonly at: 'window'; readonly of: Elements; readonly start: Ir; readonly stride: Ir | undefined; readonly count: Ir }

export interface Env {
  readonly name: string
  readonly value: Value
  readonly next: Env | undefined
}
export const bound = (env: Env | undefined, name: string, value: Value): Env => ({ name, value, next: env })
export const lookUp = (env: Env | undefined, name: string): Value => {
  for (let e = env; e; e = e.next) if (e.name === name) return e.value
  throw new Error(`no name ${name}`)
}

export const scalar = (ir: Ir): ScalarValue => ({ kind: 'scalar', ir })
export const irOf = (value: Value): Ir => {
  if (value.kind !== 'scalar') throw new Error(`a ${value.kind} where a scalar is due`)
  return value.ir
}

/** A value of a type from its leaves, in order. */
export const unflatten = (type: Type, leaves: readonly Ir[], from = { at: 0 }): Value => {
  switch (type.kind) {
    case 'struct':
      return { kind: 'struct', fields: type.fields.map((field) => unflatten(field, leaves, from)) }
    case 'vec':
      return { kind: 'vec', element: type.of, of: { at: 'slice', ir: leaves[from.at++] as Ir } }
    default:
      return scalar(leaves[from.at++] as Ir)
  }
}

/** The leaves of a value that can lie in a row. */
export const flatten = (value: Value, at: Position): readonly Ir[] => {
  switch (value.kind) {
    case 'scalar':
      return [value.ir]
    case 'struct':
      return value.fields.flatMap((field) => flatten(field, at))
    case 'vec':
      if (value.of.at === 'slice') return [value.of.ir]
      throw new Error(`a vec at ${value.of.at} in a row, at ${at.line}:${at.column}`)
    default:
      return unsupported(at, `a ${value.kind} as part of a row`)
  }
}

/** The value with `f` done to its leaves; vecs of other places stay as they are. */
export const mapLeaves = (value: Value, f: (ir: Ir) => Ir): Value => {
  switch (value.kind) {
    case 'scalar':
      return scalar(f(value.ir))
    case 'struct':
      return { kind: 'struct', fields: value.fields.map((field) => mapLeaves(field, f)) }
    case 'vec':
      return { ...value, of: mapElements(value.of, f) }
    case 'builder':
      return value.is === 'local' ? { ...value, states: value.states.map(f) } : value
    default:
      return value
  }
}
const mapElements = (of: Elements, f: (ir: Ir) => Ir): Elements => {
  switch (of.at) {
    case 'slice':
      return { at: 'slice', ir: f(of.ir) }
    case 'items':
      return { at: 'items', items: of.items.map((item) => mapLeaves(item, f)) }
    case 'window':
      return { at: 'window', of: mapElements(of.of, f), start: f(of.start), stride: of.stride && f(of.stride), count: f(of.count) }
    default:
      return of
  }
}

/** One value of two that have the same form, leaf by leaf. */
export const zipLeaves = (a: Value, b: Value, f: (a: Ir, b: Ir) => Ir, at: Position): Value => {
  if (a.kind === 'scalar' && b.kind === 'scalar') return scalar(f(a.ir, b.ir))
  if (a.kind === 'struct' && b.kind === 'struct') return { kind: 'struct', fields: a.fields.map((x, i) => zipLeaves(x, b.fields[i] as Value, f, at)) }
  if (a.kind === 'vec' && b.kind === 'vec') return { ...a, of: zipElements(a.of, b.of, f, at) }
  if (a.kind === 'builder' && b.kind === 'builder') {
    if (a.is === 'local' && b.is === 'local') return { ...a, states: a.states.map((s, i) => f(s, b.states[i] as Ir)) }
    if (a.is === 'outer' && b.is === 'outer' && a.leaf === b.leaf && a.recorder === b.recorder) return a
  }
  if (a === b) return a
  return unsupported(at, `a choice between two values of kind ${a.kind}`)
}
const zipElements = (a: Elements, b: Elements, f: (a: Ir, b: Ir) => Ir, at: Position): Elements => {
  if (a === b) return a
  if (a.at === 'slice' && b.at === 'slice') return { at: 'slice', ir: f(a.ir, b.ir) }
  if (a.at === 'slot' && b.at === 'slot' && a.slot === b.slot) return a
  if (a.at === 'items' && b.at === 'items' && a.items.length === b.items.length) {
    return { at: 'items', items: a.items.map((item, i) => zipLeaves(item, b.items[i] as Value, f, at)) }
  }
  return unsupported(at, 'a choice between two vecs within a loop')
}

/** The item with a number out of several: all have the same form. */
export const chooseItem = (items: readonly Value[], index: Ir, at: Position): Value =>
  items.slice(0, -1).reduceRight(
    (rest, item, i) => zipLeaves(item, rest, (a, b) => ifElse({ ir: 'binary', type: 'bool', op: '==', left: index, right: i32(i) }, a, b), at),
    items.at(-1) as Value,
  )

