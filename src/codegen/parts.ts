/**
 * Wide merges in parts. A merge of many values evaluates and stores a group of them at a time, each in a function of its own:
 * (ctx, the row's number, where to store, what they read of names and matches). The columns that a group reads it finds itself.
 */
import { type Ir, type IrType, isOption, scalarOf } from '../ir/nodes.ts'
import { type Body, type Builder, combineOf, LEFT_STATE, type Pipeline, RIGHT_STATE, STATE_ROW, stateOf } from '../ir/program.ts'
import { childrenOf } from '../ir/walk.ts'
import { freeOf } from './points.ts'
import { LARGEST_FUNCTION, weighAll } from './weights.ts'

/** Positions of values. */
export type Group = readonly number[]
/** Estimated bytes of a merge from which on it is cut, and of each part. */
const WIDE = LARGEST_FUNCTION * 0.45
const PART = LARGEST_FUNCTION * 0.4

const stored = (type: IrType): number => (scalarOf(type) === 'i128' ? 20 : 12) + (isOption(type) ? 24 : 0)
/** As a field of an UnsafeRow. */
const written = (type: IrType): number => (scalarOf(type) === 'i128' || scalarOf(type) === 'str' ? 130 : 25) + (isOption(type) ? 20 : 0)
/** A value in a function that finds the columns it reads itself. */
const within = (e: Ir): number => weighAll(e) * 1.8
/** A sorter's key is ordered, complemented, and written in the order of its bytes. */
const keyed = (e: Ir): number => (scalarOf(e.type) === 'i128' ? 110 : 70) + (isOption(e.type) ? 40 : 0)

/** How a merge's keys and values go in groups; undefined: it is one function's. */
export interface MergeParts {
  readonly keys: readonly Group[]
  readonly values: readonly Group[]
}
export const mergeParts = (builder: Builder, key: readonly Ir[], values: readonly Ir[]): MergeParts | undefined => {
  const whole = (es: readonly Ir[]) => [es.map((_, i) => i)]
  const cost = builder.builder === 'appender' && builder.layout ? written : stored
  const weights = values.map((v) => within(v) + cost(v.type))
  switch (builder.builder) {
    case 'sorter': {
      const keys = key.map((k) => within(k) + keyed(k))
      return sum(keys) + sum(weights) <= WIDE ? undefined : { keys: filled(key.map((_, i) => [i]), keys), values: filled(values.map((_, i) => [i]), weights) }
    }
    case 'appender':
    case 'groupmerger':
      if (builder.builder === 'groupmerger' && builder.contiguous) return undefined
      return sum(weights) <= WIDE ? undefined : { keys: whole(key), values: filled(values.map((_, i) => [i]), weights) }
    case 'merger':
    case 'dictmerger':
      return isWide(builder) ? { keys: whole(key), values: stateParts(values, STATE_ROW) } : undefined
    case 'vecmerger':
    case 'framer':
      return undefined
  }
}

const sum = (weights: readonly number[]): number => weights.reduce((n, w) => n + w, 0)

/** Whether an aggregate's state is handled in groups; one that is lies in memory alone. */
export const isWide = (builder: Builder): boolean =>
  (builder.builder === 'merger' || builder.builder === 'dictmerger') && sum(combineOf(builder).map(weighAll)) + sum(stateOf(builder).map((s) => 2 * stored(s.type))) > WIDE

/** Groups of updates: what reads another field's old value stays together with that field's update. */
export const stateParts = (updates: readonly Ir[], row: string): readonly Group[] => {
  const root = updates.map((_, i) => i)
  const find = (i: number): number => (root[i] === i ? i : find(root[i] as number))
  updates.forEach((u, i) => {
    for (const r of referencesOf(u, row, new Set())) root[find(r)] = find(i)
  })
  const joined = new Map<number, number[]>()
  updates.forEach((_, i) => joined.set(find(i), [...(joined.get(find(i)) ?? []), i]))
  return filled([...joined.values()], updates.map((u) => within(u) + stored(u.type)))
}

/** Fields of a row that an expression reads. */
export const referencesOf = (e: Ir, row: string, found: Set<number>): Set<number> => {
  if (e.ir === 'field' && e.row === row) found.add(e.index)
  for (const child of childrenOf(e)) referencesOf(child, row, found)
  return found
}

/** Units, one after the other, in groups that weigh about as much as a part may. */
const filled = (units: readonly Group[], weights: readonly number[]): readonly Group[] => {
  const groups: number[][] = []
  let used = Number.POSITIVE_INFINITY
  for (const unit of units) {
    const weight = sum(unit.map((i) => weights[i] as number))
    if (used + weight > PART) {
      groups.push([])
      used = 0
    }
    groups.at(-1)?.push(...unit)
    used += weight
  }
  return groups
}

/** What functions of parts get: names, and fields of other rows than the source's and states. */
export const passedTo = (es: readonly Ir[], row: string | undefined): readonly Ir[] => {
  const of = freeOf()
  const own: ReadonlySet<string | undefined> = new Set([row, STATE_ROW, LEFT_STATE, RIGHT_STATE])
  return [...new Map(es.flatMap((e) => [...of(e)])).values()].filter((e) => e.ir !== 'field' || !own.has(e.row))
}

/** What a function reads of a merge's keys and values itself. A sorter looks at the first keys before it writes them. */
export const readsOfMerge = ({ builder, row, vector }: Pipeline, { key, values }: Extract<Body, { body: 'merge' }>): readonly Ir[] => {
  const parts = vector?.merge ? undefined : mergeParts(builder, key, values)
  if (!parts) return [...key, ...values]
  const cut = parts.keys.length > 1
  return [...(cut ? [...key.slice(0, 8), ...passedTo(key, row)] : key), ...passedTo(values, row)]
}
