/**
 * Grouping sets. All sets share one dictionary, whose last key is the set's position: a row is merged once for each set, with NULL
 * for the groups that are not in it. Where states may be combined in any order, rows are first grouped by all groups together, and
 * the few states that gives are what is merged, so that a set costs nothing a row. A set without groups has its state also if
 * there are no rows: a last pipeline of one row makes it.
 */
import { fresh, literal, none, some } from '../../ir/build.ts'
import { type Ir, type IrType, scalarOf } from '../../ir/nodes.ts'
import { type Body, type Builder, sinkOf } from '../../ir/program.ts'
import { isFloating } from '../../layout/types.ts'
import { type Calls, directoryOf, lowerCalls } from '../aggregate-calls.ts'
import { carried, restored } from '../carried.ts'
import { groupKey } from '../group-key.ts'
import { planType } from '../lower-expression.ts'
import { columnsOf } from '../references.ts'
import type { Column, Consume, Consumed, NodeOf, StageContext } from '../stage.ts'

type Aggregate = NodeOf<'aggregate'>
type Sets = readonly (readonly number[])[]

export const produceSets = (node: Aggregate, sets: Sets, needed: ReadonlySet<number>, consume: Consume, cx: StageContext): void => {
  const wanted = (i: number) => needed.has(node.groups.length + i)
  const called = node.aggregates.filter((_, i) => wanted(i))
  const used = node.groups.map((_, i) => sets.some((set) => set.includes(i)))
  const read = columnsOf([...node.groups.filter((_, i) => used[i]), ...called.flatMap((call) => [...call.args, call.filter])])
  const always = node.groups.map((_, i) => sets.every((set) => set.includes(i)))
  const hasEmpty = sets.some((set) => set.length === 0)
  let groups: readonly Column[] = []
  let calls: Calls | undefined
  let builder: Builder | undefined
  let bound = 0n

  /** The key of a row of a set: `own` are the groups' values. */
  const keyOf = (set: readonly number[], number: number, own: readonly Ir[]): readonly Ir[] => [
    ...own.map((g, i) => (always[i] ? g : set.includes(i) ? some(g) : none(scalarOf(g.type)))),
    literal('i32', number),
  ]
  /** Merges into all sets, of groups that are read more than once. */
  const merges = (own: readonly Ir[], values: readonly Ir[]): Body => {
    const lets = own.map((g) => (g.ir === 'field' ? undefined : { name: fresh('g'), value: g }))
    const names = own.map((g, i): Ir => (lets[i] ? { ir: 'ident', type: g.type, name: lets[i].name } : g))
    const branches = sets.map((set, number): Body => ({ body: 'merge', key: keyOf(set, number, names), values }))
    const body: Body = branches.length === 1 ? (branches[0] as Body) : { body: 'fork', branches }
    return lets.reduceRight((next: Body, l) => (l ? { body: 'let', ...l, next } : next), body)
  }
  /** The groups as the sets' dictionary has them. */
  const keyColumns = (): readonly Column[] => {
    const number: Column = { ir: literal('i32', 0), type: { kind: 'int32' }, range: { min: 0n, max: BigInt(sets.length - 1) } }
    return [...groups.map((g, i): Column => (always[i] ? g : { ...g, ir: some(g.ir), ...(g.codes ? { codes: { ...g.codes, ir: some(g.codes.ir) } } : {}) })), number]
  }
  const dictionary = (rows: bigint): Builder => {
    const { state, combine } = calls as Calls
    const columns = keyColumns()
    const { bound: most, ...found } = directoryOf(columns, state, rows * BigInt(sets.length), node.input, cx)
    bound = most + (hasEmpty ? BigInt(sets.length) : 0n)
    return (builder = { builder: 'dictmerger', key: columns.map((c) => carried(c).type), state, combine, ...found })
  }

  const first = finestFirst(node, sets, called)
  cx.produce(node.input, read, (row): Consumed => {
    groups = node.groups.map((g, i) => (used[i] ? withEntries(groupKey(cx.lower(g, row))) : absent(g.type, cx)))
    calls = lowerCalls(node.aggregates, wanted, row, { everySeen: !hasEmpty, grouped: true }, cx)
    if (!first) return { body: merges(groups.map(carried), calls.updates), builder: dictionary(row.bound), operators: ['grouping sets'] }
    const { state, combine, updates } = calls
    const keys = groups.map(carried)
    const { bound: _, ...found } = directoryOf(groups, state, row.bound, node.input, cx)
    bound = row.bound
    return { body: { body: 'merge', key: keys, values: updates }, builder: { builder: 'dictmerger', key: keys.map((k) => k.type), state, combine, ...found }, operators: ['aggregate'] }
  })
  if (first) {
    const sink = sinkOf(cx.pipelines, cx.pipelines.length - 1)
    const row = cx.rowName()
    const own = groups.map((g, i): Ir => ({ ir: 'field', type: carried(g).type, row, index: i }))
    const values = (calls as unknown as Calls).combineRow(row, groups.length)
    cx.pipelines.push({ operators: ['groups', 'grouping sets'], source: { source: 'tuples', sink }, row, builder: dictionary(bound), body: merges(own, values) })
  }
  const sink = sinkOf(cx.pipelines, cx.pipelines.length - 1)
  const made = calls as unknown as Calls
  if (hasEmpty) {
    const nothing = groups.map((g): Ir => none(scalarOf(carried(g).type)))
    const branches = sets.flatMap((set, number): Body[] => (set.length === 0 ? [{ body: 'merge', key: keyOf(set, number, nothing), values: made.unchanged }] : []))
    const body: Body = branches.length === 1 ? (branches[0] as Body) : { body: 'fork', branches }
    cx.pipelines.push({ operators: ['empty grouping set'], source: { source: 'range', count: literal('i32', 1) }, row: cx.rowName(), builder: builder as unknown as Builder, body, into: sink })
  }
  const row = cx.rowName()
  const field = (type: IrType, index: number): Ir => ({ ir: 'field', type, row, index })
  const keys = keyColumns().map((c, i) => restored(c, field(carried(c).type, i), cx))
  const results = made.results(field, groups.length + 1)
  const rest = consume({ columns: [...keys.slice(0, -1), ...results, ...keys.slice(-1)], bound })
  cx.pipelines.push({ operators: ['groups', ...rest.operators], source: { source: 'tuples', sink }, row, builder: rest.builder, body: rest.body })
}

/** A dictionary without entries has no code, not even of a NULL: then it is the text that is kept. */
const withEntries = (column: Column): Column => (column.codes?.dictionary.size === 0 ? { type: column.type, ir: column.ir } : column)
/** A group of no set. */
const absent = (type: string, cx: StageContext): Column => cx.lower({ expr: 'literal', value: null, type }, { columns: [], bound: 0n })

/** States of groups are combined in no certain order: sums of floats would hang on it. */
const finestFirst = ({ groups }: Aggregate, sets: Sets, called: Aggregate['aggregates']): boolean =>
  sets.length > 1 && groups.length > 0 && called.every(({ fn, args }) => !args.some((a) => isFloating(planType(a.type)) && !EXACT.has(fn)))
const EXACT: ReadonlySet<string> = new Set(['count', 'min', 'max', 'first', 'last', 'any_value', 'min_by', 'max_by', 'min_by_null', 'max_by_null'])
