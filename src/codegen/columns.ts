/** Reading a relation's columns: base addresses are loaded once a call, values by row number within the batch. */
import { CTX } from '../ir/context.ts'
import type { SourceColumn } from '../ir/program.ts'
import type { Physical } from '../layout/relation.ts'
import type { FunctionBuilder } from './encoder.ts'
import type { Opcode } from './opcodes.ts'
import { CTX_LOCAL, type RowAccess, type TextPlace } from './scope.ts'

/** log2 of the width, and the load. */
const ACCESS: Record<Exclude<Physical, 'utf8' | 'u64' | 'i128'>, readonly [number, Opcode]> = {
  bool8: [0, 'i32.load8_u'],
  i8: [0, 'i32.load8_s'],
  u8: [0, 'i32.load8_u'],
  code8: [0, 'i32.load8_u'],
  i16: [1, 'i32.load16_s'],
  u16: [1, 'i32.load16_u'],
  code16: [1, 'i32.load16_u'],
  i32: [2, 'i32.load'],
  code32: [2, 'i32.load'],
  u32: [2, 'i64.load32_u'],
  f32: [2, 'f32.load'],
  i64: [3, 'i64.load'],
  f64: [3, 'f64.load'],
  slice: [3, 'i64.load'],
}

/** Locals with the addresses of the columns that are read. */
export interface ColumnPlaces {
  readonly columns: readonly SourceColumn[]
  readonly places: ReadonlyMap<number, { readonly data: number; readonly validity: number; readonly aux: number }>
}

/** Loads the used columns' addresses. */
export const columnPlaces = (f: FunctionBuilder, columns: readonly SourceColumn[], used: ReadonlySet<number>): ColumnPlaces => {
  const places = new Map<number, { data: number; validity: number; aux: number }>()
  for (const index of used) {
    const column = columns[index] as SourceColumn
    const load = (offset: number) => {
      const local = f.local('i32')
      f.get(CTX_LOCAL).memory('i32.load', CTX.source).memory('i32.load', index * 16 + offset).set(local)
      return local
    }
    places.set(index, { data: load(0), validity: column.nullable ? load(4) : -1, aux: column.physical === 'utf8' ? load(8) : -1 })
  }
  return { columns, places }
}

/** Reads the row whose number `row` holds. */
export const columnAccess = ({ columns, places }: ColumnPlaces, row: number): RowAccess => {
  const value = (f: FunctionBuilder, index: number) => {
    const base = places.get(index)
    if (!base) throw new Error(`column ${index} was not collected`)
    readValue(f, (columns[index] as SourceColumn).physical, base, row)
  }
  const valid = (f: FunctionBuilder, index: number) => {
    f.get(places.get(index)?.validity as number).get(row).i32(3).op('i32.shr_u').op('i32.add').memory('i32.load8_u')
    f.get(row).i32(7).op('i32.and').op('i32.shr_u').i32(1).op('i32.and')
  }
  const read = (f: FunctionBuilder, index: number) => {
    value(f, index)
    if (columns[index]?.nullable) valid(f, index)
  }
  const text = (index: number): TextPlace | undefined => {
    const [column, place] = [columns[index], places.get(index)]
    if (!column || !place || column.vec) return undefined
    return column.physical === 'utf8' ? { data: place.data, offsets: place.aux } : column.physical === 'slice' ? { data: place.data, offsets: undefined } : undefined
  }
  return { read, value, valid, text }
}

const readValue = (f: FunctionBuilder, physical: Physical, base: { data: number; aux: number }, row: number): void => {
  const address = (shift: number) => {
    f.get(base.data).get(row)
    if (shift) f.i32(shift).op('i32.shl')
    f.op('i32.add')
  }
  switch (physical) {
    case 'utf8': {
      const offset = f.local('i32')
      const start = f.local('i32')
      f.get(base.aux).get(row).i32(2).op('i32.shl').op('i32.add').tee(offset).memory('i32.load').set(start)
      f.get(base.data).get(start).op('i32.add').op('i64.extend_i32_u')
      f.get(offset).memory('i32.load', 4).get(start).op('i32.sub').op('i64.extend_i32_u').i64(32n).op('i64.shl').op('i64.or')
      f.free('i32', offset)
      f.free('i32', start)
      return
    }
    case 'u64':
      address(3)
      f.memory('i64.load').i64(0n)
      return
    case 'i128':
      address(4)
      f.memory('i64.load')
      address(4)
      f.memory('i64.load', 8)
      return
    default: {
      const [shift, load] = ACCESS[physical]
      address(shift)
      f.memory(load)
    }
  }
}
