/** Which frames only grow, and how rows of a partition are taken together where they do not. */
import type { Frame, FrameBound, WindowCall } from '../plan/nodes.ts'

/** Where none is given: from the partition's first row to the last peer. */
export const DEFAULT_FRAME: Frame = { unit: 'range', start: { bound: 'unbounded_preceding' }, end: { bound: 'current_row' } }

/** Rows of a block, of which a larger block holds so many. */
export const FAN = 16

/** What a frame that begins with its partition ends with, where one state that goes over the rows once has all results. */
export type Growth = 'row' | 'peers' | 'partition'
export const growthOf = ({ unit, start, end, exclude }: Frame = DEFAULT_FRAME): Growth | undefined => {
  if (exclude || start.bound !== 'unbounded_preceding') return undefined
  if (end.bound === 'unbounded_following') return 'partition'
  if (end.bound !== 'current_row') return undefined
  return unit === 'rows' ? 'row' : 'peers'
}
export const isGrowing = (frame: Frame | undefined): boolean => growthOf(frame) !== undefined

export const offsetOf = (bound: FrameBound) => ('at' in bound ? bound.at : undefined)
export const frameOf = (call: WindowCall): Frame => call.frame ?? DEFAULT_FRAME
/** What a frame raises whose `at` lies on the wrong side. */
export const invalidBound = (unit: Frame['unit'], bound: FrameBound['bound']): string => `invalid ${unit.toUpperCase()} ${bound.toUpperCase()} value`
