/** Operators on lanes. Each lane gives what the scalar instruction gives, bit for bit. */
import { type Ir, scalarOf } from '../../ir/nodes.ts'
import { childrenOf } from '../../ir/walk.ts'
import type { FunctionBuilder } from '../encoder.ts'
import type { Opcode } from '../opcodes.ts'
import { EVEN_WORDS, join, type Lanes, make, map, mapOp, MASK_OF, maskOp, notMask, ODD_WORDS, release, SHAPE, widen } from './lanes.ts'
import { byteColumn, readBytes } from './load.ts'
import { addFault, keyOf, type LanePlaces, type LaneScope } from './scope.ts'

type Emit = (cx: LaneScope, e: Ir) => Lanes
type Binary = Extract<Ir, { ir: 'binary' }>
type Number = 'i32' | 'i64' | 'f32' | 'f64'

const COMPARISON: Record<string, string> = { '==': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' }
const ARITHMETIC: Record<string, string> = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' }
const BITS: Record<string, Opcode> = { '&': 'v128.and', '|': 'v128.or', '^': 'v128.xor' }

export const emitBinary = (cx: LaneScope, e: Binary, emit: Emit): Lanes => {
  const { f } = cx
  const type = scalarOf(e.left.type)
  if (type === 'bool') return emitLogical(cx, e, emit)
  if (e.op === '<<' || e.op === '>>' || e.op === '>>u') return emitShift(cx, e, emit)
  if (type === 'i32' && e.op in COMPARISON) {
    const narrow = compareBytes(cx, e)
    if (narrow) return narrow
  }
  if (e.op === '*' && type === 'i64') {
    const factors = [e.left, e.right].map(extended)
    if (factors[0] && factors[1]) return multiplyWide(f, emit(cx, factors[0]), emit(cx, factors[1]))
    const [x, n] = e.right.ir === 'literal' ? [e.left, e.right] : [e.right, e.left]
    const digits = n.ir === 'literal' ? signedDigits(BigInt(n.value)) : []
    if (digits.length > 0 && digits.length <= MOST_DIGITS) return multiplyDigits(f, emit(cx, x), digits)
  }
  const a = emit(cx, e.left)
  const b = emit(cx, e.right)
  return operate(f, type as Number, e.op, a, b)
}

/** A column of 8 bits against a constant: one comparison of eight lanes. No value of 8 bits is at the edges of 16. */
const compareBytes = (cx: LaneScope, e: Binary): Lanes | undefined => {
  const found = byteComparison(cx.columns, e)
  const constant = found && cx.narrowed.get(keyOf(found.constant) as string)
  if (constant === undefined || !found || !('places' in cx.columns)) return undefined
  const value = readBytes(cx, cx.columns, found.column)
  const [a, b] = found.swapped ? [constant, value] : [value, constant]
  return make(cx.f, 'm2', () => cx.f.get(a).get(b).op(`i16x8.${COMPARISON[e.op]}${e.op === '==' || e.op === '!=' ? '' : '_s'}` as Opcode))
}
interface ByteComparison {
  readonly column: number
  readonly constant: Ir
  readonly swapped: boolean
}
export const byteComparison = (columns: LanePlaces, e: Ir): ByteComparison | undefined => {
  if (e.ir !== 'binary' || e.left.type !== 'i32' || !(e.op in COMPARISON)) return undefined
  for (const [x, constant, swapped] of [[e.left, e.right, false], [e.right, e.left, true]] as const) {
    const column = byteColumn(columns, x)
    if (column !== undefined && (constant.ir === 'literal' || constant.ir === 'param')) return { column, constant, swapped }
  }
  return undefined
}

/** Constants that columns of 8 bits are compared with, as i16x8. */
export const narrowConstants = (f: FunctionBuilder, columns: LanePlaces, constants: LaneScope['constants'], expressions: readonly Ir[]): ReadonlyMap<string, number> => {
  const made = new Map<string, number>()
  const visit = (e: Ir): void => {
    const key = keyOf(byteComparison(columns, e)?.constant ?? e)
    const spread = key === undefined || made.has(key) || e.ir !== 'binary' ? undefined : constants.get(key)
    if (key !== undefined && spread) {
      const [local, wide] = [f.local('v128'), spread.v[0] as number]
      f.get(wide).get(wide).op('i16x8.narrow_i32x4_s').set(local)
      made.set(key, local)
    }
    for (const child of childrenOf(e)) visit(child)
  }
  for (const e of expressions) visit(e)
  return made
}

interface Digit {
  readonly places: number
  readonly negative: boolean
}
/** There is no instruction that multiplies 64-bit lanes: V8 takes eight, three of them multiplications. */
const MOST_DIGITS = 3
/** The number as a sum of as few ± 2^places as there are, modulo 2^64; positive ones first. */
const signedDigits = (value: bigint): readonly Digit[] => {
  const digits: Digit[] = []
  let rest = BigInt.asIntN(64, value)
  for (let places = 0; rest !== 0n && places < 64; places++, rest >>= 1n) {
    if (!(rest & 1n)) continue
    const negative = (rest & 3n) === 3n
    digits.push({ places, negative })
    rest -= negative ? -1n : 1n
  }
  return digits.sort((a, b) => Number(a.negative) - Number(b.negative))
}
const multiplyDigits = (f: FunctionBuilder, x: Lanes, digits: readonly Digit[]): Lanes => {
  const made = make(f, 'i64', (k) => {
    digits.forEach(({ places, negative }, i) => {
      if (i === 0 && negative) f.v128(new Array<number>(16).fill(0))
      f.get(x.v[k] as number)
      if (places > 0) f.i32(places).op('i64x2.shl')
      if (negative) f.op('i64x2.sub')
      else if (i > 0) f.op('i64x2.add')
    })
  })
  release(f, x)
  return made
}

/** The i32 that an i64 was extended from. */
export const extended = (e: Ir): Ir | undefined => (e.ir === 'cast' && e.arg.type === 'i32' && !e.unsigned ? e.arg : undefined)

/** Full products of two i32. */
export const multiplyWide = (f: FunctionBuilder, a: Lanes, b: Lanes): Lanes => {
  const made = make(f, 'i64', (k) => {
    f.get(a.v[k >> 1] as number).get(b.v[k >> 1] as number).op(k & 1 ? 'i64x2.extmul_high_i32x4_s' : 'i64x2.extmul_low_i32x4_s')
  })
  release(f, a, b)
  return made
}

/** An operator on two values of one type. */
export const operate = (f: FunctionBuilder, type: Number, op: Binary['op'], a: Lanes, b: Lanes): Lanes => {
  const shape = SHAPE[type]
  const integer = type === 'i32' || type === 'i64'
  if (op in COMPARISON) {
    const equality = op === '==' || op === '!='
    return mapOp(f, MASK_OF[type], [a, b], `${shape}.${COMPARISON[op]}${integer && !equality ? '_s' : ''}` as Opcode)
  }
  if (op in BITS) return mapOp(f, type, [a, b], BITS[op] as Opcode)
  switch (op) {
    case 'min':
    case 'max':
      if (type === 'i64') return pickLanes(f, a, b, op === 'min' ? 'i64x2.lt_s' : 'i64x2.gt_s')
      return mapOp(f, type, [a, b], `${shape}.${op}${integer ? '_s' : ''}` as Opcode)
    case 'minu':
    case 'maxu':
      return mapOp(f, type, [a, b], `i32x4.${op === 'minu' ? 'min_u' : 'max_u'}`)
    case '<u':
    case '<=u':
    case '>u':
    case '>=u':
      return mapOp(f, 'm4', [a, b], `i32x4.${COMPARISON[op.slice(0, -1)]}_u` as Opcode)
    default:
      return mapOp(f, type, [a, b], `${shape}.${ARITHMETIC[op]}` as Opcode)
  }
}

const pickLanes = (f: FunctionBuilder, a: Lanes, b: Lanes, better: Opcode): Lanes =>
  map(f, 'i64', [a, b], (k) => f.get(a.v[k] as number).get(b.v[k] as number).op(better).op('v128.bitselect'))

const emitLogical = (cx: LaneScope, e: Binary, emit: Emit): Lanes => {
  const { f } = cx
  const a = emit(cx, e.left)
  const b = emit(cx, e.right)
  if (e.op === '&' || e.op === '|') return maskOp(f, a, b, e.op === '&' ? 'v128.and' : 'v128.or')
  const differ = maskOp(f, a, b, 'v128.xor')
  return e.op === '==' ? notMask(f, differ) : differ
}

/** By a constant: the instruction takes its count for all lanes. */
const emitShift = (cx: LaneScope, e: Binary, emit: Emit): Lanes => {
  const { f } = cx
  const type = scalarOf(e.left.type) as 'i32' | 'i64'
  const places = e.right.ir === 'literal' ? Number(BigInt(e.right.value) & (type === 'i32' ? 31n : 63n)) : 0
  const op = e.op === '<<' ? 'shl' : e.op === '>>' ? 'shr_s' : 'shr_u'
  // No instruction shifts 64-bit lanes by their sign: V8 takes six.
  if (op === 'shr_s' && type === 'i64' && places === 32) return widen(f, 'i64', join(f, 'i32', emit(cx, e.left), () => f.shuffle(ODD_WORDS)), 'i64x2.extend_low_i32x4_s', 'i64x2.extend_high_i32x4_s')
  return map(f, type, [emit(cx, e.left)], () => f.i32(places).op(`${SHAPE[type]}.${op}` as Opcode))
}

export const emitUnary = (cx: LaneScope, e: Extract<Ir, { ir: 'unary' }>, emit: Emit): Lanes => {
  const { f } = cx
  const x = emit(cx, e.arg)
  if (e.op === 'not') return notMask(f, x)
  const type = scalarOf(e.arg.type) as Number
  return mapOp(f, type, [x], `${SHAPE[type]}.${e.op}` as Opcode)
}

/** Lanes that do not fit are faults; the others are right. */
export const emitChecked = (cx: LaneScope, e: Extract<Ir, { ir: 'checked' }>, emit: Emit): Lanes => {
  const { f } = cx
  const type = e.type as 'i32' | 'i64'
  const a = emit(cx, e.left)
  const b = emit(cx, e.right)
  if (e.op === '*') {
    const wide = multiplyWide(f, a, b)
    const result = make(f, 'i32', (k) => f.get(wide.v[2 * k] as number).get(wide.v[2 * k + 1] as number).shuffle(EVEN_WORDS))
    const back = widen(f, 'i64', { ...result, owned: false }, 'i64x2.extend_low_i32x4_s', 'i64x2.extend_high_i32x4_s')
    addFault(cx, mapOp(f, 'm8', [wide, back], 'i64x2.ne'))
    return result
  }
  const shape = SHAPE[type]
  const result = make(f, type, (k) => f.get(a.v[k] as number).get(b.v[k] as number).op(`${shape}.${e.op === '+' ? 'add' : 'sub'}` as Opcode))
  // The operands' signs agree (+) or differ (−), and the result's is another than the left one's.
  addFault(cx, make(f, MASK_OF[type], (k) => {
    const [x, y, r] = [a.v[k], b.v[k], result.v[k]] as [number, number, number]
    f.get(x).get(r).op('v128.xor').get(e.op === '+' ? y : x).get(e.op === '+' ? r : y).op('v128.xor').op('v128.and')
    f.v128(new Array<number>(16).fill(0)).op(`${shape}.lt_s` as Opcode)
  }))
  release(f, a, b)
  return result
}
