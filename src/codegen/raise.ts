/** Errors that a kernel raises: code and site go into the context, and the caller traps after it. */
import { CTX } from '../ir/context.ts'
import { RAISES, type RaiseCode } from '../ir/nodes.ts'
import type { FunctionBuilder } from './encoder.ts'
import { CTX_LOCAL } from './scope.ts'

export const emitRaise = (f: FunctionBuilder, code: RaiseCode, site: number): void => {
  f.get(CTX_LOCAL).i32(RAISES[code]).memory('i32.store', CTX.error)
  f.get(CTX_LOCAL).i32(site).memory('i32.store', CTX.site)
}
