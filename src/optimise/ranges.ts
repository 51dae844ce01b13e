/**
 * Ranges of integer expressions: bounds that hold for every row, from types, literals and how columns lie in memory. Where an
 * operation may leave its type, it wraps, and nothing is known but the type. Of what may raise: the range of what it gives.
 */
import { type Ir, type SourceColumn, scalarOf } from '../ir/nodes.ts'
import type { Pipeline } from '../ir/program.ts'
import { absRange, addRange, clip, contains, divRange, type Exact, mulRange, negRange, point, type Range, remRange, subRange, union, WIDTHS } from '../ir/ranges.ts'

const unsigned = (bits: bigint): Range => ({ min: 0n, max: (1n << bits) - 1n })
const signed = (bits: bigint): Range => ({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n })
const PHYSICAL: Partial<Record<SourceColumn['physical'], Range>> = {
  i8: signed(8n), i16: signed(16n), i32: signed(32n), i64: signed(64n), i128: signed(128n),
  u8: unsigned(8n), u16: unsigned(16n), u32: unsigned(32n), u64: unsigned(64n), code8: unsigned(8n), code16: unsigned(16n),
}
const BITS: Record<Exact, bigint> = { i32: 32n, i64: 64n, i128: 128n }
const BOOL = unsigned(1n)
const SIZE = unsigned(31n)

/** A field of a column, its value where it is NULL included: of that only the width is known. */
export const columnRange = (c: { readonly physical: SourceColumn['physical']; readonly nullable: boolean; readonly range?: Range | undefined }): Range | undefined => {
  const width = PHYSICAL[c.physical]
  return width && c.range && !c.nullable ? clip(c.range, width) : width
}
/** What is known of the fields of the source's row. */
export const sourceRanges = ({ source }: Pipeline): readonly (Range | undefined)[] =>
  source.source === 'columns' ? source.columns.map(columnRange) : source.source === 'rows' ? source.fields.map((f) => columnRange({ physical: f.physical as SourceColumn['physical'], nullable: f.nullable, range: f.range })) : []

/** Of a type that is an integer; of an option: its value. */
export const exactOf = (e: Ir): Exact | undefined => {
  const type = scalarOf(e.type)
  return type === 'i32' || type === 'i64' || type === 'i128' ? type : undefined
}

/** `of` gives the ranges of its parts that are exact. */
export const rangeOf = (e: Ir, type: Exact, of: (part: Ir) => Range, field: (row: string, index: number) => Range | undefined): Range => {
  const all = WIDTHS[type]
  switch (e.ir) {
    case 'literal':
      return point(BigInt(e.value))
    case 'field':
      return within(field(e.row, e.index) ?? all, all)
    case 'let':
      return of(e.body)
    case 'if':
    case 'select':
      return union(of(e.then), of(e.else))
    case 'value':
      return of(e.arg)
    case 'option':
      return of(e.value)
    case 'binary':
      return binaryRange(e, type, of(e.left), of(e.right))
    case 'checked':
      return clip(operated(e.op, of(e.left), of(e.right)), all)
    case 'unary':
      return e.op === 'length' ? all : within(e.op === 'neg' ? negRange(of(e.arg)) : absRange(of(e.arg)), all)
    case 'cast':
      return castRange(e, type, of)
    case 'narrow': {
      const width = e.signed ? signed(BigInt(e.bits)) : unsigned(BigInt(e.bits))
      return within(of(e.arg), width)
    }
    case 'memo':
      return of(e.compute)
    case 'element': {
      const column = e.vec.vec === 'relation' ? e.vec.columns[e.field] : undefined
      return (column && columnRange(column)) ?? all
    }
    case 'call': {
      const [a, b] = e.args
      if (e.fn === 'str_length') return SIZE
      if (type !== 'i128' || !a || !b) return all
      if (e.fn === 'i128_mul') return clip(mulRange(of(a), of(b)), all)
      if (e.fn === 'i128_mul_wrap') return within(mulRange(of(a), of(b)), all)
      return e.fn === 'i128_div' ? within(divRange(of(a), of(b)), all) : e.fn === 'i128_rem' ? remRange(of(a), of(b)) : all
    }
    default:
      return all
  }
}

/** What wraps has the whole range of the type. */
const within = (r: Range, all: Range): Range => (contains(all, r) ? r : all)
const operated = (op: '+' | '-' | '*', a: Range, b: Range): Range => (op === '+' ? addRange(a, b) : op === '-' ? subRange(a, b) : mulRange(a, b))

const castRange = (e: Extract<Ir, { ir: 'cast' }>, type: Exact, of: (part: Ir) => Range): Range => {
  if (e.arg.type === 'bool') return BOOL
  const from = exactOf(e.arg)
  if (!from) return WIDTHS[type]
  const range = of(e.arg)
  // Without a sign a negative number reads as one above the signed ones.
  const read = e.unsigned && range.min < 0n ? unsigned(BITS[from]) : range
  return within(read, WIDTHS[type])
}

const lesser = (a: bigint, b: bigint) => (a < b ? a : b)
const greater = (a: bigint, b: bigint) => (a > b ? a : b)

const binaryRange = (e: Extract<Ir, { ir: 'binary' }>, type: Exact, a: Range, b: Range): Range => {
  const all = WIDTHS[type]
  const bits = BITS[type]
  const natural = a.min >= 0n && b.min >= 0n
  // Of shifts only those by a constant within the width, and none of 128 bits.
  const places = type !== 'i128' && b.min === b.max && b.min >= 0n && b.min < bits ? b.min : undefined
  switch (e.op) {
    case '+':
    case '-':
    case '*':
      return within(operated(e.op, a, b), all)
    case '/':
      return within(divRange(a, b), all)
    case '%':
      return remRange(a, b)
    case '/u':
      return natural ? divRange(a, b) : all
    case '%u':
      return natural ? remRange(a, b) : all
    case 'min':
      return { min: lesser(a.min, b.min), max: lesser(a.max, b.max) }
    case 'max':
      return { min: greater(a.min, b.min), max: greater(a.max, b.max) }
    case 'minu':
      return natural ? { min: lesser(a.min, b.min), max: lesser(a.max, b.max) } : all
    case 'maxu':
      return natural ? { min: greater(a.min, b.min), max: greater(a.max, b.max) } : all
    case '&':
      if (a.min < 0n && b.min < 0n) return all
      return { min: 0n, max: a.min < 0n ? b.max : b.min < 0n ? a.max : lesser(a.max, b.max) }
    case '|':
    case '^':
      return natural ? unsigned(BigInt(greater(a.max, b.max).toString(2).length)) : all
    case '<<':
      return places === undefined ? all : within({ min: a.min << places, max: a.max << places }, all)
    case '>>':
      return places === undefined ? { min: lesser(a.min, 0n), max: greater(a.max, -1n) } : { min: a.min >> places, max: a.max >> places }
    case '>>u':
      if (places === undefined) return a.min >= 0n ? { min: 0n, max: a.max } : all
      return a.min >= 0n ? { min: a.min >> places, max: a.max >> places } : places > 0n ? unsigned(bits - places) : a
    default:
      return all
  }
}
