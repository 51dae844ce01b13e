/** The pipelines between a window's sorter and its results: over the sorted rows, they write the states of aggregates into them. */
import { i32, TRUE } from '../ir/build.ts'
import type { Ir, IrType } from '../ir/nodes.ts'
import { type Builder, LEFT_STATE, RIGHT_STATE } from '../ir/program.ts'
import type { StageContext } from './stage.ts'
import type { Framed, Framer } from './window-calls.ts'
import type { Place } from './window-lower.ts'

export const placeOf = (row: string, fields: number): Place => {
  const at = (index: number): Ir => ({ ir: 'field', type: 'i32', row, index: fields + index })
  return { row: at(-2), group: at(-1), partition: [at(0), at(1)], peers: [at(2), at(3)] }
}

/** The pipeline that writes the states of aggregates over the same frames into the sorted rows. */
export const produceFramer = (growth: Framed['growth'], { row, state, first }: Framer, sink: number, tuple: readonly IrType[], cx: StageContext): void => {
  const { row: position, partition, peers } = placeOf(row, tuple.length)
  const next: Ir = { ir: 'binary', type: 'i32', op: '+', left: position, right: i32(1) }
  const keys = { row: [position, partition[0], position, next], peers: [position, partition[0], ...peers], partition: [position, partition[0], ...partition], blocks: [position, position, position, next] }
  const count = state.reduce((n, l) => n + l.state.length, 0)
  let at = 0
  const combine = state.flatMap((l) => {
    const fields = (name: string) => l.state.map((s, i): Ir => ({ ir: 'field', type: s.type, row: name, index: at + i }))
    const made = l.combine(fields(LEFT_STATE), fields(RIGHT_STATE))
    at += l.state.length
    return made
  })
  const builder: Builder = { builder: 'framer', sink, tuple, first, ...(growth === 'blocks' ? { nodes: first + count } : {}), state: state.flatMap((l) => l.state), combine }
  cx.pipelines.push({ operators: ['rows in order', growth === 'blocks' ? 'blocks of rows' : 'running states'], source: { source: 'tuples', sink }, row, builder, body: { body: 'merge', key: keys[growth], values: state.flatMap((l) => l.update([], [], TRUE)) } })
}
