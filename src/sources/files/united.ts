/**
 * Relations of the same columns, one after the other, as one: kernels want every batch of a column in one physical form. Integers take the
 * widest of the forms there are; codes get one dictionary of all, or become slices where that would be large.
 */
import type { BuiltColumn } from '../../layout/column-builder.ts'
import { type Arena, type ColumnInfo, type Dictionary, narrowest, type Physical, physicalWidth, type Relation, type Vector } from '../../layout/relation.ts'
import { isExact, type Range, typeRange } from '../../layout/types.ts'
import type { CommonForm } from '../source.ts'

/** More distinct strings than this are no dictionary. */
const MAX_DISTINCT = 65_536

interface Part {
  readonly info: ColumnInfo
  /** Rows and places of its batches. */
  readonly batches: readonly { readonly rows: number; readonly vector: Vector }[]
}

type Integers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array
const VIEWS = { i8: Int8Array, u8: Uint8Array, bool8: Uint8Array, i16: Int16Array, u16: Uint16Array, i32: Int32Array, u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array, code8: Uint8Array, code16: Uint16Array, code32: Uint32Array }

const view = (arena: Arena, physical: Physical, address: number, length: number): Integers =>
  new VIEWS[physical as keyof typeof VIEWS](arena.buffer as ArrayBuffer, address >>> 0, length) as Integers

const rewritten = (part: Part, make: (vector: Vector, rows: number) => Vector): Vector[] => part.batches.map(({ vector, rows }) => make(vector, rows))

/** Room for `rows` values of a form. */
const room = (arena: Arena, physical: Physical, rows: number): number => arena.allocate(Math.max(rows * physicalWidth[physical], 16)) >>> 0

const widened = (part: Part, to: Physical, arena: Arena): Vector[] => {
  const from = part.info.physical
  if (from === to) return part.batches.map(({ vector }) => vector)
  return rewritten(part, (vector, rows) => {
    const data = room(arena, to, rows)
    const source = view(arena, from, vector.data, rows)
    if (to === 'i128') {
      const target = new BigInt64Array(arena.buffer as ArrayBuffer, data, rows * 2)
      for (let i = 0; i < rows; i++) {
        const value = BigInt(source[i]!)
        target[2 * i] = value
        target[2 * i + 1] = value >> 63n
      }
    } else if (physicalWidth[to] === 8 && physicalWidth[from] < 8) {
      const target = view(arena, to, data, rows) as BigInt64Array
      for (let i = 0; i < rows; i++) target[i] = BigInt(source[i]!)
    } else view(arena, to, data, rows).set(source as never)
    return { ...vector, data }
  })
}

/** What a form can hold. */
const rangeOf = (physical: Physical): Range => {
  const bits = BigInt(physicalWidth[physical] * 8)
  return physical.startsWith('u') ? { min: 0n, max: (1n << bits) - 1n } : { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n }
}

const hull = (ranges: readonly Range[]): Range => ranges.reduce((a, b) => ({ min: a.min < b.min ? a.min : b.min, max: a.max > b.max ? a.max : b.max }))

const sliceOf = (arena: Arena, { info, batches }: Part): Vector[] => {
  if (info.physical === 'slice') return batches.map(({ vector }) => vector)
  return rewritten({ info, batches }, (vector, rows) => {
    const data = room(arena, 'slice', rows)
    const target = new Uint32Array(arena.buffer as ArrayBuffer, data, rows * 2)
    if (info.physical === 'utf8') {
      const offsets = new Uint32Array(arena.buffer as ArrayBuffer, vector.aux >>> 0, rows + 1)
      for (let i = 0; i < rows; i++) {
        target[2 * i] = vector.data + offsets[i]!
        target[2 * i + 1] = offsets[i + 1]! - offsets[i]!
      }
    } else {
      const codes = view(arena, info.physical, vector.data, rows) as Uint8Array
      const entries = new Uint32Array(arena.buffer as ArrayBuffer, info.dictionary!.slices >>> 0, info.dictionary!.size * 2)
      for (let i = 0; i < rows; i++) {
        target[2 * i] = entries[2 * codes[i]!]!
        target[2 * i + 1] = entries[2 * codes[i]! + 1]!
      }
    }
    return { data, validity: vector.validity, aux: 0 }
  })
}

interface United {
  readonly dictionary: Dictionary
  /** By part: the new codes of its dictionary's. */
  readonly codes: readonly Uint32Array[]
}

