/** The language's door: text → Syntax → a checked kernel, and both printed again. */
import { checkKernel } from './check/check.ts'
import type { Expr, Kernel } from './nodes.ts'
import { syntaxOf } from './text/from-expr.ts'
import { inText } from './text/mistake.ts'
import { parse } from './text/parser.ts'
import { print } from './text/print.ts'

export { parse, parseStatements } from './text/parser.ts'
export { print, printStatements } from './text/print.ts'

/** The text of a kernel, parsed and checked. `file` names it in messages. Throws IrError: IR_SYNTAX, IR_TYPE. */
export const parseKernel = (text: string, file?: string): Kernel => {
  const syntax = parse(text, file)
  return inText({ text, file }, () => checkKernel(syntax))
}

/** Typed expressions as text; of a kernel it is one that parseKernel reads as the same kernel. */
export const printExpr = (e: Expr): string => print(syntaxOf(e))
