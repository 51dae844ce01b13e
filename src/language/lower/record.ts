/** The merges of one loop, as they are met while its body is lowered; and the body of a pipeline made of some of them. */
import type { Ir, IrType } from '../../ir/nodes.ts'
import { type Body, nextOf, type Source, stepExpressions } from '../../ir/program.ts'
import type { Position, Type } from '../nodes.ts'
import { namesIn, type Path, type PathStep } from './scope.ts'
import type { Value } from './values.ts'

export interface Merge {
  readonly leaf: number
  readonly path: Path | undefined
  readonly value: Value
  readonly at: Position
}

export interface Recorder {
  readonly source: Source
  /** Name of the source's row. */
  readonly row: string
  readonly merges: Merge[]
  /** Merges are not recorded while a body is lowered a second time, for its mergers' states. */
  muted: boolean
}

/** The type a builder takes. */
export const mergeType = (type: Type): Type => {
  switch (type.kind) {
    case 'appender':
    case 'staged':
    case 'merger':
      return type.of
    case 'dictmerger':
    case 'groupmerger':
      return { kind: 'struct', fields: [type.key, type.value] }
    case 'vecmerger':
      return { kind: 'struct', fields: [{ kind: 'scalar', scalar: 'i64' }, type.of] }
    default:
      throw new Error(`no builder: ${type.kind}`)
  }
}

export interface Written {
  readonly path: Path | undefined
  readonly key: readonly Ir[]
  readonly values: readonly Ir[]
}

const stepsOf = (path: Path | undefined): readonly PathStep[] => {
  const steps: PathStep[] = []
  for (let p = path; p; p = p.parent) steps.push(p.step)
  return steps.reverse()
}

interface Line {
  readonly steps: readonly PathStep[]
  readonly merge: Written
}

/**
 * The body that does the merges in order; there is at least one. Names that nothing reads are left out, and so are staging points
 * that some merges are not behind: their rows would come before those that wait.
 */
export const bodyOf = (merges: readonly Written[]): Body => {
  const lines = merges.map((merge): Line => ({ steps: stepsOf(merge.path), merge }))
  const needed = new Set<string>()
  const need = (e: Ir): void => {
    for (const name of namesIn(e)) needed.add(name)
  }
  const dead = new Set<PathStep>()
  for (const { merge } of lines) for (const e of [...merge.key, ...merge.values]) need(e)
  for (let before = -1; before !== needed.size; ) {
    before = needed.size
    for (const { steps } of lines) for (const step of [...steps].reverse()) if (step.step !== 'let' || needed.has(step.name)) for (const e of expressionsOf(step)) need(e)
  }
  for (const { steps } of lines) for (const step of steps) if (step.step === 'let' && !needed.has(step.name)) dead.add(step)
  const [first] = lines as [Line]
  const common = first.steps.filter((step, depth) => lines.every((line) => line.steps[depth] === step))
  const kept = (step: PathStep): boolean => (step.step === 'stage' ? common.includes(step) : !dead.has(step))
  return build(lines.map((line) => ({ ...line, steps: line.steps.filter(kept) })), 0)
}

const expressionsOf = (step: PathStep): readonly Ir[] => {
  switch (step.step) {
    case 'let':
      return [step.value]
    case 'if':
      return [step.cond]
    case 'each':
      return [step.count]
    case 'stage':
      return []
  }
}

const build = (lines: readonly Line[], depth: number): Body => {
  const runs: Line[][] = []
  for (const line of lines) {
    const last = runs.at(-1)
    const step = line.steps[depth]
    if (last && step !== undefined && last[0]?.steps[depth] === step) last.push(line)
    else runs.push([line])
  }
  const branches = runs.map((run) => enter(run, depth))
  return branches.length === 1 ? (branches[0] as Body) : { body: 'fork', branches }
}

const enter = (run: readonly Line[], depth: number): Body => {
  const [first] = run as [Line]
  const step = first.steps[depth]
  if (step === undefined) return { body: 'merge', key: first.merge.key, values: first.merge.values }
  const next = build(run, depth + 1)
  switch (step.step) {
    case 'let':
      return { body: 'let', name: step.name, value: step.value, next }
    case 'if':
      return { body: 'if', cond: step.cond, selectivity: step.selectivity, next }
    case 'each':
      return { body: 'each', index: step.index, count: step.count, next }
    case 'stage':
      return { body: 'stage', carry: carriedInto(next, first.steps.slice(0, depth)), next }
  }
}

/** The names bound on the way to a staging point that are read behind it. Names are bound but once. */
const carriedInto = (next: Body, way: readonly PathStep[]): Extract<Body, { body: 'stage' }>['carry'] => {
  const read = new Set<string>()
  const visit = (b: Body): void => {
    for (const e of stepExpressions(b)) for (const name of namesIn(e)) read.add(name)
    nextOf(b).forEach(visit)
  }
  visit(next)
  const carry = (name: string, type: IrType) => (read.has(name) ? [{ name, value: { ir: 'ident', type, name } as const }] : [])
  return way.flatMap((step) => (step.step === 'let' ? carry(step.name, step.value.type) : step.step === 'each' ? carry(step.index, 'i32') : []))
}