/** Undefined where all the strings together are no dictionary. */
const unitedDictionary = (arena: Arena, dictionaries: readonly Dictionary[]): United | undefined => {
  const known = new Map<string, number>()
  const places: number[] = []
  const codes: Uint32Array[] = []
  for (const { size, slices } of dictionaries) {
    const entries = new Uint32Array(arena.buffer as ArrayBuffer, slices >>> 0, size * 2)
    const own = new Uint32Array(size)
    for (let i = 0; i < size; i++) {
      const [address, length] = [entries[2 * i]!, entries[2 * i + 1]!]
      // bytes as characters: what is no UTF-8 stays told apart
      const key = Buffer.from(arena.buffer as ArrayBuffer, address, length).toString('latin1')
      let code = known.get(key)
      if (code === undefined) {
        code = known.size
        if (code === MAX_DISTINCT) return undefined
        known.set(key, code)
        places.push(address, length)
      }
      own[i] = code
    }
    codes.push(own)
  }
  const slices = arena.allocate(Math.max(places.length * 4, 16)) >>> 0
  new Uint32Array(arena.buffer as ArrayBuffer, slices, places.length).set(places)
  return { dictionary: { size: Math.max(known.size, 1), slices }, codes }
}

const recoded = (part: Part, codes: Uint32Array, physical: Physical, arena: Arena): Vector[] =>
  rewritten(part, (vector, rows) => {
    const data = room(arena, physical, rows)
    const from = view(arena, part.info.physical, vector.data, rows) as Uint8Array
    const to = view(arena, physical, data, rows) as Uint8Array
    for (let i = 0; i < rows; i++) to[i] = codes[from[i]!]!
    return { data, validity: vector.validity, aux: 0 }
  })

/** A column's form, and for each of those it was found for: the new codes of its dictionary's. */
export interface UnitedForm extends CommonForm {
  readonly codes?: readonly Uint32Array[] | undefined
}

/** The form that holds all the columns, at least one; a dictionary of them all lies in the arena. */
export const unitedForm = (infos: readonly ColumnInfo[], arena: Arena): UnitedForm => {
  const first = infos[0]!
  const { physical } = first
  const ranges = infos.map(({ range }) => range)
  const form = { nullable: infos.some(({ nullable }) => nullable), range: ranges.every((r) => r !== undefined) ? hull(ranges) : undefined, dictionary: undefined }
  if (infos.length === 1) return { ...form, physical, dictionary: first.dictionary }
  if (physical === 'bool8' || physical === 'f32' || physical === 'f64') return { ...form, physical }
  if (isExact(first.type)) return { ...form, physical: infos.every((info) => info.physical === physical) ? physical : holdsAll(infos) }
  const dictionaries = infos.flatMap(({ dictionary }) => (dictionary ? [dictionary] : []))
  const united = dictionaries.length === infos.length ? unitedDictionary(arena, dictionaries) : undefined
  if (united === undefined) return { ...form, physical: 'slice' }
  return { ...form, physical: united.dictionary.size <= 256 ? 'code8' : 'code16', ...united }
}

const vectorsIn = ({ physical, codes, dictionary }: UnitedForm, part: Part, index: number, arena: Arena): readonly Vector[] => {
  const own = codes?.[index]
  if (own) return recoded(part, own, physical, arena)
  if (physical === 'slice') return sliceOf(arena, part)
  return dictionary ? part.batches.map(({ vector }) => vector) : widened(part, physical, arena)
}

const column = (parts: readonly Part[], arena: Arena): BuiltColumn => {
  const { codes, ...form } = unitedForm(parts.map(({ info }) => info), arena)
  return { info: { ...parts[0]!.info, ...form }, vectors: parts.flatMap((part, i) => vectorsIn({ ...form, codes }, part, i, arena)) }
}

/** The narrowest form that values of all the columns fit into. */
const holdsAll = (infos: readonly ColumnInfo[]): Physical => {
  const least = narrowest(hull(infos.map(({ physical, type }) => within(rangeOf(physical), typeRange(type)!))))
  const wider = infos.find(({ physical }) => physicalWidth[physical] > physicalWidth[least])
  return wider?.physical ?? least
}

const within = (range: Range, most: Range): Range => ({ min: range.min > most.min ? range.min : most.min, max: range.max < most.max ? range.max : most.max })

/** Columns of relations that have rows, at least one of them. */
export const unitedColumns = (relations: readonly Relation[], arena: Arena): BuiltColumn[] =>
  relations[0]!.columns.map((_, c) => column(relations.map((relation) => ({ info: relation.columns[c]!, batches: relation.batches.map(({ rows, vectors }) => ({ rows, vector: vectors[c]! })) })), arena))
