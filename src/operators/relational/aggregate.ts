/**
 * aggregate: grouped (dictmerger) or not (merger). Two pipelines: the rows into states, and the states to result rows.
 * Where the keys' ranges are small, by statistics or dictionaries, or not large beside the rows, states are an array by position.
 */
import { literal, none } from '../../ir/build.ts'
import { type Ir, type IrType, scalarOf } from '../../ir/nodes.ts'
import { type Body, type Builder, type Pipeline, sinkOf } from '../../ir/program.ts'
import { type Calls, type Directory, directoryOf, lowerCalls } from '../aggregate-calls.ts'
import { carried, restored } from '../carried.ts'
import { deduplicated, isDistinct } from '../distinct-calls.ts'
import { groupKey } from '../group-key.ts'
import { columnsOf } from '../references.ts'
import type { Column, Consume, NodeOf, OperatorDef, StageContext } from '../stage.ts'
import { produceSets } from './grouping-sets.ts'

type Aggregate = NodeOf<'aggregate'>

export const aggregate: OperatorDef<Aggregate> = {
  produce: (node, needed, consume, cx) => {
    const wanted = node.aggregates.filter((_, i) => needed.has(node.groups.length + i))
    if (wanted.some(isDistinct)) produceDistinct(node, needed, consume, cx)
    else if (node.sets) produceSets(node, node.sets, needed, consume, cx)
    else produceGroups(node, [], needed, consume, cx)
  },
}

const produceDistinct = (node: Aggregate, needed: ReadonlySet<number>, consume: Consume, cx: StageContext): void => {
  // Distinct values come in no order.
  for (const { fn } of node.aggregates.filter((call) => call.fn === 'last' && isDistinct(call))) cx.refuse({ code: 'FUNCTION', node: fn, reason: `${fn}(DISTINCT …) has no native form` })
  const { outer, results } = deduplicated(node)
  const n = node.groups.length
  // Sets without groups have a row, whatever there is.
  const ensured = node.sets?.flatMap((set, number) => (set.length === 0 ? [number] : [])) ?? []
  const read = columnsOf(results.filter((_, i) => needed.has(n + i)), new Set(outer.groups.keys()))
  produceGroups(outer, ensured, read, (row) => consume({ columns: [...row.columns.slice(0, n), ...results.map((e) => cx.lower(e, row)), ...row.columns.slice(n, outer.groups.length)], bound: row.bound }), cx)
}

/** `ensured`: values of the last group, an int32, for which there is a group with NULL for all others, whatever the rows. */
const produceGroups = (node: Aggregate, ensured: readonly number[], needed: ReadonlySet<number>, consume: Consume, cx: StageContext): void => {
  const grouped = node.groups.length > 0
  const wanted = (i: number) => needed.has(node.groups.length + i)
  const read = columnsOf([...node.groups, ...node.aggregates.filter((_, i) => wanted(i)).flatMap((call) => [...call.args, call.filter])])
  let groups: readonly Column[] = []
  let calls: Calls | undefined
  let directory: Directory = { dense: undefined, bound: 1n }
  cx.produce(node.input, read, (row) => {
    groups = node.groups.map((g) => groupKey(cx.lower(g, row)))
    calls = lowerCalls(node.aggregates, wanted, row, { everySeen: grouped && ensured.length === 0, grouped }, cx)
    const keys = groups.map(carried)
    const { state, combine, updates } = calls
    if (grouped) directory = directoryOf(groups, state, row.bound, node.input, cx)
    const { bound: _, ...found } = directory
    return {
      body: { body: 'merge', key: keys, values: updates },
      builder: grouped ? { builder: 'dictmerger', key: keys.map((k) => k.type), state, combine, ...found } : { builder: 'merger', state, combine },
      operators: [grouped ? 'aggregate' : 'aggregate (one row)'],
    }
  })
  // A join below records its build pipelines first; this one is the last.
  const sink = sinkOf(cx.pipelines, cx.pipelines.length - 1)
  ensure(ensured, sink, (calls as Calls).unchanged, cx)
  const row = cx.rowName()
  const field = (type: IrType, index: number): Ir => ({ ir: 'field', type, row, index })
  const keys = groups.map((g, i) => restored(g, field(carried(g).type, i), cx))
  const rest = consume({ columns: [...keys, ...(calls as Calls).results(field, groups.length)], bound: directory.bound + BigInt(ensured.length) })
  cx.pipelines.push({ operators: ['groups', ...rest.operators], source: { source: 'tuples', sink }, row, builder: rest.builder, body: rest.body })
}

const ensure = (values: readonly number[], sink: number, unchanged: readonly Ir[], cx: StageContext): void => {
  if (values.length === 0) return
  const { builder } = cx.pipelines[sink] as Pipeline
  const others = (builder as Extract<Builder, { builder: 'dictmerger' }>).key.slice(0, -1).map((type) => none(scalarOf(type)))
  const branches = values.map((value): Body => ({ body: 'merge', key: [...others, literal('i32', value)], values: unchanged }))
  const body: Body = branches.length === 1 ? (branches[0] as Body) : { body: 'fork', branches }
  cx.pipelines.push({ operators: ['empty grouping set'], source: { source: 'range', count: literal('i32', 1) }, row: cx.rowName(), builder, body, into: sink })
}
