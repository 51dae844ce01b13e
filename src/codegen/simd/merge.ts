/** A merger in lanes: all filters and all fields' updates are reductions (ir/reductions.ts), and no row needs another one. */
import { reductionOf } from '../../ir/reductions.ts'
import type { Builder, Body } from '../../ir/program.ts'
import { type Scalar, scalarOf } from '../../ir/nodes.ts'
import { FROM, TO } from '../loops.ts'
import type { Scope } from '../scope.ts'
import { type ReductionPlan, planReduction, SMALL_ROWS } from './reduction-plan.ts'
import { openReducer, type Reducer } from './reduce.ts'
import type { LanePlaces } from './scope.ts'
import { mergeOf, wholeOf } from './shape.ts'
import { emitLeading, emitStep, emitSteps, leaveOnFault, openLanes } from './step.ts'

interface Field {
  readonly index: number
  readonly plan: ReductionPlan
  readonly reducer: Reducer
}

export const emitLaneMerge = (
  scope: Scope,
  columns: LanePlaces,
  row: number,
  body: Body,
  builder: Extract<Builder, { builder: 'merger' }>,
  state: readonly (readonly number[])[],
  scalar: () => void,
): void => {
  const { f } = scope
  const plans = mergeOf(body).values.flatMap((value, index): { index: number; plan: ReductionPlan }[] => {
    const reduction = reductionOf(value, index)
    if (!reduction) throw new Error(`field ${index} is no reduction`)
    return reduction === 'kept' ? [] : [{ index, plan: planReduction(typeOf(builder, index), reduction, columns.columns) }]
  })
  const part = wholeOf(body, plans.flatMap(({ plan }) => [...(plan.x ? [plan.x] : []), ...(plan.when ? [plan.when] : [])]))
  const source = openLanes(scope, columns, row, part.expressions)
  const fields = plans.map(({ index, plan }): Field => ({ index, plan, reducer: openReducer(scope, typeOf(builder, index), plan) }))
  const flushed = fields.filter((field) => field.reducer.flush)
  f.get(FROM).set(row)
  emitSteps(f, {
    row,
    end: TO,
    ready: part.nullable(columns) ? () => f.get(row).i32(7).op('i32.and').op('i32.eqz') : undefined,
    limit: flushed.length
      ? (stop) => {
          // stop = min(stop, row + 1024)
          f.get(stop).get(row).i32(SMALL_ROWS).op('i32.add').get(stop).get(row).op('i32.sub').i32(SMALL_ROWS).op('i32.lt_u').op('select').set(stop)
        }
      : undefined,
    after: flushed.length
      ? () => {
          for (const field of flushed) field.reducer.flush?.()
        }
      : undefined,
    steps: source.steps,
    step: (ahead, leave) =>
      emitStep(source, ahead, (cx) =>
        emitLeading(cx, body, Number.POSITIVE_INFINITY, true, (mask) => {
          const commits = fields.map((field) => field.reducer.step(cx, mask))
          leaveOnFault(cx, leave)
          for (const commit of commits) commit()
        }),
      ),
    scalar,
  })
  for (const field of fields) field.reducer.close(state[field.index] as readonly number[])
}

const typeOf = (builder: Extract<Builder, { builder: 'merger' }>, index: number): Scalar => scalarOf((builder.state[index] as { type: Scalar }).type)
