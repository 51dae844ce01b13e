/**
 * Small arrays of states by dense keys that hold a count of their rows: it tells which positions have a group, so that a merge
 * need not note it anywhere else. Every merge into the sink adds one to it, whichever pipeline and form it comes from.
 */
import type { Ir } from '../ir/nodes.ts'
import { type Body, type Builder, extentOf, nextOf, type Pipeline, type Program, STATE_ROW } from '../ir/program.ts'

type Dict = Extract<Builder, { builder: 'dictmerger' }>
type Merge = Extract<Body, { body: 'merge' }>

/** All positions are looked at once more at the end. */
const MOST_POSITIONS = 16384

export const markCounted = (program: Program): Program => {
  const counted = new Map<number, number>()
  program.pipelines.forEach((p, sink) => {
    if (p.into !== undefined || p.builder.builder !== 'dictmerger' || !p.builder.dense || extentOf(p.builder.dense) > MOST_POSITIONS) return
    const field = countOf(p.builder, program.pipelines.filter((other, i) => (other.into ?? i) === sink).flatMap(mergesOfForms))
    if (field !== undefined) counted.set(sink, field)
  })
  if (counted.size === 0) return program
  return {
    ...program,
    pipelines: program.pipelines.map((p, i): Pipeline => {
      const field = counted.get(p.into ?? i)
      return field === undefined ? p : { ...p, builder: { ...(p.builder as Dict), counted: field } }
    }),
  }
}

const mergesOfForms = (p: Pipeline): readonly Merge[] => [...mergesOf(p.body), ...(p.nullFree ? mergesOf(p.nullFree.body) : [])]
const mergesOf = (body: Body): readonly Merge[] => (body.body === 'merge' ? [body] : nextOf(body).flatMap(mergesOf))

const countOf = ({ state }: Dict, merges: readonly Merge[]): number | undefined => {
  const found = state.findIndex(({ type, init }, i) => type === 'i64' && isNumber(init, 0n) && merges.every(({ values }) => addsOne(values[i] as Ir, i)))
  return found < 0 ? undefined : found
}

const isNumber = (e: Ir, n: bigint): boolean => e.ir === 'literal' && e.type === 'i64' && e.value === n
const addsOne = (e: Ir, index: number): boolean => {
  if (e.ir !== 'binary' || e.op !== '+') return false
  const isOld = (x: Ir) => x.ir === 'field' && x.row === STATE_ROW && x.index === index
  return (isOld(e.left) && isNumber(e.right, 1n)) || (isOld(e.right) && isNumber(e.left, 1n))
}
