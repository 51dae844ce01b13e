/**
 * What conditions let pass, found by asking them of some rows: the same generated code that the interpreter runs, over the rows of a
 * sample. A condition is asked only of rows that pass those before it, and a row for which one raises counts as passing it and
 * all behind it.
 */
import type { Relation } from '../layout/relation.ts'
import { conjuncts } from '../operators/references.ts'
import { EvalError } from '../operators/registry.ts'
import type { Expr, PlanNode } from '../plan/nodes.ts'
import { type ExpressionContext, emitExpr, truth } from './expression.ts'
import { projected } from './row-operators.ts'
import { relationStream, type Stream } from './stream.ts'
import { Writer } from './writer.ts'

/** One condition, in the order in which they are asked. */
export interface Asked {
  readonly condition: Expr
  readonly tested: number
  readonly passed: number
}

/** More rows than this that raise are no sample of anything: then nothing is found. */
const MOST_RAISED = 16

const CONTEXT: ExpressionContext = {
  node: 'sample',
  udf: (name) => {
    throw new Error(`${name} is asked of a sample`)
  },
}

/** `node`: filters and projections above a scan or input, whose rows the relation has. None of them may have user-defined functions. */
export const askedOf = (node: PlanNode, sample: Relation, buffer: ArrayBufferLike): readonly Asked[] => {
  const conditions: Expr[] = []
  const counts: number[] = []
  // How many conditions the row in hand has been asked.
  const state = { at: 0 }
  const counted = (input: Stream, predicates: readonly Expr[]): Stream => {
    const parts = predicates.flatMap(conjuncts)
    const first = conditions.push(...parts) - parts.length
    return {
      batches: input.batches,
      emit: (w, consume) =>
        input.emit(w, (row) => {
          const next = (index: number): void => {
            const predicate = parts[index]
            if (predicate === undefined) return consume(row)
            w.line(`${w.capture(state)}.at = ${first + index}; ${w.capture(counts)}[${first + index}]++`)
            w.block(`if (${truth(emitExpr(w, predicate, row, CONTEXT))}) {`, () => next(index + 1))
          }
          next(0)
        }),
    }
  }
  const open = (of: PlanNode): Stream => {
    switch (of.op) {
      case 'filter':
        return counted(open(of.input), [of.predicate])
      case 'project':
        return projected(open(of.input), of.exprs, CONTEXT)
      case 'scan':
        return counted(relationStream(sample, buffer), of.filters ?? [])
      default:
        return relationStream(sample, buffer)
    }
  }
  const stream = open(node)
  counts.push(...conditions.map(() => 0), 0)
  const w = new Writer()
  stream.emit(w, () => w.line(`${w.capture(counts)}[${conditions.length}]++`))
  const loop = w.build()
  let raised = 0
  for (const batch of stream.batches) {
    const bindings = w.bindings.map((key) => batch.bind(key))
    for (let i = 0; i < batch.rows; i++) {
      try {
        loop.run(bindings, i, i + 1)
      } catch (error) {
        if (!(error instanceof EvalError)) throw error
        if (++raised > MOST_RAISED) return []
        for (let k = state.at + 1; k < counts.length; k++) counts[k] = (counts[k] as number) + 1
      }
    }
  }
  return conditions.map((condition, i) => ({ condition, tested: counts[i] as number, passed: counts[i + 1] as number }))
}
