/** The keys of a sorter: how many bytes each of them takes, how many come first and fit into a prefix (sort-key-code.ts). */
import { type IrType, isOption, scalarOf } from '../../ir/nodes.ts'
import type { SortField } from '../../ir/program.ts'
import type { Sorter } from './sort-tuples.ts'

/** One key: how it is written, and where its value is. */
export interface Shape {
  readonly type: IrType
  readonly descending: boolean
  readonly nullsFirst: boolean
  readonly bias: bigint
  /** Bytes of the value; 0: a string. */
  readonly bytes: number
}
export interface Key extends Shape {
  readonly locals: readonly number[]
}
export const bytesOf = (keys: readonly Shape[]): number => keys.reduce((n, k) => n + k.bytes + (isOption(k.type) ? 1 : 0), 0)
/** The first keys that fit a prefix. */
export const leadingOf = (keys: readonly Shape[]): readonly Shape[] => {
  const end = keys.findIndex((k, i) => k.bytes === 0 || bytesOf(keys.slice(0, i + 1)) > 8)
  return end < 0 ? keys : keys.slice(0, end)
}

/** Where nothing is said of an integer's range it is the type's. */
export const extentOf = (type: IrType, { bias = 0n, bytes }: Pick<SortField, 'bias' | 'bytes'>): Pick<Key, 'bias' | 'bytes'> => {
  switch (scalarOf(type)) {
    case 'str':
      return { bias, bytes: 0 }
    case 'bool':
      return { bias, bytes: 1 }
    case 'f32':
    case 'f64':
      return { bias, bytes: 8 }
    case 'i32':
      return bytes === undefined ? { bias: -(1n << 31n), bytes: 4 } : { bias, bytes }
    case 'i64':
      return bytes === undefined ? { bias: -(1n << 63n), bytes: 8 } : { bias, bytes }
    default:
      return { bias, bytes: bytes ?? 16 }
  }
}

export const shapesOf = (builder: Sorter): readonly Shape[] => builder.keys.map((k, i): Shape => {
  const type = builder.keyTypes[i] as IrType
  return { ...k, type, ...extentOf(type, k) }
})
/** Whether the prefix is all of the key. */
export const isShort = (shapes: readonly Shape[]): boolean => shapes.every((k) => k.bytes > 0 && k.bytes <= 8) && bytesOf(shapes) <= 8
export const hasShortKey = (builder: Sorter): boolean => isShort(shapesOf(builder))
