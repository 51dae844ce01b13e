/** What a sorter's tuples hold, and where the sorted ones are. */
import { CTX } from '../../ir/context.ts'
import type { IrType } from '../../ir/nodes.ts'
import { type Builder, KEY_FIELDS, WINDOW_FIELDS } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { CTX_LOCAL } from '../scope.ts'
import { outputOffset } from '../sinks.ts'
import { layoutTuple, SORT_HEADER, TOP_HEADER, type TupleField, type TupleLayout } from '../tuple.ts'
import type { SinkPlace } from './sink.ts'

export type Sorter = Extract<Builder, { builder: 'sorter' }>

export const sorterLayout = (builder: Sorter): TupleLayout => {
  if (builder.window !== undefined) return windowLayout(builder.fields)
  const { fields, stride } = layoutTuple(builder.top ? TOP_HEADER : SORT_HEADER, builder.fields)
  return { fields: builder.keyed ? [...fields, ...KEY_FIELDS.map((type, i) => ({ type, offset: 8 * i, valid: 0 }))] : fields, stride }
}

/** Of a window's rows: once they are sorted, places lie where the key was. */
export const windowLayout = (fields: readonly IrType[]): TupleLayout => {
  const { fields: own, stride } = layoutTuple(SORT_HEADER, fields)
  return { fields: [...own, ...WINDOW_FIELDS.map((type, i) => ({ type, offset: 4 * i, valid: 0 }))], stride }
}

export const fieldOffset = (layout: TupleLayout, field: number): number => (layout.fields[field] as TupleField).offset

export const pushOutput = (f: FunctionBuilder, place: SinkPlace): void => {
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add')
}
