/**
 * Reading fields of eight UnsafeRows. Rows are at a constant distance where they have one stride, else at eight addresses that the
 * step finds once. Two neighbouring words that are both read come by one 16-byte load a row, and are told apart by shuffles; a word
 * alone is loaded into its lane. NULL bits are a word like others.
 */
import type { Ir } from '../../ir/nodes.ts'
import { childrenOf } from '../../ir/walk.ts'
import type { RangedField } from '../../layout/row-table.ts'
import { wordOffset } from '../../layout/unsafe-row.ts'
import type { Opcode } from '../opcodes.ts'
import type { RowPlaces } from '../rows.ts'
import { EVEN_WORDS, HIGH_HALVES, join, type Lanes, type LaneValue, LOW_HALVES, make, map, notMask, ODD_WORDS, ROWS } from './lanes.ts'
import type { LaneScope } from './scope.ts'

/** A word that expressions read: `wide` as 64 bits, else its low 32; with the neighbour that is loaded with it, if one is. */
export interface RowWord {
  readonly wide: boolean
  readonly first: number
  readonly second: number
}
/** By offset in the row. */
export type RowWords = ReadonlyMap<number, RowWord>

const WORD = 8
const nullWord = (index: number): number => (index >> 5) * 4
const isWide = (physical: RangedField['physical']): boolean => physical === 'i64' || physical === 'f64'

/** The words that expressions read, neighbours in pairs from the front. */
export const rowWords = ({ columns }: RowPlaces, expressions: readonly Ir[]): RowWords => {
  const widths = new Map<number, boolean>()
  const visit = (e: Ir): void => {
    const field = e.ir === 'field' ? columns[e.index] : undefined
    if (e.ir === 'field' && field) {
      widths.set(wordOffset(columns.length, e.index), isWide(field.physical))
      if (field.nullable) widths.set(nullWord(e.index), false)
    }
    for (const child of childrenOf(e)) visit(child)
  }
  for (const e of expressions) visit(e)
  const words = new Map<number, RowWord>()
  for (const [offset, wide] of [...widths].sort(([a], [b]) => a - b)) {
    if (words.has(offset)) continue
    const second = widths.has(offset + WORD) ? offset + WORD : -1
    words.set(offset, { wide, first: offset, second })
    if (second >= 0) words.set(second, { wide: widths.get(second) as boolean, first: offset, second })
  }
  return words
}

export const readRowField = (cx: LaneScope, rows: RowPlaces, index: number): LaneValue => {
  const { physical, nullable } = rows.columns[index] as RangedField
  const value = readValue(cx, rows, physical, wordOffset(rows.columns.length, index))
  return { value, valid: nullable ? notMask(cx.f, lowBits(cx, 'm4', readWord(cx, rows, nullWord(index)), index & 31, 1)) : undefined }
}

/** Local and offset that are row k's address. */
const rowAt = (cx: LaneScope, { data, stride, offsets }: RowPlaces, k: number): readonly [number, number] => {
  const { f, row, ahead } = cx
  if (!cx.addresses) {
    cx.addresses = Array.from({ length: stride > 0 ? 1 : ROWS }, () => f.local('i32'))
    cx.addresses.forEach((local, r) => {
      f.get(data)
      if (stride > 0) f.get(row).i32(stride).op('i32.mul')
      else f.get(offsets).get(row).i32(2).op('i32.shl').op('i32.add').memory('i32.load', (ahead + r) * 4)
      f.op('i32.add').set(local)
    })
  }
  return stride > 0 ? [cx.addresses[0] as number, (ahead + k) * stride] : [cx.addresses[k] as number, 0]
}

