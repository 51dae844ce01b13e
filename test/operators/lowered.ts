/** Lowers a call as the compiler would and evaluates the IR: the same values as constants, as columns, or as columns with NULLs. */
import { scalarOf } from '../../src/ir/nodes.ts'
import type { Ir, Scalar } from '../../src/ir/nodes.ts'
import { none, option } from '../../src/ir/build.ts'
import { isBinary, type Range, type SqlType, typeRange } from '../../src/layout/types.ts'
import { lowerCall, scalarFor } from '../../src/operators/lowering.ts'
import { type CallSite, type ExprDef, isRefusal, type Lowered, type Value } from '../../src/operators/registry.ts'
import { evaluate, Raised } from './ir-evaluator.ts'

export type Shown = { readonly value: Value } | { readonly raises: string }
/** constant: literals with their value known; column: values of the given or the whole range; nullable: the same, as options. */
export type Mode = 'constant' | 'column' | 'nullable'

export const show = (x: unknown): string => JSON.stringify(x, (_, v) => (typeof v === 'bigint' ? `${v}n` : typeof v === 'number' && (!Number.isFinite(v) || Object.is(v, -0)) ? (Object.is(v, -0) ? '-0' : String(v)) : v))
export const equalValues = (a: Shown, b: Shown): boolean => ('raises' in a ? 'raises' in b && a.raises === b.raises : 'value' in b && (Object.is(a.value, b.value) || (a.value instanceof Uint8Array && b.value instanceof Uint8Array && Buffer.compare(a.value, b.value) === 0)))

type Plain = boolean | number | bigint | string
const isExactValue = (t: SqlType) => typeRange(t) !== undefined && t.kind !== 'bool'

/** Bytes are a text of them. */
const toMachine = (v: Exclude<Value, null>, scalar: Scalar): Plain => (v instanceof Uint8Array ? Buffer.from(v).toString('latin1') : scalar === 'i64' || scalar === 'i128' ? BigInt(v as bigint) : scalar === 'i32' ? Number(v) : (v as Plain))
const fromMachine = (v: Plain, t: SqlType): Value => {
  if (isBinary(t)) return Uint8Array.from(Buffer.from(v as string, 'latin1'))
  if (!isExactValue(t)) return v
  return /^(int64|uint64|int128|decimal|timestamp|timestamptz|interval_day_time)$/.test(t.kind) ? BigInt(v) : Number(v)
}

/** undefined: refused. `ranges` bound the columns; throws what the evaluator finds wrong with the IR. */
export const lowerAndRun = (name: string, def: ExprDef, site: CallSite, args: readonly Value[], mode: Mode, ranges: readonly (Range | undefined)[] = []): Shown | undefined => {
  const params: Plain[] = []
  const param = (scalar: Scalar, v: Value): Ir => {
    params.push(toMachine(v as Exclude<Value, null>, scalar))
    return { ir: 'param', type: scalar, index: params.length - 1 }
  }
  const sites: string[] = []
  const set = (_: Scalar, values: readonly Value[]): Ir => ({ ir: 'param', type: 'vec', index: params.push(values as unknown as Plain) - 1 })
  const cx = { site: (code: string) => sites.push(code) - 1, param, set }
  const lowered = args.map((v, i): Lowered => {
    const type = site.argTypes[i] as SqlType
    const known = mode === 'constant' && v !== null && isExactValue(type)
    const range = known ? { min: BigInt(v as bigint), max: BigInt(v as bigint) } : ranges[i]
    const scalar = scalarFor(type, range ?? typeRange(type))
    if (v === null) return { ir: none(scalar), type, range }
    const ir = param(scalar, v)
    if (mode === 'constant') return { ir, type, range, constant: v }
    // The unit of date_trunc is a constant in every plan that lowers.
    const mustBeConstant = /^date_(trunc|diff|sub)$/.test(name) && i === 0
    if (mode === 'column' || mustBeConstant) return { ir, type, range, ...(mustBeConstant ? { constant: v } : {}) }
    return { ir: option(ir, param('bool', true)), type, range }
  })
  const result = lowerCall(name, def, lowered, site, cx)
  if (isRefusal(result)) return undefined
  const scalar = scalarOf(result.ir.type)
  if (result.type.kind !== site.type.kind) throw new Error(`lowered to ${result.type.kind}`)
  if (scalar !== scalarFor(result.type, result.range ?? typeRange(result.type))) throw new Error(`${scalar} is not the width of ${show(result.range)}`)
  try {
    const got = evaluate(result.ir, params)
    if (typeof got === 'object' && !got.valid) return { value: null }
    const value = fromMachine(typeof got === 'object' ? got.value : got, result.type)
    if (isExactValue(result.type) && result.range && (BigInt(value as bigint) < result.range.min || BigInt(value as bigint) > result.range.max)) throw new Error(`${show(value)} outside ${show(result.range)}`)
    return { value }
  } catch (e) {
    if (e instanceof Raised) return { raises: e.code }
    throw e
  }
}
