/** Three-valued logic as generated code: a later argument is evaluated only where the earlier ones leave it open. */
import { BOOL } from '../layout/types.ts'
import type { Expr } from '../plan/nodes.ts'
import type { Val } from './shape.ts'
import type { Writer } from './writer.ts'

type Emit = (w: Writer, expr: Expr) => Val
type Logic = (w: Writer, args: readonly Expr[], emit: Emit) => Val

const bool = (code: string, nul: string): Val => ({ type: BOOL, rep: 'boolean', code, nul })

/** `decisive` ends it: false for AND, true for OR; else NULL where any argument was NULL. */
const chain =
  (decisive: boolean): Logic =>
  (w, args, emit) => {
    const value = w.fresh()
    const nul = w.fresh()
    w.line(`let ${value} = ${!decisive}, ${nul} = false`)
    let nullable = false
    const end = w.fresh('l')
    // One block however many there are: engines parse code that nests only so deep.
    w.block(`${end}: {`, () => {
      for (const arg of args) {
        const val = emit(w, arg)
        if (val.nul !== '') nullable = true
        const ends = `${val.nul === '' ? '' : `!(${val.nul}) && `}${decisive ? '' : '!'}(${val.code})`
        w.line(`if (${ends}) { ${value} = ${decisive}; ${nul} = false; break ${end} }`)
        if (val.nul !== '') w.line(`if (${val.nul}) ${nul} = true`)
      }
    })
    return bool(value, nullable ? nul : '')
  }

const not: Logic = (w, [arg], emit) => {
  const val = emit(w, arg!)
  return bool(w.name(`!(${val.code})`), val.nul)
}

const isNull =
  (wanted: boolean): Logic =>
  (w, [arg], emit) => {
    const { nul } = emit(w, arg!)
    return bool(nul === '' ? `${!wanted}` : w.name(wanted ? nul : `!(${nul})`), '')
  }

/** By registry name. */
export const LOGIC: Readonly<Record<string, Logic | undefined>> = {
  and: chain(false),
  or: chain(true),
  not,
  is_null: isNull(true),
  is_not_null: isNull(false),
}