/** The word of eight rows, i32 or i64 lanes; read once a step, and with it its neighbour. */
const readWord = (cx: LaneScope, rows: RowPlaces, offset: number): Lanes => {
  const known = cx.words.get(offset)
  if (known) return known
  const word = cx.rowWords.get(offset) as RowWord
  const keep = (at: number, made: Lanes) => {
    cx.held.push({ value: made })
    cx.words.set(at, { ...made, owned: false })
  }
  if (word.second < 0) keep(offset, gather(cx, rows, word.wide ? 'i64' : 'i32', offset))
  else loadPair(cx, rows, word).forEach((made, i) => keep(i ? word.second : word.first, made))
  return cx.words.get(offset) as Lanes
}

/** Each lane from its row's word. */
const gather = (cx: LaneScope, rows: RowPlaces, form: 'i32' | 'i64', offset: number): Lanes => {
  const { f } = cx
  const count = form === 'i32' ? 4 : 2
  const [zero, lane]: readonly [Opcode, Opcode] = count === 4 ? ['v128.load32_zero', 'v128.load32_lane'] : ['v128.load64_zero', 'v128.load64_lane']
  return make(f, form, (k) => {
    const at = Array.from({ length: count }, (_, i) => rowAt(cx, rows, k * count + i))
    for (const [local] of at.toReversed()) f.get(local)
    f.memory(zero, (at[0] as readonly [number, number])[1] + offset)
    for (let i = 1; i < count; i++) f.memoryLane(lane, (at[i] as readonly [number, number])[1] + offset, i)
  })
}

/** Two neighbouring words. */
const loadPair = (cx: LaneScope, rows: RowPlaces, { first, second }: RowWord): readonly [Lanes, Lanes] => {
  const { f } = cx
  const [a, b] = [first, second].map((offset) => (cx.rowWords.get(offset) as RowWord).wide) as [boolean, boolean]
  const load = (k: number): void => {
    const [local, offset] = rowAt(cx, rows, k)
    f.get(local).memory('v128.load', offset + first)
  }
  if (a || b) {
    const whole = Array.from({ length: ROWS }, (_, k) => {
      const local = f.local('v128')
      load(k)
      f.set(local)
      return local
    })
    const side = (halves: readonly number[]) => make(f, 'i64', (k) => f.get(whole[2 * k] as number).get(whole[2 * k + 1] as number).shuffle(halves))
    const [low, high] = [side(LOW_HALVES), side(HIGH_HALVES)]
    for (const local of whole) f.free('v128', local)
    return [a ? low : join(f, 'i32', low, () => f.shuffle(EVEN_WORDS)), b ? high : join(f, 'i32', high, () => f.shuffle(EVEN_WORDS))]
  }
  // Low words of two rows: first, second, first, second.
  const mixed = Array.from({ length: ROWS / 2 }, (_, k) => {
    const local = f.local('v128')
    load(2 * k)
    load(2 * k + 1)
    f.shuffle(EVEN_WORDS).set(local)
    return local
  })
  const side = (words: readonly number[]) => make(f, 'i32', (k) => f.get(mixed[2 * k] as number).get(mixed[2 * k + 1] as number).shuffle(words))
  const made = [side(EVEN_WORDS), side(ODD_WORDS)] as const
  for (const local of mixed) f.free('v128', local)
  return made
}

const readValue = (cx: LaneScope, rows: RowPlaces, physical: RangedField['physical'], offset: number): Lanes => {
  const word = readWord(cx, rows, offset)
  switch (physical) {
    case 'i8':
      return lowBits(cx, 'i32', word, 0, 8)
    case 'i16':
      return lowBits(cx, 'i32', word, 0, 16)
    case 'bool8':
      return lowBits(cx, 'm4', word, 0, 1)
    case 'i32':
    case 'f32':
    case 'i64':
    case 'f64':
      return { ...word, form: physical }
    default:
      throw new Error(`${physical} in lanes`)
  }
}

/** `count` bits of each lane from bit `from` on, with sign: one bit becomes a mask. */
const lowBits = ({ f }: LaneScope, form: 'i32' | 'm4', x: Lanes, from: number, count: number): Lanes =>
  map(f, form, [x], () => f.i32(32 - from - count).op('i32x4.shl').i32(32 - count).op('i32x4.shr_s'))
