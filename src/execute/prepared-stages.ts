/**
 * What is known of a plan before it runs again: its stages, and how each was lowered for the inputs that it had. Lowering reads a
 * stage, its inputs' columns and their numbers of rows, what a sample of their rows said, and what an array by key may take, and
 * nothing else; where those are the same, so is what it gives. Nobody is asked twice: what has run does for other rows, too. Where there is somewhat more memory than there was, what fitted does still.
 */
import { type FinishedPrograms, type Lowering, lowerStage, type StageInput } from '../compile.ts'
import type { ColumnInfo } from '../layout/relation.ts'
import type { Plan } from '../plan/nodes.ts'
import { cutStages, type Stage } from '../plan/stages.ts'
import { absorbs } from './absorb.ts'
import { reduced, type SizeOf } from './reduction.ts'
import type { Samples } from './sampling.ts'
import { sortedOnce } from './sorted-sides.ts'

interface Lowered {
  readonly arrayBytes: number
  readonly output: 'row' | undefined
  readonly inputs: readonly Omit<StageInput, 'node'>[]
  readonly lowering: SampledLowering
}

/** A lowering, and what was asked for it. */
export type SampledLowering = Lowering & Pick<Samples, 'reports'>

/** A plan's stages as they run over tables of these sizes. */
export const stagesOf = (plan: Plan, sizeOf: SizeOf): readonly Stage[] => {
  const shared = (plan.shared ?? []).map((node) => reduced(sortedOnce(node), sizeOf))
  const own = reduced(sortedOnce(plan.root), sizeOf)
  const cuts = [own, ...shared].flatMap((r) => [...r.cuts])
  return cutStages(own.root, absorbs, new Set(cuts), shared.map((r) => r.root))
}

/** A stage above exchanges is lowered for what it reads, which tells whether it has kernels at all, and for its tasks. */
const FORMS = 2

export class PreparedStages {
  readonly #plan: Plan
  #stages: readonly Stage[] | undefined
  /** Stages that are made for one run only come and go. */
  readonly #lowered = new WeakMap<Stage, readonly Lowered[]>()

  constructor(plan: Plan) {
    this.#plan = plan
  }

  /** The plan's stages over tables of these sizes, which stay what they are for as long as the plan is kept. */
  stages(sizeOf: SizeOf): readonly Stage[] {
    this.#stages ??= stagesOf(this.#plan, sizeOf)
    return this.#stages
  }

  lower(stage: Stage, inputs: readonly StageInput[], arrayBytes: number, programs: FinishedPrograms, output: 'row' | undefined, ask: () => Samples): SampledLowering {
    const known = this.#lowered.get(stage) ?? []
    const before = known.find((l) => l.output === output && l.arrayBytes <= arrayBytes && arrayBytes <= 2 * l.arrayBytes && l.inputs.every((input, i) => same(input, inputs[i] as StageInput)))
    if (before) return before.lowering
    const { shares, reports } = ask()
    const lowering = { ...lowerStage(stage, inputs, arrayBytes, programs, output, shares), reports }
    const made = { arrayBytes, output, inputs: inputs.map(({ columns, rows, layout }) => ({ columns, rows, layout })), lowering }
    this.#lowered.set(stage, [made, ...known.slice(0, FORMS - 1)])
    return lowering
  }
}

/** All that lowering knows of an input beside its node, which is the stage's. */
const SAME: { readonly [K in Exclude<keyof StageInput, 'node'>]-?: (a: StageInput[K], b: StageInput[K]) => boolean } = {
  rows: Object.is,
  layout: (a, b) => a === b || JSON.stringify(a, exactText) === JSON.stringify(b, exactText),
  columns: (a, b) => a.length === b.length && a.every((column, i) => sameColumn(column, b[i] as ColumnInfo)),
}
const exactText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value)
const same = (a: Lowered['inputs'][number], b: Lowered['inputs'][number]): boolean => SAME.rows(a.rows, b.rows) && SAME.layout(a.layout, b.layout) && SAME.columns(a.columns, b.columns)

/** Dictionaries are the same where they are one object; what else is an object holds plain values. */
const sameColumn = (a: ColumnInfo, b: ColumnInfo): boolean => {
  if (a === b) return true
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof ColumnInfo>
  for (const key of keys) if (a[key] !== b[key] && (key === 'dictionary' || !sameValues(a[key], b[key]))) return false
  return true
}

const sameValues = (a: unknown, b: unknown): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b)
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return left.length === right.length && left.every(([key, value]) => Object.is(value, (b as Record<string, unknown>)[key]))
}
