/** The language's door: text → Syntax → a checked kernel, and both printed again. */
export { parse, parseStatements } from './text/parser.ts'
export { print, printStatements } from './text/print.ts'
