/** Which expressions have a form in lanes (codegen/simd); the reason where one has none. */
import { type Ir, isOption, scalarOf } from '../ir/nodes.ts'
import { type SourceColumn, STATE_ROW } from '../ir/program.ts'
import { isZero } from '../ir/reductions.ts'
import { childrenOf } from '../ir/walk.ts'

export interface LaneContext {
  /** Name of the source's row, and its columns. */
  readonly row: string
  readonly columns: readonly SourceColumn[]
  /** Whether 128-bit integers lie in columns: they have lanes as they are read, and are only added up. */
  readonly wide: boolean
  /** Names that are in lanes. */
  readonly names: ReadonlySet<string>
}

const TYPES: ReadonlySet<string> = new Set(['bool', 'i32', 'i64', 'f32', 'f64'])
const BOOL_OPS: ReadonlySet<string> = new Set(['&&', '||', '&', '|', '^', '==', '!='])
const COMPARES = ['==', '!=', '<', '<=', '>', '>=']
const FLOAT_OPS: ReadonlySet<string> = new Set(['+', '-', '*', '/', 'min', 'max', ...COMPARES])
const INT_OPS: ReadonlySet<string> = new Set(['+', '-', '*', '&', '|', '^', 'min', 'max', ...COMPARES])
const UNSIGNED_OPS: ReadonlySet<string> = new Set(['minu', 'maxu', '<u', '<=u', '>u', '>=u'])
const SHIFTS: ReadonlySet<string> = new Set(['<<', '>>', '>>u'])
const CASTS: ReadonlySet<string> = new Set(['bool>i32', 'bool>i64', 'bool>f32', 'bool>f64', 'i32>i64', 'i64>i32', 'i32>f64', 'i32>f32', 'f32>f64', 'f64>f32', 'f64>i32', 'f32>i32'])
/** What an unsigned cast may start from. */
const UNSIGNED_CASTS: ReadonlySet<string> = new Set(['i32>i64', 'i32>f64', 'i32>f32'])

const typeReason = (e: Ir, cx: LaneContext): string | undefined => {
  const type = scalarOf(e.type)
  return TYPES.has(type) || (type === 'i128' && wideHas(e, cx)) ? undefined : `${type} has no lanes`
}
/** What may be added up of 128-bit integers: fields, or zero in their place. */
const wideHas = (e: Ir, cx: LaneContext): boolean => {
  if (e.ir === 'field') return cx.wide && cx.columns[e.index]?.physical === 'i128'
  return (e.ir === 'value' && e.arg.ir === 'field') || ((e.ir === 'select' || e.ir === 'if') && isZero(e.else)) || isZero(e)
}

export const laneReason = (e: Ir, cx: LaneContext): string | undefined => {
  const own = typeReason(e, cx) ?? nodeReason(e, cx)
  if (own) return own
  if (e.ir === 'let') return laneReason(e.value, cx) ?? laneReason(e.body, { ...cx, names: new Set([...cx.names, e.name]) })
  for (const child of childrenOf(e)) {
    const reason = laneReason(child, cx)
    if (reason) return reason
  }
  return undefined
}

const nodeReason = (e: Ir, cx: LaneContext): string | undefined => {
  switch (e.ir) {
    case 'literal':
    case 'param':
    case 'let':
    case 'if':
    case 'select':
    case 'option':
    case 'value':
    case 'valid':
    case 'narrow':
    case 'raise':
      return undefined
    case 'ident':
      return cx.names.has(e.name) ? undefined : 'a name that is not in lanes'
    case 'field':
      if (!cx.wide && cx.columns[e.index]?.physical === 'code8') return 'a code of a row'
      return e.row === cx.row && cx.columns[e.index] ? undefined : `a field of ${e.row}`
    case 'binary':
      return binaryHas(e) ? undefined : `${e.op} of ${e.left.type}`
    case 'unary':
      return e.op === 'length' ? 'length' : undefined
    case 'checked':
      return e.type === 'i64' && e.op === '*' ? 'checked * of i64' : undefined
    case 'cast': {
      const name = `${scalarOf(e.arg.type)}>${e.type}`
      return e.arg.type === e.type || (CASTS.has(name) && (!e.unsigned || UNSIGNED_CASTS.has(name) || name === 'i64>i32')) ? undefined : `cast ${name}`
    }
    default:
      return e.ir === 'call' ? `call of ${e.fn}` : e.ir
  }
}

const binaryHas = (e: Extract<Ir, { ir: 'binary' }>): boolean => {
  const type = scalarOf(e.left.type)
  if (isOption(e.left.type) || type === 'i128') return false
  if (type === 'bool') return BOOL_OPS.has(e.op)
  if (type === 'f32' || type === 'f64') return FLOAT_OPS.has(e.op)
  if (SHIFTS.has(e.op)) return e.right.ir === 'literal'
  return INT_OPS.has(e.op) || (type === 'i32' && UNSIGNED_OPS.has(e.op))
}

/** Vectors of eight rows. */
const VECTORS: Partial<Record<string, number>> = { bool: 2, i32: 2, f32: 2 }
const BYTES_OF_VECTOR = 9
/** Reading eight 128-bit integers, and adding them up. */
const BYTES_OF_WIDE = 300
/** Nodes that are no instruction. */
const FREE: ReadonlySet<Ir['ir']> = new Set(['ident', 'literal', 'param', 'let', 'option', 'value', 'valid'] as const)

/** About how many bytes of code an expression is in lanes; of one that is more than `most`, something above it. Shared parts count as often as they are written. */
export const laneBytes = (e: Ir, most: number): number => {
  let bytes = 0
  const visit = (x: Ir): void => {
    if (bytes > most) return
    if (x.ir === 'field' && scalarOf(x.type) === 'i128' && x.row !== STATE_ROW) bytes += BYTES_OF_WIDE
    else bytes += FREE.has(x.ir) || (x.ir === 'field' && x.row === STATE_ROW) ? 1 : (VECTORS[scalarOf(x.type)] ?? 4) * BYTES_OF_VECTOR
    for (const child of childrenOf(x)) visit(child)
  }
  visit(e)
  return bytes
}
