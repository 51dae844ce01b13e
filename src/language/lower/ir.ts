/** The IR's constructors, under the language's names. */
import { not, valid } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'

export { and, binary, ifElse, literal, none, not, or, select, some, TRUE, value, zero } from '../../ir/build.ts'
export const isnull = (e: Ir): Ir => not(valid(e))
