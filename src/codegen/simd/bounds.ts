/** How large an i32 can be, from the width of what it is read from: small ones are summed in 32-bit lanes. */
import type { Ir } from '../../ir/nodes.ts'
import type { SourceColumn } from '../../ir/program.ts'
import type { Physical } from '../../layout/relation.ts'

const WIDTHS: Partial<Record<Physical, number>> = { i8: 2 ** 7, u8: 2 ** 8, code8: 2 ** 8, i16: 2 ** 15, u16: 2 ** 16, code16: 2 ** 16 }
const MOST = 2 ** 31

/** A bound of the absolute value. */
export const magnitude = (e: Ir, columns: readonly SourceColumn[]): number => {
  const of = (x: Ir) => magnitude(x, columns)
  switch (e.ir) {
    case 'literal':
      return Math.abs(Number(e.value))
    case 'field':
      return WIDTHS[(columns[e.index] as SourceColumn).physical] ?? MOST
    case 'value':
      return of(e.arg)
    case 'cast':
      return e.arg.type === 'bool' ? 1 : MOST
    case 'if':
    case 'select':
      return Math.max(of(e.then), of(e.else))
    case 'binary':
      if (e.op === '+' || e.op === '-') return wrapped(of(e.left) + of(e.right))
      return e.op === '*' ? wrapped(of(e.left) * of(e.right)) : MOST
    default:
      return MOST
  }
}

const wrapped = (n: number): number => (n < MOST ? n : MOST)
