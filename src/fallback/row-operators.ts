/** Operators that keep no rows: their code stands inside the input's row loop. */
import type { Expr } from '../plan/nodes.ts'
import { conjuncts } from '../operators/references.ts'
import { type ExpressionContext, emitExpr, truth } from './expression.ts'
import type { Stream } from './stream.ts'

export const filtered = (input: Stream, predicates: readonly Expr[], cx: ExpressionContext): Stream => ({
  batches: input.batches,
  emit: (w, consume) =>
    input.emit(w, (row) => {
      const parts = predicates.flatMap(conjuncts)
      const next = (index: number): void => {
        const predicate = parts[index]
        if (predicate === undefined) return consume(row)
        w.block(`if (${truth(emitExpr(w, predicate, row, cx))}) {`, () => next(index + 1))
      }
      next(0)
    }),
})

export const projected = (input: Stream, exprs: readonly Expr[], cx: ExpressionContext): Stream => ({
  batches: input.batches,
  emit: (w, consume) =>
    input.emit(w, (row) => {
      // Columns stay where they are; all else is evaluated here, whether or not it is read.
      consume(
        exprs.map((expr) => {
          if (expr.expr === 'column') return row[expr.index]!
          const val = emitExpr(w, expr, row, cx)
          return () => val
        }),
      )
    }),
})

export const limited = (input: Stream, limit: number | null, offset: number): Stream => ({
  batches: input.batches,
  emit: (w, consume) =>
    input.emit(w, (row) => {
      const state = w.capture({ skip: offset, left: limit ?? Number.POSITIVE_INFINITY })
      w.block(`if (${state}.left <= 0) stop = true; else if (${state}.skip > 0) ${state}.skip--; else {`, () => {
        w.line(`if (--${state}.left <= 0) stop = true`)
        consume(row)
      })
    }),
})
