/** Filters in lanes: the numbers of the rows that pass, eight rows a step, without a branch. */
import type { Body } from '../../ir/program.ts'
import { CTX_LOCAL, type Scope } from '../scope.ts'
import { type Lanes, make, pushBits } from './lanes.ts'
import type { LanePlaces } from './scope.ts'
import { emitLeading, emitStep, emitSteps, type LaneSource, leaveOnFault, openLanes } from './step.ts'
import { filtersOf } from './shape.ts'

export interface SelectionLocals {
  readonly row: number
  readonly end: number
  /** Where the next row number goes. */
  readonly at: number
}

/** What the loops over chunks need: constants and the table, loaded before them. */
export const openSelection = (scope: Scope, columns: LanePlaces, row: number, body: Body, filters: number): ((locals: SelectionLocals, scalar: () => void) => void) => {
  const { f } = scope
  const leading = filtersOf(body, filters)
  const source = openLanes(scope, columns, row, leading.expressions)
  const table = f.local('i32')
  f.get(CTX_LOCAL).call(scope.callees.runtime('mask_positions')).set(table)
  return (locals, scalar) =>
    emitSteps(f, {
      row,
      end: locals.end,
      ready: leading.nullable(columns) ? () => f.get(row).i32(7).op('i32.and').op('i32.eqz') : undefined,
      steps: source.steps,
      step: (ahead, leave) =>
        emitStep(source, ahead, (cx) =>
          emitLeading(cx, body, filters, false, (mask) => {
            leaveOnFault(cx, leave)
            emitCompaction(source, ahead, mask as Lanes, table, locals.at)
          }),
        ),
      scalar,
    })
}

/** Stores eight row numbers, those of the mask first, and moves on by as many as these are. */
const emitCompaction = ({ scope, row }: LaneSource, ahead: number, mask: Lanes, table: number, at: number): void => {
  const { f } = scope
  const bits = f.local('i32')
  const positions = f.local('v128')
  const first = f.local('v128')
  pushBits(f, mask)
  f.tee(bits).i32(3).op('i32.shl').get(table).op('i32.add').memory('v128.load8x8_u').set(positions)
  f.get(row).i32(ahead).op('i32.add').op('i32x4.splat').set(first)
  const rows = make(f, 'i32', (k) => f.get(positions).op(k ? 'i32x4.extend_high_i16x8_u' : 'i32x4.extend_low_i16x8_u').get(first).op('i32x4.add'))
  rows.v.forEach((local, k) => f.get(at).get(local).memory('v128.store', k * 16))
  f.get(at).get(bits).op('i32.popcnt').i32(2).op('i32.shl').op('i32.add').set(at)
  for (const local of [positions, first, ...rows.v]) f.free('v128', local)
  f.free('i32', bits)
}
