/** What a kernel loads once, at its start: parameters and the addresses of memo tables. */
import { CTX } from '../ir/context.ts'
import type { IrType } from '../ir/nodes.ts'
import type { FunctionBuilder } from './encoder.ts'
import { CTX_LOCAL, slotsOf } from './scope.ts'

export const loadParams = (f: FunctionBuilder, types: readonly IrType[], used: ReadonlySet<number>): Map<number, readonly number[]> => {
  const locals = new Map<number, readonly number[]>()
  for (const index of used) {
    const slots = slotsOf(types[index] as IrType)
    locals.set(
      index,
      slots.map((slot, i) => {
        const local = f.local(slot)
        f.get(CTX_LOCAL).memory('i32.load', CTX.params).memory(`${slot as 'i32' | 'i64' | 'f32' | 'f64'}.load`, index * 16 + i * 8).set(local)
        return local
      }),
    )
  }
  return locals
}

export const loadMemos = (f: FunctionBuilder, offset: number, used: ReadonlySet<number>): Map<number, number> => {
  const locals = new Map<number, number>()
  for (const table of used) {
    const local = f.local('i32')
    f.get(CTX_LOCAL).memory('i32.load', offset + table * 4).set(local)
    locals.set(table, local)
  }
  return locals
}

