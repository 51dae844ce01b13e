/**
 * The form that columns of several rows have in common: width, NULLs, range and dictionary. A consumer that is lowered once for
 * each row must not see what only one of them knows, a constant or that a value is there, else its states would differ.
 */
import { fresh, option, some, valid, value } from '../ir/build.ts'
import { type Ir, type IrType, isOption, optionOf, type Scalar } from '../ir/nodes.ts'
import { union } from '../ir/ranges.ts'
import type { Dictionary } from '../layout/relation.ts'
import { type Range, type SqlType, typeRange } from '../layout/types.ts'
import { carried, decoded } from './carried.ts'
import { nullAs, scalarFor, widenIr } from './lowering.ts'
import type { LowerContext } from './registry.ts'
import type { Column, Row } from './stage.ts'

export interface Form {
  readonly type: SqlType
  readonly scalar: Scalar
  readonly nullable: boolean
  readonly range?: Range | undefined
  readonly dictionary?: Dictionary | undefined
}

export const formsOf = (rows: readonly Row[], needed: ReadonlySet<number>): readonly Form[] =>
  (rows[0] as Row).columns.map((first, i): Form => {
    const all = rows.map((row) => row.columns[i] as Column)
    const { type } = first
    if (!needed.has(i)) return { type, scalar: scalarFor(type), nullable: true }
    const dictionary = all.find((c) => c.codes)?.codes?.dictionary
    const nullable = all.some((c) => isOption(carried(c).type))
    // A dictionary without entries has no code that could stand for a NULL.
    if (dictionary?.size && all.every((c) => c.codes?.dictionary === dictionary || isNull(c))) return { type, scalar: 'str', nullable, dictionary }
    const known = all.filter((c) => !isNull(c)).map((c) => c.range ?? typeRange(c.type))
    const range = type.kind === 'bool' || known.some((r) => r === undefined) || known.length === 0 ? undefined : (known as Range[]).reduce(union)
    return { type, scalar: scalarFor(type, range ?? typeRange(type)), nullable, range }
  })

/** A NULL whose value says nothing of the others. */
const isNull = ({ ir }: Column): boolean => ir.ir === 'option' && ir.valid.ir === 'literal' && ir.valid.value === false

export const formed = (row: Row, forms: readonly Form[], needed: ReadonlySet<number>, cx: LowerContext) => {
  const lets: { readonly name: string; readonly value: Ir }[] = []
  const named = (ir: Ir, type: IrType): Ir => {
    if (ir.type !== type) throw new Error(`a column of type ${ir.type} where all rows were to have ${type}`)
    if (ir.ir === 'field') return ir
    const name = fresh('u')
    lets.push({ name, value: ir })
    return { ir: 'ident', type, name }
  }
  const columns = row.columns.map((column, i): Column => {
    const { type, scalar, nullable, range, dictionary } = forms[i] as Form
    const as = (s: Scalar): IrType => (nullable ? optionOf(s) : s)
    const fit = (ir: Ir): Ir => (nullable ? some(ir) : ir)
    if (!needed.has(i)) return { type, ir: column.ir }
    if (dictionary) return decoded(type, named(fit(column.codes?.ir ?? nullAs(column.ir, 'i32')), as('i32')), dictionary, cx)
    return { type, range, ir: named(fit(isNull(column) ? nullAs(column.ir, scalar) : widened(column.ir, scalar)), as(scalar)) }
  })
  return { columns, lets }
}

const widened = (ir: Ir, to: Scalar): Ir => (ir.ir === 'option' ? option(widenIr(value(ir), to), valid(ir)) : widenIr(ir, to))
