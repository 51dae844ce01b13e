/** Columns of the side of an outer join that may have no row. */
import { both, FALSE, valid, value, zero } from '../../ir/build.ts'
import { type Ir, scalarOf } from '../../ir/nodes.ts'
import { decoded } from '../carried.ts'
import type { LowerContext } from '../registry.ts'
import type { Column } from '../stage.ts'

const optional = (ir: Ir, there: Ir): Ir => ({ ir: 'option', type: `?${scalarOf(ir.type)}`, value: value(ir), valid: both(there, valid(ir)) })
/** What is always NULL is so in both forms: what reads it asks. */
const nothing = (ir: Ir, there: Ir): Ir => ({ ir: 'option', type: `?${scalarOf(ir.type)}`, value: zero(scalarOf(ir.type)), valid: valid(ir) === FALSE ? FALSE : there })

const mapped = ({ type, range, ir, codes }: Column, f: (ir: Ir) => Ir, cx: LowerContext): Column => {
  if (!codes) return { type, range, ir: f(ir) }
  // An empty dictionary has no entry that a code could stand for.
  return codes.dictionary.size === 0 ? { type, ir: nothing(ir, FALSE) } : decoded(type, f(codes.ir), codes.dictionary, cx)
}

/** The column where the name `there` holds, else NULL. */
export const optionalColumn = (column: Column, there: Ir, cx: LowerContext): Column => mapped(column, (ir) => optional(ir, there), cx)
/** Nothing of the column, in the form that it has where it is optional: `there` never holds. */
export const absentColumn = (column: Column, there: Ir, cx: LowerContext): Column => mapped(column, (ir) => nothing(ir, there), cx)
