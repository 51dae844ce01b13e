/**
 * Joins. The left rows stream by the kept right side; kinds that must know which right rows were met keep their output and
 * add to it at the end.
 */
import { ExecutionError } from '../errors.ts'
import { BOOL } from '../layout/types.ts'
import type { PlanNode } from '../plan/nodes.ts'
import { type ExpressionContext, emitExpr, truth } from './expression.ts'
import type { Build, Chain } from './join-build.ts'
import { shapeIn, type Val, zeroOf } from './shape.ts'
import { appendRow, emitPut, emitRoom, Store, type StoreColumn } from './store.ts'
import { type Row, type Stream, storeStream } from './stream.ts'
import type { Writer } from './writer.ts'

type JoinNode = Extract<PlanNode, { op: 'join' }>
/** Runs a stream to its end into `sink`. */
type Drain = (stream: Stream, sink: (w: Writer, row: Row) => void) => Promise<void>

/** Code that runs `body` for each right row `r` that matches. */
const matches = (w: Writer, node: JoinNode, build: Build, left: Row, cx: ExpressionContext, body: (row: string) => void): Chain => {
  const chain = build.emitChain(w, node.keys, left, cx)
  const r = w.fresh('r')
  w.block(`for (let ${r} = ${chain.first}; ${r} >= 0; ${r} = ${chain.after(r)}) {`, () =>
    w.block(`if (${chain.same(w, r)}) {`, () => {
      if (node.residual === undefined) body(r)
      else w.block(`if (${truth(emitExpr(w, node.residual, [...left, ...build.row(r)], cx))}) {`, () => body(r))
    }),
  )
  return chain
}

/** left and single: an unmatched left row goes on once, with r = −1. One loop, so that what consumes is written once. */
const outer = (w: Writer, node: JoinNode, build: Build, left: Row, cx: ExpressionContext, consume: (right: Row, r: string) => void): void => {
  const chain = build.emitChain(w, node.keys, left, cx)
  const r = w.fresh('r')
  const met = w.fresh()
  w.line(`let ${met} = false`)
  w.block(`for (let ${r} = ${chain.first}; ; ${r} = ${chain.after(r)}) {`, () => {
    w.block(
      `if (${r} >= 0) {`,
      () => {
        w.line(`if (!(${chain.same(w, r)})) continue`)
        if (node.residual !== undefined) w.line(`if (!(${truth(emitExpr(w, node.residual, [...left, ...build.row(r)], cx))})) continue`)
        if (node.kind === 'single') w.line(`if (${met}) ${w.capture(moreThanOne)}()`)
      },
      `} else if (${met}) break`,
    )
    w.line(`${met} = true`)
    consume(build.outerRow(r), r)
    w.line(`if (${r} < 0) break`)
  })
}

const moreThanOne = (): never => {
  throw new ExecutionError('RAISED', 'more than one row for a subquery that stands for a single value', { node: 'join' })
}

/** semi and anti in one flag: whether any right row matches. */
const exists = (w: Writer, node: JoinNode, build: Build, left: Row, cx: ExpressionContext): { met: string; chain: Chain } => {
  const met = w.fresh()
  w.line(`let ${met} = false`)
  const chain = matches(w, node, build, left, cx, () => w.line(`${met} = true; break`))
  return { met, chain }
}

/** TRUE where a right row matches, else NULL where one might if NULLs were known, else FALSE. */
const mark = (w: Writer, node: JoinNode, build: Build, left: Row, cx: ExpressionContext): Val => {
  const { met, chain } = exists(w, node, build, left, cx)
  const unknown = w.fresh()
  w.line(`let ${unknown} = false`)
  const test = (r: string): void => {
    w.block(`if (${chain.sameOrNull(w, r)}) {`, () => {
      if (node.residual === undefined) return w.line(`${unknown} = true; break`)
      const val = emitExpr(w, node.residual, [...left, ...build.row(r)], cx)
      w.line(`if (${val.nul === '' ? '' : `${val.nul} || `}${val.code}) { ${unknown} = true; break }`)
    })
  }
  // Without a NULL on the left and in the residual only right rows with one can be unknown.
  const k = w.fresh('k')
  const all = node.residual === undefined ? chain.leftNull : 'true'
  const r = w.fresh('r')
  const withNull = w.capture(build.withNull)
  w.block(`if (!${met}) {`, () => {
    const whole = w.name(all)
    w.line(`const ${k}n = ${whole} ? ${w.capture(build.store)}.rows : ${withNull}.length`)
    w.block(`for (let ${k} = 0; ${k} < ${k}n; ${k}++) {`, () => {
      w.line(`const ${r} = ${whole} ? ${k} : ${withNull}[${k}]`)
      test(r)
    })
  })
  return { type: BOOL, rep: 'boolean', code: met, nul: unknown }
}

/** The join as code over its left stream, for kinds whose rows come from left rows alone. */
const probing = (left: Stream, node: JoinNode, build: Build, cx: ExpressionContext, met?: Uint8Array): Stream => ({
  batches: left.batches,
  emit: (w, consume) =>
    left.emit(w, (row) => {
      const note = (r: string): void => {
        if (met !== undefined) w.line(`if (${r} >= 0) ${w.capture(met)}[${r}] = 1`)
      }
      switch (node.kind) {
        case 'left':
        case 'full':
        case 'single':
          return outer(w, node, build, row, cx, (right, r) => {
            note(r)
            consume([...row, ...right])
          })
        case 'semi':
        case 'anti': {
          const flag = exists(w, node, build, row, cx).met
          return w.block(`if (${node.kind === 'semi' ? '' : '!'}${flag}) {`, () => consume(row))
        }
        case 'mark': {
          const val = mark(w, node, build, row, cx)
          return consume([...row, () => val])
        }
        default:
          matches(w, node, build, row, cx, (r) => {
            note(r)
            consume([...row, ...build.row(r)])
          })
      }
    }),
})

/** The output of a join over its left stream. */
export const joined = async (left: Stream, node: JoinNode, build: Build, cx: ExpressionContext, drain: Drain): Promise<Stream | Store> => {
  const { kind } = node
  if (kind !== 'right' && kind !== 'full' && kind !== 'right_semi' && kind !== 'right_anti') return probing(left, node, build, cx)
  const met = new Uint8Array(build.store.rows)
  if (kind === 'right_semi' || kind === 'right_anti') {
    await drain(probing(left, node, build, cx, met), () => {})
    return remaining(build, met, kind === 'right_semi' ? 1 : 0)
  }
  const out = new Store()
  let width = 0
  await drain(probing(left, node, build, cx, met), (w, row) => {
    width = row.length
    appendRow(
      w,
      out,
      row.map((get) => optional(get(w))),
    )
  })
  const rest = remaining(build, met, 0)
  const right = rest.columns.length
  await drain(storeStream(rest), (w, row) => {
    const at = w.name(`${w.capture(out)}.rows`)
    emitRoom(w, out, at)
    out.columns.forEach((column: StoreColumn, i) => {
      const val = i < width - right ? { ...shapeIn(column.shape), code: zeroOf(column.shape), nul: 'true' } : row[i - (width - right)]!(w)
      emitPut(w, out, column, at, val)
    })
    w.line(`${w.capture(out)}.rows = ${at} + 1`)
  })
  return out
}

const optional = (val: Val): Val => (val.nul === '' ? { ...val, nul: 'false' } : val)

/** Right rows that were met (1) or not (0). */
const remaining = (build: Build, met: Uint8Array, wanted: number): Store => {
  const order: number[] = []
  for (let row = 0; row < met.length; row++) if (met[row] === wanted) order.push(row)
  return build.kept(order)
}
