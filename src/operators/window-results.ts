/** What a call of a window gives for a row: from the states beside it, or from other rows of the sorted ones. */
import { none } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { restored } from './carried.ts'
import { planType } from './lower-expression.ts'
import { isRefusal } from './registry.ts'
import type { Column, StageContext } from './stage.ts'
import { type Bounds, boundsOf } from './window-bounds.ts'
import { type Call, type Framed, type Framer, isNumbered } from './window-calls.ts'
import { overOnce } from './window-distinct-frames.ts'
import { frameOf } from './window-frames.ts'
import { EMPTY } from './window-kept.ts'
import type { Piece, Place } from './window-lower.ts'
import { elementAt, folded, valueAt } from './window-rows.ts'
import { windowFunction, type WindowSite } from './windows.ts'

interface Sorted {
  readonly row: string
  readonly sink: number
  readonly place: Place
  readonly framers: ReadonlyMap<Framed['growth'], Framer>
  readonly bound: bigint
  readonly named: (ir: Ir) => Ir
}

export const resultOf = ({ call, args, bounds, framed, once }: Call, sorted: Sorted, cx: StageContext): Column => {
  const { row, sink, place, framers, bound, named } = sorted
  let frame: readonly Piece[] | undefined
  const pieces = (): readonly Piece[] => (frame ??= boundsOf(bounds, frameOf(call), { row, sink, place, named } satisfies Bounds, cx))
  const states = (f: Framed, given?: readonly Piece[]): Column => {
    const { first, state } = framers.get(f.growth) as Framer
    const count = state.reduce((n, l) => n + l.state.length, 0)
    if (f.growth !== 'blocks') return f.lowering.finish(f.lowering.state.map((s, i): Ir => ({ ir: 'field', type: s.type, row, index: first + f.at + i })))
    return folded(f.lowering, first + f.at, first + count + f.at, given ?? pieces(), place, sink, bound)
  }
  const nothing = () => cx.lower({ expr: 'literal', value: null, type: call.type }, EMPTY)
  const def = windowFunction(call.fn)
  if (once) {
    const lowered = overOnce(once.def, call, args, once.previous, pieces(), sorted, cx)
    if (!isRefusal(lowered)) return lowered
    cx.refuse(lowered)
  }
  if (!def) return framed ? states(framed) : nothing()
  const site: WindowSite = { type: planType(call.type), argTypes: args.map((a) => a.column.type), flags: {}, ignoreNulls: call.ignoreNulls === true }
  const first = args[0]
  const result = def.lower?.(site, {
    ...cx,
    place,
    bound,
    frame: pieces,
    arg: (index) => (args[index] as (typeof args)[number]).read(row),
    at: (position, isValid, otherwise) => valueAt((first as (typeof args)[number]), row, sink, position, isValid, otherwise, cx),
    numbered: isNumbered(call),
    counted: (position) => elementAt(sink, 'i64', position, (framers.get('row') as Framer).first + (framed as Framed).at),
    named,
    known: (_, given) => {
      if (!framed) return nothing()
      const column = (first as (typeof args)[number]).column
      const { ir } = states(framed, given)
      if (column.codes?.dictionary.size === 0) return { type: column.type, ir: none('str') }
      return restored(column, ir, cx)
    },
  })
  if (result && !isRefusal(result)) return result
  cx.refuse(result ?? { code: 'FUNCTION', node: call.fn, reason: `the function ${call.fn} has no native form` })
  return nothing()
}
