/** Columns that pass through a sink: a dictionary column travels as its code and is decoded where someone reads the text. */
import { option, valid, value } from '../ir/build.ts'
import { type Ir, isOption } from '../ir/nodes.ts'
import type { Dictionary } from '../layout/relation.ts'
import type { SqlType } from '../layout/types.ts'
import type { LowerContext } from './registry.ts'
import type { Column } from './stage.ts'

/** What a sink keeps of a column. */
export const carried = (column: Column): Ir => column.codes?.ir ?? column.ir

/** The column again, from what was kept. */
export const restored = (column: Column, field: Ir, cx: LowerContext): Column =>
  column.codes ? decoded(column.type, field, column.codes.dictionary, cx) : { type: column.type, range: column.range, ir: field }

/** The strings of codes. */
export const decoded = (type: SqlType, code: Ir, dictionary: Dictionary, cx: LowerContext): Column => {
  const text: Ir = { ir: 'lookup', type: 'str', vector: cx.param('i32', dictionary.slices | 0), index: value(code) }
  return { type, ir: isOption(code.type) ? option(text, valid(code)) : text, codes: { ir: code, dictionary } }
}
