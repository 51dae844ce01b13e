/** A kernel: one function over its inputs. Its result is data; where the text ends in a builder, that builder's result. */
import type { Expr, Kernel } from '../nodes.ts'
import type { Syntax } from '../text/syntax.ts'
import { isBuilder, isData, typeText } from '../types.ts'
import { resultOf } from './builders.ts'
import { Checker } from './checker.ts'
import { readType } from './types.ts'

/** Throws IrError (IR_TYPE) with line and column. */
export const checkKernel = (s: Syntax): Kernel => {
  const cx = new Checker()
  if (s.syntax !== 'lambda') return cx.fail(s.at, 'a kernel: a function over its inputs (|v: vec[i64]| …)', 'another expression')
  const types = s.params.map((p) => {
    if (!p.type) return cx.fail(p.at, `a type of the input '${p.name}' (|${p.name}: vec[i64]|)`, 'none')
    const type = readType(p.type)
    if (!isData(type) || type.kind === 'dict') return cx.fail(p.type.at, 'a scalar, an option, a struct or a vec as an input', typeText(type))
    return type
  })
  return cx.lambda(s, types, 'a kernel', (body): Expr => {
    const e = cx.expr(body)
    if (isData(e.type)) return e
    if (isBuilder(e.type) && e.type.kind !== 'staged') return resultOf(cx, e, body.at, body.at)
    return cx.fail(body.at, 'data or a builder as the result', typeText(e.type))
  })
}
