/** A join's keys in a form that both sides share, and which rows can match at all. */
import { both, cast, TRUE, valid, value } from '../../ir/build.ts'
import { type Ir, isOption, type Scalar, scalarOf } from '../../ir/nodes.ts'
import type { DenseKey } from '../../ir/program.ts'
import { contains, type Exact, WIDTHS } from '../../ir/ranges.ts'
import { isExact, type Range, type SqlType, typeRange } from '../../layout/types.ts'
import type { JoinKey } from '../../plan/nodes.ts'
import { widenIr, within } from '../lowering.ts'
import { groupKey } from '../group-key.ts'
import type { Column } from '../stage.ts'

/** A key of the build side, as the probe side has to meet it. */
export interface BuildKey {
  readonly ir: Ir
  /** Whether the row has one that can match. */
  readonly present: Ir
  readonly type: SqlType
  readonly range: Range | undefined
}

export const buildKey = (key: Column, { nullSafe }: JoinKey): BuildKey => {
  const canonical = groupKey(key)
  const known = { type: key.type, range: exactRangeOf(key) }
  if (nullSafe) return { ...known, ir: option(widenIr(canonical.ir, widthBySqlType(key.type, scalarOf(canonical.ir.type)))), present: TRUE }
  return { ...known, ir: value(canonical.ir), present: valid(canonical.ir) }
}

/** The probe side's key in the width of the build side's. */
export const probeKey = (key: Column, build: BuildKey, { nullSafe }: JoinKey): { readonly ir: Ir; readonly present: Ir } => {
  const { ir } = groupKey(key)
  const target = scalarOf(build.ir.type)
  if (nullSafe) return { ir: option(widenIr(ir, target)), present: TRUE }
  const v = value(ir)
  const present = valid(ir)
  const range = exactRangeOf(key)
  if (!isExactWidth(target) || !range || contains(WIDTHS[target], range) || v.type === target) return { ir: widenIr(v, target), present }
  // What the build side's width cannot hold, it does not have.
  return { ir: cast(target, v), present: both(present, within(v, range, WIDTHS[target])) }
}

/** Entries of a directory or bits of a filter by a key's position in its range; undefined where there is no such range. */
export const denseKeyOf = ({ ir, range }: BuildKey): DenseKey | undefined => {
  if (!range || isOption(ir.type) || (ir.type !== 'i32' && ir.type !== 'i64')) return undefined
  const extent = range.max - range.min + 1n
  return extent >= 1n && extent < 1n << 31n ? { min: range.min, extent: Number(extent) } : undefined
}

const isExactWidth = (scalar: Scalar): scalar is Exact => scalar in WIDTHS
const exactRangeOf = ({ type, range }: Column): Range | undefined => (type.kind === 'bool' || !isExact(type) ? undefined : (range ?? typeRange(type)))

/** Null-safe keys are options, in a width that both sides know without each other's statistics. */
const widthBySqlType = (type: SqlType, own: Scalar): Scalar => {
  const range = type.kind === 'bool' ? undefined : typeRange(type)
  if (!range) return own
  if (contains(WIDTHS.i32, range)) return 'i32'
  return contains(WIDTHS.i64, range) ? 'i64' : 'i128'
}
const option = (ir: Ir): Ir => (isOption(ir.type) ? ir : { ir: 'option', type: `?${ir.type as Scalar}`, value: ir, valid: TRUE })
