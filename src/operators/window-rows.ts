/** Other rows of a window: values at positions, and states of blocks of rows put together. */
import { binary, both, fresh, i32, ifElse, none, select, share, some } from '../ir/build.ts'
import { type Ir, scalarOf } from '../ir/nodes.ts'
import type { AggregateLowering } from './aggregate-states.ts'
import { carried, restored } from './carried.ts'
import { unify } from './lowering.ts'
import type { Lowered } from './registry.ts'
import type { Column, StageContext } from './stage.ts'
import { FAN } from './window-frames.ts'
import type { Piece, Place } from './window-lower.ts'

/** A field of the sorted row at a position. */
export const elementAt = (sink: number, type: Ir['type'], index: Ir, field: number): Ir => ({ ir: 'element', type, vec: { vec: 'tuples', sink }, index, field })

/** A kept expression at a position, where that is valid; else `otherwise`, or NULL. */
export const valueAt = ({ column, field, read }: { readonly column: Column; readonly field: number; readonly read: (row: string) => Column }, row: string, sink: number, position: Ir, isValid: Ir, otherwise: Lowered | undefined, cx: StageContext): Column => {
  const scalar = scalarOf(carried(column).type)
  const there = (ir: Ir, other: Ir): Ir => ifElse(isValid, ir, other)
  if (column.codes?.dictionary.size === 0) return { type: column.type, ir: otherwise ? otherwise.ir : none('str') }
  // A constant is the same in every row.
  const found = field < 0 ? carried(read(row)) : elementAt(sink, carried(column).type, position, field)
  if (!otherwise) return restored(column, there(some(found), none(scalar)), cx)
  const own = restored(column, found, cx)
  const { irs, range } = unify([{ ...own, type: column.type }, { ...otherwise, type: column.type }])
  return { type: column.type, ir: there(irs[0] as Ir, irs[1] as Ir), range }
}

/** The position, or the next one that lies in a piece. */
export const entering = (pieces: readonly Piece[]) => (p: Ir): Ir =>
  pieces.slice(0, -1).reduceRight((rest: Ir, [from, to]) => select(binary('<', p, to), binary('max', p, from), rest), binary('max', p, (pieces.at(-1) as Piece)[0]))

/** Positions that a level's blocks have, up to which there can be such. */
const levelsOf = (bound: bigint): number => {
  let levels = 0
  while (levels < 6 && BigInt(FAN) ** BigInt(levels + 1) <= bound) levels++
  return levels
}

/**
 * The result of an aggregate over pieces of the sorted rows: states of blocks, the largest that begin at each position (counted
 * from the partition's first) and end within the piece, combined in order. `leaf`, `node`: fields of rows' and of blocks' states.
 */
export const folded = (lowering: AggregateLowering, leaf: number, node: number, pieces: readonly Piece[], place: Place, sink: number, bound: bigint): Lowered => {
  const at = fresh('p')
  const position: Ir = { ir: 'ident', type: 'i32', name: at }
  const names = lowering.state.map(() => fresh('a'))
  const state = lowering.state.map((s, i): Ir => ({ ir: 'ident', type: s.type, name: names[i] as string }))
  const last = pieces.at(-1) as Piece
  const entered = entering(pieces)
  const end = pieces.slice(0, -1).reduceRight((rest: Ir, [, to]) => select(binary('<', position, to), to, rest), last[1])
  const offset = binary('-', position, place.partition[0])
  let level: Ir = i32(0)
  for (let l = 1; l <= levelsOf(bound); l++) {
    const size = FAN ** l
    level = select(both(binary('==', binary('&', offset, i32(size - 1)), i32(0)), binary('<=', i32(size), binary('-', end, position))), i32(l), level)
  }
  const within = (body: (level: Ir) => Ir): Ir => share(level, body)
  const field = (l: Ir, i: number): Ir => {
    const { type } = lowering.state[i] as { type: Ir['type'] }
    const index = binary('+', position, l)
    return ifElse(binary('==', l, i32(0)), elementAt(sink, type, position, leaf + i), elementAt(sink, type, index, node + i))
  }
  const update = [
    within((l) => entered(binary('+', position, binary('<<', i32(1), binary('*', l, i32(Math.log2(FAN))))))),
    ...lowering.state.map((_, i) => within((l) => lowering.combine(state, lowering.state.map((__, k) => field(l, k)))[i] as Ir)),
  ]
  const first = pieces[0] as Piece
  const finished = lowering.finish(state)
  return {
    ...finished,
    ir: {
      ir: 'loop', type: finished.ir.type, index: fresh('i'), count: i32(-1),
      state: [{ name: at, init: entered(first[0]) }, ...lowering.state.map((s, i) => ({ name: names[i] as string, init: s.init }))],
      while: binary('<', position, last[1]), update, result: finished.ir,
    },
  }
}
