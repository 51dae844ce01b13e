/**
 * Loops in steps of eight rows. What is left over, before the first multiple of eight where that matters and behind the last
 * step, goes row by row through scalar code; so does a step in which a lane would raise, or lead it to: then the scalar code
 * raises at the right row, or does not.
 *
 *   while row < end:  lanes while a whole step is left;  then one row scalar, if one is left
 */
import type { Ir } from '../../ir/nodes.ts'
import type { Body } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { childrenOf } from '../../ir/walk.ts'
import type { Scope } from '../scope.ts'
import { narrowConstants } from './arithmetic.ts'
import { emitLanes, emitPlain } from './expressions.ts'
import { andMask, type Lanes, pushAny, release, releaseValue, ROWS, shared } from './lanes.ts'
import { type RowWords, rowWords } from './load-rows.ts'
import { type LanePlaces, type LaneScope, spreadBits, spreadConstants, under } from './scope.ts'

export interface StepLoop {
  /** Locals: the next row, the end. */
  readonly row: number
  readonly end: number
  /** At the start of each round. */
  readonly start?: (() => void) | undefined
  /** Pushes whether lanes can be used at this row; absent: always. */
  readonly ready?: (() => void) | undefined
  /** Sets a local to where this run of steps ends at the latest; absent: the end. */
  readonly limit?: ((limit: number) => void) | undefined
  /** Before a run of steps, and after one that may have been none. */
  readonly begin?: (() => void) | undefined
  readonly after?: (() => void) | undefined
  /** Steps of a round. */
  readonly steps: number
  /** One step, `ahead` rows behind the round's first; `leave` pops a condition and gives the step to the scalar code. */
  readonly step: (ahead: number, leave: () => void) => void
  readonly scalar: () => void
}

export const emitSteps = (f: FunctionBuilder, loop: StepLoop): void => {
  const { row, end } = loop
  const rows = ROWS * loop.steps
  const stop = f.local('i32')
  // Whether lanes went as far as they could.
  const full = f.local('i32')
  const done = f.block()
  const rounds = f.loop()
  f.i32(0).set(full)
  loop.start?.()
  const lanes = f.block()
  if (loop.ready) {
    loop.ready()
    f.op('i32.eqz').brIf(lanes)
  }
  // Fewer rows than a step: also where row has come to the end.
  f.get(end).get(row).op('i32.sub').i32(rows).op('i32.lt_u').brIf(lanes)
  loop.begin?.()
  f.get(end).set(stop)
  loop.limit?.(stop)
  f.get(stop).get(row).op('i32.sub').i32(-rows).op('i32.and').get(row).op('i32.add').set(stop)
  f.get(row).get(stop).op('i32.ge_u').brIf(lanes)
  const top = f.loop()
  for (let ahead = 0; ahead < rows; ahead += ROWS) {
    loop.step(ahead, () => {
      if (ahead === 0) return f.brIf(lanes)
      f.if()
      f.get(row).i32(ahead).op('i32.add').set(row).br(lanes)
      return f.end()
    })
  }
  f.get(row).i32(rows).op('i32.add').tee(row).get(stop).op('i32.lt_u').brIf(top)
  f.end()
  f.i32(1).set(full)
  f.end()
  loop.after?.()
  f.get(row).get(end).op('i32.ge_u').brIf(done)
  f.get(full).brIf(rounds)
  loop.scalar()
  f.get(row).i32(1).op('i32.add').set(row)
  f.br(rounds).end().end()
  f.free('i32', stop)
  f.free('i32', full)
}

export interface LaneSource {
  readonly scope: Scope
  readonly columns: LanePlaces
  readonly row: number
  readonly constants: LaneScope['constants']
  readonly narrowed: LaneScope['narrowed']
  readonly bits: number
  readonly rowWords: RowWords
  /** Steps of a round: short ones are not worth a loop's overhead each. */
  readonly steps: number
}

/** Nodes up to which a round is two steps. */
const SHORT = 12
const sizeOf = (e: Ir): number => childrenOf(e).reduce((n, child) => n + sizeOf(child), 1)

export const openLanes = (scope: Scope, columns: LanePlaces, row: number, expressions: readonly Ir[]): LaneSource => {
  const nullable = 'places' in columns && [...columns.places.keys()].some((c) => columns.columns[c]?.nullable)
  // Rows of different lengths are found one by one.
  const steps = ('places' in columns || columns.stride > 0) && expressions.reduce((n, e) => n + sizeOf(e), 0) <= SHORT ? 2 : 1
  const constants = spreadConstants(scope, expressions)
  const narrowed = narrowConstants(scope.f, columns, constants, expressions)
  return { scope, columns, row, constants, narrowed, bits: nullable ? spreadBits(scope.f) : -1, steps, rowWords: 'places' in columns ? new Map() : rowWords(columns, expressions) }
}

/** Runs `body` with the lanes of one step, whose locals go back after it. */
export const emitStep = (source: LaneSource, ahead: number, body: (cx: LaneScope) => void): void => {
  const { f } = source.scope
  const cx: LaneScope = { ...source, f, ahead, names: new Map(), read: new Map(), words: new Map(), held: [], addresses: undefined, control: undefined, fault: undefined }
  body(cx)
  for (const value of cx.held) releaseValue(f, value)
  for (const local of cx.addresses ?? []) f.free('i32', local)
}

/** The first `filters` ifs of a body, with the lets before them; with `whole` all lets and ifs. `rest` gets the rows that pass (undefined: all). */
export const emitLeading = (cx: LaneScope, body: Body, filters: number, whole: boolean, rest: (mask: Lanes | undefined, next: Body) => void): void => {
  const { f } = cx
  let mask: Lanes | undefined
  let left = filters
  let at = body
  while (at.body === 'let' ? whole || left > 0 : at.body === 'if' && (whole || left > 0)) {
    if (at.body === 'let') {
      const { name, value } = at
      const made = within(cx, mask, () => emitLanes(cx, value))
      cx.names.set(name, shared(made))
      cx.held.push(made)
      at = at.next
    } else if (at.body === 'if') {
      const { cond } = at
      const passed = within(cx, mask, () => emitPlain(cx, cond))
      mask = andMask(f, mask, passed)
      left--
      at = at.next
    }
  }
  within(cx, mask, () => rest(mask && { ...mask, owned: false }, at))
  release(f, mask)
}

const within = <T>(cx: LaneScope, mask: Lanes | undefined, body: () => T): T => (mask ? under(cx, mask, body) : body())

/** Gives the step to scalar code where a row would raise. */
export const leaveOnFault = (cx: LaneScope, leave: () => void): void => {
  if (!cx.fault) return
  pushAny(cx.f, cx.fault)
  cx.fault = undefined
  leave()
}
