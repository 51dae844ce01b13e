/** error(message): planners put it where a row must not come, as behind a scalar subquery that gave two. */
import { ifElse, raise } from '../ir/build.ts'
import { runtime, scalarFor } from './lowering.ts'
import { EvalError, type ExprDef, type Lowered, refuse } from './registry.ts'

export const error: ExprDef = {
  doc: 'Ends the query with RAISED and the message; NULL of NULL. It may stand for any type.',
  type: (args) => (args.length === 1 && (args[0]?.kind === 'string' || args[0]?.kind === 'null')) || refuse('error', 'error takes a string'),
  eval: () => (message: string) => {
    throw new EvalError('RAISED', message)
  },
  lower: ([message], site, cx) => {
    const text = message as Lowered
    const scalar = scalarFor(site.type)
    if (typeof text.constant === 'string') return { ir: raise(scalar, 'RAISED', cx.site('RAISED', text.constant)), type: site.type }
    const end = raise(scalar, 'RAISED', cx.site('RAISED', 'error()'))
    return { ir: ifElse(runtime('raise_text', text.ir), end, end), type: site.type }
  },
}
